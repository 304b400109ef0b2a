/**
 * Paper to write on: pages with a cursor, text of several styles wrapped to a width, links, and tags by which a screen reader
 * knows a heading from a cell. Measures are kept: the same words come again and again.
 */
import type PDFDocument from 'pdfkit'
import { IN_LATIN } from '../../fonts/bundled.ts'
import { widthInPdf, writeLine } from '../../scene/pdf.ts'
import { PALETTE } from '../../scene/palette.ts'
import { isRightToLeft } from '../../scene/text.ts'
import { clean } from '../clean.ts'
import type { Inline, Run } from '../document.ts'
import { placeOf } from '../places.ts'

export type Pdf = InstanceType<typeof PDFDocument>
export type Element = ReturnType<Pdf['struct']>

export interface Style { readonly size: number; readonly bold?: boolean; readonly colour?: string }
export type Sheet = 'portrait' | 'landscape' | 'a3-landscape' | 'a3-portrait'

const SIZES: Readonly<Record<Sheet, readonly [number, number]>> = { portrait: [595.28, 841.89], landscape: [841.89, 595.28], 'a3-landscape': [1190.55, 841.89], 'a3-portrait': [841.89, 1190.55] }
export const MARGIN = { side: 54, top: 64, bottom: 58 } as const

export const INK = { text: PALETTE.ink.light, quiet: PALETTE.quiet.light, accent: PALETTE['accent-1'].light, rule: '#cfd8e3', fill: PALETTE.fill.light, open: PALETTE['accent-3'].light, soft: PALETTE['soft-3'].light, warn: PALETTE.warn.light, softWarn: PALETTE['soft-warn'].light, code: '#eef2f7' } as const
export const LEADING = 1.42

interface Piece { text: string; readonly run: Run; readonly style: Style; width: number; x: number }
export interface Line { readonly pieces: readonly Piece[]; readonly width: number; readonly size: number }

/** Where a document begins, as a name inside the PDF. */
export const anchorOf = (subject: Parameters<typeof placeOf>[0]['subject'], key: string): string => placeOf({ subject, key }, 'index')

export class Paper {
  readonly doc: Pdf
  /** Names that can be linked to; links to others become text. */
  readonly #anchors: ReadonlySet<string>
  readonly #widths = new Map<string, number>()
  readonly #latin = new Map<string, boolean>()
  /** Writes what stands around each page, as soon as there is one: a page that is full is not come back to. */
  readonly #around: (page: number) => void
  y = 0
  sheet: Sheet = 'portrait'
  /** Number of the page that is written. */
  pages = 0

  /** Whether each cell of a table is tagged. */
  readonly fine: boolean

  constructor(doc: Pdf, anchors: ReadonlySet<string>, fine: boolean, around: (page: number) => void) {
    this.doc = doc
    this.fine = fine
    this.#anchors = anchors
    this.#around = around
  }

  get width(): number { return SIZES[this.sheet][0] - 2 * MARGIN.side }
  get bottom(): number { return SIZES[this.sheet][1] - MARGIN.bottom }
  get room(): number { return this.bottom - this.y }

  page(sheet: Sheet = this.sheet): void {
    this.sheet = sheet
    this.doc.addPage({ size: [...SIZES[sheet]] as [number, number], margin: 0 })
    this.pages += 1
    this.y = MARGIN.top
    this.#around(this.pages)
  }

  /** The cursor goes to a new page if that much does not fit any more. */
  need(height: number): void {
    if (this.y + height > this.bottom && this.y > MARGIN.top) this.page()
  }

  /** Draws as content of an element of the structure. */
  tagged(parent: Element, type: string, draw: () => void, options: Readonly<Record<string, string>> = {}): void {
    const element = this.doc.struct(type, options)
    parent.add(element)
    this.into(element, type, draw)
    element.end()
  }

  into(element: Element, type: string, draw: () => void): void {
    const content = this.doc.markStructureContent(type)
    draw()
    this.doc.endMarkedContent()
    element.add(content)
  }

  /** Rules, fills, headers: nothing to be read aloud. */
  artifact(draw: () => void): void {
    this.doc.markContent('Artifact', { type: 'Layout' })
    draw()
    this.doc.endMarkedContent()
  }

