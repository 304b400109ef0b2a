/**
 * The single values of the language (plan-language §3.3), one row a kind: what it is in words, how it looks, and the
 * reader that says what is wrong with a text that is none. Patterns serve editors only; people read the reader's sentences.
 */
import { readDays, readHours, readPlanDate, readTime } from '../dates.ts'
import { NAME_PATTERN, nearest, toName } from '../names.ts'
import { DURATION_PATTERN, RATE_PATTERN, readDuration, readRate } from '../times.ts'
import {
  isWrong, type Parse, type Parsed, readBoolean, readCurrency, readDecimal, readGrowth, readInteger, readMoney, readPrice, readShare, readSize, type Wrong,
} from '../values.ts'

export type ScalarName =
  | 'text' | 'exact' | 'name' | 'duration' | 'working_duration' | 'share' | 'rate' | 'growth' | 'money' | 'price' | 'size' | 'date' | 'due' | 'time' | 'hours'
  | 'days' | 'days_or_calendar' | 'cron' | 'deadline' | 'cel' | 'computed' | 'function' | 'path' | 'boolean' | 'whole' | 'number' | 'metric' | 'measure'
  | 'email' | 'zone' | 'country' | 'part' | 'currency' | 'pattern' | 'retention'

export interface ScalarSpec {
  /** With an article: `a duration`. */
  readonly what: string
  /** Loose pattern for editors: it accepts whatever the reader accepts. Absent: any text. */
  readonly pattern?: string
  readonly examples: readonly string[]
  /** A TypeScript plan may have a function here. */
  readonly functions?: true
  readonly read: Parse<unknown>
}

const NAME = NAME_PATTERN.replace(/^\^/, '').replace(/\$$/, '')
const DATE = String.raw`\d{4}-(\d{2}(-\d{2})?|Q[1-4])`
const DAY = '(mon|tue|wed|thu|fri|sat|sun)'
const DAYS = String.raw`${DAY}(-${DAY})?(,${DAY}(-${DAY})?)*`
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d`
const MONEY = String.raw`-?\d[\d \u00a0\u202f]*(\.\d+)? ?[A-Z]{3}`

const spec = (what: string, read: Parse<unknown>, pattern: string | undefined, ...examples: string[]): ScalarSpec =>
  ({ what, read, examples, ...(pattern === undefined ? {} : { pattern: pattern.startsWith('^') ? pattern : `^(${pattern})$` }) })

/** Any text that is not blank. */
const free: Parse<string> = (text, as) => text.trim() === '' ? { says: `\`${as}\` is empty.`, mend: `Write a text, or leave \`${as}\` out.` } : { value: text }

/** A row whose pattern says everything. */
function row(what: string, pattern: string, ...examples: string[]): ScalarSpec {
  const expression = new RegExp(`^(?:${pattern})$`, 'u')
  return spec(what, (text, as) => text.length < 1_000 && expression.test(text) ? { value: text } : no(what, as, text, examples), pattern, ...examples)
}

const no = (what: string, as: string, text: string, examples: readonly string[]): Wrong =>
  ({ says: `\`${as}\` is ${what}, not \`${shorten(text)}\`.`, mend: `Write for example ${examples.slice(0, 2).join(' or ')}.` })

export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** A duration that passes without regard to opening hours. */
const clockDuration: Parse<unknown> = (text, as) => {
  const read = readDuration(text, as)
  return !isWrong(read) && read.value.working ? { says: `\`${as}\` is not counted in working time.`, mend: `Write ${text.replace('working ', '')}.` } : read
}

const either = (first: Parse<unknown>, then: RegExp): Parse<unknown> => (text, as) => (then.test(text) ? { value: text } : first(text, as))
const WHOLE_NAME = new RegExp(NAME_PATTERN)

const readZone: Parse<string> = (text) => {
  try {
    // Offsets such as +01:00 are accepted by the runtime, but know no summer time.
    if (/^[A-Za-z]/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text })) return { value: text }
  } catch {
    // Unknown to the runtime: said below.
  }
  const near = nearest(text, Intl.supportedValuesOf('timeZone'))
  return { says: `\`${shorten(text)}\` is no time zone.`, mend: near ? `Write ${near}.` : 'Write a name like Europe/Warsaw or UTC.' }
}

const readCount: Parse<number> = (text, as) => {
  const read = readInteger(text, as)
  return !isWrong(read) && read.value < 0 ? { says: `\`${as}\` can't be below zero.`, mend: `Write ${text.slice(1)}.` } : read
}

const readPattern: Parse<string> = (text, as) => {
  const filled = free(text, as)
  if (isWrong(filled)) return filled
  if (text.length > 200) return { says: `The pattern at \`${as}\` is longer than 200 signs.`, mend: 'Write a shorter one, or a rule.' }
  try {
    return { value: new RegExp(text, 'u').source }
  } catch {
    return { says: `\`${shorten(text)}\` is no pattern.`, mend: 'Write a regular expression such as [A-Z]{2}[0-9]+.' }
  }
}

