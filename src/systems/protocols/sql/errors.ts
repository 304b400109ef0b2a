/** What can go wrong with a database as a whole. What is wrong with one record is a `Refusal` and becomes a result. */
import { registerErrors } from '../../contract.ts'

registerErrors({
  'sql.setting': { class: 'config', hint: 'Mend the setting {setting} of this system.' },
  'sql.no_database': { class: 'config', hint: 'See whether the setting `file` or `database` names the right one.' },
  'sql.no_table': { class: 'config', hint: 'See `plimsoll connectors discover` for the tables there are, and mend `resource` in the plan.' },
  'sql.no_column': { class: 'config', hint: 'See `plimsoll connectors discover` for the columns there are, and mend the path in the plan.' },
  'sql.no_key': { class: 'config', hint: 'Say in the plan which columns identify a row: `key: [column, …]`.' },
  'sql.statement': { class: 'config', hint: 'The database does not take this statement; see its message. Often a missing column, view or right.' },
  'sql.login': { class: 'auth', hint: 'See user and password in the settings of this system, and what this user may do in the database.' },
  'sql.connection': { class: 'remote', hint: 'It is tried again. See whether the database runs and whether host and port are right.' },
  'sql.busy': { class: 'remote', hint: 'It is tried again. Somebody else holds a lock on these rows or tables, or the database is overloaded.' },
})

/** A record that the database refuses, or that could not be written without changing it. Never leaves the connector. */
export class Refusal extends Error {
  readonly code: string
  readonly field: string | undefined
  constructor(code: string, says: string, field?: string) {
    super(says)
    this.code = code
    this.field = field
  }
}

/** What a driver's error means for the work that is being done. */
export type Failure =
  /** The record's own fault. `unique`: another row has the same value in `columns`, if the database names them. */
  | { readonly is: 'refused' | 'unique'; readonly code: string; readonly says: string; readonly columns: readonly string[] }
  /** Deadlock, lock time-out: the transaction was rolled back, the same again may work. */
  | { readonly is: 'later'; readonly says: string }
  /** The connection is gone. */
  | { readonly is: 'lost'; readonly says: string }
  /** Nothing that a record or another attempt would mend. */
  | { readonly is: 'login' | 'statement'; readonly says: string }

/** A commit was sent and nobody knows whether it counted. */
export class CommitUnsure extends Error {}

/** A commit was refused (deferred constraints): everything in it was rolled back. */
export class CommitRefused extends Error {}
