/**
 * The short way of a create, which is most of what a first load writes: a golden record about which nobody is asked, made at a place
 * that only receives. What is sent are its values as the place writes them; where the target then holds just that, there is
 * nothing to judge, to merge or to write again. What is not sure from the plan or the record goes the long way, `claim` and
 * `settle`, which ends in the same rows.
 */
import { groupBy } from '../base/group.ts'
import type { Native } from '../base/numeral.ts'
import type { MappedField } from '../record/contracts.ts'
import { checkRecord } from '../record/quality.ts'
import type { CommandRow, GoldenValues, Intent, LinkName, LinkRow } from '../store/rows.ts'
import { sameNative } from './agree.ts'
import type { Claimed } from './claim.ts'
import { prepare, type Prepared } from './prepare.ts'
import { recordName } from './record-name.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { slotOf } from './scope.ts'
import type { Answered } from './send.ts'
import type { WorkingSet } from './working-set.ts'

/** A create is one create, however often the record changes before it succeeds. */
export const createKey = (link: number, generation: number): string => `${link}-${generation}-create`

/** What is written there depends on the values of the record alone, and nothing that the place holds is anybody's word. */
const onlyReceives = (entity: EntityRuntime, place: Place): boolean =>
  place.receiver !== undefined && !place.sends && place.owns.size === 0 && place.receiver.end.may.has('create') && entity.references.length === 0

const nothing = (): undefined => undefined

export type PlainCreate = Omit<Claimed, 'command'> & { readonly golden: GoldenValues }

/** Commands that can be sent by the short way, by link. Nothing is changed. */
export async function plainCreates(set: WorkingSet, entity: EntityRuntime, place: Place, rows: readonly CommandRow[]): Promise<Map<number, PlainCreate>> {
  const found = new Map<number, PlainCreate>()
  if (!onlyReceives(entity, place)) return found
  const fresh = rows.filter((row) => row.state === 'due' && row.kind === 'create' && row.intent === null && row.reason === null && row.attempts === 0)
  if (fresh.length === 0) return found
  const slots = await set.tx.slots(fresh.map((row) => row.link))
  const ids = slots.map((slot) => slot.golden)
  const goldens = new Map((await set.tx.goldenValues(ids)).map((golden) => [golden.id, golden]))
  const others = groupBy(await set.tx.linkNames(ids), (link) => link.golden)
  for (const { link: id, generation, golden: of, rev } of slots) {
    const golden = goldens.get(of)!
    const records = others.get(of) ?? []
    const link: LinkRow = { ...slotOf(place, of, id), generation }
    const intent = sentBy(place, records) ? createIntent(entity, place, link, { rev, values: golden.values }, set.work.now) : undefined
    if (intent) found.set(id, { link, golden, intent, record: recordName(set.work, link, records) })
  }
  return found
}

const sentBy = (place: Place, records: readonly LinkName[]): boolean =>
  records.some((link) => link.state === 'live' && place.receiver!.flow.ends.some((end) => end.sends && end.system === link.system))

/** As the long way would make it; undefined: it is not sure that there is something to send. */
function createIntent(entity: EntityRuntime, place: Place, link: LinkRow, { rev, values }: { readonly rev: number; readonly values: GoldenValues['values'] }, now: number): Intent | undefined {
  if (entity.entity.required.some((field) => values[field] === undefined || values[field] === null)) return undefined
  if (!place.receiver!.where.every((condition) => condition.holds(values, nothing))) return undefined
  if (checkRecord(entity.quality, values, undefined, nothing).some((finding) => finding.ifBroken === 'set_aside')) return undefined
  const fields: string[] = []
  const hub: Record<string, GoldenValues['values'][string]> = {}
  const sources: Record<string, Native> = {}
  const before: Record<string, Native> = {}
  for (const field of place.written) {
    const value = values[field]
    if (value === undefined || value === null) continue
    const out = place.mapping.write(field, values, nothing, nothing)
    if (out.is !== 'sources') return undefined
    for (const source in out.sources) {
      const native = out.sources[source]!
      if (native === null) return undefined
      sources[source] = native
      before[source] = null
    }
    fields.push(field)
    hub[field] = value
  }
  return { kind: 'create', fields, sources, rev, sentAt: now, repeats: 0, hub, before, idempotencyKey: createKey(link.id, link.generation) }
}

/** Takes the short way with those creates whose records are held as they were sent, and says which answers are left. */
export async function settleCreates(set: WorkingSet, entity: EntityRuntime, place: Place, answers: readonly Answered[], closed: (answered: Answered) => void): Promise<Answered[]> {
  const plain = onlyReceives(entity, place) ? answers.filter(isPlain) : []
  if (plain.length === 0) return [...answers]
  const slots = new Map((await set.tx.slots(plain.map(({ claimed }) => claimed.link.id))).map((slot) => [slot.link, slot]))
  const known = new Set((await set.tx.linksByKey(place, plain.map(keyOf))).map((link) => link.key))
  const asides = new Set((await set.tx.asidesByKey(place, plain.map(({ claimed }) => claimed.record))).map((row) => row.link))
  const rest: Answered[] = []
  const short = new Set(plain)
  for (const answered of answers) {
    const { claimed } = answered
    const slot = slots.get(claimed.link.id)
    // Invariant 7: whoever was taken over changes nothing.
    const same = short.has(answered) && slot?.fence === claimed.command.fence && slot.golden === claimed.golden.id && slot.rev === claimed.intent.rev
    const held = same && !known.has(keyOf(answered)) && !asides.has(claimed.link.id) ? prepare(place, answered.held!, { from: answered.sentAt, to: answered.answeredAt }) : undefined
    if (!held || !isAsSent(place, claimed, held)) {
      rest.push(answered)
      continue
    }
    known.add(keyOf(answered))
    set.made({
      id: claimed.link.id, key: keyOf(answered), numericKey: held.numericKey, seen: held.seen, hash: held.hash, version: held.version, seenFrom: answered.sentAt, seenTo: answered.answeredAt,
      agreed: claimed.intent.rev,
    }, claimed.command)
    closed(answered)
  }
  return rest
}

function isPlain({ claimed, result, held, readBack }: Answered): boolean {
  const { command, intent, link } = claimed
  return result.is === 'done' && intent.kind === 'create' && intent.shown === undefined && intent.suspects === undefined && intent.repeats === 0 && command.attempts === 1
    && link.key === null && held !== undefined && held.partial !== true && readBack !== true
}

const keyOf = ({ result }: Answered): string => (result as { readonly key: string }).key

/** Of every value that the place holds it says exactly what it was given, and nothing where it was given nothing. Invariant 5. */
function isAsSent(place: Place, { golden, intent }: Claimed, held: Prepared): boolean {
  if (held.broken) return false
  for (const name of place.written) {
    const value = golden.values[name]
    if (value === undefined) continue
    const field = place.fields.get(name)!
    const sent = intent.sources[field.source]
    if (sent === undefined ? value !== null || !isEmpty(field, held) : !sameNative(sent, held.seen[field.source])) return false
  }
  return true
}

function isEmpty(field: MappedField, held: Prepared): boolean {
  const now = held.seen[field.source]
  if (now !== undefined && now !== null) return false
  const read = field.reads ? field.read(held.seen) : undefined
  return read === undefined || read.is === 'absent' || (read.is === 'value' && read.value === null)
}
