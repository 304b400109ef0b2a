import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Native, type NativeRecord, Numeral } from '../../base/numeral.ts'
import type { FieldType } from '../../plan/model.ts'
import { canonical } from '../canonical.ts'
import type { Value } from '../value.ts'
import { parseValue } from '../types/rules.ts'
import { type ShortMapping, codes, goldenOf, group, list, mappingOf, recordOf, text } from './mapping.test-support.ts'

/** Only values that the type itself allows, in the form that it gives them. */
const valid = (type: FieldType, natives: fc.Arbitrary<Native>): fc.Arbitrary<Value> =>
  natives.map((native) => parseValue(native, type, { timeZone: 'UTC' })).filter((parsed) => parsed.ok).map((parsed) => (parsed.ok ? parsed.value : null))

const words = valid(text, fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('a b', ' a', '-a', 'a-', '--', 'a--b', 'D', 'DE', 'null', 'true', '0', '01', '["x"]', 'Ł')))
const decimals = valid({ is: 'decimal' }, fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(6)).map(([units, scale]) => new Numeral(scale === 0 ? String(units) : `${units}.${'0'.repeat(scale - 1)}5`)))
const cents = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })
const moneyOf = (...currencies: readonly string[]): fc.Arbitrary<Value> =>
  fc.tuple(cents, fc.constantFrom(...currencies)).chain(([amount, currency]) => valid({ is: 'money' }, fc.constant({ amount: new Numeral(currency === 'JPY' ? String(amount) : `${amount}.25`), currency })))
const money: FieldType = { is: 'money' }
const status = codes('a', 'b', 'c')
const address = group({ street: text, city: text })
const line = group({ line: { is: 'integer' }, price: money, note: text })
const line1: fc.Arbitrary<Value> = fc.record({ price: moneyOf('EUR', 'PLN', 'JPY'), note: fc.option(words) }) as fc.Arbitrary<Value>
const lines: fc.Arbitrary<Value> = fc.array(line1, { minLength: 1, maxLength: 4 }).map((items) => items.map((item, i) => ({ ...(item as object), line: String(i + 1) })))
const groups: fc.Arbitrary<Value> = fc.record({ street: fc.option(words), city: words }) as fc.Arbitrary<Value>

const CASES: readonly [string, FieldType, ShortMapping, fc.Arbitrary<Value>, boolean][] = [
  ['a path', text, 'a.b.0', words, false],
  ['a column', text, 'A. b (c)', words, true],
  ['decimals', { is: 'decimal' }, 'n', decimals, false],
  ['decimals with a comma', { is: 'decimal' }, { path: 'n', decimal: ',' }, decimals, true],
  ['joined paths', text, { path: ['x', 'y', 'z'], join: '-' }, words, false],
  ['joined paths with a longer sign', text, { path: ['x', 'y'], join: '--' }, words, true],
  ['codes', status, { path: 's', codes: { a: ['1', '9'], b: '2', c: '3' } }, fc.constantFrom('a', 'b', 'c'), false],
  ['codes of a boolean', { is: 'boolean' }, { path: 's', codes: { true: 'N', false: 'J' } }, fc.boolean(), true],
  ['money in cents with a currency beside it', money, { path: 'm.a', unit: 'minor', currency: 'm.c' }, moneyOf('EUR', 'PLN', 'JPY'), false],
  ['money in two columns', money, 'm', moneyOf('EUR', 'JPY'), true],
  ['money as an object', money, 'm', moneyOf('EUR', 'JPY'), false],
  ['money of one currency', money, { path: 'm', currency: 'EUR' }, moneyOf('EUR'), true],
  ['a quantity in another unit', { is: 'quantity', unit: 'kg' }, { path: 'q', unit: 'g' }, valid({ is: 'quantity', unit: 'kg' }, fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map((n) => `${n}.125 kg`)), false],
  ['a quantity in two columns', { is: 'quantity' }, 'q', valid({ is: 'quantity' }, fc.tuple(fc.nat(), fc.constantFrom('kg', 'piece', 'm')).map(([n, unit]) => `${n} ${unit}`)), true],
  ['a group with a path', address, { path: 'a', fields: { street: 's.t', city: 'c' } }, groups, false],
  ['a group in columns', address, 'a', groups, true],
  ['a list of groups', list(line, 'line'), { path: 'l', fields: { line: 'id', price: { path: 'p', currency: 'cur' }, note: 'n' } }, lines, false],
  ['a list of groups as text', list(line, 'line'), { path: 'l', fields: { line: 'id', price: { path: 'p', currency: 'cur' }, note: 'n' } }, lines, true],
  ['a set', list(text, undefined, false), 'l', valid(list(text, undefined, false), fc.array(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 })), false],
  ['a list of texts as text', list(text), 'l', fc.array(words.filter((word) => word !== null), { minLength: 1, maxLength: 4 }), true],
  ['dates', { is: 'date' }, { path: 'd', format: 'dd.MM.yyyy' }, valid({ is: 'date' }, fc.date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-01-01T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))), true],
]

