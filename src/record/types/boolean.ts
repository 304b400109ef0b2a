/** `boolean`: only words that mean yes or no and nothing else. */
import { asIs, bad, good, NOTHING, type Rule, shown, textOf } from './rule.ts'

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'y', 't', 'on', 'j', 'ja', 'tak'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'n', 'f', 'off', 'nein', 'nie'].map((word) => [word, false] as const),
])

export const boolean: Rule = {
  parser: () => (native) => {
    if (native === true || native === false) return good(native)
    if (native === null) return NOTHING
    const text = native instanceof Uint8Array && native.length === 1 && native[0]! < 2 ? String(native[0]) : textOf(native)
    if (text === undefined || text.length > 20) return bad('type', `${shown(native)} is neither yes nor no.`)
    const word = text.trim().toLowerCase()
    if (word === '') return NOTHING
    const value = WORDS.get(word)
    return value === undefined ? bad('type', `${shown(native)} is neither yes nor no.`) : good(value)
  },
  formatter: () => asIs,
}
