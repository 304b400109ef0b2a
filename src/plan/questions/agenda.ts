/** A workshop made of what is open: who must be there, what is discussed in which order and why, and what holds if nobody decides. */
import { keyAt } from '../schema/key-at.ts'
import { resolve } from '../schema/kinds.ts'
import type { OpenQuestion } from './open-question.ts'
import { AREAS, type Area } from './question.ts'
import type { Readiness } from './readiness.ts'
import { type Present, roleInWords } from './room.ts'

/** Questions that differ only in what they are asked about are discussed together. */
export interface Topic {
  readonly questions: readonly OpenQuestion[]
  readonly area: Area
  readonly minutes: number
}
export interface Session {
  readonly room: readonly Present[]
  readonly topics: readonly Topic[]
  readonly minutes: number
}
export interface Agenda {
  readonly sessions: readonly Session[]
  /** What can be asked when this is answered, by area. */
  readonly afterwards: readonly { readonly area: Area; readonly title: string; readonly questions: number }[]
}

/** Nobody decides well for longer. */
const LONGEST_MINUTES = 90
/** Shorter ones are joined where they can be. */
const SHORT_MINUTES = 30
const MOST_PEOPLE = 6
/** For one subject; each further one takes half of it. A list of named things takes the longest, a word or a name is said quickly. */
const MINUTES = { map: 20, shape: 10, list: 10, other: 5 } as const
const MOST_MINUTES = 40

export function agendaOf({ open, later }: Readiness): Agenda {
  const gatherings: Gathering[] = []
  for (const { seats, room, questions } of bySeats(open)) {
    const fitting = gatherings.find((one) => [...seats].every((seat) => one.seats.has(seat))) ?? new Gathering()
    if (fitting.questions.length === 0) gatherings.push(fitting)
    fitting.add(room, questions)
  }
  const afterwards = AREAS.flatMap(([area, title]) => {
    const questions = later.filter((one) => one.question.area === area).length
    return questions === 0 ? [] : [{ area, title, questions }]
  })
  return { sessions: joined(gatherings).flatMap((one) => one.sessions()), afterwards }
}

class Gathering {
  readonly seats = new Set<string>()
  readonly questions: OpenQuestion[] = []
  readonly #present: Present[] = []

  add(room: readonly Present[], questions: readonly OpenQuestion[]): void {
    for (const one of room) this.seats.add(one.seat)
    this.#present.push(...room)
    this.questions.push(...questions)
  }
  join(other: Gathering): void {
    this.add(other.#present, other.questions)
  }
  get minutes(): number {
    return this.topics().reduce((sum, topic) => sum + topic.minutes, 0)
  }
  get materiality(): number {
    return this.questions.reduce((most, one) => Math.max(most, one.materiality), 0)
  }
  topics(): readonly Topic[] {
    const groups = new Map<string, OpenQuestion[]>()
    for (const one of this.questions.toSorted((a, b) => b.materiality - a.materiality)) {
      const id = idOf(one)
      const group = groups.get(id)
      if (group) group.push(one)
      else groups.set(id, [one])
    }
    return [...groups.values()].map((questions) => ({ questions, area: questions[0]!.question.area, minutes: minutesFor(questions) }))
  }
  /** Each seat once; for a role that nobody has, all subjects in one. */
  room(): readonly Present[] {
    const bySeat = new Map<string, { readonly first: Present; readonly of: Set<string> }>()
    for (const one of this.#present) {
      let found = bySeat.get(one.seat)
      if (!found) bySeat.set(one.seat, (found = { first: one, of: new Set() }))
      if (one.of !== undefined) found.of.add(one.of)
    }
    return [...bySeat.values()].map(({ first, of }) => (first.who === undefined && of.size > 1 ? { ...first, label: roleInWords(first.role, [...of]) } : first))
  }
  sessions(): readonly Session[] {
    const parts: Topic[][] = [[]]
    let minutes = 0
    for (const topic of this.topics()) {
      if (minutes > 0 && minutes + topic.minutes > LONGEST_MINUTES) {
        parts.push([])
        minutes = 0
      }
      parts.at(-1)!.push(topic)
      minutes += topic.minutes
    }
    const room = this.room()
    return parts.map((topics) => ({ room, topics, minutes: topics.reduce((sum, topic) => sum + topic.minutes, 0) }))
  }
}

const idOf = (one: OpenQuestion): string => (one.question.id === 'own' ? one.place.join('.') : one.question.id)

/** The same question for the same people, in the order of what hangs on the first of them. */
function bySeats(open: readonly OpenQuestion[]): readonly { readonly seats: ReadonlySet<string>; readonly room: readonly Present[]; readonly questions: readonly OpenQuestion[] }[] {
  const groups = new Map<string, { readonly seats: ReadonlySet<string>; readonly room: Present[]; readonly questions: OpenQuestion[] }>()
  for (const one of open) {
    const { room } = one
    const seats = new Set(room.map(({ seat }) => seat))
    const key = JSON.stringify([idOf(one), ...[...seats].toSorted()])
    const group = groups.get(key)
    if (!group) groups.set(key, { seats, room: [...room], questions: [one] })
    else {
      group.room.push(...room)
      group.questions.push(one)
    }
  }
  return [...groups.values()]
}

/** Nobody is called for ten minutes who sits in another meeting anyway: short ones are joined to the one with which they share most people. */
function joined(gatherings: readonly Gathering[]): readonly Gathering[] {
  const kept = gatherings.map((one) => ({ one, minutes: one.minutes })).toSorted((a, b) => b.minutes - a.minutes)
  for (let i = kept.length - 1; i > 0; i -= 1) {
    const { one, minutes } = kept[i]!
    if (minutes >= SHORT_MINUTES) continue
    let best: (typeof kept)[number] | undefined
    let most = 0
    for (const other of kept) {
      if (other.one === one || other.minutes + minutes > LONGEST_MINUTES) continue
      const shared = [...one.seats].filter((seat) => other.one.seats.has(seat)).length
      if (shared > most && one.seats.size + other.one.seats.size - shared <= MOST_PEOPLE) {
        best = other
        most = shared
      }
    }
    if (!best) continue
    best.one.join(one)
    best.minutes = best.one.minutes
    kept.splice(i, 1)
  }
  return kept.map(({ one }) => one).toSorted((a, b) => b.materiality - a.materiality)
}

function minutesFor(questions: readonly OpenQuestion[]): number {
  const found = keyAt(questions[0]!.question.place.split('.'))
  const kind = found && resolve(found.value).is
  const one = kind === 'map' || kind === 'shape' || kind === 'list' ? MINUTES[kind] : MINUTES.other
  return Math.min(MOST_MINUTES, Math.ceil(one * (1 + (questions.length - 1) / 2) / 5) * 5)
}
