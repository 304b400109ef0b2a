/** The application layer: systems, flows, and the integrations that exist (plan-language §7, §9). */
import { direction } from '../../plan/direction.ts'
import type { End, Flow, Kept, Plan, System } from '../../plan/model.ts'
import { labelOf, toName } from '../../plan/names.ts'
import { given } from '../../plan/normal/reading.ts'
import type { Name } from '../../plan/values.ts'
import type { Application, Exchange, ExchangeEnd, ExistingIntegration } from '../model.ts'
import { nameOf, volumeOf } from './business.ts'
import { dayOf, flowStates, launchDayOf, statesOf } from './days.ts'
import { entriesOf, inOneLine, keptAt, textOf, textsOf } from './kept.ts'
import { interfaceOf } from './protocols.ts'

/** Nodes are put to them by the infrastructure layer. */
export type UnplacedApplication = Omit<Application, 'nodes'>

export function applicationsOf(plan: Plan, existing: readonly ExistingIntegration[], outsiders: ReadonlyMap<Name, string>): ReadonlyMap<Name, UnplacedApplication> {
  const flowsOf = new Map<Name, Name[]>()
  for (const flow of plan.flows.values()) for (const { system } of flow.ends) flowsOf.set(system, [...(flowsOf.get(system) ?? []), flow.key])
  const own = [...plan.systems].map(([key, system]) => [key, applicationOf(plan, system, flowsOf.get(key) ?? [])] as const)
  const others = [...outsiders].map(([key, name]): [Name, UnplacedApplication] => [key, {
    key, name, category: 'custom', control: 'unsaid', consulted: [], informed: [], modules: new Map(), interface: {}, limits: {}, contract: {},
    // It goes with the last integration that it has.
    states: existing.some((one) => one.fate === 'keep' && [...one.from, ...one.to].includes(key)) ? new Set(['as-is', 'to-be', 'later']) : new Set(['as-is']),
    flows: [],
  }])
  return new Map([...own, ...others])
}

function applicationOf(plan: Plan, system: System, flows: readonly Name[]): UnplacedApplication {
  const written = keptAt(plan.written.get('systems'), system.key)
  const functions = keptAt(written, 'functions')
  const operator = system.operates === undefined ? undefined : plan.teams.get(system.operates)
  const liveFrom = dayOf(plan, system.liveFrom)
  const liveUntil = dayOf(plan, system.liveUntil)
  const { documentation, spec, sandbox, changeNotice } = system.interface
  return {
    key: system.key, name: system.name, system, category: system.category, flows, limits: system.limits,
    control: operator?.kind === 'partner' || operator?.kind === 'outside' ? 'partner' : system.operates === undefined ? 'unsaid' : 'own',
    consulted: textsOf(written, 'consulted'), informed: textsOf(written, 'informed'),
    modules: functions instanceof Map ? new Map(entriesOf(functions).map(([module]) => [module, textsOf(functions, module)] as const)) : new Map(functions === undefined ? [] : [['', textsOf(functions)] as const]),
    interface: { ...interfaceOf(system), ...given({ documentation, spec, sandbox, changeNotice: changeNotice?.text }) },
    contract: given({ ends: dayOf(plan, textOf(written, 'contract', 'ends')), support: textOf(written, 'contract', 'support'), notice: textOf(written, 'contract', 'notice') }),
    states: statesOf(launchDayOf(plan), liveFrom, liveUntil),
    ...given({ about: textOf(written, 'about'), accountable: system.accountable, operates: system.operates, liveFrom, liveUntil }),
  }
}

