/** Everything that is written of a plan, as files of one folder: pages, drawings, Markdown. The PDF is made from the same documents. */
import type { Readiness } from '../../plan/questions/readiness.ts'
import { drawingsOf, finished } from '../drawings/drawings.ts'
import type { Language } from '../language.ts'
import type { Blueprint } from '../model.ts'
import type { Sheet } from '../scene/marks.ts'
import { svgOf } from '../scene/svg.ts'
import { type Document, everyBlock, type Reading } from './document.ts'
import { documentsOf } from './documents.ts'
import { filled, formOf, type LabelKey, LABELS } from './labels/labels.ts'
import { markdownOf, markdownPlace } from './markdown.ts'
import { materialOf } from './material.ts'
import { siteFiles } from './site/site.ts'

export const FORMATS = ['site', 'markdown', 'pdf'] as const
export type Format = (typeof FORMATS)[number]

export interface Wish {
  readonly language: Language
  readonly reading: Reading
  readonly formats: ReadonlySet<Format>
}

export interface Library {
  readonly documents: readonly Document[]
  /** Drawing → its sheets. Those only that a document shows. */
  readonly sheets: ReadonlyMap<string, readonly Sheet[]>
  readonly title: string
  /** The plan's own. */
  readonly date?: string
  /** Plan, version, date and reading, as they stand under each page. */
  readonly foot: string
  /** Version, date and reading alone. */
  readonly edition: string
  readonly say: (key: LabelKey, values?: Readonly<Record<string, string | number>>) => string
}

export function libraryOf(blueprint: Blueprint, readiness: Readiness, { language, reading }: Pick<Wish, 'language' | 'reading'>): Library {
  const labels = LABELS[language]
  const say: Library['say'] = (key, values = {}) => {
    const n = values['n']
    return filled(formOf(labels[key], language, typeof n === 'number' ? n : undefined), values)
  }
  const drawings = drawingsOf(blueprint, language)
  const documents = documentsOf(materialOf(blueprint, readiness, new Map(drawings.map((one) => [one.name, one.title])), language), reading)
  const shown = new Set(documents.flatMap((document) => [...everyBlock(document.blocks)].flatMap((block) => (block.is === 'figure' ? [block.drawing] : []))))
  const sheets = new Map(drawings.filter((one) => shown.has(one.name)).map((one) => [one.name, finished(one, blueprint, language)]))
  const edition = [say('site.version', { version: blueprint.version }), ...(blueprint.date === undefined ? [] : [blueprint.date]), say(`site.reading.${reading}`)].join(' · ')
  const foot = `${say('site.made')} ${blueprint.name} · ${edition}`
  return { documents, sheets, title: blueprint.name, foot, edition, say, ...(blueprint.date === undefined ? {} : { date: blueprint.date }) }
}

const drawingFile = (sheet: Sheet): string => `drawings/${sheet.name}.svg`

/** Site, Markdown and drawings, in a fixed order. `pdf`: the name of the PDF, where there is one. */
export function* filesOf(library: Library, wish: Wish, pdf: string | undefined): Generator<readonly [file: string, content: string | Uint8Array]> {
  const { documents, sheets, say, foot } = library
  for (const list of sheets.values()) for (const sheet of list) yield [drawingFile(sheet), svgOf(sheet)]
  if (wish.formats.has('markdown')) {
    const options = { say, foot, sheets: new Map([...sheets].map(([name, list]) => [name, list.map((sheet) => ({ file: `../${drawingFile(sheet)}`, title: sheet.title }))])) }
    for (const document of documents) yield [`markdown/${markdownPlace(document)}`, markdownOf(document, options)]
  }
  if (wish.formats.has('site')) {
    yield* siteFiles(documents, {
      say, foot, language: wish.language, plan: library.title, ...(pdf === undefined ? {} : { pdf }),
      sheets: new Map([...sheets].map(([name, list]) => [name, list.map((sheet) => ({ svg: svgOf(sheet, 'within'), file: drawingFile(sheet), title: sheet.title }))])),
    })
  }
}
