/**
 * The last results of the suite, kept in a file: for each system what was proved, by which tests, when and on which version. What no
 * passing test of the last run proved is not in it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CallsSeen } from './calls.ts'
import { OPERATIONS, type Operation } from './proof.ts'
import type { Told } from './told.ts'

export const RESULTS = fileURLToPath(new URL('../results.json', import.meta.url))

/** A test, as `file: name`. */
export type Proofs = Readonly<Record<string, Readonly<Partial<Record<Operation, readonly string[]>>>>>
export interface SystemResult {
  readonly version: string
  /** Day of the run. */
  readonly date: string
  /** By resource, as the tests called it. */
  readonly proofs: Proofs
  readonly calls: Readonly<Record<string, CallsSeen>>
}
export type Results = Readonly<Record<string, SystemResult>>

export const readResults = (): Results => (existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) as Results : {})
export const writeResults = (results: Results): void => writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 1)}\n`)

/** What was known before, with the systems of this run in its place: what they were not shown to do this time is gone. `only`: the systems that the run was about. */
export function afterRun(before: Results, told: readonly Told[], only: readonly string[] | undefined, date: string): Results {
  const started = new Map(told.flatMap((one) => (one.is === 'started' ? [[one.system, one.version ?? '']] : [])))
  const fresh = [...started].filter(([system]) => only === undefined || only.includes(system)).map(([system, version]): [string, SystemResult] => [system, {
    version, date, proofs: proofsOf(told.flatMap((one) => (one.is === 'proved' && one.system === system ? [one] : []))),
    calls: Object.fromEntries(told.flatMap((one) => (one.is === 'counted' && one.system === system ? [[one.resource, one.calls] as const] : [])).toSorted(byName)),
  }])
  return Object.fromEntries([...Object.entries(before).filter(([system]) => !fresh.some(([name]) => name === system)), ...fresh].toSorted(byName))
}

const byName = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1)

function proofsOf(proved: readonly { readonly resource: string; readonly operation: Operation; readonly file: string; readonly test: string }[]): Proofs {
  const resources = [...new Set(proved.map((one) => one.resource))].toSorted()
  return Object.fromEntries(resources.map((resource) => [resource, Object.fromEntries([...OPERATIONS, 'log in' as const].flatMap((operation) => {
    const tests = proved.filter((one) => one.resource === resource && one.operation === operation).map((one) => `${one.file}: ${one.test}`)
    return tests.length > 0 ? [[operation, [...new Set(tests)].toSorted()]] : []
  }))]))
}

/** Without proofs by tests that are there no more. `sourceOf`: the text of a test file; undefined: there is none. */
export function stillThere(results: Results, sourceOf: (file: string) => string | undefined): Results {
  const names = new Map<string, readonly RegExp[]>()
  const stands = (proof: string): boolean => {
    const at = proof.indexOf(': ')
    const file = proof.slice(0, at)
    if (!names.has(file)) names.set(file, testNames(sourceOf(file) ?? ''))
    return names.get(file)!.some((name) => name.test(proof.slice(at + 2)))
  }
  const kept = (proofs: Proofs): Proofs => Object.fromEntries(Object.entries(proofs).map(([resource, operations]) => [
    resource, Object.fromEntries(Object.entries(operations).map(([operation, tests]) => [operation, tests.filter(stands)] as const).filter(([, tests]) => tests.length > 0)),
  ]))
  return Object.fromEntries(Object.entries(results).map(([system, result]) => [system, { ...result, proofs: kept(result.proofs) }]))
}

/** The names that a file gives to its tests; what is filled in may be anything. */
function testNames(source: string): readonly RegExp[] {
  return [...source.matchAll(/(['`])((?:\\.|(?!\1)[^\\\n])+)\1, (?:async )?\(/g)].map(([, , name]) => {
    const fixed = name!.replaceAll(/\\(.)/g, '$1').split(/%[sdifjoO]|\$\{[^}]*\}|\$[\w.]+/)
    return new RegExp(`^${fixed.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`, 'u')
  })
}
