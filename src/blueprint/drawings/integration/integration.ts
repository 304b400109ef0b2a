/** The landscape: the technical integration model, with the hub as a bar. The most-looked-at drawing of all. */
import type { Blueprint } from '../../model.ts'
import { room } from '../../scene/compose.ts'
import type { Drawing, LegendEntry, Page } from '../../scene/scene.ts'
import { apartSections } from '../bar/apart.ts'
import { type BarFrame, type BarGroup, type BarText, measuredGroup, sides } from '../bar/bar.ts'
import { type BarLink, LANES, lanesHeight } from '../bar/brackets.ts'
import { linkedBar } from '../bar/linked-bar.ts'
import { apartGroup, type OverviewEntry, type OverviewGroup, overviewPages } from '../bar/overview.ts'
import { barPages } from '../bar/pages.ts'
import { placedBar } from '../bar/place-bar.ts'
import type { Draw } from '../drawings.ts'
import { type Section, stacked } from '../sections.ts'
import { staysSections } from './stays.ts'
import { type Landscape, landscapeOf, type OldHub } from './landscape.ts'

type Room = ReturnType<typeof room>

export const integration: Draw = (blueprint, language) => {
  if (blueprint.systems.size === 0) return []
  const landscape = landscapeOf(blueprint, language)
  const { words, oldHubs } = landscape
  const legend = legendOf(blueprint, landscape)
  const hub: BarText = { name: 'Plimsoll', sub: [words.hub] }
  const onSide = room(legend, 'landscape')
  const frames = [onSide, room(legend, 'portrait')].flatMap((size) => [2, 1].map((lines) => ({ size, frame: frameFor(size, lines) })))
  const alone = oldHubs.length > 0 ? undefined : frames.map(({ size, frame }) => onePage(blueprint, landscape, hub, size, frame)).find((page) => page !== undefined)
  const pages = alone === undefined ? manyPages(blueprint, landscape, hub, onSide) : [alone]
  const names = landscape.groups.map(({ name }) => name).join(', ')
  const drawing: Drawing = {
    name: 'integration', title: words.title, layer: 'application', legend, pages,
    alt: [blueprint.flows.size === 0 ? words.altNone(blueprint.systems.size) : words.alt(landscape.groups.reduce((sum, { boxes }) => sum + boxes.length, 0), blueprint.flows.size, names), ...oldHubs.map(({ system, integrations }) => words.altHub(system.name, integrations))].join(' '),
  }
  return [drawing]
}

const frameFor = (size: Room, detailLines = 1): BarFrame => {
  const wide = size.width > 1000
  return { width: size.width, height: size.height, box: wide ? 190 : 148, bar: wide ? 132 : 96, barPad: 0, detailLines, outside: { left: 0, right: 0 } }
}

function onePage(blueprint: Blueprint, landscape: Landscape, hub: BarText, size: Room, frame: BarFrame): Page | undefined {
  const sections = [
    ...(landscape.groups.length === 0 ? [] : [barSection(landscape.groups, landscape.links, hub, frame, LANES.alone)]),
    ...staysSections(blueprint, landscape, size.width),
    ...apartSections(landscape.apart, landscape.words.apart, size.width, size.height),
  ]
  const pages = stacked(sections, size.width, size.height)
  return pages.length === 1 && pages[0]!.height <= size.height ? pages[0] : undefined
}

const barSection = (groups: readonly BarGroup[], links: readonly BarLink[], hub: BarText, frame: BarFrame, lanes: number): Section =>
  linkedBar({ sided: sides(groups.map((group) => measuredGroup(group, frame)), frame), links, text: hub, frame, colour: 'accent-6', lanes })

function manyPages(blueprint: Blueprint, landscape: Landscape, hub: BarText, size: Room): Page[] {
  const { words } = landscape
  const cut = { name: (name: string, part: number, of: number): string => `${name} (${words.part(part, of)})` }
  // References to other sheets are put where a detail stands anyway, so that they do not change the division that they tell of.
  const frame = { ...frameFor(size), height: size.height - (landscape.links.length === 0 ? 0 : lanesHeight(LANES.divided)) }
  const blank = landscape.groups.map((group) => withDetails(group, () => ['–']))
  const divided = barPages(blank, frame, cut)
  const oldDivided = landscape.oldHubs.map((old) => barPages(old.groups, frameFor(size), cut))
  const oldPages = landscape.oldHubs.flatMap((old, index) => oldHubPages(old, oldDivided[index]!, size, landscape))
  const below = stacked([...staysSections(blueprint, landscape, size.width), ...apartSections(landscape.apart, words.apart, size.width, size.height)], size.width, size.height)
  const overview = (sheetsBefore: number): Page[] => overviewPages([
    ...overviewOf(blueprint, landscape, divided, sheetsBefore),
    ...oldHubGroups(landscape, oldDivided, sheetsBefore + divided.length + 1),
    ...apartGroup(landscape.apart, words.apart, below, sheetsBefore + divided.length + oldPages.length + 1),
  ], hub, { ...words, lines: words.flows }, size)
  const before = overview(1).length
  const sheetsOf = sheetsByFlow(divided, before)
  const details = new Map(landscape.groups.flatMap(({ boxes }) => boxes.flatMap((box) => box.rows.map((row) => [`${box.system} ${row.number}`, row.details] as const))))
  const main = divided.map((groups, index): Page => {
    const here = before + index + 1
    const shown = groups.map((group) => withDetails(group, (system, number, flow) => {
      const others = (sheetsOf.get(flow ?? '') ?? []).filter((sheet) => sheet !== here)
      const [first, ...more] = details.get(`${system} ${number}`) ?? []
      return [...(first === undefined ? [] : [first]), ...(others.length === 0 ? [] : [`→ ${words.sheets(others)}`]), ...more]
    }))
    const section = barSection(shown, landscape.links, hub, frame, LANES.divided)
    return { part: shown.map(({ name }) => name).join(', '), width: size.width, height: section.height, items: section.items }
  })
  return [...overview(before), ...main, ...oldPages, ...below.map((page) => ({ part: landscape.apart.length > 0 ? words.apart : words.today, ...page }))]
}

