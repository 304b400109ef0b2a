/** A record that was due to exist is there (semantics §2.4, §2.8): the hub made it, or a user did. */
import type { Intent, LinkRow } from '../store/rows.ts'
import { sameNative } from './agree.ts'
import { journal } from './journal.ts'
import type { Prepared } from './prepare.ts'
import { resolveReferences } from './references.ts'
import type { Place } from './runtime.ts'
import { MAY_EXIST } from './may-exist.ts'
import { logSuspects, suspecting } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

/** A record that was due to exist is there: values equal to what was to be written are echo, the rest is first sight. */
export async function fill(set: WorkingSet, place: Place, slot: LinkRow, { o, fixes }: { o: Prepared; fixes: LinkRow['fixes'] }): Promise<LinkRow> {
  await set.loadCommands([slot.id])
  const command = set.command(slot.id)
  // Of a create that was surely not executed nothing is there: this record is a user's.
  const intent = command?.intent?.kind === 'create' && (command.state !== 'aside' || command.reason === MAY_EXIST) ? command.intent : undefined
  const link: LinkRow = {
    ...slot, key: o.key, numericKey: o.numericKey, state: 'live', origin: intent ? 'made' : 'read', seen: o.seen, hash: o.partial ? '' : o.hash, version: o.version, seenFrom: o.from,
    seenTo: o.to, editedAt: o.editedAt === null ? null : Math.min(o.editedAt, o.to), fixes, said: intent ? {} : null,
  }
  set.putLink(link)
  if (!intent) return link
  return filled(set, place, link, intent)
}

/**
 * A record that may be what a create made whose answer was lost, or a user's own. What is there as it was sent is echo. What was
 * sent and is there otherwise is the target's form of it or somebody's word: writing it once more tells. The rest is first sight.
 */
export function filled(set: WorkingSet, place: Place, link: LinkRow, intent: Intent): LinkRow {
  const reads = set.reads(link)
  const said: Record<string, NonNullable<LinkRow['said']>[string]> = {}
  const command = set.command(link.id)
  if (command && !place.receiver) set.dropCommand(link.id, 'withdrawn')
  else if (command) set.putCommand({ ...command, kind: 'update', state: 'due', reason: null, holder: null, notBefore: set.work.now, intent: null })
  const golden = set.golden(set.survivor(link.golden))
  const isOwn = !isMade(place, link, intent)
  if (!isOwn) {
    // Its answer was lost, the write was not.
    set.count(place, 'created')
    journal(set, place, { intent, link, record: link.key! })
  }
  for (const name of place.contributes) {
    const field = place.fields.get(name)!
    const read = reads.get(name)
    // Where nothing is written any more nothing will tell: a record that has nothing of what was sent is a user's own.
    if (Object.hasOwn(intent.sources, field.source) && (place.receiver || !isOwn)) {
      // Whoever said what was sent is not listened to any more: the plan became another one meanwhile. It is the record's own word then.
      if (golden?.values[name] === undefined && intent.hub[name] !== undefined) said[name] = { value: intent.hub[name], time: null, on: link.golden, over: 0, rev: null, first: true, adopted: true }
      continue
    }
    if (read?.is !== 'value' || read.value === null) continue
    said[name] = { value: resolveReferences(set, read.value, field.type, place.system), time: link.editedAt, on: link.golden, over: 0, rev: null, first: true }
  }
  // Who typed over what the create brought knew it.
  const suspect = suspecting(place, link, intent, link.seen!, set.work.now)
  if (place.receiver) return set.putLink({ ...suspect, said, agreed: isOwn ? link.agreed : intent.rev })
  if (isOwn) return set.putLink({ ...link, said })
  logSuspects(set, place, suspect)
  return set.putLink({ ...link, said, agreed: intent.rev })
}

/**
 * A user's own record has the same identifiers; what else was sent stands only in what the create made. Where nothing else was sent,
 * the create made it.
 */
function isMade(place: Place, link: LinkRow, intent: Intent): boolean {
  const identifying = new Set(place.identifierFields.flat().map((name) => place.fields.get(name)?.source))
  const telling = Object.entries(intent.sources).filter(([source, value]) => value !== null && !identifying.has(source))
  return telling.length === 0 || telling.some(([source, value]) => sameNative(link.seen?.[source], value))
}
