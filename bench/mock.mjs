// The mock beside a bare epoll loop, Prism (static and dynamic) and an Express service, under wrk: processor time of each server
// process for a request, peak memory of one process under all of them, start to the first answer. Servers take turns in every
// round; figures are medians.
//
// usage: mock [ROUNDS [SECONDS [NAME,NAME]]]; 5 rounds of 3 seconds a row unless given.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { document, users } from './mock/users.mjs'
import { Server, freePort } from './mock/server.mjs'

const here = dirname(fileURLToPath(import.meta.url)), root = dirname(here)
const [rounds = '5', seconds = '3', only] = process.argv.slice(2)
const modules = join(root, 'build', 'peers', 'mock', 'node_modules'), binaries = join(root, 'build', 'rel', 'bench', 'mock')
const place = mkdtempSync(join(tmpdir(), 'bench-mock-'))
const skipped = []

function file(name, content) {
	writeFileSync(join(place, name), JSON.stringify(content))
	return join(place, name)
}

function runs(command) {
	try {
		execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' })
		return true
	} catch {
		return false
	}
}

function installPeers() {
	if (existsSync(join(modules, 'express'))) return
	mkdirSync(dirname(modules), { recursive: true })
	copyFileSync(join(here, 'mock', 'package.json'), join(dirname(modules), 'package.json'))
	try {
		execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', dirname(modules)], { stdio: 'pipe', timeout: 300000 })
	} catch (error) {
		skipped.push(`the peers cannot be installed: ${String(error.stderr ?? error.message).trim().split('\n')[0]}`)
	}
}

const small = { document: file('users.json', document), list: file('list.json', users), item: file('item.json', users[0]), path: '/users/1' }
const large = { document: join(modules, '@octokit/openapi/generated/api.github.com.json'), path: '/emojis' }
const prism = (port, spec, ...flags) => ['node', join(modules, '@stoplight/prism-cli/dist/index.js'), 'mock', '-p', String(port), ...flags, spec.document]
const servers = [
	{ name: 'teamwright', argv: (port, spec) => [join(root, 'build/teamwright'), 'mock', spec.document, '--port', String(port)], large: true },
	{ name: 'bare epoll', argv: port => [join(binaries, 'bare'), String(port), small.item] },
	{ name: 'prism', argv: (port, spec) => prism(port, spec), needs: '@stoplight/prism-cli', large: true },
	{ name: 'prism -d', argv: (port, spec) => prism(port, spec, '-d'), needs: '@stoplight/prism-cli' },
	{ name: 'express', argv: port => ['node', join(here, 'mock/express.cjs'), modules, String(port), small.list], needs: 'express' },
]

function load(url, script) {
	const argv = ['-t1', '-c64', `-d${seconds}s`, '--timeout', '10s', ...(script ? ['-s', join(here, 'mock', script)] : []), url]
	const text = execFileSync('wrk', argv, { encoding: 'utf8' })
	return { requests: Number(/(\d+) requests in/.exec(text)[1]), bad: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0) }
}

// One row of a round: what the server needed for each request.
function measure(server, row) {
	const before = server.cpu()
	const { requests, bad } = load(`http://127.0.0.1:${server.port}${row.path}`, row.script)
	return { us: (server.cpu() - before) / Math.max(requests, 1), bad }
}

const rows = [{ name: 'list', path: '/users' }, { name: 'GET', path: small.path }, { name: 'POST', path: '/users', script: 'post.lua' }]

// A server's start to its first answer: what it is told in `spec`, a document with a path.
async function start(peer, spec) {
	const port = await freePort()
	const run = spawnSync(join(binaries, 'start'), [String(port), spec.path, ...peer.argv(port, spec)], { encoding: 'utf8' })
	const [status, ms, cpuMs, kilobytes] = run.stdout.split(' ').map(Number)
	if (status !== 200) skipped.push(`${peer.name}: the first GET ${spec.path} is answered with ${status || 'nothing'}`)
	return { ms, cpuMs, peak: kilobytes / 1024 }
}

