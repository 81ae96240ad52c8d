// The front end: lists, forms and messages, made from contract.json. Places: #list/key/ids, #new/key/ids, #edit/key/ids.
import { group, node, words } from './form.js';
import { createClient } from './lib/api.js';
import { Contract, isObject, own, unwrap, wrap } from './lib/contract.js';

const get = async (name) => (await fetch(name)).json();
const [json, config] = await Promise.all([get('contract.json'), get('config.json')]);
const contract = new Contract(json);
const [main, token, said, access] = ['main', 'token', 'status', 'access'].map((id) => document.getElementById(id));
let notice = '';   // what the next view says besides
const usable = (resource, ...roles) => roles.map((role) => contract.operation(resource, role, true)).find(Boolean);
const link = (view, resource, ids) => `#${[view, resource.key, ...ids].map(encodeURIComponent).join('/')}`;
const small = (resource) => words(resource.name).toLowerCase();
const titleOf = (resource, item) => String(own(item, resource.title) ?? own(item, resource.id_property) ?? 'item');
const meaning = (operation, as) => operation.parameters.find(({ means }) => means?.as === as);
const button = (label, onclick, attributes = {}) => node('button', { type: 'button', onclick, ...attributes }, label);

// The answer of an operation; what went wrong is thrown in words.
async function ask(operation, ids, request = {}) {
	const path = Object.fromEntries(operation.names.map((name, index) => [name, ids[index]]));
	const answer = await createClient(contract, config.api_url, { token: token.value })(operation, { path, ...request })
		.catch(() => { throw new Error(`The API at ${config.api_url} cannot be reached.`); });
	const problem = isObject(answer.body) ? answer.body : {};
	if (answer.status >= 400)
		throw Object.assign(new Error(String(problem.detail ?? problem.message ?? `The API answered ${answer.status}.`)), { errors: problem.errors });
	return answer.body;
}

const list = async (resource, ids, query) => contract.listed(resource, await ask(contract.operation(resource, 'list'), ids, { query }));

// Labels for the items of other resources that this one refers to: {property: [[id, label]…]}, as far as those can be listed.
async function choices(resource, ids) {
	const others = Object.entries(resource.references).map(([name, index]) => [name, contract.resources[index]])
		.filter(([, other]) => usable(other, 'list') && other.depth <= ids.length);
	return new Map(await Promise.all(others.map(async ([name, other]) => [name, (await list(other, ids).catch(() => []))
		.map((item) => [own(item, other.id_property), titleOf(other, item)])])));
}

function show(title, resource, ids, ...content) {
	const heading = node('h1', { tabindex: -1 }, title);
	const parent = contract.resources[resource?.parent];
	const back = parent && usable(parent, 'list') && node('p', {}, node('a', { href: link('list', parent, ids.slice(0, parent.depth)) }, `Back to ${small(parent)}`));
	document.title = `${title} – ${contract.name}`;
	main.replaceChildren(...[heading, back, ...content].filter(Boolean));
	heading.focus();
}

function cell(value, options) {
	const text = Array.isArray(value) && !value.some((each) => typeof each === 'object') ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : value;
	return options?.find(([id]) => id === value)?.[1] ?? (value === undefined || value === null ? '–' : value === true ? 'yes' : value === false ? 'no' : String(text));
}

async function remove(resource, ids, title) {
	if (!confirm(`Delete ${title}?`))
		return;
	await ask(usable(resource, 'delete'), ids);
	notice = `${title} was deleted.`;
	await draw();
}

function row(from, item, ids, labels) {
	const resource = contract.resources[from.home] ?? from;
	const all = [...ids.slice(0, resource.depth), own(item, resource.id_property)];
	const title = titleOf(resource, item);
	const below = contract.resources.filter((each) => contract.resources[each.parent] === resource && usable(each, each.singleton ? 'read' : 'list'));
	const actions = all.at(-1) === undefined ? [] : [
		...below.map((each) => node('a', { href: link(each.singleton ? 'edit' : 'list', each, all), 'aria-label': `${words(each.name)} of ${title}` }, words(each.name))),
		usable(resource, 'replace', 'patch') && node('a', { class: 'button', href: link('edit', resource, all), 'aria-label': `Edit ${title}` }, 'Edit'),
		usable(resource, 'delete') && button('Delete', () => remove(resource, all, title).catch(fail), { 'aria-label': `Delete ${title}` })];
	const cells = resource.columns.map((name) => node('td', { 'data-label': words(name) }, cell(isObject(item) ? own(item, name) : item, labels.get(name))));
	return node('tr', {}, ...cells, node('td', {}, node('div', { class: 'actions' }, ...actions.filter(Boolean))));
}

// Buttons to the pages before and after, where the list has pages.
function pages(resource, operation, ids, query, count) {
	const [size, page] = [meaning(operation, 'limit'), meaning(operation, 'page') ?? meaning(operation, 'offset')];
	const first = page?.means.as === 'page' ? 1 : 0;
	const step = query[size?.name] ?? contract.flat(size?.schema).default ?? 20;
	const now = query[page?.name] ?? first;
	const to = (label, place, possible) => button(label, () => views.list(resource, ids, { ...query, [size.name]: step, [page.name]: place }).catch(fail), { disabled: !possible });
	return size && page && (now > first || count >= step)
		? node('p', { class: 'actions' }, to('Previous', Math.max(first, now - (first || step)), now > first), to('Next', now + (first || step), count >= step)) : undefined;
}

