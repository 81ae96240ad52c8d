// Single faults in OpenAPI documents, as a table: a name, the versions that know it, and what it does to a document. A row
// gives back false where the document has no place for it.
export function random(seed) {
	let state = seed >>> 0
	return () => {
		state = state + 0x6d2b79f5 >>> 0
		let t = Math.imul(state ^ state >>> 15, state | 1)
		t ^= t + Math.imul(t ^ t >>> 7, t | 61)
		return ((t ^ t >>> 14) >>> 0) / 2 ** 32
	}
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value)
const entries = value => isObject(value) ? Object.entries(value) : []

// Every object of a kind that the document holds, found by walking as the specification says.
class Places {
	constructor(doc) {
		for (const kind of ['operation', 'parameter', 'response', 'responses', 'media', 'body', 'schema', 'header', 'example', 'link', 'server',
			'tag', 'scheme', 'flow', 'reference', 'encoding', 'callback', 'path', 'docs', 'discriminator', 'xml', 'variable']) this[kind] = []
		this.operationOf = new Map()
		for (const [key, item] of entries(doc.paths)) this.#path(key, item, true)
		for (const [key, item] of entries(doc.webhooks)) this.#path(key, item, false)
		this.#components(doc.components)
		for (const tag of doc.tags ?? []) this.tag.push(tag), this.#docs(tag)
		for (const server of doc.servers ?? []) this.#server(server)
		this.#docs(doc)
	}

	#keep(kind, value) {
		if (!isObject(value)) return false
		const reference = typeof value.$ref === 'string'
		if (reference) this.reference.push(value)
		else this[kind].push(value)
		return !reference
	}

	#docs(value) {
		if (isObject(value.externalDocs)) this.docs.push(value.externalDocs)
	}

	#server(server) {
		this.server.push(server)
		for (const [, variable] of entries(server.variables)) this.variable.push(variable)
	}

	#path(key, item, real) {
		if (!isObject(item)) return
		if (real && key.startsWith('/')) this.path.push([key, item])
		for (const parameter of item.parameters ?? []) this.#parameter(parameter)
		for (const method of methods) if (isObject(item[method])) this.#operation(item[method], key, item, real)
	}

	#operation(operation, key, item, real) {
		this.operation.push(operation)
		if (real) this.operationOf.set(operation, [key, item])
		this.#docs(operation)
		for (const parameter of operation.parameters ?? []) this.#parameter(parameter)
		if (operation.requestBody) this.#body(operation.requestBody)
		if (isObject(operation.responses)) this.responses.push(operation.responses)
		for (const [, response] of entries(operation.responses)) this.#response(response)
		for (const [, callback] of entries(operation.callbacks)) this.#callback(callback)
		for (const server of operation.servers ?? []) this.#server(server)
	}

	#callback(value) {
		if (this.#keep('callback', value)) for (const [key, item] of entries(value)) this.#path(key, item, false)
	}

	#parameter(value, kind = 'parameter') {
		if (!this.#keep(kind, value)) return
		this.#schema(value.schema)
		this.#examples(value)
		for (const [, media] of entries(value.content)) this.#media(media)
	}

	#examples(value) {
		for (const [, example] of entries(value.examples)) this.#keep('example', example)
	}

	#media(value) {
		if (!this.#keep('media', value)) return
		this.#schema(value.schema)
		this.#examples(value)
		for (const [, encoding] of entries(value.encoding)) {
			this.encoding.push(encoding)
			for (const [, header] of entries(encoding.headers)) this.#parameter(header, 'header')
		}
	}

	#body(value) {
		if (this.#keep('body', value)) for (const [, media] of entries(value.content)) this.#media(media)
	}

	#response(value) {
		if (!this.#keep('response', value)) return
		for (const [, media] of entries(value.content)) this.#media(media)
		for (const [, header] of entries(value.headers)) this.#parameter(header, 'header')
		for (const [, link] of entries(value.links)) this.#keep('link', link)
	}

	#schema(value) {
		if (!this.#keep('schema', value)) return
		this.#docs(value)
		if (value.discriminator) this.discriminator.push(value.discriminator)
		if (value.xml) this.xml.push(value.xml)
		for (const key of ['properties', '$defs', 'patternProperties']) for (const [, part] of entries(value[key])) this.#schema(part)
		for (const key of ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains']) this.#schema(value[key])
		for (const key of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) for (const part of value[key] ?? []) this.#schema(part)
	}

	#components(components = {}) {
		for (const [, schema] of entries(components.schemas)) this.#schema(schema)
		for (const [, parameter] of entries(components.parameters)) this.#parameter(parameter)
		for (const [, header] of entries(components.headers)) this.#parameter(header, 'header')
		for (const [, example] of entries(components.examples)) this.#keep('example', example)
		for (const [, body] of entries(components.requestBodies)) this.#body(body)
		for (const [, response] of entries(components.responses)) this.#response(response)
		for (const [, link] of entries(components.links)) this.#keep('link', link)
		for (const [, callback] of entries(components.callbacks)) this.#callback(callback)
		for (const [, scheme] of entries(components.securitySchemes)) {
			if (!this.#keep('scheme', scheme)) continue
			for (const [name, flow] of entries(scheme.flows)) this.flow.push([name, flow])
		}
	}
}

