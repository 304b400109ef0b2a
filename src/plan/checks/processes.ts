/** Processes and scenarios: whether steps can be seen, and whether somebody is told. */
import type { Mistake } from '../mistakes.ts'
import { nearest } from '../names.ts'
import { at, entriesAt, itemsAt, textAt } from '../normal/reading.ts'
import type { CheckContext } from './index.ts'
import { known } from './known.ts'
import { error, note, warning } from './mistake.ts'
import { allSteps, has } from './tree-walk.ts'

export function steps(context: CheckContext): readonly Mistake[] {
  return allSteps(context.tree).flatMap(({ path, node }): Mistake[] => {
    const name = path.at(-1)!
    const wrong = (key: string): boolean => context.isWrong(...path, key)
    const found: Mistake[] = []
    if (has(node, 'else') && !has(node, 'within') && !wrong('within')) {
      found.push(error('else-without-within', context.keyPlaceOf(...path, 'else'), `\`${name}\` says what happens when it is late, but not when it is late.`, 'Write `within:`, for example `within: 2 hours`, or take `else` out.'))
    }
    if (!['reached', 'flow', 'by_hand'].some((key) => has(node, key) || wrong(key))) {
      found.push(note('step-unseen', context.keyPlaceOf(...path), `Nothing shows when \`${name}\` is done.`, 'Write `reached:`, `flow:`, or `by_hand: true`.'))
    }
    return found
  })
}

export function scenarios(context: CheckContext): readonly Mistake[] {
  const { tree } = context
  const named = new Set(allSteps(tree).flatMap(({ node }) => textAt(node, 'else') ?? []))
  // A step that misspells a scenario probably means it.
  for (const use of known(context).unknown) if (use.to === 'scenario') named.add(nearest(use.name, use.choice.names) ?? use.name)
  return entriesAt(tree, 'scenarios').flatMap((e): Mistake[] => {
    const path = ['scenarios', e.key]
    if (context.isWrong(...path)) return []
    const found: Mistake[] = []
    if (!has(e.value, 'when') && !named.has(e.key)) {
      found.push(warning('scenario-unused', e.keyPlace, `Nothing ever starts the scenario \`${e.key}\`: it has no \`when\`, and no step names it.`, `Write \`when:\`, or \`else: ${e.key}\` at a step.`))
    } else if (!['alert', 'inform', 'escalate'].some((key) => itemsAt(e.value, key).length > 0) && namesAnybody(context) && !isTold(context, e.key)) {
      found.push(warning('nobody-told', e.keyPlace, `Nobody is told when \`${e.key}\` happens.`, 'Write `alert:` with who must act, or `inform:` with who must know.'))
    }
    return [...found, ...undefinedMeasures(context, path)]
  })
}

/** As long as a plan names nobody of the company and no partner, there is nobody whom it could tell: that is one open question. */
const namesAnybody = ({ plan }: CheckContext): boolean => plan.people.size > 0 || [...plan.teams.values()].some((team) => team.kind !== 'outside')

/** Without `alert` those are told who run what the scenario is about. */
function isTold(context: CheckContext, name: string): boolean {
  const { tree } = context
  const when = at(tree, 'scenarios', name, 'when')
  const system = textAt(when, 'system')
  const flow = textAt(when, 'flow')
  const operation = has(tree, 'operation', 'team')
  if (system !== undefined) return context.plan.systems.get(system)?.operates !== undefined || operation
  if (flow !== undefined) return operation || ['operates', 'accountable'].some((key) => has(tree, 'flows', flow, key) || has(tree, 'defaults', 'flow', key))
  const entity = textAt(when, 'entity')
  if (entity !== undefined) return operation || context.plan.entities.get(entity)?.accountable !== undefined
  return when !== undefined && operation
}

const MEASURES: Readonly<Record<string, readonly [id: string, keys: readonly string[], says: string, mend: string]>> = {
  silent: ['silence-undefined', ['expects'], 'nothing says what is expected', 'Write `expects:` at the flow, for example `{ at_least: 1, of: files, each: day }`.'],
  late: ['late-undefined', ['service_level', 'freshness'], 'nothing says how fresh it shall be', 'Write `service_level: { freshness: 10 minutes }` at the flow.'],
}

function undefinedMeasures(context: CheckContext, path: readonly string[]): readonly Mistake[] {
  const { tree } = context
  const flow = textAt(tree, ...path, 'when', 'flow')
  const is = textAt(tree, ...path, 'when', 'is')
  const measure = is === undefined || !Object.hasOwn(MEASURES, is) ? undefined : MEASURES[is]
  if (flow === undefined || !measure || !context.plan.flows.has(flow)) return []
  const [id, keys, says, mend] = measure
  if ([['flows', flow], ['defaults', 'flow']].some((of) => has(tree, ...of, ...keys) || context.isWrong(...of, keys[0]!))) return []
  return [error(id, context.placeOf(...path, 'when', 'is'), `${flow} can't be ${is!}: ${says}.`, mend)]
}

