/** `url`, `file` and `json`. */
import { createHash } from 'node:crypto'
import { canonicalNative, parseJson } from '../../base/json.ts'
import { type Native, type NativeRecord, Numeral } from '../../base/numeral.ts'
import type { Value } from '../value.ts'
import { asIs, bad, good, NOTHING, type Parse, type Rule, shown, shortText } from './rule.ts'

const HAS_SCHEME = /^[a-z][a-z\d+.-]*:/i
const DOMAIN_FIRST = /^www\.[^\s/]+\.[^\s/]+/i

/** An absolute http or https address as the URL standard writes it. `www.…` is taken as https. No user or password. */
export const url: Rule = { parser: () => shortText('web address', readUrl), formatter: () => asIs }

function readUrl(text: string, native: Native): ReturnType<Parse> {
  const refuse = (why: string): ReturnType<Parse> => bad('type', `${shown(native)} is no web address: ${why}.`)
  if (/\s/u.test(text)) return refuse('it contains white space')
  const written = !HAS_SCHEME.test(text) && DOMAIN_FIRST.test(text) ? `https://${text}` : text
  if (!/^https?:\/\//i.test(written)) return refuse('it does not begin with http:// or https://')
  if (!URL.canParse(written)) return refuse('it has no valid host')
  const parsed = new URL(written)
  if (parsed.username !== '' || parsed.password !== '') return bad('type', 'A web address with a user name or password in it is not kept.')
  return good(parsed.href)
}

const HASH = /^sha256:([\da-f]{64})$/i

/** A medium by its address, or by the SHA-256 of its content: `sha256:` and 64 hexadecimal digits. Bytes become their hash. */
export const file: Rule = {
  parser: () => {
    const read = shortText('file', (text, native) => {
      const hash = HASH.exec(text)
      return hash ? good(`sha256:${hash[1]!.toLowerCase()}`) : readUrl(text, native)
    })
    return (native) => {
      if (!(native instanceof Uint8Array)) return read(native)
      return native.length === 0 ? NOTHING : good(`sha256:${createHash('sha256').update(native).digest('hex')}`)
    }
  },
  formatter: () => asIs,
}

const DEEPEST = 100

/** Any JSON, kept as one text for equal contents: keys sorted, numbers exact. Text is read as JSON. */
export const json: Rule = {
  parser: () => (native) => {
    if (native === null) return NOTHING
    if (typeof native === 'string') {
      if (native.trim() === '') return NOTHING
      try {
        return canonicalJson(parseJson(native))
      } catch {
        return bad('syntax', `${shown(native)} is no valid JSON.`)
      }
    }
    return fits(native, 0) ? canonicalJson(native) : bad('type', `${shown(native)} can't be written as JSON: too deep, or not a finite number.`)
  },
  formatter: () => (value: Value) => {
    if (value === null) return null
    const native = parseJson(value as string)
    // A text would be read as JSON again.
    return typeof native === 'string' ? (value as string) : native
  },
}

const canonicalJson = (native: Native): ReturnType<Parse> => (native === null ? NOTHING : good(canonicalNative(withoutBytes(native))))

function fits(native: Native, depth: number): boolean {
  if (typeof native === 'number') return Number.isFinite(native)
  if (native === null || typeof native !== 'object' || native instanceof Numeral || native instanceof Uint8Array) return true
  if (depth >= DEEPEST) return false
  return Array.isArray(native) ? native.every((item) => fits(item, depth + 1)) : Object.keys(native).every((key) => fits(native[key]!, depth + 1))
}

/** JSON has no bytes; they travel as base64. A fraction that came as a JavaScript number gets the form that reading it gives. */
function withoutBytes(native: Native): Native {
  if (typeof native === 'number') return Number.isSafeInteger(native) ? native : new Numeral(String(native))
  if (native instanceof Uint8Array) return Buffer.from(native).toString('base64')
  if (Array.isArray(native)) return native.map(withoutBytes)
  if (native === null || typeof native !== 'object' || native instanceof Numeral) return native
  const copy = Object.create(null) as Record<string, Native>
  for (const key of Object.keys(native)) copy[key] = withoutBytes((native as NativeRecord)[key]!)
  return copy
}
