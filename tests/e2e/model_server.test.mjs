// The scripted model server, judged by the official clients: what it streams is what they read, and what they ask is what its rules see.
import Anthropic from '@anthropic-ai/sdk'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { ModelServer, dialects, faults } from './model_server.mjs'

let server
before(async () => (server = await ModelServer.start({ models: ['m', 'n'] })))
after(() => server.close())
beforeEach(() => Object.assign(server, { rules: [], queue: [], requests: [] }))

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false }
const schema = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'], additionalProperties: false }
const usage = { input: 12, output: 7, read: 0 }

// Each client asks the same in its own words; what it makes of the answer has one form.
const clients = {
	anthropic: {
		async ask(stream, held) {
			const client = new Anthropic({ baseURL: server.url, apiKey: 'key-1', maxRetries: 0 })
			const wanted = {
				model: 'm', max_tokens: 100, system: 'Be brief.', tools: [{ name: 'weather', description: 'of a city', input_schema: parameters }],
				...(held ? { output_config: { format: { type: 'json_schema', schema } } } : {}),
				messages: [
					{ role: 'user', content: 'Zürich?' }, { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Zürich' } }] },
					{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'sunny' }, { type: 'text', text: 'And Bern?' }] }
				]
			}
			const { content, stop_reason, usage } = stream ? await client.messages.stream(wanted).finalMessage() : await client.messages.create(wanted)
			const of = type => content.filter(block => block.type === type)
			return {
				text: of('text').map(block => block.text).join(''), thinking: of('thinking').map(block => block.thinking).join(''), stop: stop_reason,
				calls: of('tool_use').map(({ id, name, input }) => ({ id, name, input })), usage: { input: usage.input_tokens, output: usage.output_tokens, read: usage.cache_read_input_tokens }
			}
		},
		models: async () => (await new Anthropic({ baseURL: server.url, apiKey: 'k', maxRetries: 0 }).models.list()).data.map(({ id }) => id)
	},
	openai: {
		async ask(stream, held) {
			const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'key-1', maxRetries: 0 })
			const wanted = {
				model: 'm', tools: [{ type: 'function', function: { name: 'weather', description: 'of a city', parameters } }],
				...(held ? { response_format: { type: 'json_schema', json_schema: { name: 'word', schema, strict: true } } } : {}),
				messages: [
					{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Zürich?' },
					{ role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Zürich"}' } }] },
					{ role: 'tool', tool_call_id: 'c1', content: 'sunny' }, { role: 'user', content: 'And Bern?' }
				]
			}
			const completion = stream ? await client.chat.completions.stream({ ...wanted, stream_options: { include_usage: true } }).finalChatCompletion() : await client.chat.completions.create(wanted)
			const { choices: [{ message, finish_reason }], usage } = completion
			return {
				text: message.content ?? '', thinking: null, stop: finish_reason,
				calls: (message.tool_calls ?? []).map(({ id, function: { name, arguments: json } }) => ({ id, name, input: JSON.parse(json) })),
				usage: { input: usage.prompt_tokens, output: usage.completion_tokens, read: usage.prompt_tokens_details.cached_tokens }
			}
		},
		models: async () => (await new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'k', maxRetries: 0 }).models.list()).data.map(({ id }) => id)
	},
	ollama: {
		async ask(stream, held) {
			const wanted = {
				model: 'm', stream, ...(held ? { format: schema } : {}), tools: [{ type: 'function', function: { name: 'weather', description: 'of a city', parameters } }],
				messages: [
					{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Zürich?' },
					{ role: 'assistant', content: '', tool_calls: [{ id: 'c1', function: { name: 'weather', arguments: { city: 'Zürich' } } }] },
					{ role: 'tool', tool_name: 'c1', content: 'sunny' }, { role: 'user', content: 'And Bern?' }
				]
			}
			const said = await new Ollama({ host: server.url, headers: { authorization: 'Bearer key-1' } }).chat(wanted), answer = { text: '', thinking: '', calls: [] }
			for await (const { message, done, done_reason, prompt_eval_count: input, eval_count: output } of stream ? said : [said]) {
				answer.text += message.content
				answer.thinking += message.thinking ?? ''
				for (const { id, function: { name, arguments: input } } of message.tool_calls ?? []) answer.calls.push({ id, name, input })
				if (done) Object.assign(answer, { stop: done_reason, usage: { input, output, read: 0 } })
			}
			return answer
		},
		models: async () => (await new Ollama({ host: server.url }).list()).models.map(({ name }) => name)
	}
}

const stops = { anthropic: dialects.anthropic.stops, openai: dialects.openai.stops, ollama: { end: 'stop', length: 'length', tools: 'stop' } }

