/** A MariaDB for a system that needs one, with its data in the system's own folder. */
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { type Place, ownerOf } from './system.ts'

export const MARIADB_PROGRAM = '/usr/sbin/mariadbd'
/** Its data are copied for every start: small ones. */
const SMALL = ['--innodb-log-file-size=8M', '--innodb-buffer-pool-size=64M']

/** Starts it on a free port; with no data yet they are made, with this user and this database. */
export async function startMariadbIn(place: Place, name: string): Promise<{ readonly port: number; log(): string }> {
  const owner = ownerOf('mysql')
  const folder = join(place.folder, 'mariadb')
  const data = join(folder, 'data')
  const first = !existsSync(data)
  const script = join(folder, 'init.sql')
  if (first) {
    mkdirSync(folder)
    chmodSync(folder, 0o700)
    if (owner) chownSync(folder, owner.uid, owner.gid)
    await place.finish('/usr/bin/mariadb-install-db', ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...SMALL, ...(owner ? ['--user=mysql'] : [])], { owner, cwd: folder, seconds: 120 })
    writeFileSync(script, [
      `CREATE DATABASE ${name} CHARACTER SET utf8mb4;`, `CREATE USER ${name}@'127.0.0.1' IDENTIFIED BY '${PASSWORD}';`, `GRANT ALL ON *.* TO ${name}@'127.0.0.1';`,
      `ALTER USER root@localhost IDENTIFIED BY '${PASSWORD}';`, '',
    ].join('\n'), { mode: 0o600 })
    if (owner) chownSync(script, owner.uid, owner.gid)
  }
  const port = await place.port()
  const child = place.run(MARIADB_PROGRAM, [
    '--no-defaults', `--datadir=${data}`, '--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'server.sock')}`, `--pid-file=${join(folder, 'server.pid')}`,
    '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=0', ...SMALL, ...(first ? [`--init-file=${script}`] : []),
  ], { owner, cwd: folder })
  await until('MariaDB', 60, child, async () => {
    const connection = await createConnection({ host: '127.0.0.1', port, user: name, password: PASSWORD, database: name })
    await connection.query('SELECT 1')
    await connection.end()
  })
  rmSync(script, { force: true })
  return { port, log: child.output }
}
