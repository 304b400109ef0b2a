/** JSON: a file with a list (itself, or at the path `list`), or with one object; NDJSON: one object a line. */
import { asPlimsollError } from '../../../base/errors.ts'
import { parseJson, writeJson } from '../../../base/json.ts'
import { Numeral, PlimsollError } from '../../contract.ts'
import type { Native, NativeRecord } from '../../contract.ts'
import { MAX_ROW, setOwn } from './format.ts'
import type { Format, Row, RowsWanted, ValueRules } from './format.ts'
import { JsonSplitter } from './json-splitter.ts'
import type { JsonItem } from './json-splitter.ts'
import { stepsOf } from './record-keys.ts'
import type { FilesSettings } from './settings.ts'
import { encodingNamed, holdsText, isDamaged, openText, TextSink } from './text-file.ts'
import type { Encoding } from './text-file.ts'
import { isPackedName } from './gzip.ts'
import type { FileSource } from './source.ts'

/** Bytes that are no text can only be noticed before the text is split. */
const noText = (encoding: Encoding): string => `it has bytes that are no text in ${encoding.name}`

interface OpenJson {
  readonly encoding: Encoding
  readonly packed: boolean
  readonly splitter: JsonSplitter
  readonly items: AsyncGenerator<readonly JsonItem[]>
  close(): Promise<void>
}

async function openJson(source: FileSource, settings: FilesSettings, wanted: RowsWanted): Promise<OpenJson> {
  const { encoding, packed, pieces, close } = await openText(source, settings.encoding, wanted.signal)
  const splitter = new JsonSplitter(settings.list === undefined ? [] : stepsOf(settings.list))
  return { encoding, packed, splitter, items: items(), close }

  async function* items(): AsyncGenerator<readonly JsonItem[]> {
    let suspect: boolean = false
    let any = false
    for await (const { text, damaged } of pieces) {
      any ||= text.trim() !== ''
      const found = splitter.push(text)
      const look: boolean = damaged || suspect
      yield look ? found.map((item) => (isDamaged(item.raw) ? { ...item, says: noText(encoding) } : item)) : found
      suspect = found.length > 0 ? damaged : look
    }
    if (!any) throw new PlimsollError('files.empty', 'The file is empty.')
    if (splitter.begun) yield [splitter.begun]
    checkAround(splitter, settings)
  }
}

/** What stands around the list must be JSON, too: else the file was cut off, or is something else. */
function checkAround(splitter: JsonSplitter, settings: FilesSettings): void {
  if (splitter.found && !splitter.ended) throw new PlimsollError('files.truncated', splitter.single ? 'The file ends before its object does.' : 'The file ends before its list does.')
  try {
    if (splitter.found) parseJson(splitter.single ? `${splitter.head}0${splitter.tail}` : `${splitter.head}${splitter.tail.trimStart().replace(/^,/, '')}`)
    else parseJson(splitter.head)
  } catch (error) {
    throw new PlimsollError('files.content', `The file is no valid JSON: ${(error as Error).message}`, { cause: error })
  }
  if (!splitter.found) throw new PlimsollError('files.content', `The file has no list at ${JSON.stringify(settings.list ?? 'its top')}.`)
}

function rowOf(item: { readonly line: number; readonly raw: string; readonly says?: string }): Row {
  const { line, raw } = item
  if (item.says !== undefined) return { line, raw, values: {}, says: item.says }
  try {
    const value = parseJson(raw)
    return isObject(value) ? { line, raw, values: value } : { line, raw, values: {}, says: 'it is no object' }
  } catch (error) {
    return { line, raw, values: {}, says: asPlimsollError(error).message }
  }
}

const isObject = (value: Native): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

/** Counts rows that are no text in the declared encoding: a few are broken rows, many are a wrong encoding. */
function encodingCheck(encoding: Encoding, place: string): (rows: readonly Row[]) => void {
  let damaged = 0
  let read = 0
  return (rows) => {
    read += rows.length
    for (const row of rows) if (row.says === noText(encoding)) damaged += 1
    if (damaged > 0 && damaged * 10 > read && (rows.length === 0 || damaged > 20)) {
      throw new PlimsollError('files.encoding', `The file is not written in ${encoding.name}: ${damaged} of ${read} records have bytes that are no text.`, { place })
    }
  }
}

