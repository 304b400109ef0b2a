/** XLSX: one sheet as a table. Read row by row; written by replacing single cells in the sheet's XML, so that all else in the workbook stays. */
import { PlimsollError } from '../../contract.ts'
import type { Native, NativeRecord } from '../../contract.ts'
import { cellOf } from './csv.ts'
import { certainKey, columnsOf, missingColumns, pickCells, placesOf } from './columns.ts'
import type { Columns } from './columns.ts'
import type { Format, NewColumn, Row, RowsWanted } from './format.ts'
import { newWorkbook, newStyle } from './new-workbook.ts'
import type { FilesSettings } from './settings.ts'
import type { FileSource } from './source.ts'
import { asRead, parseRow, writeCell } from './sheet-cells.ts'
import type { Book, SheetRow } from './sheet-cells.ts'
import { SheetSplitter } from './sheet-splitter.ts'
import { holdsText } from './text-file.ts'
import { openWorkbook, sheetText } from './workbook.ts'
import type { Workbook } from './workbook.ts'
import { ZipWriter } from './zip.ts'

/** A row of the sheet, blank ones included; `undefined`: it can't be understood. */
interface ReadRow { readonly xml: string; readonly number: number; readonly row: SheetRow | undefined; readonly says?: string }

async function* sheetRows(book: Workbook, splitter: SheetSplitter, signal: AbortSignal): AsyncGenerator<readonly ReadRow[]> {
  let number = 0
  for await (const text of sheetText(book, signal)) {
    const group: ReadRow[] = []
    for (const raw of splitter.push(text)) {
      const row = raw.says === undefined ? parseRow(raw.xml, number, book) : undefined
      number = row && row.number > number ? row.number : number + 1
      group.push({ xml: raw.xml, number, row, ...(raw.says === undefined ? {} : { says: raw.says }) })
    }
    yield group
  }
  if (!splitter.ended) throw new PlimsollError('files.truncated', 'The sheet ends before its table does.')
}

/** Values by position, as far as the columns go. */
function valuesOf(row: SheetRow): Native[] {
  const values: Native[] = []
  for (const cell of row.cells) {
    while (values.length < cell.column) values.push(null)
    values[cell.column] = cell.value
  }
  return values
}

const isBlank = (read: ReadRow): boolean => read.row !== undefined && read.row.cells.every((cell) => cell.value === null && cell.trouble === undefined)

function rowOf(read: ReadRow, columns: Columns, picked: ReadonlySet<number>): Row {
  const { row } = read
  if (row === undefined) return { line: read.number, raw: read.xml.slice(0, 2_000), values: {}, says: read.says ?? 'its XML is damaged' }
  const values = valuesOf(row)
  const raw = values.slice(0, columns.names.length).map((value) => (value === null ? '' : `${typeof value}:${cellOf(value)}`)).join('\t')
  const broken = row.cells.find((cell) => cell.trouble !== undefined && picked.has(cell.column))
  const formulas = row.cells.filter((cell) => cell.formula).map((cell) => columns.names[cell.column] || String(cell.column + 1))
  const common = { line: row.number, raw, ...(formulas.length > 0 ? { formulas: new Set(formulas) } : {}) }
  if (!broken) return { ...common, values: pickCells(values, columns) }
  const sure = !columns.key?.includes(broken.column)
  return { ...common, values: sure ? certainKey(values, { ...columns, keyLeads: true }) : {}, says: `${columns.names[broken.column]}: ${broken.trouble}` }
}

function headerOf(read: ReadRow, settings: FilesSettings, wanted: RowsWanted): Columns {
  const values = valuesOf(read.row!)
  return columnsOf(settings.header ? values.map((value) => (value === null ? null : cellOf(value))) : values.map((_, i) => String(i + 1)), wanted, wanted.place)
}

const positions = (columns: Columns): Set<number> => new Set(columns.picked.map((column) => column.at))