const views = {
	async list(resource, ids, query = {}) {
		const operation = usable(resource, 'list');
		const [items, labels] = [await list(resource, ids, query), await choices(resource, ids)];
		const search = meaning(operation, 'search');
		const input = node('input', { id: 'search', type: 'search', value: query[search?.name] ?? '' });
		const find = (event) => event.preventDefault() ?? views.list(resource, ids, { [search.name]: input.value || undefined }).catch(fail);
		const heads = [...resource.columns, 'actions'].map((name) => node('th', { scope: 'col' }, words(name)));
		const table = node('table', {}, node('thead', {}, node('tr', {}, ...heads)), node('tbody', {}, ...items.map((item) => row(resource, item, ids, labels))));
		show(words(resource.name), resource, ids,
			search && node('form', { role: 'search', class: 'actions', onsubmit: find }, node('label', { for: 'search' }, 'Search'), input, node('button', {}, 'Search')),
			usable(resource, 'create') && node('p', {}, node('a', { class: 'button main', href: link('new', resource, ids) }, `New in ${small(resource)}`)),
			items.length ? node('div', { class: 'scroll' }, table) : node('p', {}, 'There is nothing here yet.'), pages(resource, operation, ids, query, items.length));
	},
	new: (resource, ids) => form(resource, usable(resource, 'create'), ids, {}, `New in ${small(resource)}`),
	async edit(resource, ids) {
		const read = usable(resource, 'read');
		const item = read ? unwrap(read.success, await ask(read, ids)) : (await list(resource, ids.slice(0, -1))).find((each) => String(own(each, resource.id_property)) === ids.at(-1));
		await form(resource, usable(resource, 'replace', 'patch'), ids, item, resource.singleton ? words(resource.name) : `Edit ${titleOf(resource, item)}`);
	},
};

async function form(resource, operation, ids, item, title) {
	const back = usable(resource, 'list') ? link('list', resource, ids.slice(0, resource.depth)) : location.hash;
	const { wrapper, schema } = operation?.body ?? {};
	const flat = contract.flat(wrapper ? contract.flat(schema).properties[wrapper] : schema);
	const fields = group(contract, flat, '', item, await choices(resource, ids));
	const alert = node('div', { role: 'alert' });
	async function save(event) {
		event.preventDefault();
		alert.replaceChildren();
		try {
			const value = fields.get();
			const sent = Object.entries(value).filter(([name, each]) => operation.role !== 'patch' || JSON.stringify(each) !== JSON.stringify(own(item, name)));
			await ask(operation, ids, { body: operation.body ? wrap(operation.body, Object.fromEntries(sent)) : undefined });
			notice = `${titleOf(resource, { ...item, ...value })} was saved.`;
			location.hash === back ? await draw() : (location.hash = back);
		} catch (error) {
			const places = (error.errors ?? []).map(({ name = '', detail }) => [fields.at(name.split('/').filter((part) => part && part !== wrapper), detail), `${name} ${detail}`]);
			const others = places.filter(([element]) => !element).map(([, text]) => node('p', {}, text));
			alert.replaceChildren(node('div', { class: 'alert' }, node('p', {}, error.message), ...others));
			(places.find(([element]) => element)?.[0] ?? main.querySelector('[aria-invalid=true]'))?.focus();
		}
	}
	show(title, resource, ids, alert, node('form', { class: 'item', novalidate: true, onsubmit: save }, node('p', { class: 'hint' }, 'Fields with * are required.'), fields.node,
		node('p', { class: 'actions' }, operation ? node('button', { class: 'main' }, 'Save') : '', node('a', { href: back }, 'Cancel'))));
}

function fail(error) {
	show('This did not work', undefined, [], node('div', { class: 'alert', role: 'alert' }, node('p', {}, error.message)), button('Try again', draw));
}

async function draw() {
	const view = (resource) => (resource.singleton ? 'edit' : usable(resource, 'list') ? 'list' : 'new');
	const top = contract.resources.filter((each) => each.depth === 0 && usable(each, ...(each.singleton ? ['read'] : ['list', 'create'])));
	const [name, key, ...ids] = location.hash.slice(1).split('/').map(decodeURIComponent);
	const resource = contract.resources.find((each) => each.key === key) ?? top[0];
	const links = top.map((each) => node('a', { href: link(view(each), each, []), 'aria-current': each === resource && 'page' }, words(each.name)));
	document.getElementById('nav').replaceChildren(...links.map((each) => node('li', {}, each)));
	await (resource ? (own(views, name) ?? views[view(resource)])(resource, ids).catch(fail) : show(contract.name, undefined, [], 'The contract has nothing that can be listed.'));
	said.textContent = notice;
	notice = '';
}

token.value = sessionStorage.getItem('token') ?? '';
access.hidden = !Object.keys(contract.schemes).length;
access.addEventListener('submit', (event) => event.preventDefault() ?? (sessionStorage.setItem('token', token.value), draw()));
window.addEventListener('hashchange', draw);
await draw();
