/** Waiting for what a server may never say. A silent server is noticed in real time, whatever clock the hub lives by. */
import { PlimsollError } from '../../contract.ts'

/** Rejects with `messages.timeout` after `ms`, and when `signal` is aborted. What was begun goes on; its end is nobody's any more. */
export async function within<T>(ms: number, what: string, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  work.catch(() => undefined)
  const late = AbortSignal.timeout(Math.max(1, Math.ceil(ms)))
  const stop = signal ? AbortSignal.any([late, signal]) : late
  if (stop.aborted) throw ended(what, ms, signal)
  let over: (() => void) | undefined
  try {
    return await Promise.race([work, new Promise<never>((_, reject) => {
      over = () => reject(ended(what, ms, signal))
      stop.addEventListener('abort', over, { once: true })
    })])
  } finally {
    if (over) stop.removeEventListener('abort', over)
  }
}

const ended = (what: string, ms: number, signal: AbortSignal | undefined): PlimsollError => (signal?.aborted
  ? new PlimsollError('base.stopped', `${what} was stopped.`, { cause: signal.reason })
  : new PlimsollError('messages.timeout', `${what} got no answer for ${Math.ceil(ms / 1_000)} seconds.`))

/** A signal that ends after `ms`, or with `signal`. */
export const soon = (ms: number, signal: AbortSignal): AbortSignal => AbortSignal.any([AbortSignal.timeout(ms), signal])