const readRetention: Parse<unknown> = (text, as) => {
  const words = text.split(' ')
  for (let n = Math.min(words.length, 8); n > 0; n -= 1) {
    const read: Parsed<unknown> = clockDuration(words.slice(0, n).join(' '), as)
    if (!isWrong(read)) return read
  }
  return { says: `\`${as}\` begins with a duration, and \`${shorten(text)}\` does not.`, mend: 'Write 10 years, or 6 years after the last order.' }
}

const readName: Parse<string> = (text, as) => {
  if (WHOLE_NAME.test(text)) return { value: text }
  const better = toName(text)
  return { says: `\`${as}\` is a name, not \`${shorten(text)}\`.`, mend: better ? `Write ${better}.` : 'Write small letters, digits and _.' }
}

export const SCALARS: Readonly<Record<ScalarName, ScalarSpec>> = {
  text: spec('a text', free, undefined, 'Orders are typed by hand'),
  exact: spec('a text', (text) => ({ value: text }), undefined, '" "'),
  name: spec('a name', readName, NAME, 'customer', 'price_list'),
  duration: spec('a duration', clockDuration, DURATION_PATTERN, '15 minutes', '2 hours', '90 days'),
  working_duration: spec('a duration', readDuration, DURATION_PATTERN, '30 minutes', '2 working days'),
  share: spec('a share', readShare, String.raw`\d+(\.\d+)? ?%`, '20%', '99.9%'),
  rate: spec('a rate', readRate, RATE_PATTERN, '100/minute', '1200/day', '100/10 seconds'),
  growth: spec('a growth', readGrowth, String.raw`-?\d+(\.\d+)? ?% a (month|quarter|year)`, '30% a year'),
  money: spec('an amount of money', readMoney, MONEY, '240000 EUR', '1 200.50 PLN'),
  price: spec('a price', readPrice, `${MONEY}( */ *[a-z]+)?`, '720 EUR/day', '640 EUR/month'),
  size: spec('a size', readSize, String.raw`\d+(\.\d+)? ?(B|KB|MB|GB|TB)`, '8 GB', '500 KB'),
  date: spec('a date', readPlanDate, DATE, '2027-03-01', '2027-03', '2027-Q2'),
  due: spec('a date or the name of a milestone', either(readPlanDate, WHOLE_NAME), `${DATE}|${NAME}`, '2027-03-01', 'go_live'),
  time: spec('a time', readTime, TIME, '02:30', '18:00'),
  hours: spec('hours', readHours, `${TIME}-(${TIME}|24:00)`, '08:00-16:00', '22:00-05:00'),
  days: spec('days', readDays, DAYS, 'mon-fri', 'mon,wed,fri'),
  days_or_calendar: spec('days or a calendar', either(readDays, WHOLE_NAME), `${DAYS}|${NAME}`, 'mon-fri', 'office'),
  cron: row('a crontab line of five fields', String.raw`[\d*,/A-Za-z#?-]+( +[\d*,/A-Za-z#?-]+){4,5}`, '"0 4 1 * *"'),
  deadline: row('a time, with a day before it if need be', `(${DAY} )?${TIME}`, 'mon 10:00', '18:00'),
  cel: spec('a condition', free, undefined, 'order.total.amount > 500'),
  computed: { ...spec('an expression', free, undefined, 'record.first + " " + record.last'), functions: true },
  function: row('a module and its export', String.raw`\.{1,2}/[^#]+#[A-Za-z_$][\w$]*`, './map/erp.ts#party'),
  path: spec('a path', free, undefined, 'emailAddress', 'contacts(type=email).value'),
  boolean: spec('true or false', readBoolean, 'true|false', 'true', 'false'),
  whole: spec('a whole number', readCount, String.raw`\d{1,15}`, '100'),
  number: spec('a number', readDecimal, String.raw`-?\d+(\.\d+)?`, '0', '7.5'),
  metric: row('a metric', String.raw`${NAME}\.(uniqueness|completeness|validity|freshness|consistency|duration|on_time|happy_path|by_hand)`, 'customer.uniqueness', 'order_to_delivery.on_time'),
  measure: spec('a number, share, duration, amount or text', free, undefined, '99.5%', '2 hours'),
  email: row('an e-mail address', String.raw`[^\s@]+@[^\s@]+`, 'anna.nowak@shop.example'),
  zone: spec('a time zone', readZone, undefined, 'Europe/Warsaw', 'UTC'),
  country: row('a country code', '[A-Z]{2}', 'FR'),
  part: row('`first`, `rest`, `last` or a number', String.raw`first|rest|last|[1-9]\d?`, 'first', 'rest'),
  currency: spec('a currency', readCurrency, '[A-Z]{3}', 'EUR', 'PLN'),
  pattern: spec('a pattern', readPattern, undefined, '"[A-Z]{2}[0-9]+"'),
  retention: spec('a duration, or a text that begins with one', readRetention, String.raw`\d.*`, '10 years', '6 years after the last order'),
}

