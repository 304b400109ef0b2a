/**
 * Which value survives (semantics §2.5): a pure function of what was said. Invariant 10: order of arrival and borders of batches do not
 * matter. Sources of the method: last-writer-wins with supersession by what an author had before them (three-way merge).
 */
import type { FieldRule, FieldType, SurvivorRule } from '../plan/model.ts'
import { canonical, compareLengths, compareValues } from './canonical.ts'
import type { ResolveLink } from './contracts.ts'
import type { Value } from './value.ts'

/** One statement, with who said it. */
export interface Said {
  readonly system: string
  /** Order of the system in the plan; the steward (`link` 0) comes first. */
  readonly rank: number
  readonly link: number
  /** Of a link that is gone or has left: counts after live ones of the same system. */
  readonly lastWords: boolean
  readonly value: Value
  readonly time: number | null
  readonly on: string
  readonly over: number
  /** null: not taken in yet. */
  readonly rev: number | null
  readonly first: boolean
  /** Said about a record that was merged into this one since: the revision that this one had then. */
  readonly cameIn?: number
  /** Under `union`: what was said about each element, by its canonical form. Absent: the value is all that was said. */
  readonly elements?: Readonly<Record<string, Vote>>
}

/** What was said about one element of a list, over which revision. */
export interface Vote {
  readonly present: boolean
  readonly time: number | null
  readonly on: string
  readonly over: number
  readonly rev: number | null
}

export interface Outcome {
  /** undefined: nobody said anything. */
  readonly value: Value | undefined
  readonly by: Said | undefined
  readonly rule: SurvivorRule | 'pin' | 'default'
  /** A person must choose; the field is left alone meanwhile. */
  readonly undecided: boolean
  /** Statements of this merge that lost, or that lost against a new one. */
  readonly losers: readonly Said[]
}

export interface Question {
  readonly rule: FieldRule
  readonly type: FieldType
  readonly said: readonly Said[]
  readonly resolve: ResolveLink
}

const UNKNOWN = Number.NEGATIVE_INFINITY

/** d was said by somebody who knew c (or what c had become). */
export const supersedes = (d: Said, c: Said): boolean =>
  d.link !== c.link
  && ((d.on === c.on && c.rev !== null && d.over >= c.rev) || (c.cameIn !== undefined && d.cameIn === undefined && d.over >= c.cameIn))

export function survive(question: Question): Outcome {
  const { rule, type, resolve } = question
  const text = (value: Value): string => canonical(value, type, resolve)
  const counting = rule.among.length > 0 && rule.rule !== 'owner' && rule.rule !== 'rank'
    ? question.said.filter((s) => s.link === 0 || rule.among.includes(s.system))
    : question.said
  // What was there before the first look is decided by its own rule until somebody edits.
  const edits = counting.filter((s) => !s.first)
  const useFirst = rule.firstLoad !== undefined && edits.length === 0
  const kind = useFirst ? rule.firstLoad! : rule.rule
  const said = rule.firstLoad !== undefined && !useFirst ? edits : counting
  const cand = said.filter((c) => !said.some((d) => supersedes(d, c)))
  const steward = latest(cand.filter((s) => s.link === 0), text)

  const decided = ((): { by: Said | undefined; undecided: boolean; value?: Value | undefined } => {
    if (steward && !cand.some((s) => s.link !== 0 && later(s, steward, text))) return { by: steward, undecided: false }
    switch (kind) {
      case 'owner': {
        const own = ofSystem(said, rule.among[0] ?? '', text)
        // Until the owner says something: the first value that somebody has; where all was taken back, that counts, too.
        return { by: own ?? said.toSorted(byPlan).find((s) => s.value !== null) ?? latest(cand, text), undecided: false }
      }
      case 'rank': {
        const list = rule.among.map((system) => ofSystem(said, system, text)).filter((s) => s !== undefined)
        return { by: list.find((s) => s.value !== null) ?? list[0] ?? latest(cand, text), undecided: false }
      }
      case 'fill':
        return { by: said.filter((s) => s.value !== null).toSorted((a, b) => timeOf(a) - timeOf(b) || byPlan(a, b))[0] ?? latest(cand, text), undecided: false }
      case 'latest':
        return { by: latest(cand, text), undecided: false }
      case 'longest':
      case 'highest':
        return { by: best(cand, type, 1, kind, text), undecided: false }
      case 'lowest':
        return { by: best(cand, type, -1, kind, text), undecided: false }
      case 'union':
        return { ...union(said, type, resolve), undecided: false }
      case 'ask': {
        const first = cand[0]
        return first && cand.some((s) => text(s.value) !== text(first.value)) ? { by: undefined, undecided: true } : { by: latest(cand, text), undecided: false }
      }
    }
  })()

  const value = 'value' in decided ? decided.value : decided.by?.value
  if (decided.undecided || value === undefined || kind === 'union') {
    return { value, by: decided.by, rule: kind, undecided: decided.undecided, losers: [] }
  }
  const winner = text(value)
  const fresh = decided.by?.rev === null
  const ordered = kind === 'owner' || kind === 'rank' || kind === 'fill'
  const losers = said.filter(
    (s) => s !== decided.by && text(s.value) !== winner && (s.rev === null ? ordered || cand.includes(s) : fresh && cand.includes(s)) && !(s.value === null && s.first),
  )
  return { value, by: decided.by, rule: kind, undecided: false, losers }
}

