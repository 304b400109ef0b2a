import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'
import { newStore } from '../../test/support/stores.ts'
import type { Store } from '../store/contract.ts'
import type { SourceRecord } from '../systems/contract.ts'
import { intake } from './intake.ts'
import { newcomersOf } from './newcomer.ts'
import { packPage, unpackPage } from './packed.ts'
import { prepare, type Prepared } from './prepare.ts'
import { PRIORITY } from './scope.ts'

interface Shape { readonly golden: string; readonly flows: string; readonly fields: string; readonly rules: string; readonly hold: string }

const plan = ({ golden, flows, fields, rules, hold }: Shape): string => `
plimsoll: 1
name: Newcomers
systems:
  a: { connector: simulated, holds: { thing: { key: id, ${hold}fields: { code: code, mail: mail, name: name, points: points, tags: { path: tags }, ok: { path: ok, default: true } } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, mail: mail, name: name, points: points } } } }
  c: { connector: simulated, holds: { thing: { key: id, fields: { code: code, name: name } } } }
entities:
  thing:
    identifiers: [code, mail]
    golden: ${golden}
    fields: { code: text, mail: email, name: ${fields}, points: integer, tags: { list: text }, ok: boolean }
    ${rules}
flows:
${flows}
`

/** Some combinations are no plan: nobody sends what somebody shall decide. */
function isPlan(shape: Shape): boolean {
  try {
    return placeOf(shape).place.sends
  } catch (error) {
    if (/owner-silent|home-silent|rule-type/.test((error as Error).message)) return false
    throw error
  }
}

const SHAPES: fc.Arbitrary<Shape> = fc.record({
  golden: fc.constantFrom('{ home: a }', '{ home: b }', '{ home: plimsoll }', '{ home: a, by_field: { name: longest, points: highest } }', '{ home: plimsoll, by_field: { name: [b, a], tags: union } }', '{ home: a, together: [[name, points]] }', '{ home: a, by_field: { points: ask } }'),
  flows: fc.constantFrom('  things: { entity: thing, from: a }', '  things: { entity: thing, from: a, to: b }', '  things: { entity: thing, between: [a, b] }', '  things: { entity: thing, between: [a, b], to: c }', '  things: { entity: thing, from: [a, b], to: c }', '  one: { entity: thing, from: a, to: b }\n  two: { entity: thing, from: b, to: c }', '  things: { entity: thing, between: { a: {}, b: { may: [update] } } }'),
  fields: fc.constantFrom('text', '{ type: text }', '{ type: text, default: nobody }'),
  rules: fc.constantFrom('', 'required: [name]\n    rules: { few: { must: "thing.points < 90", says: Too many points, if_broken: set_aside } }'),
  hold: fc.constantFrom('', 'where: "record.points != 7", '),
}).filter(isPlan)

const RECORDS: fc.Arbitrary<SourceRecord[]> = fc.uniqueArray(fc.record({
  key: fc.integer({ min: 1, max: 12 }).map(String),
  editedAt: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  version: fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
  numericKey: fc.option(fc.constant(true as const), { nil: undefined }),
  values: fc.record({
    code: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'n/a', '', null), mail: fc.constantFrom('ada@one.example', 'Ada@One.example', 'jan@two.example', 'no mail', null, 'info@x.example'),
    name: fc.constantFrom('Ada "the first"', 'Łódź\n', '', null, '__proto__'), points: fc.constantFrom(1, 7, 95, '12', 'many', null), tags: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(['x', 'y'], []) }),
    ok: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(true, 'no') }, { weight: 1, arbitrary: fc.constant(null) }),
  }, { requiredKeys: ['code', 'mail', 'ok'] }),
}), { selector: (record) => record.key, maxLength: 10 }).map((records) => records.map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as unknown as SourceRecord))

