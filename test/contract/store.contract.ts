/** What every store promises (src/store/contract.ts), one test for each promise. */
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { Numeral } from '../../src/base/numeral.ts'
import type { Store, Transaction } from '../../src/store/contract.ts'
import type { ChangeRow, CommandRow, LinkRow, ValueRow } from '../../src/store/rows.ts'
import {
  asideRow, changeRow, commandRow, decisionRow, goldenRow, inboxRow, laterRow, linkRow, PLACE, resourceRow, runRow, secretRow, systemRow, writeRow,
} from '../support/rows.ts'
import { byId, ids, load, storesOf } from './trying.ts'

export function describeStore(name: string, open: () => Store | Promise<Store>): void {
  describe(`the ${name} store`, () => {
    const { closing, fresh } = storesOf(open)

    describe('links', () => {
      test('are found by key in their newest generation, in any state; unknown keys are left out', async () => {
        const old = linkRow({ id: 1, key: 'a', generation: 0, state: 'gone' })
        const store = await fresh({
          links: [
            old, linkRow({ id: 2, key: 'a', generation: 1, state: 'left' }), linkRow({ id: 3, key: 'b', generation: 0, state: 'gone' }), linkRow({ id: 4, key: null, state: 'slot' }),
            linkRow({ id: 5, key: 'a', entity: 'order' }), linkRow({ id: 6, key: 'a', resource: 'other' }), linkRow({ id: 7, key: 'a', system: 'crm' }),
          ],
        })
        expect(ids(byId(await load(store, (tx) => tx.linksByKey(PLACE, ['a', 'b', 'c', '', 'a']))))).toEqual([2, 3])
        expect(await load(store, (tx) => tx.linksByKey(PLACE, []))).toEqual([])
        expect(await load(store, (tx) => tx.linksById([1, 99]))).toEqual([old])
        expect(await load(store, (tx) => tx.linksById([]))).toEqual([])
      })

      test('keep every column as it was saved', async () => {
        const row: LinkRow = linkRow({
          id: 1, numericKey: true, seen: { n: new Numeral('12345678901234567890.10'), bytes: new Uint8Array([0, 255]), list: [1, null, { $n: '1', $$: 'x' }], $b: 'text', none: null },
          version: '7', seenFrom: 1_700_000_000_000, editedAt: 5, said: { name: { value: { amount: '1.50', currency: 'EUR' }, time: null, on: 'a', over: 0, rev: null, first: true } },
          altered: { name: { hub: 'x', sent: new Numeral('1.0'), held: null } }, doubt: { name: { sent: new Uint8Array([1]), until: 9 } }, flips: { name: [1, 2] },
          fixes: { name: { native: '"x"', value: ['a', { b: null }] } }, missed: 3,
        })
        const store = await fresh({ links: [row, linkRow({ id: 2, seen: null, key: null })] })
        const [got, slot] = byId(await load(store, (tx) => tx.linksById([1, 2])))
        expect(got).toEqual(row)
        expect(got!.seen!['n']).toBeInstanceOf(Numeral)
        expect(got!.seen!['bytes']).toBeInstanceOf(Uint8Array)
        expect(slot).toMatchObject({ seen: null, key: null, said: null, editedAt: null, version: null })
      })

      test('of golden records come in the order of their ids, slots and gone ones too', async () => {
        const store = await fresh({ links: [linkRow({ id: 9, golden: 'x' }), linkRow({ id: 2, golden: 'x', key: null, state: 'slot' }), linkRow({ id: 4, golden: 'x', state: 'gone' }), linkRow({ id: 3, golden: 'y' })] })
        expect(ids(await load(store, (tx) => tx.linksOfGoldens(['x'])))).toEqual([2, 4, 9])
        expect(ids(await load(store, (tx) => tx.linksOfGoldens(['y', 'x', 'z'])))).toEqual([2, 3, 4, 9])
      })

      test('of a resource come page by page in the order of their ids, whatever their states', async () => {
        const states = ['live', 'gone', 'left', 'live', 'mentioned', 'gone', 'live'] as const
        const store = await fresh({ links: [...states.map((state, i) => linkRow({ id: i + 1, state })), linkRow({ id: 20, system: 'crm' }), linkRow({ id: 21, resource: 'other' }), linkRow({ id: 22, entity: 'order' })] })
        expect(ids(await load(store, (tx) => tx.linksAfter(PLACE, ['live', 'gone'], 0, 3)))).toEqual([1, 2, 4])
        expect(ids(await load(store, (tx) => tx.linksAfter(PLACE, ['live', 'gone'], 4, 3)))).toEqual([6, 7])
        expect(await load(store, (tx) => tx.linksAfter(PLACE, [], 0, 3))).toEqual([])
        expect(await load(store, (tx) => tx.countLinks(PLACE, ['live', 'left']))).toBe(4)
        expect(await load(store, (tx) => tx.countLinks(PLACE, []))).toBe(0)
      })

      test('with the same place, key and generation are refused, and nothing of the transaction stays', async () => {
        const store = await fresh({ links: [linkRow({ id: 1, key: 'a' })] })
        await expect(store.transaction(async (tx) => {
          await tx.save({ goldens: [goldenRow({ id: 'g' })] })
          await tx.save({ links: [linkRow({ id: 2, key: 'a' })] })
        }, { as: 'intake' })).rejects.toThrow()
        expect(await load(store, (tx) => tx.goldens(['g']))).toEqual([])
        await store.transaction((tx) => tx.save({ removedLinks: [1], links: [linkRow({ id: 2, key: 'a' })] }), { as: 'intake' })
        expect(ids(await load(store, (tx) => tx.linksByKey(PLACE, ['a'])))).toEqual([2])
      })

      test('with open places are any number: a golden record may be due in several', async () => {
        const store = await fresh({ links: [linkRow({ id: 1, key: null, golden: 'g' }), linkRow({ id: 2, key: null, golden: 'g' })] })
        expect(ids(await load(store, (tx) => tx.linksOfGoldens(['g'])))).toEqual([1, 2])
      })

      test('get ids that are never given again, unless the transaction comes to nothing', async () => {
        const store = await fresh()
        const first = await store.transaction((tx) => tx.reserveLinkIds(10), { as: 'intake' })
        expect(first).toBeGreaterThan(0)
        const next = await store.transaction(async (tx) => [await tx.reserveLinkIds(1), await tx.reserveLinkIds(5), await tx.reserveLinkIds(1)], { as: 'intake' })
        expect(next).toEqual([first + 10, first + 11, first + 16])
        await expect(store.transaction(async (tx) => {
          await tx.reserveLinkIds(100)
          throw new Error('stop')
        }, { as: 'intake' })).rejects.toThrow('stop')
        expect(await store.transaction((tx) => tx.reserveLinkIds(1), { as: 'intake' })).toBeGreaterThanOrEqual(first + 17)
      })
    })

    describe('golden records', () => {
      test('come by id, and page by page in the order of their ids', async () => {
        const review = [{ kind: 'ask' as const, field: 'name', says: 'which?', at: 1 }]
        const rows = [goldenRow({ id: 'a', review }), goldenRow({ id: 'b', mergedInto: 'a' }), goldenRow({ id: 'c', values: { name: 'Ł', tags: ['x'], none: null }, from: { name: { link: 3, time: null, rule: 'latest' } } }), goldenRow({ id: 'd', entity: 'order', review })]
        const store = await fresh({ goldens: rows.toReversed() })
        expect(byId(await load(store, (tx) => tx.goldens(['c', 'a', 'z'])))).toEqual([rows[0], rows[2]])
        expect(ids(await load(store, (tx) => tx.goldensAfter('customer', '', 2)))).toEqual(['a', 'b'])
        expect(ids(await load(store, (tx) => tx.goldensAfter('customer', 'b', 2)))).toEqual(['c'])
        expect(ids(await load(store, (tx) => tx.goldensInReview(10)))).toEqual(['a', 'd'])
        expect(ids(await load(store, (tx) => tx.goldensInReview(1)))).toEqual(['a'])
        await store.transaction((tx) => tx.save({ goldens: [goldenRow({ id: 'a', review: [] })], removedGoldens: ['d'] }), { as: 'intake' })
        expect(await load(store, (tx) => tx.goldensInReview(10))).toEqual([])
      })

      test('are counted without those merged into others', async () => {
        const store = await fresh({
          goldens: [goldenRow({ id: 'a' }), goldenRow({ id: 'b', mergedInto: 'a' }), goldenRow({ id: 'c', entity: 'order', review: [{ kind: 'ask', says: '?', at: 1 }] })],
          links: [linkRow({ id: 1 }), linkRow({ id: 2, state: 'gone' })],
          asides: [asideRow({ id: 'x' }), asideRow({ id: 'y', state: 'fixed' }), asideRow({ id: 'z', state: 'closed' })],
        })
        expect(await load(store, (tx) => tx.counts())).toEqual({ goldens: { customer: 1, order: 1 }, links: 1, asides: 2, review: 1 })
        expect(await load(await fresh(), (tx) => tx.counts())).toEqual({ goldens: {}, links: 0, asides: 0, review: 0 })
      })

      test('are found by id, by key of a record, and by what claims and text values contain', async () => {
        const store = await fresh({
          goldens: [
            goldenRow({ id: 'a', values: { name: 'Zażółć "Gęślą" 100%_\\', email: null } }), goldenRow({ id: 'b', values: { lines: [{ note: 'deep INSIDE' }], n: true } }),
            goldenRow({ id: 'c', entity: 'order', values: { name: 'inside' } }), goldenRow({ id: 'd', values: { name: 'inside' }, mergedInto: 'b' }), goldenRow({ id: 'e', values: { name: 'Ada' } }),
          ],
          links: [linkRow({ id: 1, key: 'K-77', golden: 'e' })],
          claims: [{ entity: 'customer', kind: 'email', value: 'ada@old.example', link: 1 }],
        })
        const search = async (text: string, entity?: string) => ids(await load(store, (tx) => tx.search({ text, limit: 10, ...(entity === undefined ? {} : { entity }) })))
        expect(await search('inside')).toEqual(['b', 'c'])
        expect(await search('INSIDE', 'customer')).toEqual(['b'])
        expect(await search('ZAŻÓŁĆ "gę')).toEqual(['a'])
        expect(await search('100%_\\')).toEqual(['a'])
        expect(await search('%')).toEqual(['a'])
        expect(await search('a')).toContain('a')
        expect(await search('K-77')).toEqual(['e'])
        expect(await search('K-7')).toEqual([])
        expect(await search('@OLD.')).toEqual(['e'])
        expect(await search('email')).toEqual([])
        expect(await search('x'.repeat(60_000))).toEqual([])
        expect(ids(await load(store, (tx) => tx.search({ text: 'inside', limit: 1 })))).toEqual(['b'])
      })
    })

    describe('claims', () => {
      const claim = (kind: string, value: string, link: number) => ({ entity: 'customer', kind, value, link })
      const sorted = (rows: readonly { link: number; value: string }[]) => rows.map((row) => `${row.link} ${row.value}`).toSorted()

      test('are found by entity, kind and value together', async () => {
        const claims = [claim('email', 'x', 1), claim('email', 'x', 2), claim('phone', 'x', 3), claim('email', 'y', 4), { ...claim('email', 'x', 5), entity: 'order' }]
        const store = await fresh({ claims, links: [1, 2, 3, 4, 5].map((id) => linkRow({ id, golden: `g${id}` })) })
        expect(sorted(await load(store, (tx) => tx.claims('customer', [{ kind: 'email', value: 'x' }, { kind: 'phone', value: 'y' }])))).toEqual(['1 x', '2 x'])
        expect(await load(store, (tx) => tx.claims('customer', []))).toEqual([])
        expect(sorted(await load(store, (tx) => tx.claimsOfLinks([3, 4, 9])))).toEqual(['3 x', '4 y'])
      })

      test('of the links named in `claimsOf` are replaced, those of others stay', async () => {
        const store = await fresh({ claims: [claim('email', 'x', 1), claim('phone', 'p', 1), claim('email', 'x', 2)] })
        await store.transaction((tx) => tx.save({ claimsOf: [1], claims: [claim('email', 'z', 1)] }), { as: 'intake' })
        expect(sorted(await load(store, (tx) => tx.claimsOfLinks([1, 2])))).toEqual(['1 z', '2 x'])
      })

      test('follow their link to another golden record', async () => {
        const store = await fresh({ claims: [claim('email', 'x', 2)], links: [linkRow({ id: 2, golden: 'a' })] })
        const goldens = async () => (await load(store, (tx) => tx.claims('customer', [{ kind: 'email', value: 'x' }]))).map((row) => row.golden)
        expect(await goldens()).toEqual(['a'])
        await store.transaction((tx) => tx.save({ links: [linkRow({ id: 2, golden: 'b' })] }), { as: 'intake' })
        expect(await goldens()).toEqual(['b'])
      })
    })

    describe('commands', () => {
      test('are due by priority, age and link; a lease that is over and an unsure one that is ripe too', async () => {
        const store = await fresh({
          commands: [
            commandRow({ link: 1, priority: 1, openedAt: 5 }), commandRow({ link: 2, priority: 0, openedAt: 9 }), commandRow({ link: 3, priority: 1, openedAt: 4, notBefore: 101 }),
            commandRow({ link: 4, state: 'sending', leaseUntil: 100, openedAt: 5 }), commandRow({ link: 5, state: 'sending', leaseUntil: 101, notBefore: 0 }),
            commandRow({ link: 6, state: 'unsure', notBefore: 100, priority: 0, openedAt: 1 }), commandRow({ link: 7, state: 'unsure', notBefore: 101 }),
            commandRow({ link: 8, state: 'waiting' }), commandRow({ link: 9, state: 'held' }), commandRow({ link: 10, state: 'aside' }), commandRow({ link: 11, system: 'crm', priority: 0, openedAt: 0 }),
          ],
        })
        const due = async (limit: number) => (await load(store, (tx) => tx.dueCommands({ system: PLACE.system, now: 100, limit }))).map((row) => row.link)
        expect(await due(10)).toEqual([6, 2, 1, 4])
        expect(await due(2)).toEqual([6, 2])
        expect(await load(store, (tx) => tx.nextDue())).toBe(10)
        expect(await load(await fresh({ commands: [commandRow({ link: 1, state: 'sending', notBefore: 1, leaseUntil: 50 }), commandRow({ link: 2, state: 'held', notBefore: 0 })] }), (tx) => tx.nextDue())).toBe(50)
        expect(await load(await fresh(), (tx) => tx.nextDue())).toBeUndefined()
      })

      test('come by link, by state with the oldest first, and by what they wait for', async () => {
        const intent = { kind: 'update' as const, fields: ['name'], hub: { name: 'x' }, sources: { n: new Numeral('1.10') }, before: { n: null }, rev: 2, idempotencyKey: 'i', sentAt: 3, repeats: 0, suspects: { n: new Numeral('1.1') } }
        const store = await fresh({ commands: [commandRow({ link: 3, state: 'waiting', waitsFor: 'g', reason: 'reference', openedAt: 2 }), commandRow({ link: 2, state: 'waiting', openedAt: 2 }), commandRow({ link: 1, state: 'sending', intent, openedAt: 1, holder: 'h' })] })
        expect((await load(store, (tx) => tx.commandsIn('waiting', 9))).map((row) => row.link)).toEqual([2, 3])
        expect((await load(store, (tx) => tx.commandsIn('waiting', 1))).map((row) => row.link)).toEqual([2])
        expect((await load(store, (tx) => tx.waiters(['g', 'h']))).map((row) => row.link)).toEqual([3])
        expect(await load(store, (tx) => tx.commands([1, 8]))).toEqual([commandRow({ link: 1, state: 'sending', intent, openedAt: 1, holder: 'h' })])
        await store.transaction((tx) => tx.save({ removedCommands: [1, 2], commands: [commandRow({ link: 2 })] }), { as: 'intake' })
        expect((await load(store, (tx) => tx.commands([1, 2, 3]))).map((row) => row.link).toSorted()).toEqual([2, 3])
      })

      test('are counted per place, kind, state and reason, with the age of the oldest', async () => {
        const store = await fresh({ commands: [commandRow({ link: 1, openedAt: 7 }), commandRow({ link: 2, openedAt: 3 }), commandRow({ link: 3, state: 'waiting', reason: 'gate' }), commandRow({ link: 4, kind: 'delete' })] })
        const rows = (await load(store, (tx) => tx.commandCounts())).toSorted((a, b) => b.n - a.n || (a.kind < b.kind ? -1 : 1))
        expect(rows).toEqual([
          { ...PLACE, kind: 'update', state: 'due', reason: null, n: 2, oldest: 3 },
          { ...PLACE, kind: 'delete', state: 'due', reason: null, n: 1, oldest: 10 },
          { ...PLACE, kind: 'update', state: 'waiting', reason: 'gate', n: 1, oldest: 10 },
        ])
      })
    })

    test('referrers follow a link that moved to another golden record', async () => {
      const store = await fresh({ links: [linkRow({ id: 1, golden: 'customer-1' })], referencesOf: ['order-1'], references: [{ golden: 'order-1', link: 1 }] })
      expect(await load(store, (tx) => tx.referrers(['customer-1']))).toEqual([{ golden: 'order-1', link: 1 }])
      await store.transaction((tx) => tx.save({ links: [linkRow({ id: 1, golden: 'customer-2' })] }), { as: 'intake' })
      expect(await load(store, (tx) => tx.referrers(['customer-1']))).toEqual([])
      expect(await load(store, (tx) => tx.referrers(['customer-2', 'customer-1']))).toEqual([{ golden: 'order-1', link: 1 }])
      await store.transaction((tx) => tx.save({ referencesOf: ['order-1'], references: [{ golden: 'order-1', link: 8 }, { golden: 'order-1', link: 8 }] }), { as: 'intake' })
      expect(await load(store, (tx) => tx.referrers(['customer-2']))).toEqual([])
    })

    test('decisions come by what they are about and by kind, without those that ended', async () => {
      const store = await fresh({ decisions: [decisionRow({ id: 'b', about: ['x', 'y'], at: 1 }), decisionRow({ id: 'a', about: ['y'], at: 1, kind: 'pin', field: 'name', value: { amount: '1', currency: 'EUR' } }), decisionRow({ id: 'c', about: ['y'], ended: true })] })
      expect(ids(await load(store, (tx) => tx.decisions(['y', 'x'])))).toEqual(['a', 'b'])
      expect(ids(await load(store, (tx) => tx.decisions(['x'])))).toEqual(['b'])
      expect(await load(store, (tx) => tx.decisions([]))).toEqual([])
      expect(ids(await load(store, (tx) => tx.decisionsOf('same')))).toEqual(['b'])
      await store.transaction((tx) => tx.save({ decisions: [decisionRow({ id: 'b', about: ['z'] }), decisionRow({ id: 'a', about: ['y'], ended: true })] }), { as: 'intake' })
      expect(await load(store, (tx) => tx.decisions(['x', 'y']))).toEqual([])
      expect(ids(await load(store, (tx) => tx.decisions(['z'])))).toEqual(['b'])
    })

    test('parked observations come by link or when they are due', async () => {
      const observation = { seen: { n: new Numeral('1.0'), b: new Uint8Array([7]) }, key: 'k' }
      const store = await fresh({ later: [laterRow({ link: 1, notBefore: 50, observation }), laterRow({ link: 2, notBefore: 20, system: 'crm' }), laterRow({ link: 3, notBefore: 10 })] })
      const links = async (options: Parameters<Transaction['later']>[0]) => (await load(store, (tx) => tx.later(options))).map((row) => row.link)
      expect(await links({ system: PLACE.system, now: 49, limit: 9 })).toEqual([3])
      expect(await links({ system: PLACE.system, now: 50, limit: 9 })).toEqual([3, 1])
      expect(await links({ system: PLACE.system, limit: 1 })).toEqual([3])
      expect(await links({ limit: 9 })).toEqual([3, 2, 1])
      expect(await load(store, (tx) => tx.later({ links: [1, 7], limit: 1 }))).toEqual([laterRow({ link: 1, notBefore: 50, observation })])
      expect((await load(store, (tx) => tx.laterCounts())).toSorted((a, b) => a.n - b.n)).toEqual([{ system: 'crm', resource: 'customers', n: 1 }, { system: 'shop', resource: 'customers', n: 2 }])
      await store.transaction((tx) => tx.save({ removedLater: [1, 2, 3], later: [laterRow({ link: 3 })] }), { as: 'intake' })
      expect(await links({ limit: 9 })).toEqual([3])
    })

    test('what was set aside comes by key without closed entries, by id, and by state', async () => {
      const fix = { name: { native: '"x"', value: 'y' } }
      const rows = [asideRow({ id: 'c', at: 1, state: 'discarded' }), asideRow({ id: 'b', at: 2, state: 'fixed', fix, raw: { n: new Numeral('0.10') } }), asideRow({ id: 'a', at: 3, key: 'k2' }), asideRow({ id: 'd', at: 0, state: 'closed' })]
      const store = await fresh({ asides: [...rows, asideRow({ id: 'e', system: 'crm', at: 9 })] })
      expect(await load(store, (tx) => tx.asidesByKey(PLACE, ['k1', 'k3']))).toEqual([rows[0], rows[1]])
      expect(ids(await load(store, (tx) => tx.asides({ ids: ['d', 'a', 'x'], limit: 9 })))).toEqual(['d', 'a'])
      expect(ids(await load(store, (tx) => tx.asides({ limit: 9 })))).toEqual(['b', 'a', 'e'])
      expect(ids(await load(store, (tx) => tx.asides({ states: ['closed', 'open'], limit: 2 })))).toEqual(['d', 'a'])
    })

    test('changes get growing numbers and tell what was absent from what was null', async () => {
      const loser = { link: 2, system: 'crm', value: null, time: null }
      const rows: ChangeRow[] = [
        changeRow({ before: undefined, after: null }), changeRow({ golden: 'g2', before: null, after: undefined, kind: 'conflict', loser, winner: { link: 1, system: 'shop', time: 3 }, rule: 'latest' }), changeRow({ before: 'a', after: ['b'], kind: 'merge' }),
      ]
      const store = await fresh({ changes: rows })
      const got = await load(store, (tx) => tx.changes({ limit: 9 }))
      expect(got.map(({ before, after }) => [before, after])).toEqual([[undefined, null], [null, undefined], ['a', ['b']]])
      expect(got[0]).not.toHaveProperty('loser')
      expect(got[1]).toMatchObject({ loser, winner: { link: 1, system: 'shop', time: 3 }, rule: 'latest' })
      const seqs = got.map((row) => row.seq!)
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
      expect(await load(store, (tx) => tx.changes({ golden: 'g1', limit: 1 }))).toEqual([got[0]])
      expect(await load(store, (tx) => tx.changes({ golden: 'g1', after: seqs[0]!, limit: 9 }))).toEqual([got[2]])
      expect(await load(store, (tx) => tx.changes({ kind: 'conflict', limit: 9 }))).toEqual([got[1]])
      expect(await load(store, (tx) => tx.changes({ kind: 'change', limit: 9 }))).toEqual([got[0]])
      expect(await load(store, (tx) => tx.changes({ kind: 'merge', golden: 'g2', limit: 9 }))).toEqual([])
      await store.transaction((tx) => tx.save({ changes: [changeRow({})] }), { as: 'intake' })
      expect((await load(store, (tx) => tx.changes({ after: seqs[2]!, limit: 9 })))[0]!.seq).toBeGreaterThan(seqs[2]!)
    })

    test('the ledger adds to what is there, also within one call', async () => {
      const count = (n: number, of = 'read', run = 'r1') => ({ run, ...PLACE, count: of, n })
      const store = await fresh({ ledger: [count(2), count(3), count(1, 'new'), count(9, 'read', 'r2')] })
      await store.transaction((tx) => tx.save({ ledger: [count(10)] }), { as: 'intake' })
      expect((await load(store, (tx) => tx.ledger('r1'))).toSorted((a, b) => b.n - a.n)).toEqual([count(15), count(1, 'new')])
    })

    test('the journal comes page by page in the order of writing; the brake counts records once', async () => {
      const store = await fresh({
        writes: [
          writeRow({ fields: [{ field: 'a', before: new Numeral('1.0'), after: null }, { field: '$b', before: null, after: 'x' }], at: 10 }), writeRow({ at: 10 }), writeRow({ record: 'k2', at: 5, golden: 'g2' }), writeRow({ record: 'k3', at: 11, operation: 'delete', golden: 'g3' }),
          writeRow({ record: 'k4', at: 11, resource: 'other', golden: 'g4' }), writeRow({ record: 'k5', at: 11, run: 'r2', golden: 'g5' }), writeRow({ record: 'k6', at: 11, run: 'r2', golden: 'g6', overwrites: false }),
        ],
      })
      const first = await load(store, (tx) => tx.writes('r1', 0, 2))
      expect(first.map((row) => row.fields)).toEqual([[{ field: 'a', before: new Numeral('1.0'), after: null }, { field: '$b', before: null, after: 'x' }], [{ field: 'name', before: null, after: null }]])
      expect((await load(store, (tx) => tx.writes('r1', first[1]!.row, 9))).map((row) => row.record)).toEqual(['k2', 'k3', 'k4'])
      const since = (at: number) => load(store, (tx) => tx.overwrittenSince({ system: PLACE.system, resource: PLACE.resource, operation: 'update', since: at }))
      expect([await since(4), await since(5), await since(10), await since(11)]).toEqual([3, 2, 1, 0])
      // What is due again is counted there; a delete that is due is no update.
      await store.transaction((tx) => tx.save({ commands: [commandRow({ link: 1, golden: 'g1', kind: 'update', state: 'held' }), commandRow({ link: 2, golden: 'g2', kind: 'delete' }), commandRow({ link: 5, golden: 'g5', kind: 'update', state: 'waiting' })] }), { as: 'intake' })
      expect([await since(4), await since(10)]).toEqual([2, 1])
    })

    test('a webhook that is delivered again is kept once', async () => {
      const store = await fresh({ inbox: [inboxRow({ id: 'b', deliveryId: 'd1', receivedAt: 2 }), inboxRow({ id: 'a', receivedAt: 3 }), inboxRow({ id: 'c', receivedAt: 1, system: 'crm', deliveryId: 'd1' })] })
      await store.transaction((tx) => tx.save({ inbox: [inboxRow({ id: 'x', deliveryId: 'd1' }), inboxRow({ id: 'a', receivedAt: 99 }), inboxRow({ id: 'd', receivedAt: 3 })] }), { as: 'intake' })
      expect((await load(store, (tx) => tx.inbox(undefined, 9))).map((row) => [row.id, row.receivedAt])).toEqual([['c', 1], ['b', 2], ['a', 3], ['d', 3]])
      expect(ids(await load(store, (tx) => tx.inbox(PLACE.system, 2)))).toEqual(['b', 'a'])
      await store.transaction((tx) => tx.save({ removedInbox: ['b'], inbox: [inboxRow({ id: 'e', deliveryId: 'd1', receivedAt: 9 })] }), { as: 'intake' })
      expect(ids(await load(store, (tx) => tx.inbox(PLACE.system, 9)))).toEqual(['a', 'd', 'e'])
    })

    test('what is due later at one system is due now when it is hastened, and nothing else is', async () => {
      const store = await fresh()
      const at = (link: number, of: Partial<CommandRow>): CommandRow => commandRow({ link, golden: `g${link}`, notBefore: 50, ...of })
      await store.transaction((tx) => tx.save({ commands: [at(1, {}), at(2, { notBefore: 3 }), at(3, { state: 'unsure' }), at(4, { system: 'other' })] }), { as: 'intake' })
      await store.transaction((tx) => tx.hasten(PLACE.system, 10), { as: 'intake' })
      expect((await load(store, (tx) => tx.commands([1, 2, 3, 4]))).toSorted((a, b) => a.link - b.link).map((row) => row.notBefore)).toEqual([10, 3, 50, 50])
    })

    test('plan, resources, runs, schedules and systems are kept by their keys', async () => {
      const store = await fresh()
      expect(await load(store, (tx) => tx.plan())).toBeUndefined()
      const plan = { digest: 'd2', epoch: 2, name: 'P', model: { deep: [1, { x: null }] }, at: 5 }
      await store.transaction((tx) => tx.save({ plan: { ...plan, epoch: 1, digest: 'd1' } }), { as: 'intake' })
      const crashed = { code: 'x.y', says: 'no', at: 3 }
      await store.transaction((tx) => tx.save({
        plan, resources: [resourceRow({}), resourceRow({ settledAt: 5, shrunk: { was: 9, now: 1, at: 2 }, lastError: crashed, position: '7' }), resourceRow({ entity: 'order' })],
        runs: [runRow({ id: 'a', startedAt: 1 }), runRow({ id: 'c', startedAt: 2, summary: { n: 1 } }), runRow({ id: 'b', startedAt: 2 })],
        schedules: [{ lane: 'l', nextAt: 5, lastAt: null }, { lane: 'gone', nextAt: 5, lastAt: null }], systems: [systemRow({ restUntil: 2, tokens: 1.5 })],
      }), { as: 'intake' })
      expect(await load(store, (tx) => tx.plan())).toEqual(plan)
      expect((await load(store, (tx) => tx.resources())).toSorted((a, b) => (a.entity < b.entity ? -1 : 1))).toEqual([resourceRow({ settledAt: 5, shrunk: { was: 9, now: 1, at: 2 }, lastError: crashed, position: '7' }), resourceRow({ entity: 'order' })])
      expect(ids(await load(store, (tx) => tx.runs(2)))).toEqual(['c', 'b'])
      expect(await load(store, (tx) => tx.systems())).toEqual([systemRow({ restUntil: 2, tokens: 1.5 })])
      expect(await store.transaction((tx) => tx.fireSchedule({ lane: 'l', nextAt: 9, lastAt: 5 }, 4), { as: 'intake' })).toBe(false)
      expect(await store.transaction((tx) => tx.fireSchedule({ lane: 'none', nextAt: 9, lastAt: 5 }, 5), { as: 'intake' })).toBe(false)
      const fired = await Promise.all([1, 2].map(() => store.transaction((tx) => tx.fireSchedule({ lane: 'l', nextAt: 9, lastAt: 5 }, 5), { as: 'intake' })))
      expect(fired.toSorted()).toEqual([false, true])
      await store.transaction((tx) => tx.save({ removedSchedules: ['gone', 'none'] }), { as: 'intake' })
      expect(await load(store, (tx) => tx.schedules())).toEqual([{ lane: 'l', nextAt: 9, lastAt: 5 }])
    })

    test('texts come back as they were; half a surrogate pair is found by the same text', async () => {
      const texts = ['', ' x ', "'; DROP TABLE link;--", '%', 'Zażółć 😀', 'a\u0000b', '\ud800', '12345678901234567890', '1e3', 'null', '[]', '__proto__', 'é', 'e\u0301', '\r\n\t']
      const store = await fresh({ links: texts.map((key, i) => linkRow({ id: i + 1, key, golden: key })) })
      for (const [i, key] of texts.entries()) {
        const [found] = await load(store, (tx) => tx.linksByKey(PLACE, [key]))
        expect(found?.id).toBe(i + 1)
        if (key !== '\ud800') expect(found).toMatchObject({ key, golden: key })
        expect(ids(await load(store, (tx) => tx.linksOfGoldens([key])))).toEqual([i + 1])
      }
    })

    test('values in JSON keep every text, names like `__proto__`, and members that begin with `$`', async () => {
      const hostile = JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": "c", "$n": "1", "lone": "\\ud800", "nul": "a\\u0000b"}') as Record<string, ValueRow>
      const store = await fresh({ goldens: [goldenRow({ id: 'a', values: hostile })], links: [linkRow({ id: 1, seen: hostile as LinkRow['seen'] })] })
      const [golden] = await load(store, (tx) => tx.goldens(['a']))
      const [link] = await load(store, (tx) => tx.linksById([1]))
      expect(Object.keys(golden!.values)).toEqual(Object.keys(hostile))
      expect(JSON.stringify(golden!.values)).toBe(JSON.stringify(hostile))
      expect(JSON.stringify(link!.seen)).toBe(JSON.stringify(hostile))
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    })

    test('what a caller changes after saving or loading changes nothing in the store', async () => {
      const values = { list: ['a'] }
      const bytes = Buffer.from([1, 2])
      const store = await fresh({ goldens: [goldenRow({ id: 'a', values })], links: [linkRow({ id: 1, seen: { bytes } })] })
      values.list.push('b')
      bytes[0] = 9
      const [first] = await load(store, (tx) => tx.goldens(['a']))
      const [link] = await load(store, (tx) => tx.linksById([1]))
      expect(first!.values).toEqual({ list: ['a'] })
      expect(link!.seen!['bytes']).toEqual(new Uint8Array([1, 2]))
      ;(first!.values['list'] as string[]).push('c')
      ;(link!.seen!['bytes'] as Uint8Array)[0] = 9
      expect((await load(store, (tx) => tx.goldens(['a'])))[0]!.values).toEqual({ list: ['a'] })
      expect((await load(store, (tx) => tx.linksById([1])))[0]!.seen!['bytes']).toEqual(new Uint8Array([1, 2]))
    })

    describe('transactions', () => {
      test('that fail leave nothing, and the next one works', async () => {
        const store = await fresh({ goldens: [goldenRow({ id: 'a', rev: 1 })], changes: [changeRow({})] })
        await expect(store.transaction(async (tx) => {
          await tx.save({ goldens: [goldenRow({ id: 'a', rev: 2 }), goldenRow({ id: 'b' })], changes: [changeRow({})], ledger: [{ run: 'r1', ...PLACE, count: 'read', n: 1 }], removedLinks: [1] })
          expect((await tx.goldens(['a']))[0]!.rev).toBe(2)
          throw new Error('stop')
        }, { as: 'intake' })).rejects.toThrow('stop')
        expect((await load(store, (tx) => tx.goldens(['a', 'b']))).map((row) => row.rev)).toEqual([1])
        expect(await load(store, (tx) => tx.changes({ limit: 9 }))).toHaveLength(1)
        expect(await load(store, (tx) => tx.ledger('r1'))).toEqual([])
      })

      test('that run at the same time lose no update', async () => {
        const store = await fresh({ goldens: [goldenRow({ id: 'a', rev: 0 })] })
        await Promise.all(Array.from({ length: 12 }, () => store.transaction(async (tx) => {
          const [row] = await tx.goldens(['a'])
          await tx.save({ goldens: [{ ...row!, rev: row!.rev + 1 }] })
        }, { as: 'intake' })))
        expect((await load(store, (tx) => tx.goldens(['a'])))[0]!.rev).toBe(12)
      })

      test('that only load see one state and can change nothing', async () => {
        const store = await fresh({ goldens: [goldenRow({ id: 'a', rev: 1 })] })
        for (const work of [(tx: Transaction) => tx.save({}), (tx: Transaction) => tx.reserveLinkIds(1), (tx: Transaction) => tx.rename('system', 'a', 'b')]) {
          await expect(load<unknown>(store, work)).rejects.toMatchObject({ code: 'store.read_only' })
        }
        expect(await store.transaction((tx) => tx.reserveLinkIds(1), { as: 'intake', durable: true })).toBeGreaterThan(0)
      })
    })

    describe('renaming', () => {
      test('reaches every row that bears the name and no other', async () => {
        const store = await fresh({
          resources: [resourceRow({})], links: [linkRow({ id: 1 }), linkRow({ id: 2, system: 'crm' })], goldens: [goldenRow({ id: 'g1' })], claims: [{ entity: 'customer', kind: 'k', value: 'v', link: 1 }], commands: [commandRow({ link: 1 })],
          decisions: [decisionRow({ id: 'd', about: ['g1'] })], later: [laterRow({ link: 1 })], asides: [asideRow({ id: 'x' })], changes: [changeRow({})], writes: [writeRow({ golden: 'g2' })], inbox: [inboxRow({ id: 'i' })], systems: [systemRow({})], secrets: [secretRow({})],
          ledger: [{ run: 'r1', ...PLACE, count: 'read', n: 1 }],
        })
        const to = { system: 'store', resource: 'people', entity: 'person' }
        await store.transaction(async (tx) => {
          await tx.rename('system', 'shop', 'store')
          await tx.rename('resource', 'customers', 'people', 'store')
          await tx.rename('entity', 'customer', 'person')
          await tx.rename('flow', 'customers', 'people-flow')
        }, { as: 'intake' })
        const { system, resource } = to
        expect(await load(store, (tx) => tx.resources())).toEqual([resourceRow(to)])
        expect(byId(await load(store, (tx) => tx.linksById([1, 2])))).toEqual([linkRow({ id: 1, ...to }), linkRow({ id: 2, system: 'crm', entity: 'person' })])
        expect(ids(await load(store, (tx) => tx.goldensAfter('person', '', 9)))).toEqual(['g1'])
        expect(await load(store, (tx) => tx.claims('person', [{ kind: 'k', value: 'v' }]))).toHaveLength(1)
        expect(await load(store, (tx) => tx.commands([1]))).toEqual([commandRow({ link: 1, ...to, flow: 'people-flow' })])
        expect((await load(store, (tx) => tx.decisions(['g1'])))[0]!.entity).toBe('person')
        expect(await load(store, (tx) => tx.later({ limit: 9 }))).toEqual([laterRow({ link: 1, system, resource })])
        expect(await load(store, (tx) => tx.asidesByKey(to, ['k1']))).toEqual([asideRow({ id: 'x', ...to })])
        expect((await load(store, (tx) => tx.changes({ limit: 9 })))[0]!.entity).toBe('person')
        expect(await load(store, (tx) => tx.overwrittenSince({ system, resource, operation: 'update', since: 0 }))).toBe(1)
        expect(await load(store, (tx) => tx.inbox(system, 9))).toEqual([inboxRow({ id: 'i', system, resource })])
        expect(await load(store, (tx) => tx.systems())).toEqual([systemRow({ system })])
        expect(await load(store, (tx) => tx.secrets())).toEqual([secretRow({ system })])
        expect(await load(store, (tx) => tx.ledger('r1'))).toEqual([{ run: 'r1', ...to, count: 'read', n: 1 }])
      })

      test('takes the place of rows that bear the new name already', async () => {
        const store = await fresh({ links: [linkRow({ id: 1, key: 'a' }), linkRow({ id: 2, key: 'a', system: 'crm' }), linkRow({ id: 3, key: 'b', system: 'crm' })], systems: [systemRow({ tokens: 1 }), systemRow({ system: 'crm', tokens: 2 })] })
        await store.transaction((tx) => tx.rename('system', 'shop', 'crm'), { as: 'intake' })
        expect(ids(byId(await load(store, (tx) => tx.linksByKey({ ...PLACE, system: 'crm' }, ['a', 'b']))))).toEqual([1, 3])
        expect((await load(store, (tx) => tx.systems())).map((row) => row.tokens)).toEqual([1])
      })
    })

    test('an overlay is a copy: neither sees what the other saves', async () => {
      const store = await fresh({ goldens: [goldenRow({ id: 'a' })] })
      const copy = closing(await store.overlay())
      await copy.transaction((tx) => tx.save({ goldens: [goldenRow({ id: 'b' })], removedGoldens: ['a'] }), { as: 'intake' })
      await store.transaction((tx) => tx.save({ goldens: [goldenRow({ id: 'c' })] }), { as: 'intake' })
      const all = async (of: Store) => ids(await load(of, (tx) => tx.goldensAfter('customer', '', 9)))
      expect(await all(store)).toEqual(['a', 'c'])
      expect(await all(copy)).toEqual(['b'])
      expect(await store.transaction((tx) => tx.reserveLinkIds(1), { as: 'intake' })).toBe(await copy.transaction((tx) => tx.reserveLinkIds(1), { as: 'intake' }))
      await expect(copy.transaction(async (tx) => {
        await tx.save({ removedGoldens: ['b'] })
        throw new Error('stop')
      }, { as: 'intake' })).rejects.toThrow('stop')
      expect(await all(copy)).toEqual(['b'])
    })

    test('an overlay can be taken while a transaction runs', async () => {
      const store = await fresh()
      const saved = store.transaction((tx) => tx.save({ goldens: [goldenRow({ id: 'a' })] }), { as: 'intake' })
      const copy = closing(await store.overlay())
      await saved
      expect((await load(copy, (tx) => tx.goldens(['a']))).length).toBeLessThanOrEqual(1)
    })

    test('has one holder, which is named to others, until it lets go', async () => {
      const store = await fresh()
      const holder = { pid: 4242, host: 'ship', command: 'plimsoll serve', since: 0 }
      const release = await store.hold(holder, { clock: systemClock })
      await expect(store.hold({ ...holder, pid: 1 }, { clock: systemClock })).rejects.toMatchObject({ code: 'store.held', message: expect.stringMatching(/plimsoll serve.*4242.*ship.*1970-01-01/), details: { pid: 4242 } })
      await release()
      await (await store.hold({ ...holder, pid: 2 }, { clock: systemClock }))()
    })
  })
}
