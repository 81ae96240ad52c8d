// The ways in which model servers fail, through the program: each ends in its class within its deadline, and a second try mends what a
// second try can mend.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ModelServer, dialects } from './model_server.mjs'
import { House, fullSize, program } from './teamwright.mjs'

// It wants a newer Node than Debian has.
const { LLMock, noMock = false } = await import('@copilotkit/aimock').catch(error => ({ noMock: `aimock does not load here: ${error.message.split('\n')[0]}` }))

const READY = '{"word":"ready"}'
// Of what a deadline of ours may be late, on a machine that is busy.
const LATE_MS = 1500
const deadlines = { connect_ms: 1000, headers_ms: 1000, first_ms: 1000, between_ms: 1000, total_ms: 9000 }

// A house whose configuration names these endpoints.
function open(...endpoints) {
	const house = new House(), folder = join(house.folder, 'config', 'teamwright')
	house.environment.TEAMWRIGHT_MODEL = 'auto'
	mkdirSync(folder, { recursive: true })
	writeFileSync(join(folder, 'config.yaml'), JSON.stringify({ endpoints }))
	house.recorded = name => readFileSync(join(house.folder, name), 'utf8').trim().split('\n').filter(Boolean).map(line => JSON.parse(line))
	return house
}

async function withServer(options, act) {
	const server = await ModelServer.start(options)
	try {
		return await act(server)
	} finally {
		await server.close()
	}
}

// What the trial of one model says, and each try of it as the recording has it.
async function trial(house, { words = [], ...options } = {}) {
	const { trials: [answer], exit, ...rest } = await house.ask(['models', 'test', '--record', 'tries.jsonl', ...words], options)
	return { ...answer, exit, rest, recorded: house.recorded('tries.jsonl') }
}

// Some at a time.
async function each(list, act, width = 12) {
	const left = [...list]
	await Promise.all(Array.from({ length: width }, async () => {
		while (left.length) await act(left.shift())
	}))
}

// fault: [class, whether a second try at the same server is made, deadline, the class in other dialects]
const matrix = {
	rate_limit: ['rate_limited', true],
	spend_cap: ['quota', false],
	unavailable: ['overloaded', true],
	overloaded: ['overloaded', true],
	broken: ['server_error', true],
	unauthorized: ['credentials', false],
	invalid: ['rejected', false],
	no_model: ['no_model', false],
	silent: ['silent', true, deadlines.headers_ms],
	silent_body: ['slow_start', true, deadlines.first_ms],
	first_stall: ['slow_start', true, deadlines.first_ms],
	stall: ['stalled', true, deadlines.between_ms],
	cut: ['truncated', true],
	reset_inside: ['truncated', true],
	end_early: ['truncated', true],
	in_band: ['overloaded', true, 0, { openai: 'server_error', ollama: 'server_error' }],
	malformed: ['malformed', true],
	empty: ['empty', true],
	hollow: ['empty', true],
	page: ['malformed', true],
	reset: ['reset', true]
}

for (const dialect of Object.keys(dialects))
	test(`each fault of a server that speaks ${dialect} has its class, within its deadline`, async () => {
		await each(Object.entries(matrix), ([fault, [usual, again, deadline = 0, others = {}]]) => withServer({ answer: READY }, async server => {
			const house = open(server.endpoint(dialect, deadlines)), about = `${dialect}, ${fault}`, expected = others[dialect] ?? usual
			server.enqueue({ text: 'before the fault', piece: 3, fault })
			const { ok, exit, tries, failure, problem, recorded } = await trial(house)
			const [first, second] = recorded, says = `${about}: ${JSON.stringify({ ok, exit, tries, failure, problem })}`
			assert.equal(first.failure, expected, says)
			assert.ok(first.total_ms >= deadline && first.total_ms < deadline + LATE_MS, `${about}: ${first.total_ms} ms`)
			if (again) {
				assert.deepEqual([ok, exit, tries, failure], [true, 0, 2, undefined], says)
				// The text of the first try is evidence of that, and no part of the answer.
				assert.deepEqual(second.response.parts.map(part => part.text), [READY], about)
				assert.equal(second.failure, undefined, about)
			} else {
				assert.deepEqual([ok, exit, tries, failure], [false, 1, 1, expected], says)
			}
			assert.equal(server.requests.length, tries, about)
			house.remove()
		}))
	})

