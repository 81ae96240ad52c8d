// Ctrl-C in the middle of a whole run, at several moments: everything that was started is stopped, the exit code is 5, and
// whoever goes on with the run comes to the same end as if nothing had happened.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { House, fullSize } from './teamwright.mjs'
import { left, outcome, undisturbed, words } from './whole.mjs'

let expected
before(async () => {
	const { commits, ...rest } = await undisturbed()
	expected = rest
	assert.ok(commits > 5)
})

async function inHouse(work) {
	const house = new House()
	try {
		return await work(house)
	} finally {
		house.remove()
	}
}

// Starts a command and calls `seen` for every event until it says true; resolves with the process then.
function until(house, words, seen) {
	const child = house.start([...words, '--progress', 'json'])
	child.ended = new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal })))
	child.stdin.end()
	let rest = ''
	child.told = ''
	const moment = new Promise((resolve, reject) => {
		child.stderr.on('data', chunk => {
			child.told += chunk
			const lines = (rest + chunk).split('\n')
			rest = lines.pop()
			for (const line of lines) if (line.startsWith('{') && seen(JSON.parse(line))) resolve(child)
		})
		child.ended.then(({ code }) => reject(new Error(`it ended (${code}) before the moment came: ${child.told.slice(-500)}`)))
	})
	return moment
}

const moments = [
	['while it is analysed', ({ kind }) => kind === 'run.analysing'],
	['while contracts are designed', ({ kind }) => kind === 'run.designing'],
	['while the back end is made', ({ kind, task }) => kind === 'task.running' && task === 'api'],
	['while a front end is verified', ({ kind, task }) => kind === 'task.verifying' && task === 'web_ui'],
	['when the first task is done', ({ kind }) => kind === 'task.done'],
	['while consumers meet the real provider', ({ kind, task }) => kind === 'task.running' && task === 'integration_api'],
]

for (const [number, [when, seen]] of moments.entries())
	test(`stopped ${when}`, { skip: !fullSize && number % 2 === 0 && 'at full size only' }, () => inHouse(async house => {
		const child = await until(house, words, seen)
		child.kill(number % 3 ? 'SIGINT' : 'SIGTERM')
		const { code } = await child.ended
		assert.equal(code, 5, child.told.slice(-500))
		assert.deepEqual(left(house), [], 'what it started still runs')
		assert.match(child.told, /was interrupted[^]*teamwright resume \S+/)
		const [run] = (await house.ask(['history'])).runs
		assert.notEqual(run.state, 'done')
		const resumed = await house.ask(['resume', run.run])
		assert.equal(resumed.exit, 0, JSON.stringify(resumed))
		assert.deepEqual(await outcome(house), expected)
	}))

test('a second Ctrl-C does not wait', () => inHouse(async house => {
	const child = await until(house, words, ({ kind, task }) => kind === 'task.verifying' && task === 'api')
	child.kill('SIGINT')
	await new Promise(resolve => {
		if (child.told.includes('stopping')) resolve()
		child.stderr.on('data', () => child.told.includes('stopping') && resolve())
	})
	child.kill('SIGINT')
	const { code } = await child.ended
	assert.ok([5, 130].includes(code), String(code))
	const resumed = await house.ask(['resume'])
	assert.equal(resumed.exit, 0, JSON.stringify(resumed))
	assert.deepEqual(await outcome(house), expected)
}))

test('killed, and two go on at once: one owns the run, the other says who', () => inHouse(async house => {
	const child = await until(house, words, ({ kind }) => kind === 'task.verifying')
	child.kill('SIGKILL')
	await child.ended
	const [{ run }] = (await house.ask(['history'])).runs
	const owner = await until(house, ['resume', run], ({ kind }) => kind === 'task.ready' || kind === 'run.entered')
	const second = await house.ask(['resume', run])
	assert.equal(second.exit, 3, JSON.stringify(second))
	assert.equal(second.error.code, 'owned')
	assert.match(second.error.message, new RegExp(`process ${owner.pid}\\b`))
	assert.ok(second.error.remedy)
	assert.equal((await owner.ended).code, 0)
	assert.deepEqual(await outcome(house), expected)
}))
