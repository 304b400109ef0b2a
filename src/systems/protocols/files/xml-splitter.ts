import { SaxesParser } from 'saxes'
import type { SaxesTagPlain } from 'saxes'
import { PlimsollError } from '../../contract.ts'
import type { NativeRecord } from '../../contract.ts'
import { XML_DEPTH, XmlValue } from '../../xml-values.ts'
import { MAX_ROW } from './format.ts'

export interface XmlItem {
  readonly line: number
  readonly raw: string
  /** What stands between the record before and this one. */
  readonly lead: string
  readonly values: NativeRecord
  readonly says?: string
}

/** Without a sign of an end: the parser would have to keep it. */
const MAX_OPEN = 32 * 1024 * 1024
const MAX_AROUND = 8 * 1024 * 1024

export interface XmlWanted {
  /** The element that is a record, from the root on. */
  readonly record: readonly string[]
  readonly lists: readonly string[]
  /** Namespaces by the prefix that the plan has for them; the file may have another one. */
  readonly namespaces: ReadonlyMap<string, string>
  readonly top: readonly string[] | undefined
  /** Text around the records is kept. */
  readonly around: boolean
}

/** Cuts XML into the elements that are records, and reads each. What stands around them is kept, so that the file can be copied as it is. */
export class XmlSplitter {
  /** Behind the last record so far; before the first, everything. */
  tail = ''
  /** Where in `tail` a first record would stand: before the end of the element around it, or undefined: there is no such element. */
  container: { readonly at: number; readonly selfClosing: boolean; readonly name: string } | undefined
  rootEnded = false
  readonly #parser = new SaxesParser<{ xmlns?: false }>()
  readonly #wanted: XmlWanted
  readonly #value: XmlValue
  readonly #names: Names | undefined
  #items: XmlItem[] = []
  #depth = 0
  /** Steps of the record's path that the open elements match. */
  #matched = 0
  #inside = 0
  #line = 1
  #start = 0
  #skipped = false
  /** Of the text that is still needed: from this position on. */
  #buffer = ''
  #from = 0
  #tailFrom = 0
  #lastEvent = 0
  #any = false
  /** The tag that is read has attributes. To look into a list of none costs as much as the rest of an element. */
  #attributed = false

