/** XML: each element at one path is a record. Read as a stream; written by putting changed elements in the place of old ones. */
import { Numeral, PlimsollError } from '../../contract.ts'
import type { Native, NativeRecord } from '../../contract.ts'
import { elementXml, holdsXml, isXmlName, leafText, xmlScalar } from '../../xml-values.ts'
import type { Format, Row, RowsWanted, ValueRules } from './format.ts'
import { MAX_ROW, setOwn } from './format.ts'
import { isPackedName } from './gzip.ts'
import { stepsOf } from './record-keys.ts'
import type { FilesSettings } from './settings.ts'
import type { FileSource } from './source.ts'
import { encodingNamed, holdsText, isDamaged, openText, TextSink } from './text-file.ts'
import type { Encoding, TextPiece } from './text-file.ts'
import { changedXml } from './xml-change.ts'
import { LOOKED_AT, lookForRecords } from './xml-look.ts'
import { XmlSplitter } from './xml-splitter.ts'
import type { XmlItem } from './xml-splitter.ts'

/** What a new file is called inside, where no setting says it. */
const NEW_LIST = ['records', 'record'] as const

/** `<?xml version="1.0" encoding="windows-1250"?>`; one that says UTF-16 in single bytes is wrong about itself. */
function saidEncoding(start: Buffer): string | undefined {
  const said = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.-]{1,40})["']/.exec(start.toString('latin1', 0, 300))?.[1]
  return said === undefined || /^(utf-?16|ucs|iso-10646)/i.test(said) ? undefined : said
}

interface OpenXml {
  readonly encoding: Encoding
  readonly packed: boolean
  readonly record: readonly string[]
  readonly splitter: XmlSplitter
  readonly items: AsyncGenerator<readonly XmlItem[]>
  close(): Promise<void>
}

async function openXml(source: FileSource, settings: FilesSettings, wanted: RowsWanted, around: boolean): Promise<OpenXml> {
  const { encoding, packed, pieces, close } = await openText(source, settings.encoding, wanted.signal, saidEncoding)
  try {
    const begun: TextPiece[] = []
    const record = settings.list === undefined ? await look() : stepsOf(settings.list)
    const splitter = new XmlSplitter({ record, lists: settings.lists, namespaces: settings.namespaces, around, top: wanted.columns === undefined ? undefined : [...wanted.columns, ...wanted.key.map((path) => stepsOf(path)[0]!)] })
    return { encoding, packed, record, splitter, items: items(splitter), close }

    async function look(): Promise<readonly string[]> {
      let text = ''
      while (text.length < LOOKED_AT) {
        const next = await pieces.next()
        if (next.done) break
        begun.push(next.value)
        text += next.value.text
      }
      if (text.trim() === '') throw new PlimsollError('files.empty', 'The file is empty.', { place: wanted.place })
      return lookForRecords(text, wanted.key, settings.namespaces, wanted.place)
    }

    async function* all(): AsyncGenerator<TextPiece> {
      yield* begun.splice(0)
      yield* pieces
    }

    async function* items(of: XmlSplitter): AsyncGenerator<readonly XmlItem[]> {
      let suspect = false
      let any = false
      for await (const { text, damaged } of all()) {
        any ||= text.trim() !== ''
        const found = of.push(text)
        const doubtful: boolean = damaged || suspect
        yield doubtful ? found.map((item) => (isDamaged(item.raw) ? { ...item, says: `it has bytes that are no text in ${encoding.name}` } : item)) : found
        suspect = found.length > 0 ? damaged : doubtful
      }
      if (!any) throw new PlimsollError('files.empty', 'The file is empty.', { place: wanted.place })
      of.end()
    }
  } catch (error) {
    await close()
    throw error
  }
}

const rowOf = (item: XmlItem): Row => (item.says === undefined ? item : { line: item.line, raw: item.raw.slice(0, 2_000), values: {}, says: item.says })

async function* rows(source: FileSource, settings: FilesSettings, wanted: RowsWanted): AsyncGenerator<readonly Row[]> {
  const xml = await openXml(source, settings, wanted, false)
  let read = 0
  let damaged = 0
  try {
    for await (const group of xml.items) {
      if (group.length === 0) continue
      const out = group.map(rowOf)
      yield out
      read += out.length
      for (const { says, raw } of group) if (says !== undefined && isDamaged(raw)) damaged += 1
      if (damaged > 20 && damaged * 10 > read) break
    }
  } finally {
    await xml.close()
  }
  if (damaged > 0 && damaged * 10 > read) throw new PlimsollError('files.encoding', `The file is not written in ${xml.encoding.name}: ${damaged} of ${read} records have bytes that are no text.`, { place: wanted.place })
  if (!xml.splitter.found && xml.splitter.container === undefined && settings.list !== undefined && read === 0) await checkContainer(source, settings, wanted)
}

/** No record was met: is the list empty, or not where the setting says? */
async function checkContainer(source: FileSource, settings: FilesSettings, wanted: RowsWanted): Promise<void> {
  const xml = await openXml(source, settings, wanted, true)
  try {
    for await (const group of xml.items) if (group.length > 0) return
    if (xml.splitter.container === undefined) throw new PlimsollError('files.content', `The file has no list at ${JSON.stringify(settings.list)}.`, { place: wanted.place })
  } finally {
    await xml.close()
  }
}

const blanksAtEnd = (text: string): string => /\s*$/.exec(text)![0]
/** How the children of a record are laid out, by the first that was met. */
const leadInside = (raw: string, lead: string): string => /^<[^>]*[^/]>(\s*)</.exec(raw)?.[1] ?? (lead === '' ? '' : `${lead}  `)

