// Our own mock before our own verification, document by document: two parts of the engine that were made apart and have to agree.
// `node tests/e2e/sweep.mjs [DOCUMENT…]` tells what it finds by cause.
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Mock } from './mock.mjs'
import { House } from './teamwright.mjs'

const seed = process.env.SEED ?? '1'

// { faults, cases, seconds }, or { unread } where the document is none that is read; { broken } where a part of it failed.
export async function sweepOne(file, { time = 5 } = {}) {
	const house = new House()
	let mock
	try {
		mock = await Mock.start([file, '--seed', seed], house).catch(error => ({ error }))
		if (mock.error) return { unread: mock.error.message }
		const { exit, faults, contracts, seconds, error } = await house.ask(
			['verify', '--spec', file, '--url', mock.url, '--allow-mock', '--seed', seed, '--max-time', String(time)])
		if (error) return { broken: `${error.message}` }
		const ended = await mock.stop()
		if (ended.code !== 0 && ended.code !== 5) return { broken: `the mock ended with ${ended.code ?? ended.signal}: ${ended.err.slice(-2000)}` }
		return { faults, cases: contracts[0].cases, seconds, exit }
	} catch (error) {
		return { broken: error.message.slice(0, 2000) }
	} finally {
		await mock?.remove?.()
		house.remove()
	}
}

// What findings have in common: the check and the difference, without what belongs to one document.
export const cause = ({ check, name, found }) => `${check ?? name.replace(/(parameter|filtered by|filter) \S+/u, '$1 …').replace(/:.*/u, '')}: ${
	found.replaceAll(/"(?:[^"\\]|\\.)*"?/gu, '"…"').replaceAll(/\d+/gu, 'N').slice(0, 120)}`

// Runs `work` on all, so many at a time.
export async function inParallel(all, count, work) {
	const results = [], rest = [...all.entries()]
	await Promise.all(Array.from({ length: count }, async () => {
		for (let next; (next = rest.shift());) results[next[0]] = await work(next[1])
	}))
	return results
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	const files = process.argv.slice(2), time = Number(process.env.TIME ?? 5)
	await inParallel(files, 2, async file => console.log(JSON.stringify({ file, ...await sweepOne(file, { time }) })))
}
