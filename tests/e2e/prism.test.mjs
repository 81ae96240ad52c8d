// The mock beside Prism: one document, the same requests. Status, media type, a static body and what a problem is made of have to be
// the same; where we differ on purpose, the reason stands with the request, and the test fails when the difference is gone.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import Ajv from 'ajv'
import { parse } from 'yaml'
import { Mock } from './mock.mjs'
import { root } from './teamwright.mjs'

const file = join(root, 'tests', 'e2e', 'data', 'prism.yaml')
const document = parse(readFileSync(file, 'utf8'))
const json = body => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
const form = { 'content-type': 'application/x-www-form-urlencoded' }, accept = value => ({ headers: { accept: value } })
const prefer = value => ({ headers: { prefer: value } }), key = { 'x-key': 'k' }
const parts = (...pairs) => ({
	headers: { 'content-type': 'multipart/form-data; boundary=b' },
	body: `${pairs.map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--b--\r\n`,
})

// [method, target, what is sent besides, how we differ: {status | type | body: reason}]
const requests = [
	['GET', '/shown'], ['GET', '/shown', prefer('example=dog')], ['GET', '/shown', prefer('example="cat"')], ['GET', '/shown', prefer('code=200, example=dog')],
	['GET', '/shown', prefer('example=bird')], ['GET', '/shown?__example=dog'], ['GET', '/shown?__code=404'], ['GET', '/shown', prefer('code=404')],
	['GET', '/shown', prefer('code=429')], ['GET', '/shown', prefer('code=503')], ['GET', '/shown', prefer('code=418')], ['GET', '/shown', prefer('dynamic=true')],
	['GET', '/shown?__dynamic=true'], ['GET', '/one'], ['GET', '/one', prefer('code=200')], ['GET', '/made'], ['GET', '/made', prefer('dynamic=true')], ['GET', '/inner'],
	['GET', '/text'], ['GET', '/text', accept('text/plain')], ['GET', '/text', accept('text/*')], ['GET', '/text', accept('application/json')],
	['GET', '/xml', accept('application/xml')], ['GET', '/xml', accept('application/json')], ['GET', '/xml', accept('*/*')],
	['GET', '/xml', accept('application/json;q=0.1, application/xml;q=0.9')], ['GET', '/xml', accept('text/html, application/json')], ['GET', '/xml', accept('image/png')],
	['GET', '/many'], ['GET', '/many', accept('application/vnd.zoo+json')], ['GET', '/many', accept('text/csv')], ['GET', '/many', accept('text/html')],
	['GET', '/many', { headers: { accept: 'application/vnd.zoo+json', prefer: 'code=404' } }],
	['GET', '/empty'], ['GET', '/empty', accept('text/html')], ['DELETE', '/gone'], ['POST', '/accepted'],
	['GET', '/ranges'], ['GET', '/ranges', prefer('code=204')], ['GET', '/ranges', prefer('code=418')], ['GET', '/failing'],
	['GET', '/old'], ['GET', '/old?also=x'],
	['GET', '/zoo/7'], ['GET', '/zoo/mine'], ['GET', '/zoo/0'], ['GET', '/zoo/x'], ['GET', '/zoo'], ['GET', '/zoo/7/8'], ['GET', '/zoo/7/keeper'], ['GET', '/zoo//keeper'], ['DELETE', '/zoo/7'], ['GET', '/nowhere'],
	['GET', '/query?name=ab'], ['GET', '/query'], ['GET', '/query?name=a'], ['GET', '/query?name=ab&count=9'], ['GET', '/query?name=ab&count=10'],
	['GET', '/query?name=ab&count=x'], ['GET', '/query?name=ab&list=1,2'], ['GET', '/query?name=ab&list=1,x'], ['GET', '/query?name=ab&spaced=1%202', {}, { status: 'a space in a query can only be escaped', type: 'so it is no fault' }],
	['GET', '/query?name=ab&spaced=1%20x'], ['GET', '/query?name=ab&piped=1|2'], ['GET', '/query?name=ab&piped=1|x'], ['GET', '/query?name=ab&deep[a]=1'],
	['GET', '/query?name=ab&deep[a]=x'], ['GET', '/query?name=ab&unknown=1'],
	['GET', '/query?name=ab', { headers: { 'x-mood': 'good' } }], ['GET', '/query?name=ab', { headers: { 'x-mood': 'odd' } }],
	['GET', '/query?name=ab', { headers: { cookie: 'crumb=3' } }],
	['GET', '/query?name=ab', { headers: { cookie: 'crumb=x' } }, { status: 'Prism does not read cookies', type: 'so it has no fault' }],
	['POST', '/pets', json({ name: 'Tom' })], ['POST', '/pets', json({ name: 'T' })], ['POST', '/pets', json({ age: 1 })], ['POST', '/pets', json({ name: 'Tom', age: -1 })],
	['POST', '/pets', json([])], ['POST', '/pets'], ['POST', '/pets', { body: '{', headers: { 'content-type': 'application/json' } }, { type: 'Prism has no problem for it' }],
	['POST', '/pets', { body: 'name=Tom&age=3', headers: form }], ['POST', '/pets', { body: 'name=Tom&age=x', headers: form }], ['POST', '/pets', { body: 'age=3', headers: form }],
	['POST', '/pets', parts(['name', 'Tom'], ['age', '3'])], ['POST', '/pets', parts(['name', 'Tom'], ['age', 'x'])], ['POST', '/pets', parts(['age', '3'])],
	['POST', '/pets', { body: '<a/>', headers: { 'content-type': 'application/xml' } }],
	['POST', '/told', json({ name: 'Tom' })], ['POST', '/told', json({})], ['POST', '/told', { ...json({}), headers: { ...json({}).headers, prefer: 'code=422, example=second' } }],
	['POST', '/told', { ...json({}), headers: { ...json({}).headers, prefer: 'code=200, example=first' } }],
	['POST', '/told', { ...json({}), headers: { ...json({}).headers, prefer: 'code=422, example=third' } }],
	['POST', '/told', { ...json({ name: 'Tom' }), headers: { ...json({}).headers, prefer: 'code=422' } }],
	['POST', '/bad', json({})], ['POST', '/else', json({})], ['POST', '/words', { body: 'word', headers: { 'content-type': 'text/plain' } }], ['POST', '/words'],
	['POST', '/words', json({})], ['POST', '/quiet'], ['POST', '/quiet', { body: 'x', headers: { 'content-type': 'text/plain' } }],
	['GET', '/basic'], ['GET', '/basic', { headers: { authorization: 'Basic eDp5' } }], ['GET', '/basic', { headers: { authorization: 'Basic abc' } }],
	['GET', '/basic', { headers: { authorization: 'Bearer abc' } }], ['GET', '/bearer'], ['GET', '/bearer', { headers: { authorization: 'Bearer abc' } }],
	['GET', '/bearer', { headers: { authorization: 'Basic eDp5' } }], ['GET', '/key'], ['GET', '/key', { headers: key }], ['GET', '/key/query'], ['GET', '/key/query?key=k'],
	['GET', '/key/cookie'], ['GET', '/key/cookie', { headers: { cookie: 'key=k' } }], ['GET', '/both', { headers: key }], ['GET', '/both?key=k', { headers: key }],
	['GET', '/either', { headers: key }], ['GET', '/either?key=k'], ['GET', '/either'], ['GET', '/maybe'], ['GET', '/oauth'],
	['GET', '/oauth', { headers: { authorization: 'Bearer abc' } }], ['GET', '/locked'], ['GET', '/locked', { headers: key }],
	['OPTIONS', '/one', { headers: { origin: 'http://a.example', 'access-control-request-method': 'GET' } }],
	['HEAD', '/one', {}, { status: 'HEAD is served wherever GET is (RFC 9110 section 9.3.2)' }],
]

