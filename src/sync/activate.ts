/** A plan becomes the one that runs (semantics §2.12). Invariant 14: a change of the plan is no edit and no deletion. */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { Transaction } from '../store/contract.ts'
import type { CommandRow, Intent, LinkRow, PlanRow, ResourceRow } from '../store/rows.ts'
import type { EngineParts } from './engine.ts'
import { firstSight, handOver, keepWords } from './hand-over.ts'
import { mergeAndOpen } from './intake.ts'
import { prepareReferences, referencesAmong } from './references.ts'
import { type Place, placeKey, type Runtime } from './runtime.ts'
import { FOR_PASS, MAY_EXIST, mayHaveMade } from './may-exist.ts'
import { PRIORITY } from './scope.ts'
import { doubtsOf, renewClaims } from './statements.ts'
import { type Work, WorkingSet } from './working-set.ts'

registerErrors({
  'plan.orphaned': { class: 'environment', hint: 'If it was renamed, write `was: {name}` at its new name. If it is gone for good, run `plimsoll sync --removed {name}`: its records rest, nothing is deleted.' },
})

/** What of the plan the store's state is keyed by. */
interface Names {
  readonly systems: readonly string[]
  readonly entities: Readonly<Record<string, readonly string[]>>
  readonly flows: readonly string[]
  readonly resources: Readonly<Record<string, string>>
  /** Entity → field → its rule as text. */
  readonly rules?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface Activation {
  /** Systems of which a person said that they are gone for good. */
  readonly removed?: readonly string[]
  readonly progress?: (done: number) => void
}

export async function activate(parts: EngineParts, options: Activation): Promise<'same' | 'first' | 'changed'> {
  const { store, runtime } = parts
  const { plan } = runtime
  const before = await store.transaction((tx) => tx.plan(), { readOnly: true })
  if (before && before.digest === plan.digest) return 'same'
  const names = namesOf(runtime)
  const row: PlanRow = { digest: plan.digest, epoch: (before?.epoch ?? 0) + 1, name: plan.name, model: names, at: parts.clock.now() }
  if (!before) {
    await store.transaction((tx) => tx.save({ plan: row }), { as: 'activate' })
    return 'first'
  }
  const old = before.model as Names
  refuseOrphans(runtime, old, options.removed ?? [])
  // All or nothing: whoever dies in the middle of it has changed nothing, and the next one begins it again.
  await store.transaction(async (tx) => {
    await renameAll(tx, runtime, old)
    await tx.save({ plan: row, resources: await readNoMore(tx, runtime) })
    await rederive(tx, parts, renamedFields(runtime, old), otherRules(names, old), options)
  }, { as: 'activate' })
  return 'changed'
}

/** A list that shrank and is not read any more is no question to a person. */
async function readNoMore(tx: Transaction, runtime: Runtime): Promise<ResourceRow[]> {
  return (await tx.resources()).filter((row) => row.shrunk !== null && runtime.places.get(placeKey(row))?.sends !== true).map((row) => ({ ...row, shrunk: null }))
}

function namesOf(runtime: Runtime): Names {
  const { plan } = runtime
  return {
    systems: [...plan.systems.keys()],
    entities: Object.fromEntries([...plan.entities].map(([name, entity]) => [name, [...entity.fields.keys()]])),
    flows: [...plan.flows.keys()],
    rules: Object.fromEntries([...plan.entities].map(([name, entity]) => [name, Object.fromEntries([...entity.golden.rules].map(([field, { rule, among, firstLoad }]) => [field, JSON.stringify([rule, among, firstLoad])]))])),
    resources: Object.fromEntries([...runtime.places.values()].map((place) => [`${place.system}/${place.entity}/${place.hold.fields.size}`, place.resource])),
  }
}

function refuseOrphans(runtime: Runtime, old: Names, removed: readonly string[]): void {
  const { systems } = runtime.plan
  const known = new Set([...systems.keys(), ...[...systems.values()].flatMap((system) => system.was)])
  for (const name of old.systems) {
    if (known.has(name) || removed.includes(name)) continue
    throw new PlimsollError('plan.orphaned', `The system ${name} is no longer in the plan, but its records are in the store.`, { details: { name } })
  }
}

async function renameAll(tx: Transaction, runtime: Runtime, old: Names): Promise<void> {
  const { plan } = runtime
  // A system may get another name while it is out of the plan: its state rests under the old one.
  const resting = (await tx.resources()).map((row) => row.system)
  for (const [what, items, known] of [
    ['system', plan.systems, [...new Set([...old.systems, ...resting])]], ['entity', plan.entities, Object.keys(old.entities)], ['flow', plan.flows, old.flows],
  ] as const) {
    for (const item of items.values()) {
      for (const was of item.was) if (known.includes(was) && !known.includes(item.key)) await tx.rename(what, was, item.key)
    }
  }
}

/** entity → old field name → new one. */
function renamedFields(runtime: Runtime, old: Names): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const renamed = new Map<string, Map<string, string>>()
  for (const entity of runtime.plan.entities.values()) {
    const known = old.entities[entity.key] ?? entity.was.map((was) => old.entities[was]).find((fields) => fields !== undefined) ?? []
    for (const [name, field] of entity.fields) {
      for (const was of field.was) {
        if (!known.includes(was) || known.includes(name)) continue
        const map = renamed.get(entity.key) ?? new Map<string, string>()
        map.set(was, name)
        renamed.set(entity.key, map)
      }
    }
  }
  return renamed
}

