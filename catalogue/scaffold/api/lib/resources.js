// The resources of the contract: what list, create, read, replace, patch and delete do to the store.
import { randomBytes, randomUUID } from 'node:crypto';
import { isObject, own, unwrap, wrap } from './contract.js';
import { select } from './query.js';
import { check } from './schema.js';
import { complete, envelope } from './shape.js';

export class Problem extends Error {
	constructor(statuses, detail, errors = [], headers = {}) {
		super(detail);
		Object.assign(this, { statuses: [].concat(statuses), errors, headers });
	}
}

// RFC 7396; null stays where the member may be null, and what is required cannot go.
function merge(contract, schema, old, patch) {
	if (!isObject(patch))
		return patch;
	const flat = contract.flat(schema);
	const changed = Object.entries(patch).map(([name, value]) => {
		const property = own(flat.properties, name);
		const gone = value === null && contract.flat(property).nullable !== true;
		if (gone && flat.required.includes(name))
			throw new Problem([422, 400], `${name} cannot be removed`, [{ in: 'body', name: `/${name}`, detail: 'is required' }]);
		return [name, gone ? undefined : merge(contract, property, own(old, name), value)];
	});
	return Object.fromEntries([...Object.entries(isObject(old) ? old : {}), ...changed].filter(([, value]) => value !== undefined));
}

export class Resources {
	constructor(contract, store) {
		Object.assign(this, { contract, store });
		for (const resource of contract.resources)
			store.open(resource.key, resource.seeds);
	}

	// Takes {operation, path, query, body} and gives {status, headers, body}.
	handle({ operation, path, query, body }) {
		const { resources } = this.contract;
		const resource = resources[operation.resource];
		const values = operation.names.map((name) => String(path[name]));
		const parent = resources[resource.parent];
		if (parent?.tracked && !this.store.find(this.home(parent).key, values.slice(0, this.home(parent).depth), values[parent.depth]))
			throw new Problem(404, `there is no ${values[parent.depth]} in ${parent.name}`);
		const home = this.home(resource);
		const item = ['read', 'replace', 'patch', 'delete'].includes(operation.role) && !resource.singleton;
		const at = { operation, resource, home, path, query, values, body: unwrap(operation.body, body), scope: values.slice(0, home.depth) };
		at.key = !item ? '' : values.length > resource.depth ? values.at(-1) : String(own(at.body, resource.id_property));
		const record = this.store.find(home.key, at.scope, at.key);
		at.via = record ? record.via : [resource.key, ...values].join('/');
		at.old = record ? record.value ?? undefined : resource.singleton ? resource.sample : undefined;
		if (at.old === undefined && ['read', 'patch', 'delete'].includes(operation.role))
			throw new Problem(404, `there is no ${at.key} in ${resource.name}`);
		return this[operation.role](at);
	}

	// Where the items really are, if this is another way to them.
	home(resource) {
		return this.contract.resources[resource.home] ?? resource;
	}

	list({ resource, home, operation, scope, values, query }) {
		const { schema, sample, status, facts } = operation.success;
		const above = (item) => own(item, resource.parent_property);
		const mine = ({ value, via }) => home === resource || resource.parent === null
			|| (resource.parent_property === null ? via === [resource.key, ...values].join('/') : String(above(value)) === values.at(-1));
		const page = select(this.store.all(home.key, scope).filter(mine).map((record) => record.value), operation, query);
		const value = resource.list_property === null ? page.items : { ...envelope(facts, page), [resource.list_property]: page.items };
		return { status, headers: this.headers(operation, { total: page.total }), body: complete(this.contract, schema, value, sample) ?? value };
	}

