// The debugging step: work that is rejected twice is put before specialists, and the next attempt gets what they found.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { SpecialistServer } from './specialist_server.mjs'
import { House } from './teamwright.mjs'

// Delivers what its check refuses until somebody tells it better. Each attempt leaves a line in $SEEN: the advice, or null.
const worker = `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
const { advice } = JSON.parse(readFileSync('.teamwright/assignment.json', 'utf8'))
appendFileSync(process.env.SEEN, JSON.stringify(advice ?? null) + '\\n')
writeFileSync('notes.md', 'How the greeting is made.\\n')
writeFileSync('greeting.txt', advice && process.env.LEARNS !== 'no' ? 'hello\\n' : 'goodbye\\n')
`
const check = ['sh', '-c', 'cat greeting.txt; grep -qx hello greeting.txt']

function bundle(house, more = {}, others = [], ids = ['greeting']) {
	const contracts = ids.map(id => ({ contract: {
		id, name: 'A greeting', version: '1.0.0', contract_type: 'Deliverable', status: 'active', provider_persona_id: 'backend_developer',
		deliverables: [{ name: 'greeting', artifacts: ['greeting.txt'], acceptance_criteria: [{ text: 'it says hello', checks: [{ kind: 'command', command: check }] }] }]
	} }))
	const task = { id: 'greet', title: 'Greet people', persona_id: 'backend_developer', contract_id: 'greeting', agent: 'command', command: ['node', join(house.folder, 'worker.cjs')], attempts: 2, ...more }
	writeFileSync(join(house.folder, 'worker.cjs'), worker)
	writeFileSync(join(house.folder, 'plan.json'), JSON.stringify({ requirement: 'People are greeted.', contracts, plan: { name: 'greetings', tasks: [task, ...others] } }))
}

const finding = (subject, claim, evidence, severity = 'high', confidence = 0.9) => ({ subject, claim, evidence, severity, confidence })
const whoIs = call => /You are the ([\w ]+) specialist/.exec(call.system)?.[1].replaceAll(' ', '_') ?? 'judge'
const helpful = call => ({ value: { answer: `${whoIs(call)}: write hello`, findings: [finding('greeting.txt:1 cause', 'it has to say hello', 'goodbye')] } })

async function withServer(rule, work) {
	const house = new House(), server = await new SpecialistServer(rule).start()
	house.environment.TEAMWRIGHT_MODEL = 'auto'
	house.environment.SEEN = join(house.folder, 'seen')
	mkdirSync(join(house.folder, 'config/teamwright'), { recursive: true })
	writeFileSync(join(house.folder, 'config/teamwright/config.yaml'), JSON.stringify({ endpoints: [server.named('one', 'openai', { max_in_flight: 1 })] }))
	try {
		return await work(house, server)
	} finally {
		await server.kill()
		house.remove()
	}
}

const seen = house => readFileSync(house.environment.SEEN, 'utf8').trim().split('\n').map(line => JSON.parse(line))
const run = ['run', '--plan', 'plan.json', '--allow-partial']
const journal = async (house, kind) => (await house.ask(['logs', '--limit', '1000'])).events.filter(event => event.kind === kind)
const data = async (house, kind) => (await journal(house, kind)).map(event => event.data)

test('rejected twice, debugged, accepted with the advice', () => withServer(helpful, async (house, server) => {
	bundle(house)
	const result = await house.ask(run)
	assert.deepEqual([result.exit, result.tasks[0].outcome], [0, 'accepted'], JSON.stringify(result))
	const attempts = seen(house)
	assert.deepEqual(attempts.map(Boolean), [false, false, true])
	// Three specialists at most, and nobody had to judge: they agree.
	const names = server.calls.map(whoIs)
	assert.equal(names.length, 3)
	assert.equal(new Set(names).size, 3)
	assert.equal(attempts[2].findings.length, 1)
	const [{ subject, claim, evidence, sources, resolved_by, against }] = attempts[2].findings
	assert.deepEqual([subject, claim, evidence, resolved_by, against], ['greeting.txt:1 cause', 'it has to say hello', ['goodbye'], 'agreed', []])
	assert.deepEqual([...sources].sort(), [...names].sort())
	for (const name of names) assert.match(attempts[2].answer, new RegExp(`${name}: write hello`))
	// What they were given: the contract, each rejection, what the check found, and the files; all of it as data.
	const { material } = server.calls[0]
	assert.deepEqual(material.context.rejections.map(({ attempt }) => attempt), [1, 2])
	assert.match(material.context.rejections[0].reason, /expected .*, found /)
	assert.equal(material.context.requirement, 'People are greeted.')
	assert.equal(material.context.contract.id, 'greeting')
	const [{ criterion, verdict, failed }] = material.context.criteria
	assert.deepEqual([criterion, verdict, failed[0].output], ['it says hello', 'failed', 'goodbye\n'])
	assert.deepEqual(material.files, [{ path: 'greeting.txt', content: 'goodbye\n' }, { path: 'notes.md', content: 'How the greeting is made.\n' }])
	const { proof } = await house.ask(['show', '--proof'])
	assert.deepEqual(proof[0].advice, attempts[2])
	// The journal and the account.
	const [debugged] = await data(house, 'task.debugged')
	assert.deepEqual([[...debugged.specialists].sort(), debugged.findings, debugged.agreed, debugged.contradictions], [[...names].sort(), 1, 1, 0])
	assert.match(debugged.advice, /^[0-9a-f]{64}$/)
	assert.deepEqual((await data(house, 'task.rejected')).map(({ attempt, stuck }) => [attempt, Boolean(stuck)]), [[1, false], [2, true]])
	const { asked: [asked], sum } = result.models
	assert.deepEqual([asked.purpose, asked.persona, asked.calls, sum.calls], ['debugging', 'backend_developer', 3, 3])
}))

