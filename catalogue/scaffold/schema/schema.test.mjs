// Whether SQLite takes the schema, and keeps its rules.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const sql = readFileSync(new URL('schema.sql', import.meta.url), 'utf8');
const run = (input) => spawnSync('sqlite3', ['-bail', ':memory:'], { input, encoding: 'utf8' });

test('SQLite takes the schema', { skip: run('SELECT 1;').error ? 'sqlite3 is not installed' : false }, () => {
	const { status, stdout, stderr } = run(`PRAGMA foreign_keys = ON;\n${sql}\nPRAGMA foreign_key_check;\nSELECT count(*) FROM sqlite_master WHERE type = 'table';`);
	assert.equal(status, 0, stderr);
	assert.equal(Number(stdout.trim().split('\n').pop()), sql.match(/^CREATE TABLE /gm).length);
});
