/** Files and names: small, called by what they do, each folder with a sentence; nothing of the examples or of a machine in them. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { isTest, keptFiles, lineAt, read, root, sources } from './sources.ts'

const MOST_LINES = 500
/** Longer files, each with a sentence that says why it is not split. */
const LONGER: Readonly<Record<string, string>> = {}

const ours = keptFiles.filter((path) => /^(src|test|scripts|bench|examples)\//.test(path) && /\.(ts|mts|mjs|js|sh)$/.test(path))
const lines = (path: string): number => read(path).split('\n').length - 1

test('there is something to check', () => {
  expect(ours.length).toBeGreaterThan(300)
  expect(keptFiles).toContain('package.json')
})

test('no file has more lines than a person reads in one go', () => {
  expect(ours.filter((path) => !(path in LONGER) && lines(path) > MOST_LINES).map((path) => `${path}: ${lines(path)}`)).toEqual([])
  expect(Object.keys(LONGER).filter((path) => !ours.includes(path) || lines(path) <= MOST_LINES), 'no longer long').toEqual([])
})

const NO_HOME = /^(utils?|helpers?|common|shared|misc|managers?|lib|types|interfaces|constants|stuff)$/

test('no file or folder has a name that says nothing', () => {
  // `record/types` holds the types of fields: there the word is the thing itself.
  const meant = new Set(['src/record/types'])
  const named = ours.flatMap((path) => {
    const parts = path.split('/')
    return parts.map((part, at) => ({ at: parts.slice(0, at + 1).join('/'), word: part.split('.')[0]! }))
  })
  expect([...new Set(named.filter(({ at, word }) => NO_HOME.test(word) && !meant.has(at)).map(({ at }) => at))]).toEqual([])
  expect(ours.filter((path) => /[-.](utils?|helpers?|manager|common)\.[a-z]+$/.test(path))).toEqual([])
})

test('file names are in kebab-case', () => {
  const wrong = ours.filter((path) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path.slice(path.lastIndexOf('/') + 1)))
  expect(wrong).toEqual([])
})

test('no class or function is called a manager, a helper or an implementation', () => {
  const bad = /\b(?:class|interface|function|const)\s+(\w*(?:Manager|Helper|Utils?|Impl)|I[A-Z][a-z]\w+er|Abstract\w+)\b/g
  expect(sources.flatMap(({ path, code }) => [...code.matchAll(bad)].map((match) => `${path}:${lineAt(code, match.index)} ${match[1]}`))).toEqual([])
})

/** The file of each part that says first what the part is. */
const MAIN: Readonly<Record<string, string>> = {
  base: 'errors.ts', plan: 'load.ts', record: 'contracts.ts', systems: 'contract.ts', store: 'contract.ts', dispatch: 'contract.ts', sync: 'engine.ts',
  server: 'endpoint.ts', cli: 'main.ts', rehearse: 'systems/simulated.ts', blueprint: 'model.ts',
}

