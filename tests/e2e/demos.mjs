// The orchestrations of examples/orchestrate: what their specialists answered stands in answers.json.
//
//	node tests/e2e/demos.mjs     # records them anew after a prompt, a specialist or an example has changed
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SpecialistServer } from './specialist_server.mjs'
import { House, root } from './teamwright.mjs'

export const folder = join(root, 'examples', 'orchestrate')
export const names = readdirSync(folder).sort()

// A rule that answers as answers.json says: by who is asked, and about which file or with which question.
export function rule(name) {
	const answers = JSON.parse(readFileSync(join(folder, name, 'answers.json')))
	return ({ system, material }) => {
		const who = /You are the ([\w ]+) specialist/.exec(system)?.[1].replaceAll(' ', '_') ?? 'judge'
		const file = material.files?.[0].path
		const found = answers.find(({ specialist, file: of, question }) => specialist === who && (!of || of === file) && (!question || material.question))
		return { value: found.answer }
	}
}

async function record(name) {
	const house = new House(), server = await new SpecialistServer(rule(name)).start(), calls = join(folder, name, 'calls.jsonl')
	mkdirSync(join(house.folder, 'config/teamwright'), { recursive: true })
	writeFileSync(join(house.folder, 'config/teamwright/config.yaml'), JSON.stringify({ endpoints: [server.named('recorded', 'anthropic')] }))
	rmSync(calls, { force: true })
	const words = ['orchestrate', '--plan', 'plan.yaml', '--workers', '1', '--record', calls]
	const result = await house.ask(words, { cwd: join(folder, name), environment: { TEAMWRIGHT_MODEL: 'auto' } })
	console.log(`${name}: exit ${result.exit}, ${server.calls.length} calls`)
	await server.kill()
	house.remove()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const name of names) await record(name)
