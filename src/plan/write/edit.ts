/**
 * One value set in one text: the value's own text is replaced, or lines are inserted beside its siblings, in their form.
 * Where a short form is in the way (`golden: crm`), it becomes the long one. Whether the outcome says what it should is
 * judged by whoever asked (`write-into.ts`); here `undefined` means that there is no place for it.
 */
import type { Kept } from '../model.ts'
import { anything, isNote, key as keySaying, keyOf, type MapOf, resolve, type Schema, type Shape } from '../schema/kinds.ts'
import { entry, type Entry, type ListNode, type MapNode, type Node } from '../tree.ts'
import { EMPTY, schemaBelow, valueOf } from './content.ts'
import { afterEntry, beginsWith, colonOf, cut, endOf, indentOf, isInBraces, isOnOwnLine, lineEnd, lineStart, separated } from './lines.ts'
import { below, entryLines, inBraces, isList, isMap, isShort, itemLines, pair, type Style, writeText } from './print-value.ts'

export interface Text {
  readonly text: string
  readonly style: Style
}

/** What a value hangs on: its key, or the dash of an item. */
interface Holder {
  readonly entry?: Entry
  /** Blanks before the key or dash. */
  readonly indent: number
  readonly inBraces: boolean
}

export function setIn(of: Text, root: MapNode, schema: Schema, path: readonly string[], value: Kept): string | undefined {
  return set(of, root, { indent: -of.style.unit, inBraces: isInBraces(of.text, root) }, schema, path, value)
}

function set(of: Text, node: Node, holder: Holder, schema: Schema, path: readonly string[], value: Kept): string | undefined {
  const kind = resolve(schema)
  const [key, ...rest] = path
  if (key === undefined) return replace(of, node, holder, value, kind)
  switch (kind.is) {
    case 'list': return setItem(of, node, holder, kind.of, path, value)
    case 'map': return setNamed(of, node, holder, kind, path, value)
    case 'shape': return setKey(of, node, holder, kind, path, value)
    case 'form': {
      if (!kind.wrap) return set(of, node, holder, node.is === 'map' || isEmpty(node) ? kind.map : kind.other, path, value)
      const wrapped = node.is === 'map' && !(node.entries.length === 1 && kind.wrap.single.includes(node.entries[0]!.key))
      if (!wrapped) return set(of, node, holder, kind.other, path, value)
      return key === kind.wrap.key ? set(of, node, holder, kind.map, rest, value) : undefined
    }
    case 'any': {
      if (node.is === 'list') return setItem(of, node, holder, kind, path, value)
      if (node.is !== 'map') return isEmpty(node) ? replace(of, node, holder, nest(kind, path, value)) : undefined
      const found = entry(node, key)
      return found ? set(of, found.value, holderOf(of, node, found), kind, rest, value) : insert(of, node, holder, key, nest(kind, rest, value), kind)
    }
    default: return undefined
  }
}

function setItem(of: Text, node: Node, holder: Holder, schema: Schema, path: readonly string[], value: Kept): string | undefined {
  const [key, ...rest] = path
  const at = /^\d{1,6}$/.test(key!) ? Number(key) : -1
  if (at < 0) return undefined
  if (isEmpty(node)) return at === 0 ? replace(of, node, holder, nest(schema, rest, value)) : undefined
  // A single item may stand alone.
  if (node.is !== 'list') return at === 0 ? set(of, node, holder, schema, rest, value) : at === 1 ? replace(of, node, holder, [valueOf(node), nest(schema, rest, value)]) : undefined
  const item = node.items[at]
  if (item) return set(of, item, { indent: indentOf(of.text, item), inBraces: isInBraces(of.text, node) }, schema, rest, value)
  return at === node.items.length ? replaceItems(of, node, [...node.items.map(valueOf), nest(schema, rest, value)], holder) : undefined
}

