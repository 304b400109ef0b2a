/** Reading: whole lists, what changed since a position, records by key and by identifier. */
import { canonicalNative, writeJson } from '../../../../base/json.ts'
import { type BrokenRecord, type Native, type NativeRecord, type Page, PlimsollError, type ReadOptions, type SourceRecord } from '../../../contract.ts'
import { aliasedBody, partsOf } from '../call/aliases.ts'
import { orThrow } from '../call/answer.ts'
import { type CallBody, callBody, joinedBody } from '../call/call-body.ts'
import { type Each, faultyRecords, innerRecords } from './inner-lists.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { type Fetched, type PageRequest, pages } from './paging.ts'
import { at, isMap, placed, textOf } from '../../../path.ts'
import { durationMs } from '../call/times.ts'
import type { Answer } from '../call/request.ts'
import { readPosition, type Moment, moments, writePosition } from './position.ts'
import { type Fill, fillBody } from '../manifest/template.ts'
import type { ResourceContext } from '../resource.ts'

const DEFAULT_OVERLAP_MS = 60_000

interface Call extends CallBody {
  readonly path: string
  readonly method?: string | undefined
  readonly query?: Readonly<Record<string, string>> | undefined
  /** Other values at paths of the body. */
  readonly set?: Readonly<Record<string, Native>> | undefined
}

/** Sends one of the manifest's calls with its placeholders filled. */
function ask(context: ResourceContext, call: Call, fill: Fill, signal: AbortSignal, extra?: PageRequest, also: readonly Call[] = []) {
  const query = [call, ...also].flatMap((one) => context.query(one.query, fill))
  let body = [call, ...also].reduce<Native | undefined>((whole, one) => joinedBody(whole, callBody(one, context.fill(fill))), undefined)
  for (const one of also) for (const [path, value] of Object.entries(one.set ?? {})) body = placed(body, path, fillBody(value, context.fill(fill)))
  for (const [path, value] of extra?.inBody ?? []) body = placed(body, path, value)
  return context.send({
    method: call.method ?? (body === undefined ? 'GET' : 'POST'),
    ...(extra?.url === undefined ? { path: context.path(call.path, fill), query: [...query, ...(extra?.query ?? [])] } : { url: extra.url }),
    ...(body === undefined ? {} : { body: writeJson(body) }),
    signal,
    patient: true,
  })
}

/** The names at the top of an answer, for whoever looks for the right path. */
function whatIsThere(body: Native): string {
  if (Array.isArray(body)) return ' The answer itself is a list.'
  if (!isMap(body)) return ''
  const names = Object.keys(body).filter((name) => /^[\w$@.:-]{1,40}$/.test(name))
  return names.length === 0 ? '' : ` It has ${names.slice(0, 10).map((name) => (Array.isArray(body[name]) ? `${name} (a list)` : name)).join(', ')}${names.length > 10 ? ', …' : ''}.`
}

/** The records in an answer. What is not there is a fault, never an empty list. */
function recordsIn(body: Native, path: string | undefined, inner: string | undefined, what: string, mayLack = false): readonly Native[] {
  const found = at(body, path ?? '')
  if (!Array.isArray(found)) {
    if (mayLack && (found === undefined || found === null)) return []
    throw new PlimsollError('http.answer', `The answer to ${what} has no list of records${path ? ` at ${path}` : ''}.${whatIsThere(body)}`)
  }
  const records = inner === undefined ? found : found.map((item) => at(item, inner) ?? null)
  // A few are records that went wrong; a list of other things is another list, or an attack on the memory.
  if (records.length > MOST_ODD && records.filter(isMap).length * 2 < records.length) throw new PlimsollError('http.answer', `The answer to ${what} has a list of ${records.length} values, most of which are no records.`)
  return records
}

const MOST_ODD = 100