// What a row works with: the document, its places, and a choice among those that fit.
class Site {
	constructor(doc, seed) {
		this.doc = doc
		this.places = new Places(doc)
		this.next = random(seed)
	}

	pick(list) {
		return list[Math.floor(this.next() * list.length)]
	}

	one(kind, fits = () => true) {
		return this.pick(this.places[kind].filter(fits))
	}

	// Does something to one object of a kind, false where there is none.
	change(kind, fits, act) {
		const found = this.one(kind, fits)
		if (!found) return false
		act(found)
	}
}

const has = name => value => name in value
const any = () => true
const all = '3.0 3.1 3.2', old = '3.0', late = '3.1 3.2'
const rows = []
const row = (name, act, versions = all) => rows.push({ name, act, versions: versions.split(' ') })

// A required member that is gone.
const drops = [['info', 'title'], ['info', 'version']]
for (const [, member] of drops) row(`drop info.${member}`, ({ doc }) => delete doc.info[member])
row('drop info', ({ doc }) => delete doc.info)
row('drop openapi', ({ doc }) => delete doc.openapi)
row('drop paths', ({ doc }) => delete doc.paths, old)
row('drop paths, components, webhooks', ({ doc }) => (delete doc.paths, delete doc.components, delete doc.webhooks), late)
row('drop license.name', ({ doc }) => doc.info.license ? void delete doc.info.license.name : false)
for (const [kind, member, versions] of [['parameter', 'name'], ['parameter', 'in'], ['response', 'description', '3.0 3.1'], ['operation', 'responses', old],
	['body', 'content'], ['server', 'url'], ['tag', 'name'], ['docs', 'url'], ['variable', 'default'], ['discriminator', 'propertyName'], ['scheme', 'type']])
	row(`drop ${kind}.${member}`, site => site.change(kind, has(member), value => delete value[member]), versions)
row('drop operationId of a link', site => site.change('link', has('operationId'), link => delete link.operationId))
row('drop schema of a parameter', site => site.change('parameter', has('schema'), parameter => delete parameter.schema))
row('drop apiKey.name', site => site.change('scheme', scheme => scheme.type === 'apiKey', scheme => delete scheme.name))
row('drop apiKey.in', site => site.change('scheme', scheme => scheme.type === 'apiKey', scheme => delete scheme.in))
row('drop http.scheme', site => site.change('scheme', scheme => scheme.type === 'http', scheme => delete scheme.scheme))
row('drop oauth2.flows', site => site.change('scheme', scheme => scheme.type === 'oauth2', scheme => delete scheme.flows))
row('drop openIdConnectUrl', site => site.change('scheme', has('openIdConnectUrl'), scheme => delete scheme.openIdConnectUrl))
for (const member of ['scopes', 'tokenUrl', 'authorizationUrl'])
	row(`drop flow.${member}`, site => site.change('flow', ([, flow]) => member in flow, ([, flow]) => delete flow[member]))

