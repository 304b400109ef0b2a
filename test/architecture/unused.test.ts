/** What nobody uses is not kept: files that no entry reaches, and exports that no other file names. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { imports, isTest, keptFiles, root, sources } from './sources.ts'

const ENTRIES = ['src/cli/main.ts', 'src/index.ts', 'src/systems/contract.ts', 'src/testing.ts']

/** Files that the product itself does not load, each with the reason why they are here. */
const BESIDE: Readonly<Record<string, string>> = {
  'src/record/types/examples/': 'examples of every type, from which tests and docs/types.md come',
  'src/plan/schema/reference.ts': 'prints docs/plan-reference.md',
  'src/plan/questions/page.ts': 'prints docs/questions.md',
  'src/cli/reference.ts': 'prints docs/cli.md',
  'src/plan/splice.ts': 'changes single values of a plan file, for `ask`',
  'src/store/memory/': 'the second store, which the contract and the tests of the engine run on',
}
const beside = (path: string): boolean => Object.keys(BESIDE).some((begin) => path.startsWith(begin))

test('every file is reached from an entry', () => {
  const next = new Map<string, string[]>()
  for (const { from, to, own } of imports) if (own) next.set(from, [...(next.get(from) ?? []), to])
  const reached = new Set<string>()
  const go = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    for (const to of next.get(path) ?? []) go(to)
  }
  ENTRIES.forEach(go)
  expect(reached.size).toBeGreaterThan(200)
  expect(sources.filter(({ path }) => !reached.has(path) && !beside(path)).map(({ path }) => path)).toEqual([])
})

test('every value that is exported is used by another file', () => {
  const programs = keptFiles.filter((path) => /^(src|test|scripts|bench|examples)\/.*\.(ts|mjs)$/.test(path))
  const used = new Set<string>()
  for (const path of programs) {
    const text = readFileSync(join(root, path), 'utf8')
    for (const [, what = '', from = ''] of text.matchAll(/(?:import|export)\s+(?:type\s+)?([^;'"]*?)\s+from\s+'(\.[^']+)'/g)) {
      const target = join(dirname(path), from).replace(/^dist\/(.*)\.js$/, 'src/$1.ts')
      if (what.includes('*')) used.add(`${target} *`)
      for (const name of /\{([\s\S]*)\}/.exec(what)?.[1]?.split(',') ?? []) used.add(`${target} ${name.trim().replace(/^type\s+/, '').split(/\s+as\s+/)[0]!}`)
    }
    for (const [, from = ''] of text.matchAll(/import\('(\.[^']+)'\)/g)) used.add(`${join(dirname(path), from)} *`)
  }
  const exported = sources.filter(({ path }) => !ENTRIES.includes(path)).flatMap(({ path, code }) =>
    [...code.matchAll(/^export\s+(?:async\s+)?(?:const|let|function\*?|class)\s+(\w+)/gm)].map((match) => ({ path, name: match[1]! })))
  expect(exported.length).toBeGreaterThan(400)
  expect(exported.filter(({ path, name }) => !used.has(`${path} ${name}`) && !used.has(`${path} *`)).map(({ path, name }) => `${path} ${name}`)).toEqual([])
  expect(programs.filter(isTest).length).toBeGreaterThan(50)
})
