/**
 * Blueprints of plans that are tangled: integrations of today with hubs of their own, references in rings and of an entity to itself,
 * entities with many fields, links between machines, several machines of the hub, flows that nobody receives or that come back to
 * whoever sends. The same seed gives the same plan.
 */
import { blueprintOf } from '../../src/blueprint/derive/blueprint-of.ts'
import type { Blueprint } from '../../src/blueprint/model.ts'
import { HOSTILE_NAMES } from './hostile-names.ts'
import { buildText } from './load-text.ts'

const WORDS = 'customer order stock price invoice parcel return article catalogue payment ledger warehouse loyalty card'.split(' ')
const NAMES = HOSTILE_NAMES.filter((name) => name.trim() !== '')
const CATEGORIES = ['shop', 'website', 'mobile_app', 'crm', 'erp', 'cms', 'pim', 'cdp', 'payment', 'courier', 'warehouse', 'finance', 'custom', 'database']
const CONNECTORS = ['http', 'postgres', 'csv', 'json', 'sqlite']
const SYSTEMS = [1, 3, 8, 15, 40]
const FLOWS = [0, 1, 9, 25, 90]

type Tree = Record<string, unknown>

export function tangledPlan(seed: number): Tree {
  let state = (seed * 2_654_435_761) >>> 0
  const lot = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) % Math.max(1, below)
  }
  const of = <T>(list: readonly T[]): T => list[lot(list.length)]!
  const keys = (before: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${before}_${index + 1}`)
  const map = (list: readonly string[], make: (key: string, index: number) => unknown): Tree => Object.fromEntries(list.map((key, index) => [key, make(key, index)]))
  const name = (): string => {
    const kind = lot(6)
    return kind === 0 ? of(NAMES) : kind === 1 ? Array.from({ length: 16 }, () => of(WORDS)).join(' ').slice(0, 120) : `${of(WORDS)} ${of(WORDS)}`
  }

  const systems = keys('system', SYSTEMS[seed % SYSTEMS.length]!)
  const entities = keys('entity', 1 + lot(seed % 4 === 3 ? 30 : 10))
  const some = (most: number): string[] => [...new Set(Array.from({ length: 1 + lot(most) }, () => of(systems)))]
  const centre = lot(3) === 0 ? undefined : systems[0]!
  const field = (): unknown => (lot(4) === 0 ? { to: of(entities) } : lot(9) === 0 ? { list: { part: { to: of(entities) }, note: 'text' } } : of(['text', 'integer', 'email', 'money', 'date']))
  const flow = (): Tree => {
    const hub = centre !== undefined && lot(10) < 7 ? centre : of(systems)
    const ends = of([{ from: some(4), to: hub }, { from: hub, to: some(lot(9) === 0 ? 40 : 4) }, { between: [...new Set([hub, of(systems)])] }, { from: hub }, { from: hub, to: hub }])
    return {
      name: name(), entity: of(entities), ...ends, criticality: of(['low', 'normal', 'high', 'critical']), ...(lot(2) === 0 ? { trigger: of<Tree>([{ every: '5 minutes' }, { event: true, every: '1 hour' }, { at: '06:30' }]) } : {}),
      ...(lot(2) === 0 ? { volume: { usual: '400/day', peak: '30/minute' } } : {}), ...(lot(8) === 0 ? { live_from: '2031-01-01' } : {}),
    }
  }
  const oldHub = lot(3) === 0 ? of(systems) : undefined
  const zones = keys('zone', lot(4) === 0 ? 0 : 1 + lot(12))
  const nodes = keys('node', zones.length === 0 ? 0 : 2 + lot(systems.length))
  const flows = keys('flow', FLOWS[lot(FLOWS.length)]!)
  return {
    plimsoll: 1, name: name(),
    teams: { it: { kind: 'technology' }, partner_1: { kind: 'partner', name: name() }, partner_2: { kind: 'partner', name: name() } },
    systems: map(systems, () => ({
      name: name(), category: of(CATEGORIES), ...(lot(2) === 0 ? { operates: of(['it', 'partner_1', 'partner_2']) } : {}), ...(lot(2) === 0 ? { connector: of(CONNECTORS) } : {}), ...(lot(6) === 0 ? { live_from: '2031-01-01' } : {}),
      ...(lot(2) === 0 ? { functions: map(keys('module', lot(9)), () => Array.from({ length: 1 + lot(14) }, name)) } : {}), holds: map(entities.filter(() => lot(3) === 0), () => ({ resource: 'records', fields: 'same' })),
    })),
    entities: map(entities, (_, index) => ({
      name: name(), identifiers: ['field_1'], personal: ['field_1'], required: ['field_2'], records: lot(1_000_000), golden: of([...systems, 'plimsoll']),
      fields: map(keys('field', seed % 5 === 4 && index === 0 ? 400 : 2 + lot(12)), field),
    })),
    ...(flows.length === 0 ? {} : { flows: map(flows, flow) }),
    existing: map(keys('integration', lot(3) === 0 ? 0 : lot(14)), () => ({
      from: oldHub ?? of([...systems, 'Old bank']), to: of([...systems, 'old_erp']), carries: name(), how: name(), works: of(['well', 'partly', 'badly', 'unknown']), fate: of(['keep', 'keep', 'keep', 'retire']),
    })),
    ...(zones.length === 0 ? {} : {
      infrastructure: {
        zones: map(zones, () => ({ name: name() })),
        nodes: map(nodes, (_, index) => ({
          name: name(), zone: of(zones), kind: of(['server', 'vm', 'container', 'service']), count: 1 + lot(4), cpu: 4, memory: '8 GB', ...(lot(3) > 0 ? { location: name() } : {}),
          runs: index === 0 ? ['plimsoll', of(systems)] : index === 1 ? of(['plimsoll', 'plimsoll_store']) : some(3),
        })),
        links: Array.from({ length: lot(8) }, () => ({ from: of(nodes), to: of(nodes), protocol: of(['https', 'sftp', 'ssh']), port: 1 + lot(9999), through: name() })),
      },
    }),
  }
}

export function tangledBlueprint(seed: number): Blueprint {
  const { plan, mistakes } = buildText(JSON.stringify(tangledPlan(seed)))
  const wrong = mistakes.filter((one) => one.severity === 'error')
  if (wrong.length > 0) throw new Error(wrong.map((one) => `${one.place.pointer}: ${one.says}`).join('\n'))
  return blueprintOf(plan)
}
