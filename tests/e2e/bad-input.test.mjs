// Input that is none, places that cannot be written, settings that are broken: what happened, to what, what to do; the right
// exit code; and nothing half-written.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { House, root } from './teamwright.mjs'

const books = 'Build a web application to manage books; a book has a title and an author.'
const notes = join(root, 'tests/e2e/data/notes/notes.yaml')

async function inHouse(work) {
	const house = new House()
	try {
		return await work(house, name => join(house.folder, name))
	} finally {
		house.remove()
	}
}

// The command fails with this code; its message and, with --json, its error say the same and what to do.
async function refused(house, words, code, message, options) {
	const title = words.join(' ').slice(0, 200)
	const { code: exit, out, err } = await house.run(words, options)
	assert.equal(exit, code, `${title}: ${err}${out.slice(-400)}`)
	assert.match(err, message, title)
	assert.match(err, /^teamwright: .+\n {2}\S/m, `${title} names no remedy: ${err}`)
	assert.ok(!/\(null\)|Sanitizer|assert|CRITICAL/.test(err), err)
	assert.equal(out, '', title)
	const { exit: again, error } = await house.ask(words, options)
	assert.equal(again, code, title)
	assert.equal(error.exit, code, title)
	assert.match(error.message, message, title)
	assert.ok(error.remedy, title)
}

test('requirements that are none', () => inHouse(async (house, file) => {
	writeFileSync(file('binary'), Buffer.from([0, 1, 2, 255, 254]))
	writeFileSync(file('latin1'), Buffer.from('Baue eine \xdcbersicht', 'latin1'))
	writeFileSync(file('huge'), 'Build a web application for books. '.repeat(30000))
	writeFileSync(file('blank'), ' \n\t\n')
	assert.ok(statSync(file('huge')).size > 1e6)
	for (const [given, message] of [['', /empty/], [' \n ', /empty/], [`@${file('blank')}`, /empty/], [`@${file('binary')}`, /binary is not UTF-8/],
		[`@${file('latin1')}`, /latin1 is not UTF-8/], [`@${file('nowhere')}`, /cannot read .*nowhere/], [`@${house.folder}`, /cannot read|not UTF-8/]])
		for (const command of ['run', 'plan', 'analyse']) await refused(house, [command, given], 2, message)
	for (const command of ['run', 'plan', 'analyse']) await refused(house, [command, `@${file('huge')}`], 2, /10\d{5} bytes/)
	const input = readFileSync(file('huge'), 'utf8')
	await refused(house, ['run', '-'], 2, /10\d{5} bytes/, { input })
	await refused(house, ['run', '-'], 2, /empty/)
	// Not valid UTF-8 as a word of the command line: only a shell can make one.
	const raw = execFileSync('sh', ['-c', '"$0" analyse "$(printf "Baue \\334")" 2>&1 || echo "exit $?"', process.env.TEAMWRIGHT_BIN ?? 'build/san/teamwright'],
		{ cwd: house.folder, env: house.environment }).toString()
	assert.match(raw, /UTF-8[^]*exit 2/)
	assert.deepEqual((await house.ask(['history'])).runs, [])
	assert.ok(!existsSync(file('out')))
}))

test('texts in other languages and texts that look dangerous are texts', () => inHouse(async (house, file) => {
	writeFileSync(file('mine'), 'mine')
	for (const text of ['rm -rf /', 'rm -rf .; rm mine', '$(touch hacked); `touch hacked`', "'; DROP TABLE run; --", '../../../etc/passwd', '%s%n%x',
		'<script>alert(1)</script>', '\u202Eevil', '🙂'.repeat(500), 'Бюро: веди список клиентов и заказов', '做一个任务管理应用',
		'ユーザーと注文を管理するウェブアプリを作ってください', 'أنشئ تطبيقا لإدارة الكتب', 'Erstelle eine Webanwendung zur Verwaltung von Büchern; ein Buch hat einen Titel.']) {
		const analysis = await house.ask(['analyse', text])
		assert.equal(analysis.exit, 0, text)
		assert.ok(analysis.statements.length, text)
		const run = await house.ask(['run', text, '--output', file('out')])
		assert.ok([0, 1].includes(run.exit), `${text}: ${JSON.stringify(run)}`)
		assert.equal(run.exit === 0, run.success, text)
		if (run.exit) assert.ok(run.reason, text)
	}
	assert.ok(!existsSync(file('hacked')))
	assert.equal(readFileSync(file('mine'), 'utf8'), 'mine')
}))

