import type { Spoil } from '../benches/simulated.ts'
import { bound } from './equal-timestamps.ts'

/** Promises that a repeated create makes one record, and sends each repetition under a new idempotency key. */
export const doubledRetry: Spoil = (good, system) => ({
  ...bound(good),
  write(items, options) {
    return good.write!(items.map((item) => ({ ...item, idempotencyKey: `${item.idempotencyKey}/${system.calls.write}` })), options)
  },
})
