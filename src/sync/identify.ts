/** Which golden record a record belongs to (semantics §2.4). */
import { groupBy } from '../base/group.ts'
import type { GoldenRow, LinkRow, ReviewItem } from '../store/rows.ts'
import type { Identity } from './identity.ts'
import { loadIdentifying } from './references.ts'
import type { EntityRuntime, Identifier } from './runtime.ts'
import { identitiesOf, renewClaims } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

/** A value that more records of one resource share than this identifies nothing: a switchboard, an office mailbox. */
const LIMIT = 5
/** A component of more golden records than this is not regrouped by itself; a person looks at it. */
const MAX_COMPONENT = 200

export type Identified =
  | { readonly is: 'new' }
  | { readonly is: 'golden'; readonly golden: string; readonly slot?: LinkRow }
  /** Another key of the same resource holds this golden record: is that key still there? */
  | { readonly is: 'other_key'; readonly golden: string; readonly other: LinkRow }
  /** More than one golden record, or a contradiction: grouping decides. */
  | { readonly is: 'regroup'; readonly goldens: readonly string[] }

/** Claimants must be loaded. `id` of a golden record that the system sent back decides alone. */
export function identify(set: WorkingSet, entity: EntityRuntime, link: { readonly system: string; readonly resource: string; readonly id?: number }, identities: readonly Identity[], mark: string | undefined): Identified {
  if (mark !== undefined) {
    const golden = set.golden(mark)
    if (golden && golden.entity === entity.entity.key) return candidate(set, entity, link, set.survivor(mark), [])
  }
  const found = new Set<string>()
  for (const { kind, value } of identities) {
    const claimants = set.claimants(entity.entity.key, kind, value).filter((other) => other.id !== link.id)
    if (overLimit(claimants, link)) continue
    for (const other of claimants) {
      // Who is gone contradicts nobody: another number then means another record.
      if (other.state === 'gone' && contradicts(entity, identities, identitiesOf(set, entity, other))) continue
      found.add(set.survivor(other.golden))
    }
  }
  if (found.size === 0) return { is: 'new' }
  if (found.size > 1) return { is: 'regroup', goldens: [...found] }
  return candidate(set, entity, link, [...found][0]!, identities)
}

/** Where a record with these identities stands in a golden record that claims to be the same. */
export function candidate(set: WorkingSet, entity: EntityRuntime, link: { readonly system: string; readonly resource: string; readonly id?: number }, golden: string, identities: readonly Identity[]): Identified {
  const here = set.linksOf(golden).filter((other) => other.system === link.system && other.resource === link.resource && other.id !== link.id)
  if (contradicts(entity, identities, identitiesOfGroup(set, entity, set.linksOf(golden)))) return { is: 'regroup', goldens: [golden] }
  const slot = here.find((other) => other.key === null)
  if (slot) return { is: 'golden', golden, slot }
  const other = here.find((o) => o.state === 'live' || o.state === 'left')
  if (other) return { is: 'other_key', golden, other }
  return { is: 'golden', golden }
}

const overLimit = (claimants: readonly LinkRow[], link: { readonly system: string; readonly resource: string }): boolean =>
  claimants.filter((other) => other.state !== 'gone' && other.system === link.system && other.resource === link.resource).length >= LIMIT

function identitiesOfGroup(set: WorkingSet, entity: EntityRuntime, links: readonly LinkRow[]): Identity[] {
  return links.filter((link) => link.state === 'live' || link.state === 'left').flatMap((link) => identitiesOf(set, entity, link))
}

/** Both have a value of a strong identifier, and none in common. */
function contradicts(entity: EntityRuntime, a: readonly Identity[], b: readonly Identity[]): boolean {
  return entity.identifiers.some((identifier: Identifier) => {
    if (!identifier.strong) return false
    const mine = a.filter((id) => id.kind === identifier.kind)
    const theirs = b.filter((id) => id.kind === identifier.kind)
    return mine.length > 0 && theirs.length > 0 && !mine.some((id) => theirs.some((other) => other.value === id.value))
  })
}

interface Group { links: LinkRow[]; goldens: Set<string>; established: string | undefined; identities: Identity[] }

/**
 * Divides a component of equal claims into golden records, in an order that no arrival order enters. What is established (was
 * written somewhere, decided by a person, or found together by an earlier run) is kept; the rest may be divided freely. An edge that is not used becomes a review.
 */