describe('what an invertible mapping writes it reads again as the same value', () => {
  test.each(CASES)('%s', (_, type, short, values, flat) => {
    const mapping = mappingOf({ fields: { f: type }, mappings: { f: short }, flat })
    expect(mapping.fields[0]!.invertible).toBe(true)
    fc.assert(fc.property(values, fc.boolean(), (value, empty) => {
      const golden = { f: empty ? null : value }
      const again = goldenOf(mapping, recordOf(mapping, golden))
      expect(canonical(again['f'] ?? null, type)).toBe(canonical(golden.f, type))
    }))
  })

  test.each(CASES)('and what is kept of the record it wrote is what it wrote: %s', (_, type, short, values, flat) => {
    const mapping = mappingOf({ fields: { f: type }, mappings: { f: short }, flat })
    fc.assert(fc.property(values, (value) => {
      const written = mapping.write('f', { f: value }, () => undefined)
      if (written.is !== 'sources') throw new Error(written.is)
      expect(mapping.pick(mapping.place(written.sources))).toEqual(written.sources)
    }))
  })
})

const native: fc.Arbitrary<Native> = fc.letrec<{ value: Native; record: NativeRecord }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.string({ maxLength: 5 }), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), tie('record')),
  record: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'id', 'p', 'cur', '__proto__', 'constructor', 'length', '0'), tie('value'), { maxKeys: 5 }),
})).value

const everything = mappingOf({
  fields: { text, status, money, address, lines: list(line, 'line'), first: text, last: text, joined: text, computed: text },
  mappings: {
    text: 'a.b', status: { path: 'b', codes: { a: '1', b: ['2', '3'] }, unknown: 'ignore' }, money: { path: 'a.p', currency: 'cur' }, address: { path: 'c', fields: { street: 'a', city: 'b.0' } },
    lines: { path: 'a', fields: { line: 'id', price: { path: 'p', currency: 'cur' }, note: 'c(a=1).b' } }, first: { path: 'c', split: ' ', take: 'first' }, last: { path: 'c', split: ' ', take: 'rest' },
    joined: { path: ['a', 'b'] }, computed: { read: 'record.a.b + record.b' },
  },
})

describe('any record', () => {
  const records = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'id', 'p', 'cur', '__proto__', 'constructor'), native)

  test('is picked and read without a crash, and changes no prototype', () => {
    fc.assert(fc.property(records, (record) => {
      const seen = everything.pick(record)
      for (const field of everything.fields) expect(['value', 'absent', 'broken']).toContain(field.read(seen).is)
      expect(Object.getPrototypeOf(seen)).toBe(Object.prototype)
      expect(Object.keys(Object.prototype)).toEqual([])
    }))
  })

  test('that something is placed into keeps what is not mapped, and gives what was placed', () => {
    fc.assert(fc.property(records, fc.record({ text: words, address: groups }) as fc.Arbitrary<Record<string, Value>>, (record, values) => {
      const mapping = mappingOf({ fields: { text, address }, mappings: { text: 'a.b', address: { path: 'c', fields: { street: 'x', city: 'y' } } } })
      const before = JSON.stringify(record)
      const placed = recordOf(mapping, values, () => undefined, record)
      expect(JSON.stringify(record)).toBe(before)
      expect(canonical(goldenOf(mapping, placed)['text'] ?? null, text)).toBe(canonical(values['text'] ?? null, text))
      for (const key of Object.keys(record).filter((name) => name !== 'a' && name !== 'c')) expect(placed[key]).toEqual(record[key])
    }))
  })

  test('nested a hundred thousand times is harmless', () => {
    let deep: Native = 'x'
    for (let i = 0; i < 100_000; i += 1) deep = i % 2 ? [deep] : { a: deep }
    const seen = everything.pick({ a: deep, b: deep, c: deep })
    for (const field of everything.fields) expect(['value', 'absent', 'broken']).toContain(field.read(seen).is)
  })
})
