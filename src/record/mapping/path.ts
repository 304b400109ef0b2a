/**
 * Paths into a system's record (plan-language §3.6): parsed once, then followed without looking at the text again.
 * Only own properties are followed, and the names that lead to a prototype are refused when the plan is read.
 */
import { type Native, type NativeRecord, Numeral } from '../../base/numeral.ts'
import { PlimsollError, registerErrors } from '../../base/errors.ts'

registerErrors({
  'mapping.path': { class: 'plan', hint: 'Write the path as a.b.c, a.0 or a(key=value).b; other signs in a name stand in "quotes".' },
})

type Step =
  | { readonly is: 'name'; readonly name: string; /** The name as a place in a list. */ readonly index: number | undefined }
  | { readonly is: 'match'; readonly key: string; readonly value: string; readonly native: Native }

export interface Path {
  /** As written: the name of the source that it reads. */
  readonly text: string
  /** The first name: the column that must be selected. */
  readonly top: string
  /** It steps into an item of a list: who writes the list must know its other items. */
  readonly intoList: boolean
  /** `undefined`: the record doesn't have it; `null`: it is there and empty. */
  get(from: Native): Native | undefined
  /** Changes `record`, making what is missing on the way. A value on the way that is no object or list is replaced. */
  set(record: NativeRecord, value: Native): void
}

export interface PathProblem {
  /** Offset into the path's text. */
  readonly at: number
  readonly says: string
  readonly mend: string
  /** It would lead to a prototype: wrong for every system. */
  readonly forbidden?: true
}

export type PathResult = { readonly path: Path } | { readonly problem: PathProblem }

