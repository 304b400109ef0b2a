/** How a value is written as YAML: in quotes only where YAML would read something else, in braces or on lines of its own. */
import type { Kept } from '../model.ts'
import { anything, keyOf, resolve, type Schema } from '../schema/kinds.ts'
import { schemaBelow } from './content.ts'

export interface Style {
  readonly lineBreak: '\n' | '\r\n'
  /** Blanks by which one level is indented. */
  readonly unit: number
  /** Blanks between a key and the dash of a list below it. */
  readonly dash: number
  /** A JSON file: everything in quotes. */
  readonly json: boolean
}

/** Longest line that is written in braces. */
const FITS = 110

/** Text for a value, in quotes only where it must be. */
export function writeText(text: string, inBraces: boolean, json = false): string {
  const plain = !json && /^[\p{L}\p{N}_./][\P{Cc}]*$/u.test(text) && !/[\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]|: |:$| #|\s$|"|(?<![\p{L}\p{N}])'|'(?![\p{L}\p{N}])|^\.\.\./u.test(text) && !(inBraces && /[,[\]{}]/.test(text))
  // What JSON leaves as it is and YAML does not: DEL, C1 controls, separators of lines.
  return plain ? text : JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** In one line. */
export function inBraces(value: Kept, json = false): string {
  if (typeof value === 'string') return writeText(value, true, json)
  if (Array.isArray(value)) return `[${(value as readonly Kept[]).map((item) => inBraces(item, json)).join(', ')}]`
  const pairs = [...(value as ReadonlyMap<string, Kept>)].map(([key, below]) => pair(key, below, json))
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

export const pair = (key: string, value: Kept, json = false): string => `${writeText(key, true, json)}: ${inBraces(value, json)}`

export const isMap = (value: Kept): value is ReadonlyMap<string, Kept> => value instanceof Map
export const isList = (value: Kept): value is readonly Kept[] => Array.isArray(value)

/** A short fact may stand in braces; sentences stand on lines of their own (house style). */
export function isShort(value: Kept, column: number): boolean {
  return column + inBraces(value).length <= FITS && calm(value, 0)
}

function calm(value: Kept, depth: number): boolean {
  if (typeof value === 'string') return value.length <= 60 && writeText(value, true) === writeText(value, false)
  if (depth > 2) return false
  const below = isMap(value) ? [...value.values()] : value
  // `[Somebody calls, they answer]` looks like a sentence that a comma has split.
  return below.every((one) => calm(one, depth + 1) && (isMap(value) || typeof one !== 'string' || !one.includes(' ')))
}

/** `key: value` as lines that end with a line break. `schema`: what stands behind the key; `braces`: how its siblings are written. */
export function entryLines(key: string, value: Kept, indent: number, style: Style, schema: Schema = anything, braces: boolean = mayBrace(schema)): string {
  const head = `${' '.repeat(indent)}${writeText(key, false, style.json)}:`
  const end = style.lineBreak
  if (typeof value === 'string') return `${head} ${writeText(value, false, style.json)}${end}`
  const empty = isMap(value) ? value.size === 0 : value.length === 0
  if (empty || style.json || ((braces || isList(value)) && isShort(value, head.length))) return `${head} ${inBraces(value, style.json)}${end}`
  return head + end + below(value, indent, style, schema)
}

/** What stands under a key: entries or items, one level in. */
export function below(value: Kept, indent: number, style: Style, schema: Schema = anything): string {
  if (isMap(value)) return [...value].map(([key, one]) => entryLines(key, one, indent + style.unit, style, schemaBelow(schema, key))).join('')
  return (value as readonly Kept[]).map((item) => itemLines(item, indent + style.dash, style)).join('')
}

/** Not the elements of a section, nor an element of which much will be said: systems, entities, flows, processes. */
function mayBrace(schema: Schema): boolean {
  const kind = resolve(schema)
  if (kind.is === 'shape') return keyOf(kind, 'consulted') === undefined
  if (kind.is !== 'map' || kind.key !== 'name') return true
  const element = resolve(kind.of)
  return element.is !== 'shape' || element.main !== undefined
}

/** `- item`. */
export function itemLines(item: Kept, indent: number, style: Style): string {
  const dash = `${' '.repeat(indent)}- `
  if (typeof item === 'string') return `${dash}${writeText(item, false, style.json)}${style.lineBreak}`
  if (isList(item) || item.size === 0 || isShort(item, dash.length)) return `${dash}${inBraces(item)}${style.lineBreak}`
  const lines = [...item].map(([key, one]) => entryLines(key, one, indent + 2, style)).join('')
  return dash + lines.slice(indent + 2)
}
