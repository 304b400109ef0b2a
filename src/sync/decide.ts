/** A steward's decisions about golden records (semantics §2.5, §2.10). Each is one transaction; the next run carries it out. */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { Value } from '../record/value.ts'
import type { DecisionRow, GoldenRow } from '../store/rows.ts'
import type { EngineParts } from './engine.ts'
import { mergeAndOpen } from './intake.ts'
import { namedRecord } from './named-record.ts'
import { PRIORITY } from './scope.ts'
import { fieldType, typedValue } from './typed-value.ts'
import { WorkingSet } from './working-set.ts'

registerErrors({
  'sync.not_pinned': { class: 'plan', hint: '`plimsoll records show` lists what is pinned.' },
  'sync.no_question': { class: 'plan', hint: '`plimsoll records review` lists the questions that are open.' },
})

export interface Steward { readonly who: string; readonly why: string }

export interface Decided {
  readonly golden: string
  readonly entity: string
  /** Writes that are due now because of it. */
  readonly due: number
}

/** One decision in one transaction. What it opens is counted by the run that delivers it. */
export function deciding<T>(parts: EngineParts, decide: (set: WorkingSet) => Promise<T>): Promise<T> {
  return parts.store.transaction(async (tx) => {
    const now = parts.clock.now()
    const set = new WorkingSet(tx, { runtime: parts.runtime, run: 'decision', startedAt: now, now, newId: parts.newId })
    set.muted = 'all'
    const result = await decide(set)
    await set.save()
    return result
  }, { as: 'decide' })
}

export function decisionRow(set: WorkingSet, steward: Steward, of: Pick<DecisionRow, 'kind' | 'entity' | 'about'> & Partial<DecisionRow>): DecisionRow {
  return { id: set.work.newId(), field: null, value: null, at: set.work.now, over: 0, ended: false, ...steward, ...of }
}

/** Merges these golden records anew and opens what follows, for whoever refers to them too. */
export async function carryOut(set: WorkingSet, goldens: readonly GoldenRow[]): Promise<void> {
  const ids = goldens.map((golden) => golden.id)
  await mergeAndOpen(set, set.entity(goldens[0]!.entity), ids, PRIORITY.event)
  const referring = [...new Set((await set.tx.referrers(ids)).map((row) => row.golden))]
  if (referring.length === 0) return
  await set.loadGoldens(referring)
  for (const [name, entity] of set.work.runtime.entities) {
    const mine = referring.filter((id) => set.golden(id)?.entity === name)
    if (mine.length > 0) await mergeAndOpen(set, entity, mine, PRIORITY.run)
  }
}

export const decided = (set: WorkingSet, id: string): Decided => ({
  golden: id, entity: set.golden(id)!.entity,
  due: set.linksOf(id).filter((link) => set.command(link.id) !== undefined).length,
})

async function loaded(set: WorkingSet, record: string): Promise<GoldenRow> {
  const { golden } = await namedRecord(set.tx, set.work.runtime, record)
  await set.loadGoldens([golden.id])
  await set.loadCommands(set.linksOf(golden.id).map((link) => link.id))
  return set.golden(golden.id)!
}

async function valueFor(set: WorkingSet, golden: GoldenRow, field: string, text: string): Promise<Value> {
  const type = fieldType(set.entity(golden.entity), field)
  if (type.is === 'reference' && text !== '') {
    const to = await namedRecord(set.tx, set.work.runtime, text)
    await set.loadGoldens([to.golden.id])
    const link = to.link ?? set.linksOf(to.golden.id).find((one) => one.state === 'live') ?? set.linksOf(to.golden.id)[0]
    if (link) return { link: String(link.id) }
  }
  const { plan } = set.work.runtime
  return typedValue(field, type, text, { timeZone: plan.timeZone, ...(plan.country === undefined ? {} : { country: plan.country }) })
}

export interface FieldDecision extends Steward { readonly record: string; readonly values: ReadonlyMap<string, string> }

