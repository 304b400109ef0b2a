/** The registry of errors: each code once, with a class and a hint, used, and listed in docs/errors.md, which is made from it. */
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type ErrorClass, type ErrorEntry, type PlimsollError, registeredErrors } from '../../src/base/errors.ts'
import { OPTIONS } from '../../src/base/options.ts'
import { exitOf } from '../../src/cli/envelope.ts'
import { lineAt, root, sources } from './sources.ts'

/** Importing them fills the registry; a code that is registered twice throws here. */
const registering = sources.filter(({ code }) => /\bregisterErrors\(/.test(code)).map(({ path }) => path)
let errors: ReadonlyMap<string, ErrorEntry>

beforeAll(async () => {
  for (const path of registering) await import(join(root, path))
  errors = registeredErrors()
}, 60_000)

/** What a new error is given as its code: one text, or a choice between texts. */
const codes = sources.flatMap(({ path, code }) =>
  [...code.matchAll(/\bnew PlimsollError\(\s*([^,]*?),/g)].flatMap((match) =>
    [...match[1]!.matchAll(/'([^']+)'/g)].map(([, name]) => ({ name: name!, at: `${path}:${lineAt(code, match.index)}` }))))

test('there is something to check', () => {
  expect(registering.length).toBeGreaterThan(20)
  expect(errors.size).toBeGreaterThan(50)
  expect(codes.length).toBeGreaterThan(150)
})

test('every code that is thrown is registered', () => {
  // In a choice the condition may compare with a word; a code has a dot.
  expect(codes.filter(({ name }) => !errors.has(name) && name.includes('.'))).toEqual([])
})

test('a code has a part and a name', () => {
  expect([...errors.keys()].filter((code) => !/^[a-z]+\.[a-z0-9_]+$/.test(code))).toEqual([])
})

test('every code has a hint that is a sentence', () => {
  expect([...errors].filter(([, { hint }]) => hint.length < 15 || !/^[A-Z`{]/.test(hint) || !/[.!?`]$/.test(hint)).map(([code, { hint }]) => `${code}: ${hint}`)).toEqual([])
})

test('a code that nothing uses is not registered', () => {
  const texts = sources.map(({ code }) => code)
  const uses = (code: string): number => texts.reduce((sum, text) => sum + text.split(`'${code}'`).length - 1, 0)
  // A table may build codes of its own part from a word: `code: 'unreachable'` of sql.
  const built = (code: string): boolean => texts.some((text) => text.includes(`\`${code.split('.')[0]}.\${`))
  expect([...errors.keys()].filter((code) => uses(code) < 2 && !built(code))).toEqual([])
})

const WHAT_IS_DONE: Readonly<Record<ErrorClass, string>> = {
  limit: 'It is tried again after the time that the other side asked for, or after a growing pause.',
  remote: 'It is tried again after a growing pause.',
  auth: 'The system is paused; nothing is tried again until somebody has looked.',
  data: 'The record is set aside with its reason; all others go on.',
  conflict: 'The record is read again and merged again.',
  config: 'The work stops before anything is written.',
  plan: 'The work stops before anything is written.',
  environment: 'The work stops: something is missing on this machine, or somebody else holds it.',
  internal: 'The work stops: a defect of Plimsoll.',
}
const exitCode = (name: string): number => exitOf({ class: name } as PlimsollError)

test('docs/errors.md lists every code as it is registered', async () => {
  const parts = [...new Set([...errors.keys()].map((code) => code.split('.')[0]!))].toSorted()
  const cell = (text: string): string => text.replaceAll('|', '\\|')
  const page = [
    '# Errors',
    '',
    'Made from the registry of errors in the code; `npx vitest run test/architecture/errors.test.ts -u` writes it anew.',
    '',
    'An error has a code, a message in plain words, a hint and, where there is one, a place. The code is stable: scripts decide by it. Its class decides what is done.',
    '',
    '| class | what is done | exit code when a command ends with it |', '|---|---|---|',
    ...Object.entries(WHAT_IS_DONE).map(([name, done]) => `| ${name} | ${done} | ${exitCode(name)} |`),
    ...parts.flatMap((part) => [
      '', `## ${part}`, '', '| code | class | what to do |', '|---|---|---|',
      ...[...errors].filter(([code]) => code.startsWith(`${part}.`)).toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([code, entry]) => `| \`${code}\` | ${entry.class} | ${cell(entry.hint)} |`),
    ]),
    '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../docs/errors.md')
})

test('docs/options.md lists every option of the product', async () => {
  const rows = OPTIONS.map(({ variable, default: otherwise, about }) => `| \`${variable}\` | ${otherwise === '' ? '' : `\`${otherwise}\``} | ${about} |`)
  const page = ['# Options', '', 'What can be set from outside, made from the table in `src/base/options.ts`. Settings and secrets of systems are another thing: see [plan language](plan-language.md), 4.3.', '',
    '| variable | default | what |', '|---|---|---|', ...rows, ''].join('\n')
  expect(rows.length).toBeGreaterThan(5)
  await expect(page).toMatchFileSnapshot('../../docs/options.md')
})
