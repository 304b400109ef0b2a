/**
 * Database servers for tests: each started on the loopback interface, on a free port, with data in a folder that goes with it.
 * `test/support/install-servers.sh` installs them. Where one is missing the tests are skipped, except in CI.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'

export interface DatabaseServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  /** Process id, for tests that break the server. */
  readonly pid: number
  /** Where its data are. */
  readonly folder: string
  stop(): Promise<void>
}

const USER = 'plimsoll_test'
const DATABASE = 'plimsoll_test'

const newestPostgres = (): string | undefined => {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).filter((version) => existsSync(join(root, version, 'bin', 'initdb'))) : []
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? undefined : join(root, newest, 'bin')
}
const mariadbBinary = (): string | undefined => ['/usr/sbin/mariadbd', '/usr/libexec/mariadbd', '/usr/local/bin/mariadbd'].find((path) => existsSync(path))

export const hasPostgres = (): boolean => newestPostgres() !== undefined
export const hasMariadb = (): boolean => mariadbBinary() !== undefined && existsSync('/usr/bin/mariadb-install-db')

/** True: run the tests. In CI a missing server is a failure, elsewhere a skip that is said. */
export function available(name: string, has: boolean): boolean {
  if (has) return true
  if (process.env['CI'] === 'true') throw new Error(`${name} is not installed; run test/support/install-servers.sh`)
  process.stderr.write(`skipped: ${name} is not installed (test/support/install-servers.sh installs it)\n`)
  return false
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** Servers refuse to run as root: then the user that their package made owns them. */
function ownerFor(name: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }).trim())
  return { uid: id('-u'), gid: id('-g') }
}

function dataFolder(prefix: string, owner: { uid: number; gid: number } | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  chmodSync(folder, 0o700)
  if (owner) chownSync(folder, owner.uid, owner.gid)
  return folder
}

interface Running {
  readonly child: ChildProcess
  output(): string
}
function start(command: string, args: readonly string[], owner: { uid: number; gid: number } | undefined, folder: string): Running {
  let output = ''
  const child = spawn(command, args, { ...owner, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' } })
  const keep = (chunk: Buffer): void => { output = (output + chunk.toString()).slice(-4_000) }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  return { child, output: () => output }
}

/** Tries until the server answers; when it ended meanwhile, its last words are the error. */
async function answering(running: Running, name: string, attempt: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (running.child.exitCode !== null) throw new Error(`${name} did not start: ${running.output()}`)
    try {
      await attempt()
      return
    } catch (error) {
      if (tries === 299) throw new Error(`${name} does not answer: ${(error as Error).message}; ${running.output()}`, { cause: error })
    }
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
}

async function stop(child: ChildProcess, signal: NodeJS.Signals, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => { child.once('exit', resolve) })
    child.kill(signal)
    const killer = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(killer)
  }
  rmSync(folder, { recursive: true, force: true })
}

export async function startPostgres(options: { readonly settings?: readonly string[] } = {}): Promise<DatabaseServer> {
  const bin = newestPostgres()
  if (bin === undefined) throw new Error('PostgreSQL is not installed')
  const owner = ownerFor('postgres')
  const folder = dataFolder('plimsoll-pg-', owner)
  const password = randomBytes(12).toString('hex')
  const secret = join(folder, 'secret')
  writeFileSync(secret, password, { mode: 0o600 })
  if (owner) chownSync(secret, owner.uid, owner.gid)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], { ...owner, cwd: folder, stdio: 'pipe' })
  rmSync(secret)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off', 'max_connections=50', ...(options.settings ?? [])]
  const running = start(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], owner, folder)
  try {
    await answering(running, 'PostgreSQL', async () => {
      const client = new Client({ host: '127.0.0.1', port, user: USER, password, database: 'postgres' })
      client.on('error', () => {})
      await client.connect()
      await client.query(`CREATE DATABASE ${DATABASE}`)
      await client.end()
    })
  } catch (error) {
    await stop(running.child, 'SIGINT', folder)
    throw error
  }
  return { host: '127.0.0.1', port, user: USER, password, database: DATABASE, pid: running.child.pid!, folder, stop: () => stop(running.child, 'SIGINT', folder) }
}

export async function startMariadb(options: { readonly settings?: readonly string[] } = {}): Promise<DatabaseServer> {
  const binary = mariadbBinary()
  if (binary === undefined) throw new Error('MariaDB is not installed')
  const owner = ownerFor('mysql')
  const folder = dataFolder('plimsoll-maria-', owner)
  const password = randomBytes(12).toString('hex')
  const data = join(folder, 'data')
  execFileSync('/usr/bin/mariadb-install-db', ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...(owner ? ['--user=mysql'] : [])], { ...owner, cwd: folder, stdio: 'pipe' })
  const script = join(folder, 'init.sql')
  writeFileSync(script, [
    `ALTER USER root@localhost IDENTIFIED BY '${randomBytes(12).toString('hex')}';`,
    `CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4;`,
    `CREATE USER ${USER}@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO ${USER}@'127.0.0.1';`, '',
  ].join('\n'), { mode: 0o600 })
  if (owner) chownSync(script, owner.uid, owner.gid)
  const port = await freePort()
  const running = start(binary, [
    '--no-defaults', `--datadir=${data}`, '--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'server.sock')}`, `--pid-file=${join(folder, 'server.pid')}`,
    `--init-file=${script}`, '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M', ...(options.settings ?? []),
  ], owner, folder)
  try {
    await answering(running, 'MariaDB', async () => {
      const connection = await createConnection({ host: '127.0.0.1', port, user: USER, password, database: DATABASE })
      await connection.query('SELECT 1')
      await connection.end()
    })
  } catch (error) {
    await stop(running.child, 'SIGTERM', folder)
    throw error
  }
  return { host: '127.0.0.1', port, user: USER, password, database: DATABASE, pid: running.child.pid!, folder, stop: () => stop(running.child, 'SIGTERM', folder) }
}
