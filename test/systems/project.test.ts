/** The example on real software, a few of its chapters: from empty systems to its judges, with the hub killed between. All of it: `long/`. */
import { expect, test } from 'vitest'
import { played } from './harness/project.ts'

test('The project on real systems comes to rest without a difference, though its hub is killed: the systems agree record by record, and each received as many writes as the ledger says.', async () => {
  const { exit, said } = await played('--orders', '3', '--newcomers', '60', '--only', 'first-load,stock,orders,killed')
  expect(said).toContain('The systems agree, record by record.')
  expect(said).not.toMatch(/✗|NOT BALANCED/)
  expect(exit).toBe(0)
}, 600_000)
