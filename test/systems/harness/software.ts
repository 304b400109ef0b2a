/**
 * Installing: from npm with a committed lock file into a folder of this machine's cache, from Debian with its own package manager.
 * Whoever comes second waits for the first and finds it done; nothing half installed is ever seen.
 */
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { finish } from './processes.ts'
import type { SystemDefinition } from './system.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const SOFTWARE = fileURLToPath(new URL('../software/', import.meta.url))
const INSTALLER = fileURLToPath(new URL('../../support/install-servers.sh', import.meta.url))
/** Everything that makes an installation of a system what it is, apart from its lock file. */
const MACHINE = `${process.platform}-${process.arch}-${process.versions.modules}`
const PATIENCE = 20 * 60_000

export const cacheFolder = (): string => process.env['PLIMSOLL_SYSTEMS'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plimsoll-systems')

const digest = (parts: readonly string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)
const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** The files of ours that go with a system. */
export const sourceOf = (definition: SystemDefinition): string => join(SOFTWARE, definition.name)
const lockOf = (definition: SystemDefinition): string => digest([MACHINE, ...['package.json', 'package-lock.json'].map((name) => read(join(sourceOf(definition), name))), (definition.npm ?? []).join(' ')])

/** One at a time over all processes of this machine; a lock whose holder is gone is taken over. */
export async function alone<Answer>(path: string, work: () => Promise<Answer>): Promise<Answer> {
  const lock = `${path}.lock`
  const end = Date.now() + PATIENCE
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch {
      if (Date.now() > end) throw new Error(`${lock} was not given up within ${PATIENCE / 60_000} minutes.`)
      const holder = Number(read(join(lock, 'pid')) || 'NaN')
      const abandoned = Number.isNaN(holder) ? Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 10_000 : !lives(holder)
      if (abandoned) rmSync(lock, { recursive: true, force: true })
      else await new Promise((resolve) => { setTimeout(resolve, 250) })
    }
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Makes a folder once: filled beside its place, then moved there whole. */
async function once(kind: string, name: string, key: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const root = join(cacheFolder(), kind)
  const folder = join(root, `${name}-${key}`)
  if (existsSync(folder)) return folder
  mkdirSync(root, { recursive: true })
  return alone(join(root, name), async () => {
    if (existsSync(folder)) return folder
    const making = join(root, `${name}.making`)
    rmSync(making, { recursive: true, force: true })
    mkdirSync(making)
    await fill(making)
    renameSync(making, folder)
    return folder
  })
}

export interface Installed {
  /** Where npm's part is, with our files beside it; where there is none, our files. */
  readonly folder: string
  /** Changes with the software, its lock and our files: what was seeded with another is not used. */
  readonly key: string
}

const complete = (definition: SystemDefinition): boolean => (definition.programs ?? []).every((file) => existsSync(file))

/** Installs what is missing. An error says in one line why that cannot be. */
export async function install(definition: SystemDefinition): Promise<Installed> {
  if (!complete(definition)) {
    const said = await alone(join(ensured(cacheFolder()), 'debian'), () => finish('sh', [INSTALLER, definition.name], { seconds: 900, env: everything() }))
    if (!complete(definition)) throw new Error(said.trim().split('\n').at(-1) ?? 'it could not be installed')
  }
  const source = sourceOf(definition)
  const ours = existsSync(source) ? readdirSync(source, { recursive: true, encoding: 'utf8' }).toSorted().filter((name) => statSync(join(source, name)).isFile()) : []
  const key = digest([lockOf(definition), ...(definition.programs ?? []).map(stamp), ...ours.flatMap((name) => [name, read(join(source, name))])])
  const recipe = join(source, 'make.sh')
  if (existsSync(recipe)) {
    const folder = await once('software', definition.name, digest([MACHINE, read(recipe)]), async (making) => {
      await finish('sh', [recipe, making], { seconds: 1800, env: everything() })
      chmodSync(making, 0o755)
    })
    return { folder, key }
  }
  if (!existsSync(join(source, 'package-lock.json'))) return { folder: source, key }
  const folder = await once('software', definition.name, lockOf(definition), async (making) => {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(source, name), join(making, name))
    // No install scripts of others. What they would do is not needed, but for one package that has to be compiled.
    await finish('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...(definition.npm ?? [])], { cwd: making, seconds: 900, env: everything() })
    await withSqlite(making)
    chmodSync(making, 0o755)
  })
  for (const name of ours) if (!name.startsWith('package')) copyWhenOther(join(source, name), join(folder, name))
  return { folder, key }
}
const SQLITE = 'node_modules/better-sqlite3'
const SQLITE_BINARY = 'build/Release/better_sqlite3.node'
/** Ours is compiled already: the same version is taken over, which saves minutes. */
async function withSqlite(folder: string): Promise<void> {
  if (!existsSync(join(folder, SQLITE))) return
  const version = (of: string): unknown => (JSON.parse(read(join(of, SQLITE, 'package.json')) || '{}') as { version?: string }).version
  const ours = join(ROOT, SQLITE, SQLITE_BINARY)
  if (version(ROOT) === version(folder) && existsSync(ours)) cpSync(ours, join(folder, SQLITE, SQLITE_BINARY))
  else await finish('npm', ['rebuild', 'better-sqlite3', '--loglevel=error'], { cwd: folder, seconds: 900, env: everything() })
}
const ensured = (folder: string): string => {
  mkdirSync(folder, { recursive: true })
  return folder
}
const everything = (): Record<string, string> => Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
const stamp = (file: string): string => {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? `${file} ${found.size} ${Math.round(found.mtimeMs)}` : `${file} -`
}
/** Another process may be reading it: the new one is moved over the old one. */
function copyWhenOther(from: string, to: string): void {
  if (read(to) === read(from) && existsSync(to)) return
  mkdirSync(dirname(to), { recursive: true })
  const beside = `${to}.${process.pid}`
  cpSync(from, beside)
  renameSync(beside, to)
}

/** The data that a system begins with, made once and kept. */
export const seeded = (definition: SystemDefinition, key: string, fill: (folder: string) => Promise<void>): Promise<string> => once('seeds', definition.name, key, fill)
