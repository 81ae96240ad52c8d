// teamwright orchestrate: specialists side by side over model servers that answer by rules.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ModelServer } from './model_server.mjs'
import { SpecialistServer } from './specialist_server.mjs'
import { House } from './teamwright.mjs'

const file = (house, name) => join(house.folder, name)
const finding = (subject, claim, evidence = '', severity = 'medium', confidence = 0.8) => ({ subject, claim, evidence, severity, confidence })
const opinion = (answer, ...findings) => ({ value: { answer, findings } })
const whoIs = call => /You are the ([\w ]+) specialist/.exec(call.system)?.[1].replaceAll(' ', '_') ?? /You (decide|plan)|Several specialists/.exec(call.system)?.[0]

// work(house, servers) with one server for each rule; `more` are members of the endpoints, `protocols` their dialects.
async function withServers(rules, work, { protocols = [], more = {} } = {}) {
	const house = new House()
	house.environment.TEAMWRIGHT_MODEL = 'auto'
	const servers = await Promise.all(rules.map(rule => new SpecialistServer(rule).start()))
	mkdirSync(join(house.folder, 'config/teamwright'), { recursive: true })
	const endpoints = servers.map((server, i) => server.named(`server${i + 1}`, protocols[i], more))
	writeFileSync(join(house.folder, 'config/teamwright/config.yaml'), JSON.stringify({ endpoints }))
	try {
		return await work(house, servers)
	} finally {
		await Promise.all(servers.map(server => server.kill()))
		house.remove()
	}
}

const delays = { syntax: 450, whitespace: 380, pattern: 520, root_cause: 410 }
const four = ['--specialists', Object.keys(delays).join(',')]
const slow = call => ({ after: delays[whoIs(call)], ...opinion(`${whoIs(call)} has looked`, finding(`where ${whoIs(call)}`, 'here')) })
const answers = result => result.results.map(({ task_id, answer, findings }) => ({ task_id, answer, findings }))

test('four tasks end with the longest of them, on one, two and three servers, in all three dialects', async () => {
	const seen = []
	for (const protocols of [['openai'], ['anthropic', 'ollama'], ['ollama', 'openai', 'anthropic']]) {
		await withServers(protocols.map(() => slow), async (house, servers) => {
			const result = await house.ask(['orchestrate', 'Why does it not parse?', ...four])
			assert.equal(result.exit, 0, JSON.stringify(result))
			assert.equal(result.success, true)
			assert.equal(servers.reduce((sum, server) => sum + server.calls.length, 0), 4)
			const { statistics } = result
			assert.deepEqual([statistics.tasks, statistics.completed, statistics.success_rate, statistics.retries, statistics.failovers], [4, 4, 1, 0, 0])
			assert.ok(statistics.duration >= 0.52, `${statistics.duration}`)
			console.log(`# ${protocols.length} servers: ${(statistics.duration * 1e3).toFixed(1)} ms, ${(statistics.overhead * 1e3).toFixed(1)} ms beyond the longest task`)
			assert.ok(statistics.duration < 1, `${statistics.duration} s for tasks that take 0.52 s together`)
			assert.ok(Math.abs(statistics.overhead - (statistics.duration - statistics.critical_path)) < 1e-6)
			assert.ok(Math.abs(statistics.parallel_efficiency - statistics.sequential_duration / statistics.duration) < 1e-6)
			assert.equal(statistics.time_savings_percent, undefined, 'too short to judge')
			for (const use of statistics.servers) assert.ok(use.utilisation > 0 && use.utilisation <= 1, JSON.stringify(use))
			seen.push(answers(result))
		}, { protocols })
	}
	assert.deepEqual(seen[1], seen[0])
	assert.deepEqual(seen[2], seen[0])
})

const ranked = servers => servers.map((server, i) => server.named(`server${i + 1}`, 'openai', { priority: i }))
const configure = (house, endpoints) => writeFileSync(join(house.folder, 'config/teamwright/config.yaml'), JSON.stringify({ endpoints }))

