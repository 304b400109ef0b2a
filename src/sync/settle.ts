/** What an answer means (semantics §2.7, §2.8): the second transaction of a delivery. A write is confirmed by what the target then holds. */
import type { Native, NativeRecord } from '../base/numeral.ts'
import { DAY, HOUR, SECOND } from '../base/duration.ts'
import type { FieldRead } from '../record/contracts.ts'
import type { Store } from '../store/contract.ts'
import type { AsideRow, CommandRow, GoldenRow, Intent, LinkRow, Statement } from '../store/rows.ts'
import { type SourceRecord, SWALLOWED, type Traits } from '../systems/contract.ts'
import { agrees, canonicalOf, sameNative } from './agree.ts'
import type { Claimed } from './claim.ts'
import { settleCreates } from './creates.ts'
import { filled } from './fill.ts'
import { absorb } from './identify.ts'
import { mergeAndOpen, shortId } from './intake.ts'
import { hashOf, prepare } from './prepare.ts'
import { journal } from './journal.ts'
import { judge, type JudgeOptions } from './judge.ts'
import { prepareReferences, referencesAmong } from './references.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { mayHaveMade } from './may-exist.ts'
import { PRIORITY, unequal } from './scope.ts'
import type { Answered } from './send.ts'
import { doubting, doubtsOf, doubtWithout, endClaims, loadSlots, logSuspect, logSuspects, renewClaims, suspectsBefore, writtenOut } from './statements.ts'
import { nativeText, type Work, WorkingSet } from './working-set.ts'

/** More rewrites of one value in a day than this, and the system's own value is accepted and reported. */
const MAX_FLIPS = 5

/** Conflicts in a row that are tried again at once. */
const FEW = 3

export interface SettleOptions {
  readonly work: Work
  readonly place: Place
  readonly traits: Traits
  readonly judging: JudgeOptions
  /** Open entries of these links: a record that is refused again keeps its entry, one that arrives closes it. */
  readonly refused?: ReadonlyMap<number, AsideRow>
  /** Milliseconds to wait before the n-th attempt. */
  readonly backOff: (attempts: number) => number
}

export function settle(store: Store, answers: readonly Answered[], options: SettleOptions): Promise<void> {
  return store.transaction(async (tx) => {
    const set = new WorkingSet(tx, options.work)
    const { place } = options
    const entity = set.entity(place.entity)
    const made: string[] = []
    const rest = await settleCreates(set, entity, place, answers, (answered) => {
      journal(set, place, answered.claimed)
      set.count(place, 'created')
      made.push(answered.claimed.golden.id)
    })
    await settleOthers(set, entity, rest, options, made)
    // Whoever waited for one of these to exist is looked at again.
    for (const waiter of await tx.waiters(made)) wake(set, waiter)
    await set.save()
  }, { as: 'settle' })
}

