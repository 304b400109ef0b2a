/** Personal data: what looks like it, and where it goes. */
import type { Mistake } from '../mistakes.ts'
import type { Field, FieldType } from '../model.ts'
import type { CheckContext } from './index.ts'
import { known, membersIn } from './known.ts'
import { inWords, note, warning } from './mistake.ts'
import { endPath, soundEntities, takingPart } from './taking-part.ts'

const PERSONAL_TYPES: ReadonlySet<FieldType['is']> = new Set(['email', 'phone', 'iban'] as const)
const BIRTH = /birth|(?:^|_)(?:born|dob)(?:_|$)/

function looksPersonal(name: string, { type }: Pick<Field, 'type'>): boolean {
  const of = type.is === 'list' ? type.of : type
  if (PERSONAL_TYPES.has(of.is) || ((of.is === 'date' || of.is === 'datetime') && BIRTH.test(name))) return true
  return [...(membersIn(of) ?? [])].some(([member, field]) => looksPersonal(member, field))
}

/** An empty list is an answer, and nothing written is a question; a list that forgets something is a slip. */
export function forgotten(context: CheckContext): readonly Mistake[] {
  return [...context.plan.entities.values()].filter((entity) => (entity.personal?.length ?? 0) > 0 && known(context).isSound('entities', entity.key)).flatMap((entity) =>
    [...entity.fields].filter(([name, field]) => !entity.personal!.includes(name) && looksPersonal(name, field)).map(([name]) =>
      warning('looks-personal', context.keyPlaceOf('entities', entity.key, 'fields', name), `${entity.key}.${name} looks like personal data, but is not in \`personal\`.`, `Add \`${name}\` to entities.${entity.key}.personal.`)))
}

export function toPartners(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  const told = new Set<string>()
  return soundEntities(context).flatMap((entity) => take.of(entity.key).flatMap((part): Mistake[] => {
    const { system, flow } = part
    const team = system.operates === undefined ? undefined : context.plan.teams.get(system.operates)
    if (!part.end.receives || team?.kind !== 'partner' || told.has(`${system.key}/${entity.key}`)) return []
    const fields = (entity.personal ?? []).filter((field) => take.writes(part, field))
    if (fields.length === 0) return []
    told.add(`${system.key}/${entity.key}`)
    return [note('partner-personal', context.keyPlaceOf(...endPath(context, flow.key, system.key)), `Personal data of ${entity.key} (${inWords(fields)}) go to ${system.key}, which ${team.name} operates.`, 'See that an agreement on data processing covers it.')]
  }))
}
