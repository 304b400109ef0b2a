/** The list below the bar: what stays as it is today. */
import type { Blueprint } from '../../model.ts'
import type { Item } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import type { Section } from '../sections.ts'
import type { Numbered } from '../numbered-existing.ts'
import type { Landscape } from './landscape.ts'

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
