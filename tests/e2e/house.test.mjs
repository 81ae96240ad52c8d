// The commands that look at runs and at the house: each prints one JSON document that fits the schema of its row in the
// operation table, and what it says is what the run really did.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import Ajv from 'ajv/dist/2020.js'
import { House, root } from './teamwright.mjs'

const text = 'Build a web application to manage books; a book has a title and an author.'
const notes = join(root, 'tests/e2e/data/notes/notes.yaml')
const house = new House()
const file = name => join(house.folder, name)
const schemas = {}
let result

// A schema that knows every member: what it does not name must not be printed either.
function closed(schema) {
	if (Array.isArray(schema)) return schema.map(closed)
	if (!schema || typeof schema !== 'object') return schema
	const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
	return copy.type === 'object' && copy.properties && copy.additionalProperties === undefined ? { ...copy, additionalProperties: false } : copy
}

before(async () => {
	const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true })
	const { operations } = await house.ask(['operations'])
	for (const { name, result } of operations) schemas[name] = ajv.compile(closed(result))
	result = await asked('run.start', ['run', text, '--output', file('out')])
	assert.equal(result.exit, 0, JSON.stringify(result))
})
after(() => house.remove())

const seen = new Set()

// The answer of an operation; it has been held against its schema.
async function asked(operation, words, options) {
	const { exit, ...answer } = await house.ask(words, options)
	const valid = schemas[operation]
	assert.ok(valid, `there is no operation ${operation}`)
	assert.ok(!answer.error, `${words.join(' ')}: ${JSON.stringify(answer.error)}`)
	assert.ok(valid(answer), `${words.join(' ')}: ${JSON.stringify(valid.errors)}`)
	seen.add(operation)
	return { exit, ...answer }
}

test('status, show and history tell of the run as it was', async () => {
	for (const words of [['status'], ['status', result.run]]) {
		const { tasks, outcome, exit } = await asked('run.status', words)
		assert.equal(exit, 0)
		assert.equal(outcome, 'accepted')
		assert.deepEqual(tasks, result.tasks)
	}
	const shown = await asked('run.show', ['show', result.run])
	assert.deepEqual(shown.result.quality, result.quality)
	assert.deepEqual(shown.proof, [])
	const { runs } = await asked('run.history', ['history', '--limit', '1'])
	assert.equal(runs.length, 1)
	assert.deepEqual([runs[0].run, runs[0].state, runs[0].outcome, runs[0].output], [result.run, 'done', 'accepted', file('out')])
	for (const words of [['status', 'nothing'], ['show', 'nothing'], ['logs', 'nothing'], ['export', 'nothing'], ['explain', 'nothing']]) {
		const { exit, error } = await house.ask(words)
		assert.equal(exit, 2, words.join(' '))
		assert.equal(error.exit, 2)
		assert.match(error.message, /nothing/)
		assert.ok(error.remedy, words.join(' '))
	}
})

test('the proof of every accepted task: what ran, exit, digests, process, files', async () => {
	const { proof } = await asked('run.show', ['show', result.run, '--proof'])
	assert.deepEqual(proof.map(task => task.task_id), result.tasks.map(task => task.task_id))
	for (const task of proof) {
		assert.ok(task.evidence.length, task.task_id)
		const made = result.tasks.find(other => other.task_id === task.task_id).files_created.length
		assert.equal(task.files, made, task.task_id)
		if (made) assert.match(task.manifest, /^[0-9a-f]{64}$/)
		for (const evidence of task.evidence) {
			assert.equal(evidence.passed, true)
			assert.ok(evidence.subject && evidence.expected && evidence.found, JSON.stringify(evidence))
			assert.ok(evidence.at_ms > 0)
		}
		const commands = task.evidence.filter(evidence => evidence.check === 'command')
		for (const evidence of commands) {
			assert.equal(evidence.status, 0)
			assert.ok(evidence.pid > 0, JSON.stringify(evidence))
			assert.match(evidence.output, /^[0-9a-f]{64}$/)
		}
	}
	const tests = proof.find(task => task.task_id === 'acceptance_tests')
	assert.ok(tests.evidence.some(evidence => evidence.check === 'command'))
	const api = proof.find(task => task.task_id === 'api').evidence
	assert.ok(api.some(evidence => evidence.name === 'the provider starts and listens' && evidence.pid > 0), 'nobody says which process listened')
	assert.ok(api.filter(evidence => evidence.status === 200).every(evidence => /^[0-9a-f]{64}$/.test(evidence.output)))
	const { out, code } = await house.run(['show', result.run, '--proof'])
	assert.equal(code, 0)
	for (const task of proof) assert.ok(out.includes(`${task.task_id}  accepted by ${task.persona_id}`), task.task_id)
	assert.match(out, /passed command .*node --test/)
})

