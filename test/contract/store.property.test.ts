import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Changes, FIRST_KEY, type Store, type Transaction } from '../../src/store/contract.ts'
import type { ValueRow } from '../../src/store/rows.ts'
import { packNative } from '../../src/base/json.ts'
import { Numeral } from '../../src/base/numeral.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { asideRow, changeRow, commandRow, decisionRow, goldenRow, inboxRow, laterRow, linkRow, PLACE, writeRow } from '../support/rows.ts'
import { lateStore } from '../support/stores.ts'

const few = fc.integer({ min: 1, max: 6 })
const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'Ł')
const system = fc.constantFrom('shop', 'crm')
const value = fc.jsonValue({ maxDepth: 2 }).map((json) => JSON.parse(JSON.stringify(json, (_, item: unknown) => (typeof item === 'number' ? String(item) : item))) as ValueRow)
const at = fc.integer({ min: 0, max: 20 })
const rows = <T>(row: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(row, { maxLength: 4 })

const changes: fc.Arbitrary<Changes> = fc.record({
  // One key per id, so that no two links claim one place.
  links: rows(fc.record({ id: few, golden: name, state: fc.constantFrom('live', 'gone', 'left'), missed: at })),
  others: fc.constantFrom<Record<string, string>>({}, { name: 'latest' }, { other: 'latest' }),
  newcomers: fc.array(fc.record({ value, editedAt: fc.option(at), claim: name, numericKey: fc.boolean() }), { maxLength: 2 }),
  goldens: rows(fc.record({ id: name, value, rev: at, mergedInto: fc.option(name) })),
  claims: rows(fc.record({ entity: fc.constant('customer'), kind: name, value: name, link: few })),
  claimsOf: rows(few), removedLinks: rows(few), removedGoldens: rows(name), removedCommands: rows(few), removedLater: rows(few), referencesOf: rows(name), removedInbox: rows(name),
  commands: rows(fc.record({ link: few, system, state: fc.constantFrom('due', 'sending', 'unsure', 'waiting'), priority: fc.integer({ min: 0, max: 2 }), openedAt: at, notBefore: at, leaseUntil: at, waitsFor: fc.option(name) })),
  references: rows(fc.record({ golden: name, link: few })),
  decisions: rows(fc.record({ id: name, about: rows(name), at, ended: fc.boolean() })),
  later: rows(fc.record({ link: few, system, notBefore: at })),
  asides: rows(fc.record({ id: name, key: name, state: fc.constantFrom('open', 'fixed', 'closed', 'discarded'), at })),
  changes: rows(fc.record({ golden: name, kind: fc.constantFrom('change', 'conflict'), before: fc.option(value, { nil: undefined }), after: fc.option(value, { nil: undefined }) })),
  writes: rows(fc.record({ record: name, system, operation: fc.constantFrom('create', 'update'), at, golden: name, overwrites: fc.boolean() })),
  inbox: rows(fc.record({ id: name, system, deliveryId: fc.constantFrom('', 'd1', 'd2'), receivedAt: at })),
  ledger: rows(fc.record({ run: name, system, resource: name, entity: name, count: name, n: at })),
}).map((some): Changes => ({
  ...some, links: some.links.map(linkRow), goldens: some.goldens.map(({ value: held, ...row }) => goldenRow({ ...row, values: { name: held } })), commands: some.commands.map(commandRow), decisions: some.decisions.map(decisionRow),
  later: some.later.map(laterRow), asides: some.asides.map(asideRow), changes: some.changes.map(changeRow), writes: some.writes.map(writeRow), inbox: some.inbox.map(inboxRow),
  newcomers: {
    ...PLACE, rule: 'owner', others: some.others, createdAt: 3,
    rows: some.newcomers.map(({ value: held, claim, editedAt, numericKey }) => ({
      link: 0, golden: '', editedAt, record: { key: '', numericKey, packed: { names: ['n'], list: packNative([new Numeral('1.50')]) }, hash: 'n', version: null, from: 1, to: 2 },
      says: { values: { names: ['name', 'other'], list: JSON.stringify([held, 'x']) }, claims: [{ kind: 'b', value: claim }] },
    })),
  },
}))

/** A newcomer is nobody who was there before. */
const unmet = (some: Changes, step: number): Changes => ({
  ...some,
  newcomers: { ...some.newcomers!, rows: some.newcomers!.rows.map((row, i) => ({ ...row, link: 10 + 2 * step + i, golden: `n${10 + 2 * step + i}`, record: { ...row.record, key: `k${10 + 2 * step + i}` } })) },
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ is: fc.constant('save' as const), changes, fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('rename' as const), what: fc.constantFrom('system' as const, 'entity' as const), from: fc.constantFrom('shop', 'customer'), to: fc.constantFrom('crm', 'person') }) },
)

