import { canonicalNative } from '../../../base/json.ts'
import { Numeral } from '../../contract.ts'
import type { DiscoveredField, Native, NativeRecord } from '../../contract.ts'
import { cellOf } from './csv.ts'
import { KeySet } from './hash.ts'

/** Types of the plan, the narrowest first, with what a text of it looks like. */
const TYPES: readonly (readonly [string, (text: string) => boolean])[] = [
  ['boolean', (text) => text === 'true' || text === 'false'],
  ['gtin', (text) => /^(\d{8}|\d{12,14})$/.test(text) && hasCheckDigit(text)],
  ['integer', (text) => /^-?(0|[1-9]\d{0,17})$/.test(text)],
  ['decimal', (text) => /^-?(0|[1-9]\d*)([.,]\d+)?$/.test(text)],
  ['date', (text) => /^\d{4}-\d\d-\d\d$|^\d{1,2}\.\d{1,2}\.\d{4}$|^\d{1,2}\/\d{1,2}\/\d{4}$/.test(text)],
  ['datetime', (text) => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z|[+-]\d\d:?\d\d))?$/.test(text)],
  ['time', (text) => /^\d\d:\d\d(:\d\d)?$/.test(text)],
  ['email', (text) => /^[^\s@]{1,64}@[^\s@]+\.[^\s@.]+$/.test(text)],
  ['url', (text) => /^https?:\/\/\S+$/.test(text)],
]

/** GS1: from the right, every second digit three times. */
function hasCheckDigit(text: string): boolean {
  const digits = [...text].toReversed().map(Number)
  return digits.reduce((sum, digit, i) => sum + digit * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0
}

/** Fields whose values are not shown to anyone. */
const SECRET = /pass(word|wd|phrase)?|secret|token|api[_ -]?key|credential|private|\bpin\b|cvv|cvc|card/i
const KEY_NAME = /^(id|key|sku|code|number|no\.?|nr\.?|uuid|guid|gtin|ean|article no\.?|.*[_ ]id|.*Id)$/i
const CHANGED_NAME = /^(last[_ -]?)?(updated|modified|changed|update|change|modification)([_ -]?(at|on|date|time))?$/i

/** A name that a path takes without quotes. */
const BARE = /^[\p{L}\p{M}\p{N}_\-$@#:/*+%&!?~]+$/u

class Guess {
  readonly path: string
  readonly #open = new Set(TYPES.map(([name]) => name))
  readonly #examples = new Set<string>()
  readonly #met = new KeySet()
  rows = 0
  filled = 0
  nested = false
  unique = true
  constructor(path: string) {
    this.path = path
  }

  add(value: Native, line: number): void {
    this.rows += 1
    if (value === null || value === '') return
    this.filled += 1
    const plain = typeof value !== 'object' || value instanceof Numeral
    if (!plain) this.nested = true
    const text = plain ? cellOf(value) : canonicalNative(value)
    if (this.unique && this.#met.add(text, 0, line)) this.unique = false
    for (const [name, fits] of TYPES) if (this.#open.has(name) && !(plain && fits(text))) this.#open.delete(name)
    if (this.#examples.size < 3 && plain && !SECRET.test(this.path)) this.#examples.add(text.length > 40 ? `${text.slice(0, 39)}…` : text)
  }

  get type(): string {
    if (this.filled === 0) return 'text'
    if (this.nested) return 'json'
    return TYPES.find(([name]) => this.#open.has(name))?.[0] ?? 'text'
  }

  field(all: number): DiscoveredField {
    return {
      path: this.path,
      type: this.type,
      nullable: this.filled < all,
      unique: this.unique && this.filled > 0,
      ...(this.#examples.size > 0 ? { examples: [...this.#examples] } : {}),
    }
  }
}

/** Looks at records and says what their fields seem to be. */
export class Guesses {
  readonly #guesses = new Map<string, Guess>()
  readonly #flat: boolean
  #rows = 0
  constructor(flat: boolean) {
    this.#flat = flat
  }

  add(record: NativeRecord, line: number): void {
    this.#rows += 1
    this.#members(record, '', line, 0)
  }

  #members(record: NativeRecord, before: string, line: number, depth: number): void {
    for (const name of Object.keys(record)) {
      if (this.#guesses.size > 500) return
      const value = record[name]!
      const path = this.#flat ? name : before + (BARE.test(name) ? name : `"${name.replaceAll('"', '""')}"`)
      if (depth < 3 && isObject(value)) {
        this.#members(value, `${path}.`, line, depth + 1)
        continue
      }
      let guess = this.#guesses.get(path)
      if (!guess) this.#guesses.set(path, (guess = new Guess(path)))
      guess.add(value, line)
    }
  }

  get fields(): readonly DiscoveredField[] {
    return [...this.#guesses.values()].map((guess) => guess.field(this.#rows))
  }

  /** The column that looks most like a key; none, if no column has a different value in each row. */
  get key(): readonly string[] {
    const candidates = this.fields.filter((field) => field.unique && !field.nullable && !['boolean', 'decimal', 'json', 'date', 'datetime'].includes(field.type))
    const best = candidates.find((field) => KEY_NAME.test(field.path)) ?? candidates[0]
    return best ? [best.path] : []
  }

  get changedAt(): string | undefined {
    return this.fields.find((field) => field.type === 'datetime' && CHANGED_NAME.test(field.path))?.path
  }
}

const isObject = (value: Native): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)
