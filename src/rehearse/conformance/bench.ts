/**
 * The conformance kit: holds any connector resource to the sentences of `systems/contract.ts`. A *bench* is the kit's hand on a
 * real system: it opens sessions of the connector, and can act as another user who edits, removes and looks at the same records
 * without the connector. What a bench can't do is left out, and the checks that need it are skipped with that reason.
 */
import type { Clock, Native, NativeRecord, ResourceSpec, SystemSession, WebhookRequest } from '../../systems/contract.ts'

export interface Bench {
  /** `sql PostgreSQL`, `files CSV`; for reports. */
  readonly name: string
  readonly clock: Clock
  /** A session as the plan would open it. */
  open(): Promise<SystemSession>
  readonly spec: ResourceSpec
  readonly shape: Shape
  /** Values that may stand in no message. */
  readonly secrets?: readonly string[]
  readonly user?: User
  readonly faults?: Faults
  readonly times?: Times
  /** Record `n` with the key, identifiers and all other fields: each `n` gives another record. Needed for writing. */
  readonly record?: (n: number) => NativeRecord
  /** Path → values that the path must hold and give back as they are. */
  readonly exact?: ReadonlyMap<string, readonly Native[]>
  readonly poison?: Poison
  /** Values that the system trims or rounds when they are written. */
  readonly altered?: NativeRecord
  /** A session with a secret that is wrong. */
  readonly locked?: () => Promise<SystemSession>
  readonly webhooks?: (event: HookEvent) => WebhookRequest
  readonly messages?: Messages
}

/** A system that hands over messages and keeps them until they are acknowledged. */
export interface Messages {
  /** Sends messages that nobody can understand. Returns how many. */
  poison(): Promise<number>
  /** How many messages the system keeps for this reader while no session is open. */
  left(): Promise<number>
  /** A session that may only look. */
  look(): Promise<SystemSession>
}

/** What the kit must know of the records; all names are top-level paths. */
export interface Shape {
  readonly key: string
  /** Who gives a new record its key. */
  readonly keyBy: 'hub' | 'system'
  /** A free text that may be changed. */
  readonly text: string
  /** A path whose values differ between records, and one that together with it identifies; both can be looked up. */
  readonly identifier?: string
  readonly second?: string
  /** The system itself holds no two records with the same value here. */
  readonly unique?: string
  /** A field that records hold and the plan does not map. */
  readonly outside?: string
  /** `null` in `text` is kept apart from nothing else that can be written. */
  readonly nullable?: boolean
}

/** Another user of the system, past the connector. */
export interface User {
  /** No record, no fault; the resource is there. */
  reset(): Promise<void>
  /** Adds records as changed `at` (ignored by a system without times of change). Returns their keys. */
  seed(records: readonly NativeRecord[], at?: number): Promise<readonly string[]>
  edit(key: string, values: NativeRecord, at?: number): Promise<void>
  remove(key: string): Promise<void>
  /** What the system really holds, by key. */
  all(): Promise<ReadonlyMap<string, NativeRecord>>
}

export interface Times {
  /** The smallest step of the system's times. */
  readonly stepMs: number
  /** A record may appear so long after its time of change: what lag and overlap promise to catch. */
  readonly lateMs: number
}

/** Each is armed by its call; `mend` ends them all. */
export interface Faults {
  /** The list is cut off in the middle. */
  half?(): Promise<void>
  /** The list, which has records, is answered with none. */
  empty?(): Promise<void>
  /** The returned function is called when the first page was delivered; then the rest can't be read. */
  breakOff?(): Promise<() => Promise<void>>
  /** The resource is not there. */
  missing?(): Promise<void>
  /** The next write is executed; its answer does not arrive. */
  loseAnswer?(): Promise<void>
  /** The next calls are refused with a wish to be asked later; nothing is executed. */
  limit?(): Promise<void>
  mend(): Promise<void>
}

/** A record that the system refuses, and an update that it refuses, both for `field`. */
export interface Poison {
  readonly record: (n: number) => NativeRecord
  readonly update: NativeRecord
  /** Left out where the system does not say which field it minds. */
  readonly field?: string
}

export interface HookEvent {
  readonly kind: 'changed' | 'deleted'
  readonly key: string
  readonly deliveryId: string
  readonly record?: NativeRecord
  /** The signature belongs to another body, or is missing. */
  readonly signature?: 'wrong' | 'none'
}