function setNamed(of: Text, node: Node, holder: Holder, kind: MapOf, path: readonly string[], value: Kept): string | undefined {
  const [key, ...rest] = path
  if (node.is === 'map') {
    const found = entry(node, key!)
    return found ? set(of, found.value, holderOf(of, node, found), kind.of, rest, value) : insert(of, node, holder, key!, nest(kind.of, rest, value), kind)
  }
  if (isEmpty(node)) return replace(of, node, holder, new Map([[key!, nest(kind.of, rest, value)]]), kind)
  const items = node.is === 'list' ? node.items : [node]
  if (kind.listed === undefined || !items.every((item) => item.is === 'text')) return undefined
  const names = items.map((item) => (item.is === 'text' ? item.text : ''))
  const added = nest(kind.of, rest, value)
  const short = !names.includes(key!) && (kind.listed === 'label' ? added === key : isMap(added) && added.size === 0)
  if (short) return replace(of, node, holder, [...names, key!])
  const plain = (name: string): Kept => (kind.listed === 'label' ? name : new Map())
  if (node.is === 'list' && !isInBraces(of.text, node)) return namesOfItems(of, node, (name) => (name === key ? added : plain(name)), names.includes(key!) ? undefined : [key!, added])
  return replace(of, node, holder, new Map([...names.map((name) => [name, name === key ? added : plain(name)] as const), ...(names.includes(key!) ? [] : [[key!, added] as const])]))
}

/** `- crm` becomes `crm:`, with its comments where they were. */
function namesOfItems(of: Text, list: ListNode, valueFor: (name: string) => Kept, more: readonly [string, Kept] | undefined): string | undefined {
  let { text } = of
  const indent = indentOf(text, list.items[0]!)
  if (more) text = cut(text, lineEnd(text, endOf(text, list)), lineEnd(text, endOf(text, list)), of.style.lineBreak + entryLines(more[0], more[1], indent, of.style).trimEnd())
  for (const item of list.items.toReversed()) {
    if (item.is !== 'text' || !isOnOwnLine(text, item)) return undefined
    const value = valueFor(item.text)
    text = cut(text, lineStart(text, item.place.range[0]) + indent, item.place.range[1], pair(item.text, value))
  }
  return text
}

function setKey(of: Text, node: Node, holder: Holder, kind: Shape, path: readonly string[], value: Kept): string | undefined {
  const [key, ...rest] = path
  const known = keyOf(kind, key!) ?? (isNote(key!) ? NOTE : undefined)
  if (!known) return undefined
  if (node.is === 'map') {
    const found = entry(node, key!)
    return found ? set(of, found.value, holderOf(of, node, found), known.value, rest, value) : insert(of, node, holder, key!, nest(known.value, rest, value), kind)
  }
  if (isEmpty(node)) return replace(of, node, holder, nest(kind, path, value), kind)
  const word = node.is === 'text' && kind.words && Object.hasOwn(kind.words, node.text) ? kind.words[node.text] : undefined
  if (word) return replace(of, node, holder, new Map<string, Kept>([...Object.entries(word).filter(([one]) => one !== key), [key!, nest(known.value, rest, value)]]))
  if (kind.main === undefined) return undefined
  if (key === kind.main) return set(of, node, holder, known.value, rest, value)
  return replace(of, node, holder, new Map<string, Kept>([[kind.main, valueOf(node)], [key!, nest(known.value, rest, value)]]))
}

const isEmpty = (node: Node): boolean => node.is === 'text' && node.empty
const holderOf = (of: Text, map: MapNode, e: Entry): Holder => ({ entry: e, indent: e.keyPlace.column - 1, inBraces: isInBraces(of.text, map) })

