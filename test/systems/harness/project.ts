/** `examples/online-shop-real/project.mjs`, as somebody runs it who has read its README. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('../../../examples/online-shop-real/project.mjs', import.meta.url))

export function played(...args: readonly string[]): Promise<{ readonly exit: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [PROJECT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  return new Promise((resolve) => { child.once('close', (exit) => resolve({ exit, said })) })
}
