/** What of a workbook is not in its sheets: which sheets there are, their texts, which formats are dates. */
import { posix } from 'node:path'
import { PlimsollError } from '../../contract.ts'
import type { FilesSettings } from './settings.ts'
import type { FileSource } from './source.ts'
import { SharedTexts } from './shared-texts.ts'
import { stringItem, unescapeText } from './sheet-cells.ts'
import type { Book, DateStyle } from './sheet-cells.ts'
import { attribute, nextTag, tagsOf } from './sheet-xml.ts'
import { ZipReader } from './zip.ts'

const MAX_PART = 16 * 1024 * 1024
const MAX_STRINGS = 256 * 1024 * 1024
const MAX_SHEET = 4 * 1024 * 1024 * 1024

export interface Workbook extends Book {
  readonly zip: ZipReader
  /** Part with the chosen sheet. */
  readonly part: string
}

export async function openWorkbook(source: FileSource, settings: FilesSettings, signal: AbortSignal): Promise<Workbook> {
  const zip = await ZipReader.open(source, signal)
  const root = await relations(zip, '', signal)
  const main = root.find((relation) => relation.type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml'
  const book = await whole(zip, main, signal)
  const parts = await relations(zip, main, signal)
  const sheet = chooseSheet(book, settings)
  const part = parts.find((relation) => relation.id === sheet.relation && relation.type.endsWith('/worksheet'))?.target
  if (part === undefined || !zip.entries.has(part)) throw new PlimsollError('files.content', `The sheet ${JSON.stringify(sheet.name)} has no table.`)
  const partOf = (type: string): string | undefined => parts.find((relation) => relation.type.endsWith(type) && zip.entries.has(relation.target))?.target
  const strings = partOf('/sharedStrings')
  const styles = partOf('/styles')
  const properties = [...tagsOf(book)].find((tag) => tag.name === 'workbookPr')
  return {
    zip, part,
    strings: strings === undefined ? new SharedTexts() : await readStrings(zip, strings, signal),
    dates: styles === undefined ? [] : dateStyles(await whole(zip, styles, signal)),
    from1904: ['1', 'true'].includes((properties && attribute(properties, 'date1904')) ?? ''),
  }
}

interface Relation { readonly id: string; readonly type: string; readonly target: string }

async function relations(zip: ZipReader, part: string, signal: AbortSignal): Promise<Relation[]> {
  const folder = posix.dirname(part)
  const name = posix.join(part === '' ? '' : folder, '_rels', `${posix.basename(part)}.rels`)
  if (!zip.entries.has(name)) throw new PlimsollError('files.content', 'The file is no XLSX workbook: it is a ZIP archive with something else.')
  const xml = await whole(zip, name, signal)
  return [...tagsOf(xml)].filter((tag) => tag.name === 'Relationship').map((tag) => {
    const target = attribute(tag, 'Target') ?? ''
    return {
      id: attribute(tag, 'Id') ?? '',
      type: attribute(tag, 'Type') ?? '',
      target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
    }
  })
}

function chooseSheet(book: string, settings: FilesSettings): { name: string; relation: string } {
  const sheets = [...tagsOf(book)].filter((tag) => tag.name === 'sheet').map((tag) => ({
    name: attribute(tag, 'name') ?? '',
    relation: attribute(tag, 'r:id') ?? /\bid\s*=\s*["']([^"']*)["']/.exec(tag.text)?.[1] ?? '',
    hidden: (attribute(tag, 'state') ?? 'visible') !== 'visible',
  }))
  const wanted = settings.sheet
  const found = wanted === undefined ? (sheets.find((sheet) => !sheet.hidden) ?? sheets[0]) : (sheets.find((sheet) => sheet.name === wanted) ?? (/^\d+$/.test(wanted) ? sheets[Number(wanted) - 1] : undefined))
  if (found) return found
  const names = sheets.map((sheet) => JSON.stringify(sheet.name)).join(', ')
  throw new PlimsollError('files.content', wanted === undefined ? 'The workbook has no sheet.' : `The workbook has no sheet ${JSON.stringify(wanted)}; it has ${names}.`)
}

/** Text of a part, refused if it is large or has a document type. */
async function whole(zip: ZipReader, part: string, signal: AbortSignal): Promise<string> {
  let text = ''
  for await (const piece of partText(zip, part, MAX_PART, signal)) text += piece
  return text
}

export const sheetText = (book: Workbook, signal: AbortSignal): AsyncGenerator<string> => partText(book.zip, book.part, MAX_SHEET, signal)

async function* partText(zip: ZipReader, part: string, limit: number, signal: AbortSignal): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let before = ''
  try {
    for await (const bytes of zip.read(part, limit, signal)) {
      decoder ??= new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8', { fatal: true })
      const text = decoder.decode(bytes, { stream: true })
      // Anywhere: a comment before it may be of any length.
      if (/<!DOCTYPE/i.test(before + text)) throw new PlimsollError('files.content', `The part ${part} of the workbook has a document type; that is not allowed.`)
      before = text.slice(-9)
      yield text
    }
    const rest = decoder?.decode() ?? ''
    if (rest !== '') yield rest
  } catch (error) {
    if (error instanceof TypeError) throw new PlimsollError('files.content', `The part ${part} of the workbook is no UTF-8 text.`, { cause: error })
    throw error
  }
}

