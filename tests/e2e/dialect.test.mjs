// The translators of model servers against judges of third parties: the official clients read the same wire texts from a server that
// replays them, and an independent server answers the requests that we wrote.
import Anthropic from '@anthropic-ai/sdk'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { Filter, Random, fullSize } from './filter.mjs'
import { anthropicWire, makeAnswer, ollamaWire, openaiWire } from './wire.mjs'

// It wants a newer Node than Debian has.
const { LLMock, noMock = false } = await import('@copilotkit/aimock').catch(error => ({ noMock: `aimock does not load here: ${error.message.split('\n')[0]}` }))

const filter = new Filter('dialect'), random = new Random()
const wires = new Map()
let base, server

// Replays the wire text of the model that is asked for, in pieces of `piece` bytes.
function replay(request, response) {
	const chunks = []
	request.on('data', chunk => chunks.push(chunk)).on('end', async () => {
		const { wire, type, piece } = wires.get(JSON.parse(Buffer.concat(chunks)).model), bytes = Buffer.from(wire)
		response.writeHead(200, { 'content-type': type })
		for (let at = 0; at < bytes.length; at += piece) {
			response.write(bytes.subarray(at, at + piece))
			await new Promise(setImmediate)
		}
		response.end()
	})
}

before(async () => {
	server = createServer(replay)
	await once(server.listen(0, '127.0.0.1'), 'listening')
	base = `http://127.0.0.1:${server.address().port}`
})
after(async () => {
	server.close()
	server.closeAllConnections()
	assert.equal(await filter.close(), 0)
})

async function ask(word, value) {
	const { ok, text } = await filter.ask(word, typeof value === 'string' ? value : JSON.stringify(value))
	assert.ok(ok, `${word}: ${text}`)
	return JSON.parse(text)
}

const fold = (dialect, head, wire) => ask(`fold-${dialect}`, `${JSON.stringify(head)}\n${wire}`)

// What the part of our answer says, with nothing that is absent.
function own({ response, whole, failure }) {
	const of = kind => response.parts.filter(part => part.kind === kind)
	const texts = kind => of(kind).map(part => part.text).join('')
	return {
		whole, class: failure.class, id: response.id ?? null, text: texts('text'), thinking: texts('thinking'), stop: response.stop,
		calls: of('tool_call').map(part => ({ id: part.tool_id, name: part.tool, input: part.arguments })),
		input: response.usage.input_tokens ?? null, output: response.usage.output_tokens ?? null, read: response.usage.cache_read_tokens ?? null
	}
}

const whole = { whole: true, class: 'none' }

// Of each protocol: how a wire is made, what it is called, and what the official client makes of it.
const protocols = {
	anthropic: {
		make: anthropicWire, type: 'text/event-stream',
		async judge(model) {
			const client = new Anthropic({ baseURL: base, apiKey: 'k', maxRetries: 0 })
			const { content, id, stop_reason, usage } = await client.messages.stream({ model, max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] }).finalMessage()
			const of = type => content.filter(block => block.type === type)
			return {
				...whole, id, text: of('text').map(block => block.text).join(''), thinking: of('thinking').map(block => block.thinking).join(''),
				stop: { end_turn: 'end', max_tokens: 'length', tool_use: 'tools' }[stop_reason], calls: of('tool_use').map(({ id, name, input }) => ({ id, name, input })),
				input: usage.input_tokens, output: usage.output_tokens, read: usage.cache_read_input_tokens
			}
		}
	},
	openai: {
		make: openaiWire, type: 'text/event-stream',
		async judge(model) {
			const client = new OpenAI({ baseURL: base, apiKey: 'k', maxRetries: 0 })
			const stream = client.chat.completions.stream({ model, messages: [{ role: 'user', content: 'hi' }], stream_options: { include_usage: true } })
			const { id, choices: [{ message, finish_reason }], usage } = await stream.finalChatCompletion()
			return {
				...whole, id, text: message.content ?? '', thinking: '', stop: { stop: 'end', length: 'length', tool_calls: 'tools' }[finish_reason],
				calls: (message.tool_calls ?? []).map(({ id, function: { name, arguments: text } }) => ({ id, name, input: JSON.parse(text) })),
				input: usage.prompt_tokens - usage.prompt_tokens_details.cached_tokens, output: usage.completion_tokens, read: usage.prompt_tokens_details.cached_tokens
			}
		}
	},
	ollama: {
		make: ollamaWire, type: 'application/x-ndjson',
		async judge(model) {
			const answer = { ...whole, id: null, text: '', thinking: '', calls: [], read: null }
			for await (const { message, done, done_reason, prompt_eval_count, eval_count } of await new Ollama({ host: base }).chat({ model, messages: [], stream: true })) {
				answer.text += message.content
				answer.thinking += message.thinking ?? ''
				for (const { id, function: { name, arguments: input } } of message.tool_calls ?? []) answer.calls.push({ id, name, input })
				if (done) Object.assign(answer, { stop: answer.calls.length ? 'tools' : { stop: 'end' }[done_reason] ?? done_reason, input: prompt_eval_count, output: eval_count })
			}
			return answer
		}
	}
}

