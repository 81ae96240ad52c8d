// A whole small run and what is compared of two of them: tests that stop and kill runs hold theirs against an undisturbed one.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { House } from './teamwright.mjs'

export const text = 'Build a web application to manage books; a book has a title and an author.'

// What differs from run to run: times, processes, addresses, names of runs, and which attempt it was.
const volatile = new Set(['at_ms', 'duration_us', 'pid', 'recording', 'output', 'curl', 'overhead_us', 'mock_endpoint', 'run', 'exit', 'execution', 'duration_seconds',
	'parallel_execution', 'attempt', 'created'])
export const stable = value => JSON.parse(JSON.stringify(value, (key, item) => (volatile.has(key) ? undefined : item)))

export function tree(folder, below = '') {
	return Object.assign({}, ...readdirSync(join(folder, below), { withFileTypes: true }).map(entry => {
		const path = join(below, entry.name)
		if (entry.isDirectory()) return tree(folder, path)
		const content = readFileSync(join(folder, path), 'utf8')
		if (path.endsWith('.junit.xml')) return { [path]: content.replace(/ time="[\d.]+"/g, '') }
		return { [path]: path.endsWith('_report.json') ? stable(JSON.parse(content)) : content }
	}))
}

// Processes that were started in this house and still run.
export function left(house) {
	return readdirSync('/proc').filter(pid => {
		try {
			return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`XDG_STATE_HOME=${house.folder}/`) &&
				!/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
		} catch {
			return false
		}
	})
}

// What came of the newest run of a house: its report, its tree, its proof; the journal is audited on the way.
export async function outcome(house) {
	const { runs } = await house.ask(['history'])
	assert.equal(runs.length, 1, 'there is more than one run')
	const result = await house.ask(['status', runs[0].run])
	const { proof } = await house.ask(['show', runs[0].run, '--proof'])
	audit((await house.ask(['logs', runs[0].run])).events, result.tasks.map(task => task.task_id))
	assert.deepEqual(left(house), [], 'processes were left behind')
	const work = join(house.folder, 'state/teamwright/work')
	assert.deepEqual(existsSync(work) ? readdirSync(work) : [], [], 'workspaces were left behind')
	assert.deepEqual(readdirSync(house.folder).filter(name => name.startsWith('.out')), [], 'half a folder of results was left behind')
	return { result: stable(result), proof: stable(proof), files: tree(join(house.folder, 'out')) }
}

// Nothing is lost or doubled: the journal has no gap, every task ends once and never runs after that, the run ends once.
export function audit(events, tasks) {
	const done = new Set()
	events.forEach((event, i) => assert.equal(event.seq, i + 1, 'the journal has a gap or a double'))
	for (const { kind, task } of events) {
		if (!kind.startsWith('task.')) continue
		assert.ok(!done.has(task) || kind === 'task.late', `${task}: ${kind} after its end`)
		if (kind === 'task.done') done.add(task)
	}
	assert.deepEqual([...done].sort(), [...tasks].sort())
	assert.equal(events.filter(event => event.kind === 'run.done').length, 1)
}

// Whatever the text is taken for: with mocks, and consumers that meet the real provider.
export const words = ['run', text, '--output', 'out', '--workers', '3', '--blueprint', 'parallel-contract-first']

// The same run, undisturbed; and how many commits it took, at the least.
export async function undisturbed() {
	const house = new House()
	try {
		const run = await house.ask(words)
		assert.equal(run.exit, 0, JSON.stringify(run))
		const { events } = await house.ask(['logs'])
		return { ...(await outcome(house)), commits: new Set(events.map(event => event.at)).size + 2 }
	} finally {
		house.remove()
	}
}