test('advice that does not help is given once', () => withServer(helpful, async (house, server) => {
	bundle(house)
	const result = await house.ask(run, { environment: { LEARNS: 'no' } })
	assert.deepEqual([result.exit, result.tasks[0].outcome], [1, 'rejected'])
	assert.deepEqual(seen(house).map(Boolean), [false, false, true])
	assert.equal(server.calls.length, 3)
	house.environment.SEEN += '.again'
	bundle(house, { attempts: 4 })
	await house.ask(run, { environment: { LEARNS: 'no' } })
	assert.deepEqual(seen(house).map(Boolean), [false, false, true, true], 'it stays for later attempts, and the plan decides how many there are')
	assert.equal(server.calls.length, 6)
}))

test('one attempt is one attempt, and offline nothing is asked', () => withServer(helpful, async (house, server) => {
	for (const [attempts, words, count] of [[1, [], 1], [2, ['--offline'], 2], [3, ['--model', 'none'], 3]]) {
		house.environment.SEEN = join(house.folder, `seen-${attempts}`)
		bundle(house, { attempts })
		const result = await house.ask([...run, ...words])
		assert.deepEqual([result.exit, result.tasks[0].outcome, result.models], [1, 'rejected', undefined])
		assert.deepEqual(seen(house), Array(count).fill(null))
		assert.deepEqual(await journal(house, 'task.debugging'), [])
	}
	assert.equal(server.calls.length, 0)
}))

test('models that fail take nothing but the advice', () => withServer(() => ({ status: 400 }), async house => {
	bundle(house)
	const result = await house.ask(run)
	assert.deepEqual([result.exit, result.tasks[0].outcome], [1, 'rejected'])
	assert.deepEqual(seen(house), [null, null, null])
	const [debugged] = await data(house, 'task.debugged')
	assert.match(debugged.reason, /no specialist came to an answer/)
	assert.equal(debugged.advice, undefined)
	assert.match(result.models.asked[0].fallback, /no specialist came to an answer/)
}))

// A second task that waits for the first one's limit, and goes on in spite of it.
const companion = house => ({ id: 'long', agent: 'command', command: ['sh', '-c', `read line < "${join(house.folder, 'gate')}"; echo done > result`] })

test('a limit ends the run, resumably; who answered is not asked again', () => withServer(helpful, async (house, server) => {
	const { execFileSync } = await import('node:child_process')
	execFileSync('mkfifo', [join(house.folder, 'gate')])
	bundle(house, {}, [companion(house)])
	const child = house.start([...run, '--max-calls', '2', '--json', '--progress', 'json'])
	let out = '', err = ''
	child.stdout.on('data', text => (out += text))
	// What runs is kept: the companion goes on when the limit has been reached, and ends well.
	await new Promise(resolve => child.stderr.on('data', text => (err += text).includes('model.asked') && resolve()))
	writeFileSync(join(house.folder, 'gate'), 'go\n')
	assert.equal(await new Promise(resolve => child.on('close', resolve)), 4, err)
	const stopped = JSON.parse(out)
	assert.deepEqual([stopped.state, stopped.outcome], ['waiting', 'budget_exceeded'], out)
	assert.deepEqual(stopped.tasks.map(({ outcome }) => outcome), ['ready', 'accepted_unverified'])
	assert.equal(server.calls.length, 2)
	const again = await house.ask(['resume', '--max-calls', '2'])
	assert.equal(again.exit, 4, 'no more was allowed')
	assert.equal(server.calls.length, 2)
	const result = await house.ask(['resume', '--max-calls', '20'])
	assert.deepEqual([result.exit, result.tasks[0].outcome], [0, 'accepted'], JSON.stringify(result))
	assert.equal(server.calls.length, 3)
	assert.equal(new Set(server.calls.map(whoIs)).size, 3)
	assert.equal(result.models.sum.calls, 3)
	assert.deepEqual(seen(house).map(Boolean), [false, false, true])
	assert.equal(seen(house)[2].findings[0].sources.length, 3)
}))

