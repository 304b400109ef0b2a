/**
 * Measures and wraps text for drawings. Widths are those of the widest face that a drawing may be shown with, so that it fits in
 * each of them; no font is read for it.
 */
import { ADVANCES, type Advances } from './advances.ts'
import type { Role } from './palette.ts'
import { type Label, SMALLEST } from './scene.ts'

/** Distance of lines, and of the first base line from the top, in ems: room for the tallest face, so that texts above each other never touch. */
export const LINE = 1.36
const BASE = 1.086

/** First and last code point, and width in ems, of what no face of the table has. The rest counts as a little more than one em. */
const OTHERS: readonly (readonly [number, number, number])[] = [
  // East Asian wide characters, then signs that come from a colour font.
  [0x1100, 0x115f, 1.02], [0x2e80, 0xa4cf, 1.02], [0xac00, 0xd7a3, 1.02], [0xf900, 0xfaff, 1.02], [0xfe30, 0xfe4f, 1.02], [0xff00, 0xff60, 1.02],
  [0xffe0, 0xffe6, 1.02], [0x20000, 0x3fffd, 1.02], [0x1f1e6, 0x1f1ff, 0.75], [0x1f3fb, 0x1f3ff, 0.7], [0x1f000, 0x1faff, 1.4],
]
const UNKNOWN = 1.15
/** Of a sign that is joined to the one before: part of it, or, where the face knows no such pair, a box beside it. */
const JOINED = 0.7
const JOINER = '\u200d'

function widthsOf(advances: Advances): ReadonlyMap<number, number> {
  const widths = new Map<number, number>()
  for (const [first, , text] of advances) {
    for (let at = 0; at < text.length; at += 2) {
      const digits = text.slice(at, at + 2)
      if (digits !== 'zz') widths.set(first + at / 2, Number.parseInt(digits, 36) / 100)
    }
  }
  return widths
}

const WIDTHS = { regular: widthsOf(ADVANCES.regular), bold: widthsOf(ADVANCES.bold) }

/** Joiners, variation selectors, isolates. */
const INVISIBLE = /[\p{Cf}\ufe00-\ufe0f]/u
const MARK = /[\p{Mn}\p{Me}]/u
/** Of a mark for which a viewer may have no face, and shows a box of its own. */
const STRANGE_MARK = 0.7

function advance(code: number, character: string, widths: ReadonlyMap<number, number>): number {
  if (code >= 0x300 && INVISIBLE.test(character)) return 0
  const known = widths.get(code)
  if (code >= 0x300 && MARK.test(character)) return known === undefined ? STRANGE_MARK : 0
  if (known !== undefined) return known
  return OTHERS.find(([first, last]) => code >= first && code <= last)?.[2] ?? UNKNOWN
}

export function widthOf(text: string, size: number, bold = false): number {
  const widths = bold ? WIDTHS.bold : WIDTHS.regular
  let ems = 0
  let before = ''
  for (const character of text) {
    const own = advance(character.codePointAt(0) ?? 0, character, widths)
    ems += before === JOINER ? Math.min(own, JOINED) : own
    before = character
  }
  return ems * size
}

const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu
/** Would turn around what stands beside them. */
const TURNERS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g

/** More marks on one letter than any language has would climb into the lines above and below. */
const MARKS = /(\p{M}{3})\p{M}+/gu

/** Text of a plan as it may stand on a drawing: one line, whole characters only, nothing that acts on its neighbours. */
export const plainText = (text: string): string => plainPart(text).trim()

const plainPart = (part: string): string => part.toWellFormed().replaceAll(CONTROLS, ' ').replaceAll(TURNERS, '').replaceAll(MARKS, '$1').replaceAll(/\s+/g, ' ')

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

export const isRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text)

/** For a name inside other text: one that is written from right to left is kept from rearranging what stands around it. */
export const isolated = (name: string): string => (isRightToLeft(name) ? `\u2068${plainText(name)}\u2069` : plainText(name))

/** Where a line may end although there is no blank. */
const SEAMS = /(?<=[-/_.,:;|@&+=)\]}–—→])(?=[^\s])|(?<=[\u2e80-\u9fff\uac00-\ud7a3])(?=[\u2e80-\u9fff\uac00-\ud7a3])/u

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Parts of a word that a line can hold, each as long as may be. */
function broken(word: string, width: number, size: number, bold: boolean): string[] {
  const parts: string[] = []
  let part = ''
  for (const { segment } of segmenter.segment(word)) {
    if (part !== '' && widthOf(part + segment, size, bold) > width) {
      parts.push(part)
      part = segment
    } else part += segment
  }
  return [...parts, part]
}

