import { randomBytes } from 'node:crypto'

/**
 * The only source of time, timers and randomness. Everything else is handed a `Clock`, so that a run can be repeated
 * exactly and a test can let hours pass at once.
 */
export interface Clock {
  /** Milliseconds since 1970 in UTC. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** In [0, 1). */
  random(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      // Only a turn for others: the shortest timer is a thousand times as long.
      if (ms <= 0) return void setImmediate(resolve)
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, ms)
      const stop = () => {
        clearTimeout(timer)
        reject(signal!.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
    }),
  random: () => Math.random(),
}

/** A secret that nobody can guess: 192 bits from the operating system, whatever clock somebody lives by. */
export const newSecret = (): string => randomBytes(24).toString('base64url')

/** Bytes that are never the same twice: what sealing starts from. */
export const newNonce = (bytes: number): Uint8Array => randomBytes(bytes)

/** mulberry32 (Tommy Ettinger, public domain): a small generator whose whole state is one 32-bit seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A clock that stands still until somebody sleeps; sleeping moves it. For tests, previews and rehearsals. */
export function virtualClock(startMs: number, seed = 1): Clock & { advance(ms: number): void } {
  let now = startMs
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      now += ms
    },
    random: seededRandom(seed),
    advance(ms) {
      now += ms
    },
  }
}
