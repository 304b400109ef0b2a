/** The example on real software, its first chapters: from empty systems to its judges. All of it: `long/`. */
import { expect, test } from 'vitest'
import { played } from './harness/project.ts'

test('The first chapters of the project on real systems end without a difference: the systems agree record by record, and each received as many writes as the ledger says.', async () => {
  const { exit, said } = await played('--orders', '3', '--only', 'first-load,stock,orders')
  expect(said).toContain('The systems agree, record by record.')
  expect(said).not.toMatch(/✗|NOT BALANCED/)
  expect(exit).toBe(0)
}, 900_000)
