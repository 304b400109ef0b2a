/** The PDF of a hostile plan, read by another program: it is whole, says every name, and holds nothing that acts. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { pdfOf } from '../../src/blueprint/documents/pdf/book.ts'
import { isTransliterated } from '../../src/blueprint/scene/pdf.ts'
import { plainText } from '../../src/blueprint/scene/text.ts'
import { generatedBlueprint } from '../support/generated-plans.ts'
import { libraryFor } from '../support/library-of.ts'

const missing = spawnSync('pdftotext', ['-v']).error !== undefined && process.env['CI'] !== 'true'
if (missing) process.stdout.write('e2e: the PDF is not read, pdftotext is missing (apt-get install poppler-utils)\n')

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-pdf-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const blueprint = generatedBlueprint({ seed: 11, systems: 23, flows: 30, hubs: 1, names: 'hostile', lanes: 5 })
const library = libraryFor(blueprint)
const pdf = pdfOf(library, 'en', () => undefined)

test('the same plan gives the same bytes', () => {
  expect(Buffer.from(pdfOf(libraryFor(blueprint), 'en', () => undefined)).equals(pdf)).toBe(true)
})

test('no action, no script, no file and no address outside is in it', () => {
  const raw = Buffer.from(pdf).toString('latin1')
  for (const word of ['/JavaScript', '/JS ', '/Launch', '/OpenAction', '/EmbeddedFile', '/SubmitForm', '/URI ']) expect(raw.includes(word), word).toBe(false)
  expect(raw).toContain('/Lang (en)')
  expect(raw).toContain('/MarkInfo')
})

describe.skipIf(missing)('another program', () => {
  const file = join(folder, 'book.pdf')
  writeFileSync(file, pdf)
  const say = (command: string, ...args: string[]): { readonly out: string; readonly err: string } => {
    const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
    return { out: done.stdout, err: done.stderr }
  }

  test('finds no fault in it, and its pages, title and tags', () => {
    const { out, err } = say('pdfinfo', file)
    expect(err).toBe('')
    expect(out).toMatch(/Tagged:\s+yes/)
    expect(Number(/Pages:\s+(\d+)/.exec(out)![1])).toBeGreaterThan(80)
    expect(say('pdftotext', file, '-').err).toBe('')
  })

  test('reads every name that the bundled faces can write, on the page of contents and on its own', () => {
    const flat = (text: string): string => text.replaceAll(/\s+/g, '')
    const text = flat(execFileSync('pdftotext', [file, '-'], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }))
    // Letters of a right-to-left script are given back in another order by each reader.
    const names = [...blueprint.systems.values(), ...blueprint.entities.values()].map(({ name }) => plainText(name)).filter((name) => !isTransliterated(name) && !/[\u0590-\u08ff]/.test(name) && name.normalize('NFC') === name && !/\p{M}/u.test(name))
    expect(new Set(names).size).toBeGreaterThan(5)
    for (const name of names) expect(text.includes(flat(name)), name).toBe(true)
    expect(text).not.toContain('\ufffd')
  })
})
