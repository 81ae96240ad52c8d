// What was paid for is not paid for again: a run that asks models is killed before and after its commits, and while a call is under way. A sample
// of the points; every one of them with TEAMWRIGHT_SOAK. SEED chooses another sample.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { Random } from './filter.mjs'
import { analysis, requirement, served } from './scripted_model.mjs'
import { House, fullSize } from './teamwright.mjs'
import { noTerminal, onTerminal } from './terminal.mjs'

const random = new Random()
const choice = { blueprint_id: 'parallel-contract-first', personas: ['backend_developer', 'frontend_developer', 'qa_engineer'], reason: 'Pages and an API meet at an interface' }
// Analysis, blueprint, and contracts that are never good: one call, one, four.
const answer = ({ system }) => JSON.stringify(system.startsWith('You are the requirement analyst') ? analysis : system.startsWith('You are the architect') ? { contracts: [] } : choice)
const CALLS = 6
const words = ['run', requirement, '--until', 'contracts']
const calls = events => ({ sent: events.filter(({ kind }) => kind === 'model.sent').length, ended: events.filter(({ kind, data }) => kind === 'model.asked' && data.request).length })

let commits
before(() => served(async house => {
	// The number of a commit that is never reached tells how many there are.
	for (commits = 1; ; commits++) {
		const run = await house.run([...words, '--quiet', '--output', `out${commits}`], { environment: { TEAMWRIGHT_FAULT: `before:${commits + 8}` } })
		if (run.code === 0) break
		commits += 8
	}
	commits += 8
}, { answer }))

async function killed(fault, point) {
	await served(async (house, server) => {
		const title = `${fault}:${point}`
		const run = await house.run([...words, '--quiet'], { environment: { TEAMWRIGHT_FAULT: `${fault}:${point}` } })
		const { runs } = await house.ask(['history'])
		if (run.code === 0 || !runs.length || runs[0].state === 'waiting') return // not begun, or over
		assert.equal(run.signal, 'SIGKILL', title)
		const { events } = await house.ask(['logs', runs[0].run, '--limit', '1000'])
		const known = calls(events), seen = server.requests.length
		const resumed = await house.ask(['resume', runs[0].run])
		assert.equal(resumed.exit, 0, `${title}: ${JSON.stringify(resumed)}`)
		const { sum } = resumed.models
		// Only what nobody had written down was asked again, and it is counted.
		assert.equal(server.requests.length - seen, CALLS - known.ended, title)
		assert.equal(sum.repaid_calls, known.sent - known.ended, title)
		assert.equal(sum.calls, CALLS + sum.repaid_calls, title)
		assert.equal(sum.unpriced_calls, sum.calls, title)
		assert.ok(seen <= known.sent, `${title}: nothing is sent that is not written down before`)
	}, { answer, endpoint: { local: false } })
}

for (const fault of ['before', 'after'])
	test(`killed ${fault} ${fullSize ? 'every commit' : 'some commits'}: what was answered is not asked again`, async t => {
		const points = fullSize ? Array.from({ length: commits }, (_, i) => i + 1) : [3, 4, 5].map(() => 2 + random.below(commits - 3))
		t.diagnostic(`commits ${points.join(', ')} of about ${commits}`)
		for (const point of points) await killed(fault, point)
	})

test('killed while the model speaks: asked again, and told as paid twice', async () => {
	let child
	await served(async (house, server) => {
		child = house.start([...words, '--quiet'])
		const ended = new Promise(resolve => child.on('close', (code, signal) => resolve(signal)))
		server.rules.unshift(request => {
			if (!child || !request.system.startsWith('You are the architect')) return undefined
			process.kill(child.pid, 'SIGKILL')
			child = undefined
			return answer(request)
		})
		assert.equal(await ended, 'SIGKILL')
		const { runs } = await house.ask(['history'])
		const resumed = await house.ask(['resume', runs[0].run])
		assert.equal(resumed.exit, 0, JSON.stringify(resumed))
		assert.deepEqual([resumed.models.sum.repaid_calls, resumed.models.sum.calls, server.requests.length], [1, CALLS + 1, CALLS + 1])
		assert.deepEqual(resumed.models.asked.map(({ purpose, repaid_calls }) => [purpose, repaid_calls]), [['analysis', 0], ['blueprint', 0], ['contracts', 1]])
		assert.match((await house.run(['status', runs[0].run])).out, /1 paid twice/)
	}, { answer, endpoint: { local: false } })
})

