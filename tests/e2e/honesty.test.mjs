// What a run says of itself: what is not covered is named, what nobody can do has failed, work that ran side by side did so,
// and the same requirement gives the same results.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { House, fullSize } from './teamwright.mjs'
import { stable, tree } from './whole.mjs'

async function inHouse(work) {
	const house = new House()
	try {
		return await work(house, name => join(house.folder, name))
	} finally {
		house.remove()
	}
}

// When each task began and ended, and what began first, from the journal.
function times(events) {
	const tasks = {}
	for (const { kind, task, at } of events) {
		if (!task) continue
		tasks[task] ??= {}
		if (kind === 'task.running') tasks[task].begin = Date.parse(at)
		if (kind === 'task.done') tasks[task].end = Date.parse(at)
	}
	return tasks
}

const overlap = (a, b) => a.begin < b.end && b.begin < a.end

for (const [what, text] of [
	['Stripe', 'Build a web application to manage books; a book has a title and an author. Customers pay with Stripe.'],
	['Django', 'Build a web application to manage books; a book has a title and an author. Use Django.']])
	test(`${what} is demanded, nobody can do it: partial, and the last line says so`, () => inHouse(async (house, file) => {
		const { code, out } = await house.run(['run', text, '--output', file('out'), '--quiet'])
		assert.equal(code, 1, out)
		assert.match(out, /^.* partial$/m)
		assert.match(out.trimEnd().split('\n').at(-1), new RegExp(`${what}.*needs a model or an agent`))
		const { result } = await house.ask(['show'])
		assert.equal(result.success, false)
		assert.equal(result.not_covered.length, 1)
		assert.match(result.not_covered[0].text, new RegExp(what))
		assert.ok(result.quality.statements_covered < result.quality.statements_total)
		// Everything that was made is proven all the same.
		assert.ok(result.tasks.every(task => task.success))
		const report = JSON.parse(readFileSync(file('out/quality_report.json'), 'utf8'))
		assert.match(JSON.stringify(report), new RegExp(what))
		// The tests' own README names the same statements as the report, and no other.
		const [readme] = readFileSync(file('out/qa_engineer/README.md'), 'utf8').split('\n')
		assert.deepEqual(readme.match(/\bS\d+(?= )/g), result.not_covered.map(({ statement }) => statement))

		const allowed = await house.ask(['run', text, '--output', file('out'), '--allow-partial'])
		assert.equal(allowed.exit, 0)
		assert.equal(allowed.outcome, 'partial')
		assert.equal(allowed.not_covered.length, 1)
	}))

test('a bug and an algorithm: analysis, contract and plan, then failed, never pretended', () => inHouse(async (house, file) => {
	for (const [text, type] of [['The app crashes with a null pointer when the config file is empty. Expected: a clear error message.', 'bug_fix'],
		['Implement an LRU cache as a library: get and put run in constant time.', undefined]]) {
		const result = await house.ask(['run', text, '--output', file('out')])
		assert.equal(result.exit, 1)
		assert.equal(result.outcome, 'failed')
		assert.equal(result.success, false)
		assert.match(result.reason, /needs a model or an agent: ./)
		if (type) assert.equal(result.requirement_type, type)
		assert.ok(result.blueprint)
		assert.ok(result.tasks.length, 'nothing was planned')
		assert.equal(result.quality.statements_covered, 0)
		assert.equal(result.quality.contracts_fulfilled, 0)
		for (const task of result.tasks) {
			assert.equal(task.success, false)
			assert.ok(['failed', 'skipped'].includes(task.outcome), task.outcome)
			assert.deepEqual(task.files_created, [])
			const { because } = await house.ask(['explain', task.task_id])
			assert.match(because, task.outcome === 'failed' ? /needs a model or an agent/ : /not accepted/)
		}
		const { proof } = await house.ask(['show', '--proof'])
		assert.deepEqual(proof, [])
		const { out } = await house.run(['show'])
		assert.match(out, /failed$/m)
		assert.match(out, /because +.*needs a model or an agent/)
		assert.ok(readdirSync(file('out')).includes('plan.json'))
	}
}))

