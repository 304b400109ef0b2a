/** One PDF of all documents: cover, contents with page numbers, bookmarks, the documents with their drawings, running headers. */
import PDFDocument from 'pdfkit'
import type { Language } from '../../language.ts'
import { addFonts, drawSheet } from '../../scene/pdf.ts'
import type { Sheet as DrawingSheet } from '../../scene/marks.ts'
import { type Block, type Document, everyBlock, plain, type Subject } from '../document.ts'
import type { LabelKey } from '../labels/labels.ts'
import type { Library } from '../library.ts'
import { anchorOf, type Element, INK, LEADING, MARGIN, Paper, type Pdf, type Sheet } from './paper.ts'
import { writeTable } from './table.ts'

/** A PDF says when it was made. Where the plan has no date, this stands for it: the same plan gives the same bytes. */
const NO_DATE = Date.UTC(2000, 0, 1)
const GROUPS: Readonly<Partial<Record<Subject, LabelKey>>> = { flow: 'site.group.flow', process: 'site.group.process', system: 'site.group.system', entity: 'site.group.entity', runbook: 'site.group.runbook' }
const TOC = { size: 9.6, line: 15.5 } as const

interface Begun { readonly document: Document; readonly page: number }

export async function pdfOf(library: Library, language: Language, progress: (done: number, all: number) => void): Promise<Uint8Array> {
  const { documents } = library
  const date = library.date === undefined ? NO_DATE : Date.parse(`${library.date}T00:00:00Z`)
  const at = new Date(Number.isNaN(date) ? NO_DATE : date)
  const doc = new PDFDocument({
    autoFirstPage: false, bufferPages: true, pdfVersion: '1.7', tagged: true, lang: language, displayTitle: true, font: '',
    info: { Title: library.title, Subject: library.foot, Creator: 'Plimsoll', Producer: 'Plimsoll', CreationDate: at, ModDate: at },
  })
  const chunks: Buffer[] = []
  const finished = new Promise<void>((done, failed) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => done())
    doc.on('error', failed)
  })
  addFonts(doc)
  const book = new Book(doc, library)
  book.cover()
  book.keepContents()
  for (const [done, document] of documents.entries()) {
    book.document(document)
    if (done % 100 === 99) progress(done + 1, documents.length)
  }
  book.contents()
  book.headers()
  book.end()
  doc.end()
  await finished
  return Buffer.concat(chunks)
}

class Book {
  readonly #doc: Pdf
  readonly #library: Library
  readonly #paper: Paper
  readonly #root: Element
  readonly #begun: Begun[] = []
  readonly #titles: string[] = []
  readonly #groups = new Map<Subject, ReturnType<Pdf['outline']['addItem']>>()
  readonly #drawn = new Set<number>()
  readonly #placed = new Set<string>()
  #contentsAt = 0
  #contentsPages = 0

