// Parameters on their way through address and headers: the styles of OpenAPI, both ways.
import { isJson, isObject, own } from './contract.js';
import { check } from './schema.js';

const decode = (text) => decodeURIComponent(text.replaceAll('+', ' '));
const plain = (value) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value));
const encode = (value) => encodeURIComponent(plain(value));
const splitters = { spaceDelimited: /%20|\+| /, pipeDelimited: /\||%7C/i };
const joints = { spaceDelimited: '%20', pipeDelimited: '%7C' };
const split = (text, delimiter) => (text === '' ? [] : text.split(delimiter));

// A text as the value that the schema means: "7" is a number only where numbers are allowed.
export function coerce(contract, schema, text) {
	const flat = contract.flat(schema);
	const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
	if (number !== undefined && (flat.types.includes('number') || flat.types.includes('integer') || flat.enum?.includes(number)))
		return number;
	if (flat.types.includes('boolean') && /^(true|false)$/.test(text))
		return text === 'true';
	const options = flat.types.length ? [] : flat.anyOf ?? flat.oneOf ?? [];
	return flat.types.includes('null') && text === 'null' ? null
		: options.map((option) => coerce(contract, option, text)).find((value) => !check(contract, schema, value, 'request').length) ?? text;
}

// An array or object from the pieces of its text.
function structure(contract, { schema, explode }, pieces, clean) {
	const flat = contract.flat(schema);
	if (flat.type === 'array')
		return pieces.map((piece) => coerce(contract, flat.items, clean(piece)));
	const pairs = explode ? pieces.map((piece) => piece.split('=')) : pieces.flatMap((piece, index) => (index % 2 ? [] : [[piece, pieces[index + 1]]]));
	return Object.fromEntries(pairs.map(([key, text = '']) => [clean(key), coerce(contract, own(flat.properties, clean(key)), clean(text))]));
}

function readQuery(contract, parameter, pairs) {
	const { name, style, explode, schema } = parameter;
	const flat = contract.flat(schema);
	const mine = pairs.filter(([key]) => decode(key) === name || (flat.type === 'array' && decode(key) === `${name}[]`)).map(([, text]) => text);
	if (flat.type === 'object' && (style === 'deepObject' || explode)) {
		const member = (key) => (style !== 'deepObject' ? key : key.startsWith(`${name}[`) && key.endsWith(']') ? key.slice(name.length + 1, -1) : undefined);
		const members = pairs.map(([key, text]) => [member(decode(key)), decode(text)])
			.filter(([key]) => key !== undefined && (style === 'deepObject' || own(flat.properties, key) !== undefined));
		return members.length ? Object.fromEntries(members.map(([key, text]) => [key, coerce(contract, own(flat.properties, key), text)])) : undefined;
	}
	if (!mine.length)
		return undefined;
	if (flat.type === 'object' || (flat.type === 'array' && !explode))
		return structure(contract, parameter, mine.flatMap((text) => split(text, splitters[style] ?? ',')), decode);
	return flat.type === 'array' ? mine.map((text) => coerce(contract, flat.items, decode(text))) : coerce(contract, schema, decode(mine[0]));
}

// The value of a parameter; undefined where it is not there. `source`: the encoded text of path, header or cookie, or the list of
// encoded pairs of the query.
export function read(contract, parameter, source) {
	const { name, style, explode, content } = parameter;
	if (source === undefined)
		return undefined;
	const clean = parameter.in === 'header' ? (text) => text.trim() : decodeURIComponent;
	if (content !== null) {
		const text = parameter.in === 'query' ? source.find(([key]) => decode(key) === name)?.[1].replaceAll('+', ' ') : source;
		return text === undefined ? undefined : isJson(content) ? JSON.parse(clean(text)) : clean(text);
	}
	if (parameter.in === 'query')
		return readQuery(contract, parameter, source);
	const { type } = contract.flat(parameter.schema);
	const bare = style === 'label' ? source.replace(/^\./, '') : style !== 'matrix' ? source
		: type === 'object' && explode ? source.replace(/^;/, '') : source.replace(/^;/, '').replaceAll(`${name}=`, '');
	if (type !== 'array' && type !== 'object')
		return coerce(contract, parameter.schema, clean(bare));
	return structure(contract, parameter, split(bare, explode && style === 'label' ? '.' : explode && style === 'matrix' ? ';' : ','), clean);
}

// The other way. Path, header and cookie: the text; query: the pairs, joined by "&".
export function write(parameter, value) {
	const { name, style, explode, content } = parameter;
	const raw = parameter.in === 'header' ? plain : encode;
	const key = encodeURIComponent(name);
	if (content !== null)
		return parameter.in === 'query' ? `${key}=${encodeURIComponent(JSON.stringify(value))}` : raw(JSON.stringify(value));
	const entries = isObject(value) ? Object.entries(value) : [];
	const list = Array.isArray(value) ? value.map(raw) : !isObject(value) ? [raw(value)]
		: entries.flatMap(([member, each]) => (explode ? [`${raw(member)}=${raw(each)}`] : [raw(member), raw(each)]));
	if (style === 'deepObject')
		return entries.map(([member, each]) => `${key}[${encode(member)}]=${encode(each)}`).join('&');
	const named = isObject(value) ? list : list.map((text) => `${key}=${text}`);
	if (parameter.in === 'query' || parameter.in === 'cookie')
		return explode && list.length ? named.join('&') : `${key}=${list.join(joints[style] ?? ',')}`;
	if (style === 'matrix')
		return `;${explode ? named.join(';') : `${key}=${list.join()}`}`;
	return (style === 'label' ? '.' : '') + list.join(style === 'label' && explode ? '.' : ',');
}
