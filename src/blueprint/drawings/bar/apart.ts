/** Boxes without any line, in a zone of their own below the bar. */
import { masonry } from '../../layout/cards.ts'
import type { Item } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import type { Section } from '../sections.ts'
import type { BarBox } from './bar.ts'

const GAP = 22
const CARD_GAP = 12
const PAD = 14

/** Boxes of equal width, as many sections as sheets are filled. */
export function apartSections(boxes: readonly BarBox[], heading: string, width: number, height: number): Section[] {
  if (boxes.length === 0) return []
  const columns = Math.max(1, Math.floor((width - PAD) / 200))
  const cardWidth = (width - 2 * PAD - (columns - 1) * CARD_GAP) / columns
  const title = label(heading, { size: 12, bold: true, colour: 'quiet', width: width - 2 * PAD })
  const cards = boxes.map((box) => {
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
