// A model server that says what it is told to: Anthropic Messages, OpenAI Chat Completions and Ollama's chat, streamed or not.
//
//	const server = await ModelServer.start({ answer: request => `You said ${request.text}` })
//	server.enqueue('first', { fault: 'overloaded' }, { calls: [{ name: 'list', input: {} }] })
//	... server.endpoint('openai'), server.requests, server.counts ...
//	await server.close()
//
// A rule is a function of the request (below); what it returns is the answer: a text, or an object as `Answer` says. The queue goes before
// the rules; of the rules the first one that answers counts.
import { once } from 'node:events'
import { createServer } from 'node:http'

/* Request: { n, dialect, model, system, messages: [{role, text, calls, results}], text (of the last message), tools: [{name, description,
 * parameters}], schema, stream, key, headers, body, reused (the connection has served before), at (ms) }
 * Answer: { text, thinking, calls: [{id, name, input}], stop: end|length|tools|refused, usage: {input, output, read},
 *           piece: characters in a token, headersMs, firstMs, betweenMs: delays, with Infinity as silence,
 *           status, body, headers: a refusal, where status is not 200,
 *           fault: one of `faults`, after: tokens before it (2), words: of its error, and what it needs (retryAfter) } */

const textOf = content => (typeof content === 'string' ? content : (content ?? []).filter(part => part.type === 'text').map(part => part.text).join(''))
const parse = text => {
	try {
		return JSON.parse(text)
	} catch {
		return text
	}
}

function pieces(text, size) {
	const characters = [...text], out = []
	while (characters.length) out.push(characters.splice(0, size).join(''))
	return out
}

// A token is what a first token can be; the rest frames it. `calls` may be cut by a fault: their arguments are texts here.
const token = wire => ({ token: true, wire })
const frame = wire => ({ token: false, wire })

/* --- Anthropic ------------------------------------------------------------------------------- */

const anthropic = {
	path: '/v1/messages', type: 'text/event-stream',
	read: body => ({
		system: textOf(body.system),
		messages: body.messages.map(({ role, content }) => {
			const of = type => (Array.isArray(content) ? content.filter(part => part.type === type) : [])
			return {
				role, text: textOf(content), calls: of('tool_use').map(({ id, name, input }) => ({ id, name, input })),
				results: of('tool_result').map(({ tool_use_id, content: text }) => ({ id: tool_use_id, text: textOf(text) }))
			}
		}),
		tools: (body.tools ?? []).map(({ name, description, input_schema }) => ({ name, description, parameters: input_schema })),
		schema: body.output_config?.format?.schema ?? body.output_format?.schema
	}),
	stops: { end: 'end_turn', length: 'max_tokens', tools: 'tool_use', refused: 'refusal' },
	event: value => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`,
	message: ({ n, model }, answer) => ({
		id: `msg_${n}`, type: 'message', role: 'assistant', model,
		content: [
			...(answer.thinking ? [{ type: 'thinking', thinking: answer.thinking, signature: 'c2lnbmF0dXJl' }] : []), ...(answer.text ? [{ type: 'text', text: answer.text }] : []),
			...answer.calls.map(({ id, name, json }) => ({ type: 'tool_use', id, name, input: parse(json) }))
		],
		stop_reason: anthropic.stops[answer.stop], stop_sequence: null,
		usage: { input_tokens: answer.usage.input, output_tokens: answer.usage.output, cache_read_input_tokens: answer.usage.read, cache_creation_input_tokens: 0 }
	}),
	*stream(request, answer) {
		const { event } = anthropic, message = anthropic.message(request, answer)
		yield frame(event({ type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } } }))
		yield frame(event({ type: 'ping' }))
		let index = 0
		function *block(content_block, deltas) {
			yield frame(event({ type: 'content_block_start', index, content_block }))
			for (const delta of deltas) yield token(event({ type: 'content_block_delta', index, delta }))
			yield frame(event({ type: 'content_block_stop', index: index++ }))
		}
		const cut = text => pieces(text, answer.piece)
		if (answer.thinking)
			yield* block({ type: 'thinking', thinking: '', signature: '' }, [...cut(answer.thinking).map(thinking => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature: 'c2lnbmF0dXJl' }])
		if (answer.text) yield* block({ type: 'text', text: '' }, cut(answer.text).map(text => ({ type: 'text_delta', text })))
		for (const { id, name, json } of answer.calls) yield* block({ type: 'tool_use', id, name, input: {} }, cut(json).map(partial_json => ({ type: 'input_json_delta', partial_json })))
		yield frame(event({ type: 'message_delta', delta: { stop_reason: message.stop_reason, stop_sequence: null }, usage: { output_tokens: answer.usage.output } }))
		yield frame(event({ type: 'message_stop' }))
	},
	error: (type, message) => ({ type: 'error', error: { type, message } }),
	inBand: (words = 'Overloaded') => anthropic.event(anthropic.error('overloaded_error', words)),
	garbage: (words = 'del') => `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"${words}\n\n`
}

