// Schemas and instances by chance, over all keywords that decide about them: for comparing validators.
import Ajv from 'ajv'
import Ajv2020 from 'ajv/dist/2020.js'

export const dialects = {
	'2020-12': { uri: 'https://json-schema.org/draft/2020-12/schema', defs: '$defs', Ajv: Ajv2020.default, modern: true, booleans: true },
	7: { uri: 'http://json-schema.org/draft-07/schema', defs: 'definitions', Ajv: Ajv.default, booleans: true },
	4: { uri: 'http://json-schema.org/draft-04/schema', defs: 'definitions', old: true },
	'3.0': { uri: 'https://spec.openapis.org/oas/3.0/dialect', defs: 'x-defs', old: true, openapi: true },
	3.1: { uri: 'https://spec.openapis.org/oas/3.1/dialect/base', defs: '$defs', modern: true, booleans: true }
}

const names = ['a', 'b', 'c', 'ab', 'x-1', 'é']
const texts = ['', 'a', 'b', 'ab', 'abc', 'é', '😀😀', 'x-1', '2026']
const numbers = [0, 1, -1, 2, 3, 10, 2.5, -0.5, 1e3, 7]
const patterns = ['^a', 'b$', '^[a-z]{1,2}$', '^.$', '\\d', '^x-', '^(a|b)+$', '^$']
const types = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']

let random, dialect, places, anchors, here, base, mapped

const below = limit => random.below(limit)
const pick = list => random.pick(list)
const chance = share => random.below(1000) < share * 1000

export function value(depth = 2) {
	const roll = below(depth > 0 ? 10 : 6)
	if (roll === 0) return pick([null, true, false])
	if (roll < 3) return pick(numbers)
	if (roll < 6) return pick(texts)
	if (roll < 8) return Array.from({ length: below(4) }, () => value(depth - 1))
	return withKind(object(() => value(depth - 1), below(4)))
}

function object(make, size) {
	const result = {}
	for (let i = 0; i < size; i++) result[pick(names)] = make()
	return result
}

// OpenAPI 3.0 tells alternatives apart by this member.
const kinds = ['cat', 'dog', 'feline']
const withKind = result => (dialect.openapi && chance(0.5) ? { ...result, kind: pick([...kinds, 'eel', 1]) } : result)

const some = (make, least, most) => Array.from({ length: least + below(most - least + 1) }, make)
const distinct = list => [...new Map(list.map(item => [JSON.stringify(item), item])).values()]

