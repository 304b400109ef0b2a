/** A folder with a plan, real files and databases, and the built command run on it as a person would. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll } from 'vitest'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** PLIMSOLL_DIST names another build than `dist`. */
export const DIST = process.env['PLIMSOLL_DIST'] ?? join(ROOT, 'dist')
const COMMAND = join(DIST, 'cli/main.js')

export interface Write {
  readonly system: string
  readonly resource: string
  readonly record: string
  readonly operation: string
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}
export type Summary = Readonly<Record<string, number>> & { readonly balanced: boolean }
export interface Envelope {
  readonly command: string
  readonly ok: boolean
  readonly summary: Summary
  // What a command answers differs from one to the next; tests read what they ask about.
  readonly result: Readonly<Record<string, never>> & { readonly writes: readonly Write[] }
  readonly error: { readonly code: string; readonly class: string; readonly message: string; readonly hint: string; readonly place?: string } | null
}
export interface Said {
  readonly exit: number
  readonly out: string
  readonly err: string
}
export type Answer = Envelope & Said

export type Row = Record<string, unknown>

/** Whatever becomes of a test, nothing of it stays behind. */
const made = new Set<Project>()
afterAll(() => {
  for (const project of made) project.done()
})

export class Project {
  readonly folder: string
  readonly env: Record<string, string> = {}
  constructor(files: Readonly<Record<string, string>> = {}) {
    if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is missing: run \`npm run build\` first`)
    this.folder = mkdtempSync(join(tmpdir(), 'plimsoll-e2e-'))
    made.add(this)
    for (const [name, text] of Object.entries(files)) this.put(name, text)
  }

  path(name: string): string {
    return join(this.folder, name)
  }
  put(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), content)
  }
  text(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }
  bytes(name: string): Buffer {
    return readFileSync(this.path(name))
  }
  remove(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true })
  }

  sql(name: string, statements: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    const db = new Database(this.path(name))
    try {
      db.exec(statements)
    } finally {
      db.close()
    }
  }
  /** Many rows with parameters, in one transaction. */
  insert(name: string, statement: string, rows: readonly (readonly unknown[])[]): void {
    const db = new Database(this.path(name))
    try {
      const insert = db.prepare(statement)
      db.transaction(() => {
        for (const row of rows) insert.run(...row)
      })()
    } finally {
      db.close()
    }
  }
  rows(name: string, query: string): Row[] {
    const db = new Database(this.path(name), { readonly: true })
    try {
      return db.prepare(query).all() as Row[]
    } finally {
      db.close()
    }
  }

  /** As a person sees it. */
  say(...args: readonly string[]): Promise<Said> {
    return new Promise((resolve) => {
      execFile(process.execPath, [COMMAND, ...args], { cwd: this.folder, env: { PATH: process.env['PATH'], HOME: this.folder, TZ: 'UTC', PLIMSOLL_PATIENCE: '2', ...this.env }, maxBuffer: 256 * 1024 * 1024, timeout: 300_000, killSignal: 'SIGKILL' }, (error, out, err) => {
        resolve({ exit: error ? (typeof error.code === 'number' ? error.code : -1) : 0, out, err })
      })
    })
  }
  /** As a program reads it. */
  async run(...args: readonly string[]): Promise<Answer> {
    const said = await this.say(...args, '--json')
    try {
      return { ...(JSON.parse(said.out) as Envelope), ...said }
    } catch {
      throw new Error(`plimsoll ${args.join(' ')} printed no JSON (exit ${said.exit}):\n${said.out.slice(0, 2000)}\n${said.err.slice(0, 2000)}`)
    }
  }
  preview(): Promise<Answer> {
    return this.run('preview')
  }
  sync(...args: readonly string[]): Promise<Answer> {
    return this.run('sync', ...args)
  }
  /** A sync that must succeed: exit 0 and a balanced ledger. */
  async synced(...args: readonly string[]): Promise<Answer> {
    const answer = await this.sync(...args)
    if (answer.exit !== 0 || !answer.summary?.balanced) throw new Error(`sync: exit ${answer.exit} ${JSON.stringify(answer.summary)} ${JSON.stringify(answer.error)} ${answer.err}\n${JSON.stringify(answer.result?.['failures'])}`)
    return answer
  }

  /** Every file below, or below one folder, by its content. */
  digest(under = '.'): Record<string, string> {
    const found: Record<string, string> = {}
    const walk = (folder: string): void => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name)
        // What SQLite keeps beside a database while somebody looks at it is no content of its own.
        if (entry.isDirectory()) walk(path)
        else if (!/-(?:wal|shm)$/.test(entry.name) || statSync(path).size > 0 && entry.name.endsWith('-wal')) found[relative(this.folder, path)] = createHash('sha256').update(readFileSync(path)).digest('hex')
      }
    }
    walk(join(this.folder, under))
    return found
  }
  done(): void {
    rmSync(this.folder, { recursive: true, force: true })
    made.delete(this)
  }
}

/** A write as the promise of a preview names it. */
export const nameOf = (write: Write): string =>
  JSON.stringify([write.system, write.resource, write.record, write.operation, write.field, write.before, write.after])
export const namesOf = (answer: Answer): string[] => answer.result.writes.map(nameOf).toSorted()
/** Short enough to read in a failure: `crm/contacts 3 update phone: a → b`. */
export const shortly = (answer: Answer): string[] =>
  answer.result.writes.map((w) => `${w.system}/${w.resource} ${w.record} ${w.operation} ${w.field}: ${JSON.stringify(w.before)} → ${JSON.stringify(w.after)}`).toSorted()
