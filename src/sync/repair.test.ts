import { describe, expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'
import { asides, discard, fix, retry } from './repair.ts'

const plan = `
plimsoll: 1
name: Repairs
systems:
  shop: { connector: simulated, holds: { customer: { key: id, fields: { code: code, email: email, age: age, name: name } } } }
  crm: { connector: simulated, holds: { customer: { key: id, fields: { code: code, email: email, age: age, name: name } } } }
entities:
  customer:
    identifiers: [code]
    fields: { code: text, email: email, age: integer, name: text }
    rules: { grown: { must: customer.age >= 18, says: A customer is at least 18 years old., if_broken: set_aside } }
flows:
  customers: { entity: customer, from: shop, to: crm }
`

const steward = { who: 'test', why: 'test' }
const signal = new AbortController().signal

async function batch(options: { poison?: Record<string, string>; refuses?: (name: unknown) => boolean } = {}) {
  const x = exchange(plan, { shop: { traits: { readByKey: false } }, crm: {} })
  for (let i = 1; i <= 500; i += 1) {
    x.systems['shop']!.edit('customer', String(i), { code: `C${i}`, email: `c${i}@example.com`, age: '30', name: `Name ${i}`, ...(i === 250 ? options.poison : {}) })
  }
  x.systems['crm']!.vices.refuses = (values) => (options.refuses?.(values['name']) ? 'the name is too long' : undefined)
  const report = await x.sync()
  return { x, report, crm: () => x.systems['crm']!.all('customer') }
}

const open = async (x: Awaited<ReturnType<typeof batch>>['x']) => asides(x.parts(), ['open', 'fixed'], 100)

describe('a poison record in a batch of 500', () => {
  test('whose value is wrong at the source leaves 499 to arrive, and arrives once when it is fixed', async () => {
    const { x, report, crm } = await batch({ poison: { email: 'not an address' } })
    expect(report.summary).toMatchObject({ created: 499, set_aside: 1, balanced: true })
    const [row] = await open(x)
    expect(row).toMatchObject({ direction: 'in', system: 'shop', resource: 'customer', key: '250', field: 'email', times: 1 })
    expect(row!.value).toContain('not an address')

    await fix(x.parts(), { ...steward, id: row!.id, values: new Map([['email', 'Right@Example.com']]) })
    const done = await retry(x.parts(), [row!.id], { signal })
    expect(done.entries).toMatchObject([{ outcome: 'arrived' }])
    expect(done.report.summary).toMatchObject({ created: 1, writes: 1, balanced: true })
    expect(crm().filter((r) => r['code'] === 'C250')).toMatchObject([{ email: 'right@example.com' }])

    x.clock.advance(60_000)
    const again = await x.sync({ full: true })
    expect(again.summary).toMatchObject({ writes: 0, set_aside: 0, unchanged: 500, balanced: true })
    expect(await open(x)).toEqual([])

    // The same wrong value beside another change is still repaired.
    x.clock.advance(60_000)
    x.systems['shop']!.edit('customer', '250', { name: 'New name' })
    expect((await x.sync()).summary).toMatchObject({ writes: 1, set_aside: 0, balanced: true })

    // A new value of the source replaces the repair.
    x.clock.advance(60_000)
    x.systems['shop']!.edit('customer', '250', { email: 'new@example.com' })
    expect((await x.sync()).summary).toMatchObject({ updated: 1, set_aside: 0, balanced: true })
    expect(crm().find((r) => r['code'] === 'C250')).toMatchObject({ email: 'new@example.com', name: 'New name' })
  })

  test('with two wrong values is fixed one after the other', async () => {
    const { x, crm } = await batch({ poison: { email: 'nothing', age: 'many' } })
    const [first] = await open(x)
    await fix(x.parts(), { ...steward, id: first!.id, values: new Map([['email', 'a@example.com']]) })
    const half = await retry(x.parts(), [first!.id], { signal })
    expect(half.entries).toMatchObject([{ outcome: 'set_aside_again', row: { field: 'age' } }])
    await fix(x.parts(), { ...steward, id: half.entries[0]!.id, values: new Map([['age', '40']]) })
    const done = await retry(x.parts(), 'all', { signal })
    expect(done.entries).toMatchObject([{ outcome: 'arrived' }])
    expect(crm().find((r) => r['code'] === 'C250')).toMatchObject({ email: 'a@example.com', age: expect.anything() as unknown })
    expect(await open(x)).toEqual([])
    x.clock.advance(60_000)
    expect((await x.sync({ full: true })).summary).toMatchObject({ writes: 0, set_aside: 0 })
  })

  test('that breaks a rule of the plan is fixed like a wrong value', async () => {
    const { x, report, crm } = await batch({ poison: { age: '7' } })
    expect(report.summary).toMatchObject({ created: 499, set_aside: 1 })
    const [row] = await open(x)
    expect(row).toMatchObject({ rule: 'grown', says: 'A customer is at least 18 years old.' })
    await fix(x.parts(), { ...steward, id: row!.id, values: new Map([['age', '70']]) })
    await retry(x.parts(), [row!.id], { signal })
    expect(crm()).toHaveLength(500)
  })

  test('that the target refuses leaves 499 to arrive; retried as it is, it keeps its one entry', async () => {
    const { x, report, crm } = await batch({ refuses: (name) => name === 'Name 250' })
    expect(report.summary).toMatchObject({ created: 499, balanced: true })
    const [row] = await open(x)
    expect(row).toMatchObject({ direction: 'out', system: 'crm', says: 'the name is too long', times: 1 })
    const same = await retry(x.parts(), [row!.id], { signal })
    expect(same.entries).toMatchObject([{ id: row!.id, outcome: 'set_aside_again' }])
    expect(await open(x)).toMatchObject([{ id: row!.id, times: 2 }])

    await fix(x.parts(), { ...steward, id: row!.id, values: new Map([['name', 'Short']]) })
    const done = await retry(x.parts(), [row!.id], { signal })
    expect(done.entries).toMatchObject([{ outcome: 'arrived' }])
    expect(done.report.summary).toMatchObject({ created: 1, writes: 1 })
    expect(crm().find((r) => r['code'] === 'C250')).toMatchObject({ name: 'Short' })
    expect(await open(x)).toEqual([])
    x.clock.advance(60_000)
    expect((await x.sync({ full: true })).summary).toMatchObject({ writes: 0, balanced: true })
  })

  test('that is given up does not come back while its source says the same', async () => {
    const { x, crm } = await batch({ poison: { email: 'not an address' } })
    const [row] = await open(x)
    await discard(x.parts(), [row!.id])
    x.clock.advance(60_000)
    const report = await x.sync({ full: true })
    expect(report.summary).toMatchObject({ writes: 0, set_aside: 1, balanced: true })
    expect(await open(x)).toEqual([])
    x.systems['shop']!.edit('customer', '250', { email: 'good@example.com' })
    x.clock.advance(60_000)
    await x.sync()
    expect(crm()).toHaveLength(500)
  })
})

describe('a create of which nobody knows whether it was executed, at a target that can not be asked', () => {
  const blind = { traits: { read: false, readByKey: false, find: false, answers: false } } as const

  async function lost(fate: 'lost-executed' | 'lost-not-executed') {
    const x = exchange(plan, { shop: {}, crm: blind })
    x.systems['shop']!.edit('customer', '1', { code: 'C1', email: 'a@example.com', age: '30', name: 'Ann' })
    x.systems['crm']!.vices.nextWrite = [fate]
    await x.sync()
    x.clock.advance(600_000)
    await x.sync()
    const [row] = await open(x)
    expect(row).toMatchObject({ rule: 'may_exist', direction: 'out' })
    return { x, row: row! }
  }

  test('is closed by a person who names its key, and written no second time', async () => {
    const { x, row } = await lost('lost-executed')
    await fix(x.parts(), { ...steward, id: row.id, values: new Map([['key', '1']]) })
    expect(await open(x)).toEqual([])
    x.clock.advance(60_000)
    expect((await x.sync()).summary).toMatchObject({ writes: 0 })
    x.systems['shop']!.edit('customer', '1', { name: 'Anna' })
    x.clock.advance(60_000)
    expect((await x.sync()).summary).toMatchObject({ updated: 1 })
    expect(x.systems['crm']!.all('customer')).toMatchObject([{ name: 'Anna' }])
  })

  test('is made by a retry when a person has seen that it is not there', async () => {
    const { x, row } = await lost('lost-not-executed')
    const done = await retry(x.parts(), [row.id], { signal })
    expect(done.entries).toMatchObject([{ outcome: 'arrived' }])
    expect(x.systems['crm']!.all('customer')).toHaveLength(1)
    expect(await open(x)).toEqual([])
  })
})
