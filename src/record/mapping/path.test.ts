import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Numeral, type Native, type NativeRecord } from '../../base/numeral.ts'
import { copyNative, nativeOf, parsePath, pathOf } from './path.ts'

const record: NativeRecord = {
  a: { b: { c: 1 }, empty: null },
  list: ['x', { deep: 'y' }],
  contacts: [{ type: 'phone', value: '1' }, { type: 'email', value: 'm@example.org' }, { type: 'email', value: 'second' }],
  addresses: [{ invoice: false, city: 'A' }, { invoice: true, city: 'B' }],
  properties: { 'E-mail 2': { value: 'two' }, 'say "hi"': 3 },
  numbers: [{ id: 7, v: 'seven' }, { id: new Numeral('12345678901234567890'), v: 'big' }],
}

describe('a path finds', () => {
  test.each<[string, Native | undefined]>([
    ['a.b.c', 1],
    ['a.empty', null],
    ['a.missing', undefined],
    ['a.b.c.d', undefined],
    ['missing.b', undefined],
    ['list.0', 'x'],
    ['list.1.deep', 'y'],
    ['list.2', undefined],
    ['list.first', undefined],
    ['contacts(type=email).value', 'm@example.org'],
    ['contacts(type=fax).value', undefined],
    ['addresses(invoice=true).city', 'B'],
    ['properties."E-mail 2".value', 'two'],
    ['properties."say ""hi"""', 3],
    ['numbers(id=7).v', 'seven'],
    ['numbers(id=12345678901234567890).v', 'big'],
    ['a(b=1).c', undefined],
  ])('%s', (text, expected) => {
    expect(pathOf(text, false).get(record)).toEqual(expected)
  })
})

describe('a path puts', () => {
  test.each<[string, NativeRecord]>([
    ['a', { a: 'v' }],
    ['a.b.c', { a: { b: { c: 'v' } } }],
    ['a.0', { a: ['v'] }],
    ['a.2.b', { a: [null, null, { b: 'v' }] }],
    ['a(type=email).value', { a: [{ value: 'v', type: 'email' }] }],
    ['a(invoice=true).x.y', { a: [{ x: { y: 'v' }, invoice: true }] }],
    ['a(zip="01").x', { a: [{ x: 'v', zip: '01' }] }],
  ])('%s into an empty record, making what is missing', (text, expected) => {
    const made: NativeRecord = {}
    pathOf(text, false).set(made, 'v')
    expect(made).toEqual(expected)
    expect(pathOf(text, false).get(made)).toBe('v')
  })

  test('a value beside others and leaves them alone', () => {
    const changed = copyNative(record)
    pathOf('contacts(type=email).value', false).set(changed, 'new')
    expect(changed['contacts']).toEqual([{ type: 'phone', value: '1' }, { type: 'email', value: 'new' }, { type: 'email', value: 'second' }])
    expect((record['contacts'] as NativeRecord[])[1]!['value']).toBe('m@example.org')
  })

  test('nothing into an item that is not there', () => {
    const changed = copyNative(record)
    pathOf('contacts(type=fax).value', false).set(changed, null)
    expect(changed).toEqual(record)
    pathOf('contacts(type=email).value', false).set(changed, null)
    expect((changed['contacts'] as NativeRecord[])[1]).toEqual({ type: 'email', value: null })
  })

  test('a value in the place of a scalar that stands in the way', () => {
    const made: NativeRecord = { a: 'text' }
    pathOf('a.b', false).set(made, 1)
    expect(made).toEqual({ a: { b: 1 } })
  })

  test('what is read again at the same path, for any names', () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,5}$/).filter((word) => !['__proto__', 'constructor', 'prototype'].includes(word))
    const step = fc.oneof(name.map((n) => `.${n}`), fc.nat(4).map((i) => `.${i}`), fc.tuple(name, name).map(([key, value]) => `(${key}=${value}).X`))
    fc.assert(fc.property(name, fc.array(step, { maxLength: 5 }), fc.string(), (first, steps, value) => {
      const path = pathOf(first + steps.join(''), false)
      const made: NativeRecord = {}
      path.set(made, value)
      expect(path.get(made)).toBe(value)
    }))
  })
})

describe('a column of a flat record', () => {
  test.each(['Article no.', 'a.b', 'x(y=z)', 'E-mail 2', '0', '[brackets]', 'Termin płatności'])('is named exactly as it is: %s', (name) => {
    const path = pathOf(name, true)
    expect(path.get({ [name]: 'v' })).toBe('v')
    expect(path.get({})).toBeUndefined()
    const made: NativeRecord = {}
    path.set(made, 'w')
    expect(made).toEqual({ [name]: 'w' })
  })
})

describe('a wrong path is refused with its place', () => {
  test.each<[string, number, RegExp]>([
    ['', 0, /empty/],
    ['a..b', 2, /before the dot/],
    ['a.', 1, /ends with a dot/],
    ['.a', 0, /before the dot/],
    ['a[0]', 1, /square brackets/],
    ['a(type)', 6, /key and a value/],
    ['a(type=email', 12, /`\)` is missing/],
    ['a."open', 2, /quotes does not end/],
    ['a b', 1, /can't stand in a name/],
    ['a.99999', 2, /beyond 999/],
    ['__proto__.x', 0, /never followed/],
    ['a.constructor', 2, /never followed/],
    ['a."prototype"', 2, /never followed/],
    ['a(__proto__=1).b', 2, /never followed/],
  ])('%j', (text, at, says) => {
    const result = parsePath(text, false)
    expect(result).toMatchObject({ problem: { at } })
    expect('problem' in result && result.problem.says).toMatch(says)
    expect('problem' in result && result.problem.mend).not.toBe('')
  })

  test('also a column that would lead to a prototype', () => {
    expect(parsePath('__proto__', true)).toHaveProperty('problem')
  })

  test('and never crashes the parser, whatever the text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), fc.boolean(), (text, flat) => {
      const result = parsePath(text, flat)
      if ('problem' in result) expect(result.problem.at).toBeLessThanOrEqual(text.length)
      else expect(() => result.path.get(record)).not.toThrow()
    }))
  })
})

describe('hostile records', () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":"yes"},"a":{"__proto__":{"b":1}},"constructor":{"name":"x"}}') as NativeRecord

  test('give nothing through inherited properties', () => {
    expect(pathOf('polluted', false).get(hostile)).toBeUndefined()
    expect(pathOf('a.b', false).get(hostile)).toBeUndefined()
    expect(pathOf('toString', false).get({})).toBeUndefined()
    expect(pathOf('hasOwnProperty', true).get({})).toBeUndefined()
    expect(pathOf('a.length', false).get({ a: 'text' })).toBeUndefined()
  })

  test('are copied with their strange keys as plain ones', () => {
    const copy = copyNative(hostile)
    expect(Object.keys(copy)).toEqual(['__proto__', 'a', 'constructor'])
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(({} as NativeRecord)['polluted']).toBeUndefined()
  })

  test('nested a hundred thousand times are copied without exhausting the stack', () => {
    let deep: Native = 'x'
    for (let i = 0; i < 100_000; i += 1) deep = { d: deep }
    expect(pathOf('d.d.d', false).get(copyNative({ d: deep }))).toBeDefined()
  })
})

test('A value of the plan is true, false or a number where it is written so, else text', () => {
  expect(['true', 'false', '0', '-12', '01', '1.5', 'x', '+1', '1234567890123456'].map(nativeOf)).toEqual([true, false, 0, -12, '01', '1.5', 'x', '+1', '1234567890123456'])
})
