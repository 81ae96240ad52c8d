// Documents of other people: every one is read and mocked, or refused with a reason; damaged ones too. SEED chooses other damage.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { Random, fullSize } from './filter.mjs'
import { House, root } from './teamwright.mjs'

const require = createRequire(import.meta.url), house = new House()
const folder = dirname(require.resolve('@readme/oas-examples/package.json'))
const tools = process.env.TEAMWRIGHT_TOOLS ?? join(root, 'build', 'san', 'tools')
const files = version => readdirSync(join(folder, version), { recursive: true, withFileTypes: true })
	.filter(entry => entry.isFile() && /\.(json|yaml)$/u.test(entry.name)).map(entry => join(entry.path, entry.name)).sort()
const modern = [...files('3.0'), ...files('3.1')]
after(() => house.remove())

// Several at a time: each is a process.
async function each(list, act) {
	const rest = [...list]
	await Promise.all(Array.from({ length: 3 }, async () => { while (rest.length) await act(rest.shift()) }))
}

test('every OpenAPI 3 document is read', async t => {
	let operations = 0
	await each(modern, async file => {
		const result = await house.ask(['contract', 'validate', file])
		assert.equal(result.exit, result.errors ? 1 : 0, `${file}: ${JSON.stringify(result.error)}`)
		assert.ok(!result.findings.some(({ rule }) => rule === 'document-unreadable'), file)
		assert.equal(result.documents[0].operations, result.operation_count)
		operations += result.operation_count
	})
	t.diagnostic(`${modern.length} documents, ${operations} operations`)
	assert.ok(modern.length > 50)
})

test('Swagger 2 is refused with a remedy', async () => {
	await each(files('2.0'), async file => {
		const { exit, findings } = await house.ask(['contract', 'validate', file])
		assert.equal(exit, 1)
		assert.deepEqual(findings.map(({ message }) => message), ['this is a Swagger 2 document: convert it to OpenAPI 3'])
	})
})

const sweep = list => new Promise((resolve, reject) => {
	const child = spawn(join(tools, 'mock_sweep'), ['--verbose', ...list], { stdio: ['ignore', 'pipe', 'pipe'] })
	let out = '', err = ''
	child.stdout.on('data', chunk => (out += chunk))
	child.stderr.on('data', chunk => (err += chunk))
	child.on('error', reject)
	child.on('close', (code, signal) => resolve({ code, signal, out, err }))
})

test('every operation of their mocks answers as its document says', async t => {
	const { signal, out, err } = await sweep(modern), figures = JSON.parse(out.trimEnd().split('\n').pop())
	t.diagnostic(JSON.stringify(figures))
	assert.equal(signal, null, err)
	assert.deepEqual([figures.unread, figures.invalid, figures.failed], [0, 0, 0], out)
	assert.ok(figures.called > 500 && figures.valid + figures.mute > figures.called * 0.98, out)
})

// A document with some of its values taken away, doubled or exchanged for others.
function damaged(document, random) {
	const places = []
	const walk = value => {
		if (value === null || typeof value !== 'object') return
		for (const key of Object.keys(value)) {
			places.push([value, key])
			walk(value[key])
		}
	}
	walk(document)
	const odd = [null, true, 0, -1, 1e400, '', 'x', '#/components', '#', [], {}, [[]], { $ref: '#/paths' }, { type: 'object' }, { allOf: [] }]
	for (let i = 0; i < 4; i++) {
		const [value, key] = random.pick(places), roll = random.below(4)
		if (roll === 0) delete value[key]
		else if (roll === 1) value[key] = random.pick(odd)
		else if (roll === 2) value[key] = random.pick(places)[0]
		else if (!Array.isArray(value)) value[`${key}x`] = value[key]
	}
	try {
		return JSON.stringify(document)
	} catch {
		return '{"openapi":"3.1.0","paths":{}}' // a value within itself
	}
}

test('damaged documents are read or refused, and nothing falls over', async t => {
	const random = new Random(), sources = files('3.1').filter(file => file.endsWith('.json')).map(file => readFileSync(file, 'utf8')).filter(text => text.length < 60_000)
	const made = Array.from({ length: fullSize ? 2000 : 30 }, (_, i) => join(house.folder, `damaged-${i}.json`)), tally = { read: 0, refused: 0 }
	for (const file of made) writeFileSync(file, damaged(JSON.parse(random.pick(sources)), random))
	await each(made, async file => {
		const { code, signal, out, err } = await house.run(['contract', 'validate', file])
		const told = code === 1 ? /^error .+\n {2}.+/mu.test(out) : code === 2 && /^teamwright: .+\n {2}.+/u.test(err)
		assert.ok(signal === null && (code === 0 || told), `${file} (SEED=${random.seed}): ${code} ${signal} ${out}${err}`)
		tally[code ? 'refused' : 'read']++
	})
	const { signal, err } = await sweep(made)
	assert.equal(signal, null, `SEED=${random.seed}: ${err}`)
	assert.doesNotMatch(err, /Sanitizer|runtime error|CRITICAL/u, `SEED=${random.seed}`)
	t.diagnostic(JSON.stringify({ seed: random.seed, ...tally }))
	assert.equal(tally.read + tally.refused, made.length)
})
