// What consumers really send, through a recording mock, and what that says of any version of the contract: of the one that
// they were written for, and of changed ones.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { Mock, shop } from './mock.mjs'
import { House } from './teamwright.mjs'

const ada = { name: 'Ada', email: 'ada@example.org', tier: 'gold' }

// A client as people write them; its name travels with every request.
function client(base, consumer) {
	return async (method, path, { json, headers = {} } = {}) => {
		const body = json === undefined ? undefined : JSON.stringify(json)
		const response = await fetch(`${base}/api${path}`, { method, body, headers: {
			authorization: 'Bearer secret', 'x-teamwright-consumer': consumer, ...(body && { 'content-type': 'application/json' }), ...headers } })
		const text = await response.text()
		return { status: response.status, body: /json/u.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text }
	}
}

async function useCustomers(send) {
	const made = await send('POST', '/customers', { json: ada })
	assert.equal(made.status, 201)
	await send('GET', '/customers?limit=5&tier=gold')
	await send('GET', `/customers/${made.body.id}`)
	await send('POST', '/customers', { json: {}, headers: { 'x-teamwright-expect': 'refused' } })
	await send('DELETE', `/customers/${made.body.id}`)
}

async function useArticles(send) {
	const list = await send('GET', '/articles')
	assert.equal(list.status, 200)
	await send('GET', '/settings')
}

