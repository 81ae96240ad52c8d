// A server that keeps to api.yaml in everything, or in everything but one: `node server.mjs [--port N] [--fault NAME]`.
// `serve({ fault })` starts it within a process.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Bazaar, Refusal } from './bazaar.mjs'
import { Document, readForm, readParameters } from './document.mjs'
import { faults } from './faults.mjs'

export const credentials = { authorization: 'Bearer good-token', 'x-api-key': 'good-key' }
const sizeLimit = 8 << 20
const sound = new Document()

class Server {
	constructor(fault) {
		this.fault = fault
		this.document = fault.mutate ? new Document(fault.mutate) : sound
		this.bazaar = new Bazaar(this.is)
		this.waiting = new Set()
		this.http = createServer((request, response) => this.take(request, response))
	}

	is = name => this.fault.name === name

	async take(request, response) {
		const chunks = []
		let size = 0
		for await (const chunk of request) {
			if ((size += chunk.length) > sizeLimit) return request.destroy()
			chunks.push(chunk)
		}
		const [path, search = ''] = request.url.split(/\?(.*)/su)
		const call = { request, method: request.method, path, search, text: Buffer.concat(chunks).toString() }
		let reply
		try {
			reply = this.fault.before?.(call) ?? this.answer(call)
			reply = this.fault.after?.(call, reply) ?? reply
		} catch (error) {
			const status = error instanceof Refusal ? error.status : 500
			reply = { status, problem: true, body: { title: status === 500 ? 'broken' : error.message, status }, ...error.more }
			if (status === 500 && error.message !== 'planted') console.error(error)
			reply = this.fault.after?.(call, reply) ?? reply
		}
		await this.send(call, reply, response)
	}

	refuse(status, detail, headers = {}) {
		return Object.assign(new Refusal(status, detail), { more: { headers } })
	}

	route(call) {
		const path = call.path.startsWith('/v1/') ? call.path.slice(3) : ''
		const here = this.document.operations.filter(({ pattern }) => pattern.test(path))
		if (!here.length) throw this.refuse(404, 'nothing is here')
		const allow = { Allow: [...here.map(({ method }) => method), ...here.some(({ method }) => method === 'GET') ? ['HEAD'] : [], 'OPTIONS'].join(', ') }
		call.path = path
		const wanted = call.method === 'HEAD' ? 'GET' : call.method
		call.operation = here.find(({ method }) => method === wanted)
		if (call.method === 'OPTIONS') return { status: 204, headers: allow }
		if (!call.operation && this.is('any method is read')) call.operation = here.find(({ method }) => method === 'GET')
		if (!call.operation) throw this.refuse(405, 'this method is not for this path', this.is('405 without Allow') ? {} : allow)
	}

	authorise({ operation, request: { headers } }) {
		if (!operation.security.length || (this.is('no credential asked for') && operation.id === 'getUser')) return
		const { authorization = '' } = headers, key = headers['x-api-key']
		const given = { bearer: authorization === credentials.authorization, key: key === credentials['x-api-key'] }
		if (this.is('any key is good')) given.key = Boolean(key)
		if (this.is('any token is good')) given.bearer = /^Bearer ./u.test(authorization)
		if (this.is('odd credential crashes') && authorization && !authorization.startsWith('Bearer ')) throw new Error('planted')
		if (!operation.security.some(wanted => Object.keys(wanted).every(name => given[name])))
			throw this.refuse(401, 'a credential is wanted', { 'WWW-Authenticate': 'Bearer' })
	}

