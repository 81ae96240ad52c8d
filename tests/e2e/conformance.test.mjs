// The provider test at its command line: what it says, what it costs, and that the same seed is the same test.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { House, root } from './teamwright.mjs'

const notes = join(root, 'tests', 'e2e', 'data', 'notes', 'notes.yaml')
const shell = promisify(execFile)

// Notes in memory. `break` changes what is answered: (request, answer) => answer; every request is kept in `asked`.
async function serveNotes(change = (_, answer) => answer) {
	const kept = new Map(), asked = []
	let last = 0
	const problem = (status, title, headers) => ({ status, body: { title, status }, type: 'application/problem+json', headers })
	const wrong = ({ title, stars, ...others }) => Object.keys(others).length || typeof title !== 'string' || !title.length || [...title].length > 80 ||
		(stars !== undefined && (!Number.isInteger(stars) || stars < 0 || stars > 5))
	function make(text, type) {
		let input
		if (!/^application\/json/u.test(type ?? '')) return problem(415, 'no JSON')
		try {
			input = JSON.parse(text)
		} catch {
			return problem(422, 'no JSON')
		}
		if (input === null || typeof input !== 'object' || Array.isArray(input) || wrong(input)) return problem(422, 'no note')
		const note = { id: ++last, ...input }
		kept.set(note.id, note)
		return { status: 201, body: note, headers: { location: `/v1/notes/${note.id}` } }
	}
	function answer({ method, url, text, headers }) {
		const { pathname, searchParams } = new URL(url, 'http://localhost'), id = Number(/^\/v1\/notes\/(\d+)$/u.exec(pathname)?.[1]), limit = searchParams.get('limit') ?? '50'
		if (pathname === '/v1/notes' && method === 'GET') return /^\d+$/u.test(limit) && limit >= 1 && limit <= 50 ? { status: 200, body: [...kept.values()].slice(0, limit) } : problem(400, 'limit')
		if (pathname === '/v1/notes') return method === 'POST' ? make(text, headers['content-type']) : problem(405, 'no', { allow: 'GET, POST' })
		if (/^\/v1\/notes\/[^/]+$/u.test(pathname) && !['GET', 'DELETE'].includes(method)) return problem(405, 'no', { allow: 'GET, DELETE' })
		if (!kept.has(id)) return problem(404, 'no such note')
		return method === 'GET' ? { status: 200, body: kept.get(id) } : (kept.delete(id), { status: 204 })
	}
	const server = createServer(async (request, response) => {
		let text = ''
		for await (const chunk of request) text += chunk
		const told = { method: request.method, url: request.url, text, headers: request.headers }
		const { status, body, type = 'application/json', headers = {} } = change(told, answer(told))
		asked.push(`${request.method} ${request.url} ${text}`)
		response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': type }), ...headers }).end(body === undefined ? undefined : JSON.stringify(body))
	})
	await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
	return { url: `http://127.0.0.1:${server.address().port}`, asked, stop: () => new Promise(resolve => (server.closeAllConnections(), server.close(resolve))) }
}

async function withNotes(change, work) {
	const house = new House(), server = await serveNotes(change)
	try {
		return await work({ house, server, verify: (...words) => house.ask(['verify', '--spec', notes, '--url', server.url, '--max-time', '30', ...words]) })
	} finally {
		await server.stop()
		house.remove()
	}
}

test('a whole server passes, and what was exercised is told', () => withNotes(undefined, async ({ verify, server, house }) => {
	const result = await verify()
	assert.deepEqual(result.faults, [])
	assert.equal(result.exit, 0)
	assert.equal(result.requests, server.asked.length - 2, 'requests were not counted')   // the first two ask whether it is there, and a mock
	const point = (operation, place, what) => result.coverage.find(entry => entry.operation === operation && entry.place === place && entry.what === what)
	for (const what of ['maximum 50 met', 'maximum 50 broken', 'minimum 1 met', 'minimum 1 broken', 'type broken', 'left out', 'given'])
		assert.ok(point('GET /notes', 'query limit', what)?.phase, what)
	for (const what of ['maxLength 80 met', 'maxLength 80 broken', 'minLength 1 met', 'minLength 1 broken', 'required broken']) assert.ok(point('POST /notes', 'body/title', what)?.phase, what)
	assert.ok(point('POST /notes', 'answer', 'status 201').times > 20)
	assert.equal(result.exercised.find(({ kind }) => kind === 'operations').exercised, 4)
	const { out } = await house.run(['verify', '--spec', notes, '--url', server.url, '--quiet'])
	assert.match(out, /^Exercised: .*operations 4\/4/mu)
	assert.match(out, /passed: 0 faults/u)
}))

test('the same seed is the same test, another seed another one', async () => {
	const asked = seed => withNotes(undefined, async ({ verify, server }) => (await verify('--seed', seed), server.asked))
	const [one, same, other] = [await asked('5'), await asked('5'), await asked('6')]
	assert.deepEqual(same, one)
	assert.notDeepEqual(other, one)
})

