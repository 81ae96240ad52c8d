// A real browser, spoken to in plain WebDriver: chromium and chromedriver as Debian has them.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const element = 'element-6066-11e4-a52e-4f735466cecf'
const has = name => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0

// Why there is no browser here, after an attempt to install one; undefined where there is one.
export function missing() {
	if (has('chromium') && has('chromedriver')) return undefined
	if (process.getuid() !== 0 || !has('apt-get')) return 'there is no chromium; run: apt-get install chromium chromium-driver'
	const install = () => spawnSync('apt-get', ['-y', '-q', '--no-install-recommends', 'install', 'chromium', 'chromium-driver'],
		{ env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 300000 }).status === 0
	const done = install() || (spawnSync('apt-get', ['-q', 'update'], { timeout: 120000 }).status === 0 && install())
	return done && has('chromedriver') ? undefined : 'chromium cannot be installed; run: apt-get install chromium chromium-driver'
}

export class Browser {
	// Whether it starts: its first start on a machine may take longer than the driver waits.
	async starts() {
		for (let attempt = 1; ; attempt++)
			try {
				await this.open()
				return undefined
			} catch (error) {
				if (attempt === 3) return `chromium does not start here: ${error.message.split('\n')[0]}`
				await this.close()
			}
	}

	async open() {
		this.home = mkdtempSync(join(tmpdir(), 'browser-'))
		this.driver = spawn('chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true, env: { ...process.env, HOME: this.home } })
		const port = await new Promise((resolve, reject) => {
			let said = ''
			this.driver.stdout.on('data', text => {
				const found = /started successfully on port (\d+)/.exec(said += text)
				if (found) resolve(found[1])
			})
			this.driver.on('error', reject)
			this.driver.on('exit', code => reject(new Error(`chromedriver ended with ${code}: ${said}`)))
		})
		this.base = `http://127.0.0.1:${port}/session`
		// A container has neither the rights for Chromium's sandbox nor much shared memory.
		const args = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', `--user-data-dir=${this.home}/profile`]
		const { sessionId } = await this.ask('POST', '', { capabilities: { alwaysMatch: { 'goog:chromeOptions': { args }, timeouts: { implicit: 5000, script: 30000 } } } })
		this.base += `/${sessionId}`
		return this
	}

	async ask(method, path, body) {
		const answer = await fetch(this.base + path, { method, body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined, headers: { 'content-type': 'application/json' } })
		const { value } = await answer.json()
		if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`)
		return value
	}

	go(url) {
		return this.ask('POST', '/url', { url })
	}

	// Runs a function in the page; what it gives comes back.
	run(code, ...args) {
		return this.ask('POST', '/execute/sync', { script: `return (${code}).apply(null, arguments)`, args })
	}

	// The element of an XPath expression, as soon as it is there.
	async find(xpath) {
		return (await this.ask('POST', '/element', { using: 'xpath', value: xpath }))[element]
	}

	async click(xpath) {
		await this.ask('POST', `/element/${await this.find(xpath)}/click`)
	}

	async type(xpath, text) {
		const found = await this.find(xpath)
		await this.ask('POST', `/element/${found}/clear`)
		await this.ask('POST', `/element/${found}/value`, { text })
	}

	async text(xpath) {
		return this.ask('GET', `/element/${await this.find(xpath)}/text`)
	}

	accept() {
		return this.ask('POST', '/alert/accept')
	}

	async close() {
		if (!this.home) return
		if (this.base) await this.ask('DELETE', '').catch(() => {})
		try {
			process.kill(-this.driver.pid, 'SIGKILL')
		} catch { /* it has ended */ }
		rmSync(this.home, { recursive: true, force: true, maxRetries: 5 })
	}
}
