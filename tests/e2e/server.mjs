// A server of a run's output, started on a free port.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

export class Server {
	constructor(words, { cwd, environment = {} } = {}) {
		Object.assign(this, { words, cwd, environment })
	}

	// The address that it prints when it listens.
	async start() {
		const [command, ...rest] = this.words
		this.child = spawn(command, rest, { cwd: this.cwd, env: { ...process.env, PORT: '0', ...this.environment }, stdio: ['ignore', 'pipe', 'pipe'] })
		let said = ''
		this.url = await new Promise((resolve, reject) => {
			for (const stream of [this.child.stdout, this.child.stderr])
				stream.on('data', text => {
					const found = /http:\/\/[^\s;]+:\d+[^\s;]*/.exec(said += text)
					if (found) resolve(found[0])
				})
			this.child.on('error', reject)
			this.child.on('exit', code => reject(new Error(`${this.words.join(' ')} ended with ${code}: ${said}`)))
		})
		return this.url
	}

	async stop(signal = 'SIGTERM') {
		if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return
		this.child.kill(signal)
		await once(this.child, 'exit')
	}
}
