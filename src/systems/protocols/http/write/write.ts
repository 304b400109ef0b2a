/** Writing: one result per record. What surely did not happen is `later`, what nobody knows is `unsure`. */
import { writeJson } from '../../../../base/json.ts'
import { type Native, PlimsollError, type SourceRecord, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { writeBatch } from './batch.ts'
import { type Alike, writeAliased } from '../call/aliases.ts'
import { bodyAround, conditionOf, formOf, recordOf } from './body.ts'
import { callBody } from '../call/call-body.ts'
import { changesOf, versioned } from './changes.ts'
import type { CreateManifest, DeleteManifest, ResourceManifest, UpdateManifest } from '../manifest/manifest.ts'
import { at, isMap, merged, placed, textOf } from '../../../path.ts'
import type { Answer } from '../call/request.ts'
import type { ResourceContext } from '../resource.ts'
import { otherThanDone } from './result.ts'
import { type Fill, fillText, placeholders } from '../manifest/template.ts'

/** Faults in a row after which the rest is left for later: a system that is down is not asked 500 times. */
const FAULTS_IN_A_ROW = 3

export async function writeRecords(context: ResourceContext, manifest: ResourceManifest, items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
  const results: (WriteResult | undefined)[] = items.map(() => undefined)
  const state: Progress = { stop: undefined, failure: undefined, faults: 0, done: 0 }
  const single: number[] = []
  for (const operation of ['create', 'update', 'delete'] as const) {
    // A batch of deletions has no place for the versions that a condition needs.
    const batch = operation === 'delete' && manifest.delete?.condition ? undefined : manifest[operation]?.batch
    const indexes = items.flatMap((item, index) => (item.operation === operation ? [index] : []))
    if (!batch || indexes.length < 2) {
      single.push(...indexes)
      continue
    }
    for (let start = 0; start < indexes.length; start += batch.at_most) {
      const some = indexes.slice(start, start + batch.at_most)
      const answered = await guarded(state, options.signal, () => writeBatch(context, manifest, batch, operation, some.map((index) => items[index]!), options))
      if (answered === 'single') single.push(...some)
      else some.forEach((index, place) => { results[index] = Array.isArray(answered) ? answered[place] : answered })
    }
  }
  const begun = new Set<number>()
  await sendAliased(context, manifest, items, options, { state, single, begun, results })
  await context.parallel(single.toSorted((a, b) => a - b), async (index) => {
    const result = await guarded(state, options.signal, () => writeRecord(context, manifest, items[index]!, options))
    // It was deleted by the request whose answer was lost.
    results[index] = result.is === 'missing' && begun.has(index) && items[index]!.operation === 'delete' ? { is: 'done', key: items[index]!.key! } : result
    if (result.is === 'unsure') state.faults += 1
    else if (result.is !== 'later') state.faults = 0
    if (state.faults >= FAULTS_IN_A_ROW) state.stop ??= { is: 'later', says: `The system failed ${FAULTS_IN_A_ROW} times in a row; the rest was not sent.` }
  })
  // Refused as a whole before anything happened: the engine pauses the system instead of asking record by record.
  if (state.failure && state.done === 0) throw state.failure
  return results.map((result) => result ?? { is: 'later', says: 'It was not sent.' })
}

export interface Progress {
  /** Set: nothing more is sent. */
  stop: WriteResult | undefined
  failure: PlimsollError | undefined
  faults: number
  done: number
}

/** Thrown while a request is put together. */
const BEFORE_SENDING = new Set(['http.setting', 'http.unable'])
const ENDS_BATCH: ReadonlySet<string> = new Set(['limit', 'auth', 'config', 'internal'])

/** Takes out of `single` what can go several to a request. */
async function sendAliased(context: ResourceContext, manifest: ResourceManifest, items: readonly WriteItem[], options: WriteOptions, work: { readonly state: Progress; readonly single: number[]; readonly begun: Set<number>; readonly results: (WriteResult | undefined)[] }): Promise<void> {
  for (const operation of ['create', 'update', 'delete'] as const) {
    const call = manifest[operation]
    const indexes = work.single.filter((index) => items[index]!.operation === operation)
    if (call?.aliases === undefined || call.graphql === undefined || indexes.length < 2) continue
    const { path, graphql, aliases } = call
    work.single.splice(0, work.single.length, ...work.single.filter((index) => items[index]!.operation !== operation))
    const alike: Alike = {
      prepare: async (item) => {
        const ready = await prepare(context, manifest, item, options)
        return 'is' in ready ? ready : { body: ready.values ?? null }
      },
      judge: (item, answer) => resultOf(context, manifest, item, answer),
    }
    for (let start = 0; start < indexes.length; start += aliases) {
      const some = indexes.slice(start, start + aliases)
      const answered = await guarded(work.state, options.signal, () => writeAliased(context, { path, graphql }, operation, some.map((index) => items[index]!), options, alike))
      some.forEach((index, place) => {
        const result = Array.isArray(answered) ? (answered[place] as WriteResult | 'single' | 'again') : (answered as WriteResult)
        if (result === 'again') work.begun.add(index)
        if (result === 'single' || result === 'again') work.single.push(index)
        else work.results[index] = result
      })
    }
  }
}

export async function guarded<T>(state: Progress, signal: AbortSignal, work: () => Promise<T>): Promise<T | WriteResult> {
  if (state.stop) return state.stop
  try {
    const result = await work()
    state.done += 1
    return result
  } catch (error) {
    if (!(error instanceof PlimsollError)) {
      if (!signal.aborted) throw error
      state.stop ??= { is: 'later', says: 'It was not sent: the work was stopped.' }
      return { is: 'unsure', says: 'The work was stopped while the request was under way.' }
    }
    const says = error.message
    if (error.executed !== false && !BEFORE_SENDING.has(error.code)) {
      state.done += 1
      return { is: 'unsure', says }
    }
    const later: WriteResult = { is: 'later', says, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) }
    // What concerns the system ends the batch; what went wrong while one record was prepared holds up no other.
    if (ENDS_BATCH.has(error.class) || error.code === 'http.unreachable') state.stop ??= later
    else state.faults += 1
    if (error.class === 'auth' || error.class === 'config') state.failure ??= error
    return later
  }
}