/** What has to be written where nothing of the path is there yet, in the shortest form that the language has. */
function nest(schema: Schema, path: readonly string[], value: Kept): Kept {
  const kind = resolve(schema)
  const [key, ...rest] = path
  if (key === undefined) return value
  if (kind.is === 'list') {
    const item = nest(kind.of, rest, value)
    return isList(item) ? [item] : item
  }
  if (kind.is === 'form') return nest(kind.wrap ? kind.other : kind.map, path, value)
  const inner = nest(kind.is === 'shape' ? keyOf(kind, key)?.value ?? anything : kind.is === 'map' ? kind.of : anything, rest, value)
  if (kind.is === 'map' && kind.listed === 'object' && isMap(inner) && inner.size === 0) return [key]
  const alone = kind.is === 'shape' && kind.main === key && !isMap(inner) && !(typeof inner === 'string' && kind.words && Object.hasOwn(kind.words, inner))
  return alone ? inner : new Map([[key, inner]])
}
const NOTE = keySaying(anything, 'An own note.')

function replace(of: Text, node: Node, holder: Holder, value: Kept, schema: Schema = anything): string | undefined {
  const { text, style } = of
  if (isEmpty(node)) return fill(of, node, holder, value, schema)
  if (node.is === 'list' && isList(value) && value.length > 0 && node.items.length > 0) return replaceItems(of, node, value, holder)
  const [from, until] = node.place.range
  const isBlock = (node.is === 'list' || node.is === 'map') && !isInBraces(text, node)
  if (isBlock) {
    if (!holder.entry) return undefined
    const begin = lineEnd(text, holder.entry.keyPlace.range[1])
    const emptied = cut(text, begin, lineEnd(text, endOf(text, node)), '')
    return fill({ text: emptied, style }, EMPTY, holder, value, schema)
  }
  const inline = typeof value === 'string' || holder.inBraces || !holder.entry || style.json || isShort(value, holder.indent + 20)
  const written = typeof value === 'string' ? writeText(value, holder.inBraces, style.json) : inline ? inBraces(value, style.json) : ''
  // A text block (`|`) owns the line break behind it.
  const owned = node.is === 'text' && text.slice(from, until).endsWith('\n') ? style.lineBreak : ''
  if (inline) return cut(text, from, until, written + owned)
  const colon = colonOf(text, holder.entry)
  return fill({ text: cut(text, colon, until, owned), style }, EMPTY, holder, value, schema)
}

/** `crm:` with nothing behind it gets its first value. */
function fill(of: Text, node: Node, holder: Holder, value: Kept, schema: Schema): string | undefined {
  const { text, style } = of
  if (!holder.entry) {
    const at = node.place.range[0]
    return typeof value === 'string' || isShort(value, 20) ? cut(text, at, at, `${beginsWith(text, at, ' ')}${typeof value === 'string' ? writeText(value, holder.inBraces, style.json) : inBraces(value, style.json)}`) : undefined
  }
  const colon = colonOf(text, holder.entry)
  const inline = typeof value === 'string' ? writeText(value, holder.inBraces, style.json)
    : holder.inBraces || style.json || (isMap(value) ? value.size === 0 : isShort(value, holder.indent + 20)) ? inBraces(value, style.json) : undefined
  // `{ a:}` needs a blank on both sides.
  if (inline !== undefined) return cut(text, colon, colon, ` ${inline}`)
  return insertLines(of, lineEnd(text, colon), below(value, holder.indent, style, schema))
}

function insert(of: Text, map: MapNode, holder: Holder, key: string, value: Kept, kind: Schema): string | undefined {
  const { text, style } = of
  const last = map.entries.at(-1)
  if (isInBraces(text, map)) return insertInBraces(of, map, pair(key, value, style.json))
  if (!last) return undefined
  const indent = last.keyPlace.column - 1
  const lines = entryLines(key, value, indent, style, schemaBelow(kind, key), bracesOf(of, map, kind, indent))
  const spaced = typeof value !== 'string' && separated(text, map) ? style.lineBreak : ''
  const order = kind.is === 'shape' ? Object.keys(kind.keys) : []
  const before = map.entries.findLast((e) => kind.is !== 'shape' || order.indexOf(e.key) <= order.indexOf(key))
  if (before) return insertLines(of, afterEntry(text, before), spaced + lines)
  // First of all: right below the key that holds it.
  const top = holder.entry && lineEnd(text, holder.entry.keyPlace.range[1])
  return top === undefined || lineStart(text, map.entries[0]!.keyPlace.range[0]) < top ? insertLines(of, afterEntry(text, last), spaced + lines) : insertLines(of, top, lines + spaced)
}

