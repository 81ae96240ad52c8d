// Whether the provider at API_URL keeps the contract. API_TOKEN: credentials, where the contract wants some.
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createClient } from './lib/api.js';
import { Contract } from './lib/contract.js';
import { conformance } from './lib/exchange.js';

const contract = new Contract(JSON.parse(readFileSync(new URL('contract.json', import.meta.url), 'utf8')));
const { API_URL, API_TOKEN: token = 'test' } = process.env;

test('the provider keeps the contract', { skip: API_URL ? false : 'set API_URL to the address of the provider' },
	(t) => conformance(t, contract, createClient(contract, API_URL, { token })));
