/**
 * Systems that have no server of their own (websites, mobile apps): the hub keeps their records in a *box*, the engine reads and
 * writes it like any other system, and the application itself calls for what is in it and changes it. This file: what whoever
 * serves the application may rely on.
 */
import type { NativeRecord } from '../base/numeral.ts'
import type { PlimsollError } from '../base/errors.ts'

export interface Hosted {
  /** Does whoever shows this token speak for the application? Takes as long whatever is shown. */
  bears(token: string): boolean
  /** Pages of these origins may call from a browser. */
  readonly origins: readonly string[]
  /** Everything after `since`, oldest change first: no gap and no double, since positions are given in the order of commits. Deletions are only in it after `deletedSince`. */
  list(resource: string, options: { readonly since: number; readonly deletedSince: number; readonly limit: number }): readonly HostedRecord[]
  /** Also a record that was deleted, as long as that is remembered. */
  get(resource: string, key: string): HostedRecord | undefined
  /** Position of the newest change, and up to which deletions are forgotten: who stopped before that begins anew. */
  reach(): { readonly last: number; readonly forgotten: number }
  /** What the application says. On the disk when it resolves. */
  change(change: HostedChange): Promise<HostedOutcome>
  /** What the application changed and nobody passed on to the engine yet, oldest first. */
  untold(limit: number): readonly HostedRecord[]
  /** It was passed on, up to this position. */
  told(position: number): void
  /** Called after each change, whoever made it. */
  onChange(heard: () => void): void
  /** Absent: the application does not want to be called. */
  readonly bell?: Bell
}

/** Calls the application when something changed that it did not change itself. */
export interface Bell {
  /** Sends what is due, at most one message. `view`: a record as this application may see it. */
  ring(signal: AbortSignal, view: (resource: string, values: NativeRecord) => NativeRecord): Promise<Rung>
}
export interface Rung {
  /** When there is something to do again; undefined: when something changes. */
  readonly nextAt?: number
  /** It took the message. */
  readonly told?: true
  /** It could not be told; what of class `config` is not tried again by itself. */
  readonly failure?: PlimsollError
}

export interface HostedRecord {
  readonly resource: string
  readonly key: string
  /** Grows with each change of any record of this application. Its version. */
  readonly position: number
  /** undefined: deleted. */
  readonly values: NativeRecord | undefined
}

export interface HostedChange {
  readonly resource: string
  /** Absent: the box makes one. */
  readonly key?: string
  /** undefined: it is deleted. */
  readonly values: NativeRecord | undefined
  /** Only if the record is at this position; `none`: only if there is none; `any`: if there is one. */
  readonly at: number | 'none' | 'any'
  /** When the user did it, in milliseconds, if the application says. */
  readonly editedAt?: number
  /** A repetition with the same token and digest makes no second record. */
  readonly once?: { readonly token: string; readonly digest: string }
}

export type HostedOutcome =
  | { readonly is: 'done'; readonly record: HostedRecord; /** It had been done before. */ readonly again?: true }
  /** It is at another position, or there is one already. */
  | { readonly is: 'conflict'; readonly record: HostedRecord }
  | { readonly is: 'missing' }
  /** The token was used for something else. */
  | { readonly is: 'other_once' }
