// What a mock can be asked for besides its contract: wishes, faults, credentials, state taken out and put back, another document under
// way, and an HTTP that holds under abuse.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { request as secure } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Mock, shop } from './mock.mjs'
import { House, fullSize, program, root } from './teamwright.mjs'

const file = join(root, 'tests', 'e2e', 'data', 'mock.yaml'), json = { 'content-type': 'application/json' }
const prefer = value => ({ headers: { prefer: value } }), fault = value => ({ headers: { 'x-mock-fault': value } })
const problem = ({ status, type, body }) => [status, type, body.type.replace(/.*#/u, '')]

// All that a server says to bytes on a connection of their own, until it closes or `enough` is true of it.
async function raw(url, pieces, enough = () => false) {
	const { hostname, port } = new URL(url), socket = connect(Number(port), hostname)
	let heard = ''
	socket.on('error', () => {})
	const closed = new Promise(resolve => socket.on('close', resolve))
	const done = new Promise(resolve => {
		socket.on('data', chunk => {
			heard += chunk
			if (enough(heard)) resolve()
		})
		closed.then(resolve)
	})
	for (const piece of [pieces].flat()) socket.write(piece)
	await done
	socket.destroy()
	return heard
}

describe('wishes of a request', () => {
	let mock
	before(async () => { mock = await Mock.start([file]) })
	after(() => mock.remove())
	const get = (path, options) => mock.send('GET', path, options)

	test('Prefer, as RFC 7240 writes it', async () => {
		for (const value of ['code=202, example=first', 'CODE=202;example="first"', 'foo; bar="x, code=500", code = 202 , example="fir\\st"', 'code=202, code=200, example=first'])
			assert.deepEqual([(await get('/shown', prefer(value))).status, (await get('/shown', prefer(value))).body], [202, { n: 1 }], value)
		assert.equal((await get('/shown', prefer('code=202'))).headers.get('preference-applied'), 'code=202')
		assert.deepEqual((await get('/shown?__code=200')).body, { no: true })
		assert.deepEqual((await get('/shown', { headers: { 'x-mock-code': '200' } })).body, { no: true })
		for (const value of ['code=500', 'code=x', 'code=', 'code=99999999999', 'example=none'])
			assert.deepEqual(problem(await get('/shown', prefer(value))), [404, 'application/problem+json', 'NOT_FOUND'], value)
		assert.equal((await get('/notes', prefer('"=,;=" ===; ,,'))).status, 200)
		const several = await raw(mock.url, 'GET /shown HTTP/1.1\r\nHost: a\r\nPrefer: example=first\r\nPrefer: code=202\r\nConnection: close\r\n\r\n')
		assert.match(several, / 202 .*\{"n":1\}$/su)
	})

	test('other values each time, or none that stay', async () => {
		const made = await Promise.all(Array.from({ length: 6 }, () => get('/notes', prefer('dynamic=true'))))
		assert.ok(new Set(made.map(({ body }) => JSON.stringify(body))).size > 1)
		const before = (await get('/notes')).body
		for (const headers of [{ prefer: 'stateless' }, { 'x-mock-stateless': 'true' }]) {
			assert.equal((await mock.send('POST', '/notes', { json: { title: 'not kept' }, headers })).status, 201)
			assert.equal((await mock.send('DELETE', '/notes/1', { headers })).status, 204)
		}
		assert.deepEqual((await get('/notes')).body, before)
	})

	test('no validation, but what is wrong is said', async () => {
		for (const headers of [{ prefer: 'validate=false' }, { prefer: 'handling=lenient' }, { 'x-mock-validate': 'false' }]) {
			const answer = await mock.send('POST', '/notes', { json: { title: '', state: 'open' }, headers })
			assert.equal(answer.status, 201, JSON.stringify(answer.body))
			assert.deepEqual(JSON.parse(answer.headers.get('sl-violations'))[0].location, ['request', 'body', 'title'])
		}
		assert.equal((await mock.send('POST', '/notes', { json: { title: '' } })).status, 422)
		assert.equal((await get('/plain?n=x')).status, 200)
	})

	test('what the document says to the mock', async () => {
		assert.deepEqual([(await get('/shown')).status, (await get('/shown')).body], [202, { n: 2 }])
		assert.equal((await get('/slow')).headers.get('x-mock-injected'), 'delay=80')
		assert.deepEqual((await get('/tickets')).body.map(({ number }) => number), ['T-1', 'T-2'])
		assert.equal((await get('/tickets/T-2')).body.subject, 'Second')
		const made = await mock.send('POST', '/tickets', { json: { number: 'T/9', subject: 'Linked' } })
		assert.equal(made.headers.get('location'), '/tickets/T%2F9') // by the link, not by the member "id"
		assert.equal((await get(made.headers.get('location'))).body.subject, 'Linked')
		await mock.send('POST', '/__mock/reset')
		assert.equal((await get('/notes')).body.length, 3)
	})

	test('parameters of every style, bodies of every kind', async () => {
		const good = [['/styles/;matrix=1,2/.1.2/a,5'], ['/styles/;matrix=7/.7/a,1?filter=%7B%22a%22:1%7D', { 'x-list': '1, 2', cookie: 'b=1; crumb=7' }]]
		for (const [path, headers] of good) assert.equal((await get(path, { headers })).status, 200, path)
		const bad = [['/styles/;matrix=x/.1/a,1', {}, 'path'], ['/styles/;matrix=1/.x/a,1', {}, 'path'], ['/styles/;matrix=1/.1/b,1', {}, 'path'],
			['/styles/;matrix=1/.1/a,1?filter=%7B%7D', {}, 'query'], ['/styles/;matrix=1/.1/a,1', { 'x-list': '1,x' }, 'header'],
			['/styles/;matrix=1/.1/a,1', { cookie: 'crumb=x' }, 'cookie']]
		for (const [path, headers, where] of bad) {
			const answer = await get(path, { headers })
			assert.deepEqual(problem(answer), [422, 'application/problem+json', 'UNPROCESSABLE_ENTITY'], path)
			assert.equal(answer.body.validation[0].location[0], where)
		}
		const bodies = [['application/octet-stream', '\0\x01', 200], ['text/plain', 'short', 200], ['text/plain', 'too long', 422], ['application/xml', '<note><to>Ada</to></note>', 200],
			['application/xml', '<note><to>A</to></note>', 422], ['application/xml', '<note>', 400], ['image/png', 'x', 415]]
		for (const [type, text, status] of bodies)
			assert.equal((await mock.send('POST', '/upload', { text, headers: { 'content-type': type } })).status, status, `${type} ${text}`)
		const faults = (await get('/styles/;matrix=x/.x/b,1?filter=%7B%7D', { headers: { 'x-list': 'x', cookie: 'crumb=x' } })).body.validation
		assert.deepEqual(new Set(faults.map(({ location }) => location[0])), new Set(['path', 'query', 'header', 'cookie']))
	})

	test('credentials that count, and their scopes', async () => {
		const bearer = claims => ({ headers: { authorization: `Bearer e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x` } })
		const basic = pair => ({ headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } })
		assert.equal((await get('/scoped')).status, 401)
		assert.equal((await get('/scoped', bearer({ sub: 'ada' }))).status, 200)
		assert.equal((await get('/scoped', bearer({ scope: 'read write' }))).status, 200)
		assert.deepEqual(problem(await get('/scoped', bearer({ scope: 'read' }))), [403, 'application/problem+json', 'FORBIDDEN'])
		assert.equal((await get('/scoped', { headers: { authorization: 'Bearer x', 'x-mock-scopes': 'write' } })).status, 403)
		assert.equal((await get('/listed', basic('ada:secret'))).status, 200)
		const refused = await get('/listed', basic('ada:guess'))
		assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'Basic realm="*"'])
	})

	test('patches of both kinds', async () => {
		const made = (await mock.send('POST', '/notes', { json: { title: 'One', rank: 1 } })).body, path = `/notes/${made.id}`
		const patch = (body, type) => mock.send('PATCH', path, { text: JSON.stringify(body), headers: { 'content-type': type } })
		const merged = await patch({ rank: null, title: 'Two' }, 'application/merge-patch+json')
		assert.deepEqual([merged.status, merged.body], [200, { title: 'Two', state: 'open', id: made.id }])
		const edited = await patch([{ op: 'test', path: '/title', value: 'Two' }, { op: 'add', path: '/rank', value: 7 }], 'application/json-patch+json')
		assert.deepEqual([edited.status, edited.body.rank], [200, 7])
		for (const operations of [[{ op: 'test', path: '/title', value: 'One' }], [{ op: 'remove', path: '/nowhere' }], [{ op: 'replace', path: '/state', value: 'odd' }]])
			assert.equal((await patch(operations, 'application/json-patch+json')).status, 422)
		assert.deepEqual((await get(path)).body, edited.body)
		assert.equal((await patch({}, 'text/plain')).status, 415)
	})

	test('lists by page, with links; by cursor; sorted, filtered, searched', async () => {
		await mock.send('POST', '/__mock/reset')
		for (let i = 0; i < 7; i++) await mock.send('POST', '/notes', { json: { title: `Note ${i}`, rank: 10 - i, state: i % 2 ? 'done' : 'open' } })
		const first = await get('/notes?per_page=4&page=2')
		assert.equal(first.headers.get('x-total-count'), '10')
		const links = Object.fromEntries([...first.headers.get('link').matchAll(/<([^>]+)>; rel="(\w+)"/gu)].map(([, target, relation]) => [relation, target]))
		assert.deepEqual(Object.keys(links).sort(), ['first', 'last', 'next', 'prev'])
		assert.equal((await get(links.next)).body.length, 2)
		assert.deepEqual((await get(links.last)).body, (await get(links.next)).body)
		assert.equal((await get('/notes?state=done&q=note')).body.filter(({ state }) => state === 'done').length, (await get('/notes?state=done&q=note')).body.length)
		const ranks = (await get('/notes?sort=-rank&q=Note')).body.map(({ rank }) => rank)
		assert.deepEqual(ranks, [...ranks].sort((a, b) => b - a))
		for (let i = 0; i < 5; i++) await mock.send('POST', '/cursors', { json: { id: `m${i}`, name: `Mark ${i}` } })
		const seen = []
		for (let cursor = ''; cursor !== null;) {
			const { body } = await get(`/cursors?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
			seen.push(...body.data.map(({ id }) => id))
			cursor = body.next_cursor
		}
		assert.equal(seen.length, 8)
		assert.equal(new Set(seen).size, 8)
	})

	test('faults by header: late, refused, cut, dripping, malformed, of another kind', async () => {
		let began = performance.now()
		assert.equal((await get('/word', fault('delay=120'))).headers.get('x-mock-injected'), 'delay=120')
		assert.ok(performance.now() - began >= 119)
		const drawn = Number((await get('/word', fault('delay=5..20'))).headers.get('x-mock-injected').slice('delay='.length))
		assert.ok(drawn >= 5 && drawn <= 20)
		assert.deepEqual(problem(await get('/word', fault('status=503'))), [503, 'application/problem+json', 'INJECTED'])
		assert.equal((await get('/word', fault('status=503@0%'))).status, 200)
		assert.deepEqual(await mock.send('POST', '/notes', { json: { title: 'never' }, ...fault('status=500') }).then(({ status }) => status), 500)
		assert.ok(!(await get('/notes?per_page=50')).body.some(({ title }) => title === 'never'))
		await assert.rejects(get('/word', fault('cut')))
		assert.match(await raw(mock.url, 'GET /word HTTP/1.1\r\nHost: a\r\nX-Mock-Fault: cut=5\r\n\r\n'), /Content-Length: 26\r\n(?:.*\r\n)?\r\nabcde$/su)
		began = performance.now()
		assert.equal((await get('/word', fault('drip=5/10'))).body, 'abcdefghijklmnopqrstuvwxyz')
		assert.ok(performance.now() - began >= 45)
		await assert.rejects(mock.send('GET', '/shown', fault('malformed')), SyntaxError)
		assert.equal((await get('/shown', fault('type=text/html'))).type, 'text/html')
		assert.deepEqual(problem(await get('/word', fault('sleep=3'))), [400, 'application/problem+json', 'INVALID_FAULT'])
		assert.equal((await get('/slow', fault('none'))).headers.get('x-mock-injected'), null)
	})

	test('faults for all, seeded, and taken back; the record has them', async () => {
		assert.equal((await mock.send('PUT', '/__mock/faults', { text: 'status=500@50%' })).status, 204)
		const statuses = new Set()
		for (let i = 0; i < 40; i++) statuses.add((await get('/word')).status)
		assert.deepEqual([...statuses].sort(), [200, 500])
		assert.equal((await mock.send('PUT', '/__mock/faults', { text: 'nonsense' })).status, 400)
		assert.equal((await mock.send('DELETE', '/__mock/faults')).status, 204)
		assert.equal((await get('/word')).status, 200)
		const recorded = (await mock.send('GET', '/__mock/requests?path=/word&status=500')).body
		assert.ok(recorded.length && recorded.every(({ response_headers: headers }) => headers['x-mock-injected'] === 'status=500'))
		assert.deepEqual((await mock.send('GET', '/__mock/requests?method=GET&limit=1')).body.length, 1)
		assert.equal((await mock.send('DELETE', '/__mock/requests')).status, 204)
		assert.deepEqual((await mock.send('GET', '/__mock/requests')).body, [])
	})

	test('its state taken out and put back', async () => {
		const made = (await mock.send('POST', '/notes', { json: { title: 'Kept' } })).body
		await mock.send('DELETE', '/notes/1')
		const before = (await get('/notes?per_page=50')).body, text = await (await fetch(`${mock.url}/__mock/snapshot`)).text()
		await mock.send('POST', '/__mock/reset')
		assert.equal((await get(`/notes/${made.id}`)).status, 404)
		assert.equal((await mock.send('POST', '/__mock/restore', { text })).status, 204)
		assert.deepEqual((await get('/notes?per_page=50')).body, before)
		assert.equal((await get('/notes/1')).status, 404)
		assert.equal(await (await fetch(`${mock.url}/__mock/snapshot`)).text(), text)
		for (const broken of ['', '{', '[]', '{"shelves":[{}]}'])
			assert.deepEqual(problem(await mock.send('POST', '/__mock/restore', { text: broken })), [400, 'application/problem+json', 'INVALID_SNAPSHOT'], broken)
		assert.deepEqual((await get('/notes?per_page=50')).body, before)
	})

	test('HTTP: kept alive, pipelined, chunked, HEAD', async () => {
		const one = 'GET /word HTTP/1.1\r\nHost: a\r\n\r\n'
		assert.equal((await raw(mock.url, one.repeat(50), heard => heard.split('HTTP/1.1 200').length > 50)).split('HTTP/1.1 200').length, 51)
		const head = 'POST /notes HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
		assert.match(await raw(mock.url, [head, '8\r\n{"title"\r\n', '7\r\n:"Bits"\r\n', '1\r\n}\r\n', '0\r\n\r\n']), /^HTTP\/1\.1 201 /u)
		const [got, headed] = [await get('/word'), await mock.send('HEAD', '/word')]
		assert.deepEqual([headed.status, headed.headers.get('content-length'), headed.body], [200, got.headers.get('content-length'), ''])
		assert.match(await raw(mock.url, 'nonsense\r\n\r\n'), /^(?:HTTP\/1\.[01] 400 .*)?$/su) // or closed without a word
		assert.match(await raw(mock.url, `GET /word HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(100000)}\r\n\r\n`), /^HTTP\/1\.1 4(?:13|31) /u)
		const options = await mock.send('OPTIONS', '/notes')
		assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, POST, OPTIONS'])
	})
})

test('limits: bodies, silence, connections', async () => {
	const mock = await Mock.start([file, '--body-max', '1000', '--idle', '1', '--connections', '5'])
	try {
		const post = 'POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n'
		const whole = heard => heard.includes('\r\n\r\n')
		assert.match(await raw(mock.url, `${post}Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n`, whole), /^HTTP\/1\.1 413 /u)
		assert.match(await raw(mock.url, `${post}Content-Length: 9000000000\r\n\r\n`, whole), /^HTTP\/1\.1 413 /u)
		assert.match(await raw(mock.url, `${post}Content-Length: 1048576\r\n\r\n${'x'.repeat(1 << 20)}`, whole), /^HTTP\/1\.1 413 /u) // read over
		assert.match(await raw(mock.url, `${post}Transfer-Encoding: chunked\r\n\r\n${`100\r\n${'x'.repeat(256)}\r\n`.repeat(5)}0\r\n\r\n`, heard => heard.includes('\r\n\r\n')), /^HTTP\/1\.1 413 /u)
		assert.equal(await raw(mock.url, `${post}Transfer-Encoding: chunked\r\n\r\n${`100\r\n${'x'.repeat(256)}\r\n`.repeat(500)}`), '')
		assert.equal(await raw(mock.url, 'GET /word HTTP/1.1\r\nHost:'), '') // closed for its silence
		const { hostname, port } = new URL(mock.url), idle = Array.from({ length: 8 }, () => connect(Number(port), hostname).on('error', () => {}))
		await Promise.all(idle.map(socket => new Promise(resolve => socket.on('close', resolve))))
		assert.equal((await mock.send('GET', '/word')).status, 200)
	} finally {
		await mock.remove()
	}
})

test('a crowd that says half a word, and a body without end: others are served, memory is bounded', async () => {
	const mock = await Mock.start([file, '--body-max', '100000']), { hostname, port } = new URL(mock.url), crowd = fullSize ? 9000 : 800   // beyond 9600 the silent ones have to leave
	try {
		const sockets = Array.from({ length: crowd }, () => connect(Number(port), hostname).on('error', () => {}))
		await Promise.all(sockets.map(socket => new Promise(resolve => socket.write('GET /word HTTP/1.1\r\nHost: a\r\nX-', resolve))))
		assert.equal((await mock.send('GET', '/word')).status, 200)
		const piece = `10000\r\n${'x'.repeat(65536)}\r\n`
		assert.equal(await raw(mock.url, ['POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n', ...Array(200).fill(piece)]), '')
		const [, peak] = readFileSync(`/proc/${mock.child.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/u)
		if (!/san\//u.test(program)) assert.ok(Number(peak) < 50_000 + crowd * 20, `${peak} kB`)
		for (const socket of sockets) socket.write('A: b\r\n\r\n')
		const answers = await Promise.all(sockets.map(socket => Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['closed'])])))
		assert.ok(answers.every(([text]) => text.toString().startsWith('HTTP/1.1 200')))
		for (const socket of sockets) socket.destroy()
	} finally {
		await mock.remove()
	}
})

