// Every fault that can be planted: what it is, the checks that may find it and the operations they name, and how it shows.
//
// name        what `--fault` takes
// area        request, answer, method, state, security, parameter, time
// checks      ids of the tester's checks; any of them is a right finding
// operations  any of them is a right place
// also        operations with which it shows
// mutate      changes the document that the server believes in
// during      throws within the operation, once the request is known to be valid
// after       changes the answer
// show        true where requests sent with `api` show the fault
// Faults with none of these are told in bazaar.mjs and server.mjs by their names.

const shop = { name: 'Old Pages', slug: 'old-pages', category: 'books' }
const item = { sku: 'ABC-1234', title: 'Lamp', price: 12.5, quantity: 3 }
const review = { stars: 4, text: 'good one' }
const user = { email: 'ann@example.org', password: 'long enough', role: 'viewer' }
const order = { customer: 'Ann', lines: [{ sku: 'ABC-1234', quantity: 1 }], payment: { method: 'card', last4: '1234' } }
const settings = { locale: 'en-GB', page_size: 30 }
const missing = '00000000-0000-4000-8000-000000000000'

const crash = is => { if (is) throw new Error('planted') }
const schemas = document => document.components.schemas
const post = (api, path, json, more) => api('POST', path, { json, ...more })
const accepts = (path, body) => async api => (await post(api, path, body)).status < 300
const refuses = (path, body) => async api => (await post(api, path, body)).status === 422
const breaks = (path, body) => async api => (await post(api, path, body)).status === 500
const got = (path, status) => async api => (await api('GET', path)).status === status
const search = (query, headers = {}) => api => api('GET', `/search?${query}`, { headers: { 'X-Tenant': 'acme', ...headers } })

const newShop = async (api, more) => (await post(api, '/shops', { ...shop, ...more })).body.id
async function newItem(api, more, id) {
	id ??= await newShop(api)
	const at = `/shops/${id}/items`, made = await post(api, at, { ...item, ...more })
	return { shop: id, at, path: `${at}/${made.body?.id}`, made }
}
const itemThat = (more, status) => async api => (await newItem(api, more)).made.status === status
const reviewThat = (more, status) => async api => (await post(api, `${(await newItem(api)).path}/reviews`, { ...review, ...more })).status === status
const newUser = async (api, more) => (await post(api, '/users', { ...user, ...more })).body
const newOrder = async (api, more) => (await post(api, '/orders', { ...order, ...more })).body

const negative = { area: 'request', checks: ['negative_rejected'] }
const positive = { area: 'request', checks: ['positive_accepted'] }
const broken = { area: 'request', checks: ['server_error'] }

