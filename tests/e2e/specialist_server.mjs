// A model server that answers by a rule: rule({ system, material, model }) gives { after, value } (milliseconds, JSON), { status } to
// refuse, or a text for `value` as it is. It speaks the three wire formats, and counts calls that were closed before their answer.
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'

const tokens = text => Math.max(1, Math.ceil(text.length / 4))

function anthropic(response, body, text) {
	const usage = { input_tokens: tokens(JSON.stringify(body)), output_tokens: tokens(text) }
	const message = { id: 'msg_1', type: 'message', role: 'assistant', model: body.model, content: [], stop_reason: null, stop_sequence: null, usage }
	const put = event => response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
	response.writeHead(200, { 'content-type': 'text/event-stream' })
	put({ type: 'message_start', message })
	put({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
	put({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })
	put({ type: 'content_block_stop', index: 0 })
	put({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: usage.output_tokens } })
	put({ type: 'message_stop' })
	response.end()
}

function openai(response, body, text) {
	const base = { id: 'c1', created: 1, model: body.model, object: 'chat.completion.chunk' }
	const usage = { prompt_tokens: tokens(JSON.stringify(body)), completion_tokens: tokens(text), total_tokens: 0 }
	const put = event => response.write(`data: ${JSON.stringify({ ...base, ...event })}\n\n`)
	response.writeHead(200, { 'content-type': 'text/event-stream' })
	put({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] })
	put({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })
	put({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
	put({ choices: [], usage })
	response.end('data: [DONE]\n\n')
}

function ollama(response, body, text) {
	const at = { model: body.model, created_at: new Date().toISOString() }
	const put = event => response.write(JSON.stringify({ ...at, ...event }) + '\n')
	response.writeHead(200, { 'content-type': 'application/x-ndjson' })
	put({ message: { role: 'assistant', content: text }, done: false })
	put({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: tokens(JSON.stringify(body)), eval_count: tokens(text) })
	response.end()
}

const speakers = { '/v1/messages': anthropic, '/v1/chat/completions': openai, '/api/chat': ollama }
const textOf = content => typeof content === 'string' ? content : content.map(part => part.text ?? '').join('')

export class SpecialistServer {
	constructor(rule) {
		Object.assign(this, { rule, calls: [], closed: 0, running: 0, most: 0, events: new EventEmitter() })
		this.server = createServer((request, response) => this.#take(request, response))
	}

	async start() {
		await new Promise(resolve => this.server.listen(0, '127.0.0.1', resolve))
		this.port = this.server.address().port
		return this
	}

	// As an endpoint of config.yaml.
	endpoint(name, protocol = 'openai', more = {}) {
		const url = `http://127.0.0.1:${this.port}${protocol === 'openai' ? '/v1' : ''}`
		return { name, protocol, base_url: url, local: true, models: [{ name: 'one', capabilities: ['text', 'schema'], window: 200000, max_output: 4000 }], ...more }
	}

	// Until a condition holds that calls and closed connections change.
	async until(holds) {
		while (!holds()) await once(this.events, 'change')
	}

	// At once, with all its connections.
	kill() {
		this.server.closeAllConnections()
		return new Promise(resolve => this.server.close(resolve))
	}

	#take(request, response) {
		const parts = []
		request.on('data', part => parts.push(part))
		request.on('end', () => {
			const speak = speakers[request.url.split('?')[0]]
			if (!speak) return response.writeHead(request.url === '/api/tags' ? 200 : 404, { 'content-type': 'application/json' }).end('{"models":[]}')
			const body = JSON.parse(Buffer.concat(parts))
			const said = body.messages.filter(message => message.role !== 'system')
			const system = body.system ? textOf(body.system) : textOf(body.messages.find(message => message.role === 'system')?.content ?? '')
			const call = { system, material: JSON.parse(textOf(said[0].content)), turns: said.length, model: body.model, body }
			this.calls.push(call)
			this.most = Math.max(this.most, ++this.running)
			this.events.emit('change')
			const { after = 0, status, value } = this.rule(call)
			const timer = setTimeout(() => {
				this.running--
				response.removeListener('close', gone)
				if (status) return response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":{"type":"api_error","message":"no"}}')
				speak(response, body, typeof value === 'string' ? value : JSON.stringify(value))
			}, after)
			const gone = () => {
				clearTimeout(timer)
				this.running--
				this.closed++
				this.events.emit('change')
			}
			response.on('close', gone)
		})
	}
}
