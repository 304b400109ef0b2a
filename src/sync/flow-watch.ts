/** Notices that a flow became stale, at the moment at which it does, and that it is fresh again. Nobody says so by itself. */
import { SECOND } from '../base/duration.ts'
import type { Conditions } from './conditions.ts'
import type { EngineParts } from './engine.ts'
import { freshness, staleAt } from './freshness.ts'
import { oldestCalls } from './inbox.ts'

/** Also looked at this often: a flow is fresh again by something that is done elsewhere. */
const EACH_MS = 5 * SECOND

export class FlowWatch {
  readonly #parts: EngineParts
  readonly #callers: readonly string[]
  readonly #agreed: boolean
  #at = 0

  constructor(parts: EngineParts, callers: readonly string[]) {
    this.#parts = parts
    this.#callers = callers
    this.#agreed = [...parts.runtime.plan.flows.values()].some((flow) => flow.freshness !== undefined)
  }

  async look(conditions: Conditions, now: number): Promise<void> {
    if (!this.#agreed || now < this.#at) return
    const { store, runtime } = this.#parts
    const known = await store.transaction(async (tx) => ({ resources: await tx.resources(), open: await tx.commandCounts(), plan: await tx.plan(), inbox: await oldestCalls(tx, this.#callers) }), { readOnly: true })
    this.#at = now + EACH_MS
    for (const of of freshness(runtime, known)) {
      if (of.deadline === undefined) continue
      const stale = staleAt(of, now)
      await conditions.flow(of.flow.key, stale ? of.deadline : undefined, of.because, now)
      if (!stale) this.#at = Math.min(this.#at, of.deadline + 1)
    }
  }
}
