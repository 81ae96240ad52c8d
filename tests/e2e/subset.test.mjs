// Schemas as they are sent to model servers, with ajv as the judge: what is sent has the form that servers hold to, and every answer in
// that form fits the whole schema once the nulls that only the form asked for are taken out again.
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema'
import Ajv from 'ajv/dist/2020.js'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { toStrictJsonSchema } from 'openai/lib/transform'
import { Filter, Random, fullSize } from './filter.mjs'

const filter = new Filter('dialect'), random = new Random()
after(async () => assert.equal(await filter.close(), 0))

const leaves = [
	{ type: 'string', minLength: 1 }, { type: 'integer', minimum: 1 },
	{ type: 'string' }, { type: 'integer' }, { type: 'number' }, { type: 'boolean' }, { type: ['string', 'null'] }, { type: ['string', 'integer'] },
	{ enum: ['x', 'y'] }, { enum: ['x', null] }, { enum: [1, 'x'] }, { const: 'only' }, { type: 'null' }, { $ref: '#/$defs/leaf' }, { $ref: '#/$defs/point' }
]

function makeObject(depth, tag) {
	const properties = tag ? { kind: { const: tag } } : {}, required = tag ? ['kind'] : []
	for (let i = 1 + random.below(4); i > 0; i--) {
		const key = random.pick(['a', 'b', 'c', 'd', 'e'])
		properties[key] = make(depth - 1)
		if (random.below(2)) required.push(key)
	}
	return { type: 'object', properties, ...(required.length ? { required: [...new Set(required)] } : {}), ...(random.below(3) ? {} : { additionalProperties: false }) }
}

function make(depth) {
	const kind = random.below(depth > 0 ? 9 : 4)
	if (kind < 4) return { ...random.pick(leaves), ...(random.below(4) ? {} : { description: 'what it is' }) }
	if (kind < 6) return makeObject(depth)
	if (kind === 6) return { type: 'array', items: make(depth - 1) }
	if (kind === 7) return { anyOf: [makeObject(depth, 'one'), makeObject(depth, 'two'), ...(random.below(2) ? [{ type: 'null' }] : [])] }
	return { allOf: [{ $ref: '#/$defs/point' }] }
}

const makeSchema = () => ({
	...makeObject(3),
	$defs: { leaf: { type: 'string' }, point: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } }, required: ['x'] } }
})

// A value that the form allows.
function answer(schema) {
	if (schema.anyOf) return answer(random.pick(schema.anyOf))
	if (schema.enum) return random.pick(schema.enum)
	const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type
	if (type === 'object') return Object.fromEntries(schema.required.map(key => [key, answer(schema.properties[key])]))
	if (type === 'array') return Array.from({ length: random.below(3) }, () => answer(schema.items))
	return { string: 'text', integer: 7, number: 1.5, boolean: true, null: null }[type]
}

const known = ['description', 'type', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'enum']

function checkForm(schema, about) {
	for (const key of Object.keys(schema)) assert.ok(known.includes(key), `${key} in ${about}`)
	if (schema.type === 'object') {
		assert.equal(schema.additionalProperties, false, about)
		assert.deepEqual(schema.required, Object.keys(schema.properties), about)
		for (const inner of Object.values(schema.properties)) checkForm(inner, about)
	}
	if (schema.items) checkForm(schema.items, about)
	for (const inner of schema.anyOf ?? []) checkForm(inner, about)
}

// Anthropic's leaves the type out where the values are listed.
const untyped = schema => JSON.parse(JSON.stringify(schema, (_, value) => (value?.enum && value.type ? { ...value, type: undefined } : value)))

// The official clients bring schemas down to what their servers take: they have nothing left to do.
function checkClients(form, about) {
	assert.deepEqual(transformJSONSchema(form), untyped(form), about)
	assert.deepEqual(toStrictJsonSchema(structuredClone(form)), form, about)
}

test('answers in the form fit the whole schema', async t => {
	const rounds = fullSize ? 3000 : 50
	let said = 0, changed = 0
	t.diagnostic(`SEED=${random.seed}`)
	for (let round = 0; round < rounds; round++) {
		const schema = makeSchema(), about = `SEED=${random.seed}, round ${round}: ${JSON.stringify(schema)}`
		const { ok, text } = await filter.ask('subset', JSON.stringify(schema))
		assert.ok(ok, text)
		const form = JSON.parse(text)
		if (!form) continue
		said++
		checkForm(form, about)
		checkClients(form, about)
		const ajv = new Ajv({ strict: false }), fitsForm = ajv.compile(form), fits = ajv.compile(schema)
		for (let i = 0; i < 5; i++) {
			const value = answer(form)
			assert.ok(fitsForm(value), `${about}: ${JSON.stringify(value)}`)
			const back = await filter.ask('undo', JSON.stringify({ schema, answer: value }))
			assert.ok(fits(JSON.parse(back.text)), `${about}\n${JSON.stringify(value)} became ${back.text}`)
			changed += back.text !== JSON.stringify(value)
		}
	}
	t.diagnostic(`${said} of ${rounds} schemas can be said, ${changed} answers had nulls to take out`)
	assert.ok(said > rounds / 2 && changed > rounds / 4)
})
