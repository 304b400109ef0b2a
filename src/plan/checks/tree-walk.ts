import { at, entriesAt } from '../normal/reading.ts'
import { entry, type MapNode, type Node } from '../tree.ts'

export interface Found { readonly path: readonly string[]; readonly node: Node }

/** Every value whose path fits: names as they are, `*` for any key or item. */
export function matching(tree: Node, pattern: readonly string[]): readonly Found[] {
  const found: Found[] = []
  const path: string[] = []
  const below = (node: Node, key: string): void => {
    path.push(key)
    fit(node)
    path.pop()
  }
  const fit = (node: Node): void => {
    const step = pattern[path.length]
    if (step === undefined) found.push({ path: [...path], node })
    else if (node.is === 'list') {
      if (step === '*') for (let i = 0; i < node.items.length; i += 1) below(node.items[i]!, String(i))
    } else if (node.is === 'map') {
      if (step === '*') for (const e of node.entries) below(e.value, e.key)
      else {
        const own = entry(node, step)
        if (own) below(own.value, step)
      }
    }
  }
  fit(tree)
  return found
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
