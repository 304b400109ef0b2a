/** Where the actors of a sequence stand: as far apart as their names and messages need, as near as the page demands. */
import type { Label } from '../../scene/scene.ts'
import { label, widthOf } from '../../scene/text.ts'
import type { Act, Actor, Story } from './story.ts'

export interface Column {
  readonly actor: Actor
  readonly head: Label
  /** Of the head; `x` is its middle, the lifeline. */
  readonly width: number
  readonly x: number
}

export interface Columns {
  readonly byKey: ReadonlyMap<string, Column>
  readonly all: readonly Column[]
  readonly left: number
  readonly right: number
  readonly headHeight: number
  /** Texts that were wrapped for these columns, by their act. */
  readonly wrapped: Map<Act, Label>
}

export const TEXT = 11.5
/** Left of an own act's text: the loop that stands for it. */
export const LOOP = 52
export const OWN_WIDTH = 215
const HEAD_TEXT = 128
const ICON = 25
const LEAST_BETWEEN = 26
const MOST_LABEL = 215

export function columnsOf(story: Story, width: number, around: number): Columns {
  const heads = story.actors.map((actor) => label(actor.name, { size: 12.5, bold: true, width: HEAD_TEXT, lines: 3 }))
  const widths = heads.map((head) => Math.max(112, head.width + 2 * 9 + ICON + 4))
  const at = new Map(story.actors.map((actor, index) => [actor.key, index] as const))
  const least = widths.slice(1).map((one, index) => (one + (widths[index] ?? 0)) / 2 + LEAST_BETWEEN)
  const wanted = [...least]
  for (const act of flat(story.acts)) {
    if (act.is !== 'message') continue
    const [from, to] = [at.get(act.from) ?? 0, at.get(act.to) ?? 0]
    if (Math.abs(from - to) !== 1) continue
    const gap = Math.min(from, to)
    wanted[gap] = Math.max(wanted[gap] ?? 0, Math.min(widthOf(act.text, TEXT), MOST_LABEL) + 62)
  }
  const first = (widths[0] ?? 0) / 2
  const last = (widths.at(-1) ?? 0) / 2
  // What an actor does by itself is told at its right, across the lifelines there; at the last one it needs room of its own.
  const lastActs = story.actors.length - 1
  const owns = flat(story.acts).flatMap((act) => (act.is === 'own' ? [at.get(act.at) ?? 0] : []))
  const beyond = owns.includes(lastActs) ? LOOP + OWN_WIDTH : last
  const free = width - 2 * around - first - beyond - least.reduce((sum, one) => sum + one, 0)
  const wish = wanted.reduce((sum, one, index) => sum + one - (least[index] ?? 0), 0)
  const share = wish === 0 ? 0 : Math.max(0, Math.min(1, free / wish))
  const xs = [around + first]
  for (const [index, one] of least.entries()) xs.push((xs.at(-1) ?? 0) + one + ((wanted[index] ?? one) - one) * share)
  const all = story.actors.map((actor, index): Column => ({ actor, head: heads[index] as Label, width: widths[index] ?? 0, x: xs[index] ?? 0 }))
  const right = Math.max((xs.at(-1) ?? 0) + last, ...owns.map((one) => (xs[one] ?? 0) + LOOP + OWN_WIDTH))
  return { byKey: new Map(all.map((one) => [one.actor.key, one])), all, left: around, right, headHeight: Math.max(...heads.map((head) => head.height)) + 18, wrapped: new Map() }
}

const flat = (acts: readonly Act[]): readonly Exclude<Act, { is: 'frame' }>[] =>
  acts.flatMap((act) => (act.is === 'frame' ? act.parts.flatMap((part) => flat(part.acts)) : [act]))

export const depthOf = (acts: readonly Act[]): number =>
  Math.max(0, ...acts.map((act) => (act.is === 'frame' ? 1 + Math.max(0, ...act.parts.map((part) => depthOf(part.acts))) : 0)))
