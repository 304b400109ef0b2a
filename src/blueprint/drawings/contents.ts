/** The first sheet of a drawing that takes several: what is to be found on which. */
import type { Role } from '../scene/palette.ts'
import type { Item, Meaning, Page } from '../scene/scene.ts'
import { label } from '../scene/text.ts'
import { type Section, stacked } from './sections.ts'

export interface ContentsEntry extends Meaning {
  readonly sign?: string
  readonly name: string
  readonly strong?: Role
  readonly dashed?: boolean
}

export interface ContentsGroup { readonly title: string; readonly entries: readonly ContentsEntry[] }

const CELL = 28
const HEIGHT = 25
const GAP = 10
const LEAST_WIDTH = 220

/** `groups` are the sheets that follow; their titles say which. */
export function contentsPages(groups: readonly ContentsGroup[], part: string, room: { readonly width: number; readonly height: number }): Page[] {
  const columns = Math.max(1, Math.floor((room.width + GAP) / (LEAST_WIDTH + GAP)))
  const width = (room.width - (columns - 1) * GAP) / columns
  const sections: Section[] = []
  for (const [at, { title, entries }] of groups.entries()) {
    const head = label(title, { size: 12, bold: true, colour: 'quiet', width: room.width, lines: 2 })
    for (let index = 0; index < Math.max(1, entries.length); index += columns) {
      const first = index === 0 ? head.height + 5 : 0
      const cells = entries.slice(index, index + columns).map((entry, column) => cell(entry, `entry-${at}-${index + column}`, column * (width + GAP), first, width))
      sections.push({ height: first + CELL, gap: index === 0 ? 14 : 0, items: [...(index === 0 ? [{ kind: 'text', label: head, x: 0, y: 0 } as const] : []), ...cells] })
    }
  }
  return stacked(sections, room.width, room.height).map((page) => ({ part, ...page }))
}

function cell({ sign, name, strong = 'edge', dashed, ...meaning }: ContentsEntry, id: string, x: number, y: number, width: number): Item {
  const mark = sign === undefined ? undefined : label(sign, { size: 11, bold: true, colour: strong === 'edge' ? 'accent-1' : strong })
  const before = mark === undefined ? 9 : 9 + mark.width + 6
  const text = label(name, { size: 11.5, width: width - before - 9, lines: 1 })
  const top = (HEIGHT - text.height) / 2
  return {
    kind: 'shape', id, shape: 'box', x, y, width, height: HEIGHT, radius: 5, fill: 'paper', edge: strong, weight: 1, ...(dashed === true ? { dashed } : {}), hint: name, ...meaning,
    texts: [...(mark === undefined ? [] : [{ label: mark, x: 9, y: top }]), { label: text, x: before, y: top }],
  }
}
