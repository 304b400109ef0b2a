/** `integer` and `decimal`. */
import { numeral } from '../../base/numeral.ts'
import { readNumber, writeNumber } from './number-text.ts'
import { bad, badly, good, NOTHING, type Rule, shown } from './rule.ts'

const SMALL_INTEGER = /^(?:0|-?[1-9]\d{0,17})$/

export const integer: Rule = {
  parser: (_type, reading) => (native) => {
    if (typeof native === 'number' && Number.isSafeInteger(native)) return good(native === 0 ? '0' : String(native))
    if (typeof native === 'string' && SMALL_INTEGER.test(native)) return good(native)
    const digits = readNumber(native, reading.decimal)
    if (digits === null) return NOTHING
    if (typeof digits !== 'string') return badly(digits)
    if (digits.includes('.')) return bad('type', `${shown(native)} is no whole number.`)
    return good(digits)
  },
  formatter: () => (value) => (value === null ? null : numeral(value as string)),
}

export const decimal: Rule = {
  parser: (_type, reading) => (native) => {
    const digits = readNumber(native, reading.decimal)
    if (digits === null) return NOTHING
    return typeof digits === 'string' ? good(digits) : badly(digits)
  },
  formatter: (_type, reading) => (value) =>
    value === null ? null : (writeNumber(value as string, reading.decimal) ?? numeral(value as string)),
}

