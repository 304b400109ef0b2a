/** `reference`: the key of another record as this system writes it. Which record that is, the engine finds out. */
import { PlimsollError } from '../../base/errors.ts'
import type { FieldType } from '../../plan/model.ts'
import { isGroup } from '../value.ts'
import { good, type Rule, shortText } from './rule.ts'

export type ReferenceType = Extract<FieldType, { is: 'reference' }>

export const reference: Rule<ReferenceType> = {
  parser: (type) => shortText('key', (key) => good({ to: type.to, by: '', key })),
  /** Only a reference as read can be written back; a resolved link has to become a key first. */
  formatter: () => (value) => {
    if (value === null) return null
    if (isGroup(value) && typeof value['key'] === 'string') return value['key']
    throw new PlimsollError('internal.defect', 'A link was to be written before it was turned into a key.')
  },
}
