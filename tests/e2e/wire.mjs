// Answers of model servers as wire texts, made at random: what a server of each protocol could send, in any of its spellings.

const words = ['Hello', ' world', '\n', ' "quoted"', ' \\ ', 'ä', '€', '日本語', '😀', '👩‍👩‍👧', ' the end', '\t', '</b>', '\u2028', ' {"a":1}', '']
const names = ['read_file', 'write_file', 'list', 'run']

const text = random => Array.from({ length: 1 + random.below(8) }, () => random.pick(words)).join('') || 'x'
const json = random => ({ path: text(random), n: random.below(1000), deep: random.below(3) ? { list: [text(random), null, true, 1.5] } : {} })

// Cut between characters, or between UTF-16 units as servers in JavaScript do.
function pieces(random, whole, units) {
	const parts = units ? whole.split('') : [...whole], out = []
	while (parts.length) out.push(parts.splice(0, 1 + random.below(7)).join(''))
	return out
}

// What a model says: {thinking, text, calls, stop, usage}; `stop` in our words.
export function makeAnswer(random) {
	const calls = random.below(2) ? Array.from({ length: 1 + random.below(3) }, (_, i) => ({ id: `call_${i}_${random.below(1e6)}`, name: random.pick(names), input: random.below(5) ? json(random) : {} })) : []
	return {
		thinking: random.below(3) ? null : text(random), text: calls.length && random.below(2) ? '' : text(random), calls,
		stop: calls.length ? 'tools' : random.pick(['end', 'end', 'length']),
		usage: { input: random.below(5000), output: random.below(5000), read: random.below(3) * 100 }
	}
}

// JSON with its blanks here and there.
const spell = (random, value) => (random.below(4) ? JSON.stringify(value) : JSON.stringify(value, null, random.below(2) ? 1 : '\t'))

function event(random, type, value) {
	const end = random.below(4) ? '\n' : '\r\n', blank = random.below(5) ? ' ' : ''
	const data = typeof value === 'string' ? [value] : spell(random, value).split('\n')
	const comment = random.below(8) ? '' : `: keep-alive${end}${end}`
	return `${comment}${type ? `event:${blank}${type}${end}` : ''}${data.map(line => `data:${blank}${line}${end}`).join('')}${end}`
}

const anthropicStops = { end: 'end_turn', length: 'max_tokens', tools: 'tool_use' }

export function anthropicWire(random, model, { thinking, text, calls, stop, usage }, units) {
	const out = [], say = value => out.push(event(random, value.type, value))
	let index = 0
	const block = (content_block, type, member, whole) => {
		say({ type: 'content_block_start', index, content_block })
		if (!random.below(3)) say({ type: 'ping' })
		for (const part of pieces(random, whole, units)) say({ type: 'content_block_delta', index, delta: { type, [member]: part } })
		if (content_block.type === 'thinking') say({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: 'c2lnbmF0dXJl' } })
		say({ type: 'content_block_stop', index: index++ })
	}
	say({
		type: 'message_start', message: {
			id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null,
			usage: { input_tokens: usage.input, output_tokens: 1, cache_read_input_tokens: usage.read, cache_creation_input_tokens: 0 }
		}
	})
	if (thinking) block({ type: 'thinking', thinking: '', signature: '' }, 'thinking_delta', 'thinking', thinking)
	if (text) block({ type: 'text', text: '' }, 'text_delta', 'text', text)
	for (const { id, name, input } of calls) block({ type: 'tool_use', id, name, input: {} }, 'input_json_delta', 'partial_json', Object.keys(input).length ? spell(random, input) : '')
	say({ type: 'message_delta', delta: { stop_reason: anthropicStops[stop], stop_sequence: null }, usage: { output_tokens: usage.output } })
	say({ type: 'message_stop' })
	return out
}

const openaiStops = { end: 'stop', length: 'length', tools: 'tool_calls' }

export function openaiWire(random, model, { text, calls, stop, usage }, units) {
	const out = [], base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model }
	const noise = random.below(2) ? () => ({ obfuscation: 'x'.repeat(random.below(9)) }) : () => ({})
	const say = (delta, finish_reason = null) => out.push(event(random, null, { ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...noise() }))
	say({ role: 'assistant', content: calls.length && !text ? null : '', refusal: null })
	for (const content of pieces(random, text, units)) say({ content })
	const queues = calls.map(({ id, name, input }, index) => [
		{ index, id, type: 'function', function: { name, arguments: '' } },
		...pieces(random, spell(random, input), units).map(part => ({ index, function: { arguments: part } }))
	])
	const mixed = random.below(2)
	while (queues.some(queue => queue.length)) {
		const open = queues.filter(queue => queue.length)
		say({ tool_calls: [(mixed ? random.pick(open.slice(0, 2)) : open[0]).shift()] })
	}
	say({}, openaiStops[stop])
	out.push(event(random, null, {
		...base, choices: [], usage: {
			prompt_tokens: usage.input + usage.read, completion_tokens: usage.output, total_tokens: usage.input + usage.read + usage.output,
			prompt_tokens_details: { cached_tokens: usage.read }
		}
	}))
	out.push(event(random, null, '[DONE]'))
	return out
}

export function ollamaWire(random, model, { thinking, text, calls, stop, usage }, units) {
	const out = [], at = () => new Date(1e12 + random.below(1e9)).toISOString()
	const say = message => out.push(`${JSON.stringify({ model, created_at: at(), message: { role: 'assistant', content: '', ...message }, done: false })}\n`)
	for (const part of pieces(random, thinking ?? '', units)) say({ thinking: part })
	for (const content of pieces(random, text, units)) say({ content })
	if (calls.length) say({ tool_calls: calls.map(({ id, name, input }) => ({ id, function: { name, arguments: input } })) })
	out.push(`${JSON.stringify({
		model, created_at: at(), message: { role: 'assistant', content: '' }, done: true, done_reason: stop === 'length' ? 'length' : 'stop',
		total_duration: 5, prompt_eval_count: usage.input, eval_count: usage.output
	})}\n`)
	return out
}
