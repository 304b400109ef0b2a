/** Two golden records are one, or one is two: a steward's merge and split (semantics §2.10). */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import { isGroup } from '../record/value.ts'
import type { DecisionRow, GoldenRow, LinkRow, Statement } from '../store/rows.ts'
import { carryOut, decided, type Decided, deciding, decisionRow, type Steward } from './decide.ts'
import type { EngineParts } from './engine.ts'
import { namedRecord, nameOfLink } from './named-record.ts'
import { prepareReferences, referencesAmong } from './references.ts'
import type { EntityRuntime } from './runtime.ts'
import { renewClaims, writtenOut } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

registerErrors({
  'sync.already_same': { class: 'plan', hint: 'Nothing to do; `plimsoll records show` shows what belongs to it.' },
  'sync.other_entity': { class: 'plan', hint: 'Only records of one entity can be the same.' },
  'sync.busy': { class: 'conflict', hint: 'Run `plimsoll sync` once more, which finds out how that write ended, and decide again.' },
})

export interface Pair extends Steward { readonly a: string; readonly b: string }

/** `b` is the same as `a`: everything of it moves to `a`, whose id stays; the id of `b` leads there. */
export function same(parts: EngineParts, options: Pair): Promise<Decided> {
  return deciding(parts, async (set) => {
    const [first, second] = [await namedRecord(set.tx, set.work.runtime, options.a), await namedRecord(set.tx, set.work.runtime, options.b)]
    const [into, from] = [first.golden, second.golden]
    if (into.id === from.id) throw new PlimsollError('sync.already_same', `${options.a} and ${options.b} are the same record already.`)
    if (into.entity !== from.entity) throw new PlimsollError('sync.other_entity', `${options.a} is a ${into.entity}, ${options.b} a ${from.entity}.`)
    const entity = await loadBoth(set, [into.id, from.id])
    const rev = into.rev + 1
    const moved: number[] = []
    const at = (link: LinkRow): string => `${link.system}/${link.resource}`
    const there = new Map(set.linksOf(into.id).filter((link) => link.state !== 'mentioned').map((link) => [at(link), link]))
    for (const link of set.linksOf(from.id)) {
      const other = there.get(at(link))
      // Of two records that are due to exist, or one that is due and one that is there, one is enough.
      if (link.state === 'slot' && other) {
        set.removeLink(link.id)
        continue
      }
      if (other?.state === 'slot' && link.state === 'live') set.removeLink(other.id)
      moveTo(set, entity, set.placeOf(link) ? writtenOut(set, link) : link, into.id)
      moved.push(link.id)
    }
    movedDecisions(set, from, into)
    set.decide(decisionRow(set, options, {
      kind: 'same', entity: into.entity, about: [from.id, into.id], over: rev,
      value: { from: from.id, into: into.id, rev: String(rev), links: moved.map(String) },
    }))
    set.change({ golden: into.id, entity: into.entity, field: '', kind: 'merge', rev, before: from.id, after: into.id })
    set.change({ golden: from.id, entity: into.entity, field: '', kind: 'merge', rev: from.rev, before: from.id, after: into.id })
    const others = await partnersOf(set, [into, from])
    for (const partner of others) set.putGolden({ ...partner, review: partner.review.map((item) => (item.with === from.id ? { ...item, with: into.id } : item)) })
    const review = [...into.review, ...from.review].filter((item) => item.with !== into.id && item.with !== from.id)
    set.putGolden({ ...from, mergedInto: into.id, established: true, review: [] })
    const survivor = set.putGolden({ ...into, rev, established: true, review })
    await carryOut(set, [survivor, set.golden(from.id)!])
    return decided(set, into.id)
  })
}

/** `a` and `b` are not the same: nothing joins them again. Records of one golden record are divided. */
export function notSame(parts: EngineParts, options: Pair): Promise<Decided & { readonly other: string }> {
  return deciding(parts, async (set) => {
    const [first, second] = [await namedRecord(set.tx, set.work.runtime, options.a), await namedRecord(set.tx, set.work.runtime, options.b)]
    if (first.golden.entity !== second.golden.entity) throw new PlimsollError('sync.other_entity', `${options.a} is a ${first.golden.entity}, ${options.b} a ${second.golden.entity}.`)
    const entity = await loadBoth(set, [first.golden.id, second.golden.id])
    let [a, b] = [set.golden(first.golden.id)!, set.golden(second.golden.id)!]
    if (a.id === b.id) {
      const merge = mergeBehind(set, a, [second, first])
      const named = second.link ?? first.link
      if (merge) await set.loadGoldens([merge.from])
      if (merge) b = undo(set, entity, a, merge)
      else if (named && set.linksOf(a.id).length > 1) b = divide(set, entity, a, named)
      else throw new PlimsollError('sync.already_same', `${options.a} and ${options.b} name one record. To divide it, name one of its records as system/resource/key.`)
      set.change({ golden: a.id, entity: a.entity, field: '', kind: 'split', rev: a.rev, before: a.id, after: b.id })
      a = set.golden(a.id)!
    }
    set.decide(decisionRow(set, options, { kind: 'not_same', entity: a.entity, about: [a.id, b.id].toSorted() }))
    for (const golden of [a, b]) {
      const other = golden === a ? b.id : a.id
      set.putGolden({ ...golden, established: true, review: golden.review.filter((item) => item.with !== other) })
    }
    await carryOut(set, [set.golden(a.id)!, set.golden(b.id)!])
    return { ...decided(set, a.id), other: b.id }
  })
}

