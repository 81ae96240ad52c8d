// The page's structure, what serves it, and its client: every operation on a resource at API_URL.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createClient } from '../lib/api.js';
import { Contract } from '../lib/contract.js';
import { conformance } from '../lib/exchange.js';

const at = (name) => new URL(`../${name}`, import.meta.url);
const contract = new Contract(JSON.parse(readFileSync(at('contract.json'), 'utf8')));
const { API_URL, API_TOKEN: token = 'test', TEAMWRIGHT_PERSONA: persona } = process.env;

test('the page has what people with a screen reader or a keyboard need', () => {
	const html = readFileSync(at('index.html'), 'utf8');
	for (const part of [/<html lang="[a-z]/, /<title>[^<]+</, /name="viewport"/, /<main [^>]*id="main"/, /<nav [^>]*aria-label=/, /aria-live="polite"/, /href="#main"/, /<noscript>/])
		assert.match(html, part);
	for (const [, id] of html.matchAll(/<(?:input|select|textarea) [^>]*id="([^"]+)"/g))
		assert.ok(html.includes(`<label for="${id}"`), `${id} has no label`);
	assert.doesNotMatch(html, /\son[a-z]+=|<script>|style="/, 'nothing inline');
});

test('the server hands out the page, the address of the API and nothing else', async () => {
	const child = spawn(process.execPath, [at('serve.js').pathname], { env: { ...process.env, PORT: '0', API_URL: 'http://api.example/v1' } });
	const url = /http:\S+/.exec(await new Promise((resolve) => child.stdout.once('data', resolve)))[0];
	assert.match(await (await fetch(url)).text(), /<main/);
	assert.deepEqual(await (await fetch(`${url}/config.json`)).json(), { api_url: 'http://api.example/v1' });
	assert.equal((await fetch(`${url}/serve.js`)).status, 404);
	assert.equal((await fetch(`${url}/..%2fpackage.json`)).status, 404);
	child.kill();
});

test('the client reaches every resource', { skip: API_URL ? false : 'set API_URL to a mock or a provider' }, (t) => conformance(t, contract,
	createClient(contract, API_URL, { token, headers: persona ? { 'x-teamwright-consumer': persona } : {} }), { negative: false, chosen: ({ role, covered }) => role && covered }));