test('words of the command line that nobody knows', () => inHouse(async house => {
	for (const [words, message, near] of [[['rum', 'x'], /no command 'rum'/, "'run'"], [['histroy'], /no command/, "'history'"],
		[['run', 'x', '--ouput', 'y'], /no option --ouput/, "'--output'"], [['status', '--jsn'], /no option/, "'--json'"],
		[['personas'], /no command/, 'personas list, personas show'], [['personas', 'shwo'], /no command/, "'personas show'"],
		[['explain'], /wants one more word, the task/, 'explain --help'], [['run', 'one', 'two'], /one word too many/, 'quotes'],
		[['run', 'x', '--workers'], /wants a value/, ''], [['history', '--limit', 'many'], /whole number/, ''],
		[['run', 'x', '--until', 'never'], /one of/, ''], [['run', 'x', '--progress', 'loud'], /no progress 'loud'/, 'auto, tty'],
		[['run', 'x', '--workers', '0'], /no number of workers/, '1 to 1000'], [['run', 'x', '--blueprint', 'nonsense'], /no blueprint/, ''],
		[['run', 'x', '--personas', 'nobody'], /no persona/, ''], [['nonsense'], /no command 'nonsense'/, '--help']]) {
		const { code, out, err } = await house.run(words)
		assert.equal(code, 2, words.join(' '))
		assert.match(err, message)
		assert.ok(err.includes(near), `${words.join(' ')}: ${err}`)
		assert.equal(out, '')
		const { code: again, out: json } = await house.run([...words, '--json'])
		if (words.at(-1) !== '--workers') assert.equal(JSON.parse(json).error.exit, again, words.join(' '))
	}
}))

test('folders: not ours, not empty, not writable', () => inHouse(async (house, file) => {
	mkdirSync(file('full'))
	writeFileSync(file('full/mine.txt'), 'mine')
	await refused(house, ['run', books, '--output', file('full')], 2, /full is not empty/)
	await refused(house, ['run', books, '--output', file('full/mine.txt')], 2, /not a folder/)
	await refused(house, ['run', books, '--output', '/proc/nowhere/out'], 3, /cannot/)
	await refused(house, ['export', '--output', '/proc/nowhere'], 2, /no runs/)
	assert.deepEqual(readdirSync(file('full')), ['mine.txt'])
	const forced = await house.ask(['run', books, '--output', file('full'), '--force'])
	assert.equal(forced.exit, 0)
	assert.equal(readFileSync(file('full/mine.txt'), 'utf8'), 'mine')
	assert.ok(existsSync(file('full/quality_report.json')))
	// Ours now: written again without --force, and what is not ours stays.
	assert.equal((await house.ask(['run', books, '--output', file('full')])).exit, 0)
	assert.equal(readFileSync(file('full/mine.txt'), 'utf8'), 'mine')
	await refused(house, ['export', '--output', file('full')], 2, /not empty/)
	await refused(house, ['export', '--output', '/proc/nowhere'], 3, /cannot make/)
	await refused(house, ['init', '/proc/nowhere'], 3, /cannot make/)
	await refused(house, ['catalogue', 'export', '/proc/nowhere'], 3, /cannot make/)
	await refused(house, ['contract', 'package', notes, '--output', '/proc/nowhere'], 3, /cannot/)
	await refused(house, ['plan', books, '--save', '/proc/nowhere/plan.json'], 3, /cannot/)
	await refused(house, ['status', '--store', '/proc/nowhere'], 3, /cannot make/)
	await refused(house, ['status', '--store', file('full/mine.txt')], 3, /cannot make/)
}))

