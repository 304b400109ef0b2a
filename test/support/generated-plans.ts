/**
 * Blueprints of plans that nobody wrote: any number of systems and flows, names short, long and hostile, one hub, two or none,
 * systems that nothing joins, flows of a system with itself, rings, processes with many lanes. The same wish gives the same plan.
 */
import { blueprintOf } from '../../src/blueprint/derive/blueprint-of.ts'
import type { Blueprint } from '../../src/blueprint/model.ts'
import { HOSTILE_NAMES } from './hostile-names.ts'
import { buildText } from './load-text.ts'

export interface Wish {
  readonly seed: number
  readonly systems: number
  readonly flows: number
  /** Systems through which most flows go. */
  readonly hubs: 0 | 1 | 2
  readonly names: 'short' | 'mixed' | 'long' | 'hostile'
  /** Of its processes. */
  readonly lanes: number
}

/** Small numbers in an order that the seed decides. */
function lots(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) % Math.max(1, below)
  }
}

const WORDS = ('customer order stock price invoice parcel return article catalogue payment ledger warehouse loyalty card contract offer campaign consent address '
  + 'supplier delivery picking booking settlement portal gateway archive master reporting partner wholesale retail mobile planning service desk').split(' ')
const CATEGORIES = ['shop', 'website', 'mobile_app', 'crm', 'erp', 'cms', 'pim', 'cdp', 'payment', 'courier', 'warehouse', 'finance', 'custom']
const CONNECTORS = ['http', 'postgres', 'csv', 'json', 'sqlite']

/** An empty name is refused where the plan is read. */
const NAMES = HOSTILE_NAMES.filter((name) => name.trim() !== '')

/** The key of a plan, not a promise. */
const RETURN = ['th', 'en'].join('')

type Tree = Record<string, unknown>

