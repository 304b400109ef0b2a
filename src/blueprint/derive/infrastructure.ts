/** The infrastructure layer: zones, machines, and the connections that follow from systems and connectors (plan-language §13). */
import type { Kept, Plan } from '../../plan/model.ts'
import { given } from '../../plan/normal/reading.ts'
import type { Name } from '../../plan/values.ts'
import type { Application, Blueprint, Connection, Exchange, Node, Zone } from '../model.ts'
import type { UnplacedApplication } from './application.ts'
import { nameOf } from './business.ts'
import { entriesOf, itemsOf, textOf, textsOf } from './kept.ts'

export const HUB = 'plimsoll'
export const HUB_STORE = 'plimsoll_store'
/** Zone of whatever has no place yet. No name of a plan holds a `:`. */
const UNPLACED = 'place:unplaced'
/** Where `serve` takes webhooks unless it is told otherwise. */
const HOOKS_PORT = 7401

type Placed = Pick<Blueprint, 'zones' | 'nodes' | 'connections' | 'systems'>

export function infrastructureOf(plan: Plan, unplaced: ReadonlyMap<Name, UnplacedApplication>, flows: ReadonlyMap<Name, Exchange>): Placed {
  const written = plan.written.get('infrastructure')
  const own = entriesOf(written, 'nodes').map(([key, node]) => nodeOf(key, node))
  const zones = entriesOf(written, 'zones').map(([key, zone]): Zone => ({ key, name: nameOf(key, zone), kind: 'plan' }))
  const assumed = assumedNodes(plan, unplaced, own)
  const used = new Set([...own, ...assumed].map((node) => node.zone))
  const partners = [...new Set(assumed.map((node) => node.zone))].filter((zone) => zone !== UNPLACED)
    .map((zone): Zone => ({ key: zone, name: plan.teams.get(zone.slice(PARTNER.length))?.name ?? '', kind: 'partner' }))
  const nodes = [...own, ...assumed]
  const placeOf = new Map<Name, Name[]>()
  for (const node of nodes) for (const name of node.runs) placeOf.set(name, [...(placeOf.get(name) ?? []), node.key])
  const systems = new Map<Name, Application>([...unplaced].map(([key, one]) => [key, { ...one, nodes: placeOf.get(key) ?? [] }]))
  return {
    systems, nodes, zones: [...zones, ...partners, ...(used.has(UNPLACED) ? [{ key: UNPLACED, name: '', kind: 'unplaced' } as const] : [])],
    connections: connectionsOf(itemsOf(written, 'links'), systems, flows, nodes, placeOf),
  }
}

const KINDS = new Set(['server', 'vm', 'container', 'service'])
const PARTNER = 'partner:'

function nodeOf(key: Name, node: Kept): Node {
  const kind = textOf(node, 'kind') ?? ''
  return {
    key, name: nameOf(key, node), zone: textOf(node, 'zone') ?? UNPLACED, kind: (KINDS.has(kind) ? kind : 'unsaid') as Node['kind'],
    count: Number(textOf(node, 'count') ?? 1), runs: textsOf(node, 'runs'), assumed: false,
    ...given({ cpu: textOf(node, 'cpu'), memory: textOf(node, 'memory'), disk: textOf(node, 'disk'), location: textOf(node, 'location') }),
  }
}

/** Whatever is on no machine of the plan stands at whoever operates it, or nowhere yet. */
function assumedNodes(plan: Plan, systems: ReadonlyMap<Name, UnplacedApplication>, own: readonly Node[]): readonly Node[] {
  const placed = new Set(own.flatMap((node) => node.runs))
  const place = (key: Name, name: string, zone: Name): Node => ({ key: `place:${key}`, name, zone, kind: 'unsaid', count: 1, runs: [key], assumed: true })
  const homeless = [...systems.values()].filter((system) => !placed.has(system.key))
  return [
    ...(placed.has(HUB) || plan.systems.size === 0 ? [] : [place(HUB, 'Plimsoll', UNPLACED)]),
    ...homeless.map((system) => place(system.key, system.name, system.control === 'partner' && system.operates !== undefined ? `${PARTNER}${system.operates}` : UNPLACED)),
  ]
}