/** Everything that is kept, with golden records and links named by the records that they are of. */
async function everything(store: Store): Promise<unknown> {
  return store.transaction(async (tx) => {
    const goldens = await tx.goldensAfter('thing', '', 1000)
    const links = await tx.linksOfGoldens(goldens.map((golden) => golden.id))
    const nameOf = new Map(links.map((link) => [link.id, `${link.system} ${link.key ?? `for ${links.filter((other) => other.golden === link.golden && other.key !== null).map((other) => `${other.system} ${other.key}`).toSorted().join()}`}`]))
    const goldenName = (id: string): string => links.filter((link) => link.golden === id).map((link) => nameOf.get(link.id)!).toSorted().join()
    const byText = (list: readonly unknown[]): string[] => list.map((item) => JSON.stringify(item)).toSorted()
    return {
      goldens: byText(goldens.map(({ id, from, review, ...golden }) => ({
        ...golden, id: goldenName(id), from: Object.entries(from).map(([field, of]) => ({ field, ...of, link: nameOf.get(of.link) ?? of.link })), review: review.map(({ with: other, ...item }) => ({ ...item, with: other === undefined ? '' : goldenName(other) })),
      }))),
      links: byText(links.map(({ id, golden, said, ...link }) => ({ ...link, id: nameOf.get(id), golden: goldenName(golden), said: said && Object.entries(said).map(([field, s]) => ({ field, ...s, on: goldenName(s.on) })) }))),
      claims: byText((await tx.claimsOfLinks(links.map((link) => link.id))).map((claim) => ({ ...claim, link: nameOf.get(claim.link) }))),
      commands: byText((await tx.commands(links.map((link) => link.id))).map((command) => ({ ...command, link: nameOf.get(command.link), golden: goldenName(command.golden) }))),
      ledger: byText(await tx.ledger('r')),
      changes: (await tx.changes({ limit: 1000 })).length,
    }
  }, { readOnly: true })
}

function placeOf(shape: Shape) {
  const runtime = exchange(plan(shape), { a: {}, b: {}, c: {} }).parts().runtime
  return { runtime, place: [...runtime.places.values()].find((place) => place.system === 'a')!, entity: runtime.entities.get('thing')! }
}

async function taken(shape: Shape, batches: readonly (readonly SourceRecord[])[], way: (o: Prepared) => Prepared): Promise<unknown> {
  const { runtime, place } = placeOf(shape)
  const store = newStore()
  let ids = 0
  for (const batch of batches) {
    await intake(store, batch.map((record) => way(prepare(place, record, { from: 5, to: 10 }))), {
      place, work: { runtime, run: 'r', startedAt: 8, now: 20, newId: () => `00000000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}` }, priority: PRIORITY.backfill, listLagMs: 1,
      judging: { ordered: false, omitsEmpty: false, lookedAt: 0 },
    })
  }
  const result = await everything(store)
  await store.close()
  return result
}

describe('the short way of newcomers', () => {
  test('ends where the long way ends', async () => {
    let short = 0
    await fc.assert(fc.asyncProperty(SHAPES, fc.array(RECORDS, { minLength: 1, maxLength: 2 }), async (shape, batches) => {
      const { entity, place } = placeOf(shape)
      short += batches.flat().filter((record) => newcomersOf(entity, place)?.read(prepare(place, record, { from: 5, to: 10 }))).length
      expect(await taken(shape, batches, (o) => o)).toEqual(await taken(shape, batches, (o) => ({ ...o, newcomer: null })))
    }), { numRuns: 200 })
    expect(short, 'the short way is taken often enough to prove something').toBeGreaterThan(200)
  }, 120_000)

  test('is the same for pages that came from another thread', async () => {
    await fc.assert(fc.asyncProperty(SHAPES, RECORDS, fc.boolean(), async (shape, records, first) => {
      const { entity, place } = placeOf(shape)
      const newcomers = first ? newcomersOf(entity, place) : null
      const kinds = entity.identifiers.map((identifier) => identifier.kind)
      const here = records.map((record) => prepare(place, record, { from: 5, to: 10 })).map((o) => (newcomers ? { ...o, newcomer: newcomers.read(o) } : o))
      const there = unpackPage(structuredClone(packPage({ records: here, deleted: ['d'], broken: [], position: 'p' }, kinds)), place, kinds)
      expect({ ...there, records: [] }).toEqual({ records: [], deleted: ['d'], broken: [], position: 'p' })
      const plain = ({ key, seen, hash, version, editedAt, from, to, partial, inScope, numericKey, broken, packed, newcomer }: Prepared): unknown =>
        ({ key, seen, hash, version, editedAt, from, to, partial, inScope, numericKey, broken, packed: [packed.names, packed.list], newcomer: newcomer && [newcomer.values.names, newcomer.values.list, newcomer.claims] })
      expect(there.records.map(plain)).toEqual(here.map(plain))
      const byKey = new Map(there.records.map((o) => [o.key, o]))
      expect(await taken(shape, [records], (o) => byKey.get(o.key)!)).toEqual(await taken(shape, [records], (o) => o))
    }), { numRuns: 60 })
  }, 120_000)
})
