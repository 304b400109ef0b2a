/** A bar with its sides, and brackets around them that take no more room than they need. */
import type { Sided } from '../../layout/sides.ts'
import type { Role } from '../../scene/palette.ts'
import type { Meaning } from '../../scene/scene.ts'
import type { Section } from '../sections.ts'
import { type BarFrame, type BarText, type BarZone, type MeasuredGroup, measuredAgain } from './bar.ts'
import { type BarLink, brackets, outsideFor, outsideOf } from './brackets.ts'
import { placedBar } from './place-bar.ts'

export interface LinkedBar {
  readonly sided: Sided<MeasuredGroup>
  readonly links: readonly BarLink[]
  readonly text: BarText
  readonly frame: BarFrame
  readonly colour: Role
  /** How many links may change sides below the bar. */
  readonly lanes: number
  readonly meaning?: Meaning
  readonly zone?: BarZone
}

export function linkedBar({ sided, links, text, frame, colour, lanes, meaning = {}, zone }: LinkedBar): Section {
  const idsOf = (groups: readonly MeasuredGroup[]): string[] => groups.flatMap(({ boxes }) => boxes.map(({ box }) => box.id))
  const left = new Set(idsOf(sided.left))
  const here = new Set([...left, ...idsOf(sided.right)])
  const mine = links.filter(({ from, to }) => here.has(from) && here.has(to))
  const placed = (outside: BarFrame['outside']): { readonly bar: ReturnType<typeof placedBar>; readonly around: ReturnType<typeof brackets> } => {
    const final = { ...frame, outside }
    const bar = placedBar(mine.length === 0 ? sided : measuredAgain(sided, final), text, final, meaning, zone)
    return { bar, around: brackets(mine, bar.boxes, final, bar.height, colour, lanes) }
  }
  // Once with all the room they may want, to see what they take.
  const { bar, around } = mine.length === 0 ? placed(frame.outside) : placed(outsideOf(placed(outsideFor(mine, left)).around.tracks))
  return { height: bar.height + around.height, items: [...bar.zones, ...around.items, ...bar.lines, ...bar.shapes, ...bar.texts] }
}
