// Many threads ask scripted servers: who gets the calls, what a server that is ill costs, and who is served when there is not enough.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { Random } from './filter.mjs'
import { ModelServer } from './model_server.mjs'
import { fullSize, program } from './teamwright.mjs'

const tools = process.env.TEAMWRIGHT_TOOLS ?? join(dirname(program), 'tools')
const times = fullSize ? 5 : 1

// What tests/tools/ask_many.c says.
function askMany(spec) {
	return new Promise((resolve, reject) => {
		const child = spawn(join(tools, 'ask_many'), { stdio: ['pipe', 'pipe', 'pipe'] }), out = [], err = []
		child.stdout.on('data', chunk => out.push(chunk))
		child.stderr.on('data', chunk => err.push(chunk))
		child.on('error', reject)
		child.on('close', code => {
			const lines = Buffer.concat(out).toString().trim().split('\n').filter(Boolean).map(line => JSON.parse(line))
			resolve({ code, err: Buffer.concat(err).toString(), end: lines.pop(), answers: lines })
		})
		child.stdin.end(JSON.stringify(spec))
	})
}

async function ask(spec) {
	const { code, err, ...rest } = await askMany(spec)
	assert.equal(code, 0, err)
	assert.equal(err, '')
	return rest
}

// Starts servers by their names, acts, stops them.
async function withServers(options, act) {
	const servers = {}
	try {
		for (const [name, option] of Object.entries(options)) servers[name] = await ModelServer.start(option)
		return await act(servers)
	} finally {
		for (const server of Object.values(servers)) await server.close()
	}
}

const text = answer => answer.answer.response.parts.map(part => part.text).join('')
const one = (more = {}) => ({ run: 'r', threads: 1, asks: 1, ...more })
const protocols = ['openai', 'anthropic', 'ollama']
const endpoints = (servers, more = () => ({})) => Object.entries(servers).map(([name, server], i) => server.endpoint(protocols[i % 3], { name, ...more(name, i) }))

/* --- who gets the calls ---------------------------------------------------------------------- */

test('two equal servers have the same load within 10 %', t => withServers({ a: { answer: { text: 'hello', firstMs: 20 } }, b: { answer: { text: 'hello', firstMs: 20 } } }, async servers => {
	const asks = 300 * times, equal = Object.entries(servers).map(([name, server]) => server.endpoint('openai', { name }))
	// What runs for the first time is slower, which is no matter of the balance.
	await ask({ strategy: 'round_robin', endpoints: equal, crews: [one({ threads: 8, asks: 40 })] })
	for (const strategy of ['load_aware', 'round_robin']) {
		const shares = []
		for (let round = 0; round < 3; round++) {
			const before = servers.a.requests.length
			const { answers } = await ask({ strategy, endpoints: equal, crews: [one({ threads: 16, asks })] })
			assert.ok(answers.length === asks && answers.every(({ code }) => !code))
			shares.push((servers.a.requests.length - before) / asks)
		}
		t.diagnostic(`${strategy}: ${shares}`)
		// A machine that stumbles once is remembered for seconds: the middle one counts.
		const share = shares.sort((a, b) => a - b)[1]
		assert.ok(Math.abs(share - 0.5) <= 0.05, `${strategy}: ${shares}`)
	}
}))

// Each serves four at once, one in 20 ms and the other in 80: at full load 4:1 is ideal.
test('two unequal servers are within 15 % of the ideal split', t => withServers({ slow: { slots: 4, answer: { text: 'hello', firstMs: 80 } }, fast: { slots: 4, answer: { text: 'hello', firstMs: 20 } } }, async servers => {
	const asks = 450 * times
	const { answers } = await ask({ endpoints: endpoints(servers), crews: [one({ threads: 24, asks })] })
	const share = servers.fast.requests.length / asks
	t.diagnostic(`${share} of 0.8`)
	assert.ok(answers.every(({ code }) => !code))
	assert.ok(Math.abs(share - 0.8) <= 0.12, `${share}`)
}))

