import { describe, expect, test } from 'vitest'
import type { FieldType, ScalarName } from '../plan/model.ts'
import { identifies } from './placeholders.ts'
import { parseValue } from './types/rules.ts'

const READING = { timeZone: 'UTC', country: 'PL' } as const

/** Native values as systems hold them, per type: none of the first list may identify, all of the second must. */
const TABLE: Readonly<Partial<Record<ScalarName, readonly [never: readonly string[], may: readonly string[]]>>> = {
  text: [
    ['n/a', 'N/A.', 'N.A.', '-', '--', '???', 'none', 'NULL', 'Brak', 'brak danych', 'keine Angabe', 'unknown', 'test', '0', '000-000', '-1', 'xxx', 'XXXXXX', '999999', '123456789', '#N/A'],
    ['A-1', '111', '42', 'x1', 'Test GmbH', 'Nowak', '0001', 'ab', 'Ü', '1234'],
  ],
  email: [
    ['test@test.pl', 'TEST@firma.pl', 'test12@x.pl', 'noreply@shop.de', 'no-reply@shop.de', 'info@firma.pl', 'brak@brak.pl', 'a@a.pl', 'xxx@mail.com', 'none@none.com', '123456789@wp.pl', 'info+shop@firma.pl'],
    ['anna.nowak@firma.example', 'a@b.pl', 'tess@x.pl', 'informatyk@firma.pl', 'jan1@wp.pl', 'anna@test.pl'],
  ],
  phone: [['123456789', '+48 777 777 777', '222222222'], ['600 100 200', '+49 30 901820', '601 111 112']],
  date: [['1900-01-01', '1970-01-01', '9999-12-31', '0001-01-01'], ['1970-01-02', '1984-02-29']],
  datetime: [['1900-01-01T00:00:00Z'], ['1984-02-29T00:00:00Z']],
  integer: [['0', '-1', '999999', '123456789'], ['7', '99', '123456']],
  vat_id: [['1111111111', '9999999999', 'PL1234563218', 'DE123456788'], ['PL5260250274', 'DE136695976']],
  gtin: [['12345670', '1234567890128', '1111111111116'], ['4006381333931', '96385074']],
}

describe.each(Object.entries(TABLE))('placeholders of %s', (name, [never, may]) => {
  const type = { is: name as ScalarName } as FieldType
  const value = (native: string) => {
    const parsed = parseValue(native, type, READING)
    return parsed.ok ? parsed.value : null
  }
  test.each(never)('%s does not identify anybody', (native) => {
    expect(identifies(value(native), type)).toBe(false)
  })
  test.each(may)('%s may identify', (native) => {
    expect(identifies(value(native), type)).toBe(true)
  })
})

test('null and an empty list identify nothing, codes and references do as parts of an identifier', () => {
  const codes: FieldType = { is: 'codes', codes: new Map([['none', 'None']]) }
  expect(identifies(null, codes)).toBe(false)
  expect(identifies('none', codes)).toBe(true)
  expect(identifies([], { is: 'list', of: { is: 'text' }, ordered: true })).toBe(false)
  expect(identifies({ to: 'product', by: '', key: '1' }, { is: 'reference', to: 'product', late: false })).toBe(true)
})

test('a group identifies when one of its members does', () => {
  const field = (is: ScalarName) => ({ type: { is } as FieldType, was: [] })
  const type: FieldType = { is: 'group', fields: new Map([['name', field('text')], ['city', field('text')]]) }
  expect(identifies({ name: 'n/a', city: '-' }, type)).toBe(false)
  expect(identifies({ name: 'n/a', city: 'Gdynia' }, type)).toBe(true)
})
