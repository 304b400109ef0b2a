/** What is sent for a record, and under which condition. */
import { type Native, type NativeRecord, numeral, PlimsollError, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { asNotSent } from '../auth/oauth.ts'
import type { Condition, CreateManifest, ResourceManifest, UpdateManifest } from '../manifest/manifest.ts'
import { callBody } from '../call/call-body.ts'
import { needsHeld, writeFields } from '../read/fields.ts'
import { at, isMap, merged, put, textOf, without, wrap } from '../../../path.ts'
import { readOne } from '../read/read.ts'
import type { ResourceContext } from '../resource.ts'
import { type Fill, fillBody } from '../manifest/template.ts'
import { withUploads } from './uploads.ts'

/** Completed where the interface replaces nested values, without what it does not take, with the key where that belongs. */
export async function recordOf(context: ResourceContext, manifest: ResourceManifest, call: CreateManifest | UpdateManifest, item: WriteItem, options: WriteOptions): Promise<{ readonly record: NativeRecord } | WriteResult> {
  const handed = manifest.uploads === undefined ? item : await withUploads(context, manifest.uploads, item.values, options)
  if ('is' in handed) return handed
  let { values } = handed
  const update = item.operation === 'update' ? (call as UpdateManifest) : undefined
  const replaces = update !== undefined && update.style !== 'put' && update.nested === 'replaced' && Object.values(values).some(isMap)
  let before: NativeRecord | undefined
  if (update && (replaces || needsHeld(manifest.fields, values))) {
    const held = await readOne(context, manifest, item.key!, options.signal).catch((error: unknown) => {
      throw options.signal.aborted ? new PlimsollError('base.stopped', 'It was not sent: the work was stopped.', { cause: error, executed: false }) : asNotSent(error)
    })
    if (!held) return { is: 'missing' }
    if (item.ifVersion !== undefined && held.version !== undefined && held.version !== item.ifVersion) return { is: 'conflict', record: held }
    before = held.values
    if (replaces) {
      const whole = merged(held.values, values)
      values = Object.fromEntries(Object.keys(values).map((name) => [name, whole[name]!]))
    }
  }
  if (item.operation === 'create') values = context.fields.beneath((call as CreateManifest).defaults, values)
  const written = await writeFields(context.fields, manifest.fields, without(values, [...context.reader.scopePaths, ...(call.leave_out ?? [])]), before, { options, idempotencyKey: item.idempotencyKey }).catch((error: unknown) => {
    throw asNotSent(error)
  })
  if ('is' in written) return written
  const nothing = call.null_as === undefined ? written.values : nullAs(written.values, call.null_as)
  const also = call.with === undefined ? undefined : fillBody(call.with as Native, context.fill(() => undefined))
  const kept = isMap(also) ? merged(also, nothing) : nothing
  const key = call.key_in === undefined || item.key === undefined ? undefined : context.reader.fillKey(item.key, 'key')
  return { record: key === undefined ? kept : merged(kept, wrap(call.key_in!, key) as NativeRecord) }
}

/** Interfaces that take no notice of a null are sent what means nothing there. */
const nullAs = (record: NativeRecord, text: string): NativeRecord => {
  const result: Record<string, Native> = {}
  for (const name of Object.keys(record)) {
    const value = record[name]!
    put(result, name, value === null ? text : isMap(value) ? nullAs(value, text) : value)
  }
  return result
}

/** The record where the call wants it: in a body of its own form, under a path, or bare. */
export function bodyAround(context: ResourceContext, call: CreateManifest | UpdateManifest, item: WriteItem, record: NativeRecord, changes?: Native[]): Native {
  const fill = context.fill((name) => {
    if (name === 'record') return record
    if (name === 'changes') return changes
    if (name.startsWith('record.')) return at(record, name.slice('record.'.length)) ?? at(item.values, name.slice('record.'.length))
    if (name === 'version') return item.ifVersion
    if (name === 'idempotency_key') return item.idempotencyKey
    return item.key === undefined ? undefined : context.reader.fillKey(item.key, name)
  })
  return callBody(call, fill) ?? (call.wrap === undefined ? record : wrap(call.wrap, record))
}

export function conditionOf(context: ResourceContext, condition: Condition | undefined, version: string | undefined, fill: Fill) {
  if (!condition || version === undefined) return undefined
  if ('header' in condition) return { headers: { [condition.header.toLowerCase()]: (condition.value ?? '{version}').replaceAll('{version}', () => version) } }
  if ('set' in condition) {
    const word: Fill = (name) => (name === 'version' ? version : name.startsWith('version.') ? context.reader.versionPart(version, Number(name.slice('version.'.length))) : fill(name))
    return { set: Object.entries(condition.set).map(([path, value]) => [path, fillBody(value, context.fill(word))] as const) }
  }
  if ('query' in condition) return { query: [[condition.query, version] as const] }
  return { body: wrap(condition.body, condition.as === 'number' && /^-?\d{1,30}$/.test(version) ? numeral(version) : version) as NativeRecord }
}

/** Names as paths with brackets (`address[city]`), the usual form of interfaces that take forms. */
export function formOf(values: Native): string {
  const form = new URLSearchParams()
  const add = (name: string, value: Native): void => {
    if (Array.isArray(value)) value.forEach((item, index) => add(`${name}[${index}]`, item))
    else if (isMap(value)) for (const inner of Object.keys(value)) add(name === '' ? inner : `${name}[${inner}]`, value[inner]!)
    else form.append(name, value === null ? '' : (textOf(value) ?? ''))
  }
  add('', values)
  return form.toString()
}
