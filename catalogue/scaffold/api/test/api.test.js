// The provider, started on a free port with a store of its own: the whole contract, and what a kill leaves.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../lib/api.js';
import { Contract } from '../lib/contract.js';
import { Exchange, conformance } from '../lib/exchange.js';

const contract = new Contract(JSON.parse(readFileSync(new URL('../contract.json', import.meta.url), 'utf8')));
const directory = mkdtempSync(join(tmpdir(), 'provider-'));

async function start() {
	const child = spawn(process.execPath, [new URL('../server.js', import.meta.url).pathname], { env: { ...process.env, PORT: '0', DATA_DIR: directory } });
	child.stderr.pipe(process.stderr);
	const line = await new Promise((resolve, reject) => child.stdout.once('data', resolve) && child.once('exit', () => reject(new Error('it ended at once'))));
	const stop = (signal) => new Promise((resolve) => child.once('exit', resolve) && child.kill(signal));
	return { stop, call: createClient(contract, /http:\S+/.exec(line)[0], { token: 'test' }) };
}

test('the provider', async (t) => {
	const first = await start();
	await conformance(t, contract, first.call);
	const kept = contract.resources.find((resource) => ['read', 'create'].every((role) => contract.operation(resource, role, true)));
	const made = kept && await new Exchange(contract, first.call).make(kept);
	await first.stop('SIGKILL');
	const second = await start();
	await t.test('what was created is there after a kill', { skip: kept ? false : 'no resource can be created and read' }, async () => {
		const seen = await new Exchange(contract, second.call).look(kept, made.ids);
		assert.equal(seen.answer.status, contract.operation(kept, 'read').success.status);
	});
	await t.test('it ends cleanly when it is asked to', async () => assert.equal(await second.stop('SIGTERM'), 0));
	rmSync(directory, { recursive: true });
});
