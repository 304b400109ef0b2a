import { PlimsollError } from '../../contract.ts'
import { MAX_ROW } from './format.ts'

export interface JsonItem {
  readonly line: number
  readonly raw: string
  /** What stands between the item before and this one: comma, line ends, blanks. */
  readonly lead: string
  readonly says?: string
}

interface Frame {
  readonly object: boolean
  /** Member or index that the scanner is in. */
  step: string
  index: number
  expectsName: boolean
}

const MAX_DEPTH = 100
const MAX_AROUND = 8 * 1024 * 1024

/**
 * Finds the items of one list in JSON text without building anything: an item is text, parsed by whoever wants it. What
 * stands around the list is kept, so that the file can be copied as it is.
 */
export class JsonSplitter {
  /** Text up to and with the `[` of the list, and from its `]` on. */
  head = ''
  tail = ''
  /** The file is one object, no list: it is the only item. */
  single = false
  readonly #steps: readonly string[]
  readonly #limit: number
  #mode: 'seek' | 'items' | 'tail' = 'seek'
  readonly #frames: Frame[] = []
  #inString = false
  #escaped = false
  #name: string[] | undefined
  #line = 1
  // Of the item that is being read:
  #depth = 0
  #parts: string[] = []
  #length = 0
  #lead = ''
  #itemLine = 0
  #inItem = false

  constructor(steps: readonly string[], limit = MAX_ROW) {
    this.#steps = steps
    this.#limit = limit
  }

  get ended(): boolean {
    return this.#mode === 'tail'
  }
  get found(): boolean {
    return this.#mode !== 'seek'
  }
  /** The file ended inside this item. */
  get begun(): JsonItem | undefined {
    if (!this.#inItem) return undefined
    return { line: this.#itemLine, raw: this.#parts.join(''), lead: this.#lead, says: 'the file ends inside it' }
  }

  push(text: string): JsonItem[] {
    const items: JsonItem[] = []
    let at = 0
    while (at < text.length) {
      if (this.#mode === 'seek') at = this.#seek(text, at)
      else if (this.#mode === 'items') at = this.#items(text, at, items)
      else {
        this.tail = this.#around(this.tail + text.slice(at))
        at = text.length
      }
    }
    return items
  }

  #around(text: string): string {
    if (text.length > MAX_AROUND) throw new PlimsollError('files.too_large', 'What stands around the list is larger than 8 MB.')
    return text
  }

  #seek(text: string, from: number): number {
    let at = from
    for (; at < text.length && this.#mode === 'seek'; at += 1) {
      const c = text[at]!
      if (c === '\n') this.#line += 1
      if (this.#inString) {
        this.#name?.push(c)
        if (this.#escaped) this.#escaped = false
        else if (c === '\\') this.#escaped = true
        else if (c === '"') this.#endString()
        continue
      }
      this.#symbol(c)
      if (this.single) break
    }
    this.head = this.#around(this.head + text.slice(from, at))
    return at
  }

  #endString(): void {
    this.#inString = false
    if (!this.#name) return
    try {
      this.#frames.at(-1)!.step = JSON.parse(this.#name.join('')) as string
    } catch {
      this.#frames.at(-1)!.step = ''
    }
    this.#name = undefined
  }

  #symbol(c: string): void {
    const top = this.#frames.at(-1)
    if (c === '"') {
      this.#inString = true
      this.#name = top?.expectsName ? ['"'] : undefined
    } else if (c === '{') {
      if (this.#frames.length === 0 && this.#steps.length === 0) {
        this.single = true
        this.#mode = 'items'
      } else {
        this.#enter(true)
      }
    } else if (c === '[') {
      const here = this.#frames.length === this.#steps.length && this.#frames.every((frame, i) => frame.step === this.#steps[i])
      if (here) this.#mode = 'items'
      else this.#enter(false)
    } else if (c === '}' || c === ']') {
      this.#frames.pop()
    } else if (c === ':' && top?.object) {
      top.expectsName = false
    } else if (c === ',' && top) {
      top.expectsName = top.object
      top.index += 1
      if (!top.object) top.step = String(top.index)
    }
  }

  #enter(object: boolean): void {
    if (this.#frames.length >= MAX_DEPTH) throw new PlimsollError('files.content', `The JSON is nested deeper than ${MAX_DEPTH} levels.`)
    this.#frames.push({ object, step: object ? '' : '0', index: 0, expectsName: object })
  }

  #items(text: string, from: number, items: JsonItem[]): number {
    let start = from
    // This loop sees every character: what changes in it is kept here and put back when it ends.
    let [line, depth, inString, escaped, inItem] = [this.#line, this.#depth, this.#inString, this.#escaped, this.#inItem]
    let at = from
    for (; at < text.length; at += 1) {
      if (inString) {
        for (; at < text.length; at += 1) {
          const inside = text.charCodeAt(at)
          if (inside === 10) line += 1
          if (escaped) escaped = false
          else if (inside === 92) escaped = true
          else if (inside === 34) {
            inString = false
            break
          }
        }
        continue
      }
      const code = text.charCodeAt(at)
      if (code === 10) line += 1
      // At the level of the list, outside an item: comma and blanks lead to the next one.
      if (!inItem) {
        if (code === 93) {
          this.#mode = 'tail'
          this.tail = this.#lead + text.slice(start, at)
          this.#lead = ''
          break
        }
        if (code === 44 || code === 32 || code === 10 || code === 13 || code === 9) continue
        this.#lead = this.#around(this.#lead + text.slice(start, at))
        start = at
        inItem = true
        this.#itemLine = line
      }
      if (code === 34) inString = true
      else if (code === 123 || code === 91) depth += 1
      else if (code === 125 || code === 93 || code === 44) {
        if (code !== 44 && depth > 0) depth -= 1
        else if (depth === 0 && code !== 125) {
          this.#keep(text.slice(start, at))
          items.push(this.#finish())
          inItem = false
          start = at
          at -= 1 // Looked at again, now outside an item.
          continue
        }
        if (this.single && depth === 0) {
          this.#keep(text.slice(start, at + 1))
          items.push(this.#finish())
          inItem = false
          this.#mode = 'tail'
          at += 1
          break
        }
      }
    }
    ;[this.#line, this.#depth, this.#inString, this.#escaped, this.#inItem] = [line, depth, inString, escaped, inItem]
    if (this.#mode === 'tail') return at
    if (inItem) this.#keep(text.slice(start))
    else this.#lead = this.#around(this.#lead + text.slice(start))
    return text.length
  }

  #keep(text: string): void {
    this.#length += text.length
    if (this.#length <= this.#limit) this.#parts.push(text)
    else if (this.#parts.length !== 1 || this.#parts[0]!.length > 200) this.#parts = [(this.#parts.join('') + text).slice(0, 200)]
  }

  #finish(): JsonItem {
    const text = this.#parts.length === 1 ? this.#parts[0]! : this.#parts.join('')
    const item = { line: this.#itemLine, raw: text.trimEnd(), lead: this.#lead }
    const tooLong = this.#length > this.#limit
    this.#lead = text.slice(item.raw.length)
    this.#parts = []
    this.#length = 0
    if (!tooLong) return item
    this.#lead = ''
    return { ...item, says: `it is longer than ${this.#limit} characters` }
  }
}