	create(at) {
		const { resource, home, scope, body } = at;
		const given = own(body, resource.id_property);
		const shown = own(this.contract.flat(resource.schema).properties, resource.id_property);
		const usable = ['string', 'number'].includes(typeof given) && !check(this.contract, shown, given, 'response').length;
		let id = usable ? given : this.identity(home);
		// Clients may have given one that would have been ours.
		for (let tries = 0; !usable && tries < 1000 && this.store.find(home.key, scope, String(id)); tries++)
			id = this.identity(home);
		if (this.store.find(home.key, scope, String(id)))
			throw new Problem([409, 400, 422], `there is a ${id} in ${resource.name} already`);
		const value = this.keep({ ...at, key: String(id) }, resource.id_property ? { ...(isObject(body) ? body : {}), [resource.id_property]: id } : body ?? {});
		const ids = [...scope, String(id)].map(encodeURIComponent);
		const location = home.item && this.contract.base + home.item.replaceAll(/\{[^}]+\}/g, () => ids.shift());
		return this.answer(at, value, at.operation.success.status, location);
	}

	read(at) {
		return this.answer(at, at.old);
	}

	replace(at) {
		const { resource, old, body, operation, key, path } = at;
		const created = old === undefined && operation.responses.some(({ status }) => status === '201');
		if (old === undefined && resource.operations.create !== undefined && !created)
			throw new Problem(404, `there is no ${key} in ${resource.name}`);
		const { properties } = this.contract.flat(resource.schema);
		const fixed = Object.entries(isObject(old) ? old : {}).filter(([name]) => this.contract.flat(own(properties, name)).readOnly === true);
		const id = resource.id_property && !resource.singleton ? { [resource.id_property]: own(old, resource.id_property) ?? own(body, resource.id_property) ?? path[operation.names.at(-1)] } : {};
		return this.answer(at, this.keep(at, isObject(body) ? { ...Object.fromEntries(fixed), ...body, ...id } : body), created ? 201 : undefined);
	}

	patch(at) {
		const { resource, old, body } = at;
		const id = own(old, resource.id_property) === undefined ? {} : { [resource.id_property]: old[resource.id_property] };
		const value = merge(this.contract, resource.schema, old, body);
		return this.answer(at, this.keep(at, isObject(value) ? { ...value, ...id } : value));
	}

	// With all that is below it.
	delete(at) {
		const { resource, home, scope, key, old } = at;
		const { resources } = this.contract;
		const below = (other) => other !== undefined && (resources[other.parent] === home || below(resources[other.parent]));
		resource.singleton ? this.store.put(home.key, scope, key, null) : this.store.remove(home.key, scope, key);
		for (const other of resources.filter((each) => each.home === null && below(each)))
			this.store.remove(other.key, resource.singleton ? scope : [...scope, key]);
		return this.answer(at, old);
	}

	// An id of the form that the contract wants: a number, a UUID, or the model with other digits and letters.
	identity({ key, new_id: { form, model } }) {
		const number = this.store.next(key);
		const other = (digit) => (/\d/.test(digit) ? randomBytes(1)[0] % 10 : String.fromCharCode(97 + (randomBytes(1)[0] % 6)));
		return form === 'number' ? number : form === 'uuid' ? randomUUID() : form === 'digits' ? model.replace(/\d*$/, (old) => String(number).padStart(old.length, '0')) : model.replaceAll(/[\da-f]/g, other);
	}

	// Stores an item with the members that are the server's matter: times, defaults, the parent's id, what the contract requires.
	keep({ resource, home, operation, scope, path, values, key, via }, value) {
		const { properties } = this.contract.flat(resource.schema);
		const made = isObject(value) ? { ...value } : value;
		for (const name of Object.keys(isObject(value) ? properties : {})) {
			const property = this.contract.flat(properties[name]);
			const missing = own(made, name) === undefined;
			if (own(resource.times, name) && (missing || (property.readOnly && resource.times[name] === 'updated')))
				made[name] = new Date().toJSON();
			else if (missing && property.default !== undefined && operation.role !== 'patch')
				made[name] = property.default;
			else if (missing && name === resource.parent_property)
				made[name] = path[operation.names[(operation.role === 'create' ? values.length : resource.depth) - 1]];
		}
		const whole = complete(this.contract, resource.schema, made, resource.sample) ?? made;
		const kept = isObject(made) && isObject(whole) ? { ...made, ...whole } : whole;
		this.store.put(home.key, scope, key, kept, via);
		return kept;
	}

	answer({ operation }, value, status = operation.success.status, location = undefined) {
		const { schema, sample, media } = operation.success;
		const body = wrap(operation.success, value);
		return { status, headers: this.headers(operation, { location }), body: media === null ? undefined : complete(this.contract, schema, body, sample) ?? body };
	}

	headers(operation, { location: path, total }) {
		// The address of what was made, in the form that the contract wants; where it wants none of them, no address.
		const { schema = null } = operation.success.headers.find(({ name }) => /^location$/i.test(name)) ?? {};
		const forms = path ? [path, path.slice(this.contract.base.length), `http://localhost${path}`] : [];
		const location = forms.find((each) => !check(this.contract, schema, each, 'response').length);
		const declared = operation.success.headers.map(({ name, required, sample }) => [name.toLowerCase(), /total|count/i.test(name) ? total ?? sample
			: /^location$/i.test(name) ? location : required ? sample : undefined]);
		return Object.fromEntries([...(location ? [['location', location]] : []), ...declared].filter(([, value]) => (value ?? null) !== null)
			.map(([name, value]) => [name, String(value)]));
	}
}
