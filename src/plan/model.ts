/**
 * The plan in its normal form: long forms only, defaults filled, names checked. Everything behind the loader reads this
 * and nothing else. Maps keep the order of the plan; that order is part of the meaning (ties, identifiers, ranks).
 */
import type { Native } from '../base/numeral.ts'
import type { Node } from './tree.ts'
import type { Cel, Currency, DateOrMilestone, Duration, Hours, Money, Name, Rate, Share } from './values.ts'

export interface Plan {
  readonly name: string
  readonly about?: string
  /** The author's own version and date of the document, for title blocks. */
  readonly version?: string
  /** ISO day. */
  readonly date?: string
  /** IANA name; default `UTC`. */
  readonly timeZone: string
  /** ISO 3166-1 alpha-2. */
  readonly country?: string
  readonly currency?: Currency
  readonly environment: Environment
  readonly systems: ReadonlyMap<Name, System>
  readonly types: ReadonlyMap<Name, FieldType>
  readonly entities: ReadonlyMap<Name, Entity>
  readonly flows: ReadonlyMap<Name, Flow>
  readonly tests: Tests
  readonly calendars: ReadonlyMap<Name, Calendar>
  readonly people: ReadonlyMap<Name, Person>
  readonly teams: ReadonlyMap<Name, Team>
  /**
   * The sections that no part runs yet (objectives, problems, deciders, existing, processes, scenarios, channels,
   * infrastructure, environments, security, performance, milestones, launch, operation, budget, decisions, questions), in
   * long form. Checked like everything else and kept for the documents.
   */
  readonly kept: ReadonlyMap<string, Kept>
  /**
   * Every section in long form, with `like` and `defaults.flow` applied and nothing else filled: for documents, questions
   * and readiness, which ask what was said and what was not.
   */
  readonly written: ReadonlyMap<string, Kept>
  /** What `written` holds at a place, as a tree and without making all of it: a large plan is asked thousands of times. */
  readonly said: (path: readonly string[]) => Node | undefined
  /** Root file as an absolute path, or undefined for a plan that was built in memory. */
  readonly file?: string
  /** SHA-256 over the normal form without comments, labels of people and environments. Equal digests mean equal behaviour. */
  readonly digest: string
}

/** A section in long form: text as written, maps in their order. */
export type Kept = string | readonly Kept[] | ReadonlyMap<string, Kept>

export interface Environment {
  readonly name: Name
  readonly kind: 'development' | 'test' | 'production'
}

export interface Person { readonly name: string; readonly role?: string; readonly email?: string; readonly phone?: string }
export interface Team { readonly name: string; readonly kind: 'business' | 'technology' | 'partner' | 'outside'; readonly lead?: Name; readonly members: readonly Name[]; readonly email?: string; readonly onCall: readonly OnCall[]; readonly hours?: Name }
export interface OnCall { readonly who: Name; readonly channels: readonly Name[]; readonly after?: Duration }
export interface Calendar { readonly days?: string; readonly hours?: Hours; readonly closed: readonly string[]; readonly timeZone?: string }

export interface System {
  readonly key: Name
  readonly name: string
  readonly was: readonly Name[]
  readonly category: string
  readonly accountable?: Name
  readonly operates?: Name
  /** Registry name of the connector: `files`, `sql`, `http` …; undefined: drawn, never run. Aliases (`csv`, `sqlite`) are resolved into connector + settings. */
  readonly connector?: string
  /** As written in the plan, environment applied, `${env:…}` not yet expanded. Values are text, lists or maps of text. */
  readonly settings: Settings
  readonly interface: { readonly form?: string; readonly documentation?: string; readonly spec?: string; readonly sandbox?: string; readonly changeNotice?: Duration }
  readonly limits: { readonly calls?: Rate; readonly batch?: number; readonly concurrent?: number }
  readonly unavailable?: Name
  readonly timeZone: string
  /** Country of phone numbers, postal codes and VAT ids that stand without one; the plan's unless the system says otherwise. */
  readonly country?: string
  readonly liveFrom?: DateOrMilestone
  readonly liveUntil?: DateOrMilestone
  /** `absent`: its flows pause; `simulated`: the rehearsal's stand-in. */
  readonly mode: 'real' | 'simulated' | 'absent'
  /** One or more per entity, in the order written. */
  readonly holds: readonly Hold[]
  /** Folder of the file in which the system stands: what relative paths in its settings start from. */
  readonly folder?: string
}

