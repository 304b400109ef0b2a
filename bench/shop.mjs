// A shop that calls by webhook and a store front that is written to, both on loopback, and `plimsoll serve` between them.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PLIMSOLL } from './child.mjs'

const LOOPBACK = fileURLToPath(new URL('loopback.mjs', import.meta.url))

/** Lines of a child that are waited for one by one. */
class Talking {
  constructor(command, args, options = {}) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options })
    this.errors = ''
    this.child.stderr.on('data', (part) => (this.errors += part))
    this.ended = new Promise((resolve) => this.child.on('close', resolve))
    const lines = []
    const waiting = []
    createInterface(this.child.stdout).on('line', (line) => (waiting.length > 0 ? waiting.shift()(line) : lines.push(line)))
    this.line = () => (lines.length > 0 ? Promise.resolve(lines.shift()) : Promise.race([new Promise((resolve) => waiting.push(resolve)), this.ended.then(() => Promise.reject(new Error(`it ended: ${this.errors}`)))]))
  }

  async ask(command) {
    this.child.stdin.write(`${command}\n`)
    return JSON.parse(await this.line())
  }
  tell(command) {
    this.child.stdin.write(`${command}\n`)
  }
}

export async function loopback(records) {
  const system = new Talking(process.execPath, [LOOPBACK, String(records)])
  system.address = await system.line()
  return system
}

const RESOURCE = `    key: id
    version: { path: version, order: true }
    list: { path: /products, paging: { kind: offset, parameter: start, size: limit, at_most: 1000 } }
    get: { path: "/products/{key}" }
    get_many: { path: /products, query: { ids: "{keys}" }, at_most: 100 }
    find: { path: /products, query: { "{field}": "{values}" }, at_most: 40 }
`
const SHOP = `http: 1
name: shop
resources:
  products:
${RESOURCE}webhooks:
  signature: { kind: hmac-sha256, header: X-Signature, prefix: "sha256=" }
  delivery: { header: X-Delivery }
  events:
    - { when: [{ of: type, is: [changed] }], resource: { value: products }, kind: changed, record: record }
`
const WRITES = `    create: { path: /products }
    update: { path: "/products/{key}" }
`
const FRONT = `http: 1
name: front
parallel: 8
resources:
  products:
${RESOURCE}${WRITES}`

export function writeShop(folder, { shop, front, twoWay = false }) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'shop.yaml'), twoWay ? SHOP.replace('webhooks:', `${WRITES}webhooks:`) : SHOP)
  writeFileSync(join(folder, 'front.yaml'), FRONT)
  writeFileSync(join(folder, 'plan.yaml'), `plimsoll: 1
name: Shop to store front
systems:
  shop:
    connector: http
    settings: { url: "${shop}", manifest: ./shop.yaml, webhook_secret: "\${env:SHOP_SECRET}" }
    holds:
      product: { resource: products, fields: { sku: sku, name: name, price: { path: price, currency: EUR }, note: note } }
  front:
    connector: http
    settings: { url: "${front}", manifest: ./front.yaml }
    holds:
      product: { resource: products, fields: { sku: sku, name: name, price: { path: price, currency: EUR }, note: note } }
entities:
  product:
    identifiers: [sku]
${twoWay ? '    golden: { home: shop, by_field: { name: latest } }\n' : ''}    fields: { sku: text, name: text, price: money, note: text }
flows:
  products: { entity: product, ${twoWay ? 'between: [shop, front], trigger: { event: true, every: 20 seconds }' : 'from: shop, to: front, trigger: { event: true, every: 1 day }'}, brake: 100% }
`)
}

export async function serve(folder) {
  const env = { PATH: process.env.PATH, HOME: folder, TZ: 'UTC', SHOP_SECRET: 'bench' }
  const process_ = new Talking(process.execPath, [...(process.env.BENCH_PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROF}`] : []), PLIMSOLL, 'serve', '--port', '0', '--hooks-port', '0', '--json'], { cwd: folder, env })
  const events = []
  const started = await (async () => {
    for (;;) {
      const event = JSON.parse(await process_.line())
      if (event.event === 'started') return event
      if (event.ok === false) throw new Error(JSON.stringify(event.error))
      events.push(event)
    }
  })()
  void (async () => {
    for (;;) events.push(JSON.parse(await process_.line()))
  })().catch(() => undefined)
  return {
    events, started, pid: process_.child.pid,
    get: async (path) => (await fetch(started.address + path)).json(),
    async stop() {
      process_.child.kill('SIGINT')
      return process_.ended
    },
    kill: () => process_.child.kill('SIGKILL'),
  }
}
