import { at, entriesAt } from '../normal/reading.ts'
import { entry, type MapNode, type Node } from '../tree.ts'

export interface Found { readonly path: readonly string[]; readonly node: Node }

/** Every value whose path fits: names as they are, `*` for any key or item. */
export function matching(tree: Node, pattern: readonly string[]): readonly Found[] {
  let found: Found[] = [{ path: [], node: tree }]
  for (const step of pattern) {
    found = found.flatMap(({ path, node }) => below(node, step).map(([key, value]) => ({ path: [...path, key], node: value })))
  }
  return found
}

function below(node: Node, step: string): readonly (readonly [string, Node])[] {
  if (node.is === 'list') return step === '*' ? node.items.map((item, i) => [String(i), item] as const) : []
  if (node.is !== 'map') return []
  if (step === '*') return node.entries.map((e) => [e.key, e.value] as const)
  const found = entry(node, step)
  return found ? [[step, found.value]] : []
}

/** The value at a path; items of lists go by their number. */
export function nodeAt(tree: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = tree
  for (const key of path) {
    if (!node) return undefined
    node = node.is === 'list' ? node.items[Number(key)] : at(node, key)
  }
  return node
}

/** Every text at or below a node, with the key under which it stands. */
export function* textsBelow(node: Node, path: readonly string[] = []): Generator<Found & { readonly node: Extract<Node, { is: 'text' }> }> {
  if (node.is === 'text') yield { path, node }
  else if (node.is === 'list') for (const [i, item] of node.items.entries()) yield* textsBelow(item, [...path, String(i)])
  else if (node.is === 'map') for (const e of node.entries) yield* textsBelow(e.value, [...path, e.key])
}

/** The steps of a process, also those of its exceptions. */
export const allSteps = (tree: MapNode): readonly Found[] => [
  ...matching(tree, ['processes', '*', 'steps', '*']),
  ...matching(tree, ['processes', '*', 'exceptions', '*', 'steps', '*']),
]

export const has = (node: Node, ...keys: readonly string[]): boolean => at(node, ...keys) !== undefined
export const keysAt = (node: Node, ...keys: readonly string[]): readonly string[] => entriesAt(node, ...keys).map((e) => e.key)
