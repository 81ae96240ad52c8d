// A model server for specialists: rule({ system, material, turns, model, body }) gives { after, value } (milliseconds until the answer
// begins, its JSON), or { status } to refuse. `turns` counts the messages: 1, then 3 after a repair.
import { EventEmitter, once } from 'node:events'
import { ModelServer } from './model_server.mjs'

export class SpecialistServer extends ModelServer {
	constructor(rule) {
		super({ answer: request => this.#reply(request), models: ['one'] })
		Object.assign(this, { script: rule, calls: [], events: new EventEmitter() })
		this.http.on('request', (request, response) => response.on('close', () => setImmediate(() => this.events.emit('change'))))
	}

	get closed() {
		return this.counts.aborted
	}

	async start() {
		await this.up()
		return this
	}

	// Until a condition holds that calls and closed connections change.
	async until(holds) {
		while (!holds()) await once(this.events, 'change')
	}

	named(name, protocol = 'openai', more = {}) {
		return this.endpoint(protocol, { name, models: [{ name: 'one', capabilities: ['text', 'schema'], window: 200000, max_output: 8192 }], ...more })
	}

	// At once, with all its connections.
	async kill() {
		if (this.http.listening) await this.down()
	}

	#reply({ system, messages, model, body }) {
		const call = { system, material: JSON.parse(messages[0].text), turns: messages.length, model, body }
		this.calls.push(call)
		this.events.emit('change')
		const { after = 0, status, value } = this.script(call)
		return status ? { status, body: { error: { type: 'invalid_request_error', message: 'refused' } }, headersMs: after } : { text: JSON.stringify(value), headersMs: after, piece: 10000 }
	}
}
