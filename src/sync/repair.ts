/** What was set aside: looked at, mended, taken up again or given up. A record that is mended arrives exactly once. */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import { groupBy } from '../base/group.ts'
import { nearest } from '../plan/names.ts'
import type { SourceRecord } from '../systems/contract.ts'
import type { Transaction } from '../store/contract.ts'
import type { AsideRow, CommandRow, LinkRow } from '../store/rows.ts'
import { carryOut, chooseIn, deciding, type Steward } from './decide.ts'
import { type EngineParts, pass, type PassOptions, type PassReport } from './engine.ts'
import { intake, type IntakeOptions, mergeAndOpen } from './intake.ts'
import { hashOf, prepare } from './prepare.ts'
import { verified } from './read.ts'
import { type Place, placeKey } from './runtime.ts'
import { openCommands, PRIORITY } from './scope.ts'
import { fieldType, typedValue } from './typed-value.ts'
import { nativeText, type Work, WorkingSet } from './working-set.ts'

registerErrors({
  'sync.no_aside': { class: 'plan', hint: '`plimsoll errors list` shows what is set aside, with the id of each.' },
  'sync.not_fixable': { class: 'plan', hint: 'Mend it where it comes from; it is read again by itself.' },
})

export const asides = (parts: Pick<EngineParts, 'store'>, states: readonly AsideRow['state'][], limit: number): Promise<readonly AsideRow[]> =>
  parts.store.transaction((tx) => tx.asides({ states, limit }), { readOnly: true })

export async function aside(tx: Transaction, id: string): Promise<AsideRow> {
  const [row] = await tx.asides({ ids: [id], limit: 1 })
  if (row) return row
  throw new PlimsollError('sync.no_aside', `Nothing is set aside under ${JSON.stringify(id)}.`)
}

// ── fix ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Fix extends Steward { readonly id: string; readonly values: ReadonlyMap<string, string> }

/** Says what shall count instead; `retry` then takes the record in, or delivers it. */
export function fix(parts: EngineParts, options: Fix): Promise<AsideRow> {
  return deciding(parts, async (set) => {
    const row = await aside(set.tx, options.id)
    if (row.state === 'closed' || row.state === 'discarded') throw new PlimsollError('sync.no_aside', `${row.id} is ${row.state} already.`)
    const place = set.work.runtime.places.get(placeKey(row))
    if (!place) throw new PlimsollError('sync.not_fixable', `${row.system}/${row.resource} is no longer in the plan.`)
    const fixed = row.rule === 'may_exist' ? await wasMade(set, place, row, options) : row.direction === 'in' ? fixIncoming(place, set, row, options) : await fixOutgoing(set, row, options)
    set.putAside(fixed)
    return fixed
  })
}

/** The wrong value stands for the right one in this record, until its source says something else. */
function fixIncoming(place: Place, set: WorkingSet, row: AsideRow, options: Fix): AsideRow {
  if (row.rule === 'unreadable' || row.rule === 'where') throw new PlimsollError('sync.not_fixable', `The record ${row.key} of ${row.system} could not be read at all: ${row.says}`)
  const seen = place.mapping.pick(row.raw)
  const reading = { timeZone: place.of.timeZone, ...(place.of.country === undefined ? {} : { country: place.of.country }) }
  const entries = [...options.values].map(([name, text]) => {
    const field = place.fields.get(name)
    if (!field?.reads) {
      const right = nearest(name, [...place.fields.keys()])
      throw new PlimsollError('sync.no_field', `${row.system} does not give ${name} of ${row.entity}${right === undefined ? '' : `; did you mean ${right}?`}`)
    }
    return [name, { native: nativeText(seen[field.source]), value: typedValue(name, fieldType(set.entity(place.entity), name), text, reading) }] as const
  })
  return { ...row, state: 'fixed', fix: { ...row.fix, ...Object.fromEntries(entries) } }
}

/** What a target refuses is decided on the golden record. */
async function fixOutgoing(set: WorkingSet, row: AsideRow, options: Fix): Promise<AsideRow> {
  const link = await linkOf(set, row)
  if (!link) throw new PlimsollError('sync.not_fixable', `${row.key} is no longer due at ${row.system}.`)
  const golden = set.golden(set.survivor(link.golden))!
  await chooseIn(set, golden, options, options.values)
  await carryOut(set, [set.golden(golden.id)!])
  return { ...row, state: 'fixed' }
}

