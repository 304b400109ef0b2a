import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { manualClock } from '../../../test/support/manual-clock.ts'
import { systemClock } from '../../base/clock.ts'
import type { PlimsollError } from '../../base/errors.ts'
import { HOLDER_LEASE_MS } from '../contract.ts'
import type { GoldenRow } from '../rows.ts'
import { attempt } from './failures.ts'
import { openSqliteStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const newFile = (): string => join(folder, `${(files += 1)}.db`)

const golden = (id: string, values: GoldenRow['values'] = {}): GoldenRow => ({
  id, entity: 'e', values, from: {}, rev: 1, state: 'live', established: true, review: [], mergedInto: null, createdAt: 1,
})
const HOLDER = { pid: 1, host: 'h', command: 'plimsoll serve', since: 0 }

/** Another process that runs `code` with a `Database` and a `file`, and says `ready`. */
async function otherProcess(file: string, code: string) {
  const library = createRequire(import.meta.url).resolve('better-sqlite3')
  const script = `const Database = require(${JSON.stringify(library)}); const file = ${JSON.stringify(file)}; ${code}; console.log('ready'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

describe('the embedded store', () => {
  test('keeps records of more shapes than it gives numbers to, each with its own names', async () => {
    const store = openSqliteStore(newFile())
    const rows = Array.from({ length: 2300 }, (_, i) => golden(`g${String(i).padStart(4, '0')}`, { [`field${i}`]: 'x', same: String(i) }))
    await store.transaction((tx) => tx.save({ goldens: rows }), { as: 'intake' })
    const kept = await store.transaction((tx) => tx.goldens(rows.map((row) => row.id)), { readOnly: true })
    expect(kept.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((row) => row.values)).toEqual(rows.map((row) => row.values))
    await store.close()
  })

  test('gives a number that was given in vain to other names', async () => {
    const store = openSqliteStore(newFile())
    const fails = store.transaction(async (tx) => {
      await tx.save({ goldens: [golden('a', { lost: 'x' })] })
      throw new Error('no')
    }, { as: 'intake' })
    await expect(fails).rejects.toThrow('no')
    await store.transaction((tx) => tx.save({ goldens: [golden('b', { found: 'y' })] }), { as: 'intake' })
    await store.transaction((tx) => tx.save({ goldens: [golden('c', { lost: 'z' })] }), { as: 'intake' })
    const kept = await store.transaction((tx) => tx.goldens(['a', 'b', 'c']), { readOnly: true })
    expect(kept.map((row) => [row.id, row.entity, row.values])).toEqual([['b', 'e', { found: 'y' }], ['c', 'e', { lost: 'z' }]])
    await store.close()
  })

  test('is held by one process; when that one is killed, the next may hold it at once', async () => {
    const file = newFile()
    const store = openSqliteStore(file)
    const kill = await otherProcess(file, "globalThis.lock = new Database(file + '-lock'); lock.exec('BEGIN EXCLUSIVE')")
    await expect(store.hold(HOLDER, { clock: systemClock })).rejects.toMatchObject({ code: 'store.held' })
    await kill()
    await (await store.hold(HOLDER, { clock: systemClock }))()
    await store.close()
  })

  test('is taken over from a holder that gives no sign of life, and that one then writes nothing', async () => {
    const file = newFile()
    const [still, other] = [manualClock(0), manualClock(0)]
    const first = openSqliteStore(file)
    const second = openSqliteStore(file)
    let lost: PlimsollError | undefined
    const release = await first.hold(HOLDER, { clock: still, lost: (error) => (lost = error) })
    await other.advance(HOLDER_LEASE_MS - 1)
    await expect(second.hold({ ...HOLDER, pid: 2 }, { clock: other })).rejects.toMatchObject({ code: 'store.held', message: expect.stringContaining('no sign of life for 299 seconds') })
    await other.advance(1)
    const taken = second.hold({ ...HOLDER, pid: 2 }, { clock: other })
    for (let moment = 0; moment < 5; moment += 1) await other.advance(3_000)
    await expect(first.transaction((tx) => tx.save({ goldens: [golden('a')] }), { as: 'intake' })).rejects.toMatchObject({ code: 'store.fenced', message: expect.stringContaining('process 2') })
    expect(lost?.code).toBe('store.fenced')
    await second.transaction((tx) => tx.save({ goldens: [golden('b')] }), { as: 'intake' })
    expect((await second.transaction((tx) => tx.goldens(['a', 'b']), { readOnly: true })).map((row) => row.id)).toEqual(['b'])
    // The end of the first one is no end of the second one's hold.
    await release()
    await first.close()
    const third = openSqliteStore(file)
    await expect(third.hold({ ...HOLDER, pid: 3 }, { clock: other })).rejects.toMatchObject({ code: 'store.held', details: { pid: 2 } })
    await (await taken)()
    await (await third.hold({ ...HOLDER, pid: 3 }, { clock: other }))()
    await second.close()
    await third.close()
  })

  test('stays with a holder that has nothing to write, and with one that wakes up together with whoever asks', async () => {
    const file = newFile()
    const clock = manualClock(0)
    const first = openSqliteStore(file)
    const second = openSqliteStore(file)
    const release = await first.hold(HOLDER, { clock })
    for (let minute = 0; minute < 12; minute += 1) await clock.advance(60_000)
    await expect(second.hold({ ...HOLDER, pid: 2 }, { clock })).rejects.toMatchObject({ code: 'store.held' })
    const late = manualClock(clock.now() + 2 * HOLDER_LEASE_MS)
    const asked = second.hold({ ...HOLDER, pid: 2 }, { clock: late })
    const refused = expect(asked).rejects.toMatchObject({ code: 'store.held' })
    for (let sign = 0; sign < 5; sign += 1) await clock.advance(HOLDER_LEASE_MS)
    for (let moment = 0; moment < 5; moment += 1) await late.advance(3_000)
    await refused
    await release()
    await first.close()
    await second.close()
  })

  test('can be read and opened while another process writes', async () => {
    const file = newFile()
    const store = openSqliteStore(file)
    await store.transaction((tx) => tx.save({ goldens: [golden('a')] }), { as: 'intake' })
    const kill = await otherProcess(file, "globalThis.db = new Database(file); db.exec('BEGIN IMMEDIATE; DELETE FROM golden')")
    expect(await store.transaction((tx) => tx.goldens(['a']), { readOnly: true })).toHaveLength(1)
    const second = openSqliteStore(file)
    expect(await second.transaction((tx) => tx.goldens(['a']), { readOnly: true })).toHaveLength(1)
    await kill()
    await second.transaction((tx) => tx.save({ goldens: [golden('b')] }), { as: 'intake' })
    expect(await store.transaction((tx) => tx.goldens(['a', 'b']), { readOnly: true })).toHaveLength(2)
    await store.close()
    await second.close()
  })

  test('is read while a transaction of the same process writes', async () => {
    const store = openSqliteStore(newFile())
    let finish = (): void => undefined
    const writing = store.transaction(async (tx) => {
      await tx.save({ goldens: [golden('a')] })
      await new Promise<void>((resolve) => {
        finish = resolve
      })
    }, { as: 'intake' })
    expect(await store.transaction((tx) => tx.goldens(['a']), { readOnly: true })).toEqual([])
    finish()
    await writing
    expect(await store.transaction((tx) => tx.goldens(['a']), { readOnly: true })).toHaveLength(1)
    await store.close()
  })

  test('of another program, of a newer version, damaged, or no file at all is refused in plain words', () => {
    const foreign = newFile()
    const other = new Database(foreign)
    other.exec('CREATE TABLE products (id)')
    other.close()
    expect(() => openSqliteStore(foreign)).toThrow(expect.objectContaining({ code: 'store.unusable', message: expect.stringContaining('another program') }))
    const untouched = new Database(foreign)
    expect(untouched.prepare('SELECT name FROM sqlite_master').pluck().all()).toEqual(['products'])
    untouched.close()

    const newer = newFile()
    void openSqliteStore(newer).close()
    const raise = new Database(newer)
    raise.pragma('user_version = 999')
    raise.close()
    expect(() => openSqliteStore(newer)).toThrow(expect.objectContaining({ code: 'store.newer', message: expect.stringContaining('999') }))

    const text = newFile()
    writeFileSync(text, 'this is a letter, no database, '.repeat(200))
    expect(() => openSqliteStore(text)).toThrow(expect.objectContaining({ code: 'store.unusable', message: expect.stringContaining('no store') }))

    const directory = newFile()
    mkdirSync(directory)
    expect(() => openSqliteStore(directory)).toThrow(expect.objectContaining({ code: 'store.unusable' }))
    expect(() => openSqliteStore(join(text, 'below', 'store.db'))).toThrow(expect.objectContaining({ code: 'store.unusable' }))
  })

  test('with a damaged page says so when it is read', async () => {
    const file = newFile()
    const store = openSqliteStore(file)
    await store.transaction((tx) => tx.save({ goldens: Array.from({ length: 400 }, (_, i) => golden(`${i}`, { text: 'x'.repeat(500) })) }), { as: 'intake' })
    await store.close()
    const at = openSync(file, 'r+')
    // The second half: what the tables are stays readable, what is in them does not.
    const half = Math.floor(statSync(file).size / 2)
    writeSync(at, Buffer.alloc(half, 0xa5), 0, half, half)
    closeSync(at)
    const damaged = openSqliteStore(file)
    await expect(damaged.transaction((tx) => tx.goldensAfter('e', '', 1000), { readOnly: true })).rejects.toMatchObject({ code: 'store.unusable', message: expect.stringContaining('damaged') })
    await damaged.close()
  })

  test('on a full disk or one that may only be read says so; a defect stays a defect', () => {
    const db = new Database(newFile())
    db.exec('CREATE TABLE t (x)')
    db.pragma('max_page_count = 2')
    expect(() => attempt('p', () => db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run())).toThrow(expect.objectContaining({ code: 'store.unusable', message: expect.stringContaining('no room') }))
    db.pragma('query_only = 1')
    expect(() => attempt('p', () => db.exec('DELETE FROM t'))).toThrow(expect.objectContaining({ code: 'store.unusable', message: expect.stringContaining('only be read') }))
    expect(() => attempt('p', () => db.prepare('SELECT * FROM absent'))).toThrow('no such table')
    db.close()
  })

  test('waits for the disk after the commit of what must survive a loss of power, and only of that', async () => {
    const file = newFile()
    const store = openSqliteStore(file, { reached: (point) => done.push(point) })
    const done: string[] = []
    await using probe = await open(import.meta.filename)
    const sync = vi.spyOn(Object.getPrototypeOf(probe) as FileHandle, 'datasync').mockImplementation(async () => void done.push('disk'))
    try {
      await store.transaction((tx) => tx.save({ goldens: [golden('a')] }), { as: 'intake' })
      await store.transaction((tx) => tx.save({ goldens: [golden('a')] }), { as: 'intake', durable: true })
      expect(done).toEqual(['intake.saved', 'intake.committed', 'intake.saved', 'intake.committed', 'disk'])
      await expect(store.transaction(() => Promise.reject(new Error('no')), { as: 'intake', durable: true })).rejects.toThrow('no')
      await store.transaction((tx) => tx.save({ goldens: [golden('b')] }), { as: 'intake' })
      expect(done.filter((what) => what === 'disk')).toHaveLength(1)
    } finally {
      sync.mockRestore()
    }
    await store.close()
  })

  test('counts nothing as kept any more after the disk failed once', async () => {
    const store = openSqliteStore(newFile())
    const save = (): Promise<void> => store.transaction((tx) => tx.save({ goldens: [golden('a')] }), { as: 'intake', durable: true })
    await using probe = await open(import.meta.filename)
    const sync = vi.spyOn(Object.getPrototypeOf(probe) as FileHandle, 'datasync').mockRejectedValueOnce(Object.assign(new Error('i/o error'), { code: 'EIO', syscall: 'fdatasync' }))
    try {
      await expect(save()).rejects.toThrow(expect.objectContaining({ code: 'store.unusable' }))
      await expect(save()).rejects.toThrow(expect.objectContaining({ code: 'store.unusable' }))
      expect(sync).toHaveBeenCalledTimes(1)
    } finally {
      sync.mockRestore()
    }
    await store.close()
  })

  test('keeps its log bounded', async () => {
    const file = newFile()
    const store = openSqliteStore(file)
    for (let i = 0; i < 60; i += 1) await store.transaction((tx) => tx.save({ goldens: Array.from({ length: 50 }, (_, n) => golden(`${n}`, { text: `${i}`.repeat(6000) })) }), { as: 'intake' })
    expect(statSync(`${file}-wal`).size).toBeLessThan(4000 * 4096 * 2)
    await store.close()
    expect(readdirSync(folder).filter((name) => file.endsWith(name.replace('-wal', '')) && name.endsWith('-wal'))).toEqual([])
  })

  test('leaves nothing behind of a copy, even while that is open', async () => {
    const store = openSqliteStore(newFile())
    const copy = await store.overlay()
    await copy.transaction((tx) => tx.save({ goldens: Array.from({ length: 200 }, (_, i) => golden(`${i}`, { text: 'x'.repeat(2000) })) }), { as: 'intake' })
    expect(() => statSync(copy.place)).toThrow('ENOENT')
    await copy.close()
    await store.close()
  })
})
