/** Tryton: parties, products, sales, stock, purchases, invoices and shipments over JSON-RPC, on a PostgreSQL of its own. */
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { POSTGRES_PROGRAM, startPostgresIn } from './postgres.ts'
import { until } from './processes.ts'
import { type Place, type SystemDefinition, ownerOf } from './system.ts'

const DATABASE = 'tryton'
const MODULES = '/usr/lib/python3/dist-packages/trytond/modules'
/** With the modules that these depend on. */
const ACTIVATED = ['account_invoice_stock', 'account_payment', 'purchase', 'stock_package_shipping']
/** Debian's Python, not one that somebody put before it: Debian's modules are nowhere else. */
const PYTHON = '/usr/bin/python3'

function settings(place: Place, postgres: number, web: number): string {
  const file = join(place.folder, 'trytond.conf')
  writeFileSync(file, [
    '[database]', `uri = postgresql://${DATABASE}:${PASSWORD}@127.0.0.1:${postgres}/`, `path = ${join(place.folder, 'files')}`,
    '[web]', `listen = 127.0.0.1:${web}`, '[email]', 'uri = smtp://127.0.0.1:1', '',
  ].join('\n'))
  const owner = ownerOf('tryton')
  if (owner) chownSync(file, owner.uid, owner.gid)
  return file
}
async function call(port: number, path: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: 1, method, params }), signal: AbortSignal.timeout(20_000),
  })
  if (!answer.ok) throw new Error(`${method} answered ${answer.status}`)
  const said = await answer.json() as { result?: unknown; error?: unknown }
  if (said.result === undefined) throw new Error(`${method}: ${JSON.stringify(said.error)}`)
  return said.result
}

export const TRYTON: SystemDefinition = {
  name: 'tryton',
  kind: 'ERP and warehouse',
  programs: ['/usr/bin/trytond', join(MODULES, 'stock_package_shipping'), join(MODULES, 'account_payment'), join(MODULES, 'purchase'), '/usr/lib/python3/dist-packages/proteus', '/usr/lib/python3/dist-packages/psycopg2', '/usr/lib/python3/dist-packages/pycountry', POSTGRES_PROGRAM],
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 140,
  seconds: 5,
  async seed(place) {
    const file = settings(place, (await startPostgresIn(place, DATABASE)).port, 1)
    const password = join(place.folder, 'password')
    writeFileSync(password, `${PASSWORD}\n`)
    await place.finish(PYTHON, ['/usr/bin/trytond-admin', '-c', file, '-d', DATABASE, '--activate-dependencies', '-u', ...ACTIVATED, '--email', 'admin@example.test'], {
      cwd: place.folder, env: { TRYTONPASSFILE: password }, seconds: 600,
    })
    await place.finish(PYTHON, ['-W', 'ignore', join(place.software, 'seed.py'), file, DATABASE, PASSWORD], { cwd: place.folder, seconds: 180 })
  },
  async start(place) {
    const { port: postgres } = await startPostgresIn(place, DATABASE)
    const port = await place.port()
    const child = place.run(PYTHON, ['/usr/bin/trytond', '-c', settings(place, postgres, port), '-d', DATABASE], { owner: ownerOf('tryton'), env: { HOME: place.folder } })
    const version = await until('Tryton', 60, child, () => call(port, '/', 'common.server.version', []))
    // The first login loads every module; it is not the test's time.
    await until('Tryton', 60, child, () => call(port, `/${DATABASE}/`, 'common.db.login', ['admin', { password: PASSWORD }, 'en']))
    return { port, version: String(version), log: child.output, access: { user: 'admin', password: PASSWORD, database: DATABASE }, beside: { postgres } }
  },
}
