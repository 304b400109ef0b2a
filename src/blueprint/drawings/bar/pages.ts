/** Divides what does not go on one page: boxes in their order, each page filled as far as its height goes. */
import type { Sided } from '../../layout/sides.ts'
import { type BarBox, type BarFrame, type BarGroup, type BarRow, heightOfSides, type MeasuredGroup, measuredGroup, sides } from './bar.ts'

export interface Cut { readonly name: (name: string, part: number, of: number) => string }

/** Groups of each page. A box that is higher than a page is divided into parts with the same meaning. */
export function barPages(groups: readonly BarGroup[], frame: BarFrame, cut: Cut, arranged: (groups: readonly MeasuredGroup[], frame: BarFrame) => Sided<MeasuredGroup> = sides): readonly (readonly BarGroup[])[] {
  const pages: BarGroup[][] = []
  let page: BarGroup[] = []
  const fits = (candidate: readonly BarGroup[]): boolean => heightOfSides(arranged(candidate.map((group) => measuredGroup(group, frame)), frame)) <= frame.height
  for (const group of groups) {
    for (const whole of group.boxes) {
      for (const box of parted(whole, group, frame, cut)) {
        const last = page.at(-1)
        const next = last?.id === group.id ? [...page.slice(0, -1), { ...last, boxes: [...last.boxes, box] }] : [...page, { ...group, boxes: [box] }]
        if (page.length === 0 || fits(next)) page = next
        else {
          pages.push(page)
          page = [{ ...group, boxes: [box] }]
        }
      }
    }
  }
  return page.length === 0 ? pages : [...pages, page]
}

function parted(box: BarBox, group: BarGroup, frame: BarFrame, cut: Cut): readonly BarBox[] {
  const tall = (rows: readonly BarRow[], name: string): number => measuredGroup({ ...group, boxes: [{ ...box, name, rows }] }, frame).height
  if (tall(box.rows, box.name) <= frame.height) return [box]
  const fits = (rows: readonly BarRow[]): boolean => tall(rows, cut.name(box.name, 88, 88)) <= frame.height
  const filled = inParts(box.rows, (rows) => fits(rows))
  // As many parts as it takes, of equal length if that goes.
  const share = Math.ceil(box.rows.length / filled.length)
  const even = inParts(box.rows, (rows) => rows.length <= share)
  const parts = even.every(fits) ? even : filled
  return parts.map((part, index) => ({ ...box, id: index === 0 ? box.id : `${box.id}-${index + 1}`, name: cut.name(box.name, index + 1, parts.length), rows: part }))
}

function inParts(rows: readonly BarRow[], fits: (rows: readonly BarRow[]) => boolean): BarRow[][] {
  const parts: BarRow[][] = []
  let part: BarRow[] = []
  for (const row of rows) {
    if (part.length > 0 && !fits([...part, row])) {
      parts.push(part)
      part = []
    }
    part.push(row)
  }
  return [...parts, part]
}
