/** As much of crontab as is needed to see that a line never fires. */
import { DAY_MINUTES } from './week.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
interface FieldRule { readonly name: string; readonly least: number; readonly most: number; readonly words?: readonly string[]; readonly wordsFrom?: number }
const FIELDS: readonly FieldRule[] = [
  { name: 'minute', least: 0, most: 59 }, { name: 'hour', least: 0, most: 23 }, { name: 'day', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: MONTHS, wordsFrom: 1 }, { name: 'weekday', least: 0, most: 7, words: WEEKDAYS, wordsFrom: 0 },
]
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Numbers of a field; a text: what is wrong with it; undefined: signs that are not understood here (`L`, `#`). */
function numbersOf(text: string, rule: FieldRule): ReadonlySet<number> | string | undefined {
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(\*|\?|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(part)
    if (!match) return undefined
    const whole = match[1] === '*' || match[1] === '?'
    const from = whole ? rule.least : numberOf(match[1]!, rule)
    const until = match[2] !== undefined ? numberOf(match[2], rule) : whole || match[3] !== undefined ? rule.most : from
    if (from === undefined || until === undefined) return undefined
    if (from < rule.least || until > rule.most || from > until) return `there is no ${rule.name} ${part}`
    const step = Number(match[3] ?? 1)
    if (step === 0) return `a step of 0 leads nowhere`
    for (let n = from; n <= until; n += step) found.add(n)
  }
  return found
}

function numberOf(text: string, rule: FieldRule): number | undefined {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  const word = rule.words?.indexOf(text.toLowerCase()) ?? -1
  return word < 0 ? undefined : word + (rule.wordsFrom ?? 0)
}

/** The five fields of minutes to weekdays; a sixth, of seconds, may stand before them. */
const read = (cron: string): readonly (ReadonlySet<number> | string | undefined)[] => {
  const parts = cron.trim().split(/ +/)
  return (parts.length === 6 ? parts.slice(1) : parts).map((part, i) => numbersOf(part, FIELDS[i]!))
}

/** Why it never fires. */
export function cronProblem(cron: string): string | undefined {
  const fields = read(cron)
  const wrong = fields.find((field) => typeof field === 'string')
  if (wrong !== undefined) return wrong as string
  const [, , days, months] = fields as (ReadonlySet<number> | undefined)[]
  const text = cron.trim().split(/ +/)
  const weekday = text.at(-1)!
  if (!days || !months || (weekday !== '*' && weekday !== '?')) return undefined
  const fits = [...months].some((month) => [...days].some((day) => day <= LONGEST_MONTH[month - 1]!))
  return fits ? undefined : 'there is no such day in the year'
}

/** Minutes of the week (from Monday) at which it may fire; days of the month may be any weekday. undefined: not known. */
export function cronMinutes(cron: string): readonly number[] | undefined {
  const [minutes, hours, , , weekdays] = read(cron) as (ReadonlySet<number> | undefined)[]
  if (!minutes || !hours || !weekdays || cron.trim().split(/ +/).length !== 5) return undefined
  const days = new Set([...weekdays].map((day) => (day + 6) % 7))
  return [...days].flatMap((day) => [...hours].flatMap((hour) => [...minutes].map((minute) => day * DAY_MINUTES + hour * 60 + minute)))
}
