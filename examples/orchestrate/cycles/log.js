export const log = (...words) => void console.log(...words)
