/** One PDF of all documents: cover, contents with page numbers, bookmarks, the documents with their drawings, running headers. */
import PDFDocument from 'pdfkit'
import type { Language } from '../../language.ts'
import { addFonts, drawSheet, isTransliterated } from '../../scene/pdf.ts'
import type { Sheet as DrawingSheet } from '../../scene/marks.ts'
import { type Block, type Document, everyBlock, plain, type Subject } from '../document.ts'
import type { LabelKey } from '../labels/labels.ts'
import type { Library } from '../library.ts'
import { anchorOf, type Element, INK, LEADING, MARGIN, Paper, type Pdf, type Sheet } from './paper.ts'
import { writePairs, writeTable } from './table.ts'

/** A PDF says when it was made. Where the plan has no date, this stands for it: the same plan gives the same bytes. */
const NO_DATE = Date.UTC(2000, 0, 1)
const GROUPS: Readonly<Partial<Record<Subject, LabelKey>>> = { flow: 'site.group.flow', process: 'site.group.process', system: 'site.group.system', entity: 'site.group.entity', runbook: 'site.group.runbook' }
const TOC = { size: 9.6, line: 15.5, first: MARGIN.top + 40, last: 841.89 - MARGIN.bottom } as const

/** Documents of a book whose tables are tagged cell by cell. */
const FINE = 250

interface Begun { readonly document: Document; readonly page: number }

export function pdfOf(library: Library, language: Language, progress: (done: number, all: number) => void): Uint8Array {
  const { documents } = library
  const date = library.date === undefined ? NO_DATE : Date.parse(`${library.date}T00:00:00Z`)
  const at = new Date(Number.isNaN(date) ? NO_DATE : date)
  const doc = new PDFDocument({
    autoFirstPage: false, pdfVersion: '1.7', tagged: true, lang: language, displayTitle: true, font: '',
    info: { Title: library.title, Subject: library.foot, Creator: 'Plimsoll', Producer: 'Plimsoll', CreationDate: at, ModDate: at },
  })
  // What is written is taken at once: as a stream it would be kept until everything else is done.
  const chunks: Uint8Array[] = [doc.read() as Uint8Array]
  Object.assign(doc, { push: (chunk: Uint8Array | null): boolean => chunk === null || chunks.push(chunk) > 0 })
  addFonts(doc)
  const book = new Book(doc, library)
  book.cover()
  for (const [done, document] of documents.entries()) {
    book.document(document)
    if (done % 100 === 99) progress(done + 1, documents.length)
  }
  book.contents()
  book.end()
  doc.end()
  return Buffer.concat(chunks)
}

class Book {
  readonly #doc: Pdf
  readonly #library: Library
  readonly #paper: Paper
  readonly #root: Element
  readonly #begun: Begun[] = []
  readonly #groups = new Map<Subject, ReturnType<Pdf['outline']['addItem']>>()
  readonly #placed = new Set<string>()
  /** What stands at the top of the pages that come; a drawing has a title of its own. */
  #title = ''
  #drawing = false

