// The server that can be told to be wrong: without a fault it keeps to its document in everything, with one it does not, and that shows.
import assert from 'node:assert/strict'
import test from 'node:test'
import { client } from './faulty/client.mjs'
import { Document } from './faulty/document.mjs'
import { faults } from './faulty/faults.mjs'
import { serve } from './faulty/server.mjs'

const document = new Document()
const operations = Object.fromEntries(document.operations.map(operation => [operation.id, operation]))

async function withServer(fault, work) {
	const server = await serve({ fault })
	try {
		return await work(client(server.url))
	} finally {
		await server.stop()
	}
}

// A whole body for each operation that takes one.
const bodies = {
	createShop: { name: 'Old Pages', slug: 'old-pages', category: 'books', open: false, rating: 4.5, tags: ['rare', 'used'], opened_on: '2020-02-29', contact: { email: 'a@b.example', phone: '+4912345678' } },
	patchShop: { name: 'New Pages', category: 'food', open: true, rating: null, tags: [] },
	createItem: { sku: 'ABC-1234', title: 'Lamp', price: 12.5, quantity: 3, weight: 15, description: null, size: { width: 2, height: 500 }, details: { kind: 'book', pages: 120 } },
	replaceItem: { sku: 'ABC-1234', title: 'Lamp', price: 12.5, quantity: 3, details: { kind: 'gadget', warranty_months: 24 } },
	createReview: { stars: 5, text: 'very good', author: 'Ann', verified: true },
	createUser: { email: 'ann@example.org', password: 'long enough', role: 'editor', nickname: 'Al', birthday: null, points: 5 },
	patchUser: { role: 'admin', nickname: 'Bo', points: 9007199254740991 },
	createOrder: { customer: 'Ann', lines: [{ sku: 'ABC-1234', quantity: 99, gift_wrap: true }], payment: { method: 'invoice', address: '1 High St' }, deliver_at: '2030-01-01T10:00:00Z', note: null },
	sendFeedback: { subject: 'Hello', stars: 1, reply_to: 'a@b.example', public: false },
	putSettings: { locale: 'pt-BR', page_size: 10, maintenance: true, banner: '' },
}

const odd = [null, true, false, 'true', '', 'x', '5', 'Zoë 📚', '2024-02-30', '2024-02-29', 'ABC-12345', 'book', 'garment', 'card', 'viewer', 0, 1, -1, 1.5, 4, 6, 99, 100, 101, 999, 1000, 1001,
	100000, 2147483648, 9007199254740991, 1e300, [], ['a', 'a'], ['a', 'b', 'c', 'd', 'e'], [...'abcdef'], {}, { kind: 'garment', cut: 'loose' }, { method: 'card', last4: '0000' },
	...[2, 3, 7, 8, 12, 13, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61, 64, 65, 100, 101, 200, 201, 500, 501].map(length => 'é'.repeat(length))]

// The body with one thing changed, removed or added, everywhere.
function* variants(value) {
	for (const other of odd) yield other
	if (!value || typeof value !== 'object') return
	if (Array.isArray(value)) for (const count of [2, 3, 9, 10, 11]) yield Array(count).fill(value[0])
	else yield { ...value, further: 1 }
	for (const key of Object.keys(value)) {
		const { [key]: own, ...rest } = value
		if (!Array.isArray(value)) yield rest
		for (const other of variants(own)) yield Array.isArray(value) ? value.with?.(key, other) ?? Object.assign([...value], { [key]: other }) : { ...value, [key]: other }
	}
}

// A place for each operation: made anew, since it may be deleted.
async function place(api, { path }) {
	const made = {}
	const post = async (at, json) => (await api('POST', at, { json })).body.id
	if (path.includes('{shop_id}')) made.shop_id = await post('/shops', bodies.createShop)
	if (path.includes('{item_id}')) made.item_id = await post(`/shops/${made.shop_id}/items`, bodies.createItem)
	if (path.includes('{review_id}')) made.review_id = await post(`/shops/${made.shop_id}/items/${made.item_id}/reviews`, bodies.createReview)
	if (path.includes('{user_id}')) made.user_id = await post('/users', bodies.createUser)
	if (path.includes('{order_id}')) made.order_id = await post('/orders', bodies.createOrder)
	return path.replaceAll(/\{(\w+)\}/gu, (_, name) => made[name])
}