export type SettingValue = string | readonly SettingValue[] | { readonly [key: string]: SettingValue }
export type Settings = ReadonlyMap<string, SettingValue>

export interface Hold {
  readonly system: Name
  readonly entity: Name
  /** What the system calls it: path, table, model, file pattern. */
  readonly resource: string
  /** Paths of the record's key; empty: the connector knows (primary key, file's first identifier). */
  readonly key: readonly string[]
  readonly changedAt?: string
  readonly where: readonly Cel[]
  readonly parts: ReadonlyMap<Name, { readonly resource: string; readonly parent: string; readonly key?: string; readonly where?: Cel }>
  /** Path → value that marks an archived record. */
  readonly archived?: ReadonlyMap<string, string>
  /** Golden field → how it is held. A field that is not here is not exchanged. */
  readonly fields: ReadonlyMap<Name, FieldMapping>
  /** When this entity travels another way than the rest of its system. */
  readonly connector?: string
  readonly settings?: Settings
}

/** Plan-language §7.3, long form. Group and list members are in `fields`. */
export interface FieldMapping {
  /** Several paths are joined by `join` on reading and split by it on writing. Absent with `value`, or with `read`/`write`/`function` alone. */
  readonly path?: readonly string[]
  readonly join?: string
  readonly fields?: ReadonlyMap<Name, FieldMapping>
  readonly value?: string
  readonly default?: string
  /** Golden code → system codes, the first is written; an empty list (`none`) is never written. In the order written. */
  readonly codes?: ReadonlyMap<string, readonly string[]>
  readonly unknown?: 'set_aside' | 'ignore' | { readonly code: string }
  readonly ignore?: readonly string[]
  readonly unit?: string
  readonly currency?: string
  readonly format?: string
  readonly timeZone?: string
  readonly decimal?: string
  readonly split?: string
  readonly take?: 'first' | 'rest' | 'last' | number
  readonly transform?: readonly string[]
  readonly identifier?: Name
  readonly read?: Cel | MappingFunction
  readonly write?: Cel | MappingFunction
  /** `./map/erp.ts#party`, relative to the system's `folder`. */
  readonly function?: string
  readonly access: 'both' | 'read' | 'write'
}
/** From a TypeScript plan. Receives the record (read) or the golden record (write), returns the value. */
export type MappingFunction = (record: Record<string, unknown>) => unknown

export interface Entity {
  readonly key: Name
  readonly name: string
  readonly was: readonly Name[]
  readonly fields: ReadonlyMap<Name, Field>
  /** In order of strength. Each identifier is a list of fields that identify together. undefined: not said; empty: never the same across systems. */
  readonly identifiers?: readonly (readonly Name[])[]
  readonly required: readonly Name[]
  readonly personal?: readonly Name[]
  readonly golden: Golden
  readonly rules: readonly Rule[]
  readonly accountable?: Name
  readonly steward?: Name
  readonly standard?: string
}

export interface Field {
  readonly type: FieldType
  readonly was: readonly Name[]
  /** Used when nobody said anything; hub form is made by the type. */
  readonly default?: string
}

export type ScalarName =
  | 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'time' | 'datetime' | 'email' | 'phone' | 'country'
  | 'currency' | 'language' | 'postal_code' | 'vat_id' | 'iban' | 'gtin' | 'url' | 'file' | 'json'

