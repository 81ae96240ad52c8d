// What the server keeps, and its operations by name. `is(name)` says whether a fault is planted.
import { randomBytes, randomUUID } from 'node:crypto'

export class Refusal extends Error {
	constructor(status, detail) {
		super(detail)
		this.status = status
	}
}

const absent = what => new Refusal(404, `there is no such ${what}`)
const made = (body, location) => ({ status: 201, body, headers: { Location: `/v1${location}` } })

// RFC 7396 on one level, which is all that the schemas permit; null stays where a member may be null.
const merge = (target, patch) => ({ ...target, ...patch })

export class Bazaar {
	constructor(is) {
		this.is = is
		this.shops = new Map()
		this.users = new Map()
		this.orders = new Map()
		this.settings = { locale: 'en', page_size: 20, maintenance: false }
		this.removed = []
		this.deletedUsers = new Set()
		this.ghosts = new Map()
		this.counters = { item: 0, user: 0 }
	}

	next(kind, present) {
		return this.is('id given twice') ? present + 1 : ++this.counters[kind]
	}

	shop(id) {
		const shop = this.shops.get(id)
		if (!shop) throw absent('shop')
		return shop
	}

	item(shopId, itemId) {
		const shop = this.shop(shopId)
		if (this.is('wrong parent')) for (const other of this.shops.values()) if (other.items.has(itemId)) return other.items.get(itemId)
		const item = shop.items.get(itemId)
		if (!item) throw absent('item')
		return item
	}

	parent(shopId) {
		if (this.is('unknown parent') && !this.shops.has(shopId)) return { items: new Map() }
		return this.shop(shopId)
	}

	/* --- shops --- */

