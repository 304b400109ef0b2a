import { readYaml } from './read-yaml.ts'
import { entry, type Entry, type MapNode, type Node } from './tree.ts'

/**
 * One value of a plan file set to a text, by changing only the lines it must: the value's own text is replaced, or lines are
 * inserted after the last sibling with its indentation. Undefined where that is not possible (a list or function on the
 * way, a file with syntax errors): what comes out is read again and must differ in this value only.
 */
export function setText(text: string, path: readonly string[], value: string): string | undefined {
  const before = readYaml(text, '').root
  if (!before || path.length === 0) return undefined
  const changed = place(text, before, path, value)
  if (changed === undefined) return undefined
  const { root: after, mistakes } = readYaml(changed, '')
  if (!after || mistakes.some((m) => m.severity === 'error')) return undefined
  const wanted = contentWith(contentOf(before), path, value)
  return JSON.stringify(contentOf(after)) === JSON.stringify(wanted) ? changed : undefined
}

/** Text for a value, in quotes only where YAML would read something else. */
export function writeText(value: string, inBraces: boolean): string {
  const plain = /^[\p{L}\p{N}_./]\P{Cc}*$/u.test(value) && !/: |:$| #|\s$|^---|^\.\.\./.test(value) && !(inBraces && /[,[\]{}]|:$/.test(value))
  return plain ? value : JSON.stringify(value)
}

function place(text: string, root: MapNode, path: readonly string[], value: string): string | undefined {
  let map = root
  let owner: Entry | undefined
  for (const [depth, key] of path.entries()) {
    const found = entry(map, key)
    const rest = path.slice(depth)
    if (!found) return insert(text, map, owner, rest, value)
    const node = found.value
    if (depth === path.length - 1) return node.is === 'text' ? replace(text, map, node, value) : undefined
    if (node.is === 'text' && node.empty) return fill(text, map, found, path.slice(depth + 1), value)
    if (node.is !== 'map') return undefined
    map = node
    owner = found
  }
  return undefined
}

const isFlow = (text: string, map: MapNode): boolean => text[map.place.range[0]] === '{'
const cut = (text: string, from: number, until: number, by: string): string => text.slice(0, from) + by + text.slice(until)
const lineBreak = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')

function replace(text: string, map: MapNode, node: Node, value: string): string {
  const [from, until] = node.place.range
  const written = writeText(value, isFlow(text, map))
  if (node.is === 'text' && node.empty) return cut(text, from, from, /\s/.test(text[from - 1] ?? ' ') ? written : ` ${written}`)
  // A text block (`|`) owns the line break behind it.
  return cut(text, from, until, text.slice(from, until).endsWith('\n') ? written + lineBreak(text) : written)
}

function insert(text: string, map: MapNode, owner: Entry | undefined, path: readonly string[], value: string): string {
  const last = map.entries.at(-1)
  if (isFlow(text, map)) {
    const pair = inBraces(path, value)
    if (last) return cut(text, last.value.place.range[1], last.value.place.range[1], `, ${pair}`)
    return cut(text, map.place.range[0], map.place.range[1], `{ ${pair} }`)
  }
  const column = last?.keyPlace.column ?? (owner?.keyPlace.column ?? -1) + 2
  return insertLines(text, endOf(text, map), lines(path, value, column - 1, lineBreak(text)))
}

/** `crm:` with nothing behind it gets its first value. */
function fill(text: string, map: MapNode, owner: Entry, path: readonly string[], value: string): string {
  const at = owner.value.place.range[0]
  if (isFlow(text, map)) return cut(text, at, at, `${/\s/.test(text[at - 1] ?? ' ') ? '' : ' '}{ ${inBraces(path, value)} }`)
  return insertLines(text, owner.keyPlace.range[1], lines(path, value, owner.keyPlace.column + 1, lineBreak(text)))
}

function insertLines(text: string, after: number, added: string): string {
  const end = text.indexOf('\n', after)
  return end === -1 ? text + lineBreak(text) + added : cut(text, end + 1, end + 1, added)
}

/** The last sign that belongs to a block, without the blank lines and comments behind it. */
function endOf(text: string, map: MapNode): number {
  const written = text.slice(...map.place.range)
  return map.place.range[0] + Math.max(0, written.trimEnd().length - 1)
}

function lines(path: readonly string[], value: string, indent: number, end: string): string {
  return path.map((key, i) => `${' '.repeat(indent + 2 * i)}${writeText(key, false)}:${i === path.length - 1 ? ` ${writeText(value, false)}` : ''}${end}`).join('')
}

function inBraces(path: readonly string[], value: string): string {
  const [key, ...rest] = path
  return `${writeText(key!, true)}: ${rest.length === 0 ? writeText(value, true) : `{ ${inBraces(rest, value)} }`}`
}

type Content = string | null | { readonly list: readonly Content[] } | { readonly pairs: readonly (readonly [string, Content])[] }

/** What a tree says, without places; nothing written is null. */
function contentOf(node: Node): Content {
  if (node.is === 'map') return { pairs: node.entries.map((e) => [e.key, contentOf(e.value)]) }
  if (node.is === 'list') return { list: node.items.map(contentOf) }
  return node.is === 'text' && !node.empty ? node.text : null
}

function contentWith(content: Content, path: readonly string[], value: string): Content {
  const [key, ...rest] = path
  if (key === undefined) return value
  const pairs = content !== null && typeof content === 'object' && 'pairs' in content ? content.pairs : []
  const inner = pairs.find(([name]) => name === key)
  const next = [key, contentWith(inner?.[1] ?? null, rest, value)] as const
  return { pairs: inner ? pairs.map((pair) => (pair === inner ? next : pair)) : [...pairs, next] }
}