async function readStrings(zip: ZipReader, part: string, signal: AbortSignal): Promise<SharedTexts> {
  const strings = new SharedTexts()
  let rest = ''
  for await (const piece of partText(zip, part, MAX_STRINGS, signal)) {
    rest += piece
    let at = 0
    for (let tag = nextTag(rest, 0); tag; tag = nextTag(rest, at)) {
      if (tag.name !== 'si' || tag.kind === 'close') {
        at = tag.end
        continue
      }
      if (tag.kind === 'empty') {
        strings.add('')
        at = tag.end
        continue
      }
      const close = `</${tag.prefix}si>`
      const end = rest.indexOf(close, tag.end)
      if (end < 0) break
      strings.add(unescapeText(stringItem(rest.slice(tag.end, end))))
      at = end + close.length
    }
    rest = rest.slice(at)
    if (rest.length > MAX_PART) throw new PlimsollError('files.too_large', 'A text in the workbook is longer than 16 MB.')
  }
  return strings
}

/** Numbers of the built-in formats (ECMA-376 part 1, 18.8.30) that show dates or times. */
const BUILT_IN: ReadonlyMap<number, DateStyle> = new Map<number, DateStyle>([
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'date'] as const),
  ...[18, 19, 20, 21, 32, 33, 45, 47, 55, 56].map((id) => [id, 'time'] as const),
  [22, 'datetime'],
])

function dateStyles(xml: string): DateStyle[] {
  const custom = new Map<number, DateStyle>()
  const styles: DateStyle[] = []
  let inFormats = false
  for (let tag = nextTag(xml, 0); tag; tag = nextTag(xml, tag.end)) {
    if (tag.name === 'cellXfs') inFormats = tag.kind === 'open'
    else if (tag.kind === 'close') continue
    else if (tag.name === 'numFmt') custom.set(Number(attribute(tag, 'numFmtId')), dateStyle(attribute(tag, 'formatCode') ?? ''))
    else if (tag.name === 'xf' && inFormats) {
      const id = Number(attribute(tag, 'numFmtId') ?? 0)
      styles.push(custom.has(id) ? custom.get(id) : BUILT_IN.get(id))
    }
  }
  return styles
}

/** Does a number format show a date or a time? Elapsed time (`[h]:mm`) is a number. */
export function dateStyle(format: string): DateStyle {
  if (/\[(h+|m+|s+)\]/i.test(format)) return undefined
  const code = format.replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').replaceAll(/am\/pm|a\/p|general/gi, '').split(';')[0]!
  const time = /[hs]/i.test(code)
  const date = /[yd]/i.test(code) || (/m/i.test(code) && !time)
  return date ? (time ? 'datetime' : 'date') : time ? 'time' : undefined
}
