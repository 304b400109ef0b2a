// PostgreSQL and MariaDB with the bench's table, where they are installed: started for the bench alone, on the loopback interface.
import { spawn, execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const COLUMNS = 'sku varchar(20) PRIMARY KEY, name varchar(100), ean varchar(20), price varchar(20), stock integer, brand varchar(40), description varchar(100)'

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})
const owner = (name) => (process.getuid?.() === 0 ? { uid: Number(execFileSync('id', ['-u', name])), gid: Number(execFileSync('id', ['-g', name])) } : {})

/** Tries until it answers, a minute at most. */
async function until(attempt) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (tries > 300) throw error
      await new Promise((resolve) => { setTimeout(resolve, 200) })
    }
  }
}

const rowsOf = (record, from, to) => Array.from({ length: to - from }, (_, i) => Object.values(record(from + i)))

async function postgres({ count, record }) {
  const root = '/usr/lib/postgresql'
  const version = existsSync(root) ? readdirSync(root).filter((one) => existsSync(join(root, one, 'bin/initdb'))).toSorted((a, b) => Number(b) - Number(a))[0] : undefined
  if (version === undefined) return undefined
  const bin = join(root, version, 'bin')
  const as = owner('postgres')
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-pg-'))
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid)
  const port = await freePort()
  execFileSync(join(bin, 'initdb'), ['-D', join(folder, 'data'), '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], { ...as, cwd: folder, stdio: 'pipe' })
  const child = spawn(join(bin, 'postgres'), ['-D', join(folder, 'data'), '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off'], { ...as, cwd: folder, stdio: 'ignore' })
  const at = { host: '127.0.0.1', port, user: 'bench', password: 'bench', database: 'postgres' }
  const { Client } = (await import('pg')).default
  await until(async () => {
    const client = new Client(at)
    await client.connect()
    await client.query(`CREATE TABLE product (${COLUMNS})`)
    for (let from = 0; from < count; from += 5000) {
      const rows = rowsOf(record, from, Math.min(count, from + 5000))
      await client.query('INSERT INTO product SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[])', [0, 1, 2, 3, 4, 5, 6].map((i) => rows.map((row) => row[i])))
    }
    await client.end()
  })
  return { kind: 'postgres', count, source: { ...at, plimsoll: { connector: 'postgres', settings: { dialect: 'postgres', ...at }, resource: 'product', key: ['sku'] } }, stop: () => stop(child, folder, 'SIGINT') }
}

async function mariadb({ count, record }) {
  const binary = '/usr/sbin/mariadbd'
  if (!existsSync(binary) || !existsSync('/usr/bin/mariadb-install-db')) return undefined
  const as = owner('mysql')
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-maria-'))
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid)
  const port = await freePort()
  execFileSync('/usr/bin/mariadb-install-db', ['--no-defaults', `--datadir=${join(folder, 'data')}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...(as.uid === undefined ? [] : ['--user=mysql'])], { ...as, cwd: folder, stdio: 'pipe' })
  const child = spawn(binary, ['--no-defaults', `--datadir=${join(folder, 'data')}`, '--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'server.sock')}`, '--innodb-flush-log-at-trx-commit=0'], { ...as, cwd: folder, stdio: 'ignore' })
  const at = { host: '127.0.0.1', port, user: 'root', password: '', database: 'bench' }
  const { createConnection } = await import('mysql2/promise')
  await until(async () => {
    const client = await createConnection({ ...at, database: undefined })
    await client.query('CREATE DATABASE bench CHARACTER SET utf8mb4')
    await client.query(`CREATE TABLE bench.product (${COLUMNS})`)
    for (let from = 0; from < count; from += 2000) await client.query('INSERT INTO bench.product VALUES ?', [rowsOf(record, from, Math.min(count, from + 2000))])
    await client.end()
  })
  return { kind: 'mariadb', count, source: { ...at, plimsoll: { connector: 'mariadb', settings: { dialect: 'mariadb', ...at }, resource: 'product', key: ['sku'] } }, stop: () => stop(child, folder, 'SIGTERM') }
}

async function stop(child, folder, signal) {
  const gone = new Promise((resolve) => { child.once('exit', resolve) })
  child.kill(signal)
  await gone
  rmSync(folder, { recursive: true, force: true })
}

export async function withServers({ say, ...of }, work) {
  const started = []
  try {
    for (const [name, start] of Object.entries({ PostgreSQL: postgres, MariaDB: mariadb })) {
      const server = await start(of)
      if (server) started.push(server)
      else say(`${name} is not installed and left out`)
    }
    return await work(started)
  } finally {
    for (const server of started) await server.stop()
  }
}
