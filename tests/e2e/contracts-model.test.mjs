// Blueprint and contracts by a model: held to the contract engine, sent back with its findings, left to the designer where they never hold.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { analysis, requirement, served } from './scripted_model.mjs'

const problem = { description: 'refused', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }
const json = (description, schema) => ({ description, content: { 'application/json': { schema } } })

// Paths and schemas of one thing.
function resource(name, plural, properties, required, covers) {
	const Name = name[0].toUpperCase() + name.slice(1), ref = { $ref: `#/components/schemas/${Name}` }, body = { $ref: `#/components/schemas/${Name}Input` }
	const common = { tags: [plural], 'x-covers': covers }, id = { name: `${name}_id`, in: 'path', required: true, schema: { type: 'string' } }
	const requestBody = { required: true, content: { 'application/json': { schema: body } } }
	return {
		paths: {
			[`/${plural}`]: {
				get: { ...common, operationId: `list_${plural}`, summary: `List ${plural}`, responses: { 200: json('all of them', { type: 'array', items: ref }) } },
				post: { ...common, operationId: `create_${name}`, summary: `Create a ${name}`, requestBody, responses: { 201: json('created', ref), 422: problem } }
			},
			[`/${plural}/{${name}_id}`]: {
				parameters: [id],
				get: { ...common, operationId: `read_${name}`, summary: `Read a ${name}`, responses: { 200: json('it', ref), 404: problem } },
				put: { ...common, operationId: `replace_${name}`, summary: `Replace a ${name}`, requestBody, responses: { 200: json('replaced', ref), 404: problem, 422: problem } },
				delete: { ...common, operationId: `delete_${name}`, summary: `Delete a ${name}`, responses: { 204: { description: 'gone' }, 404: problem } }
			}
		},
		schemas: {
			[Name]: { type: 'object', required: ['id', ...required], properties: { id: { type: 'string', readOnly: true }, ...properties } },
			[`${Name}Input`]: { type: 'object', additionalProperties: false, required, properties }
		}
	}
}

function document() {
	const task = resource('task', 'tasks', { title: { type: 'string', minLength: 1 }, due_date: { type: 'string', format: 'date' } }, ['title'], ['S3', 'S4'])
	const project = resource('project', 'projects', { name: { type: 'string', minLength: 1 } }, ['name'], ['S2'])
	return {
		openapi: '3.1.0', info: { title: 'Tasks by a model', version: '1.0.0' }, paths: { ...task.paths, ...project.paths },
		components: { schemas: { ...task.schemas, ...project.schemas, Problem: { type: 'object', properties: { title: { type: 'string' }, status: { type: 'integer' } } } } }
	}
}

const check = (kind, more = {}) => ({ kind, command: [], paths: [], schema: null, method: null, path: null, status: 0, timeout_s: 0, ...more })
const sent = (method, path, status) => check('http', { method, path, status })
const criterion = (text, covers, elements, checks = []) => ({ text, checks, covers, elements })
const deliverable = (name, artifacts, acceptance_criteria) => ({ name, description: name, artifacts, acceptance_criteria })
const api = (more = {}) => ({
	id: 'api', name: 'Task API', contract_type: 'REST_API', provider_persona_id: 'backend_developer', consumer_persona_ids: ['frontend_developer', 'qa_engineer'], dependencies: [],
	deliverables: [deliverable('server', [], [criterion('tasks are listed', ['S3'], ['GET /tasks'], [{ kind: 'http', method: 'GET', path: '/tasks', status: 200 }])])], estimated_effort_hours: 30, document: document(), ...more
})
const choice = { blueprint_id: 'parallel-contract-first', personas: ['backend_developer', 'frontend_developer', 'qa_engineer'], reason: 'Pages and an API meet at an interface' }

// A rule for each prompt; the n-th answer of a conversation is the n-th of its list.
const nth = (request, answers) => answers[Math.min(request.messages.filter(({ role }) => role === 'assistant').length, answers.length - 1)]
const isContracts = request => request.system.startsWith('You are the architect')
const scripted = ({ choices = [choice], drafts = [{ contracts: [api()] }] } = {}) => request =>
	JSON.stringify(request.system.startsWith('You are the requirement analyst') ? analysis : nth(request, isContracts(request) ? drafts : choices))
