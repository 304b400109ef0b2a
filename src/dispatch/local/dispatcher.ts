/** Doorbells within one process. */
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Dispatcher } from '../contract.ts'

registerErrors({ 'dispatch.closed': { class: 'internal', hint: 'The work was stopped on request; start it again to go on.' } })

interface Waiter {
  readonly takes: (lane: string) => boolean
  readonly answer: (lane: string) => void
  readonly leave: (reason: unknown) => void
}

export function localDispatcher(): Dispatcher {
  /** Rung and not answered, the longest waiting first. */
  const rung = new Set<string>()
  const waiters = new Set<Waiter>()
  let closed = false
  return {
    ring(lane) {
      if (closed) return
      for (const waiter of waiters) {
        if (!waiter.takes(lane)) continue
        waiters.delete(waiter)
        waiter.answer(lane)
        return
      }
      rung.add(lane)
    },
    next(takes, signal) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new PlimsollError('dispatch.closed', 'The dispatcher was closed.'))
        if (signal.aborted) return reject(signal.reason)
        for (const lane of rung) {
          if (!takes(lane)) continue
          rung.delete(lane)
          return resolve(lane)
        }
        const stop = (): void => {
          waiters.delete(waiter)
          reject(signal.reason)
        }
        const waiter: Waiter = {
          takes,
          answer(lane) {
            signal.removeEventListener('abort', stop)
            resolve(lane)
          },
          leave(reason) {
            signal.removeEventListener('abort', stop)
            reject(reason)
          },
        }
        waiters.add(waiter)
        signal.addEventListener('abort', stop, { once: true })
      })
    },
    async close() {
      closed = true
      rung.clear()
      for (const waiter of waiters) waiter.leave(new PlimsollError('dispatch.closed', 'The dispatcher was closed.'))
      waiters.clear()
    },
  }
}
