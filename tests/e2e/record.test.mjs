// The JSON Schemas of a record, judged by ajv: they are schemas, and every record fits its own.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import Ajv from 'ajv/dist/2020.js'
import { Filter, fullSize } from './filter.mjs'

const filter = new Filter()
after(async () => assert.equal(await filter.close(), 0))

// Both `null` as one of two types and enums beside types are wanted.
const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true })

async function compile(word) {
	const { ok, text } = await filter.ask(word, '')
	assert.ok(ok, text)
	return ajv.compile(JSON.parse(text))
}

test('random records fit the schema for the API and come back', async () => {
	const validate = await compile('api-schema')
	for (let seed = 1; seed <= (fullSize ? 20000 : 1000); seed++) {
		const { text } = await filter.ask('random-record', String(seed))
		assert.ok(validate(JSON.parse(text)), `${text}: ${ajv.errorsText(validate.errors)}`)
		const again = await filter.ask('record', text)
		assert.ok(again.ok, again.text)
		assert.equal(again.text, text)
	}
})

// What ajv refuses we refuse too, but for the lenient forms that the API does not promise.
test('spoilt records are refused by both', async () => {
	const validate = await compile('api-schema')
	const good = { id: 'i', count: 1, ratio: 0.5, done: true, level: 'low', tags: ['a'], main: { name: 'm', weight: 1 }, parts: [{ name: 'p' }] }
	const spoilt = [
		{ id: 5 }, { id: undefined }, { count: 1.5 }, { count: 'x' }, { ratio: 'x' }, { done: 1 }, { level: 'mid' }, { tags: [1] }, { tags: {} },
		{ main: { weight: 1 } }, { main: { name: 'm', other: 1 } }, { main: [] }, { parts: {} }, { parts: [{}] }, { parts: [{ name: 1 }] }
	]
	assert.ok(validate(good))
	assert.ok((await filter.ask('record', JSON.stringify(good))).ok)
	for (const change of spoilt) {
		const text = JSON.stringify({ ...good, ...change })
		assert.ok(!validate(JSON.parse(text)), `ajv accepts ${text}`)
		assert.ok(!(await filter.ask('record', text)).ok, `we accept ${text}`)
	}
	for (const lenient of [{ tags: 'one' }, { main: 'm' }, { parts: ['p'] }, { level: 'LOW' }, { title: null }])
		assert.ok((await filter.ask('record', JSON.stringify({ ...good, ...lenient }))).ok)
})

// What a model server that holds its model to the schema may answer, we read.
test('the schema for models', async () => {
	const validate = await compile('model-schema')
	const whole = {
		id: 'i', title: null, count: 1, maybe: null, seen: 1, ratio: null, done: true, level: 'high', any: { a: 1 }, tags: [],
		main: { name: 'm', weight: 1 }, parts: [{ name: 'p', weight: 2 }]
	}
	assert.ok(validate(whole), ajv.errorsText(validate.errors))
	assert.ok((await filter.ask('record', JSON.stringify(whole))).ok)
	for (const key of Object.keys(whole)) {
		const { [key]: _, ...rest } = whole
		assert.ok(!validate(rest), `${key} is not required`)
	}
	assert.ok(!validate({ ...whole, extra: 1 }))
})
