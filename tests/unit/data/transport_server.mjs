// Servers of Node for the transport's tests: the first argument is h1, https or h2, then certificate and key. It prints its port, and
// on its last lines what it counted, when its input ends.
//
// Paths: /stream/N sends N lines and ends; /forever one line every 10 ms; /silent headers only; /nothing not even those; /echo the
// body's length; /count what was counted; /redirect.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { createSecureServer } from 'node:http2'

const [kind, certificate, key] = process.argv.slice(2)
const identity = certificate ? { cert: readFileSync(certificate), key: readFileSync(key) } : {}
const counted = { connections: 0, requests: 0, broken: 0 }

function stream(response, lines) {
	response.writeHead(200, { 'content-type': 'text/event-stream' })
	let sent = 0
	const timer = setInterval(() => {
		response.write('data: x\n')
		if (++sent < lines) return
		clearInterval(timer)
		response.end()
	}, 10)
	response.on('close', () => clearInterval(timer))
}

function serve(request, response) {
	const [, verb, count] = request.url.split('/')
	let length = 0
	if (verb !== 'count') counted.requests++
	response.on('close', () => { if (!response.writableEnded) counted.broken++ })
	request.on('data', piece => { length += piece.length })
	request.on('end', () => {
		if (verb === 'stream') stream(response, Number(count))
		else if (verb === 'forever') stream(response, Infinity)
		else if (verb === 'silent') response.writeHead(200).flushHeaders?.() ?? response.write('')
		else if (verb === 'echo') response.end(`${length}\n`)
		else if (verb === 'redirect') response.writeHead(302, { location: '/echo' }).end()
		else if (verb === 'count') response.end(`${counted.connections} ${counted.requests} ${counted.broken}\n`)
	})
}

const server = kind === 'h1' ? createServer(serve) : kind === 'https' ? createSecure(identity, serve) : createSecureServer({ ...identity, allowHTTP1: true }, serve)
server.on(kind === 'h1' ? 'connection' : 'secureConnection', () => counted.connections++)
server.keepAliveTimeout = 60000
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port} `))
