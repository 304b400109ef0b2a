/** Which lanes the clock makes due. The point that stands in the store is moved on by one update: of several workers one fires it. */
import type { Store } from '../store/contract.ts'
import type { ScheduleRow } from '../store/rows.ts'
import { firstAt, type ReadLane } from './lanes.ts'
import { fire } from './trigger.ts'

/** A lane without a next point. */
const NEVER = Number.MAX_SAFE_INTEGER

/** Makes rows for lanes that have none. Lanes that left the plan are forgotten: if they come back, nothing was missed meanwhile. */
export async function plant(store: Store, lanes: readonly ReadLane[], now: number): Promise<void> {
  await store.transaction(async (tx) => {
    const known = new Set((await tx.schedules()).map((row) => row.lane))
    const gone = [...known].filter((name) => !lanes.some((lane) => lane.name === name))
    const rows = lanes.filter((lane) => !known.has(lane.name)).map((lane): ScheduleRow => ({ lane: lane.name, nextAt: firstAt(lane, now) ?? NEVER, lastAt: null }))
    if (rows.length > 0 || gone.length > 0) await tx.save({ schedules: rows, removedSchedules: gone })
  }, { as: 'schedule.plant' })
}

/** Lanes that fire now; nobody else gets them for the same point. `next`: nothing fires before. */
export async function takeDue(store: Store, lanes: readonly ReadLane[], now: number): Promise<{ readonly taken: readonly ReadLane[]; readonly next: number }> {
  const rows = new Map((await store.transaction((tx) => tx.schedules(), { readOnly: true })).map((row) => [row.lane, row]))
  const ripe = new Set(lanes.filter((lane) => (rows.get(lane.name)?.nextAt ?? NEVER) <= now).map((lane) => lane.name))
  // Those that go along with others come after them.
  const due = lanes.filter((lane) => ripe.has(lane.name) && (lane.along === undefined || ripe.has(lane.along))).toSorted((a, b) => Number(a.along !== undefined) - Number(b.along !== undefined))
  if (due.length === 0) return { taken: [], next: Math.min(...[...rows.values()].map((row) => row.nextAt)) }
  const fired = await store.transaction(async (tx) => {
    const taken: ReadLane[] = []
    for (const lane of due) {
      if (lane.along !== undefined && !taken.some((other) => other.name === lane.along)) continue
      const row = rows.get(lane.name)!
      const { fires, next } = fire(lane.trigger, row.nextAt, now, lane.times)
      const moved = await tx.fireSchedule({ lane: lane.name, nextAt: next ?? NEVER, lastAt: fires ? now : row.lastAt }, row.nextAt)
      if (moved && fires) taken.push(lane)
    }
    return taken
  }, { as: 'schedule.fire' })
  return { taken: fired, next: now }
}

export interface Scheduled { readonly lane: ReadLane; readonly nextAt: number | null; readonly lastAt: number | null }

export async function schedules(store: Store, lanes: readonly ReadLane[]): Promise<Scheduled[]> {
  const rows = new Map((await store.transaction((tx) => tx.schedules(), { readOnly: true })).map((row) => [row.lane, row]))
  return lanes.map((lane) => {
    const row = rows.get(lane.name)
    return { lane, nextAt: row && row.nextAt < NEVER ? row.nextAt : null, lastAt: row?.lastAt ?? null }
  })
}
