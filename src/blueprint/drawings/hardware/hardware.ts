/** The hardware diagram: machines with number, size and location, and what runs where. */
import { groupBy } from '../../../base/group.ts'
import { HUB, HUB_STORE } from '../../derive/infrastructure.ts'
import type { Blueprint, Node } from '../../model.ts'
import { room } from '../../scene/compose.ts'
import type { Role } from '../../scene/palette.ts'
import type { Item, Label, LegendEntry } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { type Card, type CardGroup, cardPages, cardSize } from '../card-pages.ts'
import { type Chip, chips } from '../chips.ts'
import { contentsPages } from '../contents.ts'
import type { Draw } from '../drawings.ts'
import { type HardwareWords, WORDS } from './words.ts'

const PAD = 10
const ACCENTS: readonly (readonly [Role, Role])[] = [['accent-1', 'soft-1'], ['accent-2', 'soft-2'], ['accent-4', 'soft-4'], ['accent-5', 'soft-5'], ['accent-8', 'soft-8']]

interface Place { readonly name: string; readonly strong: Role; readonly soft: Role; readonly nodes: readonly Node[] }

export const hardware: Draw = (blueprint, language) => {
  if (blueprint.nodes.length === 0) return []
  const words = WORDS[language]
  const legend = legendOf(blueprint, words)
  const places = placesOf(blueprint, words)
  const grouped = (width: number): CardGroup[] => places.map(({ name, strong, soft, nodes }, index): CardGroup => ({ id: `place-${index}`, name, strong, soft, cards: nodes.map((node) => nodeCard(blueprint, node, words, width, strong)) }))
  const formats = [room(legend, 'landscape'), room(legend, 'portrait')].map((size) => {
    const columns = cardSize(size.width, 250)
    return { size, pages: cardPages(grouped(columns.width), columns, size) }
  })
  const { size, pages } = formats.find((one) => one.pages.length === 1) ?? formats[0]!
  const contents = pages.length === 1 ? [] : contentsPages(places.map(({ name, strong, nodes }) => ({ title: name, entries: nodes.map((node) => ({ name: node.name, strong, dashed: node.assumed })) })), words.contents, size)
  return [{ name: 'hardware', title: words.title, layer: 'infrastructure', legend, pages: [...contents, ...pages], alt: words.alt(blueprint.nodes.length, places.map(({ name }) => name).join(', ')) }]
}

/** By location; a partner's places apart, and last what nobody has given a place. */
function placesOf(blueprint: Blueprint, words: HardwareWords): Place[] {
  const zones = new Map(blueprint.zones.map((zone) => [zone.key, zone]))
  const own = blueprint.nodes.filter(({ assumed }) => !assumed)
  const assumed = blueprint.nodes.filter((node) => node.assumed)
  const located = [...groupBy(own, ({ location }) => location ?? '')].sort(([a], [b]) => Number(a === '') - Number(b === ''))
  const partners = [...groupBy(assumed.filter(({ zone }) => zones.get(zone)?.kind === 'partner'), ({ zone }) => zone)]
  const rest = assumed.filter(({ zone }) => zones.get(zone)?.kind !== 'partner')
  return [
    ...located.map(([location, nodes], index): Place => {
      const [strong, soft] = ACCENTS[index % ACCENTS.length]!
      return { name: location === '' ? words.noLocation : location, strong, soft, nodes }
    }),
    ...partners.map(([zone, nodes]): Place => ({ name: words.partner(zones.get(zone)?.name ?? ''), strong: 'accent-7', soft: 'soft-7', nodes })),
    ...(rest.length === 0 ? [] : [{ name: words.unplaced, strong: 'quiet', soft: 'fill', nodes: rest } as const]),
  ]
}

function nodeCard(blueprint: Blueprint, node: Node, words: HardwareWords, width: number, strong: Role): Card {
  const running = node.runs.flatMap((key): Chip[] => {
    const id = `on-${node.key}-${key}`
    if (key === HUB || key === HUB_STORE) return [{ id, text: key === HUB ? words.hub : words.store, fill: 'soft-3', edge: 'accent-3', bold: true }]
    const system = blueprint.systems.get(key)
    return system === undefined ? [] : [{ id, text: system.name, fill: 'paper', edge: strong, system: key, dashed: !system.states.has('to-be') && system.states.has('later') }]
  })
  if (node.assumed) return assumedCard(node, running, width, words)
  const inner = width - 2 * PAD
  const kind = words.kinds[node.kind] ?? ''
  const zone = blueprint.zones.find(({ key }) => key === node.zone)
  const size = [...(node.cpu === undefined ? [] : [words.cpu(node.cpu)]), ...(node.memory === undefined ? [] : [words.memory(node.memory)]), ...(node.disk === undefined ? [] : [words.disk(node.disk)])]
  const texts: Label[] = [
    label(node.count > 1 ? `${node.count} × ${node.name}` : node.name, { size: 13.5, bold: true, width: inner }),
    ...[[kind, ...(zone?.kind === 'plan' ? [words.zone(zone.name)] : [])].filter((part) => part !== '').join(' · ')].filter((text) => text !== '').map((text) => label(text, { size: 10.5, colour: 'quiet', width: inner, lines: 3 })),
    label(size.length === 0 ? words.sizeUnsaid : size.join(' · '), { size: 11, width: inner, lines: 2, ...(size.length === 0 ? { colour: 'quiet' as const } : {}) }),
    ...(running.length === 0 ? [label(words.runsNothing, { size: 10.5, colour: 'quiet', width: inner, lines: 2 })] : []),
  ]
  const items: Item[] = []
  let y = PAD
  for (const text of texts) {
    items.push({ kind: 'text', label: text, x: PAD, y })
    y += text.height + 2
  }
  const placed = chips(running, PAD, y + 5, inner)
  const height = y + (running.length === 0 ? 0 : 5 + placed.height) + PAD
  return { height, items: [{ kind: 'zone', id: `node-${node.key}`, x: 0, y: 0, width, height, radius: 8, fill: 'paper', edge: strong, weight: node.count > 1 ? 3 : 1.75, hint: node.name }, ...items, ...placed.items] }
}

/** Only what stands there is known. */
function assumedCard(node: Node, running: readonly Chip[], width: number, words: HardwareWords): Card {
  const text = label(running[0]?.text ?? words.runsNothing, { size: 12.5, bold: true, width: width - 2 * PAD })
  const height = text.height + 2 * PAD
  const { system, edge } = running[0] ?? {}
  return { height, items: [{ kind: 'shape', id: `node-${node.key}`, shape: 'box', x: 0, y: 0, width, height, radius: 8, fill: 'paper', edge: edge ?? 'edge', dashed: true, label: text, ...(system === undefined ? {} : { system }) }] }
}

function legendOf({ nodes }: Blueprint, { legend }: HardwareWords): LegendEntry[] {
  const runs = nodes.filter(({ assumed }) => !assumed).flatMap((node) => node.runs)
  return [
    ...(runs.some((key) => key !== HUB && key !== HUB_STORE) ? [{ text: legend.system, sample: { kind: 'shape', fill: 'paper', edge: 'accent-1', weight: 1 } } as const] : []),
    ...(runs.some((key) => key === HUB || key === HUB_STORE) ? [{ text: legend.hub, sample: { kind: 'shape', fill: 'soft-3', edge: 'accent-3', weight: 1 } } as const] : []),
    ...(nodes.some(({ assumed }) => assumed) ? [{ text: legend.assumed, sample: { kind: 'shape', fill: 'paper', dashed: true } } as const] : []),
  ]
}
