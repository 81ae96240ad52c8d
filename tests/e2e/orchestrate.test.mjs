// teamwright orchestrate: specialists side by side over model servers that answer by rules.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
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
	const endpoints = servers.map((server, i) => server.endpoint(`server${i + 1}`, protocols[i], more))
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
