/** `like` takes keys from another system, and `was` says a former name: both must point at something that makes sense. */
import type { Mistake } from '../mistakes.ts'
import { entriesAt, itemsAt, textAt } from '../normal/reading.ts'
import type { CheckContext } from './index.ts'
import { error } from './mistake.ts'

export const likeSystems = (context: CheckContext): readonly Mistake[] => entriesAt(context.tree, 'systems').flatMap((e): Mistake[] => {
  const model = textAt(e.value, 'like')
  if (model === undefined) return []
  const place = context.placeOf('systems', e.key, 'like')
  if (model === e.key) return [error('like-self', place, `\`${e.key}\` can't be like itself.`, 'Write the name of another system, or take `like` out.')]
  const next = textAt(context.tree, 'systems', model, 'like')
  // A model that is like itself is told there.
  if (next === undefined || next === model) return []
  const offer = next === e.key ? 'Write all keys at one of them, and `like` at the other.' : `Write \`like: ${next}\`, or the keys of its own.`
  return [error('like-chain', place, `\`${e.key}\` is like ${model}, and ${model} is like ${next}: \`like\` goes one step only.`, offer)]
})

const SECTIONS = ['systems', 'entities', 'flows', 'types', 'people', 'teams', 'processes', 'scenarios', 'objectives', 'problems', 'channels', 'calendars', 'milestones']

/** What is stored under an old name can't be moved to a new one while another element bears it. */
export function formerNames(context: CheckContext): readonly Mistake[] {
  const elements = SECTIONS.map((section) => [section])
  const fields = entriesAt(context.tree, 'entities').map((e) => ['entities', e.key, 'fields'])
  return [...elements, ...fields].flatMap((section) => {
    const entries = entriesAt(context.tree, ...section)
    const names = new Set(entries.map((e) => e.key))
    const claimed = new Map<string, string>()
    return entries.flatMap((e) => itemsAt(e.value, 'was').flatMap((item, i): Mistake[] => {
      if (item.is !== 'text') return []
      const place = context.placeOf(...section, e.key, 'was', String(i))
      const other = claimed.get(item.text)
      claimed.set(item.text, e.key)
      if (item.text === e.key) return [error('was-taken', place, `\`${e.key}\` is the name it has now.`, 'Write its former name, or take `was` out.')]
      if (names.has(item.text)) return [error('was-taken', place, `\`${item.text}\` can't be the former name of ${e.key}: another element has it now.`, 'Take it out, or give the other one another name.', { also: [context.keyPlaceOf(...section, item.text)] })]
      return other === undefined ? [] : [error('was-taken', place, `\`${item.text}\` is already the former name of ${other}.`, 'Keep it at one of them.', { also: [context.keyPlaceOf(...section, other)] })]
    }))
  })
}
