/** `codes`: a closed list, ordered. Codes are compared exactly; a mapping translates a system's own. */
import type { FieldType } from '../../plan/model.ts'
import { asIs, bad, good, type Rule, shown, shortText } from './rule.ts'

export type CodesType = Extract<FieldType, { is: 'codes' }>

const LISTED = 12

export const codes: Rule<CodesType> = {
  parser: (type) => {
    const all = [...type.codes.keys()]
    const listed = all.length > LISTED ? `${all.slice(0, LISTED).join(', ')} …` : all.join(', ')
    const read = shortText('code', (text, native) => (type.codes.has(text) ? good(text) : bad('code', `${shown(native)} is none of ${listed}.`)))
    // `true` and `false` are codes like any other.
    return (native) => read(typeof native === 'boolean' ? String(native) : native)
  },
  formatter: () => asIs,
}
