/** How many calls are answered: a bucket that fills up evenly. In memory, since a restart may be generous. */
import type { Clock } from '../../base/clock.ts'
import type { Rate } from '../../plan/model.ts'

export class Bucket {
  readonly #rate: Rate
  readonly #clock: Clock
  #tokens: number
  #at: number

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#tokens = rate.count
    this.#at = clock.now()
  }

  /** 0: go on; else for how many milliseconds there is no place. */
  wait(): number {
    const now = this.#clock.now()
    const each = this.#rate.count / this.#rate.perMs
    this.#tokens = Math.min(this.#rate.count, this.#tokens + Math.max(0, now - this.#at) * each)
    this.#at = now
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / each)
    this.#tokens -= 1
    return 0
  }
}