test('the plan: as a graph, explained, saved and run', async () => {
	const { dot } = await asked('run.show', ['show', '--dot'])
	assert.match(dot, /^digraph plan/)
	for (const { task_id: id } of result.tasks) assert.ok(dot.includes(`"${id}"`), id)
	const { out } = await house.run(['show', '--dot'])
	assert.ok(out.includes('digraph plan'))
	for (const { task_id: id } of result.tasks) {
		const { task, state, because } = await asked('run.explain', ['explain', id])
		assert.deepEqual([task, state], [id, 'done'])
		assert.ok(because)
	}
	const unknown = await house.ask(['explain', 'nobody'])
	assert.equal(unknown.exit, 2)
	assert.match(unknown.error.message, /nobody/)

	const plan = await asked('plan.create', ['plan', text, '--save', file('plan.json'), '--dot'])
	assert.deepEqual(plan.plan.tasks.map(task => task.id), result.tasks.map(task => task.task_id))
	assert.match(plan.dot, /^digraph/)
	const waiting = await asked('run.status', ['status', plan.run])
	assert.equal(waiting.state, 'waiting')
	assert.equal(waiting.success, false)
	const planned = await asked('run.explain', ['explain', 'web_ui', '--run', plan.run])
	assert.notEqual(planned.state, 'done')
	const cancelled = await asked('run.cancel', ['cancel', plan.run])
	assert.equal(cancelled.outcome, 'cancelled')
	assert.equal((await house.ask(['cancel', plan.run])).exit, 2)
	const run = await asked('run.start', ['run', '--plan', file('plan.json'), '--output', file('planned')])
	assert.equal(run.exit, 0)
	assert.deepEqual(run.tasks.map(task => [task.task_id, task.outcome]), result.tasks.map(task => [task.task_id, task.outcome]))
})

test('the journal, whole and from a place on; and what is exported', async () => {
	const { events } = await asked('run.logs', ['logs', result.run])
	events.forEach((event, i) => assert.equal(event.seq, i + 1))
	assert.equal(events.at(-1).kind, 'run.done')
	const rest = await asked('run.logs', ['logs', result.run, '--after', '3'])
	assert.deepEqual(rest.events, events.slice(3))

	const exported = await asked('run.export', ['export', result.run, '--output', file('archive')])
	assert.equal(exported.events, events.length)
	assert.equal(exported.tasks, result.tasks.length)
	assert.equal(exported.files, result.tasks.reduce((sum, task) => sum + task.files_created.length, 0))
	assert.equal(readFileSync(file('archive/journal.jsonl'), 'utf8').trim().split('\n').length, events.length)
	assert.deepEqual(JSON.parse(readFileSync(file('archive/result.json'), 'utf8')).tasks, result.tasks)
	for (const { task_id: id, files_created: files } of result.tasks) {
		assert.ok(JSON.parse(readFileSync(file(`archive/tasks/${id}/verification.json`), 'utf8')).criteria.length, id)
		for (const name of files)   // in the output they stand below their persona
			assert.ok(existsSync(file(`archive/tasks/${id}/files/${name.slice(name.indexOf('/') + 1)}`)), name)
	}
	const again = await house.ask(['export', result.run, '--output', file('archive')])
	assert.equal(again.exit, 2)
	assert.match(again.error.message, /not empty/)
	assert.ok(readdirSync(file('archive')).length)
})

