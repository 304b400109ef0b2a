/** Odoo 14: an ERP with customers, sales, stock and leads over JSON-RPC, with its own demonstration data; in a Debian of its own, on a PostgreSQL of its own. */
import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PASSWORD } from './password.ts'
import { POSTGRES_PROGRAM, startPostgresIn } from './postgres.ts'
import { type Child, until } from './processes.ts'
import type { Place, SystemDefinition } from './system.ts'

const DATABASE = 'odoo'
/** In a file of the software: with other modules it is seeded anew. */
const MODULES = fileURLToPath(new URL('../software/odoo/modules.txt', import.meta.url))

/** Odoo's own process, shut into its Debian, with the system's folder at /srv/data. The mounts go with it. */
function odoo(place: Place, postgres: number, port: number, args: readonly string[]): Child {
  const data = join(place.folder, 'odoo')
  const id = (flag: string): number => Number(execFileSync('chroot', [place.software, 'id', flag, 'odoo'], { encoding: 'utf8' }).trim())
  if (!existsSync(data)) mkdirSync(data)
  const config = join(data, 'odoo.conf')
  writeFileSync(config, [
    '[options]', 'db_host = 127.0.0.1', `db_port = ${postgres}`, `db_user = ${DATABASE}`, `db_password = ${PASSWORD}`, `db_name = ${DATABASE}`, 'list_db = False', 'http_interface = 127.0.0.1', `http_port = ${port}`,
    'data_dir = /srv/data/files', 'max_cron_threads = 0', 'workers = 0', '',
  ].join('\n'))
  for (const path of [data, config]) chownSync(path, id('-u'), id('-g'))
  return place.run('unshare', [
    '--mount', 'sh', '-ec', 'root=$1 data=$2; shift 2; mount -t proc proc "$root/proc"; mount --bind "$data" "$root/srv/data"; exec chroot --userspec=odoo "$root" /usr/bin/odoo -c /srv/data/odoo.conf "$@"', 'sh', place.software, data, ...args,
  ], { env: { HOME: '/srv/data' } })
}
async function call(port: number, service: string, method: string, args: readonly unknown[]): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/jsonrpc`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params: { service, method, args } }), signal: AbortSignal.timeout(30_000),
  })
  const said = await answer.json() as { result?: unknown; error?: unknown }
  if (said.result === undefined) throw new Error(`${method}: ${JSON.stringify(said.error).slice(0, 500)}`)
  return said.result
}

export const ODOO: SystemDefinition = {
  name: 'odoo',
  kind: 'ERP and CRM',
  programs: [POSTGRES_PROGRAM],
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 160,
  seconds: 6,
  long: true,
  async seed(place) {
    const { port: postgres } = await startPostgresIn(place, DATABASE)
    const child = odoo(place, postgres, await place.port(), ['-i', readFileSync(MODULES, 'utf8').trim(), '--stop-after-init'])
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<number>((resolve) => { timer = setTimeout(() => resolve(-1), 900_000) })
    const status = await Promise.race([child.exit, late])
    clearTimeout(timer)
    if (status !== 0) throw new Error(`Odoo did not make its database: ${child.output().trim().slice(-1500)}`)
  },
  async start(place) {
    const { port: postgres } = await startPostgresIn(place, DATABASE)
    const port = await place.port()
    const child = odoo(place, postgres, port, [])
    const { server_version: version } = await until('Odoo', 90, child, () => call(port, 'common', 'version', [])) as { server_version: string }
    const user = await until('Odoo', 90, child, () => call(port, 'common', 'login', [DATABASE, 'admin', 'admin']))
    return { port, version, log: child.output, access: { database: DATABASE, user: 'admin', password: 'admin', id: Number(user), rpc: '/jsonrpc' }, beside: { postgres } }
  },
}
