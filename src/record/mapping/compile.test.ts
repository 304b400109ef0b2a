import { describe, expect, test } from 'vitest'
import { type NativeRecord, Numeral } from '../../base/numeral.ts'
import type { Value } from '../value.ts'
import { type Fields, type Mappings, brokenOf, codes, entityOf, goldenOf, group, list, mappingOf, noKey, recordOf, reference, text } from './mapping.test-support.ts'

interface Case {
  readonly row: string
  readonly fields: Fields
  readonly mappings: Mappings
  readonly record: NativeRecord
  readonly golden: Readonly<Record<string, Value>>
  /** What is written for `golden`; absent: the record. */
  readonly written?: NativeRecord
  readonly flat?: boolean
  readonly timeZone?: string
}

const money = { is: 'money' } as const
const address = group({ street: text, city: text })

const CASES: readonly Case[] = [
  { row: 'path', fields: { email: { is: 'email' } }, mappings: { email: 'contact.mail' }, record: { contact: { mail: 'a@example.org' } }, golden: { email: 'a@example.org' } },
  { row: 'path, known to be empty', fields: { email: { is: 'email' } }, mappings: { email: 'mail' }, record: { mail: null }, golden: { email: null } },
  { row: 'several paths joined by join', fields: { name: text }, mappings: { name: { path: ['first', 'last'], join: ' ' } }, record: { first: 'Anna', last: 'Maria Nowak' }, golden: { name: 'Anna Maria Nowak' } },
  { row: 'several paths with one part', fields: { name: text }, mappings: { name: { path: ['first', 'last'], join: ' ' } }, record: { first: 'Anna', last: null }, golden: { name: 'Anna' } },
  { row: 'several paths of a list', fields: { phones: list(text) }, mappings: { phones: { path: ['tel1', 'tel2', 'tel3'] } }, record: { tel1: '1', tel2: '2', tel3: null }, golden: { phones: ['1', '2'] } },
  { row: 'fields of a group, relative to its path', fields: { address }, mappings: { address: { path: 'billing', fields: { street: 'line1', city: 'town.name' } } }, record: { billing: { line1: 'X 1', town: { name: 'Y' } } }, golden: { address: { street: 'X 1', city: 'Y' } } },
  { row: 'fields of a group without a path', fields: { address }, mappings: { address: { fields: { street: 'line1', city: 'town' } } }, record: { line1: 'X 1', town: 'Y' }, golden: { address: { street: 'X 1', city: 'Y' } } },
  { row: 'group without fields: members under their own names', fields: { address }, mappings: { address: 'billing' }, record: { billing: { street: 'X 1', city: 'Y' } }, golden: { address: { street: 'X 1', city: 'Y' } } },
  { row: 'group that is empty', fields: { address }, mappings: { address: { path: 'billing', fields: { street: 's', city: 'c' } } }, record: { billing: { s: null, c: null } }, golden: { address: null } },
  { row: 'fields of a list', fields: { lines: list(group({ line: { is: 'integer' }, quantity: { is: 'decimal' } }), 'line') }, mappings: { lines: { path: 'rows', fields: { line: 'id', quantity: 'q.n' } } }, record: { rows: [{ id: 1, q: { n: 2 } }, { id: 2, q: { n: new Numeral('0.5') } }] }, golden: { lines: [{ line: '1', quantity: '2' }, { line: '2', quantity: '0.5' }] } },
  { row: 'list of texts', fields: { tags: list(text) }, mappings: { tags: 'labels' }, record: { labels: ['b', 'a'] }, golden: { tags: ['b', 'a'] } },
  { row: 'set of texts', fields: { tags: list(text, undefined, false) }, mappings: { tags: 'labels' }, record: { labels: ['b', 'a', 'b'] }, golden: { tags: ['a', 'b'] }, written: { labels: ['a', 'b'] } },
  { row: 'list in a list', fields: { lines: list(group({ tags: list(text) })) }, mappings: { lines: { path: 'l', fields: { tags: 't' } } }, record: { l: [{ t: ['x'] }, { t: ['y', 'z'] }] }, golden: { lines: [{ tags: ['x'] }, { tags: ['y', 'z'] }] } },
  { row: 'value', fields: { channel: codes('phone', 'mail') }, mappings: { channel: { path: 'kind', value: 'phone' } }, record: { kind: 'call' }, golden: { channel: 'phone' }, written: { kind: 'phone' } },
  { row: 'value in the system’s form', fields: { channel: codes('phone', 'mail'), since: { is: 'date' } }, mappings: { channel: { path: 'kind', value: 'phone', codes: { phone: 'TEL' } }, since: { path: 's', value: '2026-01-31', format: 'dd.MM.yyyy' } }, record: {}, golden: { channel: 'phone', since: '2026-01-31' }, written: { kind: 'TEL', s: '31.01.2026' } },
  { row: 'value without a path', fields: { channel: codes('phone', 'mail'), at: text }, mappings: { channel: { value: 'phone' }, at: 'at' }, record: { at: 'x' }, golden: { channel: 'phone', at: 'x' } },
  { row: 'default', fields: { country: { is: 'country' } }, mappings: { country: { path: 'land', default: 'PL' } }, record: { land: 'DE' }, golden: { country: 'DE' } },
  { row: 'default in a group', fields: { address: group({ city: text, country: { is: 'country' } }) }, mappings: { address: { fields: { city: 'ort', country: { path: 'land', default: 'DE' } } } }, record: { ort: 'Ulm', land: null }, golden: { address: { city: 'Ulm', country: 'DE' } }, written: { ort: 'Ulm', land: 'DE' } },
  { row: 'codes', fields: { status: codes('placed', 'paid') }, mappings: { status: { path: 's', codes: { placed: 'NEW', paid: ['PAID', 'SETTLED'] } } }, record: { s: 'SETTLED' }, golden: { status: 'paid' }, written: { s: 'PAID' } },
  { row: 'codes that are numbers', fields: { status: codes('placed', 'paid') }, mappings: { status: { path: 's', codes: { placed: '1', paid: '2' } } }, record: { s: 2 }, golden: { status: 'paid' } },
  { row: 'codes of true and false', fields: { mail_allowed: { is: 'boolean' } }, mappings: { mail_allowed: { path: 'optout', codes: { true: 'false', false: 'true' } } }, record: { optout: false }, golden: { mail_allowed: true } },
  { row: 'codes for a boolean', fields: { active: { is: 'boolean' } }, mappings: { active: { path: 'a', codes: { true: 'J', false: 'N' } } }, record: { a: 'N' }, golden: { active: false } },
  { row: 'codes of an open type, a value that is not listed', fields: { country: { is: 'country' } }, mappings: { country: { path: 'land', codes: { DE: 'D' } } }, record: { land: 'PL' }, golden: { country: 'PL' } },
  { row: 'codes of a list', fields: { channels: list(codes('phone', 'mail')) }, mappings: { channels: { path: 'c', codes: { phone: 'TEL', mail: 'MAIL' } } }, record: { c: ['MAIL', 'TEL'] }, golden: { channels: ['mail', 'phone'] } },
  { row: 'unit of a quantity', fields: { weight: { is: 'quantity', unit: 'kg' } }, mappings: { weight: { path: 'w', unit: 'g' } }, record: { w: 1250 }, golden: { weight: { amount: '1.25', unit: 'kg' } } },
  { row: 'unit: minor of money', fields: { total: money }, mappings: { total: { path: 't', unit: 'minor', currency: 'EUR' } }, record: { t: 1250 }, golden: { total: { amount: '12.5', currency: 'EUR' } } },
  { row: 'currency, fixed', fields: { price: money }, mappings: { price: { path: 'p', currency: 'PLN' } }, record: { p: new Numeral('12.5') }, golden: { price: { amount: '12.5', currency: 'PLN' } } },
  { row: 'currency, by path', fields: { price: money }, mappings: { price: { path: 'price.gross', currency: 'price.cur' } }, record: { price: { gross: 5, cur: 'CZK' } }, golden: { price: { amount: '5', currency: 'CZK' } } },
  {
    row: 'currency, looked up outward and written there',
    fields: { total: money, lines: list(group({ line: { is: 'integer' }, price: money }), 'line') },
    mappings: { total: { path: 'total', currency: 'currencyCode', unit: 'minor' }, lines: { path: 'lines', fields: { line: 'id', price: { path: 'p', currency: 'currencyCode', unit: 'minor' } } } },
    record: { total: 300, currencyCode: 'PLN', lines: [{ id: 1, p: 300 }] },
    golden: { total: { amount: '3', currency: 'PLN' }, lines: [{ line: '1', price: { amount: '3', currency: 'PLN' } }] },
  },
  { row: 'currency in the item itself', fields: { lines: list(group({ price: money })) }, mappings: { lines: { path: 'l', fields: { price: { path: 'p', currency: 'c' } } } }, record: { l: [{ p: 1, c: 'EUR' }, { p: 2, c: 'JPY' }] }, golden: { lines: [{ price: { amount: '1', currency: 'EUR' } }, { price: { amount: '2', currency: 'JPY' } }] } },
  { row: 'format', fields: { born: { is: 'date' } }, mappings: { born: { path: 'b', format: 'dd.MM.yyyy' } }, record: { b: '31.12.1999' }, golden: { born: '1999-12-31' } },
  { row: 'time_zone', fields: { at: { is: 'datetime' } }, mappings: { at: { path: 'a', timeZone: 'Europe/Warsaw', format: 'yyyy-MM-dd HH:mm' } }, record: { a: '2026-07-01 12:00' }, golden: { at: '2026-07-01T10:00:00Z' } },
  { row: 'decimal', fields: { rate: { is: 'decimal' } }, mappings: { rate: { path: 'r', decimal: ',' } }, record: { r: '1,25' }, golden: { rate: '1.25' } },
  { row: 'split and take', fields: { first: text, last: text }, mappings: { first: { path: 'name', split: ' ', take: 'first' }, last: { path: 'name', split: ' ', take: 'rest' } }, record: { name: 'Anna Maria Nowak' }, golden: { first: 'Anna', last: 'Maria Nowak' } },
  { row: 'split and take: last, and a number', fields: { middle: text, last: text }, mappings: { middle: { path: 'name', split: ' ', take: 2 }, last: { path: 'name', split: ' ', take: 'last' } }, record: { name: 'Anna Maria Nowak' }, golden: { middle: 'Maria', last: 'Nowak' }, written: { name: 'Maria Nowak' } },
  { row: 'transform', fields: { code: text }, mappings: { code: { path: 'c', transform: ['trim', 'upper'] } }, record: { c: ' ab ' }, golden: { code: 'AB' }, written: { c: 'AB' } },
  { row: 'read', fields: { done: text }, mappings: { done: { read: 'record.state == "Done" ? record.at : null' } }, record: { state: 'Done', at: 'today' }, golden: { done: 'today' }, written: {} },
  { row: 'read and write', fields: { full: text }, mappings: { full: { path: 'f', read: 'record.f.upper()', write: 'thing.full.lower()' } }, record: { f: 'abc' }, golden: { full: 'ABC' } },
  { row: 'read with codes', fields: { status: codes('a', 'b') }, mappings: { status: { read: 'record.x + record.y', codes: { a: 'AA', b: 'BB' } } }, record: { x: 'B', y: 'B' }, golden: { status: 'b' }, written: {} },
  { row: 'write without a path', fields: { full: text }, mappings: { full: { read: 'record.full', write: 'thing.full + "!"' } }, record: { full: 'x' }, golden: { full: 'x' }, written: { full: 'x!' } },
  { row: 'access: read', fields: { a: text, b: text }, mappings: { a: { path: 'a', access: 'read' }, b: 'b' }, record: { a: '1', b: '2' }, golden: { a: '1', b: '2' }, written: { b: '2' } },
  { row: 'access: write', fields: { a: text, b: text }, mappings: { a: { path: 'a', access: 'write' }, b: 'b' }, record: { a: '1', b: '2' }, golden: { b: '2' }, written: { b: '2' } },
  { row: 'id', fields: { a: text }, mappings: { id: 'common_id', a: 'a' }, record: { common_id: 'g1', a: '1' }, golden: { id: 'g1', a: '1' } },
  { row: 'flat: column names as they are', fields: { a: text }, mappings: { a: 'Article no.' }, record: { 'Article no.': '1' }, golden: { a: '1' }, flat: true },
  { row: 'flat: money in two columns', fields: { price: money }, mappings: { price: 'price' }, record: { price: new Numeral('1.5'), price_currency: 'EUR' }, golden: { price: { amount: '1.5', currency: 'EUR' } }, flat: true },
  { row: 'flat: money in one column when the currency is fixed', fields: { price: { is: 'money', currency: 'PLN' } }, mappings: { price: 'price' }, record: { price: 7 }, golden: { price: { amount: '7', currency: 'PLN' } }, flat: true },
  { row: 'flat: quantity in two columns', fields: { weight: { is: 'quantity' } }, mappings: { weight: 'w' }, record: { w: 3, w_unit: 'kg' }, golden: { weight: { amount: '3', unit: 'kg' } }, flat: true },
  { row: 'flat: group in columns', fields: { address }, mappings: { address: 'address' }, record: { address_street: 'X 1', address_city: 'Y' }, golden: { address: { street: 'X 1', city: 'Y' } }, flat: true },
  { row: 'flat: group in named columns', fields: { address }, mappings: { address: { fields: { street: 'Ulica', city: 'Miasto' } } }, record: { Ulica: 'X 1', Miasto: 'Y' }, golden: { address: { street: 'X 1', city: 'Y' } }, flat: true },
  { row: 'flat: money in a group', fields: { sum: group({ net: money }) }, mappings: { sum: 'sum' }, record: { sum_net: 1, sum_net_currency: 'EUR' }, golden: { sum: { net: { amount: '1', currency: 'EUR' } } }, flat: true },
  { row: 'flat: list as JSON text', fields: { tags: list(text) }, mappings: { tags: 'tags' }, record: { tags: '["a","b"]' }, golden: { tags: ['a', 'b'] }, flat: true },
  { row: 'flat: list of groups as JSON text', fields: { lines: list(group({ line: { is: 'integer' }, price: { is: 'decimal' } }), 'line') }, mappings: { lines: 'lines' }, record: { lines: '[{"line":1,"price":0.1}]' }, golden: { lines: [{ line: '1', price: '0.1' }] }, flat: true },
]

