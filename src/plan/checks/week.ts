import { readDays } from '../dates.ts'
import type { Calendar } from '../model.ts'
import { isWrong } from '../values.ts'

export const DAY_MINUTES = 24 * 60
export const WEEK_MINUTES = 7 * DAY_MINUTES

/** Which minutes of a week, from Monday 0:00, lie in a calendar. Single days that are closed are no matter of the week. */
export function closedMinutes(calendar: Calendar): readonly boolean[] {
  const read = calendar.days === undefined ? undefined : readDays(calendar.days, 'days')
  const days = read && !isWrong(read) ? read.value.days : [1, 2, 3, 4, 5, 6, 7]
  const { from, until } = calendar.hours ?? { from: 0, until: DAY_MINUTES }
  const minutes = Array.from({ length: WEEK_MINUTES }, () => false)
  for (const day of days) {
    const start = (day - 1) * DAY_MINUTES + from
    const length = until > from ? until - from : DAY_MINUTES - from + until
    for (let i = 0; i < length; i += 1) minutes[(start + i) % WEEK_MINUTES] = true
  }
  return minutes
}
