/** Carries claimed commands to a target (semantics §2.7): looks up, guards, writes, reads back. No transaction is open meanwhile. */
import type { Clock } from '../base/clock.ts'
import { asPlimsollError, PlimsollError } from '../base/errors.ts'
import type { Native, NativeRecord } from '../base/numeral.ts'
import { type Resource, type SourceRecord, SWALLOWED, type Traits, type WriteItem, type WriteResult } from '../systems/contract.ts'
import { identifies } from '../record/placeholders.ts'
import { sameNative } from './agree.ts'
import type { Claimed } from './claim.ts'
import type { Place } from './runtime.ts'

export interface Answered {
  readonly claimed: Claimed
  readonly result: WriteResult | { readonly is: 'found'; readonly records: readonly SourceRecord[] }
  /** The record as the target held it at `readAt`, if it was read or answered. */
  readonly held?: SourceRecord
  /** `held` was read after the write, not answered by it: somebody may have edited in between. */
  readonly readBack?: true
  readonly sentAt: number
  readonly answeredAt: number
}

export interface SendOptions {
  readonly clock: Clock
  /** Ends the call that is under way. */
  readonly signal: AbortSignal
  /** No further call is begun. */
  readonly stop?: AbortSignal
  readonly deadline: number
  readonly onCall: () => void
  /** Filled with the commands whose write was begun. */
  readonly begun: Set<Claimed>
}

/** One result per command. A failure of a whole call becomes a result of each command in it; `auth` and `config` are thrown. */
export async function send(place: Place, resource: Resource, commands: readonly Claimed[], options: SendOptions): Promise<Answered[]> {
  const size = Math.max(1, Math.min(resource.traits.batch, place.of.limits.batch ?? Number.MAX_SAFE_INTEGER))
  const creates = commands.filter((c) => c.intent.kind === 'create')
  const others = commands.filter((c) => c.intent.kind !== 'create')
  const answers: Answered[] = []
  /** It takes no call now: the next ones are not made, and have the same answer. */
  let refused: Answered['result'] | undefined
  for (const [kind, sendChunk] of [[others, sendOthers], [creates, sendCreates]] as const) {
    for (let start = 0; start < kind.length; start += size) {
      // Looked at and written batch by batch: the look is never older than one write. Invariant 5.
      const chunk = kind.slice(start, start + size)
      const now = options.clock.now()
      const none = isOver(options) ? OVER : refused
      if (none) {
        answers.push(...chunk.map((claimed) => ({ claimed, result: none, sentAt: now, answeredAt: now })))
        continue
      }
      const answered = await sendChunk(place, resource, chunk, options)
      answers.push(...answered)
      refused = answered.every((a) => a.result.is === 'later') ? answered[0]?.result : undefined
    }
  }
  return readBack(resource, answers, options)
}

/** Invariant 7: past the deadline somebody else may have claimed them. */
const isOver = (options: SendOptions): boolean => options.clock.now() >= options.deadline || options.signal.aborted || options.stop?.aborted === true
/** Nothing failed: it waits for the next claim, and not for more. */
const OVER = { is: 'later', says: 'not sent: the time of this claim was over', retryAfterMs: 1 } as const

async function sendOthers(place: Place, resource: Resource, commands: readonly Claimed[], options: SendOptions): Promise<Answered[]> {
  const { traits } = resource
  const put = traits.updateStyle === 'put'
  const answers: Answered[] = []
  // Invariant 5: a value that the hub has not judged is never overwritten. Conditional write, else a read by key right before.
  const inLists = place.mapping.listsInside
  const needsRead = put || inLists.length > 0 || (place.twoWay && !traits.conditional) || (place.twoWay && commands.some((c) => c.link.version === null))
  const current = new Map<string, SourceRecord>()
  let toSend = commands
  if (needsRead && traits.readByKey && resource.readKeys) {
    const keys = commands.map((c) => c.link.key!)
    const at = options.clock.now()
    const records = await attempt(() => resource.readKeys!(keys, options.signal))
    options.onCall()
    if (!records.ok) return commands.map((claimed) => failed(claimed, records.error, false, at, options.clock.now()))
    for (const record of records.value) current.set(record.key, record)
    const now = options.clock.now()
    toSend = commands.filter((claimed) => {
      const record = current.get(claimed.link.key!)
      if (!record) {
        answers.push({ claimed, result: missing(claimed, at, traits), sentAt: at, answeredAt: now })
        return false
      }
      if (place.twoWay && changedSince(place, claimed, record)) {
        answers.push({ claimed, result: { is: 'conflict', record }, held: record, sentAt: at - traits.keyLagMs, answeredAt: now })
        return false
      }
      return true
    })
  }
  const items = toSend.map((claimed): WriteItem => {
    const record = current.get(claimed.link.key!)
    const version = record?.version ?? claimed.link.version ?? undefined
    const values = claimed.intent.kind === 'delete' ? {} : valuesToSend(place, claimed, put ? (record?.values ?? {}) : undefined, record, put && !traits.read)
    return {
      operation: claimed.intent.kind, key: claimed.link.key!, values, idempotencyKey: claimed.intent.idempotencyKey,
      ...(traits.conditional && version !== undefined ? { ifVersion: version } : {}),
    }
  })
  return [...answers, ...(await write(resource, toSend, items, options))]
}

