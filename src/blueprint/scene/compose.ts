/** Puts title block and legend around the pages of a drawing, and makes marks of everything. */
import { type Mark, type Sheet } from './marks.ts'
import { iconMarks, marksOf, textMark } from './outlines.ts'
import { type Drawing, type LegendEntry, type Page, sheetName, type TitleBlock } from './scene.ts'
import { isolated, label, LINE, plainText } from './text.ts'

/** A3 on its side or upright, at 1280 units for its long side: what is larger would be printed with text that is too small. */
const SHEET = { landscape: { width: 1280, height: 905 }, portrait: { width: 905, height: 1280 } } as const
export type Format = keyof typeof SHEET

const MARGIN = 24
const LEAST_WIDTH = 640
const TITLE = 19
const UNDER = 11.5
const GAP = 18
/** Title and what stands under it, two lines each. */
const HEADER_MOST = 2 * LINE * TITLE + 3 + 2 * LINE * UNDER + GAP
const ROW = 22
const SAMPLE = 30

/** How large a page of a drawing with this legend may be. */
export function room(legend: readonly LegendEntry[], format: Format = 'landscape'): { readonly width: number; readonly height: number } {
  const width = SHEET[format].width - 2 * MARGIN
  return { width, height: Math.floor(SHEET[format].height - 2 * MARGIN - HEADER_MOST - legendOf(legend, width).height) }
}

/** The sheets of a drawing, one for each of its pages. */
export const sheetsOf = (drawing: Drawing, block: TitleBlock): Sheet[] =>
  drawing.pages.map((page, index) => {
    const inner = Math.max(page.width, LEAST_WIDTH)
    const header = headerOf(drawing, page, index, block, inner)
    const legend = legendOf(drawing.legend, inner)
    const left = MARGIN + (inner - page.width) / 2
    const top = MARGIN + header.height
    const title = [drawing.title, page.part ?? ''].map(plainText).filter((part) => part !== '').join(': ') || drawing.name
    return {
      name: sheetName(drawing, index),
      title: drawing.pages.length > 1 ? `${title} (${block.sheet(index + 1, drawing.pages.length)})` : title,
      alt: plainText(drawing.alt),
      width: inner + 2 * MARGIN,
      height: top + page.height + legend.height + MARGIN,
      marks: [
        { is: 'group', data: new Map([['part', 'title']]), marks: header.marks.map((mark) => moved(mark, MARGIN, MARGIN)) },
        { is: 'group', data: new Map([['part', 'drawing']]), marks: page.items.map(marksOf).map((mark) => moved(mark, left, top)) },
        ...(legend.marks.length === 0 ? [] : [{ is: 'group', data: new Map([['part', 'legend']]), hint: block.legend, marks: legend.marks.map((mark) => moved(mark, MARGIN, top + page.height)) } as const]),
      ],
    }
  })

function headerOf(drawing: Drawing, page: Page, index: number, block: TitleBlock, width: number): { readonly marks: Mark[]; readonly height: number } {
  const sheet = drawing.pages.length > 1 ? label(block.sheet(index + 1, drawing.pages.length), { size: UNDER, colour: 'quiet' }) : undefined
  const beside = sheet === undefined ? 0 : sheet.width + 24
  const title = label(page.part === undefined ? drawing.title : `${isolated(drawing.title)}: ${isolated(page.part)}`, { size: TITLE, bold: true, width: width - beside, lines: 2 })
  const under = label([block.layer, isolated(block.plan), isolated(block.version), ...(block.date === undefined ? [] : [block.date])].join('  ·  '), { size: UNDER, colour: 'quiet', width, lines: 2 })
  const height = title.height + 3 + under.height
  return {
    height: height + GAP,
    marks: [
      textIn(title, 0, 0, 'start'),
      textIn(under, 0, title.height + 3, 'start'),
      ...(sheet === undefined ? [] : [textIn(sheet, width, 6, 'end')]),
    ],
  }
}

const textIn = (text: ReturnType<typeof label>, x: number, y: number, anchor: 'start' | 'end'): Mark =>
  ({ is: 'group', data: new Map([['text', 'free']]), ...(text.full === undefined ? {} : { hint: text.full }), marks: [textMark(text, x, y, anchor)] })

function legendOf(entries: readonly LegendEntry[], width: number): { readonly marks: Mark[]; readonly height: number } {
  if (entries.length === 0) return { marks: [], height: 0 }
  const marks: Mark[] = []
  let x = 0
  let y = GAP
  for (const entry of entries) {
    const text = label(entry.text, { size: 11, colour: 'quiet', width: width - SAMPLE - 8, lines: 1 })
    if (x > 0 && x + SAMPLE + 8 + text.width > width) {
      x = 0
      y += ROW
    }
    marks.push(...sampleMarks(entry.sample, x, y), textIn(text, x + SAMPLE + 8, y + (ROW - text.height) / 2, 'start'))
    x += SAMPLE + 8 + text.width + 22
  }
  return { marks, height: y + ROW }
}

function sampleMarks(sample: LegendEntry['sample'], x: number, y: number): Mark[] {
  const middle = y + ROW / 2
  switch (sample.kind) {
    case 'icon': return iconMarks(sample.icon, x + SAMPLE - 18, middle - 8, 16, sample.colour ?? 'quiet')
    case 'sign': {
      const sign = label(sample.sign, { size: 11, bold: true, colour: sample.colour ?? 'ink' })
      return [textMark(sign, x + SAMPLE, middle - sign.height / 2, 'end')]
    }
    case 'line': {
      const { kind: _, ...rest } = sample
      return legendMark(marksOf({ kind: 'line', points: [[x, middle], [x + SAMPLE, middle]], ...rest }))
    }
    case 'shape': {
      const { kind: _, shape = 'box', icon, ...rest } = sample
      const round = shape === 'circle' || shape === 'diamond'
      const width = round ? 16 : 26
      return legendMark(marksOf({ kind: 'shape', id: '', shape, x: x + SAMPLE - width, y: middle - 8, width, height: 16, radius: 3, ...(icon === undefined ? {} : { icon, iconAt: 'centre' }), ...rest }))
    }
  }
}

/** A sample stands for nothing: without the attributes of what it looks like. */
const legendMark = (mark: Mark): Mark[] => (mark.is === 'group' ? mark.marks.map((one) => (one.is === 'path' ? withoutPart(one) : one)) : [mark])

function withoutPart(mark: Extract<Mark, { is: 'path' }>): Mark {
  const { part: _, ...rest } = mark
  return rest
}

function moved(mark: Mark, dx: number, dy: number): Mark {
  if (mark.is === 'group') return { ...mark, marks: mark.marks.map((one) => moved(one, dx, dy)) }
  if (mark.is === 'text') return { ...mark, x: mark.x + dx, y: mark.y + dy }
  if (mark.placed !== undefined) return { ...mark, placed: { ...mark.placed, x: mark.placed.x + dx, y: mark.placed.y + dy } }
  const { form } = mark
  if (form.is !== 'course') return { ...mark, form: { ...form, x: form.x + dx, y: form.y + dy } }
  return {
    ...mark,
    form: {
      is: 'course',
      steps: form.steps.map((step) => {
        if (step.to === 'close' || step.to === 'raw') return step
        const there = { ...step, x: step.x + dx, y: step.y + dy }
        return there.to === 'curve' ? { ...there, x1: there.x1 + dx, y1: there.y1 + dy } : there
      }),
    },
  }
}