// aimock is a server that others wrote.
const chaos = { drop: ['server_error'], malformed: ['malformed', 'truncated'], disconnect: ['reset', 'truncated', 'empty'], ratelimit: ['rate_limited'] }

// Those that mostly wait do so together.
describe('servers that take their time', { concurrency: true }, () => {
	test('what fails always is tried five times at most, and the last word names server, class and remedy', () => each(['unavailable', 'silent', 'cut'], fault => withServer({ answer: { text: 'before the fault', fault } }, async server => {
		const house = open(server.endpoint('openai', { name: 'only', ...deadlines, headers_ms: fault === 'silent' ? 100 : deadlines.headers_ms })), expected = matrix[fault][0]
		const { ok, exit, tries, failure, problem, recorded } = await trial(house)
		assert.deepEqual([ok, exit, failure], [false, 1, expected], problem)
		assert.ok(tries > 1 && tries <= 5 && server.requests.length === tries && recorded.length === tries, `${tries} tries, ${server.requests.length} requests`)
		assert.match(problem, /scripted at only: .*; (check the server|try again later)/)
		house.remove()
	})))

	test('retry-after is kept, in seconds, as a date and in milliseconds', () => each(['1', () => new Date(Date.now() + 2500).toUTCString(), null], given => withServer({ answer: READY }, async server => {
		const house = open(server.endpoint('anthropic', deadlines))
		server.rule(({ n }) => (n === 1 ? { fault: 'rate_limit', headers: given ? { 'retry-after': typeof given === 'function' ? given() : given } : { 'retry-after-ms': '1200' } } : undefined))
		const { ok, tries } = await trial(house), [first, second] = server.requests.map(({ at }) => at)
		assert.deepEqual([ok, tries], [true, 2], String(given))
		// A date has whole seconds.
		const least = given === '1' ? 1000 : 1200
		assert.ok(second - first >= least - 5, `${given}: after ${second - first} ms`)
		assert.ok(second - first < least + 1500 + LATE_MS, `${given}: after ${second - first} ms`)
		house.remove()
	})))

	// A minute in seconds: six times what the call would have otherwise. A model that is being loaded is not listed (another one has to
	// go first), or listed with an end that moves; later it may be listed as ready, and think about a long prompt.
	const moving = () => [{ name: 'scripted:latest', model: 'scripted:latest', expires_at: new Date(Date.now() + 3e5).toISOString() }]
	const loads = { absent: () => [], listed: moving, in_turn: server => (!server.requests.length || performance.now() - server.requests[0].at < 1500 ? [] : [{ model: 'scripted:latest', name: 'scripted:latest', expires_at: '2030-01-01T00:00:00Z' }]) }
	for (const delay of ['headersMs', 'firstMs'])
		test(`a model that is being loaded is waited for, and is no hang (${delay})`, () => each(Object.entries(loads), ([about, loaded]) => withServer({ answer: { text: READY, [delay]: 3400 } }, async server => {
			server.loaded = () => loaded(server)
			// The one that is ready by and by has its usual time then.
			const usual = about === 'in_turn' ? 1000 : 500, house = open(server.endpoint('ollama', { ...deadlines, headers_ms: usual, first_ms: usual })), { ok, tries, total_ms, problem } = await trial(house)
			assert.deepEqual([ok, tries], [true, 1], `${about}: ${problem}`)
			assert.ok(total_ms >= 3395, `${about}: ${total_ms} ms`)
			assert.ok(server.counts.lookups > 2, `${server.counts.lookups}`)
			house.remove()
		})))

	test('a server that is silent though the model is loaded hangs, and so does one that says nothing of it', () => each([
		['silent', 'silent', undefined, /no headers within \d+ ms, though the model is loaded/], ['first_stall', 'slow_start', undefined, /no first token within \d+ ms, though the model is loaded/],
		['silent', 'silent', () => null, /and it does not say which models/], ['silent_body', 'slow_start', () => null, /and it does not say which models/],
		['silent', 'silent', () => [], /still being loaded/]
	], ([fault, failure, loaded, words]) => withServer({ answer: { text: 'before the fault', fault }, ...(loaded ? { loaded } : {}) }, async server => {
		const house = open(server.endpoint('ollama', { ...deadlines, load_ms: 4000 })), { ok, recorded: [first] } = await trial(house)
		assert.deepEqual([ok, first.failure], [false, failure])
		assert.match(first.detail, words)
		// The list has two seconds, a model in memory is looked at twice, one that is loaded has its own time.
		const least = loaded ? (loaded() ? 4000 : 3000) : 1250
		assert.ok(first.total_ms >= least && first.total_ms < least + LATE_MS, `${fault}: ${first.total_ms} ms: ${first.detail}`)
		house.remove()
	})))

	test('models test says what is loaded, and does not wait for that', () => withServer({ answer: READY, models: ['scripted', 'other'], loaded: () => [{ name: 'other', model: 'other' }] }, async server => {
		const house = open(server.endpoint('ollama', deadlines), server.endpoint('openai', deadlines)), { servers, exit } = await house.ask(['models', 'test'])
		assert.equal(exit, 0)
		assert.deepEqual(servers.map(({ server, says_loaded, loaded }) => [server, says_loaded, loaded]), [['ollama', true, ['other']], ['openai', false, []]])
		assert.match((await house.run(['models', 'test'])).out, /other/)
		house.remove()
	}))

	test('no connection at all', async () => {
		const server = await ModelServer.start()
		const house = open(server.endpoint('openai', { ...deadlines, name: 'gone' }))
		await server.close()
		const { ok, failure, problem } = await trial(house)
		assert.deepEqual([ok, failure], [false, 'unreachable'])
		assert.match(problem, /at gone: .*start the server, or correct its base_url/)
		house.remove()
	})

	// A name server that says nothing, in a place of our own: the address is one of those that nobody has.
	test('a name server that is silent costs the connect deadline', async t => {
		const house = open({ name: 'nowhere', protocol: 'openai', base_url: 'http://model.example/v1', models: ['m'], ...deadlines, connect_ms: 300 })
		const own = join(house.folder, 'resolv.conf')
		writeFileSync(own, 'nameserver 192.0.2.1\noptions timeout:30\n')
		const enter = ['-rm', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', own]
		if (spawnSync('unshare', [...enter, 'true']).status !== 0) return t.skip('there is no place of our own to be had (unshare)')
		const begin = performance.now()
		const child = spawn('unshare', [...enter, program, 'models', 'test', '--record', 'tries.jsonl', '--json', '--quiet'], { cwd: house.folder, env: house.environment }), out = []
		child.stdout.on('data', chunk => out.push(chunk))
		const [status] = await once(child, 'close')
		assert.equal(status, 1, Buffer.concat(out).toString())
		const { trials: [{ failure, tries }] } = JSON.parse(Buffer.concat(out))
		assert.equal(failure, 'unreachable')
		assert.ok(performance.now() - begin < tries * 800 + 3000 + LATE_MS)
		for (const { total_ms } of house.recorded('tries.jsonl')) assert.ok(total_ms <= 300 + LATE_MS, `${total_ms} ms`)
		house.remove()
	})

	test('aimock in all dialects, well and in chaos', { skip: noMock }, () => each(Object.keys(dialects).flatMap(dialect => [null, ...Object.keys(chaos)].map(kind => [dialect, kind])), async ([dialect, kind]) => {
		const mock = new LLMock({ port: 0, chunkSize: 3 }), rates = { drop: 'dropRate', malformed: 'malformedRate', disconnect: 'disconnectRate', ratelimit: 'rateLimitRate' }
		mock.onMessage(/connection/, { content: READY })
		if (kind) mock.setChaos({ [rates[kind]]: 1 })
		await mock.start()
		const house = open({ name: 'mock', protocol: dialect, base_url: `${mock.url}${dialect === 'openai' ? '/v1' : ''}`, models: ['gpt-4o'] })
		try {
			const { ok, failure, problem, tries, recorded } = await trial(house), about = `${dialect}, ${kind}: ${problem}`
			if (kind) {
				assert.ok(!ok && chaos[kind].includes(failure) && tries > 1, `${about}: ${failure}`)
				assert.ok(recorded.every(({ failure }) => chaos[kind].includes(failure)), about)
			} else {
				assert.deepEqual([ok, tries], [true, 1], about)
			}
		} finally {
			await mock.stop()
			house.remove()
		}
	}, 15))
})

test('a server that asks for more time than there is ends the call instead of holding it', () => withServer({ answer: { fault: 'rate_limit', retryAfter: 86400 } }, async server => {
	const house = open(server.endpoint('openai', deadlines)), begin = performance.now()
	const { ok, problem, tries } = await trial(house)
	assert.deepEqual([ok, tries], [false, 1], problem)
	assert.ok(performance.now() - begin < 20000)
	house.remove()
}))

test('a connection that broke while it was idle costs nothing', () => withServer({ models: ['one', 'two', 'three'] }, async server => {
	const house = open(server.endpoint('openai', deadlines))
	server.rule(({ reused }) => (reused ? { fault: 'reset' } : READY))
	const { trials } = await house.ask(['models', 'test', '--all'])
	assert.deepEqual(trials.map(({ ok, tries }) => [ok, tries]), [[true, 1], [true, 1], [true, 1]])
	assert.deepEqual(server.requests.map(({ reused }) => reused), [false, true, false, true, false])
	house.remove()
}))

test('parked servers are named when nothing is left', () => withServer({ answer: { fault: 'spend_cap' } }, server => withServer({ answer: { fault: 'unauthorized' } }, async other => {
	const house = open(server.endpoint('anthropic', { name: 'rich', ...deadlines }), other.endpoint('openai', { name: 'locked', key_env: 'LOCKED_KEY', ...deadlines }))
	const { exit, trials } = await house.ask(['models', 'test'], { environment: { LOCKED_KEY: 'wrong' } })
	assert.equal(exit, 1)
	assert.match(trials[0].problem, /rich: quota \(429\): You have reached your spend limit.*raise the spending limit or the credit of rich/)
	assert.match(trials[1].problem, /locked: credentials \(401\): invalid key.*correct the key of locked \(LOCKED_KEY\)/)
	assert.deepEqual([server.requests.length, other.requests.length], [1, 1])
	house.remove()
})))

const endless = ['silent', 'first_stall', 'stall', 'rate_limit']
const interruptible = [...endless.map(fault => [['models', 'test', '--json'], fault]), [['run', 'Build a REST API for notes'], 'silent'], [['orchestrate', 'Why is it slow?'], 'stall']]

test('Ctrl-C during a call ends it at once', () => each(interruptible, ([words, fault]) => withServer({ answer: { text: 'before the fault', fault, retryAfter: 60 } }, async server => {
	const house = open(server.endpoint('anthropic', { name: 'slow' })), about = `${words[0]}, ${fault}`
	const child = house.start(words), out = []
	child.stdin.end()
	child.stdout.on('data', chunk => out.push(chunk))
	child.stderr.on('data', chunk => out.push(chunk))
	const ended = new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal })))
	while (!server.requests.length) await new Promise(setImmediate)
	// Whether it is waiting for headers, for a token or for its turn: all the same.
	const begin = performance.now()
	child.kill('SIGINT')
	const { code, signal } = await ended
	assert.deepEqual([code, signal], [5, null], `${about}: ${Buffer.concat(out)}`)
	assert.ok(performance.now() - begin < LATE_MS, `${about}: ${performance.now() - begin} ms`)
	house.remove()
})))

