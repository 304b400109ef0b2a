/** Dates, times, moments and lengths of time in expressions, to the nanosecond and always in UTC. */
import { failed } from './decimal.ts'

export class Moment {
  readonly is: 'date' | 'time' | 'datetime'
  /** Since 1970-01-01T00:00:00Z, or since midnight for a time. */
  readonly nanos: bigint
  constructor(is: Moment['is'], nanos: bigint) {
    this.is = is
    this.nanos = nanos
  }
}

export class Span {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/
const DATETIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/
const MILLI = 1_000_000n
const UNITS: Readonly<Record<string, bigint>> = { ns: 1n, us: 1000n, ms: MILLI, s: 1000n * MILLI, m: 60_000n * MILLI, h: 3_600_000n * MILLI, d: 86_400_000n * MILLI }

function dateNanos(text: string): bigint | undefined {
  const match = DATE.exec(text)
  if (!match) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  // Years below 100 would be taken for the twentieth century.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? BigInt(date.getTime()) * MILLI : undefined
}

function timeNanos(text: string): bigint | undefined {
  const match = TIME.exec(text)
  if (!match) return undefined
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined
  return BigInt((hours * 60 + minutes) * 60 + seconds) * 1000n * MILLI + BigInt((match[4] ?? '').padEnd(9, '0'))
}

/** An ISO date, time or moment; a moment without a zone is taken as UTC. */
export function momentOf(text: string): Moment | undefined {
  const trimmed = text.length > 40 ? '' : text.trim()
  const date = dateNanos(trimmed)
  if (date !== undefined) return new Moment('date', date)
  const time = timeNanos(trimmed)
  if (time !== undefined) return new Moment('time', time)
  const match = DATETIME.exec(trimmed)
  const day = match && dateNanos(match[1]!)
  const clock = match && timeNanos(match[2]!)
  if (!match || typeof day !== 'bigint' || typeof clock !== 'bigint') return undefined
  const zone = /^([+-])(\d\d):?(\d\d)$/.exec(match[3] ?? '')
  const offset = zone ? BigInt((zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]))) * 60_000n * MILLI : 0n
  return new Moment('datetime', day + clock - offset)
}

/** `36h`, `1h30m`, `2d`, `500ms`; a sign may stand before it. */
export function spanOf(text: string): Span | undefined {
  const trimmed = text.length > 60 ? '' : text.trim()
  const match = /^([+-]?)((?:\d{1,12}(?:ns|us|ms|s|m|h|d))+)$/.exec(trimmed)
  if (!match) return undefined
  let nanos = 0n
  for (const [, count, unit] of match[2]!.matchAll(/(\d+)(ns|us|ms|s|m|h|d)/g)) nanos += BigInt(count!) * UNITS[unit!]!
  return new Span(match[1] === '-' ? -nanos : nanos)
}

export function momentText({ is, nanos }: Moment): string {
  const ms = Number(nanos / MILLI - (nanos % MILLI < 0n ? 1n : 0n))
  const rest = ((nanos % (1000n * MILLI)) + 1000n * MILLI) % (1000n * MILLI)
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`
  const date = new Date(ms)
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999) throw failed('A date lies beyond the year 9999 or before the year 0.')
  const iso = date.toISOString()
  if (is === 'date') return iso.slice(0, 10)
  const clock = iso.slice(11, 19) + fraction
  return is === 'time' ? clock : `${iso.slice(0, 10)}T${clock}Z`
}

export function spanText({ nanos }: Span): string {
  const positive = nanos < 0n ? -nanos : nanos
  const second = 1000n * MILLI
  const fraction = positive % second === 0n ? '' : `.${(positive % second).toString().padStart(9, '0').replace(/0+$/, '')}`
  return `${nanos < 0n ? '-' : ''}${positive / second}${fraction}s`
}

/** A part of a moment in UTC. */
export function momentPart({ nanos }: Moment, part: 'year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second'): number {
  const date = new Date(Number(nanos / MILLI))
  switch (part) {
    case 'year': return date.getUTCFullYear()
    case 'month': return date.getUTCMonth() + 1
    case 'day': return date.getUTCDate()
    case 'weekday': return date.getUTCDay()
    case 'hour': return date.getUTCHours()
    case 'minute': return date.getUTCMinutes()
    default: return date.getUTCSeconds()
  }
}
