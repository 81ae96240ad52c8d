// A run that is killed at every commit goes on by the same way, and nothing is lost or done twice.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { House, fullSize } from './teamwright.mjs'

// Layers of milestones: each needs two of the layer before.
function plan(layers, width) {
	const tasks = []
	for (let layer = 0; layer < layers; layer++)
		for (let i = 0; i < width; i++) {
			const needs = layer ? [`t${layer - 1}_${i}`, `t${layer - 1}_${(i + 1) % width}`] : []
			tasks.push({ id: `t${layer}_${i}`, kind: 'milestone', needs: [...new Set(needs)] })
		}
	return { name: 'milestones', workers: 3, tasks }
}

// What the journal says, held against the rules of the state tables.
function audit(events, tasks) {
	const next = { undefined: ['ready'], ready: ['running', 'done'], running: ['done', 'ready', 'verifying'], done: [] }
	const state = {}, done = new Set()
	events.forEach((event, i) => assert.equal(event.seq, i + 1, 'the journal has a gap or a double'))
	for (const { kind, task } of events) {
		if (!kind.startsWith('task.')) continue
		const to = kind.slice('task.'.length)
		assert.ok((next[state[task]] ?? []).includes(to), `${task}: ${state[task]} -> ${to}`)
		if (to === 'running')
			for (const need of tasks.find(t => t.id === task).needs) assert.ok(done.has(need), `${task} ran before ${need} was done`)
		if (to === 'done') done.add(task)
		state[task] = to
	}
	assert.equal(done.size, tasks.length, 'not every task is done')
	assert.equal(events.filter(e => e.kind === 'run.done').length, 1)
}

for (const [fault, code] of [['before', 'SIGKILL'], ['after', 'SIGKILL'], ['fail', null]])
	test(`${fault} every commit`, async () => {
		const layers = fullSize ? 12 : 6, shape = plan(layers, 3)
		let point = 1
		for (; point < 500; point++) {
			const house = new House()
			try {
				const file = join(house.folder, 'plan.json')
				writeFileSync(file, JSON.stringify(shape))
				const run = await house.run(['run', '--plan', file, '--quiet'], { environment: { TEAMWRIGHT_FAULT: `${fault}:${point}` } })
				if (run.code === 0) {
					const { runs } = await house.ask(['history'])
					audit((await house.ask(['logs', runs[0].run])).events, shape.tasks)
					if (fault !== 'fail') break
					if (point > (fullSize ? 40 : 14)) break
					continue
				}
				assert.equal(run.signal, code, run.err)
				const { runs } = await house.ask(['history'])
				if (!runs.length) continue // it died before the run was on the disk
				const again = await house.ask(['resume', runs[0].run])
				assert.equal(again.exit, 0)
				assert.equal(again.outcome, 'accepted')
				audit((await house.ask(['logs', runs[0].run])).events, shape.tasks)
				assert.equal((await house.ask(['history'])).runs.length, 1)
			} finally {
				house.remove()
			}
		}
		assert.ok(point > layers, `the fault struck at ${point - 1} commits only`)
	})

test('of two that resume at once, one owns the run and the other says who', async () => {
	const house = new House()
	try {
		const file = join(house.folder, 'plan.json')
		const tasks = [{ id: 'long', agent: 'command', command: ['sh', '-c', 'read line < "$GATE"; echo done > result'] }]
		writeFileSync(file, JSON.stringify({ name: 'gate', tasks }))
		const gate = join(house.folder, 'gate')
		await house.run(['--version'])
		const { execFileSync } = await import('node:child_process')
		execFileSync('mkfifo', [gate])
		// The first is killed while its task waits at the gate.
		const first = house.start(['run', '--plan', file, '--progress', 'json'], { environment: { GATE: gate } })
		await new Promise(resolve => first.stderr.on('data', text => String(text).includes('task.running') && resolve()))
		first.kill('SIGKILL')
		await new Promise(resolve => first.on('close', resolve))
		const { runs } = await house.ask(['history'])
		const owner = house.start(['resume', runs[0].run, '--progress', 'json'], { environment: { GATE: gate } })
		let seen = ''
		await new Promise(resolve => owner.stderr.on('data', text => (seen += text).includes('task.running') && resolve()))
		const second = await house.ask(['resume', runs[0].run], { environment: { GATE: gate } })
		assert.equal(second.exit, 3)
		assert.equal(second.error.code, 'owned')
		assert.match(second.error.message, new RegExp(`process ${owner.pid}\\b`))
		writeFileSync(gate, 'go\n')
		const code = await new Promise(resolve => owner.on('close', resolve))
		assert.equal(code, 0)
		const end = await house.ask(['status', runs[0].run])
		assert.equal(end.tasks[0].outcome, 'accepted_unverified')
	} finally {
		house.remove()
	}
})

test('an interrupted run stops its children and can be resumed', async () => {
	const house = new House()
	try {
		const file = join(house.folder, 'plan.json')
		const tasks = [{ id: 'first', agent: 'command', command: ['sh', '-c', 'echo $$ > "$PID"; test -e "$FLAG" || sleep 600; echo x > y'] }]
		writeFileSync(file, JSON.stringify({ name: 'interrupt', tasks }))
		const environment = { PID: join(house.folder, 'pid'), FLAG: join(house.folder, 'flag') }
		const child = house.start(['run', '--plan', file, '--progress', 'json'], { environment })
		let seen = ''
		await new Promise(resolve => child.stderr.on('data', text => (seen += text).includes('task.running') && resolve()))
		const { existsSync, readFileSync } = await import('node:fs')
		while (!existsSync(environment.PID) || !readFileSync(environment.PID, 'utf8').trim()) await new Promise(setImmediate)
		child.kill('SIGINT')
		const code = await new Promise(resolve => child.on('close', resolve))
		assert.equal(code, 5)
		const pid = readFileSync(environment.PID, 'utf8').trim()
		assert.ok(!existsSync(`/proc/${pid}`), 'the child still runs')
		writeFileSync(environment.FLAG, '')
		const again = await house.ask(['resume'], { environment })
		assert.equal(again.exit, 0)
		assert.equal(again.tasks[0].outcome, 'accepted_unverified')
	} finally {
		house.remove()
	}
})

test('a run is cancelled from another process, and by that process when its owner is dead', async () => {
	const house = new House()
	try {
		const file = join(house.folder, 'plan.json')
		writeFileSync(file, JSON.stringify({ name: 'cancel', tasks: [{ id: 'long', agent: 'command', command: ['sleep', '600'] }] }))
		for (const dead of [false, true]) {
			const child = house.start(['run', '--plan', file, '--progress', 'json'])
			let seen = ''
			await new Promise(resolve => child.stderr.on('data', text => (seen += text).includes('task.running') && resolve()))
			const ended = new Promise(resolve => child.on('close', resolve))
			if (dead) child.kill('SIGKILL'), await ended
			const { runs } = await house.ask(['history'])
			const cancelled = await house.ask(['cancel', runs[0].run])
			assert.equal(cancelled.outcome, 'cancelled')
			if (!dead) assert.equal(await ended, 1)
			assert.equal((await house.ask(['status', runs[0].run])).tasks[0].outcome, 'cancelled')
		}
	} finally {
		house.remove()
	}
})