const needed = { search: { 'X-Tenant': 'acme' } }

test('every operation succeeds, and fails, as declared', async () => withServer('', async api => {
	for (const operation of document.operations) {
		const type = Object.keys(operation.bodies)[0], json = bodies[operation.id]
		const ask = async (path, options = {}, method = operation.method) => {
			const answer = await api(method, path, { json, type, headers: needed[operation.id], ...options })
			return { ...answer, wrong: method === operation.method ? document.judge(operation, { ...answer, body: answer.body ?? answer.text }) : '' }
		}
		const expect = (answer, status, what) => assert.deepEqual([answer.status, answer.wrong], [status, ''], `${operation.id}, ${what}: ${answer.text}`)
		const success = Number(operation.statuses.find(status => status[0] === '2'))
		expect(await ask(await place(api, operation)), success, 'as it should be')
		expect(await ask(await place(api, operation), { headers: { ...needed[operation.id], accept: 'image/png' } }), operation.produces.length ? 406 : success, 'Accept: image/png')
		if (operation.security.length) expect(await ask(await place(api, operation), { credentials: { authorization: 'Bearer x', 'x-api-key': 'x' } }), 401, 'wrong credentials')
		if (json) expect(await ask(await place(api, operation), { type: 'text/plain' }), 415, 'text/plain')
		if (json) expect(await ask(await place(api, operation), { json: undefined, text: '{' }), 400, 'no JSON')
		if (/\}/u.test(operation.path)) for (const id of ['0', '00000000-0000-4000-8000-000000000000', 'ord_00000000', '%', '1.5'])
			expect(await ask((await place(api, operation)).replace(/(shops|items|reviews|users|orders)\/[^/]+/u, `$1/${id}`)), 404, id)
		const other = await ask(operation.path.replaceAll(/\{\w+\}/gu, 'x'), {}, 'TRACE')
		assert.equal(other.status, 405)
		assert.match(other.headers.get('allow'), new RegExp(operation.method, 'u'))
	}
}))

test('bodies are accepted if, and only if, the document permits them', async () => withServer('', async api => {
	let accepted = 0, refused = 0
	for (const [id, body] of Object.entries(bodies)) {
		const operation = operations[id], path = await place(api, operation)
		const [[type, { fits }]] = Object.entries(operation.bodies)
		const wanted = Number(operation.statuses.find(status => status[0] === '2'))
		for (const json of variants(body)) {
			if (json === undefined) continue
			const given = id === 'createItem' && json?.sku ? { ...json, sku: json.sku === 'ABC-1234' ? `NEW-${1000 + accepted}` : json.sku } : json
			const answer = await api(operation.method, path, { json: given, type })
			const valid = fits(given)
			valid ? accepted++ : refused++
			assert.equal(answer.status, valid ? wanted : 422, `${id} ${JSON.stringify(given).slice(0, 300)}: ${answer.text}`)
			assert.equal(document.judge(operation, answer), '', id)
		}
	}
	assert.ok(accepted > 200 && refused > 2000, `${accepted} accepted, ${refused} refused`)
}))

