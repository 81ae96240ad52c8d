// `teamwright contract validate` beside redocly's `spec` rules: documents with one fault each, and documents as they are. Where
// the two verdicts differ, data/lint/verdicts.json says why.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { choose, directoryDocuments, installDirectory, place } from './directory.mjs'
import { merge, mutate, mutations, random } from './lint_mutations.mjs'
import { fullSize, House, root } from './teamwright.mjs'

const data = join(root, 'tests', 'e2e', 'data', 'lint')
const modules = join(root, 'tests', 'e2e', 'node_modules')
const redocly = join(modules, '@redocly', 'cli', 'bin', 'cli.js')
const examples = join(modules, '@readme', 'oas-examples')
const missing = existsSync(redocly) && existsSync(examples) ? false : 'the packages of tests/e2e are not installed (npm ci)'
const seed = Number(process.env.SEED ?? 1)
const verdicts = JSON.parse(readFileSync(join(data, 'verdicts.json'), 'utf8'))

const house = new House()
before(() => mkdirSync(join(house.folder, 'faults')))
after(() => house.remove())

const plain = text => text.replaceAll(/\u001b\[[0-9;]*m/gu, '')

// One run of redocly: the reports of the files that it came to, and what it said besides.
async function run(files) {
	const child = spawn(process.execPath, [redocly, 'lint', '--extends=spec', '--format=json', '--max-problems=100000', ...files],
		{ cwd: house.folder, env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' } })
	const out = [], said = []
	child.stdout.on('data', chunk => out.push(chunk))
	child.stderr.on('data', chunk => said.push(chunk))
	await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
	const reports = JSON.parse(`[${Buffer.concat(out).toString().replaceAll(/\}\s*\{(?=\s*"totals")/gu, '},{')}]`)
	return { reports, said: plain(Buffer.concat(said).toString()).trim() }
}

// { file: [{ rule, message, pointer }] } of what redocly calls an error. It stops at a document that it cannot take at all.
async function judge(files) {
	const verdicts = new Map()
	for (let at = 0; at < files.length;) {
		const { reports, said } = await run(files.slice(at))
		for (const { problems } of reports) {
			verdicts.set(files[at++], problems.filter(({ severity }) => severity === 'error')
				.map(({ ruleId, message, location }) => ({ rule: ruleId, message, pointer: location[0]?.pointer ?? '' })))
		}
		if (at < files.length) verdicts.set(files[at++], [{ rule: 'stops', message: said.split('\n').filter(line => line.trim()).slice(-3).join(' '), pointer: '' }])
	}
	return verdicts
}

async function lint(files) {
	const { findings, documents } = await house.ask(['contract', 'validate', ...files])
	assert.deepEqual(documents.map(({ file }) => file), files)
	return new Map(files.map(file => [file, findings.filter(finding => finding.severity === 'error' && finding.file === file)]))
}

// A finding of one side that the other need not have.
const used = new Set()
const explains = (list, { rule, message, pointer }, version) => list.some(row => row.rule === rule && (!row.versions || row.versions.includes(version)) &&
	(!row.message || new RegExp(row.message, 'u').test(message)) && (!row.pointer || new RegExp(row.pointer, 'u').test(pointer)) && used.add(row))

// Lines for files on which the verdicts differ, and not everything that one side says is explained.
async function compare(files, versions) {
	const [theirs, ours] = await Promise.all([judge(files), lint(files)])
	const unexplained = []
	let differ = 0
	for (const file of files) {
		const left = theirs.get(file), right = ours.get(file)
		if (!left.length === !right.length) continue
		differ++
		const list = left.length ? verdicts.redocly_only : verdicts.ours_only
		const open = (left.length ? left : right).filter(finding => !explains(list, finding, versions.get(file)))
		if (open.length) unexplained.push(`${file}: ${left.length ? 'redocly' : 'we'}: ${open.slice(0, 3).map(({ rule, message, pointer }) => `${rule}: ${message} ${pointer}`).join(' | ')}`)
	}
	return { unexplained, differ, stopped: [...theirs.values()].filter(([first]) => first?.rule === 'stops').length }
}

const versionOf = document => String(document.openapi).slice(0, 3)
const read = file => JSON.parse(readFileSync(file, 'utf8'))
const exampleFiles = version => readdirSync(join(examples, version, 'json')).filter(name => name.endsWith('.json')).sort().map(name => join(examples, version, 'json', name))

// Our own document in all versions, and the foreign ones.
async function bases() {
	const { parse } = await import('yaml')
	const read = name => parse(readFileSync(join(data, name), 'utf8'))
	const later = read('later.yaml'), documents = [read('orders.yaml')]
	for (const version of ['3.1', '3.2']) documents.push(merge(documents.at(-1), later[version]))
	return {
		own: documents.map(document => ({ name: `orders-${document.openapi}`, document })),
		foreign: ['3.0', '3.1'].flatMap(exampleFiles).map(file => ({ name: file.split('/').slice(-3).join('-'), document: JSON.parse(readFileSync(file, 'utf8')) })),
	}
}

test('the explanations have their reasons', () => {
	for (const row of [...verdicts.redocly_only, ...verdicts.ours_only]) assert.ok(row.rule && row.reason && row.section, JSON.stringify(row))
})

test('one fault each: the verdicts of redocly', { skip: missing }, async context => {
	const { own, foreign } = await bases()
	const next = random(seed), files = [], versions = new Map(), names = new Map()
	const add = ({ name, document }, row, number) => {
		const faulty = row.versions.includes(versionOf(document)) && mutate(document, row, seed + number)
		if (!faulty) return
		const file = join('faults', `${number}-${name.replace(/\.json$/u, '')}.json`)
		writeFileSync(join(house.folder, file), JSON.stringify(faulty, null, 1))
		files.push(file)
		versions.set(file, versionOf(document))
		names.set(file, row.name)
	}
	/* Only documents on which nobody sees an error show what the fault does. */
	const plain = []
	for (const { name, document } of foreign) writeFileSync(join(house.folder, 'faults', name), JSON.stringify(document)), plain.push(join('faults', name))
	const clean = new Set([...await lint(plain)].filter(([, findings]) => !findings.length).map(([file]) => file.slice('faults/'.length)))
	const usable = foreign.filter(({ name, document }) => clean.has(name) && Object.keys(document.paths ?? {}).length)
	mutations.forEach((row, number) => {
		const fitting = own.filter(({ document }) => row.versions.includes(versionOf(document)))
		for (const base of fullSize ? fitting : [fitting[number % fitting.length]]) add(base, row, number)
		const some = new Set(Array.from({ length: fullSize ? 6 : 1 }, () => usable[Math.floor(next() * usable.length)]))
		for (const base of some) add(base, row, number)
	})
	const { unexplained, differ, stopped } = await compare(files, versions)
	context.diagnostic(`SEED=${seed}: ${files.length} documents with one fault of ${mutations.length}; the verdicts differ on ${differ}; redocly stopped at ${stopped}`)
	assert.ok(files.length > 300)
	assert.deepEqual(unexplained.map(line => `${names.get(line.slice(0, line.indexOf(': ')))}: ${line}`), [])
})

test('documents as they are: the verdicts of redocly', { skip: missing }, async context => {
	const files = ['3.0', '3.1'].flatMap(version => ['json', 'yaml'].flatMap(kind => readdirSync(join(examples, version, kind))
		.filter(name => /\.(json|yaml)$/u.test(name)).sort().map(name => join(examples, version, kind, name))))
	const some = fullSize ? files : choose(files, 40, seed)
	const versions = new Map(some.map(file => [file, file.includes('/3.1/') ? '3.1' : '3.0']))
	const { unexplained, differ } = await compare(some, versions)
	context.diagnostic(`SEED=${seed}: ${some.length} documents; the verdicts differ on ${differ}`)
	assert.deepEqual(unexplained, [])
})

test('documents of the directory: all are read, the verdicts of redocly on some', { skip: missing || (fullSize ? false : 'at full size only') }, async context => {
	installDirectory()
	const files = directoryDocuments().map(place)
	for (let at = 0; at < files.length; at += 100) {
		const { documents } = await house.ask(['contract', 'validate', ...files.slice(at, at + 100), '--severity', 'off'])
		assert.equal(documents.length, Math.min(100, files.length - at))
		assert.ok(documents.every(({ openapi }) => openapi?.startsWith('3.')))
	}
	const some = choose(files.filter(file => statSync(file).size < 2 << 20), 300, seed)
	const versions = new Map(some.map(file => [file, versionOf(read(file))]))
	const { unexplained, differ } = await compare(some, versions)
	context.diagnostic(`SEED=${seed}: ${files.length} documents read; of ${some.length} the verdicts differ on ${differ}`)
	assert.deepEqual(unexplained, [])
})

test('every explanation is needed', { skip: missing || (fullSize ? false : 'at full size only') }, () => {
	assert.deepEqual([...verdicts.redocly_only, ...verdicts.ours_only].filter(row => !row.seldom && !used.has(row)), [])
})

test('the same document as JSON and as YAML: the same findings', { skip: missing }, async () => {
	const { parse } = await import('yaml')
	const pairs = ['3.0', '3.1'].flatMap(exampleFiles).map(json => [json, json.replaceAll('json', 'yaml')])
		.filter(([json, yaml]) => existsSync(yaml) && isDeepStrictEqual(read(json), parse(readFileSync(yaml, 'utf8'))))
	const { findings } = await house.ask(['contract', 'validate', ...pairs.flat(), '--severity', 'off'])
	const of = name => findings.filter(({ file }) => file === name).map(({ rule, pointer, message }) => `${rule} ${pointer} ${message}`).sort()
	assert.ok(pairs.length > 40)
	for (const [json, yaml] of pairs) assert.deepEqual(of(yaml), of(json), json)
})

// --- the command --------------------------------------------------------------------------------

const put = (name, content) => writeFileSync(join(house.folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
const small = { openapi: '3.1.0', info: { title: 'Small', version: '1' }, paths: { '/a': { get: { responses: { 200: { description: 'fine' } } } } } }

test('line and column are those of the words that are wrong', async () => {
	put('wrong.yaml', 'openapi: 3.0.3\ninfo:\n  title: Größe\n  version: "1"\n  licens: {name: x}\npaths:\n  "/ä/{id}":\n    get:\n      tags: [ä, 5]\n' +
		'      responses:\n        "99": {description: no}\n')
	put('wrong.json', '\ufeff{"openapi": "3.0.3",\r\n "info": {"title": "ü", "version": 2},\r\n\t"paths": {"/a": {"get": {"operationId": "é", "deprecated": "no",\n"responses": {}}}}}\n')
	const words = { 'wrong.yaml': ['licens', 5, '"99"', 'get'], 'wrong.json': [2, '"no"', '"responses"', '"é"'] }
	for (const [file, wanted] of Object.entries(words)) {
		const { findings } = await house.ask(['contract', 'validate', file])
		const lines = readFileSync(join(house.folder, file), 'utf8').replace(/^\ufeff/u, '').split('\n')
		const shown = findings.map(({ line, column }) => [...lines[line - 1]].slice(column - 1).join(''))
		for (const word of wanted) assert.ok(shown.some(text => text.startsWith(String(word))), `${file}: ${word} is not among ${shown}`)
	}
})

test('every finding of a mutated document points to what it names', { skip: missing }, async () => {
	const { own } = await bases(), texts = []
	mutations.slice(0, fullSize ? undefined : 60).forEach((row, number) => {
		const faulty = row.versions.includes('3.0') && mutate(own[0].document, row, number)
		if (faulty) put(`point-${number}.json`, faulty), texts.push(`point-${number}.json`)
	})
	const { findings } = await house.ask(['contract', 'validate', ...texts, '--severity', 'off'])
	assert.ok(findings.length > texts.length)
	for (const { file, pointer, line, column } of findings) {
		let value = read(join(house.folder, file)), key
		for (const token of pointer.slice(2).split('/').filter(Boolean)) value = value[key = token.replaceAll('~1', '/').replaceAll('~0', '~')]
		const rest = [...readFileSync(join(house.folder, file), 'utf8').split('\n')[line - 1]].slice(column - 1).join('')
		const starts = [JSON.stringify(key ?? ''), typeof value === 'object' ? Array.isArray(value) ? '[' : '{' : JSON.stringify(value), ...Object.keys(Object(value)).map(name => JSON.stringify(value[name]))]
		assert.ok(starts.some(start => rest.startsWith(start)), `${file}:${line}:${column} ${pointer}: ${rest}`)
	}
})

test('severities, rules and what a document wants to be ignored', async () => {
	put('small.json', small)
	const plain = await house.ask(['contract', 'validate', 'small.json'])
	assert.deepEqual([plain.exit, plain.title, plain.version, plain.openapi, plain.operation_count, plain.errors], [0, 'Small', '1', '3.1.0', 1, 0])
	assert.ok(plain.findings.some(({ rule, severity }) => rule === 'operation-id' && severity === 'info'))
	assert.equal((await house.run(['contract', 'validate', 'small.json', '--severity', 'info'])).code, 1)
	assert.equal((await house.run(['contract', 'validate', 'small.json', '--severity', 'warning'])).code, 0)
	const raised = await house.ask(['contract', 'validate', 'small.json', '--rule', 'all=off', '--rule', 'operation-id=error'])
	assert.deepEqual([raised.exit, raised.findings.map(({ rule, severity, pointer }) => [rule, severity, pointer])], [1, [['operation-id', 'error', '#/paths/~1a/get']]])
	put('ignored.json', { ...small, paths: { '/a': { get: { 'x-teamwright-ignore': ['operation-id'], ...small.paths['/a'].get }, put: small.paths['/a'].get } } })
	const ignored = await house.ask(['contract', 'validate', 'ignored.json', '--rule', 'all=off', '--rule', 'operation-id=error'])
	assert.deepEqual(ignored.findings.map(({ pointer }) => pointer), ['#/paths/~1a/put'])
	for (const words of [['--rule', 'nonsense=off'], ['--rule', 'operation-id=loud'], ['--severity', 'loud'], []]) {
		assert.equal((await house.run(['contract', 'validate', ...words.length ? ['small.json', ...words] : []])).code, 2, words.join(' '))
	}
})

test('the rules are listed', async () => {
	const { rules } = await house.ask(['contract', 'rules', '--rule', 'info-contact=off'])
	assert.ok(rules.length > 80)
	assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
	assert.equal(rules.find(({ id }) => id === 'info-contact').severity, 'off')
	for (const { id, help, remedy } of rules) assert.ok(/^[a-z0-9-]+$/u.test(id) && help && remedy, id)
})

test('what cannot be read is a finding with its place', async () => {
	for (const [name, text, line, column, message] of [['broken.json', '{"openapi": "3.0.0",\n "info": }', 2, 10, /value/u], ['twice.json', '{"a": 1, "a": 2}', 1, 10, /second time/u],
		['broken.yaml', 'openapi: 3.1.0\ninfo: [\n', 3, 1, /did not find/u], ['swagger.yaml', 'swagger: "2.0"\n', 1, 1, /Swagger 2/u], ['list.json', '[1]', 1, 1, /no OpenAPI/u],
		['text.txt', 'hello', 1, 1, /no OpenAPI/u], ['empty.yaml', '', 1, 1, /./u], ['future.yaml', 'openapi: 4.0.0\n', 1, 10, /4\.0\.0/u], ['number.yaml', 'openapi: [3]\n', 1, 10, /text/u]]) {
		put(name, text)
		const { exit, findings } = await house.ask(['contract', 'validate', name])
		assert.deepEqual([exit, findings.length, findings[0].rule, findings[0].severity], [1, 1, 'document-unreadable', 'error'], name)
		assert.deepEqual([findings[0].line, findings[0].column], [line, column], `${name}: ${findings[0].message}`)
		assert.match(findings[0].message, message, name)
	}
	assert.equal((await house.run(['contract', 'validate', 'nowhere.json'])).code, 2)
})

test('files beside the document, and circles', async () => {
	mkdirSync(join(house.folder, 'parts'), { recursive: true })
	put('parts/thing.yaml', 'Thing:\n  type: object\n  properties:\n    next: {$ref: "#/Thing"}\n    lost: {$ref: "#/Lost"}\n  minLenght: 3\n')
	put('main.yaml', 'openapi: 3.0.3\ninfo: {title: Main, version: "1"}\npaths: {}\ncomponents:\n  schemas:\n    A: {$ref: "parts/thing.yaml#/Thing"}\n    B: {$ref: "#/components/schemas/C"}\n' +
		'    C: {$ref: "#/components/schemas/B"}\n    D: {$ref: "https://shop.test/x.json"}\n    E: {$ref: "parts/absent.yaml"}\n    F: {$ref: "#/components/schemas/AA"}\n')
	const { findings } = await house.ask(['contract', 'validate', 'main.yaml', '--rule', 'component-unused=off'])
	const of = (rule, file) => findings.filter(finding => finding.rule === rule && finding.file === file).map(({ line }) => line)
	assert.deepEqual(of('ref-unresolved', 'parts/thing.yaml'), [5])
	assert.deepEqual(of('struct-unknown', 'parts/thing.yaml'), [6])
	assert.deepEqual(of('ref-unresolved', 'main.yaml'), [7, 8, 10, 11])
	assert.deepEqual(of('ref-remote', 'main.yaml'), [9])
	assert.match(findings.find(({ line, file }) => line === 11 && file === 'main.yaml').message, /is "A" meant\?/u)
})

test('schemas that have a URI of their own', async () => {
	const own = { $id: 'https://shop.test/own', $defs: { x: { $anchor: 'here', type: 'string' } }, properties: { a: { $ref: '#/$defs/x' }, b: { $ref: '#/$defs/y' }, c: { $ref: 'other' } } }
	const user = { allOf: [{ $ref: 'https://shop.test/own' }, { $ref: 'https://shop.test/own#/$defs/x' }, { $ref: '#here' }, { $ref: 'https://shop.test/lost' }, { $ref: '#gone' }] }
	put('uris.json', { ...small, components: { schemas: { own, user } } })
	const { findings } = await house.ask(['contract', 'validate', 'uris.json'])
	assert.deepEqual(findings.filter(({ rule }) => rule.startsWith('ref-')).map(({ rule, pointer }) => `${rule} ${pointer.slice('#/components/schemas/'.length)}`),
		['ref-unresolved own/properties/b/$ref', 'ref-remote own/properties/c/$ref', 'ref-remote user/allOf/3/$ref', 'ref-unresolved user/allOf/4/$ref'])
})

test('a thousand findings fit on a screen, and all of them are there when asked for', async () => {
	const paths = Object.fromEntries(Array.from({ length: 800 }, (_, i) => [`/p${i}`, { get: { tagz: i, responses: { 200: { description: 'x' } } } }]))
	put('many.json', { ...small, paths })
	const short = await house.run(['contract', 'validate', 'many.json']), long = await house.run(['contract', 'validate', 'many.json', '--all'])
	assert.ok(short.out.split('\n').length < 40, short.out)
	assert.match(short.out, /error struct-unknown .*\n(  \d+:\d+  "tagz" is no member of Operation; is "tags" meant\?\n){8}  … and 792 more\n/u)
	assert.match(short.out, /^many\.json: Small 1, OpenAPI 3\.1\.0, 800 operations\n/u)
	assert.equal(long.out.split('\n').filter(line => /^  many\.json:\d+:\d+  "tagz"/u.test(line)).length, 800)
	const offered = await house.run(['contract', 'validate', 'small.json', '--operations'])
	assert.match(offered.out, /GET +\/a/u)
})

// --- SARIF ---------------------------------------------------------------------------------------

// What SARIF 2.1.0 demands of the objects that we write: required properties, types and words (OASIS, sections 3.13 to 3.52).
const shapes = {
	log: { version: ['2.1.0'], runs: 'list:run' },
	run: { tool: 'tool', results: 'list:result', columnKind: ['utf16CodeUnits', 'unicodeCodePoints'], artifacts: 'list:artifact' },
	tool: { driver: 'driver' },
	driver: { name: 'text', version: 'text', rules: 'list:rule' },
	rule: { id: 'text', shortDescription: 'message', help: 'message', defaultConfiguration: 'configuration' },
	configuration: { enabled: 'boolean', level: ['none', 'note', 'warning', 'error'] },
	message: { text: 'text' },
	artifact: { location: 'place' },
	place: { uri: 'uri' },
	result: { ruleId: 'text', ruleIndex: 'index', level: ['none', 'note', 'warning', 'error'], message: 'message', locations: 'list:location' },
	location: { physicalLocation: 'physical', logicalLocations: 'list:logical' },
	physical: { artifactLocation: 'place', region: 'region' },
	region: { startLine: 'count', startColumn: 'count' },
	logical: { fullyQualifiedName: 'text', kind: 'text' },
}
function fits(value, shape, where = '') {
	if (Array.isArray(shape)) return assert.ok(shape.includes(value), `${where}: ${value}`)
	if (shape === 'text') return assert.ok(typeof value === 'string' && value, where)
	if (shape === 'boolean') return assert.equal(typeof value, 'boolean', where)
	if (shape === 'count') return assert.ok(Number.isInteger(value) && value >= 1, where)
	if (shape === 'index') return assert.ok(Number.isInteger(value) && value >= 0, where)
	if (shape === 'uri') return assert.ok(/^(file:\/\/\/)?[A-Za-z0-9\-._~!$&'()*+,;=@%/]+$/u.test(value), `${where}: ${value}`)
	if (shape.startsWith('list:')) return assert.ok(Array.isArray(value), where), value.forEach((item, i) => fits(item, shape.slice(5), `${where}/${i}`))
	const members = shapes[shape]
	assert.deepEqual(Object.keys(value).filter(key => key !== '$schema').sort(), Object.keys(members).sort(), where)
	for (const [key, inner] of Object.entries(members)) fits(value[key], inner, `${where}/${key}`)
}

test('SARIF says the same, and keeps to its standard', async () => {
	put('über all.json', { ...small, info: {} })
	put('fine.json', small)
	const { findings, exit } = await house.ask(['contract', 'validate', 'über all.json', 'fine.json', '--sarif', 'out.sarif'])
	const log = read(join(house.folder, 'out.sarif'))
	fits(log, 'log')
	const [{ results, tool: { driver: { rules } }, artifacts }] = log.runs
	assert.deepEqual([exit, artifacts.length, decodeURIComponent(artifacts[0].location.uri)], [1, 2, 'über all.json'])
	const levels = { note: 'info', warning: 'warning', error: 'error' }
	assert.deepEqual(results.map(({ ruleId, ruleIndex, level, message, locations: [{ physicalLocation: { artifactLocation, region }, logicalLocations }] }) => {
		assert.equal(rules[ruleIndex].id, ruleId)
		return { file: decodeURIComponent(artifactLocation.uri), line: region.startLine, column: region.startColumn, pointer: logicalLocations[0].fullyQualifiedName,
			rule: ruleId, severity: levels[level], message: message.text }
	}), findings)
	assert.equal((await house.run(['contract', 'validate', 'fine.json', '--sarif', '/proc/nowhere'])).code, 3)
})

const sarifSchema = join(modules, '@microsoft', 'sarif-multitool-linux', 'sarif-2.1.0.json')
test('SARIF fits the published schema', { skip: existsSync(sarifSchema) ? false : 'npm install --no-save @microsoft/sarif-multitool-linux@5.7.0 brings it (104 MB)' }, async () => {
	put('faulty.json', { ...small, info: {} })
	await house.run(['contract', 'validate', 'faulty.json', '--sarif', 'faulty.sarif'])
	const { default: Ajv } = await import('ajv/dist/2020.js'), { default: formats } = await import('ajv-formats')
	const validate = formats(new Ajv({ strict: false })).compile(JSON.parse(readFileSync(sarifSchema, 'utf8').replace(/^\ufeff/u, '')))
	assert.ok(validate(read(join(house.folder, 'faulty.sarif'))), JSON.stringify(validate.errors))
})