/** entity → fields that were there and are decided by another rule now. */
function otherRules(now: Names, old: Names): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(now.rules ?? {}).map(([entity, rules]) => {
    const before = old.rules?.[entity] ?? {}
    return [entity, new Set(Object.keys(rules).filter((field) => before[field] !== undefined && before[field] !== rules[field]))]
  }))
}

const PAGE = 500

/**
 * Under another plan the same words may mean something else: every golden record is merged anew from what was said, every
 * link is compared anew. Statements keep their times; nothing is read or written here.
 */
async function rederive(tx: Transaction, parts: EngineParts, renamed: ReadonlyMap<string, ReadonlyMap<string, string>>, ruled: ReadonlyMap<string, ReadonlySet<string>>, options: Activation): Promise<void> {
  const { runtime, clock } = parts
  const work: Work = { runtime, run: 'activation', startedAt: clock.now(), now: clock.now(), newId: parts.newId }
  let done = 0
  for (const entity of runtime.entities.values()) {
    const fields = renamed.get(entity.entity.key)
    const handed = ruled.get(entity.entity.key) ?? new Set<string>()
    for (let after = ''; ; ) {
      const set = new WorkingSet(tx, work)
      set.muted = 'all'
      const goldens = await tx.goldensAfter(entity.entity.key, after, PAGE)
      if (goldens.length === 0) break
      await set.loadGoldens(goldens.map((golden) => golden.id))
      const links = goldens.flatMap((golden) => set.linksOf(golden.id))
      await set.loadCommands(links.map((link) => link.id))
      await set.loadClaims(links.map((link) => link.id))
      if (fields) for (const golden of goldens) set.putGolden({ ...golden, values: rekeyed(golden.values, fields), from: rekeyed(golden.from, fields) })
      // What is said anew must know what it refers to.
      if (entity.references.length > 0) await prepareReferences(set, links.flatMap((link) => referencesAmong(entity, set.placeOf(link), set.reads(link))))
      for (const link of links) {
        const moved = fields ? set.putLink(renamedIn(link, fields)) : link
        if (handed.size > 0) handOver(set, moved, set.golden(moved.golden)!, handed)
        // What is no longer received by anybody is not owed any more.
        const place = set.placeOf(link)
        const command = fields ? renamedCommand(set, link.id, fields) : set.command(link.id)
        if (!place?.receiver && command) withdraw(set, link, place, command)
        // What was refused is tried again under another plan.
        else if (command?.state === 'aside' && command.reason !== MAY_EXIST) set.putCommand({ ...command, state: 'due', reason: null, intent: null, notBefore: work.now })
        // Of what is under way counts what the plan still knows.
        else if (place && command?.intent?.fields.some((field) => !place.fields.has(field))) set.putCommand({ ...command, intent: intentIn(place, command.intent) })
      }
      for (const { id } of goldens) {
        const golden = set.golden(id)
        if (!golden) continue
        keepWords(set, golden)
        firstSight(set, golden, entity.entity.fields.keys())
        // From words that are kept: who left the plan still says who the others are.
        for (const link of set.linksOf(id)) renewClaims(set, entity, link)
      }
      await mergeAndOpen(set, entity, goldens.map((golden) => golden.id), PRIORITY.run)
      await set.save()
      after = goldens.at(-1)!.id
      options.progress?.((done += PAGE))
    }
  }
}

/** What may have been executed is remembered: it is nobody's word when it is read. */
function withdraw(set: WorkingSet, { id }: LinkRow, place: Place | undefined, command: CommandRow): void {
  const { intent } = command
  if (mayHaveMade(command) && command.state !== 'aside') {
    set.putCommand({ ...command, state: 'waiting', reason: FOR_PASS, holder: null, fence: command.fence + 1 })
    return
  }
  const link = set.link(id)!
  if (intent && place && (command.state === 'sending' || command.state === 'unsure')) set.putLink({ ...link, doubt: doubtsOf(place, link, intent, set.work.now) })
  set.dropCommand(id, 'withdrawn')
}

function intentIn(place: Place, intent: Intent): Intent {
  const fields = intent.fields.filter((field) => place.fields.has(field))
  return { ...intent, fields, hub: Object.fromEntries(fields.map((field) => [field, intent.hub[field]!])) }
}

function renamedIn(link: LinkRow, fields: ReadonlyMap<string, string>): LinkRow {
  return {
    ...link, said: link.said && rekeyed(link.said, fields), altered: rekeyed(link.altered, fields), doubt: rekeyed(link.doubt, fields),
    fixes: rekeyed(link.fixes, fields),
  }
}

/** What is under way is settled in the new names. */
function renamedCommand(set: WorkingSet, link: number, fields: ReadonlyMap<string, string>): CommandRow | undefined {
  const command = set.command(link)
  if (!command?.intent) return command
  const { intent } = command
  return set.putCommand({ ...command, intent: { ...intent, fields: intent.fields.map((name) => fields.get(name) ?? name), hub: rekeyed(intent.hub, fields) } })
}

function rekeyed<T>(record: Readonly<Record<string, T>>, fields: ReadonlyMap<string, string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [fields.get(name) ?? name, value]))
}