test('another document under way: followed when it is well, left aside when not', async () => {
	const house = new House(), place = join(house.folder, 'api.yaml'), parts = join(house.folder, 'note.yaml'), document = readFileSync(file, 'utf8')
	const note = document.match(/ {4}NewNote:\n((?: {6}.*\n)+)/u)[1].replace(/^ {6}/gmu, '')
	const write = (path, text) => (writeFileSync(`${path}.new`, text), renameSync(`${path}.new`, path)) // as editors do
	const split = document.replace(/( {4}NewNote:)\n(?: {6}.*\n)+/u, '$1 { $ref: note.yaml }\n')
	writeFileSync(parts, note)
	writeFileSync(place, split)
	const mock = await Mock.start([place], house)
	try {
		const made = (await mock.send('POST', '/notes', { json: { title: 'Here before' } })).body
		write(place, split.replaceAll('/notes', '/memos').replace('/memos/{id}', '/notes/{id}').replaceAll('/memos', '/notes').replace('title: Features', 'title: Changed'))
		await mock.until(/reloaded .*api\.yaml; (\d+) objects stay/u)
		assert.equal((await mock.send('GET', `/notes/${made.id}`)).headers.get('x-mock-contract'), 'Changed 1.0.0')
		assert.deepEqual((await mock.send('GET', `/notes/${made.id}`)).body, made)
		write(place, 'paths: [')
		await mock.until(/going on as before, for .*api\.yaml cannot be served/u)
		assert.deepEqual((await mock.send('GET', `/notes/${made.id}`)).body, made)
		mock.err = ''
		write(place, split)
		await mock.until(/reloaded/u)
		mock.err = ''
		write(parts, note.replace('required: [title]', 'required: [title, topic]').replace('properties:\n', 'properties:\n  topic: { type: string }\n')) // beside the document
		await mock.until(/reloaded/u)
		assert.equal(typeof (await mock.send('GET', `/notes/${made.id}`)).body.topic, 'string') // completed to what is wanted now
		assert.equal((await mock.send('POST', '/notes', { json: { title: 'Without' } })).status, 422)
	} finally {
		await mock.remove()
	}
})

