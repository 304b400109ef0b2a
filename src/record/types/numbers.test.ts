import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Numeral } from '../../base/numeral.ts'
import type { FieldType } from '../../plan/model.ts'
import { compareDigits, timesRatio } from './digits.ts'
import { formatValue, parseValue } from './rules.ts'
import { factor } from './units.ts'

const digits = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 30 })).map(([n, places]) => {
  const sign = n < 0n ? '-' : ''
  const text = String(n < 0n ? -n : n).padStart(places + 1, '0')
  const fraction = text.slice(text.length - places).replace(/0+$/, '')
  const whole = text.slice(0, text.length - places)
  return n === 0n ? '0' : `${sign}${whole}${fraction && `.${fraction}`}`
})
const decimal: FieldType = { is: 'decimal' }

test('a decimal of any size survives every way of writing it, digit by digit', () => {
  fc.assert(fc.property(digits, fc.constantFrom(undefined, '.', ','), (value, mark) => {
    const reading = { timeZone: 'UTC', ...(mark === undefined ? {} : { decimal: mark }) }
    expect(parseValue(formatValue(value, decimal, reading), decimal, reading)).toEqual({ ok: true, value })
    expect(parseValue(new Numeral(value), decimal, reading)).toEqual({ ok: true, value })
  }))
})

test('groups of three read the same with every group mark', () => {
  fc.assert(fc.property(digits, fc.constantFrom(' ', '\u00a0', '\u202f', '\u2009', '\'', '\u2019', '.'), (value, mark) => {
    const [whole, fraction] = value.split('.')
    const grouped = `${whole!.replaceAll(/\B(?=(\d{3})+$)/g, mark)}${fraction === undefined ? '' : `,${fraction}`}`
    expect(parseValue(grouped, decimal, { timeZone: 'UTC', decimal: ',' })).toEqual({ ok: true, value })
  }))
})

test('amounts in minor units survive for every number of decimals', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.constantFrom('JPY', 'EUR', 'KWD', 'CLF'), (cents, currency) => {
    const reading = { timeZone: 'UTC', unit: 'minor', currency }
    const parsed = parseValue(String(cents), { is: 'money' }, reading)
    expect(parsed.ok).toBe(true)
    if (parsed.ok) expect(String(formatValue(parsed.value, { is: 'money' }, reading))).toBe(String(cents))
  }))
})

test('the order of digits is the order of the numbers', () => {
  fc.assert(fc.property(digits, digits, (a, b) => {
    const scaled = (text: string): bigint => {
      const [whole, fraction = ''] = text.replace('-', '').split('.')
      return (text.startsWith('-') ? -1n : 1n) * BigInt(whole + fraction.padEnd(40, '0'))
    }
    const [x, y] = [scaled(a), scaled(b)]
    expect(compareDigits(a, b)).toBe(x < y ? -1 : x > y ? 1 : 0)
  }))
})

test('a quantity comes back from any unit that can hold it exactly', () => {
  const pairs = [['kg', 'g'], ['t', 'mg'], ['l', 'ml'], ['km', 'mm'], ['m', 'cm'], ['day', 'min'], ['h', 's'], ['kg', 'dag']] as const
  fc.assert(fc.property(digits, fc.constantFrom(...pairs), (amount, [large, small]) => {
    const there = timesRatio(amount, factor(large, small)!)!
    expect(timesRatio(there, factor(small, large)!)).toBe(amount)
  }))
})

test('limits that are no value of the type are refused when the plan is read', () => {
  expect(() => parseValue('1', { is: 'integer', atLeast: 'many' }, { timeZone: 'UTC' })).toThrow(expect.objectContaining({ code: 'type.limit' }))
})

test('writing money of another currency, or a quantity without an exact form, is refused and not rounded', () => {
  const refused = expect.objectContaining({ code: 'type.unwritable', class: 'data' })
  expect(() => formatValue({ amount: '1', currency: 'EUR' }, { is: 'money' }, { timeZone: 'UTC', currency: 'PLN' })).toThrow(refused)
  expect(() => formatValue({ amount: '1', unit: 's' }, { is: 'quantity', unit: 's' }, { timeZone: 'UTC', unit: 'min' })).toThrow(refused)
})
