/** The parts of a process diagram, each as wide as its column: events, tasks with what sits on them, and the gateway before a task. */
import type { Language } from '../../language.ts'
import type { Blueprint, Process, ProcessException, Step } from '../../model.ts'
import type { Icon } from '../../scene/icons.ts'
import type { Item, Label } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { lasting, scenarioName } from '../words.ts'
import type { Words } from './words.ts'

/** Something in a column of its own, in one lane. Places are relative to the column's left edge and the lane's middle line. */
export interface Unit {
  readonly lane: string
  readonly width: number
  /** Above and below the middle line. */
  readonly above: number
  readonly below: number
  /** Where the line from before enters, and where the line to the next leaves: distance from the column's left edge, and which shape. */
  readonly entry: { readonly x: number; readonly id: string }
  readonly exit?: { readonly x: number; readonly id: string }
  /** A way around: from this x, at this distance above the middle line. */
  readonly bypass?: { readonly x: number; readonly from: number; readonly id: string }
  readonly items: (x: number, middle: number) => readonly Item[]
}

/** A way through the process: the happy path, or an exception's. */
export type Path = readonly Unit[]

export const GUTTER = 30
const TASK = 146
const EVENT = 34
const EVENT_COLUMN = 96
const GATE = 40
const MINI = 20
const ICONS: Readonly<Record<Step['kind'], Icon>> = { user: 'user', service: 'gear', manual: 'hand' }
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const letterOf = (index: number): string => (index < LETTERS.length ? LETTERS.charAt(index) : `${LETTERS.charAt(Math.floor(index / LETTERS.length) - 1)}${LETTERS.charAt(index % LETTERS.length)}`)

interface EventLook { readonly kind: 'start' | 'end' | 'catch' | 'throw' | 'sheet'; readonly sign?: string; readonly caption: string; readonly more?: string; readonly lane: string; readonly id: string }

export function event({ kind, sign, caption, more, lane, id }: EventLook): Unit {
  const text = label(caption, { size: 11, width: EVENT_COLUMN, lines: 3 })
  const under = more === undefined ? undefined : label(more, { size: 10.5, colour: 'quiet', width: EVENT_COLUMN, lines: 3 })
  const radius = EVENT / 2
  const inside = sign === undefined ? undefined : label(sign, { size: 11.5, bold: true, colour: kind === 'sheet' ? 'quiet' : 'warn' })
  const wide = EVENT_COLUMN
  const left = (wide - EVENT) / 2
  return {
    lane, width: wide, above: radius, below: radius + 4 + text.height + (under?.height ?? 0),
    entry: { x: left, id },
    ...(kind === 'end' || kind === 'throw' ? {} : { exit: { x: left + EVENT, id } }),
    items: (x, middle) => [
      {
        kind: 'shape', shape: 'circle', id, x: x + left, y: middle - radius, width: EVENT, height: EVENT, hint: [caption, more ?? ''].filter((part) => part !== '').join('\n'),
        ...(inside === undefined ? {} : { label: inside }),
        ...(kind === 'start' ? { edge: 'ok', fill: 'soft-ok', weight: 1.75 } : kind === 'end' ? { edge: 'warn', fill: 'soft-warn', weight: 3.5 } : kind === 'sheet' ? { edge: 'edge', fill: 'fill', dashed: true } : { edge: 'warn', fill: 'paper', double: true }),
        ...(kind === 'throw' ? { icon: 'repeat', iconAt: 'centre' } as const : {}),
      },
      { kind: 'text', label: text, x: x + wide / 2, y: middle + radius + 4, anchor: 'middle', hint: caption },
      ...(under === undefined ? [] : [{ kind: 'text', label: under, x: x + wide / 2, y: middle + radius + 4 + text.height, anchor: 'middle', hint: more ?? '' } as const]),
    ],
  }
}

