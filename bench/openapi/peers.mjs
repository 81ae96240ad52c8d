// What others need for the same documents: peers.mjs KIND FILE -> one line of JSON with the CPU time of each round in
// microseconds, the peak of memory in MiB, and the Node that ran it. peers.mjs install fetches them first.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const prefix = join(here, '..', '..', 'build', 'peers', 'openapi')
const require = createRequire(join(prefix, 'package.json'))
const [kind, file] = process.argv.slice(2)

function install() {
	if (existsSync(join(prefix, 'node_modules', '@octokit', 'openapi'))) return
	mkdirSync(prefix, { recursive: true })
	copyFileSync(join(here, 'package.json'), join(prefix, 'package.json'))
	execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix], { stdio: 'pipe', timeout: 300000 })
}

// Each makes the function of one round: what is only once, such as loading a library, is not counted.
const kinds = {
	json() {
		const text = readFileSync(file, 'utf8')
		return () => JSON.parse(text)
	},
	yaml() {
		const text = readFileSync(file, 'utf8'), { load } = require('js-yaml')
		return () => load(text)
	},
	async 'swagger-parser'() {
		const { default: SwaggerParser } = await import(require.resolve('@apidevtools/swagger-parser'))
		return () => SwaggerParser.resolve(file)
	},
	async redocly() {
		const { bundle, createConfig } = await import(require.resolve('@redocly/openapi-core'))
		const config = await createConfig({})
		return () => bundle({ ref: file, config })
	},
}

const cpu = () => { const used = process.cpuUsage(); return used.user + used.system }

async function measure() {
	const round = await kinds[kind]()
	const times = []
	for (const until = Date.now() + 3000; times.length < 3 || (Date.now() < until && times.length < 15);) {
		const start = cpu()
		await round()
		times.push(cpu() - start)
	}
	return { times, rss: Math.round(process.resourceUsage().maxRSS / 1024), node: process.version }
}

try {
	if (kind === 'install') install()
	else console.log(JSON.stringify(await measure()))
} catch (error) {
	console.log(JSON.stringify({ skipped: String(error.stderr || error.message).trim().split('\n')[0] }))
}
