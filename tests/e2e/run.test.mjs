// From a sentence to verified, running software; and every kind of input that is not one.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { House, fullSize } from './teamwright.mjs'

const sentence = 'Build a task management web application with projects, tasks with due dates, and comments'
const volatile = new Set(['at_ms', 'duration_us', 'pid', 'output', 'curl', 'overhead_us', 'mock_endpoint', 'recording'])

// All files below a folder with their content; figures that differ from run to run are taken out of reports.
function contents(folder, below = '') {
	return Object.assign({}, ...readdirSync(join(folder, below), { withFileTypes: true }).map(entry => {
		const path = join(below, entry.name)
		if (entry.isDirectory()) return contents(folder, path)
		const text = readFileSync(join(folder, path), 'utf8')
		if (path.endsWith('.jsonl')) return { [path]: text.split('\n').length }
		if (path.endsWith('.junit.xml')) return { [path]: text.replace(/ time="[\d.]+"/g, '') }
		if (!path.endsWith('_report.json')) return { [path]: text }
		return { [path]: JSON.stringify(JSON.parse(text, (key, value) => (volatile.has(key) ? undefined : value))) }
	}))
}

async function inHouse(work) {
	const house = new House()
	try {
		return await work(house)
	} finally {
		house.remove()
	}
}

test('a sentence becomes software whose every part is proven', () => inHouse(async house => {
	const out = join(house.folder, 'out')
	const result = await house.ask(['run', sentence, '--output', out])
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.equal(result.outcome, 'accepted')
	assert.equal(result.quality.statements_covered, result.quality.statements_total)
	assert.ok(result.quality.statements_total >= 4)
	assert.equal(result.quality.contracts_fulfilled, result.quality.contracts_total)
	assert.ok(result.tasks.some(task => task.used_mock), 'nobody worked against a mock')
	for (const file of ['requirement.md', 'analysis.json', 'team.json', 'plan.json', 'quality_report.json', 'run.junit.xml',
		'contracts/api.json', 'contracts/api_spec.yaml', 'contracts/api_mock_server.js', 'contracts/api_README.md',
		'contracts/package.json', 'contracts/validation_report.json', 'backend_developer/server.js', 'frontend_developer/index.html'])
		assert.ok(statSync(join(out, file)).size > 0, file)
	const spec = readFileSync(join(out, 'contracts/api_spec.yaml'), 'utf8')
	for (const word of ['due_date', '/projects', '/tasks', '/comments']) assert.ok(spec.includes(word), word)

	// What consumers sent to the mock is kept, and can be judged again.
	const archive = join(house.folder, 'archive')
	assert.equal((await house.ask(['export', '--output', archive])).exit, 0)
	const kept = readdirSync(archive, { recursive: true }).filter(name => /recordings\/.*\.jsonl$/u.test(name)).flatMap(name => ['--recording', join(archive, name)])
	const judged = await house.ask(['verify', '--spec', join(out, 'contracts/api_spec.yaml'), ...kept])
	assert.deepEqual(judged.broken, [])
	assert.ok(judged.contracts.some(({ persona, cases }) => persona === 'frontend_developer' && cases > 0), JSON.stringify(judged.contracts))

	// Consumers started while the provider was being made.
	const { events } = await house.ask(['logs'])
	const at = (kind, task) => events.findIndex(event => event.kind === kind && event.task === task)
	assert.ok(at('task.running', 'web_ui') < at('task.done', 'api'), 'the front end waited for the back end')

	// Each accepted task has its proof, and nothing in it is failed.
	const { proof } = await house.ask(['show', '--proof'])
	assert.equal(proof.length, result.tasks.length)
	for (const task of proof) {
		assert.ok(task.evidence.length, task.task_id)
		assert.ok(task.evidence.every(evidence => evidence.passed), task.task_id)
	}
	assert.ok(proof.find(task => task.task_id === 'api').evidence.some(evidence => evidence.status === 201))

	// The back end, started by hand, does what its document says.
	const server = spawn('node', ['server.js'], { cwd: join(out, 'backend_developer'),
		env: { ...process.env, PORT: '0', DATA_DIR: join(house.folder, 'data') }, stdio: ['ignore', 'pipe', 'inherit'] })
	try {
		const base = await new Promise(resolve => server.stdout.on('data', text => resolve(/http:\S+/.exec(text)[0])))
		const post = (path, body) => fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
		const project = await (await post('/projects', { name: 'House' })).json()
		const created = await post('/tasks', { title: 'Paint', due_date: '2027-01-31', project_id: project.id })
		assert.equal(created.status, 201, await created.clone().text())
		const task = await created.json()
		assert.equal((await (await fetch(`${base}/tasks/${task.id}`)).json()).due_date, '2027-01-31')
		const refused = await post('/tasks', { due_date: 'soon' })
		assert.equal(refused.status, 422)
		assert.match(refused.headers.get('content-type'), /problem\+json/)
		assert.equal((await fetch(`${base}/tasks/${task.id}`, { method: 'DELETE' })).status, 204)
		assert.equal((await fetch(`${base}/tasks/${task.id}`)).status, 404)
	} finally {
		server.kill()
	}

	// The same again is the same, byte for byte, but for what is measured.
	const again = join(house.folder, 'again')
	assert.equal((await house.ask(['run', sentence, '--output', again])).exit, 0)
	assert.deepEqual(contents(again), contents(out))

	// A folder of ours is written anew; one that was spoiled is found out.
	writeFileSync(join(out, 'backend_developer/lib/resources.js'), 'export class Resources {}\n')
	const spoiled = await house.ask(['verify', out])
	assert.equal(spoiled.exit, 1)
	assert.ok(spoiled.faults.length)
	assert.equal((await house.ask(['run', sentence, '--output', out])).exit, 0)
	assert.deepEqual(contents(out), contents(again))
}))