interface Ready {
  readonly fill: Fill
  readonly headers: Readonly<Record<string, string>>
  readonly query: readonly (readonly [string, string])[]
  readonly values: Native | undefined
}

/** All that is sent for a record, or why nothing is. */
async function prepare(context: ResourceContext, manifest: ResourceManifest, given: WriteItem, options: WriteOptions): Promise<Ready | WriteResult> {
  if (context.now() >= options.deadline) return { is: 'later', says: 'It was not sent: its time was over.' }
  const call = manifest[given.operation]
  if (!call) throw context.unable(given.operation)
  const item = await versioned(context, manifest, (call as UpdateManifest | DeleteManifest).condition, given, options)
  if ('is' in item) return item
  const fill = item.key === undefined ? noKey : context.keyFill(item.key)
  if (!fill || (item.key === undefined && item.operation !== 'create')) {
    return { is: 'refused', code: 'key', says: `The key ${JSON.stringify((item.key ?? '').slice(0, 80))} can't be part of an address of this interface.` }
  }
  const shaped = item.operation === 'delete' ? undefined : await recordOf(context, manifest, call as CreateManifest | UpdateManifest, item, options)
  if (shaped && 'is' in shaped) return shaped
  const table = item.operation === 'update' ? (call as UpdateManifest).changes : undefined
  const changes = table === undefined || shaped === undefined ? undefined : await changesOf(context, manifest, table, item, shaped.record, options)
  if (changes && 'is' in changes) return changes
  if (changes?.list.length === 0) return { is: 'done', key: item.key!, ...(changes.held === undefined ? {} : { record: changes.held }) }
  const body = shaped === undefined
    ? callBody(call, context.fill((name) => (name === 'version' ? item.ifVersion : fill(name))))
    : bodyAround(context, call as CreateManifest | UpdateManifest, item, shaped.record, changes?.list)
  const condition = item.operation === 'create' ? undefined : conditionOf(context, (call as UpdateManifest | DeleteManifest).condition, item.ifVersion, fill)
  // The version is the other side's word; what no header can hold concerns this record only.
  if (Object.values(condition?.headers ?? {}).some((value) => !HEADER.test(value))) {
    return { is: 'refused', code: 'version', says: `The version of the record, ${JSON.stringify(item.ifVersion!.slice(0, 60))}, can't stand in a header, so it can't be changed safely.` }
  }
  const headers = { ...condition?.headers, ...idempotency(call as CreateManifest, item) }
  let values = condition?.body && isMap(body) ? merged(body, condition.body) : body
  for (const [path, value] of condition?.set ?? []) values = placed(values, path, value)
  return { fill, headers, values, query: [...context.query(call.query, fill), ...(condition?.query ?? [])] }
}

async function writeRecord(context: ResourceContext, manifest: ResourceManifest, given: WriteItem, options: WriteOptions): Promise<WriteResult> {
  const item = given.operation === 'create' && given.key === undefined && manifest.create?.key_by === 'record' ? keyed(context, given) : given
  const ready = await prepare(context, manifest, item, options)
  if ('is' in ready) return ready
  const call = manifest[item.operation]!
  const { fill, headers, values, query } = ready
  const form = (call as CreateManifest).encoding === 'form'
  if (context.now() >= options.deadline) return { is: 'later', says: 'It was not sent: its time was over.' }
  const answer = await context.send({
    method: call.method ?? METHODS[item.operation === 'update' && (call as UpdateManifest).style === 'put' ? 'put' : item.operation],
    path: context.path(call.path, fill),
    query,
    headers,
    ...(values === undefined ? {} : form ? { body: formOf(values), type: 'application/x-www-form-urlencoded' } : { body: writeJson(values) }),
    signal: options.signal,
    deadline: options.deadline,
  })
  return resultOf(context, manifest, item, answer)
}

