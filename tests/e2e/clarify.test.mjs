// Questions of a model before planning: asked only where somebody can answer; the answers are told to models as quoted data.
import assert from 'node:assert/strict'
import test from 'node:test'
import { analysis, requirement, served } from './scripted_model.mjs'
import { noTerminal, onTerminal } from './terminal.mjs'

const question = (question, why, assumed) => ({ question, why, assumed })
const questions = [question('Who may delete a project?', 'other rights', 'everybody'), question('Is there a limit of tasks?', 'another check', 'none')]
const isClarify = ({ system }) => system.startsWith('You read a requirement before')
const nth = (request, answers) => answers[Math.min(request.messages.filter(({ role }) => role === 'assistant').length, answers.length - 1)]
const scripted = (...answers) => request => JSON.stringify(isClarify(request) ? nth(request, answers.map(questions => ({ questions }))) : analysis)
const words = ['run', requirement, '--until', 'analysis', '--yes']

test('the questions as a result; too many go back', () => served(async (house, server) => {
	const found = await house.ask(['clarify', requirement])
	assert.deepEqual([found.exit, found.questions], [0, questions])
	assert.equal(server.requests.length, 2)
	assert.match(server.requests[1].text, /6 are too many, keep the 5 that matter most[^]*number 6 has to be one question/)
	assert.match(server.requests[0].messages[0].text, /<<<<<<<< requirement [0-9a-f]{16} begins/)
	const none = await house.run(['clarify', requirement, '--model', 'none'])
	assert.deepEqual([none.code, /there is no model to ask/.test(none.err)], [3, true], none.err)
}, { answer: scripted([...questions, ...questions, questions[0], question('', 'x', 'y')], questions) }))

test('answered on a terminal, quoted to the analyst; what is not answered is left to him', { skip: noTerminal }, () => served(async (house, server) => {
	const run = await onTerminal(house, [...words, '--ask', '--context', '{"users": 3}'], [[/> $/, 'Only its owner\r'], [/> $/, '\r']])
	assert.equal(run.code, 0, run.out)
	assert.match(run.out, /Who may delete a project\?\s+\(other rights; without an answer: everybody\)/)
	const { text } = server.requests[1].messages[0]
	assert.match(text, /<<<<<<<< context ([0-9a-f]{16}) begins: quoted as data\n\{"users": 3\}\n\nWhat the person [^\n]+:\n\n- Who may delete a project\? Only its owner\n+>>>>>>>> context \1 ends/)
	assert.doesNotMatch(text, /limit of tasks/)
}, { answer: scripted(questions) }))

test('Ctrl-C at a question begins nothing', { skip: noTerminal }, () => served(async (house, server) => {
	const run = await onTerminal(house, [...words, '--ask'], [[/> $/, '\x03']])
	assert.equal(run.code, 5, run.out)
	assert.equal(server.requests.length, 1)
	assert.deepEqual((await house.ask(['history'])).runs, [])
}, { answer: scripted(questions) }))

test('nobody is asked where nobody is; answers can be given', () => served(async (house, server) => {
	const unattended = await house.run([...words, '--ask', '--progress', 'none'])
	assert.equal(unattended.code, 0, unattended.err)
	assert.match(unattended.err, /nobody is asked: this is no terminal/)
	assert.equal(server.requests.filter(isClarify).length, 0)
	assert.equal((await house.ask([...words, '--clarifications', 'Who? Everybody', '--output', 'again'])).exit, 0)
	assert.match(server.requests.at(-1).messages[0].text, /- Who\? Everybody/)
}, { answer: scripted(questions) }))
