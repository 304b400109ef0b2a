/** Single records of a list: files have no index, so each look-up reads them once, whatever number of records it asks for. */
import { PlimsollError } from '../../contract.ts'
import type { Native, SourceRecord } from '../../contract.ts'
import { cellOf } from './csv.ts'
import type { FilesResource } from './files-resource.ts'
import { missing, placed } from './read-list.ts'
import { keyOfRow, valueAt } from './record-keys.ts'

interface Lookup {
  /** Is this record asked for? */
  (record: SourceRecord): boolean
}

export async function readKeys(resource: FilesResource, keys: readonly string[], signal: AbortSignal): Promise<readonly SourceRecord[]> {
  const open = new Set(keys)
  const { records, doubtful } = await scan(resource, signal, resource.name, [], (record) => open.delete(record.key), () => open.size === 0, (key) => open.has(key))
  // "Not there" is an answer that may delete something: it is given only when every row could be read.
  if (open.size > 0 && doubtful !== undefined) {
    throw new PlimsollError('files.rows', 'A record is not found, but there are rows that can\'t be read; it may be one of them.', { place: doubtful, executed: false })
  }
  return records
}

export async function findRecords(resource: FilesResource, paths: readonly string[], values: readonly (readonly Native[])[], signal: AbortSignal): Promise<readonly SourceRecord[]> {
  const asked = new Set(values.filter((list) => list.every((value) => value !== null)).map((list) => textOf(list)))
  const { records } = await scan(resource, signal, resource.mayBeMade ? undefined : resource.name, paths, (record) => {
    const held = paths.map((path) => valueAt(record.values, path, resource.flat) ?? null)
    return held.every((value) => value !== null) && asked.has(textOf(held))
  }, () => false)
  return records
}

const textOf = (values: readonly Native[]): string => JSON.stringify(values.map((value) => (value === null ? null : cellOf(value))))

async function scan(
  resource: FilesResource, signal: AbortSignal, mustExist: string | undefined, paths: readonly string[], asked: Lookup, enough: () => boolean,
  /** Would this row matter if it could be read? */
  matters: (key: string) => boolean = () => true,
): Promise<{ records: SourceRecord[]; doubtful: string | undefined }> {
  await resource.place.visit(signal)
  const { files, changing, outside } = await resource.find(signal)
  const records: SourceRecord[] = []
  let doubtful: string | undefined = changing[0] ?? outside[0]
  if (files.length === 0 && doubtful === undefined && mustExist !== undefined) throw missing(resource)
  const met = new Set<string>()
  for (const file of files.toReversed()) {
    if (enough()) break
    const wanted = resource.wanted(file.name, signal)
    const columns = wanted.columns === undefined ? undefined : [...new Set([...wanted.columns, ...(resource.flat ? paths : [])])]
    try {
      for await (const rows of resource.format.rows(file.source, resource.settings, { ...wanted, columns })) {
        for (const row of rows) {
          const key = keyOfRow(row, resource.key, resource.flat)
          if (key.is === 'none' || row.says !== undefined) {
            if (key.is === 'none' || matters(key.key)) doubtful ??= `${file.name}:${row.line}`
            continue
          }
          const record = resource.record(key.key, row)
          if (met.has(key.key) || !asked(record)) continue
          met.add(key.key)
          records.push(record)
        }
        if (enough()) break
      }
    } catch (error) {
      signal.throwIfAborted()
      throw placed(error, file.name)
    }
  }
  return { records, doubtful }
}