/* --- OpenAI ---------------------------------------------------------------------------------- */

const openai = {
	path: '/v1/chat/completions', type: 'text/event-stream',
	read: body => ({
		system: body.messages.filter(({ role }) => role === 'system' || role === 'developer').map(({ content }) => textOf(content)).join('\n'),
		messages: body.messages.filter(({ role }) => role !== 'system' && role !== 'developer').map(({ role, content, tool_calls = [], tool_call_id }) => ({
			role, text: role === 'tool' ? '' : textOf(content), calls: tool_calls.map(({ id, function: { name, arguments: json } }) => ({ id, name, input: parse(json) })),
			results: role === 'tool' ? [{ id: tool_call_id, text: textOf(content) }] : []
		})),
		tools: (body.tools ?? []).map(({ function: { name, description, parameters } }) => ({ name, description, parameters })),
		schema: body.response_format?.json_schema?.schema
	}),
	stops: { end: 'stop', length: 'length', tools: 'tool_calls', refused: 'content_filter' },
	calls: ({ calls }) => calls.map(({ id, name, json }) => ({ id, type: 'function', function: { name, arguments: json } })),
	usage: ({ usage: { input, output, read } }) => ({ prompt_tokens: input + read, completion_tokens: output, total_tokens: input + read + output, prompt_tokens_details: { cached_tokens: read } }),
	message({ n, model }, answer) {
		const tool_calls = openai.calls(answer)
		const message = { role: 'assistant', content: answer.text || (tool_calls.length ? null : ''), refusal: null, ...(tool_calls.length ? { tool_calls } : {}) }
		return { id: `chatcmpl-${n}`, object: 'chat.completion', created: 1, model, choices: [{ index: 0, message, logprobs: null, finish_reason: openai.stops[answer.stop] }], usage: openai.usage(answer) }
	},
	*stream({ n, model, body }, answer) {
		const base = { id: `chatcmpl-${n}`, object: 'chat.completion.chunk', created: 1, model }
		const line = value => `data: ${typeof value === 'string' ? value : JSON.stringify({ ...base, ...value })}\n\n`
		const chunk = (delta, finish_reason = null) => line({ choices: [{ index: 0, delta, logprobs: null, finish_reason }] })
		yield frame(chunk({ role: 'assistant', content: '', refusal: null }))
		for (const reasoning_content of pieces(answer.thinking ?? '', answer.piece)) yield token(chunk({ reasoning_content }))
		for (const content of pieces(answer.text ?? '', answer.piece)) yield token(chunk({ content }))
		for (const [index, call] of openai.calls(answer).entries()) {
			yield token(chunk({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: '' } }] }))
			for (const part of pieces(call.function.arguments, answer.piece)) yield token(chunk({ tool_calls: [{ index, function: { arguments: part } }] }))
		}
		yield frame(chunk({}, openai.stops[answer.stop]))
		if (body.stream_options?.include_usage) yield frame(line({ choices: [], usage: openai.usage(answer) }))
		yield frame(line('[DONE]'))
	},
	error: (type, message) => ({ error: { message, type, param: null, code: null } }),
	inBand: (words = 'The server had an error while processing your request') => `data: ${JSON.stringify(openai.error('server_error', words))}\n\n`,
	garbage: (words = 'con') => `data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"${words}\n\n`
}

/* --- Ollama ---------------------------------------------------------------------------------- */

