/**
 * What a tree says, without the form in which it is written: short and long forms are the same, the order of an object's
 * keys does not count, the order of names does. Two contents are compared as text.
 */
import type { Kept } from '../model.ts'
import { anything, keyOf, resolve, type Schema } from '../schema/kinds.ts'
import { normalise } from '../schema/normalise.ts'
import { PLAN } from '../schema/plan-schema.ts'
import type { Entry, MapNode, Node, Place, TextNode } from '../tree.ts'

const NOWHERE: Place = { file: '', line: 1, column: 1, range: [0, 0], pointer: '' }
export const EMPTY: TextNode = { is: 'text', text: '', quoted: false, empty: true, place: NOWHERE }

/** A value as a tree, as if it had been read. */
function nodeOf(value: Kept): Node {
  if (typeof value === 'string') return { is: 'text', text: value, quoted: true, empty: false, place: NOWHERE }
  if (Array.isArray(value)) return { is: 'list', items: (value as readonly Kept[]).map(nodeOf), place: NOWHERE }
  return { is: 'map', entries: [...(value as ReadonlyMap<string, Kept>)].map(([key, below]) => ({ key, keyPlace: NOWHERE, value: nodeOf(below) })), place: NOWHERE }
}

/** The tree as a value; nothing written (`key:`) is an empty map. */
export function valueOf(node: Node): Kept {
  if (node.is === 'map') return new Map(node.entries.map((e) => [e.key, valueOf(e.value)]))
  if (node.is === 'list') return node.items.map(valueOf)
  return node.is === 'text' && !node.empty ? node.text : node.is === 'text' ? new Map() : ''
}

/** What a key leads to in the long form. */
export function schemaBelow(schema: Schema, key: string): Schema {
  const kind = resolve(schema)
  switch (kind.is) {
    case 'shape': return keyOf(kind, key)?.value ?? anything
    case 'map': case 'list': return kind.of
    // Names never begin with a digit.
    case 'form': return schemaBelow(kind.wrap || /^\d/.test(key) ? kind.other : kind.map, key)
    default: return anything
  }
}

export const schemaAt = (schema: Schema, path: readonly string[]): Schema => path.reduce(schemaBelow, schema)

/** The long form of a tree as it was read; made once, since not every long form is its own long form. */
export const longForm = (root: Node): Node => normalise(root, PLAN)

/** One text for one meaning, of a long form. */
export const said = (long: Node): string => JSON.stringify(content(long, PLAN))

function content(node: Node, schema: Schema): unknown {
  const kind = resolve(schema)
  if (kind.is === 'form') return content(node, kind.wrap ? kind.other : node.is === 'map' ? kind.map : kind.other)
  if (node.is === 'text') return node.empty ? null : node.text
  if (node.is === 'function') return 'function'
  if (node.is === 'list') return node.items.map((item) => content(item, kind.is === 'list' ? kind.of : anything))
  const pairs = node.entries.map((e) => [e.key, content(e.value, schemaBelow(kind, e.key))] as const)
  return { pairs: kind.is === 'shape' ? pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)) : pairs }
}

/** The value at a place of the long form; undefined where nothing is written. */
export function lookUp(long: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = long
  for (const key of path) {
    node = node.is === 'map' ? entryOf(node, key)?.value : node.is === 'list' ? node.items[Number(key)] : undefined
    if (!node) return undefined
  }
  return node
}

/** The same path with `0` where a single item of a list stands alone. */
export function longPath(schema: Schema, path: readonly string[]): readonly string[] {
  const [key, ...rest] = path
  if (key === undefined) return path
  const kind = resolve(schema)
  if (kind.is === 'list' && !/^\d+$/.test(key)) return ['0', ...longPath(kind.of, path)]
  return [key, ...longPath(schemaBelow(kind, key), rest)]
}

/** A value in long form, for a place. */
export const longValue = (path: readonly string[], value: Kept): Node => normalise(nodeOf(value), schemaAt(PLAN, path))

/** The long form with a value, in long form too, at a place; undefined where none can stand. */
export const withValue = (long: Node, path: readonly string[], value: Node): Node | undefined => put(long, PLAN, path, value)

function put(node: Node, schema: Schema, path: readonly string[], value: Node): Node | undefined {
  const [key, ...rest] = path
  if (key === undefined) return value
  const kind = resolve(schema)
  if (kind.is === 'form') return put(node, kind.wrap || node.is === 'list' ? kind.other : kind.map, path, value)
  const below = schemaBelow(kind, key)
  const isItems = kind.is === 'list' || (node.is === 'list' && kind.is === 'any')
  if (isItems) {
    const items = node.is === 'list' ? node.items : node.is === 'text' && node.empty ? [] : [node]
    const at = Number(key)
    const item = items[at] ?? (at === items.length && /^\d+$/.test(key) ? EMPTY : undefined)
    const next = item && put(item, below, rest, value)
    return next && { is: 'list', items: [...items.slice(0, at), next, ...items.slice(at + 1)], place: node.place }
  }
  const map: MapNode | undefined = node.is === 'map' ? node : node.is === 'text' && node.empty ? { is: 'map', entries: [], place: node.place } : undefined
  if (!map || !['shape', 'map', 'any'].includes(kind.is)) return undefined
  const found = entryOf(map, key)
  const next = put(found?.value ?? EMPTY, below, rest, value)
  if (!next) return undefined
  const made: Entry = { key, keyPlace: NOWHERE, value: next }
  return { ...map, entries: found ? map.entries.map((e) => (e === found ? made : e)) : [...map.entries, made] }
}

const entryOf = (map: MapNode, key: string): Entry | undefined => map.entries.find((e) => e.key === key)

/** What stands at a place, as one text; undefined where nothing is written. For whoever asks whether it is still the same. */
export function saidAt(root: MapNode | undefined, path: readonly string[]): string | undefined {
  const found = root && lookUp(longForm(root), longPath(PLAN, path))
  return found && JSON.stringify(content(found, schemaAt(PLAN, longPath(PLAN, path))))
}
