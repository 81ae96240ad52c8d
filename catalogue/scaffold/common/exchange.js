// Exchanges with a provider, made from the contract: what it must take, what it must refuse, and what is wrong with an answer.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isJson, isObject, own, unwrap } from './contract.js';
import { canonical, check } from './schema.js';

export const said = (answer) => `${answer.status} ${canonical(answer.body ?? null).slice(0, 300)}`;
const refused = (answer) => (answer.status < 300 ? [] : [`the provider refused a faultless request: ${said(answer)}`]);

// All that is wrong with an answer.
export function judge(contract, operation, answer) {
	const names = [String(answer.status), `${String(answer.status)[0]}XX`, 'default'];
	const response = names.map((name) => operation.responses.find(({ status }) => status === name)).find(Boolean);
	if (!response)
		return [405, 501].includes(answer.status) ? [] : [`a status that is not in the contract: ${said(answer)}`];
	const faults = response.headers.filter(({ name, required }) => required && answer.headers[name.toLowerCase()] === undefined)
		.map(({ name }) => `header ${name} is missing`);
	if (response.schema !== null && answer.body === undefined)
		faults.push(`a body of ${response.media} is missing`);
	else if (response.schema !== null && isJson(response.media))
		faults.push(...check(contract, response.schema, answer.body, 'response').map(({ pointer, message }) => `body ${pointer} ${message}`));
	return faults.map((fault) => `${fault}: ${said(answer)}`);
}

export class Exchange {
	constructor(contract, call) {
		Object.assign(this, { contract, call });
	}

	// A faultless request, with `ids` in its path; `all`: with optional parameters too.
	request(operation, ids, all = false) {
		const of = (place) => Object.fromEntries(operation.parameters.filter((each) => each.in === place && (each.required || all) && each.sample !== null)
			.map(({ name, sample }) => [name, sample]));
		const path = { ...of('path'), ...Object.fromEntries(operation.names.map((name, index) => [name, ids[index]]).filter(([, id]) => id !== undefined)) };
		return { path, query: of('query'), header: of('header'), cookie: of('cookie') };
	}

	// A body with ids of things that are there in place of made-up ones, and for a new thing an id that nothing has.
	async body(operation, sample, depth = 0) {
		const { references = {}, id_property: id } = this.contract.resources[operation.resource] ?? {};
		const made = { ...unwrap(operation.body, sample) };
		const flat = this.contract.flat(operation.body.schema);
		const { properties, required } = operation.body.wrapper ? this.contract.flat(flat.properties[operation.body.wrapper]) : flat;
		const others = operation.role === 'create' && own(made, id) !== undefined ? [1 + Math.floor(Math.random() * 2 ** 31), randomUUID(), `${made[id]}${Date.now()}`] : [];
		if (others.length && required.includes(id))
			made[id] = others.find((each) => !check(this.contract, properties[id], each, 'request').length) ?? made[id];
		else if (others.length)
			delete made[id];
		for (const name of Object.keys(references).filter((each) => own(made, each) !== undefined && depth < 3)) {
			const other = this.contract.resources[references[name]];
			const id = this.creator(other) ? (await this.make(other, depth + 1)).ids.at(-1) : undefined;
			made[name] = typeof id === typeof made[name] ? id : made[name];
		}
		return !isObject(unwrap(operation.body, sample)) ? sample : operation.body.wrapper ? { ...sample, [operation.body.wrapper]: made } : made;
	}

	creator(resource) {
		const { create } = resource.operations;
		return create !== undefined || resource.singleton ? this.contract.operation(resource, 'create', true) : this.contract.operation(resource, 'replace', true);
	}

	async above(resource, depth = 0) {
		const parent = this.contract.resources[resource.parent];
		return parent && !parent.singleton ? (await this.make(parent, depth + 1)).ids : [];
	}

