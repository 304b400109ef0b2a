import { type Native, type NativeRecord, Numeral, numeral } from './numeral.ts'
import { PlimsollError, registerErrors } from './errors.ts'

registerErrors({
  'json.syntax': { class: 'data', hint: 'The text is no valid JSON at the place named. Ask whoever writes it to mend it.' },
})

/** Nesting beyond this is refused: it would exhaust the stack somewhere else. */
const MAX_DEPTH = 100

/** JSON text → Native with exact numbers. Throws `json.syntax`, also where a key stands twice in an object: nobody knows which is meant. */
export function parseJson(text: string): Native {
  const { value, fault } = read(text)
  if (fault !== undefined) throw new PlimsollError('json.syntax', `This JSON can't be used: ${fault}.`)
  return value
}

/**
 * As `parseJson`, for answers with many records: one that has a key twice, or is nested too deep, is no reason to refuse the
 * others. `jsonFault` tells of each value what is wrong with it.
 */
export const parseRecords = (text: string): Native => read(text).value

/** Objects and lists that `parseRecords` could not take as they stand, and why. Of a doubled key they hold the last, of what is too deep nothing. */
const faults = new WeakMap<object, string>()
let anyFault = false

/** What is wrong with a value from `parseRecords`, or with anything inside it. */
export function jsonFault(value: Native): string | undefined {
  if (!anyFault || value === null || typeof value !== 'object') return undefined
  const own = faults.get(value)
  if (own !== undefined) return own
  for (const item of Array.isArray(value) ? value : Object.values(value as NativeRecord)) {
    const found = jsonFault(item)
    if (found !== undefined) return found
  }
  return undefined
}

function read(text: string): { readonly value: Native; readonly fault?: string } {
  const look = lookThrough(text)
  if (look !== undefined) {
    let value: Native | undefined
    try {
      value = JSON.parse(look.text) as Native
    } catch (error) {
      // The error is told of the text as it was.
      if (look.exact === undefined) throw new PlimsollError('json.syntax', `This is no valid JSON: ${(error as Error).message}`)
    }
    if (value !== undefined) {
      const { exact } = look
      // As many keys as there are colons: none can stand twice.
      if (exact === undefined) {
        if (keysIn(value, 0) === look.colons) return { value }
      } else if (exactKeysIn(value, 0, exact) === look.colons) {
        return { value: isStandIn(value) ? numeral(exact[Math.floor(value)]!) : value }
      }
    }
  }
  const reader = new ExactReader(text)
  const value = reader.read()
  return reader.fault === undefined ? { value } : { value, fault: reader.fault }
}

interface Look {
  /** What JSON.parse may read. */
  readonly text: string
  /** Outside of strings: one for each key. */
  readonly colons: number
  /** Numbers that JSON.parse would change: decimals, exponents, more than 15 digits. In the text stands the place in this list and a half instead, which no other number there can be. */
  readonly exact: string[] | undefined
}

/** Goes through a text once, before it is parsed; undefined: it must be read with care. */
function lookThrough(text: string): Look | undefined {
  const { length } = text
  let colons = 0
  let exact: string[] | undefined
  let replaced = ''
  let from = 0
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 34) {
      for (at += 1; at < length; at += 1) {
        const inside = text.charCodeAt(at)
        if (inside === 34) break
        if (inside === 92) at += 1
      }
    } else if (code === 58) colons += 1
    else if ((code >= 48 && code <= 57) || code === 45) {
      const start = at
      let whole = true
      for (at += 1; at < length; at += 1) {
        const next = text.charCodeAt(at)
        if (next >= 48 && next <= 57) continue
        // . E e + -
        if (next !== 46 && next !== 69 && next !== 101 && next !== 43 && next !== 45) break
        whole = false
      }
      const digits = at - start - (code === 45 ? 1 : 0)
      at -= 1
      if (whole && digits <= 15 && (code !== 45 || text.charCodeAt(start + 1) !== 48)) continue
      const number = text.slice(start, at + 1)
      if (!WHOLE_NUMBER.test(number)) return undefined
      exact ??= []
      replaced += `${text.slice(from, start)}${exact.length}.5`
      exact.push(number)
      from = at + 1
    }
  }
  return { text: exact === undefined ? text : replaced + text.slice(from), colons, exact }
}
const WHOLE_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

const isStandIn = (value: Native): value is number => typeof value === 'number' && !Number.isInteger(value)

/** Counts the keys at every depth; NaN: it is nested too deep. */
function keysIn(value: Native, depth: number): number {
  if (value === null || typeof value !== 'object') return 0
  if (depth > MAX_DEPTH) return Number.NaN
  let found = 0
  if (Array.isArray(value)) {
    for (const item of value) if (item !== null && typeof item === 'object') found += keysIn(item, depth + 1)
    return found
  }
  const keys = Object.keys(value)
  found = keys.length
  for (const key of keys) {
    const item = (value as NativeRecord)[key]!
    if (item !== null && typeof item === 'object') found += keysIn(item, depth + 1)
  }
  return found
}