// A resource is a schema with a URI of its own: the root, definitions with $id, and a document apart.
const from = (resource, fragment) => (resource === here ? `#${fragment}` : `${resource}.json${fragment && `#${fragment}`}`)

// A document apart knows nothing of the resources inside another one.
const reaches = resource => here !== 'far' || ['far', 'root'].includes(resource)

function reference() {
	const known = anchors.filter(({ resource }) => reaches(resource))
	if (known.length && chance(0.35)) {
		const { resource, name } = pick(known)
		return { [chance(0.6) ? '$dynamicRef' : '$ref']: from(resource, name) }
	}
	const place = pick(places.filter(({ name, own }) => reaches(own ? name : 'root')))
	if (!dialect.modern) return { $ref: `#/${dialect.defs}/${place.name}` }
	return { $ref: place.own ? from(place.name, '') : from('root', `/$defs/${place.name}`) }
}

// Alternatives that a discriminator tells apart, by name or by mapping.
function discriminated() {
	const mapping = mapped && { feline: '#/x-defs/cat' }
	return { [chance(0.5) ? 'oneOf' : 'anyOf']: [{ $ref: '#/x-defs/cat' }, { $ref: '#/x-defs/dog' }], discriminator: { propertyName: 'kind', ...(mapping && { mapping }) } }
}

function tagged(name) {
	const fits = mapped && name === 'cat' ? ['cat', 'feline'] : [name]
	const { properties, required, ...others } = rules(1, 2)
	return { ...others, type: 'object', required: ['kind'], properties: { ...properties, kind: { enum: fits } } }
}

// What stands under a keyword; those with an argument hold schemas.
const keywords = {
	type: () => (chance(0.3) && !dialect.openapi ? distinct(some(() => pick(types), 1, 3)) : pick(dialect.openapi ? types.slice(1) : types)),
	enum: () => distinct(some(() => value(1), 1, 4)),
	minimum: () => pick(numbers),
	maximum: () => pick(numbers),
	exclusiveMinimum: () => (dialect.old ? chance(0.5) : pick(numbers)),
	exclusiveMaximum: () => (dialect.old ? chance(0.5) : pick(numbers)),
	multipleOf: () => pick([1, 2, 0.5, 3, 10]),
	minLength: () => below(3),
	maxLength: () => below(4),
	pattern: () => pick(patterns),
	minItems: () => below(3),
	maxItems: () => below(4),
	uniqueItems: () => chance(0.8),
	minProperties: () => below(3),
	maxProperties: () => below(4),
	required: () => distinct(some(() => pick(names), 1, 2)),
	properties: depth => object(() => schema(depth - 1), 1 + below(3)),
	additionalProperties: depth => (chance(0.5) ? chance(0.3) : schema(depth - 1)),
	items: depth => (!dialect.modern && !dialect.openapi && chance(0.4) ? some(() => schema(depth - 1), 1, 3) : schema(depth - 1)),
	allOf: depth => some(() => schema(depth - 1), 1, 2),
	anyOf: depth => some(() => schema(depth - 1), 1, 3),
	oneOf: depth => some(() => schema(depth - 1), 1, 3),
	not: depth => schema(depth - 1)
}
const json = {
	patternProperties: depth => Object.fromEntries(some(() => [pick(patterns), schema(depth - 1)], 1, 2)),
	dependencies: depth => object(() => (chance(0.5) ? distinct(some(() => pick(names), 1, 2)) : schema(depth - 1)), 1),
	additionalItems: depth => (chance(0.5) ? chance(0.5) : schema(depth - 1))
}
const newer = {
	const: () => value(1),
	contains: depth => schema(depth - 1),
	propertyNames: depth => schema(depth - 1),
	if: depth => schema(depth - 1),
	then: depth => schema(depth - 1),
	else: depth => schema(depth - 1)
}
const modern = {
	prefixItems: depth => some(() => schema(depth - 1), 1, 3),
	minContains: () => below(3),
	maxContains: () => 1 + below(3),
	dependentRequired: () => object(() => distinct(some(() => pick(names), 1, 2)), 1),
	dependentSchemas: depth => object(() => schema(depth - 1), 1),
	unevaluatedProperties: depth => (chance(0.6) ? chance(0.3) : schema(depth - 1)),
	unevaluatedItems: depth => (chance(0.6) ? chance(0.3) : schema(depth - 1))
}

// They decide about nothing.
const words = {
	title: () => pick(texts),
	description: () => pick(texts),
	default: () => value(1),
	format: () => pick(['email', 'date-time', 'uuid', 'int32']),
	readOnly: () => chance(0.5),
	'x-note': () => value(1)
}

function pool() {
	if (dialect.openapi) return { ...keywords, ...words, nullable: () => chance(0.7) }
	if (dialect.old) return { ...keywords, ...json, ...words }
	const both = { ...keywords, ...newer, ...words, contentEncoding: () => 'base64' }
	return dialect.modern ? { ...both, patternProperties: json.patternProperties, ...modern } : { ...both, ...json }
}

function schema(depth) {
	if (dialect.booleans && chance(0.06)) return chance(0.6)
	if (dialect.openapi && depth > 0 && chance(0.1)) return discriminated()
	if (!chance(0.15)) return rules(depth, 1 + below(4))
	return dialect.modern && chance(0.5) ? { ...reference(), ...rules(depth, 1) } : reference()
}

function rules(depth, size) {
	const all = Object.entries(pool()), result = {}
	for (let i = 0; i < size; i++) {
		const [name, make] = pick(all)
		if (depth > 0 || !make.length) result[name] = make(depth)
	}
	// Draft 4 wants the bound beside the boolean, OpenAPI 3.0 the items beside the type.
	for (const end of ['inimum', 'aximum'])
		if (dialect.old && `exclusiveM${end}` in result) result[`m${end}`] = pick(numbers)
	if (dialect.openapi && result.type === 'array' && !result.items) result.items = {}
	return result
}

// An anchor of a schema that is being made.
function anchor(result, resource, name) {
	const dynamic = chance(0.7)
	anchors.push({ resource, name })
	result[dynamic ? '$dynamicAnchor' : '$anchor'] = name
}

// The resources and anchors that there will be, before anything refers to them.
function plan() {
	places = ['one', 'two'].map(name => ({ name, own: Boolean(dialect.modern) && chance(0.3), head: {} }))
	anchors = []
	if (dialect.modern && chance(0.4)) places.push({ name: 'far', own: true, apart: true, head: {} })
	const top = {}
	if (dialect.modern && chance(0.3)) anchor(top, 'root', 'shared')
	for (const place of places) {
		if (place.own) place.head.$id = `${base}${place.name}.json`
		if (dialect.modern && chance(0.4)) anchor(place.head, place.own ? place.name : 'root', place.own ? 'shared' : place.name)
	}
	return top
}

// { schema, remotes }: a schema, and documents that it may refer to, by URI. `source` is what makes chance repeatable.
export function schemaPair(source, name, serial) {
	random = source
	dialect = dialects[name]
	base = `https://test.example/${serial}/`
	here = 'root'
	mapped = chance(0.5)
	const top = plan(), list = {}, remotes = {}
	const schema = { ...(dialect.modern && { $id: `${base}root.json` }), ...top, ...rules(3, 3 + below(3)) }
	if (chance(0.5)) schema.properties = { ...schema.properties, a: reference() }
	for (const place of places) {
		here = place.own ? place.name : 'root'
		const made = { ...place.head, ...rules(2, 1 + below(3)) }
		if (place.apart) remotes[place.head.$id] = made
		else list[place.name] = made
	}
	if (dialect.openapi) Object.assign(list, { cat: tagged('cat'), dog: tagged('dog') })
	return { schema: { ...schema, [dialect.defs]: list }, remotes }
}
