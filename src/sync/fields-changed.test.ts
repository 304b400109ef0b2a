import { describe, expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'
import { PlimsollError } from '../base/errors.ts'
import type { NativeRecord } from '../base/numeral.ts'
import { asFieldsChanged, changesIn, type FieldShares, FieldWatch } from './fields-changed.ts'
import { prepare, type Prepared } from './prepare.ts'

const PLAN = `
plimsoll: 1
name: Customers
systems:
  shop: { connector: simulated, holds: { customer: { resource: people, key: id, fields: { mail: mail, name: full.name, points: points } } } }
  crm: { connector: simulated, holds: { customer: { resource: contacts, key: id, fields: { mail: email, name: title, points: score } } } }
entities:
  customer: { identifiers: [mail], fields: { mail: email, name: text, points: integer } }
flows:
  customers: { entity: customer, from: shop, to: crm }
`
const { runtime } = exchange(PLAN, { shop: {}, crm: {} }).parts()
const place = [...runtime.places.values()].find((one) => one.system === 'shop')!

const USUAL = (i: number): NativeRecord => ({ mail: `p${i}@example.com`, full: { name: `Person ${i}` }, points: i })
const list = (n: number, of: (i: number) => NativeRecord = USUAL): Prepared[] => Array.from({ length: n }, (_, i) => prepare(place, { key: String(i), values: of(i) }, { from: 0, to: 1 }))
const SOURCE = { name: place.fields.get('name')!.source, mail: place.fields.get('mail')!.source, points: place.fields.get('points')!.source }
const shares = (of: Partial<Record<keyof typeof SOURCE, readonly [number, number]>>): FieldShares =>
  Object.fromEntries(Object.entries(of).map(([field, share]) => [SOURCE[field as keyof typeof SOURCE], share]))
const ALL = shares({ mail: [100, 100], name: [100, 100], points: [100, 100] })

/** What is told of these records, if anything is. */
function told(before: FieldShares | null, ...batches: readonly Prepared[][]): { readonly watch: FieldWatch; readonly changes: readonly (readonly [string, string])[] | 'nothing' } {
  const watch = new FieldWatch(place, before)
  try {
    for (const batch of batches) watch.look(batch, runtime)
  } catch (error) {
    expect(error).toMatchObject({ code: 'sync.fields_changed', class: 'config', place: 'shop/people' })
    return { watch, changes: changesIn(error as PlimsollError).map((change) => [change.path, change.says]) }
  }
  return { watch, changes: 'nothing' }
}
const renamed = (i: number): NativeRecord => ({ mail: `p${i}@example.com`, fullName: `Person ${i}`, points: i })

describe('fields of a source that are not what they were', () => {
  test('A renamed one is told with how it was, what nobody reads, and where it goes.', () => {
    const watch = new FieldWatch(place, ALL)
    const error = (() => {
      try {
        return watch.look(list(60, renamed), runtime)
      } catch (thrown) {
        return thrown as PlimsollError
      }
    })() as PlimsollError
    expect(changesIn(error)).toEqual([{ path: 'full.name', says: 'is in none of 60 records (100 of 100 records had it); nothing reads fullName', used: ['customer.name → crm/contacts title'] }])
    expect(error.message).toContain('Nothing of it was taken in.')
  })

  test('One that identifies says so first.', () => {
    const { changes } = told(ALL, list(60, (i) => ({ full: { name: 'x' }, points: i })))
    expect(changes).toEqual([['mail', 'is in none of 60 records (100 of 100 records had it)']])
  })

  test('One of another type can be read in no record.', () => {
    const { changes } = told(ALL, list(60, (i) => ({ ...USUAL(i), points: 'many' })))
    expect(changes).toEqual([['points', expect.stringMatching(/^can't be read in any of 60 records \(100 of 100 records had it\): /)]])
  })

  test.each<[what: string, before: FieldShares | null, batches: Prepared[][]]>([
    ['nobody knows how it was', null, [list(60, renamed)]],
    ['one record still says it', ALL, [[...list(1), ...list(59, renamed)]]],
    ['few ever said it', shares({ name: [3, 100] }), [list(60, renamed)]],
    ['there are too few records to tell chance from change', shares({ name: [90, 100] }), [list(3, renamed)]],
    ['the list is far shorter than it was', shares({ name: [12, 12] }), [list(5, renamed)]],
    ['what came was only parts of records', ALL, [list(60, renamed).map((record) => ({ ...record, partial: true }))]],
    ['it is null, as a user may have made it', shares({ name: [3, 100] }), [list(60, (i) => ({ ...USUAL(i), full: { name: null } }))]],
  ])('Nothing is told where %s.', (_what, before, batches) => {
    expect(told(before, ...batches).changes).toBe('nothing')
  })

  test('Half of a short list in which all had it is enough, and so are few where nearly all of many had it.', () => {
    expect(told(shares({ name: [12, 12] }), list(6, renamed)).changes).toHaveLength(1)
    expect(told(shares({ name: [500, 500] }), list(3, renamed)).changes).toHaveLength(1)
    expect(told(shares({ name: [90, 100] }), list(7, renamed)).changes).toHaveLength(1)
  })

  test('Several small batches are judged together: the change is told at the batch that makes it certain.', () => {
    const before = shares({ name: [90, 100] })
    const watch = new FieldWatch(place, before)
    for (const batch of [list(2, renamed), list(2, renamed), list(1, renamed)]) watch.look(batch, runtime)
    expect(() => watch.look(list(2, renamed), runtime)).toThrow('is no longer what the plan reads')
  })

  test('How it is now is counted in the first 500 records; what comes later is an edit like any other.', () => {
    const { watch, changes } = told(ALL, list(300), list(300, (i) => (i < 200 ? USUAL(i) : renamed(i))), list(400, renamed))
    expect([changes, watch.shares]).toEqual(['nothing', shares({ mail: [500, 500], name: [500, 500], points: [500, 500] })])
    expect(told(null, [...list(30), ...list(10, renamed)]).watch.shares).toEqual(shares({ mail: [40, 40], name: [30, 40], points: [40, 40] }))
  })

  test('Columns that a table itself says are missing are told in the same words, and any other error stays what it is.', () => {
    const missing = asFieldsChanged(new PlimsollError('sync.fields_changed', 'The table has no such column.', { details: { missing: '["full.name"]' } }), place, runtime)
    expect(changesIn(missing)).toEqual([{ path: 'full.name', says: 'is not there any more (The table has no such column)', used: ['customer.name → crm/contacts title'] }])
    const other = new PlimsollError('base.stopped', 'stopped')
    expect(asFieldsChanged(other, place, runtime)).toBe(other)
    expect(changesIn(other)).toEqual([])
  })
})