async function* rows(source: FileSource, settings: FilesSettings, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
  const book = await openWorkbook(source, settings, wanted.signal)
  let columns: Columns | undefined
  let picked = new Set<number>()
  for await (const group of sheetRows(book, new SheetSplitter(), wanted.signal)) {
    const out: Row[] = []
    for (const read of group) {
      if (isBlank(read)) continue
      if (columns === undefined) {
        if (read.row === undefined) throw new PlimsollError('files.header', `The first row of the sheet can't be read: ${read.says ?? 'its XML is damaged'}.`, { place: `${wanted.place}:${read.number}` })
        columns = headerOf(read, settings, wanted)
        picked = positions(columns)
        if (settings.header) continue
      }
      out.push(rowOf(read, columns, picked))
    }
    if (out.length > 0) yield out
  }
  if (columns === undefined) throw new PlimsollError('files.empty', 'The sheet is empty.', { place: wanted.place })
  if (columns.missing.length > 0) throw missingColumns(columns.missing, columns, wanted.place)
}

async function columnsIn(source: FileSource, settings: FilesSettings, wanted: RowsWanted): Promise<Columns | undefined> {
  const book = await openWorkbook(source, settings, wanted.signal)
  for await (const group of sheetRows(book, new SheetSplitter(), wanted.signal)) {
    const first = group.find((read) => !isBlank(read))
    if (first?.row) return headerOf(first, settings, { ...wanted, columns: undefined })
  }
  return undefined
}

async function rewrite(...[from, to, settings, newColumns, wanted, edit]: Parameters<Format['rewrite']>): Promise<void> {
  const zip = await ZipWriter.create(to)
  try {
    if (from === undefined) await writeNew(zip, settings, newColumns, edit)
    else await copyBook(zip, from, settings, newColumns, wanted, edit)
    await zip.close()
  } catch (error) {
    await zip.abandon()
    throw error
  }
}

async function copyBook(zip: ZipWriter, from: FileSource, settings: FilesSettings, newColumns: readonly NewColumn[], wanted: RowsWanted, edit: Parameters<Format['rewrite']>[5]): Promise<void> {
  const book = await openWorkbook(from, settings, wanted.signal)
  for (const entry of book.zip.entries.values()) {
    if (entry.name === book.part) await zip.add(entry.name, changedSheet(book, settings, newColumns, wanted, edit))
    else await zip.copy(book.zip, entry, wanted.signal)
  }
}

async function* changedSheet(book: Workbook, settings: FilesSettings, newColumns: readonly NewColumn[], wanted: RowsWanted, edit: Parameters<Format['rewrite']>[5]): AsyncGenerator<string> {
  const splitter = new SheetSplitter()
  let begun = false
  let columns: Columns | undefined
  let all: readonly string[] = []
  let places: ReadonlyMap<string, number> = new Map()
  let picked = new Set<number>()
  let last = 0
  let styles: readonly (string | undefined)[] = []
  for await (const group of sheetRows(book, splitter, wanted.signal)) {
    if (!begun && splitter.head !== '') {
      begun = true
      yield withoutExtent(splitter.head)
    }
    for (const read of group) {
      last = Math.max(last, read.number)
      if (read.row === undefined) throw new PlimsollError('files.content', `Row ${read.number} can't be copied: ${read.says ?? 'its XML is damaged'}.`, { place: `${wanted.place}:${read.number}` })
      if (isBlank(read)) {
        yield read.xml
        continue
      }
      if (columns === undefined) {
        columns = headerOf(read, settings, { ...wanted, columns: undefined })
        picked = positions(columns)
        const { names } = columns
        const extra = settings.header ? newColumns.map((column) => column.path).filter((path) => !names.includes(path)) : []
        all = [...names, ...extra]
        places = placesOf(all)
        if (settings.header) {
          yield extra.length === 0 ? read.xml : changedRow(read.xml, read.row, new Map(extra.map((name, i) => [names.length + i, name])), book, styles)
          continue
        }
      }
      styles = read.row.cells.reduce<(string | undefined)[]>((known, cell) => ((known[cell.column] = cell.style), known), [...styles])
      const row = rowOf(read, columns, picked)
      const change = edit.row(row)
      if (change === null) continue
      if (change === undefined) {
        yield read.xml
        continue
      }
      const cells = cellsOf(change, places)
      const xml = changedRow(read.xml, read.row, cells, book, styles)
      edit.wrote(change, rawOf(xml, read.number, columns, book))
      yield xml
    }
  }
  if (columns === undefined) throw new PlimsollError('files.empty', 'The sheet is empty; it has no columns to write to.', { place: wanted.place })
  for (const record of edit.added(all.filter((name) => name !== ''))) {
    last += 1
    const empty = `<${splitter.prefix}row r="${last}"></${splitter.prefix}row>`
    const cells = cellsOf(record, places)
    const xml = changedRow(empty, parseRow(empty, last - 1, book)!, cells, book, styles)
    edit.wrote(record, rawOf(xml, last, columns, book))
    yield xml
  }
  yield splitter.tail
}

