/** A clock that goes on only when it is told to: what waits for a minute waits until somebody lets a minute pass. */
import { type Clock, seededRandom } from '../../src/base/clock.ts'

export interface ManualClock extends Clock {
  /** Lets time pass; whoever waits is woken in order, and gets its turn before the next one. */
  advance(ms: number): Promise<void>
}

/** A turn of the event loop for everything that is not waiting for the clock. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function manualClock(start: number, seed = 1): ManualClock {
  let now = start
  const sleepers = new Set<{ readonly at: number; wake(): void }>()
  return {
    now: () => now,
    random: seededRandom(seed),
    sleep(ms, signal) {
      if (ms <= 0) return turn()
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const stop = (): void => {
          sleepers.delete(sleeper)
          reject(signal!.reason)
        }
        const sleeper = {
          at: now + ms,
          wake(): void {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', stop)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', stop, { once: true })
      })
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        const next = [...sleepers].filter((sleeper) => sleeper.at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        now = Math.max(now, next.at)
        next.wake()
        for (let i = 0; i < 5; i += 1) await turn()
      }
      now = end
      for (let i = 0; i < 5; i += 1) await turn()
    },
  }
}
