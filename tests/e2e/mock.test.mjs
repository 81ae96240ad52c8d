// `teamwright mock SPEC` from the command line: stateful, validating, recording. What it answered is held against the
// document once more by ajv, which knows nothing of our own validator.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import { Mock, credential, shop } from './mock.mjs'
import { House } from './teamwright.mjs'

const document = parse(readFileSync(shop, 'utf8'))
const ada = { name: 'Ada', email: 'ada@example.org' }
const isProblem = (answer, status) => {
	assert.equal(answer.status, status, JSON.stringify(answer.body))
	assert.equal(answer.type, 'application/problem+json')
	assert.equal(answer.body.status, status)
	assert.equal(typeof answer.body.title, 'string')
}

describe('a mock of the shop', () => {
	let mock
	before(async () => { mock = await Mock.start([shop, '--record', 'exchanges.jsonl']) })
	after(() => mock.remove())
	const send = (method, path, options = {}) => mock.send(method, `/api${path}`, { ...options, headers: { ...credential, ...options.headers } })

	test('says what it serves', () => {
		const lines = mock.err.split('\n'), listed = lines.slice(0, lines.indexOf('')).map(line => line.split(/\s+/u).slice(0, 2).join(' '))
		const declared = Object.entries(document.paths).flatMap(([path, item]) =>
			['get', 'put', 'post', 'delete', 'patch'].filter(method => item[method]).map(method => `${method.toUpperCase()} ${path}`))
		assert.deepEqual(listed.sort(), declared.sort())
		assert.match(mock.err, /POST\s+\/customers\s+creates a customer\n/u)
		assert.match(mock.err, /GET\s+\/orders\/\{orderId\}\s+reads an order\n/u)
	})

	test('is ready at once', t => {
		t.diagnostic(`ready after ${mock.ready.toFixed(0)} ms, the start of an instrumented program included`)
		assert.ok(mock.ready < 5000)
	})

	test('keeps what it is given: found again, listed, changed, gone', async () => {
		const before = (await send('GET', '/customers')).body
		const made = await send('POST', '/customers', { json: { ...ada, tags: ['maths'], birthday: '1815-12-10' } })
		assert.equal(made.status, 201)
		assert.match(made.body.id, /^[0-9a-f-]{36}$/u)
		assert.deepEqual({ ...made.body, id: 0, joined: 0 }, { id: 0, ...ada, tier: 'basic', birthday: '1815-12-10', tags: ['maths'], joined: 0 })
		const where = `/customers/${made.body.id}`
		assert.equal(made.headers.get('location'), `/api${where}`)
		assert.deepEqual((await send('GET', where)).body, made.body)
		const listed = (await send('GET', '/customers')).body
		assert.equal(listed.total, before.total + 1)
		assert.deepEqual(listed.items.find(({ id }) => id === made.body.id), made.body)

		const replaced = await send('PUT', where, { json: { ...ada, name: 'Augusta', tier: 'gold' } })
		assert.equal(replaced.status, 200)
		assert.deepEqual(replaced.body, { id: made.body.id, name: 'Augusta', email: ada.email, tier: 'gold', joined: made.body.joined })
		const patched = await send('PATCH', where, { json: { birthday: null, tags: ['a', 'b'] }, headers: { 'content-type': 'application/merge-patch+json' } })
		assert.equal(patched.status, 200)
		assert.deepEqual((await send('GET', where)).body, patched.body)
		assert.deepEqual(patched.body.tags, ['a', 'b'])

		const gone = await send('DELETE', where)
		assert.deepEqual([gone.status, gone.body], [204, ''])
		for (const method of ['GET', 'DELETE']) isProblem(await send(method, where), 404)
		isProblem(await send('PUT', where, { json: ada }), 404)
		assert.deepEqual((await send('GET', '/customers')).body, before)
	})

	test('honours ids that clients choose', async () => {
		const anvil = { id: 'AN-0001', title: 'Anvil', price: 30 }
		const made = await send('POST', '/articles', { json: anvil })
		assert.deepEqual([made.status, made.body], [201, anvil])
		assert.equal((await send('POST', '/articles', { json: anvil })).status, 409)
		assert.deepEqual((await send('GET', '/articles/AN-0001')).body, anvil)
		const other = { id: 'AN-0002', title: 'Another anvil', price: 31 }
		assert.equal((await send('PUT', '/articles/AN-0002', { json: other })).status, 201)
		assert.equal((await send('PUT', '/articles/AN-0002', { json: { ...other, price: 32 } })).status, 200)
		assert.deepEqual((await send('GET', '/articles?q=ANOTHER')).body, [{ ...other, price: 32 }])
		assert.equal((await send('DELETE', '/articles/AN-0002')).status, 204)
		isProblem(await send('GET', '/articles/AN-0002'), 404)
	})

	test('knows what belongs to what', async () => {
		const customer = (await send('POST', '/customers', { json: ada })).body, of = `/customers/${customer.id}/orders`
		assert.deepEqual((await send('GET', of)).body, [])
		const order = (await send('POST', of, { json: { positions: [{ article: 'AN-0001', quantity: 2 }] } })).body
		assert.equal(order.customerId, customer.id)
		assert.deepEqual((await send('GET', of)).body, [order])
		assert.deepEqual((await send('GET', `/orders/${order.id}`)).body, order)
		assert.deepEqual((await send('GET', `${of}?status=shipped,cancelled`)).body, [])
		assert.deepEqual((await send('GET', `${of}?status=shipped,${order.status}`)).body, [order])
		const cancelled = await send('POST', `/orders/${order.id}/cancel`)
		assert.deepEqual([cancelled.status, cancelled.body.id], [202, order.id])
		isProblem(await send('GET', '/orders/9999'), 404)
		isProblem(await send('POST', '/orders/9999/cancel'), 404)
		isProblem(await send('GET', '/customers/nobody/orders'), 404)
		assert.equal((await send('DELETE', `/customers/${customer.id}`)).status, 204)
		isProblem(await send('GET', of), 404)
		isProblem(await send('GET', `/orders/${order.id}`), 404)
	})

	test('pages, sorts and filters lists', async () => {
		const names = ['Grace', 'Edsger', 'Barbara', 'Alan']
		for (const name of names) await send('POST', '/customers', { json: { name, email: `${name}@example.org`, tier: 'platinum' } })
		const all = (await send('GET', '/customers?sort=name&limit=50')).body
		assert.deepEqual(all.items.map(({ name }) => name), all.items.map(({ name }) => name).sort())
		const down = (await send('GET', '/customers?sort=-name&limit=50')).body.items
		assert.deepEqual(down.map(({ name }) => name), all.items.map(({ name }) => name).reverse())
		const pages = []
		for (let offset = 0; offset < all.total; offset += 2) {
			const page = (await send('GET', `/customers?sort=name&limit=2&offset=${offset}`)).body
			assert.equal(page.total, all.total)
			pages.push(...page.items)
		}
		assert.deepEqual(pages, all.items)
		const platinum = (await send('GET', '/customers?tier=platinum&limit=50')).body
		assert.deepEqual(new Set(platinum.items.map(({ tier }) => tier)), new Set(['platinum']))
		assert.ok(names.every(name => platinum.items.some(item => item.name === name)))
	})

	test('keeps a thing of which there is one', async () => {
		const settings = { currency: 'CHF', taxRate: 0.081 }
		assert.deepEqual((await send('PUT', '/settings', { json: settings })).body, settings)
		assert.deepEqual((await send('GET', '/settings')).body, settings)
	})

	const refused = {
		'a body without a member': ['POST', '/customers', { json: { name: 'Ada' } }, 400, 'body', ''],
		'a wrong type': ['POST', '/customers', { json: { ...ada, name: 7 } }, 400, 'body', '/name'],
		'a wrong format': ['POST', '/customers', { json: { ...ada, email: 'nowhere' } }, 400, 'body', '/email'],
		'a member that nobody knows': ['POST', '/customers', { json: { ...ada, nickname: 'A' } }, 400, 'body', '/nickname'],
		'a word that is not in the list': ['PUT', '/customers/1', { json: { ...ada, tier: 'iron' } }, 400, 'body', '/tier'],
		'items that are equal': ['POST', '/customers', { json: { ...ada, tags: ['a', 'a'] } }, 400, 'body', '/tags/1'],
		'a pattern that does not match': ['POST', '/customers', { json: { ...ada, tags: ['A'] } }, 400, 'body', '/tags/0'],
		'a patch of nothing': ['PATCH', '/customers/1', { json: {}, headers: { 'content-type': 'application/merge-patch+json' } }, 400, 'body', ''],
		'a fault deep inside': ['POST', '/articles', { json: { id: 'AB-0001', title: 'x', price: -1 } }, 422, 'body', '/price'],
		'no body': ['POST', '/customers', {}, 400, 'body', ''],
		'broken JSON': ['POST', '/customers', { text: '{"name": ' }, 400, 'body', ''],
		'a number out of range': ['GET', '/customers?limit=51', {}, 400, 'query', 'limit'],
		'a number that is none': ['GET', '/customers?offset=many', {}, 400, 'query', 'offset'],
		'a word in the query': ['GET', '/customers?sort=size', {}, 400, 'query', 'sort'],
		'an id that cannot be': ['GET', '/orders/zero', {}, 404, 'path', 'orderId'],
		'another media type': ['POST', '/customers', { text: 'name=Ada', headers: { 'content-type': 'text/csv' } }, 415, 'media type', ''],
		'an answer that cannot be had': ['GET', '/settings', { headers: { accept: 'image/png' } }, 406, 'header', 'Accept'],
		'a method that is not there': ['DELETE', '/settings', {}, 405, 'path', ''],
		'a path that is not there': ['GET', '/warehouses', {}, 404, 'path', ''],
	}
	for (const [what, [method, path, options, status, where, name]] of Object.entries(refused))
		test(`refuses ${what}`, async () => {
			const answer = await send(method, path, options)
			isProblem(answer, status)
			assert.ok(answer.body.errors.some(error => error.in === where && error.name === name), JSON.stringify(answer.body))
			if (status === 405) assert.equal(answer.headers.get('allow'), 'GET, PUT')
		})

	test('says everything that is wrong, and keeps nothing of it', async () => {
		const before = (await send('GET', '/customers')).body
		const answer = await send('POST', '/customers', { json: { name: '', email: 'x', tier: 'iron' } })
		isProblem(answer, 400)
		assert.deepEqual(answer.body.errors.map(({ name }) => name).sort(), ['/email', '/name', '/tier'])
		assert.deepEqual((await send('GET', '/customers')).body, before)
	})

	test('wants the credentials that the document wants', async () => {
		for (const authorization of ['', 'Basic YTpi']) {
			const answer = await mock.send('POST', '/api/customers', { json: ada, headers: { authorization } })
			isProblem(answer, 401)
			assert.match(answer.headers.get('www-authenticate'), /^Bearer/u)
		}
		assert.equal((await mock.send('GET', '/api/customers')).status, 200)
	})

	test('may be called by pages of any origin', async () => {
		const origin = 'http://shop.example:5173'
		const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, content-type' }
		const preflight = await mock.send('OPTIONS', '/api/customers', { headers: asked })
		assert.equal(preflight.status, 204)
		assert.equal(preflight.headers.get('access-control-allow-origin'), origin)
		assert.match(preflight.headers.get('access-control-allow-methods'), /GET.*POST/u)
		assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization, content-type')
		const patch = await mock.send('OPTIONS', '/api/customers/1', { headers: { ...asked, 'access-control-request-method': 'PATCH' } })
		assert.match(patch.headers.get('access-control-allow-methods'), /PATCH/u)
		for (const path of ['/settings', '/orders/9999', '/warehouses'])
			assert.equal((await send('GET', path, { headers: { origin } })).headers.get('access-control-allow-origin'), origin)
		assert.equal((await send('GET', '/settings')).headers.get('access-control-allow-origin'), '*')
	})

	test('shows the answers that a request prefers', async () => {
		const missing = await send('GET', '/settings', { headers: { prefer: 'code=404' } })
		assert.equal(missing.status, 404)
		isProblem(await send('POST', '/customers', { json: ada, headers: { prefer: 'code=409' } }), 409)
		const some = await Promise.all(Array.from({ length: 5 }, () => send('GET', '/settings', { headers: { prefer: 'dynamic=true' } })))
		assert.ok(new Set(some.map(({ body }) => JSON.stringify(body))).size > 1)
	})

	test('serves many at once', async () => {
		const before = (await send('GET', '/customers')).body.total
		const made = await Promise.all(Array.from({ length: 60 }, (_, i) => send('POST', '/customers', { json: { ...ada, name: `Ada ${i}` } })))
		assert.equal(new Set(made.map(({ body }) => body.id)).size, 60)
		assert.equal((await send('GET', '/customers')).body.total, before + 60)
	})

	test('tells about itself, and begins again', async () => {
		const requests = (await mock.send('GET', '/__mock/requests')).body
		assert.ok(requests.length > 60)
		const state = (await mock.send('GET', '/__mock/state')).body
		assert.deepEqual(state['/articles'], (await send('GET', '/articles')).body)
		assert.match((await mock.send('GET', '/__mock/routes')).body, /GET +\/settings/u)
		assert.equal((await mock.send('POST', '/__mock/reset')).status, 204)
		assert.equal((await send('GET', '/customers')).body.total, 2)
		isProblem(await mock.send('GET', '/__mock/secrets'), 404)
	})

	test('tells of each request on the terminal, and why it was refused', async () => {
		await send('GET', '/customers?limit=0')
		const [line] = await mock.until(/^GET +\/api\/customers\?limit=0 .*$/mu)
		assert.match(line, /^GET {5}\/api\/customers\?limit=0 {2}400 {2}\d+\.\d ms {2}query limit must be at least 1/u)
		assert.match(mock.err, /^POST {4}\/api\/customers {2}201 {2}\d+\.\d ms$/mu)
		assert.doesNotMatch(mock.err, /__mock/u)
	})

	test('ends with Ctrl-C, its record whole, its answers true to the document', async t => {
		const { code, out } = await mock.stop()
		assert.equal(code, 0)
		const [, count] = out.match(/^requests +(\d+)$/mu)
		const exchanges = readFileSync(join(mock.house.folder, 'exchanges.jsonl'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line))
		assert.equal(exchanges.length, Number(count))
		const judged = judge(exchanges)
		t.diagnostic(`${judged} answers judged`)
		assert.ok(judged > 100)
		const first = exchanges.find(({ method, status }) => method === 'POST' && status === 201)
		assert.equal(first.target, '/api/customers')
		assert.equal(JSON.parse(first.request_body).name, 'Ada')
		assert.equal(first.request_headers['content-type'], 'application/json')
		await assert.rejects(fetch(mock.url))
	})
})

