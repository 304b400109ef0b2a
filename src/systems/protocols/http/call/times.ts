/** Durations, and the forms in which interfaces write points in time. */
import { Numeral, type Native } from '../../../contract.ts'
import type { TimeFormat } from '../manifest/manifest.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Undefined: this is no duration. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d{1,9})\s*(ms|s|m|h|d)$/.exec(text)
  return match ? Number(match[1]) * UNITS[match[2]!]! : undefined
}

/** The smallest step that a form can tell apart, in milliseconds. */
const GRAIN: Readonly<Record<TimeFormat, number>> = { iso: 1, iso_seconds: 1_000, local: 1_000, utc: 1_000, date: 86_400_000, seconds: 1_000, milliseconds: 1, number: 1 }
export const grainOf = (format: TimeFormat): number => GRAIN[format]

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i

/** Milliseconds since 1970; undefined: not readable. Fractions below a millisecond are cut off. */
export function readTime(value: Native | undefined, format: TimeFormat, zone: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const text = typeof value === 'number' || value instanceof Numeral ? String(value) : typeof value === 'string' ? value.trim() : ''
  if (format === 'seconds' || format === 'milliseconds') {
    if (!/^\d{1,16}(?:\.\d+)?$/.test(text)) return undefined
    return Math.floor(Number(text) * (format === 'seconds' ? 1_000 : 1))
  }
  const match = ISO.exec(text)
  if (!match) {
    const parsed = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(parsed) ? undefined : parsed
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)))
  if (offset === undefined) return format === 'utc' ? wall : fromZone(wall, zone)
  if (/^z$/i.test(offset)) return wall
  const sign = offset.startsWith('-') ? 1 : -1
  return wall + sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000
}

const zones = new Map<string, Intl.DateTimeFormat>()
/** What a clock on the wall in `zone` shows, as if it were UTC. */
function wallClock(ms: number, zone: string): number {
  let format = zones.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
    zones.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, Number(part.value)]))
  return Date.UTC(parts['year']!, parts['month']! - 1, parts['day']!, parts['hour']!, parts['minute']!, parts['second']!) + (((ms % 1_000) + 1_000) % 1_000)
}

/** The earlier of two possible moments, so that a position never skips the hour that happens twice. */
function fromZone(wall: number, zone: string): number {
  const candidates = [wall - 86_400_000, wall + 86_400_000].map((near) => wall - (wallClock(near, zone) - near))
  const right = candidates.filter((ms) => wallClock(ms, zone) === wall)
  return right.length > 0 ? Math.min(...right) : Math.min(...candidates)
}

export function writeTime(ms: number, format: TimeFormat, zone: string): string | number {
  const floor = Math.floor(ms / GRAIN[format]) * GRAIN[format]
  switch (format) {
    case 'iso': return new Date(floor).toISOString()
    case 'iso_seconds': return `${new Date(floor).toISOString().slice(0, 19)}Z`
    case 'utc': return new Date(floor).toISOString().slice(0, 19)
    case 'local': return new Date(wallClock(floor, zone)).toISOString().slice(0, 19)
    case 'date': return new Date(wallClock(ms, zone)).toISOString().slice(0, 10)
    case 'seconds': return Math.floor(ms / 1_000)
    case 'milliseconds': case 'number': return ms
  }
}
