/**
 * XML as values, and values as XML: one mapping for files and interfaces. `docs/connectors/files.md` describes it:
 * an element with elements is an object, another one its text; attributes are `@name` in an object and `element@name` beside a text; what
 * repeats, or is said to be a list, is a list. No entities but the five of XML, nothing from outside: saxes knows no others.
 */
import { SaxesParser } from 'saxes'
import { Numeral } from '../base/numeral.ts'
import type { Native, NativeRecord } from './contract.ts'

export type XmlAttributes = Readonly<Record<string, string>>

/** Deeper than this no list is, and no parser of ours goes. */
export const XML_DEPTH = 64

interface Frame {
  name: string
  /** Inside the record, for lists that were declared; empty where none was. */
  path: string
  attributes: XmlAttributes | undefined
  wanted: boolean
  text: string
  values: Record<string, Native> | undefined
  /** Attributes of children that hold text, by the child's name. */
  beside: Map<string, XmlAttributes> | undefined
  lists: string[] | undefined
}

const isObject = (value: Native | undefined): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

function setOwn(record: Record<string, Native>, name: string, value: Native): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
  else record[name] = value
}

/** Text of an element without elements: blanks with a line end among them are how somebody laid out nothing. */
export const leafText = (text: string): string | null => (text === '' || (isBlank(text) && /[\n\r]/.test(text)) ? null : text)

function isBlank(text: string): boolean {
  const first = text.charCodeAt(0)
  return (first <= 32 || first >= 128) && /^\s*$/.test(text)
}

/** What an attribute says that is no value: where names of namespaces come from. */
const isNamespace = (name: string): boolean => name.startsWith('xmlns') && (name.length === 5 || name[5] === ':')

function attributesOf(held: XmlAttributes): XmlAttributes | undefined {
  for (const name in held) if (!isNamespace(name)) return held
  return undefined
}

/** Builds one element's value while its tags go by. */
export class XmlValue {
  readonly #lists: ReadonlySet<string>
  readonly #parents: ReadonlyMap<string, readonly string[]>
  /** Children of the outermost element that are wanted; undefined: all. */
  readonly #top: ReadonlySet<string> | undefined
  /** Open elements; those behind the depth are used again, because a large file has tens of millions of them. */
  readonly #frames: Frame[] = []
  #depth = 0

  /** `lists`: paths inside the element that are lists however often they stand there. */
  constructor(lists: readonly string[], top?: readonly string[]) {
    this.#lists = new Set(lists)
    const parents = new Map<string, string[]>()
    for (const list of lists) {
      const dot = list.lastIndexOf('.')
      const parent = list.slice(0, Math.max(dot, 0))
      parents.set(parent, [...(parents.get(parent) ?? []), list.slice(dot + 1)])
    }
    this.#parents = parents
    this.#top = top === undefined ? undefined : new Set(top.flatMap((name) => [name, name.replace(/@.*$/, '')]))
  }

  get depth(): number {
    return this.#depth
  }

  reset(): void {
    this.#depth = 0
  }