test('two that are stuck at once are charged apart', () => withServer(helpful, async (house, server) => {
	const second = { id: 'welcome', persona_id: 'frontend_developer', contract_id: 'welcome', agent: 'command', command: ['node', join(house.folder, 'worker.cjs')], attempts: 2 }
	bundle(house, {}, [second], ['greeting', 'welcome'])
	const result = await house.ask(run)
	assert.deepEqual([result.exit, result.tasks.map(({ outcome }) => outcome)], [0, ['accepted', 'accepted']], JSON.stringify(result))
	assert.deepEqual(result.models.asked.map(({ persona, calls }) => [persona, calls]).sort(), [['backend_developer', 3], ['frontend_developer', 3]])
	assert.deepEqual([result.models.sum.calls, server.calls.length], [6, 6])
}))

// With `fail` a commit fails, and the batch is taken once more.
for (const fault of ['after', 'before', 'fail']) test(`${fault} every commit: debugged and paid for once`, () => withServer(helpful, async (house, server) => {
	let point = 1, told = 0
	for (; point < 60; point++) {
		house.environment.SEEN = join(house.folder, `seen-${point}`)
		house.environment.XDG_STATE_HOME = join(house.folder, `state-${point}`)
		bundle(house, { attempts: 3 })   // one may be cut off by the kill
		const before = server.calls.length
		const killed = await house.run([...run, '--quiet'], { environment: { TEAMWRIGHT_FAULT: `${fault}:${point}` } })
		if (!killed.signal && (fault !== 'fail' || point > 14)) break
		const between = server.calls.length
		const { runs } = await house.ask(['history'])
		if (!runs.length) continue
		const debugged = (await journal(house, 'task.debugged')).length
		const known = (await journal(house, 'model.asked')).filter(({ data }) => data.answer).length
		const result = await house.ask(['resume'])
		assert.equal(result.exit, 0, `${point}: ${JSON.stringify(result)}`)
		assert.equal((await journal(house, 'task.debugged')).length, 1)
		assert.ok(seen(house).at(-1)?.findings.length)
		if (fault === 'fail') assert.equal(server.calls.length - before, 3, `${point}`)
		if (debugged) {
			told++
			assert.equal(server.calls.length, between, `${point}: asked again`)
		}
		// What was under way at the kill is asked once more, and counted.
		if (fault !== 'fail') assert.equal(server.calls.length - between, 3 - known, `${point}`)
		assert.equal(result.models.sum.calls, 3 + result.models.sum.repaid_calls)
	}
	assert.ok(told >= 2, `only ${told} of ${point} commits lay behind the debugging`)
}))

test('a recording answers for the specialists', () => withServer(helpful, async (house, server) => {
	bundle(house)
	const recorded = await house.ask([...run, '--record', 'calls.jsonl'])
	assert.equal(recorded.exit, 0, JSON.stringify(recorded))
	await server.kill()
	house.environment.TEAMWRIGHT_MODEL = 'none'
	const replayed = await house.ask([...run, '--replay', 'calls.jsonl'])
	assert.deepEqual([replayed.exit, replayed.tasks[0].outcome, replayed.models.sum.replayed_calls, replayed.models.sum.calls], [0, 'accepted', 3, 0], JSON.stringify(replayed))
	const attempts = seen(house)
	assert.deepEqual(attempts[5], attempts[2])
	assert.ok(existsSync(join(house.folder, 'calls.jsonl')))
}))

/* --- tasks for specialists ------------------------------------------------------------------ */

const contract = {
	id: 'report', name: 'A report', version: '1.0.0', contract_type: 'Deliverable', status: 'active', provider_persona_id: 'qa_engineer',
	deliverables: [{ name: 'findings', artifacts: ['findings.*'], acceptance_criteria: [{ text: 'there are findings', checks: [{ kind: 'file', paths: ['findings.md', 'findings.json'] }] }] }]
}
const makes = { id: 'make', persona_id: 'backend_developer', agent: 'command', command: ['sh', '-c', 'echo "SELECT * FROM users WHERE name = :name" > query.sql; head -c 100000 /dev/zero | tr "\\\\0" x > big.txt; printf "\\\\377\\\\376" > raw.bin'] }
const looks = { id: 'look', title: 'Which security faults has the query?', persona_id: 'qa_engineer', contract_id: 'report', agent: 'specialists', needs: ['make'] }
const investigation = (house, more = {}) => writeFileSync(join(house.folder, 'plan.json'), JSON.stringify({ requirement: 'Users are found by name.', contracts: [{ contract }], plan: { name: 'look', tasks: [makes, { ...looks, ...more }] } }))
const disagree = call => (whoIs(call) === 'judge'
	? { value: { verdicts: [{ contradiction: 1, claim: 1, reason: 'It is quoted nowhere' }] } }
	: { value: { answer: `${whoIs(call)} has looked`, findings: [finding('query.sql:1 fault', `says ${whoIs(call)}`, ''), finding('query.sql:1 kind', 'injection', 'WHERE name = :name')] } })