const requests = [
	{ ...positive, name: 'longest name refused', operations: ['createShop', 'patchShop'], mutate: d => { schemas(d).Shop.properties.name.maxLength = 39 }, show: refuses('/shops', { ...shop, name: 'x'.repeat(40) }), description: 'a name of 40 characters, the most permitted, is refused' },
	{ ...positive, name: 'shortest password refused', operations: ['createUser'], mutate: d => { schemas(d).User.properties.password.minLength = 9 }, show: refuses('/users', { ...user, password: '12345678' }), description: 'a password of 8 characters, the fewest permitted, is refused' },
	{ ...positive, name: 'largest quantity refused', operations: ['createItem', 'replaceItem'], mutate: d => { schemas(d).Item.properties.quantity.maximum = 999 }, show: itemThat({ quantity: 1000 }, 422), description: 'quantity 1000, the maximum, is refused' },
	{ ...positive, name: 'zero taken for missing', operations: ['createItem', 'replaceItem'], mutate: d => { schemas(d).Item.properties.quantity.minimum = 1 }, show: itemThat({ quantity: 0 }, 422), description: 'quantity 0, the minimum, is refused' },
	{ ...positive, name: 'enum value refused', operations: ['createShop', 'patchShop', 'listShops'], mutate: d => { schemas(d).Category.enum.pop() }, show: refuses('/shops', { ...shop, category: 'other' }), description: 'one value of an enum is refused' },
	{ ...positive, name: 'branch refused', operations: ['createItem', 'replaceItem'], mutate: d => { schemas(d).Item.properties.details.oneOf.splice(1, 1) }, show: itemThat({ details: { kind: 'garment', cut: 'slim' } }, 422), description: 'one branch of a oneOf is refused' },
	{ ...positive, name: 'null refused', operations: ['createUser'], mutate: d => { schemas(d).User.properties.birthday.type = 'string' }, show: refuses('/users', { ...user, birthday: null }), description: 'null is refused where it is permitted' },
	{ ...positive, name: 'most lines refused', operations: ['createOrder'], mutate: d => { schemas(d).Order.properties.lines.maxItems = 9 }, show: refuses('/orders', { ...order, lines: Array(10).fill(order.lines[0]) }), description: 'ten lines, the most permitted, are refused' },
	{ ...positive, name: 'unicode refused', operations: ['createOrder'], mutate: d => { schemas(d).Order.properties.customer.pattern = '^[\\x20-\\x7e]*$' }, show: refuses('/orders', { ...order, customer: 'Zoë' }), description: 'letters beyond ASCII are refused' },
	{ ...positive, name: 'form not read', operations: ['sendFeedback'], mutate: d => { delete d.paths['/feedback'].post.requestBody.content['application/x-www-form-urlencoded'] }, show: async api => (await api('POST', '/feedback', { text: 'subject=a&stars=5', type: 'application/x-www-form-urlencoded' })).status === 415, description: 'one of two media types of a body is refused' },

	{ ...negative, name: 'quantity beyond maximum', operations: ['createItem', 'replaceItem'], mutate: d => { schemas(d).Item.properties.quantity.maximum = 1001 }, show: itemThat({ quantity: 1001 }, 201), description: 'quantity 1001 is accepted' },
	{ ...negative, name: 'stars below minimum', operations: ['createReview'], mutate: d => { schemas(d).Review.properties.stars.minimum = 0 }, show: reviewThat({ stars: 0 }, 201), description: '0 stars are accepted' },
	{ ...negative, name: 'exclusive minimum included', operations: ['createItem', 'replaceItem'], mutate: d => { const { price } = schemas(d).Item.properties; price.minimum = 0; delete price.exclusiveMinimum }, show: itemThat({ price: 0 }, 201), description: 'price 0 is accepted' },
	{ ...negative, name: 'password too short', operations: ['createUser'], mutate: d => { schemas(d).User.properties.password.minLength = 7 }, show: accepts('/users', { ...user, password: '1234567' }), description: 'a password of 7 characters is accepted' },
	{ ...negative, name: 'text too long', operations: ['createReview'], mutate: d => { schemas(d).Review.properties.text.maxLength = 201 }, show: reviewThat({ text: 'x'.repeat(201) }, 201), description: '201 characters are accepted' },
	{ ...negative, name: 'too many tags', operations: ['createShop', 'patchShop'], mutate: d => { schemas(d).Shop.properties.tags.maxItems = 6; schemas(d).ShopPatch.properties.tags.maxItems = 6 }, show: accepts('/shops', { ...shop, tags: ['a', 'b', 'c', 'd', 'e', 'f'] }), description: 'six tags are accepted' },
	{ ...negative, name: 'no lines', operations: ['createOrder'], mutate: d => { schemas(d).Order.properties.lines.minItems = 0 }, show: accepts('/orders', { ...order, lines: [] }), description: 'an empty list is accepted where one is wanted' },
	{ ...negative, name: 'uniqueItems unchecked', operations: ['createShop', 'patchShop'], mutate: d => { delete schemas(d).Shop.properties.tags.uniqueItems; delete schemas(d).ShopPatch.properties.tags.uniqueItems }, show: accepts('/shops', { ...shop, tags: ['a', 'a'] }), description: 'the same tag twice is accepted' },
	{ ...negative, name: 'enum unchecked', operations: ['createUser', 'patchUser'], mutate: d => { schemas(d).User.properties.role = { type: 'string' } }, show: accepts('/users', { ...user, role: 'king' }), description: 'any role is accepted' },
	{ ...negative, name: 'pattern without end', operations: ['createItem', 'replaceItem'], mutate: d => { schemas(d).Item.properties.sku.pattern = '^[A-Z]{3}-[0-9]{4}' }, show: itemThat({ sku: 'ABC-12345' }, 201), description: 'a pattern is not anchored at its end' },
	{ ...negative, name: 'pattern without begin', operations: ['putSettings'], mutate: d => { schemas(d).Settings.properties.locale.pattern = '[a-z]{2}(-[A-Z]{2})?$' }, show: async api => (await api('PUT', '/settings', { json: { ...settings, locale: '1en' } })).status === 200, description: 'a pattern is not anchored at its begin' },
	{ ...negative, name: 'multipleOf unchecked', operations: ['createItem', 'replaceItem'], mutate: d => { delete schemas(d).Item.properties.weight.multipleOf }, show: itemThat({ weight: 6 }, 201), description: 'a weight of 6 is accepted' },
	{ ...negative, name: 'email unchecked', operations: ['createUser'], mutate: d => { delete schemas(d).User.properties.email.format }, show: accepts('/users', { ...user, email: 'nobody' }), description: 'any text is accepted for an address' },
	{ ...negative, name: 'date unchecked', operations: ['createShop'], mutate: d => { schemas(d).Shop.properties.opened_on = {} }, after: ({ operation }, { body }) => { if (operation?.id === 'createShop' && body?.id) delete body.opened_on }, show: accepts('/shops', { ...shop, opened_on: 'yesterday' }), description: 'any text is accepted for a date' },
	{ ...negative, name: 'further members accepted', operations: ['createOrder'], mutate: d => { delete schemas(d).Line.additionalProperties }, show: accepts('/orders', { ...order, lines: [{ ...order.lines[0], colour: 'red' }] }), description: 'members are accepted that a closed object does not have' },
	{ ...negative, name: 'required unchecked', operations: ['createItem', 'replaceItem'], mutate: d => { schemas(d).Item.required.splice(1, 1) }, show: itemThat({ sku: undefined }, 201), description: 'an item without sku is accepted' },
	{ ...negative, name: 'text for a number', operations: ['createOrder'], mutate: d => { schemas(d).Line.properties.quantity = { anyOf: [schemas(d).Line.properties.quantity, { type: 'string', pattern: '^[0-9]{1,2}$' }] } }, after: ({ operation }, { body }) => { if (operation?.id === 'createOrder') for (const line of body?.lines ?? []) line.quantity = Number(line.quantity) }, show: accepts('/orders', { ...order, lines: [{ sku: 'ABC-1234', quantity: '5' }] }), description: 'text is taken for a number' },
	{ ...negative, name: 'fraction for an integer', operations: ['createReview'], mutate: d => { schemas(d).Review.properties.stars.type = 'number' }, show: reviewThat({ stars: 2.5 }, 201), description: '2.5 stars are accepted' },
	{ ...negative, name: 'null accepted', operations: ['createShop'], mutate: d => { schemas(d).Shop.properties.contact = { anyOf: [{ $ref: '#/components/schemas/Contact' }, { type: 'null' }] } }, show: accepts('/shops', { ...shop, contact: null }), description: 'null is accepted where it is not permitted' },
	{ ...negative, name: 'any payment', operations: ['createOrder'], mutate: d => { schemas(d).Order.properties.payment = { type: 'object' } }, show: accepts('/orders', { ...order, payment: { method: 'shells' } }), description: 'an unknown value of a discriminator is accepted' },
	{ ...negative, name: 'empty patch', operations: ['patchUser'], mutate: d => { delete schemas(d).UserPatch.minProperties }, show: async api => (await api('PATCH', `/users/${(await newUser(api)).id}`, { json: {}, type: 'application/merge-patch+json' })).status === 200, description: 'an object with too few members is accepted' },
	{ ...negative, name: 'media type ignored', checks: ['unsupported_media', 'negative_rejected'], operations: ['createShop', 'createItem', 'createUser', 'createOrder', 'createReview', 'putSettings', 'replaceItem', 'patchShop', 'patchUser', 'sendFeedback'], show: async api => (await api('POST', '/shops', { text: JSON.stringify(shop), type: 'text/plain' })).status === 201, description: 'a body of any media type is read' },
	{ ...negative, name: 'Accept ignored', checks: ['not_acceptable'], operations: ['*'], also: ['listShops'], show: async api => (await api('GET', '/shops', { headers: { accept: 'application/xml' } })).status === 200, description: 'a client that accepts only XML gets JSON' },

	{ ...broken, name: 'enum value crashes', operations: ['createUser', 'patchUser'], during: ({ body }) => crash(body?.role === 'editor'), show: breaks('/users', { ...user, role: 'editor' }), description: 'one value of an enum ends in 500' },
	{ ...broken, name: 'optional member missing', operations: ['createShop'], during: ({ operation, body }) => crash(operation.id === 'createShop' && !body.tags), show: breaks('/shops', shop), description: 'without an optional member it ends in 500' },
	{ ...broken, name: 'optional member present', operations: ['createOrder'], during: ({ body }) => crash(body?.deliver_at), show: breaks('/orders', { ...order, deliver_at: '2030-01-01T10:00:00Z' }), description: 'with an optional member it ends in 500' },
	{ ...broken, name: 'unicode crashes', operations: ['createItem', 'replaceItem'], during: ({ body }) => crash(/[^\p{ASCII}]/u.test(body?.title ?? '')), show: itemThat({ title: 'Zuñi' }, 500), description: 'letters beyond ASCII end in 500' },
	{ ...broken, name: 'empty text crashes', operations: ['putSettings'], during: ({ body }) => crash(body?.banner === ''), show: async api => (await api('PUT', '/settings', { json: { ...settings, banner: '' } })).status === 500, description: 'an empty text ends in 500' },
	{ ...broken, name: 'null crashes', operations: ['createItem', 'replaceItem'], during: ({ body }) => crash(body?.description === null), show: itemThat({ description: null }, 500), description: 'null for a member that may be null ends in 500' },
	{ ...broken, name: 'large integer crashes', operations: ['createUser', 'patchUser'], during: ({ body }) => crash(body?.points > 2147483647), show: breaks('/users', { ...user, points: 2147483648 }), description: 'an integer beyond 32 bits ends in 500' },
	{ ...broken, name: 'empty list crashes', operations: ['createShop', 'patchShop'], during: ({ body }) => crash(body?.tags?.length === 0), show: breaks('/shops', { ...shop, tags: [] }), description: 'an empty list ends in 500' },
	{ ...broken, name: 'branch crashes', operations: ['createItem', 'replaceItem'], during: ({ body }) => crash(body?.details?.kind === 'gadget'), show: itemThat({ details: { kind: 'gadget' } }, 500), description: 'one branch of a oneOf ends in 500' },
	{ ...broken, name: 'longest text crashes', operations: ['createItem', 'replaceItem'], during: ({ body }) => crash(body?.title?.length > 59), show: itemThat({ title: 'x'.repeat(60) }, 500), description: 'the longest text permitted ends in 500' },
	{ ...broken, name: 'two members together crash', operations: ['createReview'], during: ({ body }) => crash(body?.author !== undefined && body?.verified === true), show: reviewThat({ author: 'Ann', verified: true }, 500), description: 'two optional members together end in 500' },
	{ ...broken, name: 'bad JSON crashes', operations: ['*'], also: ['createShop'], show: async api => (await api('POST', '/shops', { text: '{"name":', type: 'application/json' })).status === 500, description: 'a body that is no JSON ends in 500' },
]

