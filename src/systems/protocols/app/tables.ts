/** The file in which an application's records are kept. */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { PlimsollError } from '../../contract.ts'
import './errors.ts'

const VERSION = 1
/** `Papp`: tells a box from anybody else's file. */
const APPLICATION = 0x50_61_70_70
/** Another process (a command beside `serve`) has the file for milliseconds only. */
const WAIT_MS = 2_000

/** A deletion is a row without body, so that whoever reads since a position hears of it. */
const TABLES = `
CREATE TABLE record (resource TEXT NOT NULL, key TEXT NOT NULL, position INTEGER NOT NULL UNIQUE, body TEXT, own INTEGER NOT NULL, edited_at INTEGER, at INTEGER NOT NULL, PRIMARY KEY (resource, key));
CREATE INDEX record_feed ON record (resource, position);
CREATE INDEX record_own ON record (position) WHERE own = 1;
CREATE TABLE made (token TEXT PRIMARY KEY, digest TEXT NOT NULL, resource TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX made_at ON made (at);
CREATE TABLE named (resource TEXT NOT NULL, paths TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (resource, paths, value, key)) WITHOUT ROWID;
CREATE INDEX named_key ON named (resource, key);
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`

/** undefined: it is not there, and is not to be made. */
export function openTables(file: string, readOnly: boolean): Sqlite.Database | undefined {
  if (readOnly && !existsSync(file)) return undefined
  try {
    if (!readOnly) mkdirSync(dirname(file), { recursive: true })
    const db = new Sqlite(file, { timeout: WAIT_MS })
    try {
      if (!readOnly) prepare(db, file)
      // Opening the file itself read-only would fail where a write-ahead log must be recovered first.
      else db.pragma('query_only = ON')
      return db
    } catch (error) {
      db.close()
      throw error
    }
  } catch (error) {
    if (error instanceof PlimsollError) throw error
    throw new PlimsollError('apps.box', `${file} can't be used as the box of an application: ${(error as Error).message}.`, { cause: error, executed: false })
  }
}

/** The file, and what of it is still in its log. */
export function moveTables(from: string, to: string): void {
  // Emptied into the file first: then there is one file to move, at once.
  const db = new Sqlite(from, { timeout: WAIT_MS })
  db.pragma('journal_mode = DELETE')
  db.close()
  renameSync(from, to)
}

function prepare(db: Sqlite.Database, file: string): void {
  db.pragma('journal_mode = WAL')
  // What was answered with yes outlives a loss of power.
  db.pragma('synchronous = FULL')
  atOnce(db, () => {
    const version = db.pragma('user_version', { simple: true }) as number
    if (version === VERSION && db.pragma('application_id', { simple: true }) === APPLICATION) return
    const { n } = db.prepare('SELECT count(*) AS n FROM sqlite_master').get() as { n: number }
    if (n > 0) throw new PlimsollError('apps.box', `${file} is another file, no box of this version of Plimsoll.`, { executed: false })
    db.exec(TABLES)
    db.pragma(`user_version = ${VERSION}`)
    db.pragma(`application_id = ${APPLICATION}`)
  })
}

/** All of it or nothing; nobody else writes meanwhile. */
export function atOnce<T>(db: Sqlite.Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}
