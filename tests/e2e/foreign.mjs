// A foreign document tried out: the scaffold's provider before our verification and before an independent judge. Prism stands
// between the two as a validating proxy, so that both see the same exchanges.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'

const own = 'https://stoplight.io/prism/errors#'

// What an HTTP message holds, whole: {status, headers, body}.
async function whole(message) {
	const chunks = []
	for await (const chunk of message) chunks.push(chunk)
	return { status: message.statusCode, headers: message.headers, body: Buffer.concat(chunks) }
}

function send(port, { method, url, headers }, body) {
	return new Promise((resolve, reject) => {
		const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers: { ...headers, host: `127.0.0.1:${port}` } },
			answer => whole(answer).then(resolve, reject))
		outgoing.on('error', reject)
		outgoing.end(body)
	})
}

async function listen(handle) {
	const server = createServer({ maxHeaderSize: 1 << 18 }, (incoming, response) => handle(incoming).then(({ status, headers, body }) => {
		const { 'transfer-encoding': chunked, connection, ...rest } = headers
		response.writeHead(status, rest).end(incoming.method === 'HEAD' ? undefined : body)
	}).catch(error => response.writeHead(502).end(String(error))))
	await once(server.listen(0, '127.0.0.1'), 'listening')
	return { port: server.address().port, close: () => new Promise(resolve => server.close(resolve) && server.closeAllConnections()) }
}

// A process of ours that has said where it listens.
async function start(words, pattern, options) {
	const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
	let said = ''
	const port = await new Promise((resolve, reject) => {
		const limit = setTimeout(() => reject(new Error(`${words[0]} did not start: ${said}`)), 60000)
		const hear = text => {
			said += text
			const found = pattern.exec(said)
			if (found) clearTimeout(limit), resolve(Number(found[1]))
		}
		child.stdout.on('data', hear)
		child.stderr.on('data', hear)
		child.on('exit', code => (clearTimeout(limit), reject(new Error(`${words[0]} ended with ${code}: ${said}`))))
	}).catch(error => {
		child.kill('SIGKILL')
		throw error
	})
	return { port, stop: async () => (child.exitCode ?? child.signalCode) === null && (child.kill('SIGKILL'), await once(child, 'exit')) }
}

// Prism before a provider, and we on both sides of it: what it refuses reaches the provider past it, so that the exchanges go on
// as they would without. `verdicts` holds one entry for each exchange: {request, status, refused, violation}.
class Judge {
	verdicts = []

	async begin(document, provider, base) {
		Object.assign(this, { document, provider, base })
		// Prism writes anew what it passes on, and drops a body that is null: the provider gets what the client sent.
		this.behind = await listen(async incoming => whole(incoming).then(async () => (this.answer = await send(provider, ...this.sent))))
		await this.startPrism()
		this.front = await listen(incoming => this.exchange(incoming))
		return this
	}

	async startPrism() {
		const prism = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js')
		this.prism = await start([prism, 'proxy', this.document, `http://127.0.0.1:${this.behind.port}`, '--errors', '-h', '127.0.0.1', '-p', '0'],
			/listening on http:\/\/127\.0\.0\.1:(\d+)/)
	}

	async exchange(incoming) {
		const { body } = await whole(incoming)
		const { method, headers } = incoming
		const url = incoming.url.startsWith(`${this.base}/`) ? incoming.url.slice(this.base.length) : incoming.url
		this.sent = [{ method, url, headers }, body]
		this.answer = undefined
		const judged = await send(this.prism.port, ...this.sent).catch(() => undefined)
		if (!judged) return this.goOn(method, url)
		const text = judged.body.toString()
		const objection = text.includes(own) ? text : undefined
		const refused = objection && !this.answer ? objection : undefined
		const answer = this.answer ?? await send(this.provider, ...this.sent)
		this.verdicts.push({ request: `${method} ${url}`, status: answer.status, refused, violation: objection && !refused ? objection : undefined })
		return answer
	}

	// Some messages end Prism. It says nothing about those; the next one gets a new one.
	async goOn(method, url) {
		await this.prism.stop()
		await this.startPrism()
		const answer = this.answer ?? await send(this.provider, ...this.sent)
		this.verdicts.push({ request: `${method} ${url}`, status: answer.status, unjudged: true })
		return answer
	}

	// Objections that tell of a defect: to what the provider took, and to what it answered. What nothing was made for is no answer.
	objections() {
		return this.verdicts.filter(({ status, refused, violation }) => status !== 501 && (violation || (refused && status < 400)))
	}

	async end() {
		await this.front?.close()
		await this.prism?.stop()
		await this.behind?.close()
	}
}

// Runs a document's contract and tries the provider: {outcome, operations, covered, cases, verified, judged, faults, objections}.
// Where the scaffold answers 501, as its README says, nothing was made: such cases are counted as `no_output`, and as nothing else.
export async function tryDocument(house, file) {
	const contracts = join(house.folder, 'contracts'), out = join(house.folder, 'out')
	const document = join(contracts, `api${extname(file)}`), folder = join(out, 'backend_developer')
	mkdirSync(contracts, { recursive: true })
	copyFileSync(file, document)
	const run = await house.ask(['run', '--contracts', contracts, '--personas', 'backend_developer', '--output', out])
	const outcome = run.outcome ?? run.error?.code
	if (!existsSync(join(folder, 'server.js'))) return { outcome, reason: run.reason ?? JSON.stringify(run).slice(0, 500), verified: false, judged: false }
	const contract = JSON.parse(readFileSync(join(folder, 'contract.json'), 'utf8'))
	const left = new Set(contract.operations.filter(each => !each.covered).map(({ method, path }) => `${method} ${path}`))
	const isNoOutput = ({ subject, found }) => left.has(subject) && found.startsWith('501 ')
	const alone = await house.ask(['verify', folder, '--spec', document])
	const provider = await start(['server.js'], /listening on http:\/\/127\.0\.0\.1:(\d+)/,
		{ cwd: folder, env: { ...process.env, PORT: '0', DATA_DIR: join(house.folder, 'data') } })
	const judge = new Judge()
	try {
		await judge.begin(document, provider.port, contract.base)
		const { contracts: [entry], faults: all } = await house.ask(['verify', '--spec', document, '--url', `http://127.0.0.1:${judge.front.port}`])
		const faults = [...alone.faults, ...all].filter(fault => !isNoOutput(fault))
		const objections = judge.objections(), made = contract.operations.length - left.size
		return { outcome, operations: contract.operations.length, covered: made, cases: entry.cases, no_output: all.length - all.filter(fault => !isNoOutput(fault)).length,
			exchanges: judge.verdicts.length, unjudged: judge.verdicts.filter(({ unjudged }) => unjudged).length, verified: made > 0 && !faults.length, judged: judge.verdicts.length > 0 && !objections.length, faults, objections }
	} finally {
		await judge.end()
		await provider.stop()
	}
}