export async function regroup(set: WorkingSet, entity: EntityRuntime, seeds: readonly string[]): Promise<ReadonlySet<string>> {
  const component = await componentOf(set, entity, seeds)
  const groups: Group[] = []
  const groupOf = new Map<number, Group>()
  for (const golden of component) {
    const links = set.linksOf(golden.id).filter((link) => link.state !== 'slot')
    const parts = golden.established || links.length === 0 ? [links] : links.map((link) => [link])
    for (const part of parts) {
      const group: Group = {
        links: part, goldens: new Set([golden.id]), established: golden.established ? golden.id : undefined,
        identities: identitiesOfGroup(set, entity, part),
      }
      groups.push(group)
      for (const link of part) groupOf.set(link.id, group)
    }
  }
  const unused: { a: LinkRow; b: LinkRow; kind: 'same' | 'duplicate' }[] = []
  for (const [a, b] of edges(set, entity, groupOf)) {
    const [x, y] = [groupOf.get(a.id)!, groupOf.get(b.id)!]
    if (x === y) continue
    const obstacle = whyNot(set, entity, x, y)
    if (obstacle === 'decided') continue
    if (obstacle) unused.push({ a, b, kind: obstacle })
    else join(x, y, groupOf)
  }
  return settleGroups(set, entity, component, new Set(groupOf.values()), unused, groupOf)
}

/** One of two records that a person was asked about is gone, or says that it is another: perhaps there is no question any more. */
export async function askedAnew(set: WorkingSet, entity: EntityRuntime, id: string): Promise<ReadonlySet<string>> {
  const others = set.golden(id)?.review.flatMap((item) => ((item.kind === 'same' || item.kind === 'duplicate') && item.with !== undefined ? [item.with] : [])) ?? []
  return others.length === 0 ? new Set() : regroup(set, entity, [id, ...others])
}

async function componentOf(set: WorkingSet, entity: EntityRuntime, seeds: readonly string[]): Promise<GoldenRow[]> {
  await set.loadGoldens(seeds)
  const found = new Set(seeds.map((id) => set.survivor(id)))
  for (let size = 0; size !== found.size && found.size <= MAX_COMPONENT; ) {
    size = found.size
    const links = [...found].flatMap((golden) => set.linksOf(golden))
    await set.loadClaims(links.map((link) => link.id))
    await loadIdentifying(set, entity, () => links)
    const values = new Map(links.flatMap((link) => set.claimsOf(link.id)).map((claim) => [`${claim.kind}/${claim.value}`, { kind: claim.kind, value: claim.value }]))
    await set.loadClaimants(entity.entity.key, [...values.values()])
    for (const { kind, value } of values.values()) {
      const claimants = set.claimants(entity.entity.key, kind, value)
      if (tooMany(claimants)) continue
      for (const link of claimants) found.add(set.survivor(link.golden))
    }
  }
  const component = [...found].map((id) => set.golden(id)).filter((row): row is GoldenRow => row !== undefined && row.state !== 'ended')
  return (await everythingWasRead(set, entity)) ? component.map((golden) => agreedUpon(set, golden)) : component
}

/** Every place that says something about the entity had its first whole pass before this run. */
async function everythingWasRead(set: WorkingSet, entity: EntityRuntime): Promise<boolean> {
  const rows = await set.tx.resources()
  return entity.places.filter((place) => place.contributes.size > 0).every((place) => {
    const row = rows.find((r) => r.system === place.system && r.resource === place.resource && r.entity === place.entity)
    return (row?.firstPassAt ?? null) !== null && row!.firstPassAt! < set.work.startedAt
  })
}

/** Records that were found to be the same by a run that saw everything are in use as one, also where nothing had to be written. */
function agreedUpon(set: WorkingSet, golden: GoldenRow): GoldenRow {
  if (golden.established || golden.createdAt >= set.work.startedAt) return golden
  const together = set.linksOf(golden.id).filter((link) => link.state === 'live' && link.firstRev !== 0)
  return together.length > 1 ? set.putGolden({ ...golden, established: true }) : golden
}

const tooMany = (claimants: readonly LinkRow[]): boolean =>
  [...groupBy(claimants.filter((link) => link.state !== 'gone'), (link) => `${link.system}/${link.resource}`).values()].some((links) => links.length > LIMIT)

