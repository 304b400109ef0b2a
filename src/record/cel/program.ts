/** What compiling an expression shares: the typed node, the frame it runs in, and the problems that are found. */
import type { Entity, Name } from '../../plan/model.ts'
import type { Value } from '../value.ts'
import { failed } from './decimal.ts'
import type { Item } from './item.ts'
import { type Kind, kindName } from './kind.ts'

export interface ExpressionProblem {
  /** Offsets into the expression's text. */
  readonly at: number
  readonly end: number
  readonly says: string
  readonly mend?: string
}

/** `record`: what a system sent. An entity: the golden record, by the entity's name. */
export type Scope = 'record' | EntityScope
export interface EntityScope {
  readonly entity: Entity
  readonly entities: ReadonlyMap<Name, Entity>
}

/** The golden record behind a link; undefined: not known. */
export type Follow = (link: string) => Readonly<Record<string, Value>> | undefined

/** One computation. */
export interface Frame {
  readonly subject: Item
  readonly follow: Follow | undefined
  /** Variables of all(), exists(), map() …, by depth. */
  readonly variables: Item[]
  /** Items that may still be visited. */
  left: number
}

/** All items that one computation may visit; with the limits on the expression's size it always ends. */
export const MAX_VISITS = 100_000

export function visit(frame: Frame, count: number): void {
  frame.left -= count
  if (frame.left < 0) throw failed(`The expression looks at more than ${MAX_VISITS} items.`)
}

export interface Compiled {
  readonly kind: Kind
  /** A literal's value, known before anything is computed. */
  readonly constant?: Item
  run(frame: Frame): Item
}

/** A part of the expression as the parser gives it. */
export interface Part {
  readonly op: string
  readonly args: unknown
  readonly start: number
  readonly end: number
  readonly input: string
}

export interface Compiling {
  readonly scope: Scope
  readonly problems: ExpressionProblem[]
  /** Variables in sight, outermost first; the place is the index in the frame. */
  readonly variables: readonly { readonly name: string; readonly kind: Kind }[]
  /** Top-level names of the record, or fields of the entity, that are read; `whole`: it is used as such. */
  readonly reads: { whole: boolean; readonly names: Set<string> }
  compile(part: Part, compiling: Compiling): Compiled
}

export function problem(compiling: Compiling, part: Part, says: string, mend?: string): Compiled {
  compiling.problems.push({ at: part.start, end: part.end, says, ...(mend === undefined ? {} : { mend }) })
  return BROKEN
}

/** Stands for a part that has a problem, so that no second one is reported for what follows from it. */
export const BROKEN: Compiled = { kind: { is: 'any' }, run: () => null }

/** Reports a part that is not of one of these kinds. */
export function expectKind(compiling: Compiling, part: Part, compiled: Compiled, allowed: readonly Kind['is'][], where: string): boolean {
  const { is } = compiled.kind
  if (is === 'any' || is === 'nothing' || allowed.includes(is)) return true
  problem(compiling, part, `${where} needs ${allowed.map((one) => kindName({ is: one } as Kind)).join(' or ')}, and \`${part.input.slice(part.start, part.end)}\` is ${kindName(compiled.kind)}.`)
  return false
}

/** The nearest of these names, if it is near enough to be meant. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of names) {
    const distance = editDistance(name.slice(0, 60), candidate.slice(0, 60))
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      row.push(Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    before = row
  }
  return before[b.length]!
}
