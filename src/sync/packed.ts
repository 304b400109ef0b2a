/**
 * A ready page on its way between threads: one text with all the parts of its records one after the other, and where each ends.
 * A text crosses as it is, objects would be taken apart and built again; most records are stored without ever becoming one.
 */
import { unpackRecord } from '../base/json.ts'
import type { NativeRecord } from '../base/numeral.ts'
import type { Seen } from '../record/contracts.ts'
import type { PackedRow } from '../store/rows.ts'
import type { NewcomerSays } from './newcomer.ts'
import type { Prepared } from './prepare.ts'
import type { ReadyPage } from './ready.ts'
import type { Place } from './runtime.ts'
import { shapeOf } from './shape.ts'
import type { Identity } from './identity.ts'

export interface PackedPage {
  readonly rest: Omit<ReadyPage, 'records'>
  readonly text: string
  /** Key, hash, seen, values and one claim per identifier of each record. */
  readonly ends: Uint32Array<ArrayBuffer>
  readonly flags: Uint8Array<ArrayBuffer>
  /** Names of what was seen and of the values of each record, as places in `names`. */
  readonly shapes: Uint16Array<ArrayBuffer>
  readonly names: readonly (readonly string[])[]
  /** Of all its records. */
  readonly from: number
  readonly to: number
  /** Only where a record has one. */
  readonly versions: ReadonlyMap<number, string>
  readonly edits: ReadonlyMap<number, number>
  readonly says: ReadonlyMap<number, NonNullable<Prepared['broken']>>
}

const IN_SCOPE = 1
const NUMERIC_KEY = 2
const PARTIAL = 4
/** It was looked at as a newcomer … */
const LOOKED = 8
/** … and is one. */
const NEWCOMER = 16

const [KEY, HASH, SEEN, VALUES, CLAIMS] = [0, 1, 2, 3, 4]

export function packPage({ records, ...rest }: ReadyPage, kinds: readonly string[]): PackedPage {
  const parts: string[] = []
  const ends = new Uint32Array(records.length * (CLAIMS + kinds.length))
  const flags = new Uint8Array(records.length)
  const shapes = new Uint16Array(records.length * 2)
  const names = new Map<readonly string[], number>()
  const numberOf = (of: readonly string[]): number => {
    let n = names.get(of)
    if (n === undefined) names.set(of, (n = names.size))
    return n
  }
  const [versions, edits, says] = [new Map<number, string>(), new Map<number, number>(), new Map<number, NonNullable<Prepared['broken']>>()]
  let end = 0
  let at = 0
  const add = (part: string): void => {
    parts.push(part)
    end += part.length
    ends[at] = end
    at += 1
  }
  for (const [i, o] of records.entries()) {
    const { newcomer } = o
    add(o.key)
    add(o.hash)
    add(o.packed.list)
    add(newcomer ? newcomer.values.list : '')
    for (const kind of kinds) add(newcomer?.claims.find((claim) => claim.kind === kind)?.value ?? '')
    shapes[i * 2] = numberOf(o.packed.names)
    if (newcomer) shapes[i * 2 + 1] = numberOf(newcomer.values.names)
    flags[i] = (o.inScope ? IN_SCOPE : 0) | (o.numericKey ? NUMERIC_KEY : 0) | (o.partial ? PARTIAL : 0) | (newcomer === undefined ? 0 : LOOKED) | (newcomer ? NEWCOMER : 0)
    if (o.version !== null) versions.set(i, o.version)
    if (o.editedAt !== null) edits.set(i, o.editedAt)
    if (o.broken !== undefined) says.set(i, o.broken)
  }
  return { rest, text: parts.join(''), ends, flags, shapes, names: [...names.keys()], from: records[0]?.from ?? 0, to: records[0]?.to ?? 0, versions, edits, says }
}

/** What belongs to all records of a page. */
interface Around {
  readonly page: PackedPage
  readonly place: Place
  readonly kinds: readonly string[]
  /** One list for equal names, whichever page they came with. */
  readonly names: readonly (readonly string[])[]
}

export function unpackPage(page: PackedPage, place: Place, kinds: readonly string[]): ReadyPage {
  const around: Around = { page, place, kinds, names: page.names.map((of) => shapeOf(of).names) }
  return { ...page.rest, records: Array.from(page.flags, (_, i) => new UnpackedRecord(around, i)) }
}

/** Its parts are taken out of the text only when somebody looks: thousands wait at once, and an object for each part would weigh. */
class UnpackedRecord implements Prepared {
  readonly #around: Around
  readonly #i: number
  #seen: Seen | undefined

  constructor(around: Around, i: number) {
    this.#around = around
    this.#i = i
  }
  part(n: number): string {
    const { page: { text, ends }, kinds } = this.#around
    const at = this.#i * (CLAIMS + kinds.length) + n
    return text.slice(at === 0 ? 0 : ends[at - 1], ends[at])
  }
  packedAs(part: number, shape: number): PackedRow {
    const { page, names } = this.#around
    return { names: names[page.shapes[this.#i * 2 + shape]!]!, list: this.part(part) }
  }
  #is(flag: number): boolean {
    return (this.#around.page.flags[this.#i]! & flag) !== 0
  }
  get kinds(): readonly string[] {
    return this.#around.kinds
  }
  get key(): string {
    return this.part(KEY)
  }
  get hash(): string {
    return this.part(HASH)
  }
  get packed(): PackedRow {
    return this.packedAs(SEEN, 0)
  }
  get version(): string | null {
    return this.#around.page.versions.get(this.#i) ?? null
  }
  get editedAt(): number | null {
    return this.#around.page.edits.get(this.#i) ?? null
  }
  get broken(): NonNullable<Prepared['broken']> | undefined {
    return this.#around.page.says.get(this.#i)
  }
  get from(): number {
    return this.#around.page.from
  }
  get to(): number {
    return this.#around.page.to
  }
  get partial(): boolean {
    return this.#is(PARTIAL)
  }
  get inScope(): boolean {
    return this.#is(IN_SCOPE)
  }
  get numericKey(): boolean {
    return this.#is(NUMERIC_KEY)
  }
  get newcomer(): NewcomerSays | null | undefined {
    return !this.#is(LOOKED) ? undefined : this.#is(NEWCOMER) ? new UnpackedNewcomer(this) : null
  }
  get seen(): Seen {
    if (this.#seen === undefined) {
      const { names, list } = this.packed
      this.#seen = unpackRecord(names, list)
    }
    return this.#seen
  }
  /** What the mapping looks at; the rest of the record did not travel. */
  get raw(): NativeRecord {
    return this.#around.place.mapping.place(this.seen)
  }
}

class UnpackedNewcomer implements NewcomerSays {
  readonly #of: UnpackedRecord
  constructor(of: UnpackedRecord) {
    this.#of = of
  }
  get values(): PackedRow {
    return this.#of.packedAs(VALUES, 1)
  }
  get claims(): readonly Identity[] {
    const claims: Identity[] = []
    for (const [i, kind] of this.#of.kinds.entries()) {
      const value = this.#of.part(CLAIMS + i)
      if (value !== '') claims.push({ kind, value })
    }
    return claims
  }
}
