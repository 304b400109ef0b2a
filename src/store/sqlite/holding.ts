/**
 * Who works with a store (semantics §2.14): one process at a time. A lock of the operating system on a file beside the store says
 * at once when that process has died. One that lives but stands still (stopped, or its machine asleep) gives no sign of life; after
 * a while another takes its place, and by the fence whatever the first one still tries to write is refused.
 */
import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Clock } from '../../base/clock.ts'
import { MINUTE, SECOND } from '../../base/duration.ts'
import { PlimsollError } from '../../base/errors.ts'
import { HOLDER_LEASE_MS, type HolderLife, type StoreHolder } from '../contract.ts'

const SIGN_MS = 10 * SECOND
/** After this the message says that there was no sign. */
const QUIET_MS = MINUTE
/** When the whole machine has slept, whoever lives says so now. */
const MOMENT_MS = 3 * SECOND

type Row = StoreHolder & { readonly seen: number; readonly fence: number }

export class Holding {
  readonly fence: number
  readonly #db: Database.Database
  readonly #place: string
  readonly #life: HolderLife
  readonly #current: Database.Statement<unknown[], number>
  readonly #renew: Database.Statement<[number]>
  readonly #ended = new AbortController()
  #lock: Database.Database | undefined
  #seen: number

  private constructor(db: Database.Database, place: string, row: Row, life: HolderLife, lock: Database.Database | undefined) {
    this.fence = row.fence
    this.#db = db
    this.#place = place
    this.#life = life
    this.#lock = lock
    this.#seen = row.seen
    this.#current = db.prepare<unknown[], number>("SELECT n FROM counter WHERE name = 'holder'").pluck()
    this.#renew = db.prepare<[number]>('UPDATE holder SET seen = ?')
  }

  /** `file`: of the lock; none: a store that only this process can see. */
  static async begin(db: Database.Database, place: string, file: string | undefined, holder: StoreHolder, life: HolderLife): Promise<Holding> {
    const other = current(db)
    const refuse = (): PlimsollError => held(place, current(db), life.clock)
    const lock = file === undefined ? undefined : locked(file)
    if (file === undefined ? other === undefined : lock !== undefined) return new Holding(db, place, take(db, holder, life.clock.now()), life, lock)
    if (file === undefined || !other || life.clock.now() - other.seen < HOLDER_LEASE_MS) throw refuse()
    await life.clock.sleep(MOMENT_MS)
    let row: Row
    try {
      row = take(db, holder, life.clock.now(), other)
    } catch (error) {
      if (isBusy(error)) throw new PlimsollError('store.held', `${named(other)} stands still in the middle of a write to the store ${place}. Only its end lets go of that: end process ${other.pid}.`, { details: { pid: other.pid }, cause: error })
      throw error
    }
    if (row.fence === other.fence) throw refuse()
    // The one before keeps its lock on a file that no longer has a name.
    rmSync(file, { force: true })
    const own = locked(file)
    if (!own) throw refuse()
    return new Holding(db, place, row, life, own)
  }

  /** In each transaction that writes: is this process still the holder? Its sign of life goes along. Invariant 7. */
  check(): void {
    if (this.#current.get() !== this.fence) {
      const other = current(this.#db)
      const error = new PlimsollError('store.fenced', `${other ? named(other) : 'Another process'} works with the store ${this.#place} now, since this one gave no sign of life for so long. Nothing more is written here.`)
      this.#ended.abort()
      this.#life.lost?.(error)
      throw error
    }
    const now = this.#life.clock.now()
    if (now - this.#seen < SIGN_MS) return
    this.#renew.run(now)
    this.#seen = now
  }

  /** Signs of life while nothing is written; `write` makes a transaction of its own. */
  async live(write: () => Promise<void>): Promise<void> {
    const { signal } = this.#ended
    while (!signal.aborted) {
      await this.#life.clock.sleep(SIGN_MS, signal).catch(() => undefined)
      if (!signal.aborted) await write().catch(() => undefined)
    }
  }

  release(): void {
    this.#ended.abort()
    this.#db.prepare("DELETE FROM holder WHERE fence = ?").run(this.fence)
    this.#lock?.close()
    this.#lock = undefined
  }
}

const current = (db: Database.Database): Row | undefined => db.prepare('SELECT pid, host, command, since, seen, fence FROM holder').get() as Row | undefined

/** Unless somebody was faster: then the row is theirs, or the other one's with a new sign of life. */
function take(db: Database.Database, holder: StoreHolder, now: number, instead?: Row): Row {
  return db.transaction((): Row => {
    const row = current(db)
    if (instead && (row?.fence !== instead.fence || row.seen !== instead.seen)) return { ...instead }
    const fence = db.prepare<unknown[], number>("UPDATE counter SET n = n + 1 WHERE name = 'holder' RETURNING n").pluck().get()!
    db.exec('DELETE FROM holder')
    db.prepare('INSERT INTO holder (pid, host, command, since, seen, fence) VALUES (?, ?, ?, ?, ?, ?)').run(holder.pid, holder.host, holder.command, holder.since, now, fence)
    return { ...holder, seen: now, fence }
  }).immediate()
}

function locked(file: string): Database.Database | undefined {
  const lock = new Database(file, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (isBusy(error)) return undefined
    throw error
  }
}

const isBusy = (error: unknown): boolean => error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

const named = (of: StoreHolder): string => `\`${of.command}\` (process ${of.pid} on ${of.host}, since ${new Date(of.since).toISOString()})`

function held(place: string, other: Row | undefined, clock: Clock): PlimsollError {
  const quiet = other ? clock.now() - other.seen : 0
  const silence = quiet < QUIET_MS ? '' : ` It has given no sign of life for ${Math.floor(quiet / SECOND)} seconds; after ${HOLDER_LEASE_MS / SECOND} another process may take its place.`
  return new PlimsollError('store.held', `${other ? named(other) : 'Another process'} works with the store ${place}.${silence}`, { details: { pid: other?.pid ?? null } })
}
