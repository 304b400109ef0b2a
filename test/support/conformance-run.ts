/** Runs the kit on a bench as a test: nothing is broken, and enough was really looked at. */
import { expect } from 'vitest'
import type { Bench } from '../../src/rehearse/conformance/bench.ts'
import { type Report, reportText } from '../../src/rehearse/conformance/report.ts'
import { runChecks } from '../../src/rehearse/conformance/run.ts'
import { type Operation, proves, wasSeen, type Watching, watched } from '../systems/harness/proof.ts'
import { recordResult } from './conformance-page.ts'

/** `of`: the system whose operations the kit proves with it. */
export async function keepsTheContract(bench: Bench, atLeast: number, of?: Watching): Promise<void> {
  const report = await runChecks(of === undefined ? bench : { ...bench, open: async () => watched(await bench.open(), of) })
  if (process.env['CONFORMANCE_SHOW'] !== undefined) process.stderr.write(reportText(report))
  recordResult(report)
  expect(report.results.flatMap((result) => (result.is === 'broken' ? [`${result.name}: ${result.saw}`] : []))).toEqual([])
  expect(report.passed).toBeGreaterThanOrEqual(atLeast)
  if (of !== undefined) kitProves(report, of, of.resource ?? bench.spec.resource)
}

/** Check → what it is a proof of, as far as the system does it. */
const PROOFS: Readonly<Record<string, readonly Operation[]>> = {
  full_list: ['read'], acknowledged_when_durable: ['read'], since_brings_changes: ['since'], read_by_key: ['by key'], find_by_identifier: ['find'], round_trip: ['create', 'update', 'delete'], webhook_twice: ['webhook'],
}
function kitProves({ results }: Report, { system }: Watching, resource: string): void {
  const passed = results.flatMap((result) => (result.is === 'passed' ? PROOFS[result.name] ?? [] : []))
  proves(system, resource, passed.filter((operation) => wasSeen(system, resource, operation)))
}
