/** Runs the kit on a bench as a test: nothing is broken, and enough was really looked at. */
import { expect } from 'vitest'
import type { Bench } from '../../src/rehearse/conformance/bench.ts'
import { reportText } from '../../src/rehearse/conformance/report.ts'
import { runChecks } from '../../src/rehearse/conformance/run.ts'
import { recordResult } from './conformance-page.ts'

export async function keepsTheContract(bench: Bench, atLeast: number): Promise<void> {
  const report = await runChecks(bench)
  if (process.env['CONFORMANCE_SHOW'] !== undefined) process.stderr.write(reportText(report))
  recordResult(report)
  expect(report.results.flatMap((result) => (result.is === 'broken' ? [`${result.name}: ${result.saw}`] : []))).toEqual([])
  expect(report.passed).toBeGreaterThanOrEqual(atLeast)
}