// Queries of /search with what the server has to understand; null where it has to refuse.
const queries = [['', {}], ['ids=1,2', { ids: [1, 2] }], ['ids=7', { ids: [7] }], ['ids=1,x', null], ['ids=1,2,3,4,5,6', null], ['ids=', null], ['ids=0', null], ['ids=1&ids=2', null], ['tag=ab&tag=cd', { tag: ['ab', 'cd'] }],
	['tag=ab', { tag: ['ab'] }], ['tag=ab&tag=ab', null], ['tag=A', null], ['colors=red%7Cblue', { colors: ['red', 'blue'] }], ['colors=red|blue', { colors: ['red', 'blue'] }], ['colors=red,blue', null],
	['sizes=S%20M', { sizes: ['S', 'M'] }], ['sizes=S+M', { sizes: ['S', 'M'] }], ['sizes=XL', null], ['price[min]=3&price%5Bmax%5D=9', { price: { min: 3, max: 9 } }], ['price[min]=x', null], ['price[mid]=3', null],
	['price[min]=1001', null], ['in_stock=false', { in_stock: false }], ['in_stock=0', null], ['in_stock=', null], ['since=2024-02-29', { since: '2024-02-29' }], ['since=2023-02-29', null], ['q=a%20b', { q: 'a b' }],
	['q=', null], ['q=a&q=b', null], [`q=${'%C3%A9'.repeat(30)}`, { q: 'é'.repeat(30) }], [`q=${'x'.repeat(31)}`, null], ['q=%', null], ['unknown=1', {}]]

test('parameters of all styles are understood, or refused', async () => withServer('', async api => {
	const ask = (path, headers) => api('GET', path, { headers })
	for (const [query, wanted] of queries) {
		const answer = await ask(`/search?${query}`, { 'x-TENANT': 'acme' })
		assert.equal(answer.status, wanted ? 200 : 400, `${query}: ${answer.text}`)
		if (wanted) assert.deepEqual(answer.body.understood, { ...wanted, 'X-Tenant': 'acme' }, query)
	}
	for (const [headers, status] of [[{}, 400], [{ 'X-Tenant': 'A' }, 400], [{ 'X-Tenant': 'acme', 'X-Trace': 'x' }, 400], [{ 'X-Tenant': 'acme', cookie: 'theme=pink' }, 400], [{ 'X-Tenant': 'acme', cookie: 'a=b; theme=dark' }, 200]])
		assert.equal((await ask('/search', headers)).status, status, JSON.stringify(headers))
	for (const query of ['limit=0', 'limit=51', 'limit=1.5', 'limit=x', 'limit=', 'limit=5&limit=6', 'offset=-1', 'sort=id', 'category=x', 'open=1'])
		assert.equal((await ask(`/shops?${query}`)).status, 400, query)
}))

test('what is kept is listed, filtered, sorted and paged', async () => withServer('', async api => {
	const made = []
	for (const [name, category, open] of [['b', 'books', true], ['a', 'food', false], ['c', 'books', false]])
		made.push((await api('POST', '/shops', { json: { name, slug: 'sl', category, open } })).body.id)
	const names = async query => (await api('GET', `/shops?${query}`)).body.items.map(({ name }) => name).join('')
	for (const [query, wanted] of [['', 'abc'], ['sort=-name', 'cba'], ['category=books', 'bc'], ['open=false', 'ac'], ['limit=2', 'ab'], ['limit=2&offset=2', 'c'], ['offset=3', '']])
		assert.equal(await names(query), wanted, query)
	const csv = await api('GET', '/export', { headers: { accept: 'application/json;q=0.5, text/csv' } })
	assert.deepEqual([csv.type, csv.text.split('\r\n').length], ['text/csv', 5])
	const form = await api('POST', '/feedback', { text: 'subject=a+b&stars=5&public=true', type: 'application/x-www-form-urlencoded' })
	assert.equal(form.status, 202)
	assert.equal((await api('POST', '/feedback', { text: 'subject=a&stars=6', type: 'application/x-www-form-urlencoded' })).status, 422)
}))

test('the table of faults is sound', () => {
	assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length)
	assert.ok(faults.length >= 45, `${faults.length} faults only`)
	for (const { name, description, operations: places } of faults) {
		assert.ok(description, name)
		for (const id of places) assert.ok(id === '*' || operations[id], `${name}: there is no operation ${id}`)
	}
})

for (const { name, show } of faults)
	test(`shows: ${name}`, async () => {
		assert.ok(await withServer(name, show), 'it does not show')
		assert.ok(!await withServer('', show), 'it shows where it was not planted')
	})
