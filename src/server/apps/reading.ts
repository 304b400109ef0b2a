/** Answers to an application that reads: a record, and everything that changed since a position. */
import { writeJson } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { HostedRecord } from '../../systems/hosted.ts'
import type { Application, AppResource } from './application.ts'
import { type Filter, filtersOf } from './filters.ts'
import { positionOf, positionText } from './position.ts'

const USUAL = 100
const MOST = 1_000
/** Records that are looked at for one answer: a filter that few fit costs calls, not minutes. */
const LOOKED_AT = 2_000

export const etagOf = ({ position }: HostedRecord): string => `"${position}"`

export function recordView(resource: AppResource, record: HostedRecord): NativeRecord {
  const { key, position, values } = record
  return { key, etag: etagOf(record), position: String(position), ...(values === undefined ? { deleted: true } : { values: resource.view(values) }) }
}

export function oneRecord({ hosted }: Application, resource: AppResource, key: string): HostedRecord {
  const record = hosted.get(resource.name, key)
  if (!record || record.values === undefined) throw none(resource, key)
  return record
}

const none = (resource: AppResource, key: string): PlimsollError => new PlimsollError('apps.record', `There is no record ${JSON.stringify(key.slice(0, 100))} in ${resource.name}.`)

/** The same, unless the application would not be given it today. */
export async function shownRecord(application: Application, resource: AppResource, key: string): Promise<HostedRecord> {
  const record = oneRecord(application, resource, key)
  if ((await resource.hidden([key])).has(key)) throw none(resource, key)
  return record
}

/** The answer as text: numbers keep all their digits. */
export async function listing({ hosted }: Application, resource: AppResource, query: URLSearchParams): Promise<string> {
  const known = new Set(['since', 'limit'])
  for (const name of new Set(query.keys())) {
    if (known.has(name) ? query.getAll(name).length > 1 : !name.startsWith('filter[')) throw new PlimsollError('apps.query', `The query has ${JSON.stringify(name.slice(0, 100))}${known.has(name) ? ' twice' : ', which is not known'}.`)
  }
  const filter = filtersOf(resource, query)
  const limit = limitOf(query.get('limit'))
  const position = positionOf(query.get('since') ?? undefined, hosted)
  const most = filter ? LOOKED_AT : limit
  const found = hosted.list(resource.name, { ...position, limit: most })
  const { last } = hosted.reach()
  const hidden = await resource.hidden(found.flatMap(({ key, values }) => (values === undefined ? [] : [key])))
  const records: Native[] = []
  let reached = position.since
  for (const record of found) {
    if (records.length >= limit) break
    reached = record.position
    const view = answerOf(resource, record, (values) => !hidden.has(record.key) && filter?.(values) !== false, position.deletedSince)
    if (view) records.push(view)
  }
  const whole = found.length < most && reached === (found.at(-1)?.position ?? position.since)
  return writeJson({ records, position: positionText(position, whole ? Math.max(reached, last) : reached, whole), more: !whole })
}

/** A record that does not fit the filter (any more) is named, so that whoever kept it drops it; in a first reading nobody has it yet. */
function answerOf(resource: AppResource, record: HostedRecord, fits: Filter, deletedSince: number): NativeRecord | undefined {
  if (record.values === undefined || fits(record.values)) return recordView(resource, record)
  return record.position > deletedSince ? { key: record.key, position: String(record.position), outside: true } : undefined
}

function limitOf(text: string | null): number {
  if (text === null) return USUAL
  const limit = Number(text)
  if (!/^\d{1,4}$/.test(text) || limit < 1 || limit > MOST) throw new PlimsollError('apps.query', `limit is a number from 1 to ${MOST}.`)
  return limit
}