test('a task of a plan is looked into by specialists; what they find is its deliverable', () => withServer(disagree, async (house, server) => {
	investigation(house)
	const result = await house.ask(run)
	assert.deepEqual([result.exit, result.tasks.map(({ outcome }) => outcome)], [0, ['accepted_unverified', 'accepted']], JSON.stringify(result))
	const names = server.calls.map(whoIs), { material } = server.calls[0]
	assert.ok(names.includes('security'), `${names}`)
	assert.deepEqual([names.length, names.at(-1)], [3, 'judge'])
	assert.deepEqual(material.files, [{ path: 'make/query.sql', content: 'SELECT * FROM users WHERE name = :name\n' }])
	assert.deepEqual(material.context.files_left_out.map(({ path, why }) => [path, why]), [['make/raw.bin', 'it is no text'], ['make/big.txt', 'there was no room left for it']])
	assert.deepEqual([material.problem, material.context.requirement, material.context.contract.id], [looks.title, 'Users are found by name.', 'report'])
	const folder = join(house.folder, 'out/qa_engineer')
	const found = JSON.parse(readFileSync(join(folder, 'findings.json'), 'utf8'))
	assert.deepEqual(found.findings.map(({ subject, resolved_by, sources }) => [subject, resolved_by, sources.length]), [['query.sql:1 fault', 'judge', 1], ['query.sql:1 kind', 'agreed', 2]])
	assert.deepEqual([found.contradictions, found.open, found.findings[0].against.length], [1, 0, 1])
	const text = readFileSync(join(folder, 'findings.md'), 'utf8')
	assert.match(text, /^# Which security faults has the query\?\n\n\w+: \w+ has looked\n/)
	assert.match(text, /### query.sql:1 kind\n\ninjection \(high; \w+, \w+\)\n\n> WHERE name = :name\n/)
	assert.match(text, /Decided by: judge. Against it:\n\n- says \w+ \(\w+\)\n/)
	assert.deepEqual([result.models.asked[0].purpose, result.models.asked[0].persona, result.models.sum.calls], ['investigation', 'qa_engineer', 3])
}))

test('without a model such a task fails, and says what to do', () => withServer(disagree, async (house, server) => {
	investigation(house)
	const result = await house.ask([...run, '--model', 'none'])
	assert.deepEqual([result.exit, result.tasks[1].outcome], [1, 'failed'])
	assert.match(result.tasks[1].reason, /no model that specialists could ask; set ANTHROPIC_API_KEY/)
	assert.equal(server.calls.length, 0)
}))

test('a limit puts the investigation off, judge included; nobody is asked twice', () => withServer(disagree, async (house, server) => {
	investigation(house)
	for (const [words, calls] of [[[...run, '--max-calls', '1'], 1], [['resume', '--max-calls', '2'], 2]]) {
		const stopped = await house.ask(words)
		assert.deepEqual([stopped.exit, stopped.state, stopped.outcome, stopped.tasks[1].outcome], [4, 'waiting', 'budget_exceeded', 'ready'], JSON.stringify(stopped))
		assert.equal(server.calls.length, calls)
	}
	const result = await house.ask(['resume', '--max-calls', '3'])
	assert.deepEqual([result.exit, result.tasks[1].outcome], [0, 'accepted'], JSON.stringify(result))
	assert.deepEqual([server.calls.length, new Set(server.calls.map(whoIs)).size], [3, 3])
}))

// The first call is answered, all others are held until somebody lets go.
let hold = Infinity, known
const first = call => (known ??= call) === call

test('an interruption keeps who answered', () => withServer(call => ({ after: whoIs(call) === 'judge' ? 0 : first(call) ? 0 : hold, ...disagree(call) }), async (house, server) => {
	investigation(house)
	const child = house.start([...run, '--quiet'])
	await server.until(() => server.calls.length === 2)
	child.kill('SIGINT')
	assert.equal(await new Promise(resolve => child.on('close', resolve)), 5)
	hold = 0
	const result = await house.ask(['resume'])
	assert.deepEqual([result.exit, result.tasks[1].outcome], [0, 'accepted'], JSON.stringify(result))
	assert.equal(server.calls.filter(call => whoIs(call) === whoIs(server.calls[0])).length, 1)
}))
