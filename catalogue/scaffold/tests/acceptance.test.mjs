// Whether the statements of the requirement hold at API_URL, each by the elements of the contract that carry it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createClient } from './lib/api.js';
import { Contract, own, unwrap } from './lib/contract.js';
import { Exchange } from './lib/exchange.js';

const contract = new Contract(JSON.parse(readFileSync(new URL('contract.json', import.meta.url), 'utf8')));
const { API_URL, API_TOKEN: token = 'test' } = process.env;
const exchange = API_URL && new Exchange(contract, createClient(contract, API_URL, { token }));

// A member comes back as it was sent.
async function hold({ member, resource: index }) {
	const resource = contract.resources[index];
	const { ids, sent, faults, answer } = await exchange.make(resource);
	const item = (await exchange.look(resource, ids)).item ?? unwrap(exchange.creator(resource)?.success, answer?.body);
	const given = own(unwrap(exchange.creator(resource)?.body, sent), member);
	return given === undefined || own(item, member) !== undefined || contract.flat(own(contract.flat(resource.schema).properties, member)).writeOnly
		? faults : [...faults, `${member} was sent and is not there`];
}

for (const { id, text, elements } of contract.statements)
	test(`${id} ${text}`, { skip: !elements.length ? 'not tested here: no element of this contract carries it' : API_URL ? false : 'set API_URL' }, async (t) => {
		for (const each of elements) {
			const operation = contract.operations[each.operation];
			const { skip, faults } = operation ? await exchange.positive(operation) : { faults: await hold(each) };
			assert.deepEqual(faults, [], each.element);
			if (each.secured)
				assert.ok((await exchange.negative(operation)).some(({ reason, answer }) => /credentials/.test(reason) && [401, 403].includes(answer.status)), each.element);
			if (skip)
				t.skip(`not covered: ${each.element}: ${skip}`);
		}
	});
