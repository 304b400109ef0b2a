/** Where a plan can't hold its own objectives, with the arithmetic in plain words. */
import { DAY, HOUR, MINUTE, SECOND } from '../../base/duration.ts'
import type { Plan } from '../../plan/model.ts'
import type { CapacityWarning, FlowLoad, HubLoad, Load, Outage, SystemLoad } from './model.ts'
import type { Wanted } from './volumes.ts'

export function warningsOf(plan: Plan, flows: readonly FlowLoad[], systems: readonly SystemLoad[], hub: HubLoad, wanted: Wanted): readonly CapacityWarning[] {
  return [
    ...flows.flatMap((load) => tooLate(plan, load, flows, systems)),
    ...systems.flatMap((system) => [...overLimit(system, flows), ...tooLittleFree(system, wanted), ...tooLongBehind(system, wanted)]),
    ...tooSmall(hub),
  ]
}

function tooLate(plan: Plan, load: FlowLoad, flows: readonly FlowLoad[], systems: readonly SystemLoad[]): readonly CapacityWarning[] {
  const freshness = plan.flows.get(load.flow)?.freshness
  if (!freshness || !load.latestMs) return []
  const waits = load.sends.flatMap((end) => (end.waitMs === undefined ? [] : [{ system: end.system, ms: end.waitMs }])).toSorted((a, b) => b.ms - a.ms)
  const read = waits[0] === undefined ? '' : `${waits[0].system} is asked every ${duration(waits[0].ms)}`
  for (const at of ['usual', 'peak'] as const) {
    const latest = load.latestMs[at]
    const when = at === 'peak' ? 'At its peak' : 'Usually'
    if (latest === undefined) {
      const short = load.receives.map((into) => systems.find((one) => one.system === into.system)!).find((one) => one.pilesUp[at])!
      return [{
        kind: 'freshness', flow: load.flow, system: short.system,
        says: `${load.flow} shall be fresh within ${freshness.text}. ${when} it piles up in front of ${short.system}: ${count(recordsInto(short, flows, at))} records come in an hour, and it takes ${count(short.takesPerHour ?? 0)}${short.allowed ? ` at ${short.allowed.text}` : ''}.`,
        mend: `Agree on ${short.allowed ? 'a higher limit or ' : ''}a larger batch with ${short.system}, or on a longer freshness for the peak.`,
      }]
    }
    if (latest <= freshness.ms) continue
    const slowest = load.receives.toSorted((a, b) => b.callsPerRecord - a.callsPerRecord)[0]
    const written = waits[0] === undefined || latest - waits[0].ms < SECOND ? '' : `${read === '' ? '' : ', and '}writing what has come by then takes ${duration(latest - waits[0].ms)}${slowest ? ` at ${eachCalls(slowest.callsPerRecord)} a record` : ''}`
    return [{
      kind: 'freshness', flow: load.flow,
      says: `${load.flow} shall be fresh within ${freshness.text}. ${when} an edit takes up to ${duration(latest)}: ${read}${written}.`,
      mend: 'Ask the sender more often, let it call by itself, or agree on a higher limit with the receiver.',
    }]
  }
  return []
}

const recordsInto = (system: SystemLoad, flows: readonly FlowLoad[], at: keyof Load): number =>
  flows.reduce((total, load) => total + load.receives.reduce((into, one) => into + (one.system === system.system ? one.recordsPerHour[at] : 0), 0), 0)

function overLimit(system: SystemLoad, flows: readonly FlowLoad[]): readonly CapacityWarning[] {
  const { allowed, allowedPerHour } = system
  if (!allowed || allowedPerHour === undefined) return []
  const calls = system.leastCallsPerHour
  const at = calls.usual > allowedPerHour ? 'usual' : calls.peak > allowedPerHour ? 'peak' : undefined
  if (at === undefined) return []
  const parts = flows.flatMap((load) => load.receives.filter((into) => into.system === system.system && into.recordsPerHour[at] > 0)
    .map((into) => `${count(into.recordsPerHour[at])} records of ${load.flow} at ${eachCalls(into.callsPerRecord)} each`))
  return [{
    kind: 'limit', system: system.system,
    says: `${at === 'peak' ? 'At the peak' : 'Usually'} ${system.system} is called ${count(calls[at])} times an hour, in full batches: ${[...parts, ...(system.readCallsPerHour > 0 ? [`${count(system.readCallsPerHour)} calls to read it`] : [])].join(', ')}. It allows ${allowed.text}, ${count(allowedPerHour)} an hour: ${count(calls[at] - allowedPerHour)} are missing.`,
    mend: at === 'peak' ? 'Agree on a higher limit or a larger batch, or accept that changes wait until the peak is over.' : 'Agree on a higher limit or a larger batch: as it is, what waits grows without end.',
  }]
}

