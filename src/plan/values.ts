/** The scalar values of the plan language (plan-language §3.3), parsed. Lengths of time are in `times.ts`, days in `dates.ts`. */

export type Name = string
/** ISO 4217, upper case. */
export type Currency = string
/** CEL text; checked when the plan is loaded. */
export type Cel = string
/** ISO date, or the name of a milestone. */
export type DateOrMilestone = string

export interface Duration {
  readonly text: string
  /**
   * Months and years are 30 and 365 days where a length in milliseconds is needed, a working day is 8 hours: whoever counts
   * in a calendar takes the number from the text.
   */
  readonly ms: number
  /** Counted in working time of a calendar. */
  readonly working: boolean
}
/** 0.2 for `20%`, with the text as written. */
export interface Share { readonly text: string; readonly of1: number }
export interface Rate { readonly text: string; readonly count: number; readonly perMs: number }
export interface Growth { readonly text: string; readonly of1: number; readonly each: 'month' | 'quarter' | 'year' }
export interface Money { readonly amount: string; readonly currency: Currency }
/** `720 EUR/day`. */
export interface Price extends Money { readonly each?: 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year' }
export interface Size { readonly text: string; readonly bytes: number }
/** Minutes since midnight; `until` below `from` crosses midnight. */
export interface Hours { readonly from: number; readonly until: number }
/** ISO days of the week in order, 1 is Monday. */
export interface Days { readonly text: string; readonly days: readonly number[] }

/** One sentence what is wrong with the author's words, one that starts with a verb what to do. */
export interface Wrong { readonly says: string; readonly mend: string }
export type Parsed<T> = { readonly value: T } | Wrong
/** Reads the text of a value; `as` is the key it stands at, as the author wrote it. */
export type Parse<T> = (text: string, as: string) => Parsed<T>

export const isWrong = <T>(parsed: Parsed<T>): parsed is Wrong => 'says' in parsed

/** A value of a few words: longer text is refused before any pattern looks at it. */
export const brief = <T>(parse: Parse<T>): Parse<T> => (text, as) =>
  text.length <= 80 ? parse(text, as) : { says: `\`${text.slice(0, 30)}…\` is too long for \`${as}\`.`, mend: (parse('', as) as Wrong).mend }

export const BARE_NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/
const EACH = new Map([
  ['hour', 'hour'], ['day', 'day'], ['week', 'week'], ['month', 'month'], ['quarter', 'quarter'], ['year', 'year'],
  ['h', 'hour'], ['d', 'day'], ['w', 'week'], ['y', 'year'],
] as const)

const SHARE = /^(\d{1,6}(?:\.\d{1,6})?) ?%$/
export const readShare = brief<Share>((text, as) => {
  const match = SHARE.exec(text)
  if (match) {
    const of1 = hundredth(match[1]!)
    if (of1 <= 1) return { value: { text, of1 } }
    return { says: `\`${text}\` is more than all of it.`, mend: 'Write a share from 0% to 100%.' }
  }
  if (BARE_NUMBER.test(text) && !text.startsWith('-')) {
    const number = text.replace(',', '.').replace('+', '')
    const parts = Number(number) <= 1 ? `${plain(Number(number) * 100)}% or ${number}%` : `${number}%`
    return { says: `\`${as}\` is a share. ${text} of what?`, mend: `Write ${parts}.` }
  }
  const number = /^(\d+)(?:[.,](\d+))?\s*(?:%|percent|per cent|pct)$/i.exec(text)
  return { says: `\`${text}\` is no share.`, mend: `Write ${number ? `${number[1]}${number[2] ? `.${number[2]}` : ''}%` : '20% or 99.9%'}.` }
})

const GROWTH = /^(-?\d{1,5}(?:\.\d{1,6})?) ?% a (month|quarter|year)$/
export const readGrowth = brief<Growth>((text, as) => {
  const match = GROWTH.exec(text)
  if (match) return { value: { text, of1: hundredth(match[1]!), each: match[2] as Growth['each'] } }
  const loose = /^([+-]?\d+(?:\.\d+)?) ?%?\s*(?:(?:a|per|each|every|\/)?\s*(month|quarter|year|y|m)\w*)?$/i.exec(text)
  const each = { m: 'month', q: 'quarter', y: 'year' }[loose?.[2]?.[0]?.toLowerCase() ?? 'y'] ?? 'year'
  if (loose && !text.includes('%')) return { says: `\`${as}\` is a growth. ${loose[1]} what?`, mend: `Write ${loose[1]!.replace('+', '')}% a ${each}.` }
  return { says: `\`${text}\` is no growth.`, mend: loose ? `Write ${loose[1]!.replace('+', '')}% a ${each}.` : 'Write 30% a year.' }
})

/** Currencies with a code of ISO 4217 that the runtime knows. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
export const readCurrency = brief<Currency>((text, as) => {
  if (CURRENCIES.has(text)) return { value: text }
  const upper = text.toUpperCase()
  if (CURRENCIES.has(upper)) return { says: `\`${as}\` is a currency, and its code has capital letters.`, mend: `Write ${upper}.` }
  const sign = SIGNS.get(text) ?? SIGNS.get(upper)
  return { says: `\`${text}\` is no currency code (ISO 4217).`, mend: `Write ${sign ?? 'a code such as EUR, PLN or USD'}.` }
})
const SIGNS = new Map([['€', 'EUR'], ['$', 'USD'], ['£', 'GBP'], ['¥', 'JPY'], ['ZŁ', 'PLN'], ['ZL', 'PLN'], ['KČ', 'CZK'], ['EURO', 'EUR'], ['EUROS', 'EUR']])

/** An amount may have blanks between groups of three. */
const AMOUNT = /^(-?(?:\d{1,3}(?:[ \u{a0}\u{202f}]\d{3})+|\d{1,18})(?:\.\d{1,6})?) ?([A-Za-z]{3})$/u
export const readMoney = brief<Money>((text, as) => {
  const match = AMOUNT.exec(text)
  if (match) {
    const currency = readCurrency(match[2]!, as)
    if (isWrong(currency)) return { says: currency.says, mend: CURRENCIES.has(match[2]!.toUpperCase()) ? `Write ${match[1]} ${match[2]!.toUpperCase()}.` : currency.mend }
    return { value: { amount: match[1]!.replaceAll(/[^\d.-]/g, ''), currency: currency.value } }
  }
  if (BARE_NUMBER.test(text)) return { says: `\`${as}\` is an amount of money. ${text} of which currency?`, mend: `Write ${text.replace(',', '.')} EUR, or another code.` }
  return { says: `\`${text}\` is no amount of money.`, mend: `Write ${mendMoney(text) ?? '240000 EUR or 1 200.50 PLN'}.` }
})

function mendMoney(text: string): string | undefined {
  const match = /^(\D{0,5}?)\s*(\d[\d., \u{a0}']*)\s*(\D{0,5})$/u.exec(text)
  const unit = (match?.[1] || match?.[3] || '').trim().toUpperCase()
  const code = CURRENCIES.has(unit) ? unit : SIGNS.get(unit)
  if (!match || !code) return undefined
  const digits = match[2]!.replaceAll(/[ \u{a0}']/gu, '')
  // The last separator with one or two digits behind it is the decimal one.
  const decimal = /[.,](\d{1,2})$/.exec(digits)
  const whole = (decimal ? digits.slice(0, decimal.index) : digits).replaceAll(/[.,]/g, '')
  return `${whole}${decimal ? `.${decimal[1]}` : ''} ${code}`
}

export const readPrice = brief<Price>((text, as) => {
  const slash = text.indexOf('/')
  const money = readMoney(slash < 0 ? text : text.slice(0, slash).trimEnd(), as)
  if (isWrong(money) || slash < 0) return money
  const each = EACH.get(text.slice(slash + 1).trim() as 'day')
  if (each) return { value: { ...money.value, each } }
  return { says: `\`${text}\` is no price.`, mend: `Write ${text.slice(0, slash).trimEnd()}/day, /hour, /month or /year.` }
})

const BYTES = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const
const SIZE = /^(\d{1,9}(?:\.\d{1,3})?) ?(B|KB|MB|GB|TB)$/
export const readSize = brief<Size>((text, as) => {
  const match = SIZE.exec(text)
  if (match) return { value: { text, bytes: Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]) } }
  if (BARE_NUMBER.test(text)) return { says: `\`${as}\` is a size. ${text} what?`, mend: `Write ${text} GB, ${text} MB or ${text} KB.` }
  const loose = /^(\d+(?:\.\d+)?)\s*([bkmgt])(?:i?b|ytes?|ilobytes?|egabytes?|igabytes?|erabytes?)?$/i.exec(text)
  const unit = loose?.[2]!.toUpperCase()
  return { says: `\`${text}\` is no size.`, mend: loose ? `Write ${loose[1]} ${unit === 'B' ? 'B' : `${unit}B`}.` : 'Write 8 GB or 500 KB.' }
})

export const readBoolean = brief<boolean>((text, as) => {
  if (text === 'true' || text === 'false') return { value: text === 'true' }
  const meant = /^(?:yes|y|on|true|1)$/i.test(text) ? 'true' : /^(?:no|n|off|false|0)$/i.test(text) ? 'false' : undefined
  return { says: `\`${as}\` is true or false, not \`${text}\`.`, mend: `Write ${meant ?? 'true or false'}.` }
})

export const readInteger = brief<number>((text, as) => {
  if (/^-?\d{1,15}$/.test(text)) return { value: Number(text) }
  const grouped = /^-?\d{1,3}(?:[ ,.'_]\d{3})+$/.test(text) ? text.replaceAll(/[ ,.'_]/g, '') : undefined
  return { says: `\`${as}\` is a whole number, not \`${text}\`.`, mend: `Write ${grouped ?? 'digits only, for example 500'}.` }
})

/** The text of an exact decimal. */
export const readDecimal = brief<string>((text, as) => {
  if (/^-?\d{1,30}(?:\.\d{1,30})?$/.test(text)) return { value: text }
  const comma = /^-?\d+,\d+$/.test(text) ? text.replace(',', '.') : undefined
  return { says: `\`${as}\` is a number, not \`${text}\`.`, mend: `Write ${comma ?? 'digits and a point, for example 12.50'}.` }
})

/** Per cent as a part of 1, without the dust of binary fractions (0.1% is 0.001, not 0.0010000000000000002). */
const hundredth = (percent: string): number => Number(`${percent}e-2`)
const plain = (number: number): string => String(Number(number.toFixed(6)))
