// The orchestrations of examples/orchestrate and the run of examples/review, with what models answered to them.
//
//	node tests/e2e/demos.mjs           # asks the models of your own configuration ('teamwright models list'); one example: its name behind it
//	node tests/e2e/demos.mjs --again   # asks nobody: after a prompt or a specialist has changed, the answers of the old recordings
//
// Answers of another model are other answers: tests/e2e/demos.test.mjs says what has to hold, and what those of today came to.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SpecialistServer } from './specialist_server.mjs'
import { House, program, root } from './teamwright.mjs'

export const folder = join(root, 'examples', 'orchestrate')
export const review = join(root, 'examples', 'review')
const examples = [...readdirSync(folder).sort().map(name => join(folder, name)), review]

const wordsOf = (path, out) => [...(path === review ? ['run', '--output', out] : ['orchestrate']), '--plan', 'plan.yaml', '--workers', '1', '--record', 'new.jsonl']

// Who was asked, about which files, with which question: what stays the same where a prompt changes.
const person = system => /You are the ([\w ]+) specialist/.exec(system)?.[1] ?? 'judge'
const about = (system, { files, question }) => JSON.stringify([person(system), files?.map(({ path }) => path), question])
const textOf = parts => parts.map(({ text }) => text ?? '').join('')

// The answers of a recording, by who was asked about what.
export function recorded(path) {
	const lines = readFileSync(join(path, 'calls.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line))
	return new Map(lines.map(({ request, response }) => [about(request.system, JSON.parse(textOf(request.messages[0].parts))), JSON.parse(textOf(response.parts))]))
}

async function again(path, words) {
	const answers = recorded(path), house = new House()
	const server = await new SpecialistServer(({ system, material }) => ({ value: answers.get(about(system, material)) })).start()
	mkdirSync(join(house.folder, 'config/teamwright'), { recursive: true })
	writeFileSync(join(house.folder, 'config/teamwright/config.yaml'), JSON.stringify({ endpoints: [server.named('recorded', 'anthropic')] }))
	const result = await house.ask(words, { cwd: path, environment: { TEAMWRIGHT_MODEL: 'auto' } })
	await server.kill()
	house.remove()
	return result.exit
}

const anew = (path, words) => spawnSync(program, [...words, '--yes'], { cwd: path, stdio: 'inherit' }).status

async function record(path, how) {
	const fresh = join(path, 'new.jsonl'), out = mkdtempSync(join(tmpdir(), 'example-'))
	rmSync(fresh, { force: true })
	const exit = await how(path, wordsOf(path, join(out, 'out')))
	if (exit === 0) renameSync(fresh, join(path, 'calls.jsonl'))
	rmSync(out, { recursive: true })
	console.log(`${basename(path)}: exit ${exit}${exit === 0 ? '' : ', the old recording stays'}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const asked = process.argv.slice(2).filter(word => word !== '--again'), how = process.argv.includes('--again') ? again : anew
	for (const path of examples.filter(path => !asked.length || asked.includes(basename(path)))) await record(path, how)
}
