import { dirname, join, resolve } from 'node:path'
import { findPlan, readPlan, runnablePlan } from '../../app.ts'
import { PlimsollError } from '../../base/errors.ts'
import { blueprintOf } from '../../blueprint/derive/blueprint-of.ts'
import { incompleteness } from '../../blueprint/completeness.ts'
import type { Reading } from '../../blueprint/documents/document.ts'
import { filesOf, type Format, FORMATS, libraryOf, type Wish } from '../../blueprint/documents/library.ts'
import { LABELS } from '../../blueprint/documents/labels/labels.ts'
import { pdfOf } from '../../blueprint/documents/pdf/book.ts'
import { counted } from '../../blueprint/drawings/counted.ts'
import type { Language } from '../../blueprint/language.ts'
import { openQuestions } from '../../plan/questions/open-questions.ts'
import { text } from '../arguments.ts'
import { type Command, type CommandContext, ENV, environmentOf, type Flags, WHERE } from '../command.ts'
import { compare, type Difference, type Files, keptIn, mayWrite, writeFolder } from '../documents/folder.ts'
import type { Answer } from '../envelope.ts'

/** People are shown this many; --json has all. */
const SHOWN = 20

export const docs: Command = {
  name: 'docs',
  about: 'Write the documents of a plan: strategy, architecture, design, interfaces, run books, as site, Markdown and PDF',
  arguments: [WHERE],
  flags: [
    ENV, ['--out <folder>', 'where to (default: docs beside the plan)'], ['--for <reader>', 'business or technology (default: both)'], ['--lang <language>', `${Object.keys(LABELS).join(' or ')} (default: en)`],
    ['--format <forms>', `of ${FORMATS.join(',')} (default: all of them)`], ['--check', 'write nothing; say whether the documents in the folder are those of the plan'],
  ],
  async run({ where }, flags, context) {
    const folder = resolve(context.app.cwd, text(flags, 'out') ?? join(dirname(findPlan(context.app, where)), 'docs'))
    const check = flags['check'] === true
    const wish = wished(flags, check ? keptIn(folder)?.asked : undefined)
    if (!check) mayWrite(folder)
    const began = context.app.clock.now()
    const files = await made(where, wish, flags, context)
    const asked = { lang: wish.language, for: wish.reading, format: [...wish.formats] }
    if (check) return checked(folder, compare(folder, files), files.size)
    const done = writeFolder(folder, files, asked)
    const first = wish.formats.has('site') ? 'index.html' : wish.formats.has('markdown') ? 'markdown/README.md' : [...files.keys()].find((path) => path.endsWith('.pdf'))!
    const seconds = Math.round((context.app.clock.now() - began) / 100) / 10
    return {
      exit: 0, summary: { files: files.size, written: done.written, unchanged: done.unchanged, removed: done.removed.length }, result: { folder, first: join(folder, first), files: [...files.keys()], removed: done.removed },
      text: `${files.size} files in ${folder} (${done.written} written, ${done.unchanged} unchanged${done.removed.length > 0 ? `, ${done.removed.length} removed` : ''}; ${seconds} s).\nOpen ${join(folder, first)}`,
    }
  },
}

function wished(flags: Flags, kept: { readonly lang: string; readonly for: string; readonly format: readonly string[] } | undefined): Wish {
  const among = <T extends string>(flag: string, said: string, known: readonly T[]): T => {
    const found = known.find((one) => one === said)
    if (found === undefined) throw new PlimsollError('cli.arguments', `--${flag} ${said} is not known; it takes ${known.join(', ')}.`)
    return found
  }
  const formats = text(flags, 'format')?.split(',').map((one) => one.trim()).filter((one) => one !== '') ?? kept?.format ?? []
  return {
    language: among<Language>('lang', text(flags, 'lang') ?? kept?.lang ?? 'en', Object.keys(LABELS) as Language[]),
    reading: among<Reading>('for', text(flags, 'for') ?? kept?.for ?? 'all', ['business', 'technology', 'all']),
    formats: new Set(formats.length === 0 ? FORMATS : FORMATS.filter((one) => formats.map((said) => among<Format>('format', said, FORMATS)).includes(one))),
  }
}

async function made(where: string | undefined, wish: Wish, flags: Flags, context: CommandContext): Promise<Files> {
  const of = await readPlan(context.app, where, environmentOf(flags, context))
  const plan = runnablePlan(of)
  const blueprint = blueprintOf(plan)
  context.say(`  plan: ${counted(blueprint.systems.size, 'system', 'systems')}, ${counted(blueprint.flows.size, 'flow', 'flows')}`)
  // Documents follow from the plan alone: the day on which they are made changes nothing.
  const readiness = openQuestions(plan, blueprint.date ?? '', of.loaded.mistakes)
  const library = libraryOf(blueprint, readiness, wish)
  const sheets = [...library.sheets.values()].reduce((sum, list) => sum + list.length, 0)
  context.say(`  ${library.documents.length} documents, ${sheets} sheets of drawings`)
  const missing = incompleteness(blueprint, library.documents, library.sheets, wish.reading)
  if (missing.length > 0) throw new PlimsollError('internal.defect', `The documents leave out what the plan has: ${missing.slice(0, SHOWN).join('; ')}.`)
  const pdf = wish.formats.has('pdf') ? `${fileName(plan.name)}.pdf` : undefined
  const files = new Map<string, Uint8Array>()
  for (const [path, content] of filesOf(library, wish, pdf)) files.set(path, typeof content === 'string' ? Buffer.from(content) : content)
  context.say(`  ${files.size} pages, drawings and parts of the site`)
  if (pdf !== undefined) files.set(pdf, pdfOf(library, wish.language, (done, all) => context.say(`  PDF: document ${done} of ${all}`)))
  return files
}

/** The plan's name as the name of a file. */
const fileName = (name: string): string => name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ł', 'l').replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '') || 'plan'

function checked(folder: string, { missing, changed, extra }: Difference, all: number): Answer {
  const wrong = missing.length + changed.length + extra.length
  const lines = (title: string, list: readonly string[]): string[] => (list.length === 0 ? [] : [`${title}:`, ...list.slice(0, SHOWN).map((path) => `  ${path}`), ...(list.length > SHOWN ? [`  … and ${list.length - SHOWN} more`] : [])])
  return {
    exit: wrong > 0 ? 4 : 0, summary: { files: all, missing: missing.length, changed: changed.length, extra: extra.length }, result: { folder, missing, changed, extra },
    text: wrong === 0 ? `The ${all} files in ${folder} are those of the plan.` : [`The documents in ${folder} are stale.`, ...lines('Missing', missing), ...lines('Differ', changed), ...lines('Too many', extra), 'Write them again with `plimsoll docs`.'].join('\n'),
  }
}
