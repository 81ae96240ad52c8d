// The scaffold's provider as a user meets it: with curl, on Node 18 or later, with nothing installed; a kill loses nothing.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { Server } from './server.mjs'
import { House, root } from './teamwright.mjs'

// {status, media, body} of a call with curl.
function curl(url, ...words) {
	const text = execFileSync('curl', ['-sS', '-i', '--max-time', '10', ...words, url], { encoding: 'utf8' })
	const [head, ...rest] = text.replaceAll('\r', '').split('\n\n')
	const body = rest.join('\n\n')
	return { status: Number(/^HTTP\/1.1 (\d+)/.exec(head)[1]), media: /^content-type: *(.*)$/im.exec(head)?.[1], location: /^location: *(.*)$/im.exec(head)?.[1],
		body: body ? JSON.parse(body) : undefined }
}

const send = (url, method, value) => curl(url, '-X', method, '-H', 'content-type: application/json', '--data', typeof value === 'string' ? value : JSON.stringify(value))

// What every refusal is made of (RFC 9457).
function refused(answer, ...statuses) {
	assert.ok(statuses.includes(answer.status), JSON.stringify(answer))
	assert.match(answer.media, /^application\/problem\+json/)
	assert.equal(answer.body.status, answer.status)
	assert.ok(answer.body.title && answer.body.detail)
}

async function withProvider(words, work) {
	const house = new House(), out = join(house.folder, 'out')
	let server
	try {
		const result = await house.ask(['run', ...words, '--output', out, '--allow-partial'])
		const folder = join(out, 'backend_developer')
		server = new Server(['node', 'server.js'], { cwd: folder, environment: { DATA_DIR: join(house.folder, 'data') } })
		await work(server, folder, result)
	} finally {
		await server?.stop('SIGKILL')
		house.remove()
	}
}

test('curl meets what the document says, and a kill loses nothing', () =>
	withProvider(['Build a web application to manage books; a book has a title and an author.'], async (server, folder) => {
		let base = await server.start()
		const created = send(`${base}/books`, 'POST', { title: 'Emma', author: 'Jane Austen' })
		assert.equal(created.status, 201)
		assert.equal(created.media, 'application/json')
		const { id } = created.body
		assert.ok(created.location.endsWith(`/books/${id}`))
		assert.deepEqual(curl(`${base}/books/${id}`).body, created.body)
		assert.equal(send(`${base}/books/${id}`, 'PATCH', { title: 'Persuasion' }).body.title, 'Persuasion')
		assert.equal(send(`${base}/books/${id}`, 'PUT', { title: 'Sanditon', author: 'Jane Austen' }).body.title, 'Sanditon')
		const gone = send(`${base}/books`, 'POST', { title: 'Ulysses', author: 'James Joyce' }).body.id
		assert.equal(curl(`${base}/books/${gone}`, '-X', 'DELETE').status, 204)
		refused(curl(`${base}/books/${gone}`), 404)
		refused(curl(`${base}/nowhere`), 404)
		refused(curl(`${base}/books`, '-X', 'DELETE'), 405)
		refused(send(`${base}/books`, 'POST', '{"title":'), 400, 422)
		refused(send(`${base}/books`, 'POST', {}), 400, 422)
		refused(send(`${base}/books`, 'POST', { title: 7 }), 400, 422)
		refused(curl(`${base}/books`, '-X', 'POST', '-H', 'content-type: text/plain', '--data', 'x'), 415, 400, 422)

		for (const signal of ['SIGKILL', 'SIGTERM']) {
			await server.stop(signal)
			base = await server.start()
			assert.equal(curl(`${base}/books/${id}`).body.title, 'Sanditon', `after ${signal}`)
			refused(curl(`${base}/books/${gone}`), 404)
		}
		assert.notEqual(send(`${base}/books`, 'POST', { title: 'Lady Susan', author: 'Jane Austen' }).body.id, id)

		// Node alone: what it imports is its own, and it asks for no newer one than Debian has.
		const { dependencies, engines } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
		assert.equal(dependencies, undefined)
		assert.equal(engines.node, '>=18')
		for (const name of readdirSync(folder, { recursive: true }).filter(each => each.endsWith('.js')))
			for (const [, from] of readFileSync(join(folder, name), 'utf8').matchAll(/^import .* from '([^']+)'/gm))
				assert.match(from, /^(node:|\.)/, name)
	}))

test('what is not resource-shaped answers 501, and is said to be missing', () =>
	withProvider(['--contracts', join(root, 'tests/e2e/data/tills'), '--personas', 'backend_developer'], async (server, folder, result) => {
		const base = await server.start()
		refused(send(`${base}/tills/close-all`, 'POST', {}), 501)
		assert.equal(send(`${base}/tills`, 'POST', { name: 'Front door' }).status, 201)
		const readme = readFileSync(join(folder, 'README.md'), 'utf8')
		assert.match(readme, /^scaffold from contract .*; not covered: POST \/tills\/close-all: not resource-shaped; answers 501/)
		const findings = JSON.stringify(result)
		assert.match(findings, /close-all/)
		assert.equal(result.success, false)
	}))

// It is the fallback and the starting tree, not the product.
test('the templates stay small', () => {
	const folder = join(root, 'catalogue/scaffold')
	const lines = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
		.flatMap(entry => readFileSync(join(entry.parentPath ?? entry.path, entry.name), 'utf8').split('\n'))
	const code = lines.filter(line => line.trim() && !/^\s*(\/\/|#[^{])/.test(line)).length
	assert.ok(code <= 1500, `${code} lines without blank ones and comments`)
})
