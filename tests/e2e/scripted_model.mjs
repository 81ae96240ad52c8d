// What tests of models share: a house whose only model server is a scripted one, and a good analysis.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ModelServer } from './model_server.mjs'
import { House } from './teamwright.mjs'

export const requirement = 'Build a task manager with projects and tasks. Users can assign tasks with due dates. Use Django and PostgreSQL.'

export const field = (name, more = {}) => ({ name, type: 'string', format: null, choices: [], required: true, statement: null, ...more })
export const statement = (id, text, kind, subject = null) => ({ id, text, kind, subject })
export const entity = (name, plural, fields, statements, relations = []) => ({ name, plural, fields, relations, statements })

export const analysis = {
	requirement_type: 'feature_development', complexity: 'very_complex', parallelizability: 'partially_parallel', required_expertise: ['backend', 'frontend'],
	estimated_effort_hours: 200, dependencies: [], risks: ['the scope grows'], rationale: 'A whole product is wanted', confidence_score: 0.95,
	statements: [
		statement('S1', 'Build a task manager', 'product', 'task manager'), statement('S2', 'projects', 'entity', 'project'), statement('S3', 'tasks', 'entity', 'task'),
		statement('S4', 'assign tasks with\ndue dates', 'capability', 'task')
	],
	components: ['rest_api', 'web_ui'],
	entities: [
		entity('task', 'tasks', [field('title'), field('due_date', { format: 'date', required: false, statement: 'S4' })], ['S3', 'S4'], [{ kind: 'belongs_to', target: 'project', statement: null }]),
		entity('project', 'projects', [field('name')], ['S2'])
	]
}

// `answer` is a rule of the server; what it leaves open is refused.
export async function served(work, { answer, protocol = 'anthropic', endpoint = {} }) {
	const server = await ModelServer.start({ answer: [answer, () => ({ status: 400, body: { error: { type: 'invalid_request_error', message: 'not asked for here' } } })] })
	const house = new House()
	house.environment.TEAMWRIGHT_MODEL = 'auto'
	mkdirSync(join(house.folder, 'config', 'teamwright'), { recursive: true })
	house.configure = more => writeFileSync(join(house.folder, 'config', 'teamwright', 'config.yaml'), JSON.stringify({ endpoints: [server.endpoint(protocol, endpoint)], ...more }))
	house.configure({})
	try {
		return await work(house, server)
	} finally {
		house.remove()
		await server.close()
	}
}
