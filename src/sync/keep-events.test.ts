import { expect, test } from 'vitest'
import { virtualClock } from '../base/clock.ts'
import { idSource } from '../base/ids.ts'
import type { Store } from '../store/contract.ts'
import { openSqliteStore } from '../store/sqlite/store.ts'
import type { WebhookEvent } from '../systems/contract.ts'
import type { EngineParts } from './engine.ts'
import { keepEvents } from './keep-events.ts'

/** A store that counts transactions which survive a loss of power; `fails`: from now on they do not succeed. */
function counted() {
  const store = openSqliteStore(':memory:')
  const seen = { durable: 0, fails: false }
  const transaction: Store['transaction'] = store.transaction.bind(store)
  store.transaction = (work, options) => {
    if (options?.durable) seen.durable += 1
    return options?.durable && seen.fails ? Promise.reject(new Error('disk full')) : transaction(work, options)
  }
  const clock = virtualClock(0)
  const parts = { store, clock, newId: idSource(clock), runtime: { places: new Map([['p', { system: 'shop', resource: 'order', sends: true }]]) } } as unknown as EngineParts
  const call = (...ids: string[]): Promise<number> => keepEvents(parts, 'shop', ids.map((id): WebhookEvent => ({ resource: 'order', kind: 'changed', key: id, deliveryId: id })), 1)
  return { store, seen, call }
}

test('Calls of one moment share a transaction, and each is told how many of its own events were new.', async () => {
  const { store, seen, call } = counted()
  expect(await Promise.all([call('1'), call('2', '3'), call('2'), call('4', '4')])).toEqual([1, 2, 0, 1])
  expect(seen.durable).toBe(1)
  expect(await store.transaction((tx) => tx.inbox('shop', 10), { readOnly: true })).toHaveLength(4)
  expect(await call('4', '5')).toBe(1)
  expect(seen.durable).toBe(2)
  await store.close()
})

test('None of the calls is acknowledged when their transaction fails, and the next are kept again.', async () => {
  const { store, seen, call } = counted()
  seen.fails = true
  expect((await Promise.allSettled([call('1'), call('2')])).map((one) => one.status)).toEqual(['rejected', 'rejected'])
  seen.fails = false
  expect(await Promise.all([call('1'), call('2')])).toEqual([1, 1])
  await store.close()
})

test('A crowd of calls is kept in several transactions of bounded size.', async () => {
  const { store, seen, call } = counted()
  const counts = await Promise.all(Array.from({ length: 1200 }, (_, i) => call(`d${i}`)))
  expect(counts.every((n) => n === 1)).toBe(true)
  expect(seen.durable).toBe(3)
  await store.close()
})