test('with the setting hedge a server that is slow to begin is not waited for', async () => {
	let after = 20000
	await withServers([call => ({ ...slow(call), after }), slow], async (house, servers) => {
		const begin = performance.now(), words = ['orchestrate', 'Why does it not parse?', '--specialists', 'syntax'], calls = () => servers.map(server => server.calls.length)
		configure(house, ranked(servers))
		const hedged = await house.ask(words, { environment: { TEAMWRIGHT_HEDGE: 'on' } })
		assert.ok(performance.now() - begin < 15000)
		assert.deepEqual([hedged.exit, hedged.success, calls()], [0, true, [1, 1]])
		assert.equal(hedged.results[0].server, 'server2')
		await servers[0].until(() => servers[0].closed === 1)
		// Off, which it is by itself, there is one call.
		after = 2800
		assert.equal((await house.ask(words)).results[0].server, 'server1')
		assert.deepEqual(calls(), [2, 1])
		const { code, err } = await house.run(words, { environment: { TEAMWRIGHT_HEDGE: 'perhaps' } })
		assert.equal(code, 3)
		assert.match(err, /TEAMWRIGHT_HEDGE.*'perhaps' is no value for hedge/)
	})
})

test('what is asked for an analysis is hedged too', () => withServers([], async house => {
	const servers = await Promise.all([20000, 0].map(headersMs => ModelServer.start({ answer: { text: '{}', headersMs } })))
	configure(house, servers.map((server, priority) => server.endpoint('openai', { name: `server${priority}`, priority })))
	const begin = performance.now(), { exit } = await house.ask(['analyse', 'Build a REST API for notes', '--hedge', 'on'])
	assert.equal(exit, 0)
	assert.ok(performance.now() - begin < 19000)
	// Each is asked for every try to answer as it should.
	assert.ok(servers[1].requests.length > 0 && servers[0].requests.length === servers[1].requests.length, `${servers.map(({ requests }) => requests.length)}`)
	await Promise.all(servers.map(server => server.close()))
}))

test('a server that takes one call at a time makes a queue, and nothing else', () => withServers([slow], async (house, [server]) => {
	const { statistics, exit } = await house.ask(['orchestrate', 'Why does it not parse?', ...four])
	assert.equal(exit, 0)
	assert.equal(server.counts.peak, 1)
	const sum = Object.values(delays).reduce((all, one) => all + one) / 1e3
	assert.ok(statistics.duration >= sum && statistics.duration < sum + 0.5, `${statistics.duration}`)
	assert.ok(statistics.sequential_duration < sum + 0.3, 'waiting for a place counts as work')
}, { more: { max_in_flight: 1 } }))

test('killing a server in the middle changes the time, not the answer', () => withServers([slow, slow], async (house, servers) => {
	const alone = await house.ask(['orchestrate', 'Why does it not parse?', ...four])
	const running = house.ask(['orchestrate', 'Why does it not parse?', ...four])
	const before = servers[1].calls.length
	await servers[1].until(() => servers[1].calls.length > before)
	await servers[1].kill()
	const result = await running
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.deepEqual(answers(result), answers(alone))
	assert.deepEqual(result.synthesis, alone.synthesis)
	assert.ok(result.statistics.retries > 0 && result.statistics.failovers > 0, JSON.stringify(result.statistics))
	assert.ok(result.statistics.duration > 0.52)
}))

test('a server that a plan names is asked first, and another one where it is gone', () => withServers([slow, slow], async (house, servers) => {
	const task = (id, server) => ({ task_id: id, specialist: id, server, timeout: 20 })
	const plan = { problem: 'Why?', waves: [{ wave_number: 1, tasks: Object.keys(delays).map(id => task(id, 'server1')) }] }
	writeFileSync(file(house, 'plan.json'), JSON.stringify(plan))
	const named = await house.ask(['orchestrate', '--plan', 'plan.json'])
	assert.deepEqual([named.exit, servers[0].calls.length, servers[1].calls.length], [0, 4, 0])
	await servers[0].kill()
	const without = await house.ask(['orchestrate', '--plan', 'plan.json'])
	assert.equal(without.exit, 0, JSON.stringify(without))
	assert.deepEqual(answers(without), answers(named))
	assert.ok(without.results.every(result => result.server === 'server2'))
	plan.waves[0].tasks[0].server = 'nobody'
	writeFileSync(file(house, 'plan.json'), JSON.stringify(plan))
	const { exit, error } = await house.ask(['orchestrate', '--plan', 'plan.json'])
	assert.deepEqual([exit, error.message], [1, 'task syntax: there is no server nobody'])
}))

