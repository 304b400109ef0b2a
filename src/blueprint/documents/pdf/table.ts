/** Tables on paper: widths from what stands in them, rows that may be divided, the head again on each page. */
import type { Block, Inline } from '../document.ts'
import { INK, LEADING, type Element, type Line, MARGIN, type Paper, type Style } from './paper.ts'

type TableBlock = Extract<Block, { is: 'table' }>

const PAD = { x: 5, y: 3.6 } as const
/** Rows that are measured for the widths. */
const MEASURED = 300

export function writeTable(paper: Paper, parent: Element, { columns, rows }: TableBlock): void {
  const style: Style = { size: columns.length > 8 ? 6.6 : columns.length > 5 ? 7.4 : 8.2 }
  const headStyle: Style = { size: style.size * 0.95, bold: true, colour: INK.quiet }
  const widths = widthsOf(paper, columns, rows, style, headStyle)
  const head = columns.map((column, at) => paper.lines([{ text: column.label }], widths[at]! - 2 * PAD.x, headStyle))
  const leading = style.size * LEADING
  const headHeight = Math.max(...head.map((lines) => lines.length)) * leading + 2 * PAD.y
  // In a book of thousands of pages a row is one paragraph for a screen reader: cells would be half of the file.
  const table = paper.doc.struct(paper.fine ? 'Table' : 'Sect')
  parent.add(table)

  const drawCells = (cells: readonly (readonly Line[])[], type: 'TH' | 'TD', height: number): void => {
    let x: number = MARGIN.side
    const drawCell = (lines: readonly Line[], at: number): void => {
      for (const [number, line] of lines.entries()) paper.drawLine(line, x + PAD.x, paper.y + PAD.y + number * leading + style.size)
      x += widths[at]!
    }
    if (paper.fine) {
      const row = paper.doc.struct('TR')
      table.add(row)
      for (const [at, lines] of cells.entries()) paper.tagged(row, type, () => drawCell(lines, at), type === 'TH' ? { scope: 'Column' } : {})
      row.end()
    } else paper.tagged(table, 'P', () => cells.forEach(drawCell))
    paper.y += height
    paper.artifact(() => paper.doc.moveTo(MARGIN.side, paper.y).lineTo(MARGIN.side + paper.width, paper.y).lineWidth(0.5).strokeColor(INK.rule).stroke())
  }
  const drawHead = (): void => {
    paper.artifact(() => paper.doc.rect(MARGIN.side, paper.y, paper.width, headHeight).fill(INK.fill))
    drawCells(head, 'TH', headHeight)
  }

  paper.need(headHeight + 3 * leading + 2 * PAD.y)
  drawHead()
  for (const row of rows) {
    let cells: readonly (readonly Line[])[] = columns.map((_, at) => paper.lines(row.cells[at] ?? [], widths[at]! - 2 * PAD.x, style))
    const tall = Math.max(...cells.map((lines) => lines.length))
    const pageful = Math.floor((paper.bottom - MARGIN.top - headHeight - 2 * PAD.y) / leading)
    // A row goes to the next page as a whole, unless it is longer than one.
    if (paper.room < tall * leading + 2 * PAD.y && (tall <= pageful || paper.room < 4 * leading)) {
      paper.page()
      drawHead()
    }
    for (;;) {
      const fits = Math.max(1, Math.floor((paper.room - 2 * PAD.y) / leading))
      const part = cells.map((lines) => lines.slice(0, fits))
      drawCells(part, 'TD', Math.max(...part.map((lines) => lines.length)) * leading + 2 * PAD.y)
      cells = cells.map((lines) => lines.slice(fits))
      if (cells.every((lines) => lines.length === 0)) break
      paper.page()
      drawHead()
    }
  }
  table.end()
  paper.y += 10
}

/** Terms and what is said about them. */
export function writePairs(paper: Paper, parent: Element, pairs: readonly (readonly [Inline, Inline])[]): void {
  const style: Style = { size: 9 }
  const leading = style.size * LEADING
  const second = paper.width * 0.3
  for (const [term, said] of pairs) {
    const left = paper.lines(term, second - 12, style)
    const right = paper.lines(said, paper.width - second, style)
    const rows = Math.max(left.length, right.length)
    paper.need(Math.min(rows, 4) * leading + 2 * PAD.y)
    const element = paper.doc.struct('P')
    parent.add(element)
    for (let at = 0; at < rows;) {
      const fits = Math.max(1, Math.min(rows - at, Math.floor((paper.room - 2 * PAD.y) / leading)))
      paper.into(element, 'P', () => {
        for (const [lines, x] of [[left, 0], [right, second]] as const) {
          for (const [number, line] of lines.slice(at, at + fits).entries()) paper.drawLine(line, MARGIN.side + x, paper.y + PAD.y + number * leading + style.size)
        }
      })
      paper.y += fits * leading + 2 * PAD.y
      at += fits
      if (at < rows) paper.page()
    }
    element.end()
    paper.artifact(() => paper.doc.moveTo(MARGIN.side, paper.y).lineTo(MARGIN.side + paper.width, paper.y).lineWidth(0.5).strokeColor(INK.rule).stroke())
  }
  paper.y += 10
}

/** As a browser does it: nobody less than the longest word, the rest by what there is to say. */
function widthsOf(paper: Paper, columns: TableBlock['columns'], rows: TableBlock['rows'], style: Style, headStyle: Style): number[] {
  const room = paper.width
  const most = room * 0.42
  const measured = columns.map((column, at) => {
    const head = paper.measure([{ text: column.label }], headStyle)
    let { least, whole } = head
    for (const row of rows.slice(0, MEASURED)) {
      const cell = paper.measure(row.cells[at] ?? [], style)
      least = Math.max(least, cell.least)
      whole = Math.max(whole, cell.whole)
    }
    return { least: Math.min(least, most) + 2 * PAD.x + 1, whole: Math.min(whole, room * 2) + 2 * PAD.x + 1 }
  })
  const least = measured.reduce((sum, one) => sum + one.least, 0)
  const whole = measured.reduce((sum, one) => sum + Math.max(one.whole, one.least), 0)
  if (least >= room) return measured.map((one) => (one.least / least) * room)
  if (whole <= room) return measured.map((one) => (Math.max(one.whole, one.least) / whole) * room)
  // The square root keeps one long text from taking all of it.
  const wants = measured.map((one) => Math.sqrt(Math.max(0, one.whole - one.least)))
  const sum = wants.reduce((a, b) => a + b, 0)
  return measured.map((one, at) => one.least + ((room - least) * wants[at]!) / sum)
}
