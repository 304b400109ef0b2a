/**
 * The page docs/connectors/conformance.md: the table of checks, and what each connector did. With `CONFORMANCE_WRITE=yes` the tests
 * put their results into it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { CHECKS } from '../../src/rehearse/conformance/checks.ts'
import type { Report } from '../../src/rehearse/conformance/report.ts'

export const PAGE = new URL('../../docs/connectors/conformance.md', import.meta.url)
export const BENCHES = ['files CSV', 'files JSON', 'files XLSX', 'files XML', 'files SFTP', 'files FTP', 'files FTPS', 'files S3', 'sql SQLite', 'sql PostgreSQL', 'sql MariaDB', 'http json-server', 'http incremental', 'http GraphQL', 'http Tryton', 'http WordPress', 'app', 'app own keys', 'amqp queue', 'amqp exchange', 'mqtt topic', 'mqtt publish', 'mail']
const SIGNS = { passed: '✓', skipped: '–', broken: '✗' } as const

export function recordResult(report: Report): void {
  if (process.env['CONFORMANCE_WRITE'] !== 'yes') return
  const results = readResults(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '')
  for (const result of report.results) results.set(`${report.bench}/${result.name}`, SIGNS[result.is])
  writeFileSync(PAGE, pageText(results))
}

/** `bench/check` → sign. */
export function readResults(page: string): Map<string, string> {
  const results = new Map<string, string>()
  // By the names of its columns: one more bench loses nobody's results.
  let benches: readonly string[] = []
  for (const line of page.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim())
    if (cells[1] === 'check') benches = cells.slice(2, -1)
    const check = /^`(\w+)`$/.exec(cells[1] ?? '')?.[1]
    if (check !== undefined && benches.length > 1) benches.forEach((bench, i) => results.set(`${bench}/${check}`, cells[i + 2]!))
  }
  return results
}

export function pageText(results: ReadonlyMap<string, string>): string {
  return `# The conformance kit

A connector is what passes the kit. \`plimsoll connectors test <where> <system>/<resource>\` holds one place of a plan to the
sentences below. Without \`--write\` only checks that read are run; with it the kit makes records of its own after the pattern of one
that is there, changes them and deletes them again. In code: \`runChecks(bench)\` in \`src/rehearse/conformance/run.ts\`, where a bench is
the kit's hand on a real system (\`bench.ts\`).

A check is passed, broken (what was seen, and how to mend it) or skipped (why). Names do not change.

## The checks

| check | what the connector owes |
|---|---|
${CHECKS.map((check) => `| \`${check.name}\` | ${check.promise} |`).join('\n')}

## Results

✓ passed · – skipped: the connector does not promise it, or the system can't be brought into this state · ✗ broken. Written by the tests
(\`CONFORMANCE_WRITE=yes npx vitest run test/conformance\`, and the same with \`--config vitest.systems.config.ts\`).

| check | ${BENCHES.join(' | ')} |
|---|${BENCHES.map(() => ':-:|').join('')}
${CHECKS.map((check) => `| \`${check.name}\` | ${BENCHES.map((bench) => results.get(`${bench}/${check.name}`) || ' ').join(' | ')} |`).join('\n')}
`
}
