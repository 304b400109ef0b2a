/** Cards in framed groups, in as many columns as the sheet has, as low as may be; more sheets where it must be. */
import type { Role } from '../scene/palette.ts'
import type { Item, Page } from '../scene/scene.ts'
import { label } from '../scene/text.ts'
import { moved } from './sections.ts'

export interface Card {
  readonly height: number
  /** At 0,0; `CARD_WIDTH` wide. */
  readonly items: readonly Item[]
}

export interface CardGroup {
  readonly id: string
  readonly name: string
  readonly strong: Role
  readonly soft: Role
  readonly cards: readonly Card[]
}

const PAD = 11
const GAP = 14
const CARD_GAP = 9

export interface CardSize { readonly columns: number; readonly width: number; readonly gap: number }

/** Columns of a sheet, and how wide a card is. */
export function cardSize(width: number, about: number): CardSize {
  const columns = Math.max(1, Math.floor((width + GAP) / (about + GAP)))
  return { columns, gap: GAP, width: (width - (columns - 1) * GAP) / columns - 2 * PAD }
}

interface Frame { readonly group: CardGroup; readonly title: ReturnType<typeof label>; readonly column: number; readonly top: number; height: number; columns: number; readonly cards: { readonly card: Card; readonly y: number; readonly column: number }[] }

/** Names of the groups of each sheet are its part where there are several. */
export function cardPages(groups: readonly CardGroup[], size: CardSize, room: { readonly width: number; readonly height: number }): Page[] {
  const full = filled(groups, size, room.height)
  let best = full
  if (full.length === 1) {
    // The least height at which they still go on one sheet.
    for (let height = 160; height < room.height; height += 20) {
      const next = filled(groups, size, height)
      if (next.length > 1 || !next.flat().every((frame) => frame.top + frame.height <= height)) continue
      best = next
      break
    }
  }
  return best.map((frames) => ({
    ...(best.length > 1 ? { part: [...new Set(frames.map(({ group }) => group.name))].join(', ') } : {}),
    width: Math.max(...frames.map(({ column, columns }) => (column + columns) * (size.width + 2 * PAD + size.gap) - size.gap)), height: Math.max(0, ...frames.map(({ top, height }) => top + height)), items: frames.flatMap((frame, index) => drawn(frame, index, size)),
  }))
}

function filled(groups: readonly CardGroup[], size: CardSize, height: number): Frame[][] {
  const pages: Frame[][] = []
  let page: Frame[] = []
  let free = Array.from({ length: size.columns }, () => 0)
  for (const group of groups) {
    const title = label(group.name, { size: 12, bold: true, colour: group.strong, width: size.width })
    const strip = title.height + 11
    let frame: Frame | undefined
    for (const card of group.cards) {
      if (frame !== undefined && frame.top + frame.height + card.height + CARD_GAP <= height) {
        frame.cards.push({ card, y: frame.height - PAD + CARD_GAP, column: 0 })
        frame.height += card.height + CARD_GAP
        free[frame.column] = frame.top + frame.height + GAP
        continue
      }
      const least = strip + card.height + PAD
      let column = free.indexOf(Math.min(...free))
      if (free[column]! > 0 && free[column]! + least > height) {
        pages.push(page)
        page = []
        free = free.map(() => 0)
        column = 0
      }
      frame = { group, title, column, top: free[column]!, height: least, columns: 1, cards: [{ card, y: strip, column: 0 }] }
      free[column] = frame.top + least + GAP
      page.push(frame)
    }
    page = merged(page, free)
  }
  return page.length === 0 ? pages : [...pages, page]
}

/** Frames of the last group that begin at one height in neighbouring columns are one. */
function merged(page: readonly Frame[], free: number[]): Frame[] {
  const done: Frame[] = []
  for (const frame of page) {
    const last = done.at(-1)
    if (last === undefined || last.group !== frame.group || last.top !== frame.top || last.column + last.columns !== frame.column) {
      done.push(frame)
      continue
    }
    last.cards.push(...frame.cards.map((card) => ({ ...card, column: card.column + last.columns })))
    last.columns += frame.columns
    last.height = Math.max(last.height, frame.height)
    for (let column = last.column; column < last.column + last.columns; column += 1) free[column] = Math.max(free[column]!, last.top + last.height + GAP)
  }
  return done
}

function drawn({ group, title, column, columns, top, height, cards }: Frame, index: number, { width, gap }: CardSize): Item[] {
  const step = width + 2 * PAD + gap
  const x = column * step
  return [
    { kind: 'zone', id: `${group.id}-${index}`, x, y: top, width: columns * step - gap, height, radius: 10, fill: group.soft, edge: group.strong, weight: 1.25, dashed: true, label: title },
    ...cards.flatMap(({ card, y, column: at }) => card.items.map((item) => moved(item, x + at * step + PAD, top + y))),
  ]
}
