/** What the dialects share about values: patterns, exact arithmetic on texts, and how a wrong value is described. */
import type { Native } from '../../contract.ts'
import { Numeral } from '../../contract.ts'
import { parseJson, writeJson } from '../../../base/json.ts'
import type { Column } from './dialect.ts'
import { Refusal } from './errors.ts'

export const columnPattern = {
  /** A number as JSON writes it: leading zeros are a text, not a number. */
  number: /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/,
  /** A number as databases read it. */
  looseNumber: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/,
  whole: /^[+-]?\d+$/,
  uuid: /^\{?[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}\}?$/i,
}

export function significantDigits(text: string): number {
  return text.replace(/[eE].*$/, '').replaceAll(/[^\d]/g, '').replace(/^0+/, '').replace(/0+$/, '').length
}

function shown(value: Native): string {
  const text = value instanceof Uint8Array ? `${value.length} bytes` : typeof value === 'string' ? `"${value}"` : writeJson(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** A JSON value; a JSON string stays JSON text (with its quotes), since a text stands for JSON wherever JSON is expected. So does what can't be read: it costs its own record only. */
export function readJson(text: string): Native {
  try {
    const value = parseJson(text)
    return typeof value === 'string' ? text.trim() : value
  } catch {
    return text
  }
}

/** What a JSON column is given: a text that is JSON as it is, any other as a JSON string. */
export function jsonText(value: Exclude<Native, Uint8Array>): string {
  if (typeof value === 'string') {
    try {
      parseJson(value)
      return value
    } catch {
      return writeJson(value)
    }
  }
  return writeJson(value)
}

export const wrongType = (value: Native, column: Column): Refusal =>
  new Refusal('type', `${shown(value)} is no value of column ${column.name}, which holds ${column.declared.toLowerCase() || column.kind}.`, column.name)

/** The text of a scalar as a person would write it; lists and groups as JSON. */
export function plainText(value: Exclude<Native, Uint8Array | null>): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && !(value instanceof Numeral)) return writeJson(value)
  return String(value)
}

/** The shortest text that means the same single-precision number. */
export function shortestSingle(value: number): string {
  for (let digits = 6; digits <= 9; digits += 1) {
    const text = String(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === value) return text
  }
  return String(value)
}

const CLOCK = /^(\d{4})-(\d\d)-(\d\d)(?:([ T])(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/**
 * A time of change, `ms` earlier, in the form in which it was written; the fraction is dropped (earlier still). A number is
 * taken as seconds, milliseconds or microseconds since 1970 by its size. Anything else can't be stepped back from: a counter.
 */
export function earlier(text: string, ms: number): string {
  const match = CLOCK.exec(text)
  if (match) {
    const [, year, month, day, separator, hour, minute, second, , zone] = match
    const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)) - ms)
    if (Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1 || Number(month) < 1) return text
    const iso = at.toISOString()
    if (separator === undefined) return iso.slice(0, 10)
    return `${iso.slice(0, 10)}${separator}${iso.slice(11, second === undefined ? 16 : 19)}${zone ?? ''}`
  }
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return String(Number(text.split('.')[0]) - Math.ceil(ms / 1000))
  if (/^\d{12,13}$/.test(text)) return String(Number(text) - ms)
  if (/^\d{15,16}$/.test(text)) return String(BigInt(text) - BigInt(ms) * 1000n)
  return text
}

/** Milliseconds since 1970 of a time of change; `offset` gives the minutes of the system's zone for a local time. */
export function moment(text: string, offset: (localMs: number) => number): number | undefined {
  const match = CLOCK.exec(text)
  if (match && match[4] !== undefined) {
    const [, year, month, day, , hour, minute, second, fraction, zone] = match
    const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0))
      + Math.floor(Number(fraction ?? 0) * 1000)
    if (Number.isNaN(local)) return undefined
    if (zone === 'Z') return local
    const written = zone === undefined ? null : /([+-])(\d\d):?(\d\d)?/.exec(zone)
    if (written) return local - (written[1] === '-' ? -1 : 1) * (Number(written[2]) * 60 + Number(written[3] ?? 0)) * 60_000
    return local - offset(local) * 60_000
  }
  if (/^\d{9,10}(\.\d+)?$/.test(text)) return Math.floor(Number(text) * 1000)
  if (/^\d{12,13}$/.test(text)) return Number(text)
  if (/^\d{15,16}$/.test(text)) return Number(BigInt(text) / 1000n)
  return undefined
}

/** Parts of a zone's clock at a moment, as if it were UTC: offset in milliseconds. */
function clockOf(timeZone: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  })
  return (utcMs) => {
    const parts = Object.fromEntries(format.formatToParts(utcMs).map((part) => [part.type, Number(part.value)])) as Record<string, number>
    return Date.UTC(parts['year']!, parts['month']! - 1, parts['day']!, parts['hour']!, parts['minute']!, parts['second']!)
  }
}

/**
 * Times between columns with and without a zone: a column without one holds the local time of the system. Texts that are no
 * such time come back as they are. The fraction is kept as written: offsets are whole minutes.
 */
export function zoneTexts(timeZone: string): { toLocal(text: string): string; toUtc(text: string): string } {
  const clock = clockOf(timeZone)
  const offset = zoneOffset(timeZone)
  const shift = (text: string, zoned: boolean, to: (ms: number) => number): string => {
    const match = CLOCK.exec(text)
    if (!match || match[4] === undefined || (match[9] !== undefined) !== zoned) return text
    const at = moment(text.replace(/\.\d+/, ''), offset)
    if (at === undefined || Number(match[2]) < 1) return text
    const iso = new Date(to(at)).toISOString()
    return `${iso.slice(0, 10)}${match[4]}${iso.slice(11, 19)}${match[8] ?? ''}`
  }
  return {
    toLocal: (text) => shift(text, true, clock),
    /** Without a mark of the zone. */
    toUtc: (text) => {
      const zoned = shift(text, true, (ms) => ms)
      return zoned === text ? shift(text, false, (ms) => ms) : zoned
    },
  }
}

/** Minutes east of UTC that a zone's clocks show at a local time; where a local time is twice or never, the earlier offset. */
export function zoneOffset(timeZone: string): (localMs: number) => number {
  const clock = clockOf(timeZone)
  const at = (utcMs: number): number => Math.round((clock(utcMs) - utcMs) / 60_000)
  const known = new Map<number, number>()
  return (localMs) => {
    const quarter = Math.floor(localMs / 900_000)
    let offset = known.get(quarter)
    if (offset === undefined) {
      const start = quarter * 900_000
      const guess = at(start - at(start) * 60_000)
      offset = at(start - guess * 60_000)
      if (known.size > 10_000) known.clear()
      known.set(quarter, offset)
    }
    return offset
  }
}