/** Every answer of a store; lists that promise no order are sorted. */
async function answers(tx: Transaction, now: number): Promise<unknown> {
  const names = ['a', 'b', 'c', '__proto__', 'Ł', ...Array.from({ length: 12 }, (_, i) => `n${10 + i}`)]
  const numbers = [1, 2, 3, 4, 5, 6, ...Array.from({ length: 12 }, (_, i) => 10 + i)]
  const any = (list: readonly object[]): string[] => list.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted()
  const all = { limit: 99 }
  return {
    heads: await tx.heads(PLACE, ['k9', ...numbers.map((n) => `k${n}`)]), live: [await tx.idsAfter(PLACE, FIRST_KEY, 3), await tx.idsAfter(PLACE, { key: 'k2', generation: 0 }, 4), await tx.joinedAfter('', 9), await tx.joinedAfter('b', 1)],
    claimed: await tx.claimed('customer', 'b', names),
    byKey: any(await tx.linksByKey(PLACE, numbers.map((n) => `k${n}`))), byId: any(await tx.linksById(numbers)), ofGoldens: await tx.linksOfGoldens(names), after: await tx.linksAfter(PLACE, ['live', 'left'], 1, 3),
    count: await tx.countLinks(PLACE, ['live']), goldens: any(await tx.goldens(names)), goldensAfter: await tx.goldensAfter('customer', 'a', 3), claims: any(await tx.claims('customer', names.map((text) => ({ kind: 'a', value: text })))),
    claimsOf: any(await tx.claimsOfLinks(numbers)), due: [await tx.dueCommands({ system: 'shop', now, limit: 3 }), await tx.dueCommands({ system: 'crm', now, limit: 9 })], waiters: any(await tx.waiters(names)),
    counts: any(await tx.commandCounts()), waiting: await tx.commandsIn('waiting', 3), next: await tx.nextDue(), referrers: any(await tx.referrers(names)), decisions: await tx.decisions(names),
    later: [await tx.later(all), await tx.later({ system: 'shop', now, limit: 2 })], laterCounts: any(await tx.laterCounts()), asidesByKey: await tx.asidesByKey(PLACE, names), asides: await tx.asides(all),
    changes: [await tx.changes(all), await tx.changes({ golden: 'a', kind: 'conflict', limit: 2 })], search: [await tx.search({ text: 'A', limit: 9 }), await tx.search({ text: '', limit: 9 })], ledger: any(await tx.ledger('a')), writes: await tx.writes('r1', 0, 99),
    since: await tx.overwrittenSince({ system: 'shop', resource: PLACE.resource, operation: 'update', since: now }), total: await tx.counts(), inbox: [await tx.inbox(undefined, 9), await tx.inbox('shop', 2)], id: await tx.reserveLinkIds(2),
  }
}

test('SQLite and the memory store give the same answers after the same sequence of saves, renames and failed transactions', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 6 }), at, fc.integer(), async (steps, now, seed) => {
    const stores: readonly Store[] = [openSqliteStore(':memory:'), lateStore(seed)]
    const [sqlite, memory] = await Promise.all(stores.map(async (store) => {
      for (const [i, one] of steps.entries()) {
        await store.transaction(async (tx) => {
          if (one.is === 'rename') return tx.rename(one.what, one.from, one.to)
          await tx.save(unmet(one.changes, i))
          if (one.fails) throw new Error('rolled back')
        }, { as: 'intake' }).catch((error: Error) => {
          if (error.message !== 'rolled back') throw error
        })
      }
      const result = await store.transaction((tx) => answers(tx, now), { as: 'intake' })
      await store.close()
      return result
    }))
    expect(memory).toEqual(sqlite)
  }), { numRuns: 150 })
})
