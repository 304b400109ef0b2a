/** Days and times of day: `2027-Q2`, `02:30`, `22:00-05:00`, `mon-fri` (plan-language §3.3). */
import { brief, type Days, type Hours, type Parsed } from './values.ts'

const ISO = /^(\d{4})-(\d{2})-(\d{2})$/
const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/
const QUARTER = /^(\d{4})-Q([1-4])$/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A day as `2027-03-01`. */
export const readDate = brief<string>((text, as) => {
  const match = ISO.exec(text)
  if (match) {
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
    if (month >= 1 && month <= 12 && day >= 1 && day <= lastDay(year, month)) return { value: text }
    return { says: `There is no day ${text}.`, mend: month >= 1 && month <= 12 ? `Write ${iso(year, month, lastDay(year, month))} or an earlier day.` : 'Write year-month-day, for example 2027-03-01.' }
  }
  const days = meantDays(text)
  if (days.length > 0) return { says: `\`${text}\` is no date as this language writes it.`, mend: `Write ${days.join(' or ')}.` }
  return { says: `\`${as}\` is a date, not \`${text}\`.`, mend: 'Write year-month-day, for example 2027-03-01.' }
})

/** A date for planning: a month or quarter is its last day. */
export const readPlanDate = brief<string>((text, as) => {
  const month = MONTH.exec(text)
  if (month) return { value: iso(Number(month[1]), Number(month[2]), lastDay(Number(month[1]), Number(month[2]))) }
  const quarter = QUARTER.exec(text)
  if (quarter) return { value: iso(Number(quarter[1]), Number(quarter[2]) * 3, lastDay(Number(quarter[1]), Number(quarter[2]) * 3)) }
  const loose = /^q([1-4])[ /-]?(\d{4})$|^(\d{4})[ /]?-?q([1-4])$/i.exec(text)
  if (loose) return { says: `\`${text}\` is no quarter as this language writes it.`, mend: `Write ${loose[2] ?? loose[3]}-Q${loose[1] ?? loose[4]}.` }
  const slash = /^(\d{1,2})[./](\d{4})$/.exec(text)
  if (slash && Number(slash[1]) >= 1 && Number(slash[1]) <= 12) return { says: `\`${text}\` is no month as this language writes it.`, mend: `Write ${slash[2]}-${slash[1]!.padStart(2, '0')}.` }
  const day = readDate(text, as)
  if ('says' in day && day.mend.startsWith('Write year')) return { says: day.says, mend: 'Write 2027-03-01, 2027-03 or 2027-Q2.' }
  return day
})

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
const iso = (year: number, month: number, day: number): string => `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

/** What another way of writing may mean: with slashes day and month may be either. */
function meantDays(text: string): string[] {
  const found: string[] = []
  const add = (year: string, month: number, day: number): void => {
    const full = Number(year)
    if (month >= 1 && month <= 12 && day >= 1 && day <= lastDay(full, month)) found.push(iso(full, month, day))
  }
  const numbers = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(text)
  if (numbers) {
    add(numbers[4]!, Number(numbers[3]), Number(numbers[1]))
    if (numbers[2] === '/' && numbers[1] !== numbers[3]) add(numbers[4]!, Number(numbers[1]), Number(numbers[3]))
  }
  const loose = /^(\d{4})([./-])(\d{1,2})\2(\d{1,2})$/.exec(text) ?? /^(\d{4})()(\d{2})(\d{2})$/.exec(text)
  if (loose) add(loose[1]!, Number(loose[3]), Number(loose[4]))
  const words = /^(\d{1,2})\.? ([a-z]{3,9})\.?,? (\d{4})$/i.exec(text)
  if (words) add(words[3]!, MONTHS.indexOf(words[2]!.slice(0, 3).toLowerCase()) + 1, Number(words[1]))
  const american = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/i.exec(text)
  if (american) add(american[3]!, MONTHS.indexOf(american[1]!.slice(0, 3).toLowerCase()) + 1, Number(american[2]))
  const time = /^(\d{4}-\d{2}-\d{2})[T ]\d/.exec(text)
  if (time) found.push(time[1]!)
  return found
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/

/** `02:30` as minutes since midnight. */
export const readTime = brief<number>((text, as) => {
  const match = TIME.exec(text)
  if (match) return { value: Number(match[1]) * 60 + Number(match[2]) }
  const meant = meantTime(text)
  return meant ? { says: `\`${text}\` is no time of day.`, mend: `Write ${meant}.` } : { says: `\`${as}\` is a time of day, not \`${text}\`.`, mend: 'Write hours and minutes, for example 02:30.' }
})

