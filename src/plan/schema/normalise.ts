/**
 * Short forms become long ones (plan-language §3.3), before anything is validated: afterwards there is one form, and no
 * mistake has to speak about two. A long value keeps the place of what was written.
 */
import { changedEntries, changedItems, type Entry, type ListNode, type MapNode, type Node, type TextNode } from '../tree.ts'
import { keyOf, resolve, type ByForm, type MapOf, type Schema, type Shape } from './kinds.ts'

export function normalise(node: Node, schema: Schema): Node {
  const kind = resolve(schema)
  switch (kind.is) {
    case 'list': return node.is === 'list'
      ? changedItems(node, (item) => normalise(item, kind.of))
      : isEmpty(node) ? node : list(node, [normalise(node, kind.of)])
    case 'map': return normaliseMap(node, kind)
    case 'shape': return normaliseShape(node, kind)
    case 'form': return normaliseForm(node, kind)
    default: return node
  }
}

function normaliseMap(node: Node, kind: MapOf): Node {
  if (node.is === 'map') return changedEntries(node, (value) => normalise(value, kind.of))
  if (kind.listed === undefined) return isEmpty(node) ? map(node, []) : node
  if (isEmpty(node)) return node
  const items = node.is === 'list' ? node.items : [node]
  if (!items.every((item): item is TextNode => item.is === 'text' && !item.empty)) return node
  return map(node, items.map((item) => ({
    key: item.text, keyPlace: item.place, value: kind.listed === 'label' ? item : normalise(map(item, []), kind.of),
  })))
}

function normaliseShape(node: Node, kind: Shape): Node {
  if (node.is === 'map') {
    return changedEntries(node, (value, { key }) => {
      const known = keyOf(kind, key)
      return known ? normalise(value, known.value) : value
    })
  }
  if (isEmpty(node)) return needsNothing(kind) ? map(node, []) : node
  if (node.is === 'text' && kind.words && Object.hasOwn(kind.words, node.text)) {
    return map(node, Object.entries(kind.words[node.text]!).map(([key, text]) => entry(node, key, { ...node, text })))
  }
  if (kind.main === undefined) return node
  return map(node, [entry(node, kind.main, normalise(node, kind.keys[kind.main]!.value))])
}

function normaliseForm(node: Node, kind: ByForm): Node {
  if (node.is !== 'map') return normalise(node, isEmpty(node) && kind.wrap === undefined ? kind.map : kind.other)
  if (kind.wrap === undefined) return normalise(node, kind.map)
  const single = node.entries.length === 1 && kind.wrap.single.includes(node.entries[0]!.key)
  return normalise(single ? node : map(node, [entry(node, kind.wrap.key, node)]), kind.other)
}

const needsNothing = (kind: Shape): boolean => kind.oneOf === undefined && Object.values(kind.keys).every((key) => key.need !== 'required')
const isEmpty = (node: Node): boolean => node.is === 'text' && node.empty
const map = (from: Node, entries: readonly Entry[]): MapNode => ({ is: 'map', entries, place: from.place })
const list = (from: Node, items: readonly Node[]): ListNode => ({ is: 'list', items, place: from.place })
const entry = (from: Node, key: string, value: Node): Entry => ({ key, keyPlace: from.place, value })
