/**
 * Offsets of IANA time zones. A local time that summer time skips is moved forward by what was skipped (02:30 → 03:30); one
 * that occurs twice is the first of the two. Both as in RFC 5545.
 */
import { Temporal } from 'temporal-polyfill'
import { PlimsollError } from '../../base/errors.ts'
import { dayOf } from './calendar.ts'

const DAY = 86_400
/** Days kept per zone; then it starts anew. */
const MOST_DAYS = 40_000

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
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    } catch {
      throw new PlimsollError('type.zone', `\`${name}\` is no time zone.`)
    }
    found = cached(name)
    zones.set(name, found)
  }
  return found
}

/** Nearly all days have one offset: that is remembered per day, only days near a change are asked one by one. */
function cached(name: string): Zone {
  const days = new Map<number, number | 'changes'>()
  const at = (seconds: number): Temporal.ZonedDateTime => Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(name)
  const offset = (instant: number): number => at(instant).offsetNanoseconds / 1e9
  const ofDay = (day: number): number | 'changes' => {
    let known = days.get(day)
    if (known === undefined) {
      const before = at((day - 1) * DAY)
      const next = before.getTimeZoneTransition('next')
      known = next === null || next.epochMilliseconds > (day + 2) * DAY * 1000 ? before.offsetNanoseconds / 1e9 : 'changes'
      if (days.size >= MOST_DAYS) days.clear()
      days.set(day, known)
    }
    return known
  }
  return {
    offsetOfInstant(instant) {
      const known = ofDay(Math.floor(instant / DAY))
      return known === 'changes' ? offset(instant) : known
    },
    offsetOfLocal(local) {
      const day = Math.floor(local / DAY)
      const known = ofDay(day)
      if (known !== 'changes') return known
      const rest = local - day * DAY
      const plain = Temporal.PlainDateTime.from({ ...dayOf(day), hour: Math.floor(rest / 3600), minute: Math.floor((rest % 3600) / 60), second: rest % 60 })
      return local - plain.toZonedDateTime(name, { disambiguation: 'compatible' }).epochMilliseconds / 1000
    },
  }
}
