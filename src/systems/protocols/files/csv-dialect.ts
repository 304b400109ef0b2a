import { CsvScanner } from './csv-scanner.ts'
import type { CsvDialect, CsvRow } from './csv-scanner.ts'
import type { FilesSettings } from './settings.ts'

const DELIMITERS = [',', ';', '\t', '|']
const SAMPLE = 64 * 1024

/** `sep=;` in the first line: what some spreadsheet programs write for themselves. It is not part of the table. */
const SEPARATOR_LINE = /^sep=(.)(\r\n|\n|\r)/

export interface SeenDialect extends CsvDialect {
  /** Text before the header, to be kept when writing. */
  readonly preamble: string
}

/** The dialect of a file by its beginning; what the settings say is not questioned. */
export function detectDialect(start: string, settings: FilesSettings): SeenDialect {
  const line = SEPARATOR_LINE.exec(start)
  const rest = { quote: settings.quote, nullText: settings.nullText }
  if (line && (settings.delimiter ?? line[1]) === line[1]) return { ...rest, preamble: line[0], delimiter: line[1]! }
  if (settings.delimiter !== undefined) return { ...rest, preamble: '', delimiter: settings.delimiter }
  const sample = start.slice(0, SAMPLE)
  let best = { delimiter: ',', same: 0, columns: 1 }
  for (const delimiter of DELIMITERS) {
    const rows = sampleRows(sample, { ...rest, delimiter })
    const columns = rows[0]?.cells.length ?? 1
    if (columns < 2) continue
    const same = rows.filter((row) => row.cells.length === columns).length / rows.length
    if (same > best.same || (same === best.same && columns > best.columns)) best = { delimiter, same, columns }
  }
  return { ...rest, preamble: '', delimiter: best.delimiter }
}

/** Up to 50 rows that are surely whole. */
function sampleRows(sample: string, dialect: CsvDialect): CsvRow[] {
  const scanner = new CsvScanner(dialect)
  const rows = scanner.push(sample)
  const whole = rows.length > 0 || sample.length >= SAMPLE ? rows : scanner.push('', true)
  return whole.filter((row) => row.raw !== '').slice(0, 50)
}