test('microservices: a contract, a provider, a port and a mock each, made side by side', () => inHouse(async (house, file) => {
	const text = 'Build a shop as microservices: a user service, a product service and an order service with orders that belong to users.'
	const result = await house.ask(['run', text, '--output', file('out'), '--allow-partial'])
	assert.ok(['accepted', 'partial'].includes(result.outcome), JSON.stringify(result.reason))
	const contracts = readdirSync(file('out/contracts')).filter(name => name.endsWith('_spec.yaml')).map(name => name.replace('_spec.yaml', ''))
	assert.ok(contracts.length >= 3, contracts.join(' '))
	const { events } = await house.ask(['logs'])
	const mocks = events.filter(event => event.kind === 'mock.listening').map(event => event.data)
	assert.deepEqual(mocks.map(mock => mock.contract).sort(), contracts.toSorted ? contracts.toSorted() : [...contracts].sort())
	assert.equal(new Set(mocks.map(mock => mock.url)).size, contracts.length, 'two mocks share an address')
	for (const contract of contracts) assert.ok(readdirSync(file('out/contracts')).includes(`${contract}_mock_server.js`), contract)

	const providers = result.tasks.filter(task => contracts.includes(task.task_id))
	assert.equal(providers.length, contracts.length)
	assert.ok(providers.every(task => task.success), JSON.stringify(providers.map(task => [task.task_id, task.outcome, task.reason])))
	// Each provider really listened, in a process of its own.
	const { proof } = await house.ask(['show', '--proof'])
	const pids = contracts.map(contract => proof.find(task => task.task_id === contract).evidence.find(evidence => evidence.subject === 'start').pid)
	assert.equal(new Set(pids).size, contracts.length)
	// At once, not one after the other.
	const at = times(events)
	const [first, second, third] = contracts.map(contract => at[contract])
	assert.ok(overlap(first, second) && overlap(second, third) && overlap(first, third), JSON.stringify(at))
	assert.ok(providers.every(task => task.parallel_execution))
	assert.ok(result.execution.total_duration < result.execution.sequential_duration, JSON.stringify(result.execution))
}))

test('consumers start against the mock at once, while the provider is being made', () => inHouse(async (house, file) => {
	const text = 'Build a web application to manage books; a book has a title and an author.'
	const result = await house.ask(['run', text, '--output', file('out'), '--workers', '3', '--blueprint', 'parallel-contract-first'])
	assert.equal(result.exit, 0)
	const consumers = result.tasks.filter(task => task.used_mock).map(task => task.task_id)
	assert.ok(consumers.length, 'nobody worked against a mock')
	const { events } = await house.ask(['logs'])
	const seq = (kind, task) => events.find(event => event.kind === kind && event.task === task)?.seq
	const listening = events.find(event => event.kind === 'mock.listening')
	const at = times(events)
	for (const consumer of consumers) {
		assert.ok(listening.seq < seq('task.running', consumer), `${consumer} began before the mock`)
		assert.ok(seq('task.running', consumer) < seq('task.done', 'api'), `${consumer} waited for the provider`)
		assert.ok(overlap(at[consumer], at.api), JSON.stringify(at))
	}
	// The integration is the other way round: it needs all of them.
	for (const id of ['api', ...consumers]) assert.ok(seq('task.done', id) < seq('task.running', 'integration_api'), id)
	// The figures of the report are those of the journal.
	const wall = (Date.parse(events.at(-1).at) - Date.parse(events[0].at)) / 1000
	assert.ok(Math.abs(result.execution.total_duration - wall) < 0.5, `${result.execution.total_duration} is not ${wall}`)
	const { sequential_duration: work, time_savings_percent: saved, note } = result.execution
	if (work < 30) assert.ok(saved === undefined && /too short/.test(note), 'so little work says nothing about time saved')
	else assert.ok(Math.abs(saved - 100 * (work - result.execution.total_duration) / work) < 0.01)
}))

// --- the same again ----------------------------------------------------------------------------

test('the same run again gives the same tree and the same report, whatever the number of workers', () => inHouse(async (house, file) => {
	const texts = ['Build a web application to manage books; a book has a title and an author. Pay with Stripe.']
	if (fullSize) texts.push('Build a shop as microservices: a user service, a product service and an order service with orders that belong to users.',
		'Implement an LRU cache as a library: get and put run in constant time.')
	for (const text of texts) {
		const [one, two, three] = [[], [], ['--workers', '1']].map((words, i) => ['run', text, '--output', file(`out${i}`), ...words])
		const first = await house.ask(one), second = await house.ask(two), third = await house.ask(three)
		assert.deepEqual(stable(second), stable(first))
		assert.deepEqual(stable(third.tasks), stable(first.tasks))
		const files = tree(file('out0'))
		assert.ok(Object.keys(files).length > 5)
		assert.deepEqual(tree(file('out1')), files)
		const alone = tree(file('out2'))
		for (const [name, text] of Object.entries(files)) if (name !== 'plan.json') assert.deepEqual(alone[name], text, name)
	}
}))