test('with a slow server, the slowest answers are faster by load than in turn', t => withServers({
	a: { answer: { text: 'hello', firstMs: 10 } }, b: { answer: { text: 'hello', firstMs: 10 } }, slow: { slots: 2, answer: { text: 'hello', firstMs: 60 } }
}, async servers => {
	const p99 = {}
	for (const strategy of ['load_aware', 'round_robin']) {
		const { answers } = await ask({ strategy, endpoints: endpoints(servers), crews: [one({ threads: 12, asks: 140 * times })] })
		const spans = answers.map(({ begin_ms, end_ms }) => end_ms - begin_ms).sort((a, b) => a - b)
		p99[strategy] = spans[Math.floor(spans.length * 0.99)]
	}
	t.diagnostic(JSON.stringify(p99))
	assert.ok(p99.load_aware < p99.round_robin, JSON.stringify(p99))
}))

test('a server of second rank is asked only where the first cannot', () => withServers({ first: { answer: 'first' }, second: { answer: 'second' } }, async servers => {
	const ranked = endpoints(servers, (name, priority) => ({ priority }))
	await ask({ endpoints: ranked, crews: [one({ threads: 4, asks: 40 })] })
	assert.deepEqual([servers.first.requests.length, servers.second.requests.length], [40, 0])
	await servers.first.down()
	const { answers } = await ask({ endpoints: ranked, crews: [one({ threads: 4, asks: 40 })] })
	assert.ok(answers.every(answer => text(answer) === 'second'))
}))

/* --- ill servers ----------------------------------------------------------------------------- */

test('a server that fails costs one probe in a cool-down at most', t => withServers({ ill: { answer: { fault: 'broken' } }, well: { answer: { text: 'hello', firstMs: 60 } } }, async servers => {
	const { answers, end } = await ask({ strategy: 'round_robin', endpoints: endpoints(servers), crews: [one({ threads: 8, asks: 450 * times })] })
	assert.ok(answers.every(({ code }) => !code))
	const at = servers.ill.requests.map(request => request.at - servers.ill.requests[0].at)
	t.diagnostic(`asked after ${at.map(Math.round).join(', ')} ms; ${JSON.stringify(end.standings[0].circuit)}`)
	// Those that were under way when the circuit opened; from there on, pauses of 2 s, 4 s, ...
	const first = at.filter(ms => ms < 1500), probes = at.slice(first.length)
	assert.ok(first.length >= 5 && first.length <= 5 + 8, `${first.length} at first`)
	assert.ok(probes.length >= 1, 'it was probed')
	probes.forEach((ms, i) => assert.ok(ms - (i ? probes[i - 1] : first.at(-1)) >= 2000 * 2 ** i - 50, `${at}`))
}))

test('retries amplify the load by 1.2 at most', t => withServers({ a: {}, b: {} }, async servers => {
	const random = new Random(), asks = 600 * times
	for (const server of Object.values(servers)) server.rule(() => (random.below(10) < 2 ? { fault: 'broken' } : { text: 'hello', firstMs: 5 }))
	const { answers } = await ask({ endpoints: endpoints(servers), crews: [one({ threads: 8, asks })] })
	const requests = servers.a.requests.length + servers.b.requests.length
	t.diagnostic(`SEED=${random.seed}: ${requests} requests for ${asks} asks, ${answers.filter(({ code }) => code).length} failed`)
	// The floor of the budget: ten in a minute.
	assert.ok(requests <= asks * 1.2 + 10, `SEED=${random.seed}: ${requests}`)
	assert.ok(answers.filter(({ code }) => code).length <= asks * 0.1, `SEED=${random.seed}`)
	for (const { answer, code } of answers) assert.ok(code || answer.tries.slice(0, -1).every(({ failure }) => failure === 'server_error'))
}))

test('a server that comes back is used again', () => withServers({ a: { answer: { text: 'hello', firstMs: 20 } }, b: { answer: { text: 'hello', firstMs: 20 } } }, async servers => {
	let ill = true
	servers.a.rule(() => (ill ? { fault: 'unavailable' } : undefined))
	const asking = ask({ strategy: 'round_robin', endpoints: endpoints(servers), crews: [one({ threads: 4, asks: 500 * times })] })
	while (servers.b.requests.length < 100) await new Promise(setImmediate)
	ill = false
	const healed = servers.a.requests.length
	const { answers } = await asking
	assert.ok(answers.every(({ code }) => !code), JSON.stringify(answers.find(({ code }) => code)))
	assert.ok(servers.a.requests.length > healed + 20, `${servers.a.requests.length - healed} requests after it was well`)
}))

