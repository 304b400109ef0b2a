/** Days of the project, and what stands in which state: as it is, at launch, afterwards. */
import { readPlanDate } from '../../plan/dates.ts'
import type { Plan } from '../../plan/model.ts'
import { isWrong, type Name } from '../../plan/values.ts'
import type { State } from '../model.ts'
import { entriesOf, textOf } from './kept.ts'

/** A date or milestone as ISO day; the text itself where it is neither. */
export function dayOf(plan: Plan, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const read = readPlanDate(textOf(plan.written.get('milestones'), text, 'date') ?? text, 'date')
  return isWrong(read) ? text : read.value
}

export const launchDayOf = (plan: Plan): string | undefined => dayOf(plan, textOf(plan.written.get('launch'), 'milestone'))

/** The plan's own date; where it says none, the day of its last decision. */
export const planDay = (plan: Plan): string | undefined =>
  plan.date ?? entriesOf(plan.written.get('decisions')).flatMap(([, decision]) => dayOf(plan, textOf(decision, 'date')) ?? []).toSorted().at(-1)

/** Whatever has no beginning stands there today. */
export function statesOf(launchDay: string | undefined, from: string | undefined, until: string | undefined): ReadonlySet<State> {
  const states = new Set<State>()
  if (from === undefined) states.add('as-is')
  const isThere = from === undefined || (launchDay !== undefined && from <= launchDay)
  if (isThere && (until === undefined || launchDay === undefined || until > launchDay)) states.add('to-be')
  if (until === undefined) states.add('later')
  return states
}

/** A flow is there as soon as one of its senders and one of its receivers are; nothing of it is there today. */
export function flowStates(own: ReadonlySet<State>, systems: ReadonlyMap<Name, { readonly states: ReadonlySet<State> }>, senders: readonly Name[], receivers: readonly Name[]): ReadonlySet<State> {
  const isThere = (names: readonly Name[], state: State): boolean => names.some((name) => systems.get(name)?.states.has(state) === true)
  return new Set((['to-be', 'later'] as const).filter((state) => own.has(state) && isThere(senders, state) && (receivers.length === 0 || isThere(receivers, state))))
}