/* --- recordings ------------------------------------------------------------------------------ */

test('a replay makes no connection, shows itself, and knows nothing else', () => withServer({ answer: READY, models: ['one', 'two'] }, async server => {
	const endpoint = server.endpoint('openai', deadlines), house = open(endpoint)
	const first = await house.ask(['models', 'test', '--record', 'kept.jsonl'])
	assert.deepEqual([first.exit, first.trials[0].replayed], [0, false])
	const kept = readFileSync(join(house.folder, 'kept.jsonl'))

	// It does not write over what is there.
	const refused = await house.run(['models', 'test', '--record', 'kept.jsonl'])
	assert.notEqual(refused.code, 0)
	assert.match(refused.err, /kept\.jsonl.*exists/)
	assert.deepEqual(readFileSync(join(house.folder, 'kept.jsonl')), kept)

	const { connections } = server.counts
	const again = await house.ask(['models', 'test', '--replay', 'kept.jsonl'])
	assert.deepEqual([again.exit, again.trials[0].ok, again.trials[0].replayed], [0, true, true], JSON.stringify(again))
	const shown = await house.run(['models', 'test', '--replay', 'kept.jsonl'])
	assert.match(shown.out, /recording|replay/i)

	// A request that is not in it: another question.
	const other = JSON.parse(kept)
	other.request.messages[0].parts[0].text = 'Another question'
	writeFileSync(join(house.folder, 'other.jsonl'), JSON.stringify(other))
	const unknown = await house.ask(['models', 'test', '--replay', 'other.jsonl'])
	assert.equal(unknown.exit, 1)
	assert.equal(unknown.trials[0].ok, false)
	assert.match(unknown.trials[0].problem, /other\.jsonl does not know the request .*the nearest that it knows: "Another question".*record again/)
	assert.equal(server.counts.connections, connections)

	writeFileSync(join(house.folder, 'broken.jsonl'), 'this is no recording\n')
	const broken = await house.run(['models', 'test', '--replay', 'broken.jsonl'])
	assert.notEqual(broken.code, 0)
	assert.match(broken.err, /broken\.jsonl.*line 1/)
	house.remove()
}))