describe('each row of the mapping table, reading', () => {
  test.each(CASES)('$row', ({ fields, mappings, record, golden, flat, timeZone }) => {
    const mapping = mappingOf({ fields, mappings, ...(flat ? { flat } : {}), ...(timeZone ? { timeZone } : {}) })
    expect(goldenOf(mapping, record)).toEqual(golden)
  })
})

describe('each row of the mapping table, writing', () => {
  test.each(CASES)('$row', ({ fields, mappings, record, golden, written, flat, timeZone }) => {
    const mapping = mappingOf({ fields, mappings, ...(flat ? { flat } : {}), ...(timeZone ? { timeZone } : {}) })
    expect(recordOf(mapping, golden)).toEqual(written ?? record)
  })
})

describe('what the record does not say', () => {
  const mapping = mappingOf({
    fields: { a: text, price: money, address, lines: list(text), first: text, name: text },
    mappings: { a: 'a.b', price: { path: 'p', currency: 'c' }, address: { fields: { street: 's', city: 'c' } }, lines: 'l', first: { path: 'n', split: ' ', take: 'first' }, name: { path: ['x', 'y'], join: ' ' } },
  })

  test('is absent and never null', () => {
    expect(mapping.pick({ other: 1 })).toEqual({})
    expect(mapping.fields.map((field) => field.read({}))).toEqual(mapping.fields.map(() => ({ is: 'absent' })))
  })

  test('is not written where the golden record does not say it either', () => {
    expect(mapping.fields.map(({ field }) => mapping.write(field, {}, noKey))).toEqual(mapping.fields.map(() => ({ is: 'leave' })))
  })

  test('with a default reads as absent, and the default stands beside it', () => {
    const withDefault = mappingOf({ fields: { country: { is: 'country' } }, mappings: { country: { path: 'land', default: 'PL' } } })
    const [field] = withDefault.fields
    expect(field!.default).toBe('PL')
    expect(field!.read({})).toEqual({ is: 'absent' })
    expect(field!.read({ land: null })).toEqual({ is: 'absent' })
    expect(field!.read({ land: ' ' })).toEqual({ is: 'absent' })
  })

  test('makes no group out of a default alone', () => {
    const withDefault = mappingOf({ fields: { address: group({ city: text, country: text }) }, mappings: { address: { fields: { city: 'c', country: { path: 'l', default: 'DE' } } } } })
    expect(goldenOf(withDefault, { c: null, l: null })).toEqual({ address: null })
    expect(goldenOf(withDefault, {})).toEqual({})
  })
})