/** `made` is told the golden records that are there now. */
async function settleOthers(set: WorkingSet, entity: EntityRuntime, answers: readonly Answered[], options: SettleOptions, made: string[]): Promise<void> {
  const { tx } = set
  if (answers.length === 0) return
  await set.loadCommands(answers.map((a) => a.claimed.link.id))
  set.addLinks(await tx.linksById(answers.map((a) => a.claimed.link.id)))
  const current = answers.map((answered) => ({ answered, command: set.command(answered.claimed.link.id), link: set.link(answered.claimed.link.id) }))
    // Invariant 7: whoever was taken over changes nothing.
    .filter(({ answered, command, link }) => command && link && command.fence === answered.claimed.command.fence)
  await set.loadGoldens(current.map(({ link }) => link!.golden))
  await loadSlots(set, current.map(({ link }) => set.survivor(link!.golden)))
  await set.newLinkIds(8)
  const keys = current.flatMap(({ answered }) => (answered.result.is === 'done' ? [answered.result.key] : []))
  if (keys.length > 0) set.addLinks(await tx.linksByKey(options.place, keys))
  // Statements are written out below and kept: what they refer to must be known by then.
  if (entity.references.length > 0) {
    await prepareReferences(set, current.flatMap(({ answered, link }) => [
      ...referencesAmong(entity, options.place, set.reads(link!)),
      ...(answered.held ? referencesAmong(entity, options.place, readsOf(entity, options.place, answered.held.values)) : []),
    ]))
  }
  const refused = new Map<number, AsideRow>()
  for (const row of await tx.asidesByKey(options.place, current.map(({ answered, link }) => link!.key ?? answered.claimed.record))) {
    if (row.direction === 'out' && row.link !== null && row.state !== 'discarded') refused.set(row.link, row)
  }
  const touched = new Set<string>()
  for (const { answered, command, link } of current) {
    await settleOne(set, entity, answered, command!, link!, set.golden(set.survivor(link!.golden))!, { ...options, refused }, touched)
    const entry = refused.get(link!.id)
    if (entry && (answered.result.is === 'done' || answered.result.is === 'found')) set.putAside({ ...entry, state: 'closed' })
    if (link!.key === null) endClaims(set, set.survivor(link!.golden))
  }
  await mergeAndOpen(set, entity, touched, PRIORITY.run)
  for (const { answered, link } of current) if (answered.result.is === 'done' && link!.key === null) made.push(set.survivor(link!.golden))
  for (const { answered, link } of current) {
    // A record that is to be deleted and is not there is deleted.
    if (answered.result.is === 'done' || (answered.result.is === 'missing' && answered.claimed.intent.kind === 'delete')) closeOrGoOn(set, options.place, answered.claimed, set.link(link!.id))
  }
}

async function settleOne(set: WorkingSet, entity: EntityRuntime, answered: Answered, command: CommandRow, link: LinkRow, golden: GoldenRow, options: SettleOptions, touched: Set<string>): Promise<void> {
  const { result } = answered
  const { now } = set.work
  touched.add(golden.id)
  switch (result.is) {
    case 'done':
      return link.key === null || answered.claimed.intent.kind !== 'delete'
        ? written(set, entity, answered, result.key, command, link, golden, options, touched)
        : gone(set, answered, link, golden)
    case 'missing':
      if (answered.claimed.intent.kind === 'delete') return gone(set, answered, link, golden)
      logSuspects(set, options.place, link)
      set.putLink({ ...writtenOut(set, link), state: 'gone', seenTo: answered.answeredAt })
      endClaims(set, golden.id)
      set.dropCommand(link.id, 'withdrawn')
      putOut(set, options.place, answered, { rule: 'missing', says: `${link.system} no longer has ${options.place.resource} ${link.key}.`, mend: `Restore it in ${link.system}, or leave it: it is not made again.`, state: 'open', field: null }, options)
      return
    case 'conflict': {
      // A record that is edited faster than it can be looked at is left alone for a moment. That is no failure of the system, so
      // it does not wait ever longer: the newest state is due seconds after the last edit.
      set.putCommand({ ...command, state: 'due', intent: null, attempts: Math.min(command.attempts, FEW), notBefore: command.attempts < FEW ? now : now + options.backOff(1), holder: null })
      if (answered.held) {
        const o = prepare(options.place, answered.held, { from: answered.sentAt, to: answered.answeredAt })
        const verdict = judge(set, options.place, link, o, options.judging)
        if (verdict !== 'again' && verdict !== 'stale') return
        // What it shows by key may be older than what is known of it: looked at again when it shows the rest.
        const notBefore = now + options.traits.keyLagMs
        set.putCommand({ ...set.command(link.id)!, notBefore })
        if (verdict === 'again') await set.park({ link: link.id, system: link.system, resource: link.resource, key: link.key!, observation: null, at: now, notBefore }, link.entity, 'told')
      } else {
        // What changed may be no field of the plan: the record is looked at all the same, since its version is another one.
        set.putLink({ ...link, hash: '' })
        await set.park({ link: link.id, system: link.system, resource: link.resource, key: link.key!, observation: null, at: now, notBefore: now }, link.entity, 'told')
      }
      return
    }
    case 'found':
      return found(set, entity, answered, result.records, command, link, options, touched)
    case 'exists':
      // Looked up again by its identifiers, or read by its key, at the next claim; a target that can do neither needs a person.
      if (result.key !== undefined && options.traits.readByKey) {
        await set.park({ link: link.id, system: link.system, resource: link.resource, key: result.key, observation: null, at: now, notBefore: now }, link.entity, 'told')
        set.putCommand({ ...command, state: 'due', intent: null, notBefore: now + SECOND, holder: null })
      } else if (options.traits.find && command.attempts < 3) set.putCommand({ ...command, state: 'due', intent: null, notBefore: now + SECOND, holder: null })
      else refuse(set, options, answered, command, { code: 'exists', says: `${link.system} says that the record exists already, but it can't be found by its identifiers.` })
      return
    case 'refused':
      // Invariant 3: a write error that the target swallowed is no success of the run.
      logSuspects(set, options.place, link)
      if (result.code === SWALLOWED) set.count(options.place, 'ignored')
      return refuse(set, options, answered, command, result)
    case 'later':
      set.putCommand({ ...command, state: 'due', holder: null, notBefore: now + (result.retryAfterMs ?? options.backOff(command.attempts)), intent: isRepeated(link, command, options) ? command.intent : null })
      return
    case 'unsure': {
      set.putLink({ ...link, doubt: doubtsOf(options.place, link, answered.claimed.intent, now) })
      set.putCommand({ ...command, state: 'unsure', holder: null, notBefore: now + options.traits.lateMs, reason: result.says.slice(0, 300) })
    }
  }
}