	// An item that is there: {ids, item, sent, answer, faults}. It is made where that is possible, else the first that is listed.
	async make(resource, depth = 0) {
		const above = await this.above(resource, depth);
		const operation = this.creator(resource);
		const { resources } = this.contract;
		const way = operation ? undefined : resources.find((each) => resources[each.home] === resource && this.creator(each));
		if (way && depth < 3) {
			const made = await this.make(way, depth + 1);
			return { ...made, ids: [...made.ids.slice(0, resource.depth), made.ids.at(-1)] };
		}
		if (resource.singleton || !operation)
			return { ids: resource.singleton ? above : await this.found(resource, above), faults: [] };
		const request = this.request(operation, above);
		const sent = operation.body ? await this.body(operation, operation.body.samples[0], depth) : undefined;
		const answer = await this.call(operation, { ...request, body: sent });
		const last = decodeURIComponent((answer.headers.location ?? '').split(/[?#]/)[0].split('/').filter(Boolean).pop() ?? '') || undefined;
		const path = operation.names.map((name) => request.path[name]);
		const item = unwrap(operation.success, answer.body);
		const id = operation.role === 'replace' ? path.pop() : own(item, resource.id_property) ?? own(unwrap(operation.body, sent), resource.id_property) ?? last;
		return { ids: [...path, id], item, sent, answer, faults: [...refused(answer), ...judge(this.contract, operation, answer)] };
	}

	async found(resource, above) {
		const [list, ...others] = ['list', 'read', 'replace', 'patch', 'delete'].map((role) => this.contract.operation(resource, role));
		const listed = list ? this.contract.listed(resource, (await this.call(list, this.request(list, above))).body) : [];
		const operation = others.find(Boolean) ?? list;
		const ids = operation.names.map((name) => this.request(operation, above).path[name]);
		return [...ids.slice(0, resource.depth), own(listed[0], resource.id_property) ?? ids[resource.depth]];
	}

	async look(resource, ids) {
		const operation = this.contract.operation(resource, 'read');
		const answer = operation && await this.call(operation, this.request(operation, ids));
		return { answer, item: answer && unwrap(operation.success, answer.body) };
	}

	// What was sent and is there as something else, of what the contract shows.
	async differences(operation, resource, ids, sent) {
		const { answer, item } = await this.look(resource, ids);
		const mine = unwrap(operation.body, sent);
		const shown = Object.keys(this.contract.flat(resource.schema).properties).filter((name) => own(mine, name) !== undefined && own(item, name) !== undefined);
		const other = shown.filter((name) => typeof mine[name] !== 'object' && item[name] !== mine[name]).map((name) => `${name} was sent as ${mine[name]} and is ${item[name]}`);
		return answer && answer.status !== 200 ? [...other, `it cannot be read: ${said(answer)}`] : other;
	}

	// Something that an operation can be tried on: {ids, faults}.
	async place(operation, resource) {
		const above = this.contract.resources.filter((each) => each.item && operation.path.startsWith(`${each.item}/`) && this.creator(each)).pop();
		if (!resource && !above)
			return { ids: [], faults: [] };
		const whole = resource && (operation.role === 'create' || (operation.role === 'list' && !this.creator(resource)));
		return whole ? { ids: await this.above(resource), faults: [] } : this.make(resource ?? above);
	}

	// A faultless request and what follows from it: {faults, skip}.
	async positive(operation) {
		const { contract } = this;
		const resource = contract.resources[operation.resource];
		if (resource && operation === this.creator(resource)) {
			const { ids, sent, answer, faults } = await this.make(resource);
			return { faults: faults.length || ids.at(-1) === undefined ? faults : await this.differences(operation, resource, ids, sent) };
		}
		const made = await this.place(operation, resource);
		const sent = operation.body ? await this.body(operation, operation.body.samples.at(-1)) : undefined;
		const mine = unwrap(operation.body, sent);
		if (resource?.id_property && isObject(mine) && (operation.names.length === resource.depth || own(mine, resource.id_property) !== undefined))
			mine[resource.id_property] = own(made.item, resource.id_property) ?? made.ids.at(-1);   // the body may name the item, too
		const answer = await this.call(operation, { ...this.request(operation, made.ids), body: sent });
		const lost = resource && answer.status === 404 && !this.creator(resource);
		if (lost || answer.status === 501)
			return { faults: [], skip: lost ? 'there is nothing that it can be tried on' : 'it answers 501: not implemented' };
		const faults = [...(resource ? [...made.faults, ...refused(answer)] : []), ...judge(contract, operation, answer)];
		if (operation.role === 'list')
			faults.push(...await this.listing(operation, resource, made.ids, answer));
		else if (operation.role === 'delete')
			faults.push(...[(await this.look(resource, made.ids)).answer].filter((seen) => seen && seen.status < 400).map((seen) => `it is still there: ${said(seen)}`));
		else if (resource && sent !== undefined)
			faults.push(...await this.differences(operation, resource, made.ids, sent));
		return { faults };
	}

	async listing(operation, resource, ids, answer) {
		const all = await this.call(operation, this.request(operation, ids, true));
		const [id, listed] = [resource.id_property, this.contract.listed(resource, answer.body)];
		const paged = operation.parameters.some(({ means }) => ['limit', 'page', 'offset', 'cursor'].includes(means?.as));
		const there = !id || ids.at(-1) === undefined || !this.creator(resource) || paged || listed.some((item) => [undefined, String(ids.at(-1))].includes(own(item, id) && String(item[id])));
		return [...(there ? [] : [`what was created is not in the list: ${said(answer)}`]), ...refused(all), ...judge(this.contract, operation, all)];
	}

	// Requests that differ from a faultless one in one thing: [{reason, answer}]; each must be refused.
	async negative(operation) {
		const resource = this.contract.resources[operation.resource];
		const { ids } = await this.place(operation, resource);
		const good = this.request(operation, ids);
		const sample = operation.body?.samples[0];
		const tries = (operation.body?.counterexamples ?? []).map(({ value, reason }) => [reason, { body: value }]);
		for (const parameter of operation.parameters.filter((each) => each.in !== 'path')) {
			const change = (value) => ({ [parameter.in]: { ...good[parameter.in], [parameter.name]: value } });
			tries.push(...parameter.counterexamples.map(({ value, reason }) => [`${parameter.name}: ${reason}`, change(value)]),
				...(parameter.required ? [[`${parameter.name} is missing`, change(undefined)]] : []));
		}
		if (sample !== undefined)
			tries.push(['the media type is unknown', { media: 'application/x-unknown', raw: true, body: 'x' }]);
		if (sample !== undefined && isJson(operation.body.media))
			tries.push(['the body is cut off', { raw: true, body: '{"a":' }]);
		if (operation.security.length && operation.security.every((needs) => Object.keys(needs).length))
			tries.push(['credentials are missing', { token: '' }]);
		const last = operation.parameters.find(({ name }) => resource?.item === operation.path && operation.role !== 'replace' && name === operation.names.at(-1));
		const unknown = last && [randomUUID(), 987654321, 'no-such-item'].find((id) => !check(this.contract, last.schema, id, 'request').length);
		if (unknown !== undefined)
			tries.push(['there is no such item', { path: { ...good.path, [last.name]: unknown }, headers: {} }]);
		const body = sample === undefined ? undefined : await this.body(operation, sample);
		const found = [];
		for (const [reason, change] of tries)
			found.push({ reason, answer: await this.call(operation, { ...good, body, headers: { 'x-teamwright-expect': 'refused' }, ...change }) });
		return found;
	}
}

// The conformance tests: each operation of the contract, with what the provider must take and what it must refuse.
export async function conformance(t, contract, call, { chosen = () => true, negative = true } = {}) {
	const exchange = new Exchange(contract, call);
	const last = (operation) => (operation.role === 'delete' ? 1 - operation.names.length / 100 : 0);   // children before their parents
	for (const operation of contract.operations.filter(chosen).sort((a, b) => last(a) - last(b))) {
		const name = `${operation.method} ${operation.path}`;
		const skip = operation.method === 'TRACE' ? 'not covered: TRACE cannot be sent'
			: operation.body?.required && !operation.body.samples.length ? `not covered: ${operation.reason ?? 'no body could be made'}` : false;
		await t.test(`${name} takes what the contract allows`, { skip }, async (inner) => {
			const { faults, skip: reason } = await exchange.positive(operation);
			assert.deepEqual(faults, []);
			if (reason)
				inner.skip(reason);
		});
		if (!negative)
			continue;
		await t.test(`${name} refuses what the contract does not allow`, { skip }, async (inner) => {
			const tried = await exchange.negative(operation);
			if (!tried.length || tried.some(({ answer }) => answer.status === 501))
				return inner.skip(tried.length ? 'it answers 501: not implemented' : 'the contract allows everything');
			for (const { reason, answer } of tried) {
				assert.ok(answer.status >= 400 && answer.status < 500, `${reason}, and the answer was ${said(answer)}`);
				if (operation.responses.some(({ status }) => status === String(answer.status)))
					assert.deepEqual(judge(contract, operation, answer), [], reason);
			}
		});
	}
}
