/**
 * What `record/` offers to the engine: types (`types/`), mapping (`mapping/`), conditions (`cel.ts`), rules (`quality.ts`).
 * All pure: no I/O, no clock.
 */
import type { Native, NativeRecord } from '../base/numeral.ts'
import type { FieldType } from '../plan/model.ts'
import type { Broken, Value } from './value.ts'

/** How a system writes a type; from the mapping, the hold and the system. */
export interface Reading {
  /** Zone of times without one. */
  readonly timeZone: string
  /** `dd.MM.yyyy` and the like; undefined: ISO forms. */
  readonly format?: string
  /** Decimal mark, `,` or `.`; undefined: a `.` unless the text can only be read the other way. */
  readonly decimal?: string
  /** Country of phone numbers, postal codes and VAT ids without one; ISO 3166-1 alpha-2. */
  readonly country?: string
  /** Unit of the system's number (quantity), or `minor` (money in cents). */
  readonly unit?: string
  /** Currency of a bare amount. */
  readonly currency?: string
}

/** References are resolved to golden ids for comparing; `undefined`: not known, then the link itself counts. */
export type ResolveLink = (link: string) => string | undefined

/**
 * Equal texts ⇔ the same value (semantics §2.2): keyed lists by key, unkeyed ones as multisets when not ordered, references
 * by the golden record they mean. Never stored, so that a new version of a normaliser is no edit.
 */
export type Canonical = (value: Value, type: FieldType, resolve?: ResolveLink) => string

/** Order for `highest`, `lowest` (value, code order, false < true) and `longest` (length in code points). */
export type CompareValues = (a: Value, b: Value, type: FieldType) => number

// ── mapping ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What is kept of a native record: one entry per *source*, the native selection that a rule reads or writes (a path, several
 * paths, a list with its mapped members, or the result of a `read` expression). Fields that share a path share a source.
 * A source that the record lacks is absent. Plain JSON-able Natives; `packNative` stores them.
 */
export type Seen = Readonly<Record<string, Native>>

export type FieldRead =
  | { readonly is: 'value'; readonly value: Value }
  /** The record says nothing about this field (path missing, code ignored, part missing). */
  | { readonly is: 'absent' }
  | { readonly is: 'broken'; readonly broken: Broken }

export interface MappedField {
  readonly field: string
  readonly type: FieldType
  /** Key in `Seen`. Changes when the plan reads another path, not when it reads it differently. */
  readonly source: string
  readonly reads: boolean
  readonly writes: boolean
  /** Reading what was just written gives the same golden value, for every allowed value. */
  readonly invertible: boolean
  /** What the mapping's `default` says. Never a statement: it applies when nobody said anything (the field then reads as absent). */
  readonly default?: Value
  /** Seen → hub value. Never throws. */
  read(seen: Seen): FieldRead
}

/** For writing references: the key that this system uses, or undefined when the record is not there yet. */
export type KeyOf = (reference: Value, by: string) => Native | undefined

/** The golden record behind a link, for computed fields; undefined: not known. */
export type FollowLink = (link: string) => Readonly<Record<string, Value>> | undefined

export type FieldWrite =
  | { readonly is: 'sources'; readonly sources: Seen }
  /** The mapping has no form for this value here (`none` code): leave what the system holds. */
  | { readonly is: 'leave' }
  | { readonly is: 'waiting'; readonly on: Value }
  | { readonly is: 'broken'; readonly broken: Broken }

/** One (entity, system, resource), the union over its flows; compiled once. */
export interface Mapping {
  readonly fields: readonly MappedField[]
  /** Top-level native names that reading needs (columns to select); undefined: whole records. */
  readonly columns: readonly string[] | undefined
  /**
   * Top-level names that hold a list into an item of which a path steps (`contacts(type=email).value`). A write would replace
   * the list: whoever writes reads the record first, places onto it and sends these names whole.
   */
  readonly listsInside: readonly string[]
  /** Native record → what is kept. `__proto__` and friends are never followed. */
  pick(record: NativeRecord): Seen
  /** The hold's `where`. Throws `mapping.condition` when it can't be computed. */
  holds(record: NativeRecord): boolean
  /**
   * Golden values → the sources of the named fields in this system's form. Fields that share a path are written together,
   * so `values` is the whole golden record.
   */
  write(field: string, values: Readonly<Record<string, Value>>, keyOf: KeyOf, follow?: FollowLink): FieldWrite
  /** Sources → native record with just these paths; with `onto`, a copy of it with these paths changed (targets with PUT). */
  place(sources: Seen, onto?: NativeRecord): NativeRecord
  /** The paths that a record's `archived` state is projected to, if the hold says so. */
  readonly archived: Seen | undefined
}