const timeOf = (s: Said): number => s.time ?? UNKNOWN
const byPlan = (a: Said, b: Said): number => a.rank - b.rank || Number(a.lastWords) - Number(b.lastWords) || a.link - b.link

/** Time, then the system earlier in the plan, then the value: a total order that no arrival order enters. */
function later(a: Said, b: Said, text: (value: Value) => string): boolean {
  if (timeOf(a) !== timeOf(b)) return timeOf(a) > timeOf(b)
  if (a.rank !== b.rank) return a.rank < b.rank
  if (a.lastWords !== b.lastWords) return b.lastWords
  const [x, y] = [text(a.value), text(b.value)]
  return x === y ? a.link < b.link : x > y
}

function latest(said: readonly Said[], text: (value: Value) => string): Said | undefined {
  let found: Said | undefined
  for (const s of said) if (!found || later(s, found, text)) found = s
  return found
}

/** The latest statement of one system's records; of records that are gone only when no live one said anything. */
function ofSystem(said: readonly Said[], system: string, text: (value: Value) => string): Said | undefined {
  const own = said.filter((s) => s.system === system)
  return latest(own.filter((s) => !s.lastWords), text) ?? latest(own, text)
}

function best(cand: readonly Said[], type: FieldType, sign: 1 | -1, kind: 'longest' | 'highest' | 'lowest', text: (value: Value) => string): Said | undefined {
  let found: Said | undefined
  for (const s of cand) {
    if (!found) found = s
    else if (s.value !== null) {
      const order = found.value === null ? 1 : sign * measure(s.value, found.value, type, kind)
      if (order > 0 || (order === 0 && later(s, found, text))) found = s
    }
  }
  return found
}

function measure(a: Value, b: Value, type: FieldType, kind: 'longest' | 'highest' | 'lowest'): number {
  return kind === 'longest' ? compareLengths(a, b) : compareValues(a, b, type)
}

/**
 * Each element is decided by itself: a system that has it says "present"; "absent" is said only by whoever took it out. An
 * edit that leaves an element alone says nothing new about it.
 */
function union(said: readonly Said[], type: FieldType, resolve: ResolveLink): { by: Said | undefined; value: Value | undefined } {
  if (type.is !== 'list') return { by: undefined, value: null }
  if (said.length === 0) return { by: undefined, value: undefined }
  const element = (value: Value): string => canonical(value, type.of, resolve)
  const items = new Map<string, Value>()
  const votes = new Map<string, (Said & Vote)[]>()
  const vote = (key: string, s: Said, of: Vote): void => {
    const list = votes.get(key) ?? []
    list.push({ ...s, ...of })
    votes.set(key, list)
  }
  for (const s of said) {
    for (const item of (s.value as readonly Value[] | null) ?? []) {
      items.set(element(item), item)
      if (s.elements === undefined) vote(element(item), s, { present: true, time: s.time, on: s.on, over: s.over, rev: s.rev })
    }
    for (const [key, of] of Object.entries(s.elements ?? {})) vote(key, s, of)
  }
  const kept: Value[] = []
  for (const key of [...votes.keys()].toSorted()) {
    const all = votes.get(key)!
    const standing = all.filter((c) => !all.some((d) => supersedes(d, c)))
    let top = standing[0]
    for (const of of standing) {
      if (!top || (of.time ?? UNKNOWN) > (top.time ?? UNKNOWN) || ((of.time ?? UNKNOWN) === (top.time ?? UNKNOWN) && of.rank < top.rank)) top = of
    }
    const item = items.get(key)
    if (top?.present && item !== undefined) kept.push(item)
  }
  return { by: latest(said.filter((s) => s.value !== null), (v) => canonical(v, type, resolve)), value: kept }
}

/** What an edit of a list says about each element, given what was said before it and what the list held. */
export function votesOfEdit(before: Readonly<Record<string, Vote>>, held: Value, now: Value, type: FieldType, resolve: ResolveLink, edit: Omit<Vote, 'present'>): Record<string, Vote> {
  if (type.is !== 'list') return {}
  const keys = (value: Value): Set<string> => new Set(((value as readonly Value[] | null) ?? []).map((item) => canonical(item, type.of, resolve)))
  const [was, is] = [keys(held), keys(now)]
  const votes: Record<string, Vote> = { ...before }
  for (const key of is) if (!was.has(key)) votes[key] = { ...edit, present: true }
  for (const key of was) if (!is.has(key)) votes[key] = { ...edit, present: false }
  return votes
}

/** What a list says that nobody edited since it was first seen. */
export function votesOfValue(value: Value, type: FieldType, resolve: ResolveLink, of: Omit<Vote, 'present'>): Record<string, Vote> {
  if (type.is !== 'list') return {}
  return Object.fromEntries(((value as readonly Value[] | null) ?? []).map((item) => [canonical(item, type.of, resolve), { ...of, present: true }]))
}