test('what nobody can do here ends as failed, and says what it would need', () => inHouse(async house => {
	for (const text of ['The app crashes with a null pointer when the config file is empty. Expected: a clear error message.',
		'Implement an LRU cache as a library: get and put run in constant time.']) {
		const result = await house.ask(['run', text, '--output', join(house.folder, 'out')])
		assert.equal(result.exit, 1)
		assert.notEqual(result.outcome, 'accepted')
		assert.match(JSON.stringify(result), /needs a model or an agent/)
		assert.equal(result.success, false)
	}
}))

test('an uncovered demand makes a run partial, and stands in the last line', () => inHouse(async house => {
	const text = 'Build a web application to manage books; a book has a title and an author. Pay with Stripe.'
	const words = ['run', text, '--output', join(house.folder, 'out'), '--quiet']
	const { code, out } = await house.run(words)
	assert.equal(code, 1)
	assert.match(out, /partial/)
	assert.match(out.trimEnd().split('\n').at(-1), /Stripe.*needs a model or an agent/)
	const allowed = await house.ask(['run', text, '--output', join(house.folder, 'out'), '--allow-partial'])
	assert.equal(allowed.exit, 0)
	assert.equal(allowed.not_covered.length, 1)
}))

test('microservices get a contract, a provider and a mock each, side by side', () => inHouse(async house => {
	const text = 'Build a shop as microservices: a user service, a product service and an order service with orders that belong to users.'
	const plan = await house.ask(['plan', text])
	const apis = plan.contracts.filter(contract => contract.type === 'REST_API')
	assert.ok(apis.length >= 3, JSON.stringify(apis))
	assert.ok(apis.every(contract => contract.mock))
	const tasks = plan.plan.tasks.filter(task => apis.some(contract => contract.id === task.id))
	assert.ok(tasks.every(task => !task.needs.length), 'the providers wait for each other')
	assert.ok(plan.plan.workers >= 3)
	if (!fullSize) return
	const result = await house.ask(['resume', plan.run])
	assert.ok(result.tasks.filter(task => apis.some(contract => contract.id === task.task_id)).every(task => task.success))
}))

test('contracts of the user: a plain OpenAPI document is enough', () => inHouse(async house => {
	const { root } = await import('./teamwright.mjs')
	const contracts = join(house.folder, 'contracts')
	mkdirSync(contracts)
	writeFileSync(join(contracts, 'notes.yaml'), readFileSync(join(root, 'tests/e2e/data/notes/notes.yaml')))
	const result = await house.ask(['run', '--contracts', contracts, '--output', join(house.folder, 'out')])
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.equal(result.tasks.find(task => task.task_id === 'notes').outcome, 'accepted')
	assert.ok(existsSync(join(house.folder, 'out/backend_developer/server.js')))
}))

test('a plan is saved, shown, and run exactly as saved', () => inHouse(async house => {
	const file = join(house.folder, 'plan.json')
	const text = 'Build a web application to manage books; a book has a title and an author.'
	const plan = await house.ask(['plan', text, '--save', file, '--workers', '2'])
	assert.equal(plan.plan.workers, 2)
	const saved = JSON.parse(readFileSync(file, 'utf8'))
	assert.deepEqual(saved.plan.tasks.map(task => task.id), plan.plan.tasks.map(task => task.id))
	const result = await house.ask(['run', '--plan', file, '--output', join(house.folder, 'out')])
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.deepEqual(JSON.parse(readFileSync(join(house.folder, 'out/plan.json'), 'utf8')), saved.plan)
	const { dot } = await house.ask(['show', '--dot'])
	assert.match(dot, /^digraph plan/)
	assert.match((await house.ask(['explain', 'web_ui'])).because, /done/)
}))

