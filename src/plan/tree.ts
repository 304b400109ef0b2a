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

/** The same node where nothing changed: large plans are mostly as they were written. */
export const changedEntry = (e: Entry, value: Node): Entry => (value === e.value ? e : { key: e.key, keyPlace: e.keyPlace, value })
export const changedEntries = (node: MapNode, entries: readonly Entry[]): MapNode =>
  entries.length === node.entries.length && entries.every((e, i) => e === node.entries[i]) ? node : { is: 'map', entries, place: node.place }
export const changedItems = (node: ListNode, items: readonly Node[]): ListNode =>
  items.length === node.items.length && items.every((item, i) => item === node.items[i]) ? node : { is: 'list', items, place: node.place }
