import { TextLines, TextPlace } from './text-place.ts'
import type { Entry, MapNode, Node, TextNode } from './tree.ts'
import { LIMITS } from './yaml-tokens.ts'

/**
 * The form in which nearly all of a large plan is written, read in one go over its lines: maps by indentation, values on
 * one line, brackets that close on their line, comments. Whatever else YAML allows, and whatever looks like a mistake,
 * is left to `readYaml`: then the answer is undefined. What is answered is what `readYaml` would answer.
 */
export function readStraight(text: string, file: string): MapNode | undefined {
  if (text.length > LIMITS.bytes / 4 || ELSEWHERE.test(text)) return undefined
  try {
    return new Lines(text, file).root()
  } catch (error) {
    if (error === NOT_STRAIGHT) return undefined
    throw error
  }
}

/** Tabs, carriage returns, marks of documents and byte order. */
const ELSEWHERE = /[\t\r\ufeff]|^(?:---|\.\.\.|%)/m
const NOT_STRAIGHT = new Error('not straight')
const leave = (): never => {
  throw NOT_STRAIGHT
}

const [NEWLINE, BLANK, QUOTE, HASH, APOSTROPHE, COMMA, DASH, COLON, QUESTION, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] =
  [10, 32, 34, 35, 39, 44, 45, 58, 63, 91, 92, 93, 123, 125] as const
/** Signs that mean something else where a plain value would begin. */
const NO_BEGINNING: ReadonlySet<number> = new Set([...'!&*|>%@`"\'#,[]{}?:-'].map((sign) => sign.codePointAt(0)!))
const MAX_KEY = 1_000
const FEW = 8
const MAX_DEPTH = LIMITS.nesting - 4
const SENTENCE = /\s/
const GOES_ON = /^\p{Ll}/u

/** A map that goes on over lines; its place ends where its last value ended. */
interface Open { readonly indent: number; readonly entries: Entry[]; readonly keys: Set<string>; readonly place: TextPlace }

class Lines {
  readonly #text: string
  readonly #lines: TextLines
  #at = 0
  #values = 0

  constructor(text: string, file: string) {
    this.#text = text
    this.#lines = new TextLines(text, file)
  }