export function generatedPlan({ seed, systems, flows, hubs, names, lanes }: Wish): Tree {
  const lot = lots(seed)
  const of = <T>(list: readonly T[]): T => list[lot(list.length)] as T
  const some = <T>(list: readonly T[], most: number): T[] => [...new Set(Array.from({ length: 1 + lot(most) }, () => of(list)))]
  const sentence = (letters: number): string => {
    let text = of(WORDS)
    while (text.length < letters) text += ` ${of(WORDS)}`
    return text.slice(0, letters).trim()
  }
  const name = (): string => {
    const kind = names === 'mixed' ? of(['short', 'short', 'short', 'long', 'hostile'] as const) : names
    if (kind === 'hostile') return of(NAMES)
    return kind === 'long' ? sentence(60 + lot(61)) : sentence(1 + lot(24))
  }
  const keys = (before: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${before}_${index + 1}`)
  const map = (list: readonly string[], make: (key: string, index: number) => unknown): Tree => Object.fromEntries(list.map((key, index) => [key, make(key, index)]))
  const maybe = (part: Tree, oneIn = 2): Tree => (lot(oneIn) === 0 ? part : {})

  const people = keys('person', 6)
  const teams = keys('team', Math.max(4, lanes))
  const all = keys('system', systems)
  const entities = keys('entity', Math.max(1, Math.min(12, Math.ceil(flows / 8))))
  const zones = keys('zone', 1 + lot(4))
  const nodes = keys('node', Math.min(8, Math.ceil(systems / 2)))
  const hub = all.slice(0, hubs)

  const flow = (): Tree => {
    const centre = hub.length > 0 && lot(10) < 9 ? of(hub) : of(all)
    // Now and then a system with itself.
    const other = lot(25) === 0 ? centre : of(all)
    const ends = lot(2) === 0 ? { from: centre, to: lot(4) === 0 ? some(all, 3) : other } : lot(3) === 0 && centre !== other ? { between: [centre, other] } : { from: other, to: centre }
    return {
      name: name(), entity: of(entities), ...ends, criticality: of(['low', 'normal', 'high', 'critical']),
      ...maybe({ trigger: { every: of(['1 minute', '5 minutes', '1 day']) } }), ...maybe({ service_level: { freshness: '10 minutes' } }), ...maybe({ volume: { usual: '400/day', peak: '30/minute' } }),
      ...maybe({ live_from: '2031-01-01' }, 8), ...maybe({ accountable: of(people), operates: of(teams) }),
    }
  }
  const step = (process: number) => (): Tree => ({
    name: name(), who: lot(5) === 0 ? of(all) : teams[(process + lot(lanes)) % teams.length], does: name(), ...maybe({ in: of(all) }), ...maybe(flows > 0 ? { flow: `flow_${1 + lot(flows)}` } : {}, 3),
    ...maybe({ within: of(['5 minutes', '1 hour', '3 working days']), ...maybe({ else: of(['scenario_1', 'scenario_2']) }) }), ...maybe({ only_if: 'true' }, 6), ...maybe({ by_hand: true }, 4),
  })
  const process = (_: string, index: number): Tree => {
    const steps = keys(`step_${index + 1}`, Math.max(lanes, 2) + lot(6))
    return {
      name: name(), accountable: of(people),
      steps: map(steps, (_key, at) => ({ ...step(index)(), ...(at < lanes ? { who: teams[at] } : {}) })),
      exceptions: map(keys(`exception_${index + 1}`, lot(4)), (_key, at) => ({
        name: name(), after: some(steps, 2), ...maybe({ when: 'true' }), steps: map(keys(`more_${index + 1}_${at + 1}`, 1 + lot(3)), step(index)), ...maybe({ [RETURN]: of(steps) }),
      })),
    }
  }
  return {
    plimsoll: 1, name: name(), version: '3', date: '2027-03-04',
    people: map(people, (_, index) => ({ name: name(), role: name(), ...(index % 2 === 0 ? { email: `p${index}@example.org`, phone: '+48 58 500 10 01' } : {}) })),
    teams: map(teams, (_, index) => ({
      name: name(), kind: of(['business', 'technology', 'partner']), lead: of(people),
      ...(index % 3 === 0 ? { members: some(people, 4), on_call: [{ who: of(people) }, { who: of(people), after: '15 minutes' }, { who: of(people), after: '45 minutes' }] } : {}),
    })),
    systems: map(all, () => ({
      name: name(), connector: of(CONNECTORS), category: of(CATEGORIES), ...maybe({ accountable: of(people) }), ...maybe({ operates: of(teams) }),
      ...maybe({ functions: lot(2) === 0 ? [name(), name()] : { sales: [name(), name()], service: [name()] } }), ...maybe({ live_from: '2031-01-01' }, 9),
      holds: map(some(entities, 3), () => ({ fields: 'same' })),
    })),
    entities: map(entities, (_, index) => ({
      name: name(), identifiers: ['code'], golden: of(all) ?? 'latest', fields: { code: 'text', title: 'text', price: { money: 'EUR' }, ...(index > 0 ? { other: { to: of(entities.slice(0, index)) } } : {}) },
    })),
    ...(flows === 0 ? {} : { flows: map(keys('flow', flows), flow) }),
    processes: map(keys('process', lanes === 0 ? 0 : 2), process),
    scenarios: {
      scenario_1: { name: name(), alert: of(teams), inform: some(people, 2), impact: name(), do: [name(), name()] },
      scenario_2: { name: name(), alert: some(teams, 2), escalate: [{ who: of(people), after: '2 hours' }] },
      scenario_3: { name: name(), when: { system: of(all), is: 'unreachable', for: '15 minutes' }, alert: of(teams), inform: of(people) },
    },
    infrastructure: {
      zones: map(zones, () => name()),
      nodes: map(nodes, (_, index) => ({ name: name(), zone: of(zones), kind: of(['vm', 'server', 'container']), cpu: 2, memory: '4 GB', runs: index === 0 ? ['plimsoll', 'plimsoll_store'] : some(all, 3) })),
    },
    milestones: { start: { name: name(), date: '2027-03-01', accountable: of(people) } },
    deciders: { purpose: of(people), data: of(people), launch: of(people) },
    operation: { team: teams[0] },
  }
}

/** The plan is well formed; whether it makes sense nobody asks. */
export function generatedBlueprint(wish: Wish): Blueprint {
  const { plan, mistakes } = buildText(JSON.stringify(generatedPlan(wish)))
  const wrong = mistakes.filter((one) => one.severity === 'error')
  if (wrong.length > 0) throw new Error(wrong.map((one) => `${one.place.pointer}: ${one.says}`).join('\n'))
  return blueprintOf(plan)
}