/** `among`: only the records that belong to these parents (`list.by`). */
export async function* readList(context: ResourceContext, manifest: ResourceManifest, options: ReadOptions, among?: readonly string[]): AsyncGenerator<Page> {
  const list = manifest.list
  if (!list) throw context.unable('list')
  const { reader } = context
  const since = list.since
  const moment = moments(reader.changedFormat)
  const from = since && options.since !== undefined ? readPosition(options.since, moment, context.name) : undefined
  const stepBack = since && from !== undefined ? moment.before(from, overlapOf(since.overlap, moment)) : undefined
  const keyed = since?.order === 'ascending'
  const pageSize = Math.min(options.pageSize, context.pageSize)
  const paging = list.paging ?? { kind: 'none' as const }

  let asked = stepBack
  let newest: Moment | undefined = from
  let startedAt: Moment | undefined
  let shiftedOnce = false
  let before = new Map<string, string>()
  let place = 0
  const incomplete = new WeakMap<NativeRecord, string>()

  const request = async (page: PageRequest): Promise<Fetched> => {
    const moved = asked === undefined ? undefined : moment.sent(asked, sinceFormat(), context.zone)
    const value = moved === undefined || since?.as === undefined ? moved : context.typed(since.as, moved)
    const also = [...(value === undefined || !since ? [] : [{ ...since, path: list.path }]), ...(among === undefined || !list.by ? [] : [{ ...list.by, path: list.path }])]
    const fill: Fill = (name) => (name === 'since' ? value : name === 'values' && among ? (list.by?.join === undefined ? [...among] : among.join(list.by.join)) : undefined)
    const given = await ask(context, list, fill, options.signal, page, also)
    const faulty = list.graphql === undefined ? undefined : faultyRecords(given, list.records)
    const answer = faulty ? { ...given, missing: false } : orThrow(given, 'read', context.errors, context.mask)
    if (answer.missing) throw new PlimsollError('http.not_there', `${answer.what} does not exist (status ${answer.status}).`)
    const body = answer.status === 204 ? null : answer.json()
    const records = recordsIn(body, list.records, list.record, answer.what, list.may_lack_records === true || answer.status === 204 && from !== undefined)
    for (const [index, says] of faulty ?? []) {
      // What failed in a record looks like something empty: it is not read, and no position passes it.
      shiftedOnce = true
      if (isMap(records[index])) incomplete.set(records[index], says)
    }
    return { answer, body, records }
  }
  const sinceFormat = () => since?.format ?? reader.changedFormat

  for (let again = true; again;) {
    again = false
    for await (const raw of pages(request, paging, pageSize, list.each ? canonicalNative : (record) => reader.key(record))) {
      startedAt ??= moment.started(raw.answer)
      shiftedOnce ||= raw.shifted
      const records: SourceRecord[] = []
      const broken: BrokenRecord[] = []
      const here = new Map<string, string>()
      let lastHere: Moment | undefined
      const ones = list.each ? raw.records.flatMap((record) => isMap(record) && incomplete.has(record) ? [record] : innerOf(context, record, list.each!, raw.answer.what)) : raw.records
      for (const [index, one] of ones.entries()) {
        place += 1
        const fault = isMap(one) ? incomplete.get(one) : undefined
        if (fault !== undefined) {
          const key = reader.key(one)
          broken.push({ place: `${context.name}/#${place}`, ...(key === undefined ? {} : { key }), says: `The system could not answer this record whole: ${context.mask(fault).slice(0, 200)}`, raw: writeJson(one).slice(0, 2_000) })
          continue
        }
        for (const changed of reader.changed(one)) {
          const time = moment.read(changed, context.zone)
          if (time !== undefined && (lastHere === undefined || time > lastHere)) lastHere = time
        }
        const result = reader.read(one, `${context.name}/#${place}`)
        if ('broken' in result) {
          broken.push(result.broken)
          continue
        }
        const text = canonicalNative(one)
        here.set(result.record.key, text)
        if (before.get(result.record.key) !== text) records.push(result.record)
        // An interface may answer with far more than it was asked for.
        if (records.length >= options.pageSize && index < ones.length - 1) yield { records: records.splice(0), requestedAt: raw.answer.requestedAt, ...(broken.length === 0 ? {} : { broken: broken.splice(0) }) }
      }
      before = here
      if (lastHere !== undefined && (newest === undefined || lastHere > newest)) newest = lastHere

      // Restarting from the time just reached is immune to records that move to the end of the list while it is read.
      const restart = keyed && from !== undefined && !raw.last && lastHere !== undefined ? moment.before(lastHere, moment.grain(sinceFormat())) : undefined
      const restarts = restart !== undefined && asked !== undefined && restart > asked
      // In any other order a page says nothing about what the pages after it hold.
      const safe = since && newest !== undefined && (keyed && from !== undefined && !shiftedOnce || raw.last && !shiftedOnce)
      const reached = safe ? (keyed && from !== undefined ? newest : moment.earlier(newest!, startedAt, from)) : undefined
      yield {
        records,
        requestedAt: raw.answer.requestedAt,
        ...(reached === undefined ? {} : { position: writePosition(reached, moment) }),
        ...(broken.length === 0 ? {} : { broken }),
        ...(raw.last ? { complete: from === undefined && raw.complete && !shiftedOnce } : {}),
      }
      if (restarts) {
        asked = restart
        again = true
        break
      }
    }
  }
}

function innerOf(context: ResourceContext, record: Native, each: Each | readonly Each[], what: string): readonly Native[] {
  return [each].flat().reduce<readonly Native[]>((records, one) => records.flatMap((outer) => {
    const inner = innerRecords(outer, one)
    if (!inner) throw new PlimsollError('http.answer', `A record of ${what} has no list at ${one.path} (${context.name}).`)
    return inner
  }), [record])
}

