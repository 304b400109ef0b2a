/** `define/` holds the types of a plan in TypeScript (plan-language §21): the same keys, with names and values checked while typing. This file: single values. */
export type Many<T> = T | readonly T[]
/** Values are text as written; numbers and booleans are written as such. */
export type Text = string | number | boolean

type Unit = 'second' | 'seconds' | 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days' | 'week' | 'weeks' | 'month' | 'months' | 'year' | 'years'
type ShortUnit = 's' | 'm' | 'h' | 'd' | 'w' | 'y'
export type DurationInput = `${number} ${Unit}` | `${number}${ShortUnit}` | `${number} ${Unit} ${number} ${Unit}`
export type WorkingInput = DurationInput | `${number} working ${'hour' | 'hours' | 'day' | 'days'}`
export type ShareInput = `${number}%` | `${number} %`
export type RateInput = `${number}/${string}`
export type MoneyInput = `${number} ${string}`
export type SizeInput = `${number} ${'B' | 'KB' | 'MB' | 'GB' | 'TB'}`
export type CelInput = Many<string>
/** A date or the name of a milestone. */
export type DueInput = string

/** Where CEL ends, a function: `r` is the record as the system sent it, or the golden record. */
// oxlint-disable-next-line typescript/no-explicit-any -- records have no type of their own, and unknown would make every step a cast.
export type Compute = (record: any) => unknown

export interface Labelled {
  readonly name?: string
  readonly about?: string
  readonly links?: Many<string>
  readonly tags?: Many<string>
  readonly was?: Many<string>
  readonly [note: `x-${string}`]: unknown
}

export interface Responsible<Party extends string> {
  readonly accountable?: Party
  readonly consulted?: Many<Party>
  readonly informed?: Many<Party>
}
