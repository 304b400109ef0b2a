/** Records made ready for intake: outside the transaction, and where it can be, on another thread. */
import { hash as digest } from 'node:crypto'
import { canonicalNative, packNative } from '../base/json.ts'
import type { Native, NativeRecord } from '../base/numeral.ts'
import type { Seen } from '../record/contracts.ts'
import { LONGEST_KEY, wrongKey } from '../record/key.ts'
import type { PackedRow } from '../store/rows.ts'
import type { SourceRecord } from '../systems/contract.ts'
import type { Observation } from './judge.ts'
import type { Newcomers, NewcomerSays } from './newcomer.ts'
import type { Place } from './runtime.ts'
import { emptyShape, type Shape } from './shape.ts'

/** `inScope` false: the hold's `where` leaves it out. */
export interface Prepared extends Observation {
  readonly inScope: boolean
  readonly packed: PackedRow
  readonly raw: NativeRecord
  readonly numericKey: boolean
  /** It can't be taken in: its key is none, or the condition could not be computed. */
  readonly broken?: { readonly rule: 'key' | 'where'; readonly says: string } | undefined
  /** What it is if nobody knows it; null: its golden record needs the whole merge; absent: not looked at yet. */
  readonly newcomer?: NewcomerSays | null | undefined
}

/** Hub time in which an observation was true: from when it was asked for, less the lag of that kind of read, until it arrived. */
export interface Interval { readonly from: number; readonly to: number }

/** `newcomers`: looks at the record as one that nobody knows. */
export function prepare(place: Place, record: SourceRecord, interval: Interval, newcomers: Newcomers | null = null): Prepared {
  const seen = place.mapping.pick(record.values)
  const packed = packSeen(seen)
  const wrong = wrongKey(record.key)
  const o: { -readonly [K in keyof Prepared]: Prepared[K] } = {
    key: wrong === undefined ? record.key : JSON.stringify(record.key.slice(0, LONGEST_KEY)), seen, packed, hash: packed.hash, version: record.version ?? null, editedAt: record.editedAt ?? null, from: interval.from,
    to: interval.to, partial: record.partial === true, inScope: true, raw: record.values, numericKey: record.numericKey === true,
  }
  if (!o.partial) {
    try {
      o.inScope = place.mapping.holds(record.values)
    } catch (error) {
      o.broken = { rule: 'where', says: (error as Error).message }
    }
  }
  if (wrong !== undefined) o.broken = { rule: 'key', says: `The key ${wrong}.` }
  if (newcomers) o.newcomer = newcomers.read(o)
  return o
}

export const hashOf = (seen: Seen): string => packSeen(seen).hash

/** What was seen as it is stored, and the hash of it. Most records are texts in the order of their names; of those JSON is what is kept and what is compared, too. */
function packSeen(seen: Seen): PackedRow & { readonly hash: string } {
  let shape = emptyShape()
  const values: Native[] = []
  let last = ''
  for (const source in seen) {
    const value = seen[source]!
    if (source < last || (value !== null && typeof value === 'object')) return packAny(seen)
    last = source
    values.push(value)
    shape = shape.with(source)
  }
  const list = JSON.stringify(values)
  return { names: shape.names, list, hash: hashed(shape, list) }
}

function packAny(seen: Seen): PackedRow & { readonly hash: string } {
  let shape = emptyShape()
  for (const source of Object.keys(seen).toSorted()) shape = shape.with(source)
  const values = shape.names.map((source) => seen[source]!)
  return { names: shape.names, list: packNative(values), hash: hashed(shape, canonicalNative(values)) }
}

const hashed = (shape: Shape, canonical: string): string => digest('sha1', shape.digest + canonical, 'base64url')
