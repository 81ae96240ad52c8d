// From a request to an answer: which operation it means, whether it fits the contract, and every refusal as a problem.
import { essence, isJson } from './contract.js';
import { coerce, read } from './parameters.js';
import { Problem } from './resources.js';
import { check } from './schema.js';
import { problem } from './shape.js';

const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const firstOf = (text, mark) => (text.includes(mark) ? [text.slice(0, text.indexOf(mark)), text.slice(text.indexOf(mark) + 1)] : [text, '']);

// Templates as patterns; those with fewer parameters and more literal text come first.
function routes(contract) {
	const paths = [...new Set(contract.operations.map(({ path }) => path))];
	return paths.map((path) => ({ operations: contract.operations.filter((each) => each.path === path), literal: path.replaceAll(/\{[^}]+\}/g, '').length,
		names: [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]), pattern: new RegExp(`^${path.split(/\{[^}]+\}/).map(escape).join('([^/]+?)')}/?$`) }))
		.sort((a, b) => a.names.length - b.names.length || b.literal - a.literal);
}

function authorise(contract, { security }, request, cookies, pairs) {
	const given = (name) => {
		const scheme = contract.schemes[name] ?? {};
		if (scheme.type === 'apiKey')
			return scheme.in === 'header' ? request.headers[scheme.name.toLowerCase()]
				: (scheme.in === 'cookie' ? cookies : pairs).find(([key]) => key === encodeURIComponent(scheme.name))?.[1];
		return scheme.type === 'mutualTLS' || new RegExp(`^${escape(scheme.scheme ?? 'bearer')} +\\S`, 'i').test(request.headers.authorization ?? '');
	};
	if (security.length && !security.some((needs) => Object.keys(needs).every(given)))
		throw new Problem([401, 403], 'credentials are missing', [], { 'www-authenticate': 'Bearer' });
}

// The parameters by place; throws a problem that names all that is wrong with them.
function parameters(contract, operation, sources) {
	const found = { path: {}, query: {}, header: {}, cookie: {} };
	const errors = [];
	for (const parameter of operation.parameters) {
		const add = (detail) => errors.push({ in: parameter.in, name: parameter.name, detail });
		try {
			const value = read(contract, parameter, sources[parameter.in](parameter.name));
			if (value === undefined && parameter.required)
				add('is missing');
			else if (value !== undefined)
				check(contract, parameter.schema, value, 'request').forEach(({ pointer, message }) => add(`${pointer} ${message}`.trim()));
			if (value !== undefined)
				found[parameter.in][parameter.name] = value;
		} catch {
			add('cannot be decoded');
		}
	}
	if (errors.length)
		throw new Problem([400, 422], `${errors[0].name} ${errors[0].detail}`, errors);
	return found;
}

