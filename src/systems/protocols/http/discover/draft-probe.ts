/**
 * A list nobody has described: what it is like is found out by asking. Only reads; each guess (a page, a filter, a key) counts if the answer shows
 * that it works, and not because a parameter is taken without complaint.
 */
import { type Native, type NativeRecord, PlimsollError } from '../../../contract.ts'
import type { Send } from '../auth/auth.ts'
import { CHANGED, CURSORS, IDENTIFIERS, KEYS, NEXTS, OFFSETS, PAGES, RECORDS, SINCES, sincesBy, singular, SIZES, TOTAL_HEADERS, TOTALS, VERSIONS } from './draft-words.ts'
import { parseLinks } from '../read/paging.ts'
import { at, isMap, textOf } from '../../../path.ts'
import type { Answer } from '../call/request.ts'
import { encodeSegment, fitsPath } from '../manifest/template.ts'
import { readTime } from '../call/times.ts'

export interface Drafted {
  readonly resource: Readonly<Record<string, unknown>>
  readonly notes: readonly string[]
}
type Query = readonly (readonly [string, string])[]

/** Answers asked for of one resource, at most. */
const MOST_CALLS = 150

export async function probe(send: Send, path: string, fixed: Query, signal: AbortSignal): Promise<Drafted | { readonly none: string }> {
  let calls = 0
  const get = async (where: string, query: Query): Promise<{ readonly answer: Answer; readonly body: Native } | undefined> => {
    calls += 1
    if (calls > MOST_CALLS) return undefined
    try {
      const answer = await send({ method: 'GET', path: where, query: [...fixed, ...query], signal, patient: true })
      return answer.status < 300 && answer.status !== 204 ? { answer, body: answer.json() } : undefined
    } catch (error) {
      // A guess that is refused, or not answered with JSON, is a wrong one. That nobody lets us in is another matter.
      if (!(error instanceof PlimsollError) || error.class === 'auth' || error.code === 'http.unreachable' || error.code === 'base.stopped') throw error
      return undefined
    }
  }
  const first = await get(path, [])
  if (!first) return { none: `GET ${path} does not answer with JSON and a good status` }
  const records = listPath(first.body)
  if (records === undefined) return { none: `GET ${path} has no list of records in its answer` }
  const listed = (body: Native): NativeRecord[] => {
    const found = at(body, records)
    return Array.isArray(found) ? found.filter(isMap) : []
  }
  const sample = listed(first.body)
  const notes: string[] = []
  const name = nameOf(path)
  const keys = keysOf(sample, name)
  if (keys.length === 0) return { none: `no field of ${path} tells its records apart` }
  const own = await ownAddress(get, path, name, keys.slice(0, 6), sample[0]!)
  const key = own?.key ?? keys[0]!
  const keyIn = (record: Native | undefined): string | undefined => textOf(at(record, key))
  const list = async (query: Query) => {
    const got = await get(path, query)
    return got && Array.isArray(at(got.body, records)) ? { ...got, rows: listed(got.body) } : undefined
  }

  const paging = await pagingOf(list, first, sample, keyIn, notes)
  const one: Query = 'size' in paging && typeof paging.size === 'string' ? [[paging.size, '1']] : []
  const changed = Object.keys(sample[0]!).find((field) => CHANGED.test(field) && readTime(sample[0]![field], 'iso', 'UTC') !== undefined)
  let since: object | undefined
  if (changed !== undefined) {
    search: for (const [parameter, value] of [...SINCES.map((one) => [one, '{since}'] as const), ...sincesBy(changed)]) {
      // Some take a time only without its fraction.
      for (const fraction of parameter.includes(changed) ? ['.000Z', 'Z'] : ['.000Z']) {
        const from = (year: string): Query => [...one, [parameter, value.replace('{since}', `${year}-01-01T00:00:00${fraction}`)]]
        if ((await list(from('2999')))?.rows.length !== 0) continue
        if (((await list(from('1990')))?.rows.length ?? 0) === 0) continue
        since = { query: { [parameter]: value }, ...(fraction === 'Z' ? { format: 'iso_seconds' } : {}) }
        break search
      }
    }
    if (!since) notes.push(`Records have a time of change (${changed}), but no parameter was found that lists only what changed; lists are read whole.`)
  }

  const segment = keyIn(sample[0])
  const recordAt = own?.record
  const byKey = own === undefined ? undefined : { path: addressOf(path, '{key}'), ...(own.record === '' ? {} : { record: own.record }) }
  if (!own) notes.push('No record was found at an address of its own; say `get` yourself if there is one.')
  const version = versionOf(sample[0]!)
  if (version === undefined && own?.answer.headers['etag'] !== undefined) notes.push('Records carry an ETag: if the interface honours If-Match, say `version: { header: ETag }` and `condition: { header: If-Match }` at update and delete.')

  const fields: string[] = []
  for (const field of Object.keys(sample[0]!).filter((one) => IDENTIFIERS.test(one)).slice(0, 6)) {
    const value = textOf(sample[0]![field])
    if (value === undefined || value === '') continue
    const hit = await list([...one, [field, value]])
    if (!hit || hit.rows.length === 0 || hit.rows.some((row) => textOf(row[field])?.toLowerCase() !== value.toLowerCase())) continue
    const miss = await list([...one, [field, `${value}-none-such`]])
    if (miss?.rows.length === 0) fields.push(field)
  }
  if (changed !== undefined && !hasZone(sample[0]![changed])) notes.push(`The times in ${changed} have no zone: they are taken to be in the time zone of the system in the plan.`)
  const writes = writesOf(path, await allowed(send, path, signal), segment === undefined ? '' : await allowed(send, addressOf(path, encodeSegment(fitsPath(segment) ? segment : 'x')), signal), recordAt)
  if (Object.keys(writes).length === 0) {
    const body = recordAt === undefined || recordAt === '' ? '' : `, wrap: ${recordAt}, record: ${recordAt}`
    notes.push(`The interface does not say what may be written. If its documentation does, add what fits: create: { path: ${path}${body} }, update: { path: "${addressOf(path, '{key}')}"${body} } (with \`style: put\` if it wants the whole record), delete: { path: "${addressOf(path, '{key}')}" }.`)
  } else if (recordAt !== undefined && recordAt !== '') notes.push(`If writes are refused: perhaps they want the record in ${recordAt} too (\`wrap: ${recordAt}\`).`)
  return {
    notes,
    resource: {
      ...(key === 'id' ? {} : { key }), ...(changed === undefined ? {} : { changed, ...(hasZone(sample[0]![changed]) ? {} : { changed_format: 'local' }) }), ...(version === undefined ? {} : { version }),
      list: { path, ...(fixed.length === 0 ? {} : { query: Object.fromEntries(fixed) }), ...(records === '' ? {} : { records }), ...(paging.kind === 'none' ? {} : { paging }), ...(since === undefined ? {} : { since }) },
      ...(byKey === undefined ? {} : { get: byKey }),
      ...(fields.length === 0 ? {} : { find: { path, query: { '{field}': '{value}' }, ...(records === '' ? {} : { records }), fields } }),
      ...writes,
    },
  }
}