async function rewrite(...[from, to, settings, , wanted, edit]: Parameters<Format['rewrite']>): Promise<void> {
  if (settings.namespaces.size > 0) throw new PlimsollError('files.settings', 'With `namespaces` XML files are read only: name their elements as they stand in the file.', { place: wanted.place })
  const xml = from === undefined ? undefined : await openXml(from, settings, wanted, true)
  const sink = await TextSink.create(to, xml?.encoding ?? newEncoding(settings, to), xml?.packed ?? isPackedName(wanted.place))
  const encoding = xml?.encoding.name ?? newEncoding(settings, to).name
  try {
    const record = xml?.record ?? (settings.list === undefined ? NEW_LIST : stepsOf(settings.list))
    let lead: string | undefined
    let inside: string | undefined
    if (xml) {
      for await (const group of xml.items) {
        for (const item of group) {
          if (item.says !== undefined) throw new PlimsollError('files.content', `The record in line ${item.line} can't be copied: ${item.says}.`, { place: `${wanted.place}:${item.line}` })
          lead ??= blanksAtEnd(item.lead)
          inside ??= leadInside(item.raw, lead)
          const change = edit.row(rowOf(item))
          if (change === null) {
            // Only the blanks before it go with it.
            await sink.write(item.lead.slice(0, item.lead.length - blanksAtEnd(item.lead).length))
            continue
          }
          const raw = change === undefined ? item.raw : escaped(changedXml(item.raw, change), encoding)
          if (change !== undefined) edit.wrote(change, raw)
          await sink.write(item.lead + raw)
        }
      }
    }
    const outer = record.slice(0, -1)
    lead ??= `\n${'  '.repeat(outer.length)}`
    inside ??= `${lead}  `
    const added = edit.added().map((values) => {
      const raw = escaped(elementXml(record.at(-1)!, values, inside!), encoding)
      edit.wrote(values, raw)
      return lead! + raw
    }).join('')
    if (!xml) {
      const opened = outer.map((name, i) => `\n${'  '.repeat(i)}<${name}>`).join('')
      const closed = outer.toReversed().map((name, i) => `\n${'  '.repeat(outer.length - 1 - i)}</${name}>`).join('')
      await sink.write(`<?xml version="1.0" encoding="${encoding.toUpperCase()}"?>${opened}${added}${closed}\n`)
    } else {
      await sink.write(withAdded(xml.splitter, added, wanted))
    }
    await sink.close()
  } catch (error) {
    await sink.abandon()
    throw error
  } finally {
    await xml?.close()
  }
}

/** The text behind the last record, with those that are added before it; in a file without records, inside the element that would hold them. */
function withAdded(splitter: XmlSplitter, added: string, wanted: RowsWanted): string {
  const { tail, container } = splitter
  if (added === '') return tail
  if (splitter.found) return added + tail
  if (container === undefined) throw new PlimsollError('files.content', 'The file has no element that could hold the record: set `list`.', { place: wanted.place })
  if (!container.selfClosing) return tail.slice(0, container.at).trimEnd() + added + (/\s*$/.exec(tail.slice(0, container.at))![0] || '\n') + tail.slice(container.at)
  return `${tail.slice(0, container.at).replace(/\s*\/>$/, '>')}${added}\n</${container.name}>${tail.slice(container.at)}`
}

const newEncoding = (settings: FilesSettings, place: string): Encoding =>
  ({ name: settings.encoding === undefined ? 'utf-8' : encodingNamed(settings.encoding, place), bom: new Uint8Array(0) })

/** Characters that the encoding does not have, by their number. */
const escaped = (raw: string, encoding: string): string =>
  encoding.startsWith('utf-') || holdsText(raw, encoding) ? raw : [...raw].map((sign) => (sign < '\u0080' || holdsText(sign, encoding) ? sign : `&#${sign.codePointAt(0)};`)).join('')

const isObject = (value: Native): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

async function valueRules(_from: FileSource | undefined, settings: FilesSettings): Promise<ValueRules> {
  const declared = new Set(settings.lists)
  const asRead = (value: Native): Native => {
    if (Array.isArray(value)) return value.map(asRead)
    if (!isObject(value)) return value === null ? null : leafText(xmlScalar(value))
    const seen: Record<string, Native> = {}
    for (const key of Object.keys(value)) setOwn(seen, key, asRead(value[key]!))
    return seen
  }
  const refuses = (value: Native, path: string, depth = 0): string | undefined => {
    if (depth > 40) return 'it is nested too deep'
    if (Array.isArray(value)) {
      if (!declared.has(path)) return `it is a list; name it in the setting \`lists\` (${path}), so that one item is read as a list, too`
      return value.map((item) => (Array.isArray(item) ? 'it is a list of lists, which XML does not have' : refuses(item, path, depth + 1))).find((says) => says !== undefined)
    }
    if (isObject(value)) {
      for (const key of Object.keys(value)) {
        const says = refusesName(key) ?? refuses(value[key]!, path === '' ? key : `${path}.${key}`, depth + 1)
        if (says !== undefined) return says
      }
      return undefined
    }
    const text = xmlScalar(value)
    if (text.length > MAX_ROW / 2) return 'it is too long'
    return holdsXml(text) ? undefined : 'it has a character that XML can\'t hold'
  }
  return { columns: undefined, refuses: (value, name) => refusesName(name) ?? refuses(value, name), asRead }
}

function refusesName(name: string): string | undefined {
  if (name === '#text') return undefined
  const parts = name.split('@')
  return parts.length <= 2 && parts.every((part, i) => (i === 0 && part === '' && parts.length === 2) || isXmlName(part)) ? undefined : `${JSON.stringify(name)} can't be the name of an element`
}

export const xml: Format = { rows, rewrite, valueRules }
