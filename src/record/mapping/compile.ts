/**
 * Mapping: how one system's records become golden values and back (plan-language §7.3). A hold is compiled once into
 * closures; per record no path, expression or name is looked at again.
 *
 * A mapping's `default` is never said by the system: the field reads as absent and `default` stands beside it. A `value`
 * is said: the plan states it of every record of this hold.
 */
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { Entity, FieldMapping, Hold, Name } from '../../plan/model.ts'
import { type CompiledCondition, compileCondition } from '../cel.ts'
import type { MappedField, Mapping } from '../contracts.ts'
import { ABSENT, type MappingSurroundings } from './cell.ts'
import { type LoadedFunction, type TwoWays, compileField } from './computed.ts'
import { cannotSettle } from './invertible.ts'
import { type Path, copyNative, nativeOf, pathOf } from './path.ts'
import { type Placed, type Scope, type Sibling, sourceName } from './placed.ts'
import { type At, distinctSources, topsOf } from './shape.ts'

registerErrors({
  'mapping.condition': { class: 'data', hint: 'Mend the record, or write the hold\'s `where` so that it can be computed for every record.' },
})

export interface MappingInput {
  readonly hold: Hold
  readonly entity: Entity
  readonly entities: ReadonlyMap<Name, Entity>
  readonly system: {
    readonly timeZone: string
    /** CSV, XLSX, SQL, fixed width: paths are column names. */
    readonly flat: boolean
    readonly country?: string
  }
  /** Module reference as written in the plan → what it exports. */
  readonly functions?: ReadonlyMap<string, LoadedFunction>
}

export function compileMapping(input: MappingInput): Mapping {
  const { hold, entity, entities, system } = input
  const around: MappingSurroundings = {
    entity, entities, timeZone: system.timeZone, country: system.country, flat: system.flat, functions: input.functions ?? new Map<string, LoadedFunction>(),
  }
  const siblings = siblingsOf(hold, entity)
  const scope: Scope = {
    prefix: '',
    currencies: new Set(),
    isPart: (mapping) => mapping.path?.length === 1 && hold.parts.has(mapping.path[0]!),
  }
  const ways = new Map(siblings.map((sibling) => [sibling.name, compileField(sibling, siblings, around, scope)]))
  const marks = [...(hold.archived?.keys() ?? [])].map((text) => pathOf(text, system.flat))
  // What is kept stands in the order of its names: then its text is the same whoever made it.
  const selectors = distinctSources([...ways.values()]).toSorted((a, b) => (a.source < b.source ? -1 : 1))
  const where = hold.where.map((text) => condition(text, hold))
  const placers = new Map(selectors.map((placed) => [placed.source, placed.place.bind(placed)]))
  // What marks an archived record is selected too, so that it is known whether the mark is there.
  const extraMarks = marks.filter((path) => !placers.has(sourceName(path.text)))
  for (const path of extraMarks) placers.set(sourceName(path.text), (record, native) => path.set(record, native))
  return {
    fields: siblings.map((sibling) => mappedField(sibling, ways.get(sibling.name)!)),
    columns: columnsOf(selectors, where, hold, marks),
    listsInside: system.flat ? [] : [...new Set([...hold.fields.values()].flatMap((mapping) => listsIn(mapping, undefined)))],
    archived: hold.archived && Object.fromEntries([...hold.archived.values()].map((value, i) => [sourceName(marks[i]!.text), nativeOf(value)])),
    pick(record) {
      const at: At = { here: record, outer: undefined }
      const seen: Record<string, Native> = {}
      for (const placed of selectors) {
        const native = placed.select(at)
        if (native !== undefined) seen[placed.source] = native
      }
      for (const path of extraMarks) {
        const native = path.get(record)
        if (native !== undefined) seen[sourceName(path.text)] = native
      }
      return seen
    },
    holds(record) {
      for (const one of where) {
        try {
          if (!one.holds(record)) return false
        } catch (error) {
          throw new PlimsollError('mapping.condition', `The condition \`${one.text}\` of ${hold.system}'s ${hold.entity} can't be computed: ${(error as Error).message}`, { cause: error })
        }
      }
      return true
    },
    write(field, values, keyOf, follow) {
      const placed = ways.get(field)?.writing
      if (!placed?.writes) return { is: 'leave' }
      const written = placed.write(values, { keyOf, values, follow })
      return written.is === 'native' ? { is: 'sources', sources: { [placed.source]: written.native } } : written
    },
    place(seen, onto) {
      const record: NativeRecord = onto ? copyNative(onto) : {}
      for (const source of Object.keys(seen)) placers.get(source)?.(record, seen[source]!)
      return record
    },
  }
}

/** The mapped fields in the order of the entity; `id` is every entity's own. */
function siblingsOf(hold: Hold, entity: Entity): Sibling[] {
  const siblings: Sibling[] = []
  const id = hold.fields.get('id')
  if (id && !entity.fields.has('id')) siblings.push({ name: 'id', type: { is: 'text' }, mapping: id })
  for (const [name, field] of entity.fields) {
    const mapping = hold.fields.get(name)
    if (mapping) siblings.push({ name, type: field.type, mapping })
  }
  return siblings
}

function mappedField({ name, type, mapping }: Sibling, { reading, writing }: TwoWays): MappedField {
  const source = reading.source === '' && !reading.constant ? writing.source : reading.source
  return {
    field: name,
    type,
    source,
    reads: reading.reads,
    writes: writing.writes,
    invertible: reading.reads && writing.writes && cannotSettle(mapping, type) === undefined,
    ...(reading.default === undefined ? {} : { default: reading.default }),
    read: reading.reads ? (seen) => reading.read(Object.hasOwn(seen, source) ? seen[source] : undefined) : () => ABSENT,
  }
}

function condition(text: string, hold: Hold): CompiledCondition {
  const compiled = compileCondition(text, 'record')
  const [first] = compiled.problems
  if (first) throw new PlimsollError('expression.wrong', `${first.says} (in ${hold.system}'s \`where\` of ${hold.entity}: \`${text}\`, position ${first.at + 1})`)
  return compiled
}

/** Top-level names under which a written path steps into an item of a list. */
function listsIn(mapping: FieldMapping, top: string | undefined): string[] {
  if (mapping.access === 'read') return []
  const paths = (mapping.path ?? []).map((text) => pathOf(text, false))
  const own = paths.filter((path) => path.intoList).map((path) => top ?? path.top)
  const inside = [...(mapping.fields?.values() ?? [])].flatMap((member) => listsIn(member, top ?? paths[0]?.top))
  return [...own, ...inside]
}

function columnsOf(places: readonly Placed[], where: readonly CompiledCondition[], hold: Hold, marks: readonly Path[]): readonly string[] | undefined {
  const tops = topsOf(places)
  if (!tops) return undefined
  const columns = new Set(tops)
  for (const one of where) {
    if (!one.reads) return undefined
    for (const column of one.reads) columns.add(column)
  }
  for (const path of marks) columns.add(path.top)
  return [...columns].filter((column) => !hold.parts.has(column))
}
