/** Where something is dropped and nobody calls: is there something new? A folder that does not answer keeps nobody else waiting. */
import { MINUTE } from '../base/duration.ts'
import type { Connections } from './connections.ts'
import { type Place, placeKey } from './runtime.ts'

/** Looked at so often where the connector can't say whether something arrived. */
const BLIND_MS = MINUTE

export class Arrivals {
  readonly #connections: Connections
  readonly #signal: AbortSignal
  readonly #ring: () => void
  readonly #blindAt = new Map<string, number>()
  readonly #looking = new Set<string>()
  readonly #arrived = new Set<string>()

  constructor(connections: Connections, signal: AbortSignal, ring: () => void) {
    this.#connections = connections
    this.#signal = signal
    this.#ring = ring
  }

  /** Known by now; asks anew for the next time. Rings when something is found. */
  at(place: Place, now: number): boolean {
    const key = placeKey(place)
    const resource = this.#connections.resource(place)
    if (!resource) return false
    if (!resource.arrived) {
      if (now - (this.#blindAt.get(key) ?? 0) < BLIND_MS) return false
      this.#blindAt.set(key, now)
      return true
    }
    if (this.#arrived.delete(key)) return true
    if (!this.#looking.has(key)) {
      this.#looking.add(key)
      void resource.arrived(this.#signal).then((is) => {
        if (!is) return
        this.#arrived.add(key)
        this.#ring()
      }, () => undefined).finally(() => this.#looking.delete(key))
    }
    return false
  }
}
