// The web front end in a real browser: lists, creates, edits and deletes through the API, be it the provider or its mock, and has no
// serious fault of accessibility.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'node:test'
import { Browser, missing } from './browser.mjs'
import { Server } from './server.mjs'
import { House, program } from './teamwright.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const sentence = 'Build a web application to manage books; a book has a title and an author, and is available or not.'

// What axe finds serious on the page as it stands.
async function check(browser, place) {
	await browser.ask('POST', '/execute/sync', { script: axe, args: [] })
	const { violations, passes } = await browser.ask('POST', '/execute/async',
		{ script: 'const done = arguments[0]; axe.run().then(done, error => done({ violations: [{ impact: "critical", id: String(error) }], passes: [] }))', args: [] })
	assert.ok(passes.length > 5, `axe looked at nothing: ${place}`)
	assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => [place, id, nodes?.[0]?.html]), [])
}

const saved = title => `//p[@role="status"][contains(., "${title} was saved")]`
const row = title => `//main//tr[td[contains(., "${title}")]]`

// The life of a book, by mouse and keyboard; `seen` asks the API itself.
async function live(browser, front, seen) {
	await browser.go(front)
	await browser.find('//h1[.="Books"]')
	await check(browser, 'the list')
	await browser.click('//main//a[contains(., "New in books")]')
	await browser.find('//h1[.="New in books"]')
	await check(browser, 'the form')
	// What is required is asked for, at its field.
	await browser.click('//button[.="Save"]')
	await browser.find('//*[@id="/title"][@aria-invalid="true"]')
	await check(browser, 'the form with a fault')
	await browser.type('//*[@id="/title"]', 'The Left Hand of Darkness')
	if (await browser.run(() => Boolean(document.getElementById('/author')))) await browser.type('//*[@id="/author"]', 'Ursula K. Le Guin')
	await browser.click('//button[.="Save"]')
	await browser.find(saved('The Left Hand of Darkness'))
	await browser.find(row('The Left Hand of Darkness'))
	assert.ok((await seen()).includes('The Left Hand of Darkness'))
	await check(browser, 'the list with a book')

	await browser.click(`${row('The Left Hand of Darkness')}//a[.="Edit"]`)
	await browser.find('//h1[contains(., "Edit")]')
	await browser.type('//*[@id="/title"]', 'The Dispossessed')
	await browser.click('//button[.="Save"]')
	await browser.find(saved('The Dispossessed'))
	assert.ok((await seen()).includes('The Dispossessed'))
	assert.ok(!(await seen()).includes('The Left Hand of Darkness'))

	await browser.click(`${row('The Dispossessed')}//button[.="Delete"]`)
	await browser.accept()
	await browser.find('//p[@role="status"][contains(., "The Dispossessed was deleted")]')
	assert.ok(!(await seen()).includes('The Dispossessed'))
	assert.equal(await browser.run(() => document.body.textContent.includes('The Dispossessed was deleted')), true)
}

test('people use the front end', { timeout: 300000 }, async t => {
	const absent = missing()
	if (absent) return t.skip(absent)
	const house = new House(), out = join(house.folder, 'out')
	const browser = new Browser(), servers = []
	const serve = async (...given) => {
		servers.push(new Server(...given))
		return servers.at(-1).start()
	}
	try {
		const result = await house.ask(['run', sentence, '--output', out, '--allow-partial'])
		assert.ok(result.tasks.find(task => task.persona_id === 'frontend_developer')?.success, JSON.stringify(result.tasks))
		const refusal = await browser.starts()
		if (refusal) return t.skip(refusal)
		const provider = await serve(['node', 'server.js'], { cwd: join(out, 'backend_developer'), environment: { DATA_DIR: join(house.folder, 'data') } })
		const mock = await serve([program, 'mock', join(out, 'contracts/api_spec.yaml'), '--port', '0'], { cwd: house.folder, environment: house.environment })
		for (const [kind, api] of [['the provider', provider], ['its mock', mock]])
			await t.test(`before ${kind}`, async () => {
				const front = await serve(['node', 'serve.js'], { cwd: join(out, 'frontend_developer'), environment: { API_URL: api } })
				await live(browser, front, async () => (await fetch(`${api}/books?limit=100`)).text())
			})
		await t.test('before nothing at all', async () => {
			const front = await serve(['node', 'serve.js'], { cwd: join(out, 'frontend_developer'), environment: { API_URL: 'http://127.0.0.1:9' } })
			await browser.go(front)
			await browser.find('//*[@role="alert"][contains(., "cannot be reached")]')
			await check(browser, 'the message')
		})
	} finally {
		await browser.close()
		for (const server of servers) await server.stop('SIGKILL')
		house.remove()
	}
})
