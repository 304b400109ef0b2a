/**
 * Requests that each system really got, and what for. Counted where a connector waits for the place of a request in the rate budget, so that
 * repetitions, pages and logins are in it; what a connector does without any request (a file, a box beside the store) is not.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Budget } from './budget.ts'
import type { Resource } from '../systems/contract.ts'

/** Lists and what changed; by key; look-ups before creates; writes; everything else (a check, a login). */
export const CALL_KINDS = ['read', 'get', 'find', 'write', 'other'] as const
export type CallKind = (typeof CALL_KINDS)[number]
export type CallCounts = Readonly<Record<CallKind, number>>

const NONE: CallCounts = { read: 0, get: 0, find: 0, write: 0, other: 0 }

export class Calls {
  readonly #doing = new AsyncLocalStorage<CallKind>()
  readonly #counts = new Map<string, Record<CallKind, number>>()

  /** The same budget; each place that is asked for in it is a request. */
  counting(system: string, budget: Budget): Budget {
    return {
      place: (signal) => {
        this.#made(system)
        return budget.place(signal)
      },
      rest: (ms) => budget.rest(ms),
    }
  }

  #made(system: string): void {
    const counts = this.#counts.get(system) ?? { ...NONE }
    counts[this.#doing.getStore() ?? 'other'] += 1
    this.#counts.set(system, counts)
  }

  /** Since the process began. */
  total(): ReadonlyMap<string, CallCounts> {
    return new Map([...this.#counts].map(([system, counts]) => [system, { ...counts }]))
  }

  /** The same resource; what it requests is counted by what was asked of it. */
  counted(resource: Resource): Resource {
    const doing = this.#doing
    const { bytes, readKeys, find, write, arrived, acknowledge } = resource
    return {
      get traits() {
        return resource.traits
      },
      async *read(options) {
        const pages = doing.run('read', () => resource.read(options)[Symbol.asyncIterator]())
        try {
          for (;;) {
            const next = await doing.run('read', () => pages.next())
            if (next.done) return
            yield next.value
          }
        } finally {
          await pages.return?.()
        }
      },
      ...(bytes ? { bytes: bytes.bind(resource) } : {}),
      ...(readKeys ? { readKeys: (...given: Parameters<typeof readKeys>) => doing.run('get', () => readKeys.apply(resource, given)) } : {}),
      ...(find ? { find: (...given: Parameters<typeof find>) => doing.run('find', () => find.apply(resource, given)) } : {}),
      ...(write ? { write: (...given: Parameters<typeof write>) => doing.run('write', () => write.apply(resource, given)) } : {}),
      ...(arrived ? { arrived: (...given: Parameters<typeof arrived>) => doing.run('read', () => arrived.apply(resource, given)) } : {}),
      ...(acknowledge ? { acknowledge: (...given: Parameters<typeof acknowledge>) => doing.run('read', () => acknowledge.apply(resource, given)) } : {}),
    }
  }
}

export interface SystemCalls extends CallCounts {
  readonly calls: number
  /** Records of this system that were new or otherwise, and that were written there. */
  readonly changed: number
  /** null: nothing changed. */
  readonly per_change: number | null
}

/** What became of the counts between two moments, beside what changed. */
export function callsBetween(before: ReadonlyMap<string, CallCounts>, after: ReadonlyMap<string, CallCounts>, changed: (system: string) => number): Map<string, SystemCalls> {
  return new Map([...after].flatMap(([system, counts]): [string, SystemCalls][] => {
    const own = Object.fromEntries(CALL_KINDS.map((kind) => [kind, counts[kind] - (before.get(system) ?? NONE)[kind]])) as CallCounts
    const calls = CALL_KINDS.reduce((sum, kind) => sum + own[kind], 0)
    if (calls === 0) return []
    const n = changed(system)
    return [[system, { ...own, calls, changed: n, per_change: n === 0 ? null : Number((calls / n).toPrecision(3)) }]]
  }))
}