test('input that is none: a clear error, its exit code, and nothing half-written', () => inHouse(async house => {
	const out = join(house.folder, 'out'), file = name => join(house.folder, name)
	writeFileSync(file('binary'), Buffer.from([0, 1, 2, 255, 254]))
	writeFileSync(file('latin1'), Buffer.from('Baue eine \xdcbersicht', 'latin1'))
	writeFileSync(file('huge'), 'Build a web application. '.repeat(44000))
	writeFileSync(file('bad-plan.json'), '{"tasks": [{"id": "a", "needs": ["b"]}, {"id": "b", "needs": ["a"]}]}')
	writeFileSync(file('worse-plan.json'), '{"tasks": [{"id": "a", "kind": "nonsense"}]}')
	mkdirSync(file('full'))
	writeFileSync(file('full/mine.txt'), 'mine')
	mkdirSync(file('no-contracts'))
	mkdirSync(file('bad-contracts'))
	writeFileSync(file('bad-contracts/api.yaml'), 'openapi: 3.1.0\ninfo: {title: x, version: "1"}\npaths:\n  /a: {get: {responses: {200: {$ref: "#/nowhere"}}}}\n')
	const cases = [
		[['run', ''], 2, /empty/], [['run', '   \n '], 2, /empty/], [['run'], 2, /nothing to run/],
		[['run', `@${file('binary')}`], 2, /not UTF-8/], [['run', `@${file('latin1')}`], 2, /not UTF-8/],
		[['run', `@${file('huge')}`], 2, /bytes/], [['run', `@${file('nowhere')}`], 2, /cannot read/],
		[['run', 'x', '--output', file('full')], 2, /not empty/], [['run', 'x', '--output', '/proc/nowhere/out'], 3, /cannot/],
		[['run', '--plan', file('bad-plan.json')], 2, /a -> b -> a|b -> a -> b/], [['run', '--plan', file('worse-plan.json')], 2, /worse-plan\.json:1:\d+/],
		[['run', '--plan', file('nowhere')], 2, /cannot read/], [['run', '--contracts', file('nowhere')], 2, /not a folder/],
		[['run', '--contracts', file('no-contracts')], 2, /no \.json or \.yaml/], [['run', 'x', '--blueprint', 'nonsense'], 2, /no blueprint/],
		[['run', 'x', '--personas', 'nobody'], 2, /no persona/], [['run', 'x', '--workers', 'many'], 2, /number of workers/],
		[['run', 'one', 'two'], 2, /one word too many/], [['run', 'x', '--nonsense'], 2, /no option/], [['rum', 'x'], 2, /no command/],
		[['mock', file('nowhere')], 2, /cannot read/], [['mock', file('binary')], 2, /binary/], [['resume', 'nothing'], 2, /no run/],
		[['show', 'nothing'], 2, /no run/], [['personas', 'show', 'nobody'], 2, /no persona/], [['verify', file('nowhere')], 2, /no folder/],
		[['status', '--store', file('binary')], 3, /cannot make/], [['run', 'x', '--progress', 'loud'], 2, /no progress/],
	]
	for (const [words, code, message] of cases) {
		const result = await house.run([...words, ...(words[0] === 'run' && !words.includes('--output') ? ['--output', out] : [])])
		assert.equal(result.code, code, `${words.join(' ')}: ${result.err}${result.out}`)
		assert.match(result.err + result.out, message, words.join(' '))
		assert.ok(!existsSync(join(out, 'plan.json')), `${words.join(' ')} wrote something`)
		assert.ok(!/\(null\)|assert|SIG/.test(result.err), result.err)
	}
	assert.deepEqual(readdirSync(file('full')), ['mine.txt'])
	// A document that leads nowhere is named with its place.
	const bad = await house.ask(['run', '--contracts', file('bad-contracts'), '--output', out])
	assert.notEqual(bad.exit, 0)
	assert.match(JSON.stringify(bad), /nowhere/)
}))

test('texts that look dangerous are texts', () => inHouse(async house => {
	for (const text of ['rm -rf /', '$(touch hacked); `touch hacked`', "'; DROP TABLE run; --", '../../../etc/passwd', '<script>alert(1)</script>',
		'\u202Eevil', '🙂'.repeat(500), 'Бюро: веди список клиентов', '做一个任务管理应用']) {
		const result = await house.ask(['analyse', text])
		assert.equal(result.exit, 0, text)
		const run = await house.ask(['run', text, '--output', join(house.folder, 'out')])
		assert.ok([0, 1].includes(run.exit), `${text}: ${JSON.stringify(run)}`)
	}
	assert.ok(!existsSync(join(house.folder, 'hacked')))
}))

test('a full disk and a folder that cannot be written leave nothing behind', { skip: process.getuid() !== 0 && 'mounting wants root' }, () =>
	inHouse(async house => {
		const { execFileSync } = await import('node:child_process')
		const small = join(house.folder, 'small')
		mkdirSync(small)
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', small])
		try {
			const text = 'Build a web application to manage books; a book has a title and an author.'
			const output = await house.run(['run', text, '--output', join(small, 'out'), '--quiet'])
			assert.notEqual(output.code, 0)
			assert.match(output.err + output.out, /[Nn]o space|cannot write|cannot make/)
			assert.ok(!existsSync(join(small, 'out/plan.json')) || existsSync(join(small, 'out/quality_report.json')))
			const store = await house.run(['run', text, '--store', join(small, 'store'), '--output', join(house.folder, 'out'), '--quiet'])
			assert.notEqual(store.code, 0)
			assert.match(store.err + store.out, /full|space|cannot/)
			chmodSync(small, 0o755)
		} finally {
			execFileSync('umount', [small])
		}
	}))
