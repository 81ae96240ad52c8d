// JSON Schema as OpenAPI 3.0 and 3.1 documents use it. Not known here: $anchor, $dynamicRef, unevaluatedItems, content….
import { array, isObject, own } from './contract.js';

const patterns = new Map();
const formats = {
	date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true,
	'date-time': (text) => formats.date(text.slice(0, 10)) && /^[Tt]/.test(text.slice(10)) && formats.time(text.slice(11)),
	time: (text) => /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/.test(text),
	email: (text) => /^[^\s@"(),:;<>[\\\]]+@[a-z\d](-*[a-z\d])*(\.[a-z\d](-*[a-z\d])*)*$/i.test(text) && !/^\.|\.[.@]/.test(text),
	uuid: (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text),
	uri: (text) => /^[a-z][a-z\d+.-]*:[^\s<>"{}|\\^`]+$/i.test(text),
	ipv4: (text) => /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/.test(text) && !/(^|\.)0\d/.test(text),
	ipv6: (text) => /^[\da-f:]*:[\da-f:.]*$/i.test(text) && text.split('::').length < 3,
	hostname: (text) => text.length < 254 && /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i.test(text),
	byte: (text) => /^[A-Za-z\d+/]*={0,2}$/.test(text) && text.length % 4 === 0,
};
const kinds = {
	null: (value) => value === null, boolean: (value) => typeof value === 'boolean', string: (value) => typeof value === 'string',
	number: (value) => typeof value === 'number', integer: (value) => Number.isInteger(value), array: Array.isArray, object: isObject,
};

// A text that is the same for values that are equal.
export function canonical(value) {
	if (Array.isArray(value))
		return `[${value.map(canonical).join()}]`;
	return !isObject(value) ? JSON.stringify(value)
		: `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

function matches(pattern, text) {
	for (const flags of patterns.has(pattern) ? [] : ['', 'u'])
		try { patterns.set(pattern, new RegExp(pattern, flags)); } catch { patterns.set(pattern, patterns.get(pattern) ?? null); }
	return patterns.get(pattern)?.test(text) !== false;
}

const many = (count, thing) => `${count} ${thing}${count === 1 ? '' : 's'}`;
// For each kind of value the keywords: the rule, the value, the schema; true, or a message.
const any = {
	type: (rule, value) => [].concat(rule).some((type) => own(kinds, type)?.(value)) || `must be ${[].concat(rule).join(' or ')}`,
	enum: (rule, value) => !array(rule).length || rule.some((each) => canonical(each) === canonical(value)) || `must be one of ${rule.join(', ')}`,
	const: (rule, value) => canonical(rule) === canonical(value) || `must be ${canonical(rule)}`,
};
const keywords = {
	number: {
		minimum: (rule, value, { exclusiveMinimum: out }) => value > rule || (value === rule && out !== true)
			|| `must be ${out === true ? 'more than' : 'at least'} ${rule}`,
		maximum: (rule, value, { exclusiveMaximum: out }) => value < rule || (value === rule && out !== true)
			|| `must be ${out === true ? 'less than' : 'at most'} ${rule}`,
		exclusiveMinimum: (rule, value) => typeof rule === 'boolean' || value > rule || `must be more than ${rule}`,
		exclusiveMaximum: (rule, value) => typeof rule === 'boolean' || value < rule || `must be less than ${rule}`,
		multipleOf: (rule, value) => Math.abs(value / rule - Math.round(value / rule)) < 1e-9 || `must be a multiple of ${rule}`,
		format: (rule, value) => rule !== 'int32' || Math.abs(value + 0.5) < 2 ** 31 || 'must fit into 32 bits',
	},
	string: {
		minLength: (rule, value) => [...value].length >= rule || (rule === 1 ? 'must not be empty' : `must have at least ${many(rule, 'character')}`),
		maxLength: (rule, value) => [...value].length <= rule || `must have at most ${many(rule, 'character')}`,
		pattern: (rule, value) => matches(rule, value) || `must match ${rule}`,
		format: (rule, value) => own(formats, rule)?.(value) !== false || `must be a valid ${rule}`,
	},
	array: {
		minItems: (rule, value) => value.length >= rule || `must have at least ${many(rule, 'item')}`,
		maxItems: (rule, value) => value.length <= rule || `must have at most ${many(rule, 'item')}`,
		uniqueItems: (rule, value) => !rule || new Set(value.map(canonical)).size === value.length || 'must not have two equal items',
	},
	object: {
		minProperties: (rule, value) => Object.keys(value).length >= rule || `must have at least ${many(rule, 'member')}`,
		maxProperties: (rule, value) => Object.keys(value).length <= rule || `must have at most ${many(rule, 'member')}`,
	},
};

// All that is wrong with a value: [{pointer, message}]. `side` is "request" or "response": members that are read-only do not
// belong into the one, write-only ones not into the other.
export function check(contract, schema, value, side) {
	const old = !/^3\.[1-9]/.test(contract.openapi.openapi);
	const alien = side === 'request' ? 'readOnly' : 'writeOnly';

	function members(node, item, pointer, hidden, walk, same) {
		const found = array(node.required).filter((name) => !Object.hasOwn(item, name) && !hidden.has(name))
			.map((name) => ({ pointer: `${pointer}/${name}`, message: 'is missing' }));
		for (const [name, inner] of Object.entries(item)) {
			const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
			const property = own(node.properties, name);
			const more = Object.keys(node.patternProperties ?? {}).filter((pattern) => matches(pattern, name));
			if (property !== undefined && contract.flat(property)[alien] === true)
				found.push({ pointer: at, message: side === 'request' ? 'is read-only' : 'is write-only' });
			else if (property !== undefined)
				found.push(...walk(property, inner, at));
			found.push(...more.flatMap((pattern) => walk(node.patternProperties[pattern], inner, at)));
			if (property === undefined && !more.length)
				found.push(...walk(node.additionalProperties, inner, at, 'is not known here'));
			if (walk(node.propertyNames, name, at).length)
				found.push({ pointer: at, message: 'has a name that is not allowed' });
			found.push(...array(own(node.dependentRequired, name)).filter((needed) => !Object.hasOwn(item, needed))
				.map((needed) => ({ pointer: `${pointer}/${needed}`, message: `is missing beside ${name}` })), ...same(own(node.dependentSchemas, name)));
		}
		return found;
	}

	function items(node, list, pointer, walk) {
		const first = array(node.prefixItems);
		const found = list.flatMap((item, index) => walk(index < first.length ? first[index] : node.items, item, `${pointer}/${index}`, 'is one too many'));
		const count = node.contains === undefined ? 1 : list.filter((item) => !walk(node.contains, item, pointer).length).length;
		const right = node.contains === undefined || (count >= (node.minContains ?? 1) && count <= (node.maxContains ?? Infinity));
		return right ? found : [...found, { pointer, message: 'does not contain what it must' }];
	}

	function choices(node, pointer, same) {
		const found = array(node.allOf).flatMap(same);
		for (const [options, most] of [[node.anyOf, Infinity], [node.oneOf, 1]]) {
			const results = array(options).map(same);
			const fitting = results.filter((result) => !result.length).length;
			if (results.length && !fitting)
				found.push(...(results.length === 1 ? results[0] : [{ pointer, message: 'fits none of the allowed forms' }]));
			else if (fitting > most)
				found.push({ pointer, message: 'fits more than one of the forms that exclude each other' });
		}
		if (node.not !== undefined && !same(node.not).length)
			found.push({ pointer, message: 'has a form that is not allowed' });
		return node.if === undefined ? found : [...found, ...same(same(node.if).length ? node.else : node.then)];
	}

	function test(schemaOrPointer, item, pointer, hidden, depth, refusal = 'is not allowed') {
		const node = typeof schemaOrPointer === 'string' ? contract.at(schemaOrPointer) : schemaOrPointer;
		if (node === false)
			return [{ pointer, message: refusal }];
		if (!isObject(node) || depth > 200 || (old && item === null && node.nullable === true))
			return [];
		const aliens = !isObject(item) ? [] : Object.entries(contract.flat(node).properties).filter(([, property]) => contract.flat(property)[alien] === true);
		const known = new Set([...hidden, ...aliens.map(([name]) => name)]);
		const same = (inner) => test(inner, item, pointer, known, depth + 1);
		const walk = (inner, value_, at, words) => test(inner, value_, at, [], depth + 1, words);
		const found = same(node.$ref);
		if (old && node.$ref !== undefined)
			return found;
		const kind = Array.isArray(item) ? 'array' : item === null ? 'null' : typeof item;
		for (const [keyword, rule] of [...Object.entries(any), ...Object.entries(own(keywords, kind) ?? {})]) {
			const message = node[keyword] === undefined ? true : rule(node[keyword], item, node);
			if (message !== true)
				found.push({ pointer, message });
		}
		const inner = kind === 'object' ? members(node, item, pointer, known, walk, same) : kind === 'array' ? items(node, item, pointer, walk) : [];
		return [...found, ...inner, ...choices(node, pointer, same)];
	}
	return test(schema, value, '', [], 0);
}
