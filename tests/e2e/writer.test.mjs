// What our writers make, read by npm's yaml under the rules of YAML 1.2 and of 1.1, and by JSON.parse.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse } from 'yaml'
import { Filter, Random, fullSize, root } from './filter.mjs'

const filter = new Filter()
after(async () => assert.equal(await filter.close(), 0))

const rules = [{ version: '1.2', schema: 'core' }, { version: '1.1', schema: 'yaml-1.1' }]

async function compare(texts, names) {
	const yaml = await filter.askAll('to-yaml', texts), pretty = await filter.askAll('pretty', texts)
	const again = await Promise.all(yaml.map(({ text }) => filter.ask('yaml', text)))
	for (const [i, text] of texts.entries()) {
		const value = JSON.parse(text), about = `${names?.[i] ?? text} became\n${yaml[i].text}`
		assert.ok(yaml[i].ok && pretty[i].ok, about)
		for (const options of rules) assert.deepEqual(parse(yaml[i].text, options), value, `YAML ${options.version}: ${about}`)
		assert.deepEqual(JSON.parse(pretty[i].text), value, about)
		assert.ok(again[i].ok, `${again[i].text}: ${about}`)
		assert.deepEqual(JSON.parse(again[i].text), value, about)
	}
}

test('real API descriptions', async () => {
	const folder = join(root, 'tests/e2e/node_modules/@readme/oas-examples')
	const names = readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.json') && !name.endsWith('package.json'))
	await compare(names.map(name => readFileSync(join(folder, name), 'utf8')), names)
})

const words = ['', 'a', 'word', ' ', '  ', '\t', '\n', '\n\n', '\r', '\r\n', ':', ': ', ' #', '#', '- ', '-', '?', '! ', '&a', '*a', '%', '@', '`', '|', '>',
	"'", '"', '\\', ',', '[', ']', '{', '}', '~', 'null', 'NULL', 'true', 'Yes', 'no', 'ON', 'off', 'y', 'N', '1', '0x1F', '017', '0o7', '0b1', '1e3', '.5', '-1', '+1',
	'1_000', '.inf', '.NaN', '2026-11-20', '2026-11-20T08:00:00Z', '12:30:45', '190:20', '<<', '=', '---', '...', '\u0085', '\u2028', '\u2029', '\ufeff',
	'\u00a0', 'é', '😀', '\u0001', '\u007f', '/path/{id}', 'key: value', 'x'.repeat(130), 'two words ', '\ttab', 'a\n  b\n', '\n  begin', 'end\n\n\n']

test('strings of every look, alone, as keys, in lists and in pairs', async () => {
	const texts = []
	for (const one of words) {
		texts.push(JSON.stringify(one))
		for (const two of words) texts.push(JSON.stringify({ [one + two]: one + two, list: [one + two, { inner: two + one }] }))
	}
	await compare(texts)
})

function make(random, depth) {
	const kind = random.below(depth > 0 ? 8 : 5)
	if (kind === 0) return random.pick([null, true, false, 0, -1, 1.5, 1e21, 123456789, -2.5e-7])
	if (kind < 5) return random.pick(words) + (random.below(2) ? random.pick(words) : '')
	const size = random.below(5)
	if (kind === 5) return Array.from({ length: size }, () => make(random, depth - 1))
	return Object.fromEntries(Array.from({ length: size }, () => [random.pick(words) + random.pick(words), make(random, depth - 1)]))
}

test('random trees', async t => {
	const random = new Random()
	t.diagnostic(`SEED=${random.seed}`)
	for (let round = fullSize ? 50 : 1; round > 0; round--)
		await compare(Array.from({ length: 1000 }, () => JSON.stringify(make(random, 5))))
})
