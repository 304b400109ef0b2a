/** A story as pages: rows from top to bottom, frames around them, bars where somebody is at work, lifelines that give way to texts. */
import type { Item, Label, Page, ShapeItem } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { type Columns, columnsOf, depthOf, LOOP, OWN_WIDTH, TEXT } from './columns.ts'
import { type Act, type Frame, type FramePart, type Message, numbered, type Own, type Story } from './story.ts'

const AFTER = 16
const OVER_LINE = 3
const LOOP_HEIGHT = 20
const TAB = 22
const FRAME_PAD = 9
const INSET = 9
const BAR = 10
/** For the number before a text, at most. */
const NUMBER = 30

interface Box { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

/** As many pages as the height makes necessary; each begins with the actors again. */
export function arranged(story: Story, room: { readonly width: number; readonly height: number }): readonly Page[] {
  const depth = depthOf(story.acts)
  const columns = columnsOf(story, room.width, depth === 0 ? 4 : 8 + depth * INSET)
  const pages: Page[] = []
  let rest = numbered(story.acts)
  while (rest.length > 0 || pages.length === 0) {
    const [now, later] = taken(rest, room.height - columns.headHeight - 30, columns)
    const [some, then] = now.length === 0 ? [rest, []] : [now, later]
    pages.push(new Sketch(columns, depth).page(some, story.part))
    rest = then
  }
  return pages
}

// How high things are

const spanOf = (message: Message, columns: Columns): readonly [number, number] => {
  const [a, b] = [columns.byKey.get(message.from)?.x ?? 0, columns.byKey.get(message.to)?.x ?? 0]
  return a < b ? [a, b] : [b, a]
}

function textOf(act: Message | Own, columns: Columns): Label {
  const known = columns.wrapped.get(act)
  if (known !== undefined) return known
  const [left, right] = act.is === 'message' ? spanOf(act, columns) : [0, OWN_WIDTH + 33]
  const colour = act.is === 'message' && (act.way === 'failed' || act.way === 'refusal') ? 'warn' : 'ink'
  const text = label(act.text, { size: TEXT, width: Math.max(60, right - left - 26 - NUMBER), lines: 4, colour })
  columns.wrapped.set(act, text)
  return text
}

const numberOf = (act: Message | Own): Label => label(String(act.number ?? ''), { size: TEXT, colour: 'quiet' })

function heightOf(act: Act, columns: Columns): number {
  if (act.is === 'message') return textOf(act, columns).height + OVER_LINE + AFTER
  if (act.is === 'own') return Math.max(textOf(act, columns).height, LOOP_HEIGHT) + AFTER
  return FRAME_PAD + act.parts.reduce((sum, part) => sum + partHeight(act, part, columns), 0) + AFTER
}

const guardOf = (frame: Frame, part: FramePart, columns: Columns): Label =>
  label(`[${part.when}]`, { size: 11, colour: 'quiet', bold: true, width: columns.right - columns.left - tabOf(frame).width - 60, lines: 2 })

const tabOf = (frame: Frame): Label => label(frame.word, { size: 11, bold: true })

const partHeight = (frame: Frame, part: FramePart, columns: Columns): number =>
  Math.max(TAB, guardOf(frame, part, columns).height + 4) + 8 + part.acts.reduce((sum, act) => sum + heightOf(act, columns), 0)

/** What goes into the height, and what is left for the next page. A frame is opened again there. */
function taken(acts: readonly Act[], height: number, columns: Columns): readonly [readonly Act[], readonly Act[]] {
  let used = 0
  for (const [index, act] of acts.entries()) {
    const own = heightOf(act, columns)
    if (used + own <= height) {
      used += own
      continue
    }
    const rest = acts.slice(index + 1)
    if (act.is === 'frame') {
      const [first, second] = torn(act, height - used, columns)
      // A frame that would only begin here begins on the next page, unless it would not end there either.
      if (first !== undefined && (index === 0 || own > height * 0.8)) return [[...acts.slice(0, index), first], [...(second === undefined ? [] : [second]), ...rest]]
    }
    return [acts.slice(0, index), acts.slice(index)]
  }
  return [acts, []]
}

function torn(frame: Frame, height: number, columns: Columns): readonly [Frame | undefined, Frame | undefined] {
  const before: FramePart[] = []
  let left = height - FRAME_PAD - AFTER
  for (const [index, part] of frame.parts.entries()) {
    const own = partHeight(frame, part, columns)
    if (own <= left) {
      before.push(part)
      left -= own
      continue
    }
    const guard = Math.max(TAB, guardOf(frame, part, columns).height + 4) + 8
    const [now, later] = taken(part.acts, left - guard, columns)
    const rest = now.length === 0 ? frame.parts.slice(index) : [{ when: `… ${part.when.replace(/^… /, '')}`, acts: later }, ...frame.parts.slice(index + 1)]
    const parts = now.length === 0 ? before : [...before, { ...part, acts: now }]
    return [parts.length === 0 ? undefined : { ...frame, parts }, { ...frame, parts: rest }]
  }
  return [frame, undefined]
}

// Places

class Sketch {
  readonly #columns: Columns
  readonly #depth: number
  readonly #zones: Item[] = []
  #frames = 0
  readonly #lines: Item[] = []
  readonly #bars: ShapeItem[] = []
  readonly #texts: Item[] = []
  /** What lifelines give way to. */
  readonly #covered: Box[] = []

