// A mock under siege: too many connections, slow ones, bodies and documents without end. It refuses within its limits, keeps
// its memory, and serves others meanwhile. TEAMWRIGHT_SOAK=1 is full size: 10 000 connections, bodies of a gigabyte.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Mock, shop } from './mock.mjs'
import { House, fullSize } from './teamwright.mjs'

const connections = fullSize ? 10000 : 2000, bodyBytes = fullSize ? 2 ** 30 : 2 ** 27
// What is freed and held back to catch late uses is the sanitizer's, not the mock's.
process.env.ASAN_OPTIONS = [process.env.ASAN_OPTIONS, 'quarantine_size_mb=8'].filter(Boolean).join(':')
const memoryLimit = 400e6   // an instrumented program is several times as large as one that is shipped

const status = (pid, field) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'mu').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

// A connection of which what came is kept (the first of it), and what became of it.
function dial(port, bytes) {
	const socket = connect({ host: '127.0.0.1', port, noDelay: true })
	const line = { socket, heard: '', open: false, closed: false, failed: undefined }
	line.opened = new Promise(resolve => {
		socket.on('connect', () => (line.open = true, bytes && socket.write(bytes), resolve(true)))
		socket.on('error', error => (line.failed = error.code, resolve(false)))
	})
	line.gone = new Promise(resolve => socket.on('close', () => (line.closed = true, resolve(line))))
	socket.on('data', chunk => line.heard.length < 4096 && (line.heard += chunk.toString('latin1')))
	return line
}

const within = (promise, ms, what) => {
	let timer
	const late = new Promise((resolve, reject) => (timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms)))
	return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// Somebody else, on a connection of its own.
