/**
 * Is every rule held by a test? Each patch beside this file switches one rule off; the test that it names in its first line must
 * then fail. All tests that are named pass without the patches, which is tried first, in one go.
 */
import { exec } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')
const NOT_COPIED = new Set(['node_modules', 'dist', '.git', '.plimsoll'])
const MINUTES = 60_000

interface Mutant { readonly name: string; readonly patch: string; readonly command: string }

const mutants: readonly Mutant[] = readdirSync(HERE).filter((file) => file.endsWith('.patch')).toSorted().map((file) => {
  const patch = join(HERE, file)
  const [, command = ''] = /^# test: (.+)$/m.exec(readFileSync(patch, 'utf8')) ?? []
  return { name: file.replace(/\.patch$/, ''), patch, command: command.trim() }
})

/** A copy that may be changed; two are at work at once. */
function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mutants-'))
  cpSync(ROOT, folder, { recursive: true, filter: (from) => !NOT_COPIED.has(from.slice(ROOT.length + 1)) })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
const free: string[] = [scratch(), scratch()]
const all = [...free]
afterAll(() => {
  for (const folder of all) rmSync(folder, { recursive: true, force: true })
})
const waiting: (() => void)[] = []
async function within<T>(work: (folder: string) => Promise<T>): Promise<T> {
  while (free.length === 0) await new Promise<void>((resolve) => waiting.push(resolve))
  const folder = free.pop()!
  try {
    return await work(folder)
  } finally {
    free.push(folder)
    waiting.shift()?.()
  }
}

const run = (folder: string, command: string, minutes = 4): Promise<{ readonly failed: boolean; readonly output: string }> =>
  new Promise((resolve) => {
    const { TEST_REPORTS: _, ...env } = process.env
    exec(command, { cwd: folder, timeout: minutes * MINUTES, maxBuffer: 64 * 1024 * 1024, env: { ...env, NO_COLOR: '1' } }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: `${stdout}\n${stderr}` }))
  })

const apply = async (folder: string, patch: string, how = ''): Promise<void> => {
  const { failed, output } = await run(folder, `git apply ${how} '${patch}'`)
  if (failed) throw new Error(`The patch no longer fits: ${output}`)
}

/** `npx vitest run …`, without what npx needs to find it. */
const VITEST = 'node node_modules/vitest/vitest.mjs'
const asRun = (command: string): string => command.replace(/^npx vitest /, `${VITEST} `)

/** What the commands name, without their `-t`: by project, since the engine's tests belong to two. */
function named(): ReadonlyMap<string, ReadonlySet<string>> {
  const files = new Map<string, Set<string>>()
  for (const { command } of mutants) {
    const [, project = '', rest = ''] = /^npx vitest run --project (\S+) (.+?)(?: -t .+)?$/.exec(command) ?? []
    files.set(project, new Set([...files.get(project) ?? [], ...rest.split(' ')]))
  }
  return files
}
let sound: Promise<readonly { readonly failed: boolean; readonly output: string }[]> | undefined
/** Everything that is named, without any patch. */
const unpatched = (): Promise<readonly { readonly failed: boolean; readonly output: string }[]> =>
  (sound ??= within(async (folder) => {
    const all = []
    for (const [project, files] of named()) all.push(await run(folder, `${VITEST} run --project '${project}' ${[...files].join(' ')}`, 11))
    return all
  }))

describe.concurrent('a rule that is switched off', () => {
  test('without a patch, every test that is named passes', async () => {
    for (const { failed, output } of await unpatched()) expect(failed, output.slice(-3000)).toBe(false)
  }, 12 * MINUTES)

  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('is noticed: %s', async (_, mutant) => {
    expect(mutant.command, 'the first line of the patch names its test: # test: npx vitest run --project <project> <files> [-t <name>]').toMatch(/^npx vitest run --project \S+ src\//)
    const after = await within(async (folder) => {
      await apply(folder, mutant.patch)
      try {
        return await run(folder, `${asRun(mutant.command)} --bail 1`)
      } finally {
        await apply(folder, mutant.patch, '-R')
      }
    })
    expect(after.failed, `with the patch it must fail: ${mutant.command}`).toBe(true)
    // A test that fails, not a file that can't be read any more, nor a name that no test has.
    expect(after.output, 'a test failed').toMatch(/Tests {2}\d+ failed/)
    expect(after.output).not.toMatch(/SyntaxError|PARSE_ERROR|No test files found/)
  }, 12 * MINUTES)
})

test('there are rules to switch off', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(25)
})

test('each patch changes one file or more of the product, and neither a test nor another patch', () => {
  const touched = mutants.map(({ name, patch }) => [name, [...readFileSync(patch, 'utf8').matchAll(/^(?:---|\+\+\+) (\S+)/gm)].map((match) => match[1]!)] as const)
  expect(touched.filter(([, files]) => files.length === 0 || files.some((file) => !/^[ab]\/src\//.test(file) || file.endsWith('.test.ts')))).toEqual([])
})
