/** Targets whose interface leaves a gap: a crash could double a record, or an edit could be overwritten unseen. */
import type { Mistake } from '../mistakes.ts'
import type { Hold, System } from '../model.ts'
import type { CheckContext } from './index.ts'
import { warning } from './mistake.ts'
import { endPath, soundEntities, takingPart } from './taking-part.ts'

/** As much of a resource's traits (systems/contract.ts) as these checks need. */
export interface WriteTraits {
  readonly create: boolean
  readonly update: boolean
  readonly find: boolean
  readonly idempotency: boolean
  readonly readByKey: boolean
  readonly conditional: boolean
  /** It can call Plimsoll. */
  readonly pushes: boolean
}
/** undefined: not known before the system is opened. */
export type TraitsOf = (system: System, hold: Hold) => WriteTraits | undefined

export function unsafeWrites(context: CheckContext): readonly Mistake[] {
  const { traitsOf } = context
  const told = new Set<string>()
  const take = takingPart(context)
  return !traitsOf ? [] : soundEntities(context).flatMap((entity) => take.of(entity.key).filter((part) => part.end.receives).flatMap((part) =>
    take.holds(part.end.system, entity.key).flatMap((hold): Mistake[] => {
      const traits = traitsOf(part.system, hold)
      const key = `${part.end.system}/${hold.resource}`
      if (!traits || told.has(key)) return []
      told.add(key)
      const place = context.keyPlaceOf(...endPath(context, part.flow.key, part.end.system))
      const found: Mistake[] = []
      if (traits.create && part.end.may.has('create') && !traits.find && !traits.idempotency) {
        found.push(warning('may-double', place, `${part.end.system} can create ${entity.key}, but can neither look one up nor take an idempotency key: after a crash nobody knows whether it was created.`,
          'Describe how it is looked up in its manifest, or write `may: update`. Until then a person answers.'))
      }
      if (traits.update && part.end.sends && part.end.may.has('update') && !traits.conditional && !traits.readByKey) {
        found.push(warning('may-overwrite', place, `${part.end.system} sends ${entity.key} and receives it, but can neither write under a condition nor read one by its key: an edit made meanwhile could be overwritten.`,
          'Describe how one record is read in its manifest, or let it only send or only receive.'))
      }
      return found
    })))
}
