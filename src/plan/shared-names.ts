import type { Mistake } from './mistakes.ts'
import { entriesAt } from './normal/reading.ts'
import type { Entry, MapNode } from './tree.ts'

/** People, teams and systems share one set of names, since many places take any of them (plan-language §3.3). */
export function sharedNames(tree: MapNode): readonly Mistake[] {
  const first = new Map<string, { readonly entry: Entry; readonly what: string }>()
  const mistakes: Mistake[] = []
  for (const [section, what] of [['people', 'a person'], ['teams', 'a team'], ['systems', 'a system']] as const) {
    for (const entry of entriesAt(tree, section)) {
      const before = first.get(entry.key)
      if (!before) {
        first.set(entry.key, { entry, what })
        continue
      }
      mistakes.push({
        id: 'name-twice', severity: 'error', place: entry.keyPlace, also: [before.entry.keyPlace],
        says: `\`${entry.key}\` is already the name of ${before.what}, so it can't also be that of ${what}.`,
        mend: `Give one of them another name, for example \`${entry.key}_${section === 'systems' ? 'system' : 'team'}\`.`,
      })
    }
  }
  return mistakes
}
