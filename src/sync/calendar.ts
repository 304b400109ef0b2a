/** Calendars of the plan in hub time: which stretches of time they cover. Pure. */
import { DAY, MINUTE, SECOND } from '../base/duration.ts'
import { readDays } from '../plan/dates.ts'
import type { Calendar } from '../plan/model.ts'
import { zone } from '../record/types/zone.ts'

export interface Stretch { readonly from: number; readonly until: number }

/** A calendar that covers nothing for so long never covers anything. */
const FAR_DAYS = 800
const WHOLE_DAY = { from: 0, until: 24 * 60 }

export const localOf = (at: number, timeZone: string): number => at + zone(timeZone).offsetOfInstant(Math.floor(at / SECOND)) * SECOND

/** The instant of a wall-clock time (given as if it were UTC): of one that occurs twice the first; one that is skipped is moved forward by what was skipped. */
export const instantOf = (local: number, timeZone: string): number => local - zone(timeZone).offsetOfLocal(Math.floor(local / SECOND)) * SECOND

/** The second instant of a wall-clock time that occurs twice. */
export function secondInstantOf(local: number, timeZone: string): number | undefined {
  const first = instantOf(local, timeZone)
  // Summer time is at most some hours; the later offset is that of the next day.
  const later = local - zone(timeZone).offsetOfInstant(Math.floor((first + DAY) / SECOND)) * SECOND
  return later > first && localOf(later, timeZone) === local ? later : undefined
}

const isoDate = (localDay: number): string => new Date(localDay).toISOString().slice(0, 10)
/** 1 is Monday. */
const weekdayOf = (localDay: number): number => new Date(localDay).getUTCDay() || 7

/** Whether a day (local midnight as if it were UTC) belongs to the calendar. */
export function coversDay(calendar: Pick<Calendar, 'days' | 'closed'>, localDay: number): boolean {
  if (calendar.closed.includes(isoDate(localDay))) return false
  if (calendar.days === undefined) return true
  const days = readDays(calendar.days, 'days')
  return 'value' in days && days.value.days.includes(weekdayOf(localDay))
}

/** The stretch that holds `at`, or the next one after it. Stretches that touch are one. */
export function stretchAt(calendar: Calendar, at: number, planZone: string): Stretch | undefined {
  const first = nextStretch(calendar, at, planZone)
  if (!first) return undefined
  let { until } = first
  for (let joined = 0; joined < FAR_DAYS; joined += 1) {
    const next = nextStretch(calendar, until, planZone)
    if (!next || next.from > until) return { from: first.from, until }
    until = next.until
  }
  return { from: first.from, until: Number.POSITIVE_INFINITY }
}

function nextStretch(calendar: Calendar, at: number, planZone: string): Stretch | undefined {
  const timeZone = calendar.timeZone ?? planZone
  const hours = calendar.hours ?? WHOLE_DAY
  const today = Math.floor(localOf(at, timeZone) / DAY) * DAY
  // A stretch that goes over midnight began yesterday.
  for (let day = today - DAY; day <= today + FAR_DAYS * DAY; day += DAY) {
    if (!coversDay(calendar, day)) continue
    const from = instantOf(day + hours.from * MINUTE, timeZone)
    const until = instantOf(day + hours.until * MINUTE + (hours.until <= hours.from ? DAY : 0), timeZone)
    if (until > at && until > from) return { from, until }
  }
  return undefined
}

/** Until when the calendar covers this moment; undefined: it does not. */
export function coveredUntil(calendar: Calendar, at: number, planZone: string): number | undefined {
  const stretch = stretchAt(calendar, at, planZone)
  return stretch && stretch.from <= at ? stretch.until : undefined
}
