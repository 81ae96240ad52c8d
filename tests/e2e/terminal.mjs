// A terminal around the program, where the machine has `script` and can make one.
import { spawn, spawnSync } from 'node:child_process'
import { program } from './teamwright.mjs'

export const noTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0 ? false : '"script" makes no terminal here'

// `dialogue` is a list of [what is waited for, what is typed then]; each is looked for behind the one before. { code, out } when it has ended.
export const onTerminal = (house, words, dialogue = []) => new Promise(resolve => {
	// Without exec a shell stands between, and a Ctrl-C is its own, too.
	const command = ['exec', program, ...words].map((word, i) => (i ? `'${word}'` : word)).join(' ')
	const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: house.folder, env: { ...house.environment, NO_COLOR: '1' } })
	let out = '', seen = 0
	child.stdout.on('data', chunk => {
		out += chunk
		const found = dialogue.length ? out.slice(seen).match(dialogue[0][0]) : null
		if (!found) return
		seen += found.index + found[0].length
		child.stdin.write(dialogue.shift()[1])
	})
	child.on('close', code => resolve({ code, out }))
})
