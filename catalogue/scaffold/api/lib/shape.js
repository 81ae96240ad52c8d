// Gives an answer the form that the document wants.
import { STATUS_CODES } from 'node:http';
import { isJson, isObject, own } from './contract.js';
import { check } from './schema.js';

// The value with what its schema asks for and without what it does not know. What is missing or does not fit comes from `sample`,
// which fits; an optional member that does not fit is left out. Where the members do not fit together, as many as do are put into it.
export function complete(contract, schema, value, sample) {
	const flat = contract.flat(schema);
	let made = value;
	if (isObject(value)) {
		const known = Object.entries(flat.properties).filter(([, property]) => contract.flat(property).writeOnly !== true).map(([name, property]) => {
			const given = own(value, name) === undefined ? undefined : complete(contract, property, value[name], own(sample, name));
			return [name, given === undefined && flat.required.includes(name) ? own(sample, name) : given];
		});
		const more = flat.additionalProperties === false ? [] : Object.entries(value).filter(([name]) => own(flat.properties, name) === undefined);
		made = Object.fromEntries([...known, ...more].filter(([, inner]) => inner !== undefined));
	} else if (Array.isArray(value) && flat.items !== undefined) {
		made = value.map((item, index) => complete(contract, flat.items, item, sample?.[index] ?? sample?.[0])).filter((item) => item !== undefined);
	}
	const fits = (each) => each !== undefined && !check(contract, schema, each, 'response').length;
	const other = typeof value === 'number' ? String(value) : typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
	const found = [made, value, other].find(fits);
	if (found !== undefined || !fits(sample ?? undefined))
		return found;
	return !isObject(made) || !isObject(sample) ? sample
		: Object.entries(made).reduce((best, [name, inner]) => (fits({ ...best, [name]: inner }) ? { ...best, [name]: inner } : best), sample);
}

// What the members of a list's envelope say about the page.
export function envelope(facts, page) {
	return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, isObject(fact) ? envelope(fact, page) : page[fact]]));
}

// An error as its operation declares it; else as problem+json (RFC 9457). Of `statuses` the first that is declared is taken, if a
// body can be made for it.
export function problem(contract, operation, statuses, detail, errors) {
	const declared = (name) => operation?.responses.find(({ status, schema, media, sample }) => status === String(name) && (schema === null || sample !== null || !isJson(media)));
	const status = statuses.find(declared) ?? statuses[0];
	const response = declared(status) ?? declared(`${String(status)[0]}XX`) ?? declared('default');
	const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail, ...(errors.length ? { errors } : {}) };
	if (!response?.media)
		return { status, media: 'application/problem+json', body };
	const said = Object.fromEntries(Object.entries(response.says).map(([name, fact]) => [name, body[fact]]));
	return { status, media: response.media, body: isJson(response.media) ? complete(contract, response.schema, { ...body, ...said }, response.sample) ?? body : detail };
}