test('a persona and a task have limits of their own', () => served(async (house, server) => {
	house.configure({ limits: [{ persona: 'solution_architect', max_calls: 2 }, { persona: '*', max_calls: 5 }] })
	const stopped = await house.ask([...words])
	assert.deepEqual([stopped.exit, stopped.outcome, server.requests.length], [4, 'budget_exceeded', 3], JSON.stringify(stopped))
	assert.match(stopped.reason, /persona solution_architect of run \S+ may make 2 calls, and has made them/)
	const remedy = await house.run(['plan', requirement])
	assert.match(remedy.err, /limits in config\.yaml/)
	house.configure({ limits: [{ persona: 'solution_architect', max_calls: 20 }] })
	const resumed = await house.ask(['resume', stopped.run])
	assert.equal(resumed.exit, 0, JSON.stringify(resumed))
	assert.equal(resumed.models.sum.calls, CALLS)
	const personas = Object.fromEntries(resumed.models.personas.map(({ persona, calls }) => [persona, calls]))
	assert.deepEqual(personas, { requirement_analyst: 1, solution_architect: CALLS - 1 })
	for (const limits of [[{ persona: 'x', task: 'y', budget: 1 }], [{ persona: 'x' }], [{ budget: 1 }], [{ task: '*', max_calls: -1 }]]) {
		house.configure({ limits })
		const refused = await house.run(words)
		assert.equal(refused.code, 3, refused.err)
		assert.match(refused.err, /config\.yaml:\d+:\d+: this limits nothing/)
	}
}, { answer, endpoint: { local: false } }))

test('a deadline while a model is silent: exit 4, gone on with by a later one', () => served(async (house, server) => {
	server.rules.unshift(({ system }) => (system.startsWith('You are the requirement analyst') ? { text: '', headersMs: Infinity } : undefined))
	const stopped = await house.ask([...words, '--deadline', '1'])
	assert.deepEqual([stopped.exit, stopped.state, stopped.outcome], [4, 'waiting', 'budget_exceeded'], JSON.stringify(stopped))
	assert.match(stopped.reason, /its 1 seconds are over; resume with a later --deadline/)
	server.rules.shift()
	assert.equal((await house.ask(['resume', stopped.run])).exit, 4)
	const resumed = await house.ask(['resume', stopped.run, '--deadline', '600'])
	assert.equal(resumed.exit, 0, JSON.stringify(resumed))
	assert.equal(resumed.models.asked[0].failed_calls, 1)
}, { answer, endpoint: { local: false } }))

test('a deadline among tasks keeps what is done and cuts off what is under way', async () => {
	const house = new House()
	try {
		const gate = join(house.folder, 'gate'), seen = join(house.folder, 'seen'), file = join(house.folder, 'plan.json')
		const task = (id, script, needs) => ({ id, kind: 'assignment', agent: 'command', command: ['sh', '-c', `echo ${id} >>${seen}; ${script}; echo done >file`], needs, timeout_s: 60 })
		writeFileSync(file, JSON.stringify({ name: 'late', workers: 2, tasks: [task('first', 'true', []), task('second', `until [ -e ${gate} ]; do sleep 0.05; done`, ['first']), task('third', 'true', ['second'])] }))
		const stopped = await house.ask(['run', '--plan', file, '--deadline', '2', '--output', join(house.folder, 'out')])
		assert.deepEqual([stopped.exit, stopped.outcome], [4, 'budget_exceeded'], JSON.stringify(stopped))
		assert.deepEqual(stopped.tasks.map(({ outcome }) => outcome), ['accepted_unverified', 'ready', 'planned'])
		writeFileSync(gate, '')
		const resumed = await house.ask(['resume', stopped.run, '--deadline', '100'])
		assert.deepEqual(resumed.tasks.map(({ outcome }) => outcome), Array(3).fill('accepted_unverified'), JSON.stringify(resumed))
		assert.equal(readFileSync(seen, 'utf8'), 'first\nsecond\nsecond\nthird\n')
	} finally {
		house.remove()
	}
})

const priced = { local: false, models: [{ name: 'scripted', input_price: 3, output_price: 15 }] }