/** An earlier attempt of this write may have been executed: what was sent is kept until one of them ends. */
const isRepeated = (link: LinkRow, { intent }: CommandRow, { traits }: SettleOptions): boolean =>
  intent !== null && (intent.repeats > 0 || (intent.kind === 'create' && traits.idempotency && Object.keys(link.doubt).length > 0))

function readsOf(entity: EntityRuntime, place: Place, values: NativeRecord): Map<string, FieldRead> {
  const seen = place.mapping.pick(values)
  return new Map(entity.references.flatMap((name) => {
    const field = place.fields.get(name)
    return field ? [[name, field.read(seen)] as const] : []
  }))
}

/** The write was executed; what the target made of it becomes what is known of it. */
async function written(set: WorkingSet, entity: EntityRuntime, answered: Answered, key: string, command: CommandRow, before: LinkRow, golden: GoldenRow, options: SettleOptions, touched: Set<string>): Promise<void> {
  const { place } = options
  const { intent } = answered.claimed
  const creating = before.key === null
  let link = writtenOut(set, before)
  if (creating) {
    const other = set.linkByKey(place.system, place.resource, place.entity, key)
    if (other && other.id !== link.id) {
      // The new record was read before this answer arrived: it is one record.
      await set.loadGoldens([other.golden])
      if (other.golden !== golden.id) absorb(set, entity, other.golden, golden.id)
      if (other.state === 'live' || other.state === 'mentioned') {
        link = { ...link, seen: other.seen, hash: other.hash, version: other.version }
        set.removeLink(other.id)
        touched.add(golden.id)
      }
    }
    // A system may use a key again.
    if (other?.state === 'gone' && other.id !== link.id) link = { ...link, generation: other.generation + 1 }
    link = { ...link, key, numericKey: answered.held?.numericKey === true, state: 'live', origin: 'made' }
  }
  const held = answered.held ? prepare(place, answered.held, { from: answered.sentAt, to: answered.answeredAt }) : undefined
  const sources = new Set(Object.keys(intent.sources))
  if (held && !creating) {
    // What was not written is judged like any observation, before the written values become known.
    const rest = Object.fromEntries(Object.entries(held.seen).filter(([source]) => !sources.has(source)))
    set.putLink(link)
    judge(set, place, link, { ...held, seen: rest, partial: true }, { ...options.judging, settling: true })
    link = set.link(link.id)!
  }
  const seen: Record<string, Native> = { ...link.seen, ...(creating && held ? held.seen : {}) }
  for (const source of sources) seen[source] = held && Object.hasOwn(held.seen, source) ? held.seen[source]! : (intent.sources[source] ?? null)
  link = set.putLink({
    // What nobody saw is looked at, also where it seems to be what was sent.
    ...link, seen, hash: held && !held.partial ? held.hash : intent.suspects ? '' : hashOf(seen), version: held?.version ?? versionOf(answered) ?? link.version,
    seenFrom: answered.sentAt, seenTo: answered.answeredAt, agreed: intent.rev, missed: 0, doubt: stillDoubted(place, link, intent, answered.answeredAt),
  })
  const altered = { ...link.altered }
  const said: Record<string, Statement> = { ...link.said }
  const flips = { ...link.flips }
  let repeat = false
  /** Sources of what the target answered with yes and did not take. */
  const ignoring = new Set<string>()
  const doubt = { ...link.doubt }
  const truth: GoldenRow = { ...golden, values: { ...golden.values, ...intent.hub } }
  for (const name of intent.fields) {
    const field = place.fields.get(name)
    // It left the plan while the write was under way.
    if (!field) continue
    delete altered[name]
    const sent = intent.sources[field.source] ?? null
    const now = seen[field.source] ?? null
    const suspect = intent.suspects?.[field.source]
    const suspects = suspect === undefined ? [] : [...(before.doubt[name]?.suspectsBefore ?? []), suspect]
    // Read after the write, and neither what was sent nor what was read before: typed since, or the target's form of the value.
    const open = answered.readBack === true && suspects.length > 0 && ![sent, ...suspects].some((one) => sameNative(one, now)) && !agrees(set, { ...link, altered: {} }, place, field, truth)
    if (held === undefined && place.contributes.has(name)) {
      // Nobody saw what the target made of it: what is read first is no edit before it was written once more.
      doubt[name] = { ...doubting(doubt[name], sent, intent.rev, answered.answeredAt, suspect), ...suspectsBefore(before.doubt[name], suspect) }
    } else if (place.contributes.has(name) && !open) {
      // What the repeated write did not end in had been somebody's edit when it was read before.
      const typed = suspects.filter((one) => !sameNative(one, now))
      for (const one of typed.slice(0, -1)) logSuspect(set, place, before, name, one)
      const read = typed.length > 0 ? field.read({ ...seen, [field.source]: typed.at(-1)! }) : undefined
      if (read?.is === 'value') said[name] = { value: read.value, time: answered.sentAt, on: golden.id, over: Math.max(before.agreed, before.doubt[name]?.rev ?? 0), rev: null }
    }
    if (!agrees(set, { ...link, altered: {} }, place, field, truth)) {
      const ignored = held !== undefined && !creating && sameNative(now, intent.before[field.source] ?? null) && suspect === undefined
      if (ignored) ignoring.add(field.source)
      if (ignored && intent.repeats === 0) {
        repeat = true
        continue
      }
      // What is read after a write is the target's form of the value, or an edit made since: writing once more tells. So is the
      // answer to a create that was repeated, where the first one may have been executed long ago.
      if ((answered.readBack || (creating && before.doubt[name] !== undefined)) && !ignored && place.contributes.has(name) && !suspects.some((one) => sameNative(one, now))) {
        doubt[name] = { ...doubting(doubt[name], sent, intent.rev, answered.answeredAt, now), ...(open ? suspectsBefore(before.doubt[name], now) : {}) }
        continue
      }
      altered[name] = { hub: intent.hub[name]!, sent, held: now }
      if (ignored) set.change({ golden: golden.id, entity: golden.entity, field: name, kind: 'restore', rev: golden.rev, before: intent.hub[name], after: undefined, rule: `${place.system} does not take the field` })
    }
    // Invariant 11: a value given to an owner that had none becomes its own word.
    if (place.owns.has(name) && said[name] === undefined) {
      said[name] = { value: intent.hub[name]!, time: golden.from[name]?.time ?? null, on: golden.id, over: intent.rev, rev: golden.rev, adopted: true }
    }
    if (!creating) {
      const flip = `${name}:${canonicalOf(set, intent.hub[name]!, field.type)}`.slice(0, 120)
      flips[flip] = [...(flips[flip] ?? []).filter((at) => at > answered.sentAt - DAY), answered.sentAt]
      if (flips[flip]!.length > MAX_FLIPS) {
        altered[name] = { hub: intent.hub[name]!, sent, held: intent.before[field.source] ?? null }
        set.change({ golden: golden.id, entity: golden.entity, field: name, kind: 'restore', rev: golden.rev, before: intent.hub[name], after: undefined, rule: `${place.system} changes it back; accepted` })
      }
    }
  }
  for (const name of Object.keys(flips)) if (flips[name]!.every((at) => at < answered.sentAt - DAY)) delete flips[name]
  if (creating && held) {
    for (const name of place.contributes) {
      const field = place.fields.get(name)!
      // What the target added by itself is its first word; what it was given is echo.
      if (sources.has(field.source) || said[name] !== undefined) continue
      const read = field.read(seen)
      if (read.is === 'value' && read.value !== null) said[name] = { value: read.value, time: null, on: golden.id, over: 0, rev: null, first: true }
    }
  }
  set.putLink({ ...link, altered, said, flips, doubt })
  if (ignoring.size > 0) set.count(place, 'ignored')
  // What was not taken was not written.
  const took = ignoring.size === 0 || ignoring.size < sources.size
  if (took) {
    journal(set, place, answered.claimed, ignoring)
    set.count(place, `${intent.kind}d`)
  }
  if (repeat) {
    set.putCommand({ ...command, state: 'due', holder: null, notBefore: set.work.now + options.traits.lateMs, intent: { ...intent, repeats: 1 } })
  }
}

