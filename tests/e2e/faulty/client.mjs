// Requests as a client of the server sends them.
import { request } from 'node:http'
import { credentials as good } from './server.mjs'

// { status, type, headers, body, text } or { error }. `body` is what JSON holds; `credentials` are the right ones unless given.
export function client(url) {
	return (method, path, { json, text, type, headers = {}, credentials = good, patience = 10000 } = {}) => new Promise(resolve => {
		const body = json === undefined ? text : JSON.stringify(json)
		const media = body === undefined ? {} : { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(body) }
		const sending = request(`${url}/v1${path}`, { method, headers: { ...media, ...credentials, ...headers }, agent: false }, answer => {
			const chunks = []
			answer.on('data', chunk => chunks.push(chunk))
			answer.on('error', error => resolve({ error }))
			answer.on('end', () => {
				const found = Buffer.concat(chunks).toString(), kind = answer.headers['content-type'] ?? null
				const read = { status: answer.statusCode, type: kind, headers: new Headers(answer.headers), text: found }
				try {
					if (/json/u.test(kind)) read.body = JSON.parse(found)
				} catch {
					read.body = undefined
				}
				resolve(read)
			})
		})
		const timer = setTimeout(() => sending.destroy(new Error('no answer in time')), patience)
		sending.on('close', () => clearTimeout(timer))
		sending.on('error', error => resolve({ error }))
		sending.end(body)
	})
}
