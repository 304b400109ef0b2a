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
  let made: Entry[] | undefined
  for (let i = 0; i < node.entries.length; i += 1) {
    const e = node.entries[i]!
    const value = change(e.value, e)
    if (value === e.value) made?.push(e)
    else {
      made ??= node.entries.slice(0, i)
      if (value) made.push({ key: e.key, keyPlace: e.keyPlace, value })
    }
  }
  return made ? { is: 'map', entries: made, place: node.place } : node
}

/** The same for a list. */
export function changedItems(node: ListNode, change: (item: Node, at: number) => Node | undefined): ListNode {
  let made: Node[] | undefined
  for (let i = 0; i < node.items.length; i += 1) {
    const item = node.items[i]!
    const value = change(item, i)
    if (value === item) made?.push(item)
    else {
      made ??= node.items.slice(0, i)
      if (value) made.push(value)
    }
  }
  return made ? { is: 'list', items: made, place: node.place } : node
}