test('a folder without the right to write', { skip: process.getuid() === 0 && 'root may write everywhere' }, () => inHouse(async (house, file) => {
	mkdirSync(file('closed'))
	chmodSync(file('closed'), 0o555)
	await refused(house, ['run', books, '--output', file('closed/out')], 3, /cannot be written/)
	await refused(house, ['status', '--store', file('closed/store')], 3, /cannot make/)
}))

// The run's own limit on the size of files, where nothing can be mounted.
test('a file system without room', () => inHouse(async (house, file) => {
	const words = ['run', books, '--output', file('out'), '--quiet']
	const limited = execFileSync('sh', ['-c', 'ulimit -f 40; "$@" 2>&1; echo "exit $?"', 'sh', process.env.TEAMWRIGHT_BIN ?? 'build/san/teamwright', ...words],
		{ cwd: house.folder, env: { ...house.environment, ASAN_OPTIONS: 'detect_leaks=0' } }).toString()
	assert.match(limited, /teamwright: .*(too large|full|cannot|space|disk)[^]*exit [13]\n$/)
	assert.ok(!existsSync(file('out/quality_report.json')))
	assert.equal((await house.run(words)).code, 0, 'the store is spoiled')
}))

test('a full disk', { skip: process.getuid() !== 0 && 'mounting wants root' }, t => inHouse(async (house, file) => {
	mkdirSync(file('small'))
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', file('small')], { stdio: 'ignore' })
	} catch {
		t.skip('nothing can be mounted here')
		return
	}
	try {
		// The place of the results is full: the run says so, leaves no half of them, and nothing is lost.
		const output = await house.run(['run', books, '--output', file('small/out'), '--quiet'])
		assert.ok([1, 3].includes(output.code), output.err + output.out)
		assert.match(output.err + output.out, /No space left/)
		assert.deepEqual(readdirSync(file('small')).filter(name => name.startsWith('.')), [], 'what was begun was left there')
		assert.ok(!existsSync(file('small/out/plan.json')))
		// The store is full: said, and no run is pretended.
		const store = await house.run(['run', books, '--store', file('small/store'), '--output', file('out'), '--quiet'])
		assert.ok([1, 3].includes(store.code), store.err + store.out)
		assert.match(store.err + store.out, /full|No space left/)
		assert.ok(!existsSync(file('out/quality_report.json')))
	} finally {
		execFileSync('umount', [file('small')])
	}
}))

test('a port that is in use', () => inHouse(async house => {
	const server = createServer().listen(0, '127.0.0.1')
	await new Promise(resolve => server.once('listening', resolve))
	const { port } = server.address()
	await refused(house, ['mock', notes, '--port', String(port)], 3, new RegExp(`cannot listen on port ${port}`))
	await refused(house, ['mock', notes, '--port', '70000'], 2, /70000/)
	server.close()
}))

