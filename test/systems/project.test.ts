/** The example on real software, played small: from empty systems through its chapters to its judges. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const PROJECT = fileURLToPath(new URL('../../examples/online-shop-real/project.mjs', import.meta.url))

function played(...args: readonly string[]): Promise<{ readonly exit: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [PROJECT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  return new Promise((resolve) => { child.once('close', (exit) => resolve({ exit, said })) })
}

test('The project on real systems ends without a difference: the systems agree record by record, and each received as many writes as the ledger says.', async () => {
  const { exit, said } = await played('--orders', '8', '--newcomers', '60', '--away', '15')
  expect(said).toContain('The systems agree, record by record.')
  expect(said).not.toMatch(/✗|NOT BALANCED/)
  expect(exit).toBe(0)
}, 900_000)
