/** One list for each value of a partition, one after the other, with a position for each. */
import { type Page, PlimsollError, type ReadOptions } from '../../../contract.ts'
import type { Scope } from './scope.ts'
import type { OpenScope } from './scoped-resource.ts'

type Values = (signal: AbortSignal) => Promise<readonly string[]>

export async function* readPartitions(open: OpenScope, scope: Scope, values: Values, now: () => number, options: ReadOptions): AsyncGenerator<Page> {
  const since = options.since === undefined ? undefined : readPositions(options.since)
  const all = await values(options.signal)
  if (all.length === 0) {
    yield { records: [], requestedAt: now(), complete: false, notes: ['There is no value to read a list for.'] }
    return
  }
  const reached = new Map([...(since ?? [])].filter(([value]) => all.includes(value)))
  let complete = since === undefined
  for (const [index, value] of all.entries()) {
    const { since: _whole, ...whole } = options
    const from = since?.get(value)
    let ended: boolean | undefined
    for await (const { complete: here, position, ...page } of open({ ...scope, partition: value }).read(from === undefined ? whole : { ...whole, since: from })) {
      if (position !== undefined) reached.set(value, position)
      ended = here ?? ended
      const last = here !== undefined && index === all.length - 1
      // In the middle of a whole read there is nothing to go on from.
      const safe = position !== undefined && since !== undefined || last ? writePositions(reached) : undefined
      if (last) complete &&= here
      yield { ...page, ...(safe === undefined ? {} : { position: safe }), ...(last ? { complete } : {}) }
    }
    complete &&= ended === true
  }
}

/** Longer ones are no positions (the contract allows 4 KB): then the lists are read whole each time. */
const MOST_BYTES = 4_000

export function writePositions(reached: ReadonlyMap<string, string>): string | undefined {
  const text = JSON.stringify([...reached])
  return reached.size === 0 || Buffer.byteLength(text) > MOST_BYTES ? undefined : text
}

export function readPositions(text: string): ReadonlyMap<string, string> {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    read = undefined
  }
  const pairs = Array.isArray(read) ? read.filter((one): one is [string, string] => Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === 'string')) : []
  if (!Array.isArray(read) || pairs.length !== read.length) throw new PlimsollError('http.position', 'The position was made by another manifest (without partitions).')
  return new Map(pairs)
}