describe('codes', () => {
  const of = (extra: object): ReturnType<typeof mappingOf> => mappingOf({ fields: { s: codes('a', 'b', 'c') }, mappings: { s: { path: 's', codes: { a: 'A', b: ['B', 'BB'], c: [] }, ...extra } } })

  test('that are not listed set the record aside', () => {
    expect(brokenOf(of({}), 's', { s: 'Z' })).toBe('`Z` is none of the codes that the mapping names.')
  })
  test('that are not listed can be passed over, or mean a code', () => {
    expect(goldenOf(of({ unknown: 'ignore' }), { s: 'Z' })).toEqual({})
    expect(goldenOf(of({ unknown: { code: 'b' } }), { s: 'Z' })).toEqual({ s: 'b' })
  })
  test('that are ignored say nothing', () => {
    expect(goldenOf(of({ ignore: ['X'] }), { s: 'X' })).toEqual({})
  })
  test('that the system does not have leave its value', () => {
    expect(of({}).write('s', { s: 'c' }, noKey)).toEqual({ is: 'leave' })
  })
  test('that the mapping forgot are an error when they are written', () => {
    const forgot = mappingOf({ fields: { s: codes('a', 'b') }, mappings: { s: { path: 's', codes: { a: 'A' } } } })
    expect(forgot.write('s', { s: 'b' }, noKey)).toEqual({ is: 'broken', broken: { rule: 'code', says: 'The system has no code for `b`.' } })
  })
  test('with blanks around them are found', () => {
    expect(goldenOf(of({}), { s: ' BB ' })).toEqual({ s: 'b' })
  })
  test('with a leading zero stay text', () => {
    const zeros = mappingOf({ fields: { s: codes('a', 'b') }, mappings: { s: { path: 's', codes: { a: '01', b: '2' } } } })
    expect(recordOf(zeros, { s: 'b' })).toEqual({ s: '2' })
  })
})

