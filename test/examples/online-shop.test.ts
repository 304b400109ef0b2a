/** The example's systems: same seed, same data; nobody real in them; a killed server forgets nothing. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const systems = path.resolve('examples/online-shop/systems')
const root = mkdtempSync(path.join(tmpdir(), 'online-shop-'))
const first = path.join(root, 'first')
const second = path.join(root, 'second')

beforeAll(async () => {
  await run(process.execPath, [path.join(systems, 'generate.mjs'), first])
  await run(process.execPath, [path.join(systems, 'generate.mjs'), second])
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).toSorted()
}
const text = (name: string): string => readFileSync(path.join(first, name), 'utf8')

/** Every row of every table: the bytes of a database file may differ between versions of SQLite. */
function rows(file: string): string {
  const db = new Database(file, { readonly: true })
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all() as string[]
  const all = tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()])
  db.close()
  return JSON.stringify(all)
}

describe('the data of the online shop', () => {
  it('are the same for the same seed', () => {
    const digest = (folder: string, name: string): string => createHash('sha256').update(name.endsWith('.sqlite') ? rows(path.join(folder, name)) : readFileSync(path.join(folder, name))).digest('hex')
    expect(files(second)).toEqual(files(first))
    expect(files(first).length).toBeGreaterThan(8)
    for (const name of files(first)) expect([name, digest(second, name)]).toEqual([name, digest(first, name)])
  })

  it('are at least two thousand customers, a thousand products and three thousand orders', () => {
    const shop = JSON.parse(text('storefront.json')) as Record<string, unknown[]>
    expect(shop['customers']!.length).toBeGreaterThanOrEqual(2000)
    expect(shop['variants']!.length).toBeGreaterThanOrEqual(1000)
    expect(shop['orders']!.length).toBeGreaterThanOrEqual(3000)
  })

  it('have no e-mail address that could reach somebody', () => {
    const everything = [...['storefront.json', 'truth.json'].map(text), rows(path.join(first, 'salesdesk.sqlite')), rows(path.join(first, 'backoffice.sqlite'))].join('\n')
    const domains = new Set([...everything.toLowerCase().matchAll(/[a-z0-9._-]@([a-z0-9äöü-]+(?:\.[a-z0-9-]+)+)/g)].map((match) => match[1]!))
    expect(domains.size).toBeGreaterThan(5)
    expect([...domains].filter((domain) => !/^(?:.*\.)?example(?:\.(?:com|net|org))?$|\.test$/.test(domain))).toEqual(['test.pl'])
  })

  it('have the records that the README changes', () => {
    const readme = readFileSync('examples/online-shop/README.md', 'utf8')
    const shop = JSON.parse(text('storefront.json')) as { customers: { id: number; email: string }[]; orders: { number: string; state: string }[] }
    const ids = [...readme.matchAll(/7311\/customers\/(\d+)/g)].map((match) => Number(match[1]))
    expect(ids.length).toBeGreaterThan(2)
    for (const id of ids) expect(readme).toContain(shop.customers.find((customer) => customer.id === id)!.email)
    for (const [system, sql] of [...readme.matchAll(/sql\.mjs (\w+) "(?:SELECT \* FROM|UPDATE) (.+?)"/g)].map((match) => [match[1]!, match[2]!] as const)) {
      const db = new Database(path.join(first, `${system}.sqlite`), { readonly: true })
      const [, table, where] = /^(\w+).*WHERE (.+)$/.exec(sql)!
      expect([sql, db.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get()]).not.toEqual([sql, 0])
      db.close()
    }
    const [, order] = /stage = 40 WHERE order_no = '([^']+)'/.exec(readme)!
    expect(shop.orders.find((one) => one.number === order)!.state).toBe('paid')
    expect(text('paydesk.json')).toContain(`"${/transactions\/(pd_\w+)/.exec(readme)![1]}"`)
    expect(text('paydesk.json')).toContain(`"${/merchantOrder=([\w-]+)/.exec(readme)![1]}"`)
    expect(text('goodsbook/prices.csv')).toMatch(/^BH-0001-[^;]*;PL;/m)
    expect(readFileSync(path.join(first, 'tradebook/kontrahenci_2026-11.csv'), 'latin1').split('\r\n')[1]).toContain(';14;')
  })

  it('name the same person under records that exist', () => {
    const truth = JSON.parse(text('truth.json')) as { people: { email: string; storefront?: { id: number; email: string }; salesdesk?: { id: number } }[] }
    const shop = JSON.parse(text('storefront.json')) as { customers: { id: number; email: string }[] }
    const byId = new Map(shop.customers.map((customer) => [customer.id, customer]))
    const db = new Database(path.join(first, 'salesdesk.sqlite'), { readonly: true })
    const contact = db.prepare('SELECT count(*) FROM contacts WHERE contact_id = ?').pluck()
    const both = truth.people.filter((person) => person.storefront && person.salesdesk)
    expect(both.length).toBeGreaterThan(1500)
    for (const person of both) {
      expect(contact.get(person.salesdesk!.id)).toBe(1)
      if (person.storefront!.email === 'clean') expect(byId.get(person.storefront!.id)!.email).toBe(person.email)
    }
    db.close()
    // A fifth of the identifiers is dirty.
    const dirty = both.filter((person) => person.storefront!.email !== 'clean').length / both.length
    expect(dirty).toBeGreaterThan(0.15)
    expect(dirty).toBeLessThan(0.25)
  })
})

