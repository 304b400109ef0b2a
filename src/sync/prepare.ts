/** Records made ready for intake: outside the transaction, and where it can be, on another thread. */
import { hash as digest } from 'node:crypto'
import { canonicalNative } from '../base/json.ts'
import type { Native, NativeRecord } from '../base/numeral.ts'
import type { Seen } from '../record/contracts.ts'
import { LONGEST_KEY, wrongKey } from '../record/key.ts'
import type { SourceRecord } from '../systems/contract.ts'
import type { Observation } from './judge.ts'
import type { Newcomers, NewcomerText } from './newcomer.ts'
import type { Place } from './runtime.ts'

/** `inScope` false: the hold's `where` leaves it out. */
export interface Prepared extends Observation {
  readonly inScope: boolean
  /** `packNative` of `seen`, where it is known already. */
  readonly text: string | undefined
  readonly raw: NativeRecord
  readonly numericKey: boolean
  /** It can't be taken in: its key is none, or the condition could not be computed. */
  readonly broken?: { readonly rule: 'key' | 'where'; readonly says: string }
  /** What it is if nobody knows it; null: its golden record needs the whole merge; absent: not looked at yet. */
  readonly newcomer?: NewcomerText | null
}

/** Hub time in which an observation was true: from when it was asked for, less the lag of that kind of read, until it arrived. */
export interface Interval { readonly from: number; readonly to: number }

/** `newcomers`: looks at the record as one that nobody knows. */
export function prepare(place: Place, record: SourceRecord, interval: Interval, newcomers: Newcomers | null = null): Prepared {
  const seen = place.mapping.pick(record.values)
  const text = plainText(seen)
  const wrong = wrongKey(record.key)
  const o: { -readonly [K in keyof Prepared]: Prepared[K] } = {
    key: wrong === undefined ? record.key : JSON.stringify(record.key.slice(0, LONGEST_KEY)), seen, text, hash: digest('sha1', text ?? canonicalNative(seen), 'base64url'), version: record.version ?? null, editedAt: record.editedAt ?? null, from: interval.from,
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

export const hashOf = (seen: Seen): string => digest('sha1', plainText(seen) ?? canonicalNative(seen), 'base64url')

/**
 * The text that is both `canonicalNative` and `packNative` of what is kept, as it is for records of texts, which are most;
 * undefined: it has values or an order of which JSON would make another text.
 */
function plainText(seen: Seen): string | undefined {
  let last = ''
  for (const source in seen) {
    const value: Native = seen[source]!
    if (source < last || source.charCodeAt(0) === DOLLAR || (value !== null && typeof value === 'object')) return undefined
    last = source
  }
  return JSON.stringify(seen)
}

const DOLLAR = 36
