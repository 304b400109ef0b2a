import Database from 'better-sqlite3'
import { PlimsollError } from '../../base/errors.ts'
import { createTable, OTHER_TABLES, TABLES } from './tables.ts'

/** Raised with each change of the tables. Nothing is released, so an older store is not migrated but refused. */
const VERSION = 10
/** `Plim`: tells a store from anybody else's SQLite file. */
const APPLICATION = 0x50_6c_69_6d
/** Written pages after which the log goes back into the file, and the size it then keeps. */
const LOG_PAGES = 4000
const LOG_BYTES = 64 * 1024 * 1024
/** Pages of the file that this process holds; the system holds the others. */
const CACHE_KB = 16 * 1024

/** `copy`: thrown away with the process, so it needs no files beside itself. */
export function openDatabase(file: string, as: 'store' | 'copy' = 'store'): Database.Database {
  const db = new Database(file, { timeout: 15_000 })
  try {
    const isNew = check(db, file)
    if (as === 'copy') {
      db.pragma('locking_mode = EXCLUSIVE')
      db.pragma('journal_mode = MEMORY')
      db.pragma('synchronous = OFF')
    } else {
      db.pragma('journal_mode = WAL')
      db.pragma('synchronous = NORMAL')
      db.pragma(`wal_autocheckpoint = ${LOG_PAGES}`)
      db.pragma(`journal_size_limit = ${LOG_BYTES}`)
    }
    db.pragma(`cache_size = -${CACHE_KB}`)
    // Journals of statements, and what is sorted on the way, need no files: batches are small.
    db.pragma('temp_store = MEMORY')
    // Takes the lock of a copy now, while its file still has a name.
    if (as === 'copy') db.exec('BEGIN IMMEDIATE; UPDATE counter SET n = n; COMMIT')
    else if (isNew) db.transaction(() => create(db, file)).immediate()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export function openReader(file: string): Database.Database {
  const db = new Database(file, { timeout: 15_000, readonly: true, fileMustExist: true })
  db.pragma('cache_size = -16384')
  return db
}

/** Looks before anything is written: the file may belong to somebody else. Returns whether it is new. */
function check(db: Database.Database, file: string): boolean {
  const version = db.pragma('user_version', { simple: true }) as number
  const application = db.pragma('application_id', { simple: true }) as number
  if (application !== APPLICATION) {
    const tables = (db.prepare('SELECT count(*) AS n FROM sqlite_master').get() as { n: number }).n
    if (tables === 0 && version === 0 && application === 0) return true
    throw new PlimsollError('store.unusable', `The file ${file} is a database of another program, no store of Plimsoll.`)
  }
  if (version > VERSION) {
    throw new PlimsollError('store.newer', `The store ${file} has format ${version}; this version of Plimsoll reads format ${VERSION}.`)
  }
  if (version < VERSION) throw new PlimsollError('store.unusable', `The store ${file} has format ${version}, which this version of Plimsoll no longer reads.`)
  return false
}

function create(db: Database.Database, file: string): void {
  // Asked again under the lock: two processes may open a new store at once.
  if (!check(db, file)) return
  for (const table of Object.values(TABLES)) {
    db.exec(createTable(table))
    for (const index of table.indexes) db.exec(index)
  }
  for (const statement of OTHER_TABLES) db.exec(statement)
  db.pragma(`user_version = ${VERSION}`)
  db.pragma(`application_id = ${APPLICATION}`)
}
