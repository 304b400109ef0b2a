/** Small boxes side by side, as many in a row as there is room for. */
import type { Role } from '../scene/palette.ts'
import type { Item, Meaning } from '../scene/scene.ts'
import { label } from '../scene/text.ts'

export interface Chip extends Meaning {
  readonly id: string
  readonly text: string
  readonly fill: Role
  readonly edge: Role
  readonly dashed?: boolean
  readonly bold?: boolean
}

const GAP = 5
const PAD = 8

/** From x, y on, within this width; `height` is 0 without chips. */
export function chips(all: readonly Chip[], x: number, y: number, width: number, size = 11): { readonly items: readonly Item[]; readonly height: number } {
  const items: Item[] = []
  let left = 0
  let top = 0
  let row = 0
  for (const { text: said, fill, edge, dashed, bold = false, ...meaning } of all) {
    const text = label(said, { size, bold, width: width - 2 * PAD - 2, lines: 3 })
    const wide = Math.min(width, text.width + 2 * PAD + 2)
    const tall = text.height + 8
    if (left > 0 && left + wide > width) {
      top += row + GAP
      left = 0
      row = 0
    }
    items.push({ kind: 'shape', shape: 'box', x: x + left, y: y + top, width: wide, height: tall, radius: 5, fill, edge, weight: 1, ...(dashed === true ? { dashed } : {}), label: text, hint: said, ...meaning })
    left += wide + GAP
    row = Math.max(row, tall)
  }
  return { items, height: all.length === 0 ? 0 : top + row }
}
