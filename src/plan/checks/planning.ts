/** Dates, questions and decisions of the project. */
import type { Mistake } from '../mistakes.ts'
import { at, entriesAt, textAt } from '../normal/reading.ts'
import { isPlaceholder } from '../questions/placeholders.ts'
import type { Entry } from '../tree.ts'
import type { CheckContext } from './index.ts'
import { note, warning } from './mistake.ts'
import { matching } from './tree-walk.ts'
import { day } from './triggers.ts'

const dayAt = (context: CheckContext, ...path: readonly string[]): string | undefined => {
  const text = textAt(context.tree, ...path)
  return text === undefined ? undefined : day(context, text)
}

export function dates(context: CheckContext): readonly Mistake[] {
  const { tree, today } = context
  const found: Mistake[] = []
  const frozen = ['launch', 'freeze']
  const from = dayAt(context, ...frozen, 'from')
  const until = dayAt(context, ...frozen, 'until')
  const launch = dayAt(context, 'launch', 'milestone')
  if (from !== undefined && until !== undefined && until < from) found.push(warning('date-order', context.placeOf(...frozen, 'until'), `The freeze ends on ${until}, before it begins on ${from}.`, 'Write a later day.'))
  else if (from !== undefined && launch !== undefined && from > launch) found.push(warning('date-order', context.placeOf(...frozen, 'from'), `The freeze begins on ${from}, after the launch on ${launch}.`, 'Write an earlier day, or another milestone.'))
  for (const { path } of matching(tree, ['performance', 'peaks', '*'])) {
    const [first, last] = [dayAt(context, ...path, 'from'), dayAt(context, ...path, 'until')]
    if (first !== undefined && last !== undefined && last < first) found.push(warning('date-order', context.placeOf(...path, 'until'), `The peak \`${path.at(-1)!}\` ends on ${last}, before it begins on ${first}.`, 'Write a later day.'))
  }
  for (const e of entriesAt(tree, 'decisions')) {
    const date = dayAt(context, 'decisions', e.key, 'date')
    if (date !== undefined && date > today) found.push(warning('date-order', context.placeOf('decisions', e.key, 'date'), `The decision \`${e.key}\` is dated ${date}, which is still to come.`, 'Write the day on which it was decided.'))
  }
  for (const e of entriesAt(tree, 'questions')) {
    const due = dayAt(context, 'questions', e.key, 'due')
    if (due !== undefined && due < today && isOpen(context, e)) found.push(warning('date-order', context.placeOf('questions', e.key, 'due'), `The question \`${e.key}\` was due on ${due} and is still open.`, 'Write the answer at its place, a new day, or `waived:` with the reason.'))
  }
  return found
}

const placeNamed = (context: CheckContext, key: string) => (key.includes('.') ? at(context.tree, ...key.split('.')) : undefined)
const isOpen = (context: CheckContext, { key, value }: Entry): boolean => at(value, 'waived') === undefined && (placeNamed(context, key) === undefined || at(value, 'note') !== undefined)

/** An entry whose place is filled has done its work, unless it says why it stays. */
export function questions(context: CheckContext): readonly Mistake[] {
  return entriesAt(context.tree, 'questions').flatMap((e): Mistake[] => {
    const until = dayAt(context, 'questions', e.key, 'until')
    if (at(e.value, 'waived') && until !== undefined && until < context.today) {
      return [warning('waiver-ended', context.placeOf('questions', e.key, 'until'), `\`${e.key}\` was waived until ${until}.`, 'Answer it now, or write a later day.')]
    }
    const unsigned = unsignedWaiver(context, e)
    if (unsigned) return [unsigned]
    const answered = placeNamed(context, e.key) !== undefined && !at(e.value, 'note')
    return answered ? [note('answered', e.keyPlace, `\`${e.key}\` is answered in the plan.`, 'Take the entry out, or write `note:` with what is still open.')] : []
  })
}

/** Somebody must answer for it, with a reason that others can judge; until then the question stays open. */
function unsignedWaiver(context: CheckContext, { key, value }: Entry): Mistake | undefined {
  const why = textAt(value, 'waived')
  if (why === undefined || context.isWrong('questions', key, 'who')) return undefined
  if (isPlaceholder(why)) return warning('waiver-unsigned', context.placeOf('questions', key, 'waived'), `\`${key}\` is waived without a reason, so it stays open.`, 'Write why it needs no answer.')
  return at(value, 'who') ? undefined : warning('waiver-unsigned', context.keyPlaceOf('questions', key, 'waived'), `\`${key}\` is waived, but nobody answers for that, so it stays open.`, 'Write `who:` with the person or team that waived it.')
}

/** An integration that shall be replaced needs one that does. */
export function existing(context: CheckContext): readonly Mistake[] {
  return entriesAt(context.tree, 'existing').filter((e) => textAt(e.value, 'fate') === 'replace' && !at(e.value, 'flow') && !context.isWrong('existing', e.key, 'flow'))
    .map((e) => warning('unreplaced', context.keyPlaceOf('existing', e.key, 'fate'), `\`${e.key}\` shall be replaced, but nothing says by what.`, 'Write `flow:` with its successor, or `fate: retire`.'))
}

export function sameWords(context: CheckContext): readonly Mistake[] {
  return entriesAt(context.tree, 'entities').filter((e) => context.plan.systems.has(e.key))
    .map((e) => note('same-word', e.keyPlace, `\`${e.key}\` is the name of an entity and of a system.`, `Give one of them another name, for example \`${e.key}_system\`: readers mix them up.`, { also: [context.keyPlaceOf('systems', e.key)] }))
}