/* --- another server -------------------------------------------------------------------------- */

const before = { silent: 'silent', reset: 'reset', broken: 'server_error', overloaded: 'overloaded', rate_limit: 'rate_limited', spend_cap: 'quota', unauthorized: 'credentials', empty: 'empty', first_stall: 'slow_start' }
const after = { cut: 'truncated', stall: 'stalled', malformed: 'malformed', in_band: null, end_early: 'truncated' }

test('before the first token another server takes over silently, after it as a new try', async () => {
	const cases = protocols.flatMap(dialect => Object.entries({ ...before, ...after }).map(([fault, expected]) => [dialect, fault, expected]))
	await Promise.all(cases.map(([dialect, fault, expected]) => withServers({ first: { answer: { text: 'one two three four', fault } }, second: { answer: 'the whole answer' } }, async ({ first, second }) => {
		const { answers: [answer] } = await ask({
			endpoints: [
				first.endpoint(dialect, { name: 'first', priority: 0, headers_ms: 1000, first_ms: 1000, between_ms: 1000 }),
				second.endpoint('openai', { name: 'second', priority: 1 })
			], crews: [one()]
		})
		const about = `${dialect}, ${fault}: ${JSON.stringify(answer)}`
		assert.equal(text(answer), 'the whole answer', about)
		assert.deepEqual(answer.answer.tries.map(({ server }) => server), ['first', 'second'], about)
		if (expected) assert.equal(answer.answer.tries[0].failure, expected, about)
		assert.equal(answer.answer.tries[1].failure, undefined, about)
		// Who watches saw the first one's beginning only where there was any.
		if (fault in before) assert.equal(answer.seen, 'the whole answer', about)
		else assert.ok(answer.seen.startsWith('one two') && answer.seen.endsWith('the whole answer'), about)
		assert.deepEqual([first.requests.length, second.requests.length], [1, 1], about)
	})))
})

test('a tool call that is cut off is none', () => withServers({ server: { answer: { text: 'I look', calls: [{ name: 'look', input: { place: 'under the table' } }], fault: 'cut_tool' } } }, async ({ server }) => {
	for (const dialect of ['anthropic', 'openai']) {
		const { answers: [{ code, answer: { response } }] } = await ask({ endpoints: [server.endpoint(dialect)], crews: [one({ tool: true })] })
		assert.deepEqual([code, response.stop, response.parts.filter(({ kind }) => kind === 'tool_call')], [undefined, 'length', []], dialect)
	}
}))

test('a stream that breaks inside a tool call is no answer, and calls nothing', () => withServers({ first: {}, second: { answer: 'nothing to look at' } }, async ({ first, second }) => {
	for (const dialect of ['anthropic', 'openai']) {
		first.enqueue({ calls: [{ name: 'look', input: { place: 'under the table' } }], fault: 'cut', after: 3 })
		const { answers: [{ answer }] } = await ask({ endpoints: [first.endpoint(dialect, { name: 'first' }), second.endpoint('ollama', { name: 'second', priority: 1 })], crews: [one({ tool: true })] })
		assert.deepEqual(answer.tries.map(({ server, failure }) => [server, failure]), [['first', 'truncated'], ['second', undefined]], dialect)
		assert.deepEqual(answer.response.parts.map(({ kind }) => kind), ['text'])
	}
}))

test('when the last server is parked, all that wait are told which and why', () => withServers({ rich: { answer: { fault: 'spend_cap' } }, locked: { answer: { fault: 'unauthorized' } } }, async servers => {
	const { answers } = await ask({ endpoints: endpoints(servers, () => ({ max_in_flight: 1 })), crews: [one({ threads: 8, asks: 24 })] })
	assert.equal(answers.length, 24)
	for (const { code, error } of answers) {
		assert.equal(code, 'config')
		assert.match(error, /rich: quota \(429\)/)
		assert.match(error, /locked: credentials \(401\)/)
	}
	// One each, and no more after that.
	assert.deepEqual([servers.rich.requests.length, servers.locked.requests.length], [1, 1])
}))

/* --- who is served --------------------------------------------------------------------------- */

