/** Benches on files: the other user is a program that reads the whole file and puts a new one in its place. */
import { chmodSync, copyFileSync, mkdtempSync, existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import ExcelJS from 'exceljs'
import { SaxesParser } from 'saxes'
import { systemClock } from '../../../src/base/clock.ts'
import { parseJson, writeJson } from '../../../src/base/json.ts'
import type { Bench } from '../../../src/rehearse/conformance/bench.ts'
import { type Native, type NativeRecord, Numeral, type SettingValues } from '../../../src/systems/contract.ts'
import { filesConnector } from '../../../src/systems/protocols/files/index.ts'

type FormatName = 'csv' | 'json' | 'xlsx' | 'xml'
const COLUMNS = ['sku', 'email', 'name', 'city', 'note', 'price', 'born'] as const
const QUOTE = /[",\n\r]|^$|^\s|\s$/

interface Other {
  write(file: string, rows: readonly NativeRecord[]): Promise<void>
  read(file: string): Promise<NativeRecord[]>
}

const csvCell = (value: Native): string => {
  if (value === null) return ''
  const text = String(value)
  return QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Each format read and written by somebody else's library. */
const OTHERS: Readonly<Record<FormatName, Other>> = {
  csv: {
    async write(file, rows) {
      writeFileSync(file, [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => csvCell(row[column] ?? null)).join(','))].map((line) => `${line}\r\n`).join(''))
    },
    async read(file) {
      const rows = parse(readFileSync(file), { columns: true, bom: true, cast: (value, { quoting }) => (value === '' && !quoting ? null : value) as string }) as NativeRecord[]
      return rows.map((row) => ({ ...row }))
    },
  },
  json: {
    async write(file, rows) {
      writeFileSync(file, `[\n${rows.map((row) => writeJson(row as Native)).join(',\n')}\n]\n`)
    },
    read: async (file) => parseJson(readFileSync(file, 'utf8')) as NativeRecord[],
  },
  xml: {
    async write(file, rows) {
      const element = (name: string, value: Native): string => (value === null ? `<${name}/>` : `<${name}>${String(value).replaceAll(/[&<>]/g, (sign) => SIGNS[sign]!)}</${name}>`)
      writeFileSync(file, `<?xml version="1.0"?>\n<people>\n${rows.map((row) => `  <person>${Object.entries(row).map(([name, value]) => element(name, value)).join('')}</person>\n`).join('')}</people>\n`)
    },
    read: async (file) => elements(readFileSync(file, 'utf8')),
  },
  xlsx: {
    async write(file, rows) {
      const book = new ExcelJS.Workbook()
      const sheet = book.addWorksheet('list')
      sheet.addRow([...COLUMNS])
      for (const row of rows) sheet.addRow(COLUMNS.map((column) => { const value = row[column] ?? null; return value instanceof Numeral ? Number(value.text) : value }))
      await book.xlsx.writeFile(file)
    },
    async read(file) {
      const book = new ExcelJS.Workbook()
      await book.xlsx.readFile(file)
      const rows: NativeRecord[] = []
      book.worksheets[0]!.eachRow((row, n) => {
        if (n === 1) return
        const values: Record<string, Native> = {}
        COLUMNS.forEach((column, i) => { values[column] = cell(row.getCell(i + 1).value) })
        rows.push(values)
      })
      return rows
    },
  },
}

/** Elements of elements of the outermost one, with the bare parser. */
function elements(text: string): NativeRecord[] {
  const rows: Record<string, Native>[] = []
  const parser = new SaxesParser()
  let depth = 0
  let held = ''
  parser.on('opentag', () => {
    depth += 1
    if (depth === 2) rows.push({})
    held = ''
  })
  parser.on('text', (more) => { held += more })
  parser.on('closetag', ({ name, isSelfClosing }) => {
    if (depth === 3) rows.at(-1)![name] = isSelfClosing ? null : held
    depth -= 1
  })
  parser.write(text).close()
  return rows
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function cell(value: ExcelJS.CellValue): Native {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return new Numeral(String(value))
  if (typeof value === 'object' && 'richText' in value) return value.richText.map((run) => run.text).join('')
  return value as string
}

const EXACT: Readonly<Record<FormatName, ReadonlyMap<string, readonly Native[]>>> = {
  csv: new Map([['price', ['0.1', '12345678901234567890.12', '9223372036854775807']], ['born', ['2024-02-29', '1812-06-24']], ['name', ['007', ' x ', 'a "b", c', 'line\nend', 'Zażółć ß 日本 😀', 'NULL', '1e5']]]),
  json: new Map<string, readonly Native[]>([['price', [new Numeral('0.1'), new Numeral('12345678901234567890.12'), new Numeral('9223372036854775807'), 12]], ['born', ['2024-02-29']], ['name', ['007', ' x ', 'a "b", c', 'line\nend', 'Zażółć ß 日本 😀', 'null']]]),
  xml: new Map([['price', ['0.1', '12345678901234567890.12', '9223372036854775807']], ['born', ['2024-02-29', '1812-06-24']], ['name', ['007', ' x ', 'a "b", <c> & d', 'line\nend', 'Zażółć ß 日本 😀', 'NULL', '1e5']]]),
  xlsx: new Map<string, readonly Native[]>([['price', [new Numeral('0.1'), 12, new Numeral('-1234.5')]], ['born', ['2024-02-29']], ['name', ['007', ' x ', 'a "b", c', 'line\nend', 'Zażółć ß 日本 😀', '1e5']]]),
}

/** Lists of which the connector is sure only when it has read all: a cut makes each of them end badly. */
function cut(file: string): void {
  truncateSync(file, Math.floor(statSync(file).size / 2))
}

/** Files that lie elsewhere: how the other user brings a file there, and sees what is there now. */
export interface FarFolder {
  readonly name: string
  readonly settings: SettingValues
  put(file: string, name: string): Promise<void>
  /** False: there is none. */
  get(name: string, file: string): Promise<boolean>
  remove(name: string): Promise<void>
}

/** A server's folder, which this machine can look into. */
export function servedFolder(name: string, server: { readonly folder: string; settings(): SettingValues; own(path: string): void }): FarFolder {
  const at = (file: string): string => join(server.folder, file)
  return {
    name, settings: server.settings(),
    async put(file, to) {
      copyFileSync(file, at(`${to}.tmp`))
      chmodSync(at(`${to}.tmp`), 0o644)
      server.own(at(`${to}.tmp`))
      renameSync(at(`${to}.tmp`), at(to))
    },
    async get(from, file) {
      if (!existsSync(at(from))) return false
      copyFileSync(at(from), file)
      return true
    },
    remove: async (of) => rmSync(at(of), { force: true }),
  }
}

export function filesBench(format: FormatName, far?: FarFolder): { readonly bench: Bench; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-conformance-'))
  const name = `people.${format}`
  const file = join(folder, name)
  const other = OTHERS[format]
  const push = async (): Promise<void> => far?.put(file, name)
  const load = async (): Promise<Map<string, NativeRecord>> => {
    const there = far ? await far.get(name, file) : existsSync(file)
    return new Map((there ? await other.read(file) : []).map((row) => [String(row['sku']), row]))
  }
  const store = async (rows: ReadonlyMap<string, NativeRecord>): Promise<void> => {
    await other.write(`${file}.tmp`, [...rows.values()])
    renameSync(`${file}.tmp`, file)
    await push()
  }
  const spoil = async (): Promise<void> => {
    await load()
    cut(file)
    await push()
  }
  const bad = 'a\0b'
  const record = (n: number): NativeRecord => ({ sku: `K${String(n).padStart(5, '0')}`, email: `p${n}@example.test`, name: `Łucja ${n}`, city: `City ${n}`, price: format === 'csv' || format === 'xml' ? '12.30' : new Numeral('12.3'), born: '1990-01-31' })
  return {
    close: () => rmSync(folder, { recursive: true, force: true }),
    bench: {
      name: far ? `files ${far.name}` : `files ${format.toUpperCase()}`, clock: systemClock,
      open: () => filesConnector.open({ ...(far ? far.settings : { folder }), format, settle: 0, ...(format === 'xml' ? { list: 'people.person' } : {}) }, { clock: systemClock, system: 'supplier', timeZone: 'UTC', readOnly: false, budget: async () => {} }),
      spec: { resource: `people.${format}`, key: ['sku'], parts: new Map(), identifiers: [['email'], ['email', 'city']], columns: ['sku', 'email', 'name', 'city', 'price', 'born'], creates: COLUMNS.filter((path) => path !== 'note').map((path) => ({ path, type: 'text' })) },
      shape: { key: 'sku', keyBy: 'hub', text: 'name', identifier: 'email', second: 'city', outside: 'note', nullable: format !== 'xlsx' && format !== 'xml' },
      record, exact: EXACT[format],
      // There is no text that JSON can't hold.
      ...(format === 'json' ? {} : { poison: { record: (n) => ({ ...record(n), name: bad }), update: { name: bad }, field: 'name' } }),
      faults: {
        half: spoil,
        // A list that lost its records: only its frame is left, and the frame of CSV is its header.
        ...(format === 'json' || format === 'xml' ? { empty: async () => { writeFileSync(file, ''); await push() } } : {}),
        breakOff: async () => spoil,
        missing: async () => (far ? far.remove(name) : rmSync(file)),
        mend: async () => {},
      },
      user: {
        reset: () => store(new Map()),
        seed: async (records) => {
          const rows = await load()
          for (const values of records) rows.set(String(values['sku']), { note: 'n', ...values })
          await store(rows)
          return records.map((values) => String(values['sku']))
        },
        edit: async (key, values) => {
          const rows = await load()
          rows.set(key, { ...rows.get(key), ...values })
          await store(rows)
        },
        remove: async (key) => {
          const rows = await load()
          rows.delete(key)
          await store(rows)
        },
        all: load,
      },
    },
  }
}
