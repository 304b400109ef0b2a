/** `text`: inner text exactly as written, in Unicode NFC, without white space around it; empty is null. */
import { asIs, bad, good, NOTHING, type Rule, shown, textOf } from './rule.ts'

const NOT_PLAIN = /[^\x20-\x7e]/
/** With the `u` flag this matches halves of a pair only where they stand alone. */
const LONE_SURROGATE = /[\uD800-\uDFFF]/u

export const text: Rule = {
  parser: () => (native) => {
    if (native === null) return NOTHING
    const written = typeof native === 'string' ? native : textOf(native)
    if (written === undefined) {
      return bad(native instanceof Uint8Array ? 'encoding' : 'type', `${shown(native)} is no text${native instanceof Uint8Array ? ' in UTF-8' : ''}.`)
    }
    // Most texts need no change; this keeps them from being copied.
    if (written.charCodeAt(0) > 32 && written.charCodeAt(written.length - 1) > 32 && !NOT_PLAIN.test(written)) return good(written)
    const value = written.trim().normalize('NFC')
    if (value === '') return NOTHING
    if (value.includes('\0')) return bad('encoding', `${shown(value)} contains a NUL character, which is no text.`)
    if (LONE_SURROGATE.test(value)) return bad('encoding', `${shown(value)} contains half a character: it was cut or decoded wrongly.`)
    return good(value)
  },
  formatter: () => asIs,
}