describe('the servers of the online shop', () => {
  const services = ['storefront', 'paydesk', 'parcelway'] as const
  const env: Record<string, string> = { ...(process.env as Record<string, string>), EXAMPLE_DATA: first }
  const call = async (command: string, ...names: string[]): Promise<string> => (await run(process.execPath, [path.join(systems, 'run.mjs'), command, ...names], { env })).stdout
  const at = (service: string, place: string): string => `http://127.0.0.1:${env[`EXAMPLE_${service.toUpperCase()}_PORT`]}${place}`
  const send = (method: string, url: string, body: object): Promise<Response> => fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

  beforeAll(async () => {
    for (const service of services) env[`EXAMPLE_${service.toUpperCase()}_PORT`] = String(await freePort())
    await call('start')
  })
  afterAll(() => call('stop'))

  it('answer in pages with a total', async () => {
    const answer = await fetch(at('storefront', '/orders?_page=2&_limit=100&_sort=id'))
    expect(answer.headers.get('x-total-count')).toBe('3200')
    expect(((await answer.json()) as unknown[]).length).toBe(100)
  })

  it('keep a change, a new record and a deletion when they are killed', async () => {
    await send('PATCH', at('storefront', '/customers/3'), { phone: '1' })
    const made = (await (await send('POST', at('storefront', '/customers'), { email: 'neu@example.com' })).json()) as { id: number }
    await fetch(at('storefront', '/customers/4'), { method: 'DELETE' })
    process.kill(Number(readFileSync(path.join(first, 'run', 'storefront.pid'), 'utf8')), 'SIGKILL')
    await call('start', 'storefront')
    expect(await (await fetch(at('storefront', '/customers/3'))).json()).toMatchObject({ phone: '1', visits: expect.any(Number) as number })
    expect(await (await fetch(at('storefront', `/customers/${made.id}`))).json()).toEqual({ id: made.id, email: 'neu@example.com' })
    expect((await fetch(at('storefront', '/customers/4'))).status).toBe(404)
    // Orders of a customer who is gone stay: json-server alone would have deleted them.
    expect((await fetch(at('storefront', '/orders?_limit=1'))).headers.get('x-total-count')).toBe('3200')
  })

  it('give a new parcel its tracking number', async () => {
    const answer = await send('POST', at('parcelway', '/parcels'), { reference: 'WZ/2026/99999' })
    expect(await answer.json()).toMatchObject({ reference: 'WZ/2026/99999', status: 'created', tracking: expect.stringMatching(/^62\d{12}PL$/) as string })
  })

  it('stop one by one and start again with what they held', async () => {
    await call('stop', 'paydesk')
    await expect(fetch(at('paydesk', '/health'))).rejects.toThrow()
    await send('PATCH', at('storefront', '/customers/5'), { phone: '5' })
    await call('stop', 'storefront')
    await call('start')
    expect(await (await fetch(at('storefront', '/customers/5'))).json()).toMatchObject({ phone: '5' })
    expect((await fetch(at('paydesk', '/health'))).status).toBe(200)
  })
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