async function isServed(port) {
	const line = dial(port, 'GET /api/articles HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
	await within(line.gone, 20000, 'a visitor')
	assert.match(line.heard, /^HTTP\/1\.1 200 /u, line.failed ?? line.heard.slice(0, 200))
}

// Writes until `total` bytes are out or the other side has had enough; answers how many went out.
async function pour(line, total, chunk, frame = piece => piece) {
	const piece = frame(chunk)
	let sent = 0
	while (sent < total && !line.closed && !line.failed) {
		sent += chunk.length
		if (!line.socket.write(piece)) await Promise.race([new Promise(resolve => line.socket.once('drain', resolve)), line.gone])
	}
	return sent
}

describe('a mock under siege', () => {
	let mock, port
	before(async () => {
		mock = await Mock.start([shop])
		port = Number(new URL(mock.url).port)
		await isServed(port)
	})
	after(() => mock.remove())
	const sane = async t => {
		await isServed(port)
		assert.equal(mock.child.exitCode, null, mock.err)
		const peak = status(mock.child.pid, 'VmHWM')
		t.diagnostic(`peak of ${(peak / 1e6).toFixed(0)} MB`)
		assert.ok(peak < memoryLimit, `${peak} bytes`)
	}

	test(`${connections} connections at once that say nothing`, async t => {
		const most = Number(execFileSync('sh', ['-c', 'ulimit -n -H']).toString())
		if (most < connections + 500) return t.skip(`only ${most} files may be open`)
		const lines = []
		for (let i = 0; i < connections; i += 250) {
			const some = Array.from({ length: 250 }, () => dial(port, 'GET /api/art'))
			await within(Promise.all(some.map(line => line.opened)), 60000, `connection ${i}`)
			lines.push(...some)
			await isServed(port)
		}
		t.diagnostic(`${lines.filter(line => line.open && !line.closed).length} of them are open`)
		await sane(t)
		for (const line of lines) line.socket.destroy()
		await sane(t)
	})

	test('requests byte by byte', async t => {
		const text = `GET /api/articles?${'a'.repeat(400)} HTTP/1.1\r\nHost: x\r\n`
		const lines = Array.from({ length: 200 }, () => dial(port))
		await Promise.all(lines.map(line => line.opened))
		for (let i = 0; i < text.length; i++) {
			for (const line of lines) if (!line.closed) line.socket.write(text[i])
			if (i % 100 === 0) await isServed(port)
		}
		await sane(t)
		for (const line of lines) if (!line.closed) line.socket.write('Connection: close\r\n\r\n')
		await within(Promise.all(lines.map(line => line.gone)), 30000, 'slow requests')
		assert.ok(lines.every(line => line.heard.startsWith('HTTP/1.1 ')), 'a slow request is a request all the same')
	})

	for (const [name, head, frame] of [
		['with its length said', `Content-Length: ${bodyBytes}`, piece => piece],
		['in chunks', 'Transfer-Encoding: chunked', piece => Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')])],
		['that is longer than it says', `Content-Length: 10`, piece => piece],
	])
		test(`a body of ${bodyBytes >> 20} MB ${name}`, async t => {
			const line = dial(port, `POST /api/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s\r\nContent-Type: application/json\r\n${head}\r\n\r\n`)
			await line.opened
			const pouring = pour(line, bodyBytes, Buffer.alloc(65536, 0x20), frame)
			await isServed(port)
			const sent = await within(pouring, 120000, 'the body')
			line.socket.end()
			await within(line.gone, 60000, 'the end of it')
			t.diagnostic(`${(sent / 2 ** 20).toFixed(0)} MB were sent; the answer began with ${JSON.stringify(line.heard.slice(0, 12))}`)
			if (head.startsWith('Content-Length: 1') && !head.endsWith(' 10')) assert.match(line.heard, /^HTTP\/1\.1 413 |^$/u)
			await sane(t)
		})

	test('headers without end: many, long, and all at once', async t => {
		for (const flood of [Array.from({ length: 20000 }, (_, i) => `X-${i}: y\r\n`).join(''), `X-Long: ${'y'.repeat(1 << 20)}\r\n`,
			`Cookie: ${Array.from({ length: 30000 }, (_, i) => `c${i}=1`).join('; ')}\r\n`]) {
			const line = dial(port, `GET /api/articles HTTP/1.1\r\nHost: x\r\n${flood}Connection: close\r\n\r\n`)
			await within(line.gone, 20000, 'a flood of headers')
			assert.match(line.heard, /^HTTP\/1\.1 4\d\d |^$/u)
			await sane(t)
		}
		const line = dial(port, `GET /${'a'.repeat(1 << 20)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
		await within(line.gone, 20000, 'a long target')
		assert.match(line.heard, /^HTTP\/1\.1 4\d\d |^$/u)
	})

	test('parameters by the hundred are answered, or refused', async () => {
		for (const [count, status] of [[100, 200], [150, 200], [250, 200], [400, 200], [2000, 414]]) {
			const query = Array.from({ length: count }, (_, i) => `parameter${i}=v`).join('&')
			assert.equal((await within(fetch(`${mock.url}/api/customers?${query}`), 5000, `${count} parameters`)).status, status)
		}
	})

	test('requests one behind the other without reading an answer', async t => {
		const request = 'GET /api/articles HTTP/1.1\r\nHost: x\r\n\r\n'
		const line = dial(port)
		line.socket.pause()
		await line.opened
		for (let round = 0; round < 4000 && !line.closed; round++) line.socket.write(request.repeat(100))
		await sane(t)
		t.diagnostic(`${(line.socket.writableLength / 2 ** 20).toFixed(0)} MB of requests have not been read`)
		assert.ok(line.closed || line.socket.writableLength > 0, 'the mock has answered all, though nobody listens')
		line.socket.destroy()
	})

	test('bodies that are deep, wide, or nothing at all', async t => {
		const deep = '['.repeat(200000), json = { authorization: 'Bearer s', 'content-type': 'application/json' }
		for (const body of [deep, `${'{"a":'.repeat(100000)}1${'}'.repeat(100000)}`, `{${Array.from({ length: 100000 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
			`{"name":"${'\\u0000'.repeat(100000)}"}`, '\u0000'.repeat(1000), `{"name":1e${'9'.repeat(100000)}}`]) {
			const response = await fetch(`${mock.url}/api/customers`, { method: 'POST', headers: json, body })
			await response.text()
			assert.ok(response.status >= 400 && response.status < 500, `${response.status} for ${body.slice(0, 20)}`)
		}
		await sane(t)
	})

	test('bytes that are no text, in every place', async t => {
		for (const request of ['GET /\xff HTTP/1.1\r\nHost: x\r\n', 'GET /api/customers?limit=\xff&%ff=%ff HTTP/1.1\r\nHost: x\r\n', 'B\xffW /api/articles HTTP/1.1\r\nHost: x\r\n',
			'GET /api/customers HTTP/1.1\r\nHost: \xff\r\nAccept: \xff\r\nCookie: \xff=\xff\r\nPrefer: example=\xff, \r\nOrigin: \xff\r\n',
			'DELETE /api/customers/\xff HTTP/1.1\r\nHost: x\r\nAuthorization: \xff \xff\r\n']) {
			const line = dial(port, Buffer.from(`${request}Connection: close\r\n\r\n`, 'latin1'))
			await within(line.gone, 20000, request)
			assert.match(line.heard, /^HTTP\/1\.1 [24]\d\d /u, request)
		}
		const answer = await mock.send('GET', '/__mock/requests')
		assert.equal(answer.status, 200)
		await sane(t)
	})
})

// Documents that are small and mean something huge.
const fan = (levels, combine) => {
	const schemas = Object.fromEntries(Array.from({ length: levels }, (_, i) => [`S${i}`, combine(`#/components/schemas/S${i + 1}`)]))
	return JSON.stringify({
		openapi: '3.1.0', info: { title: 'Bomb', version: '1' },
		paths: { '/a': { get: { responses: { 200: { description: 'a', content: { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } } } } },
			post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } } }, responses: { 204: { description: 'b' } } } } },
		components: { schemas: { ...schemas, [`S${levels}`]: { type: 'object', properties: { x: { type: 'string' } } } } },
	})
}
const twice = $ref => [{ $ref }, { $ref }]
const bombs = {
	'allOf of allOf': fan(40, $ref => ({ allOf: twice($ref) })),
	'anyOf of anyOf': fan(40, $ref => ({ anyOf: twice($ref) })),
	'oneOf of oneOf': fan(40, $ref => ({ oneOf: [{ $ref }, { type: 'object', required: ['x'], allOf: [{ $ref }] }] })),
	'not of not': fan(200, $ref => ({ not: { $ref } })),
	'members of members': fan(40, $ref => ({ type: 'object', required: ['a', 'b'], properties: { a: { $ref }, b: { $ref } } })),
	'lists of lists': fan(40, $ref => ({ type: 'array', minItems: 3, items: { $ref } })),
	'references in a circle': fan(40, () => ({ $ref: '#/components/schemas/S0' })),
	'a schema that needs itself': fan(1, () => ({ type: 'object', required: ['a'], properties: { a: { $ref: '#/components/schemas/S0' } } })),
	'aliases of aliases': `openapi: 3.1.0\ninfo: {title: B, version: '1'}\npaths: {}\nx-0: &a0 [lol, lol]\n${Array.from({ length: 40 }, (_, i) => `x-${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]\n`).join('')}`,
	'a hundred thousand levels': `{"openapi":"3.1.0","x-deep":${'['.repeat(100000)}${']'.repeat(100000)}}`,
	'a hundred thousand levels of YAML': `openapi: 3.1.0\nx: ${'['.repeat(100000)}`,
}

