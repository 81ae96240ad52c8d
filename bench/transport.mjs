// The transport beside a bare libcurl client and Node's fetch, all reading streams of one generator: processor time for an event,
// memory for a stream, and what a request costs more than with libcurl alone. Clients take turns in every round; figures are medians.
// A client that comes too late reads several events at once, which makes each of them cheaper: events/read tells, and `late` is how long
// the oldest of them had been waiting then. Behind each row stands what an event costs beside the other clients, and whether both kept up:
// only then the same work was done.
//
// usage: transport [ROUNDS [SECONDS]]; 5 rounds of 2 seconds a row unless given.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { once } from 'node:events'

const here = dirname(fileURLToPath(import.meta.url)), binaries = join(dirname(here), 'build', 'rel', 'bench', 'transport')
const [rounds = '5', seconds = '2'] = process.argv.slice(2)
const place = mkdtempSync(join(tmpdir(), 'bench-transport-')), certificate = join(place, 'certificate.pem')
const patience = 120000, requests = 3000, missed = []
const clients = {
	ours: (...args) => [join(binaries, 'ours'), ...args],
	bare: (...args) => [join(binaries, 'bare'), ...args],
	node: (...args) => [process.execPath, join(here, 'transport/fetch.mjs'), ...args],
}

async function startGenerator(...args) {
	const child = spawn(join(binaries, 'generator'), args, { stdio: ['ignore', 'pipe', 'inherit'] })
	const [port] = await once(child.stdout, 'data')
	return { child, port: Number(port) }
}

function run([program, ...args]) {
	return JSON.parse(execFileSync(program, args, { encoding: 'utf8', timeout: patience }))
}

function median(values) {
	return values.sort((a, b) => a - b)[values.length >> 1]
}

// What one row found: microseconds for an event, kilobytes for a stream, and the part of the events that came in time.
function measure(names, streams, rate, url, times = Number(rounds), ...more) {
	const found = Object.fromEntries(names.map(name => [name, []]))
	for (let round = 0; round < times; round++)
		for (const name of names) {
			try {
				found[name].push(run(clients[name](url, String(streams), seconds, ...more)))
			} catch (error) {
				missed.push(`${name} with ${streams} streams: ${error.message.split('\n')[0]}`)
			}
		}
	return Object.fromEntries(names.map(name => [name, {
		us: median(found[name].map(one => one.cpu_us / one.events)),
		kb: median(found[name].map(one => (one.rss_kb - one.rss_before_kb) / streams)),
		rss: median(found[name].map(one => one.rss_kb)),
		lumps: median(found[name].map(one => one.events / one.reads)),
		heard: median(found[name].map(one => one.events / (streams * rate * one.wall_us / 1e6))),
		late: median(found[name].map(one => (one.events / one.reads - 1) * 1000 / rate)),
	}]))
}

// It read nearly every event by itself, and nearly all of them.
const keptUp = ({ lumps, heard }) => lumps < 1.2 && heard > 0.9
const lag = ({ late, heard }) => (late === undefined ? 'gave no figures' : `was ${late.toFixed(0)} ms late and heard ${(heard * 100).toFixed(0)} %`)
const whoLags = (...names) => row => names.filter(name => !keptUp(row[name])).map(name => `${name} ${lag(row[name])}`).join(', ')

function show(title, row) {
	for (const [name, { us, kb, lumps, heard, late }] of Object.entries(row).filter(([, { us }]) => us !== undefined))
		console.log(`${title.padEnd(22)}${name.padEnd(6)}${us?.toFixed(2).padStart(9)}${kb?.toFixed(1).padStart(11)}${lumps?.toFixed(2).padStart(13)}${(heard * 100)?.toFixed(0).padStart(10)}${late?.toFixed(0).padStart(9)}`)
	for (const [above, below] of [['ours', 'bare'], ['node', 'ours']])
		if (row[above]?.us && row[below]?.us) console.log(`${title.padEnd(22)}${above} / ${below} ${(row[above].us / row[below].us).toFixed(2)}: ${whoLags(above, below)(row) || 'both kept up'}`)
}

function judge(what, value, bound, unit, floor = false) {
	const met = floor ? value >= bound : value <= bound
	console.log(`${met ? 'met   ' : 'MISSED'} ${what}: ${value?.toFixed(2)} ${unit}, wanted ${floor ? '>=' : '<='} ${bound} ${unit}`)
}

async function main(plain, secure) {
	const url = `http://127.0.0.1:${plain.port}`, safe = `https://127.0.0.1:${secure.port}`, rows = {}
	console.log(`${'streams'.padEnd(28)}us/event  KB/stream  events/read   heard %  late ms`)
	for (const streams of [200, 1000, 4000]) show(`${streams} x 10/s`, rows[streams] = measure(['ours', 'bare', 'node'], streams, 10, `${url}/stream/10`))
	show('4000 x 2/s', rows.calm = measure(['ours', 'node'], 4000, 2, `${url}/stream/2`, 3))
	show('10000 x 2/s', rows[10000] = measure(['ours', 'bare'], 10000, 2, `${url}/stream/2`, 1))
	show('1000 x 10/s, TLS', rows.tls = measure(['ours', 'bare'], 1000, 10, `${safe}/stream/10`, 3, certificate))
	const times = run([join(binaries, 'latency'), `${url}/`, String(requests)])
	console.log(`a request, p50 (p99): ours ${times.ours_p50_us} (${times.ours_p99_us}) us, libcurl alone ${times.bare_p50_us} (${times.bare_p99_us}) us`)
	for (const streams of [200, 1000, 4000]) judge(`an event of ${streams} streams beside libcurl`, rows[streams].ours.us / rows[streams].bare.us, 1.2, 'x')
	judge(`an event of 4000 streams beside Node (${whoLags('node', 'ours')(rows[4000]) || 'both kept up'})`, rows[4000].node.us / rows[4000].ours.us, 4, 'x', true)
	judge(`an event of 4000 streams at 2/s beside Node (${whoLags('node', 'ours')(rows.calm) || 'both kept up'})`, rows.calm.node.us / rows.calm.ours.us, 4, 'x', true)
	judge('a stream more, from 1000 to 10000', (rows[10000].ours.rss - rows[1000].ours.rss) / 9000, 40, 'KB')
	judge('a request more than libcurl alone, p50', (times.ours_p50_us - times.bare_p50_us) / 1000, 0.3, 'ms')
}

const generators = []
try {
	generators.push(await startGenerator(), await startGenerator(certificate))
	await main(...generators)
	for (const line of missed) console.log(`failed: ${line}`)
} finally {
	for (const { child } of generators) child.kill()
	rmSync(place, { recursive: true, force: true })
}