for (const [name, { make, type, judge }] of Object.entries(protocols))
	test(`the official client of ${name} reads the same`, async t => {
		const rounds = fullSize ? 1000 : 30
		t.diagnostic(`SEED=${random.seed}`)
		for (let round = 0; round < rounds; round++) {
			const model = `${name}-${round}`, answer = makeAnswer(random), about = `SEED=${random.seed}, ${model}`
			const wire = make(random, model, answer, round % 3 === 0).join(''), piece = 1 + random.below(random.below(2) ? 16 : 2000)
			wires.set(model, { wire, type, piece })
			const [theirs, ours, plain] = await Promise.all([judge(model), fold(name, { type, piece }, wire), fold(name, { type, plain: true }, wire)])
			assert.deepEqual([about, own(ours)], [about, theirs])
			assert.deepEqual(plain.response, ours.response, about)
			assert.equal(ours.seen, own(ours).text, about)
			assert.equal(own(ours).text, answer.text, about)
			assert.deepEqual(own(ours).calls.map(({ name, input }) => ({ name, input })), answer.calls.map(({ name, input }) => ({ name, input })), about)
			wires.delete(model)
		}
		t.diagnostic(`${rounds} answers`)
	})

// Where the official client is cut off or told an error, so are we. Ollama's takes an end for an end.
test('a stream that is cut is an answer for nobody', async t => {
	let cut = 0
	for (const name of ['anthropic', 'openai'])
		for (let round = 0; round < (fullSize ? 300 : 15); round++) {
			const { make, type, judge } = protocols[name], model = `cut-${name}-${round}`
			const events = make(random, model, makeAnswer(random), false), about = `SEED=${random.seed}, ${model}`
			const wire = events.slice(0, random.below(events.length - 2)).join('')
			wires.set(model, { wire, type, piece: 4096 })
			const ours = await fold(name, { type }, wire)
			await assert.rejects(judge(model), about)
			assert.ok(['truncated', 'empty'].includes(ours.failure.class) && !ours.whole, `${about}: ${JSON.stringify(ours)}`)
			assert.ok(ours.response.parts.every(part => part.kind !== 'tool_call' || part.arguments), about)
			cut++
		}
	t.diagnostic(`${cut} streams`)
})

test('an error inside a stream is an error for everybody', async () => {
	const errors = {
		anthropic: ['event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n', 'overloaded'],
		openai: ['data: {"error":{"message":"The server had an error","type":"server_error","code":null}}\n\n', 'server_error'],
		ollama: ['{"error":"an error was encountered while running the model"}\n', 'server_error']
	}
	for (const [name, [error, expected]] of Object.entries(errors)) {
		const { make, type, judge } = protocols[name], model = `error-${name}`
		const wire = make(random, model, makeAnswer(random), false).slice(0, 1).join('') + error
		wires.set(model, { wire, type, piece: 100 })
		await assert.rejects(judge(model), name)
		assert.equal((await fold(name, { type }, wire)).failure.class, expected)
	}
})

const tools = [{ name: 'get_weather', description: 'The weather of a city', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } }]

