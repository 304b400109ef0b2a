import { isAlias, isMap, isPair, isScalar, isSeq, type ParsedNode, Scalar } from 'yaml'
import type { Mistake, Severity } from './mistakes.ts'
import { readStraight } from './read-straight.ts'
import { step, TextLines } from './text-place.ts'
import type { Entry, ListNode, MapNode, Node, Place, TextNode } from './tree.ts'
import { compose, LIMITS, type Sign } from './yaml-tokens.ts'
import { CONTROL_SIGN, syntaxMistake } from './yaml-syntax.ts'

export interface PlanText {
  /** Absent when the text can't be read as a plan at all. */
  readonly root?: MapNode
  readonly mistakes: readonly Mistake[]
}

/**
 * One file of a plan: YAML text → tree of text with places, and what is wrong with the way it is written
 * (plan-language §3.1, §3.2). Never throws. What the author surely meant (a value cut by ` #` or split by a comma) is
 * put together again after it was reported, so that it brings no second mistake.
 */
export function readYaml(text: string, file: string): PlanText {
  const root = CONTROL_SIGN.test(text) ? undefined : readStraight(text, file)
  return root ? { root, mistakes: [] } : readByLibrary(text, file)
}

/** The same for whatever YAML there is, more slowly. */
export function readByLibrary(text: string, file: string): PlanText {
  const places = new Places(text, file)
  if (text.length > LIMITS.bytes || Buffer.byteLength(text) > LIMITS.bytes) return refuse(places, 'TOO_LARGE', 0)
  const control = CONTROL_SIGN.exec(text)
  if (control) return refuse(places, 'CONTROL_SIGN', control.index)
  const { document, signs, problems } = compose(text)
  const reader = new Reader(text, places, signs)
  const root = document?.contents ? reader.root(document.contents) : undefined
  if (problems.length === 0) {
    const mistakes = inOrder([...reader.mistakes, ...reader.leftOver()])
    if (root) return { root, mistakes }
    return document?.contents ? { mistakes } : refuse(places, 'EMPTY', 0)
  }
  const first = problems.reduce((a, b) => (b.offset < a.offset ? b : a))
  const shown = first.shown ?? first.offset
  const syntax = syntaxMistake(first.code, text, places.at(shown, Math.min(shown + 1, text.length), ''))
  const before = inOrder([...reader.mistakes, ...reader.leftOver()]).filter((m) => m.place.range[0] < shown)
  // On the same line the syntax error is only what came of the sign before it.
  const follows = before.some((m) => m.place.line === syntax.place.line && m.severity === 'error')
  return { mistakes: follows ? before : [...before, syntax] }
}

const inOrder = (mistakes: readonly Mistake[]): Mistake[] => mistakes.toSorted((a, b) => a.place.range[0] - b.place.range[0])
const refuse = (places: Places, code: string, at: number): PlanText => ({ mistakes: [syntaxMistake(code, places.text, places.at(at, at, ''))] })

/** Offset → place. */
class Places {
  readonly text: string
  readonly #file: string
  readonly #lines: TextLines
  constructor(text: string, file: string) {
    this.text = text
    this.#file = file
    this.#lines = new TextLines(text, file)
  }

  at(from: number, until: number, pointer: string): Place {
    return { file: this.#file, ...this.#lines.at(from), range: [from, until], pointer }
  }
}

const MAX_MISTAKES = 1_000
const SENTENCE = /^\p{Lu}\S*\s+\S/u
const GOES_ON = /^\p{Ll}/u

class Reader {
  readonly mistakes: Mistake[] = []
  readonly #text: string
  readonly #places: Places
  readonly #signs: readonly Sign[]
  readonly #told = new Set<Sign>()
  #values = 0
  #full = false

  constructor(text: string, places: Places, signs: readonly Sign[]) {
    this.#text = text
    this.#places = places
    this.#signs = signs
  }

  root(node: ParsedNode): MapNode | undefined {
    const tree = this.#node(node, '', 1)
    if (tree.is === 'map') return this.#full ? undefined : tree
    this.#tell('yaml-syntax', tree.place, 'A plan begins with names and values, not with a single text or a list.', 'Begin with plimsoll: 1.')
    return undefined
  }

