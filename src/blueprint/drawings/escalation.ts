/** Who is told, after how long and by which channel: a row for all scenarios that are handled alike, a column for each moment. */
import type { Language } from '../language.ts'
import type { Blueprint, Rung, Scenario } from '../model.ts'
import { room } from '../scene/compose.ts'
import type { Icon } from '../scene/icons.ts'
import type { Role } from '../scene/palette.ts'
import type { Drawing, Item, LegendEntry, Page } from '../scene/scene.ts'
import { isolated, label } from '../scene/text.ts'
import { listed, partyName, scenarioName, spanOf } from './words.ts'

interface Words {
  readonly title: string
  readonly alt: (scenarios: number, people: number) => string
  readonly ways: Readonly<Record<Rung['escalation'], string>>
  readonly atOnce: string
  readonly after: (span: string) => string
  readonly informed: (names: string) => string
  readonly nobody: string
  readonly onlyInformed: string
  readonly unreachable: string
  readonly noChannel: string
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Escalation: who is told, and when',
    alt: (scenarios, people) => `A timeline for ${scenarios} scenarios: who is told at once, who after how many minutes, by which channel; ${people} people and teams take part.`,
    ways: { first: 'told first', functional: 'functional: others who can help', hierarchic: 'hierarchic: whoever leads' },
    atOnce: 'at once',
    after: (span) => `after ${span}`,
    informed: (names) => `Informed: ${names}`,
    nobody: 'Nobody is told yet',
    onlyInformed: 'For information only, nobody is alerted',
    unreachable: 'no address in the plan',
    noChannel: 'channel open',
  },
  pl: {
    title: 'Eskalacja: kto i kiedy dostaje wiadomość',
    alt: (scenarios, people) => `Oś czasu dla scenariuszy (${scenarios}): kto dowiaduje się od razu, kto po ilu minutach i jakim kanałem; osób i zespołów: ${people}.`,
    ways: { first: 'pierwsza wiadomość', functional: 'funkcjonalna: kto jeszcze pomoże', hierarchic: 'hierarchiczna: przełożeni' },
    atOnce: 'od razu',
    after: (span) => `po ${span}`,
    informed: (names) => `Do wiadomości: ${names}`,
    nobody: 'Na razie nikt',
    onlyInformed: 'Tylko do wiadomości, nikt nie jest alarmowany',
    unreachable: 'brak adresu w planie',
    noChannel: 'kanał otwarty',
  },
}

const LOOK: Readonly<Record<Rung['escalation'], { readonly strong: Role; readonly soft: Role; readonly icon: Icon }>> = {
  first: { strong: 'accent-1', soft: 'soft-1', icon: 'bell' },
  functional: { strong: 'accent-5', soft: 'soft-5', icon: 'user' },
  hierarchic: { strong: 'accent-3', soft: 'soft-3', icon: 'star' },
}

const NAME = 250
const COLUMN = 186
const CARD = 150
const HEAD = 34
const GAP = 10

interface Row {
  readonly scenarios: readonly Scenario[]
  readonly ladder: readonly Rung[]
  readonly continued: boolean
}

export function escalation(blueprint: Blueprint, language: Language): readonly Drawing[] {
  const words = WORDS[language]
  if (blueprint.scenarios.length === 0) return []
  const legend: readonly LegendEntry[] = [
    ...(['first', 'functional', 'hierarchic'] as const).map((way): LegendEntry => ({ text: words.ways[way], sample: { kind: 'shape', fill: LOOK[way].soft, edge: LOOK[way].strong } })),
    { text: words.unreachable, sample: { kind: 'shape', fill: 'paper', edge: 'warn', dashed: true } },
  ]
  const { width, height } = room(legend)
  const moments = Math.floor((width - NAME - GAP) / COLUMN)
  const pages: Page[] = []
  let rows: Drawn[] = []
  for (const row of rowsOf(blueprint, moments)) {
    const drawn = draw(blueprint, row, words, language)
    const together = [...rows, drawn]
    if (rows.length > 0 && (HEAD + together.reduce((sum, one) => sum + one.height + GAP, 0) > height || momentsOf(together).length > moments)) {
      pages.push(page(rows, words, language))
      rows = []
    }
    rows.push(drawn)
  }
  if (rows.length > 0) pages.push(page(rows, words, language))
  const people = new Set(blueprint.scenarios.flatMap((scenario) => scenario.ladder.map((rung) => rung.who)))
  return [{ name: 'escalation', title: words.title, alt: words.alt(blueprint.scenarios.length, people.size), layer: 'overview', pages, legend }]
}

