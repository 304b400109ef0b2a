/** Documents as GitHub Markdown. Text of the plan is escaped sign by sign: it never becomes markup, a link or HTML. */
import { isRightToLeft } from '../scene/text.ts'
import { clean } from './clean.ts'
import type { Block, Document, Inline, Run } from './document.ts'
import { type LabelKey } from './labels/labels.ts'
import { from, placeOf } from './places.ts'

export interface MarkdownOptions {
  /** Name of a drawing → its files from the folder of the Markdown. */
  readonly sheets: ReadonlyMap<string, readonly { readonly file: string; readonly title: string }[]>
  readonly say: (key: LabelKey, values?: Readonly<Record<string, string | number>>) => string
  /** At the end of each page. */
  readonly foot: string
}

export const markdownPlace = (document: Pick<Document, 'subject' | 'key'>): string => `${placeOf(document, 'README')}.md`

export function markdownOf(document: Document, options: MarkdownOptions): string {
  const page = markdownPlace(document)
  const writer = new Writer(page, options)
  const head = [
    `<!-- ${clean(options.foot).replaceAll(/[<>-]+/g, ' ')} -->`, '', `# ${writer.inline([{ text: document.title }])}`, '',
    ...(page === 'README.md' ? [] : [`[${writer.escaped('←')} ${writer.escaped(options.say('kicker.overview'))}](${from(page, 'README.md')}) · ${writer.escaped(document.kicker)}`, '']),
    ...(document.about ? [writer.inline(document.about), ''] : []),
  ]
  return `${[...head, ...writer.blocks(document.blocks, 2)].join('\n').replaceAll(/\n{3,}/g, '\n\n').trimEnd()}\n\n---\n\n${writer.escaped(options.foot)}\n`
}

const SIGNS = /[\\`*_{}[\]<>()#+!|~$&]/g
/** What GitHub would make a link of without being asked. */
const LINKS = /(https?|ftp)(?=:\/\/)|\bwww(?=\.)/gi

class Writer {
  readonly #page: string
  readonly #options: MarkdownOptions

  constructor(page: string, options: MarkdownOptions) {
    this.#page = page
    this.#options = options
  }

  escaped(text: string): string {
    const safe = clean(text).replaceAll(SIGNS, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : sign === '&' ? '&amp;' : `\\${sign}`)).replaceAll(LINKS, (word) => `${word.slice(0, -1)}&#${word.codePointAt(word.length - 1)!};`)
    return isRightToLeft(safe) ? `\u2068${safe}\u2069` : safe
  }

  inline(inline: Inline): string {
    return inline.map((run) => this.#run(run)).join('')
  }

  #run(run: Run): string {
    const text = clean(run.text)
    if (text === '') return ''
    // Blanks at the edges stay outside of marks, else the marks would be shown.
    const [, before = '', inner = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text)!
    if (inner === '') return text
    let shown = run.code ? codeSpan(inner) : this.escaped(inner)
    if (run.emphasis || run.mark === 'quiet' && !run.code) shown = `_${shown}_`
    if (run.strong || run.mark === 'open' || run.mark === 'warning') shown = `**${shown}**`
    if (run.target) shown = `[${shown}](${this.#href(run.target)})`
    return `${before}${shown}${after}`
  }

  #href(target: NonNullable<Run['target']>): string {
    if ('url' in target) return target.url.replaceAll(/[()<>\\\s"'`|[\]]/g, (sign) => `%${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(2, '0')}`)
    return from(this.#page, markdownPlace({ subject: target.to, key: target.key }))
  }

  /** A line that would begin a list, a heading or a rule does not. */
  #line(inline: Inline): string {
    return this.inline(inline).replace(/^(\s*)([-+=]|\d+(?=[.)]))/, (_, blanks: string, sign: string) => (/\d/.test(sign) ? `${blanks}${sign}\\` : `${blanks}\\${sign}`))
  }

  #cell(inline: Inline): string {
    return this.inline(inline).trim()
  }

  blocks(blocks: readonly Block[], depth: number): string[] {
    return blocks.flatMap((block) => [...this.#block(block, depth), ''])
  }

  #block(block: Block, depth: number): string[] {
    switch (block.is) {
      case 'section': return [`${'#'.repeat(Math.min(depth, 6))} ${this.inline(block.title)}`, '', ...this.blocks(block.blocks, depth + 1)]
      case 'paragraph': return [this.#line(block.text)]
      case 'list': return block.items.map((item, at) => `${block.numbered ? `${at + 1}.` : '-'} ${this.#line(item)}`)
      case 'table': return [
        `| ${block.columns.map((column) => this.escaped(column.label)).join(' | ')} |`, `|${block.columns.map((column) => (column.right ? '---:' : '---')).join('|')}|`,
        ...block.rows.map((row) => `| ${row.cells.map((cell) => this.#cell(cell)).join(' | ')} |`),
      ]
      case 'facts': return ['| | |', '|---|---|', ...block.facts.map((fact) => `| **${this.escaped(fact.term)}** | ${this.#cell(fact.text)} |`)]
      case 'figure': return (this.#options.sheets.get(block.drawing) ?? []).flatMap((sheet) => [`[![${this.escaped(sheet.title)}](${from(this.#page, sheet.file)})](${from(this.#page, sheet.file)})`, ''])
      case 'note': return [`> **${this.inline(block.title)}**`, ...block.lines.flatMap((line) => ['>', `> - ${this.#line(line)}`])]
      case 'meter': return ['| | |', '|---|---|', ...block.rows.map((row) => `| ${this.#cell(row.label)} | ${bar(row.done, row.of)} ${this.#cell(row.text)} |`)]
      case 'cards': return ['| | |', '|---|---|', ...block.cards.map((card) => `| **${this.#cell(card.big)}** | ${this.#cell(card.small)} |`)]
    }
  }
}

const bar = (done: number, of: number): string => {
  const filled = of === 0 ? 0 : Math.floor((done / of) * 10)
  return '█'.repeat(filled) + '░'.repeat(10 - filled)
}

/** A code span whose fence is longer than any in it. In tables a pipe would end the cell. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length))
  const fence = '`'.repeat(longest + 1)
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${text.replaceAll('|', '\\|')}${pad}${fence}`
}
