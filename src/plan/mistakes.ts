/** What is wrong with a plan, where, and how to mend it (plan-language §17, §18). */
import type { Place } from './tree.ts'

export type Severity = 'error' | 'warning' | 'note'

export interface Mistake {
  /** Stable id of §17, for example `unknown-key`. */
  readonly id: string
  readonly severity: Severity
  readonly place: Place
  /** One sentence with the author's words: what is wrong. */
  readonly says: string
  /** One sentence that starts with a verb: what to do. */
  readonly mend?: string
  /** Nearest right name, with the place where it is defined. */
  readonly suggestion?: string
  readonly also?: readonly Place[]
}
