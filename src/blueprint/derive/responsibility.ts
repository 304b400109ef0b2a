/** Rows of the RACI matrix (plan-language §6). */
import type { Plan } from '../../plan/model.ts'
import { labelOf } from '../../plan/names.ts'
import { given } from '../../plan/normal/reading.ts'
import type { Name } from '../../plan/values.ts'
import type { Project, Responsibility, Scenario } from '../model.ts'
import { keptAt, textsOf } from './kept.ts'
import type { Layers } from './scenarios.ts'

export function responsibilitiesOf(plan: Plan, layers: Layers, scenarios: readonly Scenario[], deciders: ReadonlyMap<string, Name>, milestones: Project['milestones']): readonly Responsibility[] {
  const informedBy = (kind: 'system' | 'flow' | 'entity', key: Name): readonly Name[] =>
    scenarios.filter((one) => !one.standard && one.subject.kind === kind && one.subject.keys.includes(key)).flatMap((one) => one.inform)
  const said = (section: string, key: Name, word: 'consulted' | 'informed'): readonly Name[] => textsOf(keptAt(plan.written.get(section), key), word)
  const row = (kind: Responsibility['kind'], key: Name, name: string, people: { responsible?: readonly (Name | undefined)[]; accountable?: Name | undefined; consulted?: readonly (Name | undefined)[]; informed?: readonly Name[] }): Responsibility => {
    const accountable = people.accountable
    const responsible = distinct(people.responsible ?? [])
    const consulted = distinct(people.consulted ?? []).filter((who) => who !== accountable && !responsible.includes(who))
    return { kind, key, name, responsible, consulted, informed: distinct(people.informed ?? []).filter((who) => who !== accountable && !responsible.includes(who) && !consulted.includes(who)), ...given({ accountable }) }
  }
  return [
    ...[...deciders].map(([aspect, who]) => row('aspect', aspect, labelOf(aspect), { accountable: who })),
    ...[...layers.systems.values()].filter((system) => system.system !== undefined).map((system) => row('system', system.key, system.name, {
      responsible: [system.operates], accountable: system.accountable, consulted: [...system.consulted, deciders.get('systems')], informed: [...system.informed, ...informedBy('system', system.key)],
    })),
    ...[...layers.entities.values()].map((entity) => row('entity', entity.key, entity.name, {
      responsible: [entity.steward], accountable: entity.accountable, consulted: [...said('entities', entity.key, 'consulted'), deciders.get('data')],
      informed: [...said('entities', entity.key, 'informed'), ...informedBy('entity', entity.key)],
    })),
    ...[...layers.flows.values()].map((flow) => row('flow', flow.key, flow.name, {
      responsible: [flow.operates], accountable: flow.accountable, consulted: [...flow.consulted, deciders.get('systems')], informed: [...flow.informed, ...informedBy('flow', flow.key)],
    })),
    ...layers.processes.flatMap((process) => [
      row('process', process.key, process.name, {
        responsible: process.lanes.filter((lane) => lane.kind === 'person' || lane.kind === 'team').map((lane) => lane.key), accountable: process.accountable,
        consulted: [...said('processes', process.key, 'consulted'), deciders.get('processes')], informed: said('processes', process.key, 'informed'),
      }),
      ...process.steps.map((step) => row('step', `${process.key}.${step.key}`, step.name, {
        responsible: [layers.systems.get(step.lane)?.operates ?? (step.lane === '' || step.lane === 'plimsoll' ? undefined : step.lane)], accountable: process.accountable,
      })),
    ]),
    ...milestones.map((milestone) => row('milestone', milestone.key, milestone.name, { accountable: milestone.accountable })),
  ]
}

const distinct = (names: readonly (Name | undefined)[]): readonly Name[] => [...new Set(names.flatMap((name) => name ?? []))]