/** The record says its own key: the interface makes it, or changes the one that is there, under that address. */
function keyed(context: ResourceContext, item: WriteItem): WriteItem {
  const key = context.reader.key(item.values)
  return key === undefined ? item : { ...item, key }
}

/** What may stand in the value of a header (RFC 9110, 5.5). */
const HEADER = /^[\t\u0020-\u007E\u0080-\u00FF]*$/
const noKey: Fill = () => undefined
const METHODS = { create: 'POST', update: 'PATCH', put: 'PUT', delete: 'DELETE' } as const
const idempotency = (call: CreateManifest, item: WriteItem): Record<string, string> =>
  item.operation === 'create' && call.idempotency !== undefined ? { [call.idempotency.toLowerCase()]: item.idempotencyKey } : {}

function resultOf(context: ResourceContext, manifest: ResourceManifest, item: WriteItem, answer: Answer): WriteResult {
  const other = otherThanDone(context, item.operation, answer)
  if (other) return other
  const call = manifest[item.operation]!
  // GraphQL answers with nothing in place of a record that it does not have.
  if (call.graphql !== undefined && call.record !== undefined && (item.operation === 'delete' || ((call as UpdateManifest).answers ?? 'whole') === 'whole')) {
    const held = at(answer.json(), call.record)
    if (held === undefined || held === null) return call.may_lack_record === true && item.operation !== 'create' ? { is: 'missing' } : { is: 'unsure', says: `The answer has nothing at ${call.record}.` }
    if (item.operation !== 'delete' && context.reader.key(held) === undefined) return { is: 'unsure', says: `What the answer has at ${call.record} is no such record, and \`errors\` of the manifest does not know it.` }
  }
  return item.operation === 'delete' ? { is: 'done', key: item.key! } : doneOf(context, manifest, item, answer)
}

function doneOf(context: ResourceContext, manifest: ResourceManifest, item: WriteItem, answer: Answer): WriteResult {
  const call = (item.operation === 'create' ? manifest.create : manifest.update)!
  const answers = call.answers ?? 'whole'
  let body: Native | undefined
  if (answer.text.trim() !== '' && answers !== 'nothing') {
    try {
      body = answer.json()
    } catch {
      // It was done all the same; what it now holds is read by key.
    }
  }
  const raw = body === undefined ? undefined : at(body, call.record ?? '')
  let record: SourceRecord | undefined
  if (answers === 'whole' && isMap(raw)) {
    const result = context.reader.read(raw, context.name, answer.headers)
    if ('record' in result) record = result.record
  }
  const key = item.operation === 'update' ? item.key : createdKey(context, manifest.create!, item, answer, body, raw)
  if (key === undefined || key === '') return { is: 'unsure', says: 'The system accepted the record but did not say under which key.' }
  const version = record?.version ?? (manifest.version && 'header' in manifest.version ? answer.headers[manifest.version.header.toLowerCase()] : undefined)
  // An answer about another record says nothing about this one.
  const own = record?.key === key ? record : undefined
  return { is: 'done', key, ...(own ? { record: own } : {}), ...(version === undefined ? {} : { version }) }
}

function createdKey(context: ResourceContext, create: CreateManifest, item: WriteItem, answer: Answer, body: Native | undefined, raw: Native | undefined): string | undefined {
  if ((create.key_by === 'hub' || create.key_by === 'record') && item.key !== undefined) return item.key
  if (create.key === undefined) return context.reader.key(raw)
  const own = ownCreated(create.key, answer, body, item)
  return own === undefined || own === '' ? undefined : context.reader.whole(own)
}

function ownCreated(key: string | { readonly header: string }, answer: Answer, body: Native | undefined, item: WriteItem): string | undefined {
  // Among others of its kind it is known by what it holds; what it lacks tells it from none.
  if (typeof key === 'string') return textOf(at(body, key, (wanted) => (placeholders(wanted).length === 0 ? wanted : fillText(wanted, (name) => textOf(at(item.values, name.replace(/^record\./, '')))) || undefined)))
  const location = answer.headers[key.header.toLowerCase()]
  if (location === undefined) return undefined
  try {
    // `Location: /customers/42` names the key as its last part; any other header holds it as it is.
    return key.header.toLowerCase() === 'location' ? decodeURIComponent(new URL(location, answer.url).pathname.split('/').findLast((part) => part !== '') ?? '') : location
  } catch {
    return undefined
  }
}
