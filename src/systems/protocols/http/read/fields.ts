/**
 * Fields that are read in one form and written in another: another place, a kind of value of the interface's own, the key of a record that
 * is known by something else, and lists whose items are changed by commands (create, change, remove) and not by sending the list.
 */
import { z } from 'zod'
import { canonicalNative } from '../../../../base/json.ts'
import type { Native, NativeRecord, WriteOptions, WriteResult } from '../../../contract.ts'
import { body, path } from '../manifest/manifest-words.ts'
import { allAt, at, isMap, merged, placed, put, textOf } from '../../../path.ts'
import { fillBody } from '../manifest/template.ts'
import { type TypedManifest, writeTyped } from '../call/typed.ts'

const leaf = {
  at: path.optional(),
  as: z.string().optional(),
  by: z.strictObject({ resource: z.string(), field: path }).optional(),
}
export const fields = z.record(path, z.strictObject({
  ...leaf,
  record: z.strictObject({
    resource: z.string(),
    with: z.record(path, path),
    fields: z.record(path, z.strictObject(leaf)).optional(),
  }).optional(),
  items: z.strictObject({
    key: path.optional(),
    match: z.array(path).min(1).optional(),
    defaults: z.record(path, body).optional(),
    create: body,
    change: body,
    remove: body.optional(),
    fields: z.record(path, z.strictObject(leaf)).optional(),
  }).optional(),
}))
export type FieldsManifest = z.infer<typeof fields>
type Field = FieldsManifest[string]
type Items = NonNullable<Field['items']>

/** The record with each field where it is written. */
export function readFields(table: FieldsManifest | undefined, raw: NativeRecord): NativeRecord {
  let record = raw
  for (const [name, field] of Object.entries(table ?? {})) {
    if (name.endsWith(EACH)) {
      const found = eachOf(raw, field.at ?? '')
      if (found !== undefined) record = placed(record, name.slice(0, -EACH.length), found) as NativeRecord
      continue
    }
    const held = field.at === undefined ? at(raw, name) : field.at.includes('*') ? allAt(raw, field.at) : at(raw, field.at)
    if (held === undefined) continue
    const inner = field.items?.fields ?? field.record?.fields
    const value = inner === undefined ? held : Array.isArray(held) ? held.map((item) => (isMap(item) ? readFields(inner, item) : item)) : isMap(held) ? readFields(inner, held) : held
    if (value !== held || field.at !== undefined) record = placed(record, name, value) as NativeRecord
  }
  return record
}

/** Ends a path: each name there. */
export const EACH = '.*'

/** Every value where it is written: `values.*` with `at: values.*.text` makes `{ a: { text: 1 } }` into `{ a: 1 }`. A name without a value there is left out. */
function eachOf(raw: NativeRecord, place: string): NativeRecord | undefined {
  const [outer = '', rest = ''] = place.split('.*.')
  const held = at(raw, outer)
  if (!isMap(held)) return undefined
  const found = Object.entries(held).flatMap(([own, one]): [string, Native][] => {
    const value = at(one, rest)
    return value === undefined ? [] : [[own, value]]
  })
  return Object.fromEntries(found)
}

export interface FieldContext {
  readonly typed: TypedManifest | undefined
  /** `defaults` with its placeholders filled, beneath what a new record says. */
  beneath(defaults: Readonly<Record<string, unknown>> | undefined, record: NativeRecord): NativeRecord
  /** The key, as it is sent, of the record of this resource that holds this value; undefined: there is none. */
  lookup(resource: string, field: string, value: string): Promise<Native | undefined>
  /** The key, as it is sent, of a record of this resource that holds all of this; it is made where there is none. `of`: the value at `owner` says whose it is. */
  record(resource: string, owner: NativeRecord, value: NativeRecord, write: Writing): Promise<{ readonly key: Native } | WriteResult>
}

export interface Writing {
  readonly options: WriteOptions
  readonly idempotencyKey: string
}

/** Is what the system holds needed to write these values? */
export const needsHeld = (table: FieldsManifest | undefined, values: NativeRecord): boolean =>
  Object.entries(table ?? {}).some(([name, field]) => (field.items !== undefined || field.record !== undefined) && at(values, name) !== undefined)

/** `held`: the record as it is (shaped as `readFields` does it), for an update. */
export async function writeFields(context: FieldContext, table: FieldsManifest | undefined, values: NativeRecord, held: NativeRecord | undefined, write: Writing): Promise<{ readonly values: NativeRecord } | WriteResult> {
  let written = values
  for (const [name, field] of Object.entries(table ?? {})) {
    const value = at(values, name)
    if (value === undefined) continue
    const sent = field.record !== undefined ? await recordOf(context, field.record, name, value, values, held, write) : field.items === undefined ? await valueOf(context, field, name, value) : await commandsOf(context, field.items, name, value, held === undefined ? undefined : at(held, name))
    if ('is' in sent) return sent
    written = placed(written, name, sent.value) as NativeRecord
  }
  return { values: written }
}

type Sent = { readonly value: Native } | WriteResult

