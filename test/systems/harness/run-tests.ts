/** `npm run test:systems`: installs what is missing, all at once, then runs the tests one file at a time, and says at the end what answered. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keepResults } from './keep.ts'
import { prepare } from './start.ts'
import type { Told } from './told.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Test files that name one of these systems. */
function filesOf(names: readonly string[]): string[] {
  const folder = join(ROOT, 'test/systems')
  return readdirSync(folder).filter((file) => file.endsWith('.test.ts')).filter((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    return names.some((name) => text.includes(`'${name}'`))
  }).map((file) => `test/systems/${file}`)
}

/** `only`: the names of some systems; undefined: everything, also what starts its servers by itself. `long`: the folder of those that take long to install. */
export async function runTests(which: { readonly only: readonly string[] | undefined; readonly long: boolean }, installed: readonly string[], more: readonly string[]): Promise<number> {
  const began = Date.now()
  const failures: string[] = []
  await Promise.all(installed.map(async (name) => {
    const since = Date.now()
    // The tests say why a system is skipped, so nothing is thrown here.
    await prepare(name).then(() => say(`${name}: there after ${((Date.now() - since) / 1000).toFixed(1)} s`), (error: unknown) => failures.push(`${name}: ${(error as Error).message.split('\n')[0] ?? ''}`))
  }))
  const installing = Date.now() - began
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-told-'))
  const file = join(folder, 'told')
  try {
    const child = spawn(process.execPath, [
      join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config', join(ROOT, 'vitest.systems.config.ts'), ...(which.only === undefined || which.long ? [] : filesOf(which.only)), ...more,
    ], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PLIMSOLL_SYSTEMS_TOLD: file, ...(which.long && { PLIMSOLL_SYSTEMS_LONG: 'yes' }) } })
    // Ctrl-C reaches the child by itself; a signal to this process alone does not.
    let stopped = false
    const pass = (): void => {
      stopped = true
      child.kill('SIGTERM')
    }
    process.on('SIGTERM', pass)
    process.on('SIGINT', () => { stopped = true })
    const status = await new Promise<number>((resolve) => { child.once('exit', (code) => resolve(code ?? 1)) })
    process.off('SIGTERM', pass)
    const told = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Told) : []
    // What was run in part says nothing of the rest.
    if (!stopped && more.length === 0) await keepResults(told, which.only)
    return summary(told, installed, { status, failures, installing, took: Date.now() - began })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function summary(told: readonly Told[], wanted: readonly string[], run: { readonly status: number; readonly failures: readonly string[]; readonly installing: number; readonly took: number }): number {
  const versions = new Map(told.flatMap((one) => (one.is === 'started' ? [[one.system, one.version ?? ''] as const] : [])))
  const exchanges = new Set(told.filter((one) => one.is === 'exchanged').map((one) => one.system))
  const skipped = wanted.filter((name) => !versions.has(name))
  const silent = [...versions.keys()].filter((name) => !exchanges.has(name))
  for (const name of skipped) {
    const why = told.flatMap((one) => (one.system === name && one.is === 'skipped' ? [one.says] : []))[0] ?? run.failures.find((failure) => failure.startsWith(`${name}: `))?.slice(name.length + 2) ?? 'no test started it'
    say(`skipped: ${name}: ${why}`)
  }
  for (const name of silent) say(`${name} started, but nothing was exchanged with it`)
  if (versions.size > 0) say(`answered: ${[...versions].map(([name, version]) => `${name} ${version}`).join(', ')}`)
  say(`took ${Math.round(run.took / 1000)} s, of which ${Math.round(run.installing / 1000)} s to install and seed`)
  say(`systems: ${versions.size} started, ${exchanges.size} exchanged, ${skipped.length} skipped`)
  const strict = process.env['CI'] === 'true'
  return run.status !== 0 || (strict && (skipped.length > 0 || silent.length > 0)) ? Math.max(run.status, 1) : 0
}