test('personas, blueprints, catalogue', async () => {
	const { personas } = await asked('personas.list', ['personas', 'list'])
	assert.ok(personas.length >= 13)
	for (const { id } of personas) {
		const persona = await asked('personas.show', ['personas', 'show', id])
		assert.equal(persona.id, id)
		assert.ok(persona.instructions.length > 100, id)
	}
	const { blueprints } = await asked('blueprints.list', ['blueprints', 'list'])
	assert.ok(blueprints.length >= 15)
	for (const { id } of blueprints) {
		const blueprint = await asked('blueprints.show', ['blueprints', 'show', id])
		assert.ok(blueprint.use_cases.length && blueprint.best_practices.length && blueprint.anti_patterns.length, id)
	}
	for (const words of [['microservices'], ['--mode', 'parallel'], ['--scaling', 'elastic'], ['--coordination', 'debate']]) {
		const { matches } = await asked('blueprints.search', ['blueprints', 'search', ...words])
		assert.ok(matches.length, words.join(' '))
		for (const match of matches) assert.ok(match.reason && match.score > 0, JSON.stringify(match))
		for (let i = 1; i < matches.length; i++) assert.ok(matches[i - 1].score >= matches[i].score)
	}
	for (const words of [['personas', 'show', 'nobody'], ['blueprints', 'show', 'nothing']])
		assert.equal((await house.ask(words)).error.code, 'not_found')
	const { files } = await asked('catalogue.list', ['catalogue', 'list'])
	const exported = await asked('catalogue.export', ['catalogue', 'export', file('catalogue')])
	assert.equal(exported.written, files.length)
	assert.ok(statSync(file('catalogue/personas/reviewer.md')).size)
})

test('an analysis, from words and from standard input', async () => {
	const one = await asked('analysis.create', ['analyse', text])
	const two = await asked('analysis.create', ['analyse', '-'], { input: text })
	assert.deepEqual(two, one)
	assert.equal(one.requirement_type, 'feature_development')
	for (const { offset, length, text: words } of one.statements)
		assert.equal(Buffer.from(text).subarray(offset, offset + length).toString(), words)
})

test('a project is set up once, and its settings count in it and below', async () => {
	const project = file('project'), below = join(project, 'src/deep')
	const made = await asked('project.init', ['init', project])
	assert.ok(made.written > 0)
	assert.equal((await asked('project.init', ['init', project])).written, 0)
	await asked('config.list', ['config'], { cwd: project })   // what was set up can be read
	writeFileSync(join(project, '.teamwright/config.yaml'), 'workers: 3\n')
	mkdirSync(below, { recursive: true })
	for (const cwd of [project, below]) {
		const { settings } = await asked('config.list', ['config'], { cwd })
		const workers = settings.find(setting => setting.name === 'workers')
		assert.equal(workers.value, '3')
		assert.match(workers.origin, /project\/\.teamwright\/config\.yaml:1/)
	}
	const environment = { TEAMWRIGHT_WORKERS: '2' }
	const { settings } = await asked('config.list', ['config'], { cwd: project, environment })
	assert.deepEqual(settings.filter(setting => setting.name === 'workers').map(({ value, origin }) => [value, origin]), [['2', 'TEAMWRIGHT_WORKERS']])
})

