/** Counts what a plan asks of its systems (see `model.ts`): a pure function of the plan and of what is known of its connectors. */
import { HOUR } from '../../base/duration.ts'
import type { End, Flow, Plan, System } from '../../plan/model.ts'
import { catchUpMs, perHour } from '../../plan/pace.ts'
import type { Name } from '../../plan/values.ts'
import { longestWait, runsPerHour } from '../../plan/waits.ts'
import { textOf } from '../derive/kept.ts'
import { hubLoad } from './hub.ts'
import type { Capacity, FlowInto, FlowLoad, Load, SystemLoad } from './model.ts'
import { type Coming, outagesOf } from './outages.ts'
import { type FlowVolume, volumeIn, wantedIn } from './volumes.ts'
import { warningsOf } from './warnings.ts'
import { backlogCallsPerRecord, callsOf, callsPerRecord, dearest, type Way, wayOf } from './ways.ts'

export interface CapacityOptions {
  /** What is known of how a connector asks and writes; what it leaves out is taken to be as usual for its protocol. */
  readonly wayOf?: (system: System, flow: Flow) => Partial<Way> | undefined
  /** An outage to be survived where the plan names none, in ms; default: one hour. */
  readonly outageMs?: number
}

const AT = ['usual', 'peak'] as const

export function capacity(plan: Plan, options: CapacityOptions = {}): Capacity {
  const count = new Counting(plan, options)
  const flows = [...plan.flows.values()].map((flow) => count.flow(flow))
  const systems = [...plan.systems.values()].filter((system) => flows.some((load) => [...load.sends, ...load.receives].some((end) => end.system === system.key)))
    .map((system) => count.system(system, flows))
  const late = flows.map((load): FlowLoad => ({ ...load, ...count.latest(load, systems) }))
  const hub = hubLoad(plan, late)
  return { flows: late, systems, hub, warnings: warningsOf(plan, late, systems, hub, wantedIn(plan)) }
}

class Counting {
  readonly #plan: Plan
  readonly #options: CapacityOptions

  constructor(plan: Plan, options: CapacityOptions) {
    this.#plan = plan
    this.#options = options
  }

