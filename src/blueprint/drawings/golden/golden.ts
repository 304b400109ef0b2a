/** The golden-record map: which field is owned where, who else knows it, and who is given it. */
import { room } from '../../scene/compose.ts'
import type { Role } from '../../scene/palette.ts'
import type { Item, LegendEntry, Page } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { contentsPages } from '../contents.ts'
import type { Draw } from '../drawings.ts'
import { type Section, stacked } from '../sections.ts'
import { type EntityMap, mapOf, type MapRow, type Part } from './map.ts'
import { type GoldenWords, WORDS } from './words.ts'

const LOOK: Readonly<Record<Part, { readonly fill: Role; readonly edge: Role; readonly colour: Role; readonly bold: boolean }>> = {
  decides: { fill: 'soft-3', edge: 'accent-3', colour: 'accent-3', bold: true },
  both: { fill: 'soft-1', edge: 'accent-1', colour: 'accent-1', bold: false },
  says: { fill: 'paper', edge: 'accent-1', colour: 'accent-1', bold: false },
  gets: { fill: 'soft-2', edge: 'accent-2', colour: 'accent-2', bold: false },
}
const PARTS: readonly Part[] = ['decides', 'says', 'gets', 'both']

const PAD = 12
const LEAST_COLUMN = 104
const MOST_COLUMN = 176
const COLUMN_GAP = 8
const CELL_HEIGHT = 22
const ROW_GAP = 9
/** More fields of a row, and more rows, are told, not drawn. */
const MOST_FIELDS = 16
const MOST_ROWS = 12
const MANY_PAGES = 2

export const golden: Draw = (blueprint, language) => {
  if (blueprint.entities.size === 0) return []
  const words = WORDS[language]
  const maps = [...blueprint.entities.values()].map((entity) => mapOf(blueprint, entity, words))
  const legend = legendOf(maps, words)
  const names = new Map([...blueprint.systems.values()].map((system) => [system.key, system.name]))
  const drawn = [room(legend, 'landscape'), room(legend, 'portrait')].map((size) => ({ size, pages: paged(maps, names, words, size) }))
  const { size, pages } = drawn.find((one) => one.pages.length === 1) ?? drawn[0]!
  const many = pages.length > MANY_PAGES
  const contents = (before: number): Page[] => contentsPages(pages.map(({ keys }, index) => ({ title: words.sheet(before + index + 1), entries: keys.map((key) => ({ name: blueprint.entities.get(key)!.name, strong: 'accent-3' as const })) })), words.contents, size)
  const first = many ? contents(contents(0).length) : []
  return [{
    name: 'golden', title: words.title, layer: 'business', legend, alt: words.alt(blueprint.entities.size),
    pages: [...first, ...pages.map(({ page, keys }) => ({ ...(pages.length > 1 ? { part: keys.map((key) => blueprint.entities.get(key)!.name).join(', ') } : {}), ...page }))],
  }]
}

type Room = ReturnType<typeof room>

function paged(maps: readonly EntityMap[], names: ReadonlyMap<string, string>, words: GoldenWords, size: Room): { readonly page: Omit<Page, 'part'>; readonly keys: string[] }[] {
  const pages: { sections: Section[]; keys: Set<string>; height: number }[] = []
  const widths = widthsOf(maps, size)
  for (const map of maps) {
    for (const section of sectionsOf(map, names, words, widths)) {
      const last = pages.at(-1)
      if (last !== undefined && last.height + 16 + section.height <= size.height) {
        last.sections.push(section)
        last.keys.add(map.entity.key)
        last.height += 16 + section.height
      } else pages.push({ sections: [section], keys: new Set([map.entity.key]), height: section.height })
    }
  }
  return pages.map(({ sections, keys }) => ({ page: stacked(sections, widths.table, Number.POSITIVE_INFINITY)[0]!, keys: [...keys] }))
}

interface Widths { readonly field: number; readonly who: number; readonly column: number; /** Of the whole table. */ readonly table: number }

/** The same widths in all tables, columns as wide as the fullest of them allows. */
function widthsOf(maps: readonly EntityMap[], size: Room): Widths & { readonly most: number } {
  const [field, who] = size.width > 1000 ? [270, 200] : [200, 150]
  const before = PAD + field + who + 24
  const room = size.width - before - PAD
  const most = Math.max(1, Math.floor(room / LEAST_COLUMN))
  const used = Math.min(most, Math.max(1, ...maps.map(({ systems }) => systems.length)))
  const column = Math.min(MOST_COLUMN, room / used)
  return { field, who, column, most, table: before + used * column - COLUMN_GAP + PAD }
}

/** One table, or several where an entity is in more systems than go beside each other. */
function sectionsOf(map: EntityMap, names: ReadonlyMap<string, string>, words: GoldenWords, widths: ReturnType<typeof widthsOf>): Section[] {
  const parts: string[][] = []
  for (let index = 0; index < Math.max(1, map.systems.length); index += widths.most) parts.push(map.systems.slice(index, index + widths.most))
  return parts.map((systems, index) => table(map, systems, index, parts.length, names, words, widths))
}

