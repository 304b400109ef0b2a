/** Records that a system still has though their flow no longer gives them to it: what was delivered is not taken back (semantics §2.6). */
import type { EngineParts } from './engine.ts'
import { loadReferred } from './references.ts'
import type { Place } from './runtime.ts'
import { resolver } from './agree.ts'
import { WorkingSet } from './working-set.ts'

/** Of these keys, those whose golden record does not fit the flow's `where` any more. */
export function outOfFilter(parts: EngineParts, place: Place, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const { receiver } = place
  if (!receiver || receiver.where.length === 0 || keys.length === 0) return Promise.resolve(new Set())
  return parts.store.transaction(async (tx) => {
    const now = parts.clock.now()
    const set = new WorkingSet(tx, { runtime: parts.runtime, run: '', startedAt: now, now, newId: parts.newId })
    const links = (await tx.linksByKey(place, keys)).filter((link) => link.state === 'live')
    set.addLinks(links)
    await set.loadGoldens(links.map((link) => link.golden))
    const goldens = new Map(links.flatMap((link) => {
      const golden = set.golden(set.survivor(link.golden))
      return golden ? [[link.key!, golden] as const] : []
    }))
    await loadReferred(set, [...goldens.values()].flatMap((golden) => Object.values(golden.values)))
    const resolve = resolver(set)
    const follow = (link: string) => {
      const id = resolve(link)
      return id === undefined ? undefined : set.golden(id)?.values
    }
    return new Set([...goldens].flatMap(([key, golden]) => (receiver.where.every((condition) => condition.holds(golden.values, follow)) ? [] : [key])))
  }, { readOnly: true })
}
