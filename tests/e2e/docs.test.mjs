// The documents do what they say: every command in a ```sh block is run, names and links are looked up, what is generated is
// current, and the example program is a program.
//
// Blocks of one document run in order in one shell and one temporary folder, with teamwright on PATH. A comment "# exit N"
// behind a command is the exit code that is expected of it. Blocks marked console or text are illustration.
// Ports that documents name (3000, 3001) become free ones here, because others may use them on this machine, and the URL of
// "git clone URL" is this source.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { House, fullSize, program, root } from './teamwright.mjs'

const executed = ['README.md', 'docs/tutorial.md', 'docs/troubleshooting.md', 'docs/lint.md', 'docs/mock.md', 'docs/verify.md', 'docs/consumers.md', 'docs/models.md', 'docs/orchestrate.md']
const documents = [...executed, 'HACKING.md', 'ARCHITECTURE.md', 'CHANGES.md', 'docs/reference.md']
const read = name => readFileSync(join(root, name), 'utf8')
const house = new House()
const operations = (await house.ask(['operations'])).operations.filter(operation => operation.command)
const reference = (await house.run(['help', 'reference'])).out
test.after(() => house.remove())

// [{ language, line, lines }] of a document; `line` is where the first of them stands.
function blocksOf(text) {
	const blocks = []
	let open = null
	text.split('\n').forEach((line, i) => {
		const fence = /^```(\w*)/.exec(line)
		if (!fence) open?.lines.push(line)
		else if (open) open = null
		else blocks.push((open = { language: fence[1], line: i + 2, lines: [] }))
	})
	return blocks
}

// [{ line, text, code }] of a shell block. A command goes on behind a backslash, inside quotes and to the end of a here-document.
function commandsOf(block) {
	const commands = []
	let command = null, end = null
	block.lines.forEach((line, i) => {
		if (!command && /^\s*(#.*)?$/.test(line)) return
		command ??= { line: block.line + i, text: '', code: 0 }
		command.text += `${line}\n`
		const here = /<<-?'?(\w+)'?/.exec(line)
		if (end === null && here) end = here[1]
		else if (end !== null && line === end) end = null
		if (end !== null || line.endsWith('\\')) return
		const exit = /# exit (\d+)/.exec(command.text)
		command.code = exit ? Number(exit[1]) : 0
		commands.push(command)
		command = null
	})
	return commands
}

function freePort() {
	return new Promise(resolve => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address()
			server.close(() => resolve(port))
		})
	})
}

// A script that stops at the first command whose exit code is another one, and says which.
function scriptOf(name, commands) {
	const script = ['exec 2>&1', "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT"]
	for (const { line, text, code } of commands)
		script.push(`echo '+ ${name}:${line}'`, text.trimEnd(), `code=$?; [ $code = ${code} ] || { echo "${name}:${line}: exit $code, not ${code}"; exit 99; }`)
	return `${script.join('\n')}\n`
}

function runScript(script, folder, environment) {
	return new Promise((resolve, reject) => {
		const shell = spawn('bash', ['-s'], { cwd: folder, env: environment, stdio: ['pipe', 'pipe', 'inherit'] }), out = []
		shell.stdout.on('data', chunk => out.push(chunk))
		shell.on('error', reject)
		shell.on('close', code => resolve({ code, out: Buffer.concat(out).toString() }))
		shell.stdin.end(script)
	})
}

// teamwright on PATH is the program under test.
function environmentFor(folder) {
	const bin = join(folder, 'bin')
	mkdirSync(bin)
	symlinkSync(program, join(bin, 'teamwright'))
	return { ...house.environment, PATH: `${bin}:${process.env.PATH}`, XDG_STATE_HOME: join(folder, 'state') }
}

async function runDocument(name, blocks) {
	const folder = mkdtempSync(join(tmpdir(), 'docs-')), inside = join(folder, 'here')
	mkdirSync(inside)
	const ports = { 3000: await freePort(), 3001: await freePort() }
	const commands = blocks.flatMap(commandsOf)
	const script = scriptOf(name, commands).replace(/\b300[01]\b/g, port => ports[port]).replace('git clone URL', `git clone -q '${root}'`)
	try {
		const { code, out } = await runScript(script, inside, environmentFor(folder))
		assert.equal(code, 0, out.split('\n').slice(-40).join('\n'))
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

for (const name of executed) {
	const shell = existsSync(join(root, name)) ? blocksOf(read(name)).filter(block => block.language === 'sh') : []
	// Cloning and building takes minutes.
	const clones = block => block.lines.some(line => line.includes('git clone'))
	test(`commands of ${name}`, async () => {
		assert.ok(shell.length, `${name} has no commands`)
		const some = shell.filter(block => !clones(block))
		if (some.length) await runDocument(name, some)
	})
	if (shell.some(clones))
		test(`${name} from a clone`, { skip: fullSize ? false : 'it clones and builds: TEAMWRIGHT_SOAK=1' }, () => runDocument(name, shell.filter(clones)))
}

// The longest command that the words begin with.
function commandIn(words) {
	return operations.filter(({ command }) => `${words} `.startsWith(`${command} `)).sort((a, b) => b.command.length - a.command.length)[0]
}

// "--option" words that a command takes: its own, those of every command and the settings.
const optionsOf = command => {
	const from = reference.indexOf(`\n## teamwright ${command}\n`)
	return `${reference.slice(from, reference.indexOf('\n## ', from + 1))}${reference.slice(reference.indexOf('\n## Options of every'))}`
}

// Calls of the program in code: whole commands in blocks, and `teamwright …` in running text.
function callsIn(text) {
	const blocks = blocksOf(text).filter(block => ['sh', 'console'].includes(block.language))
	const lines = blocks.flatMap(block => (block.language === 'sh' ? commandsOf(block).map(command => command.text) : block.lines.filter(line => line.startsWith('$ '))))
	const prose = text.replace(/^```.*?^```/gms, '').matchAll(/`(?:\.\/)?(teamwright [^`]*)`/g)
	return [...lines, ...[...prose].map(match => match[1])].flatMap(line => [...line.matchAll(/(?:^|[\s;&|(/!])teamwright ([^|;&\n]*)/g)].map(match => match[1].trim()))
}

test('commands and options that documents name exist', () => {
	for (const name of documents) {
		for (const call of callsIn(read(name))) {
			// What is to be refused as not understood may name what does not exist.
			if (!call || call.endsWith('# exit 2') || /^(--version|--help|help\b|[A-Z]+$|X\b)/.test(call)) continue
			const operation = commandIn(call)
			assert.ok(operation, `${name}: there is no 'teamwright ${call}'`)
			for (const [option] of call.replace(/"[^"]*"|'[^']*'/g, '').matchAll(/(?<=\s)--[a-z-]+/g))
				assert.match(optionsOf(operation.command), new RegExp(`[\\s\`]${option}[\\s\`]`), `${name}: '${operation.command}' has no ${option}`)
		}
	}
	// An option that stands alone in running text belongs to some command.
	for (const name of executed)
		for (const [, option] of read(name).matchAll(/`(--[a-z-]+)[^`]*`/g))
			assert.match(reference, new RegExp(`[\\s\`]${option}[\\s\`]`), `${name}: nothing has ${option}`)
})