// A value of another type.
for (const [member, value] of [['info', 'Orders'], ['paths', []], ['components', []], ['servers', {}], ['tags', 'x'], ['security', {}], ['externalDocs', 'x'], ['openapi', 3]])
	row(`${member} of another type`, ({ doc }) => member in doc ? void (doc[member] = value) : false)
for (const [member, value] of [['title', 5], ['version', 1.5], ['contact', 'me'], ['license', 'MIT'], ['description', ['x']]])
	row(`info.${member} of another type`, ({ doc }) => void (doc.info[member] = value))
for (const [member, value] of [['tags', 'x'], ['summary', 1], ['description', {}], ['operationId', 7], ['parameters', {}], ['responses', []], ['deprecated', 'no'],
	['security', 'token'], ['requestBody', 'x'], ['callbacks', []], ['servers', 'x']])
	row(`operation.${member} of another type`, site => site.change('operation', any, operation => operation[member] = value))
for (const [member, value] of [['name', 1], ['required', 'yes'], ['schema', 'string'], ['description', 5], ['explode', 1], ['examples', []], ['style', 1], ['allowReserved', 'x']])
	row(`parameter.${member} of another type`, site => site.change('parameter', parameter => parameter.schema && !parameter.example, parameter => parameter[member] = value))
for (const [member, value] of [['description', 1], ['content', []], ['headers', []], ['links', 'x']])
	row(`response.${member} of another type`, site => site.change('response', any, response => response[member] = value))
row('body.required of another type', site => site.change('body', any, body => body.required = 'true'))
row('body.content of another type', site => site.change('body', any, body => body.content = 'application/json'))
row('media.schema of another type', site => site.change('media', any, media => media.schema = []))
row('media.encoding of another type', site => site.change('media', any, media => media.encoding = []))
for (const [member, value, versions] of [['properties', []], ['required', true], ['enum', 'a'], ['items', []], ['title', 1], ['description', false], ['minLength', 'x'],
	['maxItems', '5'], ['uniqueItems', 1], ['format', 1], ['pattern', 5], ['allOf', {}], ['oneOf', 'x'], ['anyOf', {}], ['not', 'x'], ['additionalProperties', 'no'],
	['readOnly', 'yes'], ['deprecated', 'x'], ['discriminator', 'kind'], ['xml', 'x'], ['externalDocs', 'x'], ['type', 5], ['multipleOf', 'x'],
	['nullable', 'x', old], ['exclusiveMinimum', 5, old], ['exclusiveMinimum', true, late], ['prefixItems', {}, late], ['$defs', [], late], ['const', undefined, '']])
	row(`schema.${member} ${JSON.stringify(value)}`, site => site.change('schema', any, schema => schema[member] = value), versions ?? all)
row('server.url of another type', site => site.change('server', any, server => server.url = 5))
row('server.variables of another type', site => site.change('server', any, server => server.variables = []))
row('variable.enum of another type', site => site.change('variable', any, variable => variable.enum = 'eu'))
row('variable.enum of numbers', site => site.change('variable', any, variable => variable.enum = [1]))
row('encoding.contentType of another type', site => site.change('encoding', any, encoding => encoding.contentType = 5))
row('flow.scopes of another type', site => site.change('flow', any, ([, flow]) => flow.scopes = ['x']))
row('link.parameters of another type', site => site.change('link', any, link => link.parameters = []))
row('callback of another type', site => site.change('operation', any, operation => operation.callbacks = { x: [] }))
row('a path that is a text', ({ doc }) => void (doc.paths['/text'] = 'x'))
row('a response that is a text', site => site.change('responses', any, responses => responses['202'] = 'fine'))
row('a parameter that is a text', site => site.change('operation', any, operation => operation.parameters = ['id']))
row('a requirement that is a text', ({ doc }) => void (doc.security = ['token']))
row('scopes that are a text', ({ doc, places }) => places.scheme.length ? void (doc.security = [{ [Object.keys(doc.components.securitySchemes)[0]]: 'x' }]) : false)
row('a tag that is a text', ({ doc }) => void (doc.tags = ['orders']))

