/**
 * A clock for many who wait at once: time stands still while anybody has something to do, then goes on to the next one who waits.
 * Nothing in a run depends on how fast the machine is.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { type Clock, seededRandom } from '../../src/base/clock.ts'

export interface EventClock extends Clock {
  /** Lets time pass until the work is done. */
  until<T>(work: Promise<T>): Promise<T>
  advance(ms: number): void
}

/** More wakings than this in one step, and something goes round in circles. */
const MOST_WAKINGS = 30_000
/** Turns of the event loop in which nobody waits for the clock and nothing ends: a deadlock. */
const MOST_IDLE = 200

export class Endless extends Error {}

export function eventClock(start: number, seed: number): EventClock {
  let now = start
  let order = 0
  let sleepers: { readonly at: number; readonly order: number; wake(): void }[] = []
  return {
    now: () => now,
    random: seededRandom(seed),
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper = {
          at: now + Math.max(0, ms), order: (order += 1),
          wake() {
            signal?.removeEventListener('abort', stop)
            resolve()
          },
        }
        const stop = (): void => {
          sleepers = sleepers.filter((one) => one !== sleeper)
          reject(signal!.reason)
        }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', stop, { once: true })
      })
    },
    async until(work) {
      const state = { ended: false }
      const done = work.finally(() => { state.ended = true })
      done.catch(() => undefined)
      let idle = 0
      for (let wakings = 0; !state.ended; ) {
        await turn()
        if (state.ended) break
        let next = sleepers[0]
        for (const sleeper of sleepers) if (sleeper.at < next!.at || (sleeper.at === next!.at && sleeper.order < next!.order)) next = sleeper
        if (!next) {
          if ((idle += 1) > MOST_IDLE) throw new Endless('nobody waits for the clock and nothing ends')
          continue
        }
        idle = 0
        if ((wakings += 1) > MOST_WAKINGS) throw new Endless('it never comes to rest')
        sleepers = sleepers.filter((one) => one !== next)
        now = Math.max(now, next.at)
        next.wake()
      }
      return done
    },
    advance(ms) {
      now += ms
    },
  }
}