function overlapOf(given: string | number | undefined, moment: ReturnType<typeof moments>): Moment {
  if (typeof given === 'number') return BigInt(given)
  if (moment.isNumber) return 0n
  const ms = given === undefined ? DEFAULT_OVERLAP_MS : durationMs(given)!
  return BigInt(ms)
}

export async function readKeys(context: ResourceContext, manifest: ResourceManifest, keys: readonly string[], signal: AbortSignal): Promise<readonly SourceRecord[]> {
  const many = manifest.get_many
  const wanted = [...new Set(keys)]
  const found = new Map<string, SourceRecord>()
  // One key is cheaper, and says more, by its own address (version in a header).
  if (many && (wanted.length > 1 || !manifest.get)) {
    for (let start = 0; start < wanted.length; start += many.at_most) {
      const some = wanted.slice(start, start + many.at_most)
      const sent = some.flatMap((key) => context.reader.fillKey(key, 'key') ?? [])
      if (sent.length === 0) continue
      const fill: Fill = (name) => (name === 'keys' ? (many.join === undefined ? sent : sent.join(many.join)) : undefined)
      const answer = orThrow(await ask(context, many, fill, signal, { query: [], inBody: [] }), 'read', context.errors, context.mask)
      if (answer.missing) continue
      for (const raw of recordsIn(answer.json(), many.records, many.record, answer.what)) {
        const result = context.reader.read(raw, context.name)
        if ('record' in result && some.includes(result.record.key)) found.set(result.record.key, result.record)
      }
    }
  }
  // What a list of keys leaves out may be missing, or only cut off: its own address decides.
  const left = wanted.filter((key) => !found.has(key))
  if (manifest.get) {
    const { get } = manifest
    const singly = await askAliased(context, get, left, (key) => context.keyFill(key), signal, (key, answer) => {
      const record = recordOfKey(context, get, key, answer)
      if (record) found.set(key, record)
    })
    await context.parallel(singly, async (key) => {
      const record = await readOne(context, manifest, key, signal)
      if (record) found.set(key, record)
    })
  }
  // What is marked as deleted (a trash) is there no longer.
  return wanted.flatMap((key) => found.get(key) ?? []).filter((record) => record.deleted !== true)
}

/** Asks for several things in one request where the manifest has `aliases`. What it leaves is asked for by itself. */
async function askAliased<T>(context: ResourceContext, call: Call & { readonly aliases?: number | undefined }, things: readonly T[], fillOf: (thing: T) => Fill | undefined, signal: AbortSignal, judge: (thing: T, answer: Answer) => void): Promise<readonly T[]> {
  if (call.aliases === undefined || call.graphql === undefined || things.length < 2) return things
  const { graphql } = call
  const left: T[] = []
  const usable = things.flatMap((thing) => {
    const fill = fillOf(thing)
    return fill ? [{ thing, variables: fillBody((call.variables ?? {}) as Native, context.fill(fill)) }] : []
  })
  const chunks = Array.from({ length: Math.ceil(usable.length / call.aliases) }, (_, index) => usable.slice(index * call.aliases!, (index + 1) * call.aliases!))
  await context.parallel(chunks, async (chunk) => {
    const body = aliasedBody(graphql, chunk.map((one) => one.variables))
    const answer = body && await context.send({ method: 'POST', path: context.path(call.path, () => undefined), body: writeJson(body), signal, patient: true })
    const parts = answer && partsOf(answer, graphql, chunk.length)
    if (!parts || parts.lost) left.push(...chunk.map((one) => one.thing))
    else chunk.forEach((one, place) => judge(one.thing, parts.each[place]!))
  })
  return left
}

/** Undefined: there is no such record. */
export async function readOne(context: ResourceContext, manifest: ResourceManifest, key: string, signal: AbortSignal): Promise<SourceRecord | undefined> {
  const get = manifest.get
  if (!get) throw context.unable('get')
  const fill = context.keyFill(key)
  if (!fill) return undefined
  return recordOfKey(context, get, key, await ask(context, get, fill, signal))
}

/** What the answer to a read by key says. */
function recordOfKey(context: ResourceContext, get: NonNullable<ResourceManifest['get']>, key: string, given: Answer): SourceRecord | undefined {
  const answer = orThrow(given, 'read', context.errors, context.mask)
  if (answer.missing) return undefined
  const raw = at(answer.json(), get.record ?? '')
  if ((raw === undefined || raw === null) && get.may_lack_record === true) return undefined
  if (raw === undefined || raw === null) throw new PlimsollError('http.answer', `The answer to ${answer.what} has no record${get.record ? ` at ${get.record}` : ''}.`)
  const result = context.reader.read(raw, `${context.name}/${key}`, answer.headers)
  if ('broken' in result) throw new PlimsollError('http.answer', `The answer to ${answer.what} is no usable record: ${result.broken.says}`)
  // A server that ignores what it can't find answers with some other record.
  if (result.record.key !== key) throw new PlimsollError('http.answer', `The answer to ${answer.what} is another record than the one asked for.`)
  return result.record
}

