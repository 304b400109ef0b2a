/**
 * Turning pages: how each kind of list goes on, how its end is recognised, and how a list that moves while it is read is
 * noticed. A list is complete only if it ended by its own rule and nothing contradicts that.
 */
import { canonicalNative } from '../../../../base/json.ts'
import { type Native, PlimsollError } from '../../../contract.ts'
import type { Paging } from '../manifest/manifest.ts'
import { at, textOf } from '../../../path.ts'
import type { Answer } from '../call/request.ts'

/** What is added to the list's request to get one page. */
export interface PageRequest {
  readonly query: readonly (readonly [string, string])[]
  readonly inBody: readonly (readonly [string, Native])[]
  readonly url?: string
}
export interface Fetched {
  readonly answer: Answer
  readonly body: Native
  readonly records: readonly Native[]
}
export interface RawPage {
  readonly records: readonly Native[]
  readonly answer: Answer
  readonly last: boolean
  /** Only means something on the last page. */
  readonly complete: boolean
  /** The list moved while it was read, so that a record may have slipped through. */
  readonly shifted: boolean
}
export type Ask = (page: PageRequest) => Promise<Fetched>

/** Empty pages in a row after which a list counts as endless. */
const MOST_EMPTY = 1_000
const MOST_STEPS_BACK = 1_000
const MOST_SAME = 15

export async function* pages(ask: Ask, paging: Paging, pageSize: number, keyOf: (record: Native) => string | undefined): AsyncGenerator<RawPage> {
  switch (paging.kind) {
    case 'none': {
      const first = await askFirst(ask, { query: [], inBody: [] }, () => undefined)
      yield { records: first.records, answer: first.answer, last: true, complete: true, shifted: false }
      return
    }
    case 'page': return yield* byPage(ask, paging, pageSize, keyOf)
    case 'offset': return yield* byOffset(ask, paging, pageSize, keyOf)
    case 'cursor':
    case 'link': return yield* byNext(ask, paging, pageSize)
  }
}

type By<K extends Paging['kind']> = Extract<Paging, { kind: K }>

/** An empty first page without a count is asked for once more: an empty list is what a faulty system answers most easily. */
async function askFirst(ask: Ask, request: PageRequest, total: (fetched: Fetched) => number | undefined): Promise<Fetched> {
  const first = await ask(request)
  return first.records.length === 0 && total(first) === undefined ? ask(request) : first
}

function parametersOf(paging: { readonly parameter?: string; readonly size?: string | undefined; readonly in?: 'query' | 'body' | undefined }, value: Native | undefined, size: number): PageRequest {
  const all: [string, Native][] = []
  if (paging.parameter !== undefined && value !== undefined) all.push([paging.parameter, value])
  if (paging.size !== undefined) all.push([paging.size, size])
  return paging.in === 'body' ? { query: [], inBody: all } : { query: all.map(([name, one]) => [name, String(one)] as const), inBody: [] }
}

function totalOf(paging: { readonly total?: { header: string } | { path: string } | undefined }, fetched: Fetched): number | undefined {
  if (!paging.total) return undefined
  const text = 'header' in paging.total ? fetched.answer.headers[paging.total.header.toLowerCase()] : textOf(at(fetched.body, paging.total.path))
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new PlimsollError('http.answer', `The answer to ${fetched.answer.what} does not say how many records there are, although the manifest says that it does.`)
  return Number(text)
}

/** Whether more pages follow, if the answer says so itself. */
function moreOf(paging: { readonly more?: string | undefined }, fetched: Fetched): boolean | undefined {
  if (paging.more === undefined) return undefined
  const value = at(fetched.body, paging.more)
  if (typeof value === 'boolean') return value
  throw new PlimsollError('http.answer', `The answer to ${fetched.answer.what} has no true or false at ${paging.more}, although the manifest says that it does.`)
}