const ollama = {
	path: '/api/chat', type: 'application/x-ndjson',
	read: body => ({
		system: body.messages.filter(({ role }) => role === 'system').map(({ content }) => content).join('\n'),
		messages: body.messages.filter(({ role }) => role !== 'system').map(({ role, content, tool_calls = [], tool_name }) => ({
			role, text: role === 'tool' ? '' : content, calls: tool_calls.map(({ id, function: { name, arguments: input } }) => ({ id, name, input })),
			results: role === 'tool' ? [{ id: tool_name, text: content }] : []
		})),
		tools: (body.tools ?? []).map(({ function: { name, description, parameters } }) => ({ name, description, parameters })),
		schema: typeof body.format === 'object' ? body.format : undefined
	}),
	calls: ({ calls }) => (calls.length ? { tool_calls: calls.map(({ id, name, json }) => ({ id, function: { name, arguments: parse(json) } })) } : {}),
	line: value => `${JSON.stringify(value)}\n`,
	end: ({ model }, { stop, usage }, message) => ({
		model, created_at: '2026-01-01T00:00:00Z', message, done: true, done_reason: stop === 'length' ? 'length' : 'stop', total_duration: 5e6, load_duration: 1e6,
		prompt_eval_count: usage.input + usage.read, prompt_eval_duration: 1e6, eval_count: usage.output, eval_duration: 1e6
	}),
	message: (request, answer) => ollama.end(request, answer, { role: 'assistant', content: answer.text ?? '', ...(answer.thinking ? { thinking: answer.thinking } : {}), ...ollama.calls(answer) }),
	*stream(request, answer) {
		const say = message => token(ollama.line({ model: request.model, created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: '', ...message }, done: false }))
		for (const thinking of pieces(answer.thinking ?? '', answer.piece)) yield say({ thinking })
		for (const content of pieces(answer.text ?? '', answer.piece)) yield say({ content })
		if (answer.calls.length) yield say(ollama.calls(answer))
		yield frame(ollama.line(ollama.end(request, answer, { role: 'assistant', content: '' })))
	},
	error: (type, message) => ({ error: message }),
	inBand: (words = 'an error was encountered while running the model') => ollama.line({ error: words }),
	garbage: (words = 'role') => `{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"${words}\n`
}

export const dialects = { anthropic, openai, ollama }
const byPath = Object.fromEntries(Object.entries(dialects).map(([name, dialect]) => [dialect.path, name]))

/* --- faults ---------------------------------------------------------------------------------- */

const refuse = (status, type, message, headers = {}) => (dialect, answer) => ({
	...answer, status, body: dialects[dialect].error(type, message), headers: { ...headers, ...answer.headers }
})

// What the answer becomes: before the headers by its status and delays, inside the stream by `at` (what happens after `after` tokens).
export const faults = {
	rate_limit: (dialect, answer) => refuse(429, 'rate_limit_error', 'Slow down', answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) })(dialect, answer),
	spend_cap: (dialect, answer) => ({
		...answer, status: 429, body: dialect === 'anthropic'
			? { type: 'error', error: { type: 'rate_limit_error', message: 'You have reached your spend limit.', details: { error_code: 'enforced_spend_limit_reached' } } }
			: { error: { message: 'You exceeded your current quota, please check your plan and billing details.', type: 'insufficient_quota', param: null, code: 'insufficient_quota' } }
	}),
	unavailable: refuse(503, 'api_error', 'server busy, please try again. maximum pending requests exceeded'),
	overloaded: refuse(529, 'overloaded_error', 'Overloaded'),
	broken: refuse(500, 'api_error', 'Internal server error'),
	unauthorized: refuse(401, 'authentication_error', 'invalid key'),
	echo_key: (dialect, answer, { key }) => refuse(401, 'invalid_request_error', `Incorrect API key provided: ${key}. You can find your key in your account`)(dialect, answer),
	invalid: refuse(400, 'invalid_request_error', 'messages: at least one message is required'),
	no_model: refuse(404, 'not_found_error', 'model not found'),
	silent: (dialect, answer) => ({ ...answer, headersMs: Infinity }),
	silent_body: (dialect, answer) => ({ ...answer, after: 0, at: 'silence', bare: true }),
	first_stall: (dialect, answer) => ({ ...answer, after: 0, at: 'silence' }),
	stall: (dialect, answer) => ({ ...answer, at: 'silence' }),
	cut: (dialect, answer) => ({ ...answer, at: 'cut' }),
	reset_inside: (dialect, answer) => ({ ...answer, at: 'reset' }),
	end_early: (dialect, answer) => ({ ...answer, at: 'end' }),
	in_band: (dialect, answer) => ({ ...answer, at: 'in_band' }),
	malformed: (dialect, answer) => ({ ...answer, at: 'garbage' }),
	cut_tool: (dialect, answer) => ({ ...answer, stop: 'length', calls: answer.calls.map(call => ({ ...call, json: call.json.slice(0, -Math.ceil(call.json.length / 2)) })) }),
	empty: (dialect, answer) => ({ ...answer, raw: '' }),
	hollow: (dialect, answer) => ({ ...answer, text: '', thinking: null, calls: [], stop: 'end' }),
	page: (dialect, answer) => ({ ...answer, raw: '<html><body>Welcome to the proxy</body></html>', type: 'text/html' }),
	reset: (dialect, answer) => ({ ...answer, reset: true }),
	reset_reused: (dialect, answer, { reused }) => ({ ...answer, reset: reused })
}

