/** The business data model: entities with the fields that matter, what identifies them, and what refers to what. */
import { masonry } from '../../layout/cards.ts'
import { room } from '../../scene/compose.ts'
import type { LegendEntry, Page } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { contentsPages } from '../contents.ts'
import type { Draw } from '../drawings.ts'
import { type Section, stacked } from '../sections.ts'
import { BOX_WIDTH, type EntityBox, entityBox, FOOT } from './entity-box.ts'
import { type ModelPage, modelPage } from './model-page.ts'
import { type DataModelWords, WORDS } from './words.ts'

type Room = ReturnType<typeof room>

export const dataModel: Draw = (blueprint, language) => {
  if (blueprint.entities.size === 0) return []
  const words = WORDS[language]
  const boxes = new Map([...blueprint.entities.values()].map((entity) => [entity.key, entityBox(blueprint, entity, words)]))
  const references = [...boxes.values()].flatMap((box) => box.references.map(({ to }) => [box.entity.key, to] as const))
  const tied = new Set(references.flat())
  const fullLegend = legendOf([...boxes.values()], words, true)
  const lying = room(fullLegend, 'landscape')
  const upright = room(fullLegend, 'portrait')
  const all = [...boxes.values()]
  const together = tied.size === 0 ? undefined : [lying, upright].map((size) => ({ size, drawn: modelPage(all, () => undefined, size.width) })).find(({ size, drawn }) => goes(drawn, size))
  const connected = together === undefined ? all.filter(({ entity }) => tied.has(entity.key)) : all
  const alone = together === undefined ? all.filter(({ entity }) => !tied.has(entity.key)) : []
  const whole = together !== undefined ? [together] : connected.length === 0 ? [] : [lying, upright].map((size) => ({ size, drawn: modelPage(connected, () => undefined, size.width) })).filter(({ size, drawn }) => goes(drawn, size)).slice(0, 1)
  // With references to other sheets in, at their longest.
  const anywhere = (key: string): string => words.elsewhere(boxes.get(key)?.entity.name ?? key, 888)
  const groups = whole.length > 0 ? [connected] : divided(neighbourly(connected), (some) => goes(modelPage(some, anywhere, lying.width), lying))
  const aloneSections = cards(alone, words, lying)
  const parts = (before: number): Page[] => {
    const sheetOf = new Map(groups.flatMap((group, index) => group.map(({ entity }) => [entity.key, before + index + 1] as const)))
    const elsewhere = (key: string): string | undefined => (sheetOf.has(key) ? words.elsewhere(boxes.get(key)!.entity.name, sheetOf.get(key)!) : undefined)
    const drawn = groups.map((group) => {
      const one = whole[0]?.drawn ?? modelPage(group, elsewhere, lying.width)
      // One that refers to too many sheets is drawn without the lines to them.
      return goes(one, lying) || whole.length > 0 ? one : modelPage(group, () => undefined, lying.width)
    })
    const sections = drawn.map(({ height, items, width }): Section & { width: number } => ({ height, items, width, gap: 30 }))
    const [last] = sections.slice(-1)
    const only = sections.length === 1 && last !== undefined && last.height + 30 + (aloneSections[0]?.height ?? 0) <= lying.height && aloneSections.length === 1
    if (only) return stacked([...sections, ...aloneSections], lying.width, lying.height)
    const named = (group: readonly EntityBox[]): string => words.part(group[0]?.entity.name ?? '', group.length - 1)
    return [
      ...drawn.map((page, index): Page => ({ ...(groups.length + aloneSections.length > 1 ? { part: named(groups[index]!) } : {}), ...page })),
      ...stacked(aloneSections, Math.min(lying.width, alone.length * (BOX_WIDTH + 60) - 60), lying.height).map((page) => ({ ...(groups.length === 0 ? {} : { part: words.apart }), ...page })),
    ]
  }
  const contents = (before: number): Page[] => contentsPages([
    ...groups.map((group, index) => ({ title: words.sheet(before + index + 1), entries: group.map(({ entity }) => ({ name: entity.name, strong: 'accent-2' as const })) })),
    ...(alone.length === 0 ? [] : [{ title: words.apart, entries: alone.map(({ entity }) => ({ name: entity.name, strong: 'accent-2' as const })) }]),
  ], words.contents, lying)
  const first = groups.length > 1 ? contents(contents(0).length) : []
  return [{ name: 'data-model', title: words.title, layer: 'business', legend: groups.length > 1 ? fullLegend : legendOf(all, words, false), alt: words.alt(blueprint.entities.size, references.length), pages: [...first, ...parts(first.length)] }]
}

