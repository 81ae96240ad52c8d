// Fields made from schemas. A field is {node, get, fail}: its elements, the value it holds, and a message put beside it.
import { isObject, own } from './lib/contract.js';

export function node(tag, attributes = {}, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes))
		if (name.startsWith('on'))
			made.addEventListener(name.slice(2), value);
		else if (value !== undefined && value !== false)
			made.setAttribute(name, value === true ? '' : value);
	made.append(...children);
	return made;
}

export const words = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replace(/_id$|Id$/, '').replace(/[-_]+/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2');
const inputs = { date: 'date', 'date-time': 'datetime-local', time: 'time', email: 'email', uri: 'url', password: 'password' };
const local = (text) => new Date(new Date(text) - new Date(text).getTimezoneOffset() * 60000).toJSON().slice(0, 16);
const absent = (value) => value === undefined || value === null;

// The element for a value, and how its text becomes the value. `options`: [[value, label]…] to choose from.
function control(contract, flat, id, value, options) {
	const { type: inner } = contract.flat(flat.items);
	const lengths = { id, minlength: flat.minLength, maxlength: flat.maxLength };
	if (options)
		return { element: node('select', { id }, node('option', { value: '' }, '–'), ...options.map(([each, label], index) => node('option',
			{ value: index, selected: each === value }, label))), read: (text) => options[Number(text)][0] };
	if (flat.type === 'boolean')
		return { element: node('input', { id, type: 'checkbox', checked: value === true }), box: true };
	if (flat.type === 'number' || flat.type === 'integer')
		return { element: node('input', { id, type: 'number', step: flat.type === 'integer' ? 1 : 'any', min: flat.minimum, max: flat.maximum, value: value ?? '' }), read: Number };
	if (flat.type === 'array' && ['string', 'number', 'integer'].includes(inner))
		return { element: node('textarea', { id, rows: 3 }, (value ?? []).join('\n')), hint: 'One in each line.',
			read: (text) => text.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => (inner === 'string' ? line : Number(line))) };
	if ((flat.type !== 'string' && flat.type !== undefined) || isObject(value))
		return { element: node('textarea', { id, rows: 5, spellcheck: 'false' }, absent(value) ? '' : JSON.stringify(value, null, 2)), hint: 'As JSON.', read: JSON.parse };
	const type = inputs[flat.format] ?? 'text';
	if (type === 'text' && (flat.maxLength > 200 || /(description|notes?|text|content|body|comment|summary)$/i.test(id)))
		return { element: node('textarea', { ...lengths, rows: 4 }, value ?? ''), read: String };
	const stamp = type === 'datetime-local';
	return { element: node('input', { ...lengths, type, value: absent(value) ? '' : stamp ? local(value) : value }), read: (text) => (stamp ? new Date(text).toJSON() : text) };
}

// `choices`: a map of names to options for members that are ids of other things.
function field(contract, schema, name, value, required, choices, id) {
	const flat = contract.flat(schema);
	if (flat.type === 'object' && Object.keys(flat.properties).length && id.split('/').length < 5)
		return group(contract, flat, name, value, choices, id);
	const options = choices.get(name) ?? flat.enum?.filter((each) => each !== null).map((each) => [each, words(String(each))]);
	const { element, read, hint, box } = control(contract, flat, id, value, options);
	const error = node('p', { class: 'error', id: `${id}-error` });
	const notes = [flat.description, hint].filter(Boolean).join(' ');
	const label = node('label', { for: id }, flat.title ?? words(name), required && !box ? ' *' : '');
	element.required = required && !box;
	element.setAttribute('aria-describedby', `${id}-hint ${id}-error`);
	return {
		element,
		node: node('div', { class: box ? 'field check' : 'field' }, ...(box ? [element, label] : [label, element]), node('p', { class: 'hint', id: `${id}-hint` }, notes), error),
		get() {
			this.fail('');
			if (box)
				return element.checked || !absent(value) || required ? element.checked : undefined;
			if (element.value === '' && required)
				throw this.fail('is required');
			try {
				return element.value !== '' ? read(element.value) : flat.nullable && !absent(value) ? null : undefined;
			} catch (fault) {
				throw this.fail(fault.message);
			}
		},
		fail(message) {
			error.textContent = message;
			element.setAttribute('aria-invalid', String(message !== ''));
			return new Error(`${words(name)}: ${message}`);
		},
	};
}

export function group(contract, flat, name, value, choices, id = '') {
	const names = Object.keys(flat.properties).filter((each) => contract.flat(flat.properties[each]).readOnly !== true);
	const fields = new Map(names.map((each) => [each, field(contract, flat.properties[each], each, own(value, each), flat.required.includes(each), choices, `${id}/${each}`)]));
	const nodes = [...fields.values()].map((each) => each.node);
	return {
		node: id ? node('fieldset', {}, node('legend', {}, flat.title ?? words(name)), ...nodes) : node('div', { class: 'fields' }, ...nodes),
		get() {
			const found = Object.fromEntries([...fields].map(([each, inner]) => [each, inner.get()]).filter(([, inner]) => inner !== undefined));
			return id && !Object.keys(found).length ? undefined : found;
		},
		// Puts a message at the member that a pointer names and gives its element; undefined where there is none.
		at([first, ...rest], message) {
			const inner = fields.get(first);
			if (inner?.at)
				return inner.at(rest, message);
			inner?.fail(message);
			return inner?.element;
		},
	};
}