/** Named types are resolved. */
export type FieldType =
  | { readonly is: ScalarName; readonly length?: number; readonly pattern?: string; readonly atLeast?: string; readonly atMost?: string }
  | { readonly is: 'money'; readonly currency?: Currency; readonly atLeast?: string; readonly atMost?: string }
  | { readonly is: 'quantity'; readonly unit?: string; readonly atLeast?: string; readonly atMost?: string }
  | { readonly is: 'codes'; /** Code → label, ordered from first to last. */ readonly codes: ReadonlyMap<string, string> }
  | { readonly is: 'group'; readonly fields: ReadonlyMap<Name, Field> }
  | { readonly is: 'list'; readonly of: FieldType; /** Items are groups compared and merged per this member. */ readonly key?: Name; /** Default true; false: a set, order does not count. */ readonly ordered: boolean }
  | { readonly is: 'reference'; readonly to: Name; /** Created without it, updated when the key exists. */ readonly late: boolean }

export type SurvivorRule = 'owner' | 'rank' | 'latest' | 'fill' | 'union' | 'longest' | 'highest' | 'lowest' | 'ask'

export interface FieldRule {
  readonly rule: SurvivorRule
  /** `owner`: exactly one. `rank`: in order. Others: the systems that count; empty = all senders. */
  readonly among: readonly Name[]
  /** For values that were there before Plimsoll looked. */
  readonly firstLoad?: SurvivorRule
  readonly why?: string
}

export interface Golden {
  /** A system, or `plimsoll`. */
  readonly home: Name
  /** One rule for every field of the entity. */
  readonly rules: ReadonlyMap<Name, FieldRule>
  /** Lists of fields that must come from one source. Groups always do. */
  readonly together: readonly (readonly Name[])[]
  readonly editedElsewhere: 'revert' | 'report'
}

export interface Rule { readonly key: Name; readonly must: readonly Cel[]; readonly says: string; readonly ifBroken: 'set_aside' | 'warn' }

export interface Flow {
  readonly key: Name
  readonly name: string
  readonly was: readonly Name[]
  readonly entity: Name
  /** In the order of the systems in the plan. */
  readonly ends: readonly End[]
  readonly where: readonly Cel[]
  readonly whenDeleted: 'ignore' | 'archive' | 'delete'
  readonly brake: { readonly share?: Share; readonly records?: number }
  readonly criticality: 'low' | 'normal' | 'high' | 'critical'
  readonly freshness?: Duration
  readonly paused?: string
  readonly liveFrom?: DateOrMilestone
  readonly liveUntil?: DateOrMilestone
  /** Why this flow can't run (`no connector`, `not live`…); empty: it runs. `check` prints them, `sync` names them. */
  readonly notRunnable: readonly string[]
}

export interface End {
  readonly system: Name
  readonly sends: boolean
  readonly receives: boolean
  readonly trigger: Trigger
  readonly where: readonly Cel[]
  readonly may: ReadonlySet<'create' | 'update'>
  readonly writes: ReadonlySet<Name> | 'all'
}

export interface Trigger {
  readonly every?: Duration
  readonly at: readonly string[]
  readonly days?: string
  readonly cron?: string
  readonly event: boolean
  readonly file: boolean
  readonly onDemand: boolean
  readonly missed: 'once' | 'skip'
}

export interface Tests {
  /** system → entity → records as the system would send them. */
  readonly examples: ReadonlyMap<Name, Example>
}
export interface Example {
  readonly given: ReadonlyMap<Name, ReadonlyMap<Name, ExampleRecords>>
  readonly expect: ReadonlyMap<Name, ReadonlyMap<Name, ExampleRecords>>
}
/** Written in the plan, or in a file; `folder` is where the plan's file stands, relative to the root's folder. */
export type ExampleRecords = { readonly records: readonly Native[] } | { readonly file: string; readonly folder: string }

export type { Cel, Currency, DateOrMilestone, Duration, Hours, Money, Name, Rate, Share }