test('the first result cancels the others at once', () => withServers([call => ({ ...slow(call), after: whoIs(call) === 'pattern' ? 50 : 20000 })], async (house, [server]) => {
	const result = await house.ask(['orchestrate', 'Why?', ...four, '--synthesis', 'use_first_result'])
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.equal(result.synthesis.answer, 'pattern has looked')
	assert.deepEqual(result.synthesis.sources, ['3-pattern'])
	assert.deepEqual(result.results.map(({ state }) => state), ['cancelled', 'cancelled', 'done', 'cancelled'])
	assert.ok(result.statistics.duration < 2, `${result.statistics.duration}`)
	assert.deepEqual([server.calls.length, server.closed], [4, 3], 'the connections were not closed')
	assert.equal(result.statistics.success_rate, 1)
}))

const material = 'line 1\nretries = 3\nline 3\n'
const disputed = {
	syntax: opinion('a', finding('Retries', 'three', 'retries = 3'), finding('cause', 'the cache', '', 'high'), finding('owner', 'team A')),
	whitespace: opinion('b', finding('retries ', 'Five.', 'retries = 5'), finding('cause', 'The cache.', '', 'low'), finding('owner', 'team B')),
	pattern: opinion('c', finding('retries', 'five', 'I am sure'), finding('cause', 'the disk', '', 'critical'), finding('unit', 'seconds')),
}
const verdicts = (call, said) => ({ value: { verdicts: Object.entries(said).map(([wanted, one]) => ({ contradiction: call.material.contradictions.find(({ subject }) => subject === wanted).contradiction, ...one })) } })
const verdict = call => verdicts(call, { owner: { claim: 2, reason: 'team B signed it' } })

test('merge_all: evidence before majority before a judge, and who lost stays there', () => withServers([call => disputed[whoIs(call)] ?? verdict(call)], async (house, [server]) => {
	writeFileSync(file(house, 'settings.ini'), material)
	const words = ['orchestrate', 'What holds?', '--file', 'settings.ini', '--specialists', 'syntax,whitespace,pattern']
	const { synthesis, exit } = await house.ask(words)
	assert.equal(exit, 0)
	const topic = name => synthesis.topics.find(({ subject }) => subject.toLowerCase().startsWith(name))
	assert.deepEqual(synthesis.topics.map(({ subject }) => subject), ['cause', 'Retries', 'owner', 'unit'].sort((a, b) => (b === 'cause') - (a === 'cause') || (a < b ? -1 : 1)))
	assert.deepEqual([synthesis.contradictions, synthesis.open], [3, 0])
	assert.deepEqual(['retries', 'cause', 'owner', 'unit'].map(name => topic(name).resolved_by), ['evidence', 'majority', 'judge', 'agreed'])
	assert.deepEqual(topic('retries').stances.map(({ claim, chosen, proven, votes }) => [claim, chosen, proven, votes]), [['three', true, true, 1], ['Five.', false, false, 2]])
	assert.deepEqual(topic('retries').stances[1].sources, ['2-whitespace', '3-pattern'])
	assert.deepEqual(topic('cause').stances.map(({ claim, severity }) => [claim, severity]), [['the cache', 'high'], ['the disk', 'critical']])
	assert.deepEqual([topic('owner').stances[0].claim, topic('owner').reason], ['team B', 'team B signed it'])
	assert.equal(server.calls.length, 4)
	const judged = server.calls.at(-1).material.contradictions
	assert.deepEqual(judged.map(({ subject, claims }) => [subject, claims.length]), [['cause', 2], ['Retries', 2], ['owner', 2]])
	const without = await house.ask([...words, '--no-judge'])
	assert.deepEqual([without.exit, without.synthesis.open, server.calls.length], [0, 1, 7])
	assert.ok(without.synthesis.topics.find(({ subject }) => subject === 'owner').stances.every(({ chosen }) => !chosen))
}))