const withDetails = (group: BarGroup, details: (system: string | undefined, number: string, flow: string | undefined) => readonly string[]): BarGroup =>
  ({ ...group, boxes: group.boxes.map((box) => ({ ...box, rows: box.rows.map((row) => ({ ...row, details: details(box.system, row.number, row.flow) })) })) })

function oldHubPages(old: OldHub, divided: readonly (readonly BarGroup[])[], size: Room, { words }: Landscape): Page[] {
  const frame = frameFor(size)
  return divided.map((groups): Page => {
    const bar = placedBar(sides(groups.map((group) => measuredGroup(group, frame)), frame), { name: old.system.name, sub: [words.stays] }, frame, { system: old.system.key })
    return { part: `${words.today}: ${old.system.name}`, width: size.width, height: bar.height, items: [...bar.zones, ...bar.lines, ...bar.shapes, ...bar.texts] }
  })
}

/** For the overview: each hub of today with those around it. */
function oldHubGroups({ oldHubs, words }: Landscape, divided: readonly (readonly (readonly BarGroup[])[])[], first: number): OverviewGroup[] {
  let sheet = first - 1
  return oldHubs.map(({ system }, index): OverviewGroup => {
    const entries = new Map<string, OverviewEntry & { readonly sheets: number[] }>()
    for (const groups of divided[index]!) {
      sheet += 1
      for (const box of groups.flatMap(({ boxes }) => boxes)) {
        const key = box.system ?? box.id
        const entry = entries.get(key) ?? { id: `old-${system.key}-${key}`, system: key, name: box.name, sheets: [], dashed: box.dashed === true }
        entries.set(key, entry)
        if (!entry.sheets.includes(sheet)) entry.sheets.push(sheet)
      }
    }
    return { id: `old-${system.key}`, name: `${words.stays}: ${system.name}`, strong: 'accent-6', soft: 'soft-6', lines: 0, entries: [...entries.values()] }
  })
}

function sheetsByFlow(divided: readonly (readonly BarGroup[])[], before: number): ReadonlyMap<string, readonly number[]> {
  const sheets = new Map<string, number[]>()
  for (const [index, groups] of divided.entries()) {
    const here = new Set(groups.flatMap(({ boxes }) => boxes.flatMap(({ rows }) => rows.map(({ flow }) => flow ?? ''))))
    for (const flow of here) sheets.set(flow, [...(sheets.get(flow) ?? []), before + index + 1])
  }
  return sheets
}

function overviewOf(blueprint: Blueprint, landscape: Landscape, divided: readonly (readonly BarGroup[])[], before: number): OverviewGroup[] {
  const sheets = new Map<string, number[]>()
  for (const [index, groups] of divided.entries()) for (const { boxes } of groups) for (const { system = '' } of boxes) sheets.set(system, [...new Set([...(sheets.get(system) ?? []), before + index + 1])])
  return landscape.groups.map(({ id, name, strong, soft, boxes }) => ({
    id, name, strong, soft,
    lines: new Set(boxes.flatMap(({ rows }) => rows.map(({ flow }) => flow))).size,
    entries: boxes.map((box) => ({ id: box.id, ...(box.system === undefined ? {} : { system: box.system }), name: blueprint.systems.get(box.system ?? '')?.name ?? box.name, sheets: sheets.get(box.system ?? '') ?? [], dashed: box.dashed === true })),
  }))
}

function legendOf(blueprint: Blueprint, { words: { legend }, stays, groups }: Landscape): LegendEntry[] {
  const rows = groups.flatMap(({ boxes }) => boxes.flatMap((box) => box.rows))
  const has = (test: (row: (typeof rows)[number]) => boolean): boolean => rows.some(test)
  const later = has(({ dashed }) => dashed === true) || [...blueprint.systems.values()].some(({ states }) => states.has('later') && !states.has('to-be'))
  return [
    ...(rows.length === 0 ? [] : [{ text: legend.flow, sample: { kind: 'line', end: 'arrow' } } as const]),
    ...(has(({ toBar, fromBar }) => toBar && fromBar) ? [{ text: legend.both, sample: { kind: 'line', start: 'arrow', end: 'arrow' } } as const] : []),
    ...(has(({ weight = 0 }) => weight > 2) ? [{ text: legend.critical, sample: { kind: 'line', end: 'arrow', weight: 2.75 } } as const] : []),
    ...(has(({ barHead }) => barHead === 'ring') ? [{ text: legend.kept, sample: { kind: 'line', end: 'ring' } } as const] : []),
    ...(later ? [{ text: legend.later, sample: { kind: 'shape', edge: 'later', dashed: true, fill: 'paper' } } as const] : []),
    ...(stays.length === 0 ? [] : [{ text: legend.stays, sample: { kind: 'line', colour: 'accent-6', weight: 1.75, end: 'arrow' } } as const]),
  ]
}
