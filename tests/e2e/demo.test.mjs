// The demonstrations end as they declare, without a model, and say so in a table.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { House, program, root } from './teamwright.mjs'

const names = readdirSync(join(root, 'catalogue/demos')).map(file => file.replace('.yaml', ''))

async function inHouse(work) {
	const house = new House()
	try {
		return await work(house)
	} finally {
		house.remove()
	}
}

test('all: each as declared, in one table', () => inHouse(async house => {
	const result = await house.ask(['demo', 'all'])
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.deepEqual(result.demos.map(demo => demo.demo), names)
	assert.deepEqual([result.as_declared, result.total], [names.length, names.length])
	for (const demo of result.demos) {
		const declared = /^ {2}outcome: (\S+)/m.exec(readFileSync(join(root, `catalogue/demos/${demo.demo}.yaml`), 'utf8'))[1]
		assert.equal(demo.declared, declared)
		assert.equal(demo.outcome, declared)
		assert.equal(demo.as_declared, true)
		assert.equal(demo.exit, 1, 'nothing of it was left open?')
		assert.ok(demo.reason)
	}
	const by = Object.fromEntries(result.demos.map(demo => [demo.demo, demo]))
	assert.match(by.algorithm.reason, /needs a model or an agent/)
	assert.ok(existsSync(join(house.folder, 'demo-out/fullstack/backend_developer')))
	const [fulfilled, total] = by.microservices.contracts.split('/').map(Number)
	assert.ok(fulfilled === total && total >= 3, by.microservices.contracts)

	// The same again, one by one, as people see it: into the folders that are there already.
	for (const name of ['algorithm', 'fullstack']) {
		const { code, out } = await house.run(['demo', name, '--quiet'])
		assert.equal(code, 0, out)
		assert.match(out, new RegExp(`^ +${name} +${by[name].declared} +${by[name].outcome} +yes`, 'm'))
		assert.match(out.trimEnd().split('\n').at(-1), /^1\/1 as declared$/)
	}
}))

test('a demonstration that ends otherwise is told, and the exit code says so', () => inHouse(async house => {
	await house.run(['init', '.'])
	const folder = join(house.folder, '.teamwright/demos')
	mkdirSync(folder, { recursive: true })
	writeFileSync(join(folder, 'algorithm.yaml'), readFileSync(join(root, 'catalogue/demos/algorithm.yaml'), 'utf8').replace('outcome: failed', 'outcome: accepted'))
	const result = await house.ask(['demo', 'algorithm'])
	assert.equal(result.exit, 1)
	assert.equal(result.demos[0].as_declared, false)
	const { out } = await house.run(['demo', 'algorithm', '--quiet'])
	assert.match(out, /0\/1 as declared/)
}))

test('without a word: a list, or on a terminal a menu', t => inHouse(async house => {
	const { code, out } = await house.run(['demo'])
	assert.equal(code, 0)
	for (const name of names) assert.match(out, new RegExp(`^ +${name} `, 'm'))
	const { demos } = await house.ask(['demo'])
	assert.deepEqual(demos.map(demo => demo.id), names)
	const unknown = await house.run(['demo', 'nothing'])
	assert.equal(unknown.code, 2)
	assert.match(unknown.err, /no demonstration 'nothing'[^]*fullstack, algorithm, microservices or all/)

	// A terminal: the menu's first entry is the algorithm; a number that is none chooses nothing.
	const terminal = (command, input) => spawnSync('script', ['-qec', command, '/dev/null'], { cwd: house.folder, env: house.environment, input })
	if (terminal('test -t 0', '').status !== 0) return t.skip('no pseudo-terminal can be opened here')
	const answer = word => {
		const { status, stdout } = terminal(`'${program}' demo`, `${word}\n`)
		return { code: status, out: String(stdout) }
	}
	const chosen = answer(String(names.indexOf('algorithm') + 1))
	assert.equal(chosen.code, 0, chosen.out)
	for (const name of [...names, 'all']) assert.match(chosen.out, new RegExp(`\\d +${name}\\b`))
	assert.match(chosen.out, /1\/1 as declared/)
	assert.equal(answer('seven').code, 2)
}))
