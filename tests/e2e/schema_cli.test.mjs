// `teamwright schema validate` and `schema test` from the command line. With TEAMWRIGHT_SUITES the official JSON-Schema-Test-Suite too.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { House } from './teamwright.mjs'

const house = new House()
const put = (name, content) => writeFileSync(join(house.folder, name), typeof content === 'string' ? content : JSON.stringify(content))
const lastLine = text => text.trimEnd().split('\n').pop()

before(() => {
	for (const folder of ['suite/optional/format', 'remotes/shapes', 'shapes', 'bad', 'none']) mkdirSync(join(house.folder, folder), { recursive: true })
	put('order.schema.json', { type: 'object', required: ['id'], properties: { id: { type: 'integer' }, mail: { format: 'email' } } })
	put('good.json', { id: 1 })
	put('good.yaml', 'id: 2\nmail: nowhere\n')
	put('bad.json', { id: 'x' })
	put('remotes/shapes/point.json', { type: 'array', minItems: 2 })
	const tests = [{ description: 'two', data: [1, 2], valid: true }, { description: 'one', data: [1], valid: false }]
	put('suite/ref.json', [{ description: 'a remote', schema: { $ref: 'http://localhost:1234/shapes/point.json' }, tests }])
	put('suite/notes.txt', 'not a test')
	put('suite/optional/format/email.json', [{ description: 'email', schema: { format: 'email' }, tests: [{ description: 'none', data: 'x', valid: false }] }])
	put('bad/wrong.json', [{ description: 'wrong', schema: { type: 'string' }, tests: [{ description: 'is one', data: 'x', valid: false }, { description: 'is none', data: 1, valid: false }] }])
	put('none/odd.json', [{ schema: true }])
})
after(() => house.remove())

test('documents are validated, each fault with its place', async () => {
	const fine = await house.run(['schema', 'validate', 'order.schema.json', 'good.json', 'good.yaml'])
	assert.deepEqual([fine.code, fine.out], [0, '2 valid, 0 invalid\n'])
	const fault = await house.run(['schema', 'validate', 'order.schema.json', 'good.json', 'bad.json'])
	assert.equal(fault.code, 1)
	assert.equal(fault.out, 'bad.json:1:7: /id: must be an integer, but is "x" (type at #/properties/id/type)\n1 valid, 1 invalid\n')
	const strict = await house.ask(['schema', 'validate', 'order.schema.json', 'good.yaml', '--formats'])
	assert.deepEqual([strict.exit, strict.invalid, strict.faults[0].where, strict.faults[0].rule], [1, 1, '/mail', 'format'])
})

test('faults stand in the order of the document, with the place of the rule, all or the first', async () => {
	put('point.schema.json', { $id: 'https://example.com/point', type: 'object', required: ['x', 'y'], additionalProperties: false, properties: { x: { $ref: 'number.json' }, label: { maxLength: 3 } } })
	put('shapes/number.yaml', '$id: https://example.com/number.json\ntype: number\n')
	put('point.yaml', '# a point\nlabel: long\nlabels: a\nx: [1]\n')
	put('broken.json', '{"x": 1,\n "y" 2}')
	const words = ['schema', 'validate', 'point.schema.json', 'point.yaml', 'broken.json', '--remotes', 'shapes']
	const all = await house.run(words)
	assert.deepEqual([all.code, all.out.split('\n')], [1, [
		'point.yaml:2:1: lacks the required member "y" (required at #/required)',
		'point.yaml:2:8: /label: must have at most 3 characters, but has 4 (maxLength at #/properties/label/maxLength)',
		'point.yaml:3:9: /labels: is not allowed: there is no member "labels"; perhaps "label" is meant (additionalProperties at #/additionalProperties)',
		'point.yaml:4:4: /x: must be a number, but is a list (type at https://example.com/number.json#/type)',
		'broken.json:2:6: a colon was expected after the key (syntax)',
		'0 valid, 2 invalid', ''
	]])
	const first = await house.run([...words, '--first'])
	assert.deepEqual([first.code, first.out.trimEnd().split('\n').length], [1, 3])
	const lost = await house.run(words.slice(0, 5))
	assert.equal(lost.code, 1)
	assert.match(lost.err, /point\.schema\.json:1:\d+: the reference "number\.json" leads nowhere: no document is known as https:\/\/example\.com\/number\.json/u)
	put('typo.schema.json', { requires: ['a'] })
	const strict = await house.run(['schema', 'validate', 'typo.schema.json', 'good.json', '--strict'])
	assert.match(strict.err, /typo\.schema\.json:1:2: draft 2020-12 has no keyword "requires"; perhaps "required" is meant/u)
})

test('a suite is run, its figures on the last line', async () => {
	const whole = await house.run(['schema', 'test', 'suite', '--draft', 'draft7', '--remotes', 'remotes'])
	assert.deepEqual([whole.code, whole.out], [0, '2 passed, 0 failed\n'])
	const lost = await house.run(['schema', 'test', 'suite', '--draft', 'draft7'])
	assert.deepEqual([lost.code, lastLine(lost.out)], [1, '0 passed, 2 failed'])
	assert.match(lost.out, /^ref\.json: a remote: two: expected valid: .*localhost:1234/mu)
	const formats = await house.run(['schema', 'test', 'suite/optional/format'])
	assert.deepEqual([formats.code, lastLine(formats.out)], [0, '1 passed, 0 failed'])
	const bad = await house.run(['schema', 'test', 'bad'])
	assert.deepEqual([bad.code, bad.out], [1, 'wrong.json: wrong: is one: expected invalid: it fits\n1 passed, 1 failed\n'])
})

test('what is no suite and no schema is refused', async () => {
	const cases = {
		'schema test none': [1, /odd\.json is no file of schema tests/u], 'schema test remotes': [2, /no tests in/u], 'schema test nowhere': [2, /nowhere/u],
		'schema test suite --draft draft9': [2, /no draft 'draft9'/u], 'schema validate nowhere.json good.json': [2, /nowhere\.json/u],
		'schema validate order.schema.json nowhere.json': [2, /nowhere\.json/u],
	}
	put('broken.schema.json', { type: 'strange' })
	cases['schema validate broken.schema.json good.json'] = [1, /broken\.schema\.json:1:9/u]
	for (const [words, [wanted, pattern]] of Object.entries(cases)) {
		const { code, err } = await house.run(words.split(' '))
		assert.deepEqual([words, code], [words, wanted], err)
		assert.match(err, pattern)
	}
})

const suites = process.env.TEAMWRIGHT_SUITES && join(process.env.TEAMWRIGHT_SUITES, 'json-schema')
const official = { 'draft2020-12': [1299, 162, 764], draft7: [927, 118, 676], draft4: [618, 100, 219] }
for (const [draft, counts] of Object.entries(official))
	for (const [i, part] of ['', 'optional', 'optional/format'].entries())
		test(`official suite: ${draft} ${part}`, { skip: !suites && 'TEAMWRIGHT_SUITES does not name the folder of the suites' }, async () => {
			const { code, out } = await house.run(['schema', 'test', join(suites, 'tests', draft, part), '--draft', draft, '--remotes', join(suites, 'remotes')])
			assert.deepEqual([code, lastLine(out)], [0, `${counts[i]} passed, 0 failed`])
		})