const purposes = result => result.models.asked.map(({ purpose }) => purpose)
const small = 'Build a task manager with projects and tasks. Users can assign tasks with due dates.'

test('contracts of a model are built, tested and covered like any others', () => served(async (house, server) => {
	const out = join(house.folder, 'out')
	const result = await house.ask(['run', small, '--output', out])
	// Everything is built and proven; the statement for which such an API cannot stand stays open, though the model linked it.
	assert.deepEqual([result.outcome, result.quality.contracts_fulfilled, result.quality.statements_covered], ['partial', 3, 3], JSON.stringify(result))
	assert.deepEqual(result.not_covered.map(({ statement }) => statement), ['S4'])
	assert.deepEqual(purposes(result), ['analysis', 'blueprint', 'contracts'])
	assert.ok(!result.models.asked.some(({ fallback }) => fallback))
	assert.match(readFileSync(join(out, 'contracts', 'api_spec.yaml'), 'utf8'), /Tasks by a model/)
	const contract = JSON.parse(readFileSync(join(out, 'contracts', 'api.json'), 'utf8'))
	assert.ok(contract.deliverables.some(({ acceptance_criteria }) => acceptance_criteria.some(({ text }) => text === 'tasks are listed')))
	assert.match(JSON.parse(readFileSync(join(out, 'team.json'), 'utf8')).reason, /^scripted: Pages and an API/)
	const report = JSON.parse(readFileSync(join(out, 'quality_report.json'), 'utf8'))
	assert.equal(report.models.sum.calls, 3)
	assert.equal(server.requests.length, 3)
	assert.match(server.requests[2].text, /<<<<<<<< analysis [0-9a-f]{16} begins[^]*<<<<<<<< team [0-9a-f]{16} begins/)
}, { answer: scripted() }))

