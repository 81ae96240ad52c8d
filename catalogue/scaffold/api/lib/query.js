// What a list's query parameters mean: paging, sorting, search, and equality or bounds of members.
import { own } from './contract.js';
import { canonical } from './schema.js';

const holds = (value, text) => (typeof value === 'string' ? value.toLowerCase().includes(text)
	: value !== null && typeof value === 'object' && Object.values(value).some((inner) => holds(inner, text)));

// Absent values come last.
function compare(a, b) {
	if ((a ?? null) === null || (b ?? null) === null)
		return Number((a ?? null) === null) - Number((b ?? null) === null);
	return typeof a === 'number' && typeof b === 'number' ? a - b : Number(String(a) > String(b)) - Number(String(a) < String(b));
}

const there = (test) => (value, wanted) => (value ?? null) !== null && test(value, wanted);
const equal = (value, wanted) => [].concat(wanted).some((each) => [].concat(value).some((inner) => canonical(inner) === canonical(each)));
const tests = {
	equal, not: (value, wanted) => !equal(value, wanted), contains: there((value, wanted) => holds(value, String(wanted).toLowerCase())),
	least: there((value, wanted) => compare(value, wanted) >= 0), most: there((value, wanted) => compare(value, wanted) <= 0),
	above: there((value, wanted) => compare(value, wanted) > 0), below: there((value, wanted) => compare(value, wanted) < 0),
};

// The page that is asked for: its items, and what can be said of it.
export function select(list, operation, query) {
	const given = operation.parameters.filter((each) => each.in === 'query' && each.means && query[each.name] !== undefined);
	const of = (as) => given.filter(({ means }) => means.as === as).map(({ name }) => query[name])[0];
	const search = String(of('search') ?? '').toLowerCase();
	const found = list.filter((item) => (!search || holds(item, search))
		&& given.every(({ name, means }) => !tests[means.as] || tests[means.as](own(item, means.member), query[name])));
	const keys = [].concat(of('sort') ?? []).flatMap((text) => String(text).split(',')).map((text) => {
		const [, sign, name, word] = /^([+-]?)([^: ]*)[: ]?(.*)$/s.exec(text.trim());
		return { name, factor: sign === '-' || /^desc/i.test(word || of('direction') || '') ? -1 : 1 };
	});
	found.sort((a, b) => keys.reduce((order, { name, factor }) => order || factor * compare(own(a, name), own(b, name)), 0));
	const limit = Math.max(0, Number(of('limit') ?? found.length));
	const offset = Math.max(0, Number(of('offset') ?? of('cursor')) || ((Number(of('page')) || 1) - 1) * limit);
	const after = offset + limit;
	return { items: found.slice(offset, after), total: found.length, count: found.slice(offset, after).length, page: Number(of('page')) || 1, limit, offset,
		pages: Math.ceil(found.length / Math.max(1, limit)), more: after < found.length, less: offset > 0, nextCursor: after < found.length ? String(after) : null };
}
