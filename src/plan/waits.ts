/** How often a trigger fires, and how long a calendar closes a system: what follows from a plan's times alone. */
import { DAY, HOUR, MINUTE } from '../base/duration.ts'
import { cronMinutes } from './checks/cron.ts'
import { closedMinutes, WEEK_MINUTES } from './checks/week.ts'
import { readDays } from './dates.ts'
import type { Calendar, Trigger } from './model.ts'
import { isWrong } from './values.ts'

type Calendars = ReadonlyMap<string, Calendar>

const WEEK = 7 * DAY

/** The longest time between two runs, in ms; undefined: it is called, or nobody can tell. */
export function longestWait(calendars: Calendars, trigger: Trigger): number | undefined {
  if (trigger.event || trigger.file || trigger.cron !== undefined) return undefined
  const waits = [...(trigger.every ? [trigger.every.ms] : []), ...(trigger.at.length > 0 ? [longestGap(runsOf(calendars, trigger))] : [])]
  return waits.length === 0 ? undefined : Math.min(...waits)
}

/** Runs by the clock in an hour, over the whole week; undefined: it can't be told. */
export function runsPerHour(calendars: Calendars, trigger: Trigger): number | undefined {
  const cron = trigger.cron === undefined ? [] : cronMinutes(trigger.cron)
  return cron && (trigger.every && trigger.every.ms > 0 ? HOUR / trigger.every.ms : 0) + ((trigger.at.length > 0 ? runsOf(calendars, trigger).length : 0) + cron.length) * HOUR / WEEK
}

/** Times of a week, in ms from Monday 0:00. */
function runsOf(calendars: Calendars, { at, days }: Trigger): readonly number[] {
  const text = days === undefined ? undefined : (calendars.get(days)?.days ?? days)
  const read = text === undefined ? undefined : readDays(text, 'days')
  const open = read && !isWrong(read) ? read.value.days : [1, 2, 3, 4, 5, 6, 7]
  return open.flatMap((day) => at.map((time) => (day - 1) * DAY + Number(time.slice(0, 2)) * HOUR + Number(time.slice(3)) * MINUTE)).toSorted((a, b) => a - b)
}

const longestGap = (runs: readonly number[]): number => Math.max(...runs.map((run, i) => (i + 1 < runs.length ? runs[i + 1]! : runs[0]! + WEEK) - run))

/** The longest stretch that a calendar covers week by week, in ms. */
export function longestClosed(calendar: Calendar): number {
  const closed = closedMinutes(calendar)
  if (closed.every(Boolean)) return WEEK
  let [longest, now] = [0, 0]
  for (let minute = 0; minute < 2 * WEEK_MINUTES; minute += 1) {
    now = closed[minute % WEEK_MINUTES] ? now + 1 : 0
    longest = Math.max(longest, now)
  }
  return longest * MINUTE
}
