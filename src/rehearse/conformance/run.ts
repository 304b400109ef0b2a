/** Runs the table of checks on a bench, and on one place of a real plan. */
import { asPlimsollError } from '../../base/errors.ts'
import type { Clock, ResourceSpec, SystemSession, Traits } from '../../systems/contract.ts'
import type { Bench } from './bench.ts'
import { Broken, type Check, lacking, Skipped } from './check.ts'
import { CHECKS } from './checks.ts'
import { Kit } from './kit.ts'
import type { Report, Result } from './report.ts'
import { liveBench } from './live-bench.ts'

const HOUR = 3_600_000

export interface RunOptions {
  /** Names of checks; default: all. */
  readonly only?: readonly string[]
  /** false: nothing is written and nobody else's hand is played. Default true. */
  readonly touch?: boolean
  /** Called before each check, for progress. */
  readonly onCheck?: (name: string, at: number, of: number) => void
}

export async function runChecks(bench: Bench, options: RunOptions = {}): Promise<Report> {
  const wanted = CHECKS.filter((check) => options.only === undefined || options.only.includes(check.name))
  const results: Result[] = []
  const said: string[] = []
  for (const [at, check] of wanted.entries()) {
    options.onCheck?.(check.name, at + 1, wanted.length)
    results.push(await runCheck(bench, check, said, options.touch ?? true))
  }
  const count = (is: Result['is']): number => results.filter((result) => result.is === is).length
  return { bench: bench.name, results, passed: count('passed'), broken: count('broken'), skipped: count('skipped') }
}

async function runCheck(bench: Bench, check: Check, said: string[], touch: boolean): Promise<Result> {
  const about = { name: check.name, promise: check.promise }
  if (check.touches && !touch) return { ...about, is: 'skipped', reason: 'it writes to the system; allow it with --write' }
  let kit: Kit | undefined
  try {
    if (touch && bench.user) {
      await bench.user.reset()
      // What only reads needs something to read.
      if (!check.touches && bench.record) await bench.user.seed(Array.from({ length: 11 }, (_, i) => bench.record!(i + 1)), bench.clock.now() - HOUR)
    }
    const session = await bench.open()
    let traits: Traits
    try {
      const resource = session.resource(bench.spec)
      traits = resource.traits
      const reason = lacking(check, { traits, resource, session, bench })
      if (reason !== undefined) return { ...about, is: 'skipped', reason }
    } finally {
      await session.close()
    }
    kit = new Kit(bench, traits, said)
    await check.run(kit)
    return { ...about, is: 'passed' }
  } catch (error) {
    if (error instanceof Skipped) return { ...about, is: 'skipped', reason: error.message }
    if (error instanceof Broken) return { ...about, is: 'broken', saw: error.saw, mend: error.mend }
    said.push(asPlimsollError(error).message)
    return { ...about, is: 'broken', saw: `It ended with an error: ${asPlimsollError(error).message}`, mend: asPlimsollError(error).hint }
  } finally {
    await kit?.close()
    await bench.faults?.mend()
  }
}

export interface PlaceToTest {
  /** `<system>/<resource>`. */
  readonly name: string
  readonly clock: Clock
  readonly spec: ResourceSpec
  /** `readOnly`: the session promises that nothing outside changes. */
  open(readOnly: boolean): Promise<SystemSession>
  readonly secrets?: readonly string[]
  /** Lets the kit make, change and delete records of its own in the real system. */
  readonly write?: boolean
}

/**
 * Holds one place of a plan to the contract (`connectors test`). Only what reads is run, unless `write` is given: then records are
 * made after the pattern of one that is there, and deleted again.
 */
export async function testPlace(place: PlaceToTest, options: Pick<RunOptions, 'only' | 'onCheck'> = {}): Promise<Report> {
  const touch = place.write === true
  const { bench, clear } = await liveBench(place, touch)
  try {
    return await runChecks(bench, { ...options, touch })
  } finally {
    await clear()
  }
}
