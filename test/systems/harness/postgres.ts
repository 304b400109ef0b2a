/** A PostgreSQL for a system that needs one, with its data in the system's own folder. */
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { type Place, ownerOf } from './system.ts'

const ROOT = '/usr/lib/postgresql'
const newest = (): string => {
  const version = existsSync(ROOT) ? readdirSync(ROOT).filter((name) => existsSync(join(ROOT, name, 'bin', 'initdb'))).toSorted((a, b) => Number(b) - Number(a))[0] : undefined
  return join(ROOT, version ?? '15', 'bin')
}
/** Its data can only be read by the same major version. */
export const POSTGRES_PROGRAM = join(newest(), 'postgres')

/** Starts it on a free port; with no data yet they are made, with this user and this database. */
export async function startPostgresIn(place: Place, name: string): Promise<{ readonly port: number; log(): string }> {
  const owner = ownerOf('postgres')
  const folder = join(place.folder, 'postgres')
  const data = join(folder, 'data')
  if (!existsSync(data)) {
    mkdirSync(folder)
    if (owner) chownSync(folder, owner.uid, owner.gid)
    const secret = join(folder, 'secret')
    writeFileSync(secret, PASSWORD, { mode: 0o600 })
    if (owner) chownSync(secret, owner.uid, owner.gid)
    await place.finish(join(newest(), 'initdb'), ['-D', data, '-U', name, '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], { owner, cwd: folder })
    rmSync(secret)
  }
  chmodSync(folder, 0o700)
  rmSync(join(data, 'postmaster.pid'), { force: true })
  const port = await place.port()
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off', 'max_connections=100']
  const child = place.run(POSTGRES_PROGRAM, ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], { owner, cwd: folder })
  await until('PostgreSQL', 60, child, async () => {
    const client = new Client({ host: '127.0.0.1', port, user: name, password: PASSWORD, database: 'postgres' })
    client.on('error', () => {})
    await client.connect()
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${name}`)
    await client.end()
  })
  return { port, log: child.output }
}
