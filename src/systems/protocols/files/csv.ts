/** CSV: reading in bounded memory, and copying a file with changes so that everything else in it stays as it was. */
import { writeJson } from '../../../base/json.ts'
import { Numeral, PlimsollError } from '../../contract.ts'
import type { Native } from '../../contract.ts'
import { certainKey, columnsOf, missingColumns, pickCells, placesOf } from './columns.ts'
import type { Columns } from './columns.ts'
import { detectDialect } from './csv-dialect.ts'
import type { SeenDialect } from './csv-dialect.ts'
import { CsvScanner } from './csv-scanner.ts'
import type { CsvRow } from './csv-scanner.ts'
import type { Format, Row, RowsWanted, ValueRules } from './format.ts'
import type { FilesSettings } from './settings.ts'
import { encodingNamed, holdsText, isDamaged, openText, TextSink } from './text-file.ts'
import type { Encoding } from './text-file.ts'
import { isPackedName } from './gzip.ts'
import type { FileSource } from './source.ts'

interface OpenCsv {
  readonly encoding: Encoding
  readonly packed: boolean
  readonly dialect: SeenDialect
  /** undefined: the file is not a table with a header, but rows only. */
  readonly header: CsvRow | undefined
  readonly columns: Columns
  readonly rows: AsyncGenerator<readonly CsvRow[]>
  close(): Promise<void>
}