describe('recorded consumers', () => {
	let mock, house, document
	const ask = (...words) => house.ask(['verify', '--spec', shop, ...words])
	// The shop, changed; its file.
	const changed = change => {
		const copy = structuredClone(document)
		change(copy, copy.components.schemas, copy.paths)
		writeFileSync(join(house.folder, 'new.json'), JSON.stringify(copy))
		return 'new.json'
	}

	before(async () => {
		house = new House()
		document = parse(readFileSync(shop, 'utf8'))
		mock = await Mock.start([shop, '--record', 'good.jsonl'], house)
		await useCustomers(client(mock.url, 'web'))
		await useArticles(client(mock.url, 'till'))
		await mock.stop()
		mock = await Mock.start([shop, '--record', 'bad.jsonl'], house)
		const send = client(mock.url, 'careless')
		await send('GET', '/nowhere')
		await send('POST', '/customers', { json: { name: 'Bob' } })
		await send('POST', '/customers', { json: { name: 'Bill', nickname: 'B' } })
		await send('GET', '/customers?limit=500')
		await send('GET', '/customers?limit=501')
		await send('POST', '/nowhere', { headers: { 'x-teamwright-expect': 'refused' } })
		await send('GET', '/customers')
		cpSync(join(house.folder, 'bad.jsonl'), join(house.folder, 'careless.jsonl'))   /* the mock goes on recording */
	})
	after(() => mock.remove())

	test('who keeps to the contract passes, test of refusals included', async () => {
		const result = await ask('--recording', 'good.jsonl')
		assert.deepEqual(result.broken, [])
		assert.deepEqual(result.notes, [])
		assert.equal(result.exit, 0)
		assert.deepEqual(result.contracts.map(({ persona, verdict, cases }) => ({ persona, verdict, cases })),
			[{ persona: 'web', verdict: 'passed', cases: 5 }, { persona: 'till', verdict: 'passed', cases: 2 }])
	})

	test('what is used is counted: operations, parameters, members sent and given', async () => {
		const { usages: [web, till] } = await ask('--recording', 'good.jsonl')
		assert.deepEqual(web.operations.map(({ operation, requests }) => [operation, requests]), [['GET /customers', 1], ['POST /customers', 2],
			['GET /customers/{customerId}', 1], ['DELETE /customers/{customerId}', 1]])
		const [list, create] = web.operations
		assert.deepEqual(create.members, ['/email', '/name', '/tier'])
		assert.deepEqual(create.missing, [])
		assert.deepEqual(create.unused, ['body /birthday', 'body /tags'])
		assert.deepEqual(list.parameters, ['query limit', 'query tier'])
		assert.deepEqual(list.unused, ['query offset', 'query sort'])
		assert.ok(list.answers[0].members.includes('/items/*/email'), list.answers[0].members)
		assert.ok(till.unused.includes('POST /customers') && !till.unused.includes('GET /articles'))
	})

	test('who does not is named with number, place and a command that repeats it', async t => {
		const result = await ask('--recording', 'careless.jsonl')
		assert.equal(result.exit, 1)
		const said = result.broken.map(({ kind, request, times, operation, found }) => [kind, request, times, operation, found])
		const has = (...wanted) => assert.ok(said.some(line => wanted.every((part, i) => part instanceof RegExp ? part.test(line[i]) : part === line[i])),
			`${wanted} is not in\n${said.join('\n')}`)
		has('unknown operation', 1, 1, 'GET /api/nowhere', /no path that fits/u)
		has('invalid request', 2, 2, 'POST /customers', /email/u)
		has('invalid request', 3, 1, 'POST /customers', /nickname/u)
		has('invalid request', 4, 2, 'GET /customers', /limit.*50/u)
		has('required and never sent', 2, 2, 'POST /customers', 'body /email is in no request')
		assert.equal(said.length, 5, said.join('\n'))
		for (const { curl, consumer } of result.broken) {
			assert.equal(consumer, 'careless')
			const printed = await new Promise(resolve => execFile('sh', ['-c', curl], (error, out) => resolve(out || String(error))))
			assert.match(printed, /^HTTP\/1.1 4\d\d/u, curl)
			t.diagnostic(`${curl} -> ${printed.slice(0, 12)}`)
		}
	})

	// What a change does to `web`, who uses customers; `till` reads articles and is never touched.
	const breaking = {
		'an operation is gone': [(doc, schemas, paths) => { delete paths['/customers/{customerId}'].delete }, /unknown operation/u, 'DELETE /customers/{customerId}', 5],
		'a path is renamed': [(doc, schemas, paths) => { paths['/clients'] = paths['/customers']; delete paths['/customers'] }, /unknown operation/u, 'POST /customers', 1],
		'a parameter becomes required': [(doc, schemas, paths) => { Object.assign(paths['/customers'].get.parameters[1], { required: true }) }, /query offset is missing/u, 'GET /customers', 2],
		'a limit is lowered': [(doc, schemas, paths) => { paths['/customers'].get.parameters[0].schema.maximum = 4 }, /limit.*4/u, 'GET /customers', 2],
		'a value is withdrawn': [(doc, schemas) => { schemas.Tier.enum = ['basic', 'platinum'] }, /gold/u, 'POST /customers', 1],
		'a member becomes required': [(doc, schemas) => { schemas.NewCustomer.required.push('birthday') }, /birthday/u, 'POST /customers', 1],
		'a member is no longer accepted': [(doc, schemas) => { delete schemas.NewCustomer.properties.tier }, /tier/u, 'POST /customers', 1],
		'another media type is wanted': [(doc, schemas, paths) => { const { content } = paths['/customers'].post.requestBody; content['application/xml'] = content['application/json']; delete content['application/json'] },
			/application\/json is not accepted/u, 'POST /customers', 1],
		'a credential is wanted': [(doc, schemas, paths) => { Object.assign(doc.components.securitySchemes, { second: { type: 'apiKey', in: 'header', name: 'X-Key' } }); paths['/customers/{customerId}'].get.security = [{ second: [] }] },
			/X-Key/iu, 'GET /customers/{customerId}', 3],
		'a member is given no more': [(doc, schemas) => { delete schemas.Customer.properties.email; schemas.Customer.required = ['id', 'name', 'tier', 'joined'] }, /email is described by no schema any more/u, 'GET /customers/{customerId}', 3],
		'a member may be missing': [(doc, schemas) => { schemas.Customer.required = ['id', 'name', 'tier', 'joined'] }, /email may be missing now/u, 'GET /customers/{customerId}', 3],
		'a member may be null': [(doc, schemas) => { schemas.Customer.properties.name.type = ['string', 'null'] }, /name may be null now/u, 'GET /customers/{customerId}', 3],
		'a member changes its type': [(doc, schemas) => { schemas.Customer.properties.id = { type: 'integer' } }, /id must be/u, 'GET /customers/{customerId}', 3],
		'a status is another': [(doc, schemas, paths) => { const { responses } = paths['/customers'].post; responses['202'] = responses['201']; delete responses['201'] }, /201 is not declared/u, 'POST /customers', 1],
		'a header is promised that was not there': [(doc, schemas, paths) => { paths['/customers'].get.responses['200'].headers = { 'X-Page': { required: true, schema: { type: 'integer' } } } }, /X-Page/iu, 'GET /customers', 2],
	}
	for (const [name, [change, pattern, operation, number]] of Object.entries(breaking))
		test(`a change that breaks: ${name}`, async () => {
			const result = await house.ask(['verify', '--spec', changed(change), '--before', shop, '--recording', 'good.jsonl'])
			assert.equal(result.exit, 1, JSON.stringify(result))
			assert.deepEqual([...new Set(result.broken.map(({ consumer }) => consumer))], ['web'])
			assert.ok(result.broken.some(broken => broken.operation === operation && broken.request === number && pattern.test(`${broken.kind} ${broken.found}`)),
				JSON.stringify(result.broken.map(({ kind, operation: where, request, found }) => [kind, where, request, found])))
		})

	const harmless = {
		nothing: () => {},
		'a new operation': (doc, schemas, paths) => { paths['/news'] = { get: { responses: { 200: { description: 'news' } } } } },
		'a new optional parameter': (doc, schemas, paths) => { paths['/customers'].get.parameters.push({ name: 'q', in: 'query', schema: { type: 'string' } }) },
		'a new optional member': (doc, schemas) => { schemas.NewCustomer.properties.phone = { type: 'string' }; schemas.Customer.properties.phone = { type: 'string' } },
		'a wider limit': (doc, schemas, paths) => { paths['/customers'].get.parameters[0].schema.maximum = 100 },
		'an operation that nobody uses is gone': (doc, schemas, paths) => { delete paths['/orders/{orderId}'] },
	}
	for (const [name, change] of Object.entries(harmless))
		test(`a change that breaks nobody: ${name}`, async () => {
			const result = await house.ask(['verify', '--spec', changed(change), '--before', shop, '--recording', 'good.jsonl'])
			assert.deepEqual(result.broken, [])
			assert.equal(result.exit, 0)
		})

	test('what was wrong before the change is not blamed on it', async () => {
		const result = await house.ask(['verify', '--spec', shop, '--before', shop, '--recording', 'careless.jsonl'])
		assert.deepEqual(result.broken, [])
		assert.ok(result.notes.every(({ found }) => found.includes('under Shop 1.2.0, too')))
		assert.ok(result.notes.length >= 4)
	})

	test('deprecated use is told, and is no fault', async () => {
		const spec = changed((doc, schemas, paths) => {
			paths['/articles'].get.deprecated = true
			paths['/customers'].get.parameters[2].deprecated = true
			schemas.NewCustomer.properties.email.deprecated = true
		})
		const result = await house.ask(['verify', '--spec', spec, '--recording', 'good.jsonl'])
		assert.equal(result.exit, 0)
		assert.deepEqual(result.notes.map(({ kind, consumer, operation, found }) => [kind, consumer, operation, found]), [
			['deprecated use', 'web', 'POST /customers', 'body /email is a deprecated member'],
			['deprecated use', 'web', 'GET /customers', 'tier is a deprecated parameter'],
			['deprecated use', 'till', 'GET /articles', 'the operation is deprecated']])
	})

	test('people read it, too', async () => {
		const { code, out } = await house.run(['verify', '--spec', shop, '--recording', 'careless.jsonl'])
		assert.equal(code, 1)
		assert.match(out, /careless: invalid request, POST \/customers {2}\[request 2 of careless, 2 in all\]/u)
		assert.match(out, /failed: 5 against the contract/u)
	})

	test('what cannot be judged says so', async () => {
		writeFileSync(join(house.folder, 'empty.jsonl'), '')
		writeFileSync(join(house.folder, 'broken.jsonl'), '{"method":"GET"}\n')
		writeFileSync(join(house.folder, 'other.json'), '{"a":1}')
		for (const words of [['--recording', 'none.jsonl'], ['--recording', 'empty.jsonl'], ['--recording', 'broken.jsonl'], ['--recording', 'other.json'],
			['--before', shop], ['--recording', 'good.jsonl', 'folder']]) {
			const { exit, error } = await ask(...words)
			assert.equal(exit, 2, words.join(' '))
			assert.ok(error.remedy, words.join(' '))
		}
		const { exit } = await house.ask(['verify', '--recording', 'good.jsonl'])
		assert.equal(exit, 2)
	})
})
