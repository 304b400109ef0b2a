/**
 * A ready page on its way between threads: one text with all the parts of its records one after the other, and where each ends.
 * A text crosses as it is, objects would be taken apart and built again; most records are stored without ever becoming one.
 */
import { unpackNative } from '../base/json.ts'
import type { Native, NativeRecord } from '../base/numeral.ts'
import type { Seen } from '../record/contracts.ts'
import type { NewcomerText } from './newcomer.ts'
import type { Prepared } from './prepare.ts'
import type { ReadyPage } from './ready.ts'
import type { Place } from './runtime.ts'
import { type Shape, shapeOf } from './shape.ts'

export interface PackedPage extends Omit<ReadyPage, 'records'> {
  readonly text: string
  /** Key, hash, seen, values and one claim per identifier of each record. */
  readonly ends: Uint32Array<ArrayBuffer>
  /** Names of what was seen and of the values of each record, as places in `names`. */
  readonly shapes: Uint16Array<ArrayBuffer>
  readonly names: readonly (readonly string[])[]
  readonly flags: Uint8Array<ArrayBuffer>
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

export function packPage({ records, ...page }: ReadyPage, kinds: readonly string[]): PackedPage {
  const stride = 4 + kinds.length
  const parts: string[] = []
  const ends = new Uint32Array(records.length * stride)
  const flags = new Uint8Array(records.length)
  const shapes = new Uint16Array(records.length * 2)
  const known = new Map<Shape, number>()
  const numberOf = (shape: Shape): number => {
    let n = known.get(shape)
    if (n === undefined) known.set(shape, (n = known.size))
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
    add(o.text.list)
    add(newcomer ? newcomer.values : '')
    for (const kind of kinds) add(newcomer?.claims.find((claim) => claim.kind === kind)?.value ?? '')
    shapes[i * 2] = numberOf(o.text.shape)
    if (newcomer) shapes[i * 2 + 1] = numberOf(newcomer.shape)
    flags[i] = (o.inScope ? IN_SCOPE : 0) | (o.numericKey ? NUMERIC_KEY : 0) | (o.partial ? PARTIAL : 0) | (newcomer === undefined ? 0 : LOOKED) | (newcomer ? NEWCOMER : 0)
    if (o.version !== null) versions.set(i, o.version)
    if (o.editedAt !== null) edits.set(i, o.editedAt)
    if (o.broken !== undefined) says.set(i, o.broken)
  }
  return { ...page, text: parts.join(''), ends, shapes, names: [...known.keys()].map((shape) => shape.names), flags, from: records[0]?.from ?? 0, to: records[0]?.to ?? 0, versions, edits, says }
}

export function unpackPage({ text, ends, shapes, names, flags, from, to, versions, edits, says, ...page }: PackedPage, place: Place, kinds: readonly string[]): ReadyPage {
  const stride = 4 + kinds.length
  let start = 0
  let at = 0
  const next = (): string => {
    const part = text.slice(start, ends[at])
    start = ends[at]!
    at += 1
    return part
  }
  const known = names.map(shapeOf)
  const records: Prepared[] = []
  for (let i = 0; i * stride < ends.length; i += 1) {
    const flag = flags[i]!
    const [key, hash, seen, values] = [next(), next(), next(), next()]
    const claims: { kind: string; value: string }[] = []
    for (const kind of kinds) {
      const value = next()
      if (value !== '') claims.push({ kind, value })
    }
    const newcomer: NewcomerText | null | undefined = (flag & LOOKED) === 0 ? undefined : (flag & NEWCOMER) === 0 ? null : { shape: known[shapes[i * 2 + 1]!]!, values, claims }
    records.push(new UnpackedRecord(place, { key, hash, text: { shape: known[shapes[i * 2]!]!, list: seen }, flag, from, to, newcomer, version: versions.get(i) ?? null, editedAt: edits.get(i) ?? null, broken: says.get(i) }))
  }
  return { ...page, records }
}

/** Its values are taken out of the text only when somebody looks. */
class UnpackedRecord implements Prepared {
  readonly key: string
  readonly hash: string
  readonly version: string | null
  readonly editedAt: number | null
  readonly from: number
  readonly to: number
  readonly partial: boolean
  readonly inScope: boolean
  readonly numericKey: boolean
  declare readonly broken?: NonNullable<Prepared['broken']>
  declare readonly newcomer?: NewcomerText | null
  readonly text: Prepared['text']
  readonly #place: Place
  #seen: Seen | undefined

  constructor(place: Place, of: { key: string; hash: string; text: Prepared['text']; flag: number; from: number; to: number; newcomer: NewcomerText | null | undefined; version: string | null; editedAt: number | null; broken: Prepared['broken'] }) {
    this.key = of.key
    this.hash = of.hash
    this.version = of.version
    this.editedAt = of.editedAt
    this.from = of.from
    this.to = of.to
    this.partial = (of.flag & PARTIAL) !== 0
    this.inScope = (of.flag & IN_SCOPE) !== 0
    this.numericKey = (of.flag & NUMERIC_KEY) !== 0
    if (of.broken !== undefined) this.broken = of.broken
    if (of.newcomer !== undefined) this.newcomer = of.newcomer
    this.#place = place
    this.text = of.text
  }
  get seen(): Seen {
    const { shape, list } = this.text
    return (this.#seen ??= Object.fromEntries((unpackNative(list) as Native[]).map((value, i) => [shape.names[i]!, value])))
  }
  /** What the mapping looks at; the rest of the record did not travel. */
  get raw(): NativeRecord {
    return this.#place.mapping.place(this.seen)
  }
}
