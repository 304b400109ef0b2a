/** How much waits after a system could not be reached, and how long it takes until nothing waits any more. */
import { HOUR } from '../../base/duration.ts'
import type { Plan, Rate, System } from '../../plan/model.ts'
import { catchUpMs, noticedAfter, perHour, SWEEP_MS } from '../../plan/pace.ts'
import { longestClosed } from '../../plan/waits.ts'
import type { FlowInto, Load, Outage } from './model.ts'
import type { Wanted } from './volumes.ts'

/** What one flow brings to the system. `stepMs`: what is read by the clock comes in steps of this length. */
export interface Coming { readonly into: FlowInto; readonly stepMs: number }

/** What the system has to say to one other system. */
export interface Leaving {
  readonly recordsPerHour: Load
  readonly callsPerRecord: number
  /** Until it is read again by the clock. */
  readonly waitMs: number
  /** What comes to that other system anyway, and what is spent there on reading. */
  readonly comingCalls: Load
  readonly besides: number
  readonly allowed: Rate | undefined
  readonly callMs: number
}

export interface OutageOptions {
  readonly at: keyof Load
  readonly coming: readonly Coming[]
  readonly leaving: readonly Leaving[]
  readonly besides: number
  readonly callMs: number
  readonly wanted: Wanted
  readonly otherwiseMs: number
}

export function outagesOf(plan: Plan, system: System, options: OutageOptions): readonly Outage[] {
  const { coming, leaving, wanted, otherwiseMs } = options
  if (coming.length === 0 && leaving.length === 0) return []
  const calendar = system.unavailable === undefined ? undefined : plan.calendars.get(system.unavailable)
  const closedMs = calendar ? longestClosed(calendar) : 0
  return [
    outage(system, 'agreed', wanted.afterMs ?? otherwiseMs, options),
    ...(closedMs > 0 ? [outage(system, 'closed', closedMs, options)] : []),
  ]
}

function outage(system: System, kind: Outage['kind'], lastsMs: number, options: OutageOptions): Outage {
  const { at, coming, wanted } = options
  // Who is closed by plan is called again right at the end of it.
  const noticedMs = kind === 'closed' ? { expected: SWEEP_MS / 2, most: SWEEP_MS } : noticedAfter(lastsMs)
  const [least, expected, most] = [0, noticedMs.expected, noticedMs.most].map((noticed) => caughtUpMs(system, lastsMs, noticed, options))
  return {
    kind, at, lastsMs, noticedMs,
    waiting: coming.reduce((total, { into }) => total + (into.recordsPerHour[at] * lastsMs) / HOUR, 0),
    ...(least === undefined || expected === undefined || most === undefined ? {} : { catchUpMs: { least, expected, most } }),
    ...(wanted.withinMs === undefined ? {} : { withinMs: wanted.withinMs }),
  }
}

/** From the end of the outage, when it is noticed after so long. */
function caughtUpMs(system: System, lastsMs: number, noticedMs: number, { at, coming, leaving, besides, callMs }: OutageOptions): number | undefined {
  const inCalls = ({ into }: Coming): number => into.recordsPerHour[at] * into.backlogCallsPerRecord
  const calls = coming.reduce((total, one) => total + inCalls(one), 0)
  const possible = Math.min(HOUR / callMs, system.limits.calls ? perHour(system.limits.calls) - besides : Number.POSITIVE_INFINITY)
  // What is read by the clock comes in steps, and the first moment without anything due lies between two of them: what was edited
  // since the last step is no part of it. In a step the backlog shrinks by the share that the system has to spare, so that moment
  // is anywhere in the last such share of a step.
  const sinceStep = 1 - Math.max(0, 1 - calls / possible) / 2
  const waiting = coming.reduce((total, one) => total + (inCalls(one) * Math.max(0, lastsMs + noticedMs - sinceStep * one.stepMs)) / HOUR, 0)
  const into = catchUpMs({ waiting, coming: calls, besides, allowed: system.limits.calls, callMs })
  const out = leaving.map((one) => catchUpMs({
    waiting: (one.recordsPerHour[at] * one.callsPerRecord * (lastsMs + noticedMs)) / HOUR, coming: one.comingCalls[at], besides: one.besides, allowed: one.allowed, callMs: one.callMs,
  }))
  const all = [into, ...out]
  return all.some((ms) => ms === undefined) ? undefined : noticedMs + Math.max(...(all as number[]))
}
