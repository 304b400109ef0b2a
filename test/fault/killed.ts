/** The built command as a child process that can be killed at any moment. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../e2e/project.ts'

const COMMAND = join(process.env['PLIMSOLL_DIST'] ?? join(ROOT, 'dist'), 'cli/main.js')

/** Runs `plimsoll sync` in the folder and kills it after `ms`. False: it had ended by itself before. */
export function killedAfter(folder: string, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, 'sync', '--json'], { cwd: folder, stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: folder, TZ: 'UTC', PLIMSOLL_PATIENCE: '2' } })
    const timer = setTimeout(() => child.kill('SIGKILL'), ms)
    child.once('exit', (_code, signal) => {
      clearTimeout(timer)
      resolve(signal === 'SIGKILL')
    })
  })
}
