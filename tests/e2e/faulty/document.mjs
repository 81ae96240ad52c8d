// The document of the server: its operations, and validators for what goes in and comes out.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'

export const specification = join(dirname(fileURLToPath(import.meta.url)), 'api.yaml')
const methods = ['get', 'put', 'post', 'delete', 'patch']
const source = readFileSync(specification, 'utf8')
const escapePointer = word => word.replaceAll('~', '~0').replaceAll('/', '~1')

const follow = (document, node) =>
	node?.$ref ? follow(document, node.$ref.slice(2).split('/').reduce((at, word) => at[word.replaceAll('~1', '/').replaceAll('~0', '~')], document)) : node

// Calls `visit` with every object in the document.
function walk(node, visit) {
	if (!node || typeof node !== 'object') return
	visit(node)
	for (const child of Object.values(node)) walk(child, visit)
}

// One side's view: members of the other side are not required; an answer does not have those that are only written.
function sided(document, other) {
	const copy = structuredClone(document)
	walk(copy, node => {
		if (!node.properties || typeof node.properties !== 'object') return
		const foreign = name => node.properties[name]?.[other] === true
		if (Array.isArray(node.required)) node.required = node.required.filter(name => !foreign(name))
		if (other === 'writeOnly')
			for (const name of Object.keys(node.properties)) if (foreign(name)) node.properties[name] = false
	})
	return copy
}