test('a replay needs neither servers nor keys, and repeats what failed', () => withServer({ answer: READY }, async server => {
	const house = open(server.endpoint('anthropic', { key_env: 'SOME_KEY', ...deadlines }))
	server.enqueue({ fault: 'overloaded' })
	const { ok, tries } = await trial(house, { environment: { SOME_KEY: 'k' } })
	assert.deepEqual([ok, tries], [true, 2])
	await server.down()
	const again = await house.ask(['models', 'test', '--replay', 'tries.jsonl'])
	assert.deepEqual([again.exit, again.trials[0].ok, again.trials[0].tries, again.trials[0].replayed], [0, true, 2, true])
	house.remove()
}))

/* --- keys ------------------------------------------------------------------------------------ */

const KEY = 'sk-planted-7f3Zq9Lw2Xc8Vb5N'

// Each place where a server could repeat the key it was sent.
const echoes = {
	refusal: { fault: 'echo_key' },
	bad_request: ({ key }) => ({ status: 400, body: { error: { message: `what is ${key}?`, type: 'invalid_request_error' } } }),
	page: ({ headers }) => ({ status: 500, body: `<html>${JSON.stringify(headers)}</html>`, headers: { 'content-type': 'text/html' } }),
	header: ({ key }) => ({ fault: 'unauthorized', headers: { 'request-id': key, 'x-debug': key, 'retry-after': key } }),
	type: ({ key }) => ({ raw: 'x', type: `text/${key}` }),
	in_band: ({ key }) => ({ text: 'before the fault', fault: 'in_band', words: `refused: ${key}` }),
	malformed: ({ key }) => ({ text: 'before the fault', fault: 'malformed', words: key }),
	partial: ({ key }) => ({ text: `you sent ${key} and that was it`, piece: 50, fault: 'cut', after: 1 }),
	...Object.fromEntries((fullSize ? [40, 80, 100, 120, 200, 280, 290, 385, 390] : [80, 290, 385]).flatMap(length => [
		[`refusal, cut after ${length}`, ({ key }) => ({ status: 401, body: { error: { message: `${'x'.repeat(length)}${key}${'y'.repeat(400)}` } } })],
		[`malformed, cut after ${length}`, ({ key }) => ({ text: 'before the fault', fault: 'malformed', words: `${'x'.repeat(length)}${key}${'y'.repeat(400)}` })]
	])),
	answer: ({ key }) => JSON.stringify({ word: key }),
	thinking: ({ key }) => ({ text: READY, thinking: `they sent ${key}` }),
	call: ({ key }) => ({ calls: [{ name: key, id: key, input: { key } }] })
}

