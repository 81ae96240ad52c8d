import { priceOf } from './price.js'
import { log } from './log.js'

export const items = []
export const total = () => items.reduce((sum, item) => sum + priceOf(item), log('total') ?? 0)
