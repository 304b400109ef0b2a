import { MAX_ROW } from './format.ts'

export interface CsvDialect {
  readonly delimiter: string
  /** Empty: no quoting. */
  readonly quote: string
  /** What means "nothing" when it stands without quotes. */
  readonly nullText: string | undefined
}

export interface CsvRow {
  readonly line: number
  /** The row as it stands, without its line end. */
  readonly raw: string
  readonly end: '\n' | '\r\n' | '\r' | ''
  /** `null`: an empty cell without quotes; `''`: an empty one in quotes. */
  readonly cells: readonly (string | null)[]
  readonly says?: string
  /** The file ended inside a quoted cell. */
  readonly open?: boolean
}

const LF = 10
const CR = 13

/**
 * Text → rows (RFC 4180, with the liberties that real files take: any line end, quotes inside cells that do not begin with
 * one). Knows the difference between an empty cell and an empty text, which line a row began on, and its exact text; that is
 * why it is our own.
 */
export class CsvScanner {
  readonly #dialect: CsvDialect
  readonly #limit: number
  #rest = ''
  #line: number
  /** Inside a row that is too long: only its end is looked for. */
  #skipped: { readonly line: number; readonly raw: string; inQuotes: boolean } | undefined

  constructor(dialect: CsvDialect, line = 1, limit = MAX_ROW) {
    this.#dialect = dialect
    this.#line = line
    this.#limit = limit
  }

  /** The rows that end in what was pushed so far. `last`: nothing follows. */
  push(piece: string, last = false): CsvRow[] {
    const rows: CsvRow[] = []
    let text = this.#rest + piece
    this.#rest = ''
    for (;;) {
      if (this.#skipped) {
        const next = this.#skip(text, last, rows)
        if (next === undefined) return rows
        text = text.slice(next)
      }
      const at = this.#rows(text, last, rows)
      text = text.slice(at)
      if (text.length <= this.#limit) {
        this.#rest = text
        return rows
      }
      this.#skipped = { line: this.#line, raw: text.slice(0, 200), inQuotes: false }
    }
  }

  /** Whole rows from the start of `text`; returns where the first one begins that is not whole. */
  #rows(text: string, last: boolean, rows: CsvRow[]): number {
    const { quote, nullText } = this.#dialect
    const delimiter = this.#dialect.delimiter.charCodeAt(0)
    const quoteCode = quote === '' ? -1 : quote.charCodeAt(0)
    const length = text.length
    let pos = 0
    while (pos < length) {
      const start = pos
      const cells: (string | null)[] = []
      let says: string | undefined
      let lines = 1
      for (;;) {
        const quoted = text.charCodeAt(pos) === quoteCode
        let cell = ''
        if (quoted) {
          const close = this.#closing(text, pos + 1)
          if (close < 0 || (close + 1 >= length && !last)) {
            if (!last) return start
            rows.push({ line: this.#line, raw: text.slice(start), end: '', cells, says: 'a quote is opened and never closed', open: true })
            return length
          }
          cell = text.slice(pos + 1, close)
          lines += newlines(cell)
          if (cell.includes(quote)) cell = cell.replaceAll(quote + quote, quote)
          pos = close + 1
        }
        const from = pos
        let code = -1
        for (; pos < length; pos += 1) {
          const c = text.charCodeAt(pos)
          if (c === delimiter || c === LF || c === CR) {
            code = c
            break
          }
        }
        if (quoted) {
          if (pos > from) says = 'text stands after a closing quote'
          cells.push(cell)
        } else {
          cell = text.slice(from, pos)
          cells.push(cell === '' || cell === nullText ? null : cell)
        }
        if (code === delimiter) {
          pos += 1
          continue
        }
        // A CR at the very end may be half of a CR LF.
        if (!last && (code === -1 || (code === CR && pos + 1 === length))) return start
        break
      }
      const raw = text.slice(start, pos)
      const end = pos === length ? '' : text.charCodeAt(pos) === LF ? '\n' : text.charCodeAt(pos + 1) === LF ? '\r\n' : '\r'
      pos += end.length
      if (raw.length > this.#limit) rows.push(this.#tooLong(raw, end))
      else rows.push(says === undefined ? { line: this.#line, raw, end, cells } : { line: this.#line, raw, end, cells, says })
      this.#line += lines
    }
    return length
  }

  #closing(text: string, from: number): number {
    const { quote } = this.#dialect
    let close = text.indexOf(quote, from)
    while (close >= 0 && text[close + 1] === quote) close = text.indexOf(quote, close + 2)
    return close
  }

  #tooLong(raw: string, end: CsvRow['end']): CsvRow {
    return { line: this.#line, raw: raw.slice(0, 200), end, cells: [], says: `it is longer than ${this.#limit} characters` }
  }

  /** Looks for the end of the row that is skipped; where the next one begins, or undefined: not in this text. */
  #skip(text: string, last: boolean, rows: CsvRow[]): number | undefined {
    const skipped = this.#skipped!
    const quoteCode = this.#dialect.quote === '' ? -1 : this.#dialect.quote.charCodeAt(0)
    for (let pos = 0; pos < text.length; pos += 1) {
      const code = text.charCodeAt(pos)
      if (code === quoteCode) skipped.inQuotes = !skipped.inQuotes
      else if (code === LF || (code === CR && text.charCodeAt(pos + 1) !== LF)) {
        this.#line += 1
        if (skipped.inQuotes) continue
        rows.push({ ...this.#tooLong(skipped.raw, '\n'), line: skipped.line })
        this.#skipped = undefined
        return pos + 1
      }
    }
    if (last) {
      const open = skipped.inQuotes
      rows.push({ ...this.#tooLong(skipped.raw, ''), line: skipped.line, ...(open ? { says: 'a quote is opened and never closed', open } : {}) })
      this.#skipped = undefined
    }
    return undefined
  }
}

function newlines(text: string): number {
  let lines = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === LF || (code === CR && text.charCodeAt(i + 1) !== LF)) lines += 1
  }
  return lines
}