  constructor(doc: Pdf, library: Library) {
    this.#doc = doc
    this.#library = library
    const anchors = [...library.documents.map((one) => anchorOf(one.subject, one.key)), ...[...library.sheets.values()].flat().map((sheet) => anchorOf('document', `drawing ${sheet.name}`))]
    this.#paper = new Paper(doc, new Set(anchors), library.documents.length <= FINE, (page) => this.#around(page))
    this.#root = doc.struct('Document')
    doc.addStructure(this.#root)
  }

  cover(): void {
    const paper = this.#paper
    const { title, documents, foot } = this.#library
    paper.page('portrait')
    paper.artifact(() => {
      this.#doc.rect(0, 0, 595.28, 14).fill(INK.accent)
      this.#doc.moveTo(MARGIN.side, 420).lineTo(MARGIN.side + 120, 420).lineWidth(2).strokeColor(INK.accent).stroke()
    })
    paper.y = 230
    paper.text(this.#root, 'P', [{ text: this.#library.say('kicker.overview') }], { size: 13, bold: true, colour: INK.accent }, { after: 8 })
    paper.text(this.#root, 'H1', [{ text: title }], { size: title.length > 70 ? 22 : 32, bold: true })
    paper.y = Math.max(paper.y + 24, 440)
    const about = documents[0]?.about
    if (about) paper.text(this.#root, 'P', about, { size: 11.5, colour: INK.quiet }, { after: 18, width: 430 })
    paper.y = Math.max(paper.y, 690)
    // Every character once is enough to know.
    if (isTransliterated([...new Set(JSON.stringify(documents))].join(''))) paper.text(this.#root, 'P', [{ text: this.#library.say('pdf.otherLetters') }], { size: 9, colour: INK.quiet }, { after: 6, width: 430 })
    paper.y = Math.max(paper.y, 720)
    paper.text(this.#root, 'P', [{ text: foot }], { size: 9, colour: INK.quiet })
    // The contents follow here; they are written when the numbers are known, and put in their place at the end.
    paper.pages += this.#contentsPages()
  }

  document(document: Document): void {
    const paper = this.#paper
    const landscape = [...everyBlock(document.blocks)].some((block) => block.is === 'table' && block.columns.length > 9)
    this.#title = document.title
    paper.page(landscape ? 'landscape' : 'portrait')
    this.#begun.push({ document, page: paper.pages })
    this.#doc.addNamedDestination(anchorOf(document.subject, document.key), 'XYZ', 0, 0, null)
    const bookmark = this.#bookmark(document)
    const section = this.#doc.struct('Sect', { title: document.title })
    this.#root.add(section)
    paper.text(section, 'P', [{ text: document.kicker }], { size: 9.5, bold: true, colour: INK.accent }, { after: 2 })
    paper.text(section, 'H1', [{ text: document.title }], { size: document.title.length > 60 ? 17 : 23, bold: true }, { after: 6 })
    if (document.about) paper.text(section, 'P', document.about, { size: 10.5, colour: INK.quiet }, { after: 8 })
    const drawings: DrawingSheet[] = []
    this.#blocks(section, document.blocks, 2, drawings, document.subject === 'document' ? bookmark : undefined)
    section.end()
    for (const sheet of drawings) this.#sheet(sheet)
  }

  #bookmark(document: Document): ReturnType<Pdf['outline']['addItem']> {
    const label = GROUPS[document.subject]
    if (label === undefined) return this.#doc.outline.addItem(document.title)
    let group = this.#groups.get(document.subject)
    if (!group) {
      group = this.#doc.outline.addItem(this.#library.say(label))
      this.#groups.set(document.subject, group)
    }
    return group.addItem(document.title)
  }

  #blocks(parent: Element, blocks: readonly Block[], depth: number, drawings: DrawingSheet[], bookmark?: ReturnType<Pdf['outline']['addItem']>): void {
    for (const block of blocks) this.#block(parent, block, depth, drawings, bookmark)
  }

  #block(parent: Element, block: Block, depth: number, drawings: DrawingSheet[], bookmark?: ReturnType<Pdf['outline']['addItem']>): void {
    const paper = this.#paper
    const body = { size: 9.6 }
    switch (block.is) {
      case 'section': {
        const size = [0, 0, 15, 11.8, 10.2][Math.min(depth, 4)]!
        paper.y += depth === 2 ? 18 : 11
        paper.need(size * LEADING + 62)
        const section = this.#doc.struct('Sect')
        parent.add(section)
        if (bookmark && depth === 2) bookmark.addItem(plain(block.title), { top: paper.y } as never)
        paper.text(section, `H${Math.min(depth, 6)}`, block.title.map((run) => ({ ...run })), { size, bold: true }, { after: depth === 2 ? 5 : 3 })
        this.#blocks(section, block.blocks, depth + 1, drawings)
        section.end()
        return
      }
      case 'paragraph': return paper.text(parent, 'P', block.text, block.lead ? { size: 10.8, colour: INK.quiet } : body, { after: 6 })
      case 'list': {
        const list = this.#doc.struct('L')
        parent.add(list)
        for (const [at, item] of block.items.entries()) paper.text(list, 'LI', item, body, { indent: 16, sign: block.numbered ? `${at + 1}.` : '•', after: 2 })
        list.end()
        paper.y += 6
        return
      }
      case 'table': return writeTable(paper, parent, block)
      case 'facts': return writePairs(paper, parent, block.facts.map((fact) => [[{ text: fact.term, mark: 'quiet' }], fact.text]))
      case 'note': return this.#note(parent, block)
      case 'meter': return writePairs(paper, parent, block.rows.map((row) => [row.label, row.text]))
      case 'cards': return writePairs(paper, parent, block.cards.map((card) => [card.big.map((run) => ({ ...run, strong: true })), card.small]))
      case 'figure': {
        const sheets = this.#library.sheets.get(block.drawing) ?? []
        // Sheets of one drawing stay together.
        const here = sheets.every((sheet) => this.#fitsHere(sheet) && !this.#placed.has(sheet.name))
        for (const sheet of sheets) {
          if (here) this.#inline(parent, sheet)
          else {
            paper.text(parent, 'P', [{ text: `→ ${this.#library.say('pdf.drawing', { title: sheet.title })}`, target: { to: 'document', key: `drawing ${sheet.name}` } }], { ...body, colour: INK.accent }, { after: 6 })
            // Each drawing stands in the book once; other documents point at it.
            if (!this.#placed.has(sheet.name)) drawings.push(sheet)
            this.#placed.add(sheet.name)
          }
        }
      }
    }
  }

  #note(parent: Element, { kind, title, lines }: Extract<Block, { is: 'note' }>): void {
    const paper = this.#paper
    const colour = kind === 'open' ? INK.open : kind === 'warning' ? INK.warn : INK.quiet
    const top = paper.y
    const page = paper.pages
    paper.text(parent, 'P', title, { size: 9.6, bold: true, colour }, { indent: 12, before: 3, after: 2 })
    for (const line of lines) paper.text(parent, 'P', line, { size: 9 }, { indent: 24, sign: '•', after: 1 })
    if (page === paper.pages) paper.artifact(() => this.#doc.rect(MARGIN.side, top, 2.4, paper.y - top + 2).fill(colour))
    paper.y += 10
  }

  /** Small enough to stand in the text at its own size. */
  #fitsHere(sheet: DrawingSheet): boolean {
    return sheet.width * 0.75 <= this.#paper.width && sheet.height * 0.75 <= this.#paper.bottom - MARGIN.top
  }

  #figure(parent: Element, sheet: DrawingSheet, draw: () => void): void {
    this.#paper.tagged(parent, 'Figure', draw, { alt: `${sheet.title}. ${sheet.alt}` })
  }

  #inline(parent: Element, sheet: DrawingSheet): void {
    const paper = this.#paper
    paper.need(sheet.height * 0.75)
    this.#placed.add(sheet.name)
    this.#doc.addNamedDestination(anchorOf('document', `drawing ${sheet.name}`), 'XYZ', 0, paper.y, null)
    this.#figure(parent, sheet, () => drawSheet(this.#doc, sheet, { x: MARGIN.side, y: paper.y, width: paper.width, height: sheet.height * 0.75 }))
    paper.y += sheet.height * 0.75 + 12
  }

  /** On a page of its own, on the smallest paper that shows it at its own size. */
  #sheet(sheet: DrawingSheet): void {
    const paper = this.#paper
    const [width, height] = [sheet.width * 0.75, sheet.height * 0.75]
    const fits = (across: number, down: number): boolean => width <= across - 2 * EDGE && height <= down - 2 * EDGE
    const size: Sheet = fits(595.28, 841.89) ? 'portrait' : fits(841.89, 595.28) ? 'landscape' : sheet.width >= sheet.height ? 'a3-landscape' : 'a3-portrait'
    this.#drawing = true
    paper.page(size)
    this.#drawing = false
    this.#doc.addNamedDestination(anchorOf('document', `drawing ${sheet.name}`), 'XYZ', 0, 0, null)
    const [across, down] = [paper.width + 2 * MARGIN.side - 2 * EDGE, paper.bottom + MARGIN.bottom - 2 * EDGE]
    this.#figure(this.#root, sheet, () => drawSheet(this.#doc, sheet, { x: EDGE, y: EDGE, width: across, height: down }))
  }

  /** Lines of the contents: a group has its name above its documents. */
  #entries(): readonly { readonly heads?: LabelKey; readonly document: Document }[] {
    let subject: Subject | undefined
    return this.#library.documents.map((document) => {
      const label = GROUPS[document.subject]
      const heads = document.subject !== subject && label !== undefined
      subject = document.subject
      return { document, ...(heads ? { heads: label } : {}) }
    })
  }

  #contentsPages(): number {
    let pages = 1
    let y = TOC.first
    for (const { heads } of this.#entries()) {
      if (y + TOC.line * (heads === undefined ? 1 : 3) > TOC.last) {
        pages += 1
        y = MARGIN.top
      }
      y += TOC.line * (heads === undefined ? 1 : 2.6)
    }
    return pages
  }

  contents(): void {
    const paper = this.#paper
    const { say } = this.#library
    const pages = this.#contentsPages()
    const numbers = new Map(this.#begun.map(({ document, page }) => [document, page]))
    this.#title = say('pdf.contents')
    paper.pages = 1
    paper.page('portrait')
    const toc = this.#doc.struct('TOC')
    this.#root.add(toc)
    paper.tagged(toc, 'P', () => paper.write(say('pdf.contents'), MARGIN.side, paper.y + 20, { size: 21, bold: true }))
    paper.y = TOC.first
    for (const { heads, document } of this.#entries()) {
      if (paper.y + TOC.line * (heads === undefined ? 1 : 3) > TOC.last) paper.page('portrait')
      if (heads !== undefined) {
        paper.y += TOC.line * 0.6
        paper.tagged(toc, 'P', () => paper.write(say(heads), MARGIN.side, paper.y + TOC.size, { size: TOC.size, bold: true, colour: INK.quiet }))
        paper.y += TOC.line
      }
      const grouped = GROUPS[document.subject] !== undefined
      const indent = grouped ? 14 : 0
      const line = paper.line([{ text: document.title, target: { to: document.subject, key: document.key } }], paper.width - indent - 50, { size: TOC.size, bold: !grouped })
      const said = String(numbers.get(document) ?? '')
      paper.tagged(toc, 'TOCI', () => {
        paper.drawLine(line, MARGIN.side + indent, paper.y + TOC.size)
        paper.write(said, MARGIN.side + paper.width - paper.widthOf(said, { size: TOC.size }), paper.y + TOC.size, { size: TOC.size })
      })
      paper.y += TOC.line
    }
    toc.end()
    // Written last, read second.
    const kids = (this.#doc as unknown as { _root: { data: { Pages: { data: { Kids: unknown[] } } } } })._root.data.Pages.data.Kids
    kids.splice(1, 0, ...kids.splice(kids.length - pages, pages))
  }

  /** Header and footer. */
  #around(page: number): void {
    if (page === 1) return
    const paper = this.#paper
    const { width, height } = this.#doc.page
    const style = { size: 7.6, colour: INK.quiet }
    const edge = this.#drawing ? EDGE : MARGIN.side
    this.#doc.markContent('Artifact', { type: 'Pagination' })
    if (!this.#drawing) {
      const left = paper.line([{ text: this.#library.title }], (width - 2 * edge) * 0.55, style)
      const right = paper.line([{ text: this.#title }], (width - 2 * edge) * 0.4, style)
      paper.drawLine(left, edge, 38)
      paper.drawLine(right, width - edge - right.width, 38)
      this.#doc.moveTo(edge, 46).lineTo(width - edge, 46).lineWidth(0.5).strokeColor(INK.rule).stroke()
    }
    const foot = paper.line([{ text: this.#library.edition }], width - 2 * edge - 90, style)
    const number = this.#library.say('pdf.page', { page })
    paper.drawLine(foot, edge, height - 26)
    paper.write(number, width - edge - paper.widthOf(number, style), height - 26, style)
    this.#doc.endMarkedContent()
  }

  end(): void {
    this.#root.end()
  }
}
const EDGE = 30
