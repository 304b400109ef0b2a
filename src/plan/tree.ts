/**
 * A plan as it was written: text with places. YAML files and TypeScript objects both become this, and everything after
 * (short forms, schema, names) works on it, so that each mistake can be shown where it stands.
 */
export interface Place {
  /** As the author would name it: relative to the plan's root file's folder. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Offsets into the file's text. */
  readonly range: readonly [number, number]
  /** JSON pointer in the plan as written. */
  readonly pointer: string
}

export type Node = TextNode | ListNode | MapNode | FunctionNode

/** Text exactly as written; the schema decides what it means. `empty`: nothing was written (`key:`). */
export interface TextNode { readonly is: 'text'; readonly text: string; readonly quoted: boolean; readonly empty: boolean; readonly place: Place }
export interface ListNode { readonly is: 'list'; readonly items: readonly Node[]; readonly place: Place }
/** Ordered pairs, never a JavaScript object: `__proto__` is a name like any other, digits keep their order. */
export interface MapNode { readonly is: 'map'; readonly entries: readonly Entry[]; readonly place: Place }
export interface Entry { readonly key: string; readonly keyPlace: Place; readonly value: Node }
/** Only from TypeScript plans, only at `read`, `write`, `function`. */
export interface FunctionNode { readonly is: 'function'; readonly call: (...args: unknown[]) => unknown; readonly place: Place }

/** Beyond this many entries a map is searched by an index, which is made when it is first asked for. */
const LARGE = 12
const indexes = new WeakMap<readonly Entry[], ReadonlyMap<string, Entry>>()

export function entry(map: MapNode, key: string): Entry | undefined {
  const { entries } = map
  if (entries.length <= LARGE) {
    for (const e of entries) if (e.key === key) return e
    return undefined
  }
  let index = indexes.get(entries)
  if (!index) {
    const made = new Map<string, Entry>()
    for (const e of entries) if (!made.has(e.key)) made.set(e.key, e)
    indexes.set(entries, (index = made))
  }
  return index.get(key)
}

/** With the values that `change` makes of them, without those of which it makes none; the same node where nothing changed: large plans are mostly as they were written. */
export function changedEntries(node: MapNode, change: (value: Node, e: Entry) => Node | undefined): MapNode {
  const entries = changed(node.entries, (e) => {
    const value = change(e.value, e)
    return value === e.value ? e : value && { key: e.key, keyPlace: e.keyPlace, value }
  })
  return entries === node.entries ? node : { is: 'map', entries, place: node.place }
}

/** The same for a list. */
export function changedItems(node: ListNode, change: (item: Node, at: number) => Node | undefined): ListNode {
  const items = changed(node.items, change)
  return items === node.items ? node : { is: 'list', items, place: node.place }
}

function changed<T>(all: readonly T[], change: (one: T, at: number) => T | undefined): readonly T[] {
  let made: T[] | undefined
  let kept = 0
  for (let i = 0; i < all.length; i += 1) {
    const now = change(all[i]!, i)
    // A copy of the right size takes less room than a list that grows.
    if (now !== all[i]) made ??= all.slice()
    if (now === undefined) continue
    if (made) made[kept] = now
    kept += 1
  }
  if (!made) return all
  made.length = kept
  return made
}

/** Where the author wrote it; the nearest place above that is written. */
export function placeIn(tree: MapNode | undefined, path: readonly string[]): Place | undefined {
  let place: Place | undefined
  let node: Node | undefined = tree
  for (const key of path) {
    const found: Entry | undefined = node?.is === 'map' ? entry(node, key) : undefined
    if (!found) return place
    place = key === path.at(-1) ? found.value.place : found.keyPlace
    node = found.value
  }
  return place
}
