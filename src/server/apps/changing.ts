/** What an application changes: conditional on what it read, checked before anything is kept, on the disk before it is answered. */
import { createHash } from 'node:crypto'
import { canonicalNative } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import { PlimsollError } from '../../base/errors.ts'
import { wrongKey } from '../../record/key.ts'
import { keyOf } from '../../systems/contract.ts'
import type { HostedChange, HostedRecord } from '../../systems/hosted.ts'
import type { Application, AppResource } from './application.ts'
import { check, type DecidedElsewhere, type FieldError, patched, replaced } from './checking.ts'
import { oneRecord } from './reading.ts'

export interface Change {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly key?: string
  readonly body?: NativeRecord
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly idempotencyKey?: string
  readonly editedAt?: number
}
export interface Changed { readonly record: HostedRecord; readonly made: boolean; readonly again: boolean; readonly decidedElsewhere: readonly DecidedElsewhere[] }

/** A refusal that carries more than its text. */
export class Refused extends Error {
  readonly error: PlimsollError
  readonly errors: readonly FieldError[]
  readonly current: HostedRecord | undefined
  constructor(error: PlimsollError, more: { readonly errors?: readonly FieldError[]; readonly current?: HostedRecord | undefined } = {}) {
    super(error.message)
    this.error = error
    this.errors = more.errors ?? []
    this.current = more.current
  }
}

export async function change(application: Application, resource: AppResource, of: Change): Promise<Changed> {
  if (!resource.place.sends) throw new PlimsollError('apps.read_only', `${resource.name} is only read by ${application.system}.`)
  if (of.method === 'POST') return create(application, resource, of)
  if (of.method === 'PUT' && of.ifNoneMatch !== undefined) return create(application, resource, of)
  return edit(application, resource, of)
}

async function create({ hosted }: Application, resource: AppResource, of: Change): Promise<Changed> {
  const values = of.body!
  if (of.method === 'PUT' && of.ifNoneMatch !== '*') throw new PlimsollError('apps.condition', 'If-None-Match of a new record is `*`.')
  if (of.method === 'POST' && (of.idempotencyKey === undefined || !/^[\x21-\x7e]{1,200}$/.test(of.idempotencyKey))) throw new PlimsollError('apps.once', 'A new record needs an Idempotency-Key of 1 to 200 letters, digits and signs.')
  const checked = check(resource, values, values, undefined)
  const own = ownKey(resource, values)
  const errors = [...checked.errors, ...(own.error ? [own.error] : [])]
  const key = of.key ?? own.key
  if (of.key !== undefined && own.key !== undefined && own.key !== of.key) errors.push({ pointer: '', code: 'key', detail: `The record says that its key is ${own.key.slice(0, 100)}.` })
  const wrong = key === undefined ? undefined : key === '' ? 'is empty' : wrongKey(key)
  if (wrong !== undefined) errors.push({ pointer: '', code: 'key', detail: `The key ${wrong}.` })
  refuseIfWrong(errors)
  const once = of.method === 'POST' ? { once: { token: `application ${of.idempotencyKey}`, digest: createHash('sha256').update(canonicalNative([resource.name, values])).digest('base64url') } } : {}
  const outcome = await hosted.change(changeOf(resource, of, key, values, 'none', once))
  if (outcome.is === 'conflict') throw new Refused(new PlimsollError('apps.exists', `There is a record ${JSON.stringify(outcome.record.key.slice(0, 100))} already.`), { current: outcome.record })
  if (outcome.is === 'other_once') throw new Refused(new PlimsollError('apps.fields', 'This Idempotency-Key was used for another record.'), { errors: [{ pointer: '', code: 'idempotency_key', detail: 'It was used for another record.' }] })
  if (outcome.is === 'missing') throw new PlimsollError('apps.record', 'The record is gone.')
  return { record: outcome.record, made: outcome.again !== true, again: outcome.again === true, decidedElsewhere: checked.decidedElsewhere }
}

async function edit(application: Application, resource: AppResource, of: Change): Promise<Changed> {
  const at = versionOf(of.ifMatch)
  const held = oneRecord(application, resource, of.key!)
  if (held.position !== at) throw stale(held)
  const after = of.method === 'DELETE' ? undefined : of.method === 'PUT' ? replaced(resource.view(held.values!), of.body!) : patched(resource.view(held.values!), of.body!)
  const checked = after === undefined ? undefined : check(resource, of.body!, after, held.values)
  const own = after === undefined ? {} : ownKey(resource, after)
  refuseIfWrong([...(checked?.errors ?? []), ...(own.key !== undefined && own.key !== of.key ? [{ pointer: '', code: 'key', detail: 'The key of a record does not change.' }] : own.error ? [own.error] : [])])
  // What an older plan put there stays, unseen.
  const values = after === undefined ? undefined : patched(held.values!, after)
  const outcome = await application.hosted.change(changeOf(resource, of, of.key, values, at, {}))
  if (outcome.is === 'conflict') throw stale(outcome.record)
  if (outcome.is !== 'done') throw new PlimsollError('apps.record', `The record ${JSON.stringify(of.key!.slice(0, 100))} was deleted meanwhile.`)
  return { record: outcome.record, made: false, again: false, decidedElsewhere: checked?.decidedElsewhere ?? [] }
}

const changeOf = (resource: AppResource, of: Change, key: string | undefined, values: NativeRecord | undefined, at: HostedChange['at'], more: Pick<HostedChange, 'once'>): HostedChange =>
  ({ resource: resource.name, ...(key === undefined ? {} : { key }), values, at, ...(of.editedAt === undefined ? {} : { editedAt: of.editedAt }), ...more })

const stale = (current: HostedRecord): Refused => new Refused(new PlimsollError('apps.changed', 'The record was changed since it was read; nothing was overwritten.'), { current })

/** Strong comparison: one ETag as it was given out. */
function versionOf(ifMatch: string | undefined): number {
  const [, version] = /^\s*"(\d{1,16})"\s*$/.exec(ifMatch ?? '') ?? []
  if (ifMatch === undefined || ifMatch.trim() === '*') throw new PlimsollError('apps.condition', 'A change is made on condition of what was read.')
  return version === undefined ? -1 : Number(version)
}

function refuseIfWrong(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new Refused(new PlimsollError('apps.fields', errors.length === 1 ? `${errors[0]!.pointer === '' ? 'The record' : errors[0]!.pointer}: ${errors[0]!.detail}` : `${errors.length} things are wrong with the record.`), { errors })
}

/** The key that a record says by itself, where the plan names one. */
function ownKey({ place }: AppResource, values: NativeRecord): { readonly key?: string; readonly error?: FieldError } {
  const { key } = place.hold
  if (key.length === 0) return {}
  const parts = key.map((path) => path.split('.').reduce<Native | undefined>((here, step) => (here !== null && typeof here === 'object' && Object.hasOwn(here, step) ? (here as NativeRecord)[step] : undefined), values))
  if (parts.some((part) => part === undefined || part === null || part === '')) return { error: { pointer: `/${key[0]!}`, code: 'required', detail: `A record needs its key in ${key.join(', ')}.` } }
  return { key: keyOf(parts as Native[]) }
}