/* --- the server ------------------------------------------------------------------------------ */

const count = value => Math.max(1, Math.ceil(JSON.stringify(value ?? '').length / 4))

function complete(request, said) {
	const answer = typeof said === 'string' ? { text: said } : said
	const calls = (answer.calls ?? []).map(({ id, name, input = {} }, i) => ({ id: id ?? `call_${request.n}_${i}`, name, json: JSON.stringify(input) }))
	const whole = {
		text: '', thinking: null, stop: calls.length ? 'tools' : 'end', piece: 4, headersMs: 0, firstMs: 0, betweenMs: 0, after: 2, status: 200, ...answer, calls,
		usage: { input: count(request.body.messages), output: count([answer.text, answer.calls]), read: 0, ...answer.usage }
	}
	if (!answer.fault) return whole
	if (!faults[answer.fault]) throw new Error(`no such fault: ${answer.fault}`)
	return faults[answer.fault](request.dialect, whole, request)
}

// Resolves after that time, or as soon as nobody listens any more; true where somebody does.
function pause(response, ms) {
	if (response.destroyed) return Promise.resolve(false)
	if (!ms) return Promise.resolve(true)
	return new Promise(resolve => {
		const timer = Number.isFinite(ms) ? setTimeout(done, ms, true) : null
		function done(there) {
			clearTimeout(timer)
			response.off('close', gone)
			resolve(there)
		}
		const gone = () => done(false)
		response.on('close', gone)
	})
}

const ends = {
	silence: response => pause(response, Infinity),
	cut: response => response.destroy(),
	reset: response => response.socket.resetAndDestroy(),
	end: response => response.end(),
	in_band: (response, { inBand }, words) => response.end(inBand(words)),
	garbage: (response, { garbage }, words) => response.end(garbage(words))
}

async function send(response, request, answer) {
	const { type } = dialects[request.dialect]
	response.writeHead(200, { 'content-type': answer.type ?? type, 'cache-control': 'no-cache', ...answer.headers })
	response.flushHeaders()
	if (answer.raw !== undefined) return response.end(answer.raw)
	let tokens = 0
	for (const { token: counts, wire } of dialects[request.dialect].stream(request, answer)) {
		if (answer.at && (answer.bare || counts) && tokens === answer.after) return ends[answer.at](response, dialects[request.dialect], answer.words)
		if (counts && !await pause(response, tokens++ ? answer.betweenMs : answer.firstMs)) return undefined
		await new Promise(written => response.write(wire, written))
	}
	// Fewer tokens than the fault waits for: the test would test nothing.
	if (answer.at) throw new Error(`the answer has only ${tokens} tokens, the fault comes after ${answer.after}`)
	return response.end()
}

function json(response, status, value, headers = {}) {
	const text = typeof value === 'string' ? value : JSON.stringify(value)
	response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers })
	response.end(text)
}

// An address for each server of each process: the port of one that is down is not soon another's.
let servers = 0
const nextHost = () => `127.${1 + ((process.pid >> 8) & 0x7f)}.${process.pid & 0xff}.${1 + servers++ % 250}`