async function freePort() {
	const server = createServer().listen(0, '127.0.0.1')
	await once(server, 'listening')
	const { port } = server.address()
	await new Promise(resolve => server.close(resolve))
	return port
}

async function startPrism() {
	const program = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js'), port = await freePort()
	const child = spawn(process.execPath, [program, 'mock', '--port', String(port), '--host', '127.0.0.1', file], { stdio: ['ignore', 'pipe', 'pipe'] })
	let said = ''
	for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (said += text))
	const ended = once(child, 'exit').then(() => true)
	while (!/listening on/u.test(said))
		if (await Promise.race([once(child.stdout, 'data').then(() => false), ended])) throw new Error(`Prism ended, saying: ${said}`)
	return { url: `http://127.0.0.1:${port}`, stop: async () => (child.kill('SIGKILL'), await ended) }
}

async function ask(url, [method, target, { body, headers = {} } = {}]) {
	const response = await fetch(url + target, { method, body, headers: { accept: '*/*', ...headers } }).catch(error => { throw new Error(`${url} ${method} ${target}: ${error.cause ?? error}`) })
	const text = await response.text()
	const type = response.headers.get('content-type')?.replace(/;.*/u, '') ?? null
	let value = text
	if (/json$/u.test(type ?? ''))
		try {
			value = JSON.parse(text)
		} catch {}
	return { status: response.status, type: text ? type : null, body: value, headers: response.headers }
}