test('state from a file and into one, and no watch', async () => {
	const house = new House(), place = join(house.folder, 'api.yaml')
	writeFileSync(place, readFileSync(file))
	const first = await Mock.start([place, '--snapshot', 'state.json', '--no-watch'], house)
	const made = (await first.send('POST', '/notes', { json: { title: 'Lasting' } })).body
	writeFileSync(place, 'broken: [')
	assert.equal((await first.stop('SIGTERM')).code, 0)
	writeFileSync(place, readFileSync(file))
	const second = await Mock.start([place, '--restore', 'state.json'], house)
	assert.deepEqual((await second.send('GET', `/notes/${made.id}`)).body, made)
	await second.stop()
	const broken = await house.run(['mock', place, '--restore', 'nothing.json', '--port', '0'])
	assert.equal(broken.code, 2)
	assert.match(broken.err, /nothing\.json/u)
	house.remove()
})

test('the same seed injects the same faults', async () => {
	const series = async () => {
		const mock = await Mock.start([file, '--seed', '11', '--fault', 'status=500@40%, delay=0..9'])
		const seen = []
		for (let i = 0; i < 30; i++) {
			const { status, headers } = await mock.send('GET', '/word')
			seen.push([status, headers.get('x-mock-injected')])
		}
		await mock.remove()
		return seen
	}
	assert.deepEqual(await series(), await series())
	const house = new House(), { code, err } = await house.run(['mock', file, '--fault', 'delay=oops'])
	assert.equal(code, 2)
	assert.match(err, /delay=oops.*say for instance/su)
	house.remove()
})

