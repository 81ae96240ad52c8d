// Every planted fault is found, named rightly, and its reproduction shows it at a fresh server; where nothing is planted nothing is
// found. `./dev test` ends each hunt with the first finding; TEAMWRIGHT_SOAK lets it go on, and tries 100 seeds without a fault.
import assert from 'node:assert/strict'
import test from 'node:test'
import { faults } from './faulty/faults.mjs'
import { hunt, line, verify } from './hunt.mjs'
import { inParallel } from './sweep.mjs'
import { fullSize } from './teamwright.mjs'

const seconds = 20, seeds = fullSize ? 100 : 3

test('nothing is found where nothing is wrong', { timeout: 3600000 }, async t => {
	const results = await inParallel(Array.from({ length: seeds }, (_, i) => i + 1), 2, seed => verify('', { seed, time: fullSize ? seconds : 5 }))
	t.diagnostic(`${results.reduce((sum, { contracts }) => sum + contracts[0].cases, 0)} cases with ${seeds} seeds`)
	for (const { seed, exit, faults: found } of results) assert.deepEqual([exit, found], [0, []], `seed ${seed}`)
})

test('every fault is found', { timeout: 3600000 }, async t => {
	const results = await inParallel(faults, 2, fault => hunt(fault, { time: seconds, quick: !fullSize }))
	for (const result of results) t.diagnostic(line(result))
	const [missed, silent] = [results.filter(({ found }) => !found), results.filter(({ found, shown }) => found && !shown)].map(all => all.map(({ fault }) => fault.name))
	t.diagnostic(`${results.length - missed.length} of ${results.length} found, ${silent.length} without a reproduction that shows it`)
	assert.deepEqual({ missed, silent }, { missed: [], silent: [] })
	for (const { fault, exit } of results) assert.equal(exit, 1, fault.name)
})
