/** Who answers for what: a matrix of subjects and parties, one accountable for each row, and a mark where nobody has said. */
import type { Language } from '../language.ts'
import type { Blueprint, Responsibility } from '../model.ts'
import type { Name } from '../../plan/values.ts'
import { room } from '../scene/compose.ts'
import type { Role } from '../scene/palette.ts'
import type { Drawing, Item, LegendEntry, Page } from '../scene/scene.ts'
import { label } from '../scene/text.ts'
import { partyName } from './words.ts'

interface Words {
  readonly title: string
  readonly alt: (rows: number, parties: number, open: number) => string
  readonly kinds: Readonly<Record<Responsibility['kind'], string>>
  readonly letters: Readonly<Record<Letter, string>>
  readonly nobody: string
  readonly open: string
  readonly aspects: Readonly<Record<string, string>>
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Who is responsible for what',
    alt: (rows, parties, open) => `A matrix of ${rows} subjects and ${parties} people and teams: who does the work, who is accountable, who is consulted and informed. ${open} subjects have nobody accountable yet.`,
    kinds: { aspect: 'Decisions', system: 'Systems', entity: 'Business objects', flow: 'Flows', process: 'Processes', step: 'Steps', milestone: 'Milestones' },
    letters: { R: 'responsible: does it', A: 'accountable: decides and answers, exactly one', C: 'consulted before', I: 'informed after' },
    nobody: 'nobody is accountable yet',
    open: 'Open',
    aspects: {},
  },
  pl: {
    title: 'Kto za co odpowiada',
    alt: (rows, parties, open) => `Macierz: ${rows} przedmiotów oraz ${parties} osób i zespołów; kto wykonuje, kto odpowiada, z kim się konsultuje i kogo informuje. Bez osoby odpowiedzialnej: ${open}.`,
    kinds: { aspect: 'Decyzje', system: 'Systemy', entity: 'Obiekty biznesowe', flow: 'Przepływy', process: 'Procesy', step: 'Kroki', milestone: 'Kamienie milowe' },
    letters: { R: 'wykonuje', A: 'odpowiada i decyduje, dokładnie jedna osoba', C: 'pytany przed', I: 'informowany po' },
    nobody: 'nikt jeszcze nie odpowiada',
    open: 'Otwarte',
    aspects: {
      purpose: 'Cel', processes: 'Procesy', data: 'Dane', systems: 'Systemy', security: 'Bezpieczeństwo', infrastructure: 'Infrastruktura', money: 'Pieniądze', operation: 'Eksploatacja', launch: 'Uruchomienie',
    },
  },
}

type Letter = 'R' | 'A' | 'C' | 'I'
const LETTERS: readonly Letter[] = ['R', 'A', 'C', 'I']
const COLOURS: Readonly<Record<Letter | '?', { readonly strong: Role; readonly soft: Role }>> = {
  R: { strong: 'accent-1', soft: 'soft-1' }, A: { strong: 'accent-4', soft: 'soft-4' }, C: { strong: 'accent-5', soft: 'soft-5' }, I: { strong: 'later', soft: 'soft-later' }, '?': { strong: 'warn', soft: 'soft-warn' },
}
const KINDS: readonly Responsibility['kind'][] = ['aspect', 'system', 'entity', 'flow', 'process', 'step', 'milestone']

const NAME = 250
const COLUMN = 46
const HEAD = 150
const ROW = 25
const SECTION = 30
const CHIP = 19

export function raci(blueprint: Blueprint, language: Language): readonly Drawing[] {
  const rows = KINDS.flatMap((kind) => blueprint.responsibilities.filter((one) => one.kind === kind))
  if (rows.length === 0) return []
  const words = WORDS[language]
  const legend: readonly LegendEntry[] = [
    ...LETTERS.map((letter): LegendEntry => ({ text: words.letters[letter], sample: { kind: 'sign', sign: letter, colour: COLOURS[letter].strong } })),
    { text: words.nobody, sample: { kind: 'sign', sign: '?', colour: 'warn' } },
  ]
  const open = rows.filter((row) => row.accountable === undefined).length
  const parties = inPlanOrder(blueprint, rows)
  const { width, height } = room(legend)
  const columnsOnPage = Math.floor((width - NAME) / COLUMN) - 1
  const columns = parties.length === 0 ? [[]] : chunks(parties, Math.ceil(parties.length / Math.ceil(parties.length / columnsOnPage)))
  const pages = columns.flatMap((some) => rowsByPage(rows, height - HEAD).map((part) => page(blueprint, part, some, words, language)))
  return [{ name: 'raci', title: words.title, alt: words.alt(rows.length, parties.length, open), layer: 'overview', pages, legend }]
}

function inPlanOrder(blueprint: Blueprint, rows: readonly Responsibility[]): readonly Name[] {
  const named = new Set(rows.flatMap((row) => [...row.responsible, ...(row.accountable === undefined ? [] : [row.accountable]), ...row.consulted, ...row.informed]))
  return [...[...blueprint.parties.keys()].filter((key) => named.has(key)), ...[...named].filter((key) => !blueprint.parties.has(key))]
}

