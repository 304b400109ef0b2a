/** The journal of writes, field by field: what stood at the target, and what was sent. */
import { type Native, type NativeRecord, Numeral } from '../base/numeral.ts'
import type { FieldWritten, SeenRow } from '../store/rows.ts'
import { sameNative } from './agree.ts'
import type { Claimed } from './claim.ts'
import type { Place } from './runtime.ts'
import type { WorkingSet } from './working-set.ts'

/** `ignored`: sources that the target answered with yes and did not take. */
export function journal(set: WorkingSet, place: Place, { intent: whole, link, record }: Pick<Claimed, 'intent' | 'record'> & { readonly link: { readonly golden: string } }, ignored: ReadonlySet<string> = new Set()): void {
  const taken = (sources: SeenRow): SeenRow => Object.fromEntries(Object.entries(sources).filter(([source]) => !ignored.has(source)))
  const intent = ignored.size === 0 ? whole : { ...whole, sources: taken(whole.sources), ...(whole.shown ? { shown: taken(whole.shown) } : {}) }
  const at = { system: place.system, resource: place.resource, record, operation: intent.kind, golden: link.golden }
  const after = leaves(place.mapping.place(intent.shown ?? intent.sources))
  const before = leaves(place.mapping.place(intent.before))
  const fields: FieldWritten[] = after.size === 0 ? [{ field: '', before: null, after: null }] : []
  for (const [path, value] of after) {
    const was = before.get(path) ?? null
    if (!sameNative(value, was)) fields.push({ field: path, before: was, after: value })
  }
  if (fields.length > 0) set.wrote({ ...at, fields })
}

/** Paths as the system has them; a list is one value. */
function leaves(record: NativeRecord, prefix = '', found = new Map<string, Native>()): Map<string, Native> {
  for (const [key, value] of Object.entries(record)) {
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)
    if (isObject) leaves(value as NativeRecord, `${prefix}${key}.`, found)
    else found.set(prefix + key, value)
  }
  return found
}
