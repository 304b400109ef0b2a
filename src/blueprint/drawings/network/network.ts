/** The network diagram: zones, machines, who opens which connection with what, and the openings that firewalls need. */
import type { Sided } from '../../layout/sides.ts'
import { room } from '../../scene/compose.ts'
import type { Item, LegendEntry, Page } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { apartSections } from '../bar/apart.ts'
import { type BarFrame, type BarGroup, type MeasuredGroup, measuredGroup, sides } from '../bar/bar.ts'
import { LANES, lanesHeight } from '../bar/brackets.ts'
import { linkedBar } from '../bar/linked-bar.ts'
import { apartGroup, type OverviewGroup, overviewPages } from '../bar/overview.ts'
import { barPages } from '../bar/pages.ts'
import type { Draw } from '../drawings.ts'
import { type Section, stacked } from '../sections.ts'
import { type HubView, type Net, netOf } from './net.ts'

type Room = ReturnType<typeof room>

export const network: Draw = (blueprint, language) => {
  if (blueprint.nodes.length === 0) return []
  const net = netOf(blueprint, language)
  const { words, views } = net
  const legend = legendOf(net)
  const sizes = [room(legend, 'landscape'), room(legend, 'portrait')]
  const alone = views.length === 1 ? sizes.map((size) => onePage(views[0]!, net, size)).find((page) => page !== undefined) : undefined
  const pages = alone === undefined ? manyPages(net, sizes[0]!) : [alone]
  return [{ name: 'network', title: words.title, layer: 'infrastructure', legend, pages, alt: words.alt(blueprint.zones.length, blueprint.nodes.length, net.crossings) }]
}

const frameFor = (size: Room, view: HubView): BarFrame => {
  const wide = size.width > 1000
  return { width: size.width, height: size.height - (view.links.length === 0 ? 0 : lanesHeight(LANES.divided)), box: wide ? 210 : 160, bar: wide ? 140 : 100, barPad: view.zone === undefined ? 0 : 14, detailLines: 2, outside: { left: 0, right: 0 } }
}

/** Whatever shares the zone of the hub stands right of it, all others left; a sheet with one kind alone has both sides for it. */
function arranged(groups: readonly MeasuredGroup[], frame: BarFrame): Sided<MeasuredGroup> {
  const [right, left] = [groups.filter(({ group }) => group.frameless === true), groups.filter(({ group }) => group.frameless !== true)]
  return left.length === 0 || right.length === 0 ? sides(groups, frame) : { left, right }
}

const groupsOf = (view: HubView): readonly BarGroup[] => [...view.groups, ...(view.fellows === undefined ? [] : [view.fellows])]

function onePage(view: HubView, net: Net, size: Room): Page | undefined {
  const drawn = barSection(view, groupsOf(view), frameFor(size, view))
  const pages = stacked([drawn, ...listSections(net, size.width), ...apartSections(net.apart, net.words.unplaced, size.width, size.height)], size.width, size.height)
  return pages.length === 1 && pages[0]!.height <= size.height ? pages[0] : undefined
}

const barSection = (view: HubView, groups: readonly BarGroup[], frame: BarFrame): Section => linkedBar({
  sided: arranged(groups.map((group) => measuredGroup(group, frame)), frame), links: view.links, text: view.bar, frame, colour: 'accent-6', lanes: LANES.divided, ...(view.zone === undefined ? {} : { zone: view.zone }),
})

function manyPages(net: Net, size: Room): Page[] {
  const { words, views } = net
  const cut = { name: (name: string, part: number, of: number): string => `${name} (${words.part(part, of)})` }
  const divided = views.map((view) => {
    const frame = frameFor(size, view)
    return { view, frame, pages: barPages(groupsOf(view), frame, cut, arranged) }
  })
  const list = stacked(listSections(net, size.width), size.width, size.height)
  const apart = stacked(apartSections(net.apart, words.unplaced, size.width, size.height), size.width, size.height)
  const drawn = divided.reduce((sum, { pages }) => sum + pages.length, 0) + list.length
  const overview = (before: number): Page[] => overviewPages([...overviewOf(divided, before), ...apartGroup(net.apart, words.unplaced, apart, before + drawn + 1)], { name: 'Plimsoll', sub: [] }, words, size)
  const before = overview(1).length
  return [
    ...overview(before),
    ...divided.flatMap(({ view, frame, pages }) => pages.map((groups): Page => {
      const section = barSection(view, groups, frame)
      const names = groups.filter(({ frameless }) => frameless !== true).map(({ name }) => name)
      return { part: [...(views.length > 1 && view.zone !== undefined ? [words.hubIn(view.zone.name)] : []), ...(names.length === 0 ? [view.zone?.name ?? ''] : names)].join(', '), width: size.width, height: section.height, items: section.items }
    })),
    ...list.map((page) => ({ part: words.others, ...page })),
    ...apart.map((page) => ({ part: words.unplaced, ...page })),
  ]
}

