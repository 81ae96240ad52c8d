// A provider written by hand, whole and broken: the verification names what is wrong, never hangs and leaves no process.
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync as readlink, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import { Mock } from './mock.mjs'
import { analysis } from './scripted_model.mjs'
import { House, root } from './teamwright.mjs'

const notes = join(root, 'tests', 'e2e', 'data', 'notes')

// What each fault does to whom: the operation that has to be named, and words of the difference.
const faults = {
	'drop a field': ['GET /v1/notes/{id}', /title/],
	'server error': ['POST /v1/notes', /500/],
	hang: ['GET /v1/notes/{id}', /[Tt]imeout|deadline/],
	'exit at once': ['start', /exit 7.*cannot find the configuration/s],
	'exit later': ['start', /exit 3/],
	'listen on nothing': ['start', /did not listen on port \d+/],
	'accept anything': ['POST /v1/notes', /201/],
	'wrong status': ['POST /v1/notes', /200/],
	'wrong type': ['POST /v1/notes', /id/],
	'no header': ['POST /v1/notes', /[Ll]ocation/],
	'forget in lists': ['GET /v1/notes', /no item/],
	'forget content': ['GET /v1/notes/{id}', /title was sent/],
	'keep deleted': ['GET /v1/notes/{id}', /200/],
}

// Processes that carry the mark of any verification.
function strays() {
	return readdirSync('/proc').filter(pid => {
		try {
			return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes('TEAMWRIGHT_CHILD=') &&
				readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('server.mjs')
		} catch {
			return false
		}
	})
}

async function verify(fault) {
	const house = new House()
	try {
		const folder = join(house.folder, 'provider')
		cpSync(notes, folder, { recursive: true })
		writeFileSync(join(folder, 'fault'), fault)
		writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start: 'node server.mjs' } }))
		return await house.ask(['verify', folder, '--spec', join(folder, 'notes.yaml')])
	} finally {
		house.remove()
	}
}

test('the whole provider passes', async () => {
	const result = await verify('')
	assert.deepEqual(result.faults, [])
	assert.equal(result.exit, 0)
	assert.equal(result.passed, true)
	assert.ok(result.contracts[0].cases > 20, `${result.contracts[0].cases} cases only`)
	assert.deepEqual(strays(), [])
})

test('so does one that prints without end, and one that does not listen to signals', async () => {
	for (const fault of ['flood', 'ignore signals']) {
		const result = await verify(fault)
		assert.deepEqual(result.faults, [], fault)
		assert.equal(result.exit, 0)
		assert.deepEqual(strays(), [])
	}
})

// Verifies it by a contract with one criterion for each set of operations, and two without: for a statement, and for none.
async function verifyContract(fault, sets) {
	const house = new House()
	try {
		const file = (...names) => join(house.folder, 'out', ...names)
		const criterion = (text, more) => ({ text, checks: [{ kind: 'contract', command: ['node', 'server.mjs'] }], ...more })
		const criteria = [...sets.map(elements => criterion(elements.join(), { elements, covers: ['S1'] })), criterion('all', { covers: ['S2'] }), criterion('any')]
		cpSync(notes, file('backend_developer'), { recursive: true })
		writeFileSync(file('backend_developer', 'fault'), fault)
		mkdirSync(file('contracts'))
		const refusals = ['403', '404', '410'].map(status => `        '${status}': {$ref: '#/components/responses/Problem'}\n`)
		const success = "        '200': {description: there}\n"
		const spec = readFileSync(join(notes, 'notes.yaml'), 'utf8').replace("        '422':", `${refusals[0]}        '422':`)
			.replace('\ncomponents:', `\n  /retired:\n    get:\n      responses:\n${refusals[2]}  /notes/{id}/drafts/{draft}:\n    get:\n      parameters:\n` +
				`        - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}}\n        - {name: draft, in: path, required: true, schema: {type: string, minLength: 1}}\n` +
				`      responses:\n${success}${refusals[1]}components:`)
		writeFileSync(file('contracts', 'notes.yaml'), spec)
		writeFileSync(file('contracts', 'notes.json'), JSON.stringify({ id: 'notes', name: 'Notes', version: '1.0.0', contract_type: 'REST_API',
			provider_persona_id: 'backend_developer', interface_spec: { type: 'openapi', version: '3.1.0', spec_file: 'contracts/notes.yaml' },
			deliverables: [{ name: 'server', artifacts: ['server.mjs'], acceptance_criteria: criteria }] }))
		return await house.ask(['verify', file()])
	} finally {
		house.remove()
	}
}