async function* jsonRows(source: FileSource, settings: FilesSettings, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
  const json = await openJson(source, settings, wanted)
  const check = encodingCheck(json.encoding, wanted.place)
  try {
    for await (const group of json.items) {
      if (group.length === 0) continue
      const rows = group.map(rowOf)
      yield rows
      check(rows)
    }
    check([])
  } finally {
    await json.close()
  }
}

async function rewriteJson(...[from, to, settings, , wanted, edit]: Parameters<Format['rewrite']>): Promise<void> {
  const json = from === undefined ? undefined : await openJson(from, settings, wanted)
  const sink = await TextSink.create(to, json?.encoding ?? newEncoding(settings, to), json?.packed ?? isPackedName(wanted.place))
  try {
    const fresh = { head: stepsOf(settings.list ?? '').map((step) => `{${JSON.stringify(step)}:`).join('') + '[', tail: '\n]' + '}'.repeat(stepsOf(settings.list ?? '').length) + '\n' }
    let written = 0
    let lead = '\n'
    let begun = false
    const write = async (ownLead: string, text: string): Promise<void> => {
      const blanks = ownLead.replaceAll(',', '')
      await sink.write(written === 0 ? blanks + text : (ownLead.includes(',') ? ownLead : `,${blanks}`) + text)
      written += 1
    }
    if (json) {
      for await (const group of json.items) {
        if (!begun && json.splitter.found) {
          begun = true
          await sink.write(json.splitter.head)
        }
        for (const item of group) {
          if (item.says !== undefined) throw new PlimsollError('files.content', `The record in line ${item.line} can't be copied: ${item.says}.`, { place: `${wanted.place}:${item.line}` })
          if (written === 0) lead = item.lead
          const row = rowOf(item)
          const change = edit.row(row)
          if (change === null) continue
          const raw = change === undefined ? item.raw : writeJson(changed(row.values, change))
          if (change !== undefined) edit.wrote(change, raw)
          await write(item.lead, raw)
        }
      }
      if (!begun) await sink.write(json.splitter.head)
    } else {
      await sink.write(fresh.head)
    }
    const records = edit.added()
    if (records.length > 0 && json?.splitter.single) throw new PlimsollError('files.content', 'The file is one object, no list: no record can be added to it.', { place: wanted.place })
    for (const record of records) {
      const raw = writeJson(record)
      edit.wrote(record, raw)
      await write(written === 0 ? lead : `,${lead.replaceAll(',', '')}`, raw)
    }
    await sink.write(json?.splitter.tail ?? fresh.tail)
    await sink.close()
  } catch (error) {
    await sink.abandon()
    throw error
  } finally {
    await json?.close()
  }
}

function changed(values: NativeRecord, change: NativeRecord): NativeRecord {
  const record: Record<string, Native> = {}
  for (const name of Object.keys(values)) setOwn(record, name, values[name]!)
  for (const name of Object.keys(change)) setOwn(record, name, change[name]!)
  return record
}

const newEncoding = (settings: FilesSettings, place: string): Encoding =>
  ({ name: settings.encoding === undefined ? 'utf-8' : encodingNamed(settings.encoding, place), bom: new Uint8Array(0) })

