// Plimsoll itself, as a user runs it: a process for each command, a store of its own.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const PROJECT = fileURLToPath(new URL('..', import.meta.url))

/** `secrets` are the environment's: `{ PLIMSOLL_SYSTEM_SHOP_URL: … }`. */
export function openHub(secrets) {
  const store = mkdtempSync(join(tmpdir(), 'plimsoll-real-'))
  const env = { ...process.env, ...secrets, PLIMSOLL_STORE: store }
  const run = (...args) => new Promise((done, failed) => {
    execFile(process.execPath, [CLI, ...args, PROJECT, '--json'], { env, maxBuffer: 1024 * 1024 * 1024 }, (error, said) => {
      try {
        done(JSON.parse(said))
      } catch {
        failed(error ?? new Error(`${args.join(' ')} said no JSON: ${said.slice(0, 500)}`))
      }
    })
  })
  return {
    run,
    /** A process to be killed, say; its output is thrown away. */
    start: (...args) => spawn(process.execPath, [CLI, ...args, PROJECT, '--json'], { env, stdio: 'ignore' }),
    /** Passes until one writes nothing; answers with what each said. */
    async agree(most = 8) {
      const passes = []
      for (;;) {
        const { summary, error, result } = await run('sync')
        if (!summary) throw new Error(`${error.code}: ${error.message}`)
        passes.push({ summary, result })
        console.log(`  pass ${passes.length}: ${summary.read} read, ${summary.writes} written, ${summary.set_aside} set aside, ${summary.unsure} unsure, ${summary.balanced ? 'balanced' : 'NOT BALANCED'}`)
        for (const failure of result.failures ?? []) console.log(`  ! ${JSON.stringify(failure).slice(0, 300)}`)
        if (summary.writes === 0 && summary.unsure === 0) return passes
        if (passes.length === most) throw new Error('The systems do not come to rest.')
      }
    },
    end: () => rmSync(store, { recursive: true, force: true }),
  }
}
