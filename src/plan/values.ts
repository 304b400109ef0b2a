/** The scalar values of the plan language (plan-language §3.3), parsed. */

export type Name = string
/** ISO 4217, upper case. */
export type Currency = string
/** CEL text; checked when the plan is loaded. */
export type Cel = string
/** ISO date, or the name of a milestone. */
export type DateOrMilestone = string

export interface Duration {
  readonly text: string
  /** Months and years are 30 and 365 days where a length in milliseconds is needed. */
  readonly ms: number
  /** Counted in working time of a calendar. */
  readonly working: boolean
}
/** 0.2 for `20%`, with the text as written. */
export interface Share { readonly text: string; readonly of1: number }
export interface Rate { readonly text: string; readonly count: number; readonly perMs: number }
export interface Money { readonly amount: string; readonly currency: Currency }
/** Minutes since midnight; `until` below `from` crosses midnight. */
export interface Hours { readonly from: number; readonly until: number }
