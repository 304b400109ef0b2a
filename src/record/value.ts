/**
 * Values in hub form: what golden records and statements hold. Exact and JSON-able; no JavaScript number ever.
 *
 * | type | form |
 * |---|---|
 * | text, email, phone, url, codes … | string, normalised by its type |
 * | integer, decimal | canonical digits: `-12.5`, no exponent, no leading or trailing zeros |
 * | money | `{ amount, currency }`, amount canonical digits |
 * | quantity | `{ amount, unit }`, in the field's unit |
 * | boolean | true, false |
 * | date, time, datetime | `2026-11-21`, `08:30:00[.f]`, `2026-11-21T08:30:00[.f]Z` (UTC, fraction without trailing zeros) |
 * | list | array; a set is sorted by canonical form, a keyed list by its key |
 * | group | object with the type's members; a member that is not known is left out |
 * | reference | `Reference` as read; `{ link }` once the engine has resolved it |
 * | json | canonical JSON text |
 *
 * `null` means known to be empty; `undefined` (absent) means not said. They are never mixed up.
 */
export type Value = null | boolean | string | readonly Value[] | ValueGroup
export interface ValueGroup {
  readonly [member: string]: Value
}

/** As a mapping reads it: the key of the other record in the same system, or one of its identifiers. */
export interface Reference extends ValueGroup {
  /** Entity referred to. */
  readonly to: string
  /** Field of `to` that `key` is a value of (normalised); empty: the record's own key in that system. */
  readonly by: string
  readonly key: string
}

/** Why a native value is no value of its type. `rule` is a stable word: `type`, `range`, `length`, `pattern`, `code`, `check_digit`, `required` … */
export interface Broken {
  readonly rule: string
  /** One sentence with the value as it was written (shortened), for the person who mends it. */
  readonly says: string
}
export type Parsed = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly broken: Broken }

export const isGroup = (value: Value | undefined): value is ValueGroup =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