const ajv = new Ajv({ strict: false })
const pet = ajv.compile({ components: document.components, ...document.components.schemas.Pet })

// What has to be alike of a body: problems have the same members, made values fit the schema, the rest is the same.
function likeness(answer, target) {
	if (answer.type === 'application/problem+json') return { status: answer.body.status, kind: answer.body.type.replace(/.*#/u, '') }
	return /^\/(made|shown.*dynamic)/u.test(target) ? { fits: pet(answer.body) } : answer.body
}

describe('the mock beside Prism', { timeout: 120000 }, () => {
	let ours, theirs
	before(async () => { [ours, theirs] = await Promise.all([Mock.start([file]), startPrism()]) })
	after(async () => { await Promise.all([ours.remove(), theirs.stop()]) })

	test('answers alike, but where a reason says otherwise', async t => {
		let differences = 0
		const failures = []
		for (const request of requests) {
			const [method, target, sent = {}, reasons = {}] = request, [a, b] = await Promise.all([ask(ours.url, request), ask(theirs.url, request)])
			const dynamic = target.includes('dynamic') || sent.headers?.prefer?.includes('dynamic') ? '/made' : target
			const alike = { status: a.status === b.status, type: a.type === b.type }
			alike.body = JSON.stringify(likeness(a, dynamic)) === JSON.stringify(likeness(b, dynamic)) || !alike.status || !alike.type
			differences += Object.keys(reasons).length
			if (alike.status && b.body.validation && !a.body.validation?.every(({ location, severity, code, message }) => location[0] && severity && code && message))
				failures.push(`${method} ${target}: no list of violations: ${JSON.stringify(a.body)}`)
			for (const [what, same] of Object.entries(alike))
				if (same === (what in reasons))
					failures.push(`${method} ${target} ${JSON.stringify(sent)}: ${what} is ${same ? 'the same' : 'another'}: ` +
						`${JSON.stringify([a.status, a.type, a.body])} and Prism's ${JSON.stringify([b.status, b.type, b.body])}`)
		}
		t.diagnostic(`${requests.length} requests, ${differences} differences with a reason`)
		assert.deepEqual(failures, [])
	})

	test('says the same about what is deprecated, and about violations', async () => {
		for (const request of [['GET', '/old'], ['GET', '/old?also=x'], ['POST', '/told', json({})], ['GET', '/one']]) {
			const [a, b] = await Promise.all([ask(ours.url, request), ask(theirs.url, request)])
			const told = ({ headers }) => JSON.parse(headers.get('sl-violations') ?? '[]').map(({ location, severity, code }) => ({ location, severity, code }))
			assert.deepEqual(told(a), told(b), request.join(' '))
			assert.equal(a.headers.get('deprecation'), b.headers.get('deprecation'))
		}
	})
})
