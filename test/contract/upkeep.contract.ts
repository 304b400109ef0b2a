/** What every store promises about what is remembered beside the records, and for how long. */
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/contract.ts'
import { PLACE, runRow, secretRow, writeRow, conditionRow } from '../support/rows.ts'
import { ids, load, storesOf } from './trying.ts'

export function describeUpkeep(name: string, open: () => Store | Promise<Store>): void {
  describe(`what the ${name} store remembers`, () => {
    const { fresh } = storesOf(open)

    test('a delivery is remembered once, until it is forgotten by its age', async () => {
      const store = await fresh({ deliveries: [{ id: 'a', at: 1 }, { id: 'b', at: 2 }, { id: 'c', at: 3 }] })
      await store.transaction((tx) => tx.save({ deliveries: [{ id: 'a', at: 9 }] }), { as: 'intake' })
      expect((await load(store, (tx) => tx.deliveries(['c', 'x', 'a', 'a']))).toSorted()).toEqual(['a', 'c'])
      expect([await load(store, (tx) => tx.deliveryBefore(0)), await load(store, (tx) => tx.deliveryBefore(2)), await load(store, (tx) => tx.deliveryBefore(3))]).toEqual([3, 1, undefined])
      await store.transaction((tx) => tx.save({ deliveriesBefore: 2, deliveries: [{ id: 'd', at: 1 }] }), { as: 'intake' })
      expect((await load(store, (tx) => tx.deliveries(['a', 'b', 'c', 'd']))).toSorted()).toEqual(['b', 'c', 'd'])
      expect(await load(store, (tx) => tx.deliveries([]))).toEqual([])
    })

    test('secrets are kept by their ids, every column as it was saved', async () => {
      const row = secretRow({ usedAt: 5, refusedAt: 6, holder: 'me', leaseUntil: 7, rev: 3 })
      const store = await fresh({ secrets: [secretRow({}), secretRow({ id: 'h2', system: 'crm' })] })
      await store.transaction((tx) => tx.save({ secrets: [row], removedSecrets: ['h2', 'h3'] }), { as: 'intake' })
      expect(await load(store, (tx) => tx.secrets())).toEqual([row])
    })

    test('conditions are kept by what they are about, and are forgotten one by one', async () => {
      const store = await fresh({ conditions: [conditionRow({}), conditionRow({ about: 'flow', name: 'a flow', state: 'stale', nextAt: 7 })] })
      await store.transaction((tx) => tx.save({ conditions: [conditionRow({ state: 'ok', since: 9, failures: 0, code: '', says: '' })] }), { as: 'intake' })
      const sorted = async () => (await load(store, (tx) => tx.conditions())).toSorted((a, b) => (a.name < b.name ? -1 : 1))
      expect(await sorted()).toEqual([conditionRow({ about: 'flow', name: 'a flow', state: 'stale', nextAt: 7 }), conditionRow({ state: 'ok', since: 9, failures: 0, code: '', says: '' })])
      await store.transaction((tx) => tx.save({ removedConditions: [{ about: 'lane', name: 'a flow' }, { about: 'lane', name: 'deliver/shop' }] }), { as: 'intake' })
      expect((await sorted()).map((row) => row.name)).toEqual(['a flow'])
    })

    test('old runs are forgotten in lots, with their ledger and journal: never the newest, one that runs, or what is younger', async () => {
      const ended = { state: 'ended', endedAt: 1 } as const
      const store = await fresh({
        runs: [
          runRow({ id: 'old', startedAt: 10, ...ended }), runRow({ id: 'running', startedAt: 11 }), runRow({ id: 'quiet', startedAt: 50, quiet: true, ...ended }),
          runRow({ id: 'loud', startedAt: 51, ...ended }), runRow({ id: 'young and quiet', startedAt: 90, quiet: true, ...ended }), runRow({ id: 'newest', startedAt: 95, quiet: true, ...ended }),
        ],
        writes: [...Array.from({ length: 7 }, (_, i) => writeRow({ run: 'old', record: `k${i}` })), writeRow({ run: 'loud' })],
        ledger: ['old', 'quiet', 'loud', 'newest'].map((run) => ({ run, ...PLACE, count: 'read', n: 1 })),
      })
      const forget = (before: number, quietBefore: number): Promise<boolean> => store.transaction((tx) => tx.forgetRuns({ before, quietBefore, limit: 3 }), { as: 'intake' })
      const journal = async (run: string): Promise<number> => (await load(store, (tx) => tx.writes(run, 0, 99))).length
      expect(await forget(20, 80)).toBe(true)
      expect([await journal('old'), ids(await load(store, (tx) => tx.runs(9))).includes('old')]).toEqual([4, true])
      for (let lot = 0; lot < 9 && (await forget(20, 80)); lot += 1);
      expect(ids(await load(store, (tx) => tx.runs(9)))).toEqual(['newest', 'young and quiet', 'loud', 'running'])
      expect([await journal('old'), await journal('loud'), (await load(store, (tx) => tx.ledger('old'))).length, (await load(store, (tx) => tx.ledger('quiet'))).length, (await load(store, (tx) => tx.ledger('loud'))).length]).toEqual([0, 1, 0, 0, 1])
      for (let lot = 0; lot < 9 && (await forget(1000, 1000)); lot += 1);
      expect(ids(await load(store, (tx) => tx.runs(9)))).toEqual(['newest', 'running'])
      expect(await forget(1000, 1000)).toBe(false)
    })
  })
}
