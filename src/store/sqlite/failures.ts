import Database from 'better-sqlite3'
import { PlimsollError } from '../../base/errors.ts'

/** What SQLite says about files, disks and permissions, in words for whoever runs Plimsoll. Everything else is a defect. */
const UNUSABLE: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'there is no room left on its disk',
  SQLITE_CORRUPT: 'it is damaged',
  SQLITE_NOTADB: 'it is no store of Plimsoll',
  SQLITE_READONLY: 'it may only be read',
  SQLITE_CANTOPEN: 'it can\'t be opened',
  SQLITE_IOERR: 'its disk reports an error',
  SQLITE_PERM: 'access is denied',
  SQLITE_AUTH: 'access is denied',
  SQLITE_PROTOCOL: 'its file system does not lock files as it should',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EROFS: 'its disk may only be read',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  ENOSPC: 'there is no room left on its disk',
}

/** Runs what touches the file; failures of the file become `store.*` errors. */
export function attempt<T>(place: string, work: () => T): T {
  try {
    const result = work()
    return result instanceof Promise ? (result.catch((error: unknown) => {
      throw named(error, place)
    }) as T) : result
  } catch (error) {
    throw named(error, place)
  }
}

function named(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof PlimsollError) return error
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const of = error instanceof Database.SqliteError ? /^SQLITE_[A-Z]+/.exec(code)![0] : 'syscall' in error ? code : ''
  if (of === 'SQLITE_BUSY' || of === 'SQLITE_LOCKED') {
    return new PlimsollError('store.held', `Another process has been writing to the store ${place} for too long.`, { cause: error })
  }
  const why = UNUSABLE[of] ?? (of.startsWith('E') ? error.message : undefined)
  return why === undefined ? error : new PlimsollError('store.unusable', `The store ${place} can't be used: ${why}.`, { cause: error })
}
