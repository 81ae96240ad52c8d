// The mock remembers requests that come again: what it answers then is what it would have answered without that.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Mock } from './mock.mjs'
import { root } from './teamwright.mjs'

const held = 5000
let mock
before(async () => { mock = await Mock.start([join(root, 'tests/e2e/data/again.yaml'), '--items', '1']) })
after(() => mock.remove())

const post = (path, json) => mock.send('POST', path, { json })
const read = async path => {
	const { status, body } = await mock.send('GET', path)
	return { status, body }
}

test('the same creation makes another object each time, and each is where it says', async () => {
	const made = []
	for (let i = 0; i < 15; i++) made.push(await post('/teams', { name: 'same', ends: 11 }))
	assert.deepEqual(new Set(made.map(({ status }) => status)), new Set([201]))
	assert.equal(new Set(made.map(({ body }) => body.id)).size, made.length)
	for (const { body, headers } of made) {
		assert.equal(headers.get('location'), `/teams/${body.id}`)
		assert.deepEqual(body, { id: body.id, name: 'same', ends: 11 })
		assert.deepEqual(await read(headers.get('location')), { status: 200, body })
	}
	const { body } = await read('/teams')
	assert.deepEqual(made.map(({ body: { id } }) => id), body.slice(-made.length).map(({ id }) => id))
})

test('an answer is the same again only as long as nothing changes', async () => {
	const { body: { id } } = await post('/teams', { name: 'first' })
	for (let i = 0; i < 3; i++) assert.equal((await read(`/teams/${id}`)).body.name, 'first')
	await mock.send('PATCH', `/teams/${id}`, { json: { name: 'second' } })
	for (let i = 0; i < 3; i++) assert.equal((await read(`/teams/${id}`)).body.name, 'second')
	await mock.send('DELETE', `/teams/${id}`)
	for (let i = 0; i < 3; i++) assert.equal((await read(`/teams/${id}`)).status, 404)
})

test('a faulty request is refused each time, between good ones, too', async () => {
	for (let i = 0; i < 3; i++) {
		assert.equal((await post('/teams', { name: 'good' })).status, 201)
		assert.equal((await post('/teams', { name: '' })).status, 422)
	}
})

test('what belongs to somebody goes with him, though it was made again and again', async () => {
	const { body: { id } } = await post('/teams', { name: 'parent' }), path = `/teams/${id}/players`
	const made = []
	for (let i = 0; i < 4; i++) made.push((await post(path, { name: 'Ada' })).body)
	assert.equal(new Set(made.map(player => player.id)).size, 4)
	for (const player of made) assert.equal(player.teamId, id)
	assert.equal((await read(path)).body.length, 4)
	await mock.send('DELETE', `/teams/${id}`)
	for (let i = 0; i < 3; i++) assert.equal((await post(path, { name: 'Ada' })).status, 404)
})

test('requests that come again are recorded each time', async () => {
	await mock.send('POST', '/__mock/reset')
	for (let i = 0; i < 5; i++) {
		await read('/teams')
		await post('/teams', { name: 'again' })
	}
	const { body } = await mock.send('GET', '/__mock/requests')
	assert.deepEqual(body.map(({ method, status }) => `${method} ${status}`), Array(5).fill(['GET 200', 'POST 201']).flat())
	const ids = body.filter(({ method }) => method === 'POST').map(({ response_body: text }) => JSON.parse(text).id)
	assert.equal(new Set(ids).size, 5)
})

test('where there is no more room, the oldest goes', { timeout: 120000 }, async () => {
	await mock.send('POST', '/__mock/reset')
	const first = (await post('/teams', { name: 'oldest' })).body.id
	for (let i = 0; i < held / 100; i++) await Promise.all(Array.from({ length: 100 }, () => post('/teams', { name: 'one of many' })))
	const last = (await post('/teams', { name: 'latest' })).body.id
	assert.equal((await read(`/teams/${first}`)).status, 404)
	assert.equal((await read(`/teams/${last}`)).body.name, 'latest')
	assert.equal((await read('/teams')).body.length, held)
})