async function* byPage(ask: Ask, paging: By<'page'>, pageSize: number, keyOf: (record: Native) => string | undefined): AsyncGenerator<RawPage> {
  const size = Math.min(pageSize, paging.at_most ?? pageSize)
  const first = paging.first ?? 1
  let total: number | undefined
  let counted = 0
  let shifted = false
  let before = new Set<string>()
  for (let page = first; ; page += 1) {
    const request = parametersOf(paging, page, size)
    const fetched = page === first ? await askFirst(ask, request, (one) => totalOf(paging, one)) : await ask(request)
    const totalNow = totalOf(paging, fetched)
    if (total !== undefined && totalNow !== total) shifted = true
    total = totalNow
    const keys = fetched.records.map(keyOf).filter((key) => key !== undefined)
    if (keys.length > 0 && keys.length === before.size && keys.every((key) => before.has(key))) {
      throw new PlimsollError('http.paging', `Page ${page} of ${fetched.answer.what} has the same records as the page before it: the system does not turn pages.`)
    }
    if (keys.some((key) => before.has(key))) shifted = true
    before = new Set(keys)
    counted += fetched.records.length
    const count = fetched.records.length
    const more = moreOf(paging, fetched)
    const pageCount = paging.pages === undefined ? undefined : Number(textOf(at(fetched.body, paging.pages)) ?? Number.NaN)
    if (pageCount !== undefined && !Number.isSafeInteger(pageCount)) throw new PlimsollError('http.answer', `The answer to ${fetched.answer.what} does not say how many pages there are at ${paging.pages}.`)
    const ended = total !== undefined ? counted >= total
      : pageCount !== undefined ? page >= first + pageCount - 1
      : more !== undefined ? !more
      : paging.end === 'short' ? count < size : count === 0
    const stuck = !ended && count === 0
    const complete = ended && !shifted && (total === undefined || counted === total)
    yield { records: fetched.records, answer: fetched.answer, last: ended || stuck, complete, shifted }
    if (ended || stuck) return
  }
}

/**
 * Each page begins with the last record of the page before. While that record stands where it is expected, nothing before it
 * was taken away, so nothing slipped past; if it doesn't, the reading goes back until it meets a record that it knows.
 */
async function* byOffset(ask: Ask, paging: By<'offset'>, pageSize: number, keyOf: (record: Native) => string | undefined): AsyncGenerator<RawPage> {
  const size = Math.min(pageSize, paging.at_most ?? pageSize)
  const overlap = paging.overlap !== false && size > 1 ? 1 : 0
  let offset = 0
  let total: number | undefined
  let shifted = false
  let stepsBack = 0
  let steppedBack = false
  /** Whether this page should begin with a record of the page before. */
  let anchored = false
  let same = 0
  let known = new Map<string, string>()
  for (let turn = 0; ; turn += 1) {
    const request = parametersOf(paging, offset, size)
    const fetched = turn === 0 ? await askFirst(ask, request, (one) => totalOf(paging, one)) : await ask(request)
    const totalNow = totalOf(paging, fetched)
    if (total !== undefined && totalNow !== total && overlap === 0) shifted = true
    total = totalNow
    const count = fetched.records.length
    const firstKey = count > 0 ? keyOf(fetched.records[0]!) : undefined
    if (anchored && (firstKey === undefined || !known.has(firstKey))) {
      stepsBack += 1
      steppedBack = true
      if (stepsBack > MOST_STEPS_BACK) throw new PlimsollError('http.paging', `${fetched.answer.what} changes faster than it can be read in pages.`)
      offset = Math.max(0, offset - size + 1)
      anchored = offset > 0
      continue
    }
    const here = new Map<string, string>()
    const fresh: Native[] = []
    for (const record of fetched.records) {
      const key = keyOf(record)
      const text = canonicalNative(record)
      if (key === undefined || known.get(key) !== text) fresh.push(record)
      if (key !== undefined) here.set(key, text)
    }
    const reached = offset + count
    const more = moreOf(paging, fetched)
    const ended = total !== undefined ? reached >= total
      : more !== undefined ? !more
      : paging.end === 'short' ? count < size : count <= (anchored ? 1 : 0)
    // Nothing new although more is announced.
    const stuck = !ended && count <= (anchored ? 1 : 0)
    // Once it may be a list that grows at its front; again and again it is a system that ignores the offset.
    same = !steppedBack && count > 1 && here.size === known.size && [...here.keys()].every((key) => known.has(key)) ? same + 1 : 0
    if (same > MOST_SAME) {
      throw new PlimsollError('http.paging', `${fetched.answer.what} answers with the same records at another offset: the system does not turn pages.`)
    }
    steppedBack = false
    const complete = ended && !shifted && (total === undefined || overlap === 1 || reached === total)
    yield { records: fresh, answer: fetched.answer, last: ended || stuck, complete, shifted }
    if (ended || stuck) return
    known = here
    anchored = overlap === 1 && count > 1
    offset = anchored ? reached - 1 : reached
  }
}