test('TLS: a certificate of its own, or one that is given', async () => {
	const ask = url => new Promise((resolve, reject) => secure(`${url}/word`, { rejectUnauthorized: false }, answer => {
		const { subject, subjectaltname } = answer.socket.getPeerCertificate()
		answer.resume().on('end', () => resolve({ status: answer.statusCode, subject, subjectaltname }))
	}).on('error', reject).end())
	const own = await Mock.start([file, '--tls'])
	assert.match(own.url, /^https:/u)
	const answer = await ask(own.url)
	assert.deepEqual([answer.status, answer.subject.CN], [200, 'localhost'])
	assert.match(answer.subjectaltname, /DNS:localhost.*127\.0\.0\.1/u)
	await own.remove()
	const house = new House(), words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=given']
	const made = spawnSync('openssl', words, { cwd: house.folder })
	if (made.error || made.status) return house.remove()
	const given = await Mock.start([file, '--tls-cert', 'cert.pem', '--tls-key', 'key.pem'], house)
	assert.equal((await ask(given.url)).subject.CN, 'given')
	await given.stop()
	for (const [more, pattern] of [[['--tls-cert', 'cert.pem'], /both --tls-cert and --tls-key/u], [['--tls-cert', 'no.pem', '--tls-key', 'key.pem'], /no\.pem/u],
		[['--tls-cert', 'key.pem', '--tls-key', 'cert.pem'], /check certificate and key/u]]) {
		const { code, err } = await house.run(['mock', file, '--port', '0', ...more])
		assert.ok(code > 1, err)
		assert.match(err, pattern)
	}
	house.remove()
})