/** Records that belong to somebody (addresses of a party) are not changed under the others that use them: one that fits is taken, or made. */
async function recordOf(context: FieldContext, of: NonNullable<Field['record']>, name: string, value: Native, values: NativeRecord, held: NativeRecord | undefined, write: Writing): Promise<Sent> {
  if (value === null) return { value }
  if (!isMap(value)) return { is: 'refused', code: 'record', says: `${name} must be a record.`, field: name }
  const before = at(held, name)
  const whole = isMap(before) ? merged(before, value) : value
  const wanted = Object.fromEntries(Object.entries(whole).filter(([part]) => part !== 'id' && !part.endsWith('.')))
  const owner: Record<string, Native> = {}
  for (const [path, from] of Object.entries(of.with)) {
    const one = at(values, from) ?? at(held, from)
    if (one === undefined || one === null) return { is: 'refused', code: 'record', says: `${name} needs ${from}, which says whose it is.`, field: name }
    put(owner, path, one)
  }
  const found = await context.record(of.resource, owner, wanted, { ...write, idempotencyKey: `${write.idempotencyKey}/${name}` })
  return 'key' in found && !('is' in found) ? { value: found.key } : { ...(found as WriteResult), ...((found as WriteResult).is === 'refused' ? { field: name } : {}) } as WriteResult
}

/** A value as it is sent; of a list each item. */
export async function valueOf(context: FieldContext, field: Pick<Field, 'as' | 'by'>, name: string, value: Native): Promise<Sent> {
  const { by } = field
  if (by && Array.isArray(value)) {
    const items: Native[] = []
    for (const item of value) {
      const sent = await valueOf(context, field, name, item)
      if ('is' in sent) return sent
      items.push(sent.value)
    }
    return { value: items }
  }
  if (by && value !== null) {
    const text = textOf(value)
    const key = text === undefined || text === '' ? undefined : await context.lookup(by.resource, by.field, text)
    if (key === undefined) return { is: 'refused', code: 'unknown', says: `There is no one record in ${by.resource} whose ${by.field} is ${JSON.stringify(text ?? null).slice(0, 80)}.`, field: name }
    return { value: key }
  }
  return { value: field.as === undefined || context.typed === undefined ? value : writeTyped(context.typed, field.as, value) }
}

async function itemOf(context: FieldContext, items: Items, name: string, item: NativeRecord): Promise<{ readonly item: NativeRecord } | WriteResult> {
  let written = item
  for (const [inner, field] of Object.entries(items.fields ?? {})) {
    const value = at(item, inner)
    if (value === undefined) continue
    const sent = await valueOf(context, field, `${name}.${inner}`, value)
    if ('is' in sent) return sent
    written = placed(written, inner, sent.value) as NativeRecord
  }
  return { item: written }
}

/** One command for each item that is new, differs, or is no longer there. */
async function commandsOf(context: FieldContext, items: Items, name: string, value: Native, held: Native | undefined): Promise<Sent> {
  if (value !== null && (!Array.isArray(value) || !value.every(isMap))) return { is: 'refused', code: 'list', says: `${name} must be a list of records.`, field: name }
  // Of items that are not shown nobody knows which are new.
  if (Array.isArray(held) && !held.every(isMap)) return { is: 'refused', code: 'list', says: `${name} can't be changed here: the interface does not show its items, only their keys.`, field: name }
  const key = items.key ?? 'id'
  const there = Array.isArray(held) ? held.filter(isMap) : []
  const wanted = value ?? []
  const partner = pairs(items, key, wanted, there)
  const commands: Native[] = []
  const command = (template: unknown, own: Native | undefined, item: NativeRecord | undefined): void => {
    commands.push(fillBody(template as Native, (word) => (word === 'key' ? own : word === 'item' ? item : undefined)))
  }
  if (items.remove !== undefined) for (const one of there) if (![...partner.values()].includes(one)) command(items.remove, at(one, key), undefined)
  for (const item of wanted) {
    const before = partner.get(item)
    const changed = Object.fromEntries(Object.entries(item).filter(([part, own]) => part !== key && (before === undefined || !alike(Object.hasOwn(before, part) ? before[part]! : null, own))))
    if (before !== undefined && Object.keys(changed).length === 0) continue
    const sent = await itemOf(context, items, name, before === undefined ? context.beneath(items.defaults, changed) : changed)
    if ('is' in sent) return sent
    command(before === undefined ? items.create : items.change, before === undefined ? undefined : at(before, key), sent.item)
  }
  return { value: commands }
}

/** Which item is which: by its key, else by what it is recognised by, else by its place among those that are left. */
function pairs(items: Items, key: string, wanted: readonly NativeRecord[], there: readonly NativeRecord[]): Map<NativeRecord, NativeRecord> {
  const partner = new Map<NativeRecord, NativeRecord>()
  const free = new Set(there)
  const take = (item: NativeRecord, found: NativeRecord | undefined): void => {
    if (found === undefined) return
    partner.set(item, found)
    free.delete(found)
  }
  for (const item of wanted) {
    const own = textOf(at(item, key))
    if (own !== undefined) take(item, [...free].find((one) => textOf(at(one, key)) === own))
  }
  const { match } = items
  for (const item of wanted) {
    if (partner.has(item)) continue
    if (match) take(item, [...free].find((one) => match.every((part) => alike(at(one, part) ?? null, at(item, part) ?? null))))
    else if (textOf(at(item, key)) === undefined) take(item, free.values().next().value)
  }
  return partner
}

/** `2`, `2.0` and `"2"` are no difference worth a write. */
export function alike(held: Native, wanted: Native): boolean {
  if (canonicalNative(held) === canonicalNative(wanted)) return true
  const [one, other] = [textOf(held), textOf(wanted)]
  if (one === undefined || other === undefined) return (held === null || held === '') && (wanted === null || wanted === '')
  const plain = (text: string): string => (/^-?\d+(?:\.\d+)?$/.test(text) ? text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : text)
  return plain(one) === plain(other)
}