/** In order of (identifier in the plan, value, systems in the plan, keys). */
function* edges(set: WorkingSet, entity: EntityRuntime, groupOf: ReadonlyMap<number, Group>): Generator<readonly [LinkRow, LinkRow]> {
  const rank = (link: LinkRow): number => set.work.runtime.rank.get(link.system) ?? Number.MAX_SAFE_INTEGER
  const order = (a: LinkRow, b: LinkRow): number =>
    rank(a) - rank(b) || compareText(a.resource, b.resource) || compareText(a.key ?? '', b.key ?? '')
  const links = [...groupOf.keys()].map((id) => set.link(id)!)
  for (const identifier of entity.identifiers) {
    const claims = links.flatMap((link) => set.claimsOf(link.id).filter((claim) => claim.kind === identifier.kind).map((claim) => ({ link, value: claim.value })))
    const byValue = groupBy(claims, (claim) => claim.value)
    for (const value of [...byValue.keys()].toSorted(compareText)) {
      const members = byValue.get(value)!.map((claim) => claim.link).toSorted(order)
      if (tooMany(members)) continue
      for (let i = 0; i < members.length; i += 1) for (let j = i + 1; j < members.length; j += 1) yield [members[i]!, members[j]!]
    }
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function whyNot(set: WorkingSet, entity: EntityRuntime, x: Group, y: Group): 'same' | 'duplicate' | 'decided' | undefined {
  for (const golden of x.goldens) {
    if (set.decisionsOn(golden).some((d) => d.kind === 'not_same' && d.about.some((id) => id !== golden && y.goldens.has(id)))) return 'decided'
  }
  const live = (link: LinkRow): boolean => link.state === 'live' || link.state === 'left'
  if (x.links.some((a) => live(a) && y.links.some((b) => live(b) && a.system === b.system && a.resource === b.resource))) return 'duplicate'
  if (contradicts(entity, x.identities, y.identities)) return 'same'
  return x.established !== undefined && y.established !== undefined ? 'same' : undefined
}

function join(x: Group, y: Group, groupOf: Map<number, Group>): void {
  x.links.push(...y.links)
  for (const golden of y.goldens) x.goldens.add(golden)
  x.established ??= y.established
  x.identities = [...x.identities, ...y.identities]
  for (const link of y.links) groupOf.set(link.id, x)
}

function settleGroups(set: WorkingSet, entity: EntityRuntime, component: readonly GoldenRow[], groups: ReadonlySet<Group>, unused: readonly { a: LinkRow; b: LinkRow; kind: 'same' | 'duplicate' }[], groupOf: ReadonlyMap<number, Group>): ReadonlySet<string> {
  const taken = new Set<string>([...groups].map((group) => group.established).filter((id) => id !== undefined))
  const touched = new Set<string>()
  const byAge = [...groups].toSorted((a, b) => Math.min(...a.links.map((l) => l.id)) - Math.min(...b.links.map((l) => l.id)))
  const goldenOf = new Map<Group, string>()
  for (const group of byAge) {
    const oldest = group.links.toSorted((a, b) => a.id - b.id).map((link) => link.golden)
    const id = group.established ?? oldest.find((golden) => !taken.has(golden)) ?? set.newGolden(entity.entity.key).id
    taken.add(id)
    goldenOf.set(group, id)
    touched.add(id)
    for (const link of group.links) if (link.golden !== id) moveLink(set, entity, link, id)
  }
  for (const golden of component) {
    if (golden.established) touched.add(golden.id)
    else for (const link of set.linksOf(golden.id)) if (link.state === 'slot') set.removeLink(link.id)
    if (set.linksOf(golden.id).length === 0 && !golden.established) {
      set.removeGolden(golden.id)
      touched.delete(golden.id)
    }
  }
  for (const id of touched) {
    const golden = set.golden(id)!
    const kept = golden.review.filter((item) => item.kind !== 'same' && item.kind !== 'duplicate')
    const open = unused.flatMap(({ a, b, kind }): ReviewItem[] => {
      const [x, y] = [goldenOf.get(groupOf.get(a.id)!), goldenOf.get(groupOf.get(b.id)!)]
      if (x === y || (x !== id && y !== id)) return []
      const other = x === id ? y! : x!
      return [{ kind, with: other, says: sayWhy(kind, a, b), at: set.work.now }]
    })
    const review = [...kept, ...new Map(open.map((item) => [item.with, item])).values()]
    if (questions(review) !== questions(golden.review)) {
      set.putGolden({ ...golden, review })
    }
  }
  return touched
}

/** What is asked, without when it was asked first. */
const questions = (review: readonly ReviewItem[]): string => JSON.stringify(review.map((item) => ({ ...item, at: 0 })))

const sayWhy = (kind: 'same' | 'duplicate', a: LinkRow, b: LinkRow): string =>
  kind === 'duplicate'
    ? `${a.system} has two records with the same identifier: ${a.key} and ${b.key}.`
    : `${a.system} ${a.key} and ${b.system} ${b.key} share an identifier but contradict in another, or both are in use already.`

function moveLink(set: WorkingSet, entity: EntityRuntime, link: LinkRow, golden: string): void {
  const said = link.said && Object.fromEntries(Object.entries(link.said).map(([field, s]) => [field, { ...s, on: golden, over: 0, rev: null }]))
  const moved = set.putLink({ ...link, golden, said, agreed: 0, firstRev: 0 })
  renewClaims(set, entity, moved)
}

/** A link that was only mentioned takes the golden record of the record that was read, or the other way round. */
export function absorb(set: WorkingSet, entity: EntityRuntime, from: string, into: string): void {
  if (from === into) return
  for (const link of set.linksOf(from)) {
    if (link.state === 'slot') set.removeLink(link.id)
    else if (link.state === 'mentioned') {
      set.putLink({ ...link, golden: into, agreed: 0 })
    } else moveLink(set, entity, link, into)
  }
  const golden = set.golden(from)
  if (golden && !golden.established && set.linksOf(from).length === 0) set.removeGolden(from)
}