/** As `keysIn`, and puts the numbers in their places. */
function exactKeysIn(value: Native, depth: number, exact: readonly string[]): number {
  if (value === null || typeof value !== 'object') return 0
  if (depth > MAX_DEPTH) return Number.NaN
  let found = 0
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      if (isStandIn(item)) value[i] = numeral(exact[Math.floor(item)]!)
      else if (item !== null && typeof item === 'object') found += exactKeysIn(item, depth + 1, exact)
    }
    return found
  }
  const record = value as Record<string, Native>
  const keys = Object.keys(record)
  found = keys.length
  for (const key of keys) {
    const item = record[key]!
    // What stands there is the record's own, also under the name `__proto__`: it is replaced, nothing inherits.
    if (isStandIn(item)) record[key] = numeral(exact[Math.floor(item)]!)
    else if (item !== null && typeof item === 'object') found += exactKeysIn(item, depth + 1, exact)
  }
  return found
}

const WORDS = [['true', true], ['false', false], ['null', null]] as const
/** What a string between its quotes may not hold without being looked at closely. */
// eslint-disable-next-line no-control-regex -- JSON has none of them
const UNUSUAL = /[\\\u0000-\u001f]/
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** A JSON reader that keeps the text of numbers. Strings are handed to JSON.parse. */
class ExactReader {
  /** The first thing that is wrong although it is JSON. */
  fault: string | undefined
  #at = 0
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }

  read(): Native {
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) this.#fail('text after the end')
    return value
  }

  #fail(what: string): never {
    throw new PlimsollError('json.syntax', `This is no valid JSON: ${what} at position ${this.#at}.`)
  }

  #space(): void {
    for (let c = this.#text.charCodeAt(this.#at); c === 32 || c === 10 || c === 13 || c === 9; c = this.#text.charCodeAt(this.#at)) this.#at += 1
  }

  #value(depth: number): Native {
    this.#space()
    const c = this.#text[this.#at]
    if (c === '{') return this.#object(depth)
    if (c === '[') return this.#array(depth)
    if (c === '"') return this.#string()
    if (c === 't' || c === 'f' || c === 'n') {
      for (const [word, value] of WORDS) {
        if (!this.#text.startsWith(word, this.#at)) continue
        this.#at += word.length
        return value
      }
    }
    NUMBER.lastIndex = this.#at
    const match = NUMBER.exec(this.#text)
    if (!match) this.#fail('unexpected text')
    this.#at += match![0].length
    return numeral(match![0])
  }

  #object(depth: number): NativeRecord {
    const record: Record<string, Native> = {}
    if (depth > MAX_DEPTH) return this.#skipped(record)
    this.#at += 1
    this.#space()
    if (this.#text[this.#at] === '}') {
      this.#at += 1
      return record
    }
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') this.#fail('a key is missing')
      const key = this.#string()
      this.#space()
      if (this.#text[this.#at] !== ':') this.#fail('`:` is missing')
      this.#at += 1
      const value = this.#value(depth + 1)
      if (Object.hasOwn(record, key)) this.#mark(record, `the key ${JSON.stringify(key.slice(0, 100))} stands twice in one object`)
      // defineProperty: a key `__proto__` must become an own key, not a prototype.
      if (key === '__proto__') Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
      else record[key] = value
      this.#space()
      const c = this.#text[this.#at]
      this.#at += 1
      if (c === '}') return record
      if (c !== ',') this.#fail('`,` or `}` is missing')
    }
  }

  #array(depth: number): Native[] {
    const items: Native[] = []
    if (depth > MAX_DEPTH) return this.#skipped(items)
    this.#at += 1
    this.#space()
    if (this.#text[this.#at] === ']') {
      this.#at += 1
      return items
    }
    for (;;) {
      items.push(this.#value(depth + 1))
      this.#space()
      const c = this.#text[this.#at]
      this.#at += 1
      if (c === ']') return items
      if (c !== ',') this.#fail('`,` or `]` is missing')
    }
  }

  #mark(value: object, fault: string): void {
    this.fault ??= fault
    anyFault = true
    if (!faults.has(value)) faults.set(value, fault)
  }

  /** Past an object or list, whatever is in it. */
  #skipped<T extends object>(empty: T): T {
    this.#mark(empty, `it is nested deeper than ${MAX_DEPTH} levels`)
    let open = 0
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at]!
      if (c === '"') {
        this.#string()
        continue
      }
      this.#at += 1
      if (c === '{' || c === '[') open += 1
      else if ((c === '}' || c === ']') && (open -= 1) === 0) return empty
    }
    return this.#fail('a list or object does not end')
  }

  #string(): string {
    const start = this.#at
    const close = this.#text.indexOf('"', start + 1)
    if (close > 0) {
      const plain = this.#text.slice(start + 1, close)
      if (!UNUSUAL.test(plain)) {
        this.#at = close + 1
        return plain
      }
    }
    for (let i = start + 1; i < this.#text.length; i += 1) {
      const c = this.#text.charCodeAt(i)
      if (c === 92) i += 1
      else if (c === 34) {
        this.#at = i + 1
        try {
          return JSON.parse(this.#text.slice(start, this.#at)) as string
        } catch {
          this.#at = start
          this.#fail('a string is broken')
        }
      }
    }
    return this.#fail('a string does not end')
  }
}

