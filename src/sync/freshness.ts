/** Until when a flow is as fresh as the plan wants it (plan-language §9, `service_level.freshness`). Closing times don't count. */
import type { CommandRow, PlanRow, ResourceRow } from '../store/rows.ts'
import type { Calendar, Flow } from '../plan/model.ts'
import { stretchAt } from './calendar.ts'
import type { Place, Runtime } from './runtime.ts'

export interface Known {
  readonly resources: readonly ResourceRow[]
  /** Of open writes: where, and when the oldest was opened. */
  readonly open: readonly { readonly system: string; readonly resource: string; readonly entity: string; readonly state: CommandRow['state']; readonly oldest: number }[]
  /** By system: when the oldest call came in that is not taken in yet. */
  readonly inbox: ReadonlyMap<string, number>
  readonly plan: PlanRow | undefined
}

export interface Freshness {
  readonly flow: Flow
  readonly runs: boolean
  /** When everything that sends was last read; 0: never. */
  readonly readAt: number
  /** From then on it is stale unless something is read or delivered before; undefined: nothing was agreed. */
  readonly deadline: number | undefined
  /** What it waits for. */
  readonly because: string
}

export const staleAt = (of: Freshness, now: number): boolean => of.runs && of.deadline !== undefined && now > of.deadline

export function freshness(runtime: Runtime, known: Known): Freshness[] {
  const { plan } = runtime
  return [...plan.flows.values()].map((flow): Freshness => {
    const places = [...runtime.places.values()].filter((place) => place.entity === flow.entity)
    const senders = places.filter((place) => place.senders.some((sender) => sender.flow.key === flow.key))
    const lookedAt = (place: Place): number => known.resources.find((row) => row.system === place.system && row.resource === place.resource && row.entity === place.entity)?.lookedAt ?? 0
    const readAt = senders.length === 0 ? 0 : Math.min(...senders.map(lookedAt))
    const ms = flow.freshness?.ms
    const runs = flow.notRunnable.length === 0 && flow.paused === undefined
    if (ms === undefined) return { flow, runs, readAt, deadline: undefined, because: '' }
    const ends: { readonly at: number; readonly because: string }[] = []
    const until = (system: string, from: number, allowed: number): number => openFor(closed(runtime, system), from, allowed, plan.timeZone)
    for (const place of senders) {
      const { trigger } = place.senders.find((sender) => sender.flow.key === flow.key)!.end
      const looked = lookedAt(place)
      const from = looked > 0 ? looked : (known.plan?.at ?? 0)
      // Who calls by itself is read as a sweep only; nobody can tell a quiet hour from a call that was never made.
      const sweep = trigger.event ? (trigger.every?.ms ?? 0) : 0
      if (from > 0) ends.push({ at: until(place.system, from, ms + sweep), because: looked > 0 ? `${place.system}/${place.resource} was not read` : `${place.system}/${place.resource} was never read` })
      const called = known.inbox.get(place.system)
      if (called !== undefined) ends.push({ at: until(place.system, called, ms), because: `a call of ${place.system} was not taken in` })
    }
    for (const place of places) {
      if (place.receiver?.flow.key !== flow.key) continue
      for (const row of known.open) {
        if (row.state === 'aside' || row.system !== place.system || row.resource !== place.resource || row.entity !== place.entity) continue
        ends.push({ at: until(place.system, row.oldest, ms), because: `a write to ${place.system}/${place.resource} is not delivered` })
      }
    }
    const first = ends.toSorted((a, b) => a.at - b.at)[0]
    return { flow, runs, readAt, deadline: first?.at, because: first?.because ?? '' }
  })
}

function closed(runtime: Runtime, system: string): Calendar | undefined {
  const name = runtime.plan.systems.get(system)?.unavailable
  return name === undefined ? undefined : runtime.plan.calendars.get(name)
}

/** The moment until which `ms` of open time have passed since `from`. */
function openFor(unavailable: Calendar | undefined, from: number, ms: number, zone: string): number {
  if (!unavailable) return from + ms
  let at = from
  let left = ms
  for (;;) {
    const stretch = stretchAt(unavailable, at, zone)
    if (!stretch || stretch.from >= at + left) return at + left
    left -= Math.max(0, stretch.from - at)
    at = stretch.until
    if (!Number.isFinite(at)) return Number.POSITIVE_INFINITY
  }
}
