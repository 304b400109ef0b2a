/** Several records in one request, with one result for each. */
import { writeJson } from '../../../../base/json.ts'
import { callBody } from '../call/call-body.ts'
import { type Native, PlimsollError, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { meaningOf, retryAfterMs, type Said, whatItSays } from '../call/answer.ts'
import { recordOf } from './body.ts'
import type { BatchManifest, CreateManifest, ResourceManifest, UpdateManifest } from '../manifest/manifest.ts'
import { at, isMap, put, textOf, wrap } from '../../../path.ts'
import type { ResourceContext } from '../resource.ts'

/** `'single'`: the batch was refused as a whole and nothing of it executed; each record is sent by itself. */
export async function writeBatch(
  context: ResourceContext, manifest: ResourceManifest, batch: BatchManifest, operation: 'create' | 'update' | 'delete', items: readonly WriteItem[], options: WriteOptions,
): Promise<readonly WriteResult[] | 'single'> {
  const call = manifest[operation]!
  const results: (WriteResult | undefined)[] = items.map(() => undefined)
  const bodies: Native[] = []
  const sent: number[] = []
  for (const [index, item] of items.entries()) {
    if (operation === 'delete') {
      bodies.push(withKey(context, {}, item))
      sent.push(index)
      continue
    }
    const body = await recordOf(context, manifest, call as CreateManifest | UpdateManifest, item, options)
    if ('is' in body) {
      results[index] = body
      continue
    }
    bodies.push((call as CreateManifest).key_in === undefined ? withKey(context, body.record, item) : body.record)
    sent.push(index)
  }
  if (sent.length === 0) return results as WriteResult[]
  if (context.now() >= options.deadline) return items.map(() => ({ is: 'later', says: 'It was not sent: its time was over.' }))
  const fill = context.fill((name) => (name === 'records' ? bodies : name === 'keys' ? sent.map((index) => context.reader.fillKey(items[index]!.key!, 'key') ?? null) : undefined))
  const answer = await context.send({
    method: batch.method ?? 'POST',
    path: context.path(batch.path, NONE),
    query: context.query(batch.query, NONE),
    body: writeJson(callBody(batch, fill) ?? (batch.wrap === undefined ? bodies : wrap(batch.wrap, bodies))),
    signal: options.signal,
    deadline: options.deadline,
  })
  let said: Said | undefined
  const say = (): Said => (said ??= whatItSays(answer, context.errors, context.mask))
  const meaning = meaningOf(answer, operation, context.errors, say)
  let listed: Native | undefined
  if (answer.text.trim() !== '') {
    try {
      listed = at(answer.json(), batch.results)
    } catch {
      // Judged below as an answer without results.
    }
  }
  const unsure = (says: string): WriteResult => ({ is: 'unsure', says })
  if (meaning === 'auth') throw new PlimsollError('http.auth', `${answer.what} was refused (status ${answer.status}).`, { executed: false })
  if (meaning === 'later') {
    const retry = retryAfterMs(answer)
    throw new PlimsollError('http.limit', `${answer.what}: the system asks for fewer calls (status ${answer.status}).`, { executed: false, ...(retry === undefined ? {} : { retryAfterMs: retry }) })
  }
  if (!Array.isArray(listed)) {
    if (meaning !== 'done' && meaning !== 'unsure' && batch.atomic !== false) return 'single'
    sent.forEach((index) => { results[index] = unsure(`The batch was answered with status ${answer.status} and no results.`) })
    return results as WriteResult[]
  }
  const list = listed
  // Results that can't be told apart belong to nobody: blaming the wrong record is worse than asking again.
  if (batch.match !== 'key' && list.length !== sent.length) {
    sent.forEach((index) => { results[index] = unsure(`The batch of ${sent.length} was answered with ${list.length} results.`) })
    return results as WriteResult[]
  }
  sent.forEach((index, place) => {
    const item = items[index]!
    const own = batch.match === 'key' ? list.filter((one) => keyIn(context, batch, one) === item.key) : [list[place]!]
    results[index] = own.length === 1 ? itemResult(context, batch, item, own[0]!) : unsure('The batch was answered without a result for this record.')
  })
  return results as WriteResult[]
}

const NONE = () => undefined

/** In a batch the key can't stand in the address. */
function withKey(context: ResourceContext, values: Native, item: WriteItem): Native {
  if (item.key === undefined || !isMap(values)) return values
  const result: Record<string, Native> = { ...values }
  context.reader.keyPaths.forEach((path, index) => {
    if (!context.reader.scopePaths.includes(path) && at(values, path) === undefined) put(result, path, context.reader.fillKey(item.key!, `key.${index}`) ?? item.key!)
  })
  return result
}

const keyIn = (context: ResourceContext, batch: BatchManifest, one: Native): string | undefined =>
  batch.key === undefined ? context.reader.key(at(one, batch.record ?? '')) : wholeOf(context, textOf(at(one, batch.key)))

const wholeOf = (context: ResourceContext, own: string | undefined): string | undefined => (own === undefined ? undefined : context.reader.whole(own))

function itemResult(context: ResourceContext, batch: BatchManifest, item: WriteItem, one: Native): WriteResult {
  const status = batch.status === undefined ? undefined : textOf(at(one, batch.status))
  const numeric = status !== undefined && /^[1-5]\d\d$/.test(status) ? Number(status) : undefined
  const good = batch.done ? batch.done.some((value) => String(value) === status) : numeric === undefined ? batch.status === undefined : numeric >= 200 && numeric < 300
  if (good) {
    const key = item.operation === 'create' ? keyIn(context, batch, one) : item.key
    if (key === undefined) return { is: 'unsure', says: 'The system accepted the record but did not say under which key.' }
    if (item.operation === 'delete') return { is: 'done', key }
    const raw = at(one, batch.record ?? '')
    const read = batch.record === undefined || !isMap(raw) ? undefined : context.reader.read(raw, context.name)
    return { is: 'done', key, ...(read && 'record' in read && read.record.key === key ? { record: read.record, ...(read.record.version === undefined ? {} : { version: read.record.version }) } : {}) }
  }
  const code = textOf(batch.code === undefined ? undefined : at(one, batch.code)) ?? status ?? 'refused'
  const says = context.mask((textOf(batch.text === undefined ? undefined : at(one, batch.text)) ?? `status ${status ?? 'unknown'}`).slice(0, 300))
  if (numeric === 404 && item.operation !== 'create') return { is: 'missing' }
  if (numeric === 409) return item.operation === 'create' ? { is: 'exists' } : { is: 'conflict' }
  if (numeric === 412) return { is: 'conflict' }
  if (numeric === 429) return { is: 'later', says }
  if (numeric !== undefined && numeric >= 500) return { is: 'unsure', says }
  const field = batch.field === undefined ? undefined : textOf(at(one, batch.field))
  return { is: 'refused', code, says, ...(field === undefined ? {} : { field }) }
}
