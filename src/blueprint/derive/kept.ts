/** `derive/` makes the blueprint out of a plan, a layer a file. This file reads values out of sections that are kept as written. */
import type { Kept } from '../../plan/model.ts'

const asMap = (kept: Kept | undefined): ReadonlyMap<string, Kept> | undefined => (kept instanceof Map ? (kept as ReadonlyMap<string, Kept>) : undefined)
const asList = (kept: Kept | undefined): readonly Kept[] | undefined => (Array.isArray(kept) ? (kept as readonly Kept[]) : undefined)
const asText = (kept: Kept | undefined): string | undefined => (typeof kept === 'string' && kept.trim() !== '' ? kept : undefined)

export function keptAt(from: Kept | undefined, ...keys: readonly string[]): Kept | undefined {
  let found = from
  for (const key of keys) found = asMap(found)?.get(key)
  return found
}

export const entriesOf = (kept: Kept | undefined, ...keys: readonly string[]): readonly (readonly [string, Kept])[] => [...(asMap(keptAt(kept, ...keys)) ?? [])]
export const itemsOf = (kept: Kept | undefined, ...keys: readonly string[]): readonly Kept[] => asList(keptAt(kept, ...keys)) ?? []
export const textOf = (kept: Kept | undefined, ...keys: readonly string[]): string | undefined => asText(keptAt(kept, ...keys))

/** One text or several. */
export function textsOf(kept: Kept | undefined, ...keys: readonly string[]): readonly string[] {
  const found = keptAt(kept, ...keys)
  return (asList(found) ?? (found === undefined ? [] : [found])).flatMap((item) => asText(item) ?? [])
}

/** As a person would write it in one line: `{ status: paid }` → `status: paid`. */
export function inOneLine(kept: Kept | undefined): string | undefined {
  const parts = asMap(kept) ? entriesOf(kept).map(([key, value]) => `${key}: ${inOneLine(value) ?? ''}`) : asList(kept)?.flatMap((item) => inOneLine(item) ?? [])
  return parts ? parts.join(', ') || undefined : asText(kept)
}
