/**
 * Work that is under way in this process, by lane. Work that gives no sign of life for too long has died: it is given up, so that
 * another attempt can take its place. Whatever it still does counts for nothing, since its store no longer answers.
 */
import type { Clock } from '../base/clock.ts'
import { asPlimsollError, PlimsollError, registerErrors } from '../base/errors.ts'
import type { Store } from '../store/contract.ts'
import type { EngineParts } from './engine.ts'

registerErrors({
  'serve.lane_silent': { class: 'remote', hint: 'It was given up and is begun again by itself. If it happens again, see what the system does with that call; PLIMSOLL_SILENCE says how long is too long.' },
})

/** What one lane works with, while it holds it. */
export interface Held {
  /** Every transaction is a sign of life; none takes place any more once the work was given up. */
  readonly parts: EngineParts
  /** Nothing new is begun. */
  readonly signal: AbortSignal
  /** Ends the call that is under way. */
  readonly calls: AbortSignal
  /** To wait for other work is no silence. */
  waits<T>(other: Promise<T>): Promise<T>
}

class Lane {
  readonly stop = new AbortController()
  readonly end = new AbortController()
  heardAt: number
  waiting = 0
  given = false
  leave: () => void = () => undefined
  readonly over: Promise<void>
  constructor(now: number) {
    this.heardAt = now
    this.over = new Promise((resolve) => {
      this.leave = resolve
    })
  }
}

export class UnderWay {
  readonly #parts: EngineParts
  readonly #lanes = new Map<string, Lane>()
  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#lanes.size
  }
  has(lane: string): boolean {
    return this.#lanes.has(lane)
  }
  names(): string[] {
    return [...this.#lanes.keys()]
  }
  /** Each ends with its work, or when that is given up. */
  over(lane?: string): Promise<void>[] {
    return [...this.#lanes].filter(([name]) => lane === undefined || name === lane).map(([, one]) => one.over)
  }

  begin(name: string, work: (held: Held) => Promise<void>, failed: (error: PlimsollError) => void): void {
    const { clock, store } = this.#parts
    const lane = new Lane(clock.now())
    this.#lanes.set(name, lane)
    const held: Held = {
      parts: { ...this.#parts, store: heard(store, lane, clock, name) }, signal: lane.stop.signal, calls: lane.end.signal,
      async waits(other) {
        lane.waiting += 1
        try {
          return await other
        } finally {
          lane.waiting -= 1
          lane.heardAt = clock.now()
        }
      },
    }
    void work(held).catch((error: unknown) => (lane.given ? undefined : failed(asPlimsollError(error)))).finally(() => this.#left(name, lane))
  }

  /** Lanes that gave no sign of life for so long. */
  silent(ms: number): string[] {
    const before = this.#parts.clock.now() - ms
    return [...this.#lanes].filter(([, lane]) => lane.waiting === 0 && lane.heardAt < before).map(([name]) => name)
  }
  /** Its place is free at once. */
  giveUp(name: string, reason: PlimsollError): void {
    const lane = this.#lanes.get(name)
    if (!lane) return
    lane.given = true
    lane.stop.abort(reason)
    lane.end.abort(reason)
    this.#left(name, lane)
  }
  stop(reason: unknown): void {
    for (const lane of this.#lanes.values()) lane.stop.abort(reason)
  }
  end(reason: unknown): void {
    for (const lane of this.#lanes.values()) lane.end.abort(reason)
  }

  #left(name: string, lane: Lane): void {
    if (this.#lanes.get(name) === lane) this.#lanes.delete(name)
    lane.leave()
  }
}

/** Invariant 7: whoever was taken over changes nothing. */
function heard(store: Store, lane: Lane, clock: Clock, name: string): Store {
  return {
    place: store.place,
    async transaction(work, options) {
      if (lane.given) throw new PlimsollError('store.fenced', `The work of ${name} was given up.`)
      lane.heardAt = clock.now()
      const result = await store.transaction(work, options)
      lane.heardAt = clock.now()
      return result
    },
    hold: (holder, life) => store.hold(holder, life),
    overlay: () => store.overlay(),
    close: () => store.close(),
  }
}
