/** Flows: who sends, whether the systems hold what they exchange, and what a deletion means to them. */
import type { Mistake } from '../mistakes.ts'
import type { Flow } from '../model.ts'
import { at, entriesAt, textAt } from '../normal/reading.ts'
import type { CheckContext } from './index.ts'
import { known } from './known.ts'
import { error, note, warning } from './mistake.ts'
import { type Part, takingPart } from './taking-part.ts'
import { keysAt } from './tree-walk.ts'

export function sendersAndHolders(context: CheckContext): readonly Mistake[] {
  const of = known(context)
  const take = takingPart(context)
  return [...context.plan.flows.values()].flatMap((flow): Mistake[] => {
    const node = at(context.tree, 'flows', flow.key)!
    if (['from', 'between'].every((side) => keysAt(node, side).length === 0)) {
      const isWrong = ['from', 'between'].some((side) => !of.isSound('flows', flow.key, side)) || context.isWrong('flows', flow.key)
      return isWrong ? [] : [error('no-sender', context.keyPlaceOf('flows', flow.key), `Nobody sends in the flow \`${flow.key}\`.`, 'Write `from:` with the systems that send, or `between:`.')]
    }
    if (!of.isSound('flows', flow.key, 'entity') || flow.entity === '') return []
    return ['from', 'to', 'between'].flatMap((side) => keysAt(node, side).map((system) => [side, system] as const)).flatMap(([side, system]): Mistake[] => {
      if (!context.plan.systems.has(system) || take.holds(system, flow.entity).length > 0 || !take.isSoundHold(system, flow.entity) || !of.isSound('systems', system, 'holds')) return []
      // What has no connector is drawn and never run: its mapping may come later than the wish to exchange.
      const say = context.plan.systems.get(system)!.connector === undefined ? warning : error
      return [say('not-held', context.keyPlaceOf('flows', flow.key, side, system), `\`${system}\` takes part in ${flow.key}, but does not hold ${flow.entity}.`,
        `Add \`${flow.entity}\` to systems.${system}.holds, or take \`${system}\` out of the flow.`)]
    })
  })
}

/** Which flow brings a value would depend on which runs last. */
export function twoFlowsWrite(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  const found: Mistake[] = []
  for (const entity of context.plan.entities.values()) {
    const bySystem = new Map<string, Part[]>()
    for (const part of take.of(entity.key)) if (part.end.receives) bySystem.set(part.end.system, [...(bySystem.get(part.end.system) ?? []), part])
    for (const [system, parts] of bySystem) {
      if (parts.length < 2 || !take.isSound(entity.key)) continue
      for (const [i, later] of parts.entries()) {
        const first = parts.slice(0, i).find((part) => condition(part) !== condition(later))
        const field = first && [...entity.fields.keys()].find((name) => take.writes(first, name) && take.writes(later, name))
        if (first === undefined || field === undefined) continue
        found.push(warning('two-flows-write', context.keyPlaceOf('flows', later.flow.key),
          `${first.flow.key} and ${later.flow.key} both write ${entity.key}.${field} into ${system}, each for other records.`,
          `Write one flow with one \`where\`, or say with \`writes\` which fields each of them brings.`, { also: [context.keyPlaceOf('flows', first.flow.key)] }))
        break
      }
    }
  }
  return found
}

const condition = ({ flow, end }: Part): string => [...flow.where, ...end.where].toSorted().join(' && ')

/** A record is archived by what marks it; without a mark nothing could be written. */
export function deleteUnmarked(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  return [...context.plan.flows.values()].filter((flow) => flow.whenDeleted === 'archive' && take.isSoundFlow(flow)).flatMap((flow) =>
    flow.ends.flatMap((end): Mistake[] => {
      const system = context.plan.systems.get(end.system)!
      const holds = take.holds(end.system, flow.entity)
      if (!end.receives || holds.length === 0 || !take.isComplete(system, flow.entity) || !take.isSoundHold(end.system, flow.entity) || holds.some((hold) => hold.archived)) return []
      return [error('delete-unmarked', archivePlace(context, flow), `${end.system} shall archive each ${flow.entity} that is deleted elsewhere, but nothing says how it marks one.`,
        `Write \`archived: { <path>: <value> }\` at systems.${end.system}.holds.${flow.entity}, or \`when_deleted: ignore\`.`)]
    }))
}

const archivePlace = (context: CheckContext, flow: Flow) => {
  const own = ['flows', flow.key, 'when_deleted']
  return textAt(context.tree, ...own) === undefined ? context.placeOf('defaults', 'flow', 'when_deleted') : context.placeOf(...own)
}

/** As soon as a plan says what it is for, a flow that serves nothing of it is worth a look. */
export function noReason(context: CheckContext): readonly Mistake[] {
  const { tree } = context
  if (entriesAt(tree, 'objectives').length + entriesAt(tree, 'problems').length === 0 || at(tree, 'defaults', 'flow', 'serves')) return []
  return entriesAt(tree, 'flows').filter((e) => !at(e.value, 'serves') && !context.isWrong('flows', e.key, 'serves'))
    .map((e) => note('no-reason', e.keyPlace, `The flow \`${e.key}\` serves no objective and no problem.`, 'Write `serves:` with what it is for.'))
}
