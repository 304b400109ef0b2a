import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { direction, fieldTable, printFieldTable } from './direction.ts'
import { buildText } from '../../test/support/load-text.ts'

test('the directions of a flow follow from senders, mappings and rules, as the specification prints them', () => {
  const { plan } = buildText(readFileSync('test/plans/online-shop.yaml', 'utf8'))
  expect(printFieldTable(fieldTable(plan, plan.flows.get('shipments')!)).replaceAll(/ +/g, ' ').split('\n')).toEqual([
    'flow shipments shop courier erp decided by',
    'tracking ← → ← courier',
    'order ← ← → erp',
    'weight · ← → erp',
    'status ← → · courier',
    'label · → ← courier',
    'delivered_at · → · courier',
  ])
})

const PLAN = `
plimsoll: 1
name: Directions
systems:
  a: { connector: csv, holds: { thing: { fields: { key: k, owned: o, latest_one: l, ranked: r, left_out: x, number: id_here } } } }
  b: { connector: csv, holds: [thing] }
  c: { connector: csv, holds: { thing: { fields: { key: k, owned: { path: o, access: read }, latest_one: { read: record.l }, ranked: none, number: { value: X } } } } }
entities:
  thing:
    identifiers: [key]
    golden: { home: a, by_field: { latest_one: { rule: latest, among: [a, b] }, ranked: [b, a] } }
    fields: { key: text, owned: text, latest_one: text, ranked: text, left_out: text, number: text }
flows:
  things: { entity: thing, between: [a, b], to: c, writes: [key, owned, latest_one, ranked, number] }
`

test.each([
  ['a', 'owned', 'contributes'],
  ['b', 'owned', 'written'],
  ['c', 'owned', 'none'],
  ['a', 'latest_one', 'both'],
  ['c', 'latest_one', 'none'],
  ['b', 'ranked', 'both'],
  ['c', 'ranked', 'none'],
  ['b', 'left_out', 'none'],
  ['a', 'left_out', 'contributes'],
  ['c', 'number', 'written'],
] as const)('at %s the field %s is %s', (system, field, expected) => {
  const { plan, mistakes } = buildText(PLAN)
  expect(mistakes).toEqual([])
  expect(direction(plan, plan.flows.get('things')!, system, field)).toBe(expected)
})
