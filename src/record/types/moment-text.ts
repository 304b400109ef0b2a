/** Dates and times in text: ISO 8601 forms, and the patterns of a mapping's `format`, compiled once. */
import { PlimsollError } from '../../base/errors.ts'
import type { Native } from '../../base/numeral.ts'
import { clockText, dayText, isDay, type Moment, momentOf } from './calendar.ts'
import { canonicalDigits, shift } from './digits.ts'
import { textOf } from './rule.ts'

/** `clock`: the text says a time of day. A text result says why there is none; null: a zero date, which means nothing. */
export interface Written extends Moment { readonly clock: boolean }
export type MomentRead = Written | null | string

export interface MomentForm {
  read(native: Native): MomentRead
  write(moment: Moment): string
  /** Does a written text carry its zone? */
  readonly zoned: boolean
}

const LONGEST = 100
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,40}))?)?(?: ?(Z|z|UTC|[-+]\d{2}(?::?\d{2}(?::\d{2})?)?))?)?$/

function readText(native: Native): string | undefined {
  const text = typeof native === 'boolean' || native === null ? undefined : textOf(native)
  return text === undefined || text.length > LONGEST ? undefined : text.trim()
}

function readIso(text: string): MomentRead {
  const m = ISO.exec(text)
  if (!m) return 'is not written as year-month-day'
  return checked({
    year: Number(m[1]), month: Number(m[2]), day: Number(m[3]), hour: Number(m[4] ?? 0), minute: Number(m[5] ?? 0),
    second: Number(m[6] ?? 0), fraction: m[7] ?? '', offset: offsetSeconds(m[8]), clock: m[4] !== undefined,
  })
}

export function checked(m: Written): MomentRead {
  if (m.year === 0 && m.month === 0 && m.day === 0) return null
  if (!isDay(m.year, m.month, m.day)) return 'is no day of the calendar'
  if (m.hour > 23 || m.minute > 59 || m.second > 59) return 'is no time of day'
  if (m.offset !== undefined && (Number.isNaN(m.offset) || Math.abs(m.offset) > 86_399)) return 'has an offset that no zone has'
  let fraction = m.fraction
  while (fraction.endsWith('0')) fraction = fraction.slice(0, -1)
  if (fraction.length > 9) return 'is finer than a nanosecond'
  return fraction === m.fraction ? m : { ...m, fraction }
}

/** `Z`, `+01`, `+0100`, `+01:00` → seconds; undefined stays undefined. */
export function offsetSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (text[0] !== '+' && text[0] !== '-') return 0
  const digits = text.slice(1).replaceAll(':', '').padEnd(6, '0')
  const [h, m, s] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))]
  return m > 59 || s > 59 ? Number.NaN : (text[0] === '-' ? -1 : 1) * (h * 3600 + m * 60 + s)
}

function offsetText(seconds: number, colon: boolean, short: boolean): string {
  if (seconds === 0) return 'Z'
  const size = Math.abs(seconds)
  const h = String(Math.floor(size / 3600)).padStart(2, '0')
  const m = String(Math.floor((size % 3600) / 60)).padStart(2, '0')
  return `${seconds < 0 ? '-' : '+'}${h}${short && m === '00' ? '' : (colon ? ':' : '') + m}`
}

const iso: MomentForm = {
  zoned: true,
  read(native) {
    const text = readText(native)
    return text === undefined ? 'is not written as year-month-day' : readIso(text)
  },
  write: (m) => `${dayText(m)}T${clockText(m)}${m.offset === undefined ? '' : offsetText(m.offset, true, false)}`,
}

/** Seconds, or thousandths, since 1970-01-01T00:00Z. */
const epoch = (places: number): MomentForm => ({
  zoned: true,
  read(native) {
    const digits = canonicalDigits(readText(native) ?? '')
    if (digits === undefined || digits.length > 40) return 'is no count of seconds'
    const [whole, fraction = ''] = shift(digits, places).split('.')
    const seconds = Number(whole)
    if (whole!.length > 13) return 'is too far away'
    // Before 1970 the fraction counts backwards.
    if (!digits.startsWith('-') || fraction === '') return checked({ ...momentOf(seconds, fraction, 0), clock: true })
    const rest = String(10n ** BigInt(fraction.length) - BigInt(fraction)).padStart(fraction.length, '0')
    return checked({ ...momentOf(seconds - 1, rest, 0), clock: true })
  },
  write: () => '',
})

export const UNIX: ReadonlyMap<string, { readonly places: number; readonly form: MomentForm }> = new Map([
  ['unix', { places: 0, form: epoch(0) }],
  ['unix_ms', { places: 3, form: epoch(3) }],
])

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const LONG_MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const OFFSET = '(Z|[-+]\\d{2}(?::?\\d{2})?)'
const half = (hour: number): string => (hour < 12 ? 'AM' : 'PM')
const monthName = (text: string): number => MONTHS.findIndex((name) => text.toLowerCase().startsWith(name.toLowerCase())) + 1

interface Token {
  readonly pattern: string
  readonly part: 'year' | 'month' | 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'fraction' | 'half' | 'offset'
  readonly number: (text: string) => number
  readonly write: (m: Moment) => string
}

const digitsToken = (letters: string, part: Token['part'], value: (m: Moment) => number): [string, Token] => [
  letters,
  { pattern: letters.length === 1 ? '(\\d{1,2})' : `(\\d{${letters.length}})`, part, number: Number, write: (m) => String(value(m)).padStart(letters.length, '0') },
]
const hour12 = (m: Moment): number => m.hour % 12 || 12

