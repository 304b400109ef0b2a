/** A system's rate budget: every call waits for its place. One bucket a system, shared by all flows that use it. */
import type { Clock } from '../base/clock.ts'
import type { Rate } from '../plan/model.ts'

export function rateBudget(rate: Rate | undefined, clock: Clock): (signal?: AbortSignal) => Promise<void> {
  if (!rate) return async () => undefined
  let tokens = rate.count
  let at = clock.now()
  let turn: Promise<void> = Promise.resolve()
  const take = async (signal?: AbortSignal): Promise<void> => {
    for (;;) {
      const now = clock.now()
      tokens = Math.min(rate.count, tokens + (now - at) * rate.perMs)
      at = now
      if (tokens >= 1) {
        tokens -= 1
        return
      }
      await clock.sleep(Math.ceil((1 - tokens) / rate.perMs), signal)
    }
  }
  return (signal) => {
    const next = turn.then(() => take(signal))
    turn = next.catch(() => undefined)
    return next
  }
}