/** `/issues.json` is the list of issues, and its records lie at `/issues/1.json`. */
const FORMAT = /\.json$/i
export const nameOf = (path: string): string => path.split('/').findLast((part) => part !== '')?.replace(FORMAT, '') ?? 'records'
const addressOf = (path: string, segment: string): string => `${path.replace(/\/$/, '').replace(FORMAT, '')}/${segment}${FORMAT.exec(path)?.[0] ?? ''}`

/** Where the list of records stands: the answer itself, a usual name, or the first list of maps that is found. */
export function listPath(body: Native, depth = 0): string | undefined {
  const isList = (value: Native | undefined): boolean => Array.isArray(value) && value.length > 0 && value.every(isMap)
  if (isList(body)) return ''
  if (!isMap(body) || depth > 2) return undefined
  const names = [...RECORDS.filter((name) => Object.hasOwn(body, name)), ...Object.keys(body)]
  const quoted = (name: string): string => (/^[^."()\s][^."()]*$/.test(name) ? name : JSON.stringify(name))
  const direct = names.find((name) => isList(body[name]))
  if (direct !== undefined) return quoted(direct)
  for (const name of names) {
    const inner = listPath(body[name]!, depth + 1)
    if (inner !== undefined && inner !== '') return `${quoted(name)}.${inner}`
  }
  return undefined
}