const rawOf = (xml: string, number: number, columns: Columns, book: Book): string =>
  rowOf({ xml, number, row: parseRow(xml, number - 1, book) }, columns, new Set()).raw

/** Values by position; names that the table does not have are left out. */
const cellsOf = (record: NativeRecord, places: ReadonlyMap<string, number>): Map<number, Native> =>
  new Map(Object.keys(record).flatMap((name) => (places.has(name) ? [[places.get(name)!, record[name]!] as const] : [])))

/** How far the table reaches is said in the head, and would be wrong after rows were added. It need not be said. */
const withoutExtent = (head: string): string => head.replace(/<(?:\w+:)?dimension\b[^<>]*\/>/, '')

/** The row with other cells at some positions; cells it did not have get the format of the row above. */
function changedRow(xml: string, row: SheetRow, cells: ReadonlyMap<number, Native>, book: Workbook, styles: readonly (string | undefined)[]): string {
  const opening = xml.slice(0, row.inner[0]).replace(/\sspans="[^"]*"/, '').replace(/\/>$/, '>')
  const at = (column: number, style: string | undefined): Parameters<typeof writeCell>[1] => ({ column, row: row.number, style, prefix: row.prefix })
  const parts: string[] = []
  const open = [...cells.keys()].toSorted((a, b) => a - b)
  for (const cell of row.cells) {
    while (open.length > 0 && open[0]! < cell.column) parts.push(writeCell(cells.get(open[0]!)!, at(open[0]!, styles[open.shift()!]), book))
    if (open[0] === cell.column) parts.push(writeCell(cells.get(open.shift()!)!, at(cell.column, cell.style), book))
    else parts.push(xml.slice(cell.start, cell.end))
  }
  for (const column of open) parts.push(writeCell(cells.get(column)!, at(column, styles[column]), book))
  return `${opening}${parts.join('')}</${row.prefix}row>`
}

async function writeNew(zip: ZipWriter, settings: FilesSettings, columns: readonly NewColumn[], edit: Parameters<Format['rewrite']>[5]): Promise<void> {
  const { parts, book, head, tail } = newWorkbook(settings.sheet !== undefined && !/^\d+$/.test(settings.sheet) ? settings.sheet : 'Sheet1')
  for (const [name, text] of parts) await zip.add(name, once(text))
  const line = (number: number, values: readonly Native[], styles: boolean): string =>
    `<row r="${number}">${values.map((value, column) => writeCell(value, { column, row: number, style: styles ? newStyle(columns[column]!.type) : undefined, prefix: '' }, book)).join('')}</row>`
  const header = columns.map((column) => column.path)
  const names = columnsOf(header, { key: [], columns: undefined, mayLack: new Set(), signal: new AbortController().signal, place: 'the new file' }, 'the new file')
  await zip.add('xl/worksheets/sheet1.xml', sheet())

  async function* sheet(): AsyncGenerator<string> {
    yield head
    let number = 0
    if (settings.header) yield line((number += 1), header, false)
    for (const record of edit.added(header)) {
      number += 1
      const xml = line(number, header.map((name) => (Object.hasOwn(record, name) ? record[name]! : null)), true)
      edit.wrote(record, rawOf(xml, number, names, book))
      yield xml
    }
    yield tail
  }
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

export const xlsx: Format = {
  rows,
  rewrite,
  async valueRules(from, settings, wanted) {
    const columns = from === undefined ? undefined : await columnsIn(from, settings, wanted)
    return {
      columns: new Set(columns?.names.filter((name) => name !== '')),
      refuses(value) {
        if (value === null) return undefined
        const text = cellOf(value)
        if (text.length > 32_767) return 'a cell of a workbook holds at most 32,767 characters'
        if (text.includes('\0')) return 'it has a NUL character'
        return holdsText(text, 'utf-8') ? undefined : 'it has half of a character'
      },
      asRead,
    }
  },
}