/** Scenarios for which the same people are told at the same times; own ones first. A ladder with more moments than fit goes on in a row of its own. */
function rowsOf(blueprint: Blueprint, moments: number): readonly Row[] {
  const alike = new Map<string, Scenario[]>()
  for (const scenario of blueprint.scenarios) {
    const key = JSON.stringify([scenario.ladder, scenario.inform])
    alike.set(key, [...(alike.get(key) ?? []), scenario])
  }
  return [...alike.values()].flatMap((scenarios): readonly Row[] => {
    const ladder = scenarios[0]?.ladder ?? []
    const times = distinctTimes(ladder)
    if (times.length <= moments) return [{ scenarios, ladder, continued: false }]
    return Array.from({ length: Math.ceil(times.length / moments) }, (_, index) => {
      const own = new Set(times.slice(index * moments, (index + 1) * moments))
      return { scenarios, ladder: ladder.filter((rung) => own.has(rung.afterMs)), continued: index > 0 }
    })
  })
}

const distinctTimes = (ladder: readonly Rung[]): readonly number[] => [...new Set(ladder.map((rung) => rung.afterMs))].toSorted((a, b) => a - b)

interface Card { readonly rung: Rung; readonly name: ReturnType<typeof label>; readonly by: ReturnType<typeof label>; readonly height: number; readonly hint: string }

interface Drawn {
  readonly row: Row
  readonly title: ReturnType<typeof label>
  readonly about?: ReturnType<typeof label>
  readonly titleHint: string
  readonly cards: ReadonlyMap<number, readonly Card[]>
  readonly height: number
}

function draw(blueprint: Blueprint, row: Row, words: Words, language: Language): Drawn {
  const names = row.scenarios.map((scenario) => scenarioName(blueprint, scenario, language))
  const title = label(`${row.continued ? '… ' : ''}${listed(names, 4, language, ' · ')}`, { size: 12, bold: true, width: NAME - 24, lines: 5 })
  const informed = [...new Set(row.scenarios[0]?.inform ?? [])].map((who) => isolated(partyName(blueprint, who)))
  const about = informed.length === 0 ? undefined : label(words.informed(informed.join(', ')), { size: 10.5, colour: 'quiet', width: NAME - 24, lines: 3 })
  const cards = new Map<number, Card[]>()
  for (const rung of row.ladder) {
    const who = partyName(blueprint, rung.who)
    const by = rung.reachable ? (rung.channels.length === 0 ? words.noChannel : rung.channels.join(', ')) : words.unreachable
    const name = label(who, { size: 11.5, bold: true, width: CARD - 48, lines: 2 })
    const below = label(by, { size: 10.5, width: CARD - 48, lines: 2, colour: rung.reachable ? 'quiet' : 'warn' })
    cards.set(rung.afterMs, [...(cards.get(rung.afterMs) ?? []), { rung, name, by: below, height: name.height + below.height + 16, hint: `${who}: ${by}` }])
  }
  const tallest = Math.max(0, ...[...cards.values()].map((some) => some.reduce((sum, card) => sum + card.height + 6, -6)))
  const text = title.height + (about === undefined ? 0 : about.height + 4)
  return { row, title, ...(about === undefined ? {} : { about }), titleHint: [...names, ...(informed.length === 0 ? [] : [words.informed(informed.join(', '))])].join('\n'), cards, height: Math.max(text, tallest) + 20 }
}

