// Where and of what a figure was taken.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}

export const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memory_gb: Math.round(totalmem() / 2 ** 30), os: `${process.platform} ${release()}`, node: process.version,
  load_before: Math.round(loadavg()[0] * 100) / 100,
})

export const commit = () => ({ commit: git('rev-parse', '--short', 'HEAD') || null, changed: git('status', '--porcelain', '--untracked-files=no', 'src') !== '' })
