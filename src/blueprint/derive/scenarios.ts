/** What may go wrong: the plan's own scenarios, then the standard ones that it does not replace (plan-language §11). */
import type { Kept, Plan } from '../../plan/model.ts'
import { given } from '../../plan/normal/reading.ts'
import type { Name } from '../../plan/values.ts'
import type { Application, BusinessObject, Exchange, Process, Scenario, Subject } from '../model.ts'
import { nameOf } from './business.ts'
import { entriesOf, itemsOf, textOf, textsOf } from './kept.ts'
import { joinLadders, ladderOf, ownRungs } from './parties.ts'

/** The layers that scenarios are about. */
export interface Layers {
  readonly systems: ReadonlyMap<Name, Application>
  readonly flows: ReadonlyMap<Name, Exchange>
  readonly entities: ReadonlyMap<Name, BusinessObject>
  readonly processes: readonly Process[]
}

type Kind = Subject['kind']

const STANDARD: readonly { readonly kind: Exclude<Kind, 'step'>; readonly is: string; readonly for?: string; readonly above?: string; readonly onlyIf?: (flow: Exchange) => boolean }[] = [
  { kind: 'system', is: 'unreachable', for: '15 minutes' },
  { kind: 'system', is: 'refusing', for: '1 minute' },
  { kind: 'system', is: 'changed' },
  { kind: 'flow', is: 'late', onlyIf: (flow) => flow.serviceLevel.has('freshness') },
  { kind: 'flow', is: 'silent', onlyIf: (flow) => flow.expects !== undefined },
  { kind: 'flow', is: 'stopped' },
  { kind: 'flow', is: 'failing', for: '15 minutes' },
  { kind: 'flow', is: 'braked' },
  { kind: 'flow', is: 'unbalanced' },
  { kind: 'entity', is: 'set_aside', above: '0', for: '1 working day' },
  { kind: 'entity', is: 'awaiting_review', above: '100' },
  { kind: 'platform', is: 'disk_full' },
  { kind: 'platform', is: 'store_down' },
  { kind: 'platform', is: 'clock_wrong' },
  { kind: 'platform', is: 'restarted' },
]

export function scenariosOf(plan: Plan, layers: Layers): readonly Scenario[] {
  const own = entriesOf(plan.written.get('scenarios')).map(([key, scenario]) => ownScenario(plan, layers, key, scenario))
  const taken = new Set(own.flatMap(({ subject, is }) => (subject.keys.length === 0 ? [`${subject.kind}  ${is}`] : subject.keys.map((key) => `${subject.kind} ${key} ${is}`))))
  return [...own, ...lateSteps(plan, layers), ...standardScenarios(plan, layers, taken)]
}

function ownScenario(plan: Plan, layers: Layers, key: Name, scenario: Kept): Scenario {
  const kind = (['system', 'flow', 'entity', 'platform'] as const).find((one) => textOf(scenario, 'when', one) !== undefined)
  const steps = layers.processes.flatMap((process) => allSteps(process).filter((step) => step.otherwise === key).map((step) => `${process.key}.${step.key}`))
  const subject: Subject = kind === undefined ? { kind: 'step', keys: steps } : { kind, keys: kind === 'platform' ? [] : textsOf(scenario, 'when', kind) }
  const is = kind === undefined ? 'late' : (kind === 'platform' ? textOf(scenario, 'when', 'platform') : textOf(scenario, 'when', 'is')) ?? 'failing'
  const written = textsOf(scenario, 'alert')
  const rungs = itemsOf(scenario, 'escalate')
  // A scenario that only informs alerts nobody; one of a system or flow that names nobody alerts whoever runs it.
  const usual = written.length > 0 || kind === undefined ? written : defaultAlert(plan, layers, subject)
  const flows = flowsTouched(layers, subject)
  return {
    key, name: nameOf(key, scenario), standard: false, subject, is, alert: usual, inform: textsOf(scenario, 'inform'), do: textsOf(scenario, 'do'), flows,
    reaction: (textOf(scenario, 'then') ?? (is === 'braked' ? 'ask' : 'hold')) as Scenario['reaction'],
    ladder: joinLadders([...usual.map((who) => ladderOf(plan, who)), ownRungs(plan, rungs, usual[0])]),
    rehearse: given({ for: textOf(scenario, 'rehearse', 'for'), rate: textOf(scenario, 'rehearse', 'rate'), caughtUpWithin: textOf(scenario, 'rehearse', 'caught_up_within') }),
    ...given({
      about: textOf(scenario, 'about'), for: textOf(scenario, 'when', 'for'), above: textOf(scenario, 'when', 'above'), impact: textOf(scenario, 'impact'),
      priority: textOf(scenario, 'priority') ?? priorityOf(layers, flows),
    }),
  }
}