/** The key with which a record is found at its own address, and where it stands in the answer. */
async function ownAddress(get: (where: string, query: Query) => Promise<{ readonly answer: Answer; readonly body: Native } | undefined>, path: string, name: string, keys: readonly string[], first: NativeRecord): Promise<{ readonly key: string; readonly record: string; readonly answer: Answer } | undefined> {
  for (const key of keys) {
    const text = textOf(at(first, key))
    if (text === undefined || !fitsPath(text)) continue
    const got = await get(addressOf(path, encodeSegment(text)), [])
    const record = got && ['', ...RECORDS, singular(name)].find((where) => isMap(at(got.body, where)) && textOf(at(at(got.body, where), key)) === text)
    if (got && record !== undefined) return { key, record, answer: got.answer }
  }
  return undefined
}

function keysOf(sample: readonly NativeRecord[], name: string): string[] {
  const unique = (field: string): boolean => {
    const values = sample.map((record) => textOf(at(record, field)))
    return values.every((value) => value !== undefined && value !== '') && new Set(values).size === values.length
  }
  const own = singular(name)
  return [...KEYS, `${own}_id`, `${own}Id`, `${own}ID`, ...Object.keys(sample[0]!).filter((field) => /id$/i.test(field)), ...Object.keys(sample[0]!).filter((field) => /^[\w-]+$/.test(field))].filter((field, index, all) => all.indexOf(field) === index && unique(field))
}

const hasZone = (value: Native | undefined): boolean => /(?:Z|[+-]\d{2}:?\d{2})$/i.test(textOf(value) ?? '') || !/[T ]\d/.test(textOf(value) ?? '')

const versionOf = (record: NativeRecord): { path: string } | undefined => {
  const path = Object.keys(record).find((field) => VERSIONS.test(field) && textOf(record[field]) !== undefined)
  return path === undefined ? undefined : { path }
}

interface Listed { readonly answer: Answer; readonly body: Native; readonly rows: readonly NativeRecord[] }

async function pagingOf(list: (query: Query) => Promise<Listed | undefined>, first: { readonly answer: Answer; readonly body: Native }, sample: readonly NativeRecord[], keyIn: (record: Native | undefined) => string | undefined, notes: string[]): Promise<{ readonly kind: string; readonly [key: string]: unknown }> {
  const total = totalOf(first, sample.length)
  if (sample.length < 2) {
    const link = nextOf(first)
    if (link && 'link' in link) return { kind: 'link', ...link.link }
    notes.push('There were fewer than two records, so nothing could be found out about pages; say `paging` yourself if the list has them.')
    return { kind: 'none' }
  }
  let size: string | undefined
  let short: Listed | undefined
  for (const parameter of SIZES) {
    const got = await list([[parameter, '1']])
    if (got?.rows.length !== 1) continue
    size = parameter
    short = got
    break
  }
  // Some count only when they are asked for a page.
  const counted = total ?? (short && totalOf(short, sample.length))
  const sized: Query = size === undefined ? [] : [[size, '1']]
  const [own, second] = [keyIn(sample[0]), keyIn(sample[1])]
  const common = { ...(size === undefined ? {} : { size }), ...(counted ? { total: counted } : {}) }
  const next = nextOf(short ?? first)
  const most = size === undefined ? undefined : await mostOf(list, size, counted && totalValue(short ?? first, counted))
  const limits = { ...common, ...(most === undefined ? {} : { at_most: most }) }
  if (next && 'link' in next) return { kind: 'link', ...next.link, ...limits }
  if (next && short) {
    for (const parameter of CURSORS) {
      const got = await list([...sized, [parameter, next.cursor]])
      if (got?.rows.length === 1 && keyIn(got.rows[0]) === second) return { kind: 'cursor', parameter, next: next.path, ...limits }
    }
  }
  if (short) {
    for (const parameter of OFFSETS) {
      const got = await list([...sized, [parameter, '1']])
      if (got?.rows.length === 1 && keyIn(got.rows[0]) === second) return { kind: 'offset', parameter, ...limits }
    }
    for (const parameter of PAGES) {
      const got = await list([...sized, [parameter, '2']])
      if (got?.rows.length === 1 && keyIn(got.rows[0]) === second) return { kind: 'page', parameter, ...limits }
      const zero = got?.rows.length === 1 && keyIn(got.rows[0]) !== own ? await list([...sized, [parameter, '1']]) : undefined
      if (zero && keyIn(zero.rows[0]) === second) return { kind: 'page', parameter, first: 0, ...limits }
    }
    notes.push(`The page size is set by ${size}, but no parameter was found that turns pages: only the first page is read. Say \`paging\` yourself.`)
  } else if (total && totalValue(first, total) > sample.length) {
    notes.push(`The list has ${totalValue(first, total)} records and one call brings ${sample.length}, but no parameter was found that turns pages. Say \`paging\` yourself.`)
  }
  return { kind: 'none' }
}