async function linkOf(set: WorkingSet, row: AsideRow): Promise<LinkRow | undefined> {
  if (row.link === null) return undefined
  set.addLinks(await set.tx.linksById([row.link]))
  const link = set.link(row.link)
  if (!link) return undefined
  await set.loadGoldens([link.golden])
  await set.loadCommands([link.id])
  return link
}

/** The answer to "may have been created": it was, under this key. */
async function wasMade(set: WorkingSet, place: Place, row: AsideRow, options: Fix): Promise<AsideRow> {
  const key = options.values.get('key')
  if (key === undefined || key === '' || options.values.size > 1) throw new PlimsollError('sync.not_fixable', `Say under which key ${row.system} has it: key=…; or \`plimsoll errors retry ${row.id}\` if it has not.`)
  const link = await linkOf(set, row)
  const intent = link && set.command(link.id)?.intent
  if (!link || link.key !== null) throw new PlimsollError('sync.not_fixable', `${row.key} is no longer due to be made at ${row.system}.`)
  const seen = intent?.sources ?? row.raw
  set.dropCommand(link.id, 'delivered')
  set.putLink({ ...link, key, state: 'live', origin: 'made', seen, hash: hashOf(seen), seenFrom: set.work.now, seenTo: set.work.now, agreed: intent?.rev ?? 0 })
  set.decide({
    id: set.work.newId(), kind: 'created_answer', entity: row.entity, about: [String(link.id)], field: null, value: key, who: options.who, why: options.why,
    at: set.work.now, over: 0, ended: true,
  })
  await mergeAndOpen(set, set.entity(place.entity), [link.golden], PRIORITY.event)
  return { ...row, state: 'closed' }
}

// ── discard ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Given up: the record as it is now is left out; another value of its source, or another golden value, is looked at again. */
export function discard(parts: EngineParts, ids: readonly string[]): Promise<readonly AsideRow[]> {
  return deciding(parts, async (set) => {
    const rows: AsideRow[] = []
    for (const id of ids) {
      const row = { ...(await aside(set.tx, id)), state: 'discarded' as const }
      if (row.direction === 'out') {
        const link = await linkOf(set, row)
        if (link && set.command(link.id)?.state === 'aside') set.dropCommand(link.id, 'withdrawn')
      }
      set.putAside(row)
      rows.push(row)
    }
    return rows
  })
}

// ── retry ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Retried {
  readonly id: string
  readonly outcome: 'arrived' | 'set_aside_again' | 'waits' | 'gone' | 'read_again_later'
  readonly says: string | null
  readonly row: AsideRow
}
export interface RetryReport { readonly entries: readonly Retried[]; readonly report: PassReport }

