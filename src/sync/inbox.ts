/** What systems said by themselves (webhooks), and was kept, is taken in like anything that is read. */
import { unpackNative } from '../base/json.ts'
import { type Native, type NativeRecord, Numeral } from '../base/numeral.ts'
import { DAY } from '../base/duration.ts'
import { groupBy } from '../base/group.ts'
import { asPlimsollError } from '../base/errors.ts'
import type { Store, Transaction } from '../store/contract.ts'
import type { InboxRow } from '../store/rows.ts'
import type { Resource, SourceRecord } from '../systems/contract.ts'
import type { EngineParts } from './engine.ts'
import { intake, type IntakeOptions } from './intake.ts'
import { type Prepared, prepare } from './prepare.ts'
import { countAgain, countRead, deletedByMessage, verified } from './read.ts'
import type { OpenRun } from './run.ts'
import type { Place } from './runtime.ts'
import { PRIORITY } from './scope.ts'

/** Events per transaction. */
const BATCH = 500
/** A delivery is remembered so long, and only among so many: for senders that repeat it. */
const REMEMBERED_MS = 3 * DAY
const REMEMBERED = 200_000

/** Deliveries that nobody repeats any more. */
export async function forgetDeliveries(store: Store, now: number): Promise<void> {
  await store.transaction(async (tx) => tx.save({ deliveriesBefore: Math.max(now - REMEMBERED_MS, (await tx.deliveryBefore(REMEMBERED)) ?? 0) }), { as: 'webhook.forget' })
}

interface Kept { readonly id: string; readonly kind: 'changed' | 'deleted'; readonly key: string; readonly record: SourceRecord | undefined; readonly receivedAt: number }

function unpacked(row: InboxRow): Kept {
  const event = unpackNative(row.body) as NativeRecord
  const record = event['record'] as NativeRecord | null
  const text = (value: Native | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
  const version = text(record?.['version'])
  const editedAt = text(record?.['editedAt'])
  return {
    id: row.id, kind: event['kind'] === 'deleted' ? 'deleted' : 'changed', key: String(event['key']), receivedAt: row.receivedAt,
    record: record === null ? undefined : {
      key: String(record['key']), values: isRecord(record['values']) ? record['values'] : {},
      ...(version === undefined ? {} : { version }), ...(editedAt === undefined ? {} : { editedAt: Number(editedAt) }), ...(record['partial'] === true ? { partial: true } : {}),
    },
  }
}

const isRecord = (value: Native | undefined): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

/** By system: when the oldest call came in that is not taken in yet. */
export async function oldestCalls(tx: Transaction, systems: readonly string[]): Promise<Map<string, number>> {
  const oldest = new Map<string, number>()
  for (const system of systems) {
    const [first] = await tx.inbox(system, 1)
    if (first) oldest.set(system, first.receivedAt)
  }
  return oldest
}

/** Takes in what a system said, oldest first, until nothing is left. */
export async function takeInbox(parts: EngineParts, run: OpenRun, system: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const rows = await parts.store.transaction((tx) => tx.inbox(system, BATCH), { readOnly: true })
    if (rows.length === 0) return
    for (const [resource, items] of groupBy(rows, (row) => row.resource)) {
      const places = [...parts.runtime.places.values()].filter((place) => place.system === system && place.resource === resource && place.sends)
      const events = items.map(unpacked)
      for (const place of places) {
        const open = parts.connections.resource(place)
        if (open) await takeEvents({ parts, run, signal, place, resource: open }, events)
        else throw parts.connections.failure(system) ?? asPlimsollError(new Error(`${system} is not open`))
      }
      await parts.store.transaction((tx) => tx.save({ removedInbox: items.map((row) => row.id) }), { as: 'webhook.taken' })
    }
  }
}

interface Taking { readonly parts: EngineParts; readonly run: OpenRun; readonly signal: AbortSignal; readonly place: Place; readonly resource: Resource }

async function takeEvents(taking: Taking, events: readonly Kept[]): Promise<void> {
  const { parts, run, signal, place, resource } = taking
  const deleted = new Set<string>()
  /** The second word about a record is taken in after the first one. */
  const rounds: Kept[][] = [[]]
  const bells = new Set<string>()
  for (const [key, words] of groupBy(events, (event) => event.key)) {
    const last = words.at(-1)!
    // The order in which they came says little: their versions tell, or the source itself. Where neither can, the last one counts.
    if (words.every((word) => word.record && word.kind === 'changed' && speaksForItself(resource, word.record))) for (const [i, word] of words.entries()) (rounds[i] ??= []).push(word)
    else if (words.every((word) => word.kind === 'deleted')) deleted.add(key)
    else if (resource.readKeys) bells.add(key)
    else if (last.kind === 'deleted') deleted.add(key)
    else if (last.record) rounds[0]!.push(last)
  }
  const options = (extra: Partial<IntakeOptions>): IntakeOptions => ({
    place, work: run.work(), priority: PRIORITY.event, listLagMs: Math.max(resource.traits.listLagMs, 1), noKeys: resource.readKeys === undefined,
    judging: { ordered: resource.traits.version === 'ordered', omitsEmpty: resource.traits.omitsEmpty, lookedAt: 0 }, ...extra,
  })
  const made = (records: readonly Kept[]): Prepared[] => records.map(({ record, receivedAt }) => {
    // Nobody knows how long it was on its way; a source that can't be asked is taken in order of arrival.
    const from = resource.readKeys || speaksForItself(resource, record!) ? -1 : receivedAt
    return prepare(place, record!, { from, to: receivedAt })
  })
  const first = made(rounds[0]!)
  if (bells.size > 0) {
    const from = parts.clock.now() - resource.traits.keyLagMs
    const found = await resource.readKeys!([...bells], signal)
    const interval = { from, to: parts.clock.now() }
    for (const record of found) {
      bells.delete(record.key)
      first.push(prepare(place, record, interval))
    }
    // What rang and is not there was deleted meanwhile.
    for (const key of bells) deleted.add(key)
  }
  for (const prepared of [first, ...rounds.slice(1).map(made)]) {
    if (prepared.length === 0) continue
    await countRead(parts, run.work(), place, prepared.length)
    const { verify } = await intake(parts.store, prepared, options({}))
    if (verify.length > 0) {
      await verified(resource, verify, options, parts, signal).catch(async (error: unknown) => {
        await countAgain(parts, run.work(), place, verify.length)
        throw error
      })
    }
  }
  if (deleted.size > 0) {
    await countRead(parts, run.work(), place, deleted.size)
    await deletedByMessage({ parts, work: run.work, signal }, place, resource, [...deleted], options({}))
  }
}

/** Its version tells whether it is newer than what is known. */
const speaksForItself = (resource: Resource, record: SourceRecord): boolean => resource.traits.version === 'ordered' && record.version !== undefined