test('documents that are none', () => inHouse(async (house, file) => {
	const write = (name, text) => {
		mkdirSync(join(file(name), '..'), { recursive: true })
		writeFileSync(file(name), text)
		return file(name)
	}
	const head = 'openapi: 3.1.0\ninfo: {title: x, version: "1"}\n'
	for (const [name, text, message] of [['syntax/api.yaml', 'openapi: [3.1\n', /syntax\/api\.yaml:\d+:\d+/],
		['leads/api.yaml', `${head}paths:\n  /a: {get: {responses: {200: {$ref: "#/nowhere"}}}}\n`, /leads\/api\.yaml:4:\d+.*nowhere/],
		['kind/api.json', '{"hello": 1}', /kind\/api\.json/], ['contract/api.json', '{"id": "a", "name": "A", "contract_type": "Telepathy"}', /api\.json:1:\d+.*Telepathy/],
		['lost/api.json', '{"id": "a", "name": "A", "contract_type": "REST_API", "interface_spec": {"type": "openapi", "spec_file": "gone.yaml"}}', /gone\.yaml/],
		['who/api.json', '{"id": "a", "name": "A", "contract_type": "Deliverable", "provider_persona_id": "nobody"}', /nobody/]]) {
		write(name, text)
		await refused(house, ['run', '--contracts', join(file(name), '..'), '--output', file('out')], 2, message)
	}
	mkdirSync(file('none'))
	await refused(house, ['run', '--contracts', file('none'), '--output', file('out')], 2, /no \.json or \.yaml/)
	await refused(house, ['run', '--contracts', file('nowhere'), '--output', file('out')], 2, /not a folder/)

	for (const [name, text, message] of [['cycle.json', '{"tasks": [{"id": "a", "needs": ["b"]}, {"id": "b", "needs": ["a"]}]}', /a -> b -> a|b -> a -> b/],
		['kind.json', '{"tasks": [{"id": "a", "kind": "nonsense"}]}', /kind\.json:1:\d+.*nonsense/], ['need.json', '{"tasks": [{"id": "a", "needs": ["x"]}]}', /'?x'?/],
		['twice.json', '{"tasks": [{"id": "a"}, {"id": "a"}]}', /two tasks/], ['empty.json', '', /empty\.json/], ['none.json', '{"tasks": []}', /0 tasks/],
		['cut.json', '{"tasks": [{"id": "a"', /cut\.json:1:\d+/], ['other.json', '[1]', /other\.json/], ['field.json', '{"tasks": [{"id": "a", "wants": []}]}', /wants/]])
		await refused(house, ['run', '--plan', write(name, text), '--output', file('out')], 2, message)
	await refused(house, ['run', '--plan', file('nowhere.json'), '--output', file('out')], 2, /cannot read/)

	await refused(house, ['mock', write('bad.yaml', 'openapi: [\n')], 2, /bad\.yaml:\d+:\d+/)
	await refused(house, ['contract', 'validate', file('nowhere.yaml')], 2, /cannot read/)
	await refused(house, ['schema', 'validate', write('bad.json', '{"type": 1}'), write('any.json', '1')], 1, /bad\.json:1:\d+/)
	assert.deepEqual((await house.ask(['history'])).runs, [], 'a run was begun')
	assert.ok(!existsSync(file('out')))
}))

test('a project whose settings, personas or blueprints are broken', () => inHouse(async (house, file) => {
	const own = file('.teamwright')
	for (const folder of ['personas', 'blueprints', 'demos']) mkdirSync(join(own, folder), { recursive: true })
	const cases = [['config.yaml', 'workers: [a\n', /config\.yaml:\d+:\d+/], ['config.yaml', 'wokers: 2\n', /config\.yaml:1:1: there is no setting 'wokers'/],
		['config.yaml', 'workers: lots\n', /config\.yaml:1:1: 'lots'/], ['config.yaml', 'quality_threshold: high\n', /config\.yaml:1:1: 'high'/],
		['config.yaml', '- workers\n', /config\.yaml/], ['config.yaml', Buffer.from([0xff, 0xfe, 0]), /config\.yaml/],
		['personas/broken.md', 'You are a tester.\n', /broken\.md:1:1: there is no front matter/],
		['personas/broken.md', Buffer.from([0xff, 0xfe]), /broken\.md.*UTF-8/],
		['blueprints/bad.yaml', 'id: bad\nname: [\n', /bad\.yaml:\d+:\d+/],
		['blueprints/bad.yaml', 'id: bad\nname: x\ndescription: y\nexecution: fast\n', /bad\.yaml:4:\d+.*'fast'/],
		['blueprints/bad.yaml', 'id: other\nname: x\ndescription: y\nexecution: solo\ncoordination: none\nscaling: fixed\nroles: []\n', /bad\.yaml/]]
	for (const [name, text, message] of cases) {
		writeFileSync(join(own, name), text)
		await refused(house, ['run', books, '--output', file('out')], 3, message)
		execFileSync('rm', [join(own, name)])
	}
	await refused(house, ['status'], 3, /TEAMWRIGHT_WORKERS: 'x'/, { environment: { TEAMWRIGHT_WORKERS: 'x' } })
	assert.ok(!existsSync(file('out')))
	assert.deepEqual((await house.ask(['history'])).runs, [])
}))
