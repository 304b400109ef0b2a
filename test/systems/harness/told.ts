/** What a test process tells the program that ran it (`run-tests.ts`), for the suite's last lines and for its results: one JSON line each. */
import { appendFileSync } from 'node:fs'
import type { CallsSeen } from './calls.ts'
import type { Operation } from './proof.ts'

export type Told =
  /** `exchanged`: something was asked through its address, and answered. */
  | { readonly system: string; readonly is: 'started' | 'exchanged' | 'skipped'; readonly version?: string; readonly says?: string }
  | { readonly system: string; readonly is: 'proved'; readonly resource: string; readonly operation: Operation; readonly file: string; readonly test: string }
  | { readonly system: string; readonly is: 'counted'; readonly resource: string; readonly calls: CallsSeen }

export function tell(told: Told): void {
  const file = process.env['PLIMSOLL_SYSTEMS_TOLD']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(told)}\n`)
}
