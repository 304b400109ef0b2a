/** Which create, of which nobody knows the end, a record may come from (semantics §2.4). */
import type { LinkRow } from '../store/rows.ts'
import { candidate, type Identified } from './identify.ts'
import type { Identity } from './identity.ts'
import { mayHaveMade } from './may-exist.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import type { WorkingSet } from './working-set.ts'

type Made = Identified & { readonly is: 'golden' }

/** The create that a record was parked for says whose it is, also when its golden record has ended meanwhile and claims nothing any more. */
export async function madeBy(set: WorkingSet, place: Place, mentioned: LinkRow): Promise<Made | undefined> {
  await set.loadGoldens([mentioned.golden])
  const golden = set.survivor(mentioned.golden)
  const slot = set.linksOf(golden).find((other) => other.state === 'slot' && other.system === place.system && other.resource === place.resource)
  return slot && await mayBeOf(set, slot) ? { is: 'golden', golden, slot } : undefined
}

/** Several golden records claim to be this one: it comes from the one of which a create may have made it, and is no record of its own. */
export async function madeAmong(set: WorkingSet, entity: EntityRuntime, link: Pick<LinkRow, 'system' | 'resource'> & { readonly id?: number }, identities: readonly Identity[], goldens: readonly string[]): Promise<Made | undefined> {
  if (goldens.length < 2) return undefined
  for (const golden of goldens) {
    const found = candidate(set, entity, link, golden, identities)
    if (found.is === 'golden' && found.slot && await mayBeOf(set, found.slot)) return found
  }
  return undefined
}

async function mayBeOf(set: WorkingSet, slot: LinkRow): Promise<boolean> {
  await set.loadCommands([slot.id])
  return mayHaveMade(set.command(slot.id))
}
