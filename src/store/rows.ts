/**
 * What is kept (semantics §2.1), as plain rows. Times are milliseconds in UTC. JSON-able except `seen` and other Natives,
 * which a store packs with `packNative`.
 */
import type { Native } from '../base/numeral.ts'

/** As in record/contracts; the store only keeps it. */
export type SeenRow = Readonly<Record<string, Native>>
export type ValueRow = null | boolean | string | readonly ValueRow[] | { readonly [member: string]: ValueRow }

export type LinkState = 'slot' | 'mentioned' | 'live' | 'left' | 'gone'

/** What was sent to a field, and nobody knows whether or when it arrives; `suspect`: what was read there since, the target's form of it or an edit. */
export interface Doubt {
  readonly sent: Native
  readonly until: number
  /** Golden revision that was sent: who typed over it knew that one. */
  readonly rev?: number
  readonly suspect?: Native
  /** What was read before that one, when writing it once more had told nothing yet. */
  readonly suspectsBefore?: readonly Native[]
  /** Of writes before that one, which may still arrive, too. */
  readonly earlier?: readonly { readonly sent: Native; readonly until: number }[]
}

/** One (entity, system, resource, key) ↔ golden record. The base is `seen` + `altered` + `agreed`; there is no other copy. */
export interface LinkRow {
  readonly id: number
  readonly entity: string
  readonly system: string
  /** Resource of the hold, or `#<identifier>` for a record that was only referred to by an identifier. */
  readonly resource: string
  /** null: a slot, a record that is due to exist. */
  readonly key: string | null
  /** The system writes its key as a number. */
  readonly numericKey: boolean
  /** Grows when a system uses a key again for another record. */
  readonly generation: number
  readonly golden: string
  readonly state: LinkState
  readonly origin: 'read' | 'made'
  readonly seen: SeenRow | null
  /** Of the canonical `seen`; '' while it was not seen as a whole, another word where a message told a part of a newer version. */
  readonly hash: string
  readonly version: string | null
  /** Interval of hub time in which `seen` was true. */
  readonly seenFrom: number
  readonly seenTo: number
  /** Edit time the system reported at first sight: the time of the implied statements. */
  readonly editedAt: number | null
  /** null: implied by `seen` (origin read), every value at first sight, `over` 0, `rev` = `firstRev`. */
  readonly said: Readonly<Record<string, Statement>> | null
  readonly firstRev: number
  /** Per field, only where the system kept something else than it was given. */
  readonly altered: Readonly<Record<string, Altered>>
  /** Golden revision that this system is known to hold; 0: none. */
  readonly agreed: number
  /** Values of writes nobody knows the end of, per field, kept one day. `suspect`: what was read since, the target's form or an edit. */
  readonly doubt: Readonly<Record<string, Doubt>>
  /** Per field, times at which the system changed back what it was given. */
  readonly flips: Readonly<Record<string, readonly number[]>>
  /** Repairs of values that this record's source has wrong: field → the wrong native value (canonical) and what it shall be. */
  readonly fixes: Readonly<Record<string, { readonly native: string; readonly value: ValueRow }>>
  /** Complete passes in a row that did not meet it. */
  readonly missed: number
}

/**
 * Records of one place that nobody knew and that share no identifier with any other: link, golden record and claims of each in
 * one. Becomes a `live` LinkRow with implied statements and a GoldenRow of revision 1.
 */
export interface NewcomerRows {
  readonly entity: string
  readonly system: string
  readonly resource: string
  /** The rule that decided each value; `others` names the fields of another one. */
  readonly rule: string
  readonly others: Readonly<Record<string, string>>
  readonly createdAt: number
  readonly rows: readonly NewcomerRow[]
}
export interface NewcomerRow {
  readonly link: number
  readonly golden: string
  readonly editedAt: number | null
  readonly record: { readonly key: string; readonly numericKey: boolean; readonly packed: PackedRow; readonly hash: string; readonly version: string | null; readonly from: number; readonly to: number }
  /** `packed` of the record is what was seen. */
  readonly says: { readonly values: PackedRow; readonly claims: readonly { readonly kind: string; readonly value: string }[] }
}
/** The members of a record, as they are stored: their names, and `packNative` of their values as a list in that order. */
export interface PackedRow { readonly names: readonly string[]; readonly list: string }

