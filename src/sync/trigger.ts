/** When a trigger fires (plan-language §9.1). Pure; what fired is remembered in `schedule.ts`. */
import { Cron } from 'croner'
import { DAY, HOUR, MINUTE } from '../base/duration.ts'
import { PlimsollError, registerErrors } from '../base/errors.ts'
import { readTime } from '../plan/dates.ts'
import type { Calendar, Trigger } from '../plan/model.ts'
import { coveredUntil, coversDay, instantOf, localOf, secondInstantOf } from './calendar.ts'

registerErrors({
  'schedule.cron': { class: 'plan', hint: 'Write five fields: minute, hour, day of the month, month, day of the week.' },
})

export interface Times {
  /** The plan's zone: `at` and `cron` are wall-clock times there. */
  readonly zone: string
  readonly calendars: ReadonlyMap<string, Calendar>
  /** Regular closing times of the system: it is not called then. */
  readonly unavailable?: Calendar
}

/** How late a point may be and still count as on time where `missed: skip` is said. */
const GRACE_MS = MINUTE
/** A calendar point further away than this is none. */
const FAR_DAYS = 5 * 366
/** Windows of closing that are stepped over before the trigger counts as one that never fires. */
const MOST_WINDOWS = 1000
/** Clocks are not moved by more. */
const CHANGE_MS = 3 * HOUR

/**
 * The first point after `after`; undefined: never by the clock. `anchor` is where `every` counts from.
 * A point in closing time is put off to its end; with `missed: skip` it is left out.
 */
export function nextAt(trigger: Trigger, after: number, times: Times, anchor = after): number | undefined {
  let from = after
  for (let windows = 0; windows < MOST_WINDOWS; windows += 1) {
    const point = nextPoint(trigger, from, times, anchor)
    if (point === undefined || !times.unavailable) return point
    const closed = coveredUntil(times.unavailable, point, times.zone)
    if (closed === undefined) return point
    if (!Number.isFinite(closed)) return undefined
    if (trigger.missed === 'once') return closed
    from = closed - 1
  }
  return undefined
}

export interface Firing {
  readonly fires: boolean
  /** undefined: never again. */
  readonly next: number | undefined
}

/** What is to do at `now` about a point that was planned. All points that were missed are one, or none. */
export function fire(trigger: Trigger, planned: number, now: number, times: Times): Firing {
  if (now < planned) return { fires: false, next: planned }
  const closed = times.unavailable && coveredUntil(times.unavailable, now, times.zone)
  if (closed !== undefined && Number.isFinite(closed)) {
    return { fires: false, next: trigger.missed === 'once' ? closed : nextAt(trigger, closed - 1, times, planned) }
  }
  const next = nextAt(trigger, now, times, planned)
  if (trigger.missed === 'once') return { fires: true, next }
  // Of the points that passed, is the last one recent enough?
  const recent = planned >= now - GRACE_MS || (nextAt(trigger, now - GRACE_MS, times, planned) ?? Number.POSITIVE_INFINITY) <= now
  return { fires: recent, next }
}

function nextPoint(trigger: Trigger, after: number, times: Times, anchor: number): number | undefined {
  const points = [nextOfEvery(trigger, after, anchor), ...nextOfTimes(trigger, after, times), nextOfCron(trigger, after, times.zone)].filter((at) => at !== undefined)
  return points.length === 0 ? undefined : Math.min(...points)
}

function nextOfEvery(trigger: Trigger, after: number, anchor: number): number | undefined {
  const ms = trigger.every?.ms
  if (ms === undefined || ms <= 0) return undefined
  return anchor + ms * (Math.floor((after - anchor) / ms) + 1)
}

/** `at` on `days`, which are days of the week or those of a calendar. */
function nextOfTimes(trigger: Trigger, after: number, times: Times): number[] {
  if (trigger.at.length === 0) return []
  const days = trigger.days === undefined ? { closed: [] } : (times.calendars.get(trigger.days) ?? { days: trigger.days, closed: [] })
  const minutes = trigger.at.flatMap((text) => {
    const time = readTime(text, 'at')
    return 'value' in time ? [time.value] : []
  })
  const today = Math.floor(localOf(after, times.zone) / DAY) * DAY
  for (let day = today - DAY; day <= today + FAR_DAYS * DAY; day += DAY) {
    if (!coversDay(days, day)) continue
    const found = minutes.map((minute) => instantOf(day + minute * MINUTE, times.zone)).filter((at) => at > after)
    if (found.length > 0) return [Math.min(...found)]
  }
  return []
}

/**
 * Crontab lines are times on the wall clock. A time that is skipped by summer time fires an hour later; one that occurs twice
 * fires once, unless the hour is open (`*`): then it counts real hours.
 */
function nextOfCron(trigger: Trigger, after: number, zone: string): number | undefined {
  if (trigger.cron === undefined) return undefined
  const cron = parsed(trigger.cron)
  const everyHour = trigger.cron.trim().split(/\s+/).at(-4)!.startsWith('*')
  const steady = (from: number, until: number): boolean => localOf(from, zone) - from === localOf(until, zone) - until
  let best: number | undefined
  let local = localOf(after, zone) - (steady(after - CHANGE_MS, after + CHANGE_MS) ? 0 : CHANGE_MS)
  for (;;) {
    const next = cron.nextRun(new Date(local))
    if (!next) return best
    local = next.getTime()
    const first = instantOf(local, zone)
    if (best === undefined && first > after && steady(after, first + CHANGE_MS)) return first
    const instants = [first, ...(everyHour ? [secondInstantOf(local, zone)] : [])].filter((at) => at !== undefined && at > after) as number[]
    for (const at of instants) if (best === undefined || at < best) best = at
    // Around a change the order of wall-clock times is not that of instants: all candidates near it are compared.
    if (best !== undefined && local > localOf(best, zone) + CHANGE_MS) return best
  }
}

/** In UTC: the wall clock of the plan's zone is handed in as if it were UTC. */
function parsed(pattern: string): Cron {
  try {
    return new Cron(pattern, { timezone: 'UTC', paused: true })
  } catch (error) {
    throw new PlimsollError('schedule.cron', `\`${pattern}\` is no crontab line: ${(error as Error).message}`, { cause: error })
  }
}
