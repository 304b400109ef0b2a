/** Lanes: named pieces of work. What can be due while Plimsoll serves, derived from the plan. */
import { createHash } from 'node:crypto'
import { DAY, SECOND } from '../base/duration.ts'
import type { Trigger } from '../plan/model.ts'
import { type Place, placeKey, type Runtime } from './runtime.ts'
import { nextAt, type Times } from './trigger.ts'

export interface ReadLane {
  /** Also the key of its schedule. Another trigger makes another lane, so that no old point fires. */
  readonly name: string
  readonly flow: string
  readonly system: string
  readonly places: readonly Place[]
  readonly trigger: Trigger
  /** Whole lists whatever the position: what incremental reading and lost webhooks left. */
  readonly full: boolean
  /** Due, it waits for this lane and fires with it: whoever said at what time a system is read means whole lists too. */
  readonly along?: string
  readonly times: Times
}

/** A source that is read by position is read as a whole this often. */
const WHOLE_EACH = DAY

export const readingLane = (place: Place): string => `reading/${placeKey(place)}`
export const deliverLane = (system: string): string => `deliver/${system}`
export const inboxLane = (system: string): string => `inbox/${system}`
/** Telling an application what changed. */
export const bellLane = (system: string): string => `bell/${system}`
export const PARKED_LANE = 'parked'

/** One lane for each sending end of each flow, and one for the whole lists of each sender. */
export function readLanes(runtime: Runtime): ReadLane[] {
  const lanes: ReadLane[] = []
  const { plan } = runtime
  for (const flow of plan.flows.values()) {
    for (const end of flow.ends) {
      const places = [...runtime.places.values()].filter((place) => place.system === end.system && place.senders.some((sender) => sender.flow.key === flow.key && sender.end === end))
      if (places.length === 0) continue
      const system = plan.systems.get(end.system)!
      const unavailable = system.unavailable === undefined ? undefined : plan.calendars.get(system.unavailable)
      const times: Times = { zone: plan.timeZone, calendars: plan.calendars, ...(unavailable ? { unavailable } : {}) }
      const lane = (trigger: Trigger, full: boolean): ReadLane => ({
        name: `read/${flow.key}/${end.system}/${full ? 'whole' : 'usual'}/${digestOf(trigger, times)}`, flow: flow.key, system: end.system, places, trigger, full, times,
      })
      const usual = lane(end.trigger, false)
      const byClock = end.trigger.every !== undefined || end.trigger.cron !== undefined || end.trigger.at.length > 0
      lanes.push(usual)
      if (byClock || end.trigger.file) lanes.push({ ...lane(wholeTrigger(end.trigger), true), ...(byClock ? { along: usual.name } : {}) })
    }
  }
  return lanes
}

const wholeTrigger = (usual: Trigger): Trigger => ({
  every: { text: '1 day', ms: Math.max(WHOLE_EACH, usual.every?.ms ?? 0), working: false }, at: [], event: false, file: false, onDemand: false, missed: 'once',
})

/** Of everything that decides when it fires; times of day also mean another moment in another zone or by another calendar. */
const digestOf = (trigger: Trigger, times: Times): string => {
  const byDay = trigger.cron === undefined && trigger.at.length === 0 ? [] : [times.zone, (trigger.days === undefined ? undefined : times.calendars.get(trigger.days)) ?? '']
  return createHash('sha256').update(JSON.stringify([trigger.every?.ms ?? null, trigger.at, trigger.days ?? '', trigger.cron ?? '', trigger.file, trigger.event, ...byDay])).digest('hex').slice(0, 8)
}

/**
 * When a lane that was never scheduled fires first. What goes by intervals, events or files is read at once, since nobody knows
 * what came before; what has its time of day waits for it.
 */
export function firstAt(lane: ReadLane, now: number): number | undefined {
  const { trigger } = lane
  if (lane.full) return now + WHOLE_EACH
  const atOnce = trigger.every !== undefined || trigger.event || trigger.file
  if (!atOnce) return nextAt(trigger, now, lane.times)
  return nextAt({ at: [], event: false, file: false, onDemand: false, missed: 'once', every: { text: '', ms: SECOND, working: false } }, now - SECOND, lane.times)
}

/** Systems that call by themselves, for whom somebody must listen. */
export const eventSystems = (runtime: Runtime): string[] => [...new Set(readLanes(runtime).filter((lane) => lane.trigger.event).map((lane) => lane.system))]
