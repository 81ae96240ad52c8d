// Every rule finds its fault at its place, and nothing else does: data/lint/rules.yaml.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse } from 'yaml'
import { merge } from './lint_mutations.mjs'
import { House, root } from './teamwright.mjs'

const house = new House()
after(() => house.remove())
const { base, rules } = parse(readFileSync(join(root, 'tests', 'e2e', 'data', 'lint', 'rules.yaml'), 'utf8'))

test('every rule has its fault', async () => {
	const { rules: listed } = await house.ask(['contract', 'rules'])
	/* A hundred thousand findings take a document of their own. */
	assert.deepEqual(Object.keys(rules).sort(), listed.map(({ id }) => id).filter(id => id !== 'findings-limit').sort())
})

test('each rule finds it, and the rest is silent', async () => {
	writeFileSync(join(house.folder, 'base.json'), JSON.stringify(base))
	const names = Object.entries(rules).map(([rule, { patch, openapi }]) => {
		const name = `${rule}.json`
		writeFileSync(join(house.folder, name), JSON.stringify(merge(merge(base, openapi ? { openapi } : {}), patch), null, 1))
		return name
	})
	const { findings } = await house.ask(['contract', 'validate', 'base.json', ...names, '--severity', 'off'])
	const of = name => findings.filter(({ file }) => file === name)
	assert.deepEqual(of('base.json'), [])
	for (const [rule, { at, also = [] }] of Object.entries(rules)) {
		const found = of(`${rule}.json`)
		assert.deepEqual(found.filter(finding => finding.rule === rule).map(({ pointer }) => pointer), at, `${rule}: ${JSON.stringify(found)}`)
		assert.deepEqual(found.filter(finding => finding.rule !== rule && !also.includes(finding.rule)).map(({ rule: other, message }) => `${other}: ${message}`), [], rule)
	}
})
