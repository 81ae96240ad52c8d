// Hunting for planted faults: our verification against the faulty server. `node tests/e2e/hunt.mjs [FAULT…]` prints a table.
import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Document, specification } from './faulty/document.mjs'
import { faults } from './faulty/faults.mjs'
import { credentials, serve } from './faulty/server.mjs'
import { inParallel } from './sweep.mjs'
import { House } from './teamwright.mjs'

const operations = new Document().operations
const shell = promisify(execFile)
const headers = Object.entries(credentials).flatMap(([name, value]) => ['--header', `${name}: ${value}`])

// The result of a verification of the server with a fault; '' for none.
export async function verify(fault, { seed = 1, time = 20, more = [] } = {}) {
	const house = new House(), server = await serve({ fault })
	try {
		return await house.ask(['verify', '--spec', specification, '--url', server.url, ...headers, '--seed', String(seed), '--max-time', String(time), ...more])
	} finally {
		await server.stop()
		house.remove()
	}
}

const operationOf = subject => operations.find(({ method, path }) => subject === `${method} ${path}`)?.id

// What does not depend on which server answered, and when; what the commands say themselves is kept.
function plain(text, lines) {
	const mask = word => match => (lines.includes(match) ? match : word)
	return text.replaceAll(/127\.0\.0\.1:\d+/gu, 'HOST').replaceAll(/^(?:Date|ETag): .*$/gmu, header => header.split(':')[0])
		.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, mask('UUID')).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, mask('TIME')).replaceAll(/ord_[0-9a-f]{8}/gu, mask('ORDER'))
}

// What a reproduction prints at a fresh server; its time counts in seconds.
async function repeat(lines, fault, was) {
	const server = await serve({ fault })
	try {
		const begin = performance.now()
		const said = await shell('bash', ['-c', lines.replaceAll(was, server.url)], { timeout: 8000 }).catch(({ stdout, code, killed }) => ({ stdout: `${stdout}\nended with ${killed ? 'a timeout' : code}` }))
		return `${plain(said.stdout, lines)}\n${Math.floor((performance.now() - begin) / 1500)}`
	} finally {
		await server.stop()
	}
}

// Whether the lines that a finding prints show the fault: they say something else where nothing is planted.
export async function shows({ curl }, fault) {
	const [was] = /http:\/\/127\.0\.0\.1:\d+/u.exec(curl ?? '') ?? []
	return Boolean(was) && await repeat(curl, fault, was) !== await repeat(curl, '', was)
}

// { fault, found, shown, others, seconds, exit }: whether the right finding came, whether its reproduction shows it, other findings.
export async function hunt(fault, { quick = false, ...options }) {
	const where = [...fault.operations.filter(id => id !== '*'), ...fault.also ?? []].flatMap(id => ['--operation', id])
	const more = quick ? ['--checks', fault.checks.join(','), '--max-faults', '1', ...where] : []
	const result = await verify(fault.name, { ...options, more })
	if (!result.faults) throw new Error(`${fault.name}: ${JSON.stringify(result)}`)
	const right = result.faults.filter(({ check, subject }) => (!check || fault.checks.includes(check)) && (fault.operations.includes('*') || fault.operations.includes(operationOf(subject))))
	let shown = false
	for (const finding of right.slice(0, 5)) shown ||= await shows(finding, fault.name)
	return { fault, found: right.length > 0, shown, right, others: result.faults.filter(finding => !right.includes(finding)), seconds: result.seconds, exit: result.exit }
}

export const line = ({ fault, found, shown, others, seconds }) => `${found ? 'found ' : 'MISSED'}  ${shown ? 'shown' : 'NOT  '}  ${seconds.toFixed(1).padStart(5)} s  ${
	fault.name.padEnd(34)} ${fault.checks[0].padEnd(24)} ${fault.operations.join(' ').slice(0, 40)}${others.length ? `  (${others.length} others: ${
		others.slice(0, 2).map(({ check, subject, name }) => `${check ?? name} ${subject}`).join(', ')})` : ''}`

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	const wanted = process.argv.slice(2), time = Number(process.env.TIME ?? 20), seed = Number(process.env.SEED ?? 1)
	const results = await inParallel(faults.filter(({ name }) => !wanted.length || wanted.includes(name)), 2, async fault => {
		const result = await hunt(fault, { time, seed, quick: Boolean(process.env.QUICK) })
		console.log(line(result))
		if (process.env.WHY) console.log(JSON.stringify([...result.right.slice(0, 2), ...result.others.slice(0, 3)], null, 1))
		return result
	})
	console.log(`${results.filter(({ found }) => found).length} of ${results.length} found, ${results.filter(({ shown }) => shown).length} shown by their reproduction`)
}
