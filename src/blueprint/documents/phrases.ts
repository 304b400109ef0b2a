/** Lengths of time, rates, growth and days of the week, as the plan says them, in the reader's language; other text stays as it is. */
import type { LabelKey } from './labels/labels.ts'

type Say = (key: LabelKey, values?: Readonly<Record<string, string | number>>) => string

const UNITS: Readonly<Record<string, string>> = {
  s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week', y: 'year',
  second: 'second', minute: 'minute', hour: 'hour', day: 'day', week: 'week', month: 'month', quarter: 'quarter', year: 'year',
}
const LENGTH = /(\d{1,9}(?:\.\d{1,6})?) ?(working )?(second|minute|hour|day|week|month|quarter|year|[smhdwy])s?(?![\p{L}\d])/giu
const WHOLE = /^\d{1,9}(?:\.\d{1,6})? ?(?:working )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|[smhdwy])(?: \d{1,9} ?(?:working )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|[smhdwy]))*$/i
const RATE = /^(.{1,40})\/(?:(\d{1,9}) )?(second|minute|hour|day|week|month|quarter|year|[smhdwy])s?$/i
const GROWTH = /^(.{1,20}%) a (month|quarter|year)$/
const EACH = /^(?:each |every (?:1 )?)?(hour|day|week|month|quarter|year)$/
const EVERY = /^every (.{1,60})$/
const DAYS = /^(?:mon|tue|wed|thu|fri|sat|sun)(?:[-,](?:mon|tue|wed|thu|fri|sat|sun))*$/

const unit = (name: string, working: boolean): LabelKey => `unit.${working ? 'working_' : ''}${UNITS[name.toLowerCase()]!}` as LabelKey

export function inLanguage(said: string, say: Say): string {
  if (said.length > 80) return said
  if (WHOLE.test(said)) return said.replaceAll(LENGTH, (_, n: string, working: string | undefined, name: string) => say(unit(name, working !== undefined), { n: Number(n) }))
  const rate = RATE.exec(said)
  if (rate) {
    const [, much, count, name] = rate
    return count === undefined ? `${much}/${say(`each.${UNITS[name!.toLowerCase()]!}` as LabelKey)}` : `${much}/${say(unit(name!, false), { n: Number(count) })}`
  }
  const growth = GROWTH.exec(said)
  if (growth) return say(`growth.${growth[2]!}` as LabelKey, { share: growth[1]! })
  const each = EACH.exec(said)
  if (each) return say(`every.${each[1]!}` as LabelKey)
  const every = EVERY.exec(said)
  if (every && WHOLE.test(every[1]!)) return say('trigger.every', { time: inLanguage(every[1]!, say) })
  if (DAYS.test(said)) return said.replaceAll(/[a-z]{3}/g, (day) => say(`day.${day}` as LabelKey))
  return said
}