async function valueRules(from: FileSource | undefined, settings: FilesSettings): Promise<ValueRules> {
  let encoding = newEncoding(settings, '').name
  if (from !== undefined) {
    const text = await openText(from, settings.encoding, new AbortController().signal)
    await text.close()
    encoding = text.encoding.name
  }
  return {
    columns: undefined,
    refuses: (value) => (holdsText(writeJson(value), encoding) ? undefined : `it has a character that ${encoding} does not have`),
    asRead: (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
  }
}

interface Line { readonly line: number; readonly raw: string; readonly end: string; readonly says?: string }

/** Lines of an NDJSON file; the last may lack its end. */
async function openLines(source: FileSource, settings: FilesSettings, wanted: RowsWanted): Promise<{ encoding: Encoding; packed: boolean; groups: AsyncGenerator<readonly Line[]>; close(): Promise<void> }> {
  const { encoding, packed, pieces, close } = await openText(source, settings.encoding, wanted.signal)
  return { encoding, packed, groups: groups(), close }

  async function* groups(): AsyncGenerator<readonly Line[]> {
    let rest = ''
    let cut = false
    let number = 0
    let suspect = false
    const lineOf = (raw: string, end: string, look: boolean): Line => {
      number += 1
      const says = cut || raw.length > MAX_ROW ? `it is longer than ${MAX_ROW} characters` : look && isDamaged(raw) ? noText(encoding) : undefined
      cut = false
      return says === undefined ? { line: number, raw, end } : { line: number, raw: raw.slice(0, 2_000), end, says }
    }
    for await (const { text, damaged } of pieces) {
      const lines: Line[] = []
      // Only what is new is looked through: a line of many pieces would else be once for each of them.
      const parts = text.split('\n')
      parts[0] = rest + parts[0]!
      rest = parts.pop()!
      for (const part of parts) {
        const end = part.endsWith('\r') ? '\r\n' : '\n'
        lines.push(lineOf(end === '\n' ? part : part.slice(0, -1), end, damaged || suspect))
      }
      suspect = lines.length > 0 ? damaged : damaged || suspect
      if (rest.length > MAX_ROW) {
        rest = rest.slice(0, 200)
        cut = true
      }
      yield lines
    }
    if (rest !== '') yield [lineOf(rest, '', suspect)]
  }
}

async function* lineRows(source: FileSource, settings: FilesSettings, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
  const { encoding, groups, close } = await openLines(source, settings, wanted)
  const check = encodingCheck(encoding, wanted.place)
  let last: { row: Row; end: string } | undefined
  try {
    for await (const group of groups) {
      const rows: Row[] = []
      for (const line of group) {
        if (line.raw.trim() === '') continue
        const row = rowOf(line)
        last = { row, end: line.end }
        rows.push(row)
      }
      if (rows.length === 0) continue
      yield rows
      check(rows)
    }
    check([])
  } finally {
    await close()
  }
  if (!last) throw new PlimsollError('files.empty', 'The file is empty.', { place: wanted.place })
  if (last.end === '' && last.row.says !== undefined) throw new PlimsollError('files.truncated', `The file ends in the middle of line ${last.row.line}.`, { place: `${wanted.place}:${last.row.line}` })
}

async function rewriteLines(...[from, to, settings, , wanted, edit]: Parameters<Format['rewrite']>): Promise<void> {
  const source = from === undefined ? undefined : await openLines(from, settings, wanted)
  const sink = await TextSink.create(to, source?.encoding ?? newEncoding(settings, to), source?.packed ?? isPackedName(wanted.place))
  try {
    let end = '\n'
    let ended = true
    if (source) {
      for await (const group of source.groups) {
        for (const line of group) {
          if (line.says !== undefined) throw new PlimsollError('files.content', `Line ${line.line} can't be copied: ${line.says}.`, { place: `${wanted.place}:${line.line}` })
          end = line.end || end
          const row = rowOf(line)
          const change = line.raw.trim() === '' ? undefined : edit.row(row)
          if (change === null) continue
          const raw = change === undefined ? line.raw : writeJson(changed(row.values, change))
          if (change !== undefined) edit.wrote(change, raw)
          await sink.write(raw + line.end)
          ended = line.end !== ''
        }
      }
    }
    for (const record of edit.added()) {
      const raw = writeJson(record)
      edit.wrote(record, raw)
      await sink.write((ended ? '' : end) + raw + end)
      ended = true
    }
    await sink.close()
  } catch (error) {
    await sink.abandon()
    throw error
  } finally {
    await source?.close()
  }
}

export const json: Format = { rows: jsonRows, rewrite: rewriteJson, valueRules }
export const ndjson: Format = { rows: lineRows, rewrite: rewriteLines, valueRules }