// How many answers have a schema; each has to fit it.
function judge(exchanges) {
	const ajv = new Ajv2020.default({ strict: false, allErrors: true })
	addFormats.default(ajv)
	ajv.addSchema(document, 'shop')
	const resolve = node => (node?.$ref ? node.$ref.slice(2).split('/').reduce((at, name) => at[name], document) : node)
	const paths = Object.keys(document.paths).map(path => [path, new RegExp(`^/api${path.replace(/\{\w+\}/gu, '[^/]+')}$`, 'u')])
	let judged = 0
	for (const { method, target, status, response_body: body } of exchanges) {
		const path = paths.find(([, pattern]) => pattern.test(target.replace(/\?.*/u, '')))?.[0]
		const operation = document.paths[path]?.[method.toLowerCase()], response = operation?.responses[status]
		const content = Object.values(resolve(response)?.content ?? {})[0]
		if (!content) continue
		const check = ajv.compile({ components: document.components, ...content.schema })
		assert.ok(check(JSON.parse(body)), `${method} ${target}: ${body}: ${ajv.errorsText(check.errors)}`)
		judged++
	}
	return judged
}

async function conversation(words) {
	const mock = await Mock.start([shop, ...words]), bodies = []
	try {
		for (const path of ['/customers', '/articles', '/settings', '/orders/1']) bodies.push((await mock.send('GET', `/api${path}`)).body)
		bodies.push((await mock.send('POST', '/api/customers', { json: ada, headers: credential })).body)
		bodies.push((await mock.send('POST', '/api/orders/1/cancel', { headers: credential })).body)
		assert.equal((await mock.stop('SIGTERM')).code, 0)
	} finally {
		await mock.remove()
	}
	return bodies
}