function tooLittleFree(system: SystemLoad, { headroom, text }: Wanted): readonly CapacityWarning[] {
  if (headroom === undefined || !system.free || !system.allowed || system.free.peak >= headroom || system.free.peak < 0) return []
  return [{
    kind: 'headroom', system: system.system,
    says: `${text.headroom!} of the calls shall stay free. At the peak ${system.system} needs ${count(system.leastCallsPerHour.peak)} of the ${count(system.allowedPerHour!)} calls an hour that it allows: ${Math.floor(system.free.peak * 100)}% are free.`,
    mend: `Agree on ${count(Math.ceil(system.leastCallsPerHour.peak / (1 - Math.min(headroom, 0.999))))} calls an hour, or on a larger batch.`,
  }]
}

function tooLongBehind(system: SystemLoad, { withinMs, text }: Wanted): readonly CapacityWarning[] {
  const of = (outage: Outage): readonly CapacityWarning[] => {
    const begins = `After ${duration(outage.lastsMs)} without ${system.system}${outage.kind === 'closed' ? ', which is closed by plan,' : ''} ${outage.waiting === 0 ? 'nothing waits for it' : `${count(outage.waiting)} changes wait`}`
    const takes = system.takesPerHour === undefined ? '' : ` ${system.system} takes ${count(system.takesPerHour)} an hour.`
    // It has room itself: what it sends afterwards is more than somebody else takes.
    if (!outage.catchUpMs && (outage.waiting / outage.lastsMs) * HOUR < (system.takesPerHour ?? Number.POSITIVE_INFINITY)) {
      return [{
        kind: 'catch-up', system: system.system, says: `${begins}${outage.at === 'peak' ? ' at the peak' : ''}.${takes} What it sends itself once it is back is more than another system takes: that is never caught up.`,
        mend: 'Agree on a higher limit or a larger batch with the system that is full.',
      }]
    }
    if (!outage.catchUpMs) {
      return [{
        kind: 'catch-up', system: system.system, says: `${begins}${outage.at === 'peak' ? ' at the peak' : ''}, and as many come as it takes.${takes} They are never caught up.`,
        mend: 'Agree on a higher limit or a larger batch.',
      }]
    }
    if (withinMs === undefined || outage.catchUpMs.most <= withinMs) return []
    return [{
      kind: 'catch-up', system: system.system,
      says: `${begins}.${takes} It is tried again after up to ${duration(outage.noticedMs.most)}, and all is caught up after ${duration(outage.catchUpMs.expected)} (${duration(outage.catchUpMs.least)} to ${duration(outage.catchUpMs.most)}); ${text.within!} are wanted.`,
      mend: 'Agree on a higher limit or a larger batch, or write a longer performance.catch_up.within.',
    }]
  }
  // What is said of a usual day is not said again of the peak, which passes.
  return system.outages.filter((outage) => outage.at === 'usual').flatMap(of)
}

function tooSmall(hub: HubLoad): readonly CapacityWarning[] {
  if (hub.cores === undefined || hub.processes <= hub.cores) return []
  return [{
    kind: 'hub',
    says: `At the peak ${count(hub.recordsPerHour.peak)} records an hour are written. One core was measured to carry ${count(hub.measuredPerHour)}, so ${count(hub.processes)} are needed; the plan gives Plimsoll ${count(hub.cores)}.`,
    mend: 'Give the machine of Plimsoll more cores, or run it on more machines.',
  }]
}

const count = (n: number): string => {
  const text = n >= 10 || Number.isInteger(n) ? String(Math.round(n)) : String(Math.round(n * 100) / 100)
  return text.replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
const eachCalls = (n: number): string => `${count(n)} ${n === 1 ? 'call' : 'calls'}`

const UNITS = [['day', DAY], ['hour', HOUR], ['minute', MINUTE], ['second', SECOND]] as const
/** Two units are enough to judge by. */
function duration(ms: number): string {
  const index = UNITS.findIndex(([, unit]) => ms >= unit)
  if (index < 0) return '1 second'
  const [name, unit] = UNITS[index]!
  const below = UNITS[index + 1]
  const rounded = below ? Math.round(ms / below[1]) * below[1] : Math.round(ms / unit) * unit
  const whole = Math.floor(rounded / unit)
  const rest = below ? Math.round((rounded - whole * unit) / below[1]) : 0
  return `${whole} ${name}${whole === 1 ? '' : 's'}${below && rest > 0 ? ` ${rest} ${below[0]}${rest === 1 ? '' : 's'}` : ''}`
}