  root(): MapNode {
    const text = this.#text
    const open: Open[] = []
    /** A key whose value is the map on the lines below it. */
    let waiting: TextPlace | undefined
    /** Columns of the comment lines since the last line with content: the least. */
    let comments = Number.POSITIVE_INFINITY
    let most = -1
    let end = 0
    const close = (indent: number): void => {
      while (open.length > 0 && open.at(-1)!.indent > indent) {
        const done = open.pop()!
        // A comment that belongs to a map that ends here would be part of it.
        if (most >= done.indent && done.indent > 0) leave()
        const parent = open.at(-1)
        if (!parent) return void leave()
        done.place.endsAt(end)
        const last = parent.entries.length - 1
        const { key, keyPlace } = parent.entries[last]!
        parent.entries[last] = { key, keyPlace, value: { is: 'map', entries: done.entries.slice(), place: done.place } }
      }
    }
    while (this.#at < text.length) {
      const lineStart = this.#at
      let at = lineStart
      while (text.charCodeAt(at) === BLANK) at += 1
      const sign = text.charCodeAt(at)
      if (Number.isNaN(sign) || sign === NEWLINE) {
        this.#at = at + 1
        continue
      }
      const indent = at - lineStart
      if (sign === HASH) {
        // Further in than the values above it, a comment belongs to the last of them.
        if (!waiting && open.length > 0 && indent > open.at(-1)!.indent) leave()
        comments = Math.min(comments, indent)
        most = Math.max(most, indent)
        const next = text.indexOf('\n', at)
        this.#at = next < 0 ? text.length : next + 1
        continue
      }
      const top = open.at(-1)
      if (waiting) {
        if (indent <= top!.indent) leave()
        // A comment further left than what it stands above is somebody else's.
        if (comments < indent) leave()
      } else if (top) {
        close(indent)
        if (open.at(-1)!.indent !== indent) leave()
      }
      comments = Number.POSITIVE_INFINITY
      most = -1
      this.#at = at
      if (waiting || !top) {
        if (open.length >= MAX_DEPTH) leave()
        open.push({ indent, entries: [], keys: new Set(), place: new TextPlace(this.#lines, at, at, waiting?.up, waiting?.key ?? '') })
        this.#values += 1
      }
      const into = open.at(-1)!
      const { key, keyPlace } = this.#key(into.place)
      if (into.keys.has(key)) leave()
      into.keys.add(key)
      while (text.charCodeAt(this.#at) === BLANK) this.#at += 1
      const begins = text.charCodeAt(this.#at)
      if (begins === NEWLINE || Number.isNaN(begins) || begins === HASH) {
        if (begins === HASH) leave()
        waiting = keyPlace
        into.entries.push({ key, keyPlace, value: NOTHING })
        this.#at += 1
        continue
      }
      waiting = undefined
      const value = this.#value(into.place, key, false, open.length)
      into.entries.push({ key, keyPlace, value })
      end = this.#endOfLine(value)
    }
    if (waiting || open.length === 0) return leave()
    close(0)
    const root = open[0]!
    if (open.length !== 1 || root.indent !== 0) leave()
    root.place.endsAt(end)
    return { is: 'map', entries: root.entries, place: root.place }
  }

  /** After a value: blanks and a comment at most. Where the next line begins. */
  #endOfLine(value: Node): number {
    const text = this.#text
    const after = this.#at
    while (text.charCodeAt(this.#at) === BLANK) this.#at += 1
    const sign = text.charCodeAt(this.#at)
    if (sign === HASH) {
      if (this.#at === after) leave()
      // It may have been cut by the comment.
      if (value.is === 'text' && !value.quoted && /["']/.test(value.text)) leave()
      const next = text.indexOf('\n', this.#at)
      this.#at = next < 0 ? text.length : next
    } else if (sign !== NEWLINE && !Number.isNaN(sign)) leave()
    this.#at = Math.min(this.#at + 1, text.length)
    return this.#at
  }

  /** A key up to and with its colon. */
  #key(map: TextPlace): { readonly key: string; readonly keyPlace: TextPlace } {
    const text = this.#text
    const from = this.#at
    const first = text.charCodeAt(from)
    if (first === QUOTE || first === APOSTROPHE) {
      const key = this.#quoted(first)
      const until = this.#at
      if (text.charCodeAt(until) !== COLON || !this.#isGap(until + 1)) leave()
      this.#at = until + 1
      return { key, keyPlace: new TextPlace(this.#lines, from, until, map, key) }
    }
    if (NO_BEGINNING.has(first)) leave()
    let at = from
    for (; ; at += 1) {
      const sign = text.charCodeAt(at)
      if (sign === COLON) {
        if (this.#isGap(at + 1)) break
      } else if (sign === NEWLINE || Number.isNaN(sign) || sign === HASH || sign === COMMA || sign === OPEN_MAP || sign === CLOSE_MAP || sign === OPEN_LIST || sign === CLOSE_LIST || sign === QUOTE || sign === APOSTROPHE) leave()
    }
    if (at - from > MAX_KEY || at === from || text.charCodeAt(at - 1) === BLANK) leave()
    const key = text.slice(from, at)
    if (key === '<<') leave()
    this.#at = at + 1
    return { key, keyPlace: new TextPlace(this.#lines, from, at, map, key) }
  }

  #isGap(at: number): boolean {
    const sign = this.#text.charCodeAt(at)
    return sign === BLANK || sign === NEWLINE || Number.isNaN(sign)
  }

  #value(up: TextPlace, key: string | number, inBrackets: boolean, depth: number): Node {
    this.#values += 1
    if (this.#values > LIMITS.values / 2 || depth > MAX_DEPTH) leave()
    const sign = this.#text.charCodeAt(this.#at)
    if (sign === OPEN_MAP) return this.#flowMap(up, key, depth)
    if (sign === OPEN_LIST) return this.#flowList(up, key, depth)
    const from = this.#at
    if (sign === QUOTE || sign === APOSTROPHE) {
      const text = this.#quoted(sign)
      return { is: 'text', text, quoted: true, empty: false, place: new TextPlace(this.#lines, from, this.#at, up, key) }
    }
    return this.#plain(up, key, inBrackets)
  }

  #plain(up: TextPlace, key: string | number, inBrackets: boolean): TextNode {
    const text = this.#text
    const from = this.#at
    const first = text.charCodeAt(from)
    // `-5` is a number, `- 5` an item.
    if (NO_BEGINNING.has(first) && !(first === DASH && isDigit(text.charCodeAt(from + 1)))) leave()
    let at = from
    let until = from
    for (; ; at += 1) {
      const sign = text.charCodeAt(at)
      if (sign === BLANK) continue
      if (sign === NEWLINE || Number.isNaN(sign)) break
      if (sign === HASH && text.charCodeAt(at - 1) === BLANK) break
      if (sign === COLON) {
        if (this.#isGap(at + 1)) leave()
        const next = text.charCodeAt(at + 1)
        if (inBrackets && (next === COMMA || next === CLOSE_MAP || next === CLOSE_LIST || next === OPEN_LIST || next === OPEN_MAP)) leave()
      }
      if (inBrackets && (sign === COMMA || sign === CLOSE_MAP || sign === CLOSE_LIST || sign === OPEN_LIST || sign === OPEN_MAP)) break
      until = at + 1
    }
    this.#at = until
    return { is: 'text', text: text.slice(from, until), quoted: false, empty: false, place: new TextPlace(this.#lines, from, until, up, key) }
  }

  /** Without anything that has to be put together. */
  #quoted(sign: number): string {
    const text = this.#text
    const from = this.#at + 1
    for (let at = from; ; at += 1) {
      const here = text.charCodeAt(at)
      if (here === sign) {
        if (sign === APOSTROPHE && text.charCodeAt(at + 1) === APOSTROPHE) leave()
        this.#at = at + 1
        return text.slice(from, at)
      }
      if (here === NEWLINE || Number.isNaN(here) || (here === BACKSLASH && sign === QUOTE)) leave()
    }
  }

  #blanks(): number {
    while (this.#text.charCodeAt(this.#at) === BLANK) this.#at += 1
    return this.#text.charCodeAt(this.#at)
  }

  #flowMap(up: TextPlace, own: string | number, depth: number): MapNode {
    const place = new TextPlace(this.#lines, this.#at, this.#at, up, own)
    const entries: Entry[] = []
    /** Of more than a few. */
    let keys: Set<string> | undefined
    this.#at += 1
    if (this.#blanks() === CLOSE_MAP) this.#at += 1
    else for (;;) {
      if (this.#text.charCodeAt(this.#at) === QUESTION) leave()
      const { key, keyPlace } = this.#key(place)
      if (keys === undefined ? entries.some((e) => e.key === key) : keys.has(key)) leave()
      if (entries.length === FEW) keys = new Set(entries.map((e) => e.key))
      keys?.add(key)
      const begins = this.#blanks()
      if (begins === COMMA || begins === CLOSE_MAP) leave()
      entries.push({ key, keyPlace, value: this.#value(place, key, true, depth + 1) })
      const ends = this.#blanks()
      this.#at += 1
      if (ends === CLOSE_MAP) break
      if (ends !== COMMA) leave()
      if (this.#blanks() === CLOSE_MAP) leave()
    }
    place.endsAt(this.#at)
    // A list that grew has room for more; nothing comes any more.
    return { is: 'map', entries: entries.slice(), place }
  }

  #flowList(up: TextPlace, key: string | number, depth: number): Node {
    const place = new TextPlace(this.#lines, this.#at, this.#at, up, key)
    const items: Node[] = []
    this.#at += 1
    if (this.#blanks() === CLOSE_LIST) this.#at += 1
    else for (;;) {
      const item = this.#value(place, items.length, true, depth + 1)
      const before = items.at(-1)
      // A sentence that a comma split is told by `readYaml`.
      if (item.is === 'text' && before?.is === 'text' && GOES_ON.test(item.text) && SENTENCE.test(before.text)) leave()
      items.push(item)
      const ends = this.#blanks()
      this.#at += 1
      if (ends === CLOSE_LIST) break
      if (ends !== COMMA) leave()
      if (this.#blanks() === CLOSE_LIST) leave()
    }
    place.endsAt(this.#at)
    return { is: 'list', items: items.slice(), place }
  }
}

const isDigit = (sign: number): boolean => sign >= 48 && sign <= 57

const NOTHING: TextNode = { is: 'text', text: '', quoted: false, empty: true, place: { file: '', line: 0, column: 0, range: [0, 0], pointer: '' } }
