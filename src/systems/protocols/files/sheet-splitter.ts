import { PlimsollError } from '../../contract.ts'
import { MAX_ROW } from './format.ts'
import { nextTag } from './sheet-xml.ts'

export interface RawRow {
  readonly xml: string
  readonly says?: string
}

const MAX_AROUND = 16 * 1024 * 1024

/** Cuts the XML of a sheet into its rows, and what stands before and behind them. */
export class SheetSplitter {
  /** Up to and with `<sheetData>`. */
  head = ''
  tail = ''
  prefix = ''
  #mode: 'head' | 'rows' | 'tail' = 'head'
  #rest = ''
  /** Start of a row that is too long; only its end is looked for. */
  #skipped: string | undefined

  get ended(): boolean {
    return this.#mode === 'tail'
  }

  push(piece: string): RawRow[] {
    const rows: RawRow[] = []
    this.#rest += piece
    if (this.#mode === 'head') this.#begin()
    if (this.#mode === 'rows') this.#rows(rows)
    if (this.#mode === 'tail') {
      this.tail += this.#rest
      this.#rest = ''
    }
    if (this.head.length + this.tail.length > MAX_AROUND || (this.#mode === 'head' && this.#rest.length > MAX_AROUND)) {
      throw new PlimsollError('files.too_large', 'What stands around the rows of the sheet is larger than 16 MB.')
    }
    return rows
  }

  #begin(): void {
    for (let tag = nextTag(this.#rest, 0); tag; tag = nextTag(this.#rest, tag.end)) {
      if (tag.name !== 'sheetData') continue
      this.prefix = tag.prefix
      this.head = this.#rest.slice(0, tag.end)
      this.#mode = 'rows'
      this.#rest = this.#rest.slice(tag.end)
      if (tag.kind === 'empty') {
        this.head = `${this.head.slice(0, tag.start)}<${tag.prefix}sheetData>`
        this.#rest = `</${tag.prefix}sheetData>${this.#rest}`
      }
      return
    }
  }

  #rows(rows: RawRow[]): void {
    const closing = `</${this.prefix}row>`
    let at = 0
    for (;;) {
      if (this.#skipped !== undefined) {
        const end = this.#rest.indexOf(closing, at)
        if (end < 0) {
          this.#rest = this.#rest.slice(-closing.length)
          return
        }
        rows.push({ xml: this.#skipped, says: `it is longer than ${MAX_ROW} characters` })
        this.#skipped = undefined
        at = end + closing.length
      }
      const tag = nextTag(this.#rest, at)
      if (!tag) break
      if (tag.name === 'sheetData' && tag.kind === 'close') {
        this.#mode = 'tail'
        this.#rest = this.#rest.slice(tag.start)
        return
      }
      if (tag.name !== 'row' || tag.kind === 'close') {
        at = tag.end
        continue
      }
      let end = tag.end
      if (tag.kind === 'open') {
        const close = this.#rest.indexOf(closing, tag.end)
        if (close < 0) {
          at = tag.start
          break
        }
        end = close + closing.length
      }
      const xml = this.#rest.slice(tag.start, end)
      if (xml.includes('<!')) throw new PlimsollError('files.content', 'The sheet has comments or CDATA among its rows; no spreadsheet program writes that.')
      rows.push(xml.length > MAX_ROW ? { xml: xml.slice(0, 200), says: `it is longer than ${MAX_ROW} characters` } : { xml })
      at = end
    }
    this.#rest = this.#rest.slice(at)
    if (this.#rest.length > MAX_ROW) {
      this.#skipped = this.#rest.slice(0, 200)
      this.#rest = this.#rest.slice(-closing.length)
    }
  }
}