async function tryServer(peer) {
	const { ms, cpuMs } = await start(peer, small)
	const port = await freePort()
	const server = await Server.start(peer.name, port, peer.argv(port, small), small.path)
	try {
		const result = { name: peer.name, start: ms, 'start cpu': cpuMs }
		for (const row of rows) {
			const { us, bad } = measure(server, row)
			result[row.name] = us
			if (bad) skipped.push(`${peer.name}: ${bad} answers to ${row.name} were no success`)
		}
		return { ...result, peak: server.peak() }
	} finally {
		await server.stop()
	}
}

async function tryLarge(peer) {
	const { ms, cpuMs, peak } = await start(peer, large)
	return { name: peer.name, large: ms, 'large cpu': cpuMs, 'large peak': peak }
}

function median(values) {
	const sorted = values.filter(value => value !== undefined).sort((a, b) => a - b)
	return sorted.length ? sorted[sorted.length >> 1] : NaN
}

const columns = ['list', 'GET', 'POST', 'peak', 'start', 'start cpu', 'large', 'large cpu', 'large peak']
const targets = [
	['GET', 'bare epoll', 1.3], ['GET', 'prism', 30], ['GET', 'prism -d', 70], ['GET', 'express', 10],
	['POST', 'bare epoll', 1.6], ['POST', 'prism', 30], ['POST', 'express', 10],
	['peak', 'prism', 20], ['large', 'prism', 40],
]

// A server that does not come up in time is left out, and said.
async function add(results, tried) {
	try {
		results.push(await tried)
	} catch (error) {
		skipped.push(error.message)
	}
}

function print(results) {
	const of = (name, column) => median(results.filter(result => result.name === name).map(result => result[column]))
	const cell = value => (Number.isNaN(value) ? '-' : value.toFixed(value < 100 ? 2 : 0)).padStart(9)
	console.log(`${'medians'.padEnd(12)}${['list us', 'GET us', 'POST us', 'peak MB', 'start ms', 'cpu ms', 'GitHub ms', 'cpu ms', 'MB'].map(name => name.padStart(10)).join('')}`)
	for (const { name } of servers)
		if (results.some(result => result.name === name)) console.log(`${name.padEnd(12)}${columns.map(column => ` ${cell(of(name, column))}`).join('')}`)
	for (const [column, name, wanted] of targets) {
		const floor = name === 'bare epoll', ours = of('teamwright', column), theirs = of(name, column), ratio = floor ? ours / theirs : theirs / ours
		if (Number.isNaN(ratio)) continue
		const met = floor ? ratio <= wanted : ratio >= wanted
		console.log(`${met ? 'met   ' : 'MISSED'} ${column} beside ${name}: ${ratio.toFixed(2)} x, wanted ${floor ? '<=' : '>='} ${wanted} x`)
	}
	const start = of('teamwright', 'start')
	console.log(`${start <= 10 ? 'met   ' : 'MISSED'} start to the first answer: ${start.toFixed(1)} ms, wanted <= 10 ms`)
}

async function main() {
	if (!runs('wrk')) {
		console.log('skipped: wrk is not installed (apt-get install wrk)')
		return
	}
	installPeers()
	const missing = servers.filter(peer => peer.needs && !existsSync(join(modules, peer.needs)))
	if (missing.length) skipped.push(`not there: ${missing.map(peer => peer.name).join(', ')}`)
	const chosen = servers.filter(peer => !missing.includes(peer) && (!only || only.split(',').includes(peer.name)))
	const results = []
	for (let round = 0; round < Number(rounds); round++)
		for (const peer of chosen) await add(results, tryServer(peer))
	if (existsSync(large.document))
		for (let round = 0; round < Math.min(Number(rounds), 3); round++)
			for (const peer of chosen.filter(peer => peer.large)) await add(results, tryLarge(peer))
	else
		skipped.push("GitHub's document is not there: @octokit/openapi")
	print(results)
	for (const line of new Set(skipped)) console.log(`skipped: ${line}`)
}

try {
	await main()
} finally {
	rmSync(place, { recursive: true, force: true })
}