// Those that cost the most work before they are given up, under a program that is instrumented besides.
const costly = ['anyOf of anyOf', 'oneOf of oneOf']

describe('documents that explode', () => {
	for (const [name, text] of Object.entries(bombs))
		test(name, { skip: !fullSize && costly.includes(name) && 'at full size only' }, async t => {
			const house = new House(), began = performance.now()
			let mock
			try {
				writeFileSync(join(house.folder, 'bomb.yaml'), text)
				const child = new Mock(['bomb.yaml', '--port', '0'], house)
				mock = child
				const said = await within(child.until(/listening on (\S+);|teamwright: /u), 30000, 'the mock')
				if (said[1]) {
					for (const [method, path, body] of [['GET', '/a'], ['POST', '/a', '{"a":{"b":[[[[]]]]}}'], ['POST', '/a', '{"x":1}']]) {
						const response = await within(fetch(said[1] + path, { method, body, headers: body && { 'content-type': 'application/json' } }), 60000, `${method} ${path}`)
						await response.text()
						assert.ok([200, 204, 400, 404, 415, 422, 500].includes(response.status), `${response.status}`)
					}
					const peak = status(child.child.pid, 'VmHWM')
					assert.ok(peak < memoryLimit, `${peak} bytes`)
					assert.equal((await child.stop()).code, 0)
				} else {
					assert.ok([1, 2].includes((await child.closed).code), child.err)
				}
				t.diagnostic(`${said[1] ? 'served' : child.err.split('\n')[0].slice(0, 120)} after ${(performance.now() - began).toFixed(0)} ms`)
			} finally {
				if (mock) await mock.remove()
				else house.remove()
			}
		})
})