// Their answers to what is asked; the first one that fits counts.
const fixtures = [
	[/plain/, { content: 'Hello, wörld 😀 "quoted"\nsecond line', reasoning: 'They said hello 😀' }],
	[/tool/, { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Zürich 😀"}' }, { name: 'get_weather', arguments: '{"city":"Bern"}' }] }],
	[/schema/, { content: '{"answer":42,"why":null}' }],
	[/refused/, { error: { message: 'Slow down', type: 'rate_limit_error' }, status: 429 }],
	[/broken/, { error: { message: 'It broke', type: 'server_error' }, status: 500 }]
]
const say = (text, more = {}) => ({ model: 'gpt-4o', system: 'Be brief.', messages: [{ role: 'user', parts: [{ kind: 'text', text }] }], max_tokens: 100, ...more })

// Sends what our tool wrote, and folds what comes back.
async function exchange(mock, dialect, request, options = {}, headers = {}) {
	const { path, headers: ours, body } = await ask(`write-${dialect}`, { request, options: { key: 'k', window: 4096, strict_schema: true, ...options } })
	const answer = await fetch(`${mock.url}${dialect === 'openai' ? '/v1' : ''}${path}`, { method: 'POST', headers: { ...ours, ...headers }, body })
	const wire = await answer.text().catch(() => '')
	return { body: JSON.parse(body), wire, ...await fold(dialect, { status: answer.status, type: answer.headers.get('content-type'), headers: Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith('retry'))) }, wire) }
}

for (const dialect of Object.keys(protocols))
	test(`aimock answers in ${dialect}`, { skip: noMock }, async () => {
		const mock = new LLMock({ port: 0, chunkSize: 3 })
		for (const [pattern, response] of fixtures) mock.onMessage(pattern, response)
		await mock.start()
		try {
			const plain = await exchange(mock, dialect, say('plain'))
			assert.equal(own(plain).text, fixtures[0][1].content, plain.wire)
			// Its Ollama says reasoning_content where the real one, and the official client, say thinking.
			assert.equal(own(plain).thinking, dialect === 'ollama' ? '' : fixtures[0][1].reasoning, plain.wire)
			assert.equal(own(plain).stop, 'end')
			assert.ok(plain.whole && own(plain).input >= 0 && own(plain).output >= 0, JSON.stringify(plain))

			const called = await exchange(mock, dialect, say('use a tool', { tools, tool_choice: 'auto' }))
			assert.deepEqual(own(called).calls.map(({ name, input }) => [name, input.city]), [['get_weather', 'Zürich 😀'], ['get_weather', 'Bern']], called.wire)
			assert.equal(own(called).stop, 'tools')
			assert.equal(new Set(own(called).calls.map(({ id }) => id)).size, 2)

			// The conversation goes on: the answer as it came, and the results.
			const { parts } = called.response
			const results = parts.filter(part => part.kind === 'tool_call').map(({ tool_id, tool }) => ({ kind: 'tool_result', tool_id, tool, text: 'sunny' }))
			const next = say('use a tool', { tools })
			next.messages.push({ role: 'assistant', parts }, { role: 'user', parts: [...results, { kind: 'text', text: 'plain' }] })
			assert.equal(own(await exchange(mock, dialect, next)).text, fixtures[0][1].content)

			const held = await exchange(mock, dialect, say('schema', { schema: { type: 'object', properties: { answer: { type: 'integer' }, why: { type: 'string' } }, required: ['answer'] } }))
			assert.deepEqual(JSON.parse(own(held).text), { answer: 42, why: null })

			const refused = await exchange(mock, dialect, say('refused'))
			assert.equal(refused.failure.class, 'rate_limited')
			assert.equal(refused.failure.detail, 'Slow down')
			assert.equal((await exchange(mock, dialect, say('broken'))).failure.class, 'server_error')

			// Half a line at the end of a stream of lines may as well be cut off. (A disconnect has no answer: the transport's to tell.)
			for (const [chaos, expected] of Object.entries({ drop: ['server_error'], malformed: ['malformed', 'truncated'], ratelimit: ['rate_limited'] })) {
				const { failure, whole, wire } = await exchange(mock, dialect, say('plain'), {}, { [`x-aimock-chaos-${chaos}`]: '1' })
				assert.ok(expected.includes(failure.class) && !whole, `${chaos}: ${JSON.stringify(failure)} ${wire}`)
			}

			const journal = mock.getRequests().map(entry => entry.body?.model)
			assert.ok(journal.length >= 6 && journal.every(model => model === 'gpt-4o'), JSON.stringify(journal))
		} finally {
			await mock.stop()
		}
	})
