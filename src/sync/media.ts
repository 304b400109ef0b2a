/**
 * Fields of type `file`: what a system names by an address is fetched once, and its golden value is the address with the hash of the
 * content (`https://…/a.jpg#sha256:…`). A content that changed under the same address is therefore a change, and the same picture at
 * two addresses is one. What can't be fetched keeps its address, and its hash if it had one: a record never waits for a picture.
 */
import { asPlimsollError } from '../base/errors.ts'
import type { Native } from '../base/numeral.ts'
import type { MediaShelf, Medium } from '../store/media.ts'
import type { MediaForTarget, Page, Resource, SourceRecord, SystemSession, WebhookEvent } from '../systems/contract.ts'
import type { Place } from './runtime.ts'

/** Files fetched at the same time. */
const AT_ONCE = 4
/** Addresses remembered within a read, at a page's end. */
const MOST_ASKED = 20_000
const HASHED = /#sha256:[\da-f]{64}$/

const sourcesOfFiles = (place: Place): readonly string[] =>
  [...new Set([...place.fields.values()].filter(({ reads, type }) => reads && (type.is === 'file' || type.is === 'list' && type.of.is === 'file')).map((field) => field.source))]

const hasFiles = (place: Place): boolean => sourcesOfFiles(place).length > 0

/** The resource with the content of its files fetched; as it is, where no field is a file. */
export function withMedia(resource: Resource, place: Place, session: SystemSession, shelf: MediaShelf): Resource {
  const sources = sourcesOfFiles(place)
  const { openFile } = session
  if (sources.length === 0 || !openFile) return resource
  /** Within one read, an address is asked for once however many records name it. */
  type Asked = Map<string, Promise<string>>
  async function complete(record: SourceRecord, signal: AbortSignal, asked: Asked): Promise<SourceRecord> {
    const fetched = (written: string): Promise<string> => {
      const medium = asked.get(written) ?? fetchMedium(written, place.system, openFile!.bind(session), shelf, signal)
      asked.set(written, medium)
      return medium
    }
    const seen = place.mapping.pick(record.values)
    const changed: Record<string, Native> = {}
    for (const source of sources) {
      const held = seen[source]
      if (typeof held === 'string' && held !== '') changed[source] = await fetched(held)
      else if (Array.isArray(held)) changed[source] = await Promise.all(held.map((one) => (typeof one === 'string' && one !== '' ? fetched(one) : one)))
    }
    return Object.keys(changed).length === 0 ? record : { ...record, values: place.mapping.place(changed, record.values) }
  }
  async function all(records: readonly SourceRecord[], signal: AbortSignal, asked: Asked = new Map()): Promise<SourceRecord[]> {
    const done = [...records]
    const queue = done.keys()
    const worker = async (): Promise<void> => {
      for (const index of queue) done[index] = await complete(done[index]!, signal, asked)
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, done.length) }, worker))
    return done
  }
  async function* pages(read: AsyncIterable<Page>, signal: AbortSignal): AsyncGenerator<Page> {
    const asked: Asked = new Map()
    for await (const page of read) {
      if (asked.size > MOST_ASKED) asked.clear()
      yield { ...page, records: await all(page.records, signal, asked) }
    }
  }
  const { bytes: _elsewhere, readKeys, find, write, ...rest } = resource
  return {
    ...rest,
    read: (options) => pages(resource.read(options), options.signal),
    ...(readKeys ? { readKeys: async (keys, signal) => all(await readKeys.call(resource, keys, signal), signal) } : {}),
    ...(find ? { find: async (paths, values, signal) => all(await find.call(resource, paths, values, signal), signal) } : {}),
    ...(write ? {
      write: async (items, options) => {
        const asked: Asked = new Map()
        return Promise.all((await write.call(resource, items, options)).map(async (result) =>
          (result.is === 'done' && result.record ? { ...result, record: await complete(result.record, options.signal, asked) } : result)))
      },
    } : {}),
  }
}

/** A webhook's own record lacks the content of its files: it only says that something changed, and the record is read by its key. */
export function heardOf(session: SystemSession, places: readonly Place[]): SystemSession {
  const { receive } = session
  const resources = new Set(places.filter(hasFiles).map((place) => place.resource))
  if (!receive || resources.size === 0) return session
  const asDoorbell = ({ record: _record, ...event }: WebhookEvent): WebhookEvent => event
  return { ...session, receive: async (request) => (await receive.call(session, request)).map((event) => (resources.has(event.resource) ? asDoorbell(event) : event)) }
}

/** What the connector of one system needs to hand files on. */
export function mediaForTarget(shelf: MediaShelf, system: string): MediaForTarget {
  return {
    async open(value) {
      const hash = HASHED.exec(value)?.[0].slice('#sha256:'.length)
      const held = hash === undefined ? undefined : await shelf.open(hash)
      return held && { ...held, hash: hash!, name: nameIn(value) }
    },
    sent: (hash) => shelf.sent(system, hash),
    keep: (hash, key) => shelf.keep(system, hash, key),
  }
}

/** The last part of the address, of letters that every system takes. */
const nameIn = (value: string): string => value.replace(/[?#].*$/, '').split('/').at(-1)!.replaceAll(/%[\da-f]{2}|[^\w.-]+/gi, '-').replace(/^[.-]+/, '').slice(-120) || 'file'

async function fetchMedium(written: string, system: string, openFile: NonNullable<SystemSession['openFile']>, shelf: MediaShelf, signal: AbortSignal): Promise<string> {
  if (HASHED.test(written)) return written
  let before: Medium | undefined
  let address = written
  try {
    const opened = await openFile(written, async (absolute) => {
      address = absolute
      return (before = await shelf.known(system, absolute))
    }, async (arriving) => { before = await shelf.put(system, address, arriving) }, signal)
    return opened === 'none' ? written : `${address}#sha256:${before!.hash}`
  } catch (error) {
    if (signal.aborted || asPlimsollError(error).class === 'internal') throw error
    return before ? `${address}#sha256:${before.hash}` : address
  }
}
