import type { Spoil } from '../benches/simulated.ts'
import { bound } from './equal-timestamps.ts'

/** The call went through, so it counts every record as written: what the system says of each is not looked at. */
export const falseSuccess: Spoil = (good) => ({
  ...bound(good),
  async write(items, options) {
    const results = await good.write!(items, options)
    return results.map((result, i) => (result.is === 'refused' ? { is: 'done', key: items[i]!.key ?? '0' } : result))
  },
})
