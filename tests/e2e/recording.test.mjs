// Recordings in the forms of others: archives that browsers save, and pacts. Third parties write them, read ours, and judge with us:
// the schema of HAR, Pact's own library (mock server and verifier), and swagger-mock-validator.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import Ajv from 'ajv'
import { Mock, shop } from './mock.mjs'
import { House, root } from './teamwright.mjs'

// Pact's library is a native one of 18 MB: it is installed once, beside the build.
const place = join(root, 'build', 'peers', 'recording'), packages = ['@pact-foundation/pact-core@20.2.0', 'swagger-mock-validator@12.0.0', 'har-schema@2.0.0']
let missing
function peers() {
	if (missing || existsSync(join(place, 'node_modules', 'har-schema'))) return missing
	try {
		mkdirSync(place, { recursive: true })
		writeFileSync(join(place, 'package.json'), '{"private": true}\n')
		execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', '--prefix', place, ...packages], { stdio: 'pipe', timeout: 180000 })
	} catch (error) {
		missing = `the peers cannot be installed: ${String(error.stderr ?? error).split('\n').find(line => /error/iu.test(line)) ?? error.message}`
	}
	return missing
}
const load = name => createRequire(join(place, 'index.js'))(name)

const library = JSON.stringify({
	openapi: '3.0.3', info: { title: 'Library', version: '1.0.0' }, servers: [{ url: 'http://books.example.org' }],
	paths: {
		'/books': {
			get: { parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 50 } }],
				responses: { 200: { description: 'books', content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Book' } } } } } } },
			post: { requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Draft' } } } },
				responses: { 201: { description: 'kept', content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } } } } },
		},
		'/books/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
			responses: { 200: { description: 'book', content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } } }, 404: { description: 'none' } } } },
		'/covers/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
			responses: { 200: { description: 'picture', content: { 'image/png': { schema: { type: 'string', format: 'binary' } } } } } } },
	},
	components: { schemas: {
		Draft: { type: 'object', required: ['title'], properties: { title: { type: 'string', minLength: 1 }, pages: { type: 'integer', minimum: 1 } } },
		Book: { type: 'object', required: ['id', 'title', 'added'], properties: { id: { type: 'string', format: 'uuid' }, title: { type: 'string' },
			pages: { type: 'integer' }, added: { type: 'string', format: 'date-time' } } },
	} },
})
const json = { 'content-type': 'application/json' }