const allSteps = (process: Process) => [...process.steps, ...process.exceptions.flatMap((one) => one.steps)]

/** A step that is late and names no scenario tells whoever answers for the process. */
function lateSteps(plan: Plan, layers: Layers): readonly Scenario[] {
  return layers.processes.flatMap((process): readonly Scenario[] => {
    const keys = allSteps(process).filter((step) => step.within !== undefined && step.otherwise === undefined).map((step) => `${process.key}.${step.key}`)
    if (keys.length === 0) return []
    return [standard(plan, layers, `late_steps_${process.key}`, { kind: 'step', keys }, 'late', {}, [], process.accountable === undefined ? [] : [process.accountable])]
  })
}

/** One for all subjects of a kind that alert the same people; whoever is accountable for one of them is informed of that one. */
function standardScenarios(plan: Plan, layers: Layers, taken: ReadonlySet<string>): readonly Scenario[] {
  return STANDARD.flatMap(({ kind, is, onlyIf, ...when }): readonly Scenario[] => {
    if (kind === 'platform') {
      return taken.has(`platform  ${is}`) ? [] : [standard(plan, layers, `standard_platform_${is}`, { kind, keys: [] }, is, when, defaultAlert(plan, layers, { kind, keys: [] }), [])]
    }
    const alike = new Map<string, { keys: Name[]; alert: readonly Name[]; inform: Set<Name> }>()
    for (const key of subjectsOf(layers, kind, onlyIf)) {
      if (taken.has(`${kind} ${key} ${is}`)) continue
      const alert = defaultAlert(plan, layers, { kind, keys: [key] })
      const group = alike.get(alert.join(' ')) ?? { keys: [], alert, inform: new Set() }
      alike.set(alert.join(' '), group)
      group.keys.push(key)
      const accountable = { system: layers.systems, flow: layers.flows, entity: layers.entities }[kind].get(key)?.accountable
      if (accountable !== undefined && !alert.includes(accountable)) group.inform.add(accountable)
    }
    return [...alike.values()].map(({ keys, alert, inform }, at) =>
      standard(plan, layers, `standard_${kind}_${is}${at === 0 ? '' : `_${at + 1}`}`, { kind, keys }, is, when, alert, [...inform]))
  })
}

function standard(plan: Plan, layers: Layers, key: Name, subject: Subject, is: string, when: { readonly for?: string; readonly above?: string }, alert: readonly Name[], inform: readonly Name[]): Scenario {
  const flows = flowsTouched(layers, subject)
  return {
    key, standard: true, subject, is, ...when, reaction: is === 'braked' ? 'ask' : 'hold', alert, inform, do: [], flows, rehearse: {},
    ladder: joinLadders(alert.map((who) => ladderOf(plan, who))), ...given({ priority: priorityOf(layers, flows) }),
  }
}

function subjectsOf(layers: Layers, kind: 'system' | 'flow' | 'entity', onlyIf: ((flow: Exchange) => boolean) | undefined): readonly Name[] {
  if (kind === 'system') return [...layers.systems.values()].filter((system) => system.flows.length > 0).map((system) => system.key)
  if (kind === 'flow') return [...layers.flows.values()].filter((flow) => onlyIf?.(flow) ?? true).map((flow) => flow.key)
  return [...layers.entities.keys()]
}

/** Whoever runs what is wrong; for flows, records and the platform the team that runs Plimsoll. */
function defaultAlert(plan: Plan, { systems, flows }: Layers, { kind, keys }: Subject): readonly Name[] {
  const team = textOf(plan.written.get('operation'), 'team')
  const of = kind === 'system' ? systems : kind === 'flow' ? flows : undefined
  const found = of === undefined ? [team] : keys.map((key) => of.get(key)?.operates ?? team)
  return [...new Set(found.flatMap((who) => who ?? []))]
}

function flowsTouched({ flows, systems, processes }: Layers, { kind, keys }: Subject): readonly Name[] {
  if (kind === 'flow') return keys
  if (kind === 'platform') return [...flows.keys()]
  if (kind === 'system') return [...new Set(keys.flatMap((key) => systems.get(key)?.flows ?? []))]
  if (kind === 'entity') return [...flows.values()].filter((flow) => keys.includes(flow.entity)).map((flow) => flow.key)
  return [...new Set(processes.flatMap((process) => allSteps(process).flatMap((step) => (step.flow !== undefined && keys.includes(`${process.key}.${step.key}`) ? [step.flow] : []))))]
}

const RANK = ['low', 'normal', 'high', 'critical']

/** Impact: the most critical flow that is touched. */
function priorityOf({ flows }: Layers, touched: readonly Name[]): string | undefined {
  const ranks = touched.map((key) => RANK.indexOf(flows.get(key)?.criticality ?? 'normal'))
  return ranks.length === 0 ? undefined : RANK[Math.max(...ranks)]
}
