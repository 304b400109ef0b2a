/**
 * `money`: `{ amount, currency }`. Read from a bare amount (the currency is the mapping's or the type's), from text with its
 * currency, or from an object `{ amount, currency }`. With `unit: minor` amounts are cents of whatever the currency has.
 */
import { type Native, Numeral, numeral } from '../../base/numeral.ts'
import type { FieldType } from '../../plan/model.ts'
import { type Broken, isGroup, type Parsed } from '../value.ts'
import { CURRENCIES, CURRENCY_SIGNS } from './currency-table.ts'
import { decimals, shift } from './digits.ts'
import { readNumber, readNumberText, writeNumber } from './number-text.ts'
import { bad, badly, good, NOTHING, type Rule, shown, unwritable } from './rule.ts'

export type MoneyType = Extract<FieldType, { is: 'money' }>

const BEFORE = /^(\p{L}{2,3}|\p{Sc})\s*(?=[-+\u2212\d])/u
const AFTER = /(?<=[-\u2212\d])\s*(\p{L}{2,3}|\p{Sc})$/u

interface Read { readonly amount: string | null | Broken; readonly currency: string | undefined }

export const money: Rule<MoneyType> = {
  parser: (type, reading) => {
    const usual = reading.currency ?? type.currency
    const minor = reading.unit === 'minor'
    return (native) => {
      const read = parts(native, reading.decimal)
      if (read.amount === null) return NOTHING
      if (typeof read.amount !== 'string') return badly(read.amount)
      const currency = read.currency ?? usual
      if (currency === undefined) return bad('currency', `${shown(native)} does not say its currency, and neither does the mapping.`)
      return amountOf(read.amount, currency, type, minor, native)
    }
  },
  formatter: (type, reading) => {
    const usual = reading.currency ?? type.currency
    return (value) => {
      if (value === null) return null
      if (!isGroup(value)) throw unwritable('This is no amount of money.')
      const currency = value['currency'] as string
      let digits = value['amount'] as string
      if (reading.unit === 'minor') digits = shift(digits, -(CURRENCIES.get(currency) ?? 2))
      const amount = writeNumber(digits, reading.decimal) ?? numeral(digits)
      if (usual === undefined) return { amount, currency }
      if (usual !== currency) throw unwritable(`An amount in ${currency} can't be written where amounts are in ${usual}.`)
      return amount
    }
  },
}

function amountOf(written: string, currency: string, type: MoneyType, minor: boolean, native: Native): Parsed {
  const places = CURRENCIES.get(currency)
  if (places === undefined) return bad('currency', `${shown(currency)} is no currency of ISO 4217.`)
  if (type.currency !== undefined && type.currency !== currency) {
    return bad('currency', `${shown(native)} is in ${currency}, but this field is kept in ${type.currency}.`)
  }
  const amount = minor ? shift(written, places) : written
  if (decimals(amount) > places) {
    return bad('decimals', `${shown(native)} has more than the ${places === 0 ? 'whole units' : `${places} decimals`} that ${currency} has.`)
  }
  return good({ amount, currency })
}

function parts(native: Native, decimal: string | undefined): Read {
  if (typeof native === 'string') return textParts(native, decimal)
  if (native === null || typeof native !== 'object' || Array.isArray(native) || native instanceof Numeral || native instanceof Uint8Array) {
    return { amount: readNumber(native, decimal), currency: undefined }
  }
  if (!Object.hasOwn(native, 'amount')) {
    return { amount: { rule: 'type', says: 'This object has no `amount` and is no money.' }, currency: undefined }
  }
  const code = Object.hasOwn(native, 'currency') ? native['currency']! : null
  const amount = native['amount']!
  const inner = typeof amount === 'string' ? textParts(amount, decimal) : { amount: readNumber(amount, decimal), currency: undefined }
  if (code === null || code === '') return inner
  if (typeof code !== 'string') return { amount: { rule: 'currency', says: `${shown(code)} is no currency.` }, currency: undefined }
  return { amount: inner.amount, currency: currencyCode(code) }
}

function textParts(text: string, decimal: string | undefined): Read {
  const trimmed = text.length > 2000 ? text : text.trim()
  const match = text.length > 2000 ? null : (BEFORE.exec(trimmed) ?? AFTER.exec(trimmed))
  if (!match) return { amount: readNumberText(trimmed, decimal), currency: undefined }
  const rest = match.index === 0 ? trimmed.slice(match[0].length) : trimmed.slice(0, match.index)
  return { amount: readNumberText(rest, decimal), currency: currencyCode(match[1]!) }
}

const currencyCode = (written: string): string => CURRENCY_SIGNS.get(written.trim()) ?? written.trim().toUpperCase()