test('on a terminal there is a question before what may cost money', { skip: noTerminal }, () => served(async (house, server) => {
	const words = ['analyse', requirement]
	const refused = await onTerminal(house, words, [[/\[y\/N\]/, 'n\n']])
	assert.deepEqual([refused.code, server.requests.length], [5, 0], refused.out)
	assert.match(refused.out, /may ask models that cost money:\s+anthropic +\$3\.00 for a million tokens in, \$15\.00 out/)
	assert.equal((await onTerminal(house, words, [[/\[y\/N\]/, 'y\n']])).code, 0)
	assert.equal(server.requests.length, 1)
	for (const more of [['--yes'], ['--model', 'none']]) assert.doesNotMatch((await onTerminal(house, [...words, ...more])).out, /\[y\/N\]/)
	assert.equal(server.requests.length, 2)
}, { endpoint: priced }))

test('before a run: team, plan and estimate, and nothing is left of them; then the meter', { skip: noTerminal }, () => served(async (house, server) => {
	const refused = await onTerminal(house, words, [[/\[y\/N\]/, 'n\n']])
	assert.deepEqual([refused.code, server.requests.length], [5, 0], refused.out)
	assert.match(refused.out, /team +parallel-contract-first: backend_developer, [^]*contracts +api, [^]*plan +\d+ tasks, \d+ at once, predicted/)
	assert.match(refused.out, /estimate +about \$0\.\d\d, at most \$\d\.\d\d: 3 calls of scripted at anthropic[^]*analysis +requirement_analyst[^]*blueprint [^]*contracts [^]*\(assumed\)/)
	assert.deepEqual((await house.ask(['history'])).runs, [])
	assert.equal((await onTerminal(house, words, [[/\[y\/N\]/, 'y\n']])).code, 0)
	const metered = await house.run([...words, '--progress', 'plain', '--output', 'again'])
	for (let n = 1; n <= CALLS; n++) assert.match(metered.err, new RegExp(`answered; +${n} calls, \\d+ tokens, \\$0\\.\\d{4}\n`))
	// What was measured is what the next estimate says.
	const [estimate] = (await house.ask(['plan', requirement, '--draft'])).estimate
	assert.deepEqual(estimate.items.map(({ purpose, calls, basis }) => [purpose, calls, basis]), [['analysis', 1, 'measured'], ['blueprint', 1, 'measured'], ['contracts', 1, 'measured']])
	const { sum, cost, asked } = (await house.ask(['status'])).models
	const mean = asked.find(({ purpose }) => purpose === 'contracts')
	assert.equal(estimate.items[2].output_tokens, Math.floor(mean.output_tokens / mean.calls))
	assert.ok(estimate.dollars > 0 && estimate.dollars < estimate.dollars_at_most)
	// The sequential plan needs no contracts.
	assert.ok(Math.abs(cost.dollars - sum.dollars) < 1e-9)
	assert.ok(Math.abs(cost.sequential_dollars - (sum.dollars - mean.dollars)) < 1e-9)
	assert.match((await house.run(['status'])).out, /contracts +solution_architect +4 calls, \d+ tokens, \$0\.\d{4}[^]*the sequential plan: \$0\.\d{4}/)
}, { answer, endpoint: priced }))

test('before specialists are asked: who, and an estimate; a dry run asks nothing', { skip: noTerminal }, () => served(async (house, server) => {
	const problem = ['orchestrate', 'Why is the sign-in slow?', '--specialists', 'performance,logic']
	const dry = await onTerminal(house, [...problem, '--dry-run'])
	assert.equal(dry.code, 0, dry.out)
	assert.match(dry.out, /estimate +about \$0\.\d\d, at most \$\d\.\d\d: 2 calls of scripted at anthropic/)
	assert.doesNotMatch(dry.out, /\[y\/N\]/)
	const refused = await onTerminal(house, problem, [[/\[y\/N\]/, 'n\n']])
	assert.deepEqual([refused.code, server.requests.length], [5, 0], refused.out)
	assert.match(refused.out, /wave 1 +performance, logic[^]*estimate +about \$0\.\d\d/)
}, { answer, endpoint: priced }))

