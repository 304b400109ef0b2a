/** Starts a system: installed where it is missing, seeded, behind its counting proxy; and ends it with everything that belongs to it. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, type Run, finish, guarded, run } from './processes.ts'
import { type Counted, freePort, startProxy } from './proxy.ts'
import { type Installed, install, seeded } from './software.ts'
import type { Answering, Place, SystemDefinition } from './system.ts'
import { SYSTEMS } from './table.ts'
import { tell } from './told.ts'

export interface RunningSystem {
  readonly name: string
  readonly kind: string
  /** Stays the same over `stop` and `start`. */
  readonly url: string
  readonly version: string
  /** User, password, token, folder …: what a plan's secrets need. */
  readonly access: Readonly<Record<string, string | number>>
  /** Ports that are reached without the proxy, by their use. */
  readonly beside: Readonly<Record<string, number>>
  /** Every request that reached the system since it was started or since `forget`, in order. */
  requests(): readonly Counted[]
  /** How many by `POST /path`, without queries. */
  counts(): ReadonlyMap<string, number>
  forget(): void
  /** The system's own log. */
  log(): string
  /** Down: its processes are ended, its address refuses. The data stay. */
  stop(): Promise<void>
  /** The same without a farewell: SIGKILL. */
  kill(): Promise<void>
  start(): Promise<void>
  /** As seeded: the data of this run are forgotten. */
  reset(): Promise<void>
  /** Stops it and removes its data. */
  end(): Promise<void>
}

export const definitionOf = (name: string): SystemDefinition => {
  const definition = SYSTEMS.find((system) => system.name === name)
  if (definition === undefined) throw new Error(`There is no system ${name}. There are: ${SYSTEMS.map((system) => system.name).join(', ')}.`)
  return definition
}

interface Opened extends Place {
  /** Ends its processes. */
  end(signal?: NodeJS.Signals): Promise<void>
  /** Nothing of it is left. */
  remove(): Promise<void>
}

function open(folder: string, installed: Installed, front: number): Opened {
  const children: Child[] = []
  let user: { readonly name: string; readonly uid: number; readonly gid: number } | undefined
  return {
    folder, software: installed.folder, front, port: freePort, finish,
    run(command: string, args: readonly string[], options: Run = {}) {
      const child = run(command, args, { cwd: folder, ...options })
      children.push(child)
      return child
    },
    async user(home, password) {
      if (user !== undefined) return user
      const name = `plimsoll-${randomBytes(4).toString('hex')}`
      await finish('useradd', ['--no-user-group', '--gid', 'nogroup', '--no-create-home', '--home-dir', home, '--shell', '/bin/sh', name])
      guarded(`+user ${name}`)
      await finish('chpasswd', [], { input: `${name}:${password}\n` })
      const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }).trim())
      user = { name, uid: id('-u'), gid: id('-g') }
      return user
    },
    async end(signal) {
      // The last one started goes first: a server before its database.
      for (const child of children.toReversed()) await child.end(signal)
      children.length = 0
    },
    async remove() {
      rmSync(folder, { recursive: true, force: true })
      guarded(`-folder ${folder}`)
      if (user === undefined) return
      await finish('userdel', [user.name]).catch(() => {})
      guarded(`-user ${user.name}`)
      user = undefined
    },
  }
}

/** Servers with users of their own must reach it. */
function madeFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `plimsoll-${name}-`))
  chmodSync(folder, 0o755)
  guarded(`+folder ${folder}`)
  return folder
}

async function seed(definition: SystemDefinition, installed: Installed): Promise<string | undefined> {
  if (definition.seed === undefined) return undefined
  return seeded(definition, installed.key, async (making) => {
    // Filled where it will be used from: some software writes its own path into its data.
    const folder = madeFolder(definition.name)
    const place = open(folder, installed, 0)
    try {
      await definition.seed!(place)
      await place.end()
      await finish('cp', ['-a', `${folder}/.`, making], { seconds: 120 })
    } finally {
      await place.end()
      await place.remove()
    }
  })
}

/** Installs and seeds without starting: for those who have time before they need it. */
export async function prepare(name: string): Promise<void> {
  const definition = definitionOf(name)
  await seed(definition, await install(definition))
}

export interface Starting {
  /** Keeps the text of request bodies up to 1 MB each. */
  readonly bodies?: boolean
}

export async function startSystem(name: string, options: Starting = {}): Promise<RunningSystem> {
  const definition = definitionOf(name)
  const installed = await install(definition)
  const template = await seed(definition, installed)
  const proxy = await startProxy(definition.speaks, options.bodies ?? false)
  const folder = madeFolder(name)
  const place = open(folder, installed, proxy.port)
  const fill = async (): Promise<void> => {
    if (template !== undefined) await finish('cp', ['-a', `${template}/.`, folder], { seconds: 120 })
  }
  let answering: Answering | undefined
  let last: Answering
  const start = async (): Promise<Answering> => {
    if (answering !== undefined) {
      await proxy.open(answering.port)
      return answering
    }
    try {
      last = await definition.start(place)
    } catch (error) {
      await place.end()
      throw error
    }
    answering = last
    await proxy.open(answering.port)
    return answering
  }
  /** `forget`: also what a system keeps in its memory alone. */
  const stop = async (forget: boolean, signal?: NodeJS.Signals): Promise<void> => {
    await proxy.close()
    if (definition.inMemory === true && !forget) return
    if (signal === undefined) await answering?.stop?.().catch(() => {})
    await place.end(signal)
    answering = undefined
  }
  let first: Answering
  try {
    await fill()
    first = await start()
  } catch (error) {
    await place.remove()
    throw error
  }
  tell({ system: name, is: 'started', version: first.version })
  const { scheme, path = '' } = definition.address
  return {
    name, kind: definition.kind, url: `${scheme}://127.0.0.1:${proxy.port}${path}`, version: first.version,
    access: first.access,
    get beside() { return last.beside ?? {} },
    requests: proxy.requests,
    counts() {
      const counts = new Map<string, number>()
      for (const one of proxy.requests()) {
        const key = `${one.method} ${one.path.split('?')[0] ?? ''}`.trim()
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      return counts
    },
    forget: proxy.forget,
    log: () => last.log(),
    stop: () => stop(false),
    kill: () => stop(true, 'SIGKILL'),
    async start() { await start() },
    async reset() {
      await stop(true)
      await finish('find', [folder, '-mindepth', '1', '-delete'], { seconds: 60 })
      await fill()
      await start()
    },
    async end() {
      if (proxy.answered()) tell({ system: name, is: 'exchanged' })
      await stop(true)
      await place.remove()
    },
  }
}