async function readAll(request, limit) {
	const chunks = [];
	let size = 0;
	for await (const chunk of request) {
		size += chunk.length;
		if (size > limit)
			throw new Problem(413, `the body is longer than ${limit} bytes`, [], { connection: 'close' });
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function parse(contract, { media, schema }, bytes) {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		if (isJson(media))
			return JSON.parse(text);
		const form = new URLSearchParams(text);
		const { properties } = contract.flat(schema);
		return Object.fromEntries([...new Set(form.keys())].map((name) => {
			const { type, items } = contract.flat(properties[name]);
			return [name, type === 'array' ? form.getAll(name).map((each) => coerce(contract, items, each))
				: type === 'object' ? JSON.parse(form.get(name)) : coerce(contract, properties[name], form.get(name))];
		}));
	} catch (error) {
		throw new Problem([400, 422], `the body cannot be read as ${media}: ${error.message}`);
	}
}

async function body(contract, operation, request, limit) {
	if (operation.body === null)
		return undefined;
	const bytes = await readAll(request, limit);
	const media = essence(request.headers['content-type']);
	if (!bytes.length && operation.body.required)
		throw new Problem([400, 422], 'a body is required');
	if (!bytes.length)
		return undefined;
	const form = operation.body.forms.find((each) => essence(each.media) === media);
	if (!form)
		throw new Problem([415, 400], `send ${operation.body.forms.map((each) => each.media).join(' or ')}`);
	const value = parse(contract, form, bytes);
	const errors = check(contract, form.schema, value, 'request').map(({ pointer, message }) => ({ in: 'body', name: pointer, detail: message }));
	if (errors.length)
		throw new Problem([422, 400], `the body does not fit: ${`${errors[0].name} ${errors[0].detail}`.trim()}`, errors);
	return value;
}

const accepts = (accept, media) => accept.split(',').map(essence)
	.some((range) => range === '*/*' || range === media || (range.endsWith('/*') && media.startsWith(range.slice(0, -1))));

export function createRouter(contract, resources, { limit, origin }) {
	const table = routes(contract);

	// The best template for a path, with the base path or without.
	function find(method, path) {
		const rests = [...(path.startsWith(`${contract.base}/`) ? [path.slice(contract.base.length)] : []), path];
		const fitting = rests.flatMap((rest) => table.map((route) => ({ ...route, match: route.pattern.exec(rest) })).filter(({ match }) => match));
		const route = fitting.find(({ operations }) => operations.some((operation) => operation.method === method)) ?? fitting[0];
		if (!route)
			throw new Problem(404, `there is nothing at ${path}`);
		return { ...route, methods: fitting.flatMap(({ operations }) => operations.map((operation) => operation.method)) };
	}

	async function serve(request, context) {
		const [path, query] = firstOf(request.url, '?');
		const { operations, methods, names, match } = find(request.method, path);
		const of = (method) => operations.find((operation) => operation.method === method);
		const operation = of(request.method) ?? (request.method === 'HEAD' ? of('GET') : undefined);
		const allow = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])].sort().join(', ');
		if (!operation && request.method === 'OPTIONS')
			return { status: 204, headers: { allow, 'access-control-allow-methods': allow } };
		if (!operation)
			throw new Problem(405, `${request.method} is not possible here`, [], { allow });
		context.operation = operation;
		const pairs = query.split('&').filter(Boolean).map((pair) => firstOf(pair, '='));
		const cookies = (request.headers.cookie ?? '').split(/; */).map((pair) => firstOf(pair, '='));
		authorise(contract, operation, request, cookies, pairs);
		if (!operation.covered)
			throw new Problem(501, `${operation.method} ${operation.path} is not made: ${operation.reason}`);
		if (operation.success.media && !accepts(request.headers.accept ?? '*/*', essence(operation.success.media)))
			throw new Problem([406, 400], `only ${operation.success.media} can be had`);
		const values = parameters(contract, operation, { path: (name) => match[names.indexOf(name) + 1], query: () => pairs,
			header: (name) => request.headers[name.toLowerCase()], cookie: (name) => cookies.find(([key]) => key === name)?.[1] });
		const answer = resources.handle({ operation, ...values, body: await body(contract, operation, request, limit) });
		return { ...answer, media: operation.success.media };
	}

	function refuse(error, { operation }) {
		if (!(error instanceof Problem))
			console.error(error);
		const { statuses = [500], errors = [], headers = {} } = error;
		return { headers, ...problem(contract, operation, statuses, error instanceof Problem ? error.message : 'the server failed', errors) };
	}

	return async (request, response) => {
		const context = {};
		const { status, headers, media, body: content } = await serve(request, context).catch((error) => refuse(error, context));
		const text = content === undefined ? undefined : isJson(media) ? JSON.stringify(content) : String(content);
		response.writeHead(status, { 'access-control-allow-origin': origin, 'access-control-expose-headers': '*',
			'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
			...(text === undefined ? {} : { 'content-type': media, 'content-length': Buffer.byteLength(text) }), ...headers });
		response.end(request.method === 'HEAD' ? undefined : text);
	};
}
