/** What the examples of a type are made of: the tests run each, and docs/types.md is printed from them. */
import type { Native } from '../../../base/numeral.ts'
import type { FieldType } from '../../../plan/model.ts'
import type { Reading } from '../../contracts.ts'
import type { Value } from '../../value.ts'

export type Example = {
  readonly native: Native
  readonly reading?: Partial<Reading>
  /** Another type than the table's own: limits, a unit, a currency. */
  readonly type?: FieldType
} & ({ readonly value: Value } | { /** The rule of what is broken. */ readonly broken: string })

export interface TypeExamples {
  /** As the plan writes it. */
  readonly name: string
  readonly type: FieldType
  /** Completes "Accepted: …", "In the hub: …", "Refused: …". */
  readonly accepts: string
  readonly form: string
  readonly refuses: string
  readonly notes?: string
  readonly examples: readonly Example[]
}

/** What the examples are read with unless they say otherwise. */
export const EXAMPLE_READING: Reading = { timeZone: 'Europe/Warsaw' }
