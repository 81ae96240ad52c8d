// The document that all mocks serve, and what it holds.
export const users = Array.from({ length: 10 }, (_, i) => ({
	id: i + 1, name: `Ada Lovelace ${i + 1}`, email: `ada${i + 1}@example.com`, role: 'admin', age: 36, tags: ['a', 'b'],
}))

const user = { $ref: '#/components/schemas/User' }
const answer = (description, schema, example) => ({ description, content: { 'application/json': { schema, example } } })

export const document = {
	openapi: '3.0.3',
	info: { title: 'Users', version: '1.0.0' },
	paths: {
		'/users': {
			get: { responses: { 200: answer('all', { type: 'array', items: user }, users) } },
			post: {
				requestBody: { required: true, content: { 'application/json': { schema: user } } },
				responses: { 201: answer('made', user, users[0]) },
			},
		},
		'/users/{id}': {
			parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
			get: { responses: { 200: answer('one', user, users[0]), 404: { description: 'none' } } },
		},
	},
	components: {
		schemas: {
			User: {
				type: 'object',
				required: ['name', 'email'],
				properties: {
					id: { type: 'integer' },
					name: { type: 'string', minLength: 1 },
					email: { type: 'string', format: 'email' },
					role: { type: 'string', enum: ['admin', 'user'] },
					age: { type: 'integer', minimum: 0 },
					tags: { type: 'array', items: { type: 'string' } },
				},
			},
		},
	},
}