export class ModelServer {
	host = nextHost()
	// answer: a rule or several; models: what it lists; lookup: (path, headers) => {status, body} in place of a list; slots: how many it
	// serves at once, the others wait; loaded: what Ollama's list of models in memory is, null where nothing is said.
	constructor({ answer = [], models = ['scripted'], lookup = () => undefined, slots = Infinity, loaded = () => this.models.map(name => ({ name, model: name, expires_at: '2030-01-01T00:00:00Z' })) } = {}) {
		this.rules = [answer].flat()
		this.models = models
		this.lookup = lookup
		this.slots = slots
		this.loaded = loaded
		this.queue = []
		this.waiting = []
		this.requests = []
		this.failures = []
		this.counts = { requests: 0, running: 0, peak: 0, aborted: 0, connections: 0, lookups: 0 }
		this.http = createServer((request, response) => this.#take(request, response))
		this.http.on('connection', () => this.counts.connections++)
	}

	static async start(options) {
		const server = new ModelServer(options)
		await server.up()
		return server
	}

	// Listens, on the port it had before if there was one.
	async up() {
		await once(this.http.listen(this.port ?? 0, this.host), 'listening')
		this.port = this.http.address().port
		this.url = `http://${this.host}:${this.port}`
	}

	// Nobody can connect any more, and whoever was is cut off.
	async down() {
		const closed = new Promise(resolve => this.http.close(resolve))
		this.http.closeAllConnections()
		await closed
	}

	// Fails where a rule threw: its request was answered with 500.
	async close() {
		if (this.http.listening) await this.down()
		if (this.failures.length) throw this.failures[0]
	}

	base(dialect) {
		return dialect === 'openai' ? `${this.url}/v1` : this.url
	}

	// An entry of a configuration's endpoints.
	endpoint(protocol, more = {}) {
		const keyed = ['key_env', 'key_file', 'key_command'].some(member => member in more) ? {} : { key_env: 'SCRIPTED_KEY' }
		return { name: protocol, protocol, base_url: this.base(protocol), models: this.models, local: true, ...keyed, ...more }
	}

	enqueue(...answers) {
		this.queue.push(...answers)
	}

	rule(...rules) {
		this.rules.unshift(...rules)
	}

	#lists() {
		return {
			'/v1/models': { object: 'list', data: this.models.map(id => ({ id, type: 'model', display_name: id, object: 'model', created: 1, created_at: '2026-01-01T00:00:00Z', owned_by: 'scripted' })), has_more: false, first_id: this.models[0] ?? null, last_id: this.models.at(-1) ?? null },
			'/api/tags': { models: this.models.map(name => ({ name, model: name, size: 1, modified_at: '2026-01-01T00:00:00Z', digest: '0', details: {} })) },
			'/api/ps': { models: this.loaded() },
			'/api/version': { version: '0.12.0' }
		}
	}

	#take(request, response) {
		const path = request.url.split('?')[0], chunks = []
		if (request.method !== 'POST') {
			this.counts.lookups++
			const own = this.lookup(path, request.headers), list = this.#lists()[path]
			if (!own && list?.models === null) return undefined
			if (own) return json(response, own.status, own.body)
			return list ? json(response, 200, list) : json(response, path === '/' ? 200 : 404, { error: { type: 'not_found_error', message: path } })
		}
		request.on('data', chunk => chunks.push(chunk))
		request.on('end', () => this.#serve(path, request, response, Buffer.concat(chunks).toString()).catch(error => {
			this.failures.push(error)
			if (response.headersSent) response.destroy()
			else json(response, 500, { error: { type: 'api_error', message: `the script is broken: ${error.message}` } })
		}))
	}

	#read(path, { headers, socket }, text) {
		const dialect = byPath[path], body = JSON.parse(text)
		const neutral = dialects[dialect].read(body)
		const reused = Boolean(socket.served)
		socket.served = true
		return {
			n: ++this.counts.requests, dialect, model: body.model, text: neutral.messages.at(-1)?.text ?? '', ...neutral, stream: body.stream ?? dialect === 'ollama',
			key: headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, ''), headers, body, reused, at: performance.now()
		}
	}

	async #answer(request) {
		if (this.queue.length) return complete(request, this.queue.shift())
		for (const rule of this.rules) {
			const said = typeof rule === 'function' ? await rule(request, this) : rule
			if (said !== undefined) return complete(request, said)
		}
		throw new Error(`no rule answers request ${request.n}: ${request.text}`)
	}

	async #serve(path, incoming, response, text) {
		if (!byPath[path]) return json(response, 404, { error: { type: 'not_found_error', message: path } })
		const request = this.#read(path, incoming, text), { counts } = this
		this.requests.push(request)
		counts.peak = Math.max(counts.peak, ++counts.running)
		response.on('close', () => {
			counts.running--
			if (!response.writableFinished) counts.aborted++
			this.waiting.shift()?.()
		})
		if (counts.running > this.slots) await new Promise(resolve => this.waiting.push(resolve))
		return this.#speak(incoming, response, request, await this.#answer(request))
	}

	async #speak(incoming, response, request, answer) {
		if (answer.reset) return incoming.socket.resetAndDestroy()
		if (!await pause(response, answer.headersMs)) return undefined
		if (answer.status !== 200) return json(response, answer.status, answer.body, answer.headers)
		if (request.stream || answer.at || answer.raw !== undefined) return send(response, request, answer)
		return await pause(response, answer.firstMs) && json(response, 200, dialects[request.dialect].message(request, answer))
	}
}