/** What a page holds at most, where the interface gives fewer than it is asked for. */
async function mostOf(list: (query: Query) => Promise<Listed | undefined>, size: string, total: number | undefined): Promise<number | undefined> {
  for (const asked of [500, 100, 50]) {
    const got = await list([[size, String(asked)]])
    if (!got || got.rows.length === 0) continue
    if (total !== undefined && got.rows.length < Math.min(total, asked)) return got.rows.length
    return asked === 500 ? undefined : asked
  }
  return undefined
}

function nextOf(got: { readonly answer: Answer; readonly body: Native }): { readonly link: { readonly path?: string } } | { readonly path: string; readonly cursor: string } | undefined {
  if (parseLinks(got.answer.headers['link'] ?? '')['next'] !== undefined) return { link: {} }
  for (const path of NEXTS) {
    const value = textOf(at(got.body, path))
    if (value === undefined || value === '' || value === 'false' || value === 'true') continue
    return /^(?:https?:\/\/|\/|\?)/.test(value) ? { link: { path } } : { path, cursor: value }
  }
  return undefined
}

type Total = { readonly header: string } | { readonly path: string }
function totalOf(got: { readonly answer: Answer; readonly body: Native }, least: number): Total | undefined {
  const fits = (text: string | undefined): boolean => text !== undefined && /^\d{1,12}$/.test(text) && Number(text) >= least
  const header = TOTAL_HEADERS.find((name) => fits(got.answer.headers[name.toLowerCase()]))
  if (header !== undefined) return { header }
  const path = TOTALS.find((one) => fits(textOf(at(got.body, one))))
  return path === undefined ? undefined : { path }
}
const totalValue = (got: { readonly answer: Answer; readonly body: Native }, total: Total): number => Number('header' in total ? got.answer.headers[total.header.toLowerCase()] : textOf(at(got.body, total.path)))

/** Only what the interface itself says it allows; what pages of other origins may do (CORS) is no such word. */
async function allowed(send: Send, path: string, signal: AbortSignal): Promise<string> {
  try {
    const answer = await send({ method: 'OPTIONS', path, signal })
    return answer.status < 400 ? (answer.headers['allow'] ?? '').toUpperCase() : ''
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.class === 'auth') return ''
    return ''
  }
}

function writesOf(path: string, collection: string, item: string, recordAt: string | undefined): Record<string, unknown> {
  const address = addressOf(path, '{key}')
  const record = recordAt === undefined || recordAt === '' ? {} : { record: recordAt }
  return {
    ...(/\bPOST\b/.test(collection) ? { create: { path, ...record } } : {}),
    ...(/\bPATCH\b/.test(item) ? { update: { path: address, ...record } } : /\bPUT\b/.test(item) && recordAt !== undefined ? { update: { path: address, style: 'put', ...record } } : {}),
    ...(/\bDELETE\b/.test(item) ? { delete: { path: address } } : {}),
  }
}