const of = (id, change) => ({ operation }, reply) => (operation?.id === id && reply.status < 300 ? change(reply) : undefined)
const inBody = (id, change) => of(id, reply => { reply.body = structuredClone(reply.body); change(reply.body) })

const answers = [
	{ area: 'answer', name: 'wrong type in an optional member', checks: ['body_schema'], operations: ['getItem'], after: inBody('getItem', body => { if (body.size) body.size.width = String(body.size.width) }), show: async api => typeof (await api('GET', (await newItem(api, { size: { width: 3, height: 4 } })).path)).body.size.width === 'string', description: 'an optional number is answered as text' },
	{ area: 'answer', name: 'date in another form', checks: ['body_schema'], operations: ['getUser'], after: inBody('getUser', body => { body.created_at = new Date(body.created_at).toUTCString() }), show: async api => / GMT$/u.test((await api('GET', `/users/${(await newUser(api)).id}`)).body.created_at), description: 'a date-time is answered in words' },
	{ area: 'answer', name: 'member missing in a list', checks: ['body_schema'], operations: ['listOrders'], after: inBody('listOrders', body => { for (const entry of body.orders) delete entry.payment }), show: async api => (await newOrder(api), (await api('GET', '/orders')).body.orders[0].payment === undefined), description: 'the items of a list lack a required member' },
	{ area: 'answer', name: 'member too many', checks: ['body_schema'], operations: ['getShop'], after: inBody('getShop', body => { body._rev = 1 }), show: async api => (await api('GET', `/shops/${await newShop(api)}`)).body._rev === 1, description: 'a closed object has a further member' },
	{ area: 'answer', name: 'password shown', checks: ['body_schema'], operations: ['createUser', 'getUser', 'listUsers', 'patchUser'], show: async api => Boolean((await newUser(api)).password), description: 'a member that is only written is answered' },
	{ area: 'answer', name: 'null in answer', checks: ['body_schema'], operations: ['listReviews'], after: inBody('listReviews', body => { for (const entry of body) entry.author ??= null }), show: async api => { const { path } = await newItem(api); await post(api, `${path}/reviews`, review); return (await api('GET', `${path}/reviews`)).body[0].author === null }, description: 'null is answered where it is not permitted' },
	{ area: 'answer', name: 'undeclared status', checks: ['status'], operations: ['createReview'], after: of('createReview', reply => ({ ...reply, status: 200 })), show: reviewThat({}, 200), description: 'success has a status that is not declared' },
	{ area: 'answer', name: 'empty answer', checks: ['body_schema'], operations: ['getReview'], after: of('getReview', reply => ({ ...reply, body: undefined })), show: async api => { const at = `${(await newItem(api)).path}/reviews`; return (await api('GET', `${at}/${(await post(api, at, review)).body.id}`)).text === '' }, description: 'an answer is empty where a body is declared' },
	{ area: 'answer', name: 'missing Location', checks: ['headers'], operations: ['createItem'], after: of('createItem', reply => { delete reply.headers.Location }), show: async api => !(await newItem(api)).made.headers.get('location'), description: 'a required header is missing' },
	{ area: 'answer', name: 'missing ETag', checks: ['headers'], operations: ['getShop'], after: of('getShop', reply => { delete reply.headers.ETag }), show: async api => !(await api('GET', `/shops/${await newShop(api)}`)).headers.get('etag'), description: 'a required header is missing' },
	{ area: 'answer', name: 'header of another type', checks: ['headers'], operations: ['listUsers'], after: of('listUsers', reply => { reply.headers['X-Total-Count'] = 'many' }), show: async api => (await api('GET', '/users')).headers.get('x-total-count') === 'many', description: 'a header is text where a number is declared' },
	{ area: 'answer', name: 'wrong content type', checks: ['content_type'], operations: ['getSettings'], after: of('getSettings', reply => { reply.type = 'text/html' }), show: async api => (await api('GET', '/settings')).type === 'text/html', description: 'JSON is answered as text/html' },
	{ area: 'answer', name: 'error as plain text', checks: ['content_type', 'body_schema'], operations: ['getOrder'], after: ({ operation }, reply) => (operation?.id === 'getOrder' && reply.status === 404 ? { status: 404, text: 'Not Found', type: 'text/plain' } : undefined), show: async api => (await api('GET', '/orders/ord_00000000')).type === 'text/plain', description: 'a 404 is not the problem document that is declared' },
	{ area: 'answer', name: 'error of another shape', checks: ['body_schema'], operations: ['createShop'], after: ({ operation }, reply) => (operation?.id === 'createShop' && reply.status === 422 ? { ...reply, body: { errors: [reply.body.title] } } : undefined), show: async api => Array.isArray((await post(api, '/shops', {})).body.errors), description: 'a refusal has a body of another shape' },
	{ area: 'answer', name: 'truncated JSON', checks: ['body_schema'], operations: ['listUsers'], after: of('listUsers', reply => ({ ...reply, text: JSON.stringify(reply.body).slice(0, -1) })), show: async api => (await api('GET', '/users')).body === undefined, description: 'the last bracket of an answer is missing' },
	{ area: 'answer', name: 'connection cut', checks: ['no_answer', 'body_schema'], operations: ['exportShops'], after: of('exportShops', reply => ({ ...reply, cut: 'within' })), show: async api => (await api('GET', '/export')).error, description: 'the connection ends within an answer' },
	{ area: 'answer', name: 'connection closed', checks: ['no_answer'], operations: ['cancelOrder'], after: of('cancelOrder', () => ({ cut: 'before' })), show: async api => (await api('POST', `/orders/${(await newOrder(api)).id}/cancel`)).error, description: 'the connection ends without an answer' },
	{ area: 'answer', name: 'state misspelt after action', checks: ['body_schema'], operations: ['getOrder', 'listOrders'], also: ['cancelOrder'], show: async api => { const { id } = await newOrder(api); await api('POST', `/orders/${id}/cancel`); return (await api('GET', `/orders/${id}`)).body.state === 'canceled' }, description: 'create, cancel, read: the state is none of the enum' },
	{ area: 'answer', name: 'third answer is wrong', checks: ['body_schema'], operations: ['listItems'], show: async api => { const { shop: id, at } = await newItem(api); await newItem(api, { sku: 'ABC-0002' }, id); await newItem(api, { sku: 'ABC-0003' }, id); return typeof (await api('GET', at)).body.total === 'string' }, description: 'with three items and more a number becomes text' },
]