test('what does not hold goes back with the exact findings', () => {
	const broken = document()
	broken.paths['/tasks'].get.responses = {}
	delete broken.components.schemas.Project
	const bad = {
		contracts: [
			api({ document: broken, consumer_persona_ids: ['backend_developer', 'ghost'], dependencies: ['api'],
				deliverables: [deliverable('server', ['*.js'], [criterion('x', ['S77'], ['GET /nowhere'], [check('command', { command: ['rm', '-rf', '/'] }), check('contract'), sent('GET', '/tasks/{task_id}', 200), sent('POST', '/tasks', 201), sent('GET', '/tasks?title=a', 200)])])] }),
			{ ...api(), id: 'Other API', provider_persona_id: 'nobody', contract_type: 'gRPC', dependencies: ['missing'] },
			{ ...api(), deliverables: [deliverable('server', ['*.js'], [criterion('y', [], [])])] }
		]
	}
	return served(async (house, server) => {
		const result = await house.ask(['run', requirement, '--until', 'plan'])
		assert.equal(result.exit, 0, JSON.stringify(result))
		const drafts = server.requests.filter(isContracts), told = drafts[1].text
		assert.equal(drafts.length, 2)
		for (const fault of [/its consumer ghost is nobody of the team/, /backend_developer is its own consumer/, /depends on itself in a cycle/, /covers S77, which is no statement/,
			/the element GET \/nowhere is no operation/, /check of the kind command is not for you to make/, /check of the kind contract is not for you to make/,
			/a check fills no parameters, and \/tasks\/\{task_id\} has one/, /a check sends no body, so POST \/tasks will not answer 201/, /GET \/tasks\?title=a is no operation/, /its id is not in lower snake case/, /its provider nobody is nobody of the team/,
			/a gRPC cannot be checked here/, /depends on missing, which is no contract/, /two contracts have this id/, /\*\.js is owned by contract api, too/, /document, at #\/[^\n]*\(ref-[a-z-]+\)|document, at #\//])
			assert.match(told, fault)
		assert.equal(result.models.asked[2].repairs, 1)
	}, { answer: scripted({ drafts: [bad, { contracts: [api()] }] }) })
})

// Anthropic's servers hold answers to schemas that name every member; the document of an API has members of its own.
test('a schema that no server can hold an answer to is told', () => served(async (house, server) => {
	assert.equal((await house.ask(['run', small, '--until', 'plan'])).exit, 0)
	const [, lead, architect] = server.requests
	assert.ok(lead.body.output_config.format.schema && !lead.system.includes('fits this JSON Schema'))
	assert.ok(!architect.body.output_config?.format)
	assert.match(architect.system, /fits this JSON Schema[^]*"provider_persona_id"[^]*"acceptance_criteria"/)
}, { answer: scripted() }))

test('nobody is asked for a longer answer than the model can write', () => served(async (house, server) => {
	assert.equal((await house.ask(['plan', small])).exit, 0)
	assert.deepEqual(server.requests.map(({ body }) => body.max_tokens), [4000, 2048, 4000])
}, { answer: scripted(), endpoint: { models: [{ name: 'short', capabilities: ['text', 'schema'], max_output: 4000 }] } }))

// What a model leaves out or calls null is no fault, either.
test('nothing is served: the one who would provide the API owes the work itself', () => {
	const fix = {
		id: 'fix', name: 'The fix', contract_type: 'Deliverable', provider_persona_id: 'backend_developer', consumer_persona_ids: null, dependencies: null, estimated_effort_hours: null, document: null,
		deliverables: [{ name: 'fix', artifacts: ['writer.c'], acceptance_criteria: [{ text: 'The last row is there', covers: ['S3'] }] }]
	}
	return served(async (house, server) => {
		const plan = await house.ask(['plan', small])
		assert.equal(plan.exit, 0, JSON.stringify(plan))
		assert.equal(server.requests.filter(isContracts).length, 1)
		assert.deepEqual(plan.contracts.map(({ id, type }) => [id, type]), [['fix', 'Deliverable'], ['acceptance_tests', 'Deliverable'], ['web_ui', 'Deliverable']])
		assert.equal(plan.contracts[0].provider, 'backend_developer')
	}, { answer: scripted({ choices: [{ ...choice, personas: ['backend_developer', 'qa_engineer'] }], drafts: [{ contracts: [fix] }] }) })
})

// Files that are there, each with what is claimed of it: a capability, a thing, and one that nothing checks.
test('that a file is there covers nothing', () => {
	const fix = {
		id: 'fix', name: 'The fix', contract_type: 'Deliverable', provider_persona_id: 'backend_developer', consumer_persona_ids: null, dependencies: null, estimated_effort_hours: null, document: null,
		deliverables: [deliverable('fix', ['writer.c'], [criterion('due dates are written', ['S4', 'S3'], [], [check('file', { paths: ['writer.c'] })]), criterion('projects are nice', ['S2'], [])])]
	}
	return served(async house => {
		const saved = join(house.folder, 'plan.json')
		assert.equal((await house.ask(['plan', small, '--save', saved])).exit, 0)
		const plan = JSON.parse(readFileSync(saved, 'utf8'))
		const { contract } = plan.contracts.find(({ contract: { id } }) => id === 'fix')
		assert.deepEqual(contract.deliverables[0].acceptance_criteria.map(({ text, checks, covers }) => [text, checks.length, covers ?? []]), [
			['due dates are written', 1, []], ['projects are nice', 0, ['S2']], ['assign tasks with due dates', 0, ['S4']], ['tasks', 0, ['S3']]])
		plan.plan.tasks = plan.plan.tasks.filter(({ contract_id: id }) => id === 'fix').map(task => ({ ...task, agent: 'command', command: ['sh', '-c', 'echo "int x;" > writer.c'] }))
		writeFileSync(saved, JSON.stringify(plan))
		const result = await house.ask(['run', '--plan', saved, '--output', join(house.folder, 'out')])
		assert.deepEqual([result.outcome, result.tasks[0].outcome, result.quality.statements_covered], ['partial', 'accepted_unverified', 0], JSON.stringify(result))
		const reason = wanted => result.not_covered.find(({ statement: id }) => id === wanted).reason
		assert.equal(reason('S4'), 'nothing verified the criterion: assign tasks with due dates')
		assert.equal(reason('S3'), 'nothing verified the criterion: tasks')
		assert.equal(reason('S2'), 'nothing verified the criterion: projects are nice')
	}, { answer: scripted({ choices: [{ ...choice, personas: ['backend_developer', 'qa_engineer'] }], drafts: [{ contracts: [fix] }] }) })
})

test('one member provides two services, one of which calls the other', () => {
	const draft = { contracts: [api({ id: 'orders', consumer_persona_ids: ['qa_engineer'], dependencies: ['stock'] }), api({ id: 'stock', consumer_persona_ids: ['qa_engineer'] })] }
	return served(async (house, server) => {
		assert.equal((await house.ask(['plan', small])).exit, 0)
		assert.equal(server.requests.filter(isContracts).length, 1, server.requests.at(-1).text)
	}, { answer: scripted({ choices: [{ ...choice, personas: ['backend_developer', 'qa_engineer'] }], drafts: [draft] }) })
})

test('an orphan among the consumers', () => {
	const orphan = { contracts: [api({ consumer_persona_ids: ['frontend_developer', 'qa_engineer', 'devops_engineer', 'solution_architect'] })] }
	return served(async (house, server) => {
		await house.ask(['run', requirement, '--until', 'plan'])
		assert.match(server.requests.filter(isContracts)[1].text, /solution_architect is (an orphan|nobody of the team)/)
	}, { answer: scripted({ drafts: [orphan, { contracts: [api()] }] }) })
})

// What the prompt allows and the model can write, what it says that it wrote, and whose limit is named.
for (const [whose, [more, output, words]] of Object.entries({
	'the prompt': [{}, 16384, /was cut off at the 16384 tokens that the prompt allows \(max_tokens\)/],
	'the model': [{ max_output: 900 }, 900, /was cut off at what the model writes at most \(max_output\)/],
	'nobody that is known': [{}, 0, /was cut off: the prompt allows 16384 tokens \(max_tokens\), and the model may write less \(max_output\)/]
}))
	test(`an answer that is cut off at the limit of ${whose} says so`, () => served(async (house, server) => {
		const result = await house.ask(['plan', small])
		assert.equal(result.exit, 0, JSON.stringify(result))
		assert.equal(server.requests.filter(isContracts).length, 1)
		assert.match((await house.run(['status', result.run])).out, words)
	}, { answer: request => (isContracts(request) ? { text: '{"contracts": [', stop: 'length', usage: { output } } : scripted()(request)),
		endpoint: { models: [{ name: 'short', capabilities: ['text', 'schema'], ...more }] } }))

test('never good: the designer takes over, and it is said', () => served(async (house, server) => {
	const result = await house.ask(['run', small, '--until', 'plan'])
	assert.equal(result.exit, 0, JSON.stringify(result))
	assert.equal(server.requests.filter(isContracts).length, 4)
	assert.match(result.models.asked[2].fallback, /after 3 repairs: - contracts: the list is empty/)
	assert.match((await house.run(['status', result.run])).out, /contracts without a model: scripted did not give/)
	assert.ok(result.tasks.length >= 3)
}, { answer: scripted({ drafts: [{ contracts: [] }] }) }))

test('an unknown blueprint and an unknown persona are refused with reasons', () => served(async (house, server) => {
	const plan = await house.ask(['plan', requirement])
	assert.equal(plan.exit, 0)
	const asked = server.requests.filter(({ system }) => system.startsWith('You are the lead'))
	assert.match(asked[1].text, /there is no blueprint waterfall in the list\n- personas: there is no persona wizard in the list/)
	assert.match(plan.team.reason, /^scripted: /)
}, { answer: scripted({ choices: [{ blueprint_id: 'waterfall', personas: ['wizard'], reason: 'x' }, choice] }) }))

test('a limit in the middle of the design: what was paid for is not asked again', () => served(async (house, server) => {
	const stopped = await house.ask(['run', requirement, '--until', 'plan', '--max-calls', '2'])
	assert.deepEqual([stopped.exit, stopped.outcome, server.requests.length], [4, 'budget_exceeded', 2])
	const resumed = await house.ask(['resume', stopped.run, '--max-calls', '3'])
	assert.deepEqual([resumed.exit, resumed.state], [0, 'waiting'], JSON.stringify(resumed))
	assert.deepEqual(purposes(resumed), ['analysis', 'blueprint', 'contracts'])
	assert.equal(server.requests.length, 3)
	const plan = await house.run(['plan', requirement, '--max-calls', '1'])
	assert.equal(plan.code, 4)
	assert.match(plan.err, /may make 1 calls, and has made them\n  resume with a higher --max-calls/)
}, { answer: scripted() }))

test('what the user says is not asked', () => served(async (house, server) => {
	await house.ask(['plan', requirement, '--blueprint', 'parallel-contract-first', '--personas', 'backend_developer,qa_engineer'])
	assert.ok(!server.requests.some(({ system }) => system.startsWith('You are the lead')))
}, { answer: scripted() }))
