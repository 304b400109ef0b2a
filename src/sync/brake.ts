/**
 * The brake (semantics §2.13, plan-language §9.1): over a rolling day, a share of a target's live records may be overwritten
 * or deleted; beyond it commands are held until a person releases them by name. Creates and filling what is empty don't count.
 */
import type { Transaction } from '../store/contract.ts'
import type { Place } from './runtime.ts'

const DAY_MS = 24 * 3_600_000
/** Below these numbers a share says nothing: one record of five is 20 %. */
const FLOOR = { delete: 10, update: 100 } as const

export class Brake {
  readonly #held: Readonly<Record<'update' | 'delete', boolean>>
  private constructor(held: Readonly<Record<'update' | 'delete', boolean>>) {
    this.#held = held
  }

  /** What is due is compared with what may be written: a mass change is held as a whole, before its first write. */
  static async of(tx: Transaction, place: Place, settledAt: number | null, now: number): Promise<Brake> {
    // The first load of a target makes it agree; there is no usual day to compare with.
    if (settledAt === null) return new Brake({ update: false, delete: false })
    const brake = place.receiver!.flow.brake
    // All records may be overwritten, as often as their users change them.
    if ((brake.share?.of1 ?? 1) >= 1 && brake.records === undefined) return new Brake({ update: false, delete: false })
    const counts = (await tx.commandCounts()).filter((row) => row.system === place.system && row.resource === place.resource && row.entity === place.entity)
    const beyond = async (kind: 'update' | 'delete'): Promise<boolean> => {
      const rows = counts.filter((row) => row.kind === kind && (row.state === 'due' || row.state === 'held'))
      const released = rows.filter((row) => row.reason === 'released').reduce((sum, row) => sum + row.n, 0)
      const open = rows.reduce((sum, row) => sum + row.n, 0) - released
      if (open === 0) return false
      const most = Math.max(brake.records ?? Number.MAX_SAFE_INTEGER, 10)
      // What is due again is in both: a record counts once, however often it is written.
      const done = await tx.overwrittenSince({ system: place.system, resource: place.resource, operation: kind, since: Math.max(now - DAY_MS, settledAt) })
      // A yes to a list is no yes to more: what it lets go counts like what was written.
      const wanted = open + released + done
      // All records are counted only where that decides.
      if (wanted <= Math.min(FLOOR[kind], most)) return false
      const live = await tx.countLinks(place, ['live'])
      return wanted > Math.min(Math.max(FLOOR[kind], Math.floor(live * (brake.share?.of1 ?? 1))), most)
    }
    return new Brake({ update: await beyond('update'), delete: await beyond('delete') })
  }

  holds(kind: 'update' | 'delete'): boolean {
    return this.#held[kind]
  }
}
