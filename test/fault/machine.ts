/** Starts the built product so that it dies at a step, and lets it come to rest afterwards. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type * as Wiring from '../../src/app.ts'
import type { CrashPoint, Reached } from '../../src/store/crash-points.ts'
import type * as Engine from '../../src/sync/engine.ts'
import { type Project, ROOT } from '../e2e/project.ts'

export const DIST = process.env['PLIMSOLL_DIST'] ?? join(ROOT, 'dist')
const ENTRY = fileURLToPath(new URL('entry.mjs', import.meta.url))

export interface Kill { readonly at: CrashPoint; readonly nth: number }
export type Counts = Partial<Record<CrashPoint, number>>

export const environmentOf = (project: Project): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', HOME: project.folder, TZ: 'UTC', PLIMSOLL_PATIENCE: '3', ...project.env })

/** A command that goes on by itself. `ended`: it died. */
export interface Driven { readonly hooks: string; readonly ended: () => boolean }
export type Drive = (serving: Driven) => Promise<void>

export interface End { readonly killed: boolean; readonly exit: number | null }

/** One command in a process of its own. `ms`: it is killed from outside so long after its start. */
function started(project: Project, words: readonly string[], drive?: Drive, ms?: number): Promise<End> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...words], { cwd: project.folder, stdio: ['ignore', drive ? 'pipe' : 'ignore', 'ignore'], env: environmentOf(project) })
    const timer = ms === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), ms)
    let ended = false
    child.once('exit', (exit, signal) => {
      ended = true
      clearTimeout(timer)
      resolve({ killed: signal === 'SIGKILL', exit })
    })
    if (!drive) return
    createInterface(child.stdout!).on('line', (line) => {
      const event = JSON.parse(line) as { readonly event?: string; readonly hooks?: readonly string[] }
      if (event.event !== 'started') return
      drive({ hooks: event.hooks![0]!, ended: () => ended }).catch(reject).finally(() => child.kill('SIGINT'))
    })
  })
}

/** A command that dies at this step. `killed` false: it never got there. */
export const killedAt = (project: Project, kill: Kill | { readonly counts: string }, words: readonly string[], drive?: Drive): Promise<End> =>
  started(project, [ENTRY, pathToFileURL(DIST).href, JSON.stringify(kill), ...words], drive)

/** The command as it is delivered, killed from outside; without `ms` it comes to its end. */
export const killedAfter = (project: Project, ms: number | undefined, words: readonly string[], drive?: Drive): Promise<End> =>
  started(project, [join(DIST, 'cli/main.js'), ...words], drive, ms)

/** The same command undisturbed: how often it comes to each step. */
export async function counted(project: Project, words: readonly string[], drive?: Drive): Promise<Counts> {
  const file = project.path('.counts.json')
  await killedAt(project, { counts: file }, words, drive)
  const counts = JSON.parse(readFileSync(file, 'utf8')) as Counts
  project.remove('.counts.json')
  return counts
}

const built = async () => ({
  app: (await import(/* @vite-ignore */ pathToFileURL(join(DIST, 'app.js')).href)) as typeof Wiring,
  engine: (await import(/* @vite-ignore */ pathToFileURL(join(DIST, 'sync/engine.js')).href)) as typeof Engine,
})
type Pass = Pick<Engine.PassReport, 'ok' | 'summary' | 'failures'>

/** `plimsoll sync` without the price of a new process. */
export async function passIn(project: Project, reached: Reached = () => undefined): Promise<Pass> {
  const { app: { createApp, readPlan, start }, engine: { pass } } = await built()
  const app = createApp({ cwd: project.folder, env: environmentOf(project), reached })
  const running = await start(app, await readPlan(app, '.'), { readOnly: false })
  try {
    return await pass(running.parts, { signal: new AbortController().signal, patienceMs: 3_000 })
  } finally {
    await running.close()
  }
}

/** What is wrong after it was started again until it was quiet; nothing, if all is well. */
export async function unrest(project: Project, reached?: Reached): Promise<string[]> {
  let report = await passIn(project, reached)
  // Twice: what is missing in a list once is only gone when it is missing again.
  let quiet = 0
  for (let again = 0; again < 8 && quiet < 2; again += 1) {
    quiet = report.ok && report.summary.writes === 0 ? quiet + 1 : 0
    if (quiet < 2) report = await passIn(project, reached)
  }
  const wrong: string[] = []
  if (!report.ok) wrong.push(`never quiet: ${JSON.stringify(report.summary)} ${[...report.failures].map(([system, error]) => `${system}: ${error.message}`).join('; ')}`)
  const last = await passIn(project)
  if (last.summary.writes > 0) wrong.push(`${last.summary.writes} writes although all was quiet`)
  if (!last.summary.balanced) wrong.push('the ledger does not balance')
  const running = project.rows('.plimsoll/store.db', "SELECT id FROM run WHERE state = 'running'")
  if (running.length > 0) wrong.push('a run is still running')
  const open = project.rows('.plimsoll/store.db', "SELECT state, reason FROM command WHERE state IN ('sending', 'unsure', 'due')")
  if (open.length > 0) wrong.push(`writes are still open: ${JSON.stringify(open)}`)
  return wrong
}
