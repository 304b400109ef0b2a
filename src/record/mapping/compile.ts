/**
 * Mapping: how one system's records become golden values and back (plan-language §7.3). A hold is compiled once into
 * closures; per record no path, expression or name is looked at again.
 *
 * A mapping's `default` is never said by the system: the field reads as absent and `default` stands beside it. A `value`
 * is said: the plan states it of every record of this hold.
 */
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { Entity, Hold, Name } from '../../plan/model.ts'
import { type CompiledCondition, compileCondition } from '../cel.ts'
import type { FieldWrite, FollowLink, KeyOf, MappedField, Mapping, Seen } from '../contracts.ts'
import type { MappingSurroundings, NativeWrite } from './cell.ts'
import { type ComputedField, type GoldenValues, type LoadedFunction, compileComputed, isComputed } from './computed.ts'
import { cannotSettle } from './invertible.ts'
import { copyNative, nativeOf, pathOf } from './path.ts'
import { type Placed, type Scope, type Sibling, compilePlaced } from './placed.ts'
import type { At } from './shape.ts'

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

interface Line {
  readonly field: MappedField
  readonly placed: Placed
  readonly computed: ComputedField | undefined
}

export function compileMapping(input: MappingInput): Mapping {
  const { hold, entity, entities, system } = input
  const around: MappingSurroundings = { entities, timeZone: system.timeZone, country: system.country, flat: system.flat }
  const siblings = siblingsOf(hold, entity)
  const currencies = new Set<string>()
  const scope: Scope = {
    prefix: '',
    currencies,
    isPart: (mapping) => mapping.path?.length === 1 && hold.parts.has(mapping.path[0]!),
  }
  const computing = { entity, entities, functions: input.functions ?? new Map<string, LoadedFunction>() }
  const lines = siblings.map((sibling): Line => {
    if (!isComputed(sibling)) {
      const placed = compilePlaced(sibling, siblings, around, scope)
      return { placed, computed: undefined, field: mappedField(sibling, placed) }
    }
    const computed = compileComputed(sibling, siblings, around, scope, computing)
    return { placed: computed.placed, computed, field: mappedField(sibling, computed.placed) }
  })
  const where = hold.where.map((text) => condition(text, hold))
  const archived = archivedSeen(hold, system.flat)
  const selectors = sources(lines)
  const placers = new Map(selectors.map((placed) => [placed.source, placed.place.bind(placed)]))
  for (const text of hold.archived?.keys() ?? []) {
    const path = pathOf(text, system.flat)
    if (!placers.has(path.text)) placers.set(path.text, (record, native) => path.set(record, native))
  }
  const byName = new Map(lines.map((line) => [line.field.field, line]))
  return {
    fields: lines.map((line) => line.field),
    columns: columnsOf(lines, where, hold),
    archived,
    pick(record) {
      const at: At = { here: record, outer: undefined }
      const seen: Record<string, Native> = {}
      for (const placed of selectors) {
        const native = placed.select(at)
        if (native !== undefined) seen[placed.source] = native
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
      const line = byName.get(field)
      if (!line?.field.writes) return { is: 'leave' }
      return writeLine(line, values, keyOf, follow)
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

function mappedField(sibling: Sibling, placed: Placed): MappedField {
  const { source } = placed
  return {
    field: sibling.name,
    type: sibling.type,
    source,
    reads: placed.reads,
    writes: placed.writes,
    invertible: placed.reads && placed.writes && cannotSettle(sibling.mapping, sibling.type) === undefined,
    ...(placed.default === undefined ? {} : { default: placed.default }),
    read: (seen) => placed.read(Object.hasOwn(seen, source) ? seen[source] : undefined),
  }
}

/** One selector per source; several fields may share one. */
function sources(lines: readonly Line[]): Placed[] {
  const found = new Map<string, Placed>()
  for (const { placed, computed } of lines) {
    for (const one of [placed, computed?.target]) if (one && one.source !== '' && !found.has(one.source)) found.set(one.source, one)
  }
  return [...found.values()]
}

function writeLine(line: Line, values: GoldenValues, keyOf: KeyOf, follow: FollowLink | undefined): FieldWrite {
  const written: NativeWrite = line.computed?.target ? line.computed.writeValue(values, follow) : line.placed.write(values, { keyOf })
  if (written.is !== 'native') return written
  const source = (line.computed?.target ?? line.placed).source
  return { is: 'sources', sources: { [source]: written.native } }
}

function condition(text: string, hold: Hold): CompiledCondition {
  const compiled = compileCondition(text, 'record')
  const [first] = compiled.problems
  if (first) throw new PlimsollError('expression.wrong', `${first.says} (in ${hold.system}'s \`where\` of ${hold.entity}: \`${text}\`, position ${first.at + 1})`)
  return compiled
}

function archivedSeen(hold: Hold, flat: boolean): Seen | undefined {
  if (!hold.archived) return undefined
  return Object.fromEntries([...hold.archived].map(([text, value]) => [pathOf(text, flat).text, nativeOf(value)]))
}

function columnsOf(lines: readonly Line[], where: readonly CompiledCondition[], hold: Hold): readonly string[] | undefined {
  const columns = new Set<string>()
  for (const { placed, computed } of lines) {
    const tops = computed ? computed.tops : placed.tops
    if (!tops) return undefined
    for (const top of tops) columns.add(top)
  }
  for (const one of where) {
    if (!one.reads) return undefined
    for (const column of one.reads) columns.add(column)
  }
  for (const text of hold.archived?.keys() ?? []) columns.add(text)
  return [...columns].filter((column) => !hold.parts.has(column))
}
