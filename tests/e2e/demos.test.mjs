// The orchestrations of examples/orchestrate, from their recordings: no server, and always the same.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { folder, review } from './demos.mjs'
import { House } from './teamwright.mjs'

async function replay(name) {
	const house = new House()
	try {
		const result = await house.ask(['orchestrate', '--plan', 'plan.yaml', '--replay', 'calls.jsonl'], { cwd: join(folder, name) })
		assert.equal(result.exit, 0, JSON.stringify(result))
		assert.equal(result.replayed, true)
		assert.deepEqual([result.statistics.calls, result.statistics.success_rate], [0, 1])
		return result
	} finally {
		house.remove()
	}
}

test('errors: four and one; two words for one cause, and the majority decides', async () => {
	const { results, synthesis } = await replay('errors')
	assert.equal(results.length, 5)
	const cause = synthesis.topics.find(({ subject }) => subject === 'load.py:8 cause')
	assert.deepEqual([cause.contradiction, cause.resolved_by], [true, 'majority'])
	assert.deepEqual(cause.stances.map(({ claim, sources, chosen }) => [claim, sources, chosen]),
		[['a tab in the indentation', ['whitespace', 'pattern', 'conclusion'], true], ['inconsistent use of tabs and spaces in indentation', ['syntax'], false]])
	assert.match(synthesis.answer, /Replace the tab/)
	assert.equal(synthesis.open, 0)
})

// The cycles of imports, by hand: every closed walk without a repeated module, from its first name on.
function cyclesOf(edges) {
	const found = new Set()
	const walk = path => {
		for (const next of edges.get(path.at(-1)) ?? []) {
			if (next === path[0]) found.add([...path, next].join(' -> '))
			else if (next > path[0] && !path.includes(next)) walk([...path, next])
		}
	}
	for (const start of edges.keys()) walk([start])
	return [...found].sort()
}

test('cycles: six and one; exactly the two import cycles that are there', async () => {
	const { results, synthesis } = await replay('cycles')
	const files = readdirSync(join(folder, 'cycles')).filter(name => name.endsWith('.js'))
	const edges = new Map(files.map(name => [name, [...readFileSync(join(folder, 'cycles', name), 'utf8').matchAll(/from '\.\/(.*)'/g)].map(match => match[1])]))
	const planted = cyclesOf(edges)
	assert.equal(planted.length, 2)
	assert.equal(results.length, 7)
	const said = results.at(-1).findings.map(({ claim }) => claim).sort()
	assert.deepEqual(said, planted)
	const topics = synthesis.topics.filter(({ subject }) => subject.startsWith('import cycle'))
	assert.equal(topics.length, 2)
	assert.ok(topics.every(({ stances: [stance] }) => stance.proven), 'a cycle without an import that is in the files')
	assert.equal(synthesis.topics.length - 2, [...edges.values()].flat().length, 'an edge is missing')
})

test('decision: three and one; grouped by meaning, merged, the minority kept', async () => {
	const { synthesis } = await replay('decision')
	assert.deepEqual([synthesis.grouped_by, synthesis.merged_from], ['judge', '1 with the interval of 2 and the order number of 3'])
	assert.ok(Math.abs(synthesis.agreement - 2 / 3) < 1e-9)
	assert.deepEqual(synthesis.groups.map(({ sources }) => sources), [['A', 'B'], ['C']])
	assert.deepEqual(synthesis.minority.map(({ sources }) => sources), [['C']])
	assert.match(synthesis.answer, /outbox table/)
})

test('decision, for people: what each group means, with its members and its share', async () => {
	const house = new House()
	try {
		const { out } = await house.run(['orchestrate', '--plan', 'plan.yaml', '--replay', 'calls.jsonl'], { cwd: join(folder, 'decision') })
		assert.match(out, /\nAgreement 67 %, confidence 0\.58:\n {3}67 % {2}A, B: An outbox table in PostgreSQL, written with the payment, from which a worker sends\n {3}33 % {2}C: A column of the order /)
	} finally {
		house.remove()
	}
})

test('review: a task of a run for specialists, from their recorded answers', async () => {
	const house = new House()
	try {
		const result = await house.ask(['run', '--plan', 'plan.yaml', '--replay', 'calls.jsonl', '--output', join(house.folder, 'out')], { cwd: review })
		assert.deepEqual([result.exit, result.tasks[1].outcome, result.models.sum.calls, result.models.sum.replayed_calls], [0, 'accepted', 0, 3], JSON.stringify(result))
		const { findings } = JSON.parse(readFileSync(join(house.folder, 'out/reviewer/findings.json'), 'utf8'))
		assert.deepEqual(findings.map(({ subject, sources }) => [subject, sources.length]),
			[['transfer.py:2 injection', 2], ['transfer.py:3 injection', 1], ['transfer.py:4 rollback', 1]])
	} finally {
		house.remove()
	}
})