const NEVER = new Set(['__proto__', 'constructor', 'prototype'])
/** An item further back than this is a slip of the pen; `set` would have to invent all items before it. */
const MAX_INDEX = 999
const MAX_STEPS = 32
const INDEX = /^(?:0|[1-9]\d{0,2})$/
/** What a name may be made of without quotes: letters of all languages, digits and the signs that APIs use. */
const BARE = /[\p{L}\p{M}\p{N}_\-$@#:/*+%&!?~]+/uy
const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/

/** A path that is already known to be right, or an error of class `plan`. */
export function pathOf(text: string, flat: boolean): Path {
  const result = parsePath(text, flat)
  if ('path' in result) return result.path
  const { at, says, mend } = result.problem
  throw new PlimsollError('mapping.path', `${says} (path \`${text}\`, position ${at + 1})`, { details: { mend } })
}

/** `flat`: the text is a column's name exactly as it is. */
export function parsePath(text: string, flat: boolean): PathResult {
  if (text === '') return problem(0, 'A path is empty.', 'Write the name of the field in the system.')
  if (!flat) return new PathReader(text).read()
  return NEVER.has(text) ? forbidden(0, text) : { path: columnPath(text) }
}

const problem = (at: number, says: string, mend: string): PathResult => ({ problem: { at, says, mend } })
const forbidden = (at: number, name: string): PathResult =>
  ({ problem: { at, says: `\`${name}\` is never followed.`, mend: 'Map another field; this name would lead out of the record.', forbidden: true } })

class PathReader {
  readonly #text: string
  readonly #steps: Step[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): PathResult {
    for (;;) {
      const failed = this.#name() ?? this.#matches()
      if (failed) return failed
      if (this.#at >= this.#text.length) break
      if (this.#text[this.#at] !== '.') return this.#strange()
      this.#at += 1
      if (this.#at >= this.#text.length) return problem(this.#at - 1, 'The path ends with a dot.', 'Write a name after the dot, or leave the dot out.')
    }
    if (this.#steps.length > MAX_STEPS) return problem(0, `The path has more than ${MAX_STEPS} steps.`, 'Shorten the path.')
    const first = this.#steps[0]!
    if (this.#steps.length === 1 && first.is === 'name') return { path: namePath(this.#text, first.name) }
    return { path: deepPath(this.#text, this.#steps) }
  }

  #name(): PathResult | undefined {
    const start = this.#at
    const word = this.#word(BARE)
    if (typeof word !== 'string') return word
    if (NEVER.has(word)) return forbidden(start, word)
    const quoted = this.#text[start] === '"'
    const index = !quoted && INDEX.test(word) ? Number(word) : undefined
    if (!quoted && index === undefined && /^\d+$/.test(word) && Number(word) > MAX_INDEX && this.#steps.length > 0) {
      return problem(start, `An item beyond ${MAX_INDEX} can't be named.`, 'Choose the item by one of its fields: a(key=value).')
    }
    this.#steps.push({ is: 'name', name: word, index: this.#steps.length === 0 ? undefined : index })
    return undefined
  }

  #matches(): PathResult | undefined {
    while (this.#text[this.#at] === '(') {
      this.#at += 1
      const keyAt = this.#at
      const key = this.#word(BARE)
      if (typeof key !== 'string') return key
      if (NEVER.has(key)) return forbidden(keyAt, key)
      if (this.#text[this.#at] !== '=') return problem(this.#at, 'In ( ) a key and a value are expected.', 'Write it like a(type=email).')
      this.#at += 1
      const quoted = this.#text[this.#at] === '"'
      const value = this.#word(/[^()"=]+/uy)
      if (typeof value !== 'string') return value
      if (this.#text[this.#at] !== ')') return problem(this.#at, 'A `)` is missing.', 'Close the bracket after the value.')
      this.#at += 1
      this.#steps.push({ is: 'match', key, value, native: quoted ? value : nativeOf(value) })
    }
    return undefined
  }

  #word(bare: RegExp): string | PathResult {
    if (this.#text[this.#at] === '"') {
      const quoted = /"((?:[^"]|"")+)"/uy
      quoted.lastIndex = this.#at
      const match = quoted.exec(this.#text)
      if (!match) return problem(this.#at, 'A name in quotes does not end, or is empty.', 'Close the quote; a quote inside the name is doubled.')
      this.#at = quoted.lastIndex
      return match[1]!.replaceAll('""', '"')
    }
    bare.lastIndex = this.#at
    const match = bare.exec(this.#text)
    if (!match) return this.#strange()
    this.#at = bare.lastIndex
    return match[0]
  }

  #strange(): PathResult {
    const sign = this.#text[this.#at]
    if (sign === undefined) return problem(this.#at, 'The path ends too early.', 'Write the name that is missing.')
    if (sign === '[') return problem(this.#at, 'Paths have no square brackets.', 'Write an item as a.0, or choose it by a field: a(key=value).')
    if (sign === '.') return problem(this.#at, 'A name is missing before the dot.', 'Take one of the dots away.')
    return problem(this.#at, `\`${sign}\` can't stand in a name.`, 'Put the name in "quotes".')
  }
}

/** A value of the plan as a system holds it: `true`, `false` and integers as such, all else as text. */
export function nativeOf(text: string): Native {
  if (text === 'true') return true
  if (text === 'false') return false
  return INTEGER.test(text) ? Number(text) : text
}

/** A scalar as text for comparing it with what the plan says; undefined for lists, objects, bytes and null. */
export function scalarText(native: Native | undefined): string | undefined {
  switch (typeof native) {
    case 'string': return native
    case 'number':
    case 'boolean': return String(native)
    default: return native instanceof Numeral ? native.text : undefined
  }
}

export const isRecord = (native: Native | undefined): native is NativeRecord =>
  typeof native === 'object' && native !== null && !Array.isArray(native) && !(native instanceof Numeral) && !(native instanceof Uint8Array)

/** Writes an own property, whatever its name. */
export function setOwn(record: NativeRecord, key: string, value: Native): void {
  if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
  else (record as Record<string, Native>)[key] = value
}

function own(from: Native, name: string): Native | undefined {
  return isRecord(from) && Object.hasOwn(from, name) ? from[name] : undefined
}

function namePath(text: string, name: string): Path {
  return { text, top: name, intoList: false, get: (from) => own(from, name), set: (record, value) => setOwn(record, name, value) }
}

/** A flat record is always an object: the kinds need not be looked at. */
function columnPath(name: string): Path {
  return {
    text: name,
    top: name,
    intoList: false,
    get: (from) => (from !== null && typeof from === 'object' && Object.hasOwn(from, name) ? (from as NativeRecord)[name] : undefined),
    set: (record, value) => setOwn(record, name, value),
  }
}

function deepPath(text: string, steps: readonly Step[]): Path {
  return {
    text,
    top: (steps[0] as { name: string }).name,
    intoList: steps.some((step) => step.is === 'match' || step.index !== undefined),
    get(from) {
      let at: Native | undefined = from
      for (const step of steps) {
        at = follow(at, step)
        if (at === undefined) return undefined
      }
      return at
    },
    set(record, value) {
      // An item that is not in the list need not be made to be empty.
      if (value === null && lacksItem(record, steps)) return
      let at: NativeRecord | Native[] = record
      for (let i = 0; i < steps.length - 1; i += 1) at = enter(at, steps[i]!, steps[i + 1]!)
      put(at, steps.at(-1)!, value)
    },
  }
}

function follow(at: Native, step: Step): Native | undefined {
  if (step.is === 'match') {
    return Array.isArray(at) ? at.find((item) => scalarText(own(item, step.key)) === step.value) : undefined
  }
  if (Array.isArray(at)) return step.index === undefined ? undefined : at[step.index]
  return own(at, step.name)
}

function lacksItem(record: NativeRecord, steps: readonly Step[]): boolean {
  let at: Native | undefined = record
  for (const step of steps) {
    const next: Native | undefined = follow(at, step)
    if (next === undefined) return step.is === 'match' && Array.isArray(at)
    at = next
  }
  return false
}

function enter(at: NativeRecord | Native[], step: Step, next: Step): NativeRecord | Native[] {
  const there = follow(at, step)
  const list = next.is === 'match' || (next.index !== undefined && !isRecord(there))
  if (list ? Array.isArray(there) : isRecord(there)) return there as NativeRecord | Native[]
  const made: NativeRecord | Native[] = list ? [] : {}
  put(at, step, made)
  return made
}

function put(at: NativeRecord | Native[], step: Step, value: Native): void {
  if (step.is === 'match') {
    const list = at as Native[]
    const place = list.findIndex((item) => scalarText(own(item, step.key)) === step.value)
    const item = value as Native
    if (isRecord(item) && !Object.hasOwn(item, step.key)) setOwn(item, step.key, step.native)
    if (place === -1) list.push(item)
    else list[place] = item
  } else if (Array.isArray(at)) {
    const index = step.index ?? 0
    while (at.length < index) at.push(null)
    at[index] = value
  } else setOwn(at, step.name, value)
}

/** Beyond this depth values are shared, not copied; nothing is mapped so deep. */
const COPY_DEPTH = 200

/** A copy that can be changed without touching the original. */
export function copyNative(value: NativeRecord): NativeRecord {
  return copyOf(value, 0) as NativeRecord
}

function copyOf(value: Native, depth: number): Native {
  if (depth > COPY_DEPTH) return value
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1))
  if (!isRecord(value)) return value
  const copy: NativeRecord = {}
  for (const key of Object.keys(value)) setOwn(copy, key, copyOf(value[key]!, depth + 1))
  return copy
}