/** Takes the records in again, or delivers them again, and carries on what follows; nothing else is read. */
export async function retry(parts: EngineParts, ids: readonly string[] | 'all', options: PassOptions): Promise<RetryReport> {
  const { store, runtime } = parts
  const rows = await store.transaction(async (tx) => {
    if (ids === 'all') return tx.asides({ states: ['open', 'fixed'], limit: 100_000 })
    return Promise.all(ids.map((id) => aside(tx, id)))
  }, { readOnly: true })
  const open = rows.filter((row) => row.state === 'open' || row.state === 'fixed')
  const gone = new Set<string>()
  const later = new Set<string>()
  for (const [key, items] of groupBy(open.filter((row) => row.direction === 'in'), (row) => placeKey(row))) {
    const place = runtime.places.get(key)
    const readable = items.filter((row) => row.rule !== 'unreadable')
    for (const row of items) if (!place || row.rule === 'unreadable') later.add(row.id)
    if (place) for (const row of await takeUp(parts, place, readable, options.signal)) gone.add(row.id)
  }
  await sendAgain(parts, open.filter((row) => row.direction === 'out'))
  const report = await pass(parts, { ...options, only: () => false, kind: 'retry' })
  const after = await store.transaction(async (tx) => {
    const now = new Map((await tx.asides({ ids: open.map((row) => row.id), limit: open.length })).map((row) => [row.id, row]))
    const commands = new Map((await tx.commands(open.flatMap((row) => (row.link === null ? [] : [row.link])))).map((row) => [row.link, row]))
    const byKey = new Map<string, AsideRow>()
    for (const [key, items] of groupBy(open, (row) => placeKey(row))) {
      const place = runtime.places.get(key)
      if (place) for (const row of await tx.asidesByKey(place, items.map((item) => item.key))) if (row.state === 'open') byKey.set(`${key}/${row.direction}/${row.key}`, row)
    }
    return { now, commands, byKey }
  }, { readOnly: true })
  const entries = open.map((row): Retried => {
    const again = after.byKey.get(`${placeKey(row)}/${row.direction}/${row.key}`)
    const now = after.now.get(row.id) ?? row
    const command: CommandRow | undefined = row.link === null ? undefined : after.commands.get(row.link)
    if (gone.has(row.id)) return { id: row.id, outcome: 'gone', says: `${row.system} no longer has ${row.key}.`, row: now }
    if (later.has(row.id)) return { id: row.id, outcome: 'read_again_later', says: 'It could not be read at all; the next run reads it again.', row: now }
    if (again) return { id: again.id, outcome: 'set_aside_again', says: again.says, row: again }
    if (row.direction === 'out' && command) return { id: row.id, outcome: 'waits', says: command.reason, row: now }
    return { id: row.id, outcome: 'arrived', says: null, row: now }
  })
  return { entries, report }
}

/** Reads the records by key where that can be done, else takes what was read then. Returns the entries whose record is gone. */
async function takeUp(parts: EngineParts, place: Place, rows: readonly AsideRow[], signal: AbortSignal): Promise<AsideRow[]> {
  if (rows.length === 0) return []
  const { store, clock } = parts
  const resource = parts.connections.resource(place)
  const now = clock.now()
  let records: readonly SourceRecord[] = rows.map((row) => ({ key: row.key, values: row.raw as SourceRecord['values'] }))
  let interval = { from: now, to: now }
  let gone: AsideRow[] = []
  if (resource?.traits.readByKey && resource.readKeys) {
    records = await resource.readKeys([...new Set(rows.map((row) => row.key))], signal)
    interval = { from: now - resource.traits.keyLagMs, to: clock.now() }
    const found = new Set(records.map((record) => record.key))
    gone = rows.filter((row) => !found.has(row.key))
    // Whether the record behind it is gone too is for a whole list to tell.
    if (gone.length > 0) await store.transaction((tx) => tx.save({ asides: gone.map((row) => ({ ...row, state: 'closed' as const })) }), { as: 'retry.gone' })
  }
  const work: Work = { runtime: parts.runtime, run: parts.newId(), startedAt: now, now: clock.now(), newId: parts.newId }
  const taking = (extra: Partial<IntakeOptions>): IntakeOptions => ({
    place, work: { ...work, now: clock.now() }, priority: PRIORITY.event, listLagMs: 1, muted: 'all',
    judging: { ordered: resource?.traits.version === 'ordered', omitsEmpty: resource?.traits.omitsEmpty ?? false, lookedAt: 0 }, ...extra,
  })
  const result = await intake(store, records.map((record) => prepare(place, record, interval)), taking({}))
  if (result.verify.length > 0 && resource) await verified(resource, result.verify, taking, parts, signal)
  return gone
}

/** Refused writes are due again; the entry stays until the record arrives. */
async function sendAgain(parts: EngineParts, rows: readonly AsideRow[]): Promise<void> {
  if (rows.length === 0) return
  await deciding(parts, async (set) => {
    for (const row of rows) {
      const link = await linkOf(set, row)
      const command = link && set.command(link.id)
      if (link && command?.state === 'aside') set.putCommand({ ...command, state: 'due', reason: null, intent: null, attempts: 0, notBefore: set.work.now })
      else if (link && !command) {
        // Nothing is due by itself any more: compared anew, it is due again or it agrees.
        const golden = set.survivor(link.golden)
        await openCommands(set, set.entity(row.entity), golden, PRIORITY.event)
        if (!set.command(link.id)) set.putAside({ ...row, state: 'closed' })
      } else if (!link) set.putAside({ ...row, state: 'closed' })
    }
  })
}