/** Not found by key: gone, unless the answer may be older than what is known of the record. Invariant 9. */
const missing = ({ link }: Claimed, askedAt: number, { keyLagMs }: Traits): WriteResult =>
  link.seenTo <= askedAt - keyLagMs ? { is: 'missing' } : { is: 'later', says: 'it is not shown yet', retryAfterMs: keyLagMs }

/** What a path steps into is sent whole: a target that gets half a list would drop the rest of it. */
function valuesToSend(place: Place, claimed: Claimed, onto: NativeRecord | undefined, current: SourceRecord | undefined, unseen: boolean): NativeRecord {
  // Of a target that nobody reads all that is known is what it was given.
  const sources = unseen ? { ...claimed.link.seen, ...claimed.intent.sources } : claimed.intent.sources
  if (onto !== undefined || !current || place.mapping.listsInside.length === 0) return place.mapping.place(sources, onto)
  const patch = place.mapping.place(sources)
  const whole = place.mapping.place(sources, current.values)
  return Object.fromEntries(Object.keys(patch).map((name) => [name, place.mapping.listsInside.includes(name) ? whole[name]! : patch[name]!]))
}

/** Has a user changed the record since the hub last looked? */
function changedSince(place: Place, claimed: Claimed, record: SourceRecord): boolean {
  const seen = place.mapping.pick(record.values)
  const known = claimed.intent.suspects ? { ...claimed.link.seen, ...claimed.intent.suspects } : (claimed.link.seen ?? {})
  return Object.keys(seen).some((source) => !sameNative(seen[source], known[source]))
}

async function sendCreates(place: Place, resource: Resource, commands: readonly Claimed[], options: SendOptions): Promise<Answered[]> {
  // Invariant 6: no create before a look-up, where the target can be asked.
  const looked = await lookUp(place, resource, commands, options)
  if (!looked.ok) return commands.map((claimed) => failed(claimed, looked.error, false, options.clock.now(), options.clock.now()))
  const answers: Answered[] = []
  const toSend = commands.filter((claimed) => {
    const records = looked.value.get(claimed)
    if (!records || records.length === 0) return true
    const now = options.clock.now()
    answers.push({ claimed, result: { is: 'found', records }, sentAt: looked.at, answeredAt: now })
    return false
  })
  const items = toSend.map((claimed): WriteItem => ({ operation: 'create', values: place.mapping.place(claimed.intent.sources), idempotencyKey: claimed.intent.idempotencyKey }))
  return [...answers, ...(await write(resource, toSend, items, options))]
}

type LookedUp = { ok: true; value: Map<Claimed, SourceRecord[]>; at: number } | { ok: false; error: PlimsollError }

/** Records that already hold one of the identifiers that a create would write. One call per identifier and batch. */
export async function lookUp(place: Place, resource: Resource, commands: readonly Claimed[], options: Pick<SendOptions, 'clock' | 'signal' | 'onCall'>): Promise<LookedUp> {
  const found = new Map<Claimed, SourceRecord[]>()
  const at = options.clock.now()
  if (!resource.traits.find || !resource.find) return { ok: true, value: found, at }
  for (const fields of place.identifierFields) {
    const mapped = fields.map((field) => place.fields.get(field))
    if (mapped.some((field) => field === undefined || !field.reads)) continue
    const paths = fields.map((field) => place.plainPaths.get(field))
    if (paths.some((path) => path === undefined)) continue
    const asked: { claimed: Claimed; values: Native[] }[] = []
    for (const claimed of commands) {
      const values = mapped.map((field) => claimed.intent.sources[field!.source])
      // A placeholder names nobody: whoever else wrote `n/a` or `test@…` is not this record.
      const says = mapped.every((field, i) => {
        const value = values[i]
        const read = value === undefined || value === null ? undefined : field!.read({ [field!.source]: value })
        return read?.is === 'value' && identifies(read.value, field!.type)
      })
      if (says) asked.push({ claimed, values: values as Native[] })
    }
    if (asked.length === 0) continue
    const records = await attempt(() => resource.find!(paths as string[], asked.map((a) => a.values), options.signal))
    options.onCall()
    if (!records.ok) return { ok: false, error: records.error }
    for (const { claimed, values } of asked) {
      const matching = records.value.filter((record) => {
        const seen = place.mapping.pick(record.values)
        return mapped.every((field, i) => sameNative(seen[field!.source], values[i]) || sameText(field!.read(seen), field!.read({ [field!.source]: values[i]! })))
      })
      if (matching.length > 0) found.set(claimed, [...new Map([...(found.get(claimed) ?? []), ...matching].map((r) => [r.key, r])).values()])
    }
  }
  return { ok: true, value: found, at }
}

