import { describe, expect, test } from 'vitest'
import { runChecks } from '../../src/rehearse/conformance/run.ts'
import { CHECKS } from '../../src/rehearse/conformance/checks.ts'
import { reportText } from '../../src/rehearse/conformance/report.ts'
import { blamedRecord } from './bad/blamed-record.ts'
import { doubledRetry } from './bad/doubled-retry.ts'
import { equalTimestamps } from './bad/equal-timestamps.ts'
import { falseSuccess } from './bad/false-success.ts'
import { halfList } from './bad/half-list.ts'
import { pageShift } from './bad/page-shift.ts'
import { simulatedBench, type Spoil } from './benches/simulated.ts'

const BAD: Readonly<Record<string, Spoil>> = {
  equal_timestamps: equalTimestamps, page_shift: pageShift, false_success: falseSuccess, half_list: halfList, blamed_record: blamedRecord, doubled_retry: doubledRetry,
}

const brokenOf = (report: Awaited<ReturnType<typeof runChecks>>) => report.results.flatMap((result) => (result.is === 'broken' ? [`${result.name}: ${result.saw}`] : []))

describe('the conformance kit', () => {
  test.each([true, false])('A good connector keeps every promise that the system in memory can be asked for (unique: %s).', async (unique) => {
    const report = await runChecks(simulatedBench({ unique }))
    expect(brokenOf(report)).toEqual([])
    const passed = report.results.filter((result) => result.is === 'passed').map((result) => result.name)
    for (const name of Object.keys(BAD)) expect(passed).toContain(name)
    expect(passed.length).toBeGreaterThan(30)
  })

  for (const [name, spoil] of Object.entries(BAD)) {
    test(`The bad connector ${name} is caught by the check of this name and by no other.`, async () => {
      // What promises idempotency must not be saved by a unique column.
      const report = await runChecks(simulatedBench({ spoil, unique: name !== 'doubled_retry' }))
      expect(brokenOf(report)).toEqual([expect.stringMatching(new RegExp(`^${name}: `))])
      const found = report.results.find((result) => result.name === name)!
      expect(found.is === 'broken' && found.mend.length).toBeGreaterThan(20)
      expect(reportText(report)).toContain(`BROKEN   ${name}`)
    })
  }

  test('Names of checks are unique and stand in reports even where they are skipped.', async () => {
    expect(new Set(CHECKS.map((check) => check.name)).size).toBe(CHECKS.length)
    const report = await runChecks(simulatedBench(), { touch: false })
    expect(report.results.map((result) => result.name)).toEqual(CHECKS.map((check) => check.name))
    expect(report.results.filter((result) => result.is === 'skipped').every((result) => result.is === 'skipped' && result.reason.length > 5)).toBe(true)
    expect(report.passed + report.broken + report.skipped).toBe(CHECKS.length)
  })

  test('A lack of permission to write leaves only checks that read.', async () => {
    const bench = simulatedBench()
    await bench.user!.reset()
    await bench.user!.seed([bench.record!(1), bench.record!(2)])
    const before = JSON.stringify([...(await bench.user!.all())])
    await runChecks(bench, { touch: false })
    expect(JSON.stringify([...(await bench.user!.all())])).toBe(before)
  })
})