test('exit codes and errors that documents name exist', () => {
	const codes = [...reference.slice(reference.indexOf('## Errors')).matchAll(/^\| `(\w+)`/gm)].map(match => match[1])
	assert.ok(codes.length > 10)
	for (const name of executed) {
		for (const [, code] of read(name).matchAll(/exit (?:code )?(\d+)/g)) assert.ok(Number(code) <= 6, `${name}: exit ${code}`)
		for (const [, code] of read(name).matchAll(/error `(\w+)`/g)) assert.ok(codes.includes(code), `${name}: there is no error ${code}`)
	}
})

test('errors that the troubleshooting page quotes are those of the program', () => {
	// Texts between quotes in C, as patterns: what a format stands for matches anything.
	const sources = execFileSync('sh', ['-c', 'cat src/*/*.c src/*/*.h dev'], { cwd: root, maxBuffer: 1 << 26 }).toString()
	const escape = text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
	const said = [...sources.replace(/%" G_GU?INT64_FORMAT/g, '%d"').replace(/"\s*"/g, '').matchAll(/"((?:[^"\\\n]|\\.)+)"/g)].map(match => {
		const parts = match[1].replaceAll('\\"', '"').split(/%[\d.*+-]*(?:l|z|j)?[a-zA-Z]/)
		return { fixed: parts.join('').length, pattern: new RegExp(parts.map(escape).join('.*')), text: parts.join('\0') }
	})
	for (const row of read('docs/troubleshooting.md').split('\n').filter(line => line.startsWith('| `')))
		for (const [, quoted] of row.split('|')[1].matchAll(/`([^`]+)`/g)) {
			if (/^(\.\/dev|--|partial|failed|rejected)/.test(quoted)) continue
			const general = quoted.replace(/'[^']*'/g, "'\0'").replace(/"[^"]*"/g, '"\0"').replace(/\d[\d.]*/g, '\0')
			const found = said.some(({ fixed, pattern, text }) => text.includes(quoted) || text.includes(general) || (fixed >= 10 && pattern.test(quoted)))
			assert.ok(found, `the program never says '${quoted}'`)
		}
})

test('commands that the program itself advises exist', () => {
	const sources = execFileSync('sh', ['-c', 'cat src/*/*.c catalogue/init/* catalogue/demos/*'], { cwd: root, maxBuffer: 1 << 26 }).toString()
	for (const [, words] of sources.matchAll(/teamwright ([a-z]+(?: [a-z]+)?)/g))
		assert.ok(/^help\b/.test(words) || commandIn(words), `there is no 'teamwright ${words}'`)
})

test('functions and structs that ARCHITECTURE names exist', () => {
	const headers = execFileSync('sh', ['-c', 'cat src/*/*.[ch]'], { cwd: root, maxBuffer: 1 << 26 }).toString()
	for (const [, name] of read('ARCHITECTURE.md').matchAll(/`(?:struct )?([a-z]+(?:_[a-z]+)*)`/g))
		assert.match(headers, new RegExp(`\\b${name}\\b`), `there is no ${name}`)
})

test('links lead somewhere', () => {
	for (const name of documents.filter(name => existsSync(join(root, name)))) {
		for (const [, target] of read(name).replace(/^```.*?^```/gms, '').matchAll(/\]\(([^)\s]+)\)/g)) {
			if (/^https?:/.test(target)) continue
			const [path, anchor] = target.split('#'), file = path ? join(dirname(name), path) : name
			assert.ok(existsSync(join(root, file)), `${name}: ${target}`)
			const headings = anchor ? [...read(file).matchAll(/^#+ (.*)$/gm)].map(match => match[1].toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')) : []
			assert.ok(!anchor || headings.includes(anchor), `${name}: ${target} has no such heading`)
		}
		// Sources, as ARCHITECTURE names them: from src.
		for (const [, path] of name === 'ARCHITECTURE.md' ? read(name).matchAll(/`([a-z]+\/[a-z_]*)(?:\.[ch])?`/g) : [])
			assert.ok(['', '.c', '.h'].some(end => existsSync(join(root, 'src', path + end)) || existsSync(join(root, path + end))), `${name}: there is no ${path}`)
		// Files that are named in code.
		for (const [, path] of read(name).replace(/^```.*?^```/gms, '').matchAll(/`((?:src|tests|docs|lint|bench|catalogue|include|examples|man)\/[\w./-]+)`/g))
			if (!/[A-Z]{4}/.test(path)) assert.ok(existsSync(join(root, path.replace(/\/$/, ''))), `${name}: there is no ${path}`)
	}
})

test('reference and manual are current', async () => {
	assert.equal(read('docs/reference.md'), reference, 'run: ./dev documents')
	assert.equal(read('man/teamwright.1'), (await house.run(['help', 'manual'])).out, 'run: ./dev documents')
})

test('every command explains itself', async () => {
	for (const { command } of operations) {
		const help = await house.run([...command.split(' '), '--help'])
		assert.equal(help.code, 0, command)
		assert.ok(help.out.includes(`  teamwright ${command}`), `${command} has no example`)
		assert.equal((await house.run(['help', ...command.split(' ')])).out, help.out)
	}
	assert.equal((await house.run([])).code, 2)
})

test('verbs that HACKING names exist', () => {
	const verbs = [...execFileSync(join(root, 'dev'), ['help']).toString().matchAll(/^\.\/dev (\w+)/gm)].map(match => match[1])
	for (const name of ['HACKING.md', 'README.md', 'ARCHITECTURE.md'])
		for (const [, verb] of read(name).matchAll(/\.\/dev (\w+)/g)) assert.ok([...verbs, 'help'].includes(verb), `${name}: ./dev ${verb}`)
	for (const verb of verbs) assert.ok(read('HACKING.md').includes(`./dev ${verb}`), `HACKING.md does not say what ./dev ${verb} is for`)
})

const built = dirname(program)

test('the example program runs on the shared library', async () => {
	const example = join(built, 'examples', 'analyse')
	assert.ok(existsSync(example), 'make examples')
	const call = request => {
		try {
			return { code: 0, out: execFileSync(example, [request], { env: house.environment }).toString() }
		} catch ({ status, stderr }) {
			return { code: status, err: stderr.toString() }
		}
	}
	const good = call(JSON.stringify({ requirement: 'Build a notes app' }))
	assert.equal(good.code, 0, good.err)
	assert.equal(typeof JSON.parse(good.out).requirement_type, 'string')
	const bad = call('{"wish": 1}')
	assert.equal(bad.code, 2)
	assert.equal(JSON.parse(bad.err).code, 'input')
	assert.ok(read('examples/analyse.c').split('\n').length < 45)
})

test('the shared library exports what its header declares, and nothing else', () => {
	const symbols = execFileSync('nm', ['-D', '--defined-only', join(built, 'libteamwright.so')]).toString()
	const exported = [...symbols.matchAll(/ [TDBRW] (\w+)/g)].map(match => match[1]).filter(name => !/^(__|_init|_fini|_edata|_end)/.test(name))
	const declared = [...read('include/teamwright.h').matchAll(/^\w[\w *]*\b(tw_\w+)\(/gm)].map(match => match[1]).filter(name => name !== 'tw_watcher')
	assert.deepEqual(exported.sort(), declared.sort())
})

test('make install puts program, library, header, manual and pkg-config file where they belong', () => {
	const folder = mkdtempSync(join(tmpdir(), 'install-'))
	try {
		const variant = built.slice(built.lastIndexOf('/') + 1)
		execFileSync('make', ['-s', `VARIANT=${variant}`, `DESTDIR=${folder}`, 'PREFIX=/usr', 'install'], { cwd: root })
		const files = readdirSync(join(folder, 'usr'), { recursive: true }).map(String)
		for (const file of ['bin/teamwright', 'lib/libteamwright.so.0', 'lib/libteamwright.so', 'include/teamwright.h',
			'share/man/man1/teamwright.1', 'lib/pkgconfig/teamwright.pc']) assert.ok(existsSync(join(folder, 'usr', file)), `${file}: ${files}`)
		const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'teamwright'], { env: { ...process.env,
			PKG_CONFIG_PATH: join(folder, 'usr/lib/pkgconfig'), PKG_CONFIG_SYSROOT_DIR: folder, PKG_CONFIG_ALLOW_SYSTEM_LIBS: '1',
			PKG_CONFIG_ALLOW_SYSTEM_CFLAGS: '1' } }).toString().trim().split(/\s+/)
		const sanitizers = variant === 'san' ? ['-fsanitize=address,undefined'] : []
		execFileSync('gcc', [join(root, 'examples/analyse.c'), ...sanitizers, '-o', join(folder, 'analyse'), ...flags])
		const out = execFileSync(join(folder, 'analyse'), ['{"requirement": "Build a notes app"}'],
			{ env: { ...house.environment, LD_LIBRARY_PATH: join(folder, 'usr/lib') } }).toString()
		assert.equal(typeof JSON.parse(out).complexity, 'string')
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
})

test('the package holds all of it', { skip: fullSize ? false : 'it builds once more: TEAMWRIGHT_SOAK=1' }, () => {
	execFileSync(join(root, 'dev'), ['package'], { stdio: 'ignore' })
	const deb = readdirSync(join(root, 'build')).find(name => name.endsWith('.deb'))
	const list = execFileSync('dpkg-deb', ['--contents', join(root, 'build', deb)]).toString()
	for (const file of ['/usr/bin/teamwright', '/usr/lib/libteamwright.so.0', '/usr/include/teamwright.h', '/usr/share/man/man1/teamwright.1.gz',
		'/usr/lib/pkgconfig/teamwright.pc', '/usr/share/doc/teamwright/copyright']) assert.ok(list.includes(file), file)
	const control = execFileSync('dpkg-deb', ['--field', join(root, 'build', deb)]).toString()
	assert.match(control, /^Depends: .*libglib2\.0/m)
})
