/**
 * Offsets of IANA time zones, from the platform's own time zone data (`Intl`). A local time that summer time skips is moved
 * forward by what was skipped (02:30 → 03:30); one that occurs twice is the first of the two. Both as in RFC 5545.
 *
 * Not from temporal-polyfill 1.0: it misses changes that hold for weeks only (Africa/Casablanca, April 2021).
 */
import { PlimsollError } from '../../base/errors.ts'
import './errors.ts'

const HOUR = 3600
const DAY = 86_400
/** Days kept per zone; then it starts anew. */
const MOST_DAYS = 40_000
/** About 1811. Before that all places had their sun's own time. */
const EARLIEST = -5_000_000_000

export interface Zone {
  /** Seconds east of UTC that belong to a wall-clock time, given as seconds since 1970 on that wall clock. */
  offsetOfLocal(local: number): number
  offsetOfInstant(instant: number): number
}

const UTC: Zone = { offsetOfLocal: () => 0, offsetOfInstant: () => 0 }
const zones = new Map<string, Zone>()

/** Throws `type.zone` when there is no such zone. */
export function zone(name: string): Zone {
  if (name === 'UTC' || name === 'Etc/UTC' || name === 'Z') return UTC
  let found = zones.get(name)
  if (!found) {
    found = remembering(platform(name))
    zones.set(name, found)
  }
  return found
}

/** Instant → offset, asked of the platform each time. */
function platform(name: string): (instant: number) => number {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
  } catch {
    throw new PlimsollError('type.zone', `\`${name}\` is no time zone.`)
  }
  return (instant) => {
    const at = Math.max(instant, EARLIEST)
    // `11/21/2026, 08:30:00`
    const [month, day, year, hour, minute, second] = format.format(at * 1000).match(/\d+/g)!.map(Number)
    return Date.UTC(year!, month! - 1, day, hour, minute, second) / 1000 - at
  }
}

/** Nearly all days have one offset: that is remembered per day, only those near a change are asked about one by one. */
function remembering(offset: (instant: number) => number): Zone {
  const days = new Map<number, number | 'changes'>()
  const ofDay = (day: number): number | 'changes' => {
    let known = days.get(day)
    if (known === undefined) {
      known = sampled(day)
      if (days.size >= MOST_DAYS) days.clear()
      days.set(day, known)
    }
    return known
  }
  /** The day before and after too: a wall clock may be 14 hours off. */
  const sampled = (day: number): number | 'changes' => {
    const first = offset((day - 1) * DAY)
    for (let at = (day - 1) * DAY; at <= (day + 2) * DAY; at += 6 * HOUR) if (offset(at) !== first) return 'changes'
    return first
  }
  return {
    offsetOfInstant(instant) {
      const known = ofDay(Math.floor(instant / DAY))
      return known === 'changes' ? offset(instant) : known
    },
    offsetOfLocal(local) {
      const known = ofDay(Math.floor(local / DAY))
      if (known !== 'changes') return known
      const before = offset(local - DAY)
      const after = offset(local + DAY)
      // Twice: with the offset before the change it is the first. Skipped: the same offset moves it forward.
      return offset(local - before) === before || offset(local - after) !== after ? before : after
    },
  }
}
