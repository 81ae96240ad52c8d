// Streams through Node's fetch: lines, their JSON, the text put together.
//
// usage: fetch.mjs URL STREAMS SECONDS
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const [url, count, seconds] = process.argv.slice(2), streams = Number(count), batch = 250, settle = 1000
let events = 0, started = 0, reads = 0
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])

async function read() {
	const decoder = new TextDecoder()
	const response = await fetch(url)
	let rest = '', first = true, text = ''
	for await (const piece of response.body) {
		reads++
		const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
		rest = lines.pop()
		for (const line of lines) {
			if (!line.startsWith('data: ')) continue
			events++
			text += JSON.parse(line.slice('data: '.length)).choices[0].delta.content
			if (first) started++
			first = false
		}
	}
	return text
}

const before = rss()
for (let i = 0; i < streams; i++) {
	read().catch(error => {
		console.error(`fetch: a stream ended: ${error}`)
		process.exit(1)
	})
	while ((i + 1) % batch === 0 && started < i + 1) await sleep(1)
}
while (started < streams) await sleep(1)
await sleep(settle)
const cpu = process.cpuUsage(), from = performance.now(), eventsBefore = events, readsBefore = reads
await sleep(Number(seconds) * 1000)
const used = process.cpuUsage(cpu)
console.log(JSON.stringify({ streams, events: events - eventsBefore, reads: reads - readsBefore, cpu_us: used.user + used.system, wall_us: Math.round((performance.now() - from) * 1000), rss_kb: rss(), rss_before_kb: before }))
process.exit(0)