describe('references', () => {
  const customer = entityOf('customer', { email: { is: 'email' } })
  const fields = { customer: reference('customer') }

  test('are read by the other record’s own key', () => {
    const mapping = mappingOf({ fields, mappings: { customer: 'customer.id' }, entities: [customer] })
    expect(goldenOf(mapping, { customer: { id: 17 } })).toEqual({ customer: { to: 'customer', by: '', key: '17' } })
    expect(goldenOf(mapping, { customer: { id: new Numeral('12345678901234567890') } })).toEqual({ customer: { to: 'customer', by: '', key: '12345678901234567890' } })
    expect(goldenOf(mapping, { customer: { id: '' } })).toEqual({ customer: null })
    expect(brokenOf(mapping, 'customer', { customer: { id: { x: 1 } } })).toMatch(/A key of customer is expected/)
  })
  test('are read by an identifier in its own form', () => {
    const mapping = mappingOf({ fields, mappings: { customer: { path: 'mail', identifier: 'email' } }, entities: [customer] })
    expect(goldenOf(mapping, { mail: ' Anna@Example.ORG ' })).toEqual({ customer: { to: 'customer', by: 'email', key: goldenOf(mappingOf({ fields: { e: { is: 'email' } }, mappings: { e: 'mail' } }), { mail: ' Anna@Example.ORG ' })['e'] } })
  })
  test('are written as the key that the system uses, and wait while there is none', () => {
    const mapping = mappingOf({ fields, mappings: { customer: { path: 'mail', identifier: 'email' } }, entities: [customer] })
    const asked: unknown[] = []
    expect(recordOf(mapping, { customer: { link: '5' } }, (value, by) => (asked.push([value, by]), 'k'))).toEqual({ mail: 'k' })
    expect(asked).toEqual([[{ link: '5' }, 'email']])
    expect(mapping.write('customer', { customer: { link: '5' } }, noKey)).toEqual({ is: 'waiting', on: { link: '5' } })
    expect(mapping.write('customer', { customer: null }, noKey)).toEqual({ is: 'sources', sources: { mail: null } })
  })
  test('inside a list make the whole list wait', () => {
    const mapping = mappingOf({ fields: { lines: list(group({ product: reference('customer') })) }, mappings: { lines: { path: 'l', fields: { product: 'p' } } }, entities: [customer] })
    expect(mapping.write('lines', { lines: [{ product: { link: '9' } }] }, noKey)).toEqual({ is: 'waiting', on: { link: '9' } })
  })
})