// Nor a part of it that would help anybody.
const leaks = text => text.includes(KEY.slice(0, 14)) || text.includes(KEY.slice(-14))

function *filesIn(folder) {
	for (const entry of readdirSync(folder)) {
		const path = join(folder, entry)
		if (statSync(path).isDirectory()) yield* filesIn(path)
		else yield path
	}
}

test('a key is nowhere but in its header, whatever the servers do with it', () => each(Object.keys(dialects).flatMap(dialect => Object.entries(echoes).map(([where, answer]) => [dialect, where, answer])), ([dialect, where, answer]) => withServer({ answer }, async server => {
	const house = open(server.endpoint(dialect, { key_env: 'PLANTED', ...deadlines, connect_ms: 1000 })), about = `${dialect}, ${where}`
	const environment = { PLANTED: KEY }
	const { code, out, err } = await house.run(['models', 'test', '--json', '--record', 'tries.jsonl'], { environment })
	assert.ok(code === 0 || code === 1, `${about}: ${code} ${err}`)
	assert.ok(server.requests.length && server.requests.every(({ key }) => key === KEY), `${about}: the key was sent`)
	assert.ok(server.requests.every(({ body }) => !JSON.stringify(body).includes(KEY)), `${about}: in no prompt`)
	assert.ok(!leaks(`${out}${err}`), `${about}: ${out}${err}`)
	const files = [...filesIn(house.folder)]
	assert.ok(files.includes(join(house.folder, 'tries.jsonl')), about)
	for (const file of files) assert.ok(!leaks(readFileSync(file, 'latin1')), `${about}: ${file}: ${readFileSync(file)}`)
	house.remove()
})))