async function* byNext(ask: Ask, paging: By<'cursor'> | By<'link'>, pageSize: number): AsyncGenerator<RawPage> {
  const size = Math.min(pageSize, paging.at_most ?? pageSize)
  const firstRequest = parametersOf(paging.kind === 'cursor' ? paging : { size: paging.size }, undefined, size)
  const visited = cycleWatch()
  let request = firstRequest
  let counted = 0
  let empty = 0
  for (let turn = 0; ; turn += 1) {
    const fetched = turn === 0 ? await askFirst(ask, request, (one) => totalOf(paging, one)) : await ask(request)
    const total = totalOf(paging, fetched)
    counted += fetched.records.length
    empty = fetched.records.length === 0 ? empty + 1 : 0
    const next = paging.kind === 'cursor' ? cursorIn(paging, fetched) : nextLink(paging, fetched)
    const more = paging.kind === 'cursor' ? moreOf(paging, fetched) : undefined
    const has = next !== undefined && next !== '' && next !== 'false' && more !== false
    if (has && (visited(next) || empty > MOST_EMPTY)) {
      throw new PlimsollError('http.paging', `${fetched.answer.what} leads back to a page that was read already: the list would never end.`)
    }
    const complete = !has && more !== true && (total === undefined || counted >= total)
    yield { records: fetched.records, answer: fetched.answer, last: !has, complete, shifted: false }
    if (!has) return
    request = paging.kind === 'cursor' ? parametersOf(paging, next, size) : { query: [], inBody: [], url: next }
  }
}

const cursorIn = (paging: By<'cursor'>, fetched: Fetched): string | undefined =>
  textOf(paging.last === undefined ? at(fetched.body, paging.next!) : at(fetched.records.at(-1) ?? null, paging.last))

function nextLink(paging: By<'link'>, fetched: Fetched): string | undefined {
  if (paging.path !== undefined) {
    const next = textOf(at(fetched.body, paging.path))
    return next === undefined || next === '' ? undefined : new URL(next, fetched.answer.url).href
  }
  const link = parseLinks(fetched.answer.headers[(paging.header ?? 'link').toLowerCase()] ?? '')['next']
  return link === undefined ? undefined : new URL(link, fetched.answer.url).href
}

/** A Link header (RFC 8288) as relation → target. */
export function parseLinks(header: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null) as Record<string, string>
  const text = header.slice(0, 65_536)
  const link = /\s*,?\s*<([^<>]{0,4096})>/y
  const parameter = /\s*;\s*([\w*-]{1,40})\s*(?:=\s*(?:"((?:[^"\\]|\\.){0,500})"|([^\s";,]{0,500})))?/y
  for (let at = 0; ;) {
    link.lastIndex = at
    const target = link.exec(text)
    if (!target) return found
    at = link.lastIndex
    for (;;) {
      parameter.lastIndex = at
      const one = parameter.exec(text)
      if (!one) break
      at = parameter.lastIndex
      if (one[1]!.toLowerCase() === 'rel') for (const relation of (one[2] ?? one[3] ?? '').toLowerCase().split(/\s+/)) found[relation] ??= target[1]!
    }
  }
}

/** Finds any cycle while remembering one value (Brent): memory stays flat however long a list is. */
function cycleWatch(): (value: string) => boolean {
  let kept: string | undefined
  let power = 1
  let steps = 0
  return (value) => {
    if (value === kept) return true
    steps += 1
    if (steps === power) {
      kept = value
      power *= 2
      steps = 0
    }
    return false
  }
}
