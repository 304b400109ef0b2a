/**
 * A field gets another rule, or another owner (semantics §2.12): what everybody holds now is what they say from now on. What was
 * typed years ago and overruled since does not come back with the new rule, as it would not in a fresh store.
 */
import { agrees, canonicalOf, readValue } from './agree.ts'
import type { GoldenRow, LinkRow, Statement } from '../store/rows.ts'
import { writtenOut } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

export function handOver(set: WorkingSet, before: LinkRow, golden: GoldenRow, fields: ReadonlySet<string>): void {
  const place = set.placeOf(before)
  if (!place || before.state !== 'live' || before.seen === null) return
  const link = writtenOut(set, before)
  const said: Record<string, Statement> = { ...link.said }
  for (const name of fields) {
    const field = place.fields.get(name)
    const truth = golden.values[name]
    const value = field && place.contributes.has(name) ? readValue(set, link, field) : undefined
    if (!field || value === undefined || truth === undefined) continue
    if (agrees(set, link, place, field, golden)) {
      // Over everything older, but not over what the others hold now.
      said[name] = { value: truth, time: golden.from[name]?.time ?? null, on: golden.id, over: Math.max(0, golden.rev - 1), rev: golden.rev, adopted: true }
    } else if (value === null) delete said[name]
    else if (said[name] === undefined || canonicalOf(set, said[name].value, field.type) !== canonicalOf(set, value, field.type)) {
      said[name] = { value, time: said[name]?.time ?? null, on: golden.id, over: link.agreed, rev: null, adopted: true }
    }
  }
  set.putLink({ ...link, said })
}
