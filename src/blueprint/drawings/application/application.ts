/** The logical model of applications: their modules and functions, what they hold, and whether they are there today, at launch or later. */
import { labelOf } from '../../../plan/names.ts'
import type { Application, Blueprint } from '../../model.ts'
import { room } from '../../scene/compose.ts'
import type { Role } from '../../scene/palette.ts'
import type { Item, Label, LegendEntry } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { type Card, type CardGroup, cardPages, cardSize } from '../card-pages.ts'
import { type Chip, chips } from '../chips.ts'
import { contentsPages } from '../contents.ts'
import type { Draw } from '../drawings.ts'
import { familiesOf } from '../families.ts'
import { type ApplicationWords, WORDS } from './words.ts'

/** How much a card tells; the first measure with which it goes on a sheet. The documents tell the rest. */
const MEASURES = [
  { modules: 6, functions: 8, lines: 18, entities: 12 },
  { modules: 5, functions: 5, lines: 10, entities: 7 },
  { modules: 3, functions: 3, lines: 5, entities: 4 },
  { modules: 2, functions: 1, lines: 2, entities: 2 },
] as const
type Measure = (typeof MEASURES)[number]
/** Frame and heading of its group. */
const AROUND = 100
const PAD = 10

export const application: Draw = (blueprint, language) => {
  if (blueprint.systems.size === 0) return []
  const words = WORDS[language]
  const legend = legendOf(blueprint, words)
  const families = familiesOf(blueprint.systems.values(), language)
  const grouped = (width: number, most: number): CardGroup[] => [
    { id: 'group-hub', name: words.hub, strong: 'accent-3', soft: 'soft-3', cards: [hubCard(words, width)] },
    ...families.map(({ id, name, strong, soft, systems }): CardGroup => ({ id: `group-${id}`, name, strong, soft, cards: systems.map((system) => fitting(most, (measure) => systemCard(blueprint, system, words, width, strong, soft, measure))) })),
  ]
  const formats = [room(legend, 'landscape'), room(legend, 'portrait')].map((size) => {
    const columns = cardSize(size.width, 270)
    return { size, pages: cardPages(grouped(columns.width, size.height - AROUND), columns, size) }
  })
  const { size, pages } = formats.find((one) => one.pages.length === 1) ?? formats[0]!
  const contents = pages.length === 1 ? [] : contentsPages(families.map(({ name, systems, strong }) => ({ title: name, entries: systems.map((system) => ({ name: system.name, strong, system: system.key, dashed: lookOf(system).dashed })) })), words.contents, size)
  return [{ name: 'application', title: words.title, layer: 'application', legend, pages: [...contents, ...pages], alt: words.alt(blueprint.systems.size, families.map(({ name }) => name).join(', ')) }]
}

const fitting = (most: number, make: (measure: Measure) => Card): Card => MEASURES.map(make).find(({ height }) => height <= most) ?? make(MEASURES[MEASURES.length - 1]!)

const isNew = ({ states }: Application): boolean => states.has('to-be') && !states.has('as-is')
const isLater = ({ states }: Application): boolean => !states.has('to-be') && !states.has('as-is') && states.has('later')
const goes = ({ states, liveUntil }: Application): boolean => liveUntil !== undefined || (states.has('as-is') && !states.has('to-be'))

function lookOf(system: Application): { readonly dashed: boolean; readonly quiet: boolean } {
  return { dashed: isLater(system) || goes(system), quiet: isLater(system) || goes(system) }
}

const stateOf = (system: Application, { states }: ApplicationWords): string | undefined =>
  isLater(system) ? states.later(system.liveFrom) : goes(system) ? states.goes(system.liveUntil) : isNew(system) ? states.isNew : undefined

function systemCard(blueprint: Blueprint, system: Application, words: ApplicationWords, width: number, strong: Role, soft: Role, measure: Measure): Card {
  const { dashed, quiet } = lookOf(system)
  const held = [...blueprint.entities.values()].filter(({ heldBy }) => heldBy.includes(system.key))
  const entities = held.slice(0, measure.entities).map((entity): Chip => {
    const home = entity.entity.golden.home === system.key
    return { id: `holds-${system.key}-${entity.key}`, text: entity.name, fill: home ? 'soft-3' : 'paper', edge: home ? 'accent-3' : 'edge', bold: home }
  })
  return cardOf({
    id: system.key, name: system.name, quiet, dashed, strong: quiet ? 'later' : strong, soft, width,
    sub: [Object.hasOwn(words.categories, system.category) ? words.categories[system.category]! : system.category, stateOf(system, words) ?? ''].filter((part) => part !== '').join(' · '),
    modules: [...system.modules], empty: system.system === undefined ? undefined : words.noFunctions, entities, system: system.key,
    more: held.length - entities.length, words, measure,
  })
}

const hubCard = (words: ApplicationWords, width: number): Card =>
  cardOf({ id: 'plimsoll', name: 'Plimsoll', sub: '', quiet: false, dashed: false, strong: 'accent-3', soft: 'soft-3', width, modules: words.hubModules, empty: undefined, entities: [], more: 0, words, measure: MEASURES[0] })

