/**
 * Two shops tell the hub of every change, also of those that it made itself: twice, late and in any order. People edit on both sides
 * like mad. After their last edit the exchange comes to rest, both sides agree, and nothing is written any more.
 */
import { createHmac } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/base/clock.ts'
import { Project, shortly } from '../project.ts'
import { Serving, until } from '../serving.ts'
import { type Item, manifest, Shop } from './shop.ts'

const RECORDS = 12
const EDITS = 150
const LATEST_MS = 900
const SECRET = 'both shops know it'

const plan = (a: string, b: string): string => `
plimsoll: 1
name: Two shops
systems:
  a: { connector: http, settings: { url: "${a}", manifest: ./shop.yaml, webhook_secret: "\${env:HOOK_SECRET}" }, holds: { product: { resource: items, fields: { code: code, name: name, note: note } } } }
  b: { connector: http, settings: { url: "${b}", manifest: ./shop.yaml, webhook_secret: "\${env:HOOK_SECRET}" }, holds: { product: { resource: items, fields: { code: code, name: name, note: note } } } }
entities:
  product: { identifiers: [code], golden: { home: plimsoll, by_field: { name: latest, note: latest } }, fields: { code: text, name: text, note: text } }
flows:
  products: { entity: product, between: [a, b], trigger: { event: true, every: 1 day }, brake: 100% }
`
let at: Project
let shops: Shop[] = []
let serving: Serving | undefined
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  at.done()
  for (const shop of shops.splice(0)) await shop.close()
})

/** Tells the hub of a change, twice, after some time each. */
class Teller {
  told = 0
  flying = 0
  readonly #random: () => number
  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }
  listen(shop: Shop, hook: string): void {
    shop.onChange = (item) => {
      const delivery = `${hook.at(-1)}-${(this.told += 1)}`
      const body = JSON.stringify({ id: item.id, item })
      for (let time = 0; time < 2; time += 1) void this.#say(hook, delivery, body)
    }
  }
  async #say(hook: string, delivery: string, body: string): Promise<void> {
    this.flying += 1
    try {
      await wait(this.#random() * LATEST_MS)
      const headers = { 'content-type': 'application/json', 'x-delivery': delivery, 'x-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` }
      // A shop repeats what was not acknowledged.
      for (let attempt = 0; attempt < 5; attempt += 1) if ((await fetch(hook, { method: 'POST', headers, body }).catch(() => ({ status: 0 }))).status === 202) return
    } finally {
      this.flying -= 1
    }
  }
}

describe.each([['with a version in each record', false], ['without versions: every call is only a doorbell', true]] as const)('%s', (_, bare) => {
  test('An edit storm on both sides ends in agreement, and then nothing is written.', async () => {
    const items = Array.from({ length: RECORDS }, (__, n) => ({ code: `P-${n}`, name: `Product ${n}`, note: 'first' }))
    const [a, b] = [await Shop.open(items), await Shop.open(items)]
    shops = [a, b]
    at = new Project({ 'plan.yaml': plan(a.url, b.url), 'shop.yaml': manifest({ webhooks: true, bare }) })
    at.env['HOOK_SECRET'] = SECRET
    serving = await new Serving(at).started()
    await until(() => serving!.runs().some((run) => run.summary.read === 2 * RECORDS), 'the first reading')
    expect([...a.writes, ...b.writes]).toEqual([])
    const teller = new Teller(bare ? 2 : 1)
    for (const shop of shops) teller.listen(shop, serving.hooks.find((hook) => hook.endsWith(shop === a ? '/a' : '/b'))!)

    const random = seededRandom(7)
    const typed = new Map<string, Set<string>>()
    for (let edit = 0; edit < EDITS; edit += 1) {
      const id = 1 + Math.floor(random() * RECORDS)
      const field = random() < 0.5 ? 'name' : 'note'
      const value = `v${edit}`
      typed.set(`${id} ${field}`, (typed.get(`${id} ${field}`) ?? new Set()).add(value))
      ;(random() < 0.5 ? a : b).edit(id, { [field]: value })
      await wait(random() * 30)
    }
    const shown = (shop: Shop): unknown[] => shop.all().map(({ id, code, name, note }: Item) => ({ id, code, name, note }))
    const quiet = async (): Promise<boolean> => {
      const before = a.writes.length + b.writes.length
      await wait(2 * LATEST_MS)
      const { due, unsure, parked } = (await serving!.get('/api/v1/status')).json['summary'] as unknown as Record<string, number>
      return teller.flying === 0 && a.writes.length + b.writes.length === before && due === 0 && unsure === 0 && parked === 0
    }
    await until(quiet, 'it comes to rest after the last edit', 60_000)
    expect(shown(a)).toEqual(shown(b))
    // Each edit is carried at most once to the other side, and one that loses is taken back at most once.
    expect(a.writes.length + b.writes.length).toBeLessThanOrEqual(2 * EDITS)
    for (const item of a.all()) for (const field of ['name', 'note']) {
      const values = typed.get(`${item.id} ${field}`)
      if (values) expect([...values]).toContain(item[field])
    }
    const writes = a.writes.length + b.writes.length
    expect((await serving.stop()).exit).toBe(0)
    expect(serving.runs().filter((run) => !run.summary.balanced)).toEqual([])
    expect(shortly(await at.synced())).toEqual([])
    expect(a.writes.length + b.writes.length).toBe(writes)
    // Nobody's word vanished: what did not win is in the log of conflicts or was overwritten by somebody who saw it.
    expect(at.rows('.plimsoll/store.db', 'select count(*) as n from command')).toEqual([{ n: 0 }])
  })
})
