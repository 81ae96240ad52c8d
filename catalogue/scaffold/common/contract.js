// What contract.json says, and the way through the references of its document.
const part = (text) => decodeURIComponent(text).replaceAll('~1', '/').replaceAll('~0', '~');
export const own = (object, key) => (object !== null && typeof object === 'object' && Object.hasOwn(object, key) ? object[key] : undefined);
export const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
export const essence = (media) => (media ?? '').split(';')[0].trim().toLowerCase();
export const isJson = (media) => /[/+]json$/.test(essence(media));
export const array = (value) => (Array.isArray(value) ? value : []);   // documents hold all kinds of things

export class Contract {
	constructor(json) {
		Object.assign(this, json, { flats: new Map() });
	}

	// The node that "#/…" leads to; undefined where there is none.
	at(pointer) {
		return pointer.split('/').slice(1).reduce((node, text) => own(node, part(text)), this.openapi);
	}

	// A schema with all that its references and allOf add: {type, types, properties, required, items, …}. A choice of which all but
	// one is null is taken as made.
	flat(schema, depth = 0) {
		const node = typeof schema === 'string' ? this.at(schema) : schema;
		if (!isObject(node) || depth > 40)
			return { properties: {}, required: [], types: [] };
		if (this.flats.has(node))
			return this.flats.get(node);
		const options = array(node.anyOf ?? node.oneOf);
		const choice = options.filter((option) => option?.type !== 'null');
		const parts = [node.$ref, ...array(node.allOf), choice.length === 1 && choice[0]].filter(Boolean);
		const list = [...parts.map((inner) => this.flat(inner, depth + 1)), node];
		const flat = Object.assign({}, ...list);
		flat.properties = Object.fromEntries(list.flatMap((each) => Object.entries(each.properties ?? {})));
		flat.required = list.flatMap((each) => array(each.required));
		flat.types = [].concat(flat.type ?? (Object.keys(flat.properties).length ? 'object' : flat.items ? 'array' : []));
		flat.type = flat.types.find((type) => type !== 'null');
		flat.nullable = flat.nullable === true || flat.types.includes('null') || choice.length < options.length;
		this.flats.set(node, flat);
		return flat;
	}

	// The operation in a role, where the contract has one; with `covered` only one that can be built from it.
	operation(resource, role, covered = false) {
		const operation = this.operations[resource.operations[role]];
		return covered && !operation?.covered ? undefined : operation;
	}

	// The items in the answer to a list.
	listed(resource, body) {
		return array(resource.list_property === null ? body : own(body, resource.list_property));
	}
}

// The item in a body that may wrap it, {"data": {…}}, and back.
export const unwrap = (form, body) => (form?.wrapper ? own(body, form.wrapper) : body);
export const wrap = (form, item) => (form?.wrapper ? { [form.wrapper]: item } : item);