async function openCsv(source: FileSource, settings: FilesSettings, wanted: RowsWanted): Promise<OpenCsv> {
  const { encoding, packed, pieces, close } = await openText(source, settings.encoding, wanted.signal)
  const { place } = wanted
  try {
    const first = await pieces.next()
    const piece = first.done ? { text: '', damaged: false } : first.value
    const dialect = detectDialect(piece.text, settings)
    const scanner = new CsvScanner(dialect, dialect.preamble === '' ? 1 : 2)
    const suspect = new Suspect(encoding.name)
    let rows = suspect.mark(scanner.push(piece.text.slice(dialect.preamble.length)), piece.text, piece.damaged)
    // The first row may be longer than the first piece.
    while (!rows.some((row) => row.raw !== '')) {
      const next = await pieces.next()
      if (next.done) {
        rows = suspect.mark(scanner.push('', true), '', false)
        break
      }
      rows = suspect.mark(scanner.push(next.value.text), next.value.text, next.value.damaged)
    }
    const at = rows.findIndex((row) => row.raw !== '')
    const top = rows[at]
    if (top === undefined) throw new PlimsollError('files.empty', 'The file is empty.', { place })
    if (top.says !== undefined && settings.header) {
      const code = isDamaged(top.raw) ? 'files.encoding' : 'files.header'
      throw new PlimsollError(code, `The first row of the file can't be read: ${top.says}.`, { place: `${place}:${top.line}` })
    }
    const columns = columnsOf(settings.header ? top.cells : top.cells.map((_, i) => String(i + 1)), wanted, place)
    return {
      encoding, packed, dialect, columns, close,
      header: settings.header ? top : undefined,
      rows: rest(rows.slice(settings.header ? at + 1 : at)),
    }

    async function* rest(begun: readonly CsvRow[]): AsyncGenerator<readonly CsvRow[]> {
      yield begun
      for await (const { text, damaged } of pieces) yield suspect.mark(scanner.push(text), text, damaged)
      yield suspect.mark(scanner.push('', true), '', false)
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Finds the rows that bytes which are no text, or NUL characters, fell into. */
class Suspect {
  readonly #encoding: string
  #before = false
  constructor(encoding: string) {
    this.#encoding = encoding
  }

  mark(rows: CsvRow[], text: string, damaged: boolean): CsvRow[] {
    const now = damaged || text.includes('\0')
    const look = now || this.#before
    this.#before = rows.length > 0 ? now : look
    if (!look) return rows
    return rows.map((row) => {
      if (isDamaged(row.raw)) return { ...row, says: `it has bytes that are no text in ${this.#encoding}` }
      return row.raw.includes('\0') ? { ...row, says: 'it has a NUL character' } : row
    })
  }
}

async function* rows(source: FileSource, settings: FilesSettings, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
  const csv = await openCsv(source, settings, wanted)
  const { columns } = csv
  const { place } = wanted
  let read = 0
  const damaged = { rows: 0, first: 0 }
  let last: CsvRow | undefined
  try {
    for await (const group of csv.rows) {
      const out: Row[] = []
      for (const row of group) {
        if (row.raw === '' && row.says === undefined) continue
        last = row
        read += 1
        if (row.says !== undefined && isDamaged(row.raw)) {
          damaged.rows += 1
          damaged.first ||= row.line
        }
        out.push(rowOf(row, columns, settings))
      }
      if (out.length > 0) yield out
      if (damaged.rows > 20 && damaged.rows * 10 > read) break
    }
  } finally {
    await csv.close()
  }
  if (damaged.rows * 10 > read) {
    const says = `The file is not written in ${csv.encoding.name}: the first bytes that are no text stand in line ${damaged.first}.`
    throw new PlimsollError('files.encoding', says, { place: `${place}:${damaged.first}` })
  }
  if (last?.open) throw new PlimsollError('files.truncated', `The file ends inside a quoted cell of the row that begins in line ${last.line}.`, { place: `${place}:${last.line}` })
  if (last !== undefined && isCutOff(last, columns)) {
    throw new PlimsollError('files.truncated', `The file ends in the middle of line ${last.line}: ${last.cells.length} of ${columns.needed} cells.`, { place: `${place}:${last.line}` })
  }
  if (columns.missing.length > 0) throw missingColumns(columns.missing, columns, place)
}

const isCutOff = (row: CsvRow, columns: Columns): boolean => row.open === true || (row.end === '' && row.cells.length < columns.needed)

function rowOf(row: CsvRow, columns: Columns, settings: FilesSettings): Row {
  const { line, raw } = row
  const count = row.cells.length
  const cells = settings.escapeFormulas && raw.includes("'") ? row.cells.map((cell) => seenCell(cell, settings)) : row.cells
  if (row.says !== undefined) {
    // A row whose cells are in doubt may have its key in doubt, too.
    const sure = !row.open && count >= columns.needed && count <= columns.names.length && columns.key?.every((at) => !isDamaged(cells[at] ?? ''))
    return { line, raw, values: sure ? certainKey(cells, columns) : {}, says: row.says }
  }
  if (count >= columns.needed && (count <= columns.names.length || cells.slice(columns.names.length).every((cell) => cell === null))) {
    return { line, raw, values: pickCells(cells, columns) }
  }
  const says = `it has ${count} cells, the first row has ${columns.needed}`
  return { line, raw, values: isCutOff(row, columns) ? {} : certainKey(cells, columns), says }
}

async function rewrite(...[from, to, settings, newColumns, wanted, edit]: Parameters<Format['rewrite']>): Promise<void> {
  const csv = from === undefined ? undefined : await openCsv(from, settings, { ...wanted, columns: undefined })
  const names = csv ? [...csv.columns.names] : newColumns.map((column) => column.path)
  const known = new Set(names)
  const extra = csv?.header ? newColumns.map((column) => column.path).filter((path) => !known.has(path)) : []
  const all = [...names, ...extra]
  const places = placesOf(all)
  const delimiter = csv?.dialect.delimiter ?? settings.delimiter ?? ','
  const quote = settings.quote
  const cellText = (value: Native): string => writeCell(value, delimiter, quote, settings)
  // The names are the plan's own and must be found again as they stand there.
  const nameText = (name: string): string => writeCell(name, delimiter, quote, { ...settings, escapeFormulas: false })
  const sink = await TextSink.create(to, csv?.encoding ?? newEncoding(settings, to), csv?.packed ?? isPackedName(wanted.place))
  try {
    let end: string = csv?.header?.end || '\n'
    let ended = true
    const padding = delimiter.repeat(extra.length)
    await sink.write(csv?.dialect.preamble ?? '')
    const heading = extra.map((name) => delimiter + nameText(name)).join('')
    if (csv?.header) await sink.write(csv.header.raw + heading + (csv.header.end || end))
    else if (!csv && settings.header) await sink.write(all.map(nameText).join(delimiter) + end)
    if (csv) {
      for await (const group of csv.rows) {
        for (const row of group) {
          if (row.end !== '') end = row.end
          if (row.raw === '' && row.says === undefined) {
            await sink.write(row.end)
            continue
          }
          if (isCutOff(row, csv.columns)) throw new PlimsollError('files.truncated', `The file ends in the middle of line ${row.line}; it is not written to.`, { place: `${wanted.place}:${row.line}` })
          const seen = rowOf(row, csv.columns, settings)
          const change = edit.row(seen)
          if (change === null) continue
          let raw = row.raw + padding
          if (change !== undefined) {
            const cells = all.map((name, at) => (places.get(name) === at && Object.hasOwn(change, name) ? cellText(change[name]!) : cellText(seenCell(row.cells[at] ?? null, settings))))
            raw = cells.join(delimiter)
            edit.wrote(change, raw)
          }
          await sink.write(raw + row.end)
          ended = row.end !== ''
        }
      }
    }
    for (const record of edit.added(all.filter((name) => name !== ''))) {
      if (!ended) await sink.write(end)
      ended = true
      const cells = all.map((name, at) => (places.get(name) === at && Object.hasOwn(record, name) ? cellText(record[name]!) : ''))
      const raw = cells.join(delimiter)
      edit.wrote(record, raw)
      await sink.write(raw + end)
    }
    await sink.close()
  } catch (error) {
    await sink.abandon()
    throw error
  } finally {
    await csv?.close()
  }
}

const newEncoding = (settings: FilesSettings, place: string): Encoding => {
  const name = settings.encoding === undefined ? 'utf-8' : encodingNamed(settings.encoding, place)
  const bom = name === 'utf-16le' ? Uint8Array.of(0xff, 0xfe) : name === 'utf-16be' ? Uint8Array.of(0xfe, 0xff) : new Uint8Array(0)
  return { name, bom }
}

/** What a spreadsheet program would compute, and what is computed once one of its apostrophes is gone. */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/
/** Numbers and phone numbers call nothing: no letter, no bar, no exclamation mark. */
const HARMLESS = /^[+-][\d .,()/-]*$/

/** A cell without the apostrophe that was put before a formula; the inverse of what `writeCell` does. */
const seenCell = (cell: string | null, settings: FilesSettings): string | null =>
  settings.escapeFormulas && cell !== null && cell.charCodeAt(0) === 39 && FORMULA.test(cell) && !HARMLESS.test(cell.slice(1)) ? cell.slice(1) : cell

function writeCell(value: Native, delimiter: string, quote: string, settings: FilesSettings): string {
  if (value === null) return settings.nullText ?? ''
  let text = cellOf(value)
  if (settings.escapeFormulas && typeof value === 'string' && FORMULA.test(text) && !HARMLESS.test(text)) text = `'${text}`
  const enclose = text === '' || text === settings.nullText || text.includes(delimiter) || text.includes('\n') || text.includes('\r') || (quote !== '' && text.includes(quote)) || /^[\s\ufeff]|\s$/.test(text)
  return enclose && quote !== '' ? quote + text.replaceAll(quote, quote + quote) + quote : text
}

/** A value as the text of a cell. */
export function cellOf(value: Exclude<Native, null>): string {
  if (typeof value === 'string') return value
  if (value instanceof Numeral) return value.text
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'object' ? writeJson(value) : String(value)
}

async function valueRules(from: FileSource | undefined, settings: FilesSettings, wanted: RowsWanted): Promise<ValueRules> {
  const held = from === undefined ? undefined : await openCsv(from, settings, { ...wanted, columns: undefined })
  await held?.close()
  const encoding = held?.encoding.name ?? newEncoding(settings, '').name
  const delimiter = held?.dialect.delimiter ?? settings.delimiter ?? ','
  return {
    columns: new Set(held?.columns.names.filter((name) => name !== '')),
    refuses(value) {
      if (value === null) return undefined
      const text = cellOf(value)
      if (text.includes('\0')) return 'it has a NUL character'
      if (!holdsText(text, encoding)) return `it has a character that ${encoding} does not have`
      if (settings.quote !== '') return undefined
      if (/[\n\r]/.test(text) || text.includes(delimiter)) return 'it has a line end or the delimiter in it, and the file has no quotes'
      return text === '' || text === settings.nullText ? 'without quotes it can\'t be told from nothing' : undefined
    },
    asRead: (value) => (value === null ? null : cellOf(value)),
  }
}

export const csv: Format = { rows, rewrite, valueRules }
