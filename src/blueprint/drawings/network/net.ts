/** What the network diagram shows of a blueprint, before it has places: the hub's zones, the others with their machines, and who opens what. */
import { HUB, HUB_STORE } from '../../derive/infrastructure.ts'
import type { Language } from '../../language.ts'
import type { Blueprint, Connection, Node, Zone } from '../../model.ts'
import type { Role } from '../../scene/palette.ts'
import type { BarBox, BarGroup, BarInside, BarRow, BarText, BarZone } from '../bar/bar.ts'
import type { BarLink } from '../bar/brackets.ts'
import { type NetworkWords, WORDS } from './words.ts'

/** All that stands around the hub in one of its zones; usually there is one. */
export interface HubView {
  readonly bar: BarText
  /** None where nobody has said where the hub stands. */
  readonly zone?: BarZone
  /** In the hub's own zone. */
  readonly fellows?: BarGroup
  readonly groups: readonly BarGroup[]
  readonly links: readonly BarLink[]
}

export interface Net { readonly words: NetworkWords; readonly views: readonly HubView[]; readonly crossings: number; readonly besides: readonly (readonly [number: string, text: string])[]; /** Nobody has said where they are, and nothing connects them. */ readonly apart: readonly BarBox[] }

/** `accent-3` is the hub's, `accent-6` that of brackets, `accent-7` partners'. */
const ACCENTS: readonly (readonly [Role, Role])[] = [['accent-2', 'soft-2'], ['accent-1', 'soft-1'], ['accent-4', 'soft-4'], ['accent-5', 'soft-5'], ['accent-8', 'soft-8']]

export function netOf(blueprint: Blueprint, language: Language): Net {
  const words = WORDS[language]
  const isHub = (node: Node): boolean => node.runs.includes(HUB)
  const hubNodes = blueprint.nodes.filter(isHub)
  const hubKeys = new Set(hubNodes.map(({ key }) => key))
  const numbers = new Map([...numbered(blueprint.connections, hubKeys, blueprint), ...lettered(blueprint.connections, hubKeys)])
  const hubZones = blueprint.zones.filter(({ key }) => hubNodes.some((node) => node.zone === key))
  const nodes = new Map(blueprint.nodes.map((node) => [node.key, node]))
  const beside = blueprint.connections.filter(({ from, to }) => from !== to && !hubKeys.has(from) && !hubKeys.has(to) && nodes.has(from) && nodes.has(to))
  const joined = new Set(blueprint.connections.flatMap(({ from, to }) => [from, to]))
  const views = hubZones.map((zone) => viewOf(blueprint, zone, hubNodes.filter((node) => node.zone === zone.key), hubKeys, numbers, beside, words, joined))
  const lonely = blueprint.zones.filter(({ kind }) => kind === 'unplaced').flatMap(({ key }) => blueprint.nodes.filter((node) => node.zone === key && !joined.has(node.key) && !hubKeys.has(node.key)))
  return {
    apart: lonely.map((node) => boxOf(blueprint, node, [], words)),
    words, views, crossings: new Set(blueprint.connections.filter(({ crossesZones }) => crossesZones).map((one) => numbers.get(one))).size,
    besides: beside.map((one) => [numbers.get(one) ?? '–', `${nodes.get(one.from)!.name} → ${nodes.get(one.to)!.name}: ${detailsOf(one, words, [protocolOf(one)]).join(' · ')}`] as const),
  }
}

/** One number for each opening: what several machines of the hub need alike is one. */
function numbered(connections: readonly Connection[], hubs: ReadonlySet<string>, blueprint: Blueprint): ReadonlyMap<Connection, string> {
  const zoneOf = new Map(blueprint.nodes.map(({ key, zone }) => [key, zone]))
  const byOpening = new Map<string, string>()
  const digits = connections.filter(({ crossesZones }) => crossesZones).length > 99 ? 3 : 1
  return new Map(connections.flatMap((one) => {
    if (!one.crossesZones) return []
    const side = (key: string): string => (hubs.has(key) ? `hub ${zoneOf.get(key)}` : key)
    const opening = [side(one.from), side(one.to), one.protocol, one.port ?? '', one.through ?? ''].join('\n')
    const number = byOpening.get(opening) ?? String(byOpening.size + 1).padStart(digits, '0')
    byOpening.set(opening, number)
    return [[one, number] as const]
  }))
}

/** What stays within a zone and does not touch the hub has no opening; its bracket and its line in the list share a letter. */
function lettered(connections: readonly Connection[], hubs: ReadonlySet<string>): ReadonlyMap<Connection, string> {
  const inside = connections.filter(({ from, to, crossesZones }) => !crossesZones && !hubs.has(from) && !hubs.has(to))
  return new Map(inside.map((one, index) => [one, letters(index)] as const))
}

/** a … z, aa … */
const letters = (index: number): string => (index < 26 ? String.fromCodePoint(97 + index) : letters(Math.floor(index / 26) - 1) + letters(index % 26))

