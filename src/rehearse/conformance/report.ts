/** What the kit found, as JSON (the object itself) and as a table for people. */

export type Result =
  | { readonly name: string; readonly promise: string; readonly is: 'passed' }
  | { readonly name: string; readonly promise: string; readonly is: 'broken'; readonly saw: string; readonly mend: string }
  | { readonly name: string; readonly promise: string; readonly is: 'skipped'; readonly reason: string }

export interface Report {
  readonly bench: string
  readonly results: readonly Result[]
  readonly passed: number
  readonly broken: number
  readonly skipped: number
}

const SIGNS = { passed: 'ok     ', broken: 'BROKEN ', skipped: 'skipped' } as const

export function reportText(report: Report): string {
  const width = Math.max(...report.results.map((result) => result.name.length))
  const lines = report.results.flatMap((result) => {
    const first = `${SIGNS[result.is]}  ${result.name.padEnd(width)}  ${result.is === 'skipped' ? result.reason : result.promise}`
    return result.is === 'broken' ? [first, `${' '.repeat(9)}saw: ${result.saw}`, `${' '.repeat(9)}mend: ${result.mend}`] : [first.trimEnd()]
  })
  return [`${report.bench}: ${report.passed} passed, ${report.broken} broken, ${report.skipped} skipped`, '', ...lines, ''].join('\n')
}
