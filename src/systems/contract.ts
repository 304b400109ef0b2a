/**
 * What a connector is. It declares what it can do (`Traits`) and implements only that. The conformance kit
 * (`plimsoll connectors test`) holds it to every sentence on this page. May import base only.
 *
 * Failures: whole-call failures are thrown as PlimsollError; its class decides what happens (`limit`, `remote` retry ·
 * `auth` pauses the system · `config` stops). Set `executed: false` when a request surely was not executed (refused
 * connection, 429): without it a failed write counts as unsure. Failures of single records are results, never exceptions.
 */
import type { Clock } from '../base/clock.ts'
import type { Native, NativeRecord } from '../base/numeral.ts'
import type { Hosted } from './hosted.ts'

export type { Clock, Native, NativeRecord }
export { Numeral, numeral } from '../base/numeral.ts'
export { PlimsollError, registerErrors } from '../base/errors.ts'

export interface Connector {
  readonly name: string
  readonly about: string
  /** One table: validation, variables, docs and completion come from it. */
  readonly settings: readonly SettingSpec[]
  /** What the system's address is, for drawings and openings. */
  readonly form: 'api' | 'database' | 'files' | 'messages' | 'edi' | 'mail'
  open(settings: SettingValues, context: ConnectorContext): Promise<SystemSession>
  /** For connectors that are told by a description what a system is like: a first one, from what the system shows of itself. Only reads. */
  draft?(settings: SettingValues, context: ConnectorContext, hints: { readonly paths: readonly string[] }, signal: AbortSignal): Promise<Draft>
}
export interface Draft {
  /** The description, as a file holds it. */
  readonly text: string
  /** What a person should know: what was found, what could not be found out, what was tried. */
  readonly notes: readonly string[]
}

export interface SettingSpec {
  readonly name: string
  readonly type: 'text' | 'number' | 'boolean' | 'url' | 'path' | 'list' | 'map'
  readonly about: string
  readonly secret?: boolean
  readonly needed?: boolean
  /** With that other setting this one is not needed, and a `path` is none of this machine: it stays as it is written. */
  readonly unless?: string
  readonly default?: string
  readonly values?: readonly string[]
}
/** Checked and converted by `SettingSpec`; paths are absolute, secrets are read. */
export type SettingValues = Readonly<Record<string, SettingValue>>
export type SettingValue = undefined | string | number | boolean | readonly SettingValue[] | { readonly [key: string]: SettingValue }

export interface ConnectorContext {
  readonly clock: Clock
  /** Name of the system in the plan, for messages. */
  readonly system: string
  /** IANA zone of times without one. */
  readonly timeZone: string
  /** True in `preview`: nothing outside may change (no archive folder, no acknowledgement). Writes are never called then. */
  readonly readOnly: boolean
  /** The operator forbids systems on this machine and in private networks (PLIMSOLL_NETWORKS). */
  readonly publicOnly?: boolean
  /** Waits for a place in the system's rate budget before each call; connectors call it once per request, which is also where requests are counted. */
  readonly budget: (signal?: AbortSignal) => Promise<void>
  /** The plan says itself how many calls there may be (`limits.calls`): what the connector knows of the interface's limits yields to it. */
  readonly limited?: true
  /** The system asked to be left alone for so long (Retry-After): whoever shares its budget calls it no sooner. */
  readonly rest?: (ms: number) => Promise<void>
  /** Contents of files that records name, for connectors that hand them on. */
  readonly media?: MediaForTarget
  /** For logins whose secret is replaced at each use. Absent: nothing can be kept here (a connector that is tried out without a plan). */
  readonly credentials?: Credentials
  /** Folder beside the store, for a connector that keeps the records of its systems itself; made when it is needed. */
  readonly keeps?: string
  /** Names that the system had before (`was`), the newest first. */
  readonly formerly?: readonly string[]
}

/**
 * Keeps what a system hands out to log in with next time (rotating refresh tokens), encrypted and for everybody who shares the login.
 * `origin` names the login and what it began with (service, client, the setting): another one is another login.
 */
