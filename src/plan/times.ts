/** Lengths of time and rates: `1 hour 30 minutes`, `4 working hours`, `100/minute` (plan-language §3.3). */
import { DAY, HOUR, MINUTE, SECOND } from '../base/duration.ts'
import { BARE_NUMBER, brief, type Duration, type Rate } from './values.ts'

interface Unit { readonly name: string; readonly short?: string; readonly ms: number; readonly meant: RegExp }

/** From long to short; `m` is minutes, so months have no short form. */
const UNITS: readonly Unit[] = [
  { name: 'year', short: 'y', ms: 365 * DAY, meant: /^(?:y|yr|yrs|years?)$/i },
  { name: 'month', ms: 30 * DAY, meant: /^(?:mo|mon|months?)$/i },
  { name: 'week', short: 'w', ms: 7 * DAY, meant: /^(?:w|wk|wks|weeks?)$/i },
  { name: 'day', short: 'd', ms: DAY, meant: /^(?:d|days?)$/i },
  { name: 'hour', short: 'h', ms: HOUR, meant: /^(?:h|hr|hrs|hours?)$/i },
  { name: 'minute', short: 'm', ms: MINUTE, meant: /^(?:m|min|mins|minutes?)$/i },
  { name: 'second', short: 's', ms: SECOND, meant: /^(?:s|sec|secs|seconds?)$/i },
]
const WORKING_DAY = 8 * HOUR
const BY_WORD = new Map(UNITS.flatMap((unit) => [unit.name, `${unit.name}s`, ...(unit.short ? [unit.short] : [])].map((word) => [word, unit] as const)))

const ONE = String.raw`\d{1,6} ?[a-z]+`
const JOINED = new RegExp(`^${ONE}(?: ?${ONE}){0,6}$`)
const WORKING = /^(\d{1,6}) working (hours?|days?)$/

/** What the JSON Schema lets an editor accept; the sentences are those of `readDuration`. */
export const DURATION_PATTERN = String.raw`^\d{1,6} working (hours?|days?)$|^(\d{1,6} ?(years?|y|months?|weeks?|w|days?|d|hours?|h|minutes?|m|seconds?|s) ?)+$`
export const RATE_PATTERN = String.raw`^\d{1,12}/(\d{1,6} ?)?(days?|d|hours?|h|minutes?|m|seconds?|s|weeks?|w|months?|years?|y)$`

export const readDuration = brief<Duration>((text, as) => {
  const working = WORKING.exec(text)
  if (working) {
    const ms = Number(working[1]) * (working[2]!.startsWith('day') ? WORKING_DAY : HOUR)
    return { value: { text, ms, working: true } }
  }
  const ms = JOINED.test(text) ? sum(text) : undefined
  if (ms !== undefined) return { value: { text, ms, working: false } }
  if (BARE_NUMBER.test(text) && !text.startsWith('-')) {
    return { says: `\`${as}\` is a duration. ${text} what?`, mend: /^\d{1,6}$/.test(text) ? `Write ${count(text, 'minute')}, ${count(text, 'second')} or ${count(text, 'hour')}.` : 'Write 5 minutes, 30 seconds or 1 hour 30 minutes.' }
  }
  return { says: `\`${text}\` is no duration.`, mend: `Write ${meant(text) ?? '5 minutes, 1 hour 30 minutes or 2 working days'}.` }
})

/** Each unit once, from long to short; undefined where it is not so. */
function sum(text: string): number | undefined {
  let ms = 0
  let last = Infinity
  for (const [, number, word] of text.matchAll(/(\d+) ?([a-z]+)/g)) {
    const unit = BY_WORD.get(word!)
    if (!unit || unit.ms >= last) return undefined
    last = unit.ms
    ms += Number(number) * unit.ms
  }
  return ms
}

/** `90 min`, `1.5 hours`, `PT5M`, `2 business days`, `every 5 minutes` as this language says them. */
function meant(text: string): string | undefined {
  const business = /^(\d{1,6}) ?(?:business|work|working|bank)[ -]?(hour|day)s?$/i.exec(text)
  if (business) return count(business[1]!, `working ${business[2]!.toLowerCase()}`)
  const iso = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/i.exec(text)
  if (iso && text.length > 2) {
    return ['day', 'hour', 'minute', 'second'].flatMap((unit, i) => (iso[i + 1] ? [count(iso[i + 1]!, unit)] : [])).join(' ') || undefined
  }
  const words = [...text.replace(/^(?:every|each|after|within|in)\s+/i, '').matchAll(/(\d{1,6})(?:[.,](\d{1,3}))?\s*([a-z]+)/gi)]
  const parts = words.map(([, whole, part, word]) => {
    const index = UNITS.findIndex((unit) => unit.meant.test(word!))
    const unit = UNITS[index]
    if (!unit) return undefined
    if (!part) return { ms: unit.ms, says: count(whole!, unit.name) }
    const below = UNITS[index + 1]
    const rest = below && Number(`0.${part}`) * (unit.ms / below.ms)
    if (!below || rest === undefined || !Number.isInteger(rest)) return undefined
    return { ms: unit.ms, says: [...(Number(whole) ? [count(whole!, unit.name)] : []), count(String(rest), below.name)].join(' ') }
  })
  if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined
  const offer = parts.map((part) => part!).toSorted((a, b) => b.ms - a.ms).map((part) => part.says).join(' ')
  return sum(offer) === undefined ? undefined : offer
}

const count = (number: string, unit: string): string => `${number} ${unit}${Number(number) === 1 ? '' : 's'}`

const RATE = /^(\d{1,12})\/(?:(\d{1,6}) ?)?([a-z]+)$/
export const readRate = brief<Rate>((text, as) => {
  const match = RATE.exec(text)
  const unit = match && BY_WORD.get(match[3]!)
  if (match && unit) {
    const perMs = Number(match[2] ?? 1) * unit.ms
    if (perMs > 0) return { value: { text, count: Number(match[1]), perMs } }
    return { says: `\`${text}\` is no rate: it counts in no time at all.`, mend: `Write ${match[1]}/${unit.name}.` }
  }
  if (/^\d{1,12}$/.test(text)) return { says: `\`${as}\` is a rate. ${text} in what time?`, mend: `Write ${text}/minute, ${text}/hour or ${text}/day.` }
  const loose = /^([\d ,.']{1,20}?)\s*(?:calls|requests|records|times|x)?\s*(?:\/|per|an?|each|every|in)\s*(?:(\d{1,6})\s*)?([a-z]+)$/i.exec(text)
  const number = loose?.[1]!.replaceAll(/\D/g, '')
  const unitMeant = loose && UNITS.find((row) => row.meant.test(loose[3]!))
  if (!number || !unitMeant) return { says: `\`${text}\` is no rate.`, mend: 'Write 100/minute, 1200/day or 100/10 seconds.' }
  return { says: `\`${text}\` is no rate.`, mend: `Write ${number}/${loose?.[2] ? count(loose[2], unitMeant.name) : unitMeant.name}.` }
})
