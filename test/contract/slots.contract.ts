/** What every store promises about records that are due to exist: the short way of creates (src/sync/creates.ts). */
import { describe, expect, test } from 'vitest'
import { Numeral } from '../../src/base/numeral.ts'
import type { Store } from '../../src/store/contract.ts'
import { commandRow, goldenRow, linkRow, PLACE } from '../support/rows.ts'
import { byId, ids, load, storesOf } from './trying.ts'

export function describeSlots(name: string, open: () => Store | Promise<Store>): void {
  describe(`links of the ${name} store`, () => {
    const { fresh } = storesOf(open)

    test('of golden records tell where those are, without slots', async () => {
      const store = await fresh({ links: [linkRow({ id: 9, golden: 'x', key: 'k', origin: 'made', seenFrom: 7 }), linkRow({ id: 2, golden: 'x', key: null, state: 'slot' }), linkRow({ id: 4, golden: 'x', key: 'g', state: 'gone' }), linkRow({ id: 3, golden: 'y' })] })
      expect(await load(store, (tx) => tx.linkNames([]))).toEqual([])
      const rows = await load(store, (tx) => tx.linkNames(['x', 'z']))
      expect(ids(rows)).toEqual([4, 9])
      expect(rows[1]).toEqual({ ...PLACE, id: 9, golden: 'x', key: 'k', state: 'live', origin: 'made', seenFrom: 7 })
    })

    test('that are slots come with their command and the revision of a golden record about which nothing is open', async () => {
      const review = [{ kind: 'ask' as const, field: 'name', says: 'which?', at: 1 }]
      const goldens = [goldenRow({ id: 'plain', rev: 3 }), goldenRow({ id: 'asked', review }), goldenRow({ id: 'merged', mergedInto: 'plain' }), goldenRow({ id: 'ended', state: 'ended' })]
      const slots = goldens.map(({ id: golden }, i) => linkRow({ id: i + 1, golden, key: null, state: 'slot', generation: 2 }))
      const links = [...slots, linkRow({ id: 5, golden: 'plain' }), linkRow({ id: 6, golden: 'plain', key: null, state: 'slot' }), linkRow({ id: 7, golden: 'absent', key: null, state: 'slot' })]
      const store = await fresh({ goldens, links, commands: [1, 2, 3, 4, 5, 7].map((link) => commandRow({ link, fence: 8 })) })
      expect(await load(store, (tx) => tx.slots([7, 6, 5, 4, 3, 2, 1, 99]))).toEqual([{ link: 1, generation: 2, golden: 'plain', rev: 3, fence: 8 }])
      expect(await load(store, (tx) => tx.slots([]))).toEqual([])
    })

    test('that are due to exist come with the command to make them', async () => {
      const due = { link: 5, golden: 'g', flow: 'f', ...PLACE, priority: 2, at: 7 }
      const store = await fresh({ goldens: [goldenRow({ id: 'g', rev: 1, established: false, values: { name: 'x' } })], dueToExist: [due] })
      expect(await load(store, (tx) => tx.slots([5]))).toEqual([{ link: 5, generation: 0, golden: 'g', rev: 1, fence: 0 }])
      expect(await load(store, (tx) => tx.linksOfGoldens(['g']))).toEqual([linkRow({
        id: 5, ...PLACE, golden: 'g', key: null, numericKey: false, generation: 0, state: 'slot', origin: 'made', seen: null, hash: '', version: null, seenFrom: 0, seenTo: 0, editedAt: null, said: {},
        firstRev: 0, altered: {}, agreed: 0, doubt: {}, flips: {}, fixes: {}, missed: 0,
      })])
      expect(await load(store, (tx) => tx.dueCommands({ system: PLACE.system, now: 7, limit: 9 }))).toEqual([{
        link: 5, flow: 'f', ...PLACE, golden: 'g', kind: 'create', priority: 2, state: 'due', reason: null, waitsFor: null, openedAt: 7, notBefore: 7, attempts: 0, holder: null, fence: 0, leaseUntil: 0, intent: null,
      }])
      expect(await load(store, (tx) => tx.goldenValues(['g', 'z']))).toEqual([{ id: 'g', values: { name: 'x' }, established: false }])
      expect(await load(store, (tx) => tx.goldenValues([]))).toEqual([])
    })

    test('that were slots become records, and golden records established, with all else as it was', async () => {
      const slot = linkRow({ id: 1, golden: 'g', key: null, state: 'slot', seen: null, hash: '', said: {}, flips: { name: [1] } })
      const golden = goldenRow({ id: 'g', established: false, values: { name: 'x' } })
      const store = await fresh({ links: [slot, linkRow({ id: 2, key: 'k' })], goldens: [golden, goldenRow({ id: 'h', established: false })] })
      const made = { id: 1, key: 'K', numericKey: true, seen: { n: new Numeral('1.0'), t: 'x', none: null }, hash: 'h', version: null, seenFrom: 5, seenTo: 6, agreed: 3 }
      await store.transaction((tx) => tx.save({ made: [made], established: ['g'] }), { as: 'intake' })
      expect(await load(store, (tx) => tx.linksById([1]))).toEqual([{ ...slot, ...made, state: 'live', origin: 'made' }])
      expect(byId(await load(store, (tx) => tx.goldens(['g', 'h']))).map((row) => row.established)).toEqual([true, false])
      expect(await load(store, (tx) => tx.goldens(['g']))).toEqual([{ ...golden, established: true }])
      expect(ids(await load(store, (tx) => tx.linksByKey(PLACE, ['K'])))).toEqual([1])
    })
  })
}
