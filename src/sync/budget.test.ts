import { describe, expect, test } from 'vitest'
import { newStore } from '../../test/support/stores.ts'
import { virtualClock } from '../base/clock.ts'
import { MINUTE, SECOND } from '../base/duration.ts'
import { readRate } from '../plan/times.ts'
import type { Rate } from '../plan/values.ts'
import type { Store } from '../store/contract.ts'
import { type Budget, systemBudget } from './budget.ts'

const rateOf = (text: string): Rate => (readRate(text, 'calls') as { value: Rate }).value
const begin = (rate?: string) => {
  const store = newStore()
  const clock = virtualClock(1_000_000)
  const open = (held: Store | undefined = store): Budget => systemBudget({
    system: 'shop', rate: rate === undefined ? undefined : rateOf(rate), clock, store: held,
    row: async () => (await store.transaction((tx) => tx.systems(), { readOnly: true })).find((row) => row.system === 'shop'),
  })
  return { store, clock, open }
}
const places = async (budget: Budget, n: number): Promise<void> => {
  for (let i = 0; i < n; i += 1) await budget.place()
}

describe('a rate budget', () => {
  test('is one bucket for every process on a store, and goes on where a restart found it.', async () => {
    const { clock, open } = begin('100/minute')
    const [a, b] = [open(), open()]
    await Promise.all([places(a, 50), places(b, 50)])
    expect(clock.now()).toBe(1_000_000)
    await places(open(), 10)
    // Ten more than the hundred of this minute: each waits for its share.
    expect(clock.now() - 1_000_000).toBeGreaterThanOrEqual(6 * SECOND)
    await places(open(), 100)
    expect(clock.now() - 1_000_000).toBeGreaterThanOrEqual(65 * SECOND)
  })

  test('A system that asks for rest is called by nobody before that, whoever was told so.', async () => {
    for (const rate of [undefined, '10/second']) {
      const { clock, open } = begin(rate)
      const [a, b] = [open(), open()]
      await a.place()
      await b.place()
      await a.rest(30 * SECOND)
      await a.place()
      expect(clock.now()).toBeGreaterThanOrEqual(1_000_000 + 30 * SECOND)
      await a.rest(10 * SECOND)
      const until = clock.now() + 10 * SECOND
      await open().place()
      expect(clock.now()).toBeGreaterThanOrEqual(until)
      await a.rest(5 * SECOND)
      await a.rest(1 * SECOND)
      const later = clock.now() + 5 * SECOND
      await a.place()
      expect(clock.now()).toBeGreaterThanOrEqual(later)
    }
  })

  test('For a long rest nobody waits: the work is put off, and surely nothing was sent.', async () => {
    const { clock, open } = begin()
    await open().rest(2 * MINUTE)
    const from = clock.now()
    await expect(open().place()).rejects.toMatchObject({ code: 'sync.resting', class: 'limit', executed: false, retryAfterMs: 2 * MINUTE })
    expect(clock.now()).toBe(from)
  })

  test('Who only looks obeys what stands there and writes nothing.', async () => {
    const { store, clock, open } = begin('2/minute')
    await open().rest(20 * SECOND)
    const before = await store.transaction((tx) => tx.systems(), { readOnly: true })
    const looking = systemBudget({ system: 'shop', rate: rateOf('2/minute'), clock, store: undefined, row: async () => before[0] })
    await places(looking, 3)
    await looking.rest(1)
    expect(clock.now() - 1_000_000).toBeGreaterThanOrEqual(30 * SECOND)
    expect(await store.transaction((tx) => tx.systems(), { readOnly: true })).toEqual(before)
  })
})
