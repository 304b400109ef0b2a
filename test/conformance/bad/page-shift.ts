import type { SourceRecord } from '../../../src/systems/contract.ts'
import type { Spoil } from '../benches/simulated.ts'
import { bound } from './equal-timestamps.ts'

/** Turns the pages of a full list by a count of records: what is removed in front lets others slip through. */
export const pageShift: Spoil = (good, system) => ({
  ...bound(good),
  async *read(options) {
    if (options.since !== undefined || system.vices.half !== undefined) {
      yield* good.read(options)
      return
    }
    for (let offset = 0; ; offset += options.pageSize) {
      options.signal.throwIfAborted()
      const requestedAt = system.options.clock.now()
      const all: SourceRecord[] = []
      let position: string | undefined
      for await (const page of good.read({ ...options, pageSize: 1_000 })) {
        all.push(...page.records)
        position = page.position ?? position
      }
      const last = offset + options.pageSize >= all.length
      yield { records: all.slice(offset, offset + options.pageSize), requestedAt, ...(last ? { complete: true, ...(position === undefined ? {} : { position }) } : {}) }
      if (last) return
    }
  },
})