test('a run with few calls is not starved by one with many', t => withServers({ only: { answer: { text: 'hello', firstMs: 10 } } }, async servers => {
	const asks = 30 * times
	const { answers } = await ask({
		endpoints: endpoints(servers, () => ({ max_in_flight: 2 })),
		crews: [one({ run: 'greedy', threads: 40, asks: 10 * asks, prompt: 'greedy' }), one({ run: 'modest', threads: 4, asks, prompt: 'modest' })]
	})
	assert.ok(answers.every(({ code }) => !code))
	const order = servers.only.requests.map(request => request.text), last = order.lastIndexOf('modest'), greedy = order.slice(0, last).filter(name => name === 'greedy').length
	t.diagnostic(`${greedy} calls of the other run until ${asks} were served`)
	// Half each; those that the greedy one had under way at first on top.
	assert.ok(greedy <= asks * 1.25 + 10, `${greedy}`)
}))

test('a cancellation ends all calls at once, those under way and those that wait', () => withServers({ only: {} }, async ({ only }) => {
	only.rule(({ n }) => (n <= 3 ? 'hello' : { text: 'hello there', fault: n % 2 ? 'silent' : 'stall' }))
	const begin = performance.now()
	const { answers } = await ask({ endpoints: endpoints({ only }, () => ({ max_in_flight: 6 })), crews: [one({ threads: 12, asks: 15, cancel_after: 3 })] })
	assert.ok(performance.now() - begin < 5000)
	assert.deepEqual([answers.filter(({ code }) => !code).length, answers.filter(({ code }) => code === 'interrupted').length], [3, 12])
	while (only.counts.running) await new Promise(setImmediate)
	assert.equal(only.counts.aborted, only.requests.length - 3)
}))

// The one that keeps the time for all who wait may be among those that leave, and the server is closed for a while meanwhile.
test('a cancellation of one run leaves the others where they were', () => withServers({ only: {} }, async ({ only }) => {
	const ended = []
	only.rule(({ n, text }) => {
		if (n === 4) return { fault: 'rate_limit', retryAfter: 1 }
		ended.push(text)
		return { text: 'hello', firstMs: 20 }
	})
	const { answers } = await ask({
		endpoints: endpoints({ only }, () => ({ max_in_flight: 1 })),
		crews: [one({ run: 'gone', prompt: 'gone', threads: 30, asks: 60, cancel_after: 1 }), one({ run: 'stays', prompt: 'stays', threads: 30, asks: 60 })]
	})
	const of = run => answers.filter(answer => answer.run === run)
	assert.deepEqual([of('stays').length, of('stays').filter(({ code }) => code).length], [60, 0], JSON.stringify(of('stays').find(({ code }) => code)))
	assert.equal(of('gone').length, 60)
	assert.ok(of('gone').filter(({ code }) => code === 'interrupted').length >= 55, ended.join())
}))

test('hundreds of calls that wait are all served', t => withServers({ a: { answer: 'hello' }, b: { answer: 'hello' } }, async servers => {
	const threads = fullSize ? 2000 : 300
	const { answers, end } = await ask({ endpoints: endpoints(servers, () => ({ max_in_flight: 16 })), crews: [one({ threads, asks: 2 * threads })] })
	t.diagnostic(`${(end.cpu_ms / answers.length).toFixed(2)} ms of CPU for each`)
	assert.deepEqual([answers.length, answers.filter(({ code }) => code).length], [2 * threads, 0])
}))

test('a call whose model is being loaded ends at once when nobody wants it any more', () => withServers({ only: { loaded: () => [] } }, async ({ only }) => {
	only.rule(({ n }) => (n === 1 ? { text: 'hello', firstMs: 1200 } : { fault: 'silent' }))
	const begin = performance.now()
	const { answers } = await ask({ endpoints: [only.endpoint('ollama', { headers_ms: 300 })], crews: [one({ threads: 2, asks: 2, cancel_after: 1 })] })
	assert.ok(performance.now() - begin < 5000)
	assert.deepEqual(answers.map(({ code }) => code), [undefined, 'interrupted'])
	assert.ok(only.counts.lookups > 0)
	while (only.counts.running) await new Promise(setImmediate)
	assert.equal(only.counts.aborted, 1)
}))

