/** A golden record for whoever asks: where each value comes from, who said what, why it won, what is open. Reads only the store. */
import type { Clock } from '../base/clock.ts'
import type { FieldRule } from '../plan/model.ts'
import { type Said, supersedes } from '../record/survivorship.ts'
import type { Value } from '../record/value.ts'
import type { Store, Transaction } from '../store/contract.ts'
import type { AsideRow, ChangeRow, CommandRow, DecisionRow, GoldenRow, LinkRow, ReviewItem } from '../store/rows.ts'
import { canonicalOf } from './agree.ts'
import { namedRecord, nameOfLink } from './named-record.ts'
import { loadReferred, prepareReferences, referencesAmong } from './references.ts'
import type { Runtime } from './runtime.ts'
import { saidAbout } from './statements.ts'
import { fieldType } from './typed-value.ts'
import { linksIn, WorkingSet } from './working-set.ts'

export interface Inspecting { readonly store: Store; readonly runtime: Runtime; readonly clock: Clock }

export interface Origin {
  /** `system/resource/key`, `steward`, or `default`. */
  readonly by: string
  readonly at: number | null
  readonly rule: string
}
export interface ShownField { readonly field: string; readonly value: Value; readonly origin: Origin | null; readonly pinned: boolean }
export interface ShownLink {
  readonly record: string
  readonly system: string
  readonly state: LinkRow['state']
  readonly origin: LinkRow['origin']
  /** It is known to hold the golden record as it is now. */
  readonly agrees: boolean
  /** Fields in which the system keeps something else than it was given. */
  readonly altered: readonly string[]
  readonly command: CommandRow | undefined
  readonly asides: readonly AsideRow[]
}
export interface ShownRecord {
  readonly golden: GoldenRow
  readonly fields: readonly ShownField[]
  readonly links: readonly ShownLink[]
  /** Newest last. */
  readonly history: readonly ChangeRow[]
  readonly decisions: readonly DecisionRow[]
  /** What references in the values mean: link → golden id and name. */
  readonly refers: Readonly<Record<string, { readonly golden: string; readonly record: string }>>
  readonly label: string
}

const MOST_CHANGES = 10_000

export function showRecord(of: Inspecting, name: string): Promise<ShownRecord> {
  return of.store.transaction(async (tx) => {
    const { golden } = await namedRecord(tx, of.runtime, name)
    const links = (await tx.linksOfGoldens([golden.id])).toSorted((a, b) => a.id - b.id)
    const commands = new Map((await tx.commands(links.map((link) => link.id))).map((row) => [row.link, row]))
    const decisions = await tx.decisions([golden.id])
    const pinned = new Set(decisions.filter((row) => row.kind === 'pin').map((row) => row.field))
    const byId = new Map(links.map((link) => [link.id, link]))
    const known = Object.values(golden.from).map((from) => from.link).filter((id) => id > 0 && !byId.has(id))
    for (const link of await tx.linksById(known)) byId.set(link.id, link)
    const order = [...(of.runtime.entities.get(golden.entity)?.entity.fields.keys() ?? [])]
    const names = [...order, ...Object.keys(golden.values).filter((field) => !order.includes(field))]
    return {
      golden, decisions, label: labelOf(of.runtime, golden),
      fields: names.filter((field) => golden.values[field] !== undefined).map((field): ShownField => {
        const from = golden.from[field]
        const link = from && byId.get(from.link)
        return {
          field, value: golden.values[field]!, pinned: pinned.has(field),
          origin: from ? { by: link ? nameOfLink(link) : from.link === 0 ? 'steward' : from.link < 0 ? 'default' : 'a record that is gone', at: from.time, rule: from.rule } : null,
        }
      }),
      links: await Promise.all(links.filter((link) => link.state !== 'mentioned' || link.key !== null).map(async (link): Promise<ShownLink> => ({
        record: nameOfLink(link), system: link.system, state: link.state, origin: link.origin, agrees: link.state === 'live' && link.agreed === golden.rev,
        altered: Object.keys(link.altered), command: commands.get(link.id),
        asides: link.key === null ? [] : (await tx.asidesByKey(link, [link.key])).filter((row) => row.state === 'open' || row.state === 'fixed'),
      }))),
      history: await tx.changes({ golden: golden.id, limit: MOST_CHANGES }),
      refers: await referredTo(tx, golden),
    }
  }, { readOnly: true })
}