describe('a broken value names its place', () => {
  const fields = { total: money, lines: list(group({ line: { is: 'integer' }, quantity: { is: 'decimal' }, address }), 'line') }
  const mapping = mappingOf({ fields, mappings: { total: { path: 't', currency: 'EUR' }, lines: { path: 'lines', fields: { line: 'id', quantity: 'q', address: { path: 'a', fields: { street: 's', city: 'c' } } } } } })

  test('in a list by position and member', () => {
    expect(brokenOf(mapping, 'lines', { lines: [{ id: 1, q: 1 }, { id: 2, q: 2 }, { id: 3, q: 'many' }] })).toMatch(/^2\.quantity: .*many/)
    expect(brokenOf(mapping, 'lines', { lines: [{ id: 1, a: { s: ['x'] } }] })).toMatch(/^0\.address\.street: /)
  })
  test('where a list or an object is expected', () => {
    expect(brokenOf(mapping, 'lines', { lines: 'none' })).toMatch(/list is expected/)
    expect(brokenOf(mapping, 'lines', { lines: ['x'] })).toMatch(/^0: An object is expected/)
  })
  test('where two items have one key', () => {
    expect(brokenOf(mapping, 'lines', { lines: [{ id: 1 }, { id: 1 }] })).toMatch(/line/)
  })
  test('where an amount of another currency is written', () => {
    expect(mapping.write('total', { total: { amount: '1', currency: 'USD' } }, noKey)).toMatchObject({ is: 'broken', broken: { rule: 'unwritable' } })
  })
  test('where a list has more values than the system has places', () => {
    const places = mappingOf({ fields: { p: list(text) }, mappings: { p: { path: ['a', 'b'] } } })
    expect(places.write('p', { p: ['1', '2', '3'] }, noKey)).toMatchObject({ is: 'broken', broken: { rule: 'length' } })
  })
})

