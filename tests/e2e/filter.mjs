// Our readers and writers, as tests/tools/doc_filter.c offers them: requests and answers in frames, any number under way.
// Other tools in the same folder speak the same frames.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const fullSize = Boolean(process.env.TEAMWRIGHT_SOAK)
const tools = process.env.TEAMWRIGHT_TOOLS ?? join(root, 'build', 'san', 'tools')

export class Filter {
	#child
	#waiting = []
	#rest = Buffer.alloc(0)

	constructor(tool = 'doc_filter') {
		this.#child = spawn(join(tools, tool), { stdio: ['pipe', 'pipe', 'inherit'] })
		this.#child.stdout.on('data', chunk => this.#take(chunk))
		this.#child.on('exit', (code, signal) => {
			for (const { reject } of this.#waiting) reject(new Error(`${tool} ended with ${code ?? signal}`))
		})
		this.#child.stdin.on('error', () => {})
	}

	#take(chunk) {
		this.#rest = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk
		for (;;) {
			const end = this.#rest.indexOf(10)
			if (end < 0) return
			const [word, length] = this.#rest.toString('latin1', 0, end).split(' ')
			const from = end + 1, to = from + Number(length)
			if (this.#rest.length < to) return
			this.#waiting.shift().resolve({ ok: word === 'ok', text: this.#rest.toString('utf8', from, to) })
			this.#rest = this.#rest.subarray(to)
		}
	}

	// { ok, text }: the result, or the message of the error.
	ask(word, input) {
		const bytes = Buffer.isBuffer(input) ? input : Buffer.from(input)
		this.#child.stdin.write(`${word} ${bytes.length}\n`)
		this.#child.stdin.write(bytes)
		return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
	}

	// The same for many inputs.
	askAll(word, inputs) {
		return Promise.all(inputs.map(input => this.ask(word, input)))
	}

	// Resolves with the exit code, which is not 0 where a sanitizer found something.
	close() {
		return new Promise(resolve => {
			this.#child.on('exit', resolve)
			this.#child.stdin.end()
		})
	}
}

// Random numbers that a seed repeats (mulberry32). SEED in the environment chooses one.
export class Random {
	constructor(seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)) {
		this.seed = seed
		this.state = seed >>> 0
	}

	below(limit) {
		this.state = (this.state + 0x6d2b79f5) >>> 0
		let t = this.state
		t = Math.imul(t ^ (t >>> 15), t | 1)
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
		return ((t ^ (t >>> 14)) >>> 0) % limit
	}

	pick(list) {
		return list[this.below(list.length)]
	}
}
