// The orchestrations of examples/orchestrate: what their specialists answered stands in answers.json.
//
// The plan of examples/review is one of a run that asks specialists.
//	node tests/e2e/demos.mjs     # records them anew after a prompt, a specialist or an example has changed
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SpecialistServer } from './specialist_server.mjs'
import { House, root } from './teamwright.mjs'

export const folder = join(root, 'examples', 'orchestrate')
export const names = readdirSync(folder).sort()

export const review = join(root, 'examples', 'review')

// A rule that answers as answers.json says: by who is asked, and about which file or with which question.
function rule(path) {
	const answers = JSON.parse(readFileSync(join(path, 'answers.json')))
	return ({ system, material }) => {
		const who = /You are the ([\w ]+) specialist/.exec(system)?.[1].replaceAll(' ', '_') ?? 'judge'
		const file = material.files?.[0].path
		const found = answers.find(({ specialist, file: of, question }) => specialist === who && (!of || of === file) && (!question || material.question))
		return { value: found.answer }
	}
}

async function record(path, command) {
	const house = new House(), server = await new SpecialistServer(rule(path)).start(), calls = join(path, 'calls.jsonl')
	mkdirSync(join(house.folder, 'config/teamwright'), { recursive: true })
	writeFileSync(join(house.folder, 'config/teamwright/config.yaml'), JSON.stringify({ endpoints: [server.named('recorded', 'anthropic')] }))
	rmSync(calls, { force: true })
	const words = [...command, '--plan', 'plan.yaml', '--workers', '1', '--record', calls]
	const result = await house.ask(words, { cwd: path, environment: { TEAMWRIGHT_MODEL: 'auto' } })
	console.log(`${path}: exit ${result.exit}, ${server.calls.length} calls`)
	await server.kill()
	house.remove()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const name of names) await record(join(folder, name), ['orchestrate'])
	const house = new House()   // where the run's results go
	await record(review, ['run', '--output', join(house.folder, 'out')])
	house.remove()
}