/** Can records be looked up by this path? */
export function findParameter(manifest: ResourceManifest, path: string): string | undefined {
  const fields = manifest.find?.fields
  if (!manifest.find) return undefined
  if (fields === undefined) return path
  if (Array.isArray(fields)) return fields.includes(path) ? path : undefined
  if (Object.hasOwn(fields, path)) return fields[path]
  // `values.*`: any name there; its parameter is called like the name.
  const cut = path.lastIndexOf('.')
  const each = cut < 0 ? undefined : fields[`${path.slice(0, cut)}.*`]
  return each === '*' ? path.slice(cut + 1) : undefined
}

export async function findRecords(context: ResourceContext, manifest: ResourceManifest, paths: readonly string[], values: readonly (readonly Native[])[], signal: AbortSignal): Promise<readonly SourceRecord[]> {
  const find = manifest.find
  if (!find) throw context.unable('find')
  const names = paths.map((path) => {
    const parameter = findParameter(manifest, path)
    if (parameter === undefined) throw new PlimsollError('http.unable', `${context.name} can't be looked up by ${path}, only by ${(Array.isArray(find.fields) ? find.fields : Object.keys(find.fields ?? {})).join(', ') || 'nothing'}.`)
    return parameter
  })
  const found = new Map<string, SourceRecord>()
  const usable = values.filter((list) => list.every((value) => textOf(value) !== undefined && textOf(value) !== ''))
  // Several values of one identifier may go together; of a composite one they would be mixed.
  const atOnce = names.length === 1 ? (find.at_most ?? 1) : 1
  const chunks = Array.from({ length: Math.ceil(usable.length / atOnce) }, (_, index) => usable.slice(index * atOnce, (index + 1) * atOnce))
  const fillsOf = (lists: Asked) => (index: number): Fill => {
    const asked = lists.map((list) => escaped(lettersOf(textOf(list[index])!, find.letters), find.escape))
    return (name) => {
      if (name === 'field') return names[index]
      if (name === 'value') return asked[0]
      if (name !== 'values') return undefined
      return find.join === undefined ? asked : asked.join(find.join)
    }
  }
  const judge = (lists: Asked, given: Answer): void => {
    const answer = orThrow(given, 'read', context.errors, context.mask)
    if (answer.missing) {
      // Looked up by address, a 404 is the answer `none`; a list that does not exist is a mistake.
      if (find.path.includes('{value') || answer.status < 400) return
      throw new PlimsollError('http.not_there', `${answer.what} does not exist (status 404).`)
    }
    if (answer.status === 204) return
    for (const raw of recordsIn(answer.json(), find.records, find.record, answer.what)) {
      // Many interfaces ignore a filter that they don't know and answer with everything. Letter case is the system's to judge.
      const result = context.reader.read(raw, context.name)
      if (!('record' in result)) continue
      const { values: held } = result.record
      if (lists.some((list) => paths.every((path, index) => alike(textOf(at(held, path)), textOf(list[index]))))) found.set(result.record.key, result.record)
    }
  }
  const singly = await askAliased(context, find, chunks, (lists) => fillsOf(lists)(0), signal, judge)
  await context.parallel(singly, async (lists) => {
    // A composite identifier asks for all its fields at once: whatever names {field} is repeated for each.
    const query = names.flatMap((_, index) => context.query(find.query, fillsOf(lists)(index)))
    const seen = new Set<string>()
    const once = query.filter(([name, value]) => !seen.has(`${name}=${value}`) && seen.add(`${name}=${value}`))
    judge(lists, await ask(context, { ...find, query: undefined }, fillsOf(lists)(0), signal, { query: once, inBody: [] }))
  })
  return [...found.values()].filter((record) => record.deleted !== true)
}

type Asked = readonly (readonly Native[])[]

const lettersOf = (text: string, letters: 'lower' | 'upper' | undefined): string => (letters === 'lower' ? text.toLowerCase() : letters === 'upper' ? text.toUpperCase() : text)

export const alike = (held: string | undefined, asked: string | undefined): boolean => held !== undefined && asked !== undefined && held.trim().toLowerCase() === asked.trim().toLowerCase()

function escaped(text: string, table: Readonly<Record<string, string>> | undefined): string {
  return table === undefined ? text : [...text].map((c) => (Object.hasOwn(table, c) ? table[c]! : c)).join('')
}
