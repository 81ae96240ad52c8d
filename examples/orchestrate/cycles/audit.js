import { open } from './session.js'
import { log } from './log.js'

export const audit = entry => log(open(entry.session), entry.action)
