/** The plans under `examples/` load without a mistake, and every flow of theirs can run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type LoadedPlan, loadPlan } from '../../src/plan/load.ts'

function load(name: string): LoadedPlan {
  const folder = path.resolve('examples', name)
  return loadPlan({
    root: 'plan.yaml',
    file: path.join(folder, 'plan.yaml'),
    environment: 'development',
    today: '2026-11-21',
    connectors: new Set(['files', 'sql', 'http']),
    files: {
      list: (below) => existsSync(path.join(folder, below)) ? readdirSync(path.join(folder, below), { withFileTypes: true }).map((entry) => entry.name + (entry.isDirectory() ? '/' : '')) : [],
      read: (file) => readFileSync(path.join(folder, file)),
    },
  })
}

describe.each(['first-25-lines', 'online-shop'])('the plan %s', (name) => {
  const loaded = load(name)

  it('has no error, and no warning but that a system stores less', () => {
    expect(loaded.mistakes.filter((mistake) => mistake.severity !== 'note' && mistake.id !== 'lossy')).toEqual([])
  })

  it('has flows, and nothing keeps one from running', () => {
    const flows = [...loaded.plan!.flows.values()]
    expect(flows.length).toBeGreaterThan(0)
    expect(flows.map((flow) => [flow.key, flow.notRunnable])).toEqual(flows.map((flow) => [flow.key, []]))
  })
})

describe('the plan of the online shop', () => {
  const { plan } = load('online-shop')

  it('has seven systems of three really different kinds', () => {
    expect([...plan!.systems.keys()].length).toBe(7)
    expect(new Set([...plan!.systems.values()].map((system) => system.connector))).toEqual(new Set(['files', 'sql', 'http']))
  })

  it('names test records that exist', () => {
    const files = [...plan!.tests.examples.values()].flatMap((example) => [example.given, example.expect]).flatMap((side) => [...side.values()]).flatMap((entities) => [...entities.values()]).flatMap((records) => 'file' in records ? [records] : [])
    expect(files.length).toBeGreaterThan(5)
    for (const { file, folder } of files) expect(JSON.parse(readFileSync(path.resolve('examples/online-shop', folder, file), 'utf8'))).toBeTypeOf('object')
  })
})
