/** What each file of this folder gives for its type, and the few words they share. */
import { type Native, Numeral } from '../../base/numeral.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { FieldType } from '../../plan/model.ts'
import type { Reading } from '../contracts.ts'
import type { Broken, Parsed, Value } from '../value.ts'
import './errors.ts'

export type Parse = (native: Native) => Parsed
export type Format = (value: Value) => Native

/** How one type is read and written; both compile once per type and reading. `T` is the member of `FieldType` it is for. */
export interface Rule<T extends FieldType = FieldType> {
  parser(type: T, reading: Reading): Parse
  formatter(type: T, reading: Reading): Format
}

export const good = (value: Value): Parsed => ({ ok: true, value })
export const bad = (rule: string, says: string): Parsed => ({ ok: false, broken: { rule, says } })
export const badly = (broken: Broken): Parsed => ({ ok: false, broken })
export const NOTHING: Parsed = Object.freeze({ ok: true, value: null })

/** A value's form has no counterpart in this system. */
export const unwritable = (says: string): PlimsollError => new PlimsollError('type.unwritable', says)

const SHOWN = 60

/** A native value as it stands in a sentence: shortened, on one line. */
export function shown(native: Native): string {
  if (native === null) return 'nothing'
  if (native instanceof Uint8Array) return `${native.length} bytes`
  if (Array.isArray(native)) return `a list of ${native.length}`
  if (typeof native === 'object' && !(native instanceof Numeral)) return 'an object'
  const text = typeof native === 'string' ? native.slice(0, SHOWN * 2).replaceAll(/\s+/gu, ' ') : String(native)
  const points = Array.from(text)
  return `\`${points.length > SHOWN ? `${points.slice(0, SHOWN).join('')}…` : text}\``
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of what can stand for a text: text, numbers, true and false, bytes that are UTF-8. `undefined`: it is none. */
export function textOf(native: Native): string | undefined {
  if (typeof native === 'string') return native
  if (typeof native === 'number') return Number.isFinite(native) ? String(native) : undefined
  if (native instanceof Numeral) return native.text
  if (typeof native === 'boolean') return String(native)
  if (native instanceof Uint8Array) {
    try {
      return UTF8.decode(native)
    } catch {
      return undefined
    }
  }
  return undefined
}

/** With the `u` flag halves of a pair match only where they stand alone. */
// oxlint-disable-next-line no-control-regex
const NO_TEXT = /[\u0000\uD800-\uDFFF]/u

/** For short types: what is longer than this is none of them, whatever it says. Keeps hostile input from costing time. */
const LONGEST = 4096

/**
 * A parser for types that are one short text: trims, turns empty text into null, refuses what is no text or far too long.
 * `name` completes "… is no ‹name›".
 */
export function shortText(name: string, read: (text: string, native: Native) => Parsed): Parse {
  return (native) => {
    if (native === null) return NOTHING
    const text = typeof native === 'string' ? native : textOf(native)
    if (text === undefined || typeof native === 'boolean') return bad('type', `${shown(native)} is no ${name}.`)
    if (text.length > LONGEST) return bad('type', `${shown(native)} is far too long for ${article(name)}.`)
    if (NO_TEXT.test(text)) return bad('encoding', `${shown(native)} contains ${text.includes('\0') ? 'a NUL character, which is no text' : 'half a character: it was cut or decoded wrongly'}.`)
    const trimmed = text.trim()
    return trimmed === '' ? NOTHING : read(trimmed, native)
  }
}

const MOST_REMEMBERED = 5000

/** For types that take long to read: the texts read last are remembered. A record's values are read several times on its way. */
export function remembering(parse: Parse): Parse {
  const known = new Map<string, Parsed>()
  return (native) => {
    if (typeof native !== 'string' || native.length > 100) return parse(native)
    let parsed = known.get(native)
    if (!parsed) {
      parsed = parse(native)
      if (known.size >= MOST_REMEMBERED) known.clear()
      known.set(native, parsed)
    }
    return parsed
  }
}

const article = (name: string): string => `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`

/** Formats for types whose hub form is what is written. */
export const asIs: Format = (value) => value as Native
