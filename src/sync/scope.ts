/** Which systems must hear of a golden record (semantics §2.6). A command is opened without content; the claim decides what is written. */
import type { CommandRow, DueRow, GoldenRow, LinkRow } from '../store/rows.ts'
import { agrees } from './agree.ts'
import { FOR_PASS, MAY_EXIST } from './may-exist.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { statementsOf } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

export const PRIORITY = { event: 0, run: 1, backfill: 2 } as const
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY]

/** Fields that shall hold the golden value in this link's system: what is written there, and owned fields that the owner never said. */
export function wantable(set: WorkingSet, place: Place, link: LinkRow, golden: GoldenRow): string[] {
  const said = link.key === null ? {} : statementsOf(set, link)
  // A pin reaches the owner, and so does its release.
  const pinned = new Set(set.decisionsOn(golden.id).filter((d) => d.kind === 'pin' || d.kind === 'release').map((d) => d.field))
  const undecided = new Set(golden.review.filter((item) => item.kind === 'ask').map((item) => item.field))
  return [...place.written].filter((field) => {
    if (golden.values[field] === undefined || undecided.has(field)) return false
    // Invariant 11: what its owner has said is changed in the owner only by a steward. Its own word is given back to it where a
    // write that nobody knew the end of went over it.
    return !place.owns.has(field) || said[field] === undefined || pinned.has(field) || golden.from[field]?.link === 0 || golden.from[field]?.link === link.id
  })
}

/** Fields of a link that do not agree with its golden record. Invariant 12: where this is empty, nothing is written any more. */
export function unequal(set: WorkingSet, place: Place, link: LinkRow, golden: GoldenRow): string[] {
  // Where an archived record is marked, the mark stands and not the field: two words for one place would be written in turn.
  const marks = golden.state === 'archived' && place.receiver?.flow.whenDeleted === 'archive' ? place.mapping.archived : undefined
  return wantable(set, place, link, golden).filter((field) => !agrees(set, link, place, place.fields.get(field)!, golden) && !(marks && Object.hasOwn(marks, place.fields.get(field)!.source)))
}

/** A golden record belongs to a flow if it has a live record at a system that sends in it; its end belongs where it came from. */
export const belongs = (set: WorkingSet, place: Place, golden: GoldenRow): boolean =>
  set.linksOf(golden.id).some((link) => (link.state === 'live' || (link.state === 'gone' && golden.state !== 'live'))
    && place.receiver!.flow.ends.some((end) => end.sends && end.system === link.system))

/** An edit that whoever deleted the record had not been given: nothing is deleted over it (semantics §2.9). */
export function unseenEdit(set: WorkingSet, golden: GoldenRow): boolean {
  const { home } = set.entity(golden.entity).entity.golden
  const links = set.linksOf(golden.id)
  const knew = Math.max(0, ...links.filter((link) => link.state === 'gone' && (home === 'plimsoll' || link.system === home)).map((link) => link.agreed))
  return links.some((link) => link.state === 'live' && Object.values(link.said ?? {}).some((s) => s.first === undefined && s.adopted === undefined && (s.rev === null || s.rev > knew)))
}

export const deletedOverEdit = (golden: GoldenRow, now: number): GoldenRow => ({
  ...golden, state: 'live', review: [...golden.review, { kind: 'deleted', says: 'The record was deleted, but somebody edited it elsewhere meanwhile.', at: now }],
})

/** Evaluates every receiving place of one golden record; slots are made for records that are due to exist. */
export async function openCommands(set: WorkingSet, entity: EntityRuntime, id: string, priority: Priority): Promise<void> {
  const golden = set.golden(id)
  if (!golden || golden.mergedInto !== null || golden.rev === 0) return
  const links = set.linksOf(id)
  for (const place of entity.places) {
    const here = links.filter((link) => link.system === place.system && link.resource === place.resource && link.state !== 'mentioned')
    if (!place.receiver || !belongs(set, place, golden)) {
      for (const link of here) if (link.state === 'live') markAgreed(set, place, link, golden)
      continue
    }
    if (golden.state === 'ended') {
      if (place.receiver.flow.whenDeleted === 'delete') for (const link of here) if (link.state === 'live') openCommand(set, place, link, priority)
      continue
    }
    // What was archived before it came here is not made here.
    if (here.length === 0) {
      if (golden.state !== 'live' || !place.receiver.end.may.has('create') || heldElsewhere(links, place) || !takesNew(entity, place)) continue
      openCommand(set, place, await newSlot(set, place, golden), priority)
    }
    for (const link of here) {
      if (link.state === 'slot') openCommand(set, place, link, priority)
      else if (link.state === 'live') {
        if (unequal(set, place, link, golden).length > 0 || projectsArchive(place, golden, link)) openCommand(set, place, link, priority)
        else markAgreed(set, place, link, golden)
      }
    }
  }
}