/** An older write of which nobody knows the end may still arrive after this one, with another value. */
const stillDoubted = (place: Place, link: LinkRow, intent: Intent, now: number): LinkRow['doubt'] =>
  Object.fromEntries(Object.entries(link.doubt).flatMap(([name, doubt]) => {
    const left = doubtWithout(doubt, intent.sources[place.fields.get(name)?.source ?? ''], now)
    return left ? [[name, left] as const] : []
  }))

const versionOf = (answered: Answered): string | null => (answered.result.is === 'done' ? (answered.result.version ?? null) : null)

/** After everything of the batch was merged: is something left to write? */
function closeOrGoOn(set: WorkingSet, place: Place, claimed: Claimed, link: LinkRow | undefined): void {
  const command = set.command(claimed.link.id)
  if (claimed.intent.kind === 'delete') set.count(place, 'deleted')
  if (!command || !link) return
  // Still owed: the target ignored the value once.
  const repeated = command.state === 'due' && command.intent !== null && command.intent.repeats > 0
  const golden = set.golden(set.survivor(link.golden))
  const left = golden && link.state === 'live' && golden.state === 'live' ? unequal(set, place, link, golden) : []
  if (repeated) return
  set.dropCommand(link.id, 'delivered')
  if (left.length > 0) set.putCommand({ ...command, kind: 'update', state: 'due', reason: null, intent: null, holder: null, attempts: 0, notBefore: set.work.now })
}