  /** Anchors, and signs on values that are not in the tree. */
  leftOver(): Mistake[] {
    const seen = new Set<number>()
    return this.#signs.flatMap((sign) => {
      if (this.#told.has(sign)) return []
      const place = this.#places.at(sign.offset, sign.offset + sign.source.length, '')
      if (seen.has(place.line)) return []
      seen.add(place.line)
      return [signMistake(sign, place)]
    })
  }

  #tell(id: string, place: Place, says: string, mend?: string, severity: Severity = 'error', also?: readonly Place[]): void {
    // Somebody who sees a thousand mistakes has enough to do.
    if (this.mistakes.length < MAX_MISTAKES) this.mistakes.push({ id, severity, place, says, ...(mend && { mend }), ...(also && { also }) })
  }

  #place(node: ParsedNode, pointer: string): Place {
    return this.#places.at(node.range[0], node.range[1], pointer)
  }

  #node(node: ParsedNode, pointer: string, depth: number): Node {
    this.#values += 1
    const place = this.#place(node, pointer)
    const deep = depth > LIMITS.nesting && !isScalar(node)
    if (this.#values > LIMITS.values || deep) {
      if (!this.#full) this.mistakes.push(syntaxMistake(deep ? 'TOO_DEEP' : 'TOO_MANY', this.#text, place))
      this.#full = true
      return { is: 'text', text: '', quoted: false, empty: true, place }
    }
    if (isMap(node)) return this.#map(node as never, place, depth)
    if (isSeq(node)) return this.#list(node as never, place, depth)
    return this.#scalar(node, place)
  }

  #scalar(node: ParsedNode, place: Place): TextNode {
    if (isAlias(node)) return { is: 'text', text: '', quoted: false, empty: true, place }
    const scalar = node as Scalar.Parsed
    const source = String(scalar.source ?? '')
    if (scalar.tag !== undefined) return this.#tagged(source, place)
    const quoted = scalar.type !== Scalar.PLAIN
    if (quoted || source === '') return { is: 'text', text: source, quoted, empty: !quoted, place }
    const whole = this.#uncut(source, place)
    return { is: 'text', text: whole ?? source, quoted: false, empty: false, place }
  }

  /** `where: !customer.test`: the sign and what follows are one value. */
  #tagged(source: string, place: Place): TextNode {
    const sign = this.#signs.findLast((s) => s.is === 'tag' && s.offset <= place.range[0])
    if (!sign) return { is: 'text', text: source, quoted: false, empty: source === '', place }
    const whole = this.#places.at(sign.offset, Math.max(place.range[1], sign.offset + sign.source.length), place.pointer)
    for (const other of this.#signs) if (other.offset >= whole.range[0] && other.offset < whole.range[1]) this.#told.add(other)
    const text = this.#text.slice(...whole.range)
    this.mistakes.push(signMistake({ ...sign, source: text }, whole))
    return { is: 'text', text, quoted: false, empty: false, place: whole }
  }

  /** A plain value that ends in a comment although a quote is open: the whole of what was meant. */
  #uncut(source: string, place: Place): string | undefined {
    const end = place.range[1]
    if (!/["']/.test(source)) return undefined
    const rest = /^[ \t]+#.*/.exec(this.#text.slice(end, end + 2_000))?.[0]
    const quote = openQuote(source)
    if (rest === undefined || quote === undefined || !rest.includes(quote)) return undefined
    const hash = end + rest.indexOf('#')
    this.#tell(
      'yaml-cut', this.#places.at(hash, end + rest.length, place.pointer),
      `A blank and # begin a comment: the value ends before \`${shorten(rest.trim())}\`.`, 'Put the whole value in quotes.',
    )
    return source + rest.trimEnd()
  }

  #list(node: { items: readonly ParsedNode[]; flow?: boolean }, place: Place, depth: number): ListNode {
    const items: Node[] = []
    for (const item of node.items) {
      if (isPair(item)) continue
      const here = this.#node(item, step(place.pointer, items.length), depth + 1)
      const before = items.at(-1)
      if (node.flow && isPlain(here) && isPlain(before) && GOES_ON.test(here.text) && SENTENCE.test(before.text)) {
        this.#tell('looks-split', here.place, `\`${shorten(here.text)}\` is an item of its own: inside [ ] a comma ends the item before.`, 'Write the sentence in "quotes" if it is one.', 'note')
      }
      items.push(here)
    }
    return { is: 'list', items, place }
  }

  #map(node: { items: readonly { key: ParsedNode; value: ParsedNode | null }[]; flow?: boolean }, place: Place, depth: number): MapNode {
    const entries: Entry[] = []
    const first = new Map<string, Place>()
    let torn = false
    for (const pair of node.items) {
      const key = this.#key(pair.key, place.pointer)
      if (key === undefined) continue
      const keyPlace = this.#place(pair.key, step(place.pointer, key))
      if (pair.value === null) {
        this.#comma(key, keyPlace, entries, torn)
        torn = true
        continue
      }
      torn = false
      if (isAlias(pair.value)) continue
      const value = this.#node(pair.value, keyPlace.pointer, depth + 1)
      const earlier = first.get(key)
      if (earlier) {
        this.#tell('yaml-twice', keyPlace, `\`${key}\` stands here and in line ${earlier.line} (column ${earlier.column}); the later one would win silently.`, 'Keep one of them.', 'error', [earlier])
      } else {
        first.set(key, keyPlace)
        entries.push({ key, keyPlace, value })
      }
    }
    return { is: 'map', entries, place }
  }

  /** Keys are text as written; anything else is refused and left out. */
  #key(node: ParsedNode, pointer: string): string | undefined {
    if (isAlias(node)) return undefined
    const place = this.#place(node, pointer)
    if (!isScalar(node)) {
      this.mistakes.push(syntaxMistake('COMPLEX_KEY', this.#text, place))
      return undefined
    }
    const source = String(node.source ?? '')
    if ((node as Scalar).tag !== undefined) {
      this.#tagged(source, place)
      return undefined
    }
    if (source === '' && node.type === Scalar.PLAIN) {
      this.mistakes.push(syntaxMistake('NO_KEY', this.#text, place))
      return undefined
    }
    if (source === '<<' && node.type === Scalar.PLAIN) {
      this.#tell('yaml-alias', place, '`<<` (merging another value in) is not part of the plan language.', 'Use `types`, `defaults` or `like` for what recurs.')
      for (const sign of this.#signs) if (this.#places.at(sign.offset, sign.offset, '').line === place.line) this.#told.add(sign)
      return undefined
    }
    return source
  }

  /** `{ note: 2,900 people }`: what stands after the comma is a key without a value. Told once for all pieces of a sentence. */
  #comma(key: string, place: Place, entries: Entry[], told: boolean): void {
    const before = entries.at(-1)
    if (!before) {
      if (!told) this.#tell('yaml-comma', place, `Inside { } each name has a value, and \`${shorten(key)}\` has none.`, `Write ${shorten(key)}: and its value, or put a list in [ ].`)
      return
    }
    if (!told) this.#tell('yaml-comma', place, `Inside { } a comma ends the value: \`${shorten(key)}\` became a key of its own.`, 'Write the sentence in "quotes" or on a line of its own.')
    if (before.value.is !== 'text' || before.value.quoted) return
    const from = before.value.place
    const whole = { ...from, range: [from.range[0], place.range[1]] as const }
    entries[entries.length - 1] = { ...before, value: { ...before.value, empty: false, text: this.#text.slice(...whole.range), place: whole } }
  }
}

const isPlain = (node: Node | undefined): node is TextNode => node?.is === 'text' && !node.quoted

function signMistake(sign: Sign, place: Place): Mistake {
  if (sign.is === 'tag') {
    const exact = sign.source.length <= 60 && !/["\\\n]/.test(sign.source)
    return { id: 'yaml-tag', severity: 'error', place, says: 'A value that begins with ! must stand in "quotes".', mend: exact ? `Write "${sign.source}".` : "Write it in 'quotes'." }
  }
  const says = sign.is === 'anchor'
    ? `\`${shorten(sign.source)}\` names a value for later use; each value of a plan has one place instead. A value that begins with & must stand in "quotes".`
    : `\`${shorten(sign.source)}\` refers to a value elsewhere; each value of a plan has one place instead. A value that begins with * must stand in "quotes".`
  return { id: 'yaml-alias', severity: 'error', place, says, mend: 'Use `types`, `defaults` or `like` for what recurs.' }
}

/** The sign of a quote that is opened and not closed; an apostrophe inside a word is none. */
function openQuote(source: string): string | undefined {
  if (source.split('"').length % 2 === 0) return '"'
  const single = source.match(/(?<![\p{L}\p{N}])'|'(?![\p{L}\p{N}])/gu)
  return single && single.length % 2 === 1 ? "'" : undefined
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)