const sets = [['GET /notes'], ['GET /retired'], ['POST /notes'], ['GET /notes/{id}', 'DELETE /notes/{id}'], ['GET /notes', 'POST /notes'], ['GET /notes/{id}/drafts/{draft}']]

test('an operation that only ever refused carries nothing', async () => {
	const { contracts: [contract], faults, findings } = await verifyContract('refuse to create', sets)
	assert.deepEqual(faults, [])
	// Those of the list and of what its document calls gone pass, and the one that is about nothing in particular.
	assert.deepEqual([contract.verdict, contract.criteria, contract.passed], ['unverified', 8, 3], JSON.stringify(contract))
	const idle = findings.filter(({ message }) => message === 'was not exercised: it only ever refused what its document allows').map(({ subject }) => subject)
	assert.deepEqual(idle.sort(), ['DELETE /notes/{id}', 'GET /notes/{id}', 'GET /notes/{id}/drafts/{draft}', 'POST /notes'], JSON.stringify(findings))
})

test('what such an operation alone carries is reported as not covered, with the reason', async () => {
	const house = new House()
	try {
		const answer = (description, schema) => ({ description, content: { 'application/json': { schema } } }), object = properties => ({ type: 'object', properties })
		const note = object({ id: { type: 'integer' }, title: { type: 'string' } }), problem = { description: 'no', content: { 'application/problem+json': { schema: object({ title: { type: 'string' } }) } } }
		const requestBody = { required: true, content: { 'application/json': { schema: { ...object({ title: { type: 'string', minLength: 1, maxLength: 80 } }), required: ['title'], additionalProperties: false } } } }
		const document = { openapi: '3.1.0', info: { title: 'Notes', version: '1.0.0' }, servers: [{ url: '/v1' }], paths: { '/notes': {
			get: { responses: { 200: answer('all', { type: 'array', items: note }) } }, post: { requestBody, responses: { 201: answer('made', note), 403: problem, 422: problem } } } } }
		const criterion = (text, statement, elements) => ({ text, covers: [statement], elements, checks: [{ kind: 'contract', command: ['node', 'server.mjs'] }] })
		const contract = { id: 'notes', name: 'Notes', version: '1.0.0', contract_type: 'REST_API', status: 'ACTIVE', provider_persona_id: 'backend_developer', interface_spec: { type: 'openapi', version: '3.1.0' },
			deliverables: [{ name: 'server', artifacts: ['server.mjs'], acceptance_criteria: [criterion('notes are listed', 'S1', ['GET /notes']), criterion('notes are made', 'S2', ['POST /notes'])] }] }
		const statements = [{ id: 'S1', text: 'list notes', kind: 'capability' }, { id: 'S2', text: 'create notes', kind: 'capability' }]
		const task = { id: 'notes', persona_id: 'backend_developer', contract_id: 'notes', agent: 'command', command: ['sh', '-c', 'cp "$0" . && echo refuse to create > fault', join(notes, 'server.mjs')] }
		writeFileSync(join(house.folder, 'plan.json'), JSON.stringify({ requirement: 'List notes. Create notes.', analysis: { ...analysis, statements, entities: [] }, contracts: [{ contract, document }], plan: { name: 'notes', tasks: [task] } }))
		const result = await house.ask(['run', '--plan', 'plan.json', '--output', 'out'])
		assert.deepEqual([result.outcome, result.tasks[0].outcome, result.quality.statements_covered], ['partial', 'accepted_unverified', 1], JSON.stringify(result))
		assert.deepEqual(result.not_covered.map(({ statement, reason }) => [statement, reason]),
			[['S2', 'nothing verified the criterion: notes are made; not exercised, for no success was ever seen: POST /notes']])
		assert.match(readFileSync(join(house.folder, 'out', 'run.junit.xml'), 'utf8'), /<skipped message="not exercised, for no success was ever seen: POST \/notes"\/>/)
	} finally {
		house.remove()
	}
})