test('a fault comes down to the least that shows it, as a command', () =>
	withNotes((request, answer) => (request.method === 'POST' && /"stars":3/u.test(request.text) && answer.status === 201 ? { status: 500, body: {} } : answer), async ({ verify, server }) => {
		const { faults, exit } = await verify('--checks', 'server_error')
		assert.equal(exit, 1)
		assert.equal(faults.length, 1, JSON.stringify(faults))
		const [fault] = faults
		assert.deepEqual([fault.check, fault.subject, fault.seed], ['server_error', 'POST /notes', 1])
		assert.match(fault.curl, /--data-raw '\{"title":"[^"]","stars":3\}'$|--data-raw '\{"stars":3,"title":"[^"]"\}'$/u)
		const { stdout } = await shell('sh', ['-c', fault.curl])
		assert.match(stdout, /^HTTP\/1\.1 500/u)
		assert.ok(server.asked.at(-1).startsWith('POST /v1/notes {'))
	}))

test('a fault of a sequence is told with the sequence', () => {
	const gone = new Set()
	return withNotes((request, answer) => {
		const [, id] = /^\/v1\/notes\/(\d+)$/u.exec(request.url) ?? []
		if (request.method === 'DELETE' && answer.status === 204) gone.add(id)
		return gone.has(id) && request.method === 'GET' ? { status: 200, body: { id: Number(id), title: 'a ghost' } } : answer
	}, async ({ verify }) => {
		const { faults } = await verify('--checks', 'use_after_delete')
		assert.equal(faults.length, 1, JSON.stringify(faults))
		const lines = faults[0].curl.split('\n')
		assert.deepEqual(lines.map(line => /-X '(\w+)'/u.exec(line)[1]), ['POST', 'DELETE', 'GET'])
		assert.match(lines[0], /^id1=\$\(curl /u)
		assert.match(lines[2], /\/notes\/'"\$id1"/u)
		const { stdout } = await shell('sh', ['-c', faults[0].curl])
		assert.match(stdout, /204 No Content[\s\S]*200 OK[\s\S]*a ghost/u)
	})
})

test('a server that ends is one fault, not one of each request after it', () => {
	let stop, posts = 0
	return withNotes((request, answer) => {
		if (request.method === 'POST' && ++posts === 3) stop()
		return answer
	}, async ({ verify, server }) => {
		stop = server.stop
		const { faults, findings, exit } = await verify()
		assert.equal(exit, 1)
		assert.deepEqual(faults.map(({ check, subject }) => [check, subject]), [['no_answer', 'POST /notes']])
		assert.ok(findings.some(({ message }) => /nobody listens any more/u.test(message)), JSON.stringify(findings))
	})
})

test('where the document says so, it is named', () => withNotes((request, answer) => (request.method === 'GET' && answer.body?.title ? { ...answer, body: { ...answer.body, title: 7 } } : answer), async ({ verify }) => {
	const { faults } = await verify('--phases', 'coverage', '--operation', 'readNote')
	assert.deepEqual([...new Set(faults.map(({ check, subject }) => `${check} ${subject}`))], ['body_schema GET /notes/{id}'])
	assert.match(faults[0].place, /notes\.yaml:\d+:\d+$/u)
	assert.match(faults[0].found, /title/u)
}))

test('limits hold: requests, phases, operations; results as JUnit', () => withNotes((_, answer) => (answer.status === 404 ? { ...answer, status: 400 } : answer), async ({ verify, server, house }) => {
	const few = await verify('--max-cases', '25')
	assert.ok(few.requests <= 26, `${few.requests} requests`)
	const file = join(house.folder, 'junit.xml'), before = server.asked.length
	const { faults } = await verify('--phases', 'examples,coverage', '--operation', 'GET /notes', '--junit', file)
	assert.deepEqual(faults, [])
	assert.ok(server.asked.slice(before).every(line => !/^(DELETE|GET \/v1\/notes\/)/u.test(line)), 'another operation was tested')
	const all = await verify('--junit', file)
	assert.ok(all.faults.some(({ check }) => check === 'unknown_id'))
	const xml = readFileSync(file, 'utf8')
	assert.match(xml, new RegExp(`failures="${all.faults.length}"`, 'u'))
	assert.match(xml, /<failure type="unknown_id"/u)
}))

test('what a server is tested for is listed', async () => {
	const house = new House()
	try {
		const { checks } = await house.ask(['verify', 'checks'])
		const ids = kind => checks.filter(entry => entry.kind === kind).map(({ id }) => id)
		for (const id of ['server_error', 'status', 'content_type', 'headers', 'body_schema', 'negative_rejected', 'positive_accepted', 'missing_required_header', 'unsupported_method',
			'use_after_delete', 'available_after_create', 'leak_after_failed_create', 'wrong_parent', 'ignored_authentication', 'response_time']) assert.ok(ids('check').includes(id), id)
		assert.deepEqual(ids('phase').sort(), ['coverage', 'examples', 'generate', 'stateful'])
		assert.ok(checks.every(({ help }) => help))
	} finally {
		house.remove()
	}
})

test('what cannot be tested says so', async () => {
	const house = new House()
	try {
		const base = ['verify', '--spec', notes, '--url', 'http://127.0.0.1:1']
		writeFileSync(join(house.folder, 'empty.yaml'), '')
		for (const [words, exit] of [[base, 3], [[...base, '--header', 'nonsense'], 2], [[...base, '--checks', 'no_such'], 2], [[...base, '--phases', 'no_such'], 2], [[...base, '--operation', 'no_such'], 2]]) {
			const result = await house.ask(words)
			assert.equal(result.exit, exit, words.join(' '))
			assert.ok(result.error.remedy, words.join(' '))
		}
	} finally {
		house.remove()
	}
})
