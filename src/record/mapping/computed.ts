/** Fields that an expression or a function computes. What it gives on reading is kept, so the record itself need not be. */
import { createHash } from 'node:crypto'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import { type Native, type NativeRecord, Numeral, numeral } from '../../base/numeral.ts'
import type { Entity, MappingFunction, Name } from '../../plan/model.ts'
import { type Scope as ExpressionScope, compileExpression } from '../cel.ts'
import type { FollowLink } from '../contracts.ts'
import type { Value } from '../value.ts'
import { ABSENT, LEAVE, type MappingSurroundings, NOTHING, type NativeWrite, brokenRead } from './cell.ts'
import { isRecord, pathOf, setOwn } from './path.ts'
import { type Placed, type Scope, type Sibling, compilePlaced } from './placed.ts'
import { compileShape } from './shape.ts'

registerErrors({
  'mapping.function': { class: 'plan', hint: 'See that the module exports this name with `read`, `write` or both.' },
})

export type GoldenValues = Readonly<Record<string, Value>>

/** A module's export that a mapping names, loaded by whoever may load modules. */
export interface LoadedFunction { readonly read?: MappingFunction; readonly write?: MappingFunction }

export interface Computing {
  readonly entity: Entity
  readonly entities: ReadonlyMap<Name, Entity>
  readonly functions: ReadonlyMap<string, LoadedFunction>
}

export interface ComputedField {
  readonly placed: Placed
  /** The value is written to this place of its own. */
  readonly target: Placed | undefined
  writeValue(values: GoldenValues, follow: FollowLink | undefined): NativeWrite
  /** Undefined: whole records are needed. */
  readonly tops: readonly string[] | undefined
}

export const isComputed = ({ mapping }: Sibling): boolean => mapping.read !== undefined || mapping.write !== undefined || mapping.function !== undefined

/** A failed computation is kept like a value, so that the record is set aside with the reason instead of stopping the batch. */
const FAILED = '!'

export function compileComputed(field: Sibling, siblings: readonly Sibling[], around: MappingSurroundings, scope: Scope, computing: Computing): ComputedField {
  const { name, type, mapping } = field
  const loaded = mapping.function === undefined ? undefined : computing.functions.get(mapping.function)
  if (mapping.function !== undefined && !loaded) {
    throw new PlimsollError('mapping.function', `${computing.entity.key}.${name} names the function \`${mapping.function}\`, and it is not there.`)
  }
  const read = mapping.read === undefined ? compute(loaded?.read, 'record') : compute(mapping.read, 'record')
  const write = compute(mapping.write ?? loaded?.write, { entity: computing.entity, entities: computing.entities })
  const { read: _read, write: _write, function: _function, ...plain } = mapping
  // Where nothing is computed, the mapping's path counts; a written value without a path stands under the field's own name.
  const target = write || !read ? compilePlaced({ name, type, mapping: { path: [name], ...plain } }, siblings, around, scope) : undefined
  const raw = pathOf(scope.prefix + (mapping.path?.[0] ?? name), around.flat)
  // What a computation gives is in nested form, whatever the system's records look like.
  const shape = compileShape(type, plain, { ...around, flat: false }, { ...scope, prefix: '' })
  const reading: Placed = {
    name,
    source: read ? `=${name}:${read.text}` : target!.source,
    tops: [],
    reads: mapping.access !== 'write' && (read !== undefined || mapping.path !== undefined),
    writes: mapping.access !== 'read' && (write !== undefined || (mapping.path !== undefined && !mapping.read && !loaded)),
    constant: false,
    default: shape.default,
    select: read ? (at) => attempt(() => read.run(at.here as NativeRecord, undefined)) : target!.select,
    read: read
      ? (selected) => {
          if (selected === undefined) return ABSENT
          if (isRecord(selected) && typeof selected[FAILED] === 'string') return brokenRead('computed', String(selected[FAILED]))
          return shape.read(shape.selects === '' || selected === null ? selected : shape.select(selected, { here: selected, outer: undefined }))
        }
      : target!.read,
    write: () => LEAVE,
    place: () => undefined,
  }
  const own: Placed | undefined = write && {
    ...target!,
    source: /^[[{=.]/.test(raw.text) ? `.${raw.text}` : raw.text,
    tops: [raw.top],
    select: (at) => raw.get(at.here),
    place: (record, selected) => raw.set(record, selected),
  }
  return {
    placed: reading,
    target: own,
    tops: [...(read ? [] : target!.tops), raw.top].length > 0 && read ? (read.columns && [...read.columns, ...(own ? own.tops : [])]) : (target?.tops ?? []),
    writeValue(values, follow) {
      if (!write) return LEAVE
      const native = attempt(() => write.run(values, follow))
      if (native === undefined) return LEAVE
      if (isRecord(native) && typeof native[FAILED] === 'string') return { is: 'broken', broken: { rule: 'computed', says: native[FAILED] } }
      return native === null ? NOTHING : { is: 'native', native }
    },
  }
}

function attempt(run: () => Native | undefined): Native | undefined {
  try {
    return run()
  } catch (error) {
    return { [FAILED]: error instanceof Error ? error.message : String(error) }
  }
}

interface Compute {
  readonly text: string
  readonly columns: readonly string[] | undefined
  run(subject: NativeRecord | GoldenValues, follow: FollowLink | undefined): Native | undefined
}

function compute(rule: string | MappingFunction | undefined, scope: ExpressionScope): Compute | undefined {
  if (rule === undefined) return undefined
  if (typeof rule === 'function') {
    // Another text of the function is another source: what was kept came from the old one.
    const text = createHash('sha256').update(rule.toString()).digest('hex').slice(0, 16)
    return { text, columns: undefined, run: (subject) => toNative(rule(subject as Record<string, unknown>), 0) }
  }
  const compiled = compileExpression(rule, scope)
  const [first] = compiled.problems
  if (first) throw new PlimsollError('expression.wrong', `${first.says} (in \`${rule}\`, position ${first.at + 1})`)
  return { text: rule, columns: compiled.reads, run: (subject, follow) => compiled.run(subject, follow) }
}

/** What a function gave, as a system's value. `undefined` says nothing. */
function toNative(given: unknown, depth: number): Native | undefined {
  if (depth > 50) throw new Error('The function gave a value that is nested too deep.')
  switch (typeof given) {
    case 'undefined': return undefined
    case 'string':
    case 'boolean': return given
    case 'bigint': return numeral(String(given))
    case 'number':
      if (!Number.isFinite(given)) throw new Error(`The function gave ${given}, which is no value.`)
      return Number.isSafeInteger(given) ? given : new Numeral(String(given))
    case 'object':
      if (given === null || given instanceof Numeral || given instanceof Uint8Array) return given
      if (given instanceof Date) return given.toISOString()
      if (Array.isArray(given)) return given.map((item) => toNative(item, depth + 1) ?? null)
      if (isPlain(given)) {
        const record: NativeRecord = {}
        for (const [key, item] of Object.entries(given)) {
          const native = toNative(item, depth + 1)
          if (native !== undefined) setOwn(record, key, native)
        }
        return record
      }
      break
    default:
  }
  if (typeof given === 'object' && given !== null && 'then' in given) throw new Error('The function gave a promise; it must give its value at once.')
  throw new Error('The function gave something that is no value.')
}

function isPlain(given: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(given)
  return prototype === null || prototype === Object.prototype
}