  /** `held`: undefined where there are surely none. */
  open(name: string, held: XmlAttributes | undefined): void {
    const depth = this.#depth
    const parent = depth === 0 ? undefined : this.#frames[depth - 1]!
    const frame = (this.#frames[depth] ??= { name, path: '', attributes: undefined, wanted: true, text: '', values: undefined, beside: undefined, lists: undefined })
    frame.name = name
    frame.path = parent === undefined || this.#lists.size === 0 ? '' : parent.path === '' ? name : `${parent.path}.${name}`
    frame.wanted = parent === undefined || (parent.wanted && (depth > 1 || this.#top === undefined || this.#top.has(name)))
    frame.attributes = frame.wanted && held !== undefined ? attributesOf(held) : undefined
    frame.text = ''
    frame.values = undefined
    frame.beside = undefined
    frame.lists = undefined
    // Before and between elements blanks say nothing.
    if (parent !== undefined && parent.text !== '' && isBlank(parent.text)) parent.text = ''
    this.#depth = depth + 1
  }

  text(text: string): void {
    if (this.#depth === 0) return
    const frame = this.#frames[this.#depth - 1]!
    if (!frame.wanted) return
    if (frame.text !== '') frame.text += text
    else if (frame.values === undefined || !isBlank(text)) frame.text = text
  }

  /** Ends the innermost element; the value of the outermost, when that was it. */
  close(): NativeRecord | undefined {
    this.#depth -= 1
    const frame = this.#frames[this.#depth]!
    if (this.#depth === 0) return objectOf(this.#finish(frame))
    const parent = this.#frames[this.#depth - 1]!
    if (frame.wanted) this.#give(parent, this.#finish(frame))
    else parent.values ??= {}
    return undefined
  }

  #finish(frame: Frame): Frame {
    if (this.#parents.size > 0) for (const name of this.#parents.get(frame.path) ?? []) {
      frame.values ??= {}
      if (!Object.hasOwn(frame.values, name)) setOwn(frame.values, name, [])
    }
    const { values } = frame
    if (values === undefined || frame.lists === undefined) return frame
    for (const name of frame.lists) {
      const list = values[name] as Native[]
      if (list.some(isObject)) setOwn(values, name, list.map((item) => (isObject(item) ? item : { '#text': item })))
    }
    return frame
  }

  #give(parent: Frame, child: Frame): void {
    const values = (parent.values ??= {})
    const { name } = child
    const isList = this.#lists.size > 0 && this.#lists.has(child.path)
    const plain = child.values === undefined
    // Most are not there yet; what is inherited is there, and looked at closely.
    if (!isList && (values[name] === undefined || !Object.hasOwn(values, name))) {
      setOwn(values, name, plain ? leafText(child.text) : objectOf(child))
      if (plain && child.attributes) {
        for (const key in child.attributes) if (!isNamespace(key)) setOwn(values, `${name}@${key}`, child.attributes[key]!)
        ;(parent.beside ??= new Map()).set(name, child.attributes)
      }
      return
    }
    const item = plain && !child.attributes ? leafText(child.text) : objectOf(child)
    let list = values[name]
    if (!Array.isArray(list) || !parent.lists?.includes(name)) {
      const first = Object.hasOwn(values, name) ? [itemBeside(parent, values, name)] : []
      list = first
      setOwn(values, name, list)
      ;(parent.lists ??= []).push(name)
    }
    ;(list as Native[]).push(item)
  }
}

/** The first of several: its attributes stood beside it as long as it was alone. */
function itemBeside(parent: Frame, values: Record<string, Native>, name: string): Native {
  const attributes = parent.beside?.get(name)
  if (attributes === undefined) return values[name]!
  parent.beside!.delete(name)
  const item: Record<string, Native> = {}
  for (const key in attributes) {
    if (isNamespace(key)) continue
    item[`@${key}`] = attributes[key]!
    delete values[`${name}@${key}`]
  }
  if (values[name] !== null) item['#text'] = values[name]!
  return item
}

function objectOf(frame: Frame): NativeRecord {
  if (frame.values !== undefined && frame.attributes === undefined && frame.text === '') return frame.values
  const made: Record<string, Native> = {}
  for (const key in frame.attributes) if (!isNamespace(key)) made[`@${key}`] = frame.attributes[key]!
  const text = frame.values === undefined ? leafText(frame.text) : frame.text.trim()
  if (text !== null && text !== '') made['#text'] = text
  if (frame.values === undefined) return made
  if (Object.keys(made).length === 0) return frame.values
  for (const name of Object.keys(frame.values)) setOwn(made, name, frame.values[name]!)
  return made
}

/** A whole document, which must be small: what its outermost element is called, and its value. Throws what the parser says. */
export function parseXml(text: string, lists: readonly string[] = []): { readonly name: string; readonly value: NativeRecord } {
  const parser = new SaxesParser<{ xmlns?: false }>()
  const value = new XmlValue(lists)
  let name = ''
  let whole: NativeRecord | undefined
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', (tag) => {
    if (value.depth === 0) name = tag.name
    if (value.depth >= XML_DEPTH) throw new Error(`it has elements within elements more than ${XML_DEPTH} deep`)
    value.open(tag.name, tag.attributes)
  })
  parser.on('text', (more) => value.text(more))
  parser.on('cdata', (more) => value.text(more))
  parser.on('closetag', () => void (whole = value.close()))
  parser.write(text).close()
  return { name, value: whole! }
}

const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_.\-:·]*$/u
/** Can an element or attribute be called so? */
export const isXmlName = (name: string): boolean => NAME.test(name)

// eslint-disable-next-line no-control-regex -- those are the characters that XML can't hold
const NEVER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
/** A character that XML has no way to write. */
export const holdsXml = (text: string): boolean => !NEVER.test(text)

export const xmlText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')
const LINE_ENDS: Readonly<Record<string, string>> = { '\n': '&#10;', '\r': '&#13;', '\t': '&#9;', '"': '&quot;' }
export const xmlAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(/[\n\r\t"]/g, (sign) => LINE_ENDS[sign]!)

/** A single value as text. */
export function xmlScalar(value: Native): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (value instanceof Numeral) return value.text
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value)
}

/** An element with this value. `lead`: what stands before each of its children (line end and blanks); they get two blanks more a level. */
export function elementXml(name: string, value: Native, lead: string, attributes: readonly (readonly [string, string])[] = []): string {
  const own = [...attributes]
  const children: string[] = []
  if (isObject(value)) {
    const beside = new Map<string, [string, string][]>()
    for (const key of Object.keys(value)) {
      const at = key.indexOf('@')
      if (value[key] === null) continue
      if (at === 0) own.push([key.slice(1), xmlScalar(value[key]!)])
      else if (at > 0) beside.set(key.slice(0, at), [...(beside.get(key.slice(0, at)) ?? []), [key.slice(at + 1), xmlScalar(value[key]!)]])
    }
    if (value['#text'] !== undefined && value['#text'] !== null) children.push(xmlText(xmlScalar(value['#text'])))
    for (const key of Object.keys(value)) {
      if (key.includes('@') || key === '#text') continue
      const held = value[key]!
      for (const item of Array.isArray(held) ? held : [held]) children.push(lead + elementXml(key, item, `${lead}  `, beside.get(key)))
      beside.delete(key)
    }
    for (const [key, held] of beside) children.push(lead + elementXml(key, null, lead, held))
    if (children.length > 0 && children.at(-1)!.startsWith(lead) && lead !== '') children.push(lead.slice(0, -2))
  } else {
    children.push(xmlText(xmlScalar(value)))
  }
  const tag = name + own.map(([key, text]) => ` ${key}="${xmlAttribute(text)}"`).join('')
  const inner = children.join('')
  return inner === '' ? `<${tag}/>` : `<${tag}>${inner}</${name}>`
}