async function gone(set: WorkingSet, answered: Answered, link: LinkRow, golden: GoldenRow): Promise<void> {
  const place = set.placeOf(link)!
  logSuspects(set, place, link)
  set.putLink({ ...writtenOut(set, link), state: 'gone', seenTo: answered.answeredAt })
  journal(set, place, answered.claimed)
  endClaims(set, golden.id)
  if (golden.state === 'ended' && !set.linksOf(golden.id).some((other) => other.state === 'live')) {
    // Closed: a later record with the same identifiers is a new golden record.
    // What a create may have made is looked up all the same, and deleted then.
    const slots = set.linksOf(golden.id).filter((other) => other.state === 'slot')
    await set.loadCommands(slots.map((slot) => slot.id))
    for (const { id } of slots) if (!mayHaveMade(set.command(id))) set.removeLink(id)
  }
}

async function found(set: WorkingSet, entity: EntityRuntime, answered: Answered, records: readonly SourceRecord[], command: CommandRow, link: LinkRow, options: SettleOptions, touched: Set<string>): Promise<void> {
  const { place } = options
  set.addLinks(await set.tx.linksByKey(place, records.map((record) => record.key)))
  const one = records[0]!
  const known = set.linkByKey(place.system, place.resource, place.entity, one.key)
  if (records.length > 1 || (known && known.state !== 'mentioned' && known.golden !== link.golden)) {
    const golden = set.golden(link.golden)!
    set.putGolden({ ...golden, review: [...golden.review.filter((item) => item.kind !== 'found'), { kind: 'found', ...(known ? { with: known.golden } : {}), says: `${place.system} has it already as ${records.map((record) => record.key).join(', ')}.`, at: set.work.now }] })
    set.putCommand({ ...command, state: 'waiting', reason: 'review', intent: null, holder: null })
    return
  }
  // Found and free: it enters like any record that is read, and fills the slot; differences are written then.
  set.putCommand({ ...command, kind: 'update', state: 'due', intent: null, holder: null, notBefore: set.work.now })
  const o = prepare(place, one, { from: answered.sentAt, to: answered.answeredAt })
  if (known && known.state !== 'mentioned') {
    // It has it under a key that was known already: nothing is made, and it is read like any other.
    set.removeLink(link.id)
    return
  }
  if (known) {
    await set.loadGoldens([known.golden])
    if (known.golden !== link.golden) absorb(set, entity, known.golden, link.golden)
    set.removeLink(known.id)
  }
  const unsure = answered.claimed.command.state === 'unsure'
  const live = set.putLink({
    ...link, key: one.key, numericKey: o.numericKey, state: 'live', origin: unsure ? 'made' : 'read', seen: o.seen, hash: o.hash, version: o.version, seenFrom: o.from, seenTo: o.to,
    editedAt: o.editedAt === null ? null : Math.min(o.editedAt, o.to), said: null, firstRev: 0,
  })
  renewClaims(set, entity, unsure ? filled(set, place, live, answered.claimed.intent) : live)
  set.count(place, 'found')
  touched.add(link.golden)
}