/** As the siblings are, if there are some; a section is never in braces. */
function bracesOf(of: Text, map: MapNode, kind: Schema, indent: number): boolean | undefined {
  const sibling = map.entries.findLast((e) => e.value.is === 'map')
  return indent === 0 ? false : sibling && kind.is !== 'shape' ? isInBraces(of.text, sibling.value) : undefined
}

function insertInBraces(of: Text, map: MapNode, written: string): string {
  const { text, style } = of
  const last = map.entries.at(-1)
  const [from, until] = map.place.range
  // What stands in the braces already, a comment, stays.
  if (!last) return text.slice(from, until).includes('\n') ? cut(text, from + 1, from + 1, ` ${written}`) : cut(text, from, until, `{ ${written} }`)
  const end = endOf(text, last.value) > 0 && !isEmpty(last.value) ? last.value.place.range[1] : colonOf(text, last)
  // One to a line, as the others.
  const own = isOnOwnLine(text, { place: last.keyPlace })
  return cut(text, end, end, own ? `,${style.lineBreak}${' '.repeat(last.keyPlace.column - 1)}${written}` : `, ${written}`)
}

/** Items that stay are not touched: what changes lies between what both lists begin and end with. */
function replaceItems(of: Text, list: ListNode, value: readonly Kept[], holder: Holder): string | undefined {
  const { text, style } = of
  const old = list.items.map((item) => key(valueOf(item)))
  const fresh = value.map(key)
  let first = 0
  while (first < old.length && first < fresh.length && old[first] === fresh[first]) first += 1
  let same = 0
  while (same < old.length - first && same < fresh.length - first && old.at(-1 - same) === fresh.at(-1 - same)) same += 1
  const goes = list.items.slice(first, old.length - same)
  const comes = value.slice(first, fresh.length - same)
  const before = list.items[first - 1]
  const behind = list.items[old.length - same]
  if (isInBraces(text, list)) {
    if (list.items.length === 0) return cut(text, list.place.range[0], list.place.range[1], inBraces(value, style.json))
    const written = comes.map((item) => inBraces(item, style.json)).join(', ')
    if (goes.length > 0 && comes.length > 0) return cut(text, goes[0]!.place.range[0], goes.at(-1)!.place.range[1], written)
    if (goes.length > 0) return before ? cut(text, before.place.range[1], goes.at(-1)!.place.range[1], '') : cut(text, goes[0]!.place.range[0], behind!.place.range[0], '')
    if (before && isOnOwnLine(text, before)) return cut(text, before.place.range[1], before.place.range[1], `,${style.lineBreak}${' '.repeat(before.place.column - 1)}${written}`)
    return before ? cut(text, before.place.range[1], before.place.range[1], `, ${written}`) : cut(text, behind!.place.range[0], behind!.place.range[0], `${written}, `)
  }
  const some = list.items[0]
  if (!some || !holder.entry) return undefined
  const indent = indentOf(text, some)
  const lines = comes.map((item) => itemLines(item, indent, style)).join('')
  if (goes.length === 0) return before ? insertLines(of, lineEnd(text, endOf(text, before)), lines) : cut(text, lineStart(text, behind!.place.range[0]), lineStart(text, behind!.place.range[0]), lines)
  const until = lineEnd(text, endOf(text, goes.at(-1)!))
  const from = lineStart(text, goes[0]!.place.range[0])
  return cut(text, from, until, lines.slice(0, until < text.length ? undefined : -style.lineBreak.length))
}
const key = (value: Kept): string => inBraces(value)

/** `at` is the beginning of a line, or the end of a text that has no last line break. */
function insertLines({ text, style }: Text, at: number, lines: string): string {
  return at === text.length && !text.endsWith('\n') ? text + style.lineBreak + lines : cut(text, at, at, lines)
}
