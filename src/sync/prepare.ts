/** Records made ready for intake: outside the transaction, and where it can be, on another thread. */
import { hash as digest } from 'node:crypto'
import { canonicalNative } from '../base/json.ts'
import { type Native, type NativeRecord, Numeral } from '../base/numeral.ts'
import type { Seen } from '../record/contracts.ts'
import { LONGEST_KEY, wrongKey } from '../record/key.ts'
import type { SourceRecord } from '../systems/contract.ts'
import type { Observation } from './judge.ts'
import type { NewcomerText } from './newcomer.ts'
import type { Place } from './runtime.ts'

/** `inScope` false: the hold's `where` leaves it out. */
export interface Prepared extends Observation {
  readonly inScope: boolean
  readonly raw: NativeRecord
  readonly numericKey: boolean
  /** It can't be taken in: its key is none, or the condition could not be computed. */
  readonly broken?: { readonly rule: 'key' | 'where'; readonly says: string }
  /** What it is if nobody knows it; null: its golden record needs the whole merge; absent: not looked at yet. */
  readonly newcomer?: NewcomerText | null
}

/** Hub time in which an observation was true: from when it was asked for, less the lag of that kind of read, until it arrived. */
export interface Interval { readonly from: number; readonly to: number }

export function prepare(place: Place, record: SourceRecord, interval: Interval): Prepared {
  const seen = place.mapping.pick(record.values)
  let inScope = true
  const wrong = wrongKey(record.key)
  let broken: Prepared['broken'] = wrong === undefined ? undefined : { rule: 'key', says: `The key ${wrong}.` }
  try {
    inScope = record.partial === true || place.mapping.holds(record.values)
  } catch (error) {
    broken ??= { rule: 'where', says: (error as Error).message }
  }
  return {
    key: wrong === undefined ? record.key : JSON.stringify(record.key.slice(0, LONGEST_KEY)), seen, hash: hashOf(seen), version: record.version ?? null, editedAt: record.editedAt ?? null, ...interval,
    partial: record.partial === true, inScope, raw: record.values, numericKey: record.numericKey === true, ...(broken === undefined ? {} : { broken }),
  }
}

export const hashOf = (seen: Seen): string => digest('sha1', canonicalSeen(seen), 'base64url')

/** `canonicalNative`; records without decimals and bytes, which are most, go the short way to the same text. */
function canonicalSeen(seen: Seen): string {
  const sources = Object.keys(seen).sort()
  let text = '{'
  for (const source of sources) {
    const value: Native = seen[source]!
    const own = typeof value === 'string' || value instanceof Numeral || typeof value === 'object' ? canonicalText(value) : String(value)
    text += `${text.length > 1 ? ',' : ''}${quoted(source)}:${own}`
  }
  return text + '}'
}

const canonicalText = (value: Native): string => (typeof value === 'string' ? quoted(value) : canonicalNative(value))

/** Characters that JSON writes in another way. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/
const quoted = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`)