test('the judge tells the same claim in other words from a contradiction', () => withServers([call => disputed[whoIs(call)] ?? verdicts(call, { owner: { claim: 2, same: [[1, 2]], reason: 'two names of one team' } })], async house => {
	writeFileSync(file(house, 'settings.ini'), material)
	const { synthesis } = await house.ask(['orchestrate', 'What holds?', '--file', 'settings.ini', '--specialists', 'syntax,whitespace'])
	const owner = synthesis.topics.find(({ subject }) => subject === 'owner')
	assert.deepEqual([owner.contradiction, owner.resolved_by, owner.reason], [false, 'judge', 'two names of one team'])
	assert.deepEqual(owner.stances.map(({ claim, chosen }) => [claim, chosen]), [['team A', true], ['team B', true]])
}))

// Two say the same in other words, against one who says it twice as often, or with a quotation; the numbers of the claims are those that the judge was shown.
const paraphrased = {
	syntax: opinion('a', finding('cause', 'a tab'), finding('line', 'line 2', 'retries = 3'), finding('unit', 'seconds')),
	whitespace: opinion('b', finding('cause', 'a tab'), finding('line', 'the second one'), finding('unit', 'minutes')),
	pattern: opinion('c', finding('cause', 'an encoding'), finding('line', 'line 3', 'line 3'), finding('unit', 'hours')),
	logic: opinion('d', finding('cause', 'the wrong bytes'), finding('line', 'the last', 'line 1'), finding('unit', 'seconds (SI)')),
	security: opinion('e', finding('cause', 'bytes of another encoding'), finding('line', 'the third'), finding('unit', 'hours'))
}
const same = (call, wanted, texts, more = {}) => {
	const { claims } = call.material.contradictions.find(({ subject }) => subject === wanted)
	return { claim: null, reason: `${wanted} by the judge`, same: [texts.map(text => claims.find(claim => claim.text === text).claim)], ...more }
}
const joined = call => verdicts(call, {
	cause: same(call, 'cause', ['an encoding', 'the wrong bytes', 'bytes of another encoding']),
	line: same(call, 'line', ['line 3', 'the third', 'the last']),
	unit: same(call, 'unit', ['seconds', 'seconds (SI)'], { claim: 1 })
})

test('what is the same in other words is joined before evidence and voices count', () => withServers([call => paraphrased[whoIs(call)] ?? joined(call)], async (house, [server]) => {
	writeFileSync(file(house, 'settings.ini'), material)
	const words = ['orchestrate', 'What holds?', '--file', 'settings.ini', '--specialists', Object.keys(paraphrased).join()]
	const plain = await house.ask([...words, '--no-judge']), calls = server.calls.length
	const outcome = ({ synthesis }) => Object.fromEntries(synthesis.topics.map(({ subject, resolved_by: how, contradiction, stances }) => [subject, [how, contradiction, stances.filter(({ chosen }) => chosen).map(({ claim }) => claim)]]))
	assert.deepEqual(outcome(plain), { cause: ['majority', true, ['a tab']], line: ['open', true, []], unit: ['majority', true, ['hours']] })
	const judged = await house.ask(words)
	assert.equal(judged.exit, 0, JSON.stringify(judged))
	assert.equal(server.calls.length, calls + 6, 'one question to the judge')
	const found = outcome(judged)
	assert.deepEqual([found.cause.slice(0, 2), found.cause[2].sort()], [['majority', true], ['an encoding', 'bytes of another encoding', 'the wrong bytes']])
	assert.deepEqual([found.line.slice(0, 2), found.line[2].sort()], [['majority', true], ['line 3', 'the last', 'the third']])
	// Two against two now: the judge's choice counts.
	assert.deepEqual(found.unit, ['judge', true, ['hours']])
	assert.deepEqual([judged.synthesis.contradictions, judged.synthesis.open], [3, 0])
	assert.deepEqual(judged.synthesis.topics.map(({ stances }) => stances.length).sort(), [4, 4, 5], 'a claim is lost')
}))

