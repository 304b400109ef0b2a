/** The connector for SQL databases: SQLite, PostgreSQL, MariaDB and MySQL. Tables and views are resources, rows are records. */
import { type Connector, type ConnectorContext, type Page, PlimsollError, type Resource, type ResourceSpec, type SourceRecord, type SystemSession, type Traits, type WriteResult } from '../../contract.ts'
import { createTable } from './create-table.ts'
import type { Connection, Database, Dialect } from './dialect.ts'
import { discover } from './discover.ts'
import type { Failure } from './errors.ts'
import { findRecords, readAll, readByKeys, readSince, type Reader } from './read.ts'
import { readSettings, sqlSettings, type SqlSettings } from './settings.ts'
import { loadShape, type Shape } from './shape.ts'
import { zoneOffset } from './values.ts'
import { writeBatch } from './write.ts'

export const sqlConnector: Connector = {
  name: 'sql',
  about: 'Tables of a SQL database: SQLite, PostgreSQL, MariaDB, MySQL.',
  form: 'database',
  settings: sqlSettings,
  async open(values, context) {
    const settings = readSettings(values, context.system)
    const { dialect, database } = await connect(settings, context)
    return session(settings, context, dialect, database)
  },
}

/** Drivers are loaded only where they are used. */
async function connect(settings: SqlSettings, context: ConnectorContext): Promise<{ dialect: Dialect; database: Database }> {
  if (settings.dialect === 'sqlite') {
    const [{ sqlite }, { openSqlite }] = await Promise.all([import('./sqlite.ts'), import('./sqlite-database.ts')])
    const { file, timeoutMs, createTables: create } = settings
    return { dialect: sqlite, database: openSqlite({ file, timeoutMs, create, readOnly: context.readOnly, clock: context.clock }) }
  }
  const { server, timeoutMs } = settings
  if (settings.dialect === 'postgres') {
    const [{ postgres }, { openPostgres }] = await Promise.all([import('./postgres.ts'), import('./postgres-database.ts')])
    return { dialect: postgres(context.timeZone), database: openPostgres(server, timeoutMs) }
  }
  const [{ mariadb }, { openMariadb }] = await Promise.all([import('./mariadb.ts'), import('./mariadb-database.ts')])
  return { dialect: mariadb(context.timeZone), database: openMariadb(server, timeoutMs) }
}

const TRAITS: Omit<Traits, 'incremental' | 'listLagMs' | 'keyLagMs' | 'lateMs'> = {
  read: true,
  complete: true,
  version: 'opaque',
  readByKey: true,
  find: true,
  create: true,
  update: true,
  delete: true,
  updateStyle: 'patch',
  // The rows are read again under a lock in the transaction that writes.
  conditional: true,
  idempotency: false,
  answers: true,
  omitsEmpty: false,
  batch: 500,
  pushes: false,
}

