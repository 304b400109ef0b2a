import type { Mistake } from '../mistakes.ts'
import type { Place } from '../tree.ts'

type More = Pick<Mistake, 'suggestion' | 'also'>
const say = (severity: Mistake['severity']) => (id: string, place: Place, says: string, mend?: string, more: More = {}): Mistake =>
  ({ id, severity, place, says, ...(mend === undefined ? {} : { mend }), ...more })

export const error = say('error')
export const warning = say('warning')
export const note = say('note')

/** `a`, `a and b`, `a, b and c`. */
export const inWords = (names: readonly string[], and = 'and'): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${and} ${names.at(-1)!}`

/** A few of them, for a sentence that offers a choice. */
export function choice(names: Iterable<string>): string {
  const all = [...names]
  return all.length > 12 ? `${all.slice(0, 12).join(', ')} …` : all.join(', ')
}