function viewOf(blueprint: Blueprint, hubZone: Zone, hubs: readonly Node[], allHubs: ReadonlySet<string>, numbers: ReadonlyMap<Connection, string>, beside: readonly Connection[], words: NetworkWords, joined: ReadonlySet<string>): HubView {
  const mine = new Set(hubs.map(({ key }) => key))
  const placed = hubZone.kind !== 'unplaced'
  const rows = new Map<string, BarRow[]>()
  const merged = new Set<string>()
  for (const one of blueprint.connections) {
    const fromHub = mine.has(one.from)
    if (fromHub === mine.has(one.to)) continue
    const node = fromHub ? one.to : one.from
    const key = [node, fromHub, one.protocol, one.port ?? '', one.through ?? ''].join('\n')
    if (merged.has(key)) continue
    merged.add(key)
    rows.set(node, [...(rows.get(node) ?? []), rowOf(one, fromHub, one.crossesZones ? numbers.get(one) : undefined, words)])
  }
  const boxesIn = (zone: Zone): BarBox[] => blueprint.nodes.filter((node) => node.zone === zone.key && !mine.has(node.key) && !(zone.kind === 'unplaced' && !joined.has(node.key))).map((node) => boxOf(blueprint, node, rows.get(node.key) ?? [], words))
  // What runs on the hub's own machines stands beside it, without a line.
  const aboard = hubs.flatMap((node) => node.runs.filter((key) => key !== HUB && (key === HUB_STORE || blueprint.systems.has(key))).map((key): BarBox => ({
    id: `aboard-${node.key}-${key}`, name: key === HUB_STORE ? words.store : blueprint.systems.get(key)!.name, sub: [words.on(node.name)], rows: [], ...(key === HUB_STORE ? {} : { system: key }),
  })))
  let accent = 0
  const groups = blueprint.zones.filter(({ key }) => key !== hubZone.key || !placed).map((zone): BarGroup => {
    const [strong, soft] = zone.kind === 'plan' ? ACCENTS[accent++ % ACCENTS.length]! : zone.kind === 'partner' ? (['accent-7', 'soft-7'] as const) : (['quiet', 'fill'] as const)
    return { id: `zone-${zone.key}`, name: zoneName(zone, words), strong, soft, boxes: [...boxesIn(zone), ...(zone.key === hubZone.key ? aboard : [])] }
  }).filter(({ boxes }) => boxes.length > 0)
  const fellows = placed ? [...boxesIn(hubZone), ...aboard] : []
  const kinds = hubs.map((node) => [node.name, node.kind === 'unsaid' ? (node.count > 1 ? `${node.count} ×` : '') : `${node.count > 1 ? `${node.count} × ` : ''}${words.kinds[node.kind] ?? node.kind}`].filter((part) => part !== '').join(', '))
  return {
    bar: { name: 'Plimsoll', sub: hubs.every(({ assumed }) => assumed) ? [] : kinds }, groups,
    ...(placed ? { zone: { id: `zone-${hubZone.key}`, name: zoneName(hubZone, words), strong: 'accent-3', soft: 'zone' } } : {}),
    ...(fellows.length === 0 ? {} : { fellows: { id: `fellows-${hubZone.key}`, name: ' ', strong: 'accent-3', soft: 'soft-3', frameless: true, boxes: fellows } }),
    links: beside.filter(({ from, to }) => !allHubs.has(from) && !allHubs.has(to)).map((one): BarLink => ({
      number: numbers.get(one) ?? '–', from: nodeId(one.from), to: nodeId(one.to), text: detailsOf(one, words, [protocolOf(one)]).join(' · '),
    })),
  }
}

const zoneName = (zone: Zone, words: NetworkWords): string => (zone.kind === 'plan' ? zone.name : zone.kind === 'partner' ? words.partner(zone.name) : words.unplaced)
const nodeId = (key: string): string => `node-${key}`
const protocolOf = ({ protocol, port }: Connection): string => [protocol, ...(port === undefined ? [] : [String(port)])].join(' ')

const detailsOf = ({ encrypted, through, about }: Connection, words: NetworkWords, before: readonly string[]): string[] => [
  ...before,
  ...(encrypted === undefined ? [] : [encrypted ? words.encrypted : words.open]),
  ...(through === undefined ? [] : [words.through(through)]),
  ...(about === undefined ? [] : [about]),
]

function rowOf(one: Connection, fromHub: boolean, gate: string | undefined, words: NetworkWords): BarRow {
  const details = detailsOf(one, words, [])
  return {
    number: one.protocol === '' ? '?' : one.protocol.slice(0, 24), text: one.port === undefined ? '' : String(one.port), details, toBar: !fromHub, fromBar: fromHub,
    ...(gate === undefined ? {} : { gate }), ...(one.encrypted === false ? { colour: 'warn' as const } : {}), hint: [protocolOf(one), ...details].join(' · '), ...(one.flows.length === 1 ? { flow: one.flows[0]! } : {}),
  }
}

function boxOf(blueprint: Blueprint, node: Node, rows: readonly BarRow[], words: NetworkWords): BarBox {
  if (node.assumed) {
    const [key = ''] = node.runs
    const system = blueprint.systems.get(key)
    return { id: nodeId(node.key), name: node.name, sub: [], rows, dashed: true, ...(system === undefined ? {} : { system: key }) }
  }
  const sub = [...(node.kind === 'unsaid' && node.count === 1 ? [] : [`${node.count > 1 ? `${node.count} × ` : ''}${words.kinds[node.kind] ?? ''}`.trim()]), ...(node.location === undefined ? [] : [node.location])]
  const inside = node.runs.flatMap((key): BarInside[] => {
    const system = blueprint.systems.get(key)
    const name = key === HUB_STORE ? words.store : key === HUB ? 'Plimsoll' : system?.name
    return name === undefined ? [] : [{ id: `run-${node.key}-${key}`, name, ...(system === undefined ? {} : { system: key, dashed: !system.states.has('to-be') && system.states.has('later') }) }]
  })
  return { id: nodeId(node.key), name: node.name, sub, rows, inside }
}