  constructor(columns: Columns, depth: number) {
    this.#columns = columns
    this.#depth = depth
  }

  page(acts: readonly Act[], part: string | undefined): Page {
    const { all, headHeight, right } = this.#columns
    const bottom = this.#acts(acts, headHeight + 22, 0)
    const heads = all.map(({ actor, head, width, x }): Item => ({
      kind: 'shape', shape: 'box', id: `actor-${actor.key}`, x: x - width / 2, y: 0, width, height: headHeight, label: head, icon: actor.icon, iconAt: 'left', hint: actor.name,
      ...(actor.role === 'hub' ? { fill: 'soft-3', edge: 'accent-3', weight: 2 } : actor.role === 'person' ? { fill: 'soft-4', edge: 'accent-4' } : { fill: 'soft-1', edge: 'accent-1' }),
      ...(actor.later === true ? { dashed: true } : {}), ...(actor.system === undefined ? {} : { system: actor.system }),
    }))
    const lifelines = all.flatMap(({ actor, x }) => this.#lifeline(actor.key, x, headHeight, bottom + 8))
    const around = this.#depth === 0 ? 4 : 8 + this.#depth * INSET
    return { ...(part === undefined ? {} : { part }), width: right + around, height: bottom + 10, items: [...this.#zones, ...lifelines, ...this.#lines, ...this.#bars, ...heads, ...this.#texts] }
  }

  #acts(acts: readonly Act[], top: number, depth: number): number {
    let y = top
    let run: { act: Message | Own; y: number }[] = []
    const close = (): void => {
      this.#work(run)
      run = []
    }
    for (const act of acts) {
      if (act.is === 'frame') {
        close()
        y = this.#frame(act, y, depth)
      } else {
        const text = textOf(act, this.#columns)
        run.push({ act, y: act.is === 'message' ? y + text.height + OVER_LINE : y })
        y += heightOf(act, this.#columns)
      }
    }
    close()
    return y
  }

  #frame(frame: Frame, top: number, depth: number): number {
    const inset = depth * INSET
    const left = this.#columns.left - 8 - (this.#depth - 1) * INSET + inset
    const right = this.#columns.right + 8 + (this.#depth - 1) * INSET - inset
    const tab = tabOf(frame)
    this.#frames += 1
    const id = `frame-${this.#frames}`
    const place = this.#zones.length
    let y = top
    const rulers: number[] = []
    for (const [index, part] of frame.parts.entries()) {
      const guard = guardOf(frame, part, this.#columns)
      const row = Math.max(TAB, guard.height + 4)
      if (index > 0) rulers.push(y)
      const x = left + (index === 0 ? tab.width + 20 : 0) + 10
      this.#text(guard, x, y + (row - guard.height) / 2 + (index > 0 ? 1 : 0), undefined, guard.full)
      y = this.#acts(part.acts, y + row + 8, depth + 1)
    }
    this.#zones.splice(place, 0, { kind: 'zone', id, x: left, y: top, width: right - left, height: y + FRAME_PAD - 4 - top, radius: 3, edge: 'edge', label: tab, labelAt: 'tab', strip: TAB })
    for (const ruler of rulers) this.#lines.push({ kind: 'line', points: [[left, ruler], [right, ruler]], dash: 'dashed', colour: 'edge', weight: 1 })
    this.#covered.push({ left, right: left + tab.width + 20, top, bottom: top + TAB })
    return y + FRAME_PAD + AFTER - 4
  }

  #text(text: Label, x: number, y: number, flow?: string, hint?: string): void {
    this.#texts.push({ kind: 'text', label: text, x, y, ...(flow === undefined ? {} : { flow }), ...(hint === undefined ? {} : { hint }) })
    this.#covered.push({ left: x - 3, right: x + text.width + 3, top: y - 1, bottom: y + text.height + 1 })
  }

  /** Acts that follow each other without a frame: their lines, and bars for those who are at work meanwhile. */
  #work(run: readonly { readonly act: Message | Own; readonly y: number }[]): void {
    const busy = new Map<string, { from: number; to: number }[]>()
    const note = (key: string, from: number, to: number): void => { busy.set(key, [...(busy.get(key) ?? []), { from, to }]) }
    const hub = this.#columns.all.find(({ actor }) => actor.role === 'hub')?.actor.key
    const mine = run.filter(({ act }) => (act.is === 'own' ? act.at === hub : act.from === hub || act.to === hub))
    const last = mine.at(-1)
    if (hub !== undefined && mine[0] !== undefined && last !== undefined) note(hub, mine[0].y - 5, last.y + (last.act.is === 'own' ? LOOP_HEIGHT + 4 : 6))
    for (const [index, { act, y }] of run.entries()) {
      if (act.is !== 'message' || act.to === hub) continue
      const answer = run[index + 1]
      const answers = answer?.act.is === 'message' && answer.act.from === act.to && answer.act.to === act.from && answer.act.way !== 'request'
      if (act.way === 'request' && answers) note(act.to, y - 5, answer.y + 6)
    }
    for (const [key, spans] of busy) {
      const x = this.#columns.byKey.get(key)?.x ?? 0
      for (const { from, to } of spans) {
        const isHub = key === hub
        this.#bars.push({ kind: 'shape', shape: 'box', id: `bar-${this.#bars.length}`, x: x - BAR / 2, y: from, width: BAR, height: to - from, radius: 2, weight: 1, fill: isHub ? 'soft-3' : 'soft-1', edge: isHub ? 'accent-3' : 'accent-1' })
        this.#covered.push({ left: x - BAR / 2, right: x + BAR / 2, top: from, bottom: to })
      }
    }
    const edge = (key: string, y: number): number => (busy.get(key)?.some((span) => y >= span.from && y <= span.to) === true ? BAR / 2 : 0)
    for (const { act, y } of run) if (act.is === 'message') this.#message(act, y, edge); else this.#own(act, y, edge(act.at, y))
  }

  #message(act: Message, y: number, edge: (key: string, y: number) => number): void {
    const [from, to] = [this.#columns.byKey.get(act.from)?.x ?? 0, this.#columns.byKey.get(act.to)?.x ?? 0]
    const way = from < to ? 1 : -1
    const text = textOf(act, this.#columns)
    const [left, right] = from < to ? [from, to] : [to, from]
    const number = numberOf(act)
    const start = (left + right) / 2 - (text.width + number.width + 7) / 2
    this.#text(number, start, y - OVER_LINE - text.height)
    this.#text(text, start + number.width + 7, y - OVER_LINE - text.height, act.flow, text.full)
    const wrong = act.way === 'failed' || act.way === 'refusal'
    this.#lines.push({
      kind: 'line', points: [[from + way * edge(act.from, y), y], [to - way * edge(act.to, y), y]], colour: wrong ? 'warn' : 'line', end: act.way === 'reply' || act.way === 'refusal' ? 'open' : 'arrow',
      dash: act.way === 'request' ? 'solid' : 'dashed', ...(act.flow === undefined ? {} : { flow: act.flow }),
    })
  }

  #own(act: Own, y: number, edge: number): void {
    const x = (this.#columns.byKey.get(act.at)?.x ?? 0) + edge
    const text = textOf(act, this.#columns)
    const top = y + 2
    this.#lines.push({ kind: 'line', points: [[x, top], [x + 24, top], [x + 24, top + LOOP_HEIGHT - 4], [x, top + LOOP_HEIGHT - 4]], end: 'arrow', corner: 4, ...(act.flow === undefined ? {} : { flow: act.flow }) })
    const number = numberOf(act)
    const textTop = y + Math.max(0, (LOOP_HEIGHT - text.height) / 2)
    this.#text(number, x - edge + LOOP - 16, textTop)
    this.#text(text, x - edge + LOOP - 9 + number.width, textTop, act.flow, text.full)
  }

  /** From head to bottom, except where a text, a tab or a bar stands. */
  #lifeline(key: string, x: number, top: number, bottom: number): Item[] {
    const gaps = this.#covered.filter((box) => box.left < x + 1 && box.right > x - 1 && box.top < bottom).toSorted((a, b) => a.top - b.top)
    const parts: Item[] = []
    let y = top
    for (const gap of [...gaps, { top: bottom, bottom }]) {
      if (gap.top - y > 3) parts.push({ kind: 'line', points: [[x, y], [x, gap.top]], dash: 'dashed', colour: 'edge', weight: 1, ...(y === top ? { from: `actor-${key}` } : {}) })
      y = Math.max(y, gap.bottom)
    }
    return parts
  }
}
