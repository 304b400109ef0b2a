import { describe, expect, test } from 'vitest'
import type { SimulatedOptions } from '../../rehearse/systems/simulated.ts'
import { exchange } from '../../../test/support/exchange.ts'
import { later, quiet } from '../../../test/support/three-systems.ts'

const people = (more: { identifiers?: string; from?: string } = {}): string => `
plimsoll: 1
name: People
systems:
  a: { connector: simulated, holds: { person: { resource: people, fields: { mail: mail, vat: vat, name: name } } } }
  b: { connector: simulated, holds: { person: { resource: people, fields: { mail: mail, vat: vat, name: name } } } }
  c: { connector: simulated, holds: { person: { resource: people, fields: { mail: mail, vat: vat, name: name } } } }
entities:
  person:
    identifiers: ${more.identifiers ?? '[mail, vat]'}
    golden: { home: plimsoll }
    fields: { mail: email, vat: text, name: text }
flows:
  people: { entity: person, ${more.from ?? 'between: [a, b, c]'} }
`

const start = (more: Parameters<typeof people>[0] = {}, each: Omit<SimulatedOptions, 'clock'> = {}) => exchange(people(more), { a: { ...each }, b: { ...each }, c: { ...each } })
const names = (x: ReturnType<typeof start>, system: string) => x.systems[system]!.all('people').map((row) => row['name']).toSorted()

