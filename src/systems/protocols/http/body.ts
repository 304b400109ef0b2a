/** What is sent for a record, and under which condition. */
import { type Native, type NativeRecord, PlimsollError, type WriteItem, type WriteOptions, type WriteResult } from '../../contract.ts'
import { asNotSent } from './oauth.ts'
import type { Condition, CreateManifest, ResourceManifest, UpdateManifest } from './manifest.ts'
import { isMap, merged, textOf, without, wrap } from './path.ts'
import { readOne } from './read.ts'
import type { ResourceContext } from './resource.ts'

/** Completed where the interface replaces nested values, without what it does not take, wrapped. */
export async function bodyOf(context: ResourceContext, manifest: ResourceManifest, call: CreateManifest | UpdateManifest, item: WriteItem, options: WriteOptions): Promise<{ readonly values: Native } | WriteResult> {
  let { values } = item
  const update = item.operation === 'update' ? (call as UpdateManifest) : undefined
  if (update && update.style !== 'put' && update.nested === 'replaced' && Object.values(values).some(isMap)) {
    const held = await readOne(context, manifest, item.key!, options.signal).catch((error: unknown) => {
      throw options.signal.aborted ? new PlimsollError('base.stopped', 'It was not sent: the work was stopped.', { cause: error, executed: false }) : asNotSent(error)
    })
    if (!held) return { is: 'missing' }
    if (item.ifVersion !== undefined && held.version !== undefined && held.version !== item.ifVersion) return { is: 'conflict', record: held }
    const whole = merged(held.values, values)
    values = Object.fromEntries(Object.keys(values).map((name) => [name, whole[name]!]))
  }
  const kept = without(values, call.leave_out ?? [])
  return { values: call.wrap === undefined ? kept : wrap(call.wrap, kept) }
}

export function conditionOf(condition: Condition | undefined, version: string | undefined) {
  if (!condition || version === undefined) return undefined
  if ('header' in condition) return { headers: { [condition.header.toLowerCase()]: (condition.value ?? '{version}').replaceAll('{version}', () => version) } }
  if ('query' in condition) return { query: [[condition.query, version] as const] }
  return { body: wrap(condition.body, version) as NativeRecord }
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
