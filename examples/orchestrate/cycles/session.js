import { find } from './user.js'

export const open = id => ({ id, user: find(id) })
