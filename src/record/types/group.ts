/** `group`: members that belong together. A member that the object lacks is not known; one that is null is known to be empty. */
import { parseJson } from '../../base/json.ts'
import { type Native, type NativeRecord, Numeral } from '../../base/numeral.ts'
import type { FieldType } from '../../plan/model.ts'
import { type Parsed, type Value, type ValueGroup } from '../value.ts'
import { badly, type Format, good, NOTHING, type Parse, bad, shown } from './rule.ts'

export type GroupType = Extract<FieldType, { is: 'group' }>

/** Members in hub form → the group in hub form, in the order of the type. One of which nothing is known but nulls is null. */
export function groupOf(members: Readonly<Record<string, Value>>, type: GroupType): Parsed {
  const group: Record<string, Value> = {}
  let said = false
  for (const name of type.fields.keys()) {
    if (!Object.hasOwn(members, name)) continue
    group[name] = members[name]!
    said ||= members[name] !== null
  }
  return said ? good(group) : NOTHING
}

export function groupParser(type: GroupType, parsers: ReadonlyMap<string, Parse>): Parse {
  return (native) => {
    const record = recordOf(native)
    if (record === undefined) return bad('type', `${shown(native)} is no group of values.`)
    if (record === null) return NOTHING
    const members: Record<string, Value> = {}
    for (const [name, parse] of parsers) {
      if (!Object.hasOwn(record, name)) continue
      const parsed = parse(record[name]!)
      if (!parsed.ok) return badly({ rule: parsed.broken.rule, says: `${name}: ${parsed.broken.says}` })
      members[name] = parsed.value
    }
    return groupOf(members, type)
  }
}

function recordOf(native: Native): NativeRecord | null | undefined {
  if (native === null) return null
  if (typeof native === 'string') {
    const text = native.trim()
    if (text === '') return null
    if (!text.startsWith('{')) return undefined
    try {
      return recordOf(parseJson(text))
    } catch {
      return undefined
    }
  }
  if (typeof native !== 'object' || Array.isArray(native) || native instanceof Numeral || native instanceof Uint8Array) return undefined
  return native
}

export function groupFormatter(formatters: ReadonlyMap<string, Format>): Format {
  return (value) => {
    if (value === null) return null
    const record: Record<string, Native> = {}
    for (const [name, format] of formatters) {
      if (Object.hasOwn(value as ValueGroup, name)) record[name] = format((value as ValueGroup)[name]!)
    }
    return record
  }
}
