// {{title}} {{version}}: a mock server made from the contract {{contract}}.
// It keeps what it is given, checks what it receives, and answers as the document declares.
//
//	node {{file}} [port]        (or the environment variable PORT; 0 takes a free one)
'use strict';
const express = require('express');
const { randomUUID } = require('crypto');
const { STATUS_CODES } = require('http');

const { document, bases, routes, resources, seeds, today } = data();
const unescape = (token) => decodeURIComponent(token).replace(/~1/g, '/').replace(/~0/g, '~');
const find = (pointer) => pointer.split('/').slice(1).reduce((at, token) => at?.[unescape(token)], document);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const copy = (value) => JSON.parse(JSON.stringify(value));
const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
const select = (object, keep) => Object.fromEntries(Object.entries(object ?? {}).filter(([name, value]) => keep(name, value)));
const resolve = (schema, steps = 0) => (schema?.$ref && steps < 64 ? resolve(find(schema.$ref), steps + 1) : schema ?? {});

// ---- Schemas: what is wrong with a value, as a list of { path, message }.
const kindOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
const kinds = { null: 'null', boolean: 'a boolean', number: 'a number', string: 'a string', array: 'a list', object: 'an object', integer: 'an integer' };
const shown = (value) => (typeof value !== 'object' || value === null ? JSON.stringify(value)
	: `${Object.keys(value).length ? (Array.isArray(value) ? 'a' : 'an') : 'an empty'} ${Array.isArray(value) ? 'list' : 'object'}`);
const counted = (count, thing) => `${count} ${thing}${count === 1 ? '' : 's'}`;
const ordered = (value) => (Array.isArray(value) ? value.map(ordered)
	: isObject(value) ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])])) : value);
