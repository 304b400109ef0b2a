/** The whole example on real software, played small: from empty systems through all its chapters to its judges. */
import { expect, test } from 'vitest'
import { played } from '../harness/project.ts'

test('The whole project on real systems ends without a difference, and each system received as many writes as the ledger says.', async () => {
  const { exit, said } = await played('--orders', '8', '--newcomers', '60', '--away', '120')
  expect(said).toContain('The systems agree, record by record.')
  expect(said).not.toMatch(/✗|NOT BALANCED/)
  expect(exit).toBe(0)
}, 1_800_000)
