// JSON Schema against ajv and @hyperjump/json-schema on generated schemas and instances. SEED chooses others. A verdict that
// differs is a failure unless data/schema_known_errors.json tells why the other side is wrong, and the third one agrees with us.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import '@hyperjump/json-schema/draft-04'
import '@hyperjump/json-schema/draft-07'
import '@hyperjump/json-schema/draft-2020-12'
import '@hyperjump/json-schema/openapi-3-0'
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/openapi-3-1'
import { Filter, Random, fullSize } from './filter.mjs'
import { dialects, schemaPair, value } from './schema_pairs.mjs'

const filter = new Filter('schema_filter')
after(async () => assert.equal(await filter.close(), 0))

const random = new Random()
const schemas = fullSize ? 5000 : 150
const each = 12
const known = JSON.parse(readFileSync(new URL('data/schema_known_errors.json', import.meta.url)))

function ajvVerdicts({ Ajv }, { schema, remotes }, instances) {
	try {
		const ajv = new Ajv({ strict: false, validateFormats: false, logger: false, validateSchema: false })
		for (const remote of Object.values(remotes)) ajv.addSchema(remote)
		const check = ajv.compile(schema)
		return instances.map(instance => check(instance))
	} catch (error) {
		return { error: error.message }
	}
}

async function hyperjumpVerdicts({ uri }, { schema, remotes }, instances, serial) {
	const documents = { ...remotes, [schema.$id ?? `https://test.example/${serial}`]: schema }
	try {
		for (const [name, document] of Object.entries(documents)) registerSchema(document, name, uri)
		const check = await validate(Object.keys(documents).at(-1))
		return instances.map(instance => check(instance).valid)
	} catch (error) {
		return { error: error.message || error.constructor.name }
	} finally {
		for (const name of Object.keys(documents)) unregisterSchema(name)
	}
}

const has = (text, keyword) => text.includes(`"${keyword}":`)
// References that lead back to themselves; no two implementations say the same about them.
const endless = verdicts => /call stack/u.test(verdicts?.error ?? '')

// Why one of them is wrong about a schema, undefined if that is not known.
function explanation(by, pair, error) {
	const text = JSON.stringify(pair)
	return known.find(entry => entry.by === by && (entry.error ? error?.includes(entry.error) : !error) &&
		(entry.all ?? []).every(keyword => has(text, keyword)) && (!entry.any || entry.any.some(keyword => has(text, keyword))))
}

// One of the others against us; `third` is what the remaining one says, where there is one.
function judge(tally, by, pair, instances, ours, theirs, third) {
	const source = `${JSON.stringify(pair)} (SEED=${random.seed})`
	if (theirs.error) {
		const why = explanation(by, pair, theirs.error)
		assert.ok(why, `${by} says ${theirs.error} under ${source}`)
		tally[why.id] = (tally[why.id] ?? 0) + 1
		return
	}
	instances.forEach((instance, at) => {
		tally[by]++
		tally.fits += ours[at]
		if (theirs[at] === ours[at]) return
		const why = explanation(by, pair)
		const agrees = !third || third.error || third[at] === ours[at]
		assert.ok(why && agrees, `${by} says ${theirs[at]}, we ${ours[at]}, the third ${third?.[at]} of ${JSON.stringify(instance)} under ${source}`)
		tally[why.id] = (tally[why.id] ?? 0) + 1
	})
}

let serial = 0
async function compare(name, tally) {
	const dialect = dialects[name], pair = schemaPair(random, name, serial++), instances = Array.from({ length: each }, () => value(3))
	const { ok, text } = await filter.ask('schema', JSON.stringify({ dialect: name, ...pair, instances }))
	assert.ok(ok, `${text}: ${JSON.stringify(pair)} (SEED=${random.seed})`)
	const ours = JSON.parse(text)
	const ajv = dialect.Ajv && ajvVerdicts(dialect, pair, instances), hyperjump = await hyperjumpVerdicts(dialect, pair, instances, serial)
	tally.schemas++
	if (endless(ajv) || endless(hyperjump)) {
		tally.endless++
		return
	}
	judge(tally, 'hyperjump', pair, instances, ours, hyperjump, ajv)
	if (ajv) judge(tally, 'ajv', pair, instances, ours, ajv, hyperjump)
}

for (const name of Object.keys(dialects))
	test(`dialect ${name}`, async t => {
		const tally = { schemas: 0, fits: 0, hyperjump: 0, ajv: 0, endless: 0 }
		for (let i = 0; i < schemas; i++) await compare(name, tally)
		t.diagnostic(JSON.stringify({ seed: random.seed, ...tally }))
		const pairs = tally.hyperjump + tally.ajv
		assert.ok(tally.fits > pairs / 5 && tally.fits < pairs * 4 / 5 && tally.endless < schemas / 8)
	})