  #way(system: Name, flow: Flow): Way {
    const of = this.#plan.systems.get(system)!
    const way = { ...wayOf(this.#plan, of, flow), ...this.#options.wayOf?.(of, flow) }
    return { ...way, batch: Math.min(way.batch, of.limits.batch ?? way.batch) }
  }

  flow(flow: Flow): FlowLoad {
    const volume = volumeIn(this.#plan, flow)
    const receives = flow.ends.filter((end) => end.receives).map((end) => this.#into(flow, end, volume))
    const sends = flow.ends.filter((end) => end.sends).map((end) => {
      const waitMs = longestWait(this.#plan.calendars, end.trigger)
      const written = receives.find((into) => into.system === end.system)?.recordsPerHour.usual ?? 0
      return { system: end.system, readCallsPerHour: this.#reads(flow, end, volume, written), ...(waitMs === undefined ? {} : { waitMs }) }
    })
    return {
      flow: flow.key, sends, receives,
      ...(volume ? { changesPerHour: { usual: volume.usual, peak: volume.peak } } : {}), ...(volume?.inAYear === undefined ? {} : { peakInAYearPerHour: volume.inAYear }),
    }
  }

  /** What a system reads of itself: its own changes, and in its next list what the hub wrote there. */
  #reads(flow: Flow, end: End, volume: FlowVolume | undefined, writtenPerHour: number): number {
    const way = this.#way(end.system, flow)
    const runs = runsPerHour(this.#plan.calendars, end.trigger) ?? 0
    const records = Number(textOf(this.#plan.written.get('entities'), flow.entity, 'records') ?? 0)
    const whole = Math.max(1, Math.ceil((Number.isFinite(records) ? records : 0) / way.page))
    const own = (volume?.usual ?? 0) / flow.ends.filter((one) => one.sends).length
    const bells = way.bells && end.trigger.event ? own : 0
    if (!way.incremental) return runs * whole + bells
    const lists = runs * Math.max(1, Math.ceil((own + writtenPerHour) / Math.max(runs, 1 / 24) / way.page))
    return lists + (runs > 0 ? whole / 24 : 0) + bells
  }

  /** Each change goes to every other end: from several senders each receiver that sends, too, gets what the others say. */
  #into(flow: Flow, end: End, volume: FlowVolume | undefined): FlowInto {
    const senders = flow.ends.filter((one) => one.sends)
    const others = senders.filter((one) => one !== end)
    const share = senders.length === 0 ? 0 : others.length / senders.length
    const way = this.#way(end.system, flow)
    const kind = dearest(way, end.may)
    const recordsPerHour: Load = { usual: (volume?.usual ?? 0) * share, peak: (volume?.peak ?? 0) * share }
    const { calls: allowed } = this.#plan.systems.get(end.system)!.limits
    const msPerCall = Math.max(way.callMs, allowed ? HOUR / perHour(allowed) : 0)
    // What is read by the clock comes in lots; what calls by itself comes one by one.
    const runs = Math.min(...others.map((one) => runsPerHour(this.#plan.calendars, one.trigger) ?? 0).filter((n) => n > 0))
    const calls = (records: number): number => {
      const lot = Number.isFinite(runs) && !others.some((one) => one.trigger.event) ? Math.max(1, records / runs) : 1
      return records === 0 ? 0 : (records / lot) * callsOf(way, Math.ceil(lot), kind)
    }
    return { system: end.system, recordsPerHour, callsPerRecord: callsPerRecord(way, kind), backlogCallsPerRecord: backlogCallsPerRecord(way, kind, msPerCall), writeCallsPerHour: { usual: calls(recordsPerHour.usual), peak: calls(recordsPerHour.peak) } }
  }

  system(system: System, flows: readonly FlowLoad[]): SystemLoad {
    const readCallsPerHour = sum(flows.flatMap((load) => load.sends.filter((end) => end.system === system.key)), (end) => end.readCallsPerHour)
    const coming = this.#coming(system.key, flows)
    const allowed = system.limits.calls
    const allowedPerHour = allowed && perHour(allowed)
    const callMs = this.#callMs(system.key, coming)
    const possible = Math.min(allowedPerHour === undefined ? Infinity : allowedPerHour - readCallsPerHour, HOUR / callMs)
    const least = (at: keyof Load): number => readCallsPerHour + callsIn(coming, at)
    // Where calls are short changes wait, and what waits goes in larger batches.
    const calls = (at: keyof Load): number => Math.max(least(at), Math.min(readCallsPerHour + sum(coming, (one) => one.into.writeCallsPerHour[at]), readCallsPerHour + possible))
    const leastCallsPerHour: Load = { usual: least('usual'), peak: least('peak') }
    const callsEach = mean(coming, 'usual')
    const pilesUp = (at: keyof Load): boolean => callsIn(coming, at) > possible
    return {
      system: system.key, readCallsPerHour, leastCallsPerHour, callsPerHour: { usual: calls('usual'), peak: calls('peak') },
      ...(allowed && allowedPerHour! > 0 ? { allowed, allowedPerHour: allowedPerHour!, free: { usual: 1 - leastCallsPerHour.usual / allowedPerHour!, peak: 1 - leastCallsPerHour.peak / allowedPerHour! } } : {}),
      ...(callsEach > 0 ? { takesPerHour: Math.max(0, possible) / callsEach } : {}),
      pilesUp: { usual: pilesUp('usual'), peak: pilesUp('peak') },
      outages: AT.flatMap((at) => outagesOf(this.#plan, system, {
        at, coming, besides: readCallsPerHour, callMs, wanted: wantedIn(this.#plan), otherwiseMs: this.#options.outageMs ?? HOUR, leaving: this.#leaving(system.key, flows),
      })),
    }
  }

  /** What comes to a system, flow by flow, and in what steps. */
  #coming(system: Name, flows: readonly FlowLoad[]): readonly Coming[] {
    return flows.flatMap((load) => load.receives.filter((into) => into.system === system && load.changesPerHour).map((into): Coming => ({
      into, stepMs: Math.max(0, ...load.sends.filter((end) => end.system !== system).map((end) => end.waitMs ?? 0)),
    })))
  }

  /** What a system has to say to the others after it could not be read for a while, with what else comes to them. */
  #leaving(system: Name, flows: readonly FlowLoad[]) {
    return flows.flatMap((load) => {
      const flow = this.#plan.flows.get(load.flow)!
      const from = load.sends.find((end) => end.system === system)
      if (!from || from.waitMs === undefined || !load.changesPerHour) return []
      const { changesPerHour } = load
      return load.receives.filter((into) => into.system !== system).map((into) => {
        const other = this.#plan.systems.get(into.system)!
        const all = this.#coming(into.system, flows)
        return {
          callsPerRecord: into.backlogCallsPerRecord, waitMs: from.waitMs!,
          recordsPerHour: { usual: changesPerHour.usual / load.sends.length, peak: changesPerHour.peak / load.sends.length },
          comingCalls: { usual: callsIn(all, 'usual'), peak: callsIn(all, 'peak') },
          besides: sum(flows.flatMap((one) => one.sends.filter((end) => end.system === into.system)), (end) => end.readCallsPerHour),
          allowed: other.limits.calls, callMs: this.#way(into.system, flow).callMs,
        }
      })
    })
  }

  #callMs(system: Name, coming: readonly Coming[]): number {
    const flows = [...this.#plan.flows.values()].filter((flow) => flow.ends.some((end) => end.system === system && (coming.length === 0 || end.receives)))
    return Math.max(...flows.map((flow) => this.#way(system, flow).callMs))
  }

  /** From an edit to the last receiver: until it is read, and until the lot that it came with is written. */
  latest(load: FlowLoad, systems: readonly SystemLoad[]): Pick<FlowLoad, 'latestMs'> {
    const flow = this.#plan.flows.get(load.flow)!
    const waits = flow.ends.filter((end) => end.sends).map((end) => (end.trigger.event ? 0 : longestWait(this.#plan.calendars, end.trigger)))
    if (!load.changesPerHour || waits.length === 0 || waits.some((ms) => ms === undefined)) return {}
    const waitMs = Math.max(...(waits as number[]))
    const at = (when: keyof Load): number | undefined => {
      const writes = load.receives.map((into): number | undefined => {
        const of = systems.find((one) => one.system === into.system)!
        const way = this.#way(into.system, flow)
        if (of.pilesUp[when]) return undefined
        const lot = Math.max(1, (into.recordsPerHour[when] * waitMs) / HOUR)
        return catchUpMs({ waiting: Math.ceil(lot * into.callsPerRecord), coming: 0, besides: of.readCallsPerHour, allowed: of.allowed, callMs: way.callMs })
      })
      return writes.some((ms) => ms === undefined) ? undefined : waitMs + Math.max(0, ...(writes as number[]))
    }
    return { latestMs: { usual: at('usual'), peak: at('peak') } }
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0)
const callsIn = (coming: readonly Coming[], at: keyof Load): number => sum(coming, ({ into }) => into.recordsPerHour[at] * into.callsPerRecord)

function mean(coming: readonly Coming[], at: keyof Load): number {
  const records = sum(coming, ({ into }) => into.recordsPerHour[at])
  return records === 0 ? (coming[0]?.into.callsPerRecord ?? 0) : callsIn(coming, at) / records
}
