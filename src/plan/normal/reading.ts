/**
 * `normal/` makes the normal form (`model.ts`) out of a validated tree: defaults, inheritance and what follows from them.
 * This file reads values out of the tree; it may trust that they are right, since the schema has looked at them.
 */
import { entry, type Entry, type MapNode, type Node } from '../tree.ts'
import { isWrong, type Parse } from '../values.ts'

export const at = (node: Node | undefined, ...keys: readonly string[]): Node | undefined => {
  let found = node
  for (const key of keys) {
    if (found?.is !== 'map') return undefined
    found = entry(found, key)?.value
  }
  return found
}

export const entriesAt = (node: Node | undefined, ...keys: readonly string[]): readonly Entry[] => {
  const found = at(node, ...keys)
  return found?.is === 'map' ? found.entries : NOTHING
}

export const itemsAt = (node: Node | undefined, ...keys: readonly string[]): readonly Node[] => {
  const found = at(node, ...keys)
  return found?.is === 'list' ? found.items : NOTHING
}
const NOTHING: readonly never[] = []

const textOf = (node: Node | undefined): string | undefined => (node?.is === 'text' ? node.text : undefined)
export const textAt = (node: Node | undefined, ...keys: readonly string[]): string | undefined => textOf(at(node, ...keys))
export const textsAt = (node: Node | undefined, ...keys: readonly string[]): readonly string[] => {
  const items = itemsAt(node, ...keys)
  if (items.length === 0) return NOTHING
  const [first] = items
  if (items.length === 1) return first!.is === 'text' ? [first!.text] : NOTHING
  const texts: string[] = []
  for (const item of items) if (item.is === 'text') texts.push(item.text)
  return texts
}
export const flagAt = (node: Node | undefined, key: string): boolean => textAt(node, key) === 'true'

/** The value at a key, read; undefined where nothing is written. */
export function valueAt<T>(node: Node | undefined, key: string, read: Parse<T>): T | undefined {
  const text = textAt(node, key)
  if (text === undefined) return undefined
  const parsed = read(text, key)
  return isWrong(parsed) ? undefined : parsed.value
}

/** Leaves out what is undefined: `exactOptionalPropertyTypes` wants absent keys, and so does the digest. */
export type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }
export function given<T extends object>(values: T): Given<T> {
  const found: Record<string, unknown> = {}
  for (const key of Object.keys(values)) {
    const value = (values as Record<string, unknown>)[key]
    if (value !== undefined) found[key] = value
  }
  return found as Given<T>
}

/**
 * One tree over another: own values win, maps merge by key (plan-language §4.4). A list of one map over a list of one map
 * merges too: that is how a single hold stands in the long form.
 */
export function overlay(base: Node | undefined, own: Node | undefined): Node | undefined {
  if (!base || !own) return own ?? base
  if (base.is === 'list' && own.is === 'list' && base.items.length === 1 && own.items.length === 1 && base.items[0]!.is === 'map' && own.items[0]!.is === 'map') {
    return { ...own, items: [overlay(base.items[0], own.items[0])!] }
  }
  if (base.is !== 'map' || own.is !== 'map') return own
  const entries = base.entries.map((e) => {
    const mine = own.entries.find((o) => o.key === e.key)
    return mine ? { ...mine, value: overlay(e.value, mine.value)! } : e
  })
  const had = new Set(base.entries.map((e) => e.key))
  return { ...own, entries: [...entries, ...own.entries.filter((e) => !had.has(e.key))] }
}

export const without = (node: MapNode, ...keys: readonly string[]): MapNode => ({ ...node, entries: node.entries.filter((e) => !keys.includes(e.key)) })
