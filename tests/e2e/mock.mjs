// A mock as people start it, spoken to over HTTP.
import { once } from 'node:events'
import { join } from 'node:path'
import { House, root } from './teamwright.mjs'

export const shop = join(root, 'tests', 'e2e', 'data', 'shop', 'shop.yaml')
export const credential = { authorization: 'Bearer secret' }

// { status, headers, type, body } of a request; `body` is what the answer holds, read where it is JSON.
export async function send(base, method, path, { json, text, headers = {} } = {}) {
	const body = json === undefined ? text : JSON.stringify(json)
	const type = body === undefined ? {} : { 'content-type': 'application/json' }
	const response = await fetch(base + path, { method, body, headers: { ...type, ...headers } })
	const answer = await response.text(), media = response.headers.get('content-type')
	return { status: response.status, headers: response.headers, type: media, body: /json/u.test(media ?? '') ? JSON.parse(answer) : answer }
}

export class Mock {
	constructor(words, house = new House()) {
		this.house = house
		this.began = performance.now()
		this.child = house.start(['mock', ...words])
		this.out = this.err = ''
		this.child.stdout.on('data', chunk => (this.out += chunk))
		this.child.stderr.on('data', chunk => (this.err += chunk))
		this.closed = once(this.child, 'close').then(([code, signal]) => ({ code, signal, out: this.out, err: this.err }))
	}

	// Resolves when standard error fits `pattern`; rejects where the program ended before that.
	async until(pattern) {
		const gone = this.closed.then(() => true)
		while (!pattern.test(this.err)) {
			const ended = await Promise.race([once(this.child.stderr, 'data').then(() => false), gone])
			if (ended && !pattern.test(this.err)) throw new Error(`the mock ended, saying: ${this.err}`)
		}
		return this.err.match(pattern)
	}

	// A mock that listens on a free port; `url` is where.
	static async start(words = [shop], house) {
		const mock = new Mock([...words, '--port', '0'], house)
		const [, url] = await mock.until(/listening on (\S+);/u)
		mock.ready = performance.now() - mock.began
		mock.url = url
		return mock
	}

	send(method, path, options) {
		return send(this.url, method, path, options)
	}

	// Ends it as Ctrl-C does, or with another signal.
	stop(signal = 'SIGINT') {
		this.child.kill(signal)
		return this.closed
	}

	async remove() {
		if (this.child.exitCode === null && this.child.signalCode === null) await this.stop('SIGKILL')
		this.house.remove()
	}
}
