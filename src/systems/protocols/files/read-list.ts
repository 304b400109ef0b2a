/** Reading files that are full lists: every record of every file that matches, once; what is missing counts as deleted. */
import { asPlimsollError } from '../../../base/errors.ts'
import { PlimsollError } from '../../contract.ts'
import type { BrokenRecord, ConnectorContext, Page, ReadOptions, SourceRecord } from '../../contract.ts'
import type { FilesResource } from './files-resource.ts'
import type { Found } from './at-rest.ts'
import type { FoundFile } from './place.ts'
import type { Row } from './format.ts'
import { KeySet } from './hash.ts'
import { keyOfRow } from './record-keys.ts'

const MAX_SHOWN = 2_000

/** Collects rows into pages; what is wrong with rows is kept beside the good ones. */
export class Pager {
  records: SourceRecord[] = []
  broken: BrokenRecord[] = []
  /** Rows that are broken and whose key nobody knows: some record may seem to be missing. */
  unknown = 0
  firstUnknown = ''
  readonly #resource: FilesResource
  readonly #keys = new KeySet()
  readonly #names: string[] = []

  constructor(resource: FilesResource) {
    this.#resource = resource
  }

  begin(file: FoundFile): void {
    this.#names.push(file.name)
  }

  add(row: Row): void {
    const file = this.#names.length - 1
    const key = keyOfRow(row, this.#resource.key, this.#resource.flat)
    if (key.is === 'none') {
      this.broken.push({ place: this.#place(row), says: `This row can't be read: ${row.says ?? key.says}.`, raw: row.raw.slice(0, MAX_SHOWN) })
      this.unknown += 1
      this.firstUnknown ||= this.#place(row)
      return
    }
    const met = this.#keys.add(key.key, file, row.line)
    if (met && met.file !== file) return // A newer file has said it.
    if (row.says !== undefined) {
      this.broken.push({ place: this.#place(row), key: key.key, says: `This row can't be read: ${row.says}.`, raw: row.raw.slice(0, MAX_SHOWN) })
    } else if (met) {
      const says = `The key ${JSON.stringify(key.key.slice(0, 100))} stands twice${met.line === undefined ? '; what stands first' : `, in line ${met.line} and in line ${row.line}; line ${met.line}`} is taken.`
      this.broken.push({ place: this.#place(row), key: key.key, says, raw: row.raw.slice(0, MAX_SHOWN) })
    } else {
      this.records.push(this.#resource.record(key.key, row))
    }
  }

  #place(row: Row): string {
    return `${this.#names.at(-1)}:${row.line}`
  }

  get size(): number {
    return this.records.length + this.broken.length
  }

  take(count: number): { records: SourceRecord[]; broken?: BrokenRecord[] } {
    const records = this.records.splice(0, count)
    const broken = this.broken.splice(0)
    return broken.length > 0 ? { records, broken } : { records }
  }
}

export async function* readList(resource: FilesResource, context: ConnectorContext, options: ReadOptions): AsyncGenerator<Page> {
  const { signal, pageSize } = options
  await resource.place.visit(signal)
  let requestedAt = context.clock.now()
  const found = await resource.find(signal)
  if (found.files.length === 0 && found.changing.length === 0 && found.outside.length === 0) {
    if (resource.mayBeMade) {
      yield { records: [], requestedAt, complete: true }
      return
    }
    throw missing(resource)
  }
  let failure = unread(found)
  const pager = new Pager(resource)
  let any = false
  // The newest file speaks first: what an older one says about the same key is old.
  for (const file of found.files.toReversed()) {
    pager.begin(file)
    if (file.size === 0 && resource.mayBeMade) continue
    try {
      for await (const rows of resource.format.rows(file.source, resource.settings, resource.wanted(file.name, signal))) {
        for (const row of rows) pager.add(row)
        any ||= rows.length > 0
        while (pager.size >= pageSize) {
          yield { ...pager.take(pageSize), requestedAt }
          signal.throwIfAborted()
          requestedAt = context.clock.now()
        }
      }
    } catch (error) {
      signal.throwIfAborted()
      failure ??= placed(error, file.name)
    }
  }
  if (!any && !resource.mayBeMade) failure ??= new PlimsollError('files.empty', `${found.files[0]?.name ?? resource.name} holds no record.`, { place: found.files[0]?.name ?? resource.name })
  if (pager.unknown > 0) failure ??= uncertain(pager)
  yield { ...pager.take(Infinity), requestedAt, complete: failure === undefined, ...(failure?.code === 'files.rows' || failure?.code === 'files.outside' ? { ended: true } : {}) }
  if (failure) throw failure
}

export function missing(resource: FilesResource): PlimsollError {
  const what = resource.pattern.wild ? `No file matches ${JSON.stringify(resource.name)}` : `The file ${JSON.stringify(resource.name)} is not there`
  return new PlimsollError('files.missing', `${what} in ${resource.place.shown}.`, { place: resource.name, executed: false })
}

function unread(found: Found): PlimsollError | undefined {
  if (found.outside.length > 0) return new PlimsollError('files.outside', `${found.outside[0]} is a link that leads out of the folder; it was not read.`, { place: found.outside[0]! })
  if (found.changing.length > 0) return new PlimsollError('files.changing', `${found.changing.join(', ')} is still being written; it was not read yet.`, { place: found.changing[0]! })
  return undefined
}

function uncertain(pager: Pager): PlimsollError {
  const says = pager.unknown === 1 ? 'One row can\'t be read and its key is not known' : `${pager.unknown} rows can't be read and their keys are not known`
  return new PlimsollError('files.rows', `${says}, so the list is not taken as complete.`, { place: pager.firstUnknown })
}

/** An error with the file that it is about. */
export function placed(error: unknown, name: string): PlimsollError {
  const known = asPlimsollError(error)
  if (known.place !== undefined) return known.message.includes(name) ? known : withMessage(known, `${name}: ${known.message}`, known.place)
  return withMessage(known, `${name}: ${known.message}`, name)
}

const withMessage = (error: PlimsollError, message: string, place: string): PlimsollError =>
  new PlimsollError(error.code, message, { details: error.details, place, cause: error.cause ?? error, ...(error.executed === false ? { executed: false as const } : {}) })