describe('sources', () => {
  const sourceOf = (mappings: Mappings, fields: Fields = { a: text, b: text }): readonly string[] => mappingOf({ fields, mappings }).fields.map((field) => field.source)

  test('are shared by fields that share a path', () => {
    expect(new Set(sourceOf({ a: { path: 'n', split: ' ', take: 'first' }, b: { path: 'n', split: ' ', take: 'rest' } })).size).toBe(1)
  })
  test('stay when a path is read differently', () => {
    const [first] = sourceOf({ a: { path: 'n', transform: ['upper'] } })
    expect(sourceOf({ a: { path: 'n', default: 'x', codes: { y: 'z' } } })).toEqual([first])
  })
  test('change when another path is read', () => {
    const lines = { a: list(group({ x: text, y: text })) }
    const names = [
      sourceOf({ a: { path: 'l', fields: { x: 'x' } } }, lines),
      sourceOf({ a: { path: 'l', fields: { x: 'x', y: 'y' } } }, lines),
      sourceOf({ a: { path: 'l', fields: { x: 'x', y: 'z' } } }, lines),
      sourceOf({ a: { path: 'm', fields: { x: 'x' } } }, lines),
      sourceOf({ a: { path: 'l' } }, { a: list(text) }),
      sourceOf({ a: { read: 'record.l' } }, { a: list(text) }),
      sourceOf({ a: { read: 'record.m' } }, { a: list(text) }),
    ].flat()
    expect(new Set(names).size).toBe(names.length)
  })
  test('of a path that looks like a composed one are told apart', () => {
    const mapping = mappingOf({ fields: { a: text, b: text, c: text }, mappings: { a: { path: ['x', 'y'] }, b: '["x","y"]', c: '{x}' }, flat: true })
    expect(new Set(mapping.fields.map((field) => field.source)).size).toBe(3)
    expect(goldenOf(mapping, { x: '1', y: '2', '["x","y"]': '3', '{x}': '4' })).toEqual({ a: '1 2', b: '3', c: '4' })
  })
})