test('refusals that the document calls for, and nothing to be found for what was made, are no lack of evidence', async () => {
	const { exit, passed, contracts: [contract], faults, findings } = await verifyContract('', sets)
	assert.deepEqual([faults, findings], [[], []])
	assert.deepEqual([exit, passed, contract.verdict, contract.criteria, contract.passed], [0, true, 'passed', 8, 8], JSON.stringify(contract))
})

for (const [fault, [operation, difference]] of Object.entries(faults))
	test(`broken: ${fault}`, async () => {
		const result = await verify(fault)
		assert.equal(result.exit, 1)
		assert.equal(result.passed, false)
		const named = result.faults.filter(f => f.subject === operation || f.subject === operation.replace('/v1', ''))
		assert.ok(named.length, `${operation} is not named: ${JSON.stringify(result.faults.map(f => f.subject))}`)
		assert.ok(named.some(f => difference.test(f.found)), `the difference is not named: ${JSON.stringify(named.map(f => f.found))}`)
		for (const { expected } of result.faults) assert.ok(expected)
		assert.deepEqual(strays(), [])
	})

test('a server that runs already is verified by its address', async () => {
	const house = new House()
	const server = spawn('node', [join(notes, 'server.mjs')], { env: { ...process.env, PORT: '0', FAULT: '' }, stdio: ['ignore', 'pipe', 'inherit'] })
	try {
		const port = await new Promise(resolve => {
			server.stdout.on('data', () => {
				const tcp = readFileSync(`/proc/${server.pid}/net/tcp`, 'utf8')
				const inodes = new Set(readdirSync(`/proc/${server.pid}/fd`).map(fd => {
					try {
						return /socket:\[(\d+)\]/.exec(readlink(`/proc/${server.pid}/fd/${fd}`))?.[1]
					} catch {
						return undefined
					}
				}))
				for (const line of tcp.split('\n').slice(1)) {
					const fields = line.trim().split(/\s+/)
					if (fields[3] === '0A' && inodes.has(fields[9])) resolve(Number.parseInt(fields[1].split(':')[1], 16))
				}
			})
		})
		const result = await house.ask(['verify', '--spec', join(notes, 'notes.yaml'), '--url', `http://127.0.0.1:${port}`])
		assert.equal(result.exit, 0)
		assert.equal(server.exitCode, null, 'a server that is not ours was stopped')
	} finally {
		server.kill()
		house.remove()
	}
})

test('a mock does not answer for a provider, unless that is wanted', async () => {
	const mock = await Mock.start([join(notes, 'notes.yaml')])
	try {
		const words = ['verify', '--spec', join(notes, 'notes.yaml'), '--url', mock.url]
		const refused = await mock.house.ask(words)
		assert.equal(refused.exit, 1)
		assert.equal(refused.passed, false)
		assert.deepEqual(refused.faults.map(({ found }) => /^answers of a mock \(X-Mock-Contract: Notes /u.test(found)), [true], JSON.stringify(refused.faults))
		const allowed = await mock.house.ask([...words, '--allow-mock'])
		assert.deepEqual(allowed.faults, [])
		assert.equal(allowed.exit, 0)
		assert.ok(allowed.findings.some(({ message }) => /a mock of Notes .* proves nothing/u.test(message)), JSON.stringify(allowed.findings))
	} finally {
		await mock.remove()
	}
})

test('what cannot be verified says so', async () => {
	const house = new House()
	try {
		for (const words of [['verify', '/nowhere/at/all'], ['verify', house.folder], ['verify', '--url', 'http://127.0.0.1:1'],
			['verify', house.folder, '--spec', '/nowhere.yaml']]) {
			const { exit, error } = await house.ask(words)
			assert.equal(exit, 2, words.join(' '))
			assert.ok(error.remedy, words.join(' '))
		}
		assert.ok(!existsSync(join(house.folder, 'out')))
	} finally {
		house.remove()
	}
})
