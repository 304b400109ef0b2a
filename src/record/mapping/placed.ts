/** A field or member at its place in a record: one path, several, an amount with its currency beside it, or computed. */
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { FieldMapping, FieldType, Name } from '../../plan/model.ts'
import type { FieldRead } from '../contracts.ts'
import type { Value, ValueGroup } from '../value.ts'
import { ABSENT, EMPTY, LEAVE, type MappingSurroundings, NOTHING, type NativeWrite, type WriteHelp, brokenRead, compileCell, fixedCurrency } from './cell.ts'
import { type Path, isRecord, pathOf, scalarText, setOwn } from './path.ts'
import { amount, besidePath } from './amount.ts'
import { type At, type Shape, compileMembers, compileShape } from './shape.ts'

export interface Placed {
  readonly name: Name
  /** Names what is selected from the record; empty: nothing is. Fields with the same source select the same. */
  readonly source: string
  /** Names of the record's own fields that are looked at; undefined: any. */
  readonly tops: readonly string[] | undefined
  readonly reads: boolean
  readonly writes: boolean
  /** The plan says the value, the record doesn't matter. */
  readonly constant: boolean
  readonly default: Value | undefined
  /** `undefined`: the record doesn't have it. */
  select(at: At): Native | undefined
  read(selected: Native | undefined): FieldRead
  /** `beside`: all values that stand next to this one, since some are written together. */
  write(beside: ValueGroup, help: WriteHelp): NativeWrite
  place(record: NativeRecord, selected: Native): void
}

export interface Sibling { readonly name: Name; readonly type: FieldType; readonly mapping: FieldMapping }

/** Where in the record the members stand. */
export interface Scope {
  /** Before each column's name: `<field>_` inside a group of a flat record. */
  readonly prefix: string
  /** Currency paths that an outer level reads and writes. */
  readonly currencies: ReadonlySet<string>
  /** The connector delivers this list as nested records although the system is flat. */
  isPart(mapping: FieldMapping): boolean
}

