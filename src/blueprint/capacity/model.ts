/**
 * Capacity: what a plan asks of its systems, and whether they can take it. `capacity.ts` makes it from the plan alone; documents
 * and `check` tell it. All numbers are per hour or in milliseconds, as their names say; nothing here is rounded.
 */
import type { Name, Rate } from '../../plan/values.ts'

export interface Capacity {
  /** Flows in the order of the plan; those without a volume as well. */
  readonly flows: readonly FlowLoad[]
  /** Systems that take part in a flow, in the order of the plan. */
  readonly systems: readonly SystemLoad[]
  readonly hub: HubLoad
  /** Where the plan can't hold its own objectives, the arithmetic in plain words. */
  readonly warnings: readonly CapacityWarning[]
}

/** On a usual day, and at the peak. */
export interface Load { readonly usual: number; readonly peak: number }

export interface FlowLoad {
  readonly flow: Name
  /** Changes an hour; absent: the plan does not say how many there are. */
  readonly changesPerHour?: Load
  /** The peak after a year of the growth that the plan expects. */
  readonly peakInAYearPerHour?: number
  readonly sends: readonly { readonly system: Name; readonly readCallsPerHour: number; /** Longest time between two runs; absent: it calls, or nobody can tell. */ readonly waitMs?: number }[]
  readonly receives: readonly FlowInto[]
  /** From an edit to the last receiver, at the worst moment; `undefined` under `peak`: it piles up there. Absent: nobody can tell. */
  readonly latestMs?: { readonly usual: number | undefined; readonly peak: number | undefined }
}

export interface FlowInto {
  readonly system: Name
  /** Records that come to this system. */
  readonly recordsPerHour: Load
  readonly writeCallsPerHour: Load
  /** Of one record in full batches. */
  readonly callsPerRecord: number
  /** The same while a backlog is worked off, with the calls that are lost where the time of a claim ends. */
  readonly backlogCallsPerRecord: number
}

export interface SystemLoad {
  readonly system: Name
  readonly allowed?: Rate
  readonly allowedPerHour?: number
  /** Reading and writing calls of all flows, as changes come. */
  readonly callsPerHour: Load
  /** The same where changes wait for one another and go in full batches: fewer calls will not do. */
  readonly leastCallsPerHour: Load
  readonly readCallsPerHour: number
  /** Share of the allowed calls that is left of the least, 0.25 for a quarter; below 0 where more is needed than allowed. Absent: no limit is known. */
  readonly free?: Load
  /** Records an hour that it takes in full batches, over its flows in the proportion of their volumes; absent: nothing is written to it. */
  readonly takesPerHour?: number
  /** More comes than it takes, even in full batches: what waits grows. */
  readonly pilesUp: { readonly usual: boolean; readonly peak: boolean }
  readonly outages: readonly Outage[]
}

/** A system can't be reached for a while, and changes for it wait. */
export interface Outage {
  /** `agreed`: as long as the plan wants it to be survived; `closed`: the longest regular closing time of the system. */
  readonly kind: 'agreed' | 'closed'
  readonly at: keyof Load
  readonly lastsMs: number
  /** Changes that wait at its end. */
  readonly waiting: number
  /** From its end until the system is tried again. */
  readonly noticedMs: { readonly expected: number; readonly most: number }
  /** From its end until nothing is due any more; absent: what comes is as much as it takes, or more. */
  readonly catchUpMs?: { readonly least: number; readonly expected: number; readonly most: number }
  /** What the plan allows for it. */
  readonly withinMs?: number
}

export interface HubLoad {
  /** Records that are written somewhere. */
  readonly recordsPerHour: Load
  /** What one process of the hub was measured to deliver. */
  readonly measuredPerHour: number
  /** Processes that the peak takes; one is enough for most plans. */
  readonly processes: number
  /** Cores that the plan gives the hub; absent: it does not say. */
  readonly cores?: number
}

export interface CapacityWarning {
  readonly kind: 'freshness' | 'limit' | 'headroom' | 'catch-up' | 'hub'
  readonly system?: Name
  readonly flow?: Name
  /** What can't be held, and the arithmetic. */
  readonly says: string
  readonly mend: string
}
