/** Documents as HTML. Text is escaped here and nowhere else; there is no inline script, no inline style and no address outside but links of the plan. */
import { isRightToLeft } from '../../scene/text.ts'
import { clean } from '../clean.ts'
import type { Block, Inline, Run } from '../document.ts'
import type { LabelKey } from '../labels/labels.ts'
import { from, placeOf } from '../places.ts'

export interface HtmlOptions {
  readonly say: (key: LabelKey, values?: Readonly<Record<string, string | number>>) => string
  /** Name of a drawing → its sheets: inline SVG, and the file from the root. */
  readonly sheets: ReadonlyMap<string, readonly { readonly svg: string; readonly file: string; readonly title: string }[]>
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escaped = (text: string): string => clean(text).replaceAll(/[&<>"']/g, (sign) => SIGNS[sign]!)
/** A name written from right to left doesn't rearrange what stands around it. */
export const shownText = (text: string): string => (isRightToLeft(text) ? `<bdi>${escaped(text)}</bdi>` : escaped(text))

export const htmlPlace = (document: Parameters<typeof placeOf>[0]): string => `${placeOf(document, 'index')}.html`

export interface Heading { readonly id: string; readonly title: string; readonly depth: number }

/** Writes the blocks of one page and keeps its headings. */
export class HtmlPage {
  readonly #page: string
  readonly #options: HtmlOptions
  readonly headings: Heading[] = []
  readonly #drawn = new Map<string, number>()

  constructor(page: string, options: HtmlOptions) {
    this.#page = page
    this.#options = options
  }

  inline(inline: Inline): string {
    return inline.map((run) => this.#run(run)).join('')
  }

  #run(run: Run): string {
    let shown = shownText(run.text)
    // A long address or path may be broken after its parts.
    if (run.code) shown = `<code>${shown.replaceAll(/([/_.,])(?=[^\s/_.,<&])/g, '$1<wbr>')}</code>`
    else if (/^\d{4}-\d\d-\d\d$/.test(run.text)) shown = `<span class="day">${shown}</span>`
    if (run.emphasis) shown = `<em>${shown}</em>`
    if (run.strong) shown = `<strong>${shown}</strong>`
    if (run.target) {
      const outside = 'url' in run.target
      const href = outside ? (run.target as { url: string }).url : from(this.#page, htmlPlace({ subject: (run.target as { to: 'flow' }).to, key: (run.target as { key: string }).key }))
      shown = `<a href="${escaped(href)}"${outside ? ' rel="noreferrer noopener"' : ''}${run.mark ? ` class="mark ${run.mark}"` : ''}${run.hint === undefined ? '' : ` title="${escaped(run.hint)}"`}>${shown}</a>`
    } else if (run.mark) shown = `<span class="mark ${run.mark}">${shown}</span>`
    return shown
  }

  blocks(blocks: readonly Block[], depth = 2): string {
    return blocks.map((block) => this.#block(block, depth)).join('\n')
  }

  #block(block: Block, depth: number): string {
    switch (block.is) {
      case 'section': {
        const level = Math.min(depth, 6)
        const id = `s${this.headings.length + 1}`
        this.headings.push({ id, title: block.title.map((run) => run.text).join(''), depth })
        return `<section aria-labelledby="${id}"><h${level} id="${id}">${this.inline(block.title)}</h${level}>\n${this.blocks(block.blocks, depth + 1)}</section>`
      }
      case 'paragraph': return `<p${block.lead ? ' class="lead"' : ''}>${this.inline(block.text)}</p>`
      case 'list': {
        const tag = block.numbered ? 'ol' : 'ul'
        return `<${tag}>${block.items.map((item) => `<li>${this.inline(item)}</li>`).join('')}</${tag}>`
      }
      case 'table': {
        const wide = block.columns.length > 5 ? ' wide' : ''
        const head = block.columns.map((column) => `<th scope="col"${column.right ? ' class="right"' : ''}>${shownText(column.label)}</th>`).join('')
        const rows = block.rows.map((row) => `<tr${row.about ? ` data-about="${escaped(`${row.about.to} ${row.about.key}`)}"` : ''}>${row.cells.map((cell, at) => `<td data-label="${escaped(block.columns[at]?.label ?? '')}"${block.columns[at]?.right ? ' class="right"' : ''}>${this.inline(cell)}</td>`).join('')}</tr>`)
        return `<div class="table${wide}" tabindex="0" role="region" aria-label="${escaped(this.headings.at(-1)?.title ?? '')}"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`
      }
      case 'facts': return `<dl class="facts">${block.facts.map((fact) => `<div><dt>${shownText(fact.term)}</dt><dd>${this.inline(fact.text)}</dd></div>`).join('')}</dl>`
      case 'figure': return (this.#options.sheets.get(block.drawing) ?? []).map((sheet) => this.#figure(sheet)).join('\n')
      case 'note': return `<aside class="note ${block.kind}"><p class="note-title">${this.inline(block.title)}</p>${block.lines.length > 0 ? `<ul>${block.lines.map((line) => `<li>${this.inline(line)}</li>`).join('')}</ul>` : ''}</aside>`
      case 'meter': return `<div class="meters">${block.rows.map((row) => `<div class="meter"><span class="meter-label">${this.inline(row.label)}</span><progress max="${row.of}" value="${row.done}" aria-label="${escaped(row.label.map((run) => run.text).join(''))}"></progress><span class="meter-text">${this.inline(row.text)}</span></div>`).join('')}</div>`
      case 'cards': {
        const numbers = block.cards.every((card) => card.big.length === 1 && /^\d+$/.test(card.big[0]!.text))
        return `<ul class="cards${numbers ? ' numbers' : ''}">${block.cards.map((card) => `<li class="card"><span class="big">${this.inline(card.big)}</span><span class="small">${this.inline(card.small)}</span></li>`).join('')}</ul>`
      }
    }
  }

  #figure(sheet: { readonly svg: string; readonly file: string; readonly title: string }): string {
    const { say } = this.#options
    // The same drawing twice on a page: its ids must stay unique.
    const times = (this.#drawn.get(sheet.file) ?? 0) + 1
    this.#drawn.set(sheet.file, times)
    const svg = times === 1 ? sheet.svg : sheet.svg.replaceAll(/(id="|aria-labelledby="| )drawing-([^"\s]+)(?=["\s])/g, (_, before: string, name: string) => `${before}again${times}-drawing-${name}`)
    const button = (does: string, sign: string, label: LabelKey): string => `<button type="button" data-zoom="${does}" title="${escaped(say(label))}" aria-label="${escaped(say(label))}">${sign}</button>`
    return [
      `<figure class="drawing"><div class="viewport" tabindex="0" role="group" aria-label="${escaped(say('site.figure_hint'))}">${svg.trim()}</div>`,
      `<figcaption><span>${shownText(sheet.title)}</span><span class="tools">${button('in', '+', 'site.zoom_in')}${button('out', '−', 'site.zoom_out')}${button('fit', '⤢', 'site.zoom_fit')}`,
      `<a href="${escaped(from(this.#page, sheet.file))}">${escaped(say('site.open_drawing'))}</a></span></figcaption></figure>`,
    ].join('')
  }
}
