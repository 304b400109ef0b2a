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
 * The store of a test that names none. `PLIMSOLL_TEST_STORE` chooses; the project `memory store` of vitest.config.ts runs
 * every test of the engine a second time with `memory`.
 */
export const newStore = (seed?: number): Store => ALL[process.env['PLIMSOLL_TEST_STORE'] ?? 'sqlite']!(seed)

/** For `describe.each(STORES)('… on %s', (_, open) => …)` where a test wants both at once. */
export const STORES: readonly (readonly [name: string, open: (seed?: number) => Store])[] = Object.entries(ALL)