async function referredTo(tx: Transaction, golden: GoldenRow): Promise<ShownRecord['refers']> {
  const links = await tx.linksById([...linksIn(golden.values)])
  return Object.fromEntries(links.map((link) => [String(link.id), { golden: link.golden, record: nameOfLink(link) }]))
}

/** What people call the record: its first identifier, else its first text. */
function labelOf(runtime: Runtime, golden: GoldenRow): string {
  const entity = runtime.entities.get(golden.entity)?.entity
  const said = ['name', 'title', ...(entity?.identifiers?.flat() ?? []), ...(entity?.fields.keys() ?? [])].map((field) => golden.values[field]).find((value) => typeof value === 'string')
  return typeof said === 'string' ? said : golden.id
}

export interface ShownStatement {
  readonly field: string
  readonly by: string
  readonly system: string
  readonly value: Value
  readonly at: number | null
  readonly over: number
  readonly first: boolean
  readonly outcome: 'wins' | 'agrees' | 'superseded' | 'loses' | 'pinned over'
}
export interface ExplainedField { readonly field: string; readonly value: Value | undefined; readonly origin: string; readonly why: string; readonly undecided: boolean; readonly statements: readonly ShownStatement[] }
export interface Explained { readonly golden: GoldenRow; readonly label: string; readonly fields: readonly ExplainedField[] }

/** Why each value won: every statement with who, when and over what, and the rule in words. */
export function explainRecord(of: Inspecting, name: string, only?: string): Promise<Explained> {
  return of.store.transaction(async (tx) => {
    const { golden } = await namedRecord(tx, of.runtime, name)
    const now = of.clock.now()
    const set = new WorkingSet(tx, { runtime: of.runtime, run: '', startedAt: now, now, newId: () => '' })
    await set.loadGoldens([golden.id])
    const entity = set.entity(golden.entity)
    if (only !== undefined) fieldType(entity, only)
    const links = set.linksOf(golden.id)
    if (entity.references.length > 0) {
      await prepareReferences(set, links.flatMap((link) => referencesAmong(entity, set.placeOf(link), set.reads(link))))
      await loadReferred(set, [golden.values, ...links.flatMap((link) => Object.values(link.said ?? {}).map((s) => s.value))])
    }
    const about = saidAbout(set, entity, golden)
    const pins = new Map(set.decisionsOn(golden.id).filter((d) => d.kind === 'pin').map((d) => [d.field, d]))
    const fields = [...entity.entity.fields.keys()].filter((field) => (only === undefined ? about.has(field) || golden.values[field] !== undefined : field === only))
    return {
      golden, label: labelOf(of.runtime, golden),
      fields: fields.map((field): ExplainedField => {
        const said = about.get(field) ?? []
        const from = golden.from[field]
        const type = entity.entity.fields.get(field)!.type
        const value = golden.values[field]
        const undecided = golden.review.some((item) => item.kind === 'ask' && item.field === field)
        const pin = pins.get(field)
        const outcome = (s: Said): ShownStatement['outcome'] => {
          if (!pin && s.link === from?.link && !undecided) return 'wins'
          if (said.some((other) => supersedes(other, s))) return 'superseded'
          if (value !== undefined && canonicalOf(set, s.value, type) === canonicalOf(set, value, type)) return 'agrees'
          return pin ? 'pinned over' : 'loses'
        }
        const by = (s: Said): string => (s.link === 0 ? 'steward' : set.link(s.link) ? nameOfLink(set.link(s.link)!) : s.system)
        const rule = entity.entity.golden.rules.get(field)
        return {
          field, value, undecided, origin: pin ? 'steward' : from ? (from.link === 0 ? 'steward' : from.link < 0 ? 'default' : set.link(from.link) ? nameOfLink(set.link(from.link)!) : 'a record that is gone') : 'nobody',
          why: pin ? `${pin.who} pinned it on ${new Date(pin.at).toISOString().slice(0, 10)}${pin.why === '' ? '' : `: ${pin.why}`}.` : from?.rule === 'default' ? 'Nobody said anything: the default of the field.' : rule ? inWords(rule) : '',
          statements: said.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0) || a.rank - b.rank).map((s): ShownStatement => ({
            field, by: by(s), system: s.link === 0 ? 'steward' : s.system, value: s.value, at: s.time, over: s.over, first: s.first, outcome: outcome(s),
          })),
        }
      }),
    }
  }, { readOnly: true })
}