const momentsOf = (rows: readonly Drawn[]): readonly number[] => distinctTimes(rows.flatMap(({ row }) => row.ladder))

function page(rows: readonly Drawn[], words: Words, language: Language): Page {
  const moments = momentsOf(rows)
  const columns = Math.max(1, moments.length)
  const width = NAME + GAP + columns * COLUMN
  const bands: Item[] = []
  const lines: Item[] = []
  const cards: Item[] = []
  for (const [column, moment] of moments.entries()) {
    const text = label(moment === 0 ? words.atOnce : words.after(spanOf(moment, language)), { size: 12, bold: true, colour: 'quiet', width: COLUMN - 20, lines: 1 })
    cards.push({ kind: 'text', label: text, x: NAME + GAP + column * COLUMN + CARD / 2, y: 4, anchor: 'middle' })
  }
  let y = HEAD
  for (const [index, drawn] of rows.entries()) {
    bands.push({ kind: 'zone', id: `row-${index}`, x: 0, y, width, height: drawn.height, radius: 6, fill: index % 2 === 0 ? 'fill' : 'zone', edge: 'faint' })
    const high = drawn.title.height + (drawn.about === undefined ? 0 : drawn.about.height + 4)
    const top = y + (drawn.height - high) / 2
    cards.push({ kind: 'text', label: drawn.title, x: 12, y: top, hint: drawn.titleHint })
    if (drawn.about !== undefined) cards.push({ kind: 'text', label: drawn.about, x: 12, y: top + drawn.title.height + 4, hint: drawn.titleHint })
    if (drawn.cards.size === 0) {
      const silent = label(drawn.about === undefined ? words.nobody : words.onlyInformed, { size: 11.5, colour: drawn.about === undefined ? 'warn' : 'quiet', width: COLUMN - 20, lines: 2 })
      cards.push({ kind: 'text', label: silent, x: NAME + GAP, y: y + (drawn.height - silent.height) / 2 })
    }
    let before: { id: string; right: number } | undefined
    for (const [column, moment] of moments.entries()) {
      const some = drawn.cards.get(moment)
      if (some === undefined) continue
      const x = NAME + GAP + column * COLUMN
      let cardTop = y + (drawn.height - some.reduce((sum, card) => sum + card.height + 6, -6)) / 2
      const middle = y + drawn.height / 2
      let nearest: { id: string; from: number; to: number } | undefined
      for (const [at, card] of some.entries()) {
        const look = LOOK[card.rung.escalation]
        const id = `told-${index}-${column}-${at}`
        cards.push({
          kind: 'shape', shape: 'box', id, x, y: cardTop, width: CARD, height: card.height, align: 'start', icon: look.icon, iconAt: 'left', hint: card.hint,
          fill: card.rung.reachable ? look.soft : 'paper', edge: card.rung.reachable ? look.strong : 'warn', dashed: !card.rung.reachable, label: card.name, sub: card.by,
        })
        if (nearest === undefined || Math.abs(cardTop + card.height / 2 - middle) < Math.abs((nearest.from + nearest.to) / 2 - middle)) nearest = { id, from: cardTop, to: cardTop + card.height }
        cardTop += card.height + 6
      }
      if (nearest === undefined) continue
      if (before !== undefined) {
        // Straight through the middle of the row; where two cards leave a gap there, the line ends at the card beside it.
        const meets = Math.min(Math.max(middle, nearest.from + 8), nearest.to - 8)
        const turn = x - 14
        lines.push({ kind: 'line', points: meets === middle ? [[before.right, middle], [x, middle]] : [[before.right, middle], [turn, middle], [turn, meets], [x, meets]], from: before.id, to: nearest.id, end: 'arrow', colour: 'line', corner: 4 })
      }
      before = { id: nearest.id, right: x + CARD }
    }
    y += drawn.height + GAP
  }
  return { width, height: y - GAP, items: [...bands, ...lines, ...cards] }
}