function refuse(set: WorkingSet, options: SettleOptions, answered: Answered, command: CommandRow, why: { readonly code: string; readonly says: string; readonly field?: string }): void {
  const { place } = options
  set.putCommand({ ...command, state: 'aside', reason: why.says.slice(0, 300), holder: null })
  const field = why.field === undefined ? null : ([...place.fields.values()].find((f) => f.source === why.field || f.source.split('.').at(-1) === why.field)?.field ?? why.field)
  putOut(set, place, answered, {
    rule: why.code, says: why.says, field, state: 'open',
    mend: `Mend the value where it comes from, or in ${place.system} what refuses it; then \`plimsoll errors retry\`.`,
  }, options)
}

function putOut(set: WorkingSet, place: Place, answered: Answered, what: Pick<AsideRow, 'rule' | 'says' | 'mend' | 'state' | 'field'>, options: SettleOptions): void {
  const { link, intent } = answered.claimed
  const earlier = options.refused?.get(link.id)
  set.putAside({
    id: earlier?.id ?? shortId(set), direction: 'out', entity: place.entity, system: place.system, resource: place.resource, key: link.key ?? answered.claimed.record, link: link.id,
    hash: nativeText(intent.sources), value: what.field === null ? null : nativeText(intent.sources[place.fields.get(what.field)?.source ?? ''] ?? null).slice(0, 200),
    ...what, raw: intent.sources, fix: null, at: earlier?.at ?? set.work.now, run: set.work.run, times: (earlier?.times ?? 0) + 1,
  })
}

function wake(set: WorkingSet, waiter: CommandRow): void {
  if (waiter.state !== 'waiting') return
  set.addCommands([waiter])
  set.putCommand({ ...waiter, state: 'due', reason: null, waitsFor: null, notBefore: set.work.now })
}

/** Exponential from one second to an hour, with full jitter (AWS architecture blog, "Exponential Backoff And Jitter"). */
export const backOffMs = (random: () => number) => (attempts: number): number => Math.min(HOUR, SECOND * 2 ** Math.min(attempts, 12)) * (0.5 + random() / 2)

