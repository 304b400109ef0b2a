/** Cells of a sheet: from XML to values and back. */
import { Numeral, numeral } from '../../contract.ts'
import type { Native } from '../../contract.ts'
import { cellOf } from './csv.ts'
import type { SharedTexts } from './shared-texts.ts'
import { attribute, decodeXml, encodeXml, nextTag } from './sheet-xml.ts'
import type { Tag } from './sheet-xml.ts'

export type DateStyle = 'date' | 'time' | 'datetime' | undefined

export interface Book {
  readonly strings: SharedTexts
  /** By number of the cell format. */
  readonly dates: readonly DateStyle[]
  readonly from1904: boolean
}

export interface Cell {
  /** From 0. */
  readonly column: number
  readonly value: Native
  readonly formula: boolean
  /** What the cell shows instead of a value, such as #REF!; or why it can't be read. */
  readonly trouble?: string
  readonly style: string | undefined
  readonly start: number
  readonly end: number
}

export interface SheetRow {
  /** From 1. */
  readonly number: number
  readonly prefix: string
  /** Where the cells begin and end in the text. */
  readonly inner: readonly [number, number]
  readonly opening: Tag
  readonly cells: readonly Cell[]
}

/** A whole `<row>` element. Throws nothing: what can't be understood is the trouble of a cell. */
export function parseRow(text: string, previous: number, book: Book): SheetRow | undefined {
  const opening = nextTag(text, 0)
  if (!opening) return undefined
  const number = Number(attribute(opening, 'r') ?? previous + 1)
  const closing = opening.kind === 'empty' ? text.length : text.lastIndexOf('</')
  const cells: Cell[] = []
  let column = -1
  for (let tag = nextTag(text, opening.end); tag && tag.start < closing; ) {
    if (tag.name !== 'c' || tag.kind === 'close') {
      tag = nextTag(text, tag.end)
      continue
    }
    let end = tag.end
    if (tag.kind === 'open') {
      const close = text.indexOf(`</${tag.prefix}c>`, tag.end)
      if (close < 0) return undefined
      end = close + tag.prefix.length + 4
    }
    const attributes = cellAttributes(tag.text)
    column = columnOf(attributes.r) ?? column + 1
    const inner = text.slice(tag.end, tag.kind === 'open' ? end - tag.prefix.length - 4 : tag.end)
    cells.push(readCell(attributes, inner, column, tag.start, end, book))
    tag = nextTag(text, end)
  }
  return { number, prefix: opening.prefix, inner: [opening.end, closing], opening, cells }
}

interface CellAttributes { r?: string; s?: string; t?: string }

/** Written `r="B7" s="4" t="s"` they are cut out; in any other form they are looked for. */
function cellAttributes(text: string): CellAttributes {
  const found: CellAttributes = {}
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === BLANK) {
      at += 1
      continue
    }
    const close = text.charCodeAt(at + 1) === EQUALS && text.charCodeAt(at + 2) === QUOTE ? text.indexOf('"', at + 3) : -1
    if (close < 0) return attributesAnyhow(text)
    if (code === 114) found.r = text.slice(at + 3, close)
    else if (code === 115) found.s = text.slice(at + 3, close)
    else if (code === 116) found.t = text.slice(at + 3, close)
    at = close + 1
  }
  return found
}
const [BLANK, EQUALS, QUOTE] = [32, 61, 34]

function attributesAnyhow(text: string): CellAttributes {
  const found: CellAttributes = {}
  for (const [, name, value] of text.matchAll(/(?:^|\s)([rst])="([^"]*)"/g)) found[name as 'r' | 's' | 't'] = value!
  if (text.includes("'")) for (const name of ['r', 's', 't'] as const) found[name] = attribute({ text }, name)!
  return found
}

function readCell(attributes: CellAttributes, inner: string, column: number, start: number, end: number, book: Book): Cell {
  const simple = inner.startsWith('<v>') && inner.indexOf('<', 3) === inner.length - 4
  const formula = !simple && inner !== '' && elementText(inner, 'f') !== undefined
  const style = attributes.s
  const is = (value: Native): Cell => ({ column, value, formula, style, start, end })
  const troubled = (value: Native, trouble: string): Cell => ({ column, value, formula, style, start, end, trouble })
  const type = attributes.t ?? 'n'
  if (type === 'inlineStr') return is(inner === '' ? null : unescapeText(stringItem(inner)))
  const text = simple ? decodeXml(inner.slice(3, -4)) : inner === '' ? undefined : elementText(inner, 'v')
  if (text === undefined) return formula ? troubled(null, 'its formula was never computed') : is(null)
  if (type === 's') {
    const shared = book.strings.at(text.trim() === '' ? -1 : Number(text))
    return shared === undefined ? troubled(null, 'it refers to a text that the file does not have') : is(shared)
  }
  if (type === 'str') return is(unescapeText(text))
  if (type === 'b') return is(text.trim() === '1' || text.trim() === 'true')
  if (type === 'e') return troubled(text, `it shows ${text}`)
  if (type === 'd') return is(text)
  const number = readNumber(text.trim(), formula)
  if (number === undefined) return troubled(text, 'it is no number')
  const kind = style === undefined ? undefined : book.dates[Number(style)]
  return is((kind && dateText(Number(text), kind, book.from1904)) ?? number)
}

/** Text of the first element of that name; undefined: there is none. */
function elementText(xml: string, name: string): string | undefined {
  for (let tag = nextTag(xml, 0); tag; tag = nextTag(xml, tag.end)) {
    if (tag.name !== name || tag.kind === 'close') continue
    if (tag.kind === 'empty') return ''
    const close = xml.indexOf(`</${tag.prefix}${name}`, tag.end)
    return decodeXml(xml.slice(tag.end, close < 0 ? xml.length : close))
  }
  return undefined
}

