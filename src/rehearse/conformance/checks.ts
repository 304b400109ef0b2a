/** The table of checks, in the order in which they run. Names are stable: reports of two days are compared by them. */
import type { Check } from './check.ts'
import { sinceChecks } from './checks/since.ts'
import { listChecks } from './checks/lists.ts'
import { lookUpChecks } from './checks/look-up.ts'
import { messageChecks } from './checks/messages.ts'
import { readChecks } from './checks/reading.ts'
import { repeatChecks } from './checks/repeats.ts'
import { sessionChecks } from './checks/sessions.ts'
import { valueChecks } from './checks/values.ts'
import { webhookChecks } from './checks/webhooks.ts'
import { writeChecks } from './checks/writing.ts'

export const CHECKS: readonly Check[] = [
  ...readChecks, ...sinceChecks, ...listChecks, ...lookUpChecks, ...writeChecks, ...repeatChecks, ...valueChecks, ...webhookChecks, ...messageChecks, ...sessionChecks,
]