// What a server says in place of its list.
const lists = {
	refused: (dialect, key) => ({ status: 401, body: dialects[dialect].error('authentication_error', `what is ${key}?`) }),
	broken: (dialect, key) => ({ status: 200, body: `not JSON: ${key}` }),
	named: (dialect, key) => ({ status: 200, body: { data: [{ id: `m-${key}` }], models: [{ name: `m-${key}` }] } })
}

test('a key is nowhere when servers are asked what they have', () => each(Object.keys(dialects).flatMap(dialect => Object.entries(lists).map(([where, list]) => [dialect, where, list])), ([dialect, where, list]) => withServer({
	answer: READY, lookup: (path, headers) => list(dialect, headers['x-api-key'] ?? headers.authorization)
}, async server => {
	const house = open({ ...server.endpoint(dialect, { key_env: 'PLANTED', ...deadlines }), models: undefined }, server.endpoint('ollama', { name: 'other' }))
	const said = [], outs = []
	for (const words of [['models', 'test', '--json'], ['models', 'test', '--server', dialect], ['models', 'list'], ['doctor', '--json']]) {
		const { out, err } = await house.run(words, { environment: { PLANTED: KEY } })
		said.push(`${words.join(' ')}: ${out}${err}`)
		outs.push(out)
	}
	assert.ok(server.counts.lookups > 0)
	for (const text of said) assert.ok(!leaks(text), `${where}: ${text}`)
	for (const file of filesIn(house.folder)) assert.ok(!leaks(readFileSync(file, 'latin1')), `${where}: ${file}`)
	// The one that is well is tried all the same, and of the other one is told what is the matter.
	const { trials, servers: [entry] } = JSON.parse(outs[0])
	assert.deepEqual(trials.map(({ server, ok }) => [server, ok]), [['other', true]])
	assert.match(entry.problem ?? 'none', { refused: /401: .*what is \*\*\*\?|what is Bearer \*\*\*\?/, broken: /list of models/, named: /none/ }[where])
	house.remove()
})))

test('where nobody says what there is, everybody says why', () => withServer({ lookup: () => ({ status: 401, body: { error: { message: 'wrong key' } } }) }, async server => {
	const house = open({ ...server.endpoint('openai'), models: undefined })
	const { code, err } = await house.run(['models', 'test'])
	assert.equal(code, 3)
	assert.match(err, /there is no model to try; openai: 401: .*wrong key/)
	house.remove()
}))

// In turn all the echoes, so that analysis, contracts and specialists meet some of each.
test('a key is nowhere after whole runs', () => each([['run', 'Build a REST API for notes with users', '--record', 'tries.jsonl'], ['orchestrate', 'Why is the sign-in slow?'], ['plan', 'Build a REST API for notes', '--record', 'tries.jsonl']], words => withServer({}, async server => {
	const house = open(server.endpoint('openai', { key_env: 'PLANTED', ...deadlines })), kinds = ['answer', 'malformed', 'thinking', 'call', 'answer', 'partial', 'thinking', 'answer', 'in_band', 'call']
	server.rule(request => {
		const answer = echoes[kinds[request.n % kinds.length]]
		return typeof answer === 'function' ? answer(request) : answer
	})
	const { code, out, err } = await house.run(words, { environment: { PLANTED: KEY } })
	assert.ok([0, 1, 4].includes(code), `${words[0]}: ${code} ${out}${err}`)
	assert.ok(server.requests.length && server.requests.every(({ key }) => key === KEY), words[0])
	assert.ok(server.requests.every(({ body }) => !leaks(JSON.stringify(body))), `${words[0]}: in no prompt, not in one of a repair either`)
	assert.ok(!leaks(`${out}${err}`), `${words[0]}: ${out}${err}`)
	for (const file of filesIn(house.folder)) assert.ok(!leaks(readFileSync(file, 'latin1')), `${words[0]}: ${file}`)
	house.remove()
})))