/** A task with its deadline and the letters of the exceptions that may leave it; before it a gateway where it is not always done. */
function task(blueprint: Blueprint, process: Process, step: Step, id: string, letters: readonly { readonly sign: string; readonly name: string }[], words: Words, language: Language): Unit {
  const name = label(step.name, { size: 11.5, bold: true, width: TASK - 20, lines: 3 })
  const does = step.does === undefined ? undefined : label(step.does, { size: 10.5, colour: 'quiet', width: TASK - 20, lines: 4 })
  const flow = step.flow === undefined ? undefined : blueprint.flows.get(step.flow)
  const system = step.system === undefined ? undefined : blueprint.systems.get(step.system)?.name ?? step.system
  const beside = flow === undefined ? system ?? (step.kind === 'manual' ? words.byHand : undefined) : flow.number
  const corner = beside === undefined ? undefined : label(beside, { size: 10.5, bold: flow !== undefined, colour: flow === undefined ? 'quiet' : 'accent-1', width: TASK - 36, lines: 1 })
  const high = 24 + name.height + (does === undefined ? 0 : does.height + 2) + 9
  const span = step.within === undefined ? undefined : lasting(step.within, language)
  const scenario = blueprint.scenarios.find((one) => one.key === step.otherwise)
  const missed = span === undefined ? undefined : scenario === undefined ? words.late(span) : words.otherwise(span, scenarioName(blueprint, scenario, language))
  const after = missed === undefined ? undefined : label(missed, { size: 10.5, colour: 'warn', width: TASK - 18, lines: 3 })
  const afterHigh = after === undefined ? 0 : after.height + 8
  const top = -high / 2
  const bottom = high / 2
  const gate = step.onlyIf === undefined ? undefined : label(words.onlyIf(step.onlyIf), { size: 10.5, colour: 'quiet', width: EVENT_COLUMN, lines: 3 })
  const before = gate === undefined ? 0 : EVENT_COLUMN + GUTTER
  const gateLeft = (EVENT_COLUMN - GATE) / 2
  const bottomLetters = letters.slice(0, 4)
  const topLetters = letters.slice(4)
  const hint = [step.name, step.does ?? '', flow === undefined ? system ?? '' : `${flow.number} ${flow.name}`].filter((part) => part !== '').join('\n')
  const colour = step.kind === 'service' ? { fill: 'soft-1', edge: 'accent-1' } as const : { fill: 'paper', edge: 'edge' } as const
  const boundary = (sign: { readonly sign: string; readonly name: string }, index: number, x: number, y: number): Item => ({
    kind: 'shape', shape: 'circle', id: `${id}-leaves-${sign.sign}`, on: id, x: x + TASK - 14 - MINI - index * (MINI + 6), y, width: MINI, height: MINI, edge: 'warn', fill: 'paper', weight: 1.25, hint: sign.name,
    label: label(sign.sign, { size: 10, bold: true, colour: 'warn' }),
  })
  return {
    lane: step.lane, width: before + TASK,
    above: Math.max(high / 2 + (topLetters.length > 0 ? MINI : 0), gate === undefined ? 0 : GATE / 2 + 14),
    below: Math.max(high / 2 + (after === undefined ? (letters.length > 0 ? MINI : 0) : MINI + 9 + afterHigh), gate === undefined ? 0 : GATE / 2 + 4 + gate.height),
    entry: gate === undefined ? { x: 0, id } : { x: gateLeft, id: `${id}-if` },
    exit: { x: before + TASK, id },
    ...(gate === undefined ? {} : { bypass: { x: EVENT_COLUMN / 2, from: GATE / 2, id: `${id}-if` } }),
    items: (x, middle) => {
      const left = x + before
      const texts: { label: Label; x: number; y: number; anchor?: 'start' | 'middle' | 'end' }[] = [
        ...(corner === undefined ? [] : [{ label: corner, x: TASK - 9, y: 4, anchor: 'end' } as const]),
        { label: name, x: TASK / 2, y: 23, anchor: 'middle' },
        ...(does === undefined ? [] : [{ label: does, x: TASK / 2, y: 25 + name.height, anchor: 'middle' } as const]),
      ]
      return [
        ...(gate === undefined ? [] : [
          { kind: 'shape', shape: 'diamond', id: `${id}-if`, x: x + gateLeft, y: middle - GATE / 2, width: GATE, height: GATE, edge: 'accent-3', fill: 'soft-3', icon: 'cross', iconAt: 'centre', hint: step.onlyIf ?? '' } as const,
          { kind: 'text', label: gate, x: x + EVENT_COLUMN / 2, y: middle + GATE / 2 + 4, anchor: 'middle', hint: step.onlyIf ?? '' } as const,
          { kind: 'line', points: [[x + gateLeft + GATE, middle], [left, middle]], from: `${id}-if`, to: id, end: 'arrow' } as const,
        ]),
        {
          kind: 'shape', shape: 'box', id, x: left, y: middle + top, width: TASK, height: high, radius: 8, ...colour, icon: ICONS[step.kind], iconAt: 'corner', texts, hint, step: `${process.key}.${step.key}`,
          ...(step.flow === undefined ? {} : { flow: step.flow }), ...(step.system === undefined ? {} : { system: step.system }),
        },
        ...bottomLetters.toReversed().map((sign, index) => boundary(sign, index, left, middle + bottom)),
        ...topLetters.toReversed().map((sign, index) => boundary(sign, index, left, middle + top - MINI)),
        ...(after === undefined ? [] : [
          { kind: 'line', points: [[left + 8 + MINI / 2, middle + bottom + MINI], [left + 8 + MINI / 2, middle + bottom + MINI + 9]], from: `${id}-timer`, to: `${id}-late`, colour: 'warn', weight: 1.25 } as const,
          { kind: 'shape', shape: 'circle', id: `${id}-timer`, on: id, x: left + 8, y: middle + bottom, width: MINI, height: MINI, edge: 'warn', fill: 'paper', weight: 1.25, icon: 'clock', iconAt: 'centre', hint: missed ?? '' } as const,
          { kind: 'shape', shape: 'box', id: `${id}-late`, x: left, y: middle + bottom + MINI + 9, width: TASK, height: afterHigh, radius: 4, edge: 'warn', fill: 'soft-warn', weight: 1, label: after, hint: missed ?? '' } as const,
        ]),
      ]
    },
  }
}

