// Regular expressions against the RegExp of this node in Unicode mode, on generated pairs. SEED chooses others.
// What PCRE2 cannot do is refused by name and counted apart, and so is a known error of node: it finds \b and \B in the middle
// of a surrogate pair, where no character begins.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Filter, Random, fullSize } from './filter.mjs'

const filter = new Filter('schema_filter')
after(async () => assert.equal(await filter.close(), 0))

const random = new Random()
const below = limit => random.below(limit)
const pick = list => random.pick(list)
const chance = share => random.below(1000) < share * 1000
const patterns = fullSize ? 200000 : 4000
const each = 8

const characters = [...'aaabbbcc0012-_ .,/\\^$*+?()[]{}|\n\r\t\v\fxkKſéß٣中😀\u2028\u00a0\ufeff\u0000\u1680']
const plain = [...'abc012xé中😀-_ ,']
const escapes = ['\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\t', '\\n', '\\v', '\\f', '\\r', '\\0', '\\cA', '\\cj', '\\x61', '\\x0a',
	'\\u0062', '\\u{1F600}', '\\ud83d\\ude00', '\\ud83d', '\\u00e9', '\\.', '\\/', '\\$', '\\^', '\\[', '\\]', '\\{', '\\}', '\\(', '\\)',
	'\\*', '\\+', '\\?', '\\|', '\\\\', '\\p{L}', '\\P{L}', '\\p{Lu}', '\\p{Uppercase_Letter}', '\\p{Nd}', '\\p{gc=Nd}', '\\p{Script=Greek}',
	'\\p{sc=Latn}', '\\p{scx=Han}', '\\p{Alphabetic}', '\\p{White_Space}', '\\p{ASCII}', '\\p{Any}', '\\P{Any}', '\\p{Emoji}']
const broken = ['\\a', '\\_', '\\-', '\\8', '\\01', '\\c', '\\x6', '\\u12', '\\u{110000}', '\\p{Nope}', '\\p{greek}', '\\k<no>', '{', '}', ']',
	'a**', '(?', '(?<1>a)', '(?P<n>a)', '(?i)', 'a{2,1}', '[b-a]', '[\\d-x]', '(', ')', '[', '*a', '(?=a)*', '\\', '(?<n>a)(?<n>b)', '^*']

let groups, names, depth, loops

function classItem() {
	const roll = below(10)
	if (roll < 4) return pick(plain).replace('-', '\\-')
	if (roll < 6) return pick(['a-c', '0-9', 'x-z', '\\u0061-\\u0063', 'é-中', '\\u{1F5FF}-\\u{1F601}', '!-~', '\\0-\\x20'])
	if (roll < 9) return pick(escapes.concat('\\b', '\\-'))
	return pick(['^', '.', '$', '*', '(', ')', '{', '|'])
}

function set() {
	const items = Array.from({ length: below(4) }, classItem).join('')
	return `[${chance(0.3) ? '^' : ''}${items}${chance(0.1) ? '-' : ''}]`
}

function atom() {
	const roll = below(100)
	if (roll < 45) return pick(plain)
	if (roll < 60) return pick(escapes)
	if (roll < 72) return set()
	if (roll < 77) return '.'
	if (roll < 78) return pick(broken)
	if (roll < 82 && groups) return `\\${1 + below(groups)}`
	if (roll < 83 && names.length) return `\\k<${pick(names)}>`
	if (depth > 3) return 'a'
	depth++
	let text
	if (roll < 90) {
		groups++
		text = `(${choice()})`
	} else if (roll < 92) {
		const name = pick(['n', 'm', 'é', '$x', '_1']) + groups
		groups++
		names.push(name)
		text = `(?<${name}>${choice()})`
	} else {
		text = `(?:${choice()})`
	}
	depth--
	return text
}

function assertion() {
	const roll = below(8)
	if (roll < 2) return '^'
	if (roll < 4) return '$'
	if (roll < 5) return '\\b'
	if (roll < 6) return '\\B'
	depth++
	const text = `(?${pick(['=', '!', '<=', '<!'])}${depth > 3 ? 'a' : chance(0.7) ? sequence(2) : choice()})`
	depth--
	return text
}

const quantifiers = ['?', '??', '{2}', '{0}', '{1,3}', '{0,2}?', '*', '+', '*?', '+?', '{1,}', '{2,}?']

// Loops within loops within loops would keep node busy for ever: only the inner two are endless.
function term() {
	if (chance(0.12)) return assertion()
	if (!chance(0.3)) return atom()
	loops++
	const text = atom()
	loops--
	return text + (loops > 1 ? quantifiers[below(6)] : pick(quantifiers))
}
const sequence = most => Array.from({ length: below(most) + 1 }, term).join('')
const choice = () => Array.from({ length: chance(0.25) ? 2 + below(2) : 1 }, () => (chance(0.08) ? '' : sequence(3))).join('|')

function pattern() {
	groups = depth = loops = 0
	names = []
	const body = choice()
	return (chance(0.4) ? '^' : '') + body + (chance(0.4) ? '$' : '')
}

// Strings near the pattern: its own characters, repeated and shuffled, and some others.
function string(source) {
	const own = [...source.replace(/\\[a-z]|[\\^$*+?(){}[\]|]/gu, '')]
	const from = () => (own.length && chance(0.7) ? pick(own) : pick(characters))
	const text = Array.from({ length: below(9) }, from).join('')
	return chance(0.15) ? text + text : text
}

// A match that begins in the middle of a pair.
function insidePair(expression, text) {
	const found = expression.exec(text)
	return found && found.index > 0 && /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(found.index - 1))
}

function parse(source) {
	try {
		return new RegExp(source, 'u')
	} catch {
		return null
	}
}

const tally = { patterns: 0, pairs: 0, fits: 0, invalid: 0, refused: 0, 'gave up': 0, 'inside a pair': 0, 'old V8': 0 }
// V8 before 11 (Node 18) loses the first of two surrogate pairs: /^[^}]😀/u does not match "😀😀" there.
const oldV8 = text => Number.parseInt(process.versions.v8, 10) < 11 && /[\ud800-\udbff]/.test(text)

async function compare(source) {
	const texts = Array.from({ length: each }, () => string(source))
	const { ok, text } = await filter.ask('pattern', JSON.stringify({ pattern: source, texts }))
	const theirs = parse(source), what = `${JSON.stringify(source)} (SEED=${random.seed})`
	tally.patterns++
	if (!ok && text.includes('cannot be matched here')) {
		assert.ok(theirs, `node refuses ${what}`)
		tally.refused++
		return
	}
	assert.equal(ok, theirs !== null, `${what}: ${ok ? 'node refuses it' : text}`)
	if (!ok) {
		tally.invalid++
		return
	}
	JSON.parse(text).forEach((ours, at) => {
		tally.pairs++
		if (ours === 'gave up') {
			tally['gave up']++
			return
		}
		const fits = theirs.test(texts[at])
		tally.fits += fits
		if (ours !== fits && insidePair(theirs, texts[at])) tally['inside a pair']++
		else if (ours !== fits && oldV8(texts[at])) tally['old V8']++
		else assert.equal(ours, fits, `${what} on ${JSON.stringify(texts[at])}`)
	})
}

test('generated patterns', async t => {
	for (let i = 0; i < patterns; i++) await compare(pattern())
	t.diagnostic(JSON.stringify({ seed: random.seed, ...tally }))
	assert.ok(tally.pairs >= 10000 && tally.fits > tally.pairs / 5 && tally.fits < tally.pairs * 4 / 5)
	assert.ok(tally.refused < patterns / 20 && tally['gave up'] < patterns / 1000)
})