  #isLatin(text: string): boolean {
    let known = this.#latin.get(text)
    if (known === undefined) {
      known = [...text].every((character) => IN_LATIN(character.codePointAt(0) ?? 0))
      this.#latin.set(text, known)
    }
    return known
  }

  widthOf(text: string, style: Style): number {
    const key = `${style.bold === true ? 'b' : 'r'}${text}`
    let em = this.#widths.get(key)
    if (em === undefined) {
      em = this.#isLatin(text) ? this.doc.font(style.bold === true ? 'bold' : 'regular').fontSize(100).widthOfString(text) / 100 : widthInPdf(this.doc, text, 100, style.bold === true) / 100
      this.#widths.set(key, em)
    }
    return em * style.size
  }

  write(text: string, x: number, baseline: number, style: Style): void {
    if (!this.#isLatin(text)) {
      writeLine(this.doc, text, x, baseline, { size: style.size, bold: style.bold === true, colour: style.colour ?? INK.text })
      return
    }
    this.doc.font(style.bold === true ? 'bold' : 'regular').fontSize(style.size).fillColor(style.colour ?? INK.text)
    this.doc.text(text, x, baseline, { lineBreak: false, baseline: 'alphabetic' })
  }

  #styleOf(run: Run, base: Style): Style {
    const bold = base.bold === true || run.strong === true || run.mark === 'open' || run.mark === 'warning'
    const colour = run.mark === 'open' ? INK.open : run.mark === 'warning' ? INK.warn : run.mark === 'quiet' || run.mark === 'waived' ? INK.quiet : this.#target(run) ? INK.accent : base.colour
    return { size: run.code ? base.size * 0.95 : base.size, ...(bold ? { bold } : {}), ...(colour === undefined ? {} : { colour }) }
  }

  #target(run: Run): { readonly url: string } | { readonly anchor: string } | undefined {
    if (!run.target) return undefined
    if ('url' in run.target) return run.target
    const anchor = anchorOf(run.target.to, run.target.key)
    return this.#anchors.has(anchor) ? { anchor } : undefined
  }

  /** Width of the longest word, at which nothing has to be broken, and of all of it on one line. */
  measure(inline: Inline, base: Style): { readonly least: number; readonly whole: number } {
    let least = 0
    let whole = 0
    for (const run of inline) {
      const style = this.#styleOf(run, base)
      for (const word of wordsOf(clean(run.text))) {
        const width = this.widthOf(word, style)
        whole += width
        if (!/^\s/.test(word)) least = Math.max(least, width)
      }
    }
    return { least, whole }
  }

  lines(inline: Inline, width: number, base: Style): Line[] {
    const lines: Line[] = []
    let pieces: Piece[] = []
    let x = 0
    const close = (): void => {
      while (pieces.length > 0 && /^\s+$/.test(pieces.at(-1)!.text)) pieces.pop()
      lines.push({ pieces: joined(pieces), width: x, size: base.size })
      pieces = []
      x = 0
    }
    for (const run of inline) {
      const style = this.#styleOf(run, base)
      for (const word of wordsOf(clean(run.text))) {
        const blank = /^\s+$/.test(word)
        if (blank && pieces.length === 0) continue
        const whole = this.widthOf(word, style)
        if (!blank && x + whole > width && pieces.length > 0 && whole <= width) close()
        for (const part of whole > width && !blank ? this.#broken(word, width, width - x, style) : [word]) {
          const wide = part === word ? whole : this.widthOf(part, style)
          if (!blank && pieces.length > 0 && x + wide > width) close()
          pieces.push({ text: part, run, style, width: wide, x })
          x += wide
        }
      }
    }
    if (pieces.length > 0 || lines.length === 0) close()
    return lines
  }

  /** The text on one line; what does not fit is left out, and said so. */
  line(inline: Inline, width: number, base: Style): Line {
    const [first, second] = this.lines(inline, width, base)
    if (!second || !first) return first ?? { pieces: [], width: 0, size: base.size }
    const [shorter] = this.lines(inline, width - this.widthOf('…', base) - 1, base)
    const last = shorter!.pieces.at(-1)
    const end = last ? last.x + last.width : 0
    return { ...shorter!, width: end + this.widthOf('…', base), pieces: [...shorter!.pieces, { text: '…', run: { text: '…' }, style: base, width: this.widthOf('…', base), x: end }] }
  }

  /** Parts of a word that is longer than a line. */
  #broken(word: string, width: number, first: number, style: Style): string[] {
    const parts: string[] = []
    let part = ''
    let room = first < width * 0.3 ? width : first
    for (const { segment } of segmenter.segment(word)) {
      if (part !== '' && this.widthOf(part + segment, style) > room) {
        parts.push(part)
        part = ''
        room = width
      }
      part += segment
    }
    return [...parts, part]
  }

  drawLine(line: Line, left: number, baseline: number): void {
    for (const piece of line.pieces) {
      if (piece.run.code) this.doc.rect(left + piece.x - 1, baseline - piece.style.size * 0.95, piece.width + 2, piece.style.size * 1.25).fill(INK.code)
      this.write(isRightToLeft(piece.text) ? `\u2068${piece.text}\u2069` : piece.text, left + piece.x, baseline, piece.style)
      const target = this.#target(piece.run)
      if (target === undefined) continue
      const [top, tall] = [baseline - piece.style.size, piece.style.size * 1.3]
      if ('url' in target) this.doc.link(left + piece.x, top, piece.width, tall, target.url)
      // A destination by its name: half as many objects as an action that goes there.
      else this.doc.annotate(left + piece.x, top, piece.width, tall, { Subtype: 'Link', Dest: target.anchor } as never)
    }
  }

  /** Text over the whole width, on as many pages as it takes. */
  text(parent: Element, type: string, inline: Inline, style: Style, more: { readonly indent?: number; readonly after?: number; readonly before?: number; readonly sign?: string; readonly width?: number } = {}): void {
    const indent = more.indent ?? 0
    const lines = this.lines(inline, (more.width ?? this.width) - indent, style)
    const leading = style.size * LEADING
    this.y += more.before ?? 0
    const element = this.doc.struct(type)
    parent.add(element)
    for (const [at, line] of lines.entries()) {
      this.need(leading)
      this.into(element, type, () => {
        if (at === 0 && more.sign !== undefined) this.write(more.sign, MARGIN.side + indent - 14, this.y + style.size, { ...style, colour: INK.quiet })
        this.drawLine(line, MARGIN.side + indent, this.y + style.size)
      })
      this.y += leading
    }
    element.end()
    this.y += more.after ?? 0
  }
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Words and blanks; long addresses and names in code may also end at a sign. */
function wordsOf(text: string): string[] {
  return text.match(/\s+|[^\s/_.,@-]{1,200}[/_.,@-]*|[/_.,@-]+/g) ?? []
}

/** Neighbours in one style become one piece: fewer operators, and Hebrew words stay in order. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (last && last.run === piece.run) {
      last.text += piece.text
      last.width += piece.width
    } else result.push({ ...piece })
  }
  return result
}
