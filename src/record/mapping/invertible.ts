/** Whether reading what was just written gives the same golden value, for every allowed value; and if not, why (check `cannot-settle`). */
import type { FieldMapping, FieldType } from '../../plan/model.ts'
import { typeParser } from '../types/rules.ts'

/** One sentence with the reason, or undefined: the mapping is invertible. */
export function cannotSettle(mapping: FieldMapping, type: FieldType): string | undefined {
  if (mapping.function !== undefined) return 'A function computes it, and nothing says that its `write` is the inverse of its `read`.'
  if (mapping.read !== undefined && mapping.write === undefined) return '`read` computes it, and no `write` says how it goes back.'
  if (mapping.write !== undefined && mapping.read === undefined) return '`write` computes what is written, and no `read` says how it comes back.'
  if (mapping.read !== undefined) return 'It is computed in both directions, and nothing says that `write` is the inverse of `read`.'
  if (mapping.value !== undefined) return 'It is always the same value there, whatever is written.'
  if (mapping.split !== undefined) return `It is a part of a text that is cut at "${mapping.split}": a value that contains this sign comes back cut.`
  if (mapping.transform?.length) return `What is read is changed by ${mapping.transform.join(', ')}, and what is written is not.`
  if (mapping.codes) return codesCannotSettle(mapping.codes, mapping.ignore, type)
  return membersCannotSettle(mapping, type)
}

function codesCannotSettle(codes: ReadonlyMap<string, readonly string[]>, ignore: readonly string[] | undefined, type: FieldType): string | undefined {
  const written = new Map<string, string>()
  for (const [golden, system] of codes) {
    for (const code of system) {
      const other = written.get(code)
      if (other !== undefined && other !== golden) return `The system has one code, ${code}, for ${other} and ${golden}: what is written there comes back as something else.`
      written.set(code, golden)
    }
  }
  for (const [golden, system] of codes) {
    if (system[0] !== undefined && ignore?.includes(system[0])) return `${golden} is written as ${system[0]}, and ${system[0]} is ignored on reading.`
  }
  const of = type.is === 'list' ? type.of : type
  if (of.is === 'codes' || of.is === 'boolean') return undefined
  // On an open type a value that is not listed passes unchanged, and may look like the code of another.
  const parse = typeParser(of, { timeZone: 'UTC' })
  for (const [code, golden] of written) {
    const parsed = parse(code)
    if (code !== golden && !codes.has(code) && parsed.ok && parsed.value === code) return `${code} is the system's code for ${golden}, but it could also be a value of its own that is written unchanged.`
  }
  return undefined
}

function membersCannotSettle(mapping: FieldMapping, type: FieldType): string | undefined {
  if (!mapping.fields) return undefined
  const fields = type.is === 'group' ? type.fields : type.is === 'list' && type.of.is === 'group' ? type.of.fields : undefined
  for (const [name, member] of mapping.fields) {
    const field = fields?.get(name)
    const reason = field && cannotSettle(member, field.type)
    if (reason) return `${name}: ${reason}`
  }
  return undefined
}
