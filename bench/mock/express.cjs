// A service in memory as people write it with Express: express.cjs MODULES PORT USERS
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const [, , modules, port, file] = process.argv
const express = createRequire(`${modules}/`)('express')

const users = JSON.parse(readFileSync(file, 'utf8'))
let last = users.length
const app = express()
app.use(express.json())
app.get('/users', (request, response) => response.json(users))
app.get('/users/:id', (request, response) => {
	const user = users.find(one => one.id == request.params.id)
	user ? response.json(user) : response.status(404).json({ error: 'not found' })
})
app.post('/users', (request, response) => {
	const user = { ...request.body, id: ++last }
	users.push(user)
	response.status(201).json(user)
})
app.listen(Number(port), '127.0.0.1')
