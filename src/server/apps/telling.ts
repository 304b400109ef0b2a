/**
 * Passes on: what an application changed to the engine, as if it had called a webhook, and what others changed to the application. What was
 * passed on is marked afterwards: after a crash it is passed on once more, which changes nothing. Invariant 4.
 */
import { SECOND } from '../../base/duration.ts'
import { asPlimsollError, type PlimsollError } from '../../base/errors.ts'
import type { NativeRecord } from '../../base/numeral.ts'
import { keepEvents } from '../../sync/keep-events.ts'
import { bellLane, eventSystems, inboxLane } from '../../sync/lanes.ts'
import type { Rung } from '../../systems/hosted.ts'
import type { Served } from '../endpoint.ts'
import type { Application } from './application.ts'

const LOT = 500
/** What a bell rings for comes in bursts: one call for all of it. */
const BURST_MS = 50
/** Nothing rings by itself where another process wrote. */
const SWEEP_MS = SECOND
const LOOK_MS = 60 * SECOND

export interface Telling { close(): Promise<void> }

export function openTelling({ parts, worker, signal }: Served, all: readonly Application[], onTrouble: (lane: string, error: PlimsollError) => void): Telling {
  const { clock } = parts
  const stop = new AbortController()
  const over = AbortSignal.any([signal, stop.signal])
  const callers = new Set(eventSystems(parts.runtime))
  const going: Promise<void>[] = []

  async function passOn({ system, hosted }: Application): Promise<void> {
    for (let some = hosted.untold(LOT); some.length > 0; some = hosted.untold(LOT)) {
      // Bells: what the record says is read from the box when its turn comes.
      await keepEvents(parts, system, some.map(({ resource, key, values }) => ({ resource, key, kind: values === undefined ? 'deleted' as const : 'changed' as const })), clock.now())
      hosted.told(some.at(-1)!.position)
      worker.ring(inboxLane(system))
    }
  }

  async function ring(application: Application): Promise<Rung> {
    const { system, hosted, resources } = application
    const view = (resource: string, values: NativeRecord): NativeRecord => resources.get(resource)?.view(values) ?? {}
    const rung = await hosted.bell!.ring(over, view)
    if (over.aborted) return rung
    if (rung.told || rung.failure) worker.note(bellLane(system), rung.failure, rung.nextAt ?? null)
    return rung
  }

  for (const application of all) {
    const { system, hosted } = application
    if (callers.has(system)) going.push(loop(hosted, async () => passOn(application).then(() => undefined), (error) => onTrouble(inboxLane(system), error)))
    // It may have been failing when it still wanted to be called.
    if (!hosted.bell) worker.note(bellLane(system), undefined, null)
    else {
      going.push(loop(hosted, async () => {
        await clock.sleep(BURST_MS, over)
        const { nextAt, failure } = await ring(application)
        // What is not tried again by itself is said again from time to time.
        return nextAt ?? (failure ? clock.now() + LOOK_MS : undefined)
      }, (error) => onTrouble(bellLane(system), error)))
    }
  }

  /** Once for each change, and when it says so itself. */
  async function loop(hosted: Application['hosted'], work: () => Promise<number | undefined>, failed: (error: PlimsollError) => void): Promise<void> {
    let resting = new AbortController()
    hosted.onChange(() => resting.abort())
    let seen = -1
    let nextAt: number | undefined
    while (!over.aborted) {
      resting = new AbortController()
      const { last } = hosted.reach()
      if (last !== seen || (nextAt !== undefined && nextAt <= clock.now())) {
        seen = last
        try {
          nextAt = await work()
        } catch (error) {
          if (over.aborted) return
          failed(asPlimsollError(error))
          nextAt = clock.now() + SWEEP_MS
        }
      }
      const wait = Math.min(SWEEP_MS, Math.max(0, (nextAt ?? Number.MAX_SAFE_INTEGER) - clock.now()))
      await clock.sleep(wait, AbortSignal.any([over, resting.signal])).catch(() => undefined)
    }
  }

  return {
    async close() {
      stop.abort(new Error('stopped'))
      await Promise.allSettled(going)
    },
  }
}