const chunks = <T>(list: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))

/** A section that goes on has its title again. */
function rowsByPage(rows: readonly Responsibility[], height: number): readonly (readonly Responsibility[])[] {
  const pages: Responsibility[][] = []
  let used = Number.POSITIVE_INFINITY
  let kind: string | undefined
  for (const row of rows) {
    const needed = ROW + (row.kind === kind ? 0 : SECTION)
    if (used + needed > height) {
      pages.push([])
      used = ROW + SECTION
    } else used += needed
    pages.at(-1)?.push(row)
    kind = row.kind
  }
  return pages
}

function page(blueprint: Blueprint, rows: readonly Responsibility[], parties: readonly Name[], words: Words, language: Language): Page {
  const hasOpen = rows.some((row) => row.accountable === undefined)
  const left = NAME + (hasOpen ? COLUMN : 0)
  const width = left + parties.length * COLUMN
  const items: Item[] = []
  const above: Item[] = []
  const columns = [...(hasOpen ? [undefined] : []), ...parties]
  for (const [index, key] of columns.entries()) {
    const text = label(key === undefined ? words.open : partyName(blueprint, key), { size: 11, bold: true, width: HEAD - 20, lines: 2, colour: key === undefined ? 'warn' : 'ink' })
    const x = NAME + index * COLUMN
    items.push({ kind: 'zone', id: `column-${index}`, x, y: 0, width: COLUMN, height: HEAD - 8, radius: 0, fill: index % 2 === 0 ? 'fill' : 'zone', edge: 'faint' })
    items.push({ kind: 'text', label: text, x: x + (COLUMN - text.height) / 2, y: HEAD / 2 - 4, turned: true, ...(key === undefined ? {} : { hint: partyName(blueprint, key) }) })
  }
  let y = HEAD
  let kind: string | undefined
  for (const [index, row] of rows.entries()) {
    if (row.kind !== kind) {
      const title = label(words.kinds[row.kind], { size: 12, bold: true, colour: 'quiet' })
      items.push({ kind: 'text', label: title, x: 0, y: y + (SECTION - title.height) / 2 + 4 })
      y += SECTION
      kind = row.kind
    }
    const name = row.kind === 'aspect' ? (words.aspects[row.key] ?? row.name) : row.name
    const indent = row.kind === 'step' ? 14 : 0
    const text = label(numbered(blueprint, row, name), { size: 11.5, width: NAME - 20 - indent, lines: 1 })
    items.push({
      kind: 'zone', id: `row-${index}`, x: 0, y, width, height: ROW, radius: 0, edge: 'faint', weight: 0.75, fill: index % 2 === 0 ? 'zone' : 'paper',
      ...(row.kind === 'system' ? { system: row.key } : row.kind === 'flow' ? { flow: row.key } : row.kind === 'step' ? { step: row.key } : {}),
    })
    items.push({ kind: 'text', label: text, x: 10 + indent, y: y + (ROW - text.height) / 2, hint: name })
    for (const [column, key] of columns.entries()) {
      const letters = key === undefined ? (row.accountable === undefined ? (['?'] as const) : []) : lettersOf(row, key)
      const chips = letters.length * CHIP + (letters.length - 1) * 2
      for (const [at, letter] of letters.entries()) {
        const colour = COLOURS[letter]
        above.push({
          kind: 'shape', shape: 'box', id: `cell-${index}-${column}-${letter}`, x: NAME + column * COLUMN + (COLUMN - chips) / 2 + at * (CHIP + 2), y: y + (ROW - CHIP) / 2, width: CHIP, height: CHIP, radius: 4,
          fill: colour.soft, edge: colour.strong, weight: 1, label: label(letter, { size: 11, bold: true, colour: colour.strong }),
          hint: letter === '?' ? words.nobody : `${partyName(blueprint, key ?? '')}: ${words.letters[letter]}`,
        })
      }
    }
    y += ROW
  }
  const kinds = [...new Set(rows.map((row) => words.kinds[row.kind]))]
  const part = kinds.join(', ')
  void language
  return { ...(part === '' ? {} : { part }), width, height: y, items: [...items, ...above] }
}

const numbered = (blueprint: Blueprint, row: Responsibility, name: string): string => {
  const number = row.kind === 'flow' ? blueprint.flows.get(row.key)?.number : undefined
  return number === undefined ? name : `${number}  ${name}`
}

function lettersOf(row: Responsibility, key: Name): readonly Letter[] {
  const letters: Letter[] = []
  if (row.responsible.includes(key)) letters.push('R')
  if (row.accountable === key) letters.push('A')
  if (row.consulted.includes(key)) letters.push('C')
  if (row.informed.includes(key)) letters.push('I')
  return letters
}