/** Another resource of the same system holds the record already (private and business customers). */
const heldElsewhere = (links: readonly LinkRow[], place: Place): boolean =>
  links.some((link) => link.system === place.system && link.resource !== place.resource && (link.state === 'live' || link.state === 'slot'))

/** Of several resources for one entity, new records go where no condition is set, else to the first. */
export function takesNew(entity: EntityRuntime, place: Place): boolean {
  const siblings = entity.places.filter((other) => other.system === place.system && other.receiver)
  return (siblings.find((other) => other.hold.where.length === 0) ?? siblings[0]) === place
}

/** The hold says how an archived record is marked, and this one is not marked. */
function projectsArchive(place: Place, golden: GoldenRow, link: LinkRow): boolean {
  const archived = place.mapping.archived
  return golden.state === 'archived' && archived !== undefined && place.receiver?.flow.whenDeleted === 'archive'
    && Object.keys(archived).some((source) => JSON.stringify(link.seen?.[source]) !== JSON.stringify(archived[source]))
}

async function newSlot(set: WorkingSet, place: Place, golden: GoldenRow): Promise<LinkRow> {
  return set.putLink(slotOf(place, golden.id, await set.newLinkId()))
}

/** A record that is due to exist. */
export const slotOf = (place: Place, golden: string, id: number): LinkRow => ({
  id, entity: place.entity, system: place.system, resource: place.resource, key: null, numericKey: false, generation: 0, golden,
  state: 'slot', origin: 'made', seen: null, hash: '', version: null, seenFrom: 0, seenTo: 0, editedAt: null, said: {}, firstRev: 0, altered: {},
  agreed: 0, doubt: {}, flips: {}, fixes: {}, missed: 0,
})

/** The create of a record whose golden record nobody else knows yet; whoever saves it counts it as opened. */
export const dueRow = (set: WorkingSet, place: Place, golden: string, link: number, priority: Priority): DueRow => ({
  link, golden, flow: place.receiver!.flow.key, system: place.system, resource: place.resource, entity: place.entity, priority, at: set.work.now,
})

const newCommand = (set: WorkingSet, place: Place, link: LinkRow, kind: CommandRow['kind'], priority: Priority): CommandRow => ({
  link: link.id, flow: place.receiver!.flow.key, system: place.system, resource: place.resource, entity: place.entity, golden: link.golden, kind, priority,
  state: 'due', reason: null, waitsFor: null, openedAt: set.work.now, notBefore: set.work.now, attempts: 0, holder: null, fence: 0, leaseUntil: 0, intent: null,
})

function openCommand(set: WorkingSet, place: Place, link: LinkRow, priority: Priority): void {
  const open = set.command(link.id)
  const kind = link.key === null ? 'create' : set.golden(link.golden)?.state === 'ended' ? 'delete' : 'update'
  if (open) {
    // What was refused or waits is looked at again: the record has changed since. Not so a create that may have been executed (invariant 6).
    const known = open.intent?.rev ?? 0
    if ((open.state === 'waiting' && open.reason !== FOR_PASS) || (open.state === 'aside' && open.reason !== MAY_EXIST && (set.golden(link.golden)?.rev ?? 0) > known)) {
      set.putCommand({ ...open, golden: link.golden, kind, state: 'due', reason: null, waitsFor: null, notBefore: set.work.now, intent: open.state === 'aside' ? null : open.intent })
    }
    else if (open.golden !== link.golden || open.kind !== kind) set.putCommand({ ...open, golden: link.golden, kind })
    return
  }
  set.putCommand(newCommand(set, place, link, kind, priority))
}

/** The system is known to hold the golden record as it is now. */
function markAgreed(set: WorkingSet, place: Place, link: LinkRow, golden: GoldenRow): void {
  if (link.agreed === golden.rev || link.seen === null) return
  const all = [...place.fields.values()].every((field) => (!field.reads && !field.writes) || agrees(set, link, place, field, golden))
  if (all) set.putLink({ ...link, agreed: golden.rev })
}
