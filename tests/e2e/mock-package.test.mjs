// The standalone mock beside a contract: written by the program, installed with npm, and compared with the live mock. One set of
// exchanges goes to both; statuses, media types and bodies have to be the same but for ids and times that a server chooses.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Mock, credential, send, shop } from './mock.mjs'
import { House, root } from './teamwright.mjs'

const house = new House(), folder = join(house.folder, 'mock')
const merge = { 'content-type': 'application/merge-patch+json' }
let skip

// npm install of what package.json says, with a cache that outlives the test.
function install() {
	const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=1', '--cache', join(root, 'build', 'npm')]
	const { status, stderr } = spawnSync('npm', ['install', ...flags], { cwd: folder, encoding: 'utf8', timeout: 120_000 })
	if (status === 0) return
	if (/EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|CERT/u.test(stderr)) skip = `the registry of npm cannot be reached: ${stderr.split('\n')[0]}`
	else assert.fail(`npm install: ${stderr}`)
}

async function startPackage() {
	const child = spawn(process.execPath, [JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).main, '0'], { cwd: folder })
	const server = { child, out: '', err: '' }
	child.stdout.on('data', chunk => (server.out += chunk))
	child.stderr.on('data', chunk => (server.err += chunk))
	const ended = once(child, 'close').then(() => true)
	while (!/on (http:\S+)/u.test(server.out))
		if (await Promise.race([once(child.stdout, 'data').then(() => false), ended])) assert.fail(`the package ended, saying: ${server.err}`)
	server.url = new URL(server.out.match(/on (http:\S+)/u)[1]).origin
	return server
}

// What a step is given: the answers so far by name, to take ids from.
const customer = { name: 'Ada', email: 'ada@example.org', tags: ['maths'], birthday: null }
const article = { id: 'AN-0001', title: 'Anvil', price: 30.5 }
const exchanges = [
	['the first customers', 'GET', '/customers'],
	['the first articles', 'GET', '/articles'],
	['the first settings', 'GET', '/settings'],
	['a customer', 'POST', '/customers', { json: customer }],
	['another one', 'POST', '/customers', { json: { name: 'Grace', email: 'grace@example.org', tier: 'gold' } }],
	['the customer again', 'GET', a => `/customers/${a['a customer'].id}`],
	['all customers', 'GET', '/customers'],
	['by name', 'GET', '/customers?sort=name'],
	['by name, backwards', 'GET', '/customers?sort=-name&limit=2'],
	['a page', 'GET', '/customers?limit=1&offset=2'],
	['a tier', 'GET', '/customers?tier=gold'],
	['behind the end', 'GET', '/customers?offset=100'],
	['replaced', 'PUT', a => `/customers/${a['a customer'].id}`, { json: { name: 'Augusta', email: 'ada@example.org', tier: 'platinum' } }],
	['changed', 'PATCH', a => `/customers/${a['a customer'].id}`, { json: { birthday: '1815-12-10', tags: null }, headers: merge }],
	['changed well', 'PATCH', a => `/customers/${a['a customer'].id}`, { json: { birthday: '1815-12-10', tags: [] }, headers: merge }],
	['after the changes', 'GET', a => `/customers/${a['a customer'].id}`],
	['no orders', 'GET', a => `/customers/${a['a customer'].id}/orders`],
	['an order', 'POST', a => `/customers/${a['a customer'].id}/orders`, { json: { positions: [{ article: 'AN-0001', quantity: 2, price: 30.5 }] } }],
	['the order again', 'GET', a => `/orders/${a['an order'].id}`],
	['one order', 'GET', a => `/customers/${a['a customer'].id}/orders`],
	['orders that are open', 'GET', a => `/customers/${a['a customer'].id}/orders?status=open,paid,shipped,cancelled`],
	['cancelled', 'POST', a => `/orders/${a['an order'].id}/cancel`],
	['a body where none belongs', 'POST', a => `/orders/${a['an order'].id}/cancel`, { json: {} }],
	['an order without positions', 'POST', a => `/customers/${a['a customer'].id}/orders`, { json: { positions: [] } }],
	['an order of nobody', 'POST', '/customers/nobody/orders', { json: { positions: [{ article: 'AN-0001', quantity: 2 }] } }],
	['the customer gone', 'DELETE', a => `/customers/${a['a customer'].id}`],
	['gone twice', 'DELETE', a => `/customers/${a['a customer'].id}`],
	['no customer', 'GET', a => `/customers/${a['a customer'].id}`],
	['its orders', 'GET', a => `/customers/${a['a customer'].id}/orders`],
	['its order', 'GET', a => `/orders/${a['an order'].id}`],
	['those that are left', 'GET', '/customers'],
	['an article', 'POST', '/articles', { json: article }],
	['the article twice', 'POST', '/articles', { json: article }],
	['an article put', 'PUT', '/articles/AN-0002', { json: { ...article, id: 'AN-0002' } }],
	['an article put again', 'PUT', '/articles/AN-0002', { json: { ...article, id: 'AN-0002', title: 'Big anvil' } }],
	['articles with a word', 'GET', '/articles?q=BIG'],
	['an article gone', 'DELETE', '/articles/AN-0002'],
	['no article', 'GET', '/articles/AN-0002'],
	['no such id', 'GET', '/articles/anvil'],
	['settings', 'PUT', '/settings', { json: { currency: 'CHF', taxRate: 0.081 } }],
	['settings again', 'GET', '/settings'],
	['settings that cannot be', 'PUT', '/settings', { json: { currency: 'Franken', taxRate: 8.1 } }],
	['nobody in particular', 'POST', '/customers', { json: customer, headers: { authorization: '' } }],
	['nothing', 'POST', '/customers'],
	['no JSON', 'POST', '/customers', { text: '{' }],
	['a list', 'POST', '/customers', { json: [] }],
	['all faults', 'POST', '/customers', { json: { name: '', email: 'x', tier: 'iron', tags: ['a', 'a', 'B'], birthday: 'never', more: 1 } }],
	['too many', 'GET', '/customers?limit=51'],
	['no number', 'GET', '/customers?limit=x&offset=-1&tier=iron'],
	['no id', 'GET', '/orders/zero'],
	['text', 'POST', '/articles', { text: 'x', headers: { 'content-type': 'text/plain' } }],
	['no such method', 'DELETE', '/settings'],
	['no such path', 'GET', '/warehouses'],
	['an image', 'GET', '/settings', { headers: { accept: 'image/png' } }],
	['before a request of a page', 'OPTIONS', '/customers', { headers: { origin: 'http://a.example', 'access-control-request-method': 'POST' } }],
	['a request of a page', 'GET', '/settings', { headers: { origin: 'http://a.example' } }],
]
const shown = ['access-control-allow-origin', 'access-control-allow-methods', 'allow', 'location', 'www-authenticate']

