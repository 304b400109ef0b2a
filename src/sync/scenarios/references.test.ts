import { describe, expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { quiet, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'
import { intake } from '../intake.ts'
import { prepare } from '../prepare.ts'
import { placeKey } from '../runtime.ts'
import { PRIORITY } from '../scope.ts'

const orders = (more: { lines?: string } = {}): string => `
plimsoll: 1
name: Orders
systems:
  shop:
    connector: simulated
    holds:
      customer: { resource: customers, key: id, fields: { mail: mail, name: name } }
      order: { resource: orders, key: id, fields: { number: number, customer: customer_id, note: note${more.lines ?? ''} } }
  erp:
    connector: simulated
    holds:
      customer: { resource: parties, key: id, fields: { mail: email, name: title } }
      order: { resource: documents, key: id, fields: { number: no, customer: party, note: note${more.lines ?? ''} } }
entities:
  customer:
    identifiers: [mail]
    golden: shop
    fields: { mail: email, name: text }
  order:
    identifiers: [number]
    golden: shop
    required: [customer]
    fields: { number: text, customer: { to: customer }, note: text, lines: { list: { line: text, sku: text, n: integer }, key: line } }
flows:
  customers: { entity: customer, from: shop, to: erp }
  orders: { entity: order, from: shop, to: erp }
`
const shop = (): Exchange => exchange(orders(), { shop: {}, erp: {} })
const waiting = (x: Exchange) => x.store.transaction((tx) => tx.commandsIn('waiting', 100), { readOnly: true })
/** The party that an order of the ERP names. */
const partyOf = (x: Exchange): unknown => {
  const [document] = x.systems['erp']!.all('documents')
  return document && x.systems['erp']!.get('parties', String(document['party']))?.['title']
}

describe('references', () => {
  test('74: an order that is read before its customer waits for it, with the reason, and follows it', async () => {
    const x = shop()
    await x.sync()
    x.systems['shop']!.edit('orders', 'o1', { number: 'N1', customer_id: 'c1', note: 'x' })
    const report = await x.sync()
    expect(report.summary).toMatchObject({ created: 0, waiting: 1, balanced: true })
    expect(await waiting(x)).toMatchObject([{ reason: 'reference', kind: 'create' }])
    await quiet(x)
    x.systems['shop']!.edit('customers', 'c1', { mail: 'ann@example.org', name: 'Ann' })
    expect((await x.sync()).summary).toMatchObject({ created: 2, waiting: 0, balanced: true })
    expect(x.systems['erp']!.writes.map((write) => write.resource)).toEqual(['parties', 'documents'])
    expect(partyOf(x)).toBe('Ann')
    expect(await x.goldens('customer')).toHaveLength(1)
    await quiet(x)
  })

  test('75: an order whose customer is set aside waits and says since when; both arrive once the customer is mended', async () => {
    const x = shop()
    await x.sync()
    x.systems['shop']!.edit('customers', 'c1', { mail: 'not an address', name: 'Ann' })
    x.systems['shop']!.edit('orders', 'o1', { number: 'N1', customer_id: 'c1', note: 'x' })
    const report = await x.sync()
    expect(report.summary).toMatchObject({ created: 0, set_aside: 1, waiting: 1, balanced: true })
    const [since] = await waiting(x)
    await quiet(x)
    expect(await waiting(x)).toMatchObject([{ reason: 'reference', openedAt: since!.openedAt }])
    x.systems['shop']!.edit('customers', 'c1', { mail: 'ann@example.org' })
    expect((await x.sync()).summary).toMatchObject({ created: 2, waiting: 0 })
    expect(partyOf(x)).toBe('Ann')
    await quiet(x)
  })

  test('74: an order moves to another customer by that customer\'s key in each system', async () => {
    const x = shop()
    for (const name of ['Ann', 'Bob']) x.systems['shop']!.edit('customers', name, { mail: `${name}@example.org`, name })
    x.systems['shop']!.edit('orders', 'o1', { number: 'N1', customer_id: 'Ann', note: 'x' })
    await x.sync()
    expect(partyOf(x)).toBe('Ann')
    x.clock.advance(60_000)
    x.systems['shop']!.edit('orders', 'o1', { customer_id: 'Bob' })
    expect((await x.sync()).summary).toMatchObject({ updated: 1 })
    expect(partyOf(x)).toBe('Bob')
    await quiet(x)
  })

  test('74: orders of a customer whose create is refused wait, all others go on', async () => {
    const x = shop()
    await x.sync()
    x.systems['erp']!.vices.refuses = (values) => (values['title'] === 'Bad' ? 'no such title' : undefined)
    for (const name of ['Bad', 'Good']) {
      x.systems['shop']!.edit('customers', name, { mail: `${name}@example.org`, name })
      x.systems['shop']!.edit('orders', `o-${name}`, { number: `N-${name}`, customer_id: name, note: 'x' })
    }
    expect((await x.sync()).summary).toMatchObject({ created: 2, waiting: 1, balanced: true })
    expect(partyOf(x)).toBe('Good')
    await quiet(x)
    delete x.systems['erp']!.vices.refuses
    x.systems['shop']!.edit('customers', 'Bad', { name: 'Mended' })
    expect((await x.sync()).summary).toMatchObject({ created: 2, waiting: 0 })
    await quiet(x)
  })

  test('76: two that refer to each other take three writes where one of the references may come late', async () => {
    const x = exchange(`
plimsoll: 1
name: Companies
systems:
  a: { connector: simulated, holds: { company: { key: id, fields: { number: number, contact: contact } }, contact: { key: id, fields: { mail: mail, company: company } } } }
  b: { connector: simulated, holds: { company: { key: id, fields: { number: number, contact: contact } }, contact: { key: id, fields: { mail: mail, company: company } } } }
entities:
  company: { identifiers: [number], golden: a, fields: { number: text, contact: { to: contact, late: true } } }
  contact: { identifiers: [mail], golden: a, required: [company], fields: { mail: email, company: { to: company } } }
flows:
  companies: { entity: company, from: a, to: b }
  contacts: { entity: contact, from: a, to: b }
`, { a: {}, b: {} })
    await x.sync()
    x.systems['a']!.edit('company', 'c', { number: 'C1', contact: 'p' })
    x.systems['a']!.edit('contact', 'p', { mail: 'ann@example.org', company: 'c' })
    expect((await x.sync()).summary).toMatchObject({ created: 2, updated: 1, waiting: 0, balanced: true })
    const [company, made] = [...x.systems['b']!.table('company')][0]!
    expect(x.systems['b']!.get('contact', String(made.values['contact']))).toEqual({ mail: 'ann@example.org', company })
    await quiet(x)
  })
})

const lined = { types: 'code: text, f: { list: { line: text, sku: text, n: integer }, key: line }, g: text' }
const line = (id: string, n: number) => ({ line: id, sku: `S${id}`, n })

describe('lists and units', () => {
  test('77: lines with a key are the same in any order, and a line taken out leaves everywhere', async () => {
    const x = await threeSystems('latest', { plan: lined, start: { code: 'X', f: [line('1', 1), line('2', 2), line('3', 3)], g: 'g' } })
    x.systems['b']!.edit('thing', '1', { f: [line('3', 3), line('1', 1), line('2', 2)] })
    expect((await x.sync()).summary).toMatchObject({ writes: 0 })
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', '1', { f: [line('1', 1), line('3', 5)] })
    await x.sync()
    for (const lines of valuesOf(x)) expect((lines as { line: string }[]).toSorted((a, b) => a.line.localeCompare(b.line))).toEqual([line('1', 1), line('3', 5)])
    await quiet(x)
  })

  test('78: a webhook without the lines says nothing about them', async () => {
    const x = await threeSystems('latest', { plan: lined, start: { code: 'X', f: [line('1', 1)], g: 'g' } })
    const parts = x.parts()
    const place = parts.runtime.places.get(placeKey({ system: 'a', resource: 'thing', entity: 'thing' }))!
    x.systems['a']!.edit('thing', '1', { g: 'g1' })
    const record = { key: '1', values: { code: 'X', g: 'g1' }, partial: true, editedAt: x.clock.now() }
    const work = { runtime: parts.runtime, run: 'webhook', startedAt: x.clock.now(), now: x.clock.now(), newId: parts.newId }
    x.clock.advance(1000)
    await intake(x.store, [prepare(place, record, { from: x.clock.now(), to: x.clock.now() })], {
      place, work, judging: { ordered: false, omitsEmpty: true, lookedAt: 0 }, priority: PRIORITY.event, listLagMs: 1,
    })
    await x.sync()
    expect(valuesOf(x, 'g')).toEqual(['g1', 'g1', 'g1'])
    for (const lines of valuesOf(x)) expect(lines).toEqual([line('1', 1)])
    await quiet(x)
  })

  const address = { types: 'code: text, f: { group: { street: text, city: text, postcode: text, country: text } }, g: text' }

  test('79: of two addresses edited at once one whole one wins, and the other is in the conflict log', async () => {
    const x = await threeSystems('latest', { plan: address, start: { code: 'X', f: { street: 'Old 1', city: 'Gdynia', postcode: '81-000', country: 'PL' }, g: 'g' } })
    x.systems['a']!.edit('thing', '1', { f: { street: 'New 2', city: 'Gdynia', postcode: '81-000', country: 'PL' } })
    x.clock.advance(1000)
    x.systems['b']!.edit('thing', '1', { f: { street: 'Old 1', city: 'Gdynia', postcode: '81-999', country: 'PL' } })
    x.clock.advance(1000)
    await x.sync()
    for (const value of valuesOf(x)) expect(value).toEqual({ street: 'Old 1', city: 'Gdynia', postcode: '81-999', country: 'PL' })
    expect(await x.conflicts()).toMatchObject([{ field: 'f', loser: { system: 'a', value: { street: 'New 2' } } }])
    await quiet(x)
  })

  test('79: fields that belong together come from one system', async () => {
    const x = await threeSystems('latest', { plan: { golden: ', together: [[f, g]]' } })
    x.systems['a']!.edit('thing', '1', { f: 'street a' })
    x.clock.advance(1000)
    x.systems['b']!.edit('thing', '1', { g: 'postcode b' })
    x.clock.advance(1000)
    await x.sync()
    expect(valuesOf(x, 'f').map((f, i) => [f, valuesOf(x, 'g')[i]])).toEqual(Array.from({ length: 3 }, () => ['v0', 'postcode b']))
    await quiet(x)
  })

  test('80: an edit of the street where the city was cut travels with the whole city, and a member that is not held there is kept', async () => {
    const hold = (fields: string): string => `{ key: id, fields: { code: code, f: { fields: { ${fields} } } } }`
    const all = 'street: street, city: city, country: country'
    const x = exchange(`
plimsoll: 1
name: Addresses
systems:
  a: { connector: simulated, holds: { thing: ${hold(all)} } }
  c: { connector: simulated, holds: { thing: ${hold('street: street, city: city')} } }
entities:
  thing: { identifiers: [code], golden: plimsoll, fields: { code: text, f: { group: { street: text, city: text, country: text } } } }
flows:
  things: { entity: thing, between: [a, c] }
`, { a: {}, c: {} })
    x.systems['c']!.vices.alters = (values) => ('city' in values ? { ...values, city: String(values['city']).slice(0, 10) } : values)
    x.systems['a']!.edit('thing', '1', { code: 'X', street: 'Długa 1', city: 'Konstancin-Jeziorna', country: 'PL' })
    await x.sync()
    expect(x.systems['c']!.all('thing')).toMatchObject([{ city: 'Konstancin' }])
    x.clock.advance(60_000)
    const [key] = x.systems['c']!.table('thing').keys()
    x.systems['c']!.edit('thing', key, { street: 'Krótka 2' })
    await x.sync()
    expect(x.systems['a']!.get('thing', '1')).toEqual({ code: 'X', street: 'Krótka 2', city: 'Konstancin-Jeziorna', country: 'PL' })
    expect(x.systems['c']!.all('thing')).toMatchObject([{ street: 'Krótka 2', city: 'Konstancin' }])
    await quiet(x)
  })

  test('a field that a new plan reads from where another reference is read already finds its record, and the other keeps it', async () => {
    const payer = (more: string): string => orders({ lines: ', payer: payer' }).replace('lines: { list:', 'payer: { to: customer }, lines: { list:').replace('note: note, payer: payer } }\n  erp', `note: note${more} } }\n  erp`)
    const x = exchange(payer(''), { shop: {}, erp: {} })
    x.systems['shop']!.edit('customers', 'c1', { mail: 'a@x.example', name: 'Anna' })
    x.systems['shop']!.edit('orders', 'o1', { number: 'N1', customer_id: 'c1', note: 'x' })
    await x.sync()
    const before = partyOf(x)
    x.change(payer(', payer: customer_id'))
    const report = await x.sync()
    expect(report.summary).toMatchObject({ writes: 1, waiting: 0, balanced: true })
    expect([before, partyOf(x)]).toEqual(['Anna', 'Anna'])
    const [document] = x.systems['erp']!.all('documents')
    expect(document!['payer']).toBe(document!['party'])
    await quiet(x)
  })

  test('a record that is identified by what it refers to is recognised in a later run, and in a system that only receives', async () => {
    const x = exchange(`
plimsoll: 1
name: Stock
systems:
  shop:
    connector: simulated
    holds:
      article: { key: id, fields: { code: code } }
      stock: { key: id, fields: { article: article, amount: amount } }
  store:
    connector: simulated
    holds:
      article: { key: id, fields: { code: number } }
      stock: { key: id, fields: { article: item, amount: there } }
entities:
  article: { identifiers: [code], fields: { code: text } }
  stock: { identifiers: [article], golden: store, fields: { article: { to: article }, amount: integer } }
flows:
  articles: { entity: article, from: shop, to: store }
  stock: { entity: stock, from: store, to: { shop: { may: update } } }
`, { shop: {}, store: {} })
    for (const n of [1, 2, 3]) {
      x.systems['shop']!.edit('article', `a${n}`, { code: `C${n}` })
      x.systems['shop']!.edit('stock', `s${n}`, { article: `a${n}`, amount: '100' })
    }
    await x.sync()
    x.clock.advance(60_000)
    for (const [key, article] of x.systems['store']!.table('article')) x.systems['store']!.edit('stock', `t-${key}`, { item: key, there: String((article.values['number'] as string).length + 5) })
    const report = await x.sync()
    expect(report.summary).toMatchObject({ review: 0, updated: 3, balanced: true })
    expect(x.systems['shop']!.all('stock').map((row) => row['amount'])).toEqual([7, 7, 7])
    await quiet(x)
  })
})
