import { afterEach } from 'vitest'
import type { Changes, Store, Transaction } from '../../src/store/contract.ts'

/** Stores with some rows in them, closed after each test. */
export function storesOf(open: () => Store | Promise<Store>): { fresh(changes?: Changes): Promise<Store>; closing(store: Store): Store } {
  let opened: Store[] = []
  afterEach(async () => {
    for (const store of opened) await store.close()
    opened = []
  })
  const closing = (store: Store): Store => {
    opened.push(store)
    return store
  }
  return {
    closing,
    async fresh(changes = {}) {
      const store = closing(await open())
      await store.transaction((tx) => tx.save(changes), { as: 'intake' })
      return store
    },
  }
}

export const load = <T>(store: Store, work: (tx: Transaction) => Promise<T>): Promise<T> => store.transaction(work, { readOnly: true })
export const ids = (rows: readonly { readonly id: string | number }[]): (string | number)[] => rows.map((row) => row.id)
export const byId = <T extends { readonly id: string | number }>(rows: readonly T[]): T[] => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))
