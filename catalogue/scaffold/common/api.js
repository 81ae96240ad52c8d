// A client for the API, made from contract.json: every operation can be called with values; styles and addresses are its matter.
import { essence, isJson } from './contract.js';
import { write } from './parameters.js';

// Where the operations' paths begin: an address without a path gets the contract's base path.
export function base(contract, url) {
	const { origin, pathname } = new URL(url);
	return origin + (pathname === '/' ? contract.base : pathname.replace(/\/$/, ''));
}

// Adds what the security schemes of an operation want.
function authorise(contract, operation, token, { headers, query, cookies }) {
	for (const name of Object.keys(operation.security[0] ?? {})) {
		const scheme = contract.schemes[name] ?? {};
		if (scheme.type === 'apiKey' && scheme.in === 'header')
			headers[scheme.name] = token;
		else if (scheme.type === 'apiKey')
			(scheme.in === 'query' ? query : cookies).push(`${encodeURIComponent(scheme.name)}=${encodeURIComponent(token)}`);
		else if (scheme.type !== 'mutualTLS')
			headers.authorization = /^basic$/i.test(scheme.scheme) ? `Basic ${btoa(`user:${token}`)}` : `${/^bearer$/i.test(scheme.scheme ?? 'bearer') ? 'Bearer' : scheme.scheme} ${token}`;
	}
}

// call(operation, {path, query, header, cookie, body, media, headers, token}) gives {status, headers, media, body}, whatever the
// status; it throws only where there is no answer. A body that is text goes as it is where `raw` is set.
export function createClient(contract, url, defaults = {}) {
	return async function call(operation, request = {}) {
		const { body, raw, media = operation.body?.media, token = defaults.token } = request;
		const parts = { headers: {}, query: [], cookies: [] };
		let { path } = operation;
		if (token)
			authorise(contract, operation, token, parts);
		for (const parameter of operation.parameters.filter((each) => request[each.in]?.[each.name] !== undefined)) {
			const text = write(parameter, request[parameter.in][parameter.name]);
			if (parameter.in === 'path')
				path = path.replace(`{${parameter.name}}`, () => text);
			else if (parameter.in === 'header')
				parts.headers[parameter.name] = text;
			else
				parts[parameter.in === 'query' ? 'query' : 'cookies'].push(text);
		}
		const pairs = () => new URLSearchParams(Object.entries(body).flatMap(([key, value]) => [].concat(value).map((each) => [key, typeof each === 'object' ? JSON.stringify(each) : each])));
		const answer = await fetch(base(contract, url) + path + (parts.query.length ? `?${parts.query.join('&')}` : ''), {
			method: operation.method, body: body === undefined || raw ? body : isJson(media) ? JSON.stringify(body) : String(pairs()),
			headers: { accept: essence(operation.success?.media) || '*/*', ...(body === undefined ? {} : { 'content-type': media }),
				...(parts.cookies.length ? { cookie: parts.cookies.join('; ') } : {}), ...parts.headers, ...defaults.headers, ...request.headers },
		});
		const text = await answer.text();
		const type = essence(answer.headers.get('content-type'));
		let parsed = text === '' ? undefined : text;
		if (isJson(type) && text !== '')
			try { parsed = JSON.parse(text); } catch { /* handed out as text, which no schema will fit */ }
		return { status: answer.status, headers: Object.fromEntries(answer.headers), media: type, body: parsed };
	};
}