/** Names of selections that are more than a path begin with one of these; a path that does gets a dot before it. */
const COMPOSED = /^[[{=.]/

export function compilePlaced(field: Sibling, siblings: readonly Sibling[], around: MappingSurroundings, scope: Scope): Placed {
  const { name, type, mapping } = field
  if (mapping.value !== undefined && mapping.path === undefined) return constant(field, around)
  if (type.is === 'group' && (around.flat || mapping.path === undefined) && (mapping.fields || around.flat)) {
    return spreadGroup(field, siblings, around, scope)
  }
  const paths = (mapping.path ?? [name]).map((text) => pathOf(scope.prefix + text, around.flat))
  const inner = innerScope(siblings, around, scope)
  const common = {
    name,
    tops: paths.map((path) => path.top),
    reads: mapping.access !== 'write',
    writes: mapping.access !== 'read',
    constant: mapping.value !== undefined,
  }
  if (paths.length > 1) return { ...common, ...severalPaths(field, paths, compileShape(type, mapping, around, inner)) }
  const path = paths[0]!
  const beside = besidePath(field, path, around, scope)
  if (beside) return { ...common, tops: [path.top, ...beside.tops], ...amount(field, path, beside, around) }
  const shape = compileShape(type, mapping, around, inner)
  if (mapping.split !== undefined) return { ...common, ...sharedPath(field, path, shape, siblings, around, inner) }
  return { ...common, ...onePath(field, path, shape) }
}

function innerScope(siblings: readonly Sibling[], around: MappingSurroundings, scope: Scope): Scope {
  const currencies = new Set(scope.currencies)
  for (const { type, mapping } of siblings) {
    if (type.is === 'money' && mapping.access !== 'read' && mapping.currency !== undefined && fixedCurrency(mapping) === undefined) currencies.add(mapping.currency)
  }
  return { prefix: around.flat ? scope.prefix : '', currencies, isPart: scope.isPart }
}

export type Rest = Omit<Placed, 'name' | 'tops' | 'reads' | 'writes' | 'constant'>

/** A path as the name of a source. */
export const sourceName = (text: string): string => (COMPOSED.test(text) ? `.${text}` : text)

function onePath(field: Sibling, path: Path, shape: Shape): Rest {
  const whole = shape.selects === ''
  const constantValue = field.mapping.value !== undefined
  return {
    source: sourceName(path.text) + shape.selects,
    default: shape.default,
    select: whole && field.type.is !== 'list'
      ? (at) => path.get(at.here)
      : (at) => {
          const native = path.get(at.here)
          return native === undefined || native === null ? native : shape.select(native, at)
        },
    read: constantValue ? () => shape.read(null) : (selected) => (selected === undefined ? ABSENT : shape.read(selected)),
    write(beside, help) {
      const value = beside[field.name]
      if (value === undefined && !constantValue) return LEAVE
      return shape.write(value ?? null, help)
    },
    place: whole && field.type.is !== 'list'
      ? (record, selected) => path.set(record, selected)
      : (record, selected) => path.set(record, shape.build(selected, path.get(record))),
  }
}

/** Several fields are parts of one text: whichever is written, all of them are. */
function sharedPath(field: Sibling, path: Path, shape: Shape, siblings: readonly Sibling[], around: MappingSurroundings, scope: Scope): Rest {
  const split = field.mapping.split!
  const parts = siblings
    .filter(({ mapping }) => mapping.split !== undefined && mapping.access !== 'read' && mapping.path?.length === 1 && mapping.path[0] === field.mapping.path?.[0])
    .map((part) => ({ name: part.name, shape: part.name === field.name ? shape : compileShape(part.type, part.mapping, around, scope) }))
  return {
    ...onePath(field, path, shape),
    write(beside, help) {
      const texts: string[] = []
      let said = false
      for (const part of parts) {
        const value = beside[part.name]
        if (value === undefined) continue
        said = true
        const written = part.shape.write(value, help)
        if (written.is === 'waiting' || written.is === 'broken') return written
        const text = written.is === 'native' ? scalarText(written.native) : undefined
        if (text) texts.push(text)
      }
      if (!said) return LEAVE
      return texts.length === 0 ? NOTHING : { is: 'native', native: texts.join(split) }
    },
  }
}

function severalPaths(field: Sibling, paths: readonly Path[], shape: Shape): Rest {
  const join = field.mapping.join ?? ' '
  const isList = field.type.is === 'list' && field.mapping.join === undefined
  const at = (selected: Native, path: Path): Native | undefined =>
    isRecord(selected) && Object.hasOwn(selected, path.text) ? selected[path.text] : undefined
  return {
    source: JSON.stringify(paths.map((path) => path.text)),
    default: shape.default,
    select(around) {
      const selected: NativeRecord = {}
      let said = false
      for (const path of paths) {
        const native = path.get(around.here)
        if (native === undefined) continue
        said = true
        setOwn(selected, path.text, native)
      }
      return said ? selected : undefined
    },
    read(selected) {
      if (selected === undefined) return ABSENT
      const said = paths.map((path) => at(selected, path)).filter((native) => native !== undefined && native !== null && native !== '') as Native[]
      if (said.length === 0) return EMPTY
      if (isList) return shape.read(said)
      const texts = said.map(scalarText)
      if (texts.includes(undefined)) return brokenRead('type', `Only texts and numbers can be joined, and ${paths.map((path) => path.text).join(', ')} has something else.`)
      return shape.read(texts.join(join))
    },
    write(beside, help) {
      const value = beside[field.name]
      if (value === undefined) return LEAVE
      const written = shape.write(value, help)
      if (written.is !== 'native') return written
      const parts = Array.isArray(written.native) ? written.native : cut(scalarText(written.native) ?? '', join, paths.length)
      if (parts.length > paths.length) {
        return { is: 'broken', broken: { rule: 'length', says: `The system has ${paths.length} places for ${field.name}, and there are ${parts.length} values.` } }
      }
      const selected: NativeRecord = {}
      for (const [i, path] of paths.entries()) setOwn(selected, path.text, parts[i] ?? null)
      return { is: 'native', native: selected }
    },
    place(record, selected) {
      for (const path of paths) {
        const native = at(selected, path)
        if (native !== undefined) path.set(record, native)
      }
    },
  }
}

/** At most `count` parts, none of them empty, that give the text again when they are joined. */
function cut(text: string, join: string, count: number): string[] {
  if (text === '') return []
  if (join === '') return [text]
  const parts: string[] = []
  let rest = text
  while (parts.length < count - 1) {
    const at = rest.indexOf(join, 1)
    if (at === -1 || at + join.length >= rest.length) break
    parts.push(rest.slice(0, at))
    rest = rest.slice(at + join.length)
  }
  return [...parts, rest]
}

/** A group whose members stand in the record itself. */
function spreadGroup(field: Sibling, siblings: readonly Sibling[], around: MappingSurroundings, scope: Scope): Placed {
  const { name, type, mapping } = field
  if (type.is !== 'group') throw new Error('not a group')
  const own = mapping.path?.[0] ?? (mapping.fields ? undefined : name)
  const inner = innerScope(siblings, around, scope)
  const members = compileMembers(type.fields, mapping, around, { ...inner, prefix: own === undefined ? inner.prefix : `${scope.prefix}${own}_` })
  return {
    name,
    source: members.selects,
    tops: members.tops,
    reads: mapping.access !== 'write',
    writes: mapping.access !== 'read',
    constant: false,
    default: undefined,
    select: members.select,
    read: (selected) => (selected === undefined ? ABSENT : members.read(selected)),
    write(beside, help) {
      const value = beside[name]
      if (value === undefined) return LEAVE
      return members.write((value ?? {}) as ValueGroup, help)
    },
    place: (record, selected) => members.place(record, selected),
  }
}

function constant(field: Sibling, around: MappingSurroundings): Placed {
  const cell = compileCell(field.type, field.mapping, around)
  const read = cell.read(null)
  return {
    name: field.name,
    source: '',
    tops: [],
    reads: field.mapping.access !== 'write',
    writes: false,
    constant: true,
    default: undefined,
    select: () => undefined,
    read: () => read,
    write: () => LEAVE,
    place: () => undefined,
  }
}