for (const [name, { ask, models }] of Object.entries(clients)) {
	test(`the official client of ${name} reads what was scripted`, async () => {
		const answers = [
			{ text: 'Hello, wörld 😀 "quoted"\nsecond line', thinking: 'They ask for Bern', stop: 'end' },
			{ text: 'cut at the', stop: 'length' },
			{ text: '', calls: [{ id: 'a', name: 'weather', input: { city: 'Bern 😀' } }, { id: 'b', name: 'weather', input: {} }], stop: 'tools' }
		]
		for (const stream of [true, false])
			for (const answer of answers) {
				server.enqueue({ ...answer, usage, piece: 3, betweenMs: 1 })
				const read = await ask(stream)
				assert.deepEqual(read, {
					text: answer.text, thinking: name === 'openai' ? null : answer.thinking ?? '', stop: stops[name][answer.stop], calls: answer.calls ?? [], usage
				}, `${answer.text}, stream: ${stream}`)
			}
		assert.deepEqual(await models(), ['m', 'n'])
	})

	test(`rules see what the official client of ${name} asks`, async () => {
		server.rule(request => (request.text === 'And Bern?' ? `{"word":"rain, ${request.n}"}` : undefined))
		const { text } = await ask(true, true), [request] = server.requests
		assert.equal(JSON.parse(text).word, `rain, ${request.n}`)
		const { dialect, model, system, messages, tools, stream, key } = request
		assert.deepEqual({ dialect, model, system, tools, stream, key, schema: request.schema }, {
			dialect: name, model: 'm', system: 'Be brief.', tools: [{ name: 'weather', description: 'of a city', parameters }], stream: true, key: 'key-1', schema
		})
		assert.equal(messages[0].text, 'Zürich?')
		assert.deepEqual(messages.flatMap(({ calls }) => calls), [{ id: 'c1', name: 'weather', input: { city: 'Zürich' } }])
		assert.deepEqual(messages.flatMap(({ results }) => results), [{ id: 'c1', text: 'sunny' }])
	})

	// Those that the client cannot know from a whole answer (Ollama's takes an end for an end), and those that never end.
	const invisible = { anthropic: ['hollow', 'cut_tool', 'reset_reused'], openai: ['hollow', 'cut_tool', 'reset_reused', 'page', 'empty'], ollama: ['hollow', 'cut_tool', 'reset_reused', 'end_early', 'page', 'empty'] }
	const endless = ['silent', 'silent_body', 'first_stall', 'stall']
	for (const fault of Object.keys(faults).filter(fault => !invisible[name].includes(fault) && !endless.includes(fault)))
		test(`the official client of ${name} is told of ${fault}`, async () => {
			server.enqueue({ text: 'long enough for some tokens', piece: 4, fault })
			await assert.rejects(ask(true))
		})

	test(`who gives up on ${name} is counted`, async () => {
		const { path } = dialects[name]
		for (const fault of endless) {
			const { aborted } = server.counts, controller = new AbortController()
			server.enqueue({ text: 'long enough for some tokens', piece: 4, fault })
			const answer = fetch(server.url + path, { method: 'POST', body: JSON.stringify({ model: 'm', stream: true, messages: [] }), signal: controller.signal })
			if (fault === 'silent') {
				while (!server.counts.running) await new Promise(setImmediate)
			} else {
				const { body } = await answer
				// What comes before the silence; then nothing.
				if (fault === 'stall') await body.getReader().read()
				assert.equal(server.counts.running, 1, fault)
			}
			controller.abort()
			await answer.catch(() => {})
			while (server.counts.running) await new Promise(setImmediate)
			assert.equal(server.counts.aborted, aborted + 1, fault)
		}
	})
}

test('delays are kept, slots are kept, and a server that was down comes back', async () => {
	const slow = await ModelServer.start({ slots: 2, answer: { text: 'abcdef', piece: 1, firstMs: 40, betweenMs: 10 } })
	const ask = () => fetch(`${slow.url}/api/chat`, { method: 'POST', body: JSON.stringify({ model: 'm', messages: [] }) }).then(answer => answer.text())
	const begin = performance.now()
	await Promise.all([ask(), ask(), ask(), ask()])
	assert.ok(performance.now() - begin >= 2 * (40 + 5 * 10) - 20, `${performance.now() - begin} ms`)
	assert.equal(slow.counts.requests, 4)
	await slow.down()
	await assert.rejects(ask())
	await slow.up()
	assert.match(await ask(), /"done":true/)
	await slow.close()
})

test('a script that is broken shows itself', async () => {
	const broken = await ModelServer.start({ answer: () => { throw new Error('no such thing') } })
	const { status } = await fetch(`${broken.url}/api/chat`, { method: 'POST', body: JSON.stringify({ model: 'm', messages: [] }) })
	assert.equal(status, 500)
	await assert.rejects(broken.close(), /no such thing/)
})
