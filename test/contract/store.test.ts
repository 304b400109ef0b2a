import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { goldenRow } from '../support/rows.ts'
import { lateStore } from '../support/stores.ts'
import { describeSlots } from './slots.contract.ts'
import { describeStore } from './store.contract.ts'
import { describeUpkeep } from './upkeep.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

for (const promises of [describeStore, describeSlots, describeUpkeep]) {
  promises('SQLite', () => openSqliteStore(join(folder, `${(files += 1)}`, 'store.db')))
  promises('SQLite (memory only)', () => openSqliteStore(':memory:'))
  promises('memory', () => lateStore(7))
}

describe('the memory store', () => {
  test('runs transactions side by side and works through one again that met a commit', async () => {
    let conflicts = 0
    const store = lateStore(3, () => {
      conflicts += 1
    })
    await store.transaction((tx) => tx.save({ goldens: [goldenRow({ id: 'a', rev: 0 })] }), { as: 'intake' })
    let worked = 0
    await Promise.all(Array.from({ length: 8 }, () => store.transaction(async (tx) => {
      worked += 1
      const [row] = await tx.goldens(['a'])
      await tx.save({ goldens: [{ ...row!, rev: row!.rev + 1 }] })
    }, { as: 'intake' })))
    expect(conflicts).toBeGreaterThan(0)
    expect(worked).toBe(8 + conflicts)
  })

  test('refuses a call that comes after the end of its transaction', async () => {
    const store = lateStore()
    let late: Promise<unknown> = Promise.resolve()
    await store.transaction(async (tx) => {
      late = tx.resources()
      late.catch(() => undefined)
      return tx
    }, { readOnly: true }).then(async (tx) => expect(tx.resources()).rejects.toThrow('not awaited'))
    await late.catch(() => undefined)
  })
})