// All answers of a server, with what it chose itself replaced by the name of the exchange that brought it up first.
async function replay(url) {
	const answers = {}, chosen = new Map()
	const same = value => {
		const text = typeof value === 'string' ? [...chosen].reduce((all, [id, name]) => all.replaceAll(id, name), value) : value
		if (Array.isArray(value)) return value.map(same)
		if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, same(item)]))
		return text
	}
	const result = []
	for (const [name, method, path, options = {}] of exchanges) {
		const target = typeof path === 'string' ? path : path(answers)
		const { status, type, headers, body } = await send(`${url}/api`, method, target, { ...options, headers: { ...credential, ...options.headers } })
		answers[name] = body
		if (method === 'POST' && status === 201 && typeof body.id === 'string') chosen.set(body.id, `<${name}>`)
		if (method === 'POST' && body.joined) chosen.set(body.joined, `<time of ${name}>`)
		result.push({ name, status, type: type?.replace(/;.*/u, ''), headers: same(Object.fromEntries(shown.map(key => [key, headers.get(key)]))), body: same(body) })
	}
	return result
}

// The wording of a parser is its own; the live mock names the kind of a problem, and lists the faults as Prism does, too.
const comparable = ({ name, ...answer }) => {
	if (name === 'no JSON') return { ...answer, body: answer.body.errors.map(error => error.in) }
	if (answer.type !== 'application/problem+json') return answer
	const { type, title, validation, ...body } = answer.body
	return { ...answer, body }
}

describe('the standalone package of the shop', () => {
	let server
	before(async () => {
		const { exit, files } = await house.ask(['contract', 'package', shop, '--output', folder])
		assert.deepEqual([exit, files], [0, ['shop_mock_server.js', 'shop_README.md', 'package.json'].map(file => join(folder, file))])
		install()
		if (!skip) server = await startPackage()
	})
	after(() => {
		server?.child.kill()
		house.remove()
	})

	test('pins what it needs and says how it is used', () => {
		const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')), manual = readFileSync(join(folder, 'shop_README.md'), 'utf8')
		assert.equal(description.scripts.start, 'node shop_mock_server.js')
		for (const version of Object.values(description.dependencies)) assert.match(version, /^\d+\.\d+\.\d+$/u)
		for (const words of ['npm install', 'npm start', '`GET /customers/{customerId}`', '/api']) assert.ok(manual.includes(words), words)
	})

	test('is written the same each time', async () => {
		const other = join(house.folder, 'again')
		await house.ask(['contract', 'package', shop, '--output', other])
		for (const file of ['shop_mock_server.js', 'shop_README.md', 'package.json'])
			assert.equal(readFileSync(join(other, file), 'utf8'), readFileSync(join(folder, file), 'utf8'))
	})

	test('answers as the live mock does', async t => {
		if (skip) return t.skip(skip)
		const mock = await Mock.start([shop])
		try {
			const [ours, theirs] = [await replay(mock.url), await replay(server.url)]
			const statuses = new Set(ours.map(({ status }) => status))
			for (const [i, answer] of ours.entries()) assert.deepEqual(comparable(theirs[i]), comparable(answer), answer.name)
			t.diagnostic(`${ours.length} exchanges, statuses ${[...statuses].sort().join(' ')}`)
			assert.ok(ours.length > 50 && statuses.size > 10)
		} finally {
			await mock.remove()
		}
	})

	test('begins again, and tells what it was asked', async t => {
		if (skip) return t.skip(skip)
		const first = (await send(server.url, 'GET', '/__mock/requests')).body
		assert.equal(first.length, exchanges.length)
		assert.deepEqual(first[0], { method: 'GET', target: '/api/customers', status: 200 })
		assert.match(server.out, /^GET {5}\/api\/customers {2}200 {2}[\d.]+ ms$/mu)
		assert.equal((await send(server.url, 'POST', '/__mock/reset')).status, 204)
		assert.equal((await send(server.url, 'GET', '/api/customers')).body.total, 2)
	})

	test('keeps to its document, as the verification of providers sees it', async t => {
		if (skip) return t.skip(skip)
		const result = await house.ask(['verify', '--spec', shop, '--url', server.url, '--allow-mock'])
		assert.deepEqual(result.faults, [])
		assert.equal(result.exit, 0)
		assert.ok(result.contracts[0].cases > 60)
	})
})
