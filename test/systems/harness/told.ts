/** What a test process tells the program that ran it (`run-tests.ts`), for the suite's last lines: one JSON line each. */
import { appendFileSync } from 'node:fs'

export interface Told {
  readonly system: string
  /** `exchanged`: something was asked through its address, and answered. */
  readonly is: 'started' | 'exchanged' | 'skipped'
  readonly version?: string
  readonly says?: string
}

export function tell(told: Told): void {
  const file = process.env['PLIMSOLL_SYSTEMS_TOLD']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(told)}\n`)
}
