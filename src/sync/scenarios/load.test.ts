import { describe, expect, test } from 'vitest'
import type { Store, Transaction } from '../../store/contract.ts'
import type { Exchange } from '../../../test/support/exchange.ts'
import { quiet, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'
import { through } from '../../../test/support/through.ts'
import { pass } from '../engine.ts'

const signal = new AbortController().signal

const commandsIn = (x: Exchange, state: 'sending' | 'due' | 'unsure') => x.store.transaction((tx) => tx.commandsIn(state, 1000), { readOnly: true })

describe('time and load', () => {
  test('81: an edit that is delivered while a long list is read is not undone by a later page with the old value', async () => {
    const x = await threeSystems('latest')
    for (let i = 2; i <= 1200; i += 1) x.systems['a']!.edit('thing', String(i), { code: `N${i}`, f: 'n', g: 'g' })
    // The record stands on the last page of A's list, as it was before its user edits it.
    const table = x.systems['a']!.table('thing')
    const row = table.get('1')!
    table.delete('1')
    table.set('1', row)
    let edited = false
    const parts = through(x, 'a', (real) => ({
      async *read(options) {
        const requestedAt = x.clock.now()
        for await (const page of real.read(options)) {
          yield { ...page, requestedAt }
          if (edited) continue
          edited = true
          x.clock.advance(1000)
          x.systems['b']!.edit('thing', '1', { f: 'live' })
          await pass(x.parts(), { signal, only: (place) => place.system === 'b' })
          expect(valuesOf(x)).toEqual(['live', 'live', 'live'])
        }
      },
    }))
    const report = await pass(parts, { signal, only: (place) => place.system === 'a' })
    expect(report.summary.changed).toBe(0)
    await x.sync()
    expect(valuesOf(x)).toEqual(['live', 'live', 'live'])
    await quiet(x)
  })

  test('82: five edits of one record while the target is down are one write of the newest state', async () => {
    const x = await threeSystems('latest')
    x.systems['c']!.vices.down = true
    let opened = 0
    for (let i = 1; i <= 5; i += 1) {
      x.systems['a']!.edit('thing', '1', { f: `v${i}` })
      const report = await x.sync({ patienceMs: 0 })
      expect(report.ok).toBe(false)
      expect(report.summary.balanced).toBe(true)
      opened += report.balances.get('c/thing')?.counts['opened'] ?? 0
      x.clock.advance(24 * 60_000)
    }
    x.systems['c']!.vices.down = false
    x.clock.advance(3_600_000)
    const report = await x.sync()
    expect(x.systems['c']!.writes).toHaveLength(1)
    expect(valuesOf(x)).toEqual(['v5', 'v5', 'v5'])
    expect([opened, report.balances.get('c/thing')?.counts['delivered']]).toEqual([1, 1])
    await quiet(x)
  })

  test('83: a record that is refused for ever holds up nobody, and is tried again when its golden record changes', async () => {
    const x = await threeSystems('latest')
    const c = x.systems['c']!
    c.vices.refuses = (values) => (values['f'] === 'bad' ? 'no such word' : undefined)
    x.systems['a']!.edit('thing', '1', { f: 'bad' })
    x.systems['a']!.edit('thing', '2', { code: 'Y', f: 'good', g: 'g' })
    const report = await x.sync()
    expect(report.summary).toMatchObject({ balanced: true })
    expect(c.all('thing').map((row) => row['f']).toSorted()).toEqual(['good', 'v0'])
    const asides = await x.store.transaction((tx) => tx.asides({ states: ['open'], limit: 10 }), { readOnly: true })
    expect(asides).toMatchObject([{ direction: 'out', system: 'c', says: 'no such word' }])
    await quiet(x)
    x.systems['a']!.edit('thing', '1', { f: 'mended' })
    await x.sync()
    expect(valuesOf(x)).toEqual(['mended', 'mended', 'mended'])
    expect(await x.store.transaction((tx) => tx.asides({ states: ['open'], limit: 10 }), { readOnly: true })).toEqual([])
    await quiet(x)
  })

  test('94: a run that ends with records that are parked, waiting and held closes with them, and the next one opens with the same numbers', async () => {
    const x = await threeSystems('latest', { traits: { listLagMs: 30_000 } })
    x.systems['c']!.vices.refuses = () => 'never'
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.clock.advance(40_000)
    await x.sync({ patienceMs: 0 })
    // B's list is behind its own write: undecided, read again by key later.
    const row = x.systems['b']!.table('thing').get('1')!
    const { values } = row
    row.values = { ...values, f: 'v0' }
    x.systems['b']!.vices.afterRead = () => {
      row.values = values
    }
    const first = await x.sync({ patienceMs: 0 })
    expect(first.summary.balanced).toBe(true)
    const open = (report: typeof first, which: 'After' | 'Before') =>
      Object.fromEntries([...report.balances].map(([place, b]) => [place, [b[`parked${which}`], b[`open${which}`]]]).filter(([, n]) => (n as number[]).some((count) => count > 0)))
    expect(open(first, 'After')).toEqual({ 'b/thing': [1, 0], 'c/thing': [0, 1] })
    x.clock.advance(60_000)
    const second = await x.sync()
    expect(open(second, 'Before')).toEqual(open(first, 'After'))
    expect(second.summary.balanced).toBe(true)
    await quiet(x)
  })
})

/** A store that dies at the n-th transaction for which `when` is true: before it, or right after it committed. */
function dying(store: Store, point: { in: (stack: string) => boolean; after: boolean }): Store {
  let dead = false
  return {
    ...store, place: store.place, hold: (holder, life) => store.hold(holder, life), overlay: () => store.overlay(), close: () => store.close(),
    async transaction<T>(work: (tx: Transaction) => Promise<T>, options: Parameters<Store['transaction']>[1]): Promise<T> {
      if (dead) throw new Error('killed')
      const here = point.in(new Error().stack ?? '')
      if (here) dead = true
      if (here && !point.after) {
        // Killed within the transaction: nothing of it stays.
        return store.transaction(async (tx) => {
          await work(tx)
          throw new Error('killed')
        }, options)
      }
      const result = await store.transaction(work, options)
      if (here) throw new Error('killed')
      return result
    },
  }
}

describe('91: kill -9', () => {
  const points = {
    'within intake': { in: (stack: string) => /at (async )?intake /.test(stack), after: false },
    'after intake': { in: (stack: string) => /at (async )?intake /.test(stack), after: true },
    'within the claim': { in: (stack: string) => /at claim /.test(stack), after: false },
    'between claim and call': { in: (stack: string) => /at claim /.test(stack), after: true },
    'between call and settle': { in: (stack: string) => /at settle /.test(stack), after: false },
    'after settle': { in: (stack: string) => /at settle /.test(stack), after: true },
  }
  for (const [name, point] of Object.entries(points)) {
    for (const what of ['update', 'create'] as const) {
      test(`${name} of a ${what}: repeated at most, no gap, and nothing is "sending" after the lease`, async () => {
        const x = await threeSystems('latest')
        if (what === 'update') x.systems['a']!.edit('thing', '1', { f: 'v1' })
        else x.systems['a']!.edit('thing', 'n', { code: 'NEW', f: 'v1', g: 'g' })
        const real = x.store
        await expect(pass({ ...x.parts(), store: dying(real, point) }, { signal })).rejects.toThrow('killed')
        x.clock.advance(10 * 60_000)
        let report = await x.sync()
        expect(report.summary.balanced).toBe(true)
        x.clock.advance(10 * 60_000)
        report = await x.sync()
        expect(report.summary).toMatchObject({ balanced: true, unsure: 0, due: 0 })
        expect(await commandsIn(x, 'sending')).toEqual([])
        for (const system of ['b', 'c']) {
          const row = x.systems[system]!.all('thing').filter((values) => values['code'] === (what === 'update' ? 'X' : 'NEW'))
          expect(row).toMatchObject([{ f: 'v1' }])
          expect(x.systems[system]!.writes.length).toBeLessThanOrEqual(2)
        }
        const runs = await x.store.transaction((tx) => tx.runs(10), { readOnly: true })
        expect(runs.filter((run) => run.state === 'running')).toEqual([])
        await quiet(x)
      })
    }
  }
})