const methods = [
	{ area: 'method', name: '405 without Allow', checks: ['unsupported_method'], operations: ['*'], also: ['listShops'], show: async api => { const { status, headers } = await api('PUT', '/shops', { json: {} }); return status === 405 && !headers.get('allow') }, description: 'a method that is not there is refused without Allow' },
	{ area: 'method', name: 'any method is read', checks: ['unsupported_method'], operations: ['*'], also: ['listShops'], show: async api => (await api('PUT', '/shops', { json: {} })).status === 200, description: 'a method that is not there is taken for GET' },
	{ area: 'method', name: 'unknown method crashes', checks: ['unsupported_method', 'server_error'], operations: ['*'], also: ['listShops'], after: (_, reply) => (reply.status === 405 ? { status: 500, problem: true, body: { title: 'broken', status: 500 } } : undefined), show: async api => (await api('PUT', '/shops', { json: {} })).status === 500, description: 'a method that is not there ends in 500' },
]

const states = [
	{ name: 'deleted is read', checks: ['use_after_delete'], operations: ['getShop', 'deleteShop'], show: async api => { const path = `/shops/${await newShop(api)}`; await api('DELETE', path); return (await api('GET', path)).status === 200 }, description: 'what was deleted is still read' },
	{ name: 'deleted is listed', checks: ['listed_after_delete', 'use_after_delete'], operations: ['listItems', 'deleteItem'], show: async api => { const { at, path } = await newItem(api); await api('DELETE', path); return (await api('GET', at)).body.data.length === 1 }, description: 'what was deleted is still listed' },
	{ name: 'second delete crashes', checks: ['server_error'], operations: ['deleteUser'], show: async api => { const path = `/users/${(await newUser(api)).id}`; await api('DELETE', path); return (await api('DELETE', path)).status === 500 }, description: 'deleting twice ends in 500' },
	{ name: 'second action crashes', checks: ['server_error'], operations: ['cancelOrder'], show: async api => { const path = `/orders/${(await newOrder(api)).id}/cancel`; await api('POST', path); return (await api('POST', path)).status === 500 }, description: 'cancelling twice ends in 500' },
	{ name: 'deleting takes a sibling', checks: ['available_after_create', 'listed_after_create'], operations: ['getShop', 'deleteShop', 'listShops'], show: async api => { const first = await newShop(api), second = await newShop(api); await api('DELETE', `/shops/${first}`); return (await api('GET', `/shops/${second}`)).status === 404 }, description: 'with what is deleted goes the newest of its kind' },
	{ name: 'children outlive the parent', checks: ['use_after_delete', 'unknown_id', 'wrong_parent'], operations: ['listItems', 'deleteShop'], show: async api => { const { shop: id, at } = await newItem(api); await api('DELETE', `/shops/${id}`); return (await api('GET', at)).status === 200 }, description: 'what was in a deleted parent is still listed' },
	{ name: 'created is not there', checks: ['available_after_create'], operations: ['createReview', 'getReview'], show: async api => { const at = `${(await newItem(api)).path}/reviews`; return (await api('GET', `${at}/${(await post(api, at, review)).body.id}`)).status === 404 }, description: 'what was created cannot be read' },
	{ name: 'created is not listed', checks: ['listed_after_create', 'available_after_create'], operations: ['createShop', 'listShops'], show: async api => (await newShop(api), (await api('GET', '/shops')).body.total === 0), description: 'the newest is not listed' },
	{ name: 'unknown parent', checks: ['unknown_id', 'wrong_parent'], operations: ['createItem'], show: async api => (await post(api, `/shops/${missing}/items`, item)).status === 201, description: 'something is created under a parent that is not there' },
	{ name: 'wrong parent', checks: ['wrong_parent'], operations: ['getItem', 'replaceItem', 'listReviews', 'createReview', 'getReview', 'deleteReview', 'deleteItem'], show: async api => { const { made } = await newItem(api); return (await api('GET', `/shops/${await newShop(api)}/items/${made.body.id}`)).status === 200 }, description: 'a child is read under the parent of another' },
	{ name: 'failed create leaks', checks: ['leak_after_failed_create'], operations: ['createUser', 'listUsers'], show: async api => { await post(api, '/users', { ...user, password: '' }); return (await api('GET', '/users')).body.length === 1 }, description: 'a create that was refused leaves something behind' },
	{ name: 'patch resets', checks: ['reads_back'], operations: ['patchShop', 'getShop'], show: async api => { const path = `/shops/${await newShop(api, { open: false })}`; await api('PATCH', path, { json: { name: 'New' }, type: 'application/merge-patch+json' }); return (await api('GET', path)).body.open }, description: 'a patch resets members that it does not name' },
	{ name: 'patch forgets', checks: ['reads_back'], operations: ['patchUser', 'getUser'], show: async api => { const path = `/users/${(await newUser(api)).id}`; await api('PATCH', path, { json: { points: 9 }, type: 'application/merge-patch+json' }); return (await api('GET', path)).body.points !== 9 }, description: 'a patch is answered and not kept' },
	{ name: 'put makes another', checks: ['reads_back', 'unique_id', 'available_after_create'], operations: ['replaceItem', 'getItem', 'listItems'], show: async api => { const { at, path } = await newItem(api); await api('PUT', path, { json: { ...item, title: 'Other' } }); return (await api('GET', at)).body.data.length === 2 }, description: 'replacing makes a second one' },
	{ name: 'a member is lost', checks: ['reads_back'], operations: ['createUser', 'getUser'], show: async api => (await api('GET', `/users/${(await newUser(api, { nickname: 'Al' })).id}`)).body.nickname === undefined, description: 'an optional member is not kept' },
	{ name: 'id given twice', checks: ['unique_id', 'available_after_create', 'use_after_delete', 'reads_back'], operations: ['createUser', 'getUser', 'createItem', 'getItem', 'deleteUser', 'deleteItem'], show: async api => { const first = await newUser(api), second = await newUser(api); await api('DELETE', `/users/${first.id}`); return (await newUser(api)).id === second.id }, description: 'after a delete an id is given to a second one' },
	{ name: 'read-only written', checks: ['read_only'], operations: ['createShop'], show: async api => (await newShop(api, { id: missing })) === missing, description: 'a client chooses an id that it may only read' },
].map(row => ({ area: 'state', ...row }))