test('nobody asks a judge where all say the same, and a judge who fails changes nothing that is decided', () => withServers([call => (whoIs(call) === 'You decide' ? { status: 400 } : { syntax: opinion('a', finding('cause', 'A tab.')), whitespace: opinion('b', finding('cause', 'a  tab')), pattern: opinion('c', finding('cause', 'a blank')) }[whoIs(call)])], async (house, [server]) => {
	const agreed = await house.ask(['orchestrate', 'What?', '--specialists', 'syntax,whitespace'])
	assert.deepEqual([agreed.exit, agreed.synthesis.topics[0].resolved_by, server.calls.length, agreed.synthesis.problem], [0, 'agreed', 2, undefined])
	const { exit, synthesis } = await house.ask(['orchestrate', 'What?', '--specialists', 'syntax,whitespace,pattern'])
	assert.deepEqual([exit, synthesis.topics[0].resolved_by, synthesis.topics[0].stances[0].claim, synthesis.open], [0, 'majority', 'A tab.', 0])
	assert.match(synthesis.problem, /^no judge could say which claims are the same in other words: /)
	assert.ok(server.calls.some(call => whoIs(call) === 'You decide'))
	const limited = await house.ask(['orchestrate', 'What?', '--specialists', 'syntax,whitespace,pattern', '--max-calls', '3'])
	assert.deepEqual([limited.exit, limited.synthesis.topics[0].resolved_by], [0, 'majority'], JSON.stringify(limited))
}))

const votes = { syntax: opinion('Use a queue.', finding('q', 'queue', '', 'low', 0.9)), whitespace: opinion('use a  QUEUE', finding('q', 'queue', '', 'low', 0.7)), pattern: opinion('Poll', finding('q', 'poll', '', 'low', 1)) }

test('consensus: by words, by a judge, merged, and with its minority', async () => {
	const words = ['orchestrate', 'Queue or polling?', '--pattern', 'consensus', '--specialists', 'syntax,whitespace,pattern']
	let meaning
	await withServers([call => votes[whoIs(call)] ?? { value: meaning(call) }], async (house, [server]) => {
		const plain = await house.ask([...words, '--no-judge'])
		assert.equal(plain.exit, 0, JSON.stringify(plain))
		const { synthesis } = plain
		assert.deepEqual([synthesis.answer, synthesis.grouped_by, synthesis.sources], ['Use a queue.', 'words', ['1-syntax', '2-whitespace']])
		assert.ok(Math.abs(synthesis.agreement - 2 / 3) < 1e-9 && Math.abs(synthesis.confidence - 2 / 3 * 0.8) < 1e-9)
		assert.deepEqual(synthesis.minority.map(({ answer, sources }) => [answer, sources]), [['Poll', ['3-pattern']]])
		assert.equal(server.calls.length, 3)
		// The first grouping leaves one out and goes back.
		meaning = call => ({ groups: call.turns === 1 ? [{ members: [1, 2], meaning: 'queue' }] : [{ members: [1, 2], meaning: 'queue' }, { members: [3], meaning: 'poll' }],
			merged: 'a queue, polled at night', merged_from: '1 with parts of 3' })
		const merged = await house.ask(words)
		assert.deepEqual([merged.exit, merged.synthesis.answer, merged.synthesis.merged_from, merged.synthesis.grouped_by],
			[0, 'a queue, polled at night', '1 with parts of 3', 'judge'])
		assert.equal(merged.synthesis.minority.length, 1)
		assert.equal(server.calls.length, 8)
		assert.equal(server.calls.at(-1).turns, 3)
		// Two that say the same, word for word, cannot be put apart.
		meaning = () => ({ groups: [{ members: [1], meaning: 'x' }, { members: [2, 3], meaning: 'y' }], merged: null, merged_from: null })
		const torn = await house.ask(words)
		assert.deepEqual([torn.synthesis.grouped_by, torn.synthesis.answer], ['words', 'Use a queue.'])
		assert.match(torn.synthesis.problem, /word for word/)
	})
})

