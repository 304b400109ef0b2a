/**
 * A system's rate budget: every call waits for its place. One bucket a system, shared by all flows, sessions and processes that call it: the
 * bucket is a row of the store, from which each process takes some places at once. A system that asks for rest (429, Retry-After) is
 * called by nobody before that, also after a restart.
 */
import type { Clock } from '../base/clock.ts'
import { MINUTE } from '../base/duration.ts'
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { Rate } from '../plan/model.ts'
import type { Store } from '../store/contract.ts'
import type { SystemRow } from '../store/rows.ts'

registerErrors({
  'sync.resting': { class: 'limit', hint: 'The system asked for fewer calls and is called again by itself. `limits.calls` in the plan slows them down from the start.' },
})

/** A rest up to this is waited for; for a longer one the work is put off. */
const WAITED_MS = MINUTE
/** Share of the bucket that a process takes at once: the store is not asked for each call. */
const SHARE = 0.1

export interface Budget {
  place(signal?: AbortSignal): Promise<void>
  rest(ms: number): Promise<void>
}

export interface BudgetOptions {
  readonly system: string
  readonly rate: Rate | undefined
  readonly clock: Clock
  /** undefined: nothing is written (a preview); what stands in the store is obeyed. */
  readonly store: Store | undefined
  /** What stands in the store at the beginning. */
  readonly row: () => Promise<SystemRow | undefined>
}

export function systemBudget(options: BudgetOptions): Budget {
  return new SystemBudget(options)
}

class SystemBudget implements Budget {
  readonly #of: BudgetOptions
  #turn: Promise<unknown> = Promise.resolve()
  /** Places that were taken from the bucket and not used yet. */
  #places = 0
  #restUntil = 0
  #looked = false
  /** Of a process that writes nothing. */
  #own: { tokens: number; at: number }

  constructor(of: BudgetOptions) {
    this.#of = of
    this.#own = { tokens: of.rate?.count ?? 0, at: of.clock.now() }
  }

  place(signal?: AbortSignal): Promise<void> {
    const next = this.#turn.then(() => this.#take(signal))
    this.#turn = next.catch(() => undefined)
    return next
  }

  async rest(ms: number): Promise<void> {
    const { clock, store, system } = this.#of
    const until = clock.now() + ms
    if (until <= this.#restUntil) return
    this.#restUntil = until
    this.#places = 0
    await store?.transaction(async (tx) => {
      const row = (await tx.systems()).find((one) => one.system === system)
      await tx.save({ systems: [{ system, tokens: Math.min(row?.tokens ?? 1, 1), tokensAt: Math.max(row?.tokensAt ?? 0, until), restUntil: Math.max(row?.restUntil ?? 0, until) }] })
    }, { as: 'budget.rest' })
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    const { clock, rate } = this.#of
    if (!this.#looked) this.#restUntil = Math.max(this.#restUntil, (await this.#of.row())?.restUntil ?? 0)
    this.#looked = true
    for (;;) {
      signal?.throwIfAborted()
      const rest = this.#restUntil - clock.now()
      if (rest > WAITED_MS) {
        throw new PlimsollError('sync.resting', `${this.#of.system} asked not to be called before ${new Date(this.#restUntil).toISOString()}.`, { executed: false, retryAfterMs: rest, place: this.#of.system })
      }
      if (rest > 0) {
        await clock.sleep(rest, signal)
        continue
      }
      if (!rate) return
      if (this.#places >= 1) {
        this.#places -= 1
        return
      }
      const wait = await (this.#of.store ? this.#reserve(this.#of.store, rate) : this.#refill(rate))
      if (wait > 0) await clock.sleep(wait, signal)
    }
  }

  /** Takes places from the bucket; how long to wait until there is one. */
  #reserve(store: Store, rate: Rate): Promise<number> {
    const { clock, system } = this.#of
    return store.transaction(async (tx) => {
      const now = clock.now()
      const row = (await tx.systems()).find((one) => one.system === system)
      const taken = takenFrom(row ? { tokens: row.tokens, at: row.tokensAt } : { tokens: rate.count, at: now }, rate, now)
      const restUntil = row?.restUntil ?? 0
      if (taken.places > 0) await tx.save({ systems: [{ system, tokens: taken.tokens, tokensAt: now, restUntil }] })
      return { ...taken, restUntil }
    }, { as: 'budget.take' }).then((taken) => {
      this.#places = taken.places
      this.#restUntil = Math.max(this.#restUntil, taken.restUntil)
      return taken.waitMs
    })
  }

  async #refill(rate: Rate): Promise<number> {
    const now = this.#of.clock.now()
    const { places, tokens, waitMs } = takenFrom(this.#own, rate, now)
    if (places > 0) this.#own = { tokens, at: now }
    this.#places = places
    return waitMs
  }
}

function takenFrom(bucket: { readonly tokens: number; readonly at: number }, rate: Rate, now: number): { readonly places: number; readonly tokens: number; readonly waitMs: number } {
  const each = rate.count / rate.perMs
  const tokens = Math.min(rate.count, bucket.tokens + Math.max(0, now - bucket.at) * each)
  if (tokens < 1) return { places: 0, tokens, waitMs: Math.ceil((1 - tokens) / each) + Math.max(0, bucket.at - now) }
  const places = Math.min(Math.floor(tokens), Math.max(1, Math.floor(rate.count * SHARE)))
  return { places, tokens: tokens - places, waitMs: 0 }
}
