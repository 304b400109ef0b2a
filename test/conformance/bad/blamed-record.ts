import type { Spoil } from '../benches/simulated.ts'
import { bound } from './equal-timestamps.ts'

/** Counts the records of a batch from one where the system counts from zero. */
export const blamedRecord: Spoil = (good) => ({
  ...bound(good),
  async write(items, options) {
    const results = await good.write!(items, options)
    const at = results.findIndex((result) => result.is === 'refused')
    if (at < 0 || at + 1 >= results.length || results[at + 1]!.is !== 'done') return results
    return results.with(at, results[at + 1]!).with(at + 1, results[at]!)
  },
})