/** Where a record of a golden record is, without what is known of it. */
export type LinkName = Pick<LinkRow, 'id' | 'golden' | 'entity' | 'system' | 'resource' | 'key' | 'state' | 'origin' | 'seenFrom'>

/** What a golden record says, without where that comes from. */
export type GoldenValues = Pick<GoldenRow, 'id' | 'values' | 'established'>

/** A slot and the command that makes it. */
export interface SlotRow { readonly link: number; readonly generation: number; readonly golden: string; readonly rev: number; readonly fence: number }

/** A record that is due to exist at a place where nobody has it: becomes a `slot` and the `due` command to create it. */
export interface DueRow {
  readonly link: number
  readonly golden: string
  readonly flow: string
  readonly system: string
  readonly resource: string
  readonly entity: string
  readonly priority: number
  readonly at: number
}

/** A slot that became a record, which its target holds as it was sent. */
export type MadeRow = Pick<LinkRow, 'id' | 'key' | 'numericKey' | 'seen' | 'hash' | 'version' | 'seenFrom' | 'seenTo' | 'agreed'>

/** A value that this system's users said. `over`: golden revision that they had before them. */
export interface Statement {
  readonly value: ValueRow
  /** null: unknown, older than every known time. */
  readonly time: number | null
  readonly on: string
  readonly over: number
  /** Revision after the merge that took it in; null until then. */
  readonly rev: number | null
  /** Was there when Plimsoll first looked. */
  readonly first?: true
  /** Given by the hub to an owner that had none. */
  readonly adopted?: true
  /** Under the rule `union`, by canonical form, once a user has edited the list. */
  readonly elements?: Readonly<Record<string, ElementVote>>
}
/** For a union each element is said by itself: an edit that leaves an element alone says nothing new about it. */
export interface ElementVote {
  readonly present: boolean
  readonly time: number | null
  readonly on: string
  readonly over: number
  readonly rev: number | null
}
export interface Altered { readonly hub: ValueRow; readonly sent: Native; readonly held: Native }

export interface GoldenRow {
  readonly id: string
  readonly entity: string
  readonly values: Readonly<Record<string, ValueRow>>
  /** Per field: link (0: steward, -1: default of the field), rule and time that decided. */
  readonly from: Readonly<Record<string, { readonly link: number; readonly time: number | null; readonly rule: string }>>
  readonly rev: number
  readonly state: 'live' | 'archived' | 'ended'
  readonly established: boolean
  /** Open questions on identity and undecided fields. */
  readonly review: readonly ReviewItem[]
  readonly mergedInto: string | null
  readonly createdAt: number
}
export interface ReviewItem {
  readonly kind: 'same' | 'duplicate' | 'ask' | 'deleted' | 'key_reused' | 'found'
  /** The other golden record, for `same` and `duplicate`. */
  readonly with?: string
  readonly field?: string
  readonly says: string
  readonly at: number
}

/** From statements, not from `seen`. `kind` is the identifier (its fields joined by `+`). */
export interface ClaimRow { readonly entity: string; readonly kind: string; readonly value: string; readonly link: number }

export type CommandState = 'due' | 'sending' | 'unsure' | 'waiting' | 'held' | 'aside'

