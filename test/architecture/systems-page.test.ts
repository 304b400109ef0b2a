/** The page of what was verified on which system: made of the last results, and nothing on it can be claimed only. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PAGE, pageOf } from '../systems/harness/keep.ts'
import { afterRun, readResults } from '../systems/harness/results.ts'
import { NOT_VERIFIED } from '../systems/harness/results-page.ts'
import type { Told } from '../systems/harness/told.ts'
import { root } from './sources.ts'

test('docs/connectors/systems.md says what the last results and the manifests say', async () => {
  await expect(await pageOf(readResults())).toMatchFileSnapshot(PAGE)
})

test('what was measured costs no more requests than the manifest allows', () => {
  for (const [system, { calls }] of Object.entries(readResults())) {
    for (const [resource, seen] of Object.entries(calls)) {
      for (const what of ['create', 'update', 'delete'] as const) expect(seen[what] ?? 0, `${system}/${resource} ${what}`).toBeLessThanOrEqual(seen.most[what] ?? 0)
    }
  }
})

/** The cell of an operation in the row of a resource of stripe, which is enough of an example. */
const cellOf = (page: string, operation: string): string => {
  const section = page.split('\n## ').find((text) => text.startsWith('Stripe\n'))!
  const columns = (line: string): string[] => line.split(' | ').map((one) => one.replaceAll(/^\| | \|$/g, ''))
  const lines = section.split('\n')
  return columns(lines.find((line) => line.startsWith('| `charges`'))!)[columns(lines.find((line) => line.startsWith('| resource'))!).indexOf(operation)]!
}
const proved = (operation: 'read' | 'create'): Told => ({ system: 'stripe', is: 'proved', resource: 'charges', operation, file: 'stripe.test.ts', test: 'Charges are there.' })
const started: Told = { system: 'stripe', is: 'started', version: '1' }

describe('what was shown is verified', () => {
  const results = afterRun({}, [started, proved('read'), proved('create')], undefined, '2026-01-01')
  const source = (names: readonly string[]) => () => names.map((name) => `test('${name}', async () => {`).join('\n')

  test('as long as its test stands in its file', async () => {
    expect(cellOf(await pageOf(results, source(['Charges are there.'])), 'read')).toMatch(/^✓ 1$/)
    expect(cellOf(await pageOf(results, source(['Charges were there.'])), 'read')).toBe(`**${NOT_VERIFIED}**`)
    expect(cellOf(await pageOf(results, () => undefined), 'read')).toBe(`**${NOT_VERIFIED}**`)
  })

  test('until a run in which it was not shown; a run about another system changes nothing', async () => {
    const later = afterRun(results, [started, proved('read')], ['stripe'], '2026-01-02')
    const page = await pageOf(later, source(['Charges are there.']))
    expect([cellOf(page, 'read'), cellOf(page, 'create')]).toEqual(['✓ 1', `**${NOT_VERIFIED}**`])
    expect(afterRun(results, [started], ['vendure'], '2026-01-02')).toEqual(results)
    expect(afterRun(results, [{ system: 'stripe', is: 'skipped', says: 'no network' }], undefined, '2026-01-02')).toEqual(results)
  })

  test('and what the manifest does not offer is said to be neither', async () => {
    expect(cellOf(await pageOf(results), 'webhook')).toBe('–')
  })
})

describe('a test that claims something', () => {
  let folder: string
  let told: Told[]
  let said: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-claims-'))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'claims.test.ts'), `
import { expect, test } from 'vitest'
import { proves, watched } from '${join(root, 'test/systems/harness/proof.ts')}'

const page = { records: [{ key: '1', values: {} }], complete: true, requestedAt: 0 }
const session = watched({ resource: () => ({ traits: { complete: true }, async* read() { yield page }, write: async (items) => items.map((item) => ({ is: item.key === 'bad' ? 'refused' : 'done', key: '1' })) }) } as never, { system: 'shop' })
const resource = session.resource({ resource: 'things' } as never)
const read = async () => { for await (const _page of resource.read({} as never)); }
test('reads', async () => { await read(); proves('shop', 'things', ['read']) })
test('claims too much', async () => { await read(); proves('shop', 'things', ['read', 'create']) })
test('claims what another test did', () => { proves('shop', 'things', ['read']) })
test('claims what was refused', async () => { await resource.write([{ operation: 'update', key: 'bad' }] as never, {} as never); proves('shop', 'things', ['update']) })
test('fails', async () => { proves('shop', 'things', ['create']); await resource.write([{ operation: 'create' }] as never, {} as never); expect(1).toBe(2) })
`)
    const file = join(folder, 'told')
    const run = promisify(execFile)(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, '--reporter=tap-flat'], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', PLIMSOLL_SYSTEMS_TOLD: file }, timeout: 60_000 })
    said = await run.then(({ stdout }) => stdout, (error: { stdout: string }) => error.stdout)
    told = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Told)
  }, 90_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is believed if it passed and was seen to do it, and by nobody else', () => {
    expect(told).toEqual([{ system: 'shop', is: 'proved', resource: 'things', operation: 'read', file: 'claims.test.ts', test: 'reads' }])
  })

  test('fails when nobody saw it', () => {
    const results = [...said.matchAll(/^(ok|not ok) \d+ - .*?([^>/]+?)(?: #.*)?$/gmu)].map(([, is, name]) => `${name!.trim()}: ${is}`)
    expect(results).toEqual(['reads: ok', 'claims too much: not ok', 'claims what another test did: not ok', 'claims what was refused: not ok', 'fails: not ok'])
    expect(said).toContain('and nobody saw that happen in it')
  })
})