describe('columns', () => {
  test('are the top-level names that paths, currencies, conditions and marks need', () => {
    const mapping = mappingOf({
      fields: { a: text, total: money, lines: list(text), sum: text },
      mappings: { a: 'x.y', total: { path: 't', currency: 'cur.code' }, lines: 'parts', sum: { read: 'record.p + record["q r"]' } },
      hold: { where: ['record.kind == "k"'], archived: new Map([['gone', 'true']]), parts: new Map([['parts', { resource: 'r', parent: 'p' }]]) },
    })
    expect([...mapping.columns!].toSorted()).toEqual(['cur', 'gone', 'kind', 'p', 'q r', 't', 'x'])
  })
  test('are all when an expression uses the record as a whole, or a function does', () => {
    expect(mappingOf({ fields: { a: text }, mappings: { a: { read: 'string(size(record))' } } }).columns).toBeUndefined()
    expect(mappingOf({ fields: { a: text }, mappings: { a: { read: () => 'x' } } }).columns).toBeUndefined()
  })
})

test('Lists into which a path steps are named, since writing one item would replace the others', () => {
  const mapping = mappingOf({
    fields: { email: text, city: text, address, read: text, plain: text },
    mappings: { email: 'contacts(type=email).value', city: 'a.0.city', address: { path: 'place', fields: { street: 'lines.0', city: 'town' } }, read: { path: 'r.0', access: 'read' }, plain: 'p.q' },
  })
  expect(mapping.listsInside).toEqual(['contacts', 'a', 'place'])
})

describe('placing', () => {
  const fields = { status: text, lines: list(group({ line: { is: 'integer' }, quantity: { is: 'integer' } }), 'line'), address }
  const mapping = mappingOf({ fields, mappings: { status: 's', lines: { path: 'l', fields: { line: 'id', quantity: 'q' } }, address: { path: 'a', fields: { street: 's', city: 'c' } } } })
  const there: NativeRecord = { id: 9, s: 'old', l: [{ id: 2, q: 1, note: 'n2' }, { id: 1, q: 1, note: 'n1' }], a: { s: 'X', c: 'Y', floor: 3 }, other: { deep: [1] } }

  test('into what is there keeps everything that is not mapped, in items and groups too', () => {
    const values = { status: 'new', lines: [{ line: '1', quantity: '5' }, { line: '3', quantity: '7' }], address: { street: 'Z', city: null } }
    expect(recordOf(mapping, values, noKey, there)).toEqual({
      id: 9, s: 'new', l: [{ id: 1, q: 5, note: 'n1' }, { id: 3, q: 7 }], a: { s: 'Z', c: null, floor: 3 }, other: { deep: [1] },
    })
    expect(there['s']).toBe('old')
    expect((there['l'] as NativeRecord[])[1]).toEqual({ id: 1, q: 1, note: 'n1' })
  })
  test('writes a group whole, so that nothing of the former one is left', () => {
    expect(recordOf(mapping, { address: { street: 'Z' } }, noKey, there)['a']).toEqual({ s: 'Z', c: null, floor: 3 })
  })
  test('clears a group member by member', () => {
    expect(recordOf(mapping, { address: null }, noKey, there)['a']).toEqual({ s: null, c: null, floor: 3 })
  })
  test('can place what marks an archived record', () => {
    const marked = mappingOf({ fields: { a: text }, mappings: { a: 'a' }, hold: { archived: new Map([['flags.active', 'false'], ['state', 'X']]) } })
    expect(marked.archived).toEqual({ 'flags.active': false, state: 'X' })
    expect(marked.place(marked.archived!, { a: '1' })).toEqual({ a: '1', flags: { active: false }, state: 'X' })
    expect(marked.pick({ a: '1', flags: { active: true } })).toEqual({ a: '1', 'flags.active': true })
  })
})

