import { audit } from './audit.js'

export function find(id) {
	audit({ session: id, action: 'find' })
	return { id }
}
