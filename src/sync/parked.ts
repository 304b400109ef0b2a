/** Observations that could not be judged when they came (semantics §2.3): their records are read again by key. */
import { asPlimsollError, type PlimsollError } from '../base/errors.ts'
import { isOfStore } from '../store/contract.ts'
import type { EngineParts } from './engine.ts'
import { end } from './deletes.ts'
import { intake, type IntakeOptions } from './intake.ts'
import { prepare } from './prepare.ts'
import { verified } from './read.ts'
import { placeKey } from './runtime.ts'
import { PRIORITY } from './scope.ts'
import type { Work } from './working-set.ts'
import { groupBy } from '../base/group.ts'

/** A system that can't be asked keeps what is parked of it, and nobody else waits for it. By system: why it could not be asked. */
export async function takeUpParked(parts: EngineParts, work: Work, signal: AbortSignal): Promise<ReadonlyMap<string, PlimsollError>> {
  const failures = new Map<string, PlimsollError>()
  for (const system of new Set([...parts.runtime.places.values()].map((place) => place.system))) {
    try {
      await takeUp(parts, work, system, signal)
    } catch (error) {
      const failure = asPlimsollError(error)
      if (isOfStore(failure) || failure.class === 'internal') throw error
      failures.set(system, failure)
    }
  }
  return failures
}

async function takeUp(parts: EngineParts, work: Work, system: string, signal: AbortSignal): Promise<void> {
  const { store, clock, runtime, connections } = parts
  const rows = await store.transaction((tx) => tx.later({ system, now: clock.now(), limit: 500 }), { readOnly: true })
  if (rows.length === 0) return
  const links = await store.transaction((tx) => tx.linksById(rows.map((row) => row.link)), { readOnly: true })
  const commands = await store.transaction((tx) => tx.commands(rows.map((row) => row.link)), { readOnly: true })
  const busy = new Set(commands.filter((row) => row.state === 'sending' || row.state === 'unsure').map((row) => row.link))
  const entityOf = new Map(links.map((link) => [link.id, link.entity]))
  for (const [key, items] of groupBy(rows.filter((row) => !busy.has(row.link)), (row) => placeKey({ system: row.system, resource: row.resource, entity: entityOf.get(row.link) ?? '' }))) {
    const place = runtime.places.get(key)
    const resource = place && connections.resource(place)
    if (!place || !resource?.readKeys || signal.aborted) continue
    const from = clock.now() - resource.traits.keyLagMs
    const records = await resource.readKeys(items.map((item) => item.key), signal)
    const interval = { from, to: clock.now() }
    const options = (extra: Partial<IntakeOptions>): IntakeOptions => ({
      place, work: { ...work, now: clock.now() }, priority: PRIORITY.run, listLagMs: 1,
      judging: { ordered: resource.traits.version === 'ordered', omitsEmpty: resource.traits.omitsEmpty, lookedAt: 0 },
      unparked: items, ...extra,
    })
    const { verify } = await intake(store, records.map((record) => prepare(place, record, interval)), options({}))
    const again = new Set(verify.map(({ record }) => record.key))
    if (verify.length > 0) await verified(resource, verify, (extra) => options({ ...extra, unparked: items.filter((item) => again.has(item.key)) }), parts, signal)
    const there = new Set(records.map((record) => record.key))
    const gone = new Set(items.filter((item) => !there.has(item.key)).map((item) => item.link))
    const ended = links.filter((link) => gone.has(link.id) && link.state === 'live' && link.seenTo <= from)
    if (ended.length > 0) await end(store, place, ended, { ...work, now: clock.now() })
  }
}
