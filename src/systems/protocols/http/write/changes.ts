/**
 * Interfaces that take no record but a list of changes, each in a form of its own (`[{ action: rename, name: … }]`): the manifest's
 * table says which field becomes which change. What needs the held record (nested values, lists of items) reads it first.
 */
import { canonicalNative } from '../../../../base/json.ts'
import { type Native, type NativeRecord, PlimsollError, type SourceRecord, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import type { ChangeManifest, Condition, ResourceManifest } from '../manifest/manifest.ts'
import { asNotSent } from '../auth/oauth.ts'
import { at, isMap, merged, put, textOf, without } from '../../../path.ts'
import { readOne } from '../read/read.ts'
import type { ResourceContext } from '../resource.ts'
import { type Fill, fillBody } from '../manifest/template.ts'

/** As it is held; a record of another version than the one that is to be changed is a conflict before anything is sent. */
async function heldNow(context: ResourceContext, manifest: ResourceManifest, item: WriteItem, options: WriteOptions): Promise<SourceRecord | WriteResult> {
  const held = await readOne(context, manifest, item.key!, options.signal).catch((error: unknown) => {
    throw options.signal.aborted ? new PlimsollError('base.stopped', 'It was not sent: the work was stopped.', { cause: error, executed: false }) : asNotSent(error)
  })
  if (!held) return { is: 'missing' }
  return item.ifVersion !== undefined && held.version !== undefined && held.version !== item.ifVersion ? { is: 'conflict', record: held } : held
}

/** Where the interface takes no write without a version, one is read for whoever has none. */
export async function versioned(context: ResourceContext, manifest: ResourceManifest, condition: Condition | undefined, item: WriteItem, options: WriteOptions): Promise<WriteItem | WriteResult> {
  if (item.key === undefined || item.ifVersion !== undefined || condition?.always !== true) return item
  const held = await heldNow(context, manifest, item, options)
  return 'is' in held ? held : { ...item, ...(held.version === undefined ? {} : { ifVersion: held.version }) }
}

export interface Changes {
  readonly list: Native[]
  /** Set when it was read: the record before the change. */
  readonly held?: SourceRecord
}

export async function changesOf(
  context: ResourceContext, manifest: ResourceManifest, table: Readonly<Record<string, ChangeManifest>>, item: WriteItem, record: NativeRecord, options: WriteOptions,
): Promise<Changes | WriteResult> {
  const due = Object.keys(table).flatMap((path) => changedAt(record, path).map((one) => ({ ...one, how: table[path]! })))
  const unknown = firstLeaf(without(record, due.map((one) => one.path)))
  if (unknown !== undefined) return { is: 'refused', code: 'change', says: `This interface has no way to change ${unknown}.`, field: unknown }
  let held: SourceRecord | undefined
  if (due.some(({ how, value }) => how.key !== undefined || isMap(value))) {
    const now = await heldNow(context, manifest, item, options)
    if ('is' in now) return now
    held = now
  }
  const list: Native[] = []
  for (const { path, field, value, how } of due) {
    const before = held === undefined ? undefined : at(held.values, path)
    const made = how.key === undefined
      ? [shaped(context, value === null ? (how.unset ?? how.set) : how.set, { field, value: isMap(value) && isMap(before) ? merged(before, value) : value })]
      : itemChanges(context, how, how.key, value, before)
    if (made.includes(undefined)) return { is: 'refused', code: 'change', says: `This interface has no way to make this change of ${path}.`, field: path }
    list.push(...made as Native[])
  }
  return { list, ...(held === undefined ? {} : { held }) }
}

interface Due { readonly path: string; readonly field: string; readonly value: Native }

/** A last step `*` stands for each name there. */
function changedAt(record: NativeRecord, path: string): Due[] {
  if (path === '*' || path.endsWith('.*')) {
    const above = path.slice(0, -2)
    const held = at(record, above)
    return isMap(held) ? Object.keys(held).map((name) => ({ path: above === '' ? quoted(name) : `${above}.${quoted(name)}`, field: name, value: held[name]! })) : []
  }
  const value = at(record, path)
  return value === undefined ? [] : [{ path, field: path, value }]
}
const quoted = (name: string): string => (/^[\w-]+$/.test(name) ? name : `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`)

/** Where something is left that no entry of the table took. */
function firstLeaf(record: NativeRecord, above = ''): string | undefined {
  for (const name of Object.keys(record)) {
    const value = record[name]!
    if (!isMap(value) || Object.keys(value).length === 0 && above === '') {
      if (!isMap(value)) return above + name
      continue
    }
    const inner = firstLeaf(value, `${above}${name}.`)
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Items that are gone, then those that differ, then new ones: what must be unique is free before it is taken. */
function itemChanges(context: ResourceContext, how: ChangeManifest, key: string, value: Native, before: Native | undefined): (Native | undefined)[] {
  const wanted = Array.isArray(value) ? value : []
  const held = Array.isArray(before) ? before : []
  const keyed = new Map(held.flatMap((one): [string, Native][] => {
    const name = textOf(at(one, key))
    return name === undefined ? [] : [[name, one]]
  }))
  const kept = new Set<string>()
  const changed: (Native | undefined)[] = []
  const added: (Native | undefined)[] = []
  for (const one of wanted) {
    const name = textOf(at(one, key))
    const old = name === undefined ? undefined : keyed.get(name)
    if (name === undefined || old === undefined) {
      added.push(shaped(context, how.add, { item: one, value: one }))
      continue
    }
    kept.add(name)
    const whole = isMap(old) && isMap(one) ? merged(old, one) : one
    if (canonicalNative(whole) !== canonicalNative(old)) changed.push(shaped(context, how.change, { item: whole, held: old, value: whole }))
  }
  // Without a word for it, items stay that are not named: they are somebody else's.
  const gone = how.remove === undefined ? [] : held.filter((one) => !kept.has(textOf(at(one, key)) ?? ''))
  return [...gone.map((one) => shaped(context, how.remove, { item: one, held: one, value: one })), ...changed, ...added]
}

/** Undefined: the table says nothing for this kind of change. */
function shaped(context: ResourceContext, shape: unknown, values: Readonly<Record<string, Native>>): Native | undefined {
  if (shape === undefined) return undefined
  const fill: Fill = (name) => {
    const [first, ...rest] = name.split('.')
    const value = Object.hasOwn(values, first!) ? values[first!] : undefined
    return rest.length === 0 ? value : at(value, rest.join('.'))
  }
  return present(fillBody(shape as Native, context.fill(fill)), shape as Native)
}

/** A part of an item that is not there is not sent as nothing; a field that was emptied is. */
function present(filled: Native, shape: Native): Native {
  if (!isMap(filled) || !isMap(shape)) return filled
  const result: Record<string, Native> = {}
  for (const name of Object.keys(filled)) {
    const form = shape[name]
    if (filled[name] === null && typeof form === 'string' && /^\{(?:item|held|value)\./.test(form)) continue
    put(result, name, present(filled[name]!, form ?? null))
  }
  return result
}
