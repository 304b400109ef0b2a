/** Writes sheets, and lines of text, into a PDF document, with the bundled faces and in the light colours. */
import type PDFDocument from 'pdfkit'
import { FACES, type Face, fontFile } from '../fonts/bundled.ts'
import { transliterated } from '../fonts/transliterated.ts'
import { visualRuns } from '../fonts/visual.ts'
import { type Mark, type PathMark, pathData, type Sheet, type TextMark } from './marks.ts'
import { PALETTE } from './palette.ts'
import type { Anchor } from './scene.ts'
import { LINE, plainText } from './text.ts'

type Pdf = InstanceType<typeof PDFDocument>

/** Once for each document, before anything is written with `writeLine` or `drawSheet`. */
export function addFonts(doc: Pdf): void {
  for (const face of Object.keys(FACES) as Face[]) doc.registerFont(face, fontFile(face))
}

export interface PdfStyle {
  readonly size: number
  readonly bold?: boolean
  /** `#rrggbb`. */
  readonly colour?: string
  readonly anchor?: Anchor
  /** Wider text is made narrower to fit, to two thirds at most, and then cut. */
  readonly most?: number
}

const faceOf = (hebrew: boolean, bold: boolean): Face => (hebrew ? (bold ? 'hebrew-bold' : 'hebrew') : bold ? 'bold' : 'regular')

/** Isolates stay: they say how the line is ordered. */
const shown = (text: string): string => text.split(/([\u2068\u2069])/).map((part) => (/[\u2068\u2069]/.test(part) ? part : transliterated(part.toWellFormed()).text)).join('')

/** Whether the PDF says this text in other letters, which a reader should be told. */
export const isTransliterated = (text: string): boolean => transliterated(plainText(text)).changed

/** Of a text as `writeLine` writes it. */
export function widthInPdf(doc: Pdf, text: string, size: number, bold = false): number {
  return visualRuns(shown(text)).reduce((sum, run) => sum + doc.font(faceOf(run.hebrew, bold)).fontSize(size).widthOfString(run.text), 0)
}

/** No half of a code, and a bracket that was opened is closed. */
function cut(line: string): string {
  const kept = line.replace(/\s*(?:U\+?[\dA-F]*)?$/, '')
  return kept.lastIndexOf('‹') > kept.lastIndexOf('›') ? `${kept}…›` : `${kept}…`
}

/** One line, at its base line; nothing is wrapped and the place of other text is left as it was. */
export function writeLine(doc: Pdf, text: string, x: number, baseline: number, style: PdfStyle): void {
  const { size, bold = false, colour = PALETTE.ink.light, anchor = 'start', most = Number.POSITIVE_INFINITY } = style
  const measured = (line: string): number => visualRuns(line).reduce((sum, run) => sum + doc.font(faceOf(run.hebrew, bold)).fontSize(size).widthOfString(run.text), 0)
  let line = shown(text)
  let width = measured(line)
  for (let kept = [...line]; width > most * 1.5 && kept.length > 1; width = measured(line)) {
    kept = kept.slice(0, Math.min(kept.length - 1, Math.floor((kept.length * most * 1.5) / width)))
    line = cut(kept.join(''))
  }
  const narrower = width > most ? most / width : 1
  const [left, top] = [doc.x, doc.y]
  doc.save()
  if (narrower < 1) doc.scale(narrower, 1, { origin: [x, baseline] })
  let at = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  doc.fillColor(colour)
  for (const run of visualRuns(line)) {
    doc.font(faceOf(run.hebrew, bold)).fontSize(size)
    doc.text(run.text, at, baseline, { lineBreak: false, baseline: 'alphabetic' })
    at += doc.widthOfString(run.text)
  }
  doc.restore()
  doc.x = left
  doc.y = top
}

/** As large as the box allows, up to a point for each unit, in the middle of its width. */
export function drawSheet(doc: Pdf, sheet: Sheet, box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }, largest = 1): { readonly width: number; readonly height: number } {
  const scale = Math.min(box.width / sheet.width, box.height / sheet.height, largest)
  doc.save()
  doc.translate(box.x + (box.width - sheet.width * scale) / 2, box.y).scale(scale)
  for (const mark of sheet.marks) draw(doc, mark)
  doc.restore()
  return { width: sheet.width * scale, height: sheet.height * scale }
}

function draw(doc: Pdf, mark: Mark): void {
  switch (mark.is) {
    case 'group': return mark.marks.forEach((one) => draw(doc, one))
    case 'path': return drawPath(doc, mark)
    case 'text': return drawText(doc, mark)
  }
}

function drawPath(doc: Pdf, mark: PathMark): void {
  const { form, fill, stroke, placed } = mark
  if (fill === undefined && stroke === undefined) return
  doc.save()
  if (placed !== undefined) doc.translate(placed.x, placed.y).scale(placed.scale)
  if (stroke !== undefined) doc.lineWidth(mark.weight ?? 1).strokeColor(PALETTE[stroke].light)
  if (fill !== undefined) doc.fillColor(PALETTE[fill].light)
  if (mark.dash !== undefined) {
    const [dash = 1, space = dash] = mark.dash
    doc.dash(dash, { space })
  }
  if (mark.round === true) doc.lineCap('round').lineJoin('round')
  switch (form.is) {
    case 'rectangle':
      if (form.radius > 0) doc.roundedRect(form.x, form.y, form.width, form.height, form.radius)
      else doc.rect(form.x, form.y, form.width, form.height)
      break
    case 'ellipse': doc.ellipse(form.x, form.y, form.rx, form.ry); break
    case 'course': doc.path(pathData(form.steps)); break
  }
  if (fill !== undefined && stroke !== undefined) doc.fillAndStroke()
  else if (fill !== undefined) doc.fill()
  else doc.stroke()
  doc.restore()
}

function drawText(doc: Pdf, mark: TextMark): void {
  doc.save()
  if (mark.turned) doc.rotate(-90, { origin: [mark.x, mark.y] })
  for (const [index, line] of mark.lines.entries()) {
    writeLine(doc, line, mark.x, mark.y + index * LINE * mark.size, { size: mark.size, bold: mark.bold, colour: PALETTE[mark.colour].light, anchor: mark.anchor, most: mark.most })
  }
  doc.restore()
}
