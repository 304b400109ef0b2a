/**
 * The form of a value inside a record: a cell, a group of placed members, or a list of them. A shape keeps of a native
 * value what is mapped (`select`), reads and writes that selection, and builds the native value again (`build`).
 */
import { parseJson, writeJson } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { FieldMapping, FieldType, Name } from '../../plan/model.ts'
import type { FieldRead } from '../contracts.ts'
import { listOf } from '../types/rules.ts'
import { type Value, type ValueGroup, isGroup } from '../value.ts'
import { ABSENT, EMPTY, LEAVE, type MappingSurroundings, NOTHING, type NativeWrite, type WriteHelp, brokenRead, compileCell, shortened } from './cell.ts'
import { type TwoWays, compileField } from './computed.ts'
import type { Placed, Scope, Sibling } from './placed.ts'
import { copyNative, isRecord, scalarText, setOwn } from './path.ts'

/** The native value in which a mapping stands, and those around it. */
export interface At {
  readonly here: Native
  readonly outer: At | undefined
}

export interface Shape {
  /** Names what is selected; empty for a whole value. Part of the source's name. */
  readonly selects: string
  select(native: Native, around: At): Native
  read(selected: Native, beside?: Native): FieldRead
  write(value: Value, help: WriteHelp): NativeWrite
  /** The native value for a selection; `onto`: what is there now, of which unmapped parts are kept. */
  build(selected: Native, onto: Native | undefined): Native
  readonly default: Value | undefined
}

export function compileShape(type: FieldType, mapping: FieldMapping, around: MappingSurroundings, scope: Scope): Shape {
  if (type.is === 'group') return groupShape(type.fields, mapping, around, scope)
  if (type.is === 'list') return listShape(type, mapping, around, scope)
  const cell = compileCell(type, mapping, around)
  return { selects: '', select: (native) => native, read: cell.read, write: cell.write, build: (selected) => selected, default: cell.default }
}

/** Mappings of the members in the order of the type: as written, else all under their own names. */
function memberMappings(fields: ReadonlyMap<Name, { readonly type: FieldType }>, mapping: FieldMapping): Sibling[] {
  const members: Sibling[] = []
  for (const [name, field] of fields) {
    const member = mapping.fields ? mapping.fields.get(name) : { path: [name], access: 'both' as const }
    if (member) members.push({ name, type: field.type, mapping: member })
  }
  return members
}

export interface Members {
  readonly tops: readonly string[] | undefined
  readonly selects: string
  select(at: At): NativeRecord | undefined
  read(selected: Native): FieldRead
  write(value: ValueGroup, help: WriteHelp): NativeWrite
  place(record: NativeRecord, selected: Native): void
}

/** One place per source; several fields may share one. */
export function distinctSources(ways: readonly TwoWays[]): Placed[] {
  const found = new Map<string, Placed>()
  for (const { reading, writing } of ways) {
    for (const placed of [reading, writing]) if (placed.source !== '' && !found.has(placed.source)) found.set(placed.source, placed)
  }
  return [...found.values()]
}

/** Undefined as soon as one of them may look at anything. */
export function topsOf(places: readonly Placed[]): readonly string[] | undefined {
  const tops = new Set<string>()
  for (const { tops: own } of places) {
    if (!own) return undefined
    for (const top of own) tops.add(top)
  }
  return [...tops]
}

/** The members of a group, or of one item of a list, relative to the record in which they stand. */
export function compileMembers(fields: ReadonlyMap<Name, { readonly type: FieldType }>, mapping: FieldMapping, surroundings: MappingSurroundings, scope: Scope): Members {
  // A group that names its own country (an address) is not of the plan's country: its postal code keeps the form it has.
  const around = [...fields.values()].some((field) => field.type.is === 'country') ? { ...surroundings, country: undefined } : surroundings
  const siblings = memberMappings(fields, mapping)
  const ways = siblings.map((member) => compileField(member, siblings, around, scope))
  const readings = ways.map((way) => way.reading).filter((member) => member.reads)
  const writings = ways.map((way) => way.writing).filter((member) => member.writes)
  const distinct = distinctSources(ways)
  const sources = new Map(distinct.map((member) => [member.source, member]))
  // A group is written whole: a member that it lacks must not keep what the system had before.
  const empty: ValueGroup = Object.fromEntries(siblings.map((member) => [member.name, null]))
  return {
    tops: topsOf(distinct),
    selects: `{${[...sources.keys()].toSorted().join(',')}}`,
    select(at) {
      const selected: NativeRecord = {}
      let said = distinct.length === 0
      for (const member of distinct) {
        const native = member.select(at)
        if (native === undefined) continue
        said = true
        setOwn(selected, member.source, native)
      }
      return said ? selected : undefined
    },
    read(selected) {
      if (!isRecord(selected)) return selected === null ? EMPTY : brokenRead('type', `An object is expected, and it is ${shortened(selected)}.`)
      const value: Record<string, Value> = {}
      let said = false
      let filled = false
      let defaults: [string, Value][] | undefined
      for (const member of readings) {
        const read = member.read(Object.hasOwn(selected, member.source) ? selected[member.source] : undefined)
        if (read.is === 'broken') return inMember(member.name, read)
        if (read.is === 'absent') {
          if (member.default !== undefined) (defaults ??= []).push([member.name, member.default])
          continue
        }
        said = true
        value[member.name] = read.value
        // A constant alone makes no group: the system said nothing.
        if (read.value !== null && !member.constant) filled = true
      }
      if (!filled) return said || defaults ? EMPTY : ABSENT
      for (const [name, native] of defaults ?? []) value[name] = native
      return { is: 'value', value }
    },
    write(value, help) {
      const selected: NativeRecord = {}
      const whole: Record<string, Value> = { ...empty, ...value }
      for (const member of writings) {
        const written = member.write(whole, help)
        if (written.is === 'waiting') return written
        if (written.is === 'broken') return inMember(member.name, written)
        if (written.is === 'native') setOwn(selected, member.source, written.native)
      }
      return { is: 'native', native: selected }
    },
    place(record, selected) {
      if (!isRecord(selected)) return
      for (const source of Object.keys(selected)) sources.get(source)?.place(record, selected[source]!)
    },
  }
}