// A member that nobody knows.
for (const [kind, name] of [['operation', 'sumary'], ['parameter', 'requred'], ['response', 'schema'], ['media', 'exmaple'], ['body', 'consumes'], ['server', 'host'],
	['tag', 'title'], ['scheme', 'flow'], ['header', 'name'], ['link', 'operation'], ['docs', 'link'], ['variable', 'values'], ['encoding', 'type'],
	['example', 'content'], ['discriminator', 'name'], ['xml', 'ns']])
	row(`unknown ${kind}.${name}`, site => site.change(kind, any, value => value[name] = name))
row('unknown flow.url', site => site.change('flow', any, ([, flow]) => flow.url = 'x'))
row('unknown schema.minimun', site => site.change('schema', any, schema => schema.minimun = 1))
row('unknown info.licence', ({ doc }) => void (doc.info.licence = {}))
row('unknown host', ({ doc }) => void (doc.host = 'shop.test'))
row('unknown components.definitions', ({ doc }) => void ((doc.components ??= {}).definitions = {}))
row('unknown method', ({ doc }) => void (Object.values(doc.paths)[0].fetch = { responses: { 200: { description: 'x' } } }))
row('unknown flow', site => site.change('scheme', has('flows'), scheme => scheme.flows.accessCode = { scopes: {} }))

// A value that is none of those that are defined.
row('openapi 4.0.0', ({ doc }) => void (doc.openapi = '4.0.0'))
row('in: body', site => site.change('parameter', any, parameter => parameter.in = 'body'))
row('style: csv', site => site.change('parameter', has('schema'), parameter => parameter.style = 'csv'))
row('type: strin', site => site.change('schema', any, schema => schema.type = 'strin'))
row('type: [string] in 3.0', site => site.change('schema', any, schema => schema.type = ['string']), old)
row('type: null in 3.0', site => site.change('schema', any, schema => schema.type = 'null'), old)
row('minLength -1', site => site.change('schema', any, schema => schema.minLength = -1))
row('maxItems 1.5', site => site.change('schema', any, schema => schema.maxItems = 1.5))
row('multipleOf 0', site => site.change('schema', any, schema => schema.multipleOf = 0))
row('allOf []', site => site.change('schema', any, schema => schema.allOf = []))
row('scheme type: basic', site => site.change('scheme', any, scheme => scheme.type = 'basic'))
row('apiKey in: body', site => site.change('scheme', scheme => scheme.type === 'apiKey', scheme => scheme.in = 'body'))
row('status 20', site => site.change('responses', any, responses => responses['20'] = { description: 'x' }))
row('status OK', site => site.change('responses', any, responses => responses.OK = { description: 'x' }))
row('status 2xx', site => site.change('responses', any, responses => responses['2xx'] = { description: 'x' }))
row('status 600', site => site.change('responses', any, responses => responses['600'] = { description: 'x' }))
row('no response', site => site.change('operation', any, operation => operation.responses = {}))
row('mail without @', ({ doc }) => void (doc.info.contact = { email: 'nobody' }))
row('URL with a space', ({ doc }) => void (doc.externalDocs = { url: 'https://shop.test/a b' }))
row('name of a component', ({ doc }) => void (((doc.components ??= {}).schemas ??= {})['a b'] = { type: 'string' }))

