/** Whether what was promised can be kept: how often a system is asked, and how much it can take. */
import { HOUR, MINUTE } from '../../base/duration.ts'
import type { Mistake } from '../mistakes.ts'
import type { End, Flow, System } from '../model.ts'
import { at, valueAt } from '../normal/reading.ts'
import { callsFor, perHour } from '../pace.ts'
import { readDuration, readRate } from '../times.ts'
import type { Duration, Rate } from '../values.ts'
import { longestWait } from '../waits.ts'
import type { CheckContext } from './index.ts'
import { warning } from './mistake.ts'
import { takingPart } from './taking-part.ts'
import { triggerPath } from './triggers.ts'

export function tooSlow(context: CheckContext): readonly Mistake[] {
  return [...context.plan.flows.values()].filter((flow) => takingPart(context).isSoundFlow(flow)).flatMap((flow): Mistake[] => {
    const { freshness } = flow
    if (!freshness) return []
    const waits = flow.ends.filter((end) => end.sends).flatMap((end) => {
      const longest = longestWait(context.plan.calendars, end.trigger)
      return longest === undefined ? [] : [{ end, longest }]
    })
    const slowest = waits.toSorted((a, b) => b.longest - a.longest)[0]
    if (!slowest || slowest.longest <= freshness.ms) return []
    const { end } = slowest
    const path = triggerPath(context, flow, end)
    const place = path ? context.keyPlaceOf(...path) : context.placeOf('flows', flow.key, 'service_level', 'freshness')
    return [warning('too-slow', place, `${flow.key} shall be fresh within ${freshness.text}, but ${end.system} is asked ${howOften(end, slowest.longest)}.`, cheaper(context, end, freshness))]
  })
}

const howOften = ({ trigger }: End, longest: number): string =>
  trigger.every?.ms === longest ? `every ${trigger.every.text}` : `only at ${trigger.at.join(' and ')}${trigger.days === undefined ? '' : ` on ${trigger.days}`}`

const STEPS: readonly (readonly [text: string, ms: number])[] = [
  ['1 hour', HOUR], ['30 minutes', 30 * MINUTE], ['15 minutes', 15 * MINUTE], ['10 minutes', 10 * MINUTE], ['5 minutes', 5 * MINUTE], ['1 minute', MINUTE], ['30 seconds', 30_000], ['10 seconds', 10_000],
]

/** The arithmetic: what asking often enough costs. */
function cheaper(context: CheckContext, end: End, freshness: Duration): string {
  const [text, ms] = STEPS.find(([, one]) => one <= freshness.ms / 2) ?? STEPS.at(-1)!
  const calls = context.plan.systems.get(end.system)?.limits.calls
  const hourly = grouped(Math.ceil(HOUR / ms))
  return calls ? `Write every: ${text}; it costs ${hourly} of the ${grouped(Math.floor(calls.count * HOUR / calls.perMs))} calls an hour that ${end.system} allows.` : `Write every: ${text}; it costs ${hourly} calls an hour.`
}

const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')

/** Peaks above what a receiver allows, and backlogs that are not worked off in time. */
export function overLimit(context: CheckContext): readonly Mistake[] {
  return [...context.plan.flows.values()].filter((flow) => takingPart(context).isSoundFlow(flow)).flatMap((flow) =>
    flow.ends.filter((end) => end.receives).flatMap((end): Mistake[] => {
      const system = context.plan.systems.get(end.system)!
      const calls = system.limits.calls
      return calls ? [...peak(context, flow, system, calls), ...backlog(context, flow, system, calls)].slice(0, 1) : []
    }))
}

const batchOf = (system: System): number => Math.max(1, system.limits.batch ?? 1)

function peak(context: CheckContext, flow: Flow, system: System, calls: Rate): readonly Mistake[] {
  const key = (['peak', 'usual'] as const).find((one) => at(context.tree, 'flows', flow.key, 'volume', one))
  const rate = key && valueAt(at(context.tree, 'flows', flow.key, 'volume'), key, readRate)
  if (!rate || callsFor(perHour(rate), batchOf(system)) <= perHour(calls)) return []
  const needed = grouped(Math.ceil(callsFor(perHour(rate), batchOf(system))))
  return [warning('over-limit', context.placeOf('flows', flow.key, 'volume', key!), `${flow.key} brings ${rate.text}, ${needed} calls an hour${inBatches(system)}, but ${system.key} allows ${calls.text}.`,
    'Agree on a higher limit or a larger batch, or expect that changes wait at the peak.')]
}

const inBatches = (system: System): string => (batchOf(system) === 1 ? '' : ` at ${batchOf(system)} in one`)

function backlog(context: CheckContext, flow: Flow, system: System, calls: Rate): readonly Mistake[] {
  const catchUp = at(context.tree, 'performance', 'catch_up')
  const after = valueAt(catchUp, 'after', readDuration)
  const within = valueAt(catchUp, 'within', readDuration)
  const usual = valueAt(at(context.tree, 'flows', flow.key, 'volume'), 'usual', readRate)
  if (!after || !within || !usual) return []
  const waiting = (perHour(usual) * (after.ms + within.ms)) / HOUR
  const possible = (perHour(calls) * batchOf(system) * within.ms) / HOUR
  if (waiting <= possible) return []
  return [warning('over-limit', context.placeOf('flows', flow.key, 'volume', 'usual'), `After ${after.text} without ${system.key}, ${grouped(Math.ceil(waiting))} changes of ${flow.key} wait, and ${system.key} takes ${grouped(Math.floor(possible))} in ${within.text}.`,
    'Agree on a higher limit or a larger batch, or write a longer performance.catch_up.within.')]
}
