import { describe, expect, test } from 'vitest'
import type { FieldType } from '../../plan/model.ts'
import { cannotSettle } from './invertible.ts'
import { type ShortMapping, codes, group, list, long, mappingOf, text } from './mapping.test-support.ts'

const status = codes('packed', 'shipped', 'done')

describe('a mapping that gives back what it wrote is invertible', () => {
  test.each<[string, FieldType, ShortMapping]>([
    ['a path', text, 'a'],
    ['joined paths', text, { path: ['a', 'b'], join: ' ' }],
    ['one code for each', status, { path: 's', codes: { packed: 'P', shipped: ['S', 'PS'], done: 'D' } }],
    ['a code that the system does not have', status, { path: 's', codes: { packed: [], shipped: 'S', done: 'D' } }],
    ['ignored codes that are never written', status, { path: 's', codes: { packed: 'P', shipped: 'S', done: 'D' }, ignore: ['X'] }],
    ['a unit', { is: 'quantity', unit: 'kg' }, { path: 'q', unit: 'g' }],
    ['codes of an open type that can be no values', { is: 'country' }, { path: 'c', codes: { DE: 'D', AT: 'A' } }],
    ['the same codes of an open type', { is: 'language' }, { path: 'l', codes: { pl: 'pl', en: 'en' } }],
  ])('%s', (_, type, short) => {
    expect(cannotSettle(long(short), type)).toBeUndefined()
  })
})

describe('a mapping that does not says why', () => {
  test.each<[string, FieldType, ShortMapping, RegExp]>([
    ['two golden codes for one', status, { path: 's', codes: { packed: 'S', shipped: 'S' } }, /one code, S, for packed and shipped/],
    ['a written code that is ignored', status, { path: 's', codes: { packed: 'P' }, ignore: ['P'] }, /packed is written as P, and P is ignored/],
    ['a constant', text, { path: 'a', value: 'x' }, /always the same value/],
    ['read without write', text, { read: 'record.a' }, /no `write`/],
    ['write without read', text, { path: 'a', write: 'thing.a' }, /no `read`/],
    ['a function', text, { function: './x.ts#y' }, /function/],
    ['a part of a text', text, { path: 'n', split: ' ', take: 'first' }, /cut at " "/],
    ['transforms', text, { path: 'n', transform: ['upper'] }, /changed by upper/],
    ['codes of an open type that may be values', { is: 'country' }, { path: 'c', codes: { DE: 'AT' } }, /AT is the system's code for DE/],
    ['a member of a group', group({ a: text }), { path: 'g', fields: { a: { path: 'x', value: '1' } } }, /^a: It is always/],
    ['a member of a list', list(group({ s: status })), { path: 'l', fields: { s: { path: 'x', codes: { packed: 'S', shipped: 'S' } } } }, /^s: The system has one code/],
  ])('%s', (_, type, short, says) => {
    expect(cannotSettle(long(short), type)).toMatch(says)
  })
})

test('A field that is only read or only written is not invertible', () => {
  const of = (access: 'read' | 'write' | 'both'): boolean => mappingOf({ fields: { a: text }, mappings: { a: { path: 'a', access } } }).fields[0]!.invertible
  expect([of('read'), of('write'), of('both')]).toEqual([false, false, true])
})
