import { describe, expect, test } from 'vitest'
import { Numeral } from '../../base/numeral.ts'
import { packNative, unpackNative } from '../../base/json.ts'
import { brokenOf, entityOf, goldenOf, group, list, mappingOf, noKey, recordOf, reference, text } from './mapping.test-support.ts'

describe('a computed field', () => {
  test('keeps what was computed, so that the record itself is not needed', () => {
    const mapping = mappingOf({ fields: { a: text }, mappings: { a: { read: 'record.x + record.y' } } })
    const kept = unpackNative(packNative(mapping.pick({ x: '1', y: '2', z: 'secret' }))) as Record<string, never>
    expect(kept).toEqual({ '=a:record.x + record.y': '12' })
    expect(mapping.fields[0]!.read(kept)).toEqual({ is: 'value', value: '12' })
  })

  test('that fails breaks this field of this record, and nothing else', () => {
    const mapping = mappingOf({ fields: { a: text, b: text }, mappings: { a: { read: 'record.x * 2' }, b: 'b' } })
    const seen = unpackNative(packNative(mapping.pick({ x: 'many', b: 'fine' }))) as Record<string, never>
    expect(mapping.fields.map((field) => field.read(seen))).toMatchObject([{ is: 'broken', broken: { rule: 'computed' } }, { is: 'value', value: 'fine' }])
    expect(brokenOf(mapping, 'a', { x: 'many' })).toMatch(/many/)
  })

  test('stays exact', () => {
    const mapping = mappingOf({ fields: { a: { is: 'decimal' } }, mappings: { a: { read: 'record.x * 3 + 0.1' } } })
    expect(goldenOf(mapping, { x: new Numeral('12345678901234567890.000000001') })).toEqual({ a: '37037036703703703670.100000003' })
  })

  test('in the items of a list computes from the item', () => {
    const mapping = mappingOf({ fields: { lines: list(group({ total: { is: 'decimal' } })) }, mappings: { lines: { path: 'l', fields: { total: { read: 'record.q * record.p' } } } } })
    expect(goldenOf(mapping, { l: [{ q: 2, p: new Numeral('0.1') }, { q: 3, p: 5 }] })).toEqual({ lines: [{ total: '0.2' }, { total: '15' }] })
  })

  test('may give a group or a list', () => {
    const mapping = mappingOf({ fields: { name: group({ first: text, last: text }), tags: list(text) }, mappings: { name: { read: '{"first": record.f, "last": record.l}' }, tags: { read: 'record.t.split(";").filter(x, x != "")' } }, flat: true })
    expect(goldenOf(mapping, { f: 'A', l: 'B', t: 'x;;y' })).toEqual({ name: { first: 'A', last: 'B' }, tags: ['x', 'y'] })
  })

  test('written from the golden record follows a reference one step', () => {
    const customer = entityOf('customer', { language: { is: 'language' } })
    const mapping = mappingOf({ fields: { customer: reference('customer'), greeting: text }, mappings: { greeting: { path: 'g', write: '"Hello " + thing.customer.language' } }, entities: [customer] })
    const follow = (link: string): Record<string, string> | undefined => (link === '5' ? { language: 'pl' } : undefined)
    expect(mapping.write('greeting', { customer: { link: '5' } }, noKey, follow)).toEqual({ is: 'sources', sources: { g: 'Hello pl' } })
    expect(mapping.write('greeting', { customer: { link: '6' } }, noKey, follow)).toEqual({ is: 'sources', sources: { g: null } })
  })

  test('with a wrong expression is refused when the plan is compiled', () => {
    expect(() => mappingOf({ fields: { a: text }, mappings: { a: { path: 'a', write: 'thing.b' } } })).toThrow(/`b` is no field of thing.*position 1/)
    expect(() => mappingOf({ fields: { a: text }, mappings: { a: { read: 'record.(' } } })).toThrow(/position/)
  })
})

describe('a function of a module', () => {
  const functions = new Map([['./map.ts#party', { read: (record: Record<string, unknown>) => String(record['n']).split(' ').at(-1), write: (golden: Record<string, unknown>) => `Mx ${String(golden['last'])}` }]])

  test('reads the record and writes the golden record', () => {
    const mapping = mappingOf({ fields: { last: text }, mappings: { last: { path: 'n', function: './map.ts#party' } }, functions })
    expect(goldenOf(mapping, { n: 'Anna Nowak' })).toEqual({ last: 'Nowak' })
    expect(recordOf(mapping, { last: 'Kowal' })).toEqual({ n: 'Mx Kowal' })
  })
  test('that is not there is refused', () => {
    expect(() => mappingOf({ fields: { last: text }, mappings: { last: { function: './map.ts#other' } }, functions })).toThrow(/thing\.last names the function/)
  })
  test('may stand in a TypeScript plan itself', () => {
    const mapping = mappingOf({ fields: { last: text }, mappings: { last: { read: (record) => record['n'], write: 'thing.last' } } })
    expect(goldenOf(mapping, { n: 'x' })).toEqual({ last: 'x' })
    expect(recordOf(mapping, { last: 'y' })).toEqual({ last: 'y' })
  })

  test.each<[string, unknown, unknown]>([
    ['nothing', undefined, { is: 'absent' }],
    ['null', null, { is: 'value', value: null }],
    ['a large integer', 12345678901234567890n, { is: 'value', value: '12345678901234567890' }],
    ['a fraction', 0.1, { is: 'value', value: '0.1' }],
    ['not a number', Number.NaN, { is: 'broken' }],
    ['a promise', Promise.resolve('x'), { is: 'broken' }],
    ['a symbol', Symbol('x'), { is: 'broken' }],
    ['an instance of a class', new Map(), { is: 'broken' }],
  ])('that gives %s is taken at its word or named', (_, given, expected) => {
    const mapping = mappingOf({ fields: { a: { is: 'decimal' } }, mappings: { a: { read: () => given } } })
    expect(mapping.fields[0]!.read(mapping.pick({}))).toMatchObject(expected as object)
  })

  test('that throws breaks the field with its own words', () => {
    const mapping = mappingOf({ fields: { a: text }, mappings: { a: { read: () => { throw new Error('no such party') } } } })
    expect(brokenOf(mapping, 'a', {})).toBe('no such party')
  })
  test('whose text changes is another source', () => {
    const sourceOf = (read: () => unknown): string => mappingOf({ fields: { a: text }, mappings: { a: { read } } }).fields[0]!.source
    expect(sourceOf(() => 1)).not.toBe(sourceOf(() => 2))
  })
})
