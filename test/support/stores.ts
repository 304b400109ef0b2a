/** The stores that everything that needs a store is tried on. */
import { setImmediate } from 'node:timers/promises'
import type { Store } from '../../src/store/contract.ts'
import { openMemoryStore } from '../../src/store/memory/store.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'

/** Answers after a random number of turns of the event loop. */
export const lateStore = (seed = 1, onConflict?: () => void): Store =>
  openMemoryStore({ seed, pause: () => setImmediate(), ...(onConflict ? { onConflict } : {}) })

const ALL: Readonly<Record<string, (seed?: number) => Store>> = {
  sqlite: () => openSqliteStore(':memory:'),
  memory: lateStore,
}

/**
 * `describe.each(STORES)('…', (store, open) => …)`. `PLIMSOLL_TEST_STORE` picks one of them. A store that is open while a
 * test runs is `store()` of `exchange.ts`.
 */
export const STORES: readonly (readonly [name: string, open: (seed?: number) => Store])[] = Object.entries(ALL)
  .filter(([name]) => (process.env['PLIMSOLL_TEST_STORE'] ?? name) === name)