/** The same trouble, with the member's name before it. */
function inMember<T extends FieldRead | NativeWrite>(name: string, trouble: T): T {
  if (trouble.is !== 'broken') return trouble
  const { rule, says } = trouble.broken
  const named = /^[a-z0-9_.]+: /.test(says) ? `${name}.${says}` : `${name}: ${says}`
  return { is: 'broken', broken: { rule, says: named } } as T
}

function groupShape(fields: ReadonlyMap<Name, { readonly type: FieldType }>, mapping: FieldMapping, around: MappingSurroundings, scope: Scope): Shape {
  const members = compileMembers(fields, mapping, around, scope)
  return {
    selects: members.selects,
    select: (native, at) => (isRecord(native) ? (members.select({ here: native, outer: at }) ?? null) : native),
    read: members.read,
    // An empty group is written as empty members, so that what stands beside them in the system's object is kept.
    write: (value, help) => (value === null || isGroup(value) ? members.write(value ?? {}, help) : LEAVE),
    build(selected, onto) {
      if (!isRecord(selected)) return selected
      const record = isRecord(onto) ? copyNative(onto) : {}
      members.place(record, selected)
      return record
    },
    default: undefined,
  }
}

function listShape(type: Extract<FieldType, { is: 'list' }>, mapping: FieldMapping, around: MappingSurroundings, scope: Scope): Shape {
  const inside: MappingSurroundings = { ...around, flat: false }
  const asText = around.flat && !scope.isPart(mapping)
  const item: ItemShape = type.of.is === 'group'
    ? itemShape(type.of.fields, mapping, inside, scope)
    : compileShape(type.of, withoutDefault(mapping), inside, scope)
  const keySource = type.of.is === 'group' && type.key !== undefined ? item.sourceOf?.(type.key) : undefined
  return {
    selects: item.selects === '' ? '' : `[${item.selects}]`,
    select(native, at) {
      const items = itemsOf(native)
      return Array.isArray(items) ? items.map((one) => item.select(one, at)) : items
    },
    read(selected) {
      const items = itemsOf(selected)
      if (items === null) return EMPTY
      if (!Array.isArray(items)) return brokenRead('type', `A list is expected, and it is ${shortened(items)}.`)
      const values: Value[] = []
      for (let i = 0; i < items.length; i += 1) {
        const read = item.read(items[i]!)
        if (read.is === 'broken') return inMember(String(i), read)
        if (read.is === 'value' && read.value !== null) values.push(read.value)
      }
      const list = listOf(values, type)
      return list.ok ? { is: 'value', value: list.value } : { is: 'broken', broken: list.broken }
    },
    write(value, help) {
      if (value === null) return NOTHING
      if (!Array.isArray(value)) return LEAVE
      const items: Native[] = []
      for (const [i, one] of (value as readonly Value[]).entries()) {
        const written = item.write(one, help)
        if (written.is === 'waiting') return written
        if (written.is === 'broken') return inMember(String(i), written)
        if (written.is === 'native') items.push(written.native)
      }
      return { is: 'native', native: items }
    },
    build(selected, onto) {
      if (!Array.isArray(selected)) return selected
      const before = keySource === undefined ? [] : itemsOf(onto ?? null)
      const found = (one: Native): Native | undefined => {
        if (!Array.isArray(before) || !isRecord(one)) return undefined
        const key = scalarText(one[keySource!])
        return key === undefined ? undefined : before.find((other) => isRecord(other) && scalarText((item.select(other, NOWHERE) as NativeRecord | null)?.[keySource!]) === key)
      }
      const items = selected.map((one) => item.build(one, found(one)))
      return asText ? writeJson(items) : items
    },
    default: undefined,
  }
}

/** A default is for the whole list, not for its items. */
function withoutDefault(mapping: FieldMapping): FieldMapping {
  const { default: _, ...rest } = mapping
  return rest
}

const NOWHERE: At = { here: null, outer: undefined }

interface ItemShape extends Shape { sourceOf?(member: Name): string | undefined }

function itemShape(fields: ReadonlyMap<Name, { readonly type: FieldType }>, mapping: FieldMapping, around: MappingSurroundings, scope: Scope): ItemShape {
  const inner: Scope = { ...scope, prefix: '', isPart: () => false }
  const siblings = memberMappings(fields, mapping)
  return {
    ...groupShape(fields, mapping, around, inner),
    sourceOf(name) {
      const member = siblings.find((sibling) => sibling.name === name)
      return member && compileField(member, siblings, around, inner).reading.source
    },
  }
}

/** A list as such, or as JSON text in a column. Anything else is given back as it is. */
function itemsOf(native: Native): Native {
  if (typeof native !== 'string') return native
  const text = native.trim()
  if (text === '') return null
  if (!text.startsWith('[')) return native
  try {
    return parseJson(text)
  } catch {
    return native
  }
}
