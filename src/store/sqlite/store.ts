/** The embedded store: one SQLite file in WAL mode beside the plan. One writer; other processes may read. */
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { asPlimsollError, PlimsollError } from '../../base/errors.ts'
import type { Store, StoreHolder, Transaction, TransactionOptions } from '../contract.ts'
import { createTable, TABLES } from './tables.ts'
import { SqliteTransaction, type StatementLog } from './transaction.ts'

/** Raised with each change of the tables. Nothing is released, so an older store is not migrated but refused. */
const VERSION = 1

export interface SqliteOptions {
  /** Called with the text of each statement that is executed; for tests that count. */
  readonly onStatement?: StatementLog
  readonly readOnly?: boolean
}

export function openSqliteStore(file: string, options: SqliteOptions = {}): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  return new SqliteStore(file, open(file), options)
}

function open(file: string): Database.Database {
  try {
    const db = new Database(file, { timeout: 15_000 })
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('cache_size = -65536')
    const version = db.pragma('user_version', { simple: true }) as number
    if (version === 0) {
      db.transaction(() => {
        for (const table of Object.values(TABLES)) {
          db.exec(createTable(table))
          for (const index of table.indexes) db.exec(index)
        }
        db.exec('CREATE TABLE holder (pid INTEGER, host TEXT, command TEXT, since INTEGER)')
        db.exec('CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER)')
        db.exec("INSERT INTO counter VALUES ('link', 0)")
        db.pragma(`user_version = ${VERSION}`)
      }).immediate()
    } else if (version !== VERSION) {
      db.close()
      throw new PlimsollError('store.newer', `The store ${file} has format ${version}; this version of Plimsoll reads format ${VERSION}.`)
    }
    return db
  } catch (error) {
    throw unusable(error, file)
  }
}

function unusable(error: unknown, file: string): PlimsollError {
  const known = asPlimsollError(error)
  if (known.code !== 'internal.defect') return known
  if (!(error instanceof Database.SqliteError) && !(error as NodeJS.ErrnoException).code) return known
  return new PlimsollError('store.unusable', `The store ${file} can't be used: ${(error as Error).message}.`, { cause: error })
}

class SqliteStore implements Store {
  readonly place: string
  readonly #db: Database.Database
  readonly #options: SqliteOptions
  readonly #tx: SqliteTransaction
  /** Transactions of this process take turns; the file's lock keeps other processes out. */
  #turn: Promise<unknown> = Promise.resolve()
  #temporary = false

  constructor(file: string, db: Database.Database, options: SqliteOptions) {
    this.place = file
    this.#db = db
    this.#options = options
    this.#tx = new SqliteTransaction(db, options.onStatement)
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const turn = this.#turn.then(() => this.#run(work, options))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #run<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    try {
      if (options.durable) this.#db.pragma('synchronous = FULL')
      this.#db.exec(options.readOnly ? 'BEGIN' : 'BEGIN IMMEDIATE')
      try {
        const result = await work(this.#tx)
        this.#db.exec('COMMIT')
        return result
      } catch (error) {
        if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
        throw error
      } finally {
        if (options.durable) this.#db.pragma('synchronous = NORMAL')
      }
    } catch (error) {
      throw unusable(error, this.place)
    }
  }

  async hold(holder: StoreHolder): Promise<() => Promise<void>> {
    if (this.place === ':memory:') return async () => undefined
    // A lock of the operating system on a file of its own: it ends with the process, however that dies.
    const lock = new Database(`${this.place}-lock`, { timeout: 0 })
    try {
      lock.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      lock.close()
      if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw unusable(error, this.place)
      const other = this.#db.prepare('SELECT pid, host, command, since FROM holder').get() as StoreHolder | undefined
      const who = other ? `\`${other.command}\` (process ${other.pid} on ${other.host}, since ${new Date(other.since).toISOString()})` : 'Another process'
      throw new PlimsollError('store.held', `${who} works with the store ${this.place}.`, { details: { pid: other?.pid ?? null } })
    }
    this.#db.transaction(() => {
      this.#db.exec('DELETE FROM holder')
      this.#db.prepare('INSERT INTO holder VALUES (?, ?, ?, ?)').run(holder.pid, holder.host, holder.command, holder.since)
    }).immediate()
    return async () => {
      this.#db.exec('DELETE FROM holder')
      lock.exec('ROLLBACK')
      lock.close()
    }
  }

  async overlay(): Promise<Store> {
    const file = join(tmpdir(), `plimsoll-preview-${process.pid}-${overlays++}.db`)
    rmSync(file, { force: true })
    this.#db.prepare('VACUUM INTO ?').run(file)
    const db = open(file)
    db.pragma('synchronous = OFF')
    const store = new SqliteStore(file, db, this.#options)
    store.#temporary = true
    return store
  }

  async close(): Promise<void> {
    await this.#turn
    this.#db.close()
    if (this.#temporary) for (const end of ['', '-wal', '-shm']) rmSync(`${this.place}${end}`, { force: true })
  }
}

let overlays = 0