function meantTime(text: string): string | undefined {
  const match = /^(\d{1,2})(?:[:.h](\d{2})?)?(?::\d{2})?\s*([ap])?\.?(?:m\.?)?$/i.exec(text)
  if (!match) return undefined
  const half = match[3]?.toLowerCase()
  const hour = half && Number(match[1]) <= 12 ? (Number(match[1]) % 12) + (half === 'p' ? 12 : 0) : Number(match[1])
  const minute = Number(match[2] ?? 0)
  if (hour > 23 || minute > 59) return hour === 24 && minute === 0 ? '00:00' : undefined
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** `08:00-16:00`; until 24:00 is the end of the day; `22:00-05:00` goes over midnight. */
export const readHours = brief<Hours>((text, as) => {
  const [from, until, ...rest] = text.split('-')
  const start = minutes(from ?? '')
  const end = until === '24:00' ? 24 * 60 : minutes(until ?? '')
  if (start !== undefined && end !== undefined && rest.length === 0) {
    if (start !== end) return { value: { from: start, until: end } }
    return { says: `\`${text}\` is no time at all, or a whole day.`, mend: 'Write 00:00-24:00 for the whole day.' }
  }
  const loose = text.split(/\s*(?:-|–|—|to|until)\s*/)
  const meant = loose.map((part) => (part.trim() === '24:00' ? '24:00' : meantTime(part.trim())))
  if (meant.length === 2 && meant[0] && meant[1] && meant[0] !== meant[1]) return { says: `\`${text}\` are no hours.`, mend: `Write ${meant[0]}-${meant[1]}.` }
  return { says: `\`${as}\` are hours, not \`${text}\`.`, mend: 'Write 08:00-16:00, or 22:00-05:00 over midnight.' }
})

function minutes(text: string): number | undefined {
  const parsed: Parsed<number> = readTime(text, '')
  return 'value' in parsed ? parsed.value : undefined
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const WORDS = new Map([['weekdays', 'mon-fri'], ['working days', 'mon-fri'], ['weekend', 'sat,sun'], ['weekends', 'sat,sun'], ['every day', 'mon-sun'], ['daily', 'mon-sun'], ['all', 'mon-sun']])

/** `mon-fri`, `mon,wed,fri`; a span may go over Sunday. */
export const readDays = brief<Days>((text, as) => {
  const days = expand(text)
  if (days) return { value: { text, days } }
  const lower = text.slice(0, 100).toLowerCase().trim()
  const meant = WORDS.get(lower) ?? lower.replaceAll(/\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?/g, '$1').replaceAll(/\s*(?:–|—|\bto\b|-)\s*/g, '-').replaceAll(/\s*(?:,|;|\band\b|&|\s)\s*/g, ',').replaceAll(/,+/g, ',')
  if (expand(meant)) return { says: `\`${text}\` are no days as this language writes them.`, mend: `Write ${meant}.` }
  return { says: `\`${as}\` are days of the week, not \`${text}\`.`, mend: 'Write mon-fri or mon,wed,fri.' }
})

function expand(text: string): number[] | undefined {
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const [from, until = from, ...rest] = part.split('-')
    const start = DAYS.indexOf(from!)
    const end = DAYS.indexOf(until!)
    if (start < 0 || end < 0 || rest.length > 0) return undefined
    for (let i = start; ; i = (i + 1) % 7) {
      found.add(i + 1)
      if (i === end) break
    }
  }
  return [...found].toSorted((a, b) => a - b)
}
