/** Fields that an expression or a function computes. What it gives on reading is kept, so the record itself need not be. */
import { createHash } from 'node:crypto'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import { type Native, type NativeRecord, Numeral, numeral } from '../../base/numeral.ts'
import type { FieldMapping, MappingFunction } from '../../plan/model.ts'
import { type Scope as ExpressionScope, type Subject, compileExpression } from '../cel.ts'
import type { FollowLink } from '../contracts.ts'
import { ABSENT, LEAVE, type MappingSurroundings, brokenRead } from './cell.ts'
import { isRecord, pathOf, setOwn } from './path.ts'
import { type Placed, type Scope, type Sibling, compilePlaced, sourceName } from './placed.ts'
import { compileShape } from './shape.ts'

registerErrors({
  'mapping.function': { class: 'plan', hint: 'See that the module exports this name with `read`, `write` or both.' },
})

/** A module's export that a mapping names, loaded by whoever may load modules. */
export interface LoadedFunction { readonly read?: MappingFunction; readonly write?: MappingFunction }

/** A field's two directions; mostly the same place. What is computed on reading may be written somewhere else. */
export interface TwoWays { readonly reading: Placed; readonly writing: Placed }

/** A failed computation is kept like a value, so that the record is set aside with the reason instead of stopping the batch. */
const FAILED = '!'

export function compileField(field: Sibling, siblings: readonly Sibling[], around: MappingSurroundings, scope: Scope): TwoWays {
  const { name, mapping } = field
  if (mapping.read === undefined && mapping.write === undefined && mapping.function === undefined) {
    const placed = compilePlaced(field, siblings, around, scope)
    return { reading: placed, writing: placed }
  }
  const loaded = mapping.function === undefined ? undefined : around.functions.get(mapping.function)
  if (mapping.function !== undefined && !loaded) {
    throw new PlimsollError('mapping.function', `${around.entity.key}.${name} names the function \`${mapping.function}\`, and it is not there.`)
  }
  const { read: _read, write: _write, function: _function, ...plain } = mapping
  const readRule = mapping.read ?? loaded?.read
  const writeRule = mapping.write ?? loaded?.write
  // Where nothing is computed, the mapping's path counts.
  const usual = mapping.path === undefined ? undefined : compilePlaced({ ...field, mapping: plain }, siblings, around, scope)
  const read = readRule === undefined ? undefined : compute(readRule, 'record')
  const write = writeRule === undefined ? undefined : compute(writeRule, { entity: around.entity, entities: around.entities })
  return {
    reading: read ? computedReading(field, plain, read, around, scope) : (usual ?? nothing(name)),
    // An expression that only reads says nothing about how a value goes back, not even with a path beside it.
    writing: write ? computedWriting(field, write, around, scope) : (read ? undefined : usual) ?? nothing(name),
  }
}

const nothing = (name: string): Placed => ({
  name, source: '', tops: [], reads: false, writes: false, constant: false, default: undefined,
  select: () => undefined, read: () => ABSENT, write: () => LEAVE, place: () => undefined,
})

function computedReading(field: Sibling, plain: FieldMapping, read: Compute, around: MappingSurroundings, scope: Scope): Placed {
  // What a computation gives is in nested form, whatever the system's records look like.
  const shape = compileShape(field.type, plain, { ...around, flat: false }, { ...scope, prefix: '' })
  return {
    ...nothing(field.name),
    source: `=${field.name}:${read.text}`,
    tops: read.columns,
    reads: field.mapping.access !== 'write',
    default: shape.default,
    select: (at) => attempt(() => read.run(at.here as NativeRecord, undefined)),
    read(selected) {
      if (selected === undefined) return ABSENT
      const why = failureOf(selected)
      if (why !== undefined) return brokenRead('computed', why)
      return shape.read(shape.selects === '' || selected === null ? selected : shape.select(selected, { here: selected, outer: undefined }))
    },
  }
}

function computedWriting(field: Sibling, write: Compute, around: MappingSurroundings, scope: Scope): Placed {
  // A written value without a path stands under the field's own name.
  const path = pathOf(scope.prefix + (field.mapping.path?.[0] ?? field.name), around.flat)
  return {
    ...nothing(field.name),
    source: sourceName(path.text),
    tops: [path.top],
    writes: field.mapping.access !== 'read',
    select: (at) => path.get(at.here),
    write(_beside, help) {
      const native = attempt(() => write.run(help.values, help.follow))
      if (native === undefined) return LEAVE
      const why = failureOf(native)
      return why === undefined ? { is: 'native', native } : { is: 'broken', broken: { rule: 'computed', says: why } }
    },
    place: (record, selected) => path.set(record, selected),
  }
}

const failureOf = (native: Native): string | undefined => {
  const why = isRecord(native) && Object.hasOwn(native, FAILED) ? native[FAILED] : undefined
  return typeof why === 'string' ? why : undefined
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
  run(subject: Subject, follow: FollowLink | undefined): Native | undefined
}

function compute(rule: string | MappingFunction, scope: ExpressionScope): Compute {
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
