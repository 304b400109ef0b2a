/**
 * `quantity`: `{ amount, unit }` in the field's unit. Read from a number in the system's unit, from text with a unit, or
 * from an object `{ amount, unit }`. Conversion is exact or refused.
 */
import { type Native, Numeral, numeral } from '../../base/numeral.ts'
import type { FieldType } from '../../plan/model.ts'
import { type Broken, isGroup, type Parsed } from '../value.ts'
import { timesRatio } from './digits.ts'
import { readNumber, readNumberText, writeNumber } from './number-text.ts'
import { bad, badly, good, NOTHING, type Rule, shown, unwritable } from './rule.ts'
import { factor, unitName } from './units.ts'

export type QuantityType = Extract<FieldType, { is: 'quantity' }>

/** The unit begins at the first sign after the last digit. */
const WITH_UNIT = /^([^\p{L}%‰]*\d)\s*([\p{L}%‰][^\s]*)$/u

interface Read { readonly amount: string | null | Broken; readonly unit: string | undefined }

export const quantity: Rule<QuantityType> = {
  parser: (type, reading) => {
    const usual = reading.unit ?? type.unit
    const target = type.unit === undefined ? undefined : unitName(type.unit)
    return (native) => {
      const read = parts(native, reading.decimal)
      if (read.amount === null) return NOTHING
      if (typeof read.amount !== 'string') return badly(read.amount)
      const written = read.unit ?? usual
      if (written === undefined) return bad('unit', `${shown(native)} does not say its unit, and neither does the mapping.`)
      const unit = unitName(written)
      return target === undefined ? good({ amount: read.amount, unit }) : converted(read.amount, unit, target, native)
    }
  },
  formatter: (type, reading) => {
    const target = reading.unit ?? type.unit
    return (value) => {
      if (value === null) return null
      if (!isGroup(value)) throw unwritable('This is no quantity.')
      const [amount, unit] = [value['amount'] as string, value['unit'] as string]
      if (target === undefined) return { amount: writeNumber(amount, reading.decimal) ?? numeral(amount), unit }
      const result = converted(amount, unit, unitName(target), `${amount} ${unit}`)
      if (!result.ok) throw unwritable(result.broken.says)
      const digits = isGroup(result.value as never) ? (result.value as { amount: string }).amount : amount
      return writeNumber(digits, reading.decimal) ?? numeral(digits)
    }
  },
}

function converted(amount: string, from: string, to: string, native: Native): Parsed {
  if (from === to) return good({ amount, unit: to })
  const ratio = factor(from, to)
  if (!ratio) return bad('unit', `${shown(native)} is in ${from}, which can't be converted to ${to}.`)
  const digits = timesRatio(amount, ratio)
  if (digits === undefined) return bad('unit', `${shown(native)} has no exact value in ${to}; the field needs a smaller unit.`)
  return good({ amount: digits, unit: to })
}

function parts(native: Native, decimal: string | undefined): Read {
  if (typeof native === 'string') return textParts(native, decimal)
  if (native === null || typeof native !== 'object' || Array.isArray(native) || native instanceof Numeral || native instanceof Uint8Array) {
    return { amount: readNumber(native, decimal), unit: undefined }
  }
  if (!Object.hasOwn(native, 'amount')) {
    return { amount: { rule: 'type', says: 'This object has no `amount` and is no quantity.' }, unit: undefined }
  }
  const amount = native['amount']!
  const inner = typeof amount === 'string' ? textParts(amount, decimal) : { amount: readNumber(amount, decimal), unit: undefined }
  const unit = Object.hasOwn(native, 'unit') ? native['unit']! : null
  if (unit === null || unit === '') return inner
  return typeof unit === 'string' && unit.length < 100
    ? { amount: inner.amount, unit }
    : { amount: { rule: 'unit', says: `${shown(unit)} is no unit.` }, unit: undefined }
}

function textParts(text: string, decimal: string | undefined): Read {
  const match = text.length > 2000 ? null : WITH_UNIT.exec(text.trim())
  if (!match) return { amount: readNumberText(text, decimal), unit: undefined }
  return { amount: readNumberText(match[1]!, decimal), unit: match[2]! }
}