/** A rule as a sentence for people. */
function inWords(rule: FieldRule): string {
  const among = rule.among.length === 0 ? '' : ` among ${rule.among.join(', ')}`
  const words: Readonly<Record<FieldRule['rule'], string>> = {
    owner: `${rule.among[0] ?? 'The owner'} owns the field: what it said last counts; others only while it said nothing.`,
    rank: `The first of ${rule.among.join(', ')} that said a value counts.`,
    latest: `The latest edit${among} counts; who edited over a value knew it.`,
    fill: `The first value that anybody said${among} is kept.`,
    union: `Everything that was said${among} counts together; what somebody took out stays out.`,
    longest: `The longest value${among} counts, unless somebody edited over it.`,
    highest: `The highest value${among} counts, unless somebody edited over it.`,
    lowest: `The lowest value${among} counts, unless somebody edited over it.`,
    ask: 'Where the systems disagree, a person decides.',
  }
  return `${words[rule.rule]}${rule.why === undefined ? '' : ` (${rule.why})`}`
}

export interface Found { readonly golden: GoldenRow; readonly label: string; readonly records: readonly string[] }

export function searchRecords(of: Inspecting, filter: { readonly text: string; readonly entity?: string; readonly limit: number }): Promise<Found[]> {
  return of.store.transaction(async (tx) => withRecords(tx, of.runtime, await tx.search(filter)), { readOnly: true })
}

async function withRecords(tx: Transaction, runtime: Runtime, goldens: readonly GoldenRow[]): Promise<Found[]> {
  const links = await tx.linksOfGoldens(goldens.map((golden) => golden.id))
  return goldens.map((golden) => ({ golden, label: labelOf(runtime, golden), records: links.filter((link) => link.golden === golden.id && link.state === 'live').map(nameOfLink) }))
}

export interface Question { readonly golden: GoldenRow; readonly label: string; readonly records: readonly string[]; readonly item: ReviewItem; readonly other: Found | undefined; readonly statements: readonly ShownStatement[]; readonly answers: readonly string[] }

/** What people have to decide, with the commands that decide it. A question about two records is asked once. */
export async function openQuestions(of: Inspecting, limit: number): Promise<Question[]> {
  const { found, others } = await of.store.transaction(async (tx) => {
    const rows = await withRecords(tx, of.runtime, await tx.goldensInReview(limit))
    const ids = rows.flatMap((row) => row.golden.review.flatMap((item) => (item.with === undefined ? [] : [item.with])))
    return { found: rows, others: new Map((await withRecords(tx, of.runtime, await tx.goldens(ids))).map((row) => [row.golden.id, row])) }
  }, { readOnly: true })
  const asked = new Set<string>()
  const questions: Question[] = []
  for (const row of found) {
    for (const item of row.golden.review) {
      if (item.with !== undefined) {
        const pair = [row.golden.id, item.with].toSorted().join(' ')
        if (asked.has(pair)) continue
        asked.add(pair)
      }
      const statements = item.kind === 'ask' && item.field !== undefined ? (await explainRecord(of, row.golden.id, item.field)).fields[0]!.statements.filter((s) => s.outcome !== 'superseded') : []
      questions.push({ ...row, item, other: item.with === undefined ? undefined : others.get(item.with), statements, answers: answersTo(row.golden, item, statements) })
    }
  }
  return questions
}

function answersTo(golden: GoldenRow, item: ReviewItem, statements: readonly ShownStatement[]): string[] {
  switch (item.kind) {
    case 'ask': {
      const values = [...new Set(statements.map((s) => (typeof s.value === 'string' ? s.value : JSON.stringify(s.value))))]
      return values.map((value) => `plimsoll records choose ${golden.id} '${item.field}=${value.replaceAll("'", String.raw`'\''`)}'`)
    }
    case 'deleted': return [`plimsoll records keep ${golden.id}`, `plimsoll records end ${golden.id}`]
    case 'same': case 'duplicate': case 'found': case 'key_reused':
      return item.with === undefined ? [] : [`plimsoll records same ${golden.id} ${item.with}`, `plimsoll records not-same ${golden.id} ${item.with}`]
  }
}
