import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { keepsTheContract } from '../support/conformance-run.ts'
import { appBench } from './benches/app.ts'

test.each([['box', 32], ['own', 36]] as const)('The connector of applications keeps the contract where the %s keys count.', async (keys, atLeast) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-conformance-'))
  const { bench, close } = appBench(folder, keys)
  try {
    await keepsTheContract(bench, atLeast)
  } finally {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
})
