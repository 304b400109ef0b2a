/** What users of the package can import, and what the package depends on: names that are promised, kept short on purpose. */
import { builtinModules } from 'node:module'
import { expect, test } from 'vitest'
import * as index from '../../src/index.ts'
import * as contract from '../../src/systems/contract.ts'
import * as testing from '../../src/testing.ts'
import { keptFiles, packageOf, read } from './sources.ts'

test('`plimsoll` offers plans in TypeScript, and nothing of the engine', () => {
  expect(Object.keys(index).toSorted()).toEqual(['definePlan'])
})

test('`plimsoll/connector` offers what a connector needs', () => {
  expect(Object.keys(contract).toSorted()).toEqual(['Numeral', 'PlimsollError', 'SWALLOWED', 'keyOf', 'numeral', 'registerErrors', 'splitKey'])
})

test('`plimsoll/testing` offers simulated systems and the conformance kit', () => {
  expect(Object.keys(testing).toSorted()).toEqual(['SimulatedSystem', 'SimulatedWebhooks', 'VICES', 'reportText', 'runChecks'])
})

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly engines: { readonly node: string }
}
const manifest = JSON.parse(read('package.json')) as Manifest

test('what package.json offers is what is built', () => {
  expect(Object.keys(manifest.exports)).toEqual(['.', './connector', './testing'])
  for (const { types, default: file } of Object.values(manifest.exports)) {
    expect(types.replace(/\.d\.ts$/, '')).toBe(file.replace(/\.js$/, ''))
    expect(keptFiles).toContain(file.replace('./dist/', 'src/').replace(/\.js$/, '.ts'))
  }
})

test('the package leaves out stores and made-up data of the examples', () => {
  const { files } = JSON.parse(read('package.json')) as { files: readonly string[] }
  for (const left of ['!examples/*/data', '!examples/**/.plimsoll', '!examples/**/*.db']) expect(files).toContain(left)
  expect(files.indexOf('examples')).toBeLessThan(files.indexOf('!examples/*/data'))
})

// What lies in test/systems/software has a package and a lock file of its own.
const programs = keptFiles.filter((path) => !path.startsWith('test/systems/software/') && /^(src|test|scripts|bench|examples)\//.test(path) && /\.m?[jt]s$/.test(path))
const used = (paths: readonly string[]): Set<string> => new Set(paths.flatMap((path) =>
  [...read(path).matchAll(/(?:\bfrom\s|\bimport\s*\(\s*|\bimport\s|\brequire\(|import\.meta\.url\)\()\s*'([@a-z][^'\s]*)'/g)].map((match) => packageOf(match[1]!))
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))))
const delivered = programs.filter((path) => path.startsWith('src/') && !path.includes('.test'))

/** Tools that are started and not imported. */
const STARTED: Readonly<Record<string, string>> = {
  typescript: 'scripts/build.mjs starts its compiler',
  oxlint: 'npm run lint',
  '@types/node': 'types of Node',
  '@types/pg': 'types of pg',
  '@types/better-sqlite3': 'types of better-sqlite3',
  '@types/pdfkit': 'types of pdfkit',
  '@types/nodemailer': 'types of nodemailer',
  '@types/ssh2-sftp-client': 'types of ssh2-sftp-client',
}

test('every package that the product imports is a dependency, and every dependency is imported by it', () => {
  const names = used(delivered)
  expect(names.size).toBeGreaterThan(8)
  expect([...names].filter((name) => !(name in manifest.dependencies))).toEqual([])
  expect(Object.keys(manifest.dependencies).filter((name) => !names.has(name))).toEqual([])
})

test('every package that only tests, scripts and examples use is a development dependency, and is used', () => {
  const names = used(programs)
  const all = { ...manifest.dependencies, ...manifest.devDependencies }
  expect([...names].filter((name) => !(name in all) && name !== 'plimsoll')).toEqual([])
  expect(Object.keys(manifest.devDependencies).filter((name) => !names.has(name) && !(name in STARTED))).toEqual([])
})

test('docs/dependencies.md says of every dependency what for, why this one, and its licence', () => {
  const rows = new Map([...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map((match) => [match[1]!, match.slice(2)]))
  const all = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]
  expect([...rows.keys()].toSorted()).toEqual(all.toSorted())
  for (const [name, [what, why, licence]] of rows) {
    expect(what!.length, name).toBeGreaterThan(10)
    expect(why!.length, name).toBeGreaterThan(10)
    const installed = JSON.parse(read(`node_modules/${name}/package.json`)) as { license?: string }
    expect(licence!.trim(), name).toBe(installed.license)
  }
})