  constructor(wanted: XmlWanted) {
    this.#wanted = wanted
    this.#value = new XmlValue(wanted.lists, wanted.top)
    this.#names = wanted.namespaces.size > 0 ? new Names(wanted.namespaces) : undefined
    const parser = this.#parser
    parser.on('error', (error) => {
      throw new PlimsollError('files.content', `The file is no valid XML: ${error.message.replace(/^[\w.]*:?\d+:\d+:\s*/, '')} (line ${parser.line}).`)
    })
    parser.on('doctype', refuseSubset)
    parser.on('attribute', () => void (this.#attributed = true))
    parser.on('opentag', (tag) => this.#open(tag))
    parser.on('closetag', (tag) => this.#close(tag))
    parser.on('text', (text) => this.#text(text))
    parser.on('cdata', (text) => this.#text(text))
  }

  get found(): boolean {
    return this.#any
  }
  /** The file ended inside this record. */
  get begun(): { readonly line: number } | undefined {
    return this.#inside > 0 ? { line: this.#line } : undefined
  }
  get depth(): number {
    return this.#depth
  }

  push(text: string): XmlItem[] {
    this.#items = []
    this.#buffer += text
    this.#parser.write(text)
    if (this.#parser.position - this.#lastEvent > MAX_OPEN) throw new PlimsollError('files.too_large', `Something in the file that begins near line ${this.#line} is longer than ${MAX_OPEN / 1_048_576} MB.`)
    this.#keep()
    return this.#items
  }

  /** Nothing follows: is what was read a whole document? */
  end(): void {
    if (this.#depth > 0 || !this.rootEnded) throw new PlimsollError('files.truncated', 'The file ends before its outermost element does.')
    this.#parser.close()
    this.#keep()
  }

  /** Moves on what is needed no more. */
  #keep(): void {
    const until = this.#inside > 0 ? this.#start : this.#parser.position
    if (this.#wanted.around && until > this.#tailFrom) {
      this.tail += this.#buffer.slice(this.#tailFrom - this.#from, until - this.#from)
      this.#tailFrom = until
      if (this.tail.length > MAX_AROUND) throw new PlimsollError('files.too_large', 'What stands around the records is larger than 8 MB.')
    }
    if (this.#skipped && this.#parser.position - this.#start > MAX_ROW) {
      this.#buffer = ''
      this.#from = this.#parser.position
      return
    }
    this.#buffer = this.#buffer.slice(until - this.#from)
    this.#from = until
  }

  #open(tag: SaxesTagPlain): void {
    const held = this.#attributed ? tag : undefined
    this.#attributed = false
    const { position } = this.#parser
    this.#lastEvent = position
    this.#depth += 1
    if (this.#depth > XML_DEPTH) throw new PlimsollError('files.content', `The file has elements within elements more than ${XML_DEPTH} deep (line ${this.#parser.line}).`)
    this.#names?.enter(tag)
    if (this.#inside > 0) {
      this.#inside += 1
      if (!this.#skipped) this.#value.open(this.#nameOf(tag.name), held && this.#attributesOf(held))
      return
    }
    const { record } = this.#wanted
    if (this.#matched !== this.#depth - 1 || this.#nameOf(tag.name) !== record[this.#matched]) return
    this.#matched += 1
    if (this.#matched < record.length) return
    this.#inside = 1
    this.#any = true
    this.#skipped = false
    this.#line = this.#parser.line
    this.#start = this.#tagStart(position)
    this.#value.reset()
    this.#value.open(this.#nameOf(tag.name), held && this.#attributesOf(held))
  }

  /** A tag's `<`: nothing else in a tag may be one. */
  #tagStart(end: number): number {
    return this.#from + this.#buffer.lastIndexOf('<', end - this.#from - 1)
  }

  #text(text: string): void {
    this.#lastEvent = this.#parser.position
    if (this.#inside > 0 && !this.#skipped) this.#value.text(text)
  }

  #close(tag: SaxesTagPlain): void {
    const { position } = this.#parser
    this.#lastEvent = position
    if (this.#inside > 0) {
      this.#inside -= 1
      const values = this.#skipped ? undefined : this.#value.close()
      if (this.#inside > 0 && !this.#skipped && position - this.#start > MAX_ROW) this.#skipped = true
      if (this.#inside === 0) this.#record(values, position)
    } else if (this.#matched === this.#depth && this.#matched === this.#wanted.record.length - 1 && !this.#any && this.container === undefined && this.#wanted.around) {
      const at = tag.isSelfClosing ? position : this.#tagStart(position)
      this.container = { at: this.tail.length + at - this.#tailFrom, selfClosing: tag.isSelfClosing, name: tag.name }
    }
    this.#names?.leave()
    if (this.#matched === this.#depth) this.#matched -= 1
    this.#depth -= 1
    if (this.#depth === 0) this.rootEnded = true
  }

  #record(values: NativeRecord | undefined, position: number): void {
    const { around } = this.#wanted
    const lead = around ? this.tail + this.#buffer.slice(this.#tailFrom - this.#from, this.#start - this.#from) : ''
    this.tail = ''
    this.#tailFrom = position
    if (values === undefined || position - this.#start > MAX_ROW) {
      this.#items.push({ line: this.#line, raw: this.#buffer.slice(Math.max(0, this.#start - this.#from), Math.max(0, this.#start - this.#from) + 200), lead, values: {}, says: `it is longer than ${MAX_ROW} characters` })
      return
    }
    this.#items.push({ line: this.#line, raw: this.#buffer.slice(this.#start - this.#from, position - this.#from), lead, values })
  }

  #nameOf(name: string): string {
    return this.#names ? this.#names.of(name) : name
  }
  #attributesOf(tag: SaxesTagPlain): Readonly<Record<string, string>> {
    return this.#names ? this.#names.attributes(tag) : tag.attributes
  }
}

/** Entities are never made: neither those of the file itself nor others. */
export function refuseSubset(doctype: string): void {
  if (doctype.includes('[')) throw new PlimsollError('files.content', 'The file declares entities or elements of its own (DOCTYPE with [ ]); that is not read.')
}

/** Prefixes of the plan for the namespaces of the file. */
export class Names {
  readonly #known: ReadonlyMap<string, string>
  readonly #scopes: ReadonlyMap<string, string>[] = [new Map()]

  constructor(known: ReadonlyMap<string, string>) {
    this.#known = known
  }

  enter(tag: SaxesTagPlain): void {
    let scope = this.#scopes.at(-1)!
    for (const name in tag.attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
      if (scope === this.#scopes.at(-1)) scope = new Map(scope)
      ;(scope as Map<string, string>).set(name === 'xmlns' ? '' : name.slice(6), tag.attributes[name]!)
    }
    this.#scopes.push(scope)
  }
  leave(): void {
    this.#scopes.pop()
  }

  /** Without a prefix an attribute is in no namespace, an element in the default one. */
  of(name: string, attribute = false): string {
    const colon = name.indexOf(':')
    if (colon < 0 && attribute) return name
    const uri = this.#scopes.at(-1)!.get(colon < 0 ? '' : name.slice(0, colon))
    const prefix = uri === undefined ? undefined : this.#known.get(uri)
    if (prefix === undefined) return name
    return prefix === '' ? name.slice(colon + 1) : `${prefix}:${name.slice(colon + 1)}`
  }
  attributes(tag: SaxesTagPlain): Record<string, string> {
    const renamed = Object.create(null) as Record<string, string>
    for (const name in tag.attributes) renamed[this.of(name, true)] = tag.attributes[name]!
    return renamed
  }
}
