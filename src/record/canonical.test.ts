import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Field, FieldType } from '../plan/model.ts'
import { canonical, codePoints, compareLengths, compareValues } from './canonical.ts'
import type { Value } from './value.ts'

const field = (type: FieldType): Field => ({ type, was: [] })
const line: FieldType = { is: 'group', fields: new Map([['line', field({ is: 'integer' })], ['name', field({ is: 'text' })]]) }
const keyed: FieldType = { is: 'list', of: line, key: 'line', ordered: true }
const same = (a: Value, b: Value, type: FieldType, resolve?: (link: string) => string | undefined): boolean => canonical(a, type, resolve) === canonical(b, type, resolve)

describe('the same value', () => {
  test('keyed lists whose items stand in another order', () => {
    expect(same([{ line: '2', name: 'b' }, { line: '1', name: 'a' }], [{ name: 'a', line: '1' }, { line: '2', name: 'b' }], keyed)).toBe(true)
    expect(same([{ line: '1', name: 'a' }], [{ line: '1', name: 'b' }], keyed)).toBe(false)
  })
  test('lists without order that hold the same items as often', () => {
    const bag: FieldType = { is: 'list', of: { is: 'text' }, ordered: false }
    expect(same(['a', 'b', 'a'], ['a', 'a', 'b'], bag)).toBe(true)
    expect(same(['a', 'b', 'b'], ['a', 'a', 'b'], bag)).toBe(false)
    expect(same(['a', 'b'], ['b', 'a'], { ...bag, ordered: true })).toBe(false)
  })
  test('a group with a member that is null and one without it', () => {
    expect(same({ name: 'a', line: null }, { name: 'a' }, line)).toBe(true)
    expect(same({ name: null, line: null }, null, line)).toBe(true)
    expect(same({ name: 'a', line: '1' }, { name: 'a' }, line)).toBe(false)
  })
  test('an empty list and null', () => expect(same([], null, keyed)).toBe(true))
  test('references that lead to one golden record', () => {
    const type: FieldType = { is: 'reference', to: 'customer', late: false }
    const golden = (link: string) => ({ l1: 'g1', l2: 'g1', l3: 'g3' })[link]
    expect(same({ link: 'l1' }, { link: 'l2' }, type, golden)).toBe(true)
    expect(same({ link: 'l1' }, { link: 'l3' }, type, golden)).toBe(false)
    expect(same({ link: 'l1' }, { link: 'l2' }, type)).toBe(false)
    expect(same({ link: 'x' }, { link: 'x' }, type, golden)).toBe(true)
  })
  test('texts that differ by line ends only', () => {
    expect(same('a\r\nb', 'a\nb', { is: 'text' })).toBe(true)
    expect(same('a b', 'a  b', { is: 'text' })).toBe(false)
  })
  test('quantities in convertible units', () => {
    const type: FieldType = { is: 'quantity' }
    expect(same({ amount: '1', unit: 'kg' }, { amount: '1000', unit: 'g' }, type)).toBe(true)
    expect(same({ amount: '1', unit: 'kg' }, { amount: '1', unit: 'l' }, type)).toBe(false)
    expect(same({ amount: '1', unit: 'box' }, { amount: '1', unit: 'crate' }, type)).toBe(false)
  })
  test('texts that look like another type\'s canonical form stay apart', () => {
    expect(same('null', null, { is: 'text' })).toBe(false)
    expect(same('true', true, { is: 'text' })).toBe(false)
  })
})

describe('order', () => {
  const sorted = (values: readonly Value[], type: FieldType): readonly Value[] => values.toSorted((a, b) => compareValues(a, b, type))
  test('numbers by value, null first', () => {
    expect(sorted(['10', '9', '-1', '-10', null, '9.5', '0'], { is: 'decimal' })).toEqual([null, '-10', '-1', '0', '9', '9.5', '10'])
  })
  test('codes by their place in the list', () => {
    expect(sorted(['paid', 'placed', 'sent'], { is: 'codes', codes: new Map([['placed', ''], ['paid', ''], ['sent', '']]) })).toEqual(['placed', 'paid', 'sent'])
  })
  test('false before true', () => expect(sorted([true, false], { is: 'boolean' })).toEqual([false, true]))
  test('moments with and without a fraction', () => {
    expect(sorted(['2026-01-01T00:00:01Z', '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z'], { is: 'datetime' })).toEqual(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:01Z'])
  })
  test('quantities in different units of one dimension', () => {
    expect(sorted([{ amount: '1', unit: 'kg' }, { amount: '999', unit: 'g' }], { is: 'quantity' })).toEqual([{ amount: '999', unit: 'g' }, { amount: '1', unit: 'kg' }])
  })
  test('lengths in code points; null is shortest', () => {
    expect(codePoints('👍🏽a')).toBe(3)
    expect(compareLengths('👍🏽', 'abc')).toBeLessThan(0)
    expect(compareLengths(null, '')).toBeLessThan(0)
    expect(compareLengths(['a', 'b'], ['a'])).toBeGreaterThan(0)
  })
})

/** Values of any shape under any type: an older plan may have left them. */
const value: fc.Arbitrary<Value> = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, fc.constant(null), fc.boolean(), fc.constantFrom('', 'a', '1', '-2.5', '10', 'x\r\n', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5Z'),
    fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('amount', 'currency', 'unit', 'link', 'line', 'name'), tie('any'), { maxKeys: 3 })),
})).any
const TYPES: readonly FieldType[] = [
  { is: 'text' }, { is: 'decimal' }, { is: 'boolean' }, { is: 'datetime' }, { is: 'money' }, { is: 'quantity', unit: 'kg' }, { is: 'codes', codes: new Map([['a', ''], ['1', '']]) },
  line, keyed, { is: 'list', of: { is: 'integer' }, ordered: false }, { is: 'list', of: line, ordered: true }, { is: 'reference', to: 'x', late: false }, { is: 'json' },
]

test('every type orders every value totally, and only the same values are level', () => {
  fc.assert(fc.property(value, value, value, fc.constantFrom(...TYPES), (a, b, c, type) => {
    const order = Math.sign(compareValues(a, b, type))
    expect(Math.sign(compareValues(b, a, type)) + order).toBe(0)
    expect(order === 0).toBe(same(a, b, type))
    if (order <= 0 && compareValues(b, c, type) <= 0) expect(compareValues(a, c, type)).toBeLessThanOrEqual(0)
  }), { numRuns: 3000 })
})