interface Need { readonly from: Name; readonly to: Name; readonly protocol: string; readonly port?: number; readonly encrypted?: boolean; readonly about?: string; readonly systems: readonly Name[]; readonly flows: readonly Name[] }

function connectionsOf(links: readonly Kept[], systems: ReadonlyMap<Name, Application>, flows: ReadonlyMap<Name, Exchange>, nodes: readonly Node[], placeOf: ReadonlyMap<Name, readonly Name[]>): readonly Connection[] {
  const zoneOf = new Map(nodes.map((node) => [node.key, node.zone] as const))
  const needs = [...needsOf(systems, flows, placeOf)].filter((need) => need.from !== need.to)
  const between = (from: Name, to: Name): readonly Need[] => needs.filter((need) => need.from === from && need.to === to)
  const written = links.flatMap((link) => endsOf(textOf(link, 'from'), placeOf).flatMap((from) => endsOf(textOf(link, 'to'), placeOf).map((to): Connection => {
    const carries = between(from, to)
    const port = textOf(link, 'port')
    return {
      from, to, derived: false, crossesZones: zoneOf.get(from) !== zoneOf.get(to), systems: distinct(carries.flatMap((need) => need.systems)), flows: distinct(carries.flatMap((need) => need.flows)),
      protocol: textOf(link, 'protocol') ?? carries[0]?.protocol ?? '', ...given({ port: port === undefined ? carries[0]?.port : Number(port), through: textOf(link, 'through'), about: textOf(link, 'about') }),
    }
  })))
  const said = new Set(written.map(({ from, to }) => `${from} ${to}`))
  const derived = new Map<string, Connection>()
  for (const need of needs) {
    if (said.has(`${need.from} ${need.to}`)) continue
    const key = [need.from, need.to, need.protocol, need.port ?? ''].join(' ')
    const before = derived.get(key)
    derived.set(key, {
      ...need, derived: true, crossesZones: zoneOf.get(need.from) !== zoneOf.get(need.to),
      systems: distinct([...(before?.systems ?? []), ...need.systems]), flows: distinct([...(before?.flows ?? []), ...need.flows]),
    })
  }
  return [...written, ...derived.values()]
}

const distinct = (names: readonly Name[]): readonly Name[] => [...new Set(names)]
/** A link may name a machine, or the hub wherever it runs. */
const endsOf = (name: Name | undefined, placeOf: ReadonlyMap<Name, readonly Name[]>): readonly Name[] => (name === undefined ? [] : name === HUB ? (placeOf.get(HUB) ?? []) : [name])

/** The hub opens connections to systems; systems that call open them to the hub; the hub's store is a machine apart, if it is one. */
function* needsOf(systems: ReadonlyMap<Name, Application>, flows: ReadonlyMap<Name, Exchange>, placeOf: ReadonlyMap<Name, readonly Name[]>): Generator<Need> {
  const hubs = placeOf.get(HUB) ?? []
  for (const from of hubs) {
    for (const to of placeOf.get(HUB_STORE) ?? []) yield { from, to, protocol: 'PostgreSQL', port: 5432, systems: [], flows: [] }
    for (const system of systems.values()) {
      const { protocol } = system.interface
      const carried = system.flows
      for (const to of system.nodes) {
        if (protocol?.answered) {
          yield { from: to, to: from, protocol: protocol.name, systems: [system.key], flows: carried, ...given({ port: protocol.port, encrypted: protocol.encrypted }) }
          const { rings } = protocol
          if (rings) yield { from, to, protocol: rings.name, about: 'webhooks', systems: [system.key], flows: carried, ...given({ port: rings.port, encrypted: rings.encrypted }) }
          continue
        }
        if (protocol) yield { from, to, protocol: protocol.name, systems: [system.key], flows: carried, ...given({ port: protocol.port, encrypted: protocol.encrypted }) }
        const calling = carried.filter((key) => flows.get(key)?.ends.some((end) => end.system === system.key && end.calls) === true)
        if (calling.length > 0) yield { from: to, to: from, protocol: 'HTTP', port: HOOKS_PORT, about: 'webhooks', systems: [system.key], flows: calling }
      }
    }
  }
}