test('divide-and-conquer: every file in one part, the largest first; a conclusion sees all', () => withServers([call => opinion(`${whoIs(call)} done`, ...(call.material.files ?? []).map(({ path }) => finding(`${path} read`, 'yes')))], async (house, [server]) => {
	const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
	names.forEach((name, i) => writeFileSync(file(house, name), 'x'.repeat((i + 1) * 100)))
	const words = ['orchestrate', 'Read them', '--pattern', 'divide-and-conquer', '--workers', '3', '--specialists', 'logic', '--conclude', 'architect', ...names.flatMap(name => ['--file', name])]
	const result = await house.ask(words)
	assert.equal(result.exit, 0, JSON.stringify(result))
	const parts = server.calls.slice(0, 3).map(call => call.material.files.map(({ path }) => path))
	assert.deepEqual(parts.flat().sort(), names)
	const sizes = server.calls.slice(0, 3).map(call => call.material.files.reduce((sum, { content }) => sum + content.length, 0))
	assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 200, sizes.join())
	assert.deepEqual(server.calls[3].material.inputs.map(({ task_id }) => task_id), ['part-1', 'part-2', 'part-3'])
	assert.equal(result.synthesis.answer, 'architect done')
	assert.equal(result.synthesis.topics.length, 7)
	const nothing = await house.ask(['orchestrate', 'Read them', '--pattern', 'divide-and-conquer'])
	assert.deepEqual([nothing.exit, nothing.error.code], [1, 'invalid'])
}))

test('pipeline: every item runs by itself, and waits for no other', () => {
	const ended = []
	const rule = call => {
		const [item] = call.material.items
		ended.push(`${whoIs(call)} ${item}`)
		return { after: item === 'slow' ? 400 : 10, ...opinion(`${whoIs(call)} ${item}`) }
	}
	return withServers([rule], async (house, [server]) => {
		const result = await house.ask(['orchestrate', 'Go', '--pattern', 'pipeline', '--specialists', 'pattern,logic,architect', '--item', 'slow', '--item', 'quick'])
		assert.equal(result.exit, 0, JSON.stringify(result))
		assert.ok(ended.indexOf('architect quick') < ended.indexOf('logic slow'), ended.join())
		const last = server.calls.find(call => whoIs(call) === 'architect' && call.material.items[0] === 'slow')
		assert.deepEqual(last.material.inputs.map(({ task_id, answer }) => [task_id, answer]), [['2-logic-1', 'logic slow']])
		assert.ok(result.statistics.critical_path >= 1.2 && result.statistics.duration < 1.8)
	})
})

test('custom: a command gets the results as JSON and gives JSON', () => withServers([slow], async house => {
	writeFileSync(file(house, 'count.mjs'), `let text = ''
for await (const chunk of process.stdin) text += chunk
const { problem, results } = JSON.parse(text)
console.log(JSON.stringify({ answer: problem + ' ' + results.length, findings: results.flatMap(result => result.findings) }))`)
	const words = ['orchestrate', 'Why?', ...four]
	const result = await house.ask([...words, '--synthesis', `custom:'${process.execPath}' count.mjs`])
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.deepEqual([result.synthesis.answer, result.synthesis.custom.findings.length], ['Why? 4', 4])
	const wrong = await house.ask([...words, '--synthesis', 'custom:echo no JSON'])
	assert.deepEqual([wrong.exit, wrong.success], [1, false])
	assert.match(wrong.reason, /did not write JSON/)
	const failed = await house.ask([...words, '--synthesis', 'custom:echo lost; exit 3'])
	assert.match(failed.reason, /exit 3: lost/)
	// The deadline is that of everything; without it the command would go on for a minute.
	const late = await house.ask([...words, '--synthesis', 'custom:sleep 60', '--deadline', '4'])
	assert.deepEqual([late.success, late.statistics.completed], [false, 4], JSON.stringify(late))
	assert.match(late.reason, /its deadline passed/)
}))

