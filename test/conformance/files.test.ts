import { test } from 'vitest'
import { keepsTheContract } from '../support/conformance-run.ts'
import { filesBench } from './benches/files.ts'

test.each(['csv', 'json', 'xlsx', 'xml'] as const)('The files connector keeps the contract on %s.', async (format) => {
  const { bench, close } = filesBench(format)
  try {
    await keepsTheContract(bench, 25)
  } finally {
    close()
  }
})
