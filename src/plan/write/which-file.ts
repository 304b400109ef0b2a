/** Into which file of a split plan a value goes: where its place, its parent or its siblings stand, else the root. */
import { CHAPTERS, PLAN } from '../schema/plan-schema.ts'
import { entry, type MapNode, type Node } from '../tree.ts'

const isYaml = (file: string): boolean => /\.(?:ya?ml|json)$/i.test(file)

export type Reader<T extends { readonly root: MapNode } = { readonly root: MapNode }> = (text: string) => T | undefined

export function fileFor(texts: ReadonlyMap<string, string>, path: readonly string[], read: Reader): string | undefined {
  const files = [...texts].flatMap(([file, text]) => {
    const root = isYaml(file) ? read(text)?.root : undefined
    return root ? [{ file, root }] : []
  })
  const root = files.find(({ file }) => file === texts.keys().next().value)
  const depths = files.map((one) => ({ ...one, depth: depthOf(one.root, path) }))
  const deepest = Math.max(0, ...depths.map(({ depth }) => depth))
  // `crm:` and `crm: { … }` may both stand; the one that says something is meant.
  const there = depths.filter(({ depth }) => depth === deepest)
  if (deepest === 0) return (byChapter(files, path[0]!) ?? root ?? files[0])?.file
  const scored = there.map((one) => ({ ...one, alike: alike(one.root, path.slice(0, deepest + 1), path.length > 1), size: sizeAt(one.root, path.slice(0, deepest)) }))
  return scored.reduce((best, one) => (one.alike > best.alike || (one.alike === best.alike && one.size > best.size) ? one : best)).file
}

/** How many keys of the path stand in a file. */
function depthOf(root: MapNode, path: readonly string[]): number {
  let node: Node | undefined = root
  let depth = 0
  for (const key of path) {
    node = node?.is === 'map' ? entry(node, key)?.value : undefined
    if (!node) break
    depth += 1
  }
  return depth
}

/** The file with most of the sections of the same chapter. */
function byChapter(files: readonly { readonly file: string; readonly root: MapNode }[], section: string): { readonly file: string } | undefined {
  const chapter = CHAPTERS.find(({ sections }) => Object.hasOwn(sections, section))
  if (!chapter || chapter === CHAPTERS[0]) return undefined
  const counted = files.map((one) => ({ file: one.file, count: one.root.entries.filter((e) => Object.hasOwn(chapter.sections, e.key)).length }))
  const most = counted.reduce((best, one) => (one.count > best.count ? one : best))
  return most.count > 0 ? most : undefined
}

/** Places of the same kind: `systems.*.interface` for `systems.crm.interface`. */
function alike(root: MapNode, path: readonly string[], named: boolean): number {
  let nodes: readonly Node[] = [root]
  for (const [depth, key] of path.entries()) {
    const wild = depth === 1 && named && PLAN.keys[path[0]!]?.value.is === 'map'
    nodes = nodes.flatMap((node) => (node.is !== 'map' ? [] : wild && depth < path.length - 1 ? node.entries.map((e) => e.value) : entry(node, key)?.value ?? []))
  }
  return nodes.length
}

function sizeAt(root: MapNode, path: readonly string[]): number {
  let node: Node | undefined = root
  for (const key of path) node = node?.is === 'map' ? entry(node, key)?.value : undefined
  return node?.is === 'map' ? node.entries.length : 0
}
