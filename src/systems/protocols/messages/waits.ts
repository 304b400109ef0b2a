/** Waiting for what a server may never say. A silent server is noticed in real time, whatever clock the hub lives by. */
import { PlimsollError } from '../../contract.ts'

/** Rejects with `messages.timeout` after `ms`, and when `signal` is aborted. What was begun goes on; its end is nobody's any more. */
export async function within<T>(ms: number, what: string, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  work.catch(() => undefined)
  const stop = soon(Math.max(1, Math.ceil(ms)), signal)
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

/** Until they are over: Node forgets a time-out for which only a joined signal waits, and nobody would ever be woken. */
const running = new Set<AbortSignal>()

/** A signal that ends after `ms`, or with `signal`. */
export function soon(ms: number, signal?: AbortSignal): AbortSignal {
  const late = AbortSignal.timeout(ms)
  const stop = signal ? AbortSignal.any([late, signal]) : late
  running.add(late).add(stop)
  late.addEventListener('abort', () => {
    running.delete(late)
    running.delete(stop)
  }, { once: true })
  return stop
}
