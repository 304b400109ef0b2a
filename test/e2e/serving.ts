/** `plimsoll serve` as a process of its own, as a person starts it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { type Project, ROOT } from './project.ts'

const DIST = process.env['PLIMSOLL_DIST'] ?? join(ROOT, 'dist')
const COMMAND = join(DIST, 'cli/main.js')
const CLOCKED = join(ROOT, 'test/e2e/incidents/clocked-serve.mjs')

export interface Event { readonly event?: string; readonly [key: string]: unknown }
export interface Answered { readonly status: number; readonly type: string; readonly text: string; readonly json: Readonly<Record<string, never>> }

export class Serving {
  readonly events: Event[] = []
  /** Waits until nothing is expected any more; then exit code and everything that was said. */
  readonly ended: Promise<{ readonly exit: number | null; readonly err: string }>
  readonly #child: ChildProcessWithoutNullStreams
  #err = ''
  /** `clock`: it lives by another clock, which begins then and goes so much faster. */
  constructor(project: Project, args: readonly string[] = [], clock?: { readonly from: string; readonly speed: number }) {
    const command = clock ? [CLOCKED, DIST, clock.from, String(clock.speed)] : [COMMAND, 'serve', '--port', '0', '--hooks-port', '0', '--apps-port', '0', '--json', ...args]
    this.#child = spawn(process.execPath, command, {
      cwd: project.folder, env: { PATH: process.env['PATH'], HOME: project.folder, TZ: 'UTC', ...project.env },
    })
    createInterface(this.#child.stdout).on('line', (line) => this.events.push(JSON.parse(line) as Event))
    this.#child.stderr.on('data', (piece: Buffer) => (this.#err += piece.toString()))
    this.ended = new Promise((resolve) => this.#child.on('close', (exit) => resolve({ exit, err: this.#err })))
  }

  async started(): Promise<this> {
    await until(() => this.events.some((event) => event.event === 'started') || this.#child.exitCode !== null, 'serve starts')
    if (this.#child.exitCode !== null) throw new Error(`serve ended at once with ${this.#child.exitCode}: ${JSON.stringify(this.events)} ${this.#err}`)
    return this
  }
  get #started(): Event {
    return this.events.find((event) => event.event === 'started')!
  }
  get address(): string {
    return this.#started['address'] as string
  }
  get token(): string {
    return this.#started['token'] as string
  }
  get hooks(): readonly string[] {
    return this.#started['hooks'] as string[]
  }
  get apps(): readonly string[] {
    return this.#started['apps'] as string[]
  }
  runs(): readonly { readonly ok: boolean; readonly summary: { readonly balanced: boolean; readonly read: number; readonly writes: number } }[] {
    return this.events.filter((event) => event.event === 'run') as never
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return answered(await fetch(this.address + path, { headers }))
  }
  async post(path: string, body: unknown, headers: Record<string, string> = { authorization: `Bearer ${this.token}` }): Promise<Answered> {
    return answered(await fetch(this.address + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }))
  }

  /** As Ctrl-C does. Says how long it took. */
  async stop(): Promise<{ readonly exit: number | null; readonly ms: number; readonly err: string }> {
    const from = performance.now()
    this.#child.kill('SIGINT')
    const { exit, err } = await this.ended
    return { exit, ms: performance.now() - from, err }
  }
  /** For tests that failed half way. */
  kill(): void {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL')
  }
}

export async function answered(response: Response): Promise<Answered> {
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, text, json: (/json/.test(type) ? JSON.parse(text) : {}) as never }
}

/** Waits for something that another process does; no sooner and no later than it happens. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, mostMs = 60_000, eachMs = 50): Promise<void> {
  const end = performance.now() + mostMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so: ${what}`)
    await wait(eachMs)
  }
}
