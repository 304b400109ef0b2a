/** What every system here has to be able to: be away, and come back with what it held. */
import { expect } from 'vitest'
import { reachable } from './reachable.ts'
import type { RunningSystem } from './start.ts'

export const portOf = (system: RunningSystem): number => Number(new URL(system.url).port)

/** Stopped, its address refuses; started again, `holds` finds what was there before. */
export async function comesBack(system: RunningSystem, holds: () => Promise<void>): Promise<void> {
  await system.stop()
  await expect(reachable(portOf(system))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await system.start()
  await holds()
}
