import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'
import { newStore } from '../../test/support/stores.ts'
import type { ViceName } from '../rehearse/systems/vices.ts'
import type { Store, Transaction } from '../store/contract.ts'

interface Shape { readonly receives: string; readonly fields: string; readonly rules: string; readonly flow: string; readonly vices: readonly ViceName[]; readonly answers: boolean; readonly find: boolean; readonly fills: boolean }

const plan = ({ receives, fields, rules, flow }: Shape): string => `
plimsoll: 1
name: Creates
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, name: name, points: points, ok: ok, size: size } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: ${receives} } } }
entities:
  thing:
    identifiers: [code]
    golden: { home: a }
    fields: { code: text, name: ${fields}, points: decimal, ok: boolean, size: { codes: [small, large] } }
    ${rules}
flows:
  things: ${flow}
`

/** Else nothing would ever be simple. */
const mostly = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> => fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
const SHAPES: fc.Arbitrary<Shape> = fc.record({
  receives: fc.constantFrom(
    '{ code: code, name: name, points: points, ok: ok }', '{ code: code, name: name, points: { path: points, default: 3 } }', '{ code: code, name: { path: title, access: write }, ok: { path: ok, codes: { true: Y, false: N } } }',
    '{ code: code, size: { path: size, codes: { small: S, large: none } } }', '{ name: name, points: points }',
  ),
  fields: fc.constantFrom('text', '{ type: text, default: nobody }'),
  rules: fc.constantFrom('', 'required: [name]', 'rules: { few: { must: "thing.points < 90.0", says: Too many points, if_broken: warn } }'),
  flow: fc.constantFrom('{ entity: thing, from: a, to: b }', '{ entity: thing, from: a, to: b }', '{ entity: thing, from: a, to: b, where: "thing.code != \'c2\'" }', '{ entity: thing, between: [a, b] }'),
  vices: mostly([], fc.subarray<ViceName>(['cuts-text', 'rounds-numbers', '500-after-success', 'rate-limit'])),
  answers: mostly(true, fc.constant(false)), find: fc.boolean(), fills: mostly(false, fc.constant(true)),
})
const RECORD = fc.record({
  code: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', null), name: fc.constantFrom('Ada', 'A name of many characters', '', null), points: fc.constantFrom('1', '7.25', '95', null),
  ok: fc.constantFrom(true, false, null), size: fc.constantFrom('small', 'large', null),
})
type Values = typeof RECORD extends fc.Arbitrary<infer T> ? T : never
const RECORDS = fc.array(RECORD, { minLength: 1, maxLength: 8 })

/** Everything that is kept and everything that was written, with links named by their records. */
async function everything(store: Store, runs: readonly string[]): Promise<object> {
  return store.transaction(async (tx) => {
    const goldens = await tx.goldensAfter('thing', '', 1000)
    const links = await tx.linksOfGoldens(goldens.map((golden) => golden.id))
    const goldenName = (id: string): string => links.filter((link) => link.golden === id).map((link) => `${link.system} ${link.key}`).toSorted().join()
    const name = (id: number): string => links.filter((link) => link.id === id).map((link) => `${link.system} ${link.key} of ${goldenName(link.golden)}`).join()
    const sorted = (list: readonly unknown[]): string[] => list.map((item) => JSON.stringify(item)).toSorted()
    return {
      goldens: sorted(goldens.map(({ id, from, ...golden }) => ({ ...golden, id: goldenName(id), from: Object.entries(from).map(([field, of]) => ({ field, ...of, link: name(of.link) })) }))),
      links: sorted(links.map(({ id, golden, said, ...link }) => ({ ...link, id: name(id), golden: goldenName(golden), said: said && Object.entries(said).map(([field, s]) => ({ field, ...s, on: goldenName(s.on) })) }))),
      commands: sorted((await tx.commands(links.map((link) => link.id))).map(({ intent, ...command }) => ({ ...command, link: name(command.link), golden: goldenName(command.golden), intent: intent && { ...intent, idempotencyKey: '' } }))),
      asides: sorted((await tx.asides({ limit: 100 })).map((aside) => ({ ...aside, id: '', link: aside.link && name(aside.link), run: runs.indexOf(aside.run) }))),
      writes: await Promise.all(runs.map(async (run) => sorted((await tx.writes(run, 0, 1000)).map((write) => ({ ...write, run: '', row: 0, golden: goldenName(write.golden) }))))),
      ledger: await Promise.all(runs.map(async (run) => sorted((await tx.ledger(run)).map((row) => ({ ...row, run: '' }))))),
      changes: (await tx.changes({ limit: 1000 })).length,
    }
  }, { readOnly: true })
}

/** The same store, in which some calls of a transaction are others. */
const through = (store: Store, over: (tx: Transaction) => Partial<Transaction>): Store => ({
  place: store.place, hold: (holder, life) => store.hold(holder, life), overlay: () => store.overlay(), close: () => store.close(),
  transaction: (work, options) => store.transaction((tx) => {
    const others = over(tx)
    return work(new Proxy(tx, {
      get(of, name: keyof Transaction) {
        const own = of[name]
        return others[name] ?? (typeof own === 'function' ? own.bind(of) : own)
      },
    }))
  }, options),
})

interface Given { readonly first: readonly Values[]; readonly there: readonly Values[]; readonly later: readonly Values[] }

async function played(shape: Shape, given: Given, way: 'short' | 'long'): Promise<{ readonly state: unknown; readonly made: number }> {
  const own = newStore()
  let made = 0
  const store = through(own, (tx) => ({
    save: (changes) => {
      made += changes.made?.length ?? 0
      return tx.save(changes)
    },
    // Nothing is shown as a slot that is simply made.
    ...(way === 'long' ? { slots: async () => [] } : {}),
  }))
  const x = exchange(plan(shape), { a: {}, b: { vices: shape.vices, traits: { answers: shape.answers, find: shape.find } } }, { store })
  const [a, b] = [x.systems['a']!, x.systems['b']!]
  if (shape.fills) b.vices.alters = (values) => ({ ...values, points: values['points'] ?? '5', name: values['name'] ?? 'unnamed' })
  const runs: string[] = []
  const sync = async (): Promise<void> => {
    x.clock.advance(120_000)
    runs.push((await x.sync({ patienceMs: 3_600_000 })).run)
  }
  for (const [i, values] of given.there.entries()) b.edit('thing', `t${i}`, values)
  for (const [i, values] of given.first.entries()) a.edit('thing', `f${i}`, values)
  await sync()
  for (const [i, values] of given.later.entries()) a.edit('thing', `f${i}`, values)
  await sync()
  await sync()
  const state = { ...(await everything(own, runs)), held: [...(b.tables.get('thing') ?? [])].map(([key, row]) => JSON.stringify([key, row.values])).toSorted() }
  await own.close()
  return { state, made }
}

describe('the short way of creates', () => {
  test('ends where the long way ends', async () => {
    let made = 0
    await fc.assert(fc.asyncProperty(SHAPES, fc.record({ first: RECORDS, there: fc.array(RECORD, { maxLength: 2 }), later: fc.array(RECORD, { maxLength: 4 }) }), async (shape, given) => {
      const short = await played(shape, given, 'short')
      const long = await played(shape, given, 'long')
      made += short.made
      expect(long.made).toBe(0)
      expect(short.state).toEqual(long.state)
    }), { numRuns: 150 })
    expect(made, 'the short way is taken often enough to prove something').toBeGreaterThan(100)
  }, 120_000)
})
