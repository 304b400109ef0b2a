/** What an application wants to say, before anything of it is kept: only fields that it holds, each of its type, and the plan's rules. */
import { canonicalNative } from '../../base/json.ts'
import { type Native, type NativeRecord, Numeral } from '../../base/numeral.ts'
import type { MappedField } from '../../record/contracts.ts'
import { checkRecord } from '../../record/quality.ts'
import type { Value } from '../../record/value.ts'
import type { Place } from '../../sync/runtime.ts'
import type { AppResource } from './application.ts'

export interface FieldError {
  /** JSON pointer into the body. */
  readonly pointer: string
  readonly code: string
  readonly detail: string
}
/** A field that others decide: what is written here may not stay. */
export interface DecidedElsewhere {
  readonly pointer: string
  readonly by: readonly string[]
  /** `restored`: what they say comes back here; `reported`: it stays here and is reported. */
  readonly outcome: 'restored' | 'reported'
}
export interface Checked { readonly errors: readonly FieldError[]; readonly decidedElsewhere: readonly DecidedElsewhere[] }

const MOST_ERRORS = 50

export const isRecord = (value: Native | undefined): value is NativeRecord =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

/** RFC 7396, but what is set to null is empty, not gone: that is a word of its own. */
export function patched(onto: NativeRecord, patch: NativeRecord): NativeRecord {
  const result: [string, Native][] = Object.keys(onto).filter((name) => !Object.hasOwn(patch, name)).map((name) => [name, onto[name]!])
  for (const name of Object.keys(patch)) {
    const held = Object.hasOwn(onto, name) ? onto[name] : undefined
    const change = patch[name]!
    result.push([name, isRecord(change) && isRecord(held) ? patched(held, change) : change])
  }
  // Own keys only: a name like __proto__ is a name.
  return Object.fromEntries(result)
}

/** A whole record in place of another one: what it leaves out is empty from now on. */
export function replaced(held: NativeRecord, by: NativeRecord): NativeRecord {
  const emptied = Object.keys(held).filter((name) => !Object.hasOwn(by, name)).map((name): [string, Native] => [name, null])
  return Object.fromEntries([...Object.keys(by).map((name): [string, Native] => {
    const before = Object.hasOwn(held, name) ? held[name] : undefined
    return [name, isRecord(by[name]) && isRecord(before) ? replaced(before, by[name]!) : by[name]!]
  }), ...emptied])
}

/** `said`: the body; `after`: the record as it would be; `before`: as it is, absent for a new one. */
export function check(resource: AppResource, said: NativeRecord, after: NativeRecord, before: NativeRecord | undefined): Checked {
  const { place, entity } = resource
  const errors: FieldError[] = unknownIn(said, resource.view(said), '').map((pointer) => ({ pointer, code: 'unknown', detail: 'The application does not hold this.' }))
  const seen = place.mapping.pick(after)
  const then = before ? place.mapping.pick(before) : {}
  const values: Record<string, Value> = Object.create(null) as Record<string, Value>
  const changed: MappedField[] = []
  for (const field of place.mapping.fields) {
    const now = Object.hasOwn(seen, field.source) ? seen[field.source] : undefined
    const differs = now !== undefined && !(Object.hasOwn(then, field.source) && canonicalNative(then[field.source]!) === canonicalNative(now))
    if (differs) changed.push(field)
    if (!field.reads) {
      if (differs) errors.push({ pointer: pointerOf(place, field.field), code: 'read_only', detail: 'The application gets this and does not say it.' })
      continue
    }
    const read = field.read(seen)
    if (read.is === 'broken') errors.push({ pointer: pointerOf(place, field.field), code: read.broken.rule, detail: read.broken.says })
    else if (read.is === 'value') values[field.field] = read.value
  }
  const blamed = new Set(errors.map(({ pointer }) => pointer))
  errors.push(...rulesOf(resource, values, (field) => before === undefined || changed.some((one) => one.field === field)).filter(({ pointer }) => pointer === '' || !blamed.has(pointer)))
  if (errors.length === 0 && !inScope(resource, after)) errors.push({ pointer: '', code: 'outside', detail: `This is none of the records that ${place.system} holds; the plan says which in \`where\`.` })
  return { errors: errors.slice(0, MOST_ERRORS), decidedElsewhere: errors.length > 0 ? [] : changed.flatMap((field) => elsewhere(resource, entity.entity.golden, field, before === undefined)) }
}

/** Required is what the application itself can say: without it the record would reach nobody who could add it. */
function rulesOf({ place, entity }: AppResource, values: Readonly<Record<string, Value>>, said: (field: string) => boolean): FieldError[] {
  return checkRecord(entity.quality, values, new Set(place.fields.keys())).filter((finding) => finding.ifBroken === 'set_aside' || (finding.ifBroken === 'wait' && finding.field !== undefined && place.contributes.has(finding.field) && said(finding.field)))
    .map((finding) => ({ pointer: finding.field === undefined ? '' : pointerOf(place, finding.field), code: finding.rule, detail: finding.says }))
}

function inScope({ place }: AppResource, values: NativeRecord): boolean {
  try {
    return place.mapping.holds(values)
  } catch {
    return false
  }
}

function elsewhere(resource: AppResource, golden: AppResource['entity']['entity']['golden'], field: MappedField, isNew: boolean): DecidedElsewhere[] {
  const { place } = resource
  const rule = golden.rules.get(field.field)
  const mine = rule === undefined || (place.contributes.has(field.field) && !((rule.rule === 'owner' || rule.rule === 'rank' || rule.rule === 'fill') && rule.among[0] !== place.system && rule.among.length > 0))
  // Of a new record the owner has said nothing yet: invariant 11.
  if (mine || (isNew && rule.rule === 'owner' && place.contributes.has(field.field))) return []
  return [{ pointer: pointerOf(place, field.field), by: rule.among, outcome: rule.rule === 'owner' && golden.editedElsewhere === 'report' ? 'reported' : 'restored' }]
}

const pointerOf = (place: Place, field: string): string => `/${(place.plainPaths.get(field) ?? field).split('.').map((step) => step.replaceAll('"', '').replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`

/** The fields of the body that the plan does not map, at any depth. */
function unknownIn(said: Native, kept: Native | undefined, pointer: string): string[] {
  if (isRecord(said)) {
    return Object.keys(said).flatMap((name) => {
      const at = `${pointer}/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`
      return isRecord(kept) && Object.hasOwn(kept, name) ? unknownIn(said[name]!, kept[name], at) : isRecord(said[name]) && Object.keys(said[name]).length === 0 ? [] : [at]
    })
  }
  if (Array.isArray(said) && Array.isArray(kept)) return said.flatMap((item, i) => unknownIn(item, kept[i], `${pointer}/${i}`))
  return []
}
