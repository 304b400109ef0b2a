/** Divides what does not go on one page: boxes in their order, each page filled as far as its height goes. */
import type { Sided } from '../../layout/sides.ts'
import { type BarBox, type BarFrame, type BarGroup, type BarRow, heightOfSides, type MeasuredGroup, measuredGroup, sides } from './bar.ts'

export interface Cut { readonly name: (name: string, part: number, of: number) => string }

/** Groups of each page. A box that is higher than a page is divided into parts with the same meaning. */
export function barPages(groups: readonly BarGroup[], frame: BarFrame, height: number, cut: Cut, arranged: (groups: readonly MeasuredGroup[]) => Sided<MeasuredGroup> = sides): readonly (readonly BarGroup[])[] {
  const pages: BarGroup[][] = []
  let page: BarGroup[] = []
  const fits = (candidate: readonly BarGroup[]): boolean => heightOfSides(arranged(candidate.map((group) => measuredGroup(group, frame)))) <= height
  for (const group of groups) {
    for (const whole of group.boxes) {
      for (const box of parted(whole, group, frame, height, cut)) {
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

function parted(box: BarBox, group: BarGroup, frame: BarFrame, height: number, cut: Cut): readonly BarBox[] {
  const tall = (rows: readonly BarRow[], name: string): number => measuredGroup({ ...group, boxes: [{ ...box, name, rows }] }, frame).height
  if (tall(box.rows, box.name) <= height) return [box]
  const parts: BarRow[][] = []
  let rows: BarRow[] = []
  for (const row of box.rows) {
    if (rows.length > 0 && tall([...rows, row], cut.name(box.name, 88, 88)) > height) {
      parts.push(rows)
      rows = []
    }
    rows.push(row)
  }
  parts.push(rows)
  return parts.map((part, index) => ({ ...box, id: index === 0 ? box.id : `${box.id}-${index + 1}`, name: cut.name(box.name, index + 1, parts.length), rows: part }))
}
