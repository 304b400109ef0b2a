/** What the plan's own `questions` say: who answers what by when, what needs no answer, and what else somebody wants to know. */
import { textAt } from '../normal/reading.ts'
import type { Node } from '../tree.ts'
import type { Name } from '../values.ts'
import type { Facts } from './facts.ts'
import { isPlaceholder } from './placeholders.ts'

export interface Assigned {
  readonly ask?: Name
  readonly due?: string
  /** What is taken until then; never by a run in production. */
  readonly assume?: string
  readonly note?: string
}
export interface Waiver { readonly place: string; readonly why: string; readonly who: Name; readonly until?: string }
/** A question with a name of its own. */
export interface OwnQuestion { readonly name: Name; readonly asks: string; readonly concerns: readonly string[]; readonly assigned: Assigned; readonly waiver?: Waiver }

export class Entries {
  readonly #waivers = new Map<string, Waiver>()
  readonly #assigned = new Map<string, Assigned>()
  readonly own: readonly OwnQuestion[]

  constructor(facts: Facts) {
    const own: OwnQuestion[] = []
    for (const { key, value: entry } of facts.entries('questions')) {
      const waiver = waiverIn(facts, key, entry)
      const assigned = assignedIn(entry)
      const asks = textAt(entry, 'question')
      if (asks !== undefined && !isPlaceholder(asks)) own.push({ name: key, asks: asks.replaceAll(/\s+/g, ' ').trim(), concerns: facts.texts('questions', key, 'concerns'), assigned, ...(waiver ? { waiver } : {}) })
      else {
        if (waiver) this.#waivers.set(key, waiver)
        if (Object.keys(assigned).length > 0) this.#assigned.set(key, assigned)
      }
    }
    this.own = own
  }

  get hasWaivers(): boolean {
    return this.#waivers.size > 0
  }
  get hasAssigned(): boolean {
    return this.#assigned.size > 0
  }
  /** A place above waives all below. */
  waiverOf(place: readonly string[]): Waiver | undefined {
    return nearestAbove(this.#waivers, place)
  }
  assignedTo(place: readonly string[]): Assigned | undefined {
    return nearestAbove(this.#assigned, place)
  }
}

function nearestAbove<T>(of: ReadonlyMap<string, T>, place: readonly string[]): T | undefined {
  if (of.size === 0) return undefined
  for (let length = place.length; length > 0; length -= 1) {
    const found = of.get(place.slice(0, length).join('.'))
    if (found) return found
  }
  return undefined
}

/** Only with a reason and a name, and only as long as it holds. */
function waiverIn(facts: Facts, place: string, entry: Node): Waiver | undefined {
  const why = textAt(entry, 'waived')
  const who = textAt(entry, 'who')
  const until = textAt(entry, 'until')
  if (why === undefined || isPlaceholder(why) || !facts.isParty(who)) return undefined
  const day = facts.dayOf(until)
  if (day !== undefined && day < facts.today) return undefined
  return { place, why: why.replaceAll(/\s+/g, ' ').trim(), who, ...(until === undefined ? {} : { until }) }
}

function assignedIn(entry: Node): Assigned {
  const found: { -readonly [K in keyof Assigned]: Assigned[K] } = {}
  for (const key of ['ask', 'due', 'assume', 'note'] as const) {
    const text = textAt(entry, key)
    if (text !== undefined) found[key] = text
  }
  return found
}