const saysWhat = (path: string): boolean => /^(#!.*\n)?\/\*\*\s*\S/.test(read(path))

test('each part of the house says in its main file what it is', () => {
  const parts = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((item) => item.isDirectory() && sources.some(({ path }) => path.startsWith(`src/${item.name}/`))).map((item) => item.name)
  expect(parts.filter((part) => !(part in MAIN)), 'parts without a main file in the table').toEqual([])
  expect(parts.filter((part) => !saysWhat(`src/${part}/${MAIN[part]}`))).toEqual([])
  for (const file of ['app.ts', 'index.ts', 'testing.ts']) expect(saysWhat(`src/${file}`), file).toBe(true)
})

test('each folder below holds a file that says what it is about', () => {
  const below = sources.filter(({ path }) => path.split('/').length > 3)
  const folders = [...new Set(below.map(({ path }) => dirname(path)))]
  expect(folders.length).toBeGreaterThan(10)
  // Or the file beside it that has its name: `checks.ts` says what `checks/` is.
  const beside = (folder: string): boolean => sources.some(({ path }) => path === `${folder}.ts`) && saysWhat(`${folder}.ts`)
  expect(folders.filter((folder) => !beside(folder) && !below.some(({ path }) => dirname(path) === folder && saysWhat(path)))).toEqual([])
})

test('what a user imports is small', () => {
  for (const file of ['src/index.ts', 'src/testing.ts']) expect(lines(file), file).toBeLessThan(30)
})

/** Names in the examples that are ordinary words of the trade, of the language of plans, or of the product itself. */
const ORDINARY = new Set([
  'supplier', 'database', 'shop', 'warehouse', 'marketing', 'care', 'it', 'integration', 'buyers', 'bookkeeping', 'assortment', 'accountants', 'crm', 'erp',
  'payments', 'courier', 'cdp', 'customer data platform', 'contractors', 'customers', 'products', 'stock', 'orders', 'partners', 'logistics', 'sales', 'finance',
])

function namesIn(folder: string): { systems: string[]; teams: string[]; people: string[]; texts: string[] } {
  const names = { systems: [] as string[], teams: [] as string[], people: [] as string[], texts: [] as string[] }
  for (const item of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (!item.isFile() || !/\.ya?ml$/.test(item.name) || item.parentPath.includes('node_modules') || item.parentPath.includes('/data')) continue
    const plan = parse(readFileSync(join(item.parentPath, item.name), 'utf8')) as Record<string, unknown> | null
    for (const section of ['systems', 'teams', 'people'] as const) {
      for (const [name, value] of Object.entries((plan?.[section] ?? {}) as Record<string, { name?: string } | null>)) {
        names[section].push(name)
        if (value?.name !== undefined) names.texts.push(value.name)
      }
    }
    if (plan && 'plimsoll' in plan && typeof plan['name'] === 'string') names.texts.push(plan['name'])
  }
  return names
}

test('no system, team or person of the examples is known to the product', () => {
  const names = namesIn('examples')
  expect(names.systems.length).toBeGreaterThan(5)
  expect(names.teams.length).toBeGreaterThan(5)
  expect(names.people.length).toBeGreaterThan(5)
  const words = [...new Set([...names.systems, ...names.teams, ...names.people, ...names.texts])].filter((word) => !ORDINARY.has(word.toLowerCase()))
  expect(words.length).toBeGreaterThan(20)
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_])(${words.map((word) => word.replaceAll(/[^\p{L}\p{N}_ ]/gu, '.')).join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
  expect('a line with storefront in it').toMatch(whole)
  expect(sources.flatMap(({ path, text }) => [...text.matchAll(whole)].map((match) => `${path}:${lineAt(text, match.index)} ${match[0]}`))).toEqual([])
})

/** Written in pieces, so that this file is no finding of its own. */
const MACHINES: readonly RegExp[] = [
  new RegExp(`(?<![\\w.-])/(${['work', 'root', 'home', 'Users', 'mnt', 'workspace'].join('|')})/[\\w.]`),
  new RegExp(String.raw`[A-Z]:\\\\?Users`),
  new RegExp(String.raw`\.\./` + 'shared/'),
  new RegExp(String.raw`\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+:\d{2,5}\b`),
]

test('no path of a machine stands in a file', () => {
  const texts = keptFiles.filter((path) => !/\.(png|jpg|xlsx|db|sqlite|zip|ico|woff2?)$/.test(path))
  const wrong = texts.flatMap((path) => {
    const text = read(path)
    return MACHINES.flatMap((machine) => {
      const match = machine.exec(text)
      return match ? [`${path}:${lineAt(text, match.index)} ${match[0]}`] : []
    })
  })
  expect(wrong).toEqual([])
})

test('packages come from the public registry and nowhere else', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string; link?: boolean }> }
  const resolved = Object.entries(lock.packages).filter(([name]) => name !== '')
  expect(resolved.length).toBeGreaterThan(50)
  expect(resolved.filter(([, entry]) => entry.resolved !== undefined && !entry.resolved.startsWith('https://registry.npmjs.org/')).map(([name]) => name)).toEqual([])
  expect(keptFiles.filter((path) => /(^|\/)\.npmrc$/.test(path))).toEqual([])
})

test('tests lie beside what they test or in test/', () => {
  const tests = ours.filter((path) => isTest(path))
  expect(tests.length).toBeGreaterThan(50)
  expect(tests.filter((path) => !/^(src|test|bench|examples)\//.test(path))).toEqual([])
})