test('a plan is saved, shown and carried out again; a recording answers without any server', () => withServers([slow], async (house, [server]) => {
	const words = ['orchestrate', 'Why?', ...four, '--context', '{"release": "1.2"}', '--save', 'plan.json']
	const shown = await house.ask([...words, '--dry-run'], { environment: { TEAMWRIGHT_MODEL: 'none' } })
	assert.equal(shown.exit, 0, JSON.stringify(shown))
	assert.deepEqual(JSON.parse(readFileSync(file(house, 'plan.json'))), shown.plan[0])
	assert.deepEqual(Object.keys(shown.plan[0]), ['problem', 'context', 'waves', 'synthesis_strategy', 'success_criteria'])
	assert.equal(server.calls.length, 0)
	writeFileSync(file(house, 'talk.txt'), 'what was said before')
	const first = await house.ask(['orchestrate', '--plan', 'plan.json', '--thread', 'talk.txt', '--record', 'calls.jsonl'])
	assert.equal(first.exit, 0, JSON.stringify(first))
	assert.deepEqual([server.calls[0].material.context, server.calls[0].material.conversation], [{ release: '1.2' }, 'what was said before'])
	assert.ok(existsSync(file(house, 'calls.jsonl')))
	await server.kill()
	const again = await house.ask(['orchestrate', '--plan', 'plan.json', '--thread', 'talk.txt', '--replay', 'calls.jsonl'], { environment: { TEAMWRIGHT_MODEL: 'none' } })
	assert.equal(again.exit, 0, JSON.stringify(again))
	assert.deepEqual([first.replayed, again.replayed], [false, true])
	const { orchestrations, successes, replays, specialists, statistics: { tasks, completed, calls } } = await house.ask(['orchestrate', 'stats'])
	assert.deepEqual([orchestrations, successes, replays, tasks, completed, calls], [1, 1, 1, 4, 4, 4])
	assert.deepEqual(specialists.map(({ specialist, tasks: done }) => [specialist, done]), Object.keys(delays).map(name => [name, 1]))
	assert.deepEqual([answers(again), again.synthesis], [answers(first), first.synthesis])
	const other = await house.ask(['orchestrate', '--plan', 'plan.json', '--replay', 'calls.jsonl'])
	assert.deepEqual([other.exit, other.success], [2, false])
	assert.match(other.results[0].reason, /calls.jsonl does not know the request/)
}))

test('limits: calls, time of a task, time of all, and Ctrl-C', () => withServers([call => ({ ...slow(call), after: 10000 })], async (house, [server]) => {
	const late = await house.ask(['orchestrate', 'Why?', ...four, '--timeout', '0.2'])
	assert.deepEqual([late.exit, late.success], [1, false])
	assert.ok(late.results.every(({ state }) => state === 'timed_out'), JSON.stringify(late.results))
	assert.match(late.reason, /0 of 4 tasks/)
	const short = await house.ask(['orchestrate', 'Why?', ...four, '--deadline', '0.3'])
	assert.ok(short.results.every(({ state }) => state === 'timed_out') && short.duration < 3, JSON.stringify(short))
	server.script = slow
	const few = await house.ask(['orchestrate', 'Why?', ...four, '--max-calls', '3'])
	assert.deepEqual([few.exit, few.results.map(({ state }) => state).sort()], [4, ['budget_exceeded', 'done', 'done', 'done']])
	assert.deepEqual(few.statistics.servers.map(({ server: name, calls }) => [name, calls]), [['server1', 3]], 'what was not asked is no call')
	const enough = await house.ask(['orchestrate', 'Why?', ...four, '--max-calls', '3', '--success', 'quorum:3'])
	assert.deepEqual([enough.exit, enough.success], [0, true])
	server.script = call => ({ ...slow(call), after: 60000 })
	const before = server.calls.length, closed = server.closed
	const child = house.start(['orchestrate', 'Why?', ...four, '--json', '--quiet'])
	const out = []
	child.stdout.on('data', chunk => out.push(chunk))
	await server.until(() => server.calls.length === before + 4)
	child.kill('SIGINT')
	const code = await new Promise(resolve => child.on('close', resolve))
	assert.equal(code, 5)
	assert.ok(JSON.parse(Buffer.concat(out)).results.every(({ state }) => state === 'cancelled'))
	await server.until(() => server.closed === closed + 4)
}))

test('Ctrl-C reaches a judge and a coordinator, too', () => withServers([call => disputed[whoIs(call)] ?? { after: 60000, value: { verdicts: [] } }], async (house, [server]) => {
	for (const [words, calls] of [[['--specialists', 'syntax,whitespace,pattern'], 4], [['--coordinator'], 1]]) {
		const before = server.calls.length
		const child = house.start(['orchestrate', 'Who is it?', ...words, '--json', '--quiet'])
		await server.until(() => server.calls.length === before + calls)
		child.kill('SIGINT')
		assert.equal(await new Promise(resolve => child.on('close', resolve)), 5, words.join(' '))
	}
}))