// References.
row('reference to nothing', site => site.change('reference', any, value => value.$ref += 'X'))
row('reference to no file', site => site.change('reference', any, value => value.$ref = 'nowhere.yaml#/x'))
row('reference of another type', site => site.change('reference', any, value => value.$ref = 5))
row('reference to another kind', site => site.change('schema', any, schema => {
	site.doc.components ??= {}
	site.doc.components.responses = { ...site.doc.components.responses, Odd: { description: 'x' } }
	schema.properties = { ...schema.properties, odd: { $ref: '#/components/responses/Odd' } }
}))
row('reference in a circle', ({ doc }) => void Object.assign((doc.components ??= {}).schemas ??= {}, { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } }))
row('siblings of a reference', site => site.change('reference', any, value => value.minLength = 1), old)
row('mapping to nothing', site => site.change('discriminator', any, value => value.mapping = { a: '#/components/schemas/Nowhere' }))
row('link to nowhere', site => site.change('link', has('operationId'), link => link.operationId = 'nowhere'))

// Names and paths.
row('operationId twice', ({ places }) => places.operation.length > 1 ? void places.operation.slice(0, 2).forEach(operation => operation.operationId = 'twice') : false)
row('parameter twice', site => site.change('operation', any, operation =>
	operation.parameters = [...operation.parameters ?? [], ...[1, 2].map(() => ({ name: 'twice', in: 'query', schema: { type: 'string' } }))]))
row('tag twice', ({ doc }) => void (doc.tags = [{ name: 'a' }, { name: 'a' }]))
row('path without /', ({ doc, places }) => places.path.length ? void (doc.paths.orphan = places.path[0][1], delete doc.paths[places.path[0][0]]) : false)
row('path with a query', ({ doc }) => void (doc.paths['/asked?x=1'] = { get: { responses: { 200: { description: 'x' } } } }))
row('path with an open brace', ({ doc }) => void (doc.paths['/open/{id'] = { get: { responses: { 200: { description: 'x' } } } }))
row('path without a name', ({ doc }) => void (doc.paths['/open/{}'] = { get: { responses: { 200: { description: 'x' } } } }))
row('path twice but for its name', ({ doc }) => {
	for (const name of ['a', 'b']) {
		doc.paths[`/twice/{${name}}`] = { get: { parameters: [{ name, in: 'path', required: true, schema: {} }], responses: { 200: { description: 'x' } } } }
	}
})
row('path parameter not declared', ({ doc }) => void (doc.paths['/lost/{id}'] = { get: { responses: { 200: { description: 'x' } } } }))
row('path parameter not in the path', site => site.change('operation', operation => site.places.operationOf.has(operation), operation =>
	operation.parameters = [...operation.parameters ?? [], { name: 'elsewhere', in: 'path', required: true, schema: { type: 'string' } }]))
row('path parameter not required', site => site.change('parameter', parameter => parameter.in === 'path', parameter => parameter.required = false))
row('security not defined', ({ doc }) => void (doc.security = [{ nobody: [] }]))
row('variable not defined', site => site.change('server', any, server => server.url += '/{gone}'))
row('variable enum empty', site => site.change('variable', any, variable => variable.enum = []))
row('variable default not in enum', site => site.change('variable', any, variable => variable.enum = ['other']))

// What excludes one another, and what a version does not have.
row('example and examples', site => site.change('media', any, media => Object.assign(media, { example: 1, examples: { a: { value: 1 } } })))
row('value and externalValue', site => site.change('example', any, example => Object.assign(example, { value: 1, externalValue: 'https://shop.test/x' })))
row('schema and content', site => site.change('parameter', has('schema'), parameter => parameter.content = { 'text/plain': {} }))
row('two contents', site => site.change('parameter', has('schema'), parameter => {
	delete parameter.schema
	parameter.content = { 'text/plain': {}, 'text/html': {} }
}))
row('operationId and operationRef', site => site.change('link', has('operationId'), link => link.operationRef = '#/paths/~1orders/get'))
row('identifier and url', ({ doc }) => void (doc.info.license = { name: 'MIT', identifier: 'MIT', url: 'https://shop.test' }), late)
row('webhooks in 3.0', ({ doc }) => void (doc.webhooks = {}), old)
row('summary of info in 3.0', ({ doc }) => void (doc.info.summary = 'x'), old)
row('jsonSchemaDialect in 3.0', ({ doc }) => void (doc.jsonSchemaDialect = 'https://shop.test'), old)
row('const in 3.0', site => site.change('schema', any, schema => schema.const = 1), old)
row('nullable in 3.1', site => site.change('schema', any, schema => schema.nullable = true), late)
row('mutualTLS in 3.0', site => site.change('scheme', any, scheme => scheme.type = 'mutualTLS'), old)
row('query in 3.1', ({ doc }) => void (doc.paths['/asked'] = { query: { responses: { 200: { description: 'x' } } } }), '3.0 3.1')
row('nullable without type', site => site.change('schema', schema => !schema.type, schema => schema.nullable = true), old)
row('array without items', site => site.change('schema', any, schema => (schema.type = 'array', delete schema.items)), old)
row('required twice', site => site.change('schema', any, schema => schema.required = ['a', 'a']))
row('default of another type', site => site.change('schema', schema => schema.type === 'string', schema => schema.default = 5))
row('two querystrings', site => site.change('operation', any, operation => {
	operation.parameters = ['a', 'b'].map(name => ({ name, in: 'querystring', content: { 'text/plain': {} } }))
}), '3.2')
row('a tag below itself', ({ doc }) => void (doc.tags = [{ name: 'a', parent: 'a' }]), '3.2')

