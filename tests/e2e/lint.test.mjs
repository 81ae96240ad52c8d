// `teamwright contract validate` beside redocly's `spec` rules: documents with one fault each, and documents as they are. Where
// the two verdicts differ, data/lint/verdicts.json says why.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { mutate, mutations, random } from './lint_mutations.mjs'
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
const explains = (list, { rule, message, pointer }, version) => list.some(row => row.rule === rule && (!row.versions || row.versions.includes(version)) &&
	(!row.message || new RegExp(row.message, 'u').test(message)) && (!row.pointer || new RegExp(row.pointer, 'u').test(pointer)))

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
	const own = parse(readFileSync(join(data, 'orders.yaml'), 'utf8'))
	const documents = ['3.0.4', '3.1.1', '3.2.0'].map(openapi => ({ name: `orders-${openapi}`, document: { ...own, openapi } }))
	return { own: documents, foreign: ['3.0', '3.1'].flatMap(exampleFiles).map(file => ({ name: file.split('/').slice(-3).join('-'), document: read(file) })) }
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
	const usable = foreign.filter(({ name }) => clean.has(name))
	mutations.forEach((row, number) => {
		const fitting = own.filter(({ document }) => row.versions.includes(versionOf(document)))
		for (const base of fullSize ? fitting : [fitting[number % fitting.length]]) add(base, row, number)
		const some = fullSize ? usable : [usable[Math.floor(next() * usable.length)]]
		for (const base of some) add(base, row, number)
	})
	const { unexplained, differ, stopped } = await compare(files, versions)
	context.diagnostic(`SEED=${seed}: ${files.length} documents with one fault of ${mutations.length}; the verdicts differ on ${differ}; redocly stopped at ${stopped}`)
	assert.ok(files.length > 300)
	assert.deepEqual(unexplained.map(line => `${names.get(line.slice(0, line.indexOf(': ')))}: ${line}`), [])
})