const goes = (page: ModelPage, size: Room): boolean => page.width <= size.width && page.height <= size.height

/** Those that refer to each other one after the other, beginning with whoever has most to do with others. */
function neighbourly(boxes: readonly EntityBox[]): EntityBox[] {
  const byKey = new Map(boxes.map((box) => [box.entity.key, box]))
  const neighbours = new Map(boxes.map(({ entity }) => [entity.key, new Set<string>()]))
  for (const { entity, references } of boxes) {
    for (const { to } of references) {
      if (to === entity.key || !byKey.has(to)) continue
      neighbours.get(entity.key)!.add(to)
      neighbours.get(to)!.add(entity.key)
    }
  }
  const degree = (key: string): number => neighbours.get(key)!.size
  const order: EntityBox[] = []
  const seen = new Set<string>()
  for (const { entity } of boxes.toSorted((a, b) => degree(b.entity.key) - degree(a.entity.key))) {
    const queue = seen.has(entity.key) ? [] : [entity.key]
    for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
      if (seen.has(key)) continue
      seen.add(key)
      order.push(byKey.get(key)!)
      queue.push(...[...neighbours.get(key)!].filter((other) => !seen.has(other)).sort((a, b) => degree(a) - degree(b)))
    }
  }
  return order
}

function divided(boxes: readonly EntityBox[], fits: (boxes: readonly EntityBox[]) => boolean): readonly (readonly EntityBox[])[] {
  const parts: EntityBox[][] = []
  let part: EntityBox[] = []
  for (const box of boxes) {
    if (part.length === 0 || fits([...part, box])) part.push(box)
    else {
      parts.push(part)
      part = [box]
    }
  }
  return part.length === 0 ? parts : [...parts, part]
}

const GAP = 18

/** Entities that nothing refers to, in columns below each other; one section for each sheet that they fill. */
function cards(boxes: readonly EntityBox[], words: DataModelWords, size: Room): Section[] {
  if (boxes.length === 0) return []
  const columns = Math.max(1, Math.floor((size.width + GAP) / (BOX_WIDTH + GAP)))
  const step = columns === 1 ? 0 : Math.min(BOX_WIDTH + 60, (size.width - BOX_WIDTH) / (columns - 1))
  const title = label(words.apart, { size: 12, bold: true, colour: 'quiet', width: size.width, lines: 1 })
  const top = title.height + 8
  const sections: Section[] = []
  for (let rest = boxes; rest.length > 0;) {
    let count = 1
    while (count < rest.length && top + masonry(rest.slice(0, count + 1).map(({ height }) => height + FOOT), columns, GAP).height <= size.height) count += 1
    const { places, height } = masonry(rest.slice(0, count).map((box) => box.height + FOOT), columns, GAP)
    sections.push({
      height: top + height, gap: 30,
      items: [{ kind: 'text', label: title, x: 0, y: 0 }, ...rest.slice(0, count).map(({ shape }, index) => shape(places[index]!.column * step, top + places[index]!.y))],
    })
    rest = rest.slice(count)
  }
  return sections
}

function legendOf(boxes: readonly EntityBox[], { legend }: DataModelWords, elsewhere: boolean): LegendEntry[] {
  const fields = boxes.flatMap(({ entity }) => entity.fields)
  const references = boxes.flatMap((box) => box.references)
  return [
    ...(fields.some(({ identifies }) => identifies) ? [{ text: legend.identifies, sample: { kind: 'sign', sign: '#', colour: 'accent-2' } } as const] : []),
    ...(fields.some(({ required }) => required) ? [{ text: legend.required, sample: { kind: 'sign', sign: '*', colour: 'accent-2' } } as const] : []),
    ...(fields.some(({ personal }) => personal) ? [{ text: legend.personal, sample: { kind: 'sign', sign: '!', colour: 'accent-2' } } as const] : []),
    ...(references.length === 0 ? [] : [{ text: legend.one, sample: { kind: 'line', end: 'one' } } as const, { text: legend.many, sample: { kind: 'line', end: 'many' } } as const]),
    ...(elsewhere && references.length > 0 ? [{ text: legend.elsewhere, sample: { kind: 'shape', fill: 'fill', edge: 'edge', dashed: true } } as const] : []),
  ]
}