export function exchangesOf(plan: Plan, systems: ReadonlyMap<Name, UnplacedApplication>): ReadonlyMap<Name, Exchange> {
  const digits = Math.max(2, String(plan.flows.size).length)
  const team = textOf(plan.written.get('operation'), 'team')
  return new Map([...plan.flows.values()].map((flow, at) => {
    const written = keptAt(plan.written.get('flows'), flow.key)
    const entity = plan.entities.get(flow.entity)
    const liveFrom = dayOf(plan, flow.liveFrom)
    const liveUntil = dayOf(plan, flow.liveUntil)
    const names = (is: 'sends' | 'receives'): readonly Name[] => flow.ends.filter((end) => end[is]).map((end) => end.system)
    return [flow.key, {
      key: flow.key, name: flow.name, flow, number: `F${String(at + 1).padStart(digits, '0')}`, entity: flow.entity, criticality: flow.criticality,
      ends: flow.ends.map((end) => endOf(plan, flow, end)), serves: textsOf(written, 'serves'), volume: volumeOf(written),
      serviceLevel: new Map(entriesOf(written, 'service_level').flatMap(([name, level]) => {
        const text = textOf(level, 'within') ?? inOneLine(level)
        return text === undefined ? [] : [[name, text] as const]
      })),
      consulted: textsOf(written, 'consulted'), informed: textsOf(written, 'informed'),
      states: flowStates(statesOf(launchDayOf(plan), liveFrom, liveUntil), systems, names('sends'), names('receives')),
      personal: [...(entity?.personal ?? [])].some((field) => flow.ends.some((end) => direction(plan, flow, end.system, field) !== 'none')),
      ...given({
        about: textOf(written, 'about'), expects: inOneLine(keptAt(written, 'expects')), ifLost: textOf(written, 'if_lost'), ifLate: textOf(written, 'if_late'),
        accountable: textOf(written, 'accountable') ?? entity?.accountable, operates: textOf(written, 'operates') ?? team, liveFrom, liveUntil,
      }),
    }] as const
  }))
}

function endOf(plan: Plan, flow: Flow, end: End): ExchangeEnd {
  const fields = [...(plan.entities.get(flow.entity)?.fields.keys() ?? [])].map((field) => ({ field, way: direction(plan, flow, end.system, field) }))
  const resources = plan.systems.get(end.system)?.holds.filter((hold) => hold.entity === flow.entity).map((hold) => hold.resource) ?? []
  return {
    system: end.system, sends: end.sends, receives: end.receives, calls: end.sends && end.trigger.event, resources: [...new Set(resources)],
    contributes: fields.flatMap(({ field, way }) => (way === 'contributes' || way === 'both' ? [field] : [])),
    written: fields.flatMap(({ field, way }) => (way === 'written' || way === 'both' ? [field] : [])),
    ...(end.sends ? { trigger: triggerInWords(end) } : {}),
  }
}

function triggerInWords({ trigger }: End): string {
  const parts = [
    ...(trigger.event ? ['event'] : []),
    ...(trigger.file ? ['file arrives'] : []),
    ...(trigger.every ? [`every ${trigger.every.text.replace(/^1 (?=[a-z]+$)/, '')}`] : []),
    ...(trigger.at.length > 0 ? [`at ${trigger.at.join(', ')}${trigger.days === undefined ? '' : ` ${trigger.days}`}`] : []),
    ...(trigger.cron === undefined ? [] : [`cron ${trigger.cron}`]),
    ...(trigger.onDemand ? ['on demand'] : []),
  ]
  return parts.join(' · ')
}

/** Integrations of today, and the systems that only they name: key → label. */
export function existingOf(plan: Plan): { readonly existing: readonly ExistingIntegration[]; readonly outsiders: ReadonlyMap<Name, string> } {
  const outsiders = new Map<Name, string>()
  const byLabel = new Map([...plan.systems.values()].map((system) => [system.name.toLowerCase(), system.key] as const))
  const keyOf = (said: string): Name => {
    const known = plan.systems.has(said) ? said : byLabel.get(said.toLowerCase())
    if (known !== undefined) return known
    let key = toName(said) ?? 'elsewhere'
    while (plan.systems.has(key) || (outsiders.has(key) && outsiders.get(key) !== labelFor(said))) key = `${key}_1`
    outsiders.set(key, labelFor(said))
    return key
  }
  const existing = entriesOf(plan.written.get('existing')).map(([key, one]: readonly [string, Kept]): ExistingIntegration => ({
    key, name: nameOf(key, one), from: textsOf(one, 'from').map(keyOf), to: textsOf(one, 'to').map(keyOf),
    works: textOf(one, 'works') ?? 'unknown', fate: textOf(one, 'fate') ?? 'unsaid',
    ...given({ carries: textOf(one, 'carries'), how: textOf(one, 'how'), flow: textOf(one, 'flow') }),
  }))
  return { existing, outsiders }
}

/** Free words stay as they are; what looks like a name of the plan becomes a label. */
const labelFor = (said: string): string => (toName(said) === said ? labelOf(said) : said)