const security = [
	{ name: 'no credential asked for', checks: ['ignored_authentication'], operations: ['getUser'], show: async api => (await api('GET', '/users/7', { credentials: {} })).status === 404, description: 'one operation asks for no credential' },
	{ name: 'any key is good', checks: ['ignored_authentication'], operations: ['getSettings', 'putSettings', 'exportShops'], show: async api => (await api('GET', '/settings', { credentials: { 'x-api-key': 'wrong' } })).status === 200, description: 'a wrong key is accepted' },
	{ name: 'any token is good', checks: ['ignored_authentication'], operations: ['*'], also: ['listUsers'], show: async api => (await api('GET', '/users', { credentials: { authorization: 'Bearer wrong' } })).status === 200, description: 'a wrong token is accepted' },
	{ name: 'odd credential crashes', checks: ['server_error', 'ignored_authentication'], operations: ['*'], also: ['listUsers'], show: async api => (await api('GET', '/users', { credentials: { authorization: 'nonsense' } })).status === 500, description: 'a credential of another scheme ends in 500' },
].map(row => ({ area: 'security', ...row }))

const parameterOf = (document, path, name) => document.paths[path].get.parameters.find(parameter => parameter.name === name)

const parameters = [
	{ name: 'missing header accepted', checks: ['missing_required_header', 'negative_rejected'], operations: ['search'], mutate: d => { parameterOf(d, '/search', 'X-Tenant').required = false }, show: got('/search', 200), description: 'a required header may be missing' },
	{ name: 'header name in one case', checks: ['positive_accepted'], operations: ['search'], show: async api => (await api('GET', '/search', { headers: { 'x-tenant': 'acme' }, raw: true })).status === 400, description: 'a header is only found if its name is written as in the document' },
	{ name: 'header unchecked', checks: ['negative_rejected'], operations: ['search'], mutate: d => { parameterOf(d, '/search', 'X-Tenant').schema = { type: 'string' } }, show: async api => (await search('', { 'X-Tenant': '1' })(api)).status === 200, description: 'a header is not checked' },
	{ name: 'cookie unchecked', checks: ['negative_rejected'], operations: ['search'], mutate: d => { parameterOf(d, '/search', 'theme').schema = { type: 'string' } }, show: async api => (await search('', { cookie: 'theme=banana' })(api)).status === 200, description: 'a cookie is not checked' },
	{ name: 'limit beyond maximum', checks: ['negative_rejected'], operations: ['listShops'], mutate: d => { parameterOf(d, '/shops', 'limit').schema.maximum = 51 }, show: got('/shops?limit=51', 200), description: 'a page larger than permitted is made' },
	{ name: 'least limit refused', checks: ['positive_accepted'], operations: ['listShops'], mutate: d => { parameterOf(d, '/shops', 'limit').schema.minimum = 2 }, show: got('/shops?limit=1', 400), description: 'a page of one is refused' },
	{ name: 'limit ignored', checks: ['paging', 'filter'], operations: ['listShops'], show: async api => { await newShop(api); await newShop(api); return (await api('GET', '/shops?limit=1')).body.items.length === 2 }, description: 'a page holds more than was asked for' },
	{ name: 'pages overlap', checks: ['paging'], operations: ['listShops'], show: async api => { await newShop(api); await newShop(api); const [a, b] = [await api('GET', '/shops?limit=1'), await api('GET', '/shops?limit=1&offset=1')]; return a.body.items[0].id === b.body.items[0].id }, description: 'the second page begins with the last of the first' },
	{ name: 'filter ignored', checks: ['filter'], operations: ['listShops'], show: async api => (await newShop(api), (await api('GET', '/shops?category=tools')).body.total === 1), description: 'a filter leaves what it should take out' },
	{ name: 'false is true', checks: ['filter'], operations: ['listShops'], show: async api => (await newShop(api), (await api('GET', '/shops?open=false')).body.total === 1), description: 'false in the query is taken for true' },
	{ name: 'sort crashes', checks: ['server_error'], operations: ['listShops'], during: ({ operation, values }) => crash(operation.id === 'listShops' && values.sort === '-name'), show: got('/shops?sort=-name', 500), description: 'one value of an enum in the query ends in 500' },
	{ name: 'default forgotten', checks: ['server_error', 'body_schema'], operations: ['listItems'], mutate: d => { delete parameterOf(d, '/shops/{shop_id}/items', 'per_page').schema.default }, show: async api => (await api('GET', (await newItem(api)).at)).body.per_page === null, description: 'without a parameter its default does not count' },
	{ name: 'list not split', checks: ['positive_accepted'], operations: ['search'], mutate: d => { parameterOf(d, '/search', 'ids').explode = true }, show: async api => (await search('ids=1,2')(api)).status === 400, description: 'a list with commas is taken for one value' },
	{ name: 'only one delimiter known', checks: ['positive_accepted'], operations: ['search'], mutate: d => { parameterOf(d, '/search', 'colors').style = 'form' }, show: async api => (await search('colors=red%7Cblue')(api)).status === 400, description: 'a list with bars is split at commas' },
	{ name: 'object unchecked', checks: ['negative_rejected'], operations: ['search'], mutate: d => { parameterOf(d, '/search', 'price').schema = { type: 'object', properties: {} } }, show: async api => (await search('price[min]=abc')(api)).status === 200, description: 'the members of an object in the query are not checked' },
	{ name: 'boolean unchecked', checks: ['negative_rejected'], operations: ['search'], mutate: d => { parameterOf(d, '/search', 'in_stock').schema = { type: ['boolean', 'string'] } }, show: async api => (await search('in_stock=maybe')(api)).status === 200, description: 'a boolean in the query may be anything' },
	{ name: 'odd path crashes', checks: ['server_error'], operations: ['getUser', 'patchUser', 'deleteUser'], after: ({ operation }, reply) => (reply.status === 404 && operation?.id === 'getUser' && reply.body.title.startsWith('user_id') ? { status: 500, problem: true, body: { title: 'broken', status: 500 } } : undefined), show: got('/users/abc', 500), description: 'text in the path where a number is wanted ends in 500' },
].map(row => ({ area: 'parameter', ...row }))

const times = [
	{ name: 'slow for one value', checks: ['response_time'], operations: ['listShops'], after: ({ operation, values }, reply) => (operation?.id === 'listShops' && values?.category === 'tools' ? { ...reply, wait: 3000 } : undefined), show: async api => { const begin = performance.now(); await api('GET', '/shops?category=tools'); return performance.now() - begin > 2900 }, description: 'for one value of a filter the answer takes three seconds' },
	{ name: 'hangs', checks: ['no_answer', 'response_time'], operations: ['deleteOrder'], after: of('deleteOrder', () => ({ hang: true })), show: async api => (await api('DELETE', `/orders/${(await newOrder(api)).id}`, { patience: 500 })).error, description: 'one operation never answers' },
].map(row => ({ area: 'time', ...row }))

export const faults = [...requests, ...answers, ...methods, ...states, ...security, ...parameters, ...times]
