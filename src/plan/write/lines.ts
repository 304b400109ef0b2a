/** Where in a text a value begins and ends, with the lines and comments that belong to it; and how a file is indented. */
import type { Entry, MapNode, Node } from '../tree.ts'
import type { Style } from './print-value.ts'

export const cut = (text: string, from: number, until: number, by: string): string => text.slice(0, from) + by + text.slice(until)

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1
/** Behind the line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', Math.max(0, at))
  return end === -1 ? text.length : end + 1
}

export const isInBraces = (text: string, node: Node): boolean => (node.is === 'map' || node.is === 'list') && /[[{]/.test(text[node.place.range[0]] ?? '')

/** The last sign that belongs to a value; blank lines and comments behind it do not. */
export function endOf(text: string, node: Node): number {
  const [from, until] = node.place.range
  if (node.is === 'map' && !isInBraces(text, node)) return node.entries.length === 0 ? from : entryEnd(text, node.entries.at(-1)!)
  if (node.is === 'list' && !isInBraces(text, node)) return node.items.length === 0 ? from : endOf(text, node.items.at(-1)!)
  const written = text.slice(from, until)
  // `|+` keeps the blank lines behind it.
  if (/^[|>][-\d]*\+/.test(written)) return Math.max(from, until - 1)
  return from + Math.max(0, written.trimEnd().length - 1)
}

function entryEnd(text: string, e: Entry): number {
  return e.value.is === 'text' && e.value.empty ? Math.max(e.keyPlace.range[1], colonOf(text, e) - 1) : endOf(text, e.value)
}

/** Behind the colon of an entry. */
export const colonOf = (text: string, e: Entry): number => text.indexOf(':', e.keyPlace.range[1]) + 1

/** A blank, unless there is one. */
export const beginsWith = (text: string, at: number, blank: string): string => (/\s/.test(text[at - 1] ?? ' ') ? '' : blank)

/** Where the next entry may begin: behind the entry's lines and the comments that belong to it. */
export function afterEntry(text: string, e: Entry): number {
  const own = lineEnd(text, entryEnd(text, e))
  const indent = e.keyPlace.column - 1
  let at = own
  let deeper = own
  while (at < text.length) {
    const line = text.slice(at, lineEnd(text, at))
    if (!/^\s*#/.test(line)) return line.trim() === '' ? at : deeper
    at += line.length
    if (line.search(/\S/) > indent) deeper = at
  }
  return at
}

/** Blanks before the dash of an item, or before the line on which it stands. */
export function indentOf(text: string, item: Node): number {
  const line = text.slice(lineStart(text, item.place.range[0]), item.place.range[0])
  const dash = line.lastIndexOf('-')
  return dash === -1 ? line.length - line.trimStart().length : dash
}

/** Nothing but its dash stands before it on its line. */
export const isOnOwnLine = (text: string, { place }: Pick<Node, 'place'>): boolean => /^\s*(?:- *)?$/.test(text.slice(lineStart(text, place.range[0]), place.range[0]))

/** Are the entries of this map set apart by blank lines? */
export function separated(text: string, map: MapNode): boolean {
  const last = map.entries.at(-1)
  const before = map.entries.at(-2)
  if (!last || !before) return false
  const between = text.slice(entryEnd(text, before), last.keyPlace.range[0])
  return /\n[ \t]*\r?\n/.test(between)
}

export function styleOf(text: string, file: string, root: MapNode): Style {
  const json = /\.json$/i.test(file)
  const found = { unit: 0, dash: -1 }
  measure(text, root, found)
  const unit = found.unit > 0 ? found.unit : 2
  return { lineBreak: text.includes('\r\n') ? '\r\n' : '\n', unit, dash: found.dash >= 0 ? found.dash : unit, json }
}

/** The first level and the first list that are indented say how the file is. */
function measure(text: string, map: MapNode, found: { unit: number; dash: number }): void {
  if (isInBraces(text, map)) return
  for (const e of map.entries) {
    if (found.unit > 0 && found.dash >= 0) return
    const { value } = e
    if (isInBraces(text, value)) continue
    if (value.is === 'map' && value.entries[0]) {
      if (found.unit === 0) found.unit = Math.max(0, value.entries[0].keyPlace.column - e.keyPlace.column)
      measure(text, value, found)
    } else if (value.is === 'list' && value.items[0] && found.dash < 0) found.dash = Math.max(0, indentOf(text, value.items[0]) - (e.keyPlace.column - 1))
  }
}