interface Content {
  readonly id: string
  readonly name: string
  readonly sub: string
  readonly quiet: boolean
  readonly dashed: boolean
  readonly strong: Role
  readonly soft: Role
  readonly width: number
  readonly modules: readonly (readonly [name: string, functions: readonly string[]])[]
  readonly empty: string | undefined
  readonly entities: readonly Chip[]
  readonly more: number
  readonly words: ApplicationWords
  readonly measure: Measure
  readonly system?: string
}

function cardOf({ id, name: said, sub, quiet, dashed, strong, soft, width, modules, empty, entities, more, words, measure, system }: Content): Card {
  const inner = width - 2 * PAD
  const name = label(said, { size: 13.5, bold: true, width: inner, ...(quiet ? { colour: 'later' as const } : {}) })
  const under = sub === '' ? undefined : label(sub, { size: 10.5, colour: 'quiet', width: inner, lines: 2 })
  const items: Item[] = [{ kind: 'text', label: name, x: PAD, y: PAD }]
  let y = PAD + name.height
  const text = (one: Label, gap: number): void => {
    items.push({ kind: 'text', label: one, x: PAD, y: y + gap })
    y += gap + one.height
  }
  if (under !== undefined) text(under, 2)
  y += 5
  let lines = 0
  let drawnModules = 0
  for (const [index, [module, functions]] of modules.slice(0, measure.modules).entries()) {
    const most = Math.max(1, Math.min(measure.functions, measure.lines - lines))
    if (index > 0 && lines >= measure.lines) break
    const box = moduleBox(`${id}-module-${index}`, module, functions, most, y, width, strong, soft, words, system)
    items.push(box)
    y += box.height + 6
    lines += Math.min(functions.length, most)
    drawnModules += 1
  }
  if (modules.length > drawnModules) text(label(words.more(modules.length - drawnModules), { size: 10.5, colour: 'quiet', width: inner, lines: 1 }), 0)
  if (modules.length === 0 && empty !== undefined) text(label(empty, { size: 10.5, colour: 'quiet', width: inner, lines: 2 }), 0)
  if (entities.length > 0) {
    text(label(words.holds, { size: 10.5, bold: true, colour: 'quiet', width: inner, lines: 1 }), 2)
    const placed = chips(entities, PAD, y + 4, inner, 10.5)
    items.push(...placed.items)
    y += 4 + placed.height
    if (more > 0) text(label(words.more(more), { size: 10.5, colour: 'quiet', width: inner, lines: 1 }), 3)
  }
  const height = y + PAD
  return { height, items: [{ kind: 'zone', id, x: 0, y: 0, width, height, radius: 8, fill: 'paper', edge: strong, weight: 1.75, ...(dashed ? { dashed } : {}), hint: said, ...(system === undefined ? {} : { system }) }, ...items] }
}

function moduleBox(id: string, name: string, functions: readonly string[], most: number, y: number, width: number, strong: Role, soft: Role, words: ApplicationWords, system: string | undefined): Extract<Item, { kind: 'shape' }> {
  const room = width - 2 * PAD - 18
  const head = name === '' ? [] : [label(labelOf(name), { size: 11.5, bold: true, width: room, lines: 2, colour: strong })]
  const shown = functions.slice(0, most).map((one) => label(one, { size: 11, width: room, lines: 2 }))
  const rest = functions.length > most ? [label(words.more(functions.length - most), { size: 10.5, colour: 'quiet', width: room, lines: 1 })] : []
  let top = 6
  const texts = [...head, ...shown, ...rest].map((one) => {
    const placed = { label: one, x: 9, y: top }
    top += one.height + 1
    return placed
  })
  return { kind: 'shape', id, shape: 'box', x: PAD, y, width: width - 2 * PAD, height: top + 6, radius: 5, fill: soft, edge: strong, weight: 1, texts, ...(system === undefined ? {} : { system }) }
}

function legendOf(blueprint: Blueprint, { legend }: ApplicationWords): LegendEntry[] {
  const systems = [...blueprint.systems.values()]
  const held = [...blueprint.entities.values()].filter(({ heldBy }) => heldBy.length > 0)
  return [
    { text: legend.module, sample: { kind: 'shape', fill: 'soft-1', edge: 'accent-1', weight: 1 } },
    ...(held.length === 0 ? [] : [{ text: legend.entity, sample: { kind: 'shape', fill: 'paper', edge: 'edge', weight: 1 } } as const]),
    ...(held.some(({ entity, heldBy }) => heldBy.includes(entity.golden.home)) ? [{ text: legend.home, sample: { kind: 'shape', fill: 'soft-3', edge: 'accent-3', weight: 1 } } as const] : []),
    ...(systems.some((system) => isLater(system) || goes(system)) ? [{ text: [...(systems.some(isLater) ? [legend.later] : []), ...(systems.some(goes) ? [legend.goes] : [])].join(' / '), sample: { kind: 'shape', fill: 'paper', edge: 'later', dashed: true } } as const] : []),
  ]
}