test('a plan and a result are small beside what they carry', () => withServers([slow], async house => {
	const words = ['orchestrate', 'Why?', '--specialists', Object.keys(delays).flatMap(name => [name, name, name]).join(',')]
	const [plan] = (await house.ask([...words, '--dry-run'])).plan
	const { results } = await house.ask(words)
	for (const wave of plan.waves) {
		for (const task of wave.tasks) assert.ok(JSON.stringify({ ...task, input_data: null }).length <= 1024)
		assert.ok(JSON.stringify({ ...wave, tasks: [] }).length <= 10240)
	}
	for (const result of results) assert.ok(JSON.stringify({ ...result, answer: '', findings: [] }).length <= 1024, JSON.stringify(result))
}))

test('the coordinator plans with what it is given, and its plan is checked', () => {
	const proposal = (specialist, files) => ({ value: { waves: [{ tasks: [
		{ task_id: 'read', specialist, server: null, question: 'What is in it?', files, needs: null, timeout: 60 },
		{ task_id: 'end', specialist: 'architect', server: null, question: 'What follows?', files: [], needs: ['read'], timeout: 60 }] }],
	synthesis_strategy: 'merge_all', success_criteria: 'all_tasks_complete' } })
	const rule = call => whoIs(call) !== 'You plan' ? slow(call) : call.turns === 1 ? proposal('nobody', ['b.txt']) : call.turns === 3 ? proposal('logic', ['/etc/passwd']) : proposal('logic', ['a.txt'])
	return withServers([rule], async (house, [server]) => {
		writeFileSync(file(house, 'a.txt'), 'text')
		const result = await house.ask(['orchestrate', 'What is it?', '--coordinator', '--file', 'a.txt', '--save', 'plan.json'])
		assert.equal(result.exit, 0, JSON.stringify(result))
		const talk = server.calls[2].body.messages.map(message => JSON.stringify(message.content)).join('\n')
		assert.match(talk, /names the file b.txt, which is not among those that were given[^]{0,9}task read: there is no specialist 'nobody'/)
		assert.match(talk, /names the file \/etc\/passwd, which is not among those/)
		assert.deepEqual(result.results.map(({ task_id }) => task_id), ['read', 'end'])
		assert.equal(server.calls[3].material.question, 'What is in it?')
		assert.equal(server.calls[4].material.inputs[0].task_id, 'read')
		const again = await house.ask(['orchestrate', '--plan', 'plan.json'])
		assert.deepEqual([again.exit, server.calls.length], [0, 7])
	})
})

test('a specialist who breaks the form is told so, and what cannot be planned is refused', () => withServers([call => call.turns < 3 ? { value: { answer: 'no findings' } } : slow(call)], async (house, [server]) => {
	const result = await house.ask(['orchestrate', 'Why?', '--specialists', 'syntax'])
	assert.deepEqual([result.exit, result.results[0].repairs, server.calls.length], [0, 1, 2])
	const plan = (...tasks) => ({ problem: 'Why?', waves: [{ wave_number: 1, tasks: tasks.map(([task_id, ...needs]) => ({ task_id, specialist: 'logic', input_data: needs.length ? { needs } : {} })) }] })
	const faults = [[plan(['a', 'b'], ['b', 'a']), /waits for itself/], [plan(['a'], ['a']), /two tasks are called a/], [plan(['a', 'z']), /task a needs z/],
		[{ ...plan(['a']), success_criteria: 'quorum:2' }, /quorum:2/], [{ ...plan(['a']), synthesis_strategy: 'magic' }, /magic/], [plan(), /0 tasks/]]
	for (const [content, message] of faults) {
		writeFileSync(file(house, 'plan.json'), JSON.stringify(content))
		const { exit, error } = await house.ask(['orchestrate', '--plan', 'plan.json'])
		assert.equal(exit, 1, JSON.stringify(content))
		assert.match(error.message, message)
		assert.ok(error.remedy)
	}
	assert.equal((await house.ask(['orchestrate', 'Why?', '--specialists', 'nobody'])).exit, 1)
	assert.equal((await house.ask(['orchestrate'])).exit, 2)
	assert.equal((await house.ask(['orchestrate', 'Why?', '--file', 'missing'])).exit, 2)
	assert.equal((await house.ask(['orchestrate', 'Why?'], { environment: { TEAMWRIGHT_MODEL: 'none' } })).exit, 3)
	assert.equal(server.calls.length, 2)
}))
