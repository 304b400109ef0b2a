import type { Mistake } from './mistakes.ts'
import type { Entry, MapNode, Node, Place } from './tree.ts'

/**
 * Parts of a plan → one tree (plan-language §4.1). Maps are merged by name, deeper ones too; a value or list that stands in
 * two parts is reported with both places and the first stays. Nothing overrides, so the order of parts only orders names.
 */
export function mergeParts(parts: readonly MapNode[]): { root: MapNode; mistakes: Mistake[] } {
  const mistakes: Mistake[] = []
  const [first, ...rest] = parts
  if (!first) throw new Error('a plan has at least one part')
  return { root: rest.length === 0 ? first : mergeMaps([first, ...rest], [], mistakes), mistakes }
}

function mergeMaps(maps: readonly MapNode[], path: readonly string[], mistakes: Mistake[]): MapNode {
  const byKey = new Map<string, Entry[]>()
  for (const map of maps) {
    for (const entry of map.entries) {
      const same = byKey.get(entry.key)
      if (same) same.push(entry)
      else byKey.set(entry.key, [entry])
    }
  }
  const entries = [...byKey.values()].map((same) => (same.length === 1 ? same[0]! : mergeEntries(same, path, mistakes)))
  return { ...maps[0]!, entries }
}

function mergeEntries(same: readonly Entry[], path: readonly string[], mistakes: Mistake[]): Entry {
  const here = [...path, same[0]!.key]
  // Nothing written (`crm:`) is an empty map where another part writes one.
  const maps = same.flatMap((entry) => (entry.value.is === 'map' ? [entry.value] : []))
  const empty = (node: Node): boolean => node.is === 'text' && node.empty
  const written = same.filter((entry) => !empty(entry.value))
  const kept = written[0] ?? same[0]!
  for (const later of written.slice(1)) {
    if (kept.value.is !== 'map' || later.value.is !== 'map') mistakes.push(givenTwice(here, later.keyPlace, kept.keyPlace))
  }
  if (kept.value.is !== 'map' || maps.length < 2) return kept
  return { ...kept, value: mergeMaps(maps, here, mistakes) }
}

function givenTwice(path: readonly string[], place: Place, first: Place): Mistake {
  return {
    id: 'given-twice', severity: 'error', place,
    says: `${path.join('.')} stands here and in ${first.file}:${first.line}:${first.column}.`, mend: 'Keep one of them.', also: [first],
  }
}
