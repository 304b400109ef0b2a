/**
 * `documents/` tells the blueprint in words. A document is data: sections of paragraphs, lists, tables, facts, figures and
 * notes. Builders make it, one file for each kind; `markdown.ts`, `site/` and `pdf/` write the same blocks. Text of the plan
 * is never markup here: a run is text with marks, and each writer escapes it for its own format.
 */
import type { Name } from '../../plan/values.ts'

export type Reading = 'business' | 'technology' | 'all'
export type Audience = 'business' | 'technology'

/** Kinds of things that have a page of their own. */
export type Subject = 'system' | 'flow' | 'entity' | 'process' | 'runbook' | 'document'
export type Target = { readonly to: Subject; readonly key: Name } | { readonly url: string }

/** A piece of text in one style. */
export interface Run {
  readonly text: string
  readonly strong?: boolean
  readonly emphasis?: boolean
  readonly code?: boolean
  readonly target?: Target
  /** `open`: the plan is silent here; `waived`: somebody has said that it may be. */
  readonly mark?: 'open' | 'waived' | 'warning' | 'quiet'
  /** The question behind something open, for whoever points at it. */
  readonly hint?: string
}
export type Inline = readonly Run[]

export interface Column {
  readonly label: string
  /** Share of the width, as a weight; default 1. */
  readonly weight?: number
  readonly right?: boolean
}
export interface Row {
  readonly cells: readonly Inline[]
  /** What the row is about, for whoever looks whether everything is told. */
  readonly about?: { readonly to: Subject; readonly key: Name }
}

export type Block =
  | { readonly is: 'section'; readonly title: Inline; readonly blocks: readonly Block[]; readonly for?: Audience; readonly part?: Part }
  | { readonly is: 'paragraph'; readonly text: Inline; readonly lead?: boolean }
  | { readonly is: 'list'; readonly items: readonly Inline[]; readonly numbered?: boolean }
  | { readonly is: 'table'; readonly columns: readonly Column[]; readonly rows: readonly Row[]; readonly caption?: Inline }
  | { readonly is: 'facts'; readonly facts: readonly Fact[] }
  | { readonly is: 'figure'; readonly drawing: string; readonly title: string }
  | { readonly is: 'note'; readonly kind: 'open' | 'waived' | 'warning' | 'info'; readonly title: Inline; readonly lines: readonly Inline[] }
  | { readonly is: 'meter'; readonly rows: readonly { readonly label: Inline; readonly done: number; readonly of: number; readonly text: Inline }[] }
  | { readonly is: 'cards'; readonly cards: readonly Card[] }

export interface Fact { readonly term: string; readonly text: Inline }
/** A number or a document with a line about it. */
export interface Card { readonly big: Inline; readonly small: Inline }

/** Chapters in which every flow must be told. */
export type Part = 'catalogue' | 'tests' | 'monitoring' | 'escalation'

export interface Document {
  /** Kind and key, by which it is linked; `document` for those that exist once. */
  readonly subject: Subject
  readonly key: Name
  readonly title: string
  /** Above the title: what kind of page it is. */
  readonly kicker: string
  readonly about?: Inline
  /** None: both. */
  readonly audience?: Audience
  readonly blocks: readonly Block[]
}

export const plain = (inline: Inline): string => inline.map((run) => run.text).join('')

/** What the other reader needs is left out. Links to what is left out become text. */
export function readFor(documents: readonly Document[], reading: Reading): readonly Document[] {
  if (reading === 'all') return documents
  const kept = documents.filter(({ audience }) => audience === undefined || audience === reading)
  const there = new Set(kept.map(({ subject, key }) => `${subject} ${key}`))
  const inline = (text: Inline): Inline => text.map((run) => {
    if (!run.target || 'url' in run.target || there.has(`${run.target.to} ${run.target.key}`)) return run
    const { target: _, ...rest } = run
    return rest
  })
  const blocks = (of: readonly Block[]): readonly Block[] => of.filter((block) => block.is !== 'section' || block.for === undefined || block.for === reading).map((block): Block => {
    switch (block.is) {
      case 'section': return { ...block, title: inline(block.title), blocks: blocks(block.blocks) }
      case 'paragraph': return { ...block, text: inline(block.text) }
      case 'list': return { ...block, items: block.items.map(inline) }
      case 'table': return { ...block, rows: block.rows.map((row) => ({ ...row, cells: row.cells.map(inline) })) }
      case 'facts': return { ...block, facts: block.facts.map((fact) => ({ ...fact, text: inline(fact.text) })) }
      case 'note': return { ...block, title: inline(block.title), lines: block.lines.map(inline) }
      case 'meter': return { ...block, rows: block.rows.map((row) => ({ ...row, label: inline(row.label), text: inline(row.text) })) }
      case 'cards': return { ...block, cards: block.cards.filter((card) => card.big.every((run) => !run.target || 'url' in run.target || there.has(`${run.target.to} ${run.target.key}`))).map((card) => ({ big: inline(card.big), small: inline(card.small) })) }
      case 'figure': return block
    }
  })
  return kept.map((document) => ({ ...document, ...(document.about ? { about: inline(document.about) } : {}), blocks: blocks(document.blocks) }))
}

/** Every block, those inside sections too. */
export function* everyBlock(blocks: readonly Block[]): Generator<Block> {
  for (const block of blocks) {
    yield block
    if (block.is === 'section') yield* everyBlock(block.blocks)
  }
}

/** Every text of a document with its links, in order. */
export function* everyInline(document: Document): Generator<Inline> {
  if (document.about) yield document.about
  for (const block of everyBlock(document.blocks)) {
    switch (block.is) {
      case 'section': yield block.title; break
      case 'paragraph': yield block.text; break
      case 'list': yield* block.items; break
      case 'table': if (block.caption) yield block.caption; for (const column of block.columns) yield [{ text: column.label }]; for (const row of block.rows) yield* row.cells; break
      case 'facts': for (const fact of block.facts) { yield [{ text: fact.term }]; yield fact.text } break
      case 'note': yield block.title; yield* block.lines; break
      case 'meter': for (const row of block.rows) { yield row.label; yield row.text } break
      case 'cards': for (const card of block.cards) { yield card.big; yield card.small } break
      case 'figure': yield [{ text: block.title }]; break
    }
  }
}