test('who watches sees no key, however it is cut', () => withServers({ only: {} }, async ({ only }) => {
	const key = 'short-key-7f3Z', folder = mkdtempSync(join(tmpdir(), 'pool-')), file = join(folder, 'key')
	writeFileSync(file, key, { mode: 0o600 })
	try {
		for (const dialect of protocols)
			for (const piece of [1, 5, 100]) {
				only.enqueue({ text: `you sent ${key}, and I keep ${key.slice(0, 5)} of it`, piece })
				const { answers: [answer] } = await ask({ endpoints: [only.endpoint(dialect, { key_file: file })], crews: [one()] })
				assert.equal(only.requests.at(-1).key, key)
				assert.deepEqual([answer.seen, text(answer)], Array(2).fill('you sent ***, and I keep short of it'), `${dialect}, ${piece}`)
			}
		only.enqueue({ text: `you sent ${key}`, piece: 10, fault: 'cut', after: 2 })
		only.enqueue('nothing')
		const { answers: [{ seen }] } = await ask({ endpoints: [only.endpoint('openai', { key_file: file })], crews: [one()] })
		assert.equal(seen, 'you sent ***nothing')
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}))

test('what many threads recorded is replayed to many threads', () => withServers({ only: { answer: ({ text }) => `you said ${text}` } }, async ({ only }) => {
	const folder = mkdtempSync(join(tmpdir(), 'pool-')), record = join(folder, 'kept.jsonl'), crews = ['one', 'two', 'three'].map(run => one({ run, prompt: run, threads: 4, asks: 20 }))
	try {
		const first = await ask({ endpoints: endpoints({ only }), record, crews })
		assert.equal(readFileSync(record, 'utf8').trim().split('\n').length, 60)
		const { connections } = only.counts
		const again = await ask({ endpoints: endpoints({ only }), replay: record, crews })
		const said = ({ answers }) => answers.map(answer => `${answer.run}: ${text(answer)}`).sort()
		assert.deepEqual(said(again), said(first))
		assert.ok(again.answers.every(({ answer }) => answer.replayed))
		assert.equal(only.counts.connections, connections)
		const { code, err } = await askMany({ endpoints: [], record, crews: [] })
		assert.equal(code, 1)
		assert.match(err, /exists/)
		assert.ok(existsSync(record))
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}))

/* --- two servers for one answer -------------------------------------------------------------- */

const slowAndQuick = { slow: { answer: { text: 'slow', firstMs: 20000 } }, quick: { answer: 'quick' } }
const slowFirst = servers => endpoints(servers, (name, priority) => ({ priority }))

describe('two servers for one answer', { concurrency: true }, () => {
	test('where the first server is slow to begin, a second one is asked if that is allowed', () => withServers(slowAndQuick, async servers => {
		const begin = performance.now()
		const { answers: [answer] } = await ask({ endpoints: slowFirst(servers), crews: [one({ hedge: true })] })
		assert.ok(performance.now() - begin < 15000)
		assert.deepEqual([text(answer), answer.seen], ['quick', 'quick'])
		assert.deepEqual(answer.answer.tries.map(({ server, failure }) => [server, failure]), [['slow', 'cancelled'], ['quick', undefined]])
		while (servers.slow.counts.running) await new Promise(setImmediate)
		assert.equal(servers.slow.counts.aborted, 1)
	}))

	test('a question with tools goes to one server, and so does one whose asker wants that', () => withServers({ slow: { answer: { text: 'slow', firstMs: 2600 } }, quick: { answer: 'quick' } }, async servers => {
		const { answers } = await ask({ endpoints: slowFirst(servers), crews: [one({ hedge: true, tool: true }), one()] })
		assert.deepEqual(answers.map(text), ['slow', 'slow'])
		assert.equal(servers.quick.requests.length, 0)
	}))

	test('the first word has it, even if what follows is broken', () => withServers({ slow: { answer: { text: 'slow', firstMs: 20000 } }, quick: {} }, async servers => {
		servers.quick.rule(({ n }) => (n === 1 ? { text: 'one two three four', fault: 'cut' } : 'the whole answer'))
		const { answers: [answer] } = await ask({ endpoints: slowFirst(servers), crews: [one({ hedge: true })] })
		assert.equal(text(answer), 'the whole answer', JSON.stringify(answer))
		assert.ok(!JSON.stringify(answer.answer.response).includes('one two'))
		assert.ok(answer.answer.tries.some(({ failure }) => failure === 'truncated'))
	}))
})
