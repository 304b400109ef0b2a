/** Connections to a SQLite file: one that writes, one that reads. Never waits for a lock inside a statement, which would stop the process. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type Clock, PlimsollError } from '../../contract.ts'
import type { Answer, Bound, Connection, Database } from './dialect.ts'
import { CommitRefused, CommitUnsure } from './errors.ts'

export interface SqliteOptions {
  readonly file: string
  readonly readOnly: boolean
  /** May the file be made by the first write? */
  readonly create: boolean
  readonly timeoutMs: number
  readonly clock: Clock
}

const RETRY_MS = 10
/** Statements are prepared once; a plan has few, but multi-row ones differ by their number of rows. */
const PREPARED = 200

const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code ?? ''))

/** A deferred constraint refuses the commit; a lock leaves it open; after anything else (a full disk) nobody knows. */
function commitFailed(error: unknown): never {
  if (isBusy(error)) throw error
  const refused = String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')
  throw new (refused ? CommitRefused : CommitUnsure)((error as Error).message, { cause: error })
}

export function openSqlite(options: SqliteOptions): Database {
  const { clock, timeoutMs } = options
  let reader: SqliteConnection | undefined
  let writer: SqliteConnection | undefined
  let turn: Promise<unknown> = Promise.resolve()

  /** Others may hold the file: try again until the time is up. A virtual clock passes at once, hence the count. */
  async function patiently<T>(work: () => T, signal?: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return work()
      } catch (error) {
        if (!isBusy(error) || attempt * RETRY_MS >= timeoutMs) throw error
      }
      await clock.sleep(RETRY_MS, signal)
    }
  }

  function open(forWriting: boolean): SqliteConnection {
    const found = existsSync(options.file)
    if (!found && (!forWriting || !options.create || options.readOnly || !existsSync(dirname(options.file)))) {
      throw new PlimsollError('sql.no_database', `There is no database file ${options.file}.`, { executed: false })
    }
    try {
      return new SqliteConnection(options, patiently)
    } catch (error) {
      if (error instanceof PlimsollError || isBusy(error)) throw error
      throw new PlimsollError('sql.no_database', `${options.file} can't be opened as a SQLite database: ${(error as Error).message}.`, { cause: error, executed: false })
    }
  }

  /** Works on one connection come one after the other: a second one inside a transaction would become part of it. */
  async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = turn
    let done!: () => void
    turn = new Promise<void>((resolve) => { done = resolve })
    try {
      await before
      signal.throwIfAborted()
      return await work()
    } finally {
      done()
    }
  }

  return {
    exists: async () => existsSync(options.file),

    async read(work, signal) {
      signal.throwIfAborted()
      reader ??= open(false)
      return await work(reader)
    },

    async snapshot(work, signal) {
      signal.throwIfAborted()
      // A connection of its own: several snapshots may be open at once.
      const connection = open(false)
      try {
        await connection.query('BEGIN')
        return await work(connection)
      } finally {
        connection.close()
      }
    },

    write: (work, signal) => inTurn(async () => {
      writer ??= open(true)
      const connection = writer
      await patiently(() => connection.run('BEGIN IMMEDIATE'), signal)
      try {
        const result = await work(connection)
        signal.throwIfAborted()
        await patiently(() => connection.run('COMMIT')).catch(commitFailed)
        return result
      } catch (error) {
        if (connection.inTransaction) connection.run('ROLLBACK')
        throw error
      }
    }, signal),

    async close() {
      await turn
      reader?.close()
      writer?.close()
      reader = undefined
      writer = undefined
    },
  }
}

class SqliteConnection implements Connection {
  readonly #database: Sqlite.Database
  readonly #prepared = new Map<string, Sqlite.Statement>()
  readonly #patiently: <T>(work: () => T) => Promise<T>

  constructor(options: SqliteOptions, patiently: <T>(work: () => T) => Promise<T>) {
    this.#database = new Sqlite(options.file, { timeout: 0 })
    this.#patiently = patiently
    this.#database.defaultSafeIntegers(true)
    // Nothing may change in a preview. Opening the file read-only would fail where a write-ahead log must be recovered first.
    if (options.readOnly) this.#database.pragma('query_only = ON')
  }

  get inTransaction(): boolean {
    return this.#database.open && this.#database.inTransaction
  }

  query(text: string, values: readonly Bound[] = []): Promise<Answer> {
    return this.#patiently(() => this.run(text, values))
  }

  run(text: string, values: readonly Bound[] = []): Answer {
    let statement = this.#prepared.get(text)
    if (!statement) {
      if (this.#prepared.size >= PREPARED) this.#prepared.clear()
      statement = this.#database.prepare(text)
      if (statement.reader) statement.raw(true)
      this.#prepared.set(text, statement)
    }
    if (statement.reader) return { rows: statement.all(...values) as unknown[][] }
    const { lastInsertRowid } = statement.run(...values)
    return { rows: [], firstId: BigInt(lastInsertRowid) }
  }

  close(): void {
    this.#database.close()
  }
}
