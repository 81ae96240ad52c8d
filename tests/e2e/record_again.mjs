// node tests/e2e/record_again.mjs: makes the recordings of tests/e2e/data/analysis anew after a prompt has changed. The answers stay what
// they were: they come from the old recordings.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelServer } from './model_server.mjs'
import { House } from './teamwright.mjs'

const folder = join(dirname(fileURLToPath(import.meta.url)), 'data', 'analysis')
const textOf = ({ response }) => response.parts.map(({ text }) => text ?? '').join('')

for (const name of readdirSync(folder).filter(file => file.endsWith('.jsonl'))) {
	const file = join(folder, name), house = new House(), server = await ModelServer.start({ models: ['recorded'] })
	server.enqueue(...readFileSync(file, 'utf8').trim().split('\n').map(line => textOf(JSON.parse(line))))
	mkdirSync(join(house.folder, 'config', 'teamwright'), { recursive: true })
	writeFileSync(join(house.folder, 'config', 'teamwright', 'config.yaml'), JSON.stringify({ endpoints: [server.endpoint('anthropic')] }))
	rmSync(file)
	const { code, err } = await house.run(['analyse', `@${file.replace(/\.jsonl$/, '.txt')}`, '--record', file, '--quiet'], { environment: { TEAMWRIGHT_MODEL: 'auto' } })
	console.log(`${name}: exit ${code}, ${server.queue.length} answers left ${err}`)
	house.remove()
	await server.close()
}