test('the same seed gives the same data, another one other data', async () => {
	const [one, same, other] = await Promise.all([conversation(['--seed', '7']), conversation(['--seed', '7']), conversation(['--seed', '8'])])
	assert.deepEqual(one, same)
	assert.notDeepEqual(one[0], other[0])
})

test('--items says how much there is, --stateless keeps nothing', async () => {
	for (const count of [0, 5]) {
		const mock = await Mock.start([shop, '--items', String(count)])
		assert.equal((await mock.send('GET', '/api/customers')).body.total, count)
		await mock.remove()
	}
	const mock = await Mock.start([shop, '--stateless'])
	const made = await mock.send('POST', '/api/articles', { json: { id: 'AB-1234', title: 'x', price: 1 } })
	assert.equal(made.status, 201)
	assert.ok(!(await mock.send('GET', '/api/articles')).body.some(({ id }) => id === 'AB-1234'))
	await mock.remove()
})

test('a stream whose events alone are described is a stream of such events', async () => {
	const house = new House(), file = join(house.folder, 'events.yaml')
	writeFileSync(file, 'openapi: 3.2.0\ninfo: {title: x, version: "1"}\npaths: {/a: {get: {responses: {"200": {description: ok, content: {text/event-stream: ' +
		'{itemSchema: {type: object, required: [data, event], properties: {data: {type: string}, event: {const: tick}}}}}}}}}}\n')
	const mock = await Mock.start([file], house)
	const { status, body } = await mock.send('GET', '/a')
	const events = body.split('\n\n').slice(0, -1)
	assert.deepEqual([status, events.length], [200, 3])
	for (const event of events) assert.match(event, /^(data: .*\n)*event: tick(\ndata: .*)*$/u)
	await mock.remove()
})

