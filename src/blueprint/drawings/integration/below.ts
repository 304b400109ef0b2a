/** What stands below the bar: the list of what stays as it is, and systems without any exchange. */
import type { Application, Blueprint } from '../../model.ts'
import type { Item } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { masonry } from '../../layout/cards.ts'
import type { Section } from '../sections.ts'
import { boxOf, type Landscape, type Numbered } from './landscape.ts'
import type { LandscapeWords } from './words.ts'

const GAP = 22
const LINE_GAP = 4

/** A heading, then what stays, a line each; in two columns where there is room. */
export function staysSections(blueprint: Blueprint, landscape: Landscape, width: number): Section[] {
  if (landscape.stays.length === 0) return []
  const columns = width > 1000 && landscape.stays.length > 3 ? 2 : 1
  const room = width / columns - 12
  const title = label(landscape.words.stays, { size: 12, bold: true, colour: 'accent-6', width })
  const rows: Section[] = []
  for (let index = 0; index < landscape.stays.length; index += columns) {
    const lines = landscape.stays.slice(index, index + columns).map((one, column) => stayLine(blueprint, one, column * (room + 24), room))
    rows.push({ height: Math.max(...lines.map(({ height }) => height)), items: lines.flatMap(({ items }) => items), gap: LINE_GAP })
  }
  // The heading stays with its first line.
  const [first, ...rest] = rows
  const head: Item = { kind: 'text', label: title, x: 0, y: 0 }
  return [{ gap: GAP, height: title.height + LINE_GAP + first!.height, items: [head, ...first!.items.map((item) => (item.kind === 'text' ? { ...item, y: item.y + title.height + LINE_GAP } : item))] }, ...rest]
}

function stayLine(blueprint: Blueprint, { number, existing }: Numbered, x: number, width: number): Section {
  const names = (keys: readonly string[]): string => keys.map((key) => blueprint.systems.get(key)?.name ?? key).join(', ')
  const sign = label(number, { size: 11.5, bold: true, colour: 'accent-6' })
  const text = label(`${existing.carries ?? existing.name}: ${names(existing.from)} → ${names(existing.to)}${existing.how === undefined ? '' : ` · ${existing.how}`}`, { size: 11.5, width: width - sign.width - 8, lines: 3 })
  return { height: text.height, items: [{ kind: 'text', label: sign, x, y: 0 }, { kind: 'text', label: text, x: x + sign.width + 8, y: 0 }] }
}

const CARD_GAP = 12
const PAD = 14

/** Systems in rows of equal boxes, each row a section of its own zone, so that a page may end anywhere. */
export function apartSections(blueprint: Blueprint, systems: readonly Application[], words: LandscapeWords, width: number, height: number): Section[] {
  if (systems.length === 0) return []
  const columns = Math.max(1, Math.floor((width - PAD) / 200))
  const cardWidth = (width - 2 * PAD - (columns - 1) * CARD_GAP) / columns
  const title = label(words.apart, { size: 12, bold: true, colour: 'quiet', width: width - 2 * PAD })
  const cards = systems.map((system) => {
    const box = boxOf(blueprint, system, [], words)
    const name = label(box.name, { size: 13, bold: true, width: cardWidth - 18, colour: box.quiet === true ? 'later' : 'ink' })
    const sub = box.sub.length === 0 ? undefined : label(box.sub.join(' · '), { size: 10.5, colour: 'quiet', width: cardWidth - 18, lines: 3 })
    return { box, name, sub, height: Math.max(44, name.height + (sub === undefined ? 0 : sub.height + 2) + 18) }
  })
  const sections: Section[] = []
  for (let rest = cards; rest.length > 0;) {
    let count = Math.min(rest.length, columns)
    let placed = masonry(rest.slice(0, count).map((card) => card.height), columns, CARD_GAP)
    const top = title.height + 12
    for (let more = count + 1; more <= rest.length; more += 1) {
      const next = masonry(rest.slice(0, more).map((card) => card.height), columns, CARD_GAP)
      if (next.height + top + PAD > height) break
      count = more
      placed = next
    }
    const used = Math.min(columns, count)
    const items = rest.slice(0, count).map(({ box, name, sub, height: tall }, index): Item => {
      const { column, y } = placed.places[index]!
      return {
        kind: 'shape', id: box.id, shape: 'box', x: PAD + column * (cardWidth + CARD_GAP), y: top + y, width: cardWidth, height: tall, radius: 8, fill: 'paper', edge: box.quiet === true ? 'later' : 'edge',
        ...(box.dashed === true ? { dashed: true } : {}), label: name, ...(sub === undefined ? {} : { sub }), ...(box.system === undefined ? {} : { system: box.system }), ...(box.hint === undefined ? {} : { hint: box.hint }),
      }
    })
    const zone: Item = { kind: 'zone', id: `apart-${sections.length + 1}`, x: 0, y: 0, width: used * (cardWidth + CARD_GAP) - CARD_GAP + 2 * PAD, height: top + placed.height + PAD, radius: 10, fill: 'zone', edge: 'edge', dashed: true, label: title }
    sections.push({ height: top + placed.height + PAD, items: [zone, ...items], gap: GAP })
    rest = rest.slice(count)
  }
  return sections
}