/** The happy path, then one for each exception. */
export function pathsOf(blueprint: Blueprint, process: Process, words: Words, language: Language): readonly Path[] {
  const signs = process.exceptions.map((exception, index) => ({ exception, sign: letterOf(index) }))
  const leaving = (step: Step) => signs.filter(({ exception }) => exception.after.includes(step.key)).map(({ exception, sign }) => ({ sign, name: exception.name }))
  const follows = process.follows === undefined ? undefined : blueprint.entities.get(process.follows)?.name ?? process.follows
  const firstLane = process.steps[0]?.lane ?? process.lanes[0]?.key ?? ''
  const lastLane = process.steps.at(-1)?.lane ?? firstLane
  const happy: Path = [
    event({ kind: 'start', caption: follows ?? words.begins, lane: firstLane, id: 'start' }),
    ...process.steps.map((step, index) => task(blueprint, process, step, `step-${index}`, leaving(step), words, language)),
    event({ kind: 'end', caption: words.done, lane: lastLane, id: 'end' }),
  ]
  return [happy, ...signs.map(({ exception, sign }): Path => {
    const lane = exception.steps[0]?.lane ?? process.steps.find((step) => exception.after.includes(step.key))?.lane ?? firstLane
    const back = exception.returnsTo === undefined ? undefined : process.steps.find((step) => step.key === exception.returnsTo)?.name ?? exception.returnsTo
    return [
      event({ kind: 'catch', sign, caption: exception.name, ...more(exception, words), lane, id: `exception-${sign}` }),
      ...exception.steps.map((step, index) => task(blueprint, process, step, `exception-${sign}-${index}`, [], words, language)),
      event(back === undefined
        ? { kind: 'end', caption: words.caseEnds, lane: exception.steps.at(-1)?.lane ?? lane, id: `exception-${sign}-end` }
        : { kind: 'throw', caption: words.backTo(back), lane: exception.steps.at(-1)?.lane ?? lane, id: `exception-${sign}-back` }),
    ]
  })]
}

const more = (exception: ProcessException, words: Words): { readonly more?: string } =>
  (exception.when === undefined ? (exception.byHand ? { more: words.byHand } : {}) : { more: exception.when })