/** One write that is due at one target for one link; no content until it is claimed. */
export interface CommandRow {
  readonly link: number
  readonly flow: string
  readonly system: string
  readonly resource: string
  readonly entity: string
  readonly golden: string
  /** What it will be, as far as that is known before it is claimed; the brake counts by it. */
  readonly kind: 'create' | 'update' | 'delete'
  /** Smaller first: event 0, run 1, backfill 2. */
  readonly priority: number
  readonly state: CommandState
  readonly reason: string | null
  /** The golden record that a `waiting` command waits for; one is enough, it is looked at again when that one arrives. */
  readonly waitsFor: string | null
  readonly openedAt: number
  readonly notBefore: number
  readonly attempts: number
  readonly holder: string | null
  readonly fence: number
  readonly leaseUntil: number
  readonly intent: Intent | null
}
export interface Intent {
  readonly kind: 'create' | 'update' | 'delete'
  /** Fields in scope that shall change, with the hub values of revision `rev`. */
  readonly fields: readonly string[]
  readonly hub: Readonly<Record<string, ValueRow>>
  /** Source → native value sent. */
  readonly sources: SeenRow
  readonly before: SeenRow
  /** `sources` with names in place of the keys of records that this run made itself: what a preview could know. */
  readonly shown?: SeenRow
  readonly rev: number
  readonly idempotencyKey: string
  readonly sentAt: number
  /** How often these rules were repeated after an unsure end or an ignored write. */
  readonly repeats: number
  /** Source → value that was read after an unsure write: the target's alteration, or an edit. The repetition tells. */
  readonly suspects?: SeenRow
}

export interface LaterRow { readonly link: number; readonly system: string; readonly resource: string; readonly key: string; readonly observation: unknown; readonly at: number; readonly notBefore: number }

export interface AsideRow {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly entity: string
  readonly system: string
  readonly resource: string
  readonly key: string
  readonly link: number | null
  readonly hash: string
  readonly field: string | null
  readonly value: string | null
  readonly rule: string
  readonly says: string
  readonly mend: string
  /** The record as it was read, or the values that were refused. */
  readonly raw: SeenRow
  readonly state: 'open' | 'fixed' | 'closed' | 'discarded'
  readonly fix: Readonly<Record<string, { readonly native: string; readonly value: ValueRow }>> | null
  readonly at: number
  readonly run: string
  readonly times: number
}

export interface ChangeRow {
  /** Given by the store, growing. */
  readonly seq?: number
  readonly golden: string
  readonly entity: string
  readonly field: string
  readonly kind: 'change' | 'conflict' | 'merge' | 'split' | 'review' | 'restore' | 'state'
  readonly rev: number
  readonly before: ValueRow | undefined
  readonly after: ValueRow | undefined
  /** For a conflict: who lost and what they had said. */
  readonly loser?: { readonly link: number; readonly system: string; readonly value: ValueRow; readonly time: number | null }
  readonly winner?: { readonly link: number; readonly system: string; readonly time: number | null }
  readonly rule?: string
  readonly at: number
  readonly run: string
}

export interface DecisionRow {
  readonly id: string
  readonly kind: 'same' | 'not_same' | 'pin' | 'choice' | 'release' | 'removed_system' | 'created_answer'
  readonly entity: string
  /** Golden ids or link ids concerned, sorted. */
  readonly about: readonly string[]
  readonly field: string | null
  readonly value: ValueRow
  readonly who: string
  readonly why: string
  readonly at: number
  readonly over: number
  readonly ended: boolean
}

/** Reading one resource: a lane with one holder, fenced. */
export interface ResourceRow {
  readonly system: string
  readonly resource: string
  readonly entity: string
  readonly position: string | null
  readonly epoch: number
  readonly fence: number
  readonly holder: string | null
  readonly leaseUntil: number
  /** End of the first complete pass; null: none yet. */
  readonly firstPassAt: number | null
  /** Began the last read that ended properly: every record not reported since was unchanged then. */
  readonly lookedAt: number
  /** Records of the last complete pass. */
  readonly lastCount: number
  /** A read that shrank beyond the brake; nothing of it was taken as deletion. */
  readonly shrunk: { readonly was: number; readonly now: number; readonly at: number } | null
  /** Per source of the mapping: in how many of the records that were looked at it said something that could be read. null: never looked at. */
  readonly fields: Readonly<Record<string, readonly [said: number, of: number]>> | null
  /** The shape of what is kept: sources of the mapping. Other sources: a whole pass. */
  readonly sources: string
  /** When every due write had been delivered once; null: the first load is not done. From then on the brake counts. */
  readonly settledAt: number | null
  readonly lastError: { readonly code: string; readonly says: string; readonly at: number } | null
}