row('description of a response in 3.2', site => site.change('response', has('description'), response => delete response.description), '3.2')
row('path with a fragment', ({ doc }) => void (doc.paths['/asked#x'] = { get: { responses: { 200: { description: 'x' } } } }), '3.2')
row('path with a name twice', ({ doc }) => void (doc.paths['/twice/{id}/{id}'] = { get: {
	parameters: [{ name: 'id', in: 'path', required: true, schema: {} }], responses: { 200: { description: 'x' } } } }), '3.2')
row('boolean schema', site => site.change('schema', any, schema => schema.$defs = { all: true }), late)
row('webhook of another type', ({ doc }) => void (doc.webhooks = []), late)
row('method of additionalOperations', ({ doc }) => void (Object.values(doc.paths)[0].additionalOperations = { COPY: 'x' }), '3.2')
row('additionalOperations in 3.1', ({ doc }) => void (Object.values(doc.paths)[0].additionalOperations = {}), '3.1')
row('mediaTypes in 3.1', ({ doc }) => void ((doc.components ??= {}).mediaTypes = {}), '3.1')
row('pathItems in 3.0', ({ doc }) => void ((doc.components ??= {}).pathItems = {}), '3.0')
row('itemSchema in 3.1', site => site.change('media', any, media => media.itemSchema = {}), '3.0 3.1')
row('itemSchema of another type', site => site.change('media', any, media => media.itemSchema = 'x'), '3.2')
row('kind of a tag in 3.1', site => site.change('tag', any, tag => tag.kind = 'nav'), '3.0 3.1')
row('dataValue and value', site => site.change('example', any, example => Object.assign(example, { value: 1, dataValue: 1 })), '3.2')
row('deviceAuthorization in 3.1', site => site.change('scheme', has('flows'), scheme => scheme.flows.deviceAuthorization = { deviceAuthorizationUrl: 'https://shop.test', tokenUrl: 'https://shop.test', scopes: {} }), '3.0 3.1')
row('prefixItems of another type', site => site.change('schema', any, schema => schema.prefixItems = [5]), late)
row('dependentRequired of another type', site => site.change('schema', any, schema => schema.dependentRequired = { a: 'b' }), late)
row('if of another type', site => site.change('schema', any, schema => schema.if = 'x'), late)
row('$id of another type', site => site.change('schema', any, schema => schema.$id = 5), late)

// RFC 7396.
export function merge(target, patch) {
	if (!isObject(patch)) return patch
	const result = isObject(target) ? { ...target } : {}
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete result[key]
		else result[key] = merge(result[key], value)
	}
	return result
}

export const mutations = rows.filter(({ versions }) => versions[0])

// The document with one fault; undefined where it has no place for it.
export function mutate(document, { act }, seed) {
	const doc = structuredClone(document)
	return act(new Site(doc, seed)) === false ? undefined : doc
}
