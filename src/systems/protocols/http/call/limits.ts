/** What an interface allows, as its manifest and its answers say it: nobody is called so often that it has to refuse. */
import type { Clock } from '../../../contract.ts'
import type { Send } from '../auth/auth.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { gate } from './parallel.ts'

const UNITS: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }
/** A wrong clock at the other side must not stop a system for long. */
const LONGEST_MS = 3_600_000

/** The plan's own rate wins (`limited`); how many calls run at once is the interface's word alone. */
export function withinLimits(send: Send, limits: Manifest['limits'], limited: boolean, clock: Clock): Send {
  if (!limits) return send
  const place = limits.calls === undefined || limited ? undefined : spaced(limits.calls, clock)
  const through = limits.concurrent === undefined ? undefined : gate(limits.concurrent)
  return async (outgoing) => {
    const work = async (): ReturnType<Send> => {
      await place?.(outgoing.signal)
      return send(outgoing)
    }
    return through ? through(work) : work()
  }
}

/** A bucket that is full at first and fills evenly. */
function spaced(rate: string, clock: Clock): (signal: AbortSignal) => Promise<void> {
  const [, count, unit] = /^(\d+)\s*\/\s*(\w+)$/.exec(rate)!
  const [most, each] = [Math.max(1, Number(count)), UNITS[unit!]! / Math.max(1, Number(count))]
  let places = most
  let filledAt = clock.now()
  let turn: Promise<void> = Promise.resolve()
  const take = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      const now = clock.now()
      places = Math.min(most, places + (now - filledAt) / each)
      filledAt = now
      if (places >= 1) {
        places -= 1
        return
      }
      await clock.sleep(Math.ceil((1 - places) * each), signal)
    }
  }
  return (signal) => {
    const mine = turn.then(() => take(signal))
    turn = mine.catch(() => undefined)
    return mine
  }
}

const REMAINING = ['x-ratelimit-remaining', 'ratelimit-remaining', 'x-rate-limit-remaining'] as const
const RESET = ['x-ratelimit-reset', 'ratelimit-reset', 'x-rate-limit-reset', 'x-ratelimit-reset-after'] as const

/** How long to wait before the next call, where the answer says that nothing is left; undefined: something is, or it says nothing. */
export function restTold(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const number = (text: string | undefined): number | undefined => (text !== undefined && /^\s*\d{1,16}(?:\.\d{1,6})?\s*$/.test(text) ? Number(text) : undefined)
  // The draft of the IETF: `"default";r=0;t=30`, perhaps several policies.
  for (const policy of (headers['ratelimit'] ?? '').slice(0, 1_000).split(',')) {
    const left = number(/;\s*r=(\d+)/.exec(policy)?.[1] ?? /remaining=(\d+)/.exec(policy)?.[1])
    const seconds = number(/;\s*t=(\d+)/.exec(policy)?.[1] ?? /reset=(\d+)/.exec(headers['ratelimit']!)?.[1])
    if (left === 0 && seconds !== undefined) return Math.min(seconds * 1_000, LONGEST_MS)
  }
  const left = number(REMAINING.map((name) => headers[name]).find((text) => text !== undefined))
  if (left === undefined || left >= 1) return undefined
  const reset = number(RESET.map((name) => headers[name]).find((text) => text !== undefined))
  if (reset === undefined) return undefined
  const clockThere = Date.parse(headers['date'] ?? '')
  const from = Number.isNaN(clockThere) ? now : clockThere
  // Seconds from now, seconds since 1970, or milliseconds since 1970.
  const ms = reset < 100_000_000 ? reset * 1_000 : (reset < 100_000_000_000 ? reset * 1_000 : reset) - from
  return ms > 0 ? Math.min(ms, LONGEST_MS) : undefined
}