describe('creates and identity', () => {
  test('39: nothing is created in a target whose own list could not be read yet; what it turns out to have is not doubled', async () => {
    // It can't be asked for an identifier either: only its list tells what it has.
    const x = start({ from: 'from: a, to: b' }, { traits: { find: false } })
    x.systems['a']!.edit('people', 'a1', { mail: 'ann@example.org', name: 'Ann' })
    x.systems['b']!.edit('people', 'b1', { mail: 'ann@example.org', name: 'Ann' })
    x.systems['b']!.vices.half = 'error'
    const report = await x.sync()
    expect([report.ok, report.summary.created, report.summary.waiting, report.summary.balanced]).toEqual([false, 0, 1, true])
    delete x.systems['b']!.vices.half
    x.clock.advance(60_000)
    await x.sync()
    expect(names(x, 'b')).toEqual(['Ann'])
    await quiet(x)
  })

  test('38: a record that the hub created elsewhere is linked when it appears in a third system', async () => {
    const x = start({ from: 'between: [a, b, c]' })
    x.systems['b']!.edit('people', 'b1', { mail: 'ann@example.org', name: 'Ann' })
    await x.sync()
    expect(names(x, 'a')).toEqual(['Ann'])
    expect(names(x, 'c')).toEqual(['Ann'])
    expect(await x.goldens('person')).toHaveLength(1)
    await quiet(x)
  })

  test('39: two systems filled with the same people double nobody, and the preview lists exactly the writes', async () => {
    const x = start({ from: 'between: [a, b]' })
    for (let i = 0; i < 1000; i += 1) {
      x.systems['a']!.edit('people', `a${i}`, { mail: i % 5 === 0 ? 'n/a' : `p${i}@example.org`, vat: `V${i}`, name: `Person ${i}` })
      x.systems['b']!.edit('people', `b${i}`, { mail: `P${i}@Example.org`, vat: i % 7 === 0 ? null : `V${i}`, name: `Person ${i}` })
    }
    const before = JSON.stringify([...x.systems['a']!.table('people')])
    const preview = await x.preview()
    expect(JSON.stringify([...x.systems['a']!.table('people')])).toBe(before)
    const report = await x.sync()
    const writes = await x.writes(report)
    const text = (w: (typeof writes)[number]) => JSON.stringify([w.system, w.resource, w.record, w.operation, w.field, w.before, w.after])
    expect(new Set(preview.writes.map(text))).toEqual(new Set(writes.map(text)))
    // Whoever shares a valid identifier is one person; i % 35 = 0 shares none.
    const shared = 1000 - Math.ceil(1000 / 35)
    expect(x.systems['a']!.table('people').size).toBe(1000 + (1000 - shared))
    expect(report.summary.balanced).toBe(true)
    await quiet(x)
  })

  test('40: a customer who registers in two systems between two polls is one golden record', async () => {
    const x = start()
    await x.sync()
    x.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', name: 'Eve' })
    x.systems['b']!.edit('people', 'b1', { mail: 'eve@example.org', name: 'Eve' })
    const report = await x.sync()
    expect(report.summary.created).toBe(1)
    expect(names(x, 'c')).toEqual(['Eve'])
    await quiet(x)
  })

  test('41: a create whose answer was lost is found and not repeated', async () => {
    const x = start({ from: 'from: a, to: b' })
    await x.sync()
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', name: 'Eve' })
    expect((await x.sync()).summary.unsure).toBe(1)
    x.clock.advance(120_000)
    await x.sync()
    expect(names(x, 'b')).toEqual(['Eve'])
    await quiet(x)
  })

  test('42: without a look-up the idempotency key makes one record', async () => {
    const x = start({ from: 'from: a, to: b' }, { traits: { find: false, idempotency: true } })
    await x.sync()
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', name: 'Eve' })
    await x.sync()
    x.clock.advance(120_000)
    await x.sync()
    expect(names(x, 'b')).toEqual(['Eve'])
    await quiet(x)
  })

  test('42: an edit made before the create was repeated is an edit, not what the target made of the value', async () => {
    const x = start({ from: 'between: [a, b]' }, { traits: { find: false, idempotency: true }, tellsEditTimes: true })
    await x.sync()
    x.systems['a']!.edit('people', 'a1', { mail: 'ann@example.org', name: 'Ann' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.clock.advance(60_000)
    await x.sync()
    const [[key] = []] = [...x.systems['b']!.table('people')]
    x.systems['b']!.edit('people', key, { name: 'Anna' })
    x.clock.advance(120_000)
    await x.sync()
    await x.sync()
    expect([names(x, 'a'), names(x, 'b')]).toEqual([['Anna'], ['Anna']])
    await quiet(x)
  })

  test('42: an edit of what a lost create made is an edit, also when the connection was refused before it could be repeated', async () => {
    const x = start({ from: 'between: [a, b]' }, { traits: { find: false, idempotency: true } })
    await x.sync()
    x.systems['a']!.edit('people', 'a1', { mail: 'ann@example.org', name: 'Ann' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    await x.sync()
    const [[key] = []] = [...x.systems['b']!.table('people')]
    x.systems['b']!.edit('people', key, { name: 'Anna' })
    x.clock.advance(120_000)
    x.systems['b']!.vices.nextWrite = ['refused-connection', 'refused-connection', 'refused-connection']
    for (let i = 0; i < 4; i += 1) {
      await x.sync()
      x.clock.advance(120_000)
    }
    expect([names(x, 'a'), names(x, 'b')]).toEqual([['Anna'], ['Anna']])
    await quiet(x)
  })

  test('43: with neither, a readable target is read completely before anything is sent again', async () => {
    const x = start({ from: 'between: [a, b]' }, { traits: { find: false } })
    await x.sync()
    for (const fate of ['lost-executed', 'lost-not-executed'] as const) {
      x.systems['b']!.vices.nextWrite = [fate]
      x.systems['a']!.edit('people', fate, { mail: `${fate}@example.org`, name: fate })
      await x.sync()
      await later(x, 3)
    }
    expect(names(x, 'b')).toEqual(['lost-executed', 'lost-not-executed'])
    await quiet(x)
  })

  test('43: a list that shrank does not tell that a record was not made', async () => {
    const x = start({ from: 'between: [a, b]' }, { traits: { find: false } })
    for (const name of ['Adam', 'Bea', 'Carl']) x.systems['a']!.edit('people', name, { mail: `${name}@example.org`, name })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.systems['a']!.edit('people', 'a9', { mail: 'eve@example.org', name: 'Eve' })
    await x.sync()
    const rows = new Map(x.systems['b']!.table('people'))
    x.systems['b']!.table('people').clear()
    x.clock.advance(120_000)
    await x.sync()
    x.clock.advance(120_000)
    await x.sync()
    for (const [key, row] of rows) x.systems['b']!.table('people').set(key, row)
    x.clock.advance(120_000)
    await x.sync()
    expect(names(x, 'b')).toEqual(['Adam', 'Bea', 'Carl', 'Eve'])
    await quiet(x)
  })

  test('43, one way: edits meanwhile repeat nothing; the target is read for it though nothing is sent from there', async () => {
    for (const fate of ['lost-executed', 'lost-not-executed'] as const) {
      const x = start({ from: 'from: a, to: b' }, { traits: { find: false } })
      await x.sync()
      x.systems['b']!.vices.nextWrite = [fate]
      x.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', name: 'Eve' })
      // Its list can't be had for a while.
      x.systems['b']!.vices.half = 'error'
      for (let i = 0; i < 6; i += 1) {
        await x.sync()
        expect(names(x, 'b').length).toBeLessThanOrEqual(1)
        x.clock.advance(40_000)
        x.systems['a']!.edit('people', 'a1', { name: `Eve ${i}` })
      }
      delete x.systems['b']!.vices.half
      await later(x, 2)
      expect(names(x, 'b')).toEqual(['Eve 5'])
      await quiet(x)
    }
  })

  test('44: where nothing can be asked, a person answers', async () => {
    const x = start({ from: 'from: a, to: b' }, {})
    const y = exchange(people({ from: 'from: a, to: b' }), { a: {}, b: { traits: { find: false, read: false, readByKey: false } }, c: {} })
    y.systems['b']!.vices.nextWrite = ['lost-executed']
    y.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', name: 'Eve' })
    for (let i = 0; i < 4; i += 1) {
      await y.sync()
      y.clock.advance(120_000)
    }
    expect(names(y, 'b')).toEqual(['Eve'])
    const asides = await y.store.transaction((tx) => tx.asides({ limit: 10 }), { readOnly: true })
    expect(asides.map((row) => row.rule)).toEqual(['may_exist'])
    void x
  })

  test('a target that takes one record a call is looked up before each of them, not once for all', async () => {
    const x = start({ from: 'between: [a, b]' }, {
      traits: { batch: 1 },
      onCall(kind, when, b) {
        // When the first was written, somebody makes the other one by hand.
        const [there, ...more] = b.all('people')
        if (kind !== 'write' || when !== 'after' || !there || more.length > 0) return
        const name = there['name'] === 'Ann' ? 'Bob' : 'Ann'
        b.edit('people', 'by-hand', { mail: `${name.toLowerCase()}@example.org`, name })
      },
    })
    await x.sync()
    for (const name of ['Ann', 'Bob']) x.systems['a']!.edit('people', name, { mail: `${name.toLowerCase()}@example.org`, name })
    x.clock.advance(60_000)
    await x.sync()
    expect(names(x, 'b')).toEqual(['Ann', 'Bob'])
    await quiet(x)
  })

  test('46: a create that meets an existing record adopts it, and differences are written', async () => {
    const x = exchange(people({ from: 'from: a, to: b' }), { a: {}, b: { unique: 'mail' }, c: {} })
    await x.sync()
    x.systems['b']!.edit('people', 'b9', { mail: 'eve@example.org', name: 'Eva' })
    x.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', name: 'Eve' })
    await x.sync()
    expect(x.systems['b']!.table('people').size).toBe(1)
    expect(names(x, 'b')).toEqual(['Eve'])
    await quiet(x)
  })

  test('46: a record that was found by one identifier is known by its others from then on', async () => {
    const x = start({}, {
      onCall(kind, when, of) {
        // Made by a user after the list was read.
        if (kind === 'find' && when === 'before' && of.all('people').length === 0) of.edit('people', undefined, { mail: 'ann@example.org', vat: 'V1', name: 'Ann' })
      },
    })
    x.systems['a']!.edit('people', 'a1', { mail: 'ann@example.org', name: 'Ann' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.remove('people', 'a1')
    x.systems['a']!.edit('people', 'a2', { vat: 'V1', name: 'Ann' })
    await x.sync()
    expect(await x.goldens('person')).toHaveLength(1)
    await quiet(x)
  })

  test('46: a record that was read while it was due to be made there is known by all its identifiers', async () => {
    const x = start()
    x.systems['b']!.vices.half = 'error'
    x.systems['a']!.edit('people', 'a1', { mail: 'ann@example.org', vat: 'V1', name: 'Ann' })
    x.systems['a']!.edit('people', 'a2', { mail: 'bob@example.org', name: 'Bob' })
    x.systems['c']!.edit('people', 'c1', { mail: 'ann@example.org', name: 'Ann' })
    x.systems['c']!.edit('people', 'c2', { mail: 'bob@example.org', vat: 'V2', name: 'Bob' })
    await x.sync()
    delete x.systems['b']!.vices.half
    x.systems['b']!.edit('people', 'b1', { vat: 'V1', name: 'Ann' })
    x.systems['b']!.edit('people', 'b2', { vat: 'V2', name: 'Bob' })
    x.clock.advance(60_000)
    await x.sync()
    expect(await x.goldens('person')).toHaveLength(2)
    expect(names(x, 'b')).toEqual(['Ann', 'Bob'])
    await quiet(x)
  })

  test('47: of two records with one e-mail in one system only the first is created elsewhere', async () => {
    const x = start()
    x.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', name: 'Eve' })
    x.systems['a']!.edit('people', 'a2', { mail: 'eve@example.org', name: 'Evelyn' })
    const report = await x.sync()
    expect(report.summary.review).toBe(2)
    expect(names(x, 'b')).toEqual(['Eve'])
    expect(await x.goldens('person')).toHaveLength(2)
    await quiet(x)
  })

  test('48: three records that share identifiers in a chain are one golden record in any order', async () => {
    const records: [string, Record<string, string>][] = [
      ['a', { mail: 'm@example.org', vat: 'V1', name: 'N' }], ['b', { mail: 'm@example.org', name: 'N' }], ['c', { vat: 'V1', name: 'N' }],
    ]
    for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
      const x = start()
      // Each arrives in a pass of its own, before anything could be delivered.
      for (const system of Object.values(x.systems)) system.vices.nextWrite = []
      for (const i of order) x.systems[records[i]![0]]!.edit('people', '1', records[i]![1])
      await x.sync()
      expect(await x.goldens('person')).toHaveLength(1)
      expect(x.systems['b']!.get('people', '1')).toMatchObject({ mail: 'm@example.org', vat: 'V1' })
      await quiet(x)
    }
  })

  test('49: when two were established before the record that joins them came, a person decides', async () => {
    const x = start()
    x.systems['b']!.edit('people', 'b1', { mail: 'm@example.org', name: 'N' })
    x.systems['c']!.edit('people', 'c1', { vat: 'V1', name: 'N' })
    await x.sync()
    x.systems['a']!.edit('people', 'a9', { mail: 'm@example.org', vat: 'V1', name: 'N' })
    const report = await x.sync()
    expect(report.summary.review).toBeGreaterThan(0)
    expect(report.summary.created).toBe(0)
    await quiet(x)
  })

  test('50: a contradicting identifier is never joined by itself, in any order', async () => {
    for (const order of [['a', 'b'], ['b', 'a']]) {
      const x = start({ from: 'between: [a, b]' })
      const of = { a: { mail: 'm@example.org', vat: 'V1', name: 'A' }, b: { mail: 'm@example.org', vat: 'V2', name: 'B' } }
      for (const system of order) x.systems[system]!.edit('people', '1', of[system as 'a' | 'b'])
      const report = await x.sync()
      expect(report.summary).toMatchObject({ review: 2, created: 0, updated: 0 })
      expect(await x.goldens('person')).toHaveLength(2)
      await quiet(x)
    }
  })

  test('51: a changed e-mail moves the claim, not the record', async () => {
    const x = start()
    x.systems['a']!.edit('people', 'a1', { mail: 'old@example.org', name: 'Eve' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('people', 'a1', { mail: 'new@example.org' })
    await x.sync()
    expect(x.systems['b']!.all('people')).toMatchObject([{ mail: 'new@example.org' }])
    expect(await x.goldens('person')).toHaveLength(1)
    await quiet(x)
  })

  test('52: an e-mail changed to that of somebody else is carried nowhere, other fields are', async () => {
    const x = start()
    x.systems['a']!.edit('people', 'a1', { mail: 'one@example.org', name: 'One' })
    x.systems['a']!.edit('people', 'a2', { mail: 'two@example.org', name: 'Two' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('people', 'a1', { mail: 'two@example.org', name: 'Uno' })
    const report = await x.sync()
    expect(report.summary.review).toBe(2)
    expect(x.systems['b']!.all('people').map((row) => `${row['mail']} ${row['name']}`).toSorted()).toEqual(['one@example.org Uno', 'two@example.org Two'])
    await quiet(x)
  })

  test('53: a changed key with an equal identifier is the same record', async () => {
    const x = start({ from: 'from: a, to: b' })
    x.systems['a']!.edit('people', 'old', { mail: 'eve@example.org', name: 'Eve' })
    await x.sync()
    x.systems['a']!.remove('people', 'old')
    x.systems['a']!.edit('people', 'new', { mail: 'eve@example.org', name: 'Eve' })
    await x.sync()
    expect(names(x, 'b')).toEqual(['Eve'])
    expect(await x.goldens('person')).toHaveLength(1)
    await quiet(x)
  })

  test('41 and 47: what a create made whose answer was lost is that record, also where a second one has come that says the same of itself', async () => {
    const x = start({ identifiers: '[mail]' }, { tellsEditTimes: true, traits: { find: false } })
    await x.sync()
    x.systems['a']!.edit('people', 'a1', { mail: 'eve@example.org', vat: '1', name: 'Ewelina' })
    x.systems['b']!.vices.alters = (values) => ({ ...values, ...('name' in values ? { name: String(values['name']).slice(0, 3) } : {}) })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.clock.advance(60_000)
    expect((await x.sync({ patienceMs: 0 })).summary).toMatchObject({ unsure: 1 })
    x.systems['a']!.edit('people', 'a2', { mail: 'eve@example.org', vat: '2', name: 'Another Eve' })
    await later(x, 5)
    expect([names(x, 'a'), names(x, 'b'), names(x, 'c')]).toEqual([['Another Eve', 'Ewelina'], ['Ewe'], ['Ewelina']])
    expect((await x.goldens('person')).map((row) => [row.values['name'], row.review.length])).toEqual([['Ewelina', 1], ['Another Eve', 1]])
    await quiet(x)
  })

  test('54: a key that is used again for somebody else is somebody else', async () => {
    const x = start({ from: 'from: a, to: b' })
    x.systems['a']!.edit('people', '7', { mail: 'eve@example.org', name: 'Eve' })
    x.systems['a']!.edit('people', '8', { mail: 'pat@example.org', name: 'Pat' })
    await x.sync()
    x.systems['a']!.remove('people', '7')
    await x.sync()
    x.systems['a']!.edit('people', '7', { mail: 'bob@example.org', name: 'Bob' })
    await x.sync()
    expect(names(x, 'b')).toEqual(['Bob', 'Eve', 'Pat'])
    await quiet(x)
  })

  test('55: placeholders identify nobody', async () => {
    const x = start({ from: 'from: [a, b], to: c' })
    for (let i = 0; i < 100; i += 1) {
      x.systems['a']!.edit('people', `a${i}`, { mail: i % 2 ? 'test@test.pl' : 'n/a', vat: '000000', name: `A${i}` })
      x.systems['b']!.edit('people', `b${i}`, { mail: i % 2 ? 'test@test.pl' : '-', vat: '0000000', name: `B${i}` })
    }
    const report = await x.sync()
    expect(await x.goldens('person')).toHaveLength(200)
    expect(report.summary.created).toBe(200)
    await quiet(x)
  })
})