test('stopped while hundreds wait: each is answered or was not heard, and nothing aborts', async () => {
	const mock = await Mock.start([file])
	const { hostname, port } = new URL(mock.url), count = 300
	const faults = ['delay=60000', 'drip=1/30000', 'delay=60000, drip=2/60000', 'cut=3, delay=30000', 'delay=1..50']
	const waiting = Array.from({ length: count }, (_, i) => raw(mock.url, `GET /word HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Mock-Fault: ${faults[i % faults.length]}\r\n\r\n`))
	const half = Array.from({ length: 50 }, () => connect(Number(port), hostname).on('error', () => {}))
	for (const socket of half) socket.write('POST /notes HTTP/1.1\r\nContent-Le')
	for (let seen = 0; seen < count;) seen = (await mock.send('GET', '/__mock/requests')).body.length
	const began = performance.now(), { code, signal } = await mock.stop('SIGTERM')
	assert.deepEqual([code, signal], [0, null])
	assert.ok(performance.now() - began < 15000)
	const answers = await Promise.all(waiting), whole = answers.filter(text => /^HTTP\/1\.1 200.*\r\n\r\n[a-z]{26}$/su.test(text)).length
	assert.equal(whole, count - count / faults.length)
	for (const socket of half) socket.destroy()
	await mock.remove()
})

test('a page of another origin is told nothing where --no-cors says so', async () => {
	const mock = await Mock.start([shop, '--no-cors'])
	const asked = { origin: 'http://a.example', 'access-control-request-method': 'POST' }
	assert.equal((await mock.send('OPTIONS', '/api/customers', { headers: asked })).headers.get('access-control-allow-origin'), null)
	assert.equal((await mock.send('GET', '/api/customers', { headers: asked })).headers.get('access-control-allow-origin'), null)
	await mock.remove()
})
