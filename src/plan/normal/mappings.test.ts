import { expect, test } from 'vitest'
import { buildText } from '../../../test/support/load-text.ts'
import type { FieldMapping } from '../model.ts'

const mappingOf = (written: string, type = 'text'): FieldMapping | undefined => {
  const { plan, mistakes } = buildText(`plimsoll: 1\nname: M\nentities: { c: { fields: { f: ${type} } } }\nsystems: { s: { connector: http, holds: { c: { fields: { f: ${written} } } } } }`)
  expect(mistakes).toEqual([])
  return plan.systems.get('s')!.holds[0]!.fields.get('f')
}

// The keys of plan-language §7.3, one after the other.
test.each<[written: string, mapping: FieldMapping | undefined, type?: string]>([
  ['p', { path: ['p'], access: 'both' }],
  ['{ path: p }', { path: ['p'], access: 'both' }],
  ['[a, b]', { path: ['a', 'b'], access: 'both' }],
  ['{ path: [a, b], join: " " }', { path: ['a', 'b'], join: ' ', access: 'both' }],
  ['none', undefined],
  ['{ path: p, fields: { x: y } }', { path: ['p'], fields: new Map([['x', { path: ['y'], access: 'both' }]]), access: 'both' }, '{ group: { x: text } }'],
  ['{ path: p, fields: { x: y } }', { path: ['p'], fields: new Map([['x', { path: ['y'], access: 'both' }]]), access: 'both' }, '{ list: { x: text, z: text } }'],
  ['{ each: "names(lang={member}).text" }', { fields: new Map([['de', { path: ['names(lang=de).text'], access: 'both' }], ['pl', { path: ['names(lang=pl).text'], access: 'both' }]]), access: 'both' }, '{ group: { de: text, pl: text } }'],
  ['{ path: names, each: "{member}", fields: { pl: { path: polish, transform: trim } } }', { path: ['names'], fields: new Map([['de', { path: ['de'], access: 'both' }], ['pl', { path: ['polish'], transform: ['trim'], access: 'both' }]]), access: 'both' }, '{ group: { de: text, pl: text } }'],
  ['{ each: { path: "prices(in={currency}).amount", currency: "{currency}", write: "string(c.f.{member}.amount)" } }', { fields: new Map([['pln', { path: ['prices(in=PLN).amount'], currency: 'PLN', write: 'string(c.f.pln.amount)', access: 'both' }]]), access: 'both' }, '{ group: { pln: { money: PLN } } }'],
  ['{ value: fixed }', { value: 'fixed', access: 'both' }],
  ['{ value: 0012 }', { value: '0012', access: 'both' }],
  ['{ path: p, default: PL }', { path: ['p'], default: 'PL', access: 'both' }],
  ['{ default: PL }', { path: ['f'], default: 'PL', access: 'both' }],
  ['{ path: p, codes: { NO: N, 01: [A, B], x: none }, unknown: ignore, ignore: [Q, R] }', {
    path: ['p'], codes: new Map([['NO', ['N']], ['01', ['A', 'B']], ['x', []]]), unknown: 'ignore', ignore: ['Q', 'R'], access: 'both',
  }],
  ['{ path: p, unknown: set_aside }', { path: ['p'], unknown: 'set_aside', access: 'both' }],
  ['{ path: p, unknown: other }', { path: ['p'], unknown: { code: 'other' }, access: 'both' }],
  ['{ path: p, unit: g }', { path: ['p'], unit: 'g', access: 'both' }, '{ quantity: kg }'],
  ['{ path: p, unit: minor, currency: cur.code }', { path: ['p'], unit: 'minor', currency: 'cur.code', access: 'both' }, 'money'],
  ['{ path: p, format: dd.MM.yyyy, time_zone: Europe/Warsaw }', { path: ['p'], format: 'dd.MM.yyyy', timeZone: 'Europe/Warsaw', access: 'both' }, 'datetime'],
  ['{ path: p, decimal: "," }', { path: ['p'], decimal: ',', access: 'both' }, 'decimal'],
  ['{ path: p, split: " ", take: first }', { path: ['p'], split: ' ', take: 'first', access: 'both' }],
  ['{ path: p, split: " ", take: 2 }', { path: ['p'], split: ' ', take: 2, access: 'both' }],
  ['{ path: p, transform: trim }', { path: ['p'], transform: ['trim'], access: 'both' }],
  ['{ path: p, transform: [trim, upper] }', { path: ['p'], transform: ['trim', 'upper'], access: 'both' }],
  ['{ path: p, identifier: number }', { path: ['p'], identifier: 'number', access: 'both' }, '{ to: c }'],
  ['{ read: record.a + record.b }', { read: 'record.a + record.b', access: 'both' }],
  ['{ read: record.a, write: c.f, path: p }', { path: ['p'], read: 'record.a', write: 'c.f', access: 'both' }],
  ['{ function: "./map/erp.ts#party" }', { function: './map/erp.ts#party', access: 'both' }],
  ['{ path: p, access: read }', { path: ['p'], access: 'read' }],
])('the mapping %s', (written, mapping, type) => {
  expect(mappingOf(written, type)).toEqual(mapping)
})
