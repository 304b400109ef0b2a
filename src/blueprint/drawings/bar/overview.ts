/** The first of several pages: every group around the bar with its systems, and the sheet on which each is drawn. */
import type { Item, Meaning, Page } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import type { BarBox, BarGroup, BarText } from './bar.ts'
import { BAR } from './place-bar.ts'

export interface OverviewWords {
  readonly overview: string
  readonly lines: (count: number) => string
  readonly sheets: (numbers: readonly number[]) => string
}

export interface OverviewEntry extends Meaning { readonly id: string; readonly name: string; readonly sheets: readonly number[]; readonly dashed: boolean }

export interface OverviewGroup extends Pick<BarGroup, 'id' | 'name' | 'strong' | 'soft'> {
  /** How many lines there are from it to the bar. */
  readonly lines: number
  readonly entries: readonly OverviewEntry[]
}

const ROW = 28
const PAD = 10
const GAP = 14
const LANE = 108
const BAR_WIDTH = 120

interface Block { readonly group: OverviewGroup; readonly height: number }

/** As many sheets as it takes; groups that do not go on one go on on the next. */
export function overviewPages(groups: readonly OverviewGroup[], bar: BarText, words: OverviewWords, room: { readonly width: number; readonly height: number }): Page[] {
  const columns = Math.max(1, Math.floor(((room.width - BAR_WIDTH) / 2 - LANE - PAD) / 200))
  const pages: Page[] = []
  let sides: [Block[], Block[]] = [[], []]
  const tall = (blocks: readonly Block[]): number => blocks.reduce((sum, { height }) => sum + height + GAP, -GAP)
  const flush = (): void => {
    pages.push(drawn(sides, columns, bar, words, room.width))
    sides = [[], []]
  }
  for (const group of groups) {
    const title = label(group.name, { size: 12, bold: true, width: 300 }).height + 12
    for (let rest = group.entries; rest.length > 0;) {
      const most = Math.max(1, Math.floor((room.height - title - PAD) / ROW)) * columns
      // A side that can still hold a few rows is filled before the next is begun.
      const free = sides.map((side) => Math.floor((room.height - (side.length === 0 ? 0 : tall(side) + GAP) - title - PAD) / ROW) * columns)
      const wanted = Math.min(rest.length, most)
      const side = free[0]! >= wanted && tall(sides[0]) <= tall(sides[1]) ? 0 : free[1]! >= wanted ? 1 : free[0]! >= wanted ? 0 : Math.max(...free) >= columns ? free.indexOf(Math.max(...free)) : -1
      if (side === -1) {
        flush()
        continue
      }
      const entries = rest.slice(0, Math.min(wanted, free[side]!))
      sides[side === 0 ? 0 : 1].push({ group: { ...group, entries }, height: title + Math.ceil(entries.length / columns) * ROW + PAD })
      rest = rest.slice(entries.length)
    }
  }
  if (sides[0].length + sides[1].length > 0) flush()
  return pages
}

function drawn(sides: readonly [readonly Block[], readonly Block[]], columns: number, bar: BarText, words: OverviewWords, width: number): Page {
  const zones: Item[] = []
  const rest: Item[] = []
  const barLeft = (width - BAR_WIDTH) / 2
  const zoneWidth = barLeft - LANE
  const cell = (zoneWidth - PAD * (columns + 1)) / columns
  let height = 120
  for (const [index, blocks] of sides.entries()) {
    const x = index === 0 ? 0 : width - zoneWidth
    let y = 0
    for (const { group, height: tall } of blocks) {
      const title = label(group.name, { size: 12, bold: true, colour: group.strong, width: 300 })
      zones.push({ kind: 'zone', id: `${group.id}-${index}`, x, y, width: zoneWidth, height: tall, radius: 10, fill: group.soft, edge: group.strong, weight: 1.25, dashed: true, label: title })
      for (const [at, system] of group.entries.entries()) rest.push(cellOf(system, x + PAD + (at % columns) * (cell + PAD), y + title.height + 12 + Math.floor(at / columns) * ROW, cell, group, words))
      const middle = y + tall / 2
      const [from, to] = index === 0 ? [zoneWidth, barLeft] : [width - zoneWidth, barLeft + BAR_WIDTH]
      const count = label(words.lines(group.lines), { size: 12, bold: true, colour: 'ink', width: LANE - 12, lines: 1 })
      if (group.lines > 0) rest.push({ kind: 'line', points: [[from, middle], [to, middle]], to: BAR, weight: 3, colour: group.strong, start: 'arrow', end: 'arrow', label: { label: count, x: (from + to) / 2, y: middle - 8 - count.height, anchor: 'middle' } })
      y += tall + GAP
    }
    height = Math.max(height, y - GAP)
  }
  const name = label(bar.name, { size: 16, bold: true, width: BAR_WIDTH - 18, colour: 'accent-3' })
  const sub = label(bar.sub.join(' · '), { size: 11, colour: 'quiet', width: BAR_WIDTH - 18, lines: 8 })
  const hub: Item = { kind: 'shape', id: BAR, shape: 'box', x: barLeft, y: 0, width: BAR_WIDTH, height, radius: 12, fill: 'soft-3', edge: 'accent-3', weight: 2, label: name, ...(bar.sub.length === 0 ? {} : { sub }), valign: 'top' }
  return { part: words.overview, width, height, items: [...zones, hub, ...rest] }
}

function cellOf(entry: OverviewEntry, x: number, y: number, width: number, group: OverviewGroup, words: OverviewWords): Item {
  const { id, name: said, sheets: on, dashed, ...meaning } = entry
  const sheets = label(on.length === 0 ? '–' : words.sheets(on), { size: 10.5, colour: 'quiet', width: width * 0.5, lines: 1 })
  const name = label(said, { size: 11.5, bold: true, width: width - sheets.width - 26, lines: 1 })
  const height = ROW - 3
  return {
    kind: 'shape', id: `cell-${id}`, shape: 'box', x, y, width, height, radius: 5, fill: 'paper', edge: group.strong, weight: 1, ...(dashed ? { dashed } : {}), hint: said, ...meaning,
    texts: [{ label: name, x: 9, y: (height - name.height) / 2 }, { label: sheets, x: width - 9, y: (height - sheets.height) / 2, anchor: 'end' }],
  }
}

/** What stands on pages without a bar, as a group of the overview: boxes by the page that holds them; `first` is the number of the first page. */
export function apartGroup(boxes: readonly BarBox[], name: string, pages: readonly Pick<Page, 'items'>[], first: number): readonly OverviewGroup[] {
  if (boxes.length === 0) return []
  const sheetOf = (id: string): number[] => pages.flatMap(({ items }, index) => (items.some((item) => item.kind === 'shape' && item.id === id) ? [first + index] : []))
  return [{
    id: 'apart', name, strong: 'quiet', soft: 'fill', lines: 0,
    entries: boxes.map((box) => ({ id: box.id, name: box.name, sheets: sheetOf(box.id), dashed: box.dashed === true, ...(box.system === undefined ? {} : { system: box.system }) })),
  }]
}
