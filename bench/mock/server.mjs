// A server process under measurement: what processor time and memory it has used.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { setImmediate as soon } from 'node:timers/promises'

const patience = 180000

export async function freePort() {
	const server = createServer().listen(0, '127.0.0.1')
	await once(server, 'listening')
	const { port } = server.address()
	server.close()
	await once(server, 'close')
	return port
}

// The status of an answer; 0 where nobody listens.
const ask = (port, path) => new Promise(resolve => {
	const asked = request({ port, path, host: '127.0.0.1', agent: false }, response => {
		response.resume()
		response.on('end', () => resolve(response.statusCode))
	})
	asked.on('error', () => resolve(0))
	asked.end()
})

function processes(root) {
	const all = [root]
	for (const pid of all)
		for (const thread of readdirSync(`/proc/${pid}/task`))
			all.push(...readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number))
	return all
}

export class Server {
	// Ready when it has answered a GET of `path`.
	static async start(name, port, argv, path) {
		const begin = performance.now()
		const server = new Server()
		server.child = spawn(argv[0], argv.slice(1), { stdio: 'ignore' })
		server.port = port
		let failed
		server.child.on('error', error => { failed = error })
		while (!(server.status = await ask(port, path))) {
			if (failed || server.child.exitCode !== null || performance.now() - begin > patience) {
				await server.stop()
				throw new Error(`${name} does not start: ${failed?.message ?? argv.join(' ')}`)
			}
			await soon()
		}
		return server
	}

	// Microseconds of processor time of all its threads and children.
	cpu() {
		let nanoseconds = 0
		for (const pid of processes(this.child.pid))
			for (const thread of readdirSync(`/proc/${pid}/task`))
				nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
		return nanoseconds / 1000
	}

	// The most memory it ever had, MB.
	peak() {
		let kilobytes = 0
		for (const pid of processes(this.child.pid))
			kilobytes += Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])
		return kilobytes / 1024
	}

	async stop() {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return
		this.child.kill('SIGTERM')
		const ended = once(this.child, 'exit')
		const late = setTimeout(() => this.child.kill('SIGKILL'), 3000)
		await ended
		clearTimeout(late)
	}
}
