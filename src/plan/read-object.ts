import type { Mistake } from './mistakes.ts'
import type { PlanText } from './read-yaml.ts'
import { step } from './text-place.ts'
import type { Entry, MapNode, Node, Place } from './tree.ts'
import { LIMITS } from './yaml-tokens.ts'

/** Where a TypeScript plan may hold a function: mappings go beyond CEL there (plan-language §21). */
const FUNCTIONS: ReadonlySet<string> = new Set(['read', 'write', 'function'])

/**
 * A plan from TypeScript or JSON → the same tree that YAML becomes. Only plain data, and functions at `read`, `write` and
 * `function`. An object has no lines: a place is the file and the JSON pointer.
 */
export function readObject(plan: unknown, file: string): PlanText {
  const reader = new ObjectReader(file)
  const root = reader.node(plan, '', '', 0)
  if (root?.is === 'map') return { root, mistakes: reader.mistakes }
  if (reader.mistakes.length === 0) reader.tell('', 'A plan is an object with names and values.', 'Write definePlan({ plimsoll: 1, name: … }).')
  return { mistakes: reader.mistakes }
}

class ObjectReader {
  readonly mistakes: Mistake[] = []
  readonly #file: string
  readonly #open = new Set<object>()
  #values = 0
  constructor(file: string) {
    this.#file = file
  }

  tell(pointer: string, says: string, mend: string): undefined {
    this.mistakes.push({ id: 'bad-value', severity: 'error', place: this.#place(pointer), says, mend })
  }

  #place(pointer: string): Place {
    return { file: this.#file, line: 1, column: 1, range: [0, 0], pointer }
  }

  /** `undefined`: nothing can stand here; it was told. */
  node(value: unknown, key: string, pointer: string, depth: number): Node | undefined {
    this.#values += 1
    if (this.#values > LIMITS.values) return this.#values === LIMITS.values + 1 ? this.tell(pointer, 'This plan has more than 150,000 values.', 'Keep records in files of their own.') : undefined
    if (depth > LIMITS.nesting) return this.tell(pointer, 'Values are nested deeper than 64 levels.', 'Look for a list in a list by mistake.')
    const place = this.#place(pointer)
    switch (typeof value) {
      case 'string': return { is: 'text', text: value, quoted: true, empty: false, place }
      case 'boolean': case 'bigint': return { is: 'text', text: String(value), quoted: false, empty: false, place }
      case 'number': return this.#number(value, key, place)
      case 'function':
        if (FUNCTIONS.has(key)) return { is: 'function', call: value as (...args: unknown[]) => unknown, place }
        return this.tell(pointer, `\`${key}\` can't be a function.`, 'Functions may stand at read, write and function of a mapping only.')
      case 'object': return value === null ? { is: 'text', text: '', quoted: false, empty: true, place } : this.#object(value, key, place, depth)
      default: return this.tell(pointer, `\`${key}\` has a value that a plan can't hold.`, 'Write a text, a number, true or false, a list or an object.')
    }
  }

  #number(value: number, key: string, place: Place): Node | undefined {
    if (!Number.isFinite(value)) return this.tell(place.pointer, `\`${key}\` is not a number.`, 'Look at how it is computed.')
    return { is: 'text', text: plainNumber(value), quoted: false, empty: false, place }
  }

  #object(value: object, key: string, place: Place, depth: number): Node | undefined {
    if (this.#open.has(value)) return this.tell(place.pointer, `\`${key}\` contains itself.`, 'Write each part of the plan once, as plain data.')
    this.#open.add(value)
    const node = this.#contents(value, key, place, depth)
    this.#open.delete(value)
    return node
  }

  #contents(value: object, key: string, place: Place, depth: number): Node | undefined {
    if (Array.isArray(value)) {
      const items: Node[] = []
      for (const item of value) {
        const node = this.node(item ?? null, String(items.length), step(place.pointer, items.length), depth + 1)
        if (node) items.push(node)
      }
      return { is: 'list', items, place }
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    // A module loader may hand over objects of another realm: what counts is that nothing stands between them and Object.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      return this.tell(place.pointer, `\`${key}\` is not plain data.`, 'Write dates as text (2027-03-01), and objects and lists without classes.')
    }
    return this.#map(value as Readonly<Record<string, unknown>>, place, depth)
  }

  #map(value: Readonly<Record<string, unknown>>, place: Place, depth: number): MapNode {
    const entries: Entry[] = []
    for (const key of Object.keys(value)) {
      const item = value[key]
      // As in JSON: a key that is set to undefined was not written.
      if (item === undefined) continue
      const keyPlace = this.#place(step(place.pointer, key))
      const node = this.node(item, key, keyPlace.pointer, depth + 1)
      if (node) entries.push({ key, keyPlace, value: node })
    }
    return { is: 'map', entries, place }
  }
}

/** Digits without an exponent, exactly as far as the number is known. */
function plainNumber(value: number): string {
  const text = String(Object.is(value, -0) ? 0 : value)
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!match) return text
  const [, sign, whole, fraction = '', exponent] = match
  const digits = whole! + fraction
  const point = whole!.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return sign! + (point >= digits.length ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`)
}