test('model servers: what is configured, what is known of it, and no key anywhere', async () => {
	const cwd = file('servers'), config = join(house.environment.XDG_CONFIG_HOME, 'teamwright/config.yaml')
	const environment = { MY_KEY: 'sk-very-secret', ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', OPENAI_BASE_URL: '', OLLAMA_HOST: '' }
	const found = await asked('models.list', ['models', 'list'], { environment: { ...environment, ANTHROPIC_API_KEY: 'sk-very-secret' } })
	assert.deepEqual(found.servers.map(({ server, key, key_state, probe }) => [server, key, key_state, probe]),
		[['anthropic', 'ANTHROPIC_API_KEY', 'found', false], ['ollama', undefined, 'none needed', true]])
	assert.ok(found.models.find(({ model }) => model === 'claude-sonnet-4-5').input_price > 0)
	mkdirSync(join(cwd, '.teamwright'), { recursive: true })
	mkdirSync(dirname(config), { recursive: true })
	try {
		writeFileSync(config, `endpoints:
  - {name: maker, protocol: openai, key_env: MY_KEY, models: [gpt-4o, {name: gpt-4o-mini, input_price: 1, output_price: 2}, odd]}
  - {name: box, protocol: ollama, local: true, models: [qwen3], priority: 1}
`)
		writeFileSync(join(cwd, '.teamwright/config.yaml'), 'endpoints:\n  - {name: team, protocol: openai, base_url: "http://127.0.0.1:9/v1", models: [gpt-4o]}\n')
		const listed = await asked('models.list', ['models', 'list'], { cwd, environment })
		assert.deepEqual(listed.servers.map(({ server, key_state }) => [server, key_state]), [['maker', 'found'], ['box', 'none needed'], ['team', 'none needed']])
		assert.deepEqual(listed.models.map(({ server, model, input_price, prices }) => [server, model, input_price, prices.replace(/.*\d{4}-.*/, 'table')]), [
			['maker', 'gpt-4o', 2.5, 'table'], ['maker', 'gpt-4o-mini', 1, 'configured'], ['maker', 'odd', undefined, 'unknown'],
			['box', 'qwen3', undefined, 'free'], ['team', 'gpt-4o', undefined, 'unknown']])
		const { settings } = await asked('config.list', ['config'], { cwd, environment })
		assert.deepEqual(settings.filter(({ name }) => name === 'endpoints').map(({ value, origin }) => [value, origin.replace(/.*:(\d+:\d+)$/, '$1')]),
			[['maker, box', '2:3'], ['team', '2:3']])
		const healthy = await asked('system.doctor', ['doctor'], { cwd, environment })
		assert.match(healthy.checks.find(({ name }) => name === 'model server maker').found, /key from MY_KEY/)
		const sick = await asked('system.doctor', ['doctor'], { cwd, environment: { ...environment, MY_KEY: '' } })
		assert.equal(sick.exit, 3)
		assert.match(sick.checks.find(({ name }) => name === 'model server maker').remedy, /export MY_KEY/)
		assert.doesNotMatch(JSON.stringify([found, listed, settings, healthy, sick]), /very-secret/)
		writeFileSync(join(cwd, '.teamwright/config.yaml'), 'endpoints:\n  - name: evil\n    protocol: openai\n    key_command: [touch, pwned]\n')
		const { exit, error } = await house.ask(['models', 'list'], { cwd, environment })
		assert.equal(exit, 3)
		assert.match(error.message, /config\.yaml:4:5: 'key_command' is not taken from a project's file/)
		assert.ok(!existsSync(join(cwd, 'pwned')))
	} finally {
		rmSync(config)
	}
})

test('the doctor says what is there and what is missing', async () => {
	const healthy = await asked('system.doctor', ['doctor'])
	assert.equal(healthy.exit, 0, JSON.stringify(healthy.checks))
	assert.ok(healthy.settings.length)
	const sick = await asked('system.doctor', ['doctor'], { environment: { PATH: '/nowhere' } })
	assert.equal(sick.exit, 3)
	const node = sick.checks.find(check => check.name === 'node')
	assert.equal(node.ok, false)
	assert.match(node.remedy, /install/)
	const tested = await asked('system.doctor', ['doctor', '--self-test'])
	assert.equal(tested.exit, 0, JSON.stringify(tested.checks))
	for (const step of ['analysis', 'blueprint', 'contracts', 'plan', 'run']) {
		const check = tested.checks.find(({ name }) => name === `self-test: ${step}`)
		assert.ok(check?.ok && check.found, step)
	}
	assert.deepEqual(readdirSync(house.folder).filter(name => name.startsWith('teamwright-doctor')), [])
})

test('contracts, schemas, mocks and verifications', async () => {
	const spec = await asked('contract.validate', ['contract', 'validate', notes])
	assert.equal(spec.exit, 0)
	assert.ok((await asked('contract.rules', ['contract', 'rules'])).rules.length)
	await asked('contract.package', ['contract', 'package', notes, '--output', file('mock')])
	writeFileSync(file('schema.json'), '{"type": "object", "required": ["id"]}')
	writeFileSync(file('good.json'), '{"id": 1}')
	writeFileSync(file('bad.json'), '{}')
	assert.equal((await asked('schema.validate', ['schema', 'validate', file('schema.json'), file('good.json')])).exit, 0)
	assert.equal((await asked('schema.validate', ['schema', 'validate', file('schema.json'), file('bad.json')])).exit, 1)
	mkdirSync(file('suite'))
	writeFileSync(file('suite/required.json'), JSON.stringify([{ description: 'required', schema: { required: ['id'] },
		tests: [{ description: 'there', data: { id: 1 }, valid: true }, { description: 'absent', data: {}, valid: false }] }]))
	assert.ok((await asked('verify.checks', ['verify', 'checks'])).checks.length)
	writeFileSync(file('seen.jsonl'), '{"method":"GET","target":"/tasks","status":200}\n')
	assert.equal((await asked('recording.convert', ['recording', 'convert', file('seen.jsonl'), file('seen.har')])).exchanges, 1)
	assert.equal((await asked('schema.test', ['schema', 'test', file('suite')])).passed, 2)
	assert.equal((await asked('verify', ['verify', file('out')])).exit, 0)
	await asked('demo.list', ['demo'])
	assert.equal((await asked('orchestrate.stats', ['orchestrate', 'stats'])).orchestrations, 0)
	await asked('specialists.list', ['specialists', 'list'])
	assert.equal((await asked('orchestrate', ['orchestrate', 'Why is it slow?', '--dry-run'])).plan[0].waves.length, 1)

	const mock = house.start(['mock', notes, '--port', '0', '--json'])
	let told = '', printed = ''
	mock.stdout.on('data', chunk => (printed += chunk))
	const url = await new Promise(resolve => mock.stderr.on('data', chunk => {
		const found = /http:\/\/127\.0\.0\.1:\d+/.exec(told += chunk)
		if (found) resolve(found[0])
	}))
	assert.equal((await fetch(`${url}/notes`)).status, 200)
	mock.kill('SIGINT')
	assert.equal(await new Promise(resolve => mock.on('close', resolve)), 0)
	assert.ok(schemas['mock.serve'](JSON.parse(printed)), printed)
	assert.equal(JSON.parse(printed).requests, 1)
	seen.add('mock.serve')
})

test('clean-up removes old runs, and nothing that a kept one needs', async () => {
	const { runs } = await asked('run.history', ['history'])
	const dry = await asked('store.gc', ['gc', '--days', '0', '--keep', '1', '--dry-run'])
	assert.equal(dry.dry_run, true)
	assert.equal((await asked('run.history', ['history'])).runs.length, runs.length)
	const swept = await asked('store.gc', ['gc', '--days', '0', '--keep', '1'])
	assert.deepEqual(swept.runs, dry.runs)
	const { runs: left } = await asked('run.history', ['history'])
	assert.deepEqual(left.map(run => run.run), runs.map(run => run.run).filter(run => !swept.runs.includes(run)))
	assert.ok(left.length >= 1 && left.length < runs.length)
	assert.ok((await asked('run.show', ['show', left[0].run, '--proof'])).proof.length)
})

test('every operation of the table was asked', async () => {
	const again = await asked('run.resume', ['resume'])
	assert.equal(again.exit, 0)
	await asked('operations.list', ['operations'])
	const outside = ['demo.run', 'models.test', 'requirement.clarify']   // demo.test.mjs, models.test.mjs, clarify.test.mjs
	assert.deepEqual(Object.keys(schemas).filter(name => !seen.has(name) && !outside.includes(name)), [])
})