function table(map: EntityMap, systems: readonly string[], part: number, of: number, names: ReadonlyMap<string, string>, words: GoldenWords, widths: Widths): Section {
  const { entity, home } = map
  const id = `${entity.key}-${part + 1}`
  const title = label(`${of === 1 ? entity.name : words.part(entity.name, part + 1, of)}  ·  ${words.home(home)}`, { size: 12.5, bold: true, colour: 'accent-3', width: widths.table - 3 * PAD, lines: 3 })
  const x = { field: PAD, who: PAD + widths.field + 12, systems: PAD + widths.field + widths.who + 24 }
  const heads = systems.map((key) => label(names.get(key) ?? key, { size: 11, bold: true, width: widths.column - 28, lines: 3 }))
  const headHeight = Math.max(CELL_HEIGHT, ...heads.map(({ height }) => height + 8))
  let y = title.height + 14
  const items: Item[] = [
    ...[[words.field, x.field, widths.field], [words.who, x.who, widths.who]].map(([text, at, width]): Item => {
      const said = label(String(text), { size: 11, bold: true, colour: 'quiet', width: Number(width), lines: 1 })
      return { kind: 'text', label: said, x: Number(at), y: y + headHeight - said.height - 2 }
    }),
    ...systems.map((key, index): Item => ({ kind: 'shape', id: `${id}-${key}`, shape: 'box', x: x.systems + index * widths.column, y, width: widths.column - COLUMN_GAP, height: headHeight, radius: 5, fill: 'strip', edge: 'edge', weight: 1, label: heads[index]!, system: key, hint: names.get(key) ?? key })),
  ]
  y += headHeight
  const right = widths.table - PAD
  for (const [index, row] of map.rows.slice(0, MOST_ROWS).entries()) {
    items.push({ kind: 'line', points: [[PAD, y + ROW_GAP / 2], [right, y + ROW_GAP / 2]], colour: 'faint', weight: 0.75 })
    const drawn = rowItems(row, `${id}-${index}`, systems, y + ROW_GAP, x, widths, words)
    items.push(...drawn.items)
    y += ROW_GAP + drawn.height
  }
  if (map.rows.length > MOST_ROWS) {
    const rest = map.rows.slice(MOST_ROWS).reduce((sum, { fields }) => sum + fields.length, 0)
    const more = label(words.more(rest), { size: 10.5, colour: 'quiet', width: widths.field })
    items.push({ kind: 'text', label: more, x: PAD, y: y + ROW_GAP })
    y += ROW_GAP + more.height
  }
  const height = y + PAD
  return { height, gap: 16, items: [{ kind: 'zone', id: `map-${id}`, x: 0, y: 0, width: widths.table, height, radius: 9, fill: 'zone', edge: 'accent-3', weight: 1.25, label: title }, ...items] }
}

function rowItems(row: MapRow, id: string, systems: readonly string[], y: number, x: { readonly field: number; readonly who: number; readonly systems: number }, widths: Widths, words: GoldenWords): { readonly height: number; readonly items: readonly Item[] } {
  const { fields, who, why, cells } = row
  const said = [fields.slice(0, MOST_FIELDS).join(', '), ...(fields.length > MOST_FIELDS ? [words.more(fields.length - MOST_FIELDS)] : [])].join(' ')
  const field = label(said, { size: 11.5, width: widths.field, lines: 8 })
  const right = label(who, { size: 11, colour: 'quiet', width: widths.who, lines: 5 })
  const height = Math.max(CELL_HEIGHT, field.height, right.height)
  const middle = (one: { readonly height: number }): number => y + (height - one.height) / 2
  return {
    height,
    items: [
      { kind: 'text', label: field, x: x.field, y: middle(field), hint: said }, { kind: 'text', label: right, x: x.who, y: middle(right), hint: why === undefined ? who : `${who}: ${why}` },
      ...systems.flatMap((key, index): Item[] => {
        const cell = cells.get(key)
        if (cell === undefined) return []
        const { fill, edge, colour, bold } = LOOK[cell.part]
        return [{
          kind: 'shape', id: `${id}-${key}-cell`, shape: 'box', x: x.systems + index * widths.column, y: y + (height - CELL_HEIGHT) / 2, width: widths.column - COLUMN_GAP, height: CELL_HEIGHT, radius: 11, fill, edge, weight: 1,
          label: label(cell.text, { size: 10.5, bold, colour, width: widths.column - 12, lines: 1 }), system: key,
        }]
      }),
    ],
  }
}

function legendOf(maps: readonly EntityMap[], { legend }: GoldenWords): LegendEntry[] {
  const used = new Set(maps.flatMap(({ rows }) => rows.flatMap(({ cells }) => [...cells.values()].map(({ part }) => part))))
  return PARTS.filter((part) => used.has(part)).map((part) => ({ text: legend[part], sample: { kind: 'shape', fill: LOOK[part].fill, edge: LOOK[part].edge, weight: 1 } }))
}