function compiler(document) {
	const ajv = addFormats(new Ajv({ strict: false, allErrors: true, logger: false }))
	ajv.addSchema({ ...document, $id: 'bazaar' }, 'bazaar')
	const made = new Map()
	return pointer => {
		if (!made.has(pointer)) made.set(pointer, ajv.compile({ $ref: `bazaar#${pointer}` }))
		return made.get(pointer)
	}
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u

// Text as the value that a schema makes of it.
export function scalar(text, schema) {
	if ((schema.type === 'integer' || schema.type === 'number') && number.test(text)) return Number(text)
	if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
	return text
}

export class Document {
	// `mutate` changes the document that the server believes in, not the one that clients read.
	constructor(mutate = () => {}) {
		this.content = parse(source)
		mutate(this.content)
		this.request = compiler(sided(this.content, 'readOnly'))
		this.response = compiler(sided(this.content, 'writeOnly'))
		this.operations = Object.entries(this.content.paths).flatMap(([path, item]) =>
			methods.filter(method => item[method]).map(method => this.operation(path, item, method)))
	}

	operation(path, item, method) {
		const node = item[method], at = `/paths/${escapePointer(path)}/${method}`
		const parameter = (raw, where) => {
			const found = follow(this.content, raw)
			const pointer = raw.$ref ? raw.$ref.slice(1) : where
			return { ...found, schema: follow(this.content, found.schema), fits: this.request(`${pointer}/schema`) }
		}
		const parameters = [...(item.parameters ?? []).map((raw, i) => parameter(raw, `/paths/${escapePointer(path)}/parameters/${i}`)),
			...(node.parameters ?? []).map((raw, i) => parameter(raw, `${at}/parameters/${i}`))]
		const bodies = Object.fromEntries(Object.entries(node.requestBody?.content ?? {}).map(([type, { schema }]) =>
			[type, { schema: follow(this.content, schema), fits: this.request(`${at}/requestBody/content/${escapePointer(type)}/schema`) }]))
		return {
			id: node.operationId, path, method: method.toUpperCase(), parameters, bodies, security: node.security ?? this.content.security,
			produces: Object.keys(Object.entries(node.responses).find(([status]) => status[0] === '2')[1].content ?? {}),
			pattern: new RegExp(`^${path.replaceAll(/\{([^}]+)\}/gu, '(?<$1>[^/]+)')}$`, 'u'),
			statuses: Object.keys(node.responses),
		}
	}

	// What is wrong with an answer, as the document says; '' for nothing.
	judge(operation, { status, type, headers, body }) {
		const at = `/paths/${escapePointer(operation.path)}/${operation.method.toLowerCase()}/responses/${status}`
		const raw = this.content.paths[operation.path][operation.method.toLowerCase()].responses[status], found = follow(this.content, raw)
		if (!found) return `status ${status} is not declared`
		const pointer = raw.$ref ? raw.$ref.slice(1) : at
		for (const [name, header] of Object.entries(found.headers ?? {})) {
			const text = headers.get(name)
			if (text === null) { if (header.required) return `no header ${name}`; continue }
			const fits = this.response(`${pointer}/headers/${name}/schema`)
			if (!fits(scalar(text, header.schema))) return `header ${name}: ${JSON.stringify(fits.errors)}`
		}
		if (!found.content) return body === undefined || body === '' ? '' : 'a body where none is declared'
		const media = type?.split(';')[0]
		if (!found.content[media]) return `media type ${type} is not declared`
		const fits = this.response(`${pointer}/content/${escapePointer(media)}/schema`)
		return fits(body) ? '' : JSON.stringify(fits.errors)
	}
}

/* --- parameters ------------------------------------------------------------------------------ */

const delimiters = { form: ',', pipeDelimited: '|', spaceDelimited: ' ' }
const plain = text => decodeURIComponent(text.replaceAll('+', ' '))

function pairs(query) {
	return query.split('&').filter(Boolean).map(part => {
		const at = part.indexOf('=')
		return at < 0 ? [plain(part), ''] : [plain(part.slice(0, at)), plain(part.slice(at + 1))]
	})
}

function readArray(parameter, given) {
	const items = parameter.explode ?? true ? given : given.length === 1 ? given[0].split(delimiters[parameter.style ?? 'form']) : [given]
	return items.map(text => scalar(text, parameter.schema.items))
}

function readDeep(parameter, query) {
	const found = query.filter(([name]) => name.startsWith(`${parameter.name}[`) && name.endsWith(']'))
		.map(([name, text]) => [name.slice(parameter.name.length + 1, -1), text])
	return found.length ? Object.fromEntries(found.map(([name, text]) => [name, scalar(text, parameter.schema.properties[name] ?? {})])) : undefined
}

function readQuery(parameter, query) {
	if (parameter.style === 'deepObject') return readDeep(parameter, query)
	const given = query.filter(([name]) => name === parameter.name).map(([, text]) => text)
	if (!given.length) return undefined
	if (parameter.schema.type === 'array') return readArray(parameter, given)
	return given.length === 1 ? scalar(given[0], parameter.schema) : given
}

const readCookie = (parameter, header) => (header ?? '').split(';').map(part => part.trim().split('='))
	.filter(([name]) => name === parameter.name).map(([, ...rest]) => rest.join('='))[0]

function readParameter(parameter, { path, query, headers, header }) {
	if (parameter.in === 'path') return scalar(decodeURIComponent(path[parameter.name]), parameter.schema)
	if (parameter.in === 'query') return readQuery(parameter, query)
	const text = parameter.in === 'cookie' ? readCookie(parameter, headers.cookie) : header(parameter.name)
	return text === undefined ? undefined : scalar(text, parameter.schema)
}

// { values } or { fault, where } of the parameters of a request.
export function readParameters(operation, message, search) {
	const values = {}
	let query
	try {
		query = pairs(search)
	} catch {
		return { where: 'query', fault: 'an escape that is none' }
	}
	for (const parameter of operation.parameters) {
		const where = parameter.in
		try {
			const value = readParameter(parameter, { ...message, query })
			if (value === undefined && parameter.required) return { where, fault: `${parameter.name} is missing` }
			if (value !== undefined && !parameter.fits(value)) return { where, fault: `${parameter.name}: ${parameter.fits.errors[0].message}` }
			values[parameter.name] = value ?? parameter.schema.default
		} catch {
			return { where, fault: `${parameter.name} cannot be read` }
		}
	}
	return { values }
}

// A form as the object that a schema makes of it.
export function readForm(text, schema) {
	const found = {}
	for (const [name, value] of pairs(text)) {
		const typed = scalar(value, schema.properties[name] ?? {})
		found[name] = Object.hasOwn(found, name) ? [found[name], typed].flat() : typed
	}
	return found
}