const TOKENS: ReadonlyMap<string, Token> = new Map([
  digitsToken('yyyy', 'year', (m) => m.year),
  // Two digits: 1969 to 2068, as POSIX has it.
  ['yy', { pattern: '(\\d{2})', part: 'year', number: (t) => Number(t) + (Number(t) < 69 ? 2000 : 1900), write: (m) => String(m.year % 100).padStart(2, '0') }],
  ['MMMM', { pattern: `(${LONG_MONTHS.join('|')})`, part: 'month', number: monthName, write: (m) => LONG_MONTHS[m.month - 1]! }],
  ['MMM', { pattern: `(${MONTHS.join('|')})`, part: 'month', number: monthName, write: (m) => MONTHS[m.month - 1]! }],
  digitsToken('MM', 'month', (m) => m.month), digitsToken('M', 'month', (m) => m.month),
  digitsToken('dd', 'day', (m) => m.day), digitsToken('d', 'day', (m) => m.day),
  digitsToken('HH', 'hour', (m) => m.hour), digitsToken('H', 'hour', (m) => m.hour),
  digitsToken('hh', 'hour12', hour12), digitsToken('h', 'hour12', hour12),
  digitsToken('mm', 'minute', (m) => m.minute), digitsToken('m', 'minute', (m) => m.minute),
  digitsToken('ss', 'second', (m) => m.second), digitsToken('s', 'second', (m) => m.second),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n): [string, Token] => [
    'S'.repeat(n), { pattern: `(\\d{${n}})`, part: 'fraction', number: Number, write: (m) => m.fraction.padEnd(n, '0').slice(0, n) },
  ]),
  ['a', { pattern: '([AaPp]\\.?[Mm]\\.?)', part: 'half', number: (t) => (/^p/i.test(t) ? 12 : 0), write: (m) => half(m.hour) }],
  ['XXX', { pattern: OFFSET, part: 'offset', number: Number, write: (m) => offsetText(m.offset ?? 0, true, false) }],
  ['XX', { pattern: OFFSET, part: 'offset', number: Number, write: (m) => offsetText(m.offset ?? 0, false, false) }],
  ['X', { pattern: OFFSET, part: 'offset', number: Number, write: (m) => offsetText(m.offset ?? 0, true, true) }],
])

const forms = new Map<string, MomentForm>()

/** The form of a `format`; ISO without one. Throws `type.format` for a pattern that can't be read. */
export function momentForm(format: string | undefined): MomentForm {
  if (format === undefined) return iso
  const known = UNIX.get(format)?.form ?? forms.get(format)
  if (known) return known
  const form = patternForm(format)
  if (forms.size > 1000) forms.clear()
  forms.set(format, form)
  return form
}

function patternForm(format: string): MomentForm {
  const parts: (Token | string)[] = []
  // A letter repeated, a quoted literal, or one other sign.
  for (const [piece, letters, , quoted] of format.matchAll(/(([A-Za-z])\2*)|'((?:[^']|'')*)'|[^]/gu)) {
    if (letters !== undefined) {
      const token = TOKENS.get(letters)
      if (!token) throw new PlimsollError('type.format', `\`${letters}\` in the format \`${format}\` is no part of a date or time.`)
      parts.push(token)
    } else parts.push(quoted === undefined ? piece : quoted === '' ? '\'' : quoted.replaceAll('\'\'', '\''))
  }
  const tokens = parts.filter((part) => typeof part !== 'string')
  const twice = tokens.find((token, i) => tokens.findIndex((other) => other.part === token.part) < i)
  if (twice) throw new PlimsollError('type.format', `The format \`${format}\` has the ${twice.part} twice.`)
  const pattern = new RegExp(`^${parts.map((part) => (typeof part === 'string' ? part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : part.pattern)).join('')}$`, 'i')
  const has = (name: Token['part']): boolean => tokens.some((token) => token.part === name)
  const clock = has('hour') || has('hour12')
  if (has('hour12') !== has('half')) throw new PlimsollError('type.format', `The format \`${format}\` needs both h and a, or H.`)
  // ISO texts can't be taken for another order unless the pattern itself begins with the year.
  const isoToo = !format.startsWith('y') || format.startsWith('yyyy-MM-dd')
  return {
    zoned: has('offset'),
    read(native) {
      const text = readText(native)
      const match = text === undefined ? null : pattern.exec(text)
      if (!match) {
        const fallback = isoToo && text !== undefined ? readIso(text) : ''
        return typeof fallback === 'string' ? `is not written as ${format}` : fallback
      }
      const values: Partial<Record<Token['part'], number>> = {}
      let fraction = ''
      let offset: number | undefined
      tokens.forEach((token, i) => {
        const written = match[i + 1]!
        if (token.part === 'fraction') fraction = written
        else if (token.part === 'offset') offset = offsetSeconds(written.toUpperCase())
        else values[token.part] = token.number(written)
      })
      const twelve = values.hour12
      if (twelve !== undefined && (twelve < 1 || twelve > 12)) return 'is no time of day'
      const hour = twelve === undefined ? (values.hour ?? 0) : (twelve % 12) + (values.half ?? 0)
      // A pattern for a time of day alone has no date to check.
      const dated = has('year') || has('month') || has('day')
      return checked({
        year: values.year ?? 1970, month: values.month ?? (dated ? 0 : 1), day: values.day ?? (dated ? 0 : 1),
        hour, minute: values.minute ?? 0, second: values.second ?? 0, fraction, offset, clock,
      })
    },
    write: (m) => parts.map((part) => (typeof part === 'string' ? part : part.write(m))).join(''),
  }
}