/** Text of a string item: all its runs, without phonetic help. */
export function stringItem(xml: string): string {
  let text = ''
  let phonetic = false
  for (let tag = nextTag(xml, 0); tag; tag = nextTag(xml, tag.end)) {
    if (tag.name === 'rPh') phonetic = tag.kind === 'open'
    else if (tag.name === 't' && tag.kind === 'open') {
      const close = xml.indexOf(`</${tag.prefix}t>`, tag.end)
      if (!phonetic) text += decodeXml(xml.slice(tag.end, close < 0 ? xml.length : close))
    }
  }
  return text
}

/** `_x000D_` is how workbooks write a character that XML can't hold or would change. */
export const unescapeText = (text: string): string =>
  text.includes('_x') ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text

// eslint-disable-next-line no-control-regex -- those are the characters that XML can't hold
const NEEDS_ESCAPE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g
const escapeText = (text: string): string =>
  text.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_').replaceAll(NEEDS_ESCAPE, (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * The number as it is written, except for the traces of floating point: 19.99 stands in files as 19.989999999999998. A text
 * of 16 or 17 digits that is the same floating-point number as a shorter one is that shorter one; a formula's result is what
 * is shown, 15 digits.
 */
export function readNumber(text: string, formula: boolean): number | Numeral | undefined {
  const whole = text.startsWith('.') ? `0${text}` : text
  if (!NUMBER.test(whole)) return undefined
  const digits = significant(whole)
  if (digits < 16 || digits > 17 || /^-?\d+$/.test(whole)) return numeral(whole)
  const shorter = String(Number(formula ? Number(whole).toPrecision(15) : whole))
  return NUMBER.test(shorter) && significant(shorter) <= 15 ? numeral(shorter) : numeral(whole)
}

const significant = (number: string): number => number.replace(/[eE].*$/, '').replaceAll(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length

const DAY_MS = 86_400_000

/** Days since the first day of the workbook → ISO text, without any time zone. undefined: no date. */
function dateText(serial: number, kind: Exclude<DateStyle, undefined>, from1904: boolean): string | undefined {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return undefined
  const ms = Math.round(serial * DAY_MS)
  const days = Math.floor(ms / DAY_MS)
  const rest = ms - days * DAY_MS
  const time = new Date(rest).toISOString().slice(11, rest % 1_000 === 0 ? 19 : 23)
  if (kind === 'time' && days === 0) return time
  if (!from1904 && days === 0) return undefined
  // Workbooks count a 29 February 1900, which there never was.
  if (!from1904 && days === 60) return '1900-02-29'
  const first = from1904 ? Date.UTC(1904, 0, 1) : days < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30)
  const date = new Date(first + days * DAY_MS).toISOString().slice(0, 10)
  return kind === 'date' && rest === 0 ? date : `${date}T${time}`
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(\.\d{1,3})?)?$/

/** The inverse of `dateText` for texts that it gives back unchanged. */
function serialOf(text: string, kind: DateStyle, from1904: boolean): string | undefined {
  const match = ISO.exec(text)
  if (!match || kind === undefined) return undefined
  const ms = Date.parse(match[4] === undefined ? `${text}T00:00:00Z` : `${text}Z`)
  if (Number.isNaN(ms)) return undefined
  const serial = (ms - (from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30))) / DAY_MS
  return (from1904 || serial >= 61) && dateText(serial, kind, from1904) === text ? String(serial) : undefined
}

const columnLetters = (column: number): string =>
  (column >= 26 ? columnLetters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26))

/** `AB12` → 27; undefined: it is no place in a sheet. */
function columnOf(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined
  let column = 0
  let at = 0
  for (; at < 4; at += 1) {
    const letter = reference.charCodeAt(at) - 64
    if (!(letter >= 1 && letter <= 26)) break
    column = column * 26 + letter
  }
  const digit = reference.charCodeAt(at)
  return at >= 1 && at <= 3 && digit >= 48 && digit <= 57 ? column - 1 : undefined
}

/** A cell as XML. */
export function writeCell(value: Native, at: { readonly column: number; readonly row: number; readonly style: string | undefined; readonly prefix: string }, book: Book): string {
  const { prefix: p, style } = at
  const name = `${p}c r="${columnLetters(at.column)}${at.row}"${style === undefined ? '' : ` s="${style}"`}`
  if (value === null) return style === undefined ? '' : `<${name}/>`
  if (typeof value === 'boolean') return `<${name} t="b"><${p}v>${value ? 1 : 0}</${p}v></${p}c>`
  if (isPlainNumber(value)) return `<${name}><${p}v>${value.toString()}</${p}v></${p}c>`
  const text = cellOf(value)
  const kind = style === undefined ? undefined : book.dates[Number(style)]
  const serial = typeof value === 'string' ? serialOf(text, kind, book.from1904) : undefined
  if (serial !== undefined) return `<${name}><${p}v>${serial}</${p}v></${p}c>`
  return `<${name} t="inlineStr"><${p}is><${p}t xml:space="preserve">${encodeXml(escapeText(text))}</${p}t></${p}is></${p}c>`
}

/** Numbers of more than 15 digits are written as text: every program that opens the file would cut them. */
const isPlainNumber = (value: Native): value is number | Numeral =>
  (typeof value === 'number' || value instanceof Numeral) && NUMBER.test(String(value)) && significant(String(value)) <= 15 && Math.abs(Number(value)) < 1e300

export const asRead = (value: Native): Native => {
  if (value === null || typeof value === 'boolean') return value
  return isPlainNumber(value) ? numeral(String(value)) : cellOf(value)
}