export interface Credentials {
  /** Throws class `environment` if nothing can be kept; asked before anything is used. */
  ready(): void
  kept(origin: string): Promise<KeptCredential | undefined>
  /**
   * The one that comes after `after` (0: the first, from the setting). Of all who ask, in whatever process, one does `work`; the others get what
   * it brought. What `work` is handed is marked as used on the disk before `work` begins, and what it returns is on the disk before
   * anybody gets it. An error of `work` with `executed: false` says that it was surely not used; one of class `auth`, that it was refused.
   */
  next(origin: string, options: { readonly after: number; readonly first: string; readonly leaseMs: number }, work: (held: KeptCredential) => Promise<string>): Promise<KeptCredential>
}
export interface KeptCredential {
  /** Whatever the connector wants to find again. */
  readonly text: string
  readonly rev: number
  /** It was sent then, and the answer was never kept: it may be used up. */
  readonly usedAt: number | null
  readonly refusedAt: number | null
}

/** What a connector needs to hand files on. A value of type `file` is an address that ends in `#sha256:` and the hash of the content. */
export interface MediaForTarget {
  /** Undefined: the value names no content, or it is not here. `content` may be asked for anew if a request is repeated. */
  open(value: string): Promise<{ readonly hash: string; readonly bytes: number; readonly name: string; content(): AsyncIterable<Uint8Array> } | undefined>
  /** The key under which this system has the content already. */
  sent(hash: string): Promise<string | undefined>
  /** On the disk when it returns. */
  keep(hash: string, key: string): Promise<void>
}

/** A file on its way from a system. */
export interface ArrivingFile {
  readonly name: string
  /** Media type. */
  readonly type: string
  /** As the system gives them, for asking whether it is still the same. */
  readonly etag?: string
  readonly modified?: string
  readonly content: AsyncIterable<Uint8Array>
}

export interface SystemSession {
  /** Reachable, logged in, allowed? Throws with class `auth`, `remote` or `config`. */
  check(signal: AbortSignal): Promise<{ readonly version?: string }>
  discover?(signal: AbortSignal): Promise<readonly DiscoveredResource[]>
  resource(spec: ResourceSpec): Resource
  /**
   * Fetches the file that a record names by `written`. `known` is asked with its whole address for what it was last time, so that nothing is sent
   * again that is the same; `take` gets the content otherwise, and it is read while `take` runs. `none`: what is written is no address of a file here.
   */
  openFile?(
    written: string, known: (address: string) => Promise<Pick<ArrivingFile, 'etag' | 'modified'> | undefined>, take: (file: ArrivingFile) => Promise<void>, signal: AbortSignal,
  ): Promise<'taken' | 'same' | 'none'>
  /** A webhook that arrived: verify the signature over the raw body, then say what it means. Throws class `auth` when the signature is wrong. */
  receive?(request: WebhookRequest): Promise<WebhookEvent[]>
  /** The system has no server of its own: its application is served from here. */
  readonly hosted?: Hosted
  /** For systems that a person logs in to once, in a browser; what they give for it is kept (`Credentials`). */
  readonly login?: BrowserLogin
  close(): Promise<void>
}

export interface BrowserLogin {
  /** Where the service must lead back to; absent: any port of this machine's own address. */
  readonly redirect?: string
  begin(redirect: string): LoginTurn
}
export interface LoginTurn {
  /** To be opened in a browser. */
  readonly address: string
  /** What the service led back to. Throws code `http.login_state` if that is no answer to this turn: it may still come. */
  finish(answer: string): Promise<{ readonly renews: boolean }>
}

export interface DiscoveredResource {
  readonly name: string
  readonly key: readonly string[]
  readonly changedAt?: string
  readonly fields: readonly DiscoveredField[]
  readonly count?: number
}
export interface DiscoveredField {
  readonly path: string
  /** A type of the plan language. */
  readonly type: string
  readonly nullable: boolean
  readonly length?: number
  readonly unique?: boolean
  /** A few values, shortened; never from a field that looks secret. */
  readonly examples?: readonly string[]
}