	negotiate({ operation, request: { headers } }) {
		if (!operation.produces.length) return undefined
		const ranges = (headers.accept ?? '*/*').split(',').map(part => {
			const [range, ...rest] = part.split(';').map(word => word.trim().toLowerCase())
			const quality = Number(rest.find(word => word.startsWith('q='))?.slice(2) ?? 1)
			return { range, quality, exact: range === '*/*' ? 0 : range.endsWith('/*') ? 1 : 2 }
		})
		const covers = ({ range }, type) => range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))
		const rated = operation.produces.map(type => {
			const best = ranges.filter(range => covers(range, type)).sort((a, b) => b.exact - a.exact)[0]
			return { type, quality: best?.quality ?? 0 }
		}).filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
		if (!rated.length && !this.is('Accept ignored')) throw this.refuse(406, `only ${operation.produces.join(', ')} can be had`)
		return rated[0]?.type ?? operation.produces[0]
	}

	body({ operation, request: { headers }, text }) {
		if (!Object.keys(operation.bodies).length) return undefined
		const type = headers['content-type']?.split(';')[0].trim().toLowerCase()
		if (!text && !type) throw this.refuse(400, 'a body is wanted')
		const media = operation.bodies[type] ?? (this.is('media type ignored') ? Object.values(operation.bodies)[0] : undefined)
		if (!media) throw this.refuse(415, `${type} is not read here`)
		let value
		try {
			value = type.endsWith('x-www-form-urlencoded') ? readForm(text, media.schema) : JSON.parse(text)
		} catch {
			throw this.is('bad JSON crashes') ? new Error('planted') : this.refuse(400, 'the body cannot be read')
		}
		if (!media.fits(value)) {
			if (this.is('failed create leaks')) this.bazaar.leak(operation)
			throw this.refuse(422, media.fits.errors.map(({ instancePath, message }) => `${instancePath} ${message}`).join('; '))
		}
		return value
	}

	// A header as it was sent; its name counts in any case, unless that is the fault.
	header(request) {
		return name => {
			if (!this.is('header name in one case')) return request.headers[name.toLowerCase()]
			const at = request.rawHeaders.findIndex((word, i) => i % 2 === 0 && word === name)
			return at < 0 ? undefined : request.rawHeaders[at + 1]
		}
	}

	answer(call) {
		const early = this.route(call)
		if (early) return early
		const { operation, request } = call
		this.authorise(call)
		call.type = this.negotiate(call)
		const path = operation.pattern.exec(call.path).groups ?? {}
		const { values, fault, where } = readParameters(operation, { path, headers: request.headers, header: this.header(request) }, call.search)
		if (fault) throw this.refuse(where === 'path' ? 404 : 400, fault)
		call.values = values
		call.body = this.body(call)
		this.fault.during?.(call, this.bazaar)
		const reply = this.bazaar[operation.id](values, call.body, call.type)
		if (operation.id === 'getShop') reply.headers = { ETag: `"${createHash('sha1').update(JSON.stringify(reply.body)).digest('hex').slice(0, 16)}"` }
		return { status: 200, type: call.type, ...reply }
	}

	async send(call, { status = 200, body, text, type, headers = {}, problem, wait, cut, hang }, response) {
		if (hang) return
		if (wait) await new Promise(resolve => this.waiting.add(setTimeout(resolve, wait)))
		if (cut === 'before') return response.destroy()
		const content = text ?? (body === undefined ? undefined : JSON.stringify(body))
		const media = problem ? 'application/problem+json' : type ?? 'application/json'
		const length = content === undefined ? {} : { 'Content-Type': media, 'Content-Length': Buffer.byteLength(content) }
		response.writeHead(status, { ...length, ...headers })
		if (cut === 'within') return response.write(content.slice(0, content.length / 2), () => response.destroy())
		response.end(call.method === 'HEAD' ? undefined : content)
	}

	async listen(port = 0) {
		this.http.listen(port, '127.0.0.1')
		await once(this.http, 'listening')
		this.url = `http://127.0.0.1:${this.http.address().port}`
		return this
	}

	async stop() {
		for (const timer of this.waiting) clearTimeout(timer)
		this.http.close()
		this.http.closeAllConnections()
		await once(this.http, 'close')
	}
}

export function serve({ fault = '', port } = {}) {
	const row = fault ? faults.find(({ name }) => name === fault) : {}
	if (!row) throw new Error(`there is no fault called ${fault}`)
	return new Server(row).listen(port)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	const { values } = parseArgs({ options: { port: { type: 'string', default: process.env.PORT ?? '0' }, fault: { type: 'string', default: '' } } })
	const server = await serve({ fault: values.fault, port: Number(values.port) })
	console.log(`listening on ${server.url}`)
}