test('a port in use is named with its remedy, and no file is touched', async () => {
	const server = createServer().listen(0, '127.0.0.1'), house = new House()
	await once(server, 'listening')
	const port = String(server.address().port)
	const { code, out, err } = await house.run(['mock', shop, '--port', port])
	assert.equal(code, 3)
	assert.equal(out, '')
	assert.match(err, new RegExp(`cannot listen on port ${port}: Address already in use\n.*--port`, 'u'))
	const { exit, error } = await house.ask(['mock', shop, '--port', port])
	assert.deepEqual([exit, error.code], [3, 'environment'])
	server.close()
	house.remove()
})

test('what cannot be served is refused with a reason', async () => {
	const house = new House()
	writeFileSync(join(house.folder, 'broken.yaml'), 'openapi: 3.1.0\ninfo: {title: x, version: 1}\npaths: {/a: {get: {responses: {200: {$ref: "#/nowhere"}}}}}\n')
	writeFileSync(join(house.folder, 'list.yaml'), '- 1\n')
	const cases = {
		'nothing.yaml': [2, /cannot read nothing\.yaml/u], 'broken.yaml': [1, /broken\.yaml:3:\d+.*#\/nowhere/su], 'list.yaml': [1, /list\.yaml/u],
		[`${shop} --port 70000`]: [2, /there is no port 70000/u], [`${shop} --port -1`]: [2, /there is no port -1/u], [`${shop} --items -2`]: [2, /--items cannot be -2/u],
		[`${shop} --record no/such/folder`]: [3, /cannot record into no\/such\/folder/u], '': [2, /spec/u], [`${shop} --colour`]: [2, /no option --colour/u],
	}
	for (const [words, [wanted, pattern]] of Object.entries(cases)) {
		const { code, err } = await house.run(['mock', ...words.split(' ').filter(Boolean)])
		assert.deepEqual([words, code], [words, wanted], err)
		assert.match(err, pattern)
	}
	house.remove()
})

test('--quiet says nothing, and what is recorded is there even after a kill', async () => {
	const house = new House(), server = createServer().listen(0, '127.0.0.1')
	await once(server, 'listening')
	const { port } = server.address()
	await new Promise(resolve => server.close(resolve))
	const mock = new Mock([shop, '--quiet', '--record', 'kept.jsonl', '--port', String(port)], house), record = join(house.folder, 'kept.jsonl')
	mock.url = `http://127.0.0.1:${port}`
	const settings = async () => {
		try {
			return await mock.send('GET', '/api/settings')
		} catch (error) {
			if (mock.child.exitCode !== null) throw error
			return await settings() // it does not listen yet
		}
	}
	assert.equal((await settings()).status, 200)
	await mock.stop('SIGKILL')
	assert.equal(mock.err, '')
	assert.ok(existsSync(record))
	assert.equal(JSON.parse(readFileSync(record, 'utf8')).target, '/api/settings')
	house.remove()
})

test('--progress json makes events of it, --json a result', async () => {
	const mock = new Mock([shop, '--progress', 'json', '--json', '--port', '0'])
	const [, text] = await mock.until(/^(.*mock\.listening.*)$/mu)
	const { data } = JSON.parse(text)
	mock.url = data.url
	assert.match(data.routes, /GET +\/settings/u)
	await mock.send('GET', '/api/settings')
	const [, line] = await mock.until(/^(.*mock\.request.*)$/mu), { us, ...told } = JSON.parse(line).data
	assert.deepEqual(told, { method: 'GET', target: '/api/settings', status: 200 })
	assert.ok(us >= 0)
	const { code, out } = await mock.stop()
	assert.deepEqual([code, JSON.parse(out)], [0, { url: data.url, requests: 1 }])
	await mock.remove()
})
