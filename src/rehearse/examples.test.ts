import { describe, expect, test } from 'vitest'
import { planFrom } from '../../test/support/exchange.ts'
import type { Native } from '../base/numeral.ts'
import { openSqliteStore } from '../store/sqlite/store.ts'
import { compileRuntime } from '../sync/runtime.ts'
import { playExample, withEverySystem } from './examples.ts'

const plan = `
plimsoll: 1
name: Examples
systems:
  shop: { connector: none_yet, holds: { customer: { key: id, fields: { email: mail, phone: tel, name: { path: [first, last], join: " " } } } } }
  crm: { holds: { customer: { key: no, fields: { email: email, phone: contact.phone, name: label } } } }
entities:
  customer: { identifiers: [email], fields: { email: email, phone: phone, name: text } }
flows:
  customers: { entity: customer, from: shop, to: crm }
`

const play = async (given: Native[], expected: Record<string, Native[]>) => {
  const runtime = compileRuntime(withEverySystem(planFrom(plan)), { functions: () => new Map(), flat: () => false })
  return playExample(runtime, openSqliteStore(':memory:'), {
    name: 'one', given: new Map([['shop', new Map([['customer', given]])]]),
    expect: new Map(Object.entries(expected).map(([system, records]) => [system, new Map([['customer', records]])])),
  }, Date.UTC(2026, 0, 1))
}

const ann = { id: 7, mail: 'Ann@Example.com', tel: '+48 600 100 200', first: 'Ann', last: 'Lee' }

describe("a plan's own examples", () => {
  test('hold when the target is given what is expected, also for systems without a connector', async () => {
    expect(await play([ann], { crm: [{ email: 'ann@example.com', contact: { phone: '+48600100200' }, label: 'Ann Lee' }] })).toMatchObject({ ok: true, differences: [] })
  })

  test('name each field that differs', async () => {
    const { ok, differences } = await play([ann], { crm: [{ email: 'ann@example.com', contact: { phone: '1' }, label: 'Ann Lee' }] })
    expect(ok).toBe(false)
    expect(differences).toEqual([{ system: 'crm', entity: 'customer', record: 1, field: 'contact.phone', expected: '1', actual: '+48600100200' }])
  })

  test('compare golden records in their own form', async () => {
    expect(await play([ann], { plimsoll: [{ email: 'ANN@example.com', phone: '600 100 200', name: 'Ann' }] })).toMatchObject({
      differences: [{ field: 'phone' }, { field: 'name', expected: 'Ann', actual: 'Ann Lee' }],
    })
  })

  test('fail on a record that nobody expected, and on one that is missing, with the reason why it was set aside', async () => {
    const extra = await play([ann, { ...ann, id: 8, mail: 'bob@example.com' }], { crm: [{ email: 'ann@example.com' }] })
    expect(extra.differences).toMatchObject([{ record: 0, expected: null, actual: { email: 'bob@example.com' } }])
    const missing = await play([{ ...ann, mail: 'nothing' }], { crm: [{ email: 'ann@example.com', label: 'Ann Lee' }] })
    expect(missing.differences).toMatchObject([{ record: 1, field: '' }])
    expect(missing.setAside).toHaveLength(1)
  })
})