const equal = (a, b) => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
const size = (value) => (typeof value === 'string' ? [...value].length : Object.keys(value).length);
// Some patterns are regular expressions only without the u.
const expression = (pattern) => {
	try {
		return new RegExp(pattern, 'u');
	} catch {
		return new RegExp(pattern);
	}
};
const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00Z`)) && new Date(`${text}T00:00Z`).toISOString().startsWith(text);
const formats = {
	date: [isDay, 'a date such as 2026-11-20'],
	'date-time': [(text) => /T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text) && isDay(text.slice(0, 10)), 'a date and time such as 2026-11-20T08:01:02Z'],
	email: [(text) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(text), 'an e-mail address'],
	uuid: [(text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text), 'a UUID'],
	uri: [(text) => /^[a-z][a-z0-9+.-]*:\S*$/i.test(text), 'a URI'],
};
// keyword, kind of value, when it fails, what it says
const rules = [
	['minimum', 'number', (value, limit, schema) => (schema.exclusiveMinimum === true ? value <= limit : value < limit), (limit) => `at least ${limit}`],
	['maximum', 'number', (value, limit, schema) => (schema.exclusiveMaximum === true ? value >= limit : value > limit), (limit) => `at most ${limit}`],
	['exclusiveMinimum', 'number', (value, limit) => typeof limit === 'number' && value <= limit, (limit) => `more than ${limit}`],
	['exclusiveMaximum', 'number', (value, limit) => typeof limit === 'number' && value >= limit, (limit) => `less than ${limit}`],
	['multipleOf', 'number', (value, step) => Math.abs(value / step - Math.round(value / step)) > 1e-9, (step) => `a multiple of ${step}`],
	['format', 'string', (value, format) => formats[format] && !formats[format][0](value), (format) => formats[format][1]],
];
const sizes = [['minLength', 'string', 'character'], ['maxLength', 'string', 'character'], ['minItems', 'array', 'item'], ['maxItems', 'array', 'item'],
	['minProperties', 'object', 'member'], ['maxProperties', 'object', 'member']];

function check(schema, value, side, path = '', depth = 0) {
	if (schema === true || schema === undefined || depth > 200) return [];
	if (schema === false) return [{ path, message: 'must not be there: its schema allows nothing' }];
	const faults = [], kind = kindOf(value), types = [schema.type ?? []].flat().concat(schema.nullable && schema.type ? 'null' : []);
	const fault = (message, at = path) => faults.push({ path: at, message });
	const inner = (part, item = value, at = path) => faults.push(...check(part, item, side, at, depth + 1));
	const fits = (part) => check(part, value, side, path, depth + 1).length === 0;
	if (schema.$ref) inner(find(schema.$ref));
	if (types.length && !types.includes(kind) && !(Number.isInteger(value) && types.includes('integer'))) {
		const words = Object.keys(kinds).filter((name) => types.includes(name)).map((name) => kinds[name]).join(', ');
		return [...faults, { path, message: `must be ${words.replace(/, ([^,]*)$/, ' or $1')}, but is ${shown(value)}` }];
	}
	const choices = schema.const === undefined ? schema.enum : [schema.const], one = choices?.length > 1 ? 'one of ' : '';
	if (choices && !choices.some((choice) => equal(choice, value))) fault(`must be ${one}${choices.map(shown).join(', ')}, but is ${shown(value)}`);
	for (const [keyword, on, fails, wants] of rules)
		if (schema[keyword] !== undefined && kind === on && fails(value, schema[keyword], schema)) fault(`must be ${wants(schema[keyword])}, but is ${shown(value)}`);
	for (const [keyword, on, thing] of sizes)
		if (schema[keyword] !== undefined && kind === on && (keyword.startsWith('min') ? size(value) < schema[keyword] : size(value) > schema[keyword]))
			fault(`must have at ${keyword.startsWith('min') ? 'least' : 'most'} ${counted(schema[keyword], thing)}, but has ${size(value)}`);
	if (schema.pattern && kind === 'string' && !expression(schema.pattern).test(value)) fault(`must match the pattern ${schema.pattern}, but is ${shown(value)}`);
	if (kind === 'array') {
		for (const [i, one] of schema.uniqueItems ? value.entries() : []) {
			const first = value.findIndex((other) => equal(one, other));
			if (first < i) fault(`must differ from all items before it, but equals ${path}/${first}`, `${path}/${i}`);
		}
		value.forEach((one, i) => inner(schema.prefixItems?.[i] ?? schema.items, one, `${path}/${i}`));
	}
	if (kind === 'object') checkMembers(schema, value, side, path, fault, inner);
	for (const part of schema.allOf ?? []) inner(part);
	const named = kind === 'object' && alternative(schema, value);
	if (named) return [...faults, ...check(named, value, side, path, depth + 1)];
	const fitting = (schema.oneOf ?? []).map((part, i) => fits(part) && i + 1).filter(Boolean);
	for (const list of [schema.anyOf, schema.oneOf]) if (list && !list.some(fits)) fault(`fits none of the ${list.length} alternatives, being ${shown(value)}`);
	if (fitting.length > 1) fault(`must fit exactly one of ${schema.oneOf.length} alternatives, but fits numbers ${fitting[0]} and ${fitting[1]}`);
	if (schema.not && fits(schema.not)) fault(`must not fit the schema under "not", but is ${shown(value)}`);
	if (schema.if) inner(fits(schema.if) ? schema.then : schema.else);
	return faults;
}

// The alternative that a discriminator names, by its mapping or by the name of a schema.
function alternative({ discriminator, oneOf, anyOf }, value) {
	const name = value[discriminator?.propertyName], list = oneOf ?? anyOf;
	if (typeof name !== 'string' || !list) return undefined;
	const wanted = discriminator.mapping?.[name] ?? name, part = list.find((one) => one.$ref === wanted || one.$ref?.endsWith(`/${wanted}`));
	return part ?? (String(wanted).startsWith('#/') ? find(wanted) : undefined);
}

function checkMembers(schema, value, side, path, fault, inner) {
	const { properties = {}, required = [], patternProperties = {}, additionalProperties: rest } = schema, hidden = side === 'request' ? 'readOnly' : 'writeOnly';
	for (const name of required)
		if (!(name in value) && !(properties[name]?.[hidden] || resolve(properties[name])[hidden])) fault(`lacks the required member "${name}"`);
	for (const [name, item] of Object.entries(value)) {
		const at = `${path}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`, patterns = Object.keys(patternProperties).filter((pattern) => expression(pattern).test(name));
		if (Object.hasOwn(properties, name)) inner(properties[name], item, at);
		for (const pattern of patterns) inner(patternProperties[pattern], item, at);
		if (Object.hasOwn(properties, name) || patterns.length || rest === undefined) continue;
		if (rest === false) fault(`is not allowed: there is no member "${name}"`, at);
		else inner(rest, item, at);
	}
}

// ---- Requests: parameters by style, bodies by media type, credentials.
const kindsOf = (schema, depth = 0) => {
	const real = resolve(schema), own = [real.type ?? (real.enum ?? []).map(kindOf)].flat();
	return own.length || depth > 4 ? own : [real.allOf, real.anyOf, real.oneOf].flatMap((parts) => (parts ?? []).flatMap((part) => kindsOf(part, depth + 1)));
};
const scalar = (text, schema, types = kindsOf(schema)) => {
	if ((types.includes('integer') || types.includes('number')) && /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
	if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true';
	return types.includes('null') && text === 'null' ? null : text;
};
const decode = (text) => decodeURIComponent(text.replace(/\+/g, ' '));
const pairsOf = (text) => text.split('&').filter(Boolean).map((pair) => split(pair, decode));
const cookiesOf = (request) => pairsOf((request.get('cookie') ?? '').replace(/;\s*/g, '&'));

const split = (pair, unescaped) => [unescaped(pair.replace(/=.*/s, '')), pair.replace(/^[^=]*=?/, '')];
const separators = { spaceDelimited: /%20|\+/, pipeDelimited: /%7C|\|/i, label: '.' };

function readParameter(parameter, schema, pairs, text) {
	const { name, in: where, style, explode, content } = parameter, unescaped = { header: (part) => part, path: decodeURIComponent };
	const { properties = {}, items } = resolve(schema), types = kindsOf(schema), plain = unescaped[where] ?? decode;
	// A path that is spelled ;a=1;b=2 holds pairs as a query does.
	if (style === 'matrix' && !pairs) return readParameter({ ...parameter, style: 'form' }, schema, text.slice(1).split(';').map((pair) => split(pair, plain)));
	const found = pairs ? pairs.filter(([key]) => key === name).map(([, value]) => value) : text === undefined ? [] : [style === 'label' ? text.slice(1) : text];
	const members = (list) => (list.length || where === 'path' ? Object.fromEntries(list.map(([key, value]) => [key, scalar(plain(value), properties[key])])) : undefined);
	const deep = (pairs ?? []).filter(([key]) => key.startsWith(`${name}[`)).map(([key, value]) => [key.slice(name.length + 1, -1), value]);
	if (content && found.length) return JSON.parse(plain(found[0]));
	if (deep.length || style === 'deepObject') return members(deep);
	if (types.includes('object') && explode && pairs) return members(pairs.filter(([key]) => key in properties));
	if (!found.length) return undefined;
	const parts = explode && pairs ? found : found[0].split(style === 'label' && !explode ? ',' : separators[style] ?? /,\s*/).filter(Boolean);
	if (types.includes('array')) return parts.map((part) => scalar(plain(part), items));
	if (types.includes('object')) return members(explode ? parts.map((part) => part.split('=')) : parts.flatMap((part, i) => (i % 2 ? [] : [[part, parts[i + 1] ?? '']])));
	return scalar(plain(found[0]), schema);
}
function judgeParameters(route, matched, request, query, faults) {
	const values = { path: {}, query: {}, header: {}, cookie: {} };
	for (const parameter of route.parameters) {
		const { name, in: where } = parameter, schema = parameter.schema && find(parameter.schema);
		const text = where === 'path' ? matched[route.names.indexOf(name)] : where === 'header' ? request.get(name) : undefined;
		const pairs = where === 'query' ? query : where === 'cookie' ? cookiesOf(request) : undefined;
		try {
			const value = readParameter(parameter, schema, pairs, text);
			if (value === undefined && parameter.required) faults.push({ in: where, name, detail: 'is missing' });
			if (value !== undefined) faults.push(...check(schema, value, 'request').map((fault) => ({ in: where, name: name + fault.path, detail: fault.message })));
			values[where][name] = value ?? resolve(schema).default;
		} catch {
			faults.push({ in: where, name, detail: parameter.content ? 'is no valid content' : 'has an escape that is none, or is no UTF-8' });
		}
	}
	route.names.forEach((name, i) => { values.path[name] ??= decodeURIComponent(matched[i]); });
	return values;
}

const inBody = (findings) => findings.map(({ path, message }) => ({ in: 'body', name: path, detail: message }));
function judgeBody(route, request, faults) {
	const bytes = Buffer.isBuffer(request.body) ? request.body.toString() : '', header = request.get('content-type'), content = route.body?.content ?? {};
	const type = (header ?? 'application/json').split(';')[0].trim().toLowerCase(), broken = (detail) => faults.push({ in: 'body', name: '', detail });
	if (!bytes && route.body?.required) broken('is missing');
	if (bytes && !route.body) return { status: 415, detail: `${header ?? 'a body'} is not accepted here: the document has no body` };
	if (!bytes || !Object.keys(content).length) return { malformed: faults.length > 0 };
	const media = Object.keys(content).find((key) => key.split(';')[0].toLowerCase() === type) ?? Object.keys(content).find((key) => /\*$/.test(key) && type.startsWith(key.replace(/\*.*/, '')));
	if (media === undefined) return { status: 415, detail: `${header ?? 'a body without Content-Type'} is not accepted here` };
	const schema = content[media] ? find(content[media]) : undefined;
	let value;
	try {
		const pairs = type === 'application/x-www-form-urlencoded' ? pairsOf(bytes) : undefined;
		if (/json$/.test(type)) value = JSON.parse(bytes);
		else if (pairs) value = Object.fromEntries(pairs.map(([name]) => [name, readParameter({ name, style: 'form', explode: true }, resolve(schema).properties?.[name], pairs)]));
	} catch (error) {
		broken(`is no JSON: ${error.message}`);
		return { malformed: true, unreadable: true };
	}
	if (value !== undefined) faults.push(...inBody(check(schema, value, 'request')));
	return { value, meaning: faults.length > 0 };
}

const hasCredential = ({ in: where, name, scheme }, request, query) => (where === 'header'
	? new RegExp(scheme ? `^${scheme} .` : '.', 'i').test(request.get(name) ?? '')
	: (where === 'query' ? query : cookiesOf(request)).some(([key, value]) => key === name && value));
// Of 400 and 422, the status is the one that the operation declares, else 422 for what can be read at all.
function faultStatus(route, faults, meaning, malformed, unreadable) {
	const declares = (status) => route.declares.includes(status);
	if (faults.some((fault) => fault.in === 'path') && !declares('400') && !declares('422') && declares('404')) return 404;
	if (meaning && !malformed && declares('422')) return 422;
	return declares('400') || (unreadable && !declares('422')) ? 400 : 422;
}

// ---- State: shelves of objects; one for each collection there is, such as the tasks of project 7.
let shelves, ticks, log = [];
const reset = () => { shelves = new Map(); ticks = 0; log = []; };
const now = () => new Date(Date.parse(`${today}T00:00:00Z`) + ++ticks * 1000).toISOString().replace('.000', '');
const own = (resource) => (resource.collection.match(/\{/g) ?? []).length;
const home = (resource) => resources[resource.home] ?? resource;
const parentOf = (resource) => resources[resource.parent];
const ownerOf = (resource, values) => values[own(parentOf(resource))];
// What the path says about an object: its parent's id, and parameters that are members by name.
const link = (resource, values, state) => {
	for (const [place, member, type] of resource.links) if (values[place] !== undefined) state[member] = type === 'number' ? Number(values[place]) : values[place];
	return state;
};
const identify = ({ idProperty, idType, singleton }, id, state) => (idProperty && !singleton ? { ...state, [idProperty]: idType === 'number' ? Number(id) : id } : state);

function shelfOf(resource, values) {
	const real = home(resource), key = [real.collection, ...values.slice(0, own(real))].join('\n');
	if (!shelves.has(key)) {
		const known = seeds[key] ?? (parentOf(real)?.tracked ? [] : real.usual);
		shelves.set(key, { objects: new Map(known.map(([id, state]) => [id, link(real, values, copy(state))])), gone: new Set(), made: known.length });
	}
	return shelves.get(key);
}
function parentage(resource, values) {
	const parent = parentOf(resource);
	if (!parent?.tracked || objectOf(parent, values)) return 'there';
	return shelfOf(parent, values).gone.has(ownerOf(resource, values)) ? 'gone' : 'unknown';
}
function objectOf(resource, values) {
	const real = home(resource), id = resource.singleton ? '' : values[own(resource)], linked = resource.home !== null && resource.parentProperty;
	if (id === undefined || parentage(resource, values) === 'gone') return undefined;
	const shelf = shelfOf(resource, values);
	if (!shelf.objects.has(id) && !shelf.gone.has(id) && (real.singleton || !real.reveals))
		shelf.objects.set(id, identify(real, id, link(real, values, copy(real.dream))));
	const state = shelf.objects.get(id);
	return state && (!linked || textOf(state[linked]) === ownerOf(resource, values)) ? { id, state, shelf } : undefined;
}
function newId({ idType }, { made, objects, gone }) {
	for (let id = String(made + 1); ; id = String(Number(id) + 1)) if (!objects.has(id) && !gone.has(id)) return idType === 'uuid' ? randomUUID() : id;
}
// What answers cannot show as it was given, and what they must show and nobody gave, is made up.
const requiredOf = (schema) => [...(resolve(schema).required ?? []), ...(resolve(schema).allOf ?? []).flatMap(requiredOf)];
function showable({ schema: pointer, members, dream }, state) {
	const schema = pointer && find(pointer), whole = { ...state };
	for (const { path } of check(schema, pick(state, members), 'response')) delete whole[unescape(path.split('/')[1] ?? '')];
	for (const name of new Set([...requiredOf(schema), ...Object.keys(state)])) if (!(name in whole) && name in dream) whole[name] = copy(dream[name]);
	return whole;
}
// Puts an object on its shelf: what is given, what a server fills in, its links and times.
function store({ resource, values }, shelf, id, state, stamps) {
	const time = stamps.length ? now() : '', times = Object.fromEntries(stamps.map(([name, day]) => [name, day ? time.slice(0, 10) : time]));
	const whole = showable(home(resource), link(resource, values, identify(home(resource), id, { ...copy(home(resource).blank), ...state, ...times })));
	shelf.objects.set(id, whole);
	return { id, state: whole, shelf };
}
// What belongs to an object goes with it.
function remove(resource, shelf, values, id) {
	shelf.objects.delete(id);
	shelf.gone.add(id);
	for (const child of resources.filter((one) => parentOf(one) === resource)) {
		const key = [child.collection, ...values.slice(0, own(resource)), id].join('\n'), other = child.home === null ? undefined : shelfOf(child, values);
		if (!other) for (const name of [...shelves.keys()]) if (name === key || name.startsWith(`${key}\n`)) shelves.delete(name);
		for (const [name, state] of other && child.parentProperty ? [...other.objects] : []) if (textOf(state[child.parentProperty]) === id) remove(home(child), other, [], name);
	}
}

// ---- Answers.
const tell = (faults) => faults.slice(0, 5).map(({ in: where, name, detail }) => `${name ? `${where} ${name} ` : where === 'body' ? 'the body ' : ''}${detail}`)
	.join('; ') + (faults.length > 5 ? `; and ${faults.length - 5} more` : '');

// An error in the words of the document: @marks stand for what happened, a list with marks of a fault for all faults.
function spell(template, marks, errors) {
	if (typeof template === 'string') return template.replace(/@[a-z]+/g, (mark) => marks[mark] ?? mark).trim();
	if (Array.isArray(template) && /@(name|in|fault)\b/.test(JSON.stringify(template))) return errors.map((fault) => spell(template[0], { '@name': fault.name, '@in': fault.in, '@fault': fault.detail }));
	if (Array.isArray(template)) return template.map((item) => spell(item, marks, errors));
	return isObject(template) ? Object.fromEntries(Object.entries(template).map(([name, item]) => [name, spell(item, marks, errors)])) : template;
}

function refuse(response, route, status, errors = [], words = undefined) {
	const title = { 413: 'Content Too Large', 422: 'Unprocessable Content' }[status] ?? STATUS_CODES[status] ?? 'Error', declared = route?.errors[status];
	const detail = words ?? (errors.length ? tell(errors) : title), problem = { type: 'about:blank', title, status, detail, ...(errors.length && { errors }) };
	const body = declared ? spell(declared.template, { '@detail': detail, '@title': title, '@type': problem.type }, errors) : problem;
	response.status(status).type(declared?.media ?? 'application/problem+json').send(JSON.stringify(body));
}
function send(response, route, value, marks = {}, status = route.status) {
	for (const [name, text] of Object.entries(route.headers)) if (!text.startsWith('@') || marks[text] !== undefined) response.set(name, String(marks[text] ?? text));
	response.status(status);
	if (!route.media || status === 204) return response.end();
	return response.type(route.media).send(typeof value === 'string' && !/json/.test(route.media) ? value : JSON.stringify(value));
}
const pick = (state, members) => (members && isObject(state) ? Object.fromEntries(members.filter((name) => name in state).map((name) => [name, state[name]])) : state);
const sendSample = ({ response, route, body }) => send(response, route, route.echo && isObject(body) && isObject(route.sample) ? { ...route.sample, ...pick(body, Object.keys(route.sample)) } : route.sample);
function sendObject(context, { id, state }, status) {
	const { response, route, resource, values, base } = context, real = resource.item ? resource : home(resource);
	if (!route.shows) return sendSample(context);
	const where = real.item && base + real.item.replace(/\{[^}]*\}/g, () => '\0').split('\0').map((part, i) => (i ? encodeURIComponent(i > own(real) ? id : values[i - 1]) : '') + part).join('');
	if (where && (status ?? route.status) === 201) response.set('Location', where);
	return send(response, route, route.wrapper ? { ...route.sample, [route.wrapper]: pick(state, route.members) } : pick(state, route.members), { '@location': where }, status);
}
const missing = ({ response, route }, resource, id) => refuse(response, route, 404, [], `there is no ${resource.singular} ${id ?? ''}`);

// ---- What requests do.
const bodyOf = ({ route, body }) => (route.bodyWrapper ? body?.[route.bodyWrapper] : body) ?? {};
const writable = (context) => select(bodyOf(context), (name) => !context.route.readOnly.includes(name));
const givenId = ({ idProperty }, state) => (idProperty && ['string', 'number'].includes(typeof state[idProperty]) && state[idProperty] !== '' ? textOf(state[idProperty]) : undefined);
const merge = (target, patch) => (!isObject(patch) ? patch : Object.entries(patch).reduce((merged, [name, value]) =>
	select({ ...merged, [name]: merge(merged[name], value) }, (key, item) => key !== name || item !== null), isObject(target) ? target : {}));

// The object that a request means: by its path, or where that has no id, by the body's.
function locate(context) {
	const { route, resource, values } = context, shelf = shelfOf(resource, values), id = givenId(home(resource), bodyOf(context));
	if (resource.singleton || route.names.length > own(resource)) return [objectOf(resource, values), resource.singleton ? '' : values[own(resource)]];
	return [shelf.objects.has(id) ? { id, state: shelf.objects.get(id), shelf } : undefined, id];
}

const actions = {
	create(context, wanted, status) {
		const { route, resource, values, response } = context, real = home(resource), shelf = shelfOf(resource, values), given = writable(context);
		let id = wanted ?? givenId(real, given);
		if (shelf.objects.has(id) && (!real.guessed || route.answers.includes(409))) return refuse(response, route, 409, [], `there is an object with the id ${id} already`);
		if (id === undefined || shelf.objects.has(id)) id = newId(real, shelf);
		shelf.made++;
		return sendObject(context, store(context, shelf, id, given, [...real.created, ...real.updated].filter(([name]) => !(name in given))), status);
	},
	read(context) {
		const [object, id] = locate(context);
		return object ? sendObject(context, object) : missing(context, context.resource, id);
	},
	replace(context) {
		const { route, resource } = context, [object, id] = locate(context), real = home(resource), given = writable(context);
		if (!object && id === undefined) return sendSample(context);
		if (!object) return route.mayPut ? actions.create(context, id, route.declares.includes('201') ? 201 : undefined) : missing(context, resource, id);
		const times = [...real.created, ...real.updated].map(([name]) => name);
		const kept = select(object.state, (name) => !route.asked?.includes(name) || times.includes(name) || route.readOnly.includes(name));
		return sendObject(context, store(context, object.shelf, object.id, { ...kept, ...given }, real.updated.filter(([name]) => !(name in given))));
	},
	patch(context) {
		const { route, resource, response } = context, [object, id] = locate(context), real = home(resource), given = writable(context);
		if (!object) return id === undefined ? sendSample(context) : missing(context, resource, id);
		const state = merge(object.state, given);
		const faults = inBody(check(real.schema && find(real.schema), pick(state, real.members), 'response'));
		const refusal = [422, 400].find((status) => route.answers.includes(status));
		if (faults.length && refusal) return refuse(response, route, refusal, faults);
		return sendObject(context, store(context, object.shelf, object.id, faults.length ? { ...object.state, ...state } : state, real.updated.filter(([name]) => !(name in given))));
	},
	delete(context) {
		const { route, resource, values } = context, real = home(resource), [object, id] = locate(context), shelf = shelfOf(resource, values);
		if (!resource.singleton && route.names.length <= own(resource)) {
			for (const key of [...shelf.objects.keys()]) remove(real, shelf, values, key);
			return sendSample(context);
		}
		if (!object) return missing(context, resource, id);
		(route.showsItem ? sendObject : sendSample)(context, object);
		return remove(real, object.shelf, values, object.id);
	},
	// An action is about an object, or about nothing that is kept.
	none(context) {
		const { route, values } = context, resource = resources[route.around], object = resource && objectOf(resource, values);
		if (resource && !object && route.answers.includes(404)) return missing(context, resource, values[own(resource)]);
		return object && route.showsItem ? sendObject({ ...context, resource }, object) : sendSample(context);
	},
	list(context) {
		const { route, resource, values, response, query } = context, { rules: filters, property, envelope, zeroBased } = route.list;
		const owner = resource.home !== null && resource.parentProperty ? ownerOf(resource, values) : undefined;
		const found = [...shelfOf(resource, values).objects].filter(([, state]) => (owner === undefined || textOf(state[resource.parentProperty]) === owner)
			&& filters.every((filter) => passes(filter, state, query[filter.name])));
		const asked = (meaning) => filters.filter((filter) => filter.meaning === meaning && !filter.member).map(({ name }) => query[name]).find((value) => value !== undefined);
		const keys = [asked('sort') ?? []].flat().flatMap((text) => text.split(',')).flatMap((text) => sortKey(text.trim(), home(resource).members ?? [], /^desc/i.test(asked('direction') ?? '')));
		found.sort(([, a], [, b]) => keys.reduce((order, [name, down]) => order || (down ? -1 : 1) * compare(a[name], b[name]), 0));
		const limit = asked('limit') ?? Infinity, page = asked('page'), cursor = asked('cursor'), first = zeroBased ? 0 : 1;
		const after = found.findIndex(([id]) => id === cursor) + 1 || (/^\d+$/.test(cursor ?? '') ? Number(cursor) : undefined);
		const start = Math.min(after ?? (page !== undefined && limit < Infinity ? Math.max(page - first, 0) * limit : asked('offset') ?? 0), found.length);
		const items = found.slice(start, start + limit).map(([, state]) => pick(state, route.members)), total = found.length, end = start + items.length;
		const perPage = Math.max(limit === Infinity ? total : limit, 1), pages = Math.max(Math.ceil(total / perPage), 1);
		const facts = { none: items.length, total, count: total, limit: perPage, offset: start, page: Math.floor(start / perPage) + first, pages, more: end < total && limit > 0, less: start > 0 };
		const offsets = { next: facts.more ? end : undefined, previous: facts.less ? Math.max(start - perPage, 0) : undefined, first: 0, last: (pages - 1) * perPage, self: start };
		const marks = Object.fromEntries(Object.entries(facts).map(([name, value]) => [`@${name}`, value]));
		if (!property) return send(response, route, items, marks);
		const answer = { ...copy(route.sample), [property]: items };
		for (const entry of envelope) fill(answer, entry, facts, offsets, (offset) => target(context, offset, perPage, first), perPage, first);
		return send(response, route, answer, marks);
	},
};

// ---- Lists: filters, order, pages.
const compare = (a, b) => (a == null || b == null ? (a == null) - (b == null) : typeof a === 'number' && typeof b === 'number' ? a - b : textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0);
const same = (mine, wanted) => (Array.isArray(mine) ? mine.some((item) => same(item, wanted)) : mine !== undefined && textOf(mine) === textOf(wanted));
const contains = (mine, text) => (typeof mine === 'string' ? mine.toLowerCase().includes(text.toLowerCase()) : typeof mine === 'object' && mine !== null && Object.values(mine).some((item) => contains(item, text)));
const relations = {
	equal: same, not: (mine, wanted) => !same(mine, wanted), contains: (mine, wanted) => contains(mine, textOf(wanted)),
	least: (mine, wanted) => mine !== undefined && compare(mine, wanted) >= 0, most: (mine, wanted) => mine !== undefined && compare(mine, wanted) <= 0,
	above: (mine, wanted) => mine !== undefined && compare(mine, wanted) > 0, below: (mine, wanted) => mine !== undefined && compare(mine, wanted) < 0,
};
function passes({ member, meaning, relation }, state, wanted) {
	if (wanted === undefined || wanted === '') return true;
	if (member) return [wanted].flat().length === 0 || [wanted].flat().some((item) => relations[relation](state[member], item));
	if (meaning === 'search') return typeof wanted !== 'string' || contains(state, wanted);
	return meaning !== 'none' || !isObject(wanted) || Object.entries(wanted).every(([name, item]) => state[name] === undefined || same(state[name], item));
}
const bare = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
function sortKey(text, members, descending) {
	const ending = /[: _.-](asc|desc)$/i.exec(text), name = bare(text.replace(/^[+-]/, '').replace(/[: _.-](asc|desc)$/i, ''));
	const member = members.find((one) => bare(one) === name || bare(one) === `${name}at`);
	return member ? [[member, ending ? /desc/i.test(ending[1]) : descending !== text.startsWith('-')]] : [];
}
// The target of another page, with its own offset, page or cursor.
function target({ route, request }, offset, perPage, first) {
	const turn = route.list.rules.filter(({ member, meaning }) => !member && ['offset', 'page', 'cursor'].includes(meaning)).pop(), [path, query = ''] = request.originalUrl.split('?');
	const others = query.split('&').filter((pair) => pair && pair.split('=')[0] !== turn?.name);
	return turn && `${path}?${[...others, `${turn.name}=${turn.meaning === 'page' ? Math.floor(offset / perPage) + first : offset}`].join('&')}`;
}
// One member of what stands around the items: a count, a flag, a link or a number of another page.
function fill(answer, { path, meaning, types }, facts, offsets, link, perPage, first) {
	const at = path.slice(0, -1).reduce((inner, name) => (inner[name] ??= {}), answer), name = path[path.length - 1], offset = offsets[meaning.replace('Cursor', '')];
	if (meaning in facts) at[name] = types.includes('string') && !types.includes('number') ? String(facts[meaning]) : facts[meaning];
	else if (types.includes('boolean') && types.length === 1) at[name] = meaning === 'first' ? !facts.less : !facts.more;
	else if (offset !== undefined) at[name] = !types.includes('string') ? Math.floor(offset / perPage) + first : meaning.endsWith('Cursor') ? String(offset) : link(offset) ?? answer.self;
	else if (types.includes('null')) at[name] = null;
	else delete at[name];
}

// ---- The server.
function match(method, path) {
	const allowed = new Set();
	for (const base of [...bases, ''].filter((one) => path === one || path.startsWith(`${one}/`))) {
		for (const route of routes) {
			const matched = new RegExp(`^${route.pattern}$`).exec(path.slice(base.length) || '/');
			if (matched && (route.method === method || (method === 'HEAD' && route.method === 'GET'))) return { route, base, matched: matched.slice(1) };
			if (matched) allowed.add(route.method);
		}
	}
	return { allow: [...allowed].join(', ') };
}

function answer(request, response) {
	const path = request.originalUrl.split('?')[0], { route, base, matched, allow } = match(request.method, path), origin = request.get('origin');
	response.set({ 'Access-Control-Allow-Origin': origin ?? '*', ...(origin && { 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' }), 'X-Mock-Contract': '{{contract}}' });
	if (request.method === 'OPTIONS' && !route && allow)
		return response.set({ Allow: `${allow}, OPTIONS`, 'Access-Control-Allow-Methods': `${allow}, OPTIONS`, 'Access-Control-Allow-Headers': request.get('access-control-request-headers') ?? '*' }).status(204).end();
	if (!route && !allow) return refuse(response, undefined, 404, [{ in: 'path', name: '', detail: `the document has no path that fits ${path}` }]);
	if (!route) return refuse(response.set('Allow', allow), undefined, 405, [{ in: 'path', name: '', detail: `${path} does not allow ${request.method}, only ${allow}` }]);
	const faults = [], query = pairsOf(request.originalUrl.split('?')[1] ?? ''), credentials = route.security, accept = request.get('accept');
	if (credentials.length && !credentials.some((all) => all.every((one) => hasCredential(one, request, query)))) {
		const lacking = credentials[0].filter((one) => !hasCredential(one, request, query));
		const challenge = lacking.find(({ scheme }) => scheme)?.scheme;
		if (challenge) response.set('WWW-Authenticate', challenge[0].toUpperCase() + challenge.slice(1));
		return refuse(response, route, 401, lacking.map(({ in: where, name, id, scheme }) =>
			({ in: where, name, detail: `must carry a credential of the security scheme ${id}${scheme ? ` (${scheme})` : ''}` })));
	}
	const { value: body, status, detail, meaning, malformed, unreadable } = judgeBody(route, request, faults);
	if (status) return refuse(response, route, status, [{ in: 'media type', name: '', detail }]);
	if (accept && route.accepts.length && !request.accepts(route.accepts)) return refuse(response, route, 406, [{ in: 'header', name: 'Accept', detail: 'names no media type of the answer' }]);
	const parameters = judgeParameters(route, matched, request, query, faults), inPath = faults.filter((fault) => fault.in !== 'body');
	if (faults.length) return refuse(response, route, faultStatus(route, faults, meaning, malformed, unreadable), [...faults.filter((fault) => fault.in === 'body'), ...inPath]);
	const values = route.names.map((name) => textOf(parameters.path[name])), resource = resources[route.resource];
	const context = { request, response, route, resource, values, base, body, query: parameters.query };
	const state = resource ? parentage(resource, values) : 'there';
	if (state === 'gone' || (state === 'unknown' && route.answers.includes(404))) return missing(context, parentOf(resource), ownerOf(resource, values));
	return actions[route.role](context);
}

reset();
const app = express().disable('x-powered-by').disable('etag');
app.use(express.raw({ type: () => true, limit: '16mb' }));
app.post('/__mock/reset', (request, response) => { reset(); response.status(204).end(); });
app.get('/__mock/requests', (request, response) => response.json(log));
app.use((request, response) => {
	const began = process.hrtime.bigint();
	response.on('finish', () => {
		log.push({ method: request.method, target: request.originalUrl, status: response.statusCode });
		const ms = (Number(process.hrtime.bigint() - began) / 1e6).toFixed(1);
		if (require.main === module) console.log(`${request.method.padEnd(7)} ${request.originalUrl}  ${response.statusCode}  ${ms} ms`);
	});
	answer(request, response);
});
app.use((error, request, response, next) => (response.headersSent ? next(error) : refuse(response, undefined, error.status ?? 500, [], error.message)));
if (require.main === module) {
	const server = app.listen(Number(process.argv[2] ?? process.env.PORT ?? 3000), '127.0.0.1', () => {
		console.log(`{{title}} {{version}} on http://127.0.0.1:${server.address().port}${bases[0] ?? ''}`);
		for (const route of routes) console.log(`${route.method.padEnd(7)} ${route.path}`);
	});
}
module.exports = app;

// ---- The data that the contract is.
function data() {
	return {{json model}};
}
