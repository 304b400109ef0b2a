/** A store that lives as long as its process and answers late, in any order: what the engine promises holds on it too. */
import { seededRandom } from '../../base/clock.ts'
import { PlimsollError } from '../../base/errors.ts'
import '../contract.ts'
import type { Store, StoreHolder, Transaction, TransactionOptions } from '../contract.ts'
import { EMPTY, type State } from './tables.ts'
import { MemoryTransaction } from './transaction.ts'

export interface MemoryOptions {
  /** Of the delays. */
  readonly seed?: number
  /** Lets others go on; awaited none, one or several times before each answer. */
  readonly pause?: () => Promise<void>
  /** Called when a transaction met another's commit and is worked through again. */
  readonly onConflict?: () => void
}

const MOST_PAUSES = 3

export function openMemoryStore(options: MemoryOptions = {}): Store {
  return new MemoryStore(EMPTY, options)
}

/**
 * Transactions run side by side, each on the state that it began with. One that saved something while another committed is
 * worked through again on the newer state, so all of them could have run one after the other.
 */
class MemoryStore implements Store {
  readonly place = 'memory'
  readonly #options: MemoryOptions
  readonly #random: () => number
  #state: State
  #holder: StoreHolder | undefined

  constructor(state: State, options: MemoryOptions) {
    this.#state = state
    this.#options = options
    this.#random = seededRandom(options.seed ?? 1)
  }

  readonly #delay = async (): Promise<void> => {
    for (let n = Math.floor(this.#random() * (MOST_PAUSES + 1)); n > 0; n -= 1) await this.#options.pause?.()
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    for (;;) {
      await this.#delay()
      const before = this.#state
      const tx = new MemoryTransaction(before, this.#delay, options.readOnly !== true)
      try {
        const result = await work(tx)
        await this.#delay()
        if (tx.state === before) return result
        if (this.#state === before) {
          this.#state = tx.state
          return result
        }
      } finally {
        tx.end()
      }
      this.#options.onConflict?.()
    }
  }

  async hold(holder: StoreHolder): Promise<() => Promise<void>> {
    await this.#delay()
    const other = this.#holder
    if (other) {
      const who = `\`${other.command}\` (process ${other.pid} on ${other.host}, since ${new Date(other.since).toISOString()})`
      throw new PlimsollError('store.held', `${who} works with this store.`, { details: { pid: other.pid } })
    }
    this.#holder = holder
    return async () => {
      await this.#delay()
      this.#holder = undefined
    }
  }

  async overlay(): Promise<Store> {
    await this.#delay()
    return new MemoryStore(this.#state, this.#options)
  }

  async close(): Promise<void> {
    await this.#delay()
  }
}
