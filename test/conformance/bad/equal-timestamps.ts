import type { Spoil } from '../benches/simulated.ts'

/** Asks for what changed after the position, not at or after it. */
export const equalTimestamps: Spoil = (good, system, resource) => ({
  ...bound(good),
  async *read(options) {
    for await (const page of good.read(options)) {
      const later = (key: string): boolean => options.since === undefined || (system.table(resource).get(key)?.changedAt ?? 0) > Number(options.since)
      yield { ...page, records: page.records.filter((record) => later(record.key)) }
    }
  },
})

/** All functions of a resource, to replace some. */
export function bound(good: Parameters<Spoil>[0]): ReturnType<Spoil> {
  return {
    traits: good.traits, read: (options) => good.read(options),
    readKeys: (keys, signal) => good.readKeys!(keys, signal),
    find: (paths, values, signal) => good.find!(paths, values, signal),
    write: (items, options) => good.write!(items, options),
  }
}