interface Divided { readonly view: HubView; readonly pages: readonly (readonly BarGroup[])[] }

function overviewOf(divided: readonly Divided[], before: number): OverviewGroup[] {
  const whole = new Map<string, { group: BarGroup; name: string; lines: number; entries: Map<string, { id: string; name: string; system?: string; sheets: number[]; dashed: boolean }> }>()
  let sheet = before
  for (const { view, pages } of divided) {
    for (const groups of pages) {
      sheet += 1
      for (const group of groups) {
        const key = group.frameless === true ? (view.zone?.id ?? group.id) : group.id
        const one = whole.get(key) ?? { group, name: group.frameless === true ? (view.zone?.name ?? '') : group.name, lines: 0, entries: new Map() }
        whole.set(key, one)
        for (const box of group.boxes) {
          one.lines += box.rows.length
          // What a machine runs is found by its own name.
          for (const inner of [box, ...(box.inside ?? [])]) {
            const plain = inner.id.replace(/-\d+$/, '')
            const entry = one.entries.get(plain) ?? { id: plain, name: inner.name.replace(/ \(\d+ (of|z) \d+\)$/, ''), sheets: [], dashed: inner.dashed === true, ...(inner.system === undefined ? {} : { system: inner.system }) }
            one.entries.set(plain, entry)
            if (!entry.sheets.includes(sheet)) entry.sheets.push(sheet)
          }
        }
      }
    }
  }
  return [...whole.values()].map(({ group, name, lines, entries }) => ({ id: group.id, name, strong: group.strong, soft: group.soft, lines, entries: [...entries.values()] }))
}

/** Connections that do not touch the hub, in words: their brackets only bear a number. */
function listSections({ besides, words }: Net, width: number): Section[] {
  if (besides.length === 0) return []
  const title = label(words.others, { size: 12, bold: true, colour: 'accent-6', width })
  return besides.map(([number, text], index): Section => {
    const sign = label(number, { size: 11.5, bold: true, colour: 'accent-6' })
    const said = label(text, { size: 11.5, width: width - 60, lines: 3 })
    const top = index === 0 ? title.height + 4 : 0
    const items: Item[] = [{ kind: 'text', label: sign, x: 0, y: top }, { kind: 'text', label: said, x: Math.max(34, sign.width + 8), y: top }]
    return { height: top + said.height, gap: index === 0 ? 22 : 4, items: index === 0 ? [{ kind: 'text', label: title, x: 0, y: 0 }, ...items] : items }
  })
}

function legendOf({ words: { legend }, views, besides, crossings, apart }: Net): LegendEntry[] {
  const boxes = [...views.flatMap((view) => groupsOf(view).flatMap((group) => group.boxes)), ...apart]
  const rows = boxes.flatMap((box) => box.rows)
  return [
    ...(rows.length === 0 ? [] : [{ text: legend.opens, sample: { kind: 'line', end: 'arrow' } } as const]),
    ...(rows.some(({ colour }) => colour === 'warn') ? [{ text: legend.open, sample: { kind: 'line', end: 'arrow', colour: 'warn' } } as const] : []),
    ...(crossings === 0 ? [] : [{ text: legend.gate, sample: { kind: 'sign', sign: '①' } } as const]),
    ...(besides.length === 0 ? [] : [{ text: legend.besides, sample: { kind: 'line', colour: 'accent-6', end: 'arrow' } } as const]),
    ...(boxes.some(({ dashed }) => dashed === true) ? [{ text: legend.assumed, sample: { kind: 'shape', dashed: true, fill: 'paper' } } as const] : []),
  ]
}