const sameText = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

async function write(resource: Resource, commands: readonly Claimed[], items: readonly WriteItem[], options: SendOptions): Promise<Answered[]> {
  if (commands.length === 0) return []
  const sentAt = options.clock.now()
  if (isOver(options)) return commands.map((claimed) => ({ claimed, result: OVER, sentAt, answeredAt: sentAt }))
  return writeChunk(resource, commands, items, options)
}

/** A target that refuses a whole batch for what one record says: the batch is halved until that record stands alone. */
async function writeChunk(resource: Resource, chunk: readonly Claimed[], items: readonly WriteItem[], options: SendOptions): Promise<Answered[]> {
  const sentAt = options.clock.now()
  for (const claimed of chunk) options.begun.add(claimed)
  const results = await attempt(() => resource.write!(items, { signal: options.signal, deadline: options.deadline })).catch((error: unknown) => {
    if (asPlimsollError(error).executed === false) for (const claimed of chunk) options.begun.delete(claimed)
    throw error
  })
  options.onCall()
  const answeredAt = options.clock.now()
  if (results.ok) return chunk.map((claimed, i) => answer(claimed, results.value[i], sentAt, answeredAt))
  if (results.error.class !== 'data') return chunk.map((claimed) => failed(claimed, results.error, true, sentAt, answeredAt))
  if (chunk.length === 1) return [{ claimed: chunk[0]!, result: { is: 'refused', code: results.error.code, says: results.error.message }, sentAt, answeredAt }]
  const half = chunk.length >> 1
  return [
    ...(await writeChunk(resource, chunk.slice(0, half), items.slice(0, half), options)),
    ...(await writeChunk(resource, chunk.slice(half), items.slice(half), options)),
  ]
}

function answer(claimed: Claimed, result: WriteResult | undefined, sentAt: number, answeredAt: number): Answered {
  if (!result) return { claimed, result: { is: 'unsure', says: 'the connector gave no result for this record' }, sentAt, answeredAt }
  return { claimed, result, sentAt, answeredAt, ...('record' in result && result.record ? { held: result.record } : {}) }
}

/**
 * What a target then holds confirms a write (invariant 5); one read by key for all that gave no answer of their own. A yes after
 * which nothing is there, or what was deleted still is, was none.
 */
async function readBack(resource: Resource, answers: Answered[], options: SendOptions): Promise<Answered[]> {
  const bare = answers.filter((a) => a.result.is === 'done' && (a.claimed.intent.kind === 'delete' || a.held === undefined || a.held.partial === true))
  if (bare.length === 0 || !resource.traits.readByKey || !resource.readKeys) return answers
  if (resource.traits.keyLagMs > 0) await options.clock.sleep(resource.traits.keyLagMs, options.signal).catch(() => undefined)
  const records = await attempt(() => resource.readKeys!(bare.map((a) => (a.result as { key: string }).key), options.signal))
  options.onCall()
  const byKey = new Map(records.ok ? records.value.map((record) => [record.key, record]) : [])
  const asked = new Set(bare)
  const at = options.clock.now()
  return answers.map((a) => (asked.has(a) ? confirmed(a, records.ok ? byKey.get((a.result as { key: string }).key) : records.error, at) : a))
}

function confirmed(a: Answered, held: SourceRecord | PlimsollError | undefined, answeredAt: number): Answered {
  const { kind } = a.claimed.intent
  const { key } = a.result as { key: string }
  const swallowed = (says: string): Answered => ({ ...a, answeredAt, result: { is: 'refused', code: SWALLOWED, says } })
  if (held instanceof PlimsollError) {
    // Of a new record the key is known, which must not be lost; the next read tells what became of it.
    return kind === 'update' ? { ...a, answeredAt, result: { is: 'unsure', says: `It was answered with success, but could not be looked at: ${held.message}` } } : a
  }
  if (kind === 'delete') return held ? swallowed(`The target said that it deleted ${key}, and still has it.`) : a
  if (held) return { ...a, held, readBack: true, answeredAt }
  if (kind === 'create') return swallowed(`The target said that it made the record as ${key}, but has no such record.`)
  return { ...a, answeredAt, result: { is: 'unsure', says: `The target said that it changed ${key}, but has no such record.` } }
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: PlimsollError }

async function attempt<T>(call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await call() }
  } catch (error) {
    const known = asPlimsollError(error)
    if (known.class === 'config' || known.class === 'internal') throw known
    return { ok: false, error: known }
  }
}

function failed(claimed: Claimed, error: PlimsollError, wasWrite: boolean, sentAt: number, answeredAt: number): Answered {
  // Invariant 3: a write that may have been executed is unsure until the target was looked at.
  const unsure = wasWrite && error.executed !== false && error.class !== 'limit' && error.class !== 'auth'
  return {
    claimed, sentAt, answeredAt,
    result: unsure
      ? { is: 'unsure', says: error.message }
      : { is: 'later', says: error.message, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) },
  }
}
