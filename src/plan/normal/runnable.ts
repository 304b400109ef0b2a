import { readPlanDate } from '../dates.ts'
import type { Entity, Environment, Flow, System } from '../model.ts'
import { isWrong, type DateOrMilestone, type Name } from '../values.ts'

export interface RunnableContext {
  readonly systems: ReadonlyMap<Name, System>
  readonly entities: ReadonlyMap<Name, Entity>
  readonly environment: Environment
  /** Name → day as written. */
  readonly milestones: ReadonlyMap<Name, string>
  readonly today: string
  readonly connectors?: ReadonlySet<string>
}

/** The day a date or milestone means; undefined where the milestone is unknown. */
export function dayOf(due: DateOrMilestone, milestones: ReadonlyMap<Name, string>): string | undefined {
  const read = readPlanDate(milestones.get(due) ?? due, 'date')
  return isWrong(read) ? undefined : read.value
}

/** Why a flow does not run, in sentences; empty: it runs (plan-language §16). */
export function whyNotRunnable(flow: Omit<Flow, 'notRunnable'>, context: RunnableContext): readonly string[] {
  const reasons: string[] = []
  const entity = context.entities.get(flow.entity)
  if (!entity) return [`There is no entity ${flow.entity}.`]
  if (flow.paused !== undefined) reasons.push(`It is paused: ${flow.paused}`)
  reasons.push(...times(`The flow ${flow.key}`, flow, context))
  if (entity.fields.size === 0) reasons.push(`The entity ${entity.key} has no fields yet.`)
  if (!flow.ends.some((end) => end.sends)) reasons.push('Nobody sends: no system stands at from or between.')
  if (entity.identifiers === undefined && flow.ends.filter((end) => end.sends).length > 1) {
    reasons.push(`Nothing says how the same ${entity.key} is recognised in two systems (identifiers).`)
  }
  for (const end of flow.ends) {
    const system = context.systems.get(end.system)
    if (system) reasons.push(...systemReasons(system, entity, context))
  }
  return reasons
}

function systemReasons(system: System, entity: Entity, context: RunnableContext): readonly string[] {
  const where = context.environment.name
  if (system.mode === 'absent') return [`${system.key} is absent in ${where}.`]
  if (system.mode === 'simulated') return [`${system.key} is simulated in ${where}; only a rehearsal runs it.`]
  const later = times(system.key, system, context)
  if (later.length > 0) return later
  const holds = system.holds.filter((hold) => hold.entity === entity.key)
  if (holds.length === 0) return [`${system.key} does not hold ${entity.key}.`]
  const reasons = new Set<string>()
  for (const hold of holds) {
    const connector = hold.connector ?? system.connector
    if (connector === undefined) reasons.add(`${system.key} has no connector yet.`)
    else if (context.connectors && !context.connectors.has(connector)) reasons.add(`${system.key} needs the connector ${connector}, which does not exist yet.`)
  }
  return [...reasons]
}

function times(what: string, of: { readonly liveFrom?: DateOrMilestone; readonly liveUntil?: DateOrMilestone }, context: RunnableContext): readonly string[] {
  const from = of.liveFrom === undefined ? undefined : dayOf(of.liveFrom, context.milestones)
  const until = of.liveUntil === undefined ? undefined : dayOf(of.liveUntil, context.milestones)
  if (from !== undefined && context.today < from) return [`${what} goes live on ${from}.`]
  if (until !== undefined && context.today > until) return [`${what} ended on ${until}.`]
  return []
}