test('what was cut off may have cost something: it is unknown, and a limit fears the worst', () => served(async (house, server) => {
	server.rules.unshift(({ system }) => (system.startsWith('You are the requirement analyst') ? { text: '', headersMs: Infinity } : undefined))
	const stopped = await house.ask([...words, '--deadline', '1'])
	const { sum } = stopped.models
	assert.deepEqual([sum.calls, sum.unpriced_calls], [1, 1], JSON.stringify(sum))
	assert.ok(sum.input_tokens > 100 && (sum.dollars ?? 0) === 0)
	assert.match((await house.run(['status'])).out, /1 calls, \d+ tokens in, 0 out, cost unknown/)
}, { answer, endpoint: priced }))

test('an answer that is far too long goes back by its beginning, and ends in the offline analyst', () => served(async (house, server) => {
	const found = await house.ask(['analyse', requirement])
	assert.deepEqual([found.exit, found.analyst], [0, 'offline'], JSON.stringify(found))
	assert.equal(server.requests.length, 4)
	assert.ok(JSON.stringify(server.requests[3].body).length < 100_000)
}, { answer: () => ({ text: 'A rambling answer. '.repeat(60_000), piece: 60_000 }) }))

test('servers of a project are told before they get a prompt, and asked about, whatever they say they cost', { skip: noTerminal }, async () => {
	await served(async (house, server) => {
		const endpoint = server.endpoint('anthropic')
		house.configure({ endpoints: [] })
		mkdirSync(join(house.folder, '.teamwright'))
		writeFileSync(join(house.folder, '.teamwright', 'config.yaml'), JSON.stringify({ endpoints: [{ ...endpoint, key_env: undefined }] }))
		const project = ['--project', house.folder]
		const told = await house.run(['analyse', requirement, ...project])
		assert.match(told.err, /prompts may go to anthropic at http:\/\/127\.[\d.]+:\d+, named by [^ ]*\.teamwright\/config\.yaml:1:\d+/)
		const before = server.requests.length
		const refused = await onTerminal(house, ['analyse', requirement, ...project], [[/\[y\/N\]/, 'n\n']])
		assert.deepEqual([refused.code, server.requests.length], [5, before], refused.out)
		assert.doesNotMatch((await house.run(['analyse', requirement, ...project, '--model', 'none'])).err, /prompts may go/)
	}, { answer })
})

test('a replay says so in an analysis, too', () => served(async house => {
	assert.equal((await house.ask(['analyse', requirement, '--record', 'calls.jsonl'])).replayed, false)
	assert.equal((await house.ask(['analyse', requirement, '--replay', 'calls.jsonl'])).replayed, true)
	assert.match((await house.run(['analyse', requirement, '--replay', 'calls.jsonl'])).out, /replayed from a recording/)
	const unknown = await house.ask(['orchestrate', 'Why?', '--replay', 'calls.jsonl', '--success', 'any'])
	assert.deepEqual([unknown.exit, unknown.success], [2, false], JSON.stringify(unknown))
	assert.match(unknown.reason, /does not know all requests/)
}, { answer }))

test('a server that the budget cannot pay is left for one that it can', async () => {
	const { ModelServer } = await import('./model_server.mjs')
	const dear = await ModelServer.start({ answer }), cheap = await ModelServer.start({ answer }), house = new House()
	try {
		house.environment.TEAMWRIGHT_MODEL = 'auto'
		mkdirSync(join(house.folder, 'config', 'teamwright'), { recursive: true })
		const endpoint = (server, name, price, priority) => server.endpoint('openai', { name, local: false, priority, models: [{ name: 'scripted', input_price: price, output_price: price }] })
		writeFileSync(join(house.folder, 'config', 'teamwright', 'config.yaml'), JSON.stringify({ endpoints: [endpoint(dear, 'dear', 500, 0), endpoint(cheap, 'cheap', 0.1, 1)] }))
		assert.equal((await house.ask(['analyse', requirement, '--budget', '0.5'])).analyst, 'scripted')
		assert.deepEqual([dear.requests.length, cheap.requests.length], [0, 1])
		const none = await house.run(['analyse', requirement, '--budget', '0.00001'])
		assert.equal(none.code, 4, none.err)
		assert.deepEqual([dear.requests.length, cheap.requests.length], [0, 1])
		assert.equal((await house.run(['analyse', requirement, '--max-calls', '0'])).code, 4)
	} finally {
		house.remove()
		await dear.close()
		await cheap.close()
	}
})