/** From the plan's `holds`. */
export interface ResourceSpec {
  readonly resource: string
  /** Paths of the key; empty: the connector finds it (primary key). */
  readonly key: readonly string[]
  readonly changedAt?: string
  readonly parts: ReadonlyMap<string, { readonly resource: string; readonly parent: string; readonly key?: string }>
  /** Top-level names that are needed; undefined: all. */
  readonly columns?: readonly string[]
  /** Identifier paths, for `find` and for a table that is created when missing. */
  readonly identifiers: readonly (readonly string[])[]
  /** The plan reads it. */
  readonly sends?: boolean
  /** Written columns with their plan types, for targets that are created when missing (SQL table, file). */
  readonly creates?: readonly { readonly path: string; readonly type: string }[]
}

/** What the engine may rely on. Be honest: a trait that is not true loses data. */
export interface Traits {
  readonly read: boolean
  /** `since`: `read({ since })` returns only what changed after that position. */
  readonly incremental: boolean
  /** A full read that ends without error has delivered every record that existed throughout. Needed for deletes. */
  readonly complete: boolean
  /** Versions of records: can be ordered, can only be compared, or do not exist. */
  readonly version: 'ordered' | 'opaque' | 'none'
  readonly readByKey: boolean
  /** By identifier paths. */
  readonly find: boolean
  readonly create: boolean
  readonly update: boolean
  readonly delete: boolean
  /**
   * `patch` changes only what is sent; `put` replaces the whole record: the engine fetches and merges first. Where nothing is read by
   * key and nothing at all, it sends what it sent before, with the changes.
   */
  readonly updateStyle: 'patch' | 'put'
  /** Update and delete only if the version is still this one (else result `conflict`). */
  readonly conditional: boolean
  /** A repeated create with the same idempotency key makes one record. */
  readonly idempotency: boolean
  /** A write's result carries the whole record as it is then held. */
  readonly answers: boolean
  /** A path that the record leaves out is empty (else: not said). */
  readonly omitsEmpty: boolean
  /** How long a change may be missing from lists, and from reads by key. */
  readonly listLagMs: number
  readonly keyLagMs: number
  /** How long after its time-out a request may still be executed. Default 60 s. */
  readonly lateMs: number
  /** Records per write call. */
  readonly batch: number
  /** It tells of changes by itself: the session's `receive` takes calls, the application says what it changed, or `arrived` waits for messages. */
  readonly pushes: boolean
}

export interface Resource {
  readonly traits: Traits
  /** Records in pages, each with the position that is reached when this page and all before are durable. */
  read(options: ReadOptions): AsyncIterable<Page>
  /**
   * Roughly how many bytes a whole read goes through. Whoever says it promises that another session, opened with the same
   * settings on another thread, reads the same: a long read is then done there.
   */
  bytes?(signal: AbortSignal): Promise<number>
  /** Missing keys are left out of the answer, and so are records that are marked as deleted. */
  readKeys?(keys: readonly string[], signal: AbortSignal): Promise<readonly SourceRecord[]>
  /** Records in which the values at `paths` equal one of `values` (native form, one list per value). */
  find?(paths: readonly string[], values: readonly (readonly Native[])[], signal: AbortSignal): Promise<readonly SourceRecord[]>
  /** One result per item, in any order of execution but in the order of `items`. Repeating the call must be safe (see `idempotency`). */
  write?(items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]>
  /**
   * For sources where something is dropped and nobody calls (a folder, a queue): is there something that was not read yet? Cheap; true
   * once for each change. Who is told by its system may wait for that, for as long as the signal allows.
   */
  arrived?(signal: AbortSignal): Promise<boolean>
  /**
   * After the batch up to `position` is durable: archive the file, acknowledge the message. Never called in preview. In an
   * incremental source that has no whole list it is called for each page, else a whole read is acknowledged at its end.
   */
  acknowledge?(position: string): Promise<void>
}

export interface ReadOptions {
  /** From an earlier page; absent: everything. The connector itself steps back by what its system needs (equal timestamps, rounding). */
  readonly since?: string
  readonly signal: AbortSignal
  readonly pageSize: number
}

