// The real program, run in folders of its own.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const program = process.env.TEAMWRIGHT_BIN ?? join(root, 'build', 'san', 'teamwright')
export const fullSize = Boolean(process.env.TEAMWRIGHT_SOAK)

// The key that every scripted model server is given.
process.env.SCRIPTED_KEY = 'canary-4c2f0d7a9be14d31'

// A folder with a store of its own; `run` starts the program there.
export class House {
	constructor() {
		this.folder = mkdtempSync(join(tmpdir(), 'house-'))
		this.environment = { ...process.env, TEAMWRIGHT_MODEL: 'none', XDG_STATE_HOME: join(this.folder, 'state'), XDG_CONFIG_HOME: join(this.folder, 'config') }
	}

	start(words, { environment = {}, cwd = this.folder } = {}) {
		return spawn(program, words, { cwd, env: { ...this.environment, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] })
	}

	// { code, signal, out, err } when it has ended.
	run(words, { input = '', ...options } = {}) {
		return new Promise((resolve, reject) => {
			const child = this.start(words, options), out = [], err = []
			child.stdout.on('data', chunk => out.push(chunk))
			child.stderr.on('data', chunk => err.push(chunk))
			child.on('error', reject)
			child.stdin.on('error', () => {})
			child.stdin.end(input)
			child.on('close', (code, signal) => {
				const said = { code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
				if (`${said.out}${said.err}`.includes(process.env.SCRIPTED_KEY)) reject(new Error(`a key was printed: ${said.out}${said.err}`))
				else resolve(said)
			})
		})
	}

	// The result of an operation as an object; its exit code is `exit`.
	async ask(words, options) {
		const { code, out, err } = await this.run([...words, '--json', '--quiet'], options)
		let result
		try {
			result = JSON.parse(out)
		} catch {
			throw new Error(`${words.join(' ')} (exit ${code}) printed no JSON: ${out}${err}`)
		}
		return { exit: code, ...result }
	}

	// Nothing of a key may be left in anything that was written, by any test of the suite.
	remove() {
		const found = spawnSync('grep', ['-rlaF', '-e', process.env.SCRIPTED_KEY, this.folder], { encoding: 'utf8' })
		rmSync(this.folder, { recursive: true, force: true })
		assert.equal(found.stdout, '', 'the key of a model server was written down')
	}
}