describe('recordings in the forms of others', () => {
	let house, mock
	before(async () => {
		house = new House()
		writeFileSync(join(house.folder, 'library.json'), library)
		mock = await Mock.start(['library.json', '--record', 'exchanges.jsonl', '--items', '0'], house)
		const send = (method, path, body) => fetch(`${mock.url}${path}`, { method, body: body && JSON.stringify(body), headers: { ...(body && json), 'x-teamwright-consumer': 'reader' } })
		const made = await (await send('POST', '/books', { title: 'Dune', pages: 412 })).json()
		await (await send('GET', `/books/${made.id}`)).text()
		await (await send('GET', '/books?limit=5')).text()
		await (await send('GET', '/books/none')).text()
		await (await send('GET', '/covers/1')).arrayBuffer()
		await mock.stop()
	})
	after(() => mock.remove())
	const file = name => JSON.parse(readFileSync(join(house.folder, name), 'utf8'))
	const lines = name => readFileSync(join(house.folder, name), 'utf8').trim().split('\n').map(line => JSON.parse(line))
	const verify = (...words) => house.ask(['verify', '--spec', 'library.json', ...words])
	const convert = async (from, to, ...words) => {
		const result = await house.ask(['recording', 'convert', from, to, ...words])
		assert.equal(result.exit, 0, JSON.stringify(result))
		return result
	}

	test('to an archive and back nothing is lost', async () => {
		await convert('exchanges.jsonl', 'all.har', '--origin', 'http://books.example.org')
		await convert('all.har', 'back.jsonl')
		const strip = ({ target, ...rest }) => ({ ...rest, target: target.replace('http://books.example.org', '') })
		assert.deepEqual(lines('back.jsonl').map(strip), lines('exchanges.jsonl').map(strip))
		for (const recording of ['exchanges.jsonl', 'all.har', 'back.jsonl']) {
			const result = await verify('--recording', recording)
			assert.deepEqual([result.exit, result.broken], [0, []], recording)
		}
	})

	test('our archives are what HAR 1.2 says', async t => {
		if (peers()) return t.skip(missing)
		await convert('exchanges.jsonl', 'checked.har')
		const schemas = load('har-schema'), ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true, uri: true, ipv4: true, ipv6: true, email: true }, validateSchema: false })
		for (const [name, schema] of Object.entries(schemas)) ajv.addSchema({ ...schema, $schema: undefined }, `${name}.json`)
		const check = ajv.getSchema('har.json')
		assert.ok(check(file('checked.har')), JSON.stringify(check.errors))
		assert.equal(check({ log: { version: '1.2', creator: { name: 'x' }, entries: [] } }), false, 'the schema refuses something at least')
	})

	test('an archive as browsers save it: other servers, pictures, credentials and bodies left out', async () => {
		const entry = (method, url, answer, extra = {}) => ({ startedDateTime: '2026-11-20T10:00:00.000+01:00', time: 12.5, cache: {}, timings: { send: 0, wait: 12, receive: 0.5 }, pageref: 'page_1', _resourceType: 'fetch',
			request: { method, url, httpVersion: 'h2', headersSize: -1, bodySize: -1, cookies: [], queryString: [], headers: [{ name: ':authority', value: 'x' }, { name: 'Accept', value: '*/*' }], ...extra },
			response: { status: 200, statusText: '', httpVersion: 'h2', headersSize: -1, bodySize: -1, cookies: [], redirectURL: '', headers: [{ name: 'content-type', value: answer?.mimeType ?? 'text/html' }], content: answer ?? { size: 0, mimeType: 'x-unknown' } } })
		const book = { id: '7f1c2f5e-1a70-4b3a-9a55-1f6f0c6a2f10', title: 'Dune', added: '2026-01-01T00:00:00Z' }
		const entries = [
			entry('GET', 'https://fonts.example.net/a.woff', { size: 4, mimeType: 'font/woff', text: 'AAEC', encoding: 'base64' }),
			entry('GET', 'https://api.example.org/books?limit=5', { size: 3, mimeType: 'application/json', text: JSON.stringify([book]) }),
			entry('GET', 'https://api.example.org/books?limit=500', { size: 900, mimeType: 'application/json' }),
			entry('GET', 'https://api.example.org/covers/1', { size: 3, mimeType: 'image/png', text: 'iVBORw==', encoding: 'base64' }),
			entry('POST', 'https://api.example.org/books', undefined, { postData: { mimeType: 'application/json', text: '{"pages":0}' } }),
			entry('POST', 'https://collector.example.net/v2/track', undefined, { postData: { mimeType: 'text/plain', text: 'x' } }),
		]
		entries[4].response.status = 0   // as a request that was blocked is saved
		writeFileSync(join(house.folder, 'browser.har'), `\uFEFF${JSON.stringify({ log: { version: '1.2', creator: { name: 'Browser', version: '1' }, pages: [], entries } })}`)
		const result = await verify('--recording', 'browser.har')
		assert.equal(result.exit, 1)
		assert.equal(result.ignored, 2)
		assert.deepEqual(result.broken.map(({ request, kind, found }) => [request, kind, found.replace(/,.*/u, '')]), [
			[3, 'invalid request', 'query limit must be at most 50'],
			[5, 'invalid request', 'body /pages must be at least 1'], [5, 'invalid request', 'body lacks the required member "title"'],
			[5, 'required and never sent', 'body /title is in no request']])
		assert.match(result.broken[1].curl, /^curl -i -g --path-as-is -X 'POST' 'https:\/\/api\.example\.org\/books' .*--data-raw '\{"pages":0\}'$/u)
		const only = await verify('--recording', 'browser.har', '--url', 'https://fonts.example.net')
		assert.deepEqual([only.exit, only.ignored], [1, 5])
		const secured = JSON.parse(library)
		Object.assign(secured, { security: [{ token: [] }] })
		secured.components.securitySchemes = { token: { type: 'http', scheme: 'bearer' } }
		writeFileSync(join(house.folder, 'secured.json'), JSON.stringify(secured))
		const stripped = await house.ask(['verify', '--spec', 'secured.json', '--recording', 'browser.har'])
		assert.deepEqual(stripped.broken.map(({ request }) => request), [3, 5, 5, 5])
		assert.ok(stripped.notes.some(({ found }) => /no credentials/u.test(found)))
	})

	test('Pact’s verifier takes our pact, and replays it against a fresh mock', async t => {
		if (peers()) return t.skip(missing)
		await convert('exchanges.jsonl', 'reader.pact.json', '--provider', 'library')
		const pact = file('reader.pact.json')
		assert.deepEqual([pact.consumer.name, pact.provider.name, pact.interactions.length, pact.metadata.pactSpecification.version], ['reader', 'library', 5, '4.0'])
		const replay = await Mock.start(['library.json', '--items', '0'], house)
		try {
			// In a process of its own: the native library keeps threads.
			const script = `const { Verifier } = require('@pact-foundation/pact-core')
				new Verifier({ providerBaseUrl: ${JSON.stringify(replay.url)}, provider: 'library', pactUrls: [${JSON.stringify(join(house.folder, 'reader.pact.json'))}], logLevel: 'error' })
					.verify().then(result => process.stdout.write('VERDICT ' + JSON.stringify(JSON.parse(result).interactionResults.map(({ result }) => result)) + '\\n'), error => { console.log(String(error)); process.exitCode = 1 })`
			const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: place, timeout: 60000, maxBuffer: 1 << 24 })
			assert.deepEqual(JSON.parse(/VERDICT (.*)/u.exec(stdout)[1]), Array(5).fill('OK'))
		} finally {
			await replay.stop()
		}
	})

	// Pact's own mock server writes them, all in one process: each of `wanted` is { version, name, …what differs }.
	const script = `const { makeConsumerPact } = require('@pact-foundation/pact-core')
		const [folder, wanted] = JSON.parse(process.argv[1])
		const write = async ({ version, name, sent = { title: 'Dune' }, made = {}, path = '/books', limit = 5, id = '7f1c2f5e-1a70-4b3a-9a55-1f6f0c6a2f10' }) => {
			const pact = makeConsumerPact('desk', 'library', version, 'error')
			const make = pact.newInteraction('a book is kept')
			make.given('an empty library')
			make.withRequest('POST', '/books')
			make.withRequestBody(JSON.stringify(sent), 'application/json')
			make.withStatus(201)
			make.withResponseBody(JSON.stringify({ id: { 'pact:matcher:type': 'type', value: id }, title: 'Dune', ...made }), 'application/json')
			const list = pact.newInteraction('books are listed')
			list.withRequest('GET', path)
			list.withQuery('limit', 0, String(limit))
			list.withStatus(200)
			list.withResponseBody(JSON.stringify({ 'pact:matcher:type': 'type', min: 1, value: [{ title: 'Dune' }] }), 'application/json')
			const port = pact.createMockServer('127.0.0.1', 0, false), base = 'http://127.0.0.1:' + port
			await fetch(base + '/books', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) })
			await fetch(base + path + '?limit=' + limit)
			if (!pact.mockServerMatchedSuccessfully(port)) throw new Error(pact.mockServerMismatches(port))
			pact.writePactFile(folder + '/' + name, true)
			pact.cleanupMockServer(port)
		}
		;(async () => { for (const one of wanted) await write(one) })()`
	const writePacts = async wanted => {
		await promisify(execFile)(process.execPath, ['-e', script, JSON.stringify([house.folder, wanted])], { cwd: place, timeout: 60000 })
		return wanted.map(({ name }) => join(house.folder, name, 'desk-library.json'))
	}

	test('a pact that Pact wrote is read, in each version, and survives our hands', async t => {
		if (peers()) return t.skip(missing)
		const seen = new Set()
		const versions = [3, 4, 5]   // as its library counts them: 2.0, 3.0 and 4.0
		const paths = await writePacts(versions.map(version => ({ version, name: `pact${version}`, id: 'an example of an id' })))   // which the rule says it is
		for (const [i, path] of paths.entries()) {
			seen.add(JSON.parse(readFileSync(path, 'utf8')).metadata.pactSpecification.version.replace(/\.0$/u, ''))
			const result = await verify('--recording', path)
			assert.deepEqual([result.exit, result.broken], [0, []], `version ${versions[i]}`)
			assert.deepEqual(result.contracts.map(({ persona, cases }) => [persona, cases]), [['desk', 2]])
			await convert(path, 'again.json')
			await convert('again.json', 'once-more.json')
			const again = file('again.json')
			assert.deepEqual(again, file('once-more.json'))
			assert.equal(again.interactions[0].description, 'a book is kept')
			assert.deepEqual(again.interactions[0].providerStates, [{ name: 'an empty library' }])
			assert.deepEqual(again.interactions[0].request.body, { content: { title: 'Dune' }, contentType: 'application/json', encoded: false })
			assert.equal(again.interactions[0].response.matchingRules.body['$.id'].matchers[0].match, 'type')
			assert.deepEqual(again.interactions[1].request.query, { limit: ['5'] })
		}
		assert.equal(seen.size, 3, [...seen].join(', '))
	})

	// What is wrong with a pact, whether swagger-mock-validator sees it too, and what we say.
	const wrongs = {
		'nothing is wrong': [{}, true, undefined],
		'a query beyond its limit': [{ limit: 500 }, false, /limit must be at most 50/u],
		'an operation that is not there': [{ path: '/magazines' }, false, /no path that fits/u],
		'a body without what is required': [{ sent: { pages: 3 } }, false, /title/u],
		'a body of a wrong type': [{ sent: { title: 'Dune', pages: 'many' } }, false, /pages must be/u],
		'an answer of a wrong type': [{ made: { pages: 'many' } }, false, /pages must be/u],
		'an answer with a member that nobody promises': [{ made: { titel: 'Dune' } }, false, /titel is described by no schema/u],
	}
	test('pacts with a fault each, judged with swagger-mock-validator', async t => {
		if (peers()) return t.skip(missing)
		const paths = await writePacts(Object.values(wrongs).map(([change], i) => ({ version: 4, name: `wrong${i}`, ...change })))
		const tool = join(place, 'node_modules/swagger-mock-validator/dist/cli.js')
		for (const [i, [name, [, fine, pattern]]] of Object.entries(wrongs).entries()) {
			const result = await verify('--recording', paths[i])
			assert.equal(result.exit, fine ? 0 : 1, `${name}: ${JSON.stringify(result.broken)}`)
			if (pattern) assert.ok(result.broken.some(({ found }) => pattern.test(found)), `${name}: ${JSON.stringify(result.broken.map(({ found }) => found))}`)
			const verdict = await promisify(execFile)(process.execPath, [tool, join(house.folder, 'library.json'), paths[i]], { timeout: 60000 }).then(() => true, () => false)
			if (verdict !== fine) t.diagnostic(`swagger-mock-validator finds nothing in ${name}`)
			assert.ok(verdict === fine || name.includes('nobody promises'), `${name}: we disagree`)
		}
	})

	test('what cannot be converted says so', async () => {
		writeFileSync(join(house.folder, 'two.jsonl'), [{ consumer: 'a', method: 'GET', target: '/', status: 200 }, { consumer: 'b', method: 'GET', target: '/', status: 200 }].map(JSON.stringify).join('\n'))
		for (const words of [['exchanges.jsonl', 'out.txt'], ['exchanges.jsonl', 'out', '--format', 'xml'], ['none.har', 'out.jsonl'], ['two.jsonl', 'two.json']]) {
			const { exit, error } = await house.ask(['recording', 'convert', ...words])
			assert.equal(exit, 2, words.join(' '))
			assert.ok(error.remedy, words.join(' '))
		}
		const one = await convert('two.jsonl', 'two.json', '--consumer', 'b')
		assert.deepEqual([one.exchanges, one.skipped], [1, 1])
	})
})