	listShops({ limit, offset, sort, category, open }) {
		if (this.is('false is true') && open === false) open = true
		const key = shop => sort === 'opened_on' ? shop.opened_on ?? '9' : shop.name
		const sign = sort === '-name' ? -1 : 1
		const all = [...this.shops.values()].map(({ shop }) => shop)
		const found = (this.is('created is not listed') ? all.slice(0, -1) : all)
			.filter(shop => (category === undefined || this.is('filter ignored') || shop.category === category) && (open === undefined || shop.open === open))
			.sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id < b.id ? -1 : 1))
		const first = this.is('pages overlap') && offset > 0 ? offset - 1 : offset
		const last = this.is('limit ignored') ? first + 50 : first + limit
		return { body: { items: found.slice(first, last), total: found.length } }
	}

	createShop(_, body) {
		const shop = { open: true, rating: null, ...body, id: randomUUID(), created_at: new Date().toISOString() }
		if (this.is('read-only written')) Object.assign(shop, body)
		this.shops.set(shop.id, { shop, items: new Map() })
		return made(shop, `/shops/${shop.id}`)
	}

	getShop({ shop_id }) {
		return { body: this.shop(shop_id).shop }
	}

	patchShop({ shop_id }, body) {
		const entry = this.shop(shop_id)
		const kept = this.is('patch resets') ? { ...entry.shop, open: true, rating: null, tags: undefined } : entry.shop
		entry.shop = merge(kept, body)
		return { body: entry.shop }
	}

	deleteShop({ shop_id }) {
		const entry = this.shop(shop_id)
		if (!this.is('deleted is read')) this.shops.delete(shop_id)
		if (this.is('deleting takes a sibling')) this.shops.delete([...this.shops.keys()].at(-1))
		if (this.is('children outlive the parent')) this.ghosts.set(shop_id, entry)
		return { status: 204 }
	}

	/* --- items --- */

	listItems({ shop_id, page, per_page, min_quantity }) {
		const items = (this.ghosts.get(shop_id) ?? this.shop(shop_id)).items
		const all = [...items.values(), ...this.removed.filter(() => this.is('deleted is listed'))]
		const found = all.map(({ item }) => item).filter(({ quantity }) => min_quantity === undefined || quantity >= min_quantity)
		const total = this.is('third answer is wrong') && found.length >= 3 ? String(found.length) : found.length
		const size = this.is('default forgotten') ? per_page ?? null : per_page
		return { body: { data: found.slice((page - 1) * per_page, page * per_page), page, per_page: size, total } }
	}

	unique(items, sku, own) {
		for (const { item } of items.values()) if (item.sku === sku && item.id !== own) throw new Refusal(409, 'the sku is taken')
	}

	createItem({ shop_id }, body) {
		const { items } = this.parent(shop_id)
		this.unique(items, body.sku)
		const item = { ...body, id: this.next('item', items.size) }
		items.set(item.id, { item, reviews: new Map() })
		return made(item, `/shops/${shop_id}/items/${item.id}`)
	}

	getItem({ shop_id, item_id }) {
		return { body: this.item(shop_id, item_id).item }
	}

	replaceItem({ shop_id, item_id }, body) {
		const entry = this.item(shop_id, item_id), { items } = this.shop(shop_id)
		this.unique(items, body.sku, item_id)
		const item = { ...body, id: item_id }
		if (this.is('put makes another')) {
			const id = ++this.counters.item
			items.set(id, { item: { ...item, id }, reviews: new Map() })
			return { body: { ...item, id } }
		}
		entry.item = item
		return { body: item }
	}

	deleteItem({ shop_id, item_id }) {
		this.item(shop_id, item_id)
		const { items } = this.shop(shop_id)
		this.removed.push(items.get(item_id))
		items.delete(item_id)
		return { status: 204 }
	}

	/* --- reviews --- */

	listReviews({ shop_id, item_id }) {
		return { body: [...this.item(shop_id, item_id).reviews.values()] }
	}

	createReview({ shop_id, item_id }, body) {
		const { reviews } = this.item(shop_id, item_id)
		const review = { verified: false, ...body, id: randomUUID() }
		if (!this.is('created is not there')) reviews.set(review.id, review)
		return made(review, `/shops/${shop_id}/items/${item_id}/reviews/${review.id}`)
	}

	review({ shop_id, item_id, review_id }) {
		const { reviews } = this.item(shop_id, item_id), review = reviews.get(review_id)
		if (!review) throw absent('review')
		return { reviews, review }
	}

	getReview(values) {
		return { body: this.review(values).review }
	}

	deleteReview(values) {
		this.review(values).reviews.delete(values.review_id)
		return { status: 204 }
	}

	/* --- users --- */

	shown(user) {
		const { password, ...rest } = user
		return this.is('password shown') ? { ...rest, password } : rest
	}

	listUsers({ role }) {
		const found = [...this.users.values()].filter(user => role === undefined || user.role === role)
		return { body: found.map(user => this.shown(user)), headers: { 'X-Total-Count': String(found.length) } }
	}

	createUser(_, body) {
		const user = { ...body, id: this.next('user', this.users.size), created_at: new Date().toISOString() }
		if (this.is('a member is lost')) delete user.nickname
		this.users.set(user.id, user)
		return made(this.shown(user), `/users/${user.id}`)
	}

	user(id) {
		const user = this.users.get(id)
		if (!user) throw absent('user')
		return user
	}

	getUser({ user_id }) {
		return { body: this.shown(this.user(user_id)) }
	}

	patchUser({ user_id }, body) {
		const user = merge(this.user(user_id), body)
		if (!this.is('patch forgets')) this.users.set(user_id, user)
		return { body: this.shown(user) }
	}

	deleteUser({ user_id }) {
		if (this.is('second delete crashes') && this.deletedUsers.has(user_id)) throw new Error('planted')
		this.user(user_id)
		this.deletedUsers.add(user_id)
		this.users.delete(user_id)
		return { status: 204 }
	}

	/* --- orders --- */

	listOrders({ state }) {
		return { body: { orders: [...this.orders.values()].filter(order => state === undefined || order.state === state) } }
	}

	createOrder(_, body) {
		const order = { ...body, id: `ord_${randomBytes(4).toString('hex')}`, state: 'open' }
		this.orders.set(order.id, order)
		return made(order, `/orders/${order.id}`)
	}

	order(id) {
		const order = this.orders.get(id)
		if (!order) throw absent('order')
		return order
	}

	getOrder({ order_id }) {
		return { body: this.order(order_id) }
	}

	deleteOrder({ order_id }) {
		this.order(order_id)
		this.orders.delete(order_id)
		return { status: 204 }
	}

	cancelOrder({ order_id }) {
		const order = this.order(order_id)
		if (order.state !== 'open') throw this.is('second action crashes') ? new Error('planted') : new Refusal(409, 'it is cancelled already')
		order.state = 'cancelled'
		const body = { ...order }
		if (this.is('state misspelt after action')) order.state = 'canceled'
		return { body }
	}

	/* --- various --- */

	search(understood) {
		const hits = [...this.shops.values()].map(({ shop }) => shop.name).filter(name => understood.q !== undefined && name.includes(understood.q))
		return { body: { understood, hits } }
	}

	sendFeedback() {
		return { status: 202, body: { ticket: randomUUID() } }
	}

	getSettings() {
		return { body: this.settings }
	}

	putSettings(_, body) {
		this.settings = body
		return { body }
	}

	exportShops(_, __, type) {
		const rows = [...this.shops.values()].map(({ shop: { id, name } }) => ({ id, name }))
		const quote = text => `"${text.replaceAll('"', '""')}"`
		return type === 'text/csv' ? { text: ['id,name', ...rows.map(({ id, name }) => `${id},${quote(name)}`)].join('\r\n') + '\r\n' } : { body: rows }
	}

	// What a create that was refused leaves behind where it leaks.
	leak(operation) {
		if (operation.id !== 'createUser') return
		const id = ++this.counters.user
		this.users.set(id, { email: 'left@behind.example', role: 'viewer', id })
	}
}
