// What a project sets up for itself: .teamwright/ and .claude/agents of the folder that somebody works in.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { House } from './teamwright.mjs'

async function inHouse(work) {
	const house = new House()
	try {
		return await work(house)
	} finally {
		house.remove()
	}
}

const setting = async (house, name, options, words = []) =>
	(await house.ask(['config', ...words], options)).settings.find(entry => entry.name === name)

test('settings of a project count in its folder and below it, and nowhere else', () => inHouse(async house => {
	const project = join(house.folder, 'project'), below = join(project, 'some', 'where')
	mkdirSync(below, { recursive: true })
	assert.equal((await house.ask(['init'], { cwd: project })).exit, 0)
	assert.equal((await setting(house, 'workers', { cwd: project })).value, 'auto')
	writeFileSync(join(project, '.teamwright', 'config.yaml'), 'workers: 3\ntask_timeout: 77\n')
	for (const cwd of [project, below]) {
		const found = await setting(house, 'workers', { cwd })
		assert.equal(found.value, '3')
		assert.match(found.origin, /config\.yaml:1:1$/)
	}
	assert.equal((await setting(house, 'workers', {})).value, 'auto')
	assert.equal((await setting(house, 'workers', {}, ['--project', project])).value, '3')
	assert.equal((await setting(house, 'workers', { cwd: project, environment: { TEAMWRIGHT_WORKERS: '5' } })).value, '5')
	assert.equal((await setting(house, 'workers', { cwd: project, environment: { TEAMWRIGHT_WORKERS: '5' } }, ['--workers', '7'])).value, '7')

	assert.equal((await house.ask(['plan', 'Build a notes app', '--save', 'plan.json'], { cwd: project })).exit, 0)
	const { plan } = JSON.parse(readFileSync(join(project, 'plan.json'), 'utf8'))
	const limits = plan.tasks.filter(task => task.kind === 'assignment').map(task => task.timeout_s)
	assert.ok(limits.length && limits.every(limit => limit === 77), String(limits))
	assert.equal(plan.workers, 3)
}))

test('a setting that is wrong is named with its place', () => inHouse(async house => {
	mkdirSync(join(house.folder, '.teamwright'))
	const file = join(house.folder, '.teamwright', 'config.yaml')
	writeFileSync(file, 'workers: 2\nwrokers: 2\n')
	const { exit, error } = await house.ask(['config'])
	assert.equal(exit, 3)
	assert.match(error.message, /config\.yaml:2:1: there is no setting 'wrokers'/)
	writeFileSync(file, 'task_timeout: soon\n')
	const run = await house.ask(['run', 'Build a notes app', '--until', 'plan'])
	assert.notEqual(run.exit, 0)
	assert.match(JSON.stringify(run), /'soon' is no value for task_timeout/)
	const store = await house.ask(['history', '--store', 'postgres://somewhere'], { cwd: '/' })
	assert.equal(store.exit, 3)
	assert.match(store.error.message, /is an address/)
}))

test('a persona of the project takes part', () => inHouse(async house => {
	mkdirSync(join(house.folder, '.claude', 'agents'), { recursive: true })
	writeFileSync(join(house.folder, '.claude', 'agents', 'qa_engineer.md'),
		'---\nname: qa-engineer\ndescription: Ours\n---\nYou test as we do.\n')
	const persona = await house.ask(['personas', 'show', 'qa_engineer'])
	assert.match(persona.instructions, /as we do/)
	assert.match(persona.origin, /\.claude\/agents/)
}))

test('an error of the command line is JSON where JSON was asked for', () => inHouse(async house => {
	for (const words of [['rnu'], ['run', 'text', '--blueprnt', 'x'], ['run', 'text', '--progress', 'loud']]) {
		const { code, out, err } = await house.run([...words, '--json'])
		assert.equal(code, 2)
		assert.equal(JSON.parse(out).error.code, 'usage')
		assert.equal(err, '')
	}
}))
