/** What a suite prints, and, where `TEST_REPORTS` names a folder, a report for .ci/run to count. */
import { join } from 'node:path'

export function reporters(suite: string): (string | [string, { outputFile: string }])[] {
  const folder = process.env['TEST_REPORTS'] ?? ''
  return folder === '' ? ['default'] : ['default', ['json', { outputFile: join(folder, `${suite}.json`) }]]
}