describe('the hold’s condition', () => {
  test('decides which records count', () => {
    const mapping = mappingOf({ fields: { a: text }, mappings: { a: 'a' }, hold: { where: ['record.kind == "person"', 'record.state != "draft"'] } })
    expect([{ kind: 'person' }, { kind: 'person', state: 'draft' }, { kind: 'company' }, {}].map((record) => mapping.holds(record))).toEqual([true, false, false, false])
  })
  test('that can’t be computed is an error with the condition and the reason', () => {
    const mapping = mappingOf({ fields: { a: text }, mappings: { a: 'a' }, hold: { where: ['record.amount > 5'] } })
    expect(mapping.holds({ amount: '7' })).toBe(true)
    expect(() => mapping.holds({ amount: 'much' })).toThrow(/record\.amount > 5.*`much` and `5` can't be compared/)
  })
})

describe('a flat file', () => {
  test('with Polish headings reads and writes as its system has it', () => {
    const mapping = mappingOf({
      flat: true,
      country: 'PL',
      fields: { tax_id: text, payment_terms: { is: 'quantity', unit: 'day' }, price: money, address: group({ street: text, postal_code: { is: 'postal_code' }, country: { is: 'country' } }) },
      mappings: {
        tax_id: 'NIP',
        payment_terms: { path: 'Termin płatności', unit: 'day' },
        price: { path: 'Cena (brutto)', currency: 'PLN', decimal: ',' },
        address: { fields: { street: 'Ulica', postal_code: 'Kod pocztowy', country: { path: 'Kraj', default: 'PL' } } },
      },
    })
    const row = { NIP: '5260250274', 'Termin płatności': '14', 'Cena (brutto)': '1234,50', Ulica: 'Długa 5', 'Kod pocztowy': '00-950', Kraj: '', Uwagi: 'x' }
    const golden = goldenOf(mapping, row)
    expect(golden).toEqual({
      tax_id: '5260250274', payment_terms: { amount: '14', unit: 'day' }, price: { amount: '1234.5', currency: 'PLN' },
      address: { street: 'Długa 5', postal_code: '00-950', country: 'PL' },
    })
    expect(recordOf(mapping, golden)).toEqual({ NIP: '5260250274', 'Termin płatności': 14, 'Cena (brutto)': '1234,5', Ulica: 'Długa 5', 'Kod pocztowy': '00-950', Kraj: 'PL' })
  })
  test('whose lists are parts gets them as nested records', () => {
    const mapping = mappingOf({
      flat: true,
      fields: { lines: list(group({ line: { is: 'integer' }, sku: text }), 'line') },
      mappings: { lines: { path: 'rows', fields: { line: 'no', sku: 'article' } } },
      hold: { parts: new Map([['rows', { resource: 'order_line', parent: 'order_id' }]]) },
    })
    const record = { rows: [{ no: 1, article: 'A' }] }
    expect(recordOf(mapping, goldenOf(mapping, record))).toEqual(record)
  })
})
