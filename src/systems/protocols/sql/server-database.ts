/** What connections to a database server have in common: a transaction per work, and an honest word about its end. */
import type { Connection, Database } from './dialect.ts'

/** One connection, taken from the pool. */
export interface Lent {
  readonly connection: Connection
  /** `broken`: it is closed, not used again. */
  giveBack(broken: boolean): void
}

export interface ServerDriver {
  take(): Promise<Lent>
  readonly snapshot: readonly string[]
  readonly begin: string
  /** Throws `CommitUnsure` or `CommitRefused`, or what else the database says when it surely rolled back. */
  commit(connection: Connection): Promise<void>
  close(): Promise<void>
}

export function serverDatabase(driver: ServerDriver): Database {
  async function use<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal, start: readonly string[], end: (connection: Connection) => Promise<void>): Promise<T> {
    signal.throwIfAborted()
    const lent = await driver.take()
    let open = true
    const giveBack = (broken: boolean): void => {
      if (open) lent.giveBack(broken)
      open = false
    }
    // Closing is the only way to stop at once; the server rolls back what was not committed.
    const stop = (): void => giveBack(true)
    signal.addEventListener('abort', stop, { once: true })
    try {
      for (const text of start) await lent.connection.query(text)
      const result = await work(lent.connection)
      signal.throwIfAborted()
      await end(lent.connection)
      giveBack(false)
      return result
    } catch (error) {
      if (open) {
        const clean = start.length === 0 || (await lent.connection.query('ROLLBACK').then(() => true, () => false))
        giveBack(!clean)
      }
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
  return {
    exists: async () => true,
    read: (work, signal) => use(work, signal, [], async () => {}),
    snapshot: (work, signal) => use(work, signal, driver.snapshot, async (connection) => { await connection.query('COMMIT') }),
    write: (work, signal) => use(work, signal, [driver.begin], (connection) => driver.commit(connection)),
    close: () => driver.close(),
  }
}
