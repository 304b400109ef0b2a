import { describe, expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { newStore } from '../../../test/support/stores.ts'
import { quiet } from '../../../test/support/three-systems.ts'

const plan = `
plimsoll: 1
name: Restored
systems:
  a: { connector: simulated, holds: { customer: { key: id, fields: { mail: mail, name: name, phone: phone } }, order: { key: id, fields: { number: number, customer: customer, note: note } } } }
  b: { connector: simulated, holds: { customer: { key: id, fields: { mail: mail, name: name, phone: phone } }, order: { key: id, fields: { number: number, customer: customer, note: note } } } }
entities:
  customer: { identifiers: [mail], golden: { home: plimsoll, by_field: { name: a } }, fields: { mail: email, name: text, phone: text } }
  order: { identifiers: [number], golden: plimsoll, required: [customer], fields: { number: text, customer: { to: customer }, note: text } }
flows:
  customers: { entity: customer, between: [a, b], when_deleted: delete }
  orders: { entity: order, between: [a, b] }
`

async function start(incremental: boolean): Promise<Exchange> {
  const each = { tellsEditTimes: true, traits: { incremental } }
  const x = exchange(plan, { a: each, b: each })
  for (let i = 1; i <= 12; i += 1) {
    x.systems[i % 2 ? 'a' : 'b']!.edit('customer', `c${i}`, { mail: `p${i}@example.org`, name: `P${i}`, phone: `${i}` })
    x.systems[i % 2 ? 'a' : 'b']!.edit('order', `o${i}`, { number: `N${i}`, customer: `c${i}`, note: 'n' })
  }
  // Nobody's order names this one.
  x.systems['a']!.edit('customer', 'c13', { mail: 'p13@example.org', name: 'P13', phone: '13' })
  await x.sync()
  x.clock.advance(60_000)
  await quiet(x)
  return x
}

const find = (x: Exchange, system: string, resource: string, path: string, value: string): [string, Readonly<Record<string, unknown>>] => {
  const [key, row] = [...x.systems[system]!.table(resource)].find(([, of]) => of.values[path] === value)!
  return [key, row.values]
}
const customer = (x: Exchange, system: string, i: number) => find(x, system, 'customer', 'mail', `p${i}@example.org`)
const everything = (x: Exchange): string => JSON.stringify(['a', 'b'].map((name) => [...x.systems[name]!.tables].map(([table, rows]) => [table, [...rows].map(([key, row]) => [key, row.values])])))

/** A day of work after the copy was made: edits on both sides, a new record, a delete, another reference. */
async function aDay(x: Exchange): Promise<void> {
  const step = async (): Promise<void> => {
    x.clock.advance(60_000)
    await x.sync()
    x.clock.advance(60_000)
  }
  x.systems['a']!.edit('customer', customer(x, 'a', 1)[0], { phone: 'from a' })
  x.systems['b']!.edit('customer', customer(x, 'b', 2)[0], { phone: 'from b' })
  await step()
  x.systems['b']!.edit('customer', customer(x, 'b', 1)[0], { phone: 'then from b' })
  x.systems['a']!.edit('customer', customer(x, 'a', 3)[0], { name: 'Owner' })
  x.systems['b']!.edit('customer', customer(x, 'b', 4)[0], { name: 'reverted' })
  await step()
  x.systems['b']!.edit('customer', 'fresh', { mail: 'p99@example.org', name: 'P99', phone: '99' })
  x.systems['b']!.edit('order', 'fresh', { number: 'N99', customer: 'fresh', note: 'n' })
  x.systems['a']!.edit('order', find(x, 'a', 'order', 'number', 'N5')[0], { customer: customer(x, 'a', 6)[0] })
  await step()
  x.systems['a']!.remove('customer', customer(x, 'a', 13)[0])
  await x.sync({ full: true })
  await step()
}

describe('restore', () => {
  for (const incremental of [false, true]) {
    const how = incremental ? 'reading changes only' : 'reading whole lists'
    test(`a store of yesterday undoes no edit made since and is quiet afterwards (${how})`, async () => {
      const x = await start(incremental)
      const yesterday = await x.store.overlay()
      await aDay(x)
      await quiet(x)
      const before = everything(x)
      x.store = yesterday
      const report = await x.sync()
      expect(report.summary).toMatchObject({ writes: 0, balanced: true })
      expect(everything(x)).toBe(before)
      expect(customer(x, 'a', 1)[1]).toMatchObject({ phone: 'then from b' })
      await quiet(x)
      // And it goes on from there.
      x.systems['b']!.edit('customer', customer(x, 'b', 99)[0], { phone: 'on' })
      await x.sync()
      expect(customer(x, 'a', 99)[1]).toMatchObject({ phone: 'on' })
      await quiet(x)
    })

    test(`edits that were not exchanged yet when yesterday's store came back travel (${how})`, async () => {
      const x = await start(incremental)
      const yesterday = await x.store.overlay()
      await aDay(x)
      x.systems['a']!.edit('customer', customer(x, 'a', 2)[0], { phone: 'late a' })
      x.clock.advance(1000)
      x.systems['b']!.edit('customer', customer(x, 'b', 1)[0], { phone: 'late b' })
      x.clock.advance(1000)
      x.store = yesterday
      expect((await x.sync()).summary).toMatchObject({ updated: 2, created: 0, deleted: 0, balanced: true })
      for (const system of ['a', 'b']) {
        expect(customer(x, system, 1)[1]).toMatchObject({ phone: 'late b' })
        expect(customer(x, system, 2)[1]).toMatchObject({ phone: 'late a' })
      }
      await quiet(x)
    })
  }

  test('a store that is lost is built again without a write', async () => {
    const x = await start(false)
    await aDay(x)
    await quiet(x)
    const [before, links] = [everything(x), (await x.goldens('customer')).filter((row) => row.state === 'live').length]
    x.store = newStore()
    const report = await x.sync()
    expect(report.summary).toMatchObject({ writes: 0, review: 0, waiting: 0, balanced: true })
    expect(everything(x)).toBe(before)
    expect(await x.goldens('customer')).toHaveLength(links)
    await quiet(x)
  })

  test('a store that is restored after a run that was still writing repeats nothing', async () => {
    const x = await start(false)
    x.systems['a']!.edit('customer', customer(x, 'a', 1)[0], { phone: 'new' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    await x.sync({ patienceMs: 0 })
    const copy = await x.store.overlay()
    x.clock.advance(120_000)
    await x.sync()
    x.store = copy
    x.clock.advance(120_000)
    expect((await x.sync()).summary).toMatchObject({ created: 0, unsure: 0, balanced: true })
    expect(customer(x, 'b', 1)[1]).toMatchObject({ phone: 'new' })
    await quiet(x)
  })
})