/** The field holds this value, whatever anybody says, until it is released. */
export function pin(parts: EngineParts, options: FieldDecision): Promise<Decided> {
  return deciding(parts, async (set) => {
    const golden = await loaded(set, options.record)
    for (const [field, text] of options.values) {
      const value = await valueFor(set, golden, field, text)
      endPins(set, golden, field)
      set.decide(decisionRow(set, options, { kind: 'pin', entity: golden.entity, about: [golden.id], field, value, over: golden.rev }))
    }
    await carryOut(set, [golden])
    return decided(set, golden.id)
  })
}

function endPins(set: WorkingSet, golden: GoldenRow, field: string): boolean {
  const pins = set.decisionsOn(golden.id).filter((d) => (d.kind === 'pin' || d.kind === 'release') && d.field === field)
  for (const row of pins) set.decide({ ...row, ended: true })
  return pins.some((row) => row.kind === 'pin')
}

export function unpin(parts: EngineParts, options: Steward & { readonly record: string; readonly fields: readonly string[] }): Promise<Decided> {
  return deciding(parts, async (set) => {
    const golden = await loaded(set, options.record)
    for (const field of options.fields) {
      fieldType(set.entity(golden.entity), field)
      if (!endPins(set, golden, field)) throw new PlimsollError('sync.not_pinned', `${field} of ${golden.id} is not pinned.`)
      set.decide(decisionRow(set, options, { kind: 'release', entity: golden.entity, about: [golden.id], field, over: golden.rev }))
    }
    await carryOut(set, [golden])
    return decided(set, golden.id)
  })
}

/** The steward's word about a field: like anybody's, newer edits follow it. */
export function choose(parts: EngineParts, options: FieldDecision): Promise<Decided> {
  return deciding(parts, async (set) => {
    const golden = await loaded(set, options.record)
    await chooseIn(set, golden, options, options.values)
    await carryOut(set, [set.golden(golden.id)!])
    return decided(set, golden.id)
  })
}

export async function chooseIn(set: WorkingSet, golden: GoldenRow, steward: Steward, values: ReadonlyMap<string, string>): Promise<void> {
  for (const [field, text] of values) {
    const value = await valueFor(set, golden, field, text)
    for (const row of set.decisionsOn(golden.id)) if (row.kind === 'choice' && row.field === field) set.decide({ ...row, ended: true })
    set.decide(decisionRow(set, steward, { kind: 'choice', entity: golden.entity, about: [golden.id], field, value, over: golden.rev }))
  }
  // Whoever agrees from now on knows the choice, also where it changes no value.
  set.putGolden({ ...golden, rev: golden.rev + 1 })
}

/** Answers "a system deleted it, but somebody edited it elsewhere": it stays, or it ends as the flow's policy says. */
export function answerDeleted(parts: EngineParts, options: Steward & { readonly record: string; readonly keep: boolean }): Promise<Decided> {
  return deciding(parts, async (set) => {
    const golden = await loaded(set, options.record)
    if (!golden.review.some((item) => item.kind === 'deleted')) throw new PlimsollError('sync.no_question', `Nobody asks whether ${golden.id} shall be deleted.`)
    const review = golden.review.filter((item) => item.kind !== 'deleted')
    const policy = [...set.work.runtime.plan.flows.values()].find((flow) => flow.entity === golden.entity && flow.whenDeleted !== 'ignore')?.whenDeleted
    const state = options.keep ? golden.state : policy === 'archive' ? 'archived' : 'ended'
    if (state !== golden.state) set.change({ golden: golden.id, entity: golden.entity, field: '', kind: 'state', rev: golden.rev + 1, before: golden.state, after: state, rule: 'steward' })
    // Whoever deleted it counts as knowing the edit now.
    for (const link of set.linksOf(golden.id)) if (link.state === 'gone') set.putLink({ ...link, agreed: golden.rev + 1 })
    const row = set.putGolden({ ...golden, review, state, rev: golden.rev + 1 })
    await carryOut(set, [row])
    return decided(set, golden.id)
  })
}