/** Both records with everything that hangs on them. Whoever is being written right now waits. */
async function loadBoth(set: WorkingSet, ids: readonly string[]): Promise<EntityRuntime> {
  await set.loadGoldens(ids)
  const entity = set.entity(set.golden(ids[0]!)!.entity)
  const links = ids.flatMap((id) => set.linksOf(id))
  await set.loadCommands(links.map((link) => link.id))
  await set.loadClaims(links.map((link) => link.id))
  if (entity.references.length > 0) await prepareReferences(set, links.flatMap((link) => referencesAmong(entity, set.placeOf(link), set.reads(link))))
  const busy = links.find((link) => ['sending', 'unsure'].includes(set.command(link.id)?.state ?? ''))
  if (busy) throw new PlimsollError('sync.busy', `Of a write to ${nameOfLink(busy)} nobody knows yet how it ended.`)
  return entity
}

async function partnersOf(set: WorkingSet, goldens: readonly GoldenRow[]): Promise<GoldenRow[]> {
  const ids = new Set(goldens.flatMap((golden) => golden.review.flatMap((item) => (item.with === undefined ? [] : [item.with]))))
  for (const golden of goldens) ids.delete(golden.id)
  await set.loadGoldens(ids)
  return [...ids].map((id) => set.golden(id)).filter((row) => row !== undefined)
}

function moveTo(set: WorkingSet, entity: EntityRuntime, link: LinkRow, golden: string): void {
  const moved = set.putLink({ ...link, golden, agreed: 0 })
  renewClaims(set, entity, moved)
  const command = set.command(link.id)
  if (command) set.putCommand({ ...command, golden })
}

/** Decisions about the one that goes count for the one that stays; its own pins win. */
function movedDecisions(set: WorkingSet, from: GoldenRow, into: GoldenRow): void {
  const pinned = new Set(set.decisionsOn(into.id).filter((d) => d.kind === 'pin').map((d) => d.field))
  for (const row of set.decisionsOn(from.id)) {
    if (row.kind === 'not_same' && row.about.includes(into.id)) set.decide({ ...row, ended: true })
    else if (!(row.kind === 'pin' && pinned.has(row.field)) && !row.about.includes(into.id)) set.decide({ ...row, about: [...row.about, into.id] })
  }
}

interface Merge { readonly row: DecisionRow; readonly from: string; readonly rev: number; readonly links: ReadonlySet<number> }

/** The merge by which one of the named records came in. */
function mergeBehind(set: WorkingSet, golden: GoldenRow, named: readonly { readonly named: GoldenRow; readonly link: LinkRow | undefined }[]): Merge | undefined {
  const merges = set.decisionsOn(golden.id).flatMap((row): Merge[] => {
    if (row.kind !== 'same' || !isGroup(row.value) || row.value['into'] !== golden.id) return []
    const links = row.value['links'] as readonly string[]
    return [{ row, from: String(row.value['from']), rev: Number(row.value['rev']), links: new Set(links.map(Number)) }]
  })
  for (const one of named) {
    const found = merges.find((merge) => merge.from === one.named.id || (one.link !== undefined && merge.links.has(one.link.id)))
    if (found) return found
  }
  return undefined
}

/** The former state comes back under the former id; edits made since stay with the records they were made in. */
function undo(set: WorkingSet, entity: EntityRuntime, golden: GoldenRow, merge: Merge): GoldenRow {
  const former = set.golden(merge.from)!
  set.putGolden({ ...former, mergedInto: null })
  for (const link of set.linksOf(golden.id)) {
    const back = merge.links.has(link.id)
    const said = link.said && Object.fromEntries(Object.entries(link.said).flatMap(([field, s]): [string, Statement][] => {
      if (s.on !== golden.id) return [[field, s]]
      // What was adopted meanwhile was the word of both.
      if (s.adopted && (s.rev ?? 0) >= merge.rev) return []
      return [[field, back ? { ...s, on: former.id, over: former.rev, rev: null } : s]]
    }))
    if (back) moveTo(set, entity, { ...link, said }, former.id)
    else if (said !== null) set.putLink({ ...link, said })
  }
  for (const row of set.decisionsOn(golden.id)) {
    if (row.id === merge.row.id) set.decide({ ...row, ended: true })
    else if (row.about.includes(former.id)) set.decide({ ...row, about: row.about.filter((id) => id !== golden.id) })
  }
  return set.golden(former.id)!
}

/** One record leaves, under a new id. */
function divide(set: WorkingSet, entity: EntityRuntime, golden: GoldenRow, link: LinkRow): GoldenRow {
  const fresh = set.newGolden(golden.entity)
  const out = writtenOut(set, set.link(link.id)!)
  const said = out.said && Object.fromEntries(Object.entries(out.said).flatMap(([field, s]): [string, Statement][] =>
    s.adopted ? [] : [[field, { ...s, on: fresh.id, over: 0, rev: null }]]))
  moveTo(set, entity, { ...out, said }, fresh.id)
  return fresh
}