  constructor(doc: Pdf, library: Library) {
    this.#doc = doc
    this.#library = library
    this.#paper = new Paper(doc, new Set([...library.documents.map((one) => anchorOf(one.subject, one.key)), ...[...library.sheets.values()].flat().map((sheet) => anchorOf('document', `drawing ${sheet.name}`))]))
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
    paper.y = Math.max(paper.y, 720)
    paper.text(this.#root, 'P', [{ text: foot }], { size: 9, colour: INK.quiet })
    this.#titles.push('')
  }

  /** As many pages as the contents will need; they are written when the numbers are known. */
  keepContents(): void {
    this.#contentsAt = this.#paper.pages
    const groups = new Set(this.#library.documents.map((one) => one.subject)).size - 1
    const lines = this.#library.documents.length + groups * 1.6 + 3
    this.#contentsPages = Math.max(1, Math.ceil((lines * TOC.line) / (841.89 - MARGIN.top - MARGIN.bottom - 40)))
    for (let count = 0; count < this.#contentsPages; count += 1) {
      this.#paper.page('portrait')
      this.#titles.push(this.#library.say('pdf.contents'))
    }
  }

  document(document: Document): void {
    const paper = this.#paper
    const landscape = [...everyBlock(document.blocks)].some((block) => block.is === 'table' && block.columns.length > 8)
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
    this.#name(document.title)
    for (const sheet of drawings) this.#drawing(sheet)
    this.#name(document.title)
  }

  /** The pages since the last call stand under this title. */
  #name(title: string): void {
    while (this.#titles.length < this.#paper.pages) this.#titles.push(title)
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
      case 'facts': return writeTable(paper, parent, { is: 'table', columns: [{ label: '' }, { label: '' }], rows: block.facts.map((fact) => ({ cells: [[{ text: fact.term, mark: 'quiet' }], fact.text] })) }, true)
      case 'note': return this.#note(parent, block)
      case 'meter': return writeTable(paper, parent, { is: 'table', columns: [{ label: '' }, { label: '' }], rows: block.rows.map((row) => ({ cells: [row.label, row.text] })) }, true)
      case 'cards': return writeTable(paper, parent, { is: 'table', columns: [{ label: '' }, { label: '' }], rows: block.cards.map((card) => ({ cells: [card.big.map((run) => ({ ...run, strong: true })), card.small] })) }, true)
      case 'figure': {
        for (const sheet of this.#library.sheets.get(block.drawing) ?? []) {
          if (this.#fitsHere(sheet)) this.#inline(parent, sheet)
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
    this.#figure(parent, sheet, () => drawSheet(this.#doc, sheet, { x: MARGIN.side, y: paper.y, width: paper.width, height: sheet.height * 0.75 }))
    paper.y += sheet.height * 0.75 + 12
  }

  /** On a page of its own, on the smallest paper that shows it at its own size. */
  #drawing(sheet: DrawingSheet): void {
    const paper = this.#paper
    const [width, height] = [sheet.width * 0.75, sheet.height * 0.75]
    const fits = (across: number, down: number): boolean => width <= across - 2 * EDGE && height <= down - 2 * EDGE
    const size: Sheet = fits(595.28, 841.89) ? 'portrait' : fits(841.89, 595.28) ? 'landscape' : sheet.width >= sheet.height ? 'a3-landscape' : 'a3-portrait'
    paper.page(size)
    this.#drawn.add(paper.pages - 1)
    this.#doc.addNamedDestination(anchorOf('document', `drawing ${sheet.name}`), 'XYZ', 0, 0, null)
    const [across, down] = [paper.width + 2 * MARGIN.side - 2 * EDGE, paper.bottom + MARGIN.bottom - 2 * EDGE]
    this.#figure(this.#root, sheet, () => drawSheet(this.#doc, sheet, { x: EDGE, y: EDGE, width: across, height: down }))
  }

  contents(): void {
    const paper = this.#paper
    const { say } = this.#library
    let page = this.#contentsAt
    const go = (): void => {
      this.#doc.switchToPage(page)
      paper.sheet = 'portrait'
      paper.y = MARGIN.top
    }
    go()
    const toc = this.#doc.struct('TOC')
    this.#root.add(toc)
    const element = this.#doc.struct('P')
    toc.add(element)
    paper.into(element, 'P', () => paper.write(say('pdf.contents'), MARGIN.side, paper.y + 20, { size: 21, bold: true }))
    element.end()
    paper.y += 40
    let subject: Subject | undefined
    for (const { document, page: number } of this.#begun) {
      const label = GROUPS[document.subject]
      const heads = document.subject !== subject && label !== undefined
      if (paper.y + TOC.line * (heads ? 3 : 1) > paper.bottom && page < this.#contentsAt + this.#contentsPages - 1) {
        page += 1
        go()
      }
      if (heads) {
        paper.y += TOC.line * 0.6
        paper.tagged(toc, 'P', () => paper.write(say(label), MARGIN.side, paper.y + TOC.size, { size: TOC.size, bold: true, colour: INK.quiet }))
        paper.y += TOC.line
      }
      subject = document.subject
      const indent = label === undefined ? 0 : 14
      const style = { size: TOC.size, bold: label === undefined }
      const [line] = paper.lines([{ text: document.title, target: { to: document.subject, key: document.key } }], paper.width - indent - 50, style)
      const said = String(number)
      paper.tagged(toc, 'TOCI', () => {
        if (line) paper.drawLine(line, MARGIN.side + indent, paper.y + TOC.size)
        paper.write(said, MARGIN.side + paper.width - paper.widthOf(said, { size: TOC.size }), paper.y + TOC.size, { size: TOC.size })
      })
      paper.y += TOC.line
    }
    toc.end()
  }

  headers(): void {
    const paper = this.#paper
    const all = paper.pages
    for (let page = 1; page < all; page += 1) {
      this.#doc.switchToPage(page)
      const { width, height } = this.#doc.page
      const style = { size: 7.6, colour: INK.quiet }
      const edge = width > 842 ? EDGE : MARGIN.side
      const [foot] = paper.lines([{ text: this.#library.edition }], width - 2 * edge - 90, style)
      const number = this.#library.say('pdf.page', { page: page + 1, of: all })
      this.#doc.markContent('Artifact', { type: 'Pagination' })
      // A drawing has a title of its own.
      const drawn = this.#drawn.has(page)
      if (!drawn) {
        const [left] = paper.lines([{ text: this.#library.title }], (width - 2 * edge) * 0.55, style)
        const [right] = paper.lines([{ text: this.#titles[page] ?? '' }], (width - 2 * edge) * 0.4, style)
        if (left) paper.drawLine(left, edge, 38)
        if (right) paper.drawLine(right, width - edge - right.width, 38)
        this.#doc.moveTo(edge, 46).lineTo(width - edge, 46).lineWidth(0.5).strokeColor(INK.rule).stroke()
      }
      if (foot) paper.drawLine(foot, edge, height - 26)
      paper.write(number, width - edge - paper.widthOf(number, style), height - 26, style)
      this.#doc.endMarkedContent()
    }
  }

  end(): void {
    this.#root.end()
  }
}
const EDGE = 30
