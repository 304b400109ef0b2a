/** Writes of which nobody knows the end (semantics §2.8): the target is asked before anything is sent again. */
import type { Store } from '../store/contract.ts'
import type { SourceRecord } from '../systems/contract.ts'
import type { Resource } from '../systems/contract.ts'
import { sameNative } from './agree.ts'
import type { Claimed } from './claim.ts'
import type { Place } from './runtime.ts'
import { lookUp, type Answered, type SendOptions } from './send.ts'
import { settle, type SettleOptions } from './settle.ts'
import { shortId } from './intake.ts'
import { FOR_PASS, MAY_EXIST } from './may-exist.ts'
import { suspecting, writtenOut } from './statements.ts'
import { WorkingSet } from './working-set.ts'

export async function resolveUnsure(store: Store, place: Place, resource: Resource, commands: readonly Claimed[], send: SendOptions, options: SettleOptions): Promise<void> {
  const answers: Answered[] = []
  const again: { claimed: Claimed; held?: SourceRecord }[] = []
  const stuck: Claimed[] = []
  const waits: Claimed[] = []

  const updates = commands.filter((c) => c.intent.kind === 'update')
  if (updates.length > 0 && resource.traits.readByKey && resource.readKeys) {
    const sentAt = send.clock.now()
    const records = new Map((await resource.readKeys(updates.map((c) => c.link.key!), send.signal)).map((record) => [record.key, record]))
    send.onCall()
    const answeredAt = send.clock.now()
    for (const claimed of updates) {
      const held = records.get(claimed.link.key!)
      if (!held) answers.push({ claimed, result: { is: 'missing' }, sentAt, answeredAt })
      else if (arrived(place, claimed, held)) answers.push({ claimed, result: { is: 'done', key: held.key }, held, sentAt: claimed.intent.sentAt, answeredAt })
      else again.push({ claimed, held })
    }
  } else again.push(...updates.map((claimed) => ({ claimed })))

  again.push(...commands.filter((c) => c.intent.kind === 'delete').map((claimed) => ({ claimed })))

  const creates = commands.filter((c) => c.intent.kind === 'create')
  if (creates.length > 0) {
    const { traits } = resource
    const looked = traits.find ? await lookUp(place, resource, creates, send) : undefined
    for (const claimed of creates) {
      const records = looked?.ok ? looked.value.get(claimed) : undefined
      if (records) answers.push({ claimed, result: { is: 'found', records }, sentAt: claimed.intent.sentAt, answeredAt: send.clock.now() })
      else if (looked?.ok || traits.idempotency) again.push({ claimed })
      else if (looked && !looked.ok) answers.push({ claimed, result: { is: 'unsure', says: looked.error.message }, sentAt: claimed.intent.sentAt, answeredAt: send.clock.now() })
      else (traits.read ? waits : stuck).push(claimed)
    }
  }
  if (answers.length > 0) await settle(store, answers, options)
  if (again.length + stuck.length + waits.length === 0) return
  await store.transaction(async (tx) => {
    const set = new WorkingSet(tx, options.work)
    await set.loadCommands([...again.map((a) => a.claimed), ...stuck, ...waits].map((c) => c.link.id))
    set.addLinks(await tx.linksById(again.map((a) => a.claimed.link.id)))
    await set.loadGoldens(again.map((a) => a.claimed.golden.id))
    const current = (claimed: Claimed) => {
      const row = set.command(claimed.link.id)
      return row && row.fence === claimed.command.fence ? row : undefined
    }
    for (const { claimed, held } of again) {
      const row = current(claimed)
      if (!row) continue
      const before = held === undefined || claimed.intent.kind !== 'update' || untouched(place, claimed, held)
      // Neither what was sent nor what was there: the target's own form of it, or somebody's edit. Writing once more tells.
      const link = set.link(row.link)
      if (!before && held && link) set.putLink(suspecting(place, writtenOut(set, link), claimed.intent, place.mapping.pick(held.values), set.work.now))
      set.putCommand({ ...row, state: 'due', holder: null, notBefore: set.work.now, reason: null, intent: claimed.intent.kind === 'create' && resource.traits.idempotency ? claimed.intent : null })
    }
    // Readable only as a list: the next complete pass that began after the request could still be executed tells.
    for (const claimed of waits) {
      const row = current(claimed)
      if (row) set.putCommand({ ...row, state: 'waiting', reason: FOR_PASS, holder: null, notBefore: set.work.now })
    }
    for (const claimed of stuck) {
      const row = current(claimed)
      if (!row) continue
      set.putCommand({ ...row, state: 'aside', reason: MAY_EXIST, holder: null })
      set.putAside({
        id: shortId(set), direction: 'out', entity: place.entity, system: place.system, resource: place.resource, key: claimed.record, link: claimed.link.id, hash: '', field: null,
        value: null, rule: 'may_exist', says: `Nobody knows whether ${place.system} made this record: the answer was lost, and it can't be asked.`,
        mend: `Look in ${place.system}: \`plimsoll errors fix <id> key=<its key>\` if it is there, \`plimsoll errors retry <id>\` if not.`,
        raw: claimed.intent.sources, state: 'open', fix: null, at: set.work.now, run: set.work.run, times: 1,
      })
    }
    await set.save()
  }, { as: 'unsure' })
}

/** Every written source holds what was sent, or means the same. */
function arrived(place: Place, claimed: Claimed, held: SourceRecord): boolean {
  const seen = place.mapping.pick(held.values)
  return claimed.intent.fields.every((name) => {
    const field = place.fields.get(name)
    if (!field || sameNative(seen[field.source], claimed.intent.sources[field.source])) return true
    return field.reads && JSON.stringify(field.read(seen)) === JSON.stringify(field.read({ ...seen, ...claimed.intent.sources }))
  })
}

function untouched(place: Place, claimed: Claimed, held: SourceRecord): boolean {
  const seen = place.mapping.pick(held.values)
  return Object.entries(claimed.intent.before).every(([source, value]) => sameNative(seen[source] ?? null, value))
}
