/** What a sequence diagram tells, before it has places: who takes part, and what they do in order. */
import type { Icon } from '../../scene/icons.ts'

export interface Story {
  /** From left to right. */
  readonly actors: readonly Actor[]
  readonly acts: readonly Act[]
  /** What it tells of the whole, where there are several. */
  readonly part?: string
}

export interface Actor {
  readonly key: string
  readonly name: string
  readonly role: 'hub' | 'system' | 'person'
  readonly icon: Icon
  /** Key in the plan, where it is a system. */
  readonly system?: string
  readonly later?: boolean
}

export type Act = Message | Own | Frame

export interface Message {
  readonly is: 'message'
  readonly from: string
  readonly to: string
  readonly text: string
  /** `reply`: the answer to the last request; `failed`: what does not arrive or is not as it should be. */
  readonly way: 'request' | 'reply' | 'failed' | 'refusal'
  readonly flow?: string
  readonly number?: number
}

/** Something an actor does by itself. */
export interface Own { readonly is: 'own'; readonly at: string; readonly text: string; readonly flow?: string; readonly number?: number }

export interface Frame { readonly is: 'frame'; readonly word: 'alt' | 'opt' | 'loop'; readonly parts: readonly FramePart[] }

export interface FramePart {
  readonly when: string
  readonly acts: readonly Act[]
}

/** Numbers in the order in which they are read. */
export function numbered(acts: readonly Act[]): readonly Act[] {
  let next = 0
  const count = (some: readonly Act[]): readonly Act[] =>
    some.map((act) => {
      if (act.is === 'frame') return { ...act, parts: act.parts.map((part) => ({ ...part, acts: count(part.acts) })) }
      next += 1
      return { ...act, number: next }
    })
  return count(acts)
}