export interface PlanRow { readonly digest: string; readonly epoch: number; readonly name: string; readonly model: unknown; readonly at: number }

export interface RunRow {
  readonly id: string
  readonly kind: 'sync' | 'serve' | 'retry'
  readonly startedAt: number
  readonly endedAt: number | null
  readonly state: 'running' | 'ended' | 'stopped' | 'failed' | 'crashed'
  readonly summary: unknown
  /** It ended well and nothing had changed: kept for a short time only. */
  readonly quiet: boolean
}

/** Counts of one resource in one run; added to, never overwritten. */
export interface LedgerRow { readonly run: string; readonly system: string; readonly resource: string; readonly entity: string; readonly count: string; readonly n: number }

/** One write: what it changed at the target, field by field. */
export interface WriteRow {
  readonly run: string
  readonly system: string
  readonly resource: string
  readonly record: string
  readonly operation: 'create' | 'update' | 'delete'
  readonly fields: readonly FieldWritten[]
  readonly golden: string
  readonly at: number
  /** Something stood there that stands there no more: what the brake counts. */
  readonly overwrites: boolean
}
/** A native path, '' for the whole record, and what stood there. */
export interface FieldWritten { readonly field: string; readonly before: Native; readonly after: Native }

export interface InboxRow { readonly id: string; readonly system: string; readonly resource: string; readonly deliveryId: string; readonly body: string; readonly receivedAt: number }
export interface ScheduleRow { readonly lane: string; readonly nextAt: number; readonly lastAt: number | null }
/** That a delivery was taken in: a sender that repeats it, also after a restart, is told so. */
export interface DeliveryRow { readonly id: string; readonly at: number }

/** What a system handed out to log in with next time; sealed, never in the clear. */
export interface SecretRow {
  /** Keyed hash of where the first one came from: the token service, the client, the value of the setting. */
  readonly id: string
  readonly system: string
  readonly sealed: string
  /** Grows with each value: who holds an older one takes this one. */
  readonly rev: number
  /** When this value was first sent; its answer may have been lost. null: surely never. */
  readonly usedAt: number | null
  /** When the system refused it. */
  readonly refusedAt: number | null
  /** Who is fetching the next value, and until when nobody else does. */
  readonly holder: string | null
  readonly leaseUntil: number
  readonly at: number
}
/**
 * How something is that people watch: a lane (reading one resource, delivering to one system, …) or a flow. Written when it changes,
 * so that every process knows it, a restart forgets nothing, and each change is told once. No row: nothing was ever wrong.
 */
export interface ConditionRow {
  readonly about: 'lane' | 'flow'
  readonly name: string
  /** `failing`: tried again by itself. `paused`: a person is needed. `dead`: its work broke or fell silent, and is replaced. `stale`: a flow, past its freshness. */
  readonly state: 'ok' | 'failing' | 'paused' | 'dead' | 'stale'
  /** When this state began. */
  readonly since: number
  /** Attempts that failed in a row. */
  readonly failures: number
  /** When it is tried again; null: with the next run. */
  readonly nextAt: number | null
  readonly code: string
  readonly says: string
}
/** A system's rate budget: what was left in the bucket at `tokensAt`, and until when it asked to be left alone. */
export interface SystemRow { readonly system: string; readonly tokens: number; readonly tokensAt: number; readonly restUntil: number }
