/** Code lists of systems against those of the plan. */
import type { Mistake } from '../mistakes.ts'
import type { FieldMapping, FieldType } from '../model.ts'
import { nearest } from '../names.ts'
import { at, entriesAt, textAt } from '../normal/reading.ts'
import type { Place } from '../tree.ts'
import type { CheckContext } from './index.ts'
import { known, membersIn } from './known.ts'
import { choice, error, inWords, warning } from './mistake.ts'
import { soundEntities, takingPart } from './taking-part.ts'
import { matching, nodeAt } from './tree-walk.ts'
import { writtenMappings } from './written-mappings.ts'

/** The codes of a type with a closed list; of a list, those of its items. */
function codesOf(type: FieldType | undefined): readonly string[] | undefined {
  if (type?.is === 'codes') return [...type.codes.keys()]
  if (type?.is === 'boolean') return ['true', 'false']
  return type?.is === 'list' ? codesOf(type.of) : undefined
}

export function unknownCodes(context: CheckContext): readonly Mistake[] {
  return [...mappedCodes(context), ...reachedCodes(context), ...defaultCodes(context)]
}

function mappedCodes(context: CheckContext): readonly Mistake[] {
  return writtenMappings(context).flatMap(({ node, path, label, type }): Mistake[] => {
    const codes = codesOf(type)
    if (!codes) return []
    const keys = entriesAt(node, 'codes').map((e) => ({ code: e.key, place: e.keyPlace }))
    const unknown = textAt(node, 'unknown')
    const instead = unknown === undefined || unknown === 'set_aside' || unknown === 'ignore' ? [] : [{ code: unknown, place: context.placeOf(...path, 'unknown') }]
    return [...keys, ...instead].filter(({ code }) => !codes.includes(code)).map(({ code, place }) => unknownCode(code, label, codes, place))
  })
}

function reachedCodes(context: CheckContext): readonly Mistake[] {
  return [['processes', '*', 'steps', '*', 'reached', '*'], ['processes', '*', 'exceptions', '*', 'steps', '*', 'reached', '*']].flatMap((pattern) =>
    matching(context.tree, pattern).flatMap(({ node, path }): Mistake[] => {
      const entity = textAt(context.tree, 'processes', path[1]!, 'follows')
      const field = path.at(-1)!
      const codes = codesOf(context.plan.entities.get(entity ?? '')?.fields.get(field)?.type)
      if (!codes || node.is !== 'text' || codes.includes(node.text)) return []
      return [unknownCode(node.text, `${entity!}.${field}`, codes, node.place)]
    }))
}

function defaultCodes(context: CheckContext): readonly Mistake[] {
  return [...context.plan.entities.values()].flatMap((entity) => [...entity.fields].flatMap(([name, field]): Mistake[] => {
    const codes = field.type.is === 'codes' ? codesOf(field.type) : undefined
    if (!codes || field.default === undefined || codes.includes(field.default)) return []
    return [unknownCode(field.default, `${entity.key}.${name}`, codes, context.placeOf('entities', entity.key, 'fields', name, 'default'))]
  }))
}

function unknownCode(code: string, field: string, codes: readonly string[], place: Place): Mistake {
  const near = nearest(code, codes)
  return error('unknown-code', place, `\`${code}\` is no code of ${field} (${choice(codes)}).`, near ? `Did you mean \`${near}\`?` : 'Write one of these, or add it to the list.', near ? { suggestion: near } : {})
}

/** What a receiver has no code for could never be written there; two codes for one can't be told apart when they come back. */
export function codeLists(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  const told = new Set<Place>()
  return soundEntities(context).flatMap((entity) => take.of(entity.key).flatMap((part) => take.holds(part.end.system, entity.key).flatMap((hold, i) =>
    [...hold.fields].flatMap(([field, mapping]): Mistake[] => {
      const type = entity.fields.get(field)?.type
      const coded = type ? codedIn(type, mapping, [field]) : []
      // Which way a field goes is looked up only for those that have codes.
      const written = coded.length > 0 && take.writes(part, field)
      const read = coded.length > 0 && take.contributes(part, field)
      if (!written && !read) return []
      return coded.flatMap(({ codes, of, path }): Mistake[] => {
        // A code that the list lacks was told, and probably stands for one that seems to be missing.
        const missing = written && [...of.keys()].every((code) => codes.includes(code)) ? codes.filter((code) => !of.has(code)) : []
        // Where it is written too and values decide, the two would never settle: that is the mistake then.
        const twice = missing.length === 0 && read && !(written && take.isDecidedByValue(entity, field)) ? doubled(of) : undefined
        if (missing.length === 0 && !twice) return []
        const where = codesPath(context, part.end.system, entity.key, i, path)
        const place = context.keyPlaceOf(...where)
        if (told.has(place) || !known(context).isSound(...where)) return []
        told.add(place)
        const label = `${entity.key}.${path.join('.')}`
        return twice
          ? [warning('code-ambiguous', place, `${part.end.system} has one code, ${twice.code}, for ${inWords(twice.golden)} of ${label}: what it sends is read as ${twice.golden[0]!}.`, `Write it at one of them, and \`${twice.golden[1]!}: none\`.`)]
          : [error('code-missing', place, `${part.end.system} receives ${label}, but has no code for ${inWords(missing)}.`, `Write its code, or \`${missing[0]!}: none\` to leave what is there.`)]
      })
    }))))
}

const NONE: readonly Coded[] = []
interface Coded { readonly codes: readonly string[]; readonly of: ReadonlyMap<string, readonly string[]>; readonly path: readonly string[] }
function codedIn(type: FieldType, mapping: FieldMapping, path: readonly string[]): readonly Coded[] {
  const codes = mapping.codes && codesOf(type)
  if (codes) return [{ codes, of: mapping.codes, path }]
  const members = mapping.fields && membersIn(type)
  return members === undefined ? NONE : [...members].flatMap(([name, member]) => {
    const own = mapping.fields?.get(name)
    return own ? codedIn(member.type, own, [...path, name]) : []
  })
}

/** At the field's mapping, else where the system says how it writes the type. */
function codesPath(context: CheckContext, system: string, entity: string, hold: number, path: readonly string[]): readonly string[] {
  const own = ['systems', system, 'holds', entity, String(hold), ...path.flatMap((one) => ['fields', one]), 'codes']
  if (nodeAt(context.tree, own)) return own
  const types = entriesAt(context.tree, 'systems', system, 'types').find((e) => at(e.value, 'codes'))
  return types ? ['systems', system, 'types', types.key, 'codes'] : own
}

function doubled(of: ReadonlyMap<string, readonly string[]>): { readonly code: string; readonly golden: readonly string[] } | undefined {
  const by = new Map<string, string[]>()
  for (const [golden, codes] of of) for (const code of codes) by.set(code, [...(by.get(code) ?? []), golden])
  for (const [code, golden] of by) if (golden.length > 1) return { code, golden }
  return undefined
}
