/** The embedded store: one SQLite file in WAL mode beside the plan. One writer; other processes may read. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import '../contract.ts'
import type { HolderLife, Store, StoreHolder, Transaction, TransactionOptions } from '../contract.ts'
import type { Reached } from '../crash-points.ts'
import { attempt } from './failures.ts'
import { Flush } from './flush.ts'
import { Holding } from './holding.ts'
import { openDatabase, openReader } from './open.ts'
import { SqliteTransaction, type StatementLog } from './transaction.ts'

export interface SqliteOptions {
  /** Called with the text of each statement that is executed; for tests that count. */
  readonly onStatement?: StatementLog
  /** Called before and after each commit. */
  readonly reached?: Reached
}

const MEMORY = ':memory:'

export function openSqliteStore(file: string, options: SqliteOptions = {}): Store {
  return attempt(file, () => {
    if (file !== MEMORY) mkdirSync(dirname(file), { recursive: true })
    return new SqliteStore(file, openDatabase(file), options)
  })
}

/** One connection; its transactions take turns. */
class Lane {
  readonly db: Database.Database
  readonly tx: SqliteTransaction
  #turn: Promise<unknown> = Promise.resolve()

  constructor(db: Database.Database, log: StatementLog | undefined) {
    this.db = db
    this.tx = new SqliteTransaction(db, log)
  }
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
  async close(): Promise<void> {
    await this.#turn
    this.db.close()
  }
}

class SqliteStore implements Store {
  readonly place: string
  readonly #options: SqliteOptions
  /** The file's lock keeps other processes out. */
  readonly #writer: Lane
  /** What only loads has a connection of its own, so that it never waits for a writer. */
  #reader: Lane | undefined
  /** Folder of a copy, for the systems on which it can't be taken away while it is open. */
  readonly #copy: string | undefined
  #holding: Holding | undefined
  #flush: Flush | undefined

  constructor(file: string, db: Database.Database, options: SqliteOptions, copy?: string) {
    this.place = file
    this.#options = options
    this.#writer = new Lane(db, options.onStatement)
    this.#copy = copy
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    const isFile = this.place !== MEMORY && this.#copy === undefined
    return attempt(this.place, () => {
      if (options.readOnly && isFile) {
        this.#reader ??= new Lane(openReader(this.place), this.#options.onStatement)
        return this.#run(this.#reader, work, options)
      }
      if (options.durable && isFile) return this.#durably(work, options)
      return this.#run(this.#writer, work, options)
    })
  }

  async #durably<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    const result = await this.#run(this.#writer, work, options)
    await (this.#flush ??= new Flush(`${this.place}-wal`)).all()
    return result
  }

  #run<T>(lane: Lane, work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    const { db, tx } = lane
    const reached = (when: 'saved' | 'committed'): void => {
      if (options.as !== undefined) this.#options.reached?.(`${options.as}.${when}`)
    }
    return lane.take(() => attempt(this.place, async () => {
      try {
        db.exec(options.readOnly ? 'BEGIN' : 'BEGIN IMMEDIATE')
        if (!options.readOnly) this.#holding?.check()
        tx.writable = !options.readOnly
        const result = await work(tx)
        reached('saved')
        db.exec('COMMIT')
        tx.ended(true)
        reached('committed')
        return result
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK')
        tx.ended(false)
        throw error
      }
    }))
  }

  hold(holder: StoreHolder, life: HolderLife): Promise<() => Promise<void>> {
    const { db } = this.#writer
    const alone = this.place === MEMORY || this.#copy !== undefined
    return this.#writer.take(() => attempt(this.place, async () => {
      const holding = await Holding.begin(db, this.place, alone ? undefined : `${this.place}-lock`, holder, life)
      this.#holding = holding
      void holding.live(() => this.#writer.take(async () => db.transaction(() => holding.check()).immediate()))
      return () => this.#writer.take(() => attempt(this.place, async () => {
        this.#holding = undefined
        holding.release()
      }))
    }))
  }

  overlay(): Promise<Store> {
    return this.#writer.take(() => attempt(this.place, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'plimsoll-preview-'))
      try {
        const file = join(folder, 'copy.db')
        this.#writer.db.prepare('VACUUM INTO ?').run(file)
        const db = openDatabase(file, 'copy')
        // Open files live on without a name: then nothing is left behind, however this process ends.
        remove(folder)
        return new SqliteStore(file, db, this.#options, folder)
      } catch (error) {
        remove(folder)
        throw error
      }
    }))
  }

  async close(): Promise<void> {
    await this.#flush?.close()
    await this.#reader?.close()
    await this.#writer.close()
    if (this.#copy !== undefined) remove(this.#copy)
  }
}

/** Not every system lets go of files that are open; what is left then goes when they are closed. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Tried again by `close`.
  }
}