/** Native → JSON text for another system: exact numbers as JSON numbers, bytes as base64. Key order as given. */
export function writeJson(value: Native): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return JSON.stringify(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Numeral) return value.text
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  return `{${Object.keys(value).map((key) => `${JSON.stringify(key)}:${writeJson(value[key]!)}`).join(',')}}`
}

/**
 * Native → text for the store, and back. Unlike `writeJson` nothing is lost: a Numeral becomes `{"$n":"…"}`, bytes
 * `{"$b":"…"}`, and a real key that begins with `$` gets another `$`.
 */
export function packNative(value: Native): string {
  return JSON.stringify(isPlain(value) ? value : packed(value))
}

/** A copy of which JSON loses nothing. */
function packed(value: Native): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Numeral) return { $n: value.text }
  if (value instanceof Uint8Array) return { $b: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(packed)
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const item = packed(value[key]!)
    if (key === '__proto__') Object.defineProperty(copy, key, { value: item, enumerable: true })
    else copy[key.charCodeAt(0) === DOLLAR ? `$${key}` : key] = item
  }
  return copy
}

const DOLLAR = 36

/** Nothing in it that JSON would change. */
function isPlain(value: Native): boolean {
  if (value === null || typeof value !== 'object') return true
  if (value instanceof Numeral || value instanceof Uint8Array) return false
  if (Array.isArray(value)) return value.every(isPlain)
  for (const key in value) if (key.charCodeAt(0) === DOLLAR || !isPlain(value[key]!)) return false
  return true
}

export function unpackNative(text: string): Native {
  const value = JSON.parse(text) as Native
  return text.includes('"$') ? revive(value) : value
}

/** `list`: `packNative` of the values of a record, in the order of `names`. */
export const unpackRecord = (names: readonly string[], list: string): NativeRecord => Object.fromEntries((unpackNative(list) as Native[]).map((value, i) => [names[i]!, value]))

function revive(value: Native): Native {
  if (Array.isArray(value)) return value.map(revive)
  if (value === null || typeof value !== 'object') return value
  const record = value as NativeRecord
  if (Object.hasOwn(record, '$n')) return new Numeral(record['$n'] as string)
  if (Object.hasOwn(record, '$b')) return new Uint8Array(Buffer.from(record['$b'] as string, 'base64'))
  return Object.fromEntries(
    Object.keys(record).map((key) => [key.startsWith('$$') ? key.slice(1) : key, revive(record[key]!)]),
  ) as NativeRecord
}

/** One text for equal Natives: keys sorted. For hashing and comparing, never for sending. */
export function canonicalNative(value: Native): string {
  if (value === null) return 'null'
  if (typeof value === 'object') {
    if (value instanceof Numeral) return canonicalNumber(value.text)
    if (value instanceof Uint8Array) return `b"${Buffer.from(value).toString('base64')}"`
    if (Array.isArray(value)) return `[${value.map(canonicalNative).join(',')}]`
    return `{${Object.keys(value).toSorted().map((key) => `${JSON.stringify(key)}:${canonicalNative(value[key]!)}`).join(',')}}`
  }
  return JSON.stringify(value)
}

const PLAIN_NUMBER = /^-?[1-9]\d*(?:\.\d*[1-9])?$/

/** `12.30` and `12.3` are one number; `1e2` and `100` too. */
function canonicalNumber(text: string): string {
  if (PLAIN_NUMBER.test(text)) return text
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (!match) return text
  const exponent = Number(match[4] ?? 0)
  if (Math.abs(exponent) > 400) return text
  let digits = match[2]! + (match[3] ?? '')
  let point = match[2]!.length + exponent
  if (point < 0) {
    digits = '0'.repeat(-point) + digits
    point = 0
  }
  if (point > digits.length) digits = digits.padEnd(point, '0')
  const whole = digits.slice(0, point).replace(/^0+/, '') || '0'
  const fraction = digits.slice(point).replace(/0+$/, '')
  const sign = match[1] && (whole !== '0' || fraction) ? '-' : ''
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`
}
