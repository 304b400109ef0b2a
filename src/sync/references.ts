/**
 * References are kept as links (semantics §2.11): what a source said, (system, resource, key), becomes a link, `mentioned`
 * while its record was not read. Merges and splits of golden records thus rewrite nothing.
 */
import { groupBy } from '../base/group.ts'
import type { FieldType } from '../plan/model.ts'
import { canonical } from '../record/canonical.ts'
import { isGroup, type Value } from '../record/value.ts'
import type { FieldRead } from '../record/contracts.ts'
import type { LinkRow } from '../store/rows.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { linksIn, type WorkingSet } from './working-set.ts'

interface Wanted { readonly system: string; readonly to: string; readonly by: string; readonly key: string }

/** Marks a key that stands for a golden record while two values are compared without asking for real keys. */
export const SYMBOLIC = '\u0001golden:'

/** Loads or creates the links that these values refer to. Afterwards `resolve` finds each of them. */
export async function prepareReferences(set: WorkingSet, values: Iterable<{ readonly system: string; readonly value: Value; readonly type: FieldType }>): Promise<void> {
  const wanted = new Map<string, Wanted>()
  for (const { system, value, type } of values) collect(value, type, system, wanted)
  if (wanted.size === 0) return
  const missing = [...wanted.values()].filter((want) => find(set, want) === undefined)
  const byPlace = groupBy(missing.flatMap((want) => resourcesOf(set, want).map((resource) => ({ want, resource }))), ({ want, resource }) => JSON.stringify([want.system, resource, want.to]))
  for (const [place, items] of byPlace) {
    const [system, resource, entity] = JSON.parse(place) as [string, string, string]
    set.addLinks(await set.tx.linksByKey({ system, resource, entity }, items.map(({ want }) => want.key)))
  }
  const mentioned = missing.filter((want) => find(set, want) === undefined)
  const byIdentifier = groupBy(mentioned.filter((want) => want.by !== ''), (want) => want.to)
  for (const [entity, items] of byIdentifier) {
    await set.loadClaimants(entity, items.map((want) => ({ kind: want.by, value: claimValue(set, want) })))
  }
  for (const want of mentioned) await mention(set, want)
}

function collect(value: Value, type: FieldType, system: string, wanted: Map<string, Wanted>): void {
  if (value === null) return
  if (type.is === 'reference') {
    if (isGroup(value) && typeof value['key'] === 'string' && !value['key'].startsWith(SYMBOLIC)) {
      const want = { system, to: type.to, by: String(value['by'] ?? ''), key: value['key'] }
      wanted.set(JSON.stringify(Object.values(want)), want)
    }
  } else if (type.is === 'group' && isGroup(value)) {
    for (const [name, member] of type.fields) if (value[name] !== undefined) collect(value[name], member.type, system, wanted)
  } else if (type.is === 'list' && Array.isArray(value)) {
    for (const item of value) collect(item as Value, type.of, system, wanted)
  }
}

function resourcesOf(set: WorkingSet, want: Wanted): string[] {
  if (want.by !== '') return [`#${want.by}`]
  const holds = set.work.runtime.plan.systems.get(want.system)?.holds.filter((hold) => hold.entity === want.to) ?? []
  return holds.length === 0 ? [want.to] : [...new Set(holds.map((hold) => hold.resource))]
}

function find(set: WorkingSet, want: Wanted): LinkRow | undefined {
  for (const resource of resourcesOf(set, want)) {
    const link = set.linkByKey(want.system, resource, want.to, want.key)
    if (link) return link
  }
  return undefined
}

/** As claims keep an identifier: in its canonical form. */
function claimValue(set: WorkingSet, want: Wanted): string {
  const type = set.work.runtime.entities.get(want.to)?.entity.fields.get(want.by)?.type
  return canonical(want.key, type ?? { is: 'text' }, () => undefined)
}

async function mention(set: WorkingSet, want: Wanted): Promise<void> {
  if (find(set, want)) return
  const claimed = want.by === '' ? [] : set.claimants(want.to, want.by, claimValue(set, want))
  const golden = claimed.length > 0 ? set.survivor(claimed[0]!.golden) : set.newGolden(want.to).id
  const id = await set.newLinkId()
  set.putLink({
    id, entity: want.to, system: want.system, resource: resourcesOf(set, want)[0]!, key: want.key, numericKey: false, generation: 0, golden, state: 'mentioned',
    origin: 'read', seen: null, hash: '', version: null, seenFrom: 0, seenTo: 0, editedAt: null, said: {}, firstRev: 0, altered: {}, agreed: 0,
    doubt: {}, flips: {}, fixes: {}, missed: 0,
  })
  if (want.by !== '') set.putClaims(id, [{ entity: want.to, kind: want.by, value: claimValue(set, want), link: id }])
}

/** Every `Reference` in a value becomes the link that was prepared for it. */
export function resolveReferences(set: WorkingSet, value: Value, type: FieldType, system: string): Value {
  if (value === null) return null
  if (type.is === 'reference') {
    if (!isGroup(value) || typeof value['key'] !== 'string' || value['key'].startsWith(SYMBOLIC)) return value
    const link = find(set, { system, to: type.to, by: String(value['by'] ?? ''), key: value['key'] })
    return link ? { link: String(link.id) } : value
  }
  if (type.is === 'group' && isGroup(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const field = type.fields.get(name)
        return [name, field ? resolveReferences(set, member, field.type, system) : member]
      }),
    )
  }
  if (type.is === 'list' && Array.isArray(value)) return value.map((item) => resolveReferences(set, item as Value, type.of, system))
  return value
}

/** Loads the links that golden values and statements refer to, so that they can be compared. */
export async function loadReferred(set: WorkingSet, values: Iterable<Value | Readonly<Record<string, Value>>>): Promise<void> {
  const ids = new Set<number>()
  for (const value of values) linksIn(value, ids)
  const missing = [...ids].filter((id) => set.link(id) === undefined)
  if (missing.length > 0) set.addLinks(await set.tx.linksById(missing))
}

export function referencesAmong(entity: EntityRuntime, place: Place | undefined, reads: ReadonlyMap<string, FieldRead>): { system: string; value: Value; type: FieldType }[] {
  return entity.references.flatMap((name) => {
    const field = place?.fields.get(name)
    const read = reads.get(name)
    return place && field && read?.is === 'value' ? [{ system: place.system, value: read.value, type: field.type }] : []
  })
}

/** What records are identified by may be a reference: who these links say that they are is known once what they refer to is loaded. */
export async function loadIdentifying(set: WorkingSet, entity: EntityRuntime, these: () => readonly LinkRow[]): Promise<void> {
  if (!entity.identifiers.some((identifier) => identifier.fields.some((field) => entity.references.includes(field)))) return
  const links = these()
  await prepareReferences(set, links.flatMap((link) => referencesAmong(entity, set.placeOf(link), set.reads(link))))
  const said = links.flatMap((link) => Object.values(link.said ?? {}).map((one) => one.value))
  await loadReferred(set, said)
  const ids = new Set<number>()
  for (const value of said) linksIn(value, ids)
  await set.loadGoldens([...ids].flatMap((id) => set.link(id)?.golden ?? []))
}