export interface Page {
  readonly records: readonly SourceRecord[]
  /** Opaque to the engine; at most 4 KB. Absent: no safe point here. */
  readonly position?: string
  /** When the request for this page was sent (clock of the hub). */
  readonly requestedAt: number
  /** On the last page: did the read deliver everything that the source has? A missing file, an empty answer to a paged list, or an end by error is never complete. */
  readonly complete?: boolean
  /**
   * On the last page of a read that is not complete and then throws: everything that can be read was delivered, and what is wrong
   * (a row that can't be read, a file that is refused) would be the same if it were read again. Records of a source that is only
   * read need not wait for it.
   */
  readonly ended?: true
  /** Records that could not be read, with the reason; they are set aside. */
  readonly broken?: readonly BrokenRecord[]
  /** What a person should know about this read though it is no error: a file that is still being written, a column that is gone. */
  readonly notes?: readonly string[]
}
export interface SourceRecord {
  /** The system's own key as text; several columns are joined by `keyOf`. */
  readonly key: string
  /** The system writes this key as a number: references to it are written so too. */
  readonly numericKey?: true
  readonly values: NativeRecord
  readonly version?: string
  /** When a user changed it, in milliseconds, if the system says. */
  readonly editedAt?: number
  /** `true`: the system says that it no longer exists. */
  readonly deleted?: boolean
  /** Only some paths are in `values` (webhooks): what is missing is not said. */
  readonly partial?: boolean
}
export interface BrokenRecord { readonly place: string; readonly key?: string; readonly says: string; readonly raw: string }

export interface WriteItem {
  readonly operation: 'create' | 'update' | 'delete'
  /** Present for update and delete, and for a create where the hub decides the key. */
  readonly key?: string
  /** Nested as the system has it. `patch`: only what changes; `put`: the whole record. */
  readonly values: NativeRecord
  /** For conditional writes. */
  readonly ifVersion?: string
  /** The same for every repetition of this write. */
  readonly idempotencyKey: string
}
export interface WriteOptions { readonly signal: AbortSignal; /** Checked right before each call; after it nothing may be sent any more. */ readonly deadline: number }

/** Code of a refusal where the target said yes, or nothing, and does not hold what it was given. */
export const SWALLOWED = 'swallowed'
export type WriteResult =
  | { readonly is: 'done'; readonly key: string; readonly record?: SourceRecord; readonly version?: string }
  /** The record changed meanwhile (conditional write refused), with what it holds if known. */
  | { readonly is: 'conflict'; readonly record?: SourceRecord }
  /** A create met an existing record. */
  | { readonly is: 'exists'; readonly key?: string }
  | { readonly is: 'missing' }
  /** The record is refused for what it says. */
  | { readonly is: 'refused'; readonly code: string; readonly says: string; readonly field?: string }
  /** Surely not executed; again later. */
  | { readonly is: 'later'; readonly says: string; readonly retryAfterMs?: number }
  /** Nobody knows whether it was executed. */
  | { readonly is: 'unsure'; readonly says: string }

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly receivedAt: number
  /** Of the machine that called, as the listener saw it. */
  readonly address?: string
}
export interface WebhookEvent {
  readonly resource: string
  /** Sender's id of this delivery; the same id twice is dropped. */
  readonly deliveryId?: string
  readonly kind: 'changed' | 'deleted'
  readonly key: string
  /** Absent: a doorbell; the record is read by key. */
  readonly record?: SourceRecord
}

/** Several key columns as one text, without ambiguity; `splitKey` is the inverse. */
export function keyOf(parts: readonly Native[]): string {
  if (parts.length === 1) return String(parts[0])
  return parts.map((part) => String(part).replaceAll('%', '%25').replaceAll('|', '%7C')).join('|')
}
export function splitKey(key: string, count: number): string[] {
  if (count === 1) return [key]
  return key.split('|').map((part) => part.replaceAll('%7C', '|').replaceAll('%25', '%'))
}