export interface Fitting {
  readonly size: number
  readonly bold?: boolean
  /** Of a line; without it there is one line. */
  readonly width?: number
  /** At most so many; what does not go in is cut, with an ellipsis. */
  readonly lines?: number
}

function wrapped(text: string, { size, bold = false, width = Number.POSITIVE_INFINITY, lines = Number.POSITIVE_INFINITY }: Fitting): { readonly lines: readonly string[]; readonly cut: boolean } {
  const fits = (line: string): boolean => widthOf(line, size, bold) <= width
  const done: string[] = []
  let line = ''
  for (const word of keptTogether(text).split(' ')) {
    const whole = line === '' ? word : `${line} ${word}`
    if (fits(whole)) {
      line = whole
      continue
    }
    // Seams first: a path or a key breaks where it is jointed.
    let glue = line === '' ? '' : ' '
    const pieces = fits(word) ? [word] : word.split(SEAMS).flatMap((piece) => (fits(piece) ? [piece] : broken(piece, width, size, bold)))
    for (const piece of pieces) {
      if (fits(line + glue + piece)) line += glue + piece
      else {
        if (line !== '') done.push(line)
        line = piece
      }
      glue = ''
    }
    if (done.length > lines) break
  }
  if (line !== '') done.push(line)
  if (done.length <= lines) return { lines: done.length === 0 ? [''] : done.map(closed), cut: false }
  const kept = done.slice(0, lines)
  kept[lines - 1] = cutOff(kept[lines - 1] ?? '', size, bold, width)
  return { lines: kept.map(closed), cut: true }
}

/** Isolates that `isolated` put around names stay; those of a plan's text act on nothing and go with everything else that would. */
const keptTogether = (text: string): string =>
  text.split(/(\u2068[^\u2068\u2069]*\u2069)/).map((part) => (part.startsWith('\u2068') && part.endsWith('\u2069') && isRightToLeft(part) ? `\u2068${plainPart(part)}\u2069` : plainPart(part))).join('').trim()

/** A line that ends within an isolate closes it; one that begins within one needs none, for a line is a text of its own. */
function closed(line: string): string {
  const opens = line.split('\u2068').length
  const closes = line.split('\u2069').length
  if (opens === closes) return line
  return opens > closes ? line + '\u2069'.repeat(opens - closes) : '\u2068'.repeat(closes - opens) + line
}

function cutOff(line: string, size: number, bold: boolean, width: number): string {
  const graphemes = [...segmenter.segment(line)].map(({ segment }) => segment)
  while (graphemes.length > 0 && widthOf(`${graphemes.join('').trimEnd()}…`, size, bold) > width) graphemes.pop()
  return `${graphemes.join('').trimEnd()}…`
}

/** Higher than other letters of the same face. */
const HIGH = /[|¦\u1ea4-\u1ef1\u1f00-\u1fff\u2016\u2044\u2195\u2200-\u23ff\u2500-\u257f]/u

/** Some character is higher than usual, or comes from a face that nobody measured. */
const isStrange = (text: string): boolean => {
  if (isRightToLeft(text) || HIGH.test(text)) return true
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0x300 && !INVISIBLE.test(character) && (MARK.test(character) || !WIDTHS.regular.has(code))) return true
  }
  return false
}
/** What such a face may reach above and below others, in ems. */
const ABOVE = 0.36
const BELOW = 0.16

export interface Style extends Fitting { readonly colour?: Role }

/** A text wrapped and measured. No text is smaller than `SMALLEST`. */
export function label(text: string, style: Style): Label {
  const size = Math.max(style.size, SMALLEST)
  const { lines, cut } = wrapped(text, { ...style, size })
  const bold = style.bold ?? false
  const strange = lines.some(isStrange)
  return {
    lines,
    size,
    bold,
    colour: style.colour ?? 'ink',
    width: Math.max(...lines.map((line) => widthOf(line, size, bold))),
    height: (lines.length * LINE + (strange ? ABOVE + BELOW : 0)) * size,
    base: (BASE + (strange ? ABOVE : 0)) * size,
    ...(cut ? { full: plainText(text) } : {}),
  }
}
