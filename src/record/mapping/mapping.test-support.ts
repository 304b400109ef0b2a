/** Short ways to write entities and mappings in tests. */
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { Entity, FieldMapping, FieldType, Hold, Rule } from '../../plan/model.ts'
import type { KeyOf, Mapping } from '../contracts.ts'
import type { Value } from '../value.ts'
import { type MappingInput, compileMapping } from './compile.ts'

export type Fields = Readonly<Record<string, FieldType>>
export type Mappings = Readonly<Record<string, ShortMapping>>
/** As in a plan: a path alone, or the long form with plain objects for maps. */
export type ShortMapping = string | (Omit<Partial<FieldMapping>, 'path' | 'fields' | 'codes'> & {
  readonly path?: string | readonly string[]
  readonly fields?: Mappings
  readonly codes?: Readonly<Record<string, string | readonly string[]>>
})

export const text: FieldType = { is: 'text' }
export const codes = (...names: string[]): FieldType => ({ is: 'codes', codes: new Map(names.map((name) => [name, name])) })
export const group = (fields: Fields): FieldType => ({ is: 'group', fields: new Map(Object.entries(fields).map(([name, type]) => [name, { type, was: [] }])) })
export const list = (of: FieldType, key?: string, ordered = true): FieldType => ({ is: 'list', of, ordered, ...(key === undefined ? {} : { key }) })
export const reference = (to: string): FieldType => ({ is: 'reference', to, late: false })

export function entityOf(key: string, fields: Fields, rules: readonly Rule[] = [], required: readonly string[] = []): Entity {
  return {
    key,
    name: key,
    was: [],
    fields: new Map(Object.entries(fields).map(([name, type]) => [name, { type, was: [] }])),
    required,
    golden: { home: 'plimsoll', rules: new Map(), together: [], editedElsewhere: 'revert' },
    rules,
  }
}

export function long(mapping: ShortMapping): FieldMapping {
  if (typeof mapping === 'string') return { path: [mapping], access: 'both' }
  const { path, fields, codes: coded, ...rest } = mapping
  return {
    access: 'both',
    ...rest,
    ...(path === undefined ? {} : { path: typeof path === 'string' ? [path] : path }),
    ...(fields === undefined ? {} : { fields: new Map(Object.entries(fields).map(([name, member]) => [name, long(member)])) }),
    ...(coded === undefined ? {} : { codes: new Map(Object.entries(coded).map(([golden, system]) => [golden, typeof system === 'string' ? [system] : system])) }),
  }
}

export interface Setting {
  readonly fields: Fields
  readonly mappings: Mappings
  readonly flat?: boolean
  readonly hold?: Partial<Hold>
  readonly entities?: readonly Entity[]
  readonly functions?: NonNullable<MappingInput['functions']>
  readonly country?: string
  readonly timeZone?: string
}

export function mappingOf({ fields, mappings, flat = false, hold, entities = [], functions, country, timeZone = 'UTC' }: Setting): Mapping {
  const entity = entityOf('thing', fields)
  return compileMapping({
    entity,
    entities: new Map([entity, ...entities].map((one) => [one.key, one])),
    system: { timeZone, flat, ...(country === undefined ? {} : { country }) },
    hold: {
      system: 'here', entity: 'thing', resource: 'things', key: [], where: [], parts: new Map(),
      ...hold,
      fields: new Map(Object.entries(mappings).map(([name, mapping]) => [name, long(mapping)])),
    },
    ...(functions === undefined ? {} : { functions }),
  })
}

export const noKey: KeyOf = () => undefined

/** Golden values that a record gives; absent fields are missing, broken ones throw. */
export function goldenOf(mapping: Mapping, record: NativeRecord): Record<string, Value> {
  const seen = mapping.pick(record)
  const values: Record<string, Value> = {}
  for (const field of mapping.fields) {
    const read = field.read(seen)
    if (read.is === 'broken') throw new Error(`${field.field}: ${read.broken.says}`)
    if (read.is === 'value') values[field.field] = read.value
  }
  return values
}

/** The record that golden values give, all fields written. */
export function recordOf(mapping: Mapping, values: Readonly<Record<string, Value>>, keyOf: KeyOf = noKey, onto?: NativeRecord): NativeRecord {
  const sources: Record<string, Native> = {}
  for (const { field } of mapping.fields) {
    const written = mapping.write(field, values, keyOf)
    if (written.is === 'sources') Object.assign(sources, written.sources)
    if (written.is === 'broken') throw new Error(`${field}: ${written.broken.says}`)
  }
  return mapping.place(sources, onto)
}

export const brokenOf = (mapping: Mapping, field: string, record: NativeRecord): string | undefined => {
  const read = mapping.fields.find((one) => one.field === field)!.read(mapping.pick(record))
  return read.is === 'broken' ? read.broken.says : undefined
}
