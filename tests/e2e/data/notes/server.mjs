// A small provider written by hand. FAULT in its environment, or a file called fault beside it, says what it does wrong.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const here = new URL('fault', import.meta.url)
const fault = process.env.FAULT ?? (existsSync(here) ? readFileSync(here, 'utf8').trim() : '')
if (fault === 'exit at once') {
	console.error('cannot find the configuration')
	process.exit(7)
}
if (fault === 'flood') setInterval(() => process.stdout.write('noise '.repeat(2000) + '\n'), 1)
if (fault === 'ignore signals') process.on('SIGTERM', () => {})

const notes = new Map()
let last = 0

function answer(response, status, body, headers = {}) {
	if (body === undefined) return response.writeHead(status, headers).end()
	const type = status >= 400 ? 'application/problem+json' : 'application/json'
	response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body))
}
const problem = (response, status, title, headers) => answer(response, status, { title, status }, headers)

function faultOf(input) {
	if (typeof input !== 'object' || input === null || Array.isArray(input)) return 'an object is wanted'
	if (Object.keys(input).some(key => !['title', 'stars'].includes(key))) return 'unknown member'
	const { title, stars = 0 } = input
	if (typeof title !== 'string' || title.length < 1 || title.length > 80) return 'title'
	return Number.isInteger(stars) && stars >= 0 && stars <= 5 ? undefined : 'stars'
}

function create(request, response, text) {
	let input
	if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return problem(response, 415, 'only JSON is read')
	try {
		input = JSON.parse(text)
	} catch {
		return problem(response, 400, 'no JSON')
	}
	const wrong = fault === 'accept anything' ? undefined : faultOf(input)
	if (wrong) return problem(response, 422, wrong)
	if (fault === 'server error') return problem(response, 500, 'out of luck')
	const note = { id: ++last, ...input }
	notes.set(note.id, note)
	const shown = fault === 'wrong type' ? { ...note, id: String(note.id) } : note
	answer(response, fault === 'wrong status' ? 200 : 201, shown, fault === 'no header' ? {} : { location: `/v1/notes/${note.id}` })
}

function serve(request, response, text) {
	const url = new URL(request.url, 'http://localhost')
	const one = /^\/v1\/notes\/(\d+)$/.exec(url.pathname)
	if (fault === 'hang' && one) return
	if (url.pathname === '/v1/notes' && request.method === 'GET') {
		const limit = url.searchParams.get('limit') ?? '50'
		if (!/^\d+$/.test(limit) || limit < 1 || limit > 50) return problem(response, 400, 'limit')
		return answer(response, 200, fault === 'forget in lists' ? [] : [...notes.values()].slice(0, Number(limit)))
	}
	if (url.pathname === '/v1/retired') return request.method === 'GET' ? problem(response, 410, 'no more') : problem(response, 405, 'not allowed', { allow: 'GET' })
	if (/^\/v1\/notes\/\d+\/drafts\/\w+$/.test(url.pathname)) return request.method === 'GET' ? problem(response, 404, 'no draft') : problem(response, 405, 'not allowed', { allow: 'GET' })
	if (url.pathname === '/v1/notes' && request.method === 'POST' && fault === 'refuse to create') return problem(response, 403, 'you may not')
	if (url.pathname === '/v1/notes' && request.method === 'POST') return create(request, response, text)
	if (url.pathname === '/v1/notes') return problem(response, 405, 'not allowed', { allow: 'GET, POST' })
	if (!one) return problem(response, 404, 'no such path')
	const note = notes.get(Number(one[1]))
	if (!['GET', 'DELETE'].includes(request.method)) return problem(response, 405, 'not allowed', { allow: 'GET, DELETE' })
	if (!note) return problem(response, 404, 'no such note')
	if (request.method === 'DELETE') {
		if (fault !== 'keep deleted') notes.delete(note.id)
		return answer(response, 204)
	}
	if (fault === 'drop a field') return answer(response, 200, { id: note.id, stars: note.stars })
	if (fault === 'exit later') process.exit(3)
	answer(response, 200, fault === 'forget content' ? { ...note, title: 'another' } : note)
}

if (fault !== 'listen on nothing')
	createServer((request, response) => {
		const chunks = []
		request.on('data', chunk => chunks.push(chunk))
		request.on('end', () => serve(request, response, Buffer.concat(chunks).toString()))
	}).listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => console.log('ready'))
else setInterval(() => {}, 1000)
