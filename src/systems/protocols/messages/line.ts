/**
 * The messages that a broker handed over and that are not acknowledged yet, in their order. They stay here until what they said is
 * durable: a read that fails begins again with the first of them. How many there are is the broker's limit, not ours.
 */
import { PlimsollError } from '../../contract.ts'
import { digestOf, type Message } from './meaning.ts'

export interface Held {
  readonly message: Message
  readonly digest: string
  /** What the broker knows it by. */
  readonly tag: number
  /** A read has had it; and one before this read. */
  seen: boolean
  seenBefore: boolean
}

export class Line {
  readonly #held: Held[] = []
  readonly #acknowledge: (held: readonly Held[]) => Promise<void>
  #cursor = 0
  #lost: PlimsollError | undefined
  #wake: (() => void)[] = []

  /** `acknowledge` is given the oldest ones. */
  constructor(acknowledge: (held: readonly Held[]) => Promise<void>) {
    this.#acknowledge = acknowledge
  }

  add(message: Message, tag: number): void {
    this.#held.push({ message, digest: digestOf(message), tag, seen: false, seenBefore: false })
    this.#ring()
  }

  /** Nothing more comes, and nothing can be acknowledged: all that is here comes again from another connection. */
  end(error: PlimsollError): void {
    this.#lost ??= error
    this.#ring()
  }

  get lost(): PlimsollError | undefined {
    return this.#lost
  }
  /** There is one that no read has had. */
  get fresh(): boolean {
    return this.#held.some((held) => !held.seen)
  }
  get waiting(): number {
    return this.#held.length - this.#cursor
  }

  /** For a new read: from the first that is not acknowledged. */
  rewind(): void {
    this.#cursor = 0
    for (const held of this.#held) held.seenBefore = held.seen
  }

  take(): Held | undefined {
    if (this.#lost) throw this.#lost
    const held = this.#held[this.#cursor]
    if (held) {
      held.seen = true
      this.#cursor += 1
    }
    return held
  }

  /** Puts the last ones that were taken back to be taken again. */
  back(count: number): void {
    this.#cursor -= count
  }

  /** Resolves when a message comes, the connection ends, or `stop` says so. */
  async came(stop: AbortSignal): Promise<void> {
    if (this.waiting > 0 || this.#lost || stop.aborted) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stop.removeEventListener('abort', done)
        resolve()
      }
      stop.addEventListener('abort', done, { once: true })
      this.#wake.push(done)
    })
  }

  /** Everything up to and with this one. */
  async acknowledge(last: Held): Promise<void> {
    const count = this.#held.indexOf(last) + 1
    if (count === 0) return
    if (this.#lost) throw this.#lost
    await this.#acknowledge(this.#held.slice(0, count))
    this.#held.splice(0, count)
    this.#cursor = Math.max(0, this.#cursor - count)
  }

  #ring(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