function session(settings: SqlSettings, context: ConnectorContext, dialect: Dialect, database: Database): SystemSession {
  const offset = zoneOffset(context.timeZone)

  // Never reached after a commit was sent: whatever failed was rolled back.
  function stop(failure: Failure, error: unknown): never {
    const code = { refused: 'sql.statement', unique: 'sql.statement', statement: 'sql.statement', later: 'sql.busy', lost: 'sql.connection', login: 'sql.login' }[failure.is]
    throw new PlimsollError(code, `${context.system}: ${failure.says}`, { place: context.system, cause: error, executed: false })
  }

  /** Errors of the driver become errors of Plimsoll; what is one already, or a wish to stop, passes. */
  async function guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof PlimsollError) throw error
      signal.throwIfAborted()
      return stop(dialect.failure(error), error)
    }
  }

  function resource(spec: ResourceSpec): Resource {
    let known: Promise<Shape | undefined> | undefined
    const makes = settings.createTables && spec.creates !== undefined && spec.creates.length > 0

    /** undefined: the table is not there yet, and the first write makes it. */
    async function shapeOf(signal: AbortSignal): Promise<Shape | undefined> {
      if (makes && !(await database.exists())) return undefined
      known ??= database.read((connection) => loadShape(spec, dialect, settings.schema, connection), signal)
      let shape: Shape | undefined
      try {
        shape = await known
      } catch (error) {
        known = undefined
        throw error
      }
      if (shape) return shape
      known = undefined
      if (makes) return undefined
      throw noTable()
    }
    const noTable = (): PlimsollError =>
      new PlimsollError('sql.no_table', `There is no table or view ${spec.resource} in ${context.system}.`, { place: `${context.system}/${spec.resource}`, executed: false })

    /** A table may be changed while the hub runs: after an error it is looked at again. */
    async function afresh<T>(work: Promise<T>): Promise<T> {
      try {
        return await work
      } catch (error) {
        known = undefined
        throw error
      }
    }

    async function page<T>(shape: Shape, signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
      return afresh(guarded(signal, async () => {
        await context.budget(signal)
        signal.throwIfAborted()
        return shape.parts.length > 0 ? database.snapshot(work, signal) : database.read(work, signal)
      }))
    }

    // They cost time for each row, and only targets need them.
    const versions = spec.creates !== undefined && spec.creates.length > 0
    const reader = (shape: Shape, signal: AbortSignal): Reader =>
      ({ dialect, shape, versions, offset, now: () => context.clock.now(), page: (work) => page(shape, signal, work) })

    async function* read({ since, signal, pageSize }: { since?: string; signal: AbortSignal; pageSize: number }): AsyncGenerator<Page> {
      const shape = await guarded(signal, () => shapeOf(signal))
      if (!shape) {
        yield { records: [], requestedAt: context.clock.now(), complete: true }
        return
      }
      const size = Math.max(1, Math.floor(pageSize))
      if (since !== undefined && shape.changedAt) yield* readSince(reader(shape, signal), since, settings.overlapMs + settings.lagMs, size)
      else yield* readAll(reader(shape, signal), size)
    }

    /** A value that only the database knows to be impossible in a column is in no row: the others are looked for without it. */
    async function lookUp<T>(shape: Shape, signal: AbortSignal, wanted: readonly T[], look: (connection: Connection, wanted: readonly T[]) => Promise<SourceRecord[]>): Promise<SourceRecord[]> {
      const found = await page(shape, signal, (connection) => look(connection, wanted).catch((error: unknown) => {
        if (dialect.failure(error).is === 'refused') return undefined
        throw error
      }))
      if (found) return found
      if (wanted.length === 1) return []
      const half = Math.ceil(wanted.length / 2)
      return [...(await lookUp(shape, signal, wanted.slice(0, half), look)), ...(await lookUp(shape, signal, wanted.slice(half), look))]
    }

    // A commit that was sent to a server and not answered may still count when it catches up. SQLite lives and dies with this process.
    const lateMs = settings.dialect === 'sqlite' ? 0 : 60_000
    const traits: Traits = { ...TRAITS, version: versions ? 'opaque' : 'none', conditional: versions, incremental: spec.changedAt !== undefined, listLagMs: settings.lagMs, keyLagMs: settings.lagMs, lateMs }
    return {
      traits,
      read,
      async readKeys(keys, signal) {
        if (keys.length === 0) return []
        const shape = await guarded(signal, () => shapeOf(signal))
        // Keys that somebody knows were in a table: it was lost, and that is no deletion of its rows.
        if (!shape) throw noTable()
        return lookUp(shape, signal, keys, (connection, some) => readByKeys(reader(shape, signal), connection, some))
      },
      async find(paths, values, signal) {
        const shape = await guarded(signal, () => shapeOf(signal))
        if (!shape || values.length === 0) return []
        return lookUp(shape, signal, values, (connection, some) => findRecords(reader(shape, signal), connection, paths, some))
      },
      async write(items, options): Promise<readonly WriteResult[]> {
        if (items.length === 0) return []
        if (context.readOnly) throw new PlimsollError('internal.defect', 'a preview must not write', { executed: false })
        const { signal, deadline } = options
        let shape = await guarded(signal, () => shapeOf(signal))
        if (!shape) {
          await guarded(signal, () => database.write((connection) => createTable(dialect, connection, spec, settings.schema), signal))
          shape = await guarded(signal, () => shapeOf(signal))
        }
        const there = shape!
        if (there.table.view) throw new PlimsollError('sql.statement', `${there.table.name} is a view; rows are written to tables.`, { place: `${context.system}/${spec.resource}`, executed: false })
        await context.budget(signal)
        return afresh(writeBatch({ dialect, database, shape: there, versions: true, offset, now: () => context.clock.now(), signal, deadline, stop }, items))
      },
    }
  }

  return {
    async check(signal) {
      return guarded(signal, async () => {
        await context.budget(signal)
        // A file that the first write makes can't be asked, but it is no fault that it is not there.
        if (settings.dialect === 'sqlite' && settings.createTables && !(await database.exists())) return {}
        const version = await database.read((connection) => connection.query(dialect.version), signal)
        return { version: `${dialect.name} ${String(version.rows[0]?.[0])}` }
      })
    },
    discover: (signal) => guarded(signal, async () => {
      await context.budget(signal)
      return discover(dialect, database, settings.schema, signal)
    }),
    resource,
    close: () => database.close(),
  }
}
