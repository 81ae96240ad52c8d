// A whole small run is killed before and after commits, and commits are made to fail: whoever goes on by the same way comes
// to the same report. A sample of the points; every one of them with TEAMWRIGHT_SOAK. SEED chooses another sample.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Random } from './filter.mjs'
import { House, fullSize } from './teamwright.mjs'
import { left, outcome, undisturbed, words } from './whole.mjs'

const random = new Random()
const sample = { before: 1, after: 1, fail: 2 }
let expected, commits

before(async () => {
	const { commits: least, ...rest } = await undisturbed()
	expected = rest
	commits = least
})

// All points, or some of them; the first and the last few are cheap and dull, so the sample is from the middle.
function points(fault) {
	const all = Array.from({ length: commits }, (_, i) => i + 1)
	if (fullSize) return all
	return Array.from({ length: sample[fault] }, () => 2 + random.below(commits - 3))
}

// The time in which nobody worked on the run is no work: all stretches between the events but those before a change of hands.
async function paused(house, run, execution, title) {
	const { events } = await house.ask(['logs', run])
	const at = events.map(event => Date.parse(event.at))
	const pause = events.reduce((sum, { kind }, i) => sum + (kind === 'run.taken' ? at[i] - at[i - 1] : 0), 0) / 1000
	assert.ok(Math.abs(execution.paused - pause) < 0.01, `${title}: paused for ${execution.paused} s, not ${pause} s`)
	const wall = (at.at(-1) - at[0]) / 1000 - pause // the last event is that of the report
	assert.ok(Math.abs(execution.total_duration - wall) < 0.5, `${title}: ${execution.total_duration} s, not ${wall} s`)
}

// The run with a fault at one commit, and after it the way on. False where the run was over before.
async function broken(fault, point) {
	const house = new House()
	const title = `${fault}:${point} of ${commits}`
	try {
		const run = await house.run([...words, '--quiet'], { environment: { TEAMWRIGHT_FAULT: `${fault}:${point}` } })
		const { runs } = await house.ask(['history'])
		if (fault !== 'fail') {
			if (!run.signal) return assert.equal(run.code, 0, `${title}: ${run.err}`)
			assert.equal(run.signal, 'SIGKILL', title)
			if (!runs.length) return true // it died before the run was on the disk
		} else if (run.code !== 0) {
			// What failed is said, and whether anything can be gone on with.
			assert.match(run.err + run.out, /was made to fail/, title)
			assert.deepEqual(left(house), [], title)
			if (!runs.length) return assert.equal(run.code, 3, title)
			assert.notEqual(runs[0].outcome, 'accepted', title)
		}
		const resumed = await house.ask(['resume', runs[0].run])
		assert.equal(resumed.exit, 0, `${title}: ${JSON.stringify(resumed)}`)
		assert.deepEqual(await outcome(house), expected, title)
		await paused(house, runs[0].run, resumed.execution, title)
		return true
	} finally {
		house.remove()
	}
}

for (const fault of ['before', 'after', 'fail'])
	test(`${fault}: ${fullSize ? 'every commit' : 'a sample of the commits'}`, async t => {
		const chosen = points(fault)
		t.diagnostic(`commits ${chosen.join(', ')} of ${commits}`)
		for (const point of chosen) await broken(fault, point)
	})
