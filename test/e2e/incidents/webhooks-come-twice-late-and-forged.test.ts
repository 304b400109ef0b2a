/**
 * The shop's webhooks come twice, in the wrong order, unsigned, forged and replayed from long ago, also around a restart. What they say is
 * believed only as far as it is signed and newer; nothing is lost, nothing is done twice.
 */
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Project } from '../project.ts'
import { answered, Serving, until } from '../serving.ts'
import { manifest, Shop } from './shop.ts'

const SECRET = 'whsec-of-this-shop'
const PLAN = (url: string): string => `
plimsoll: 1
name: Webhooks
systems:
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml, webhook_secret: "\${env:SHOP_SECRET}" }
    holds: { item: { resource: items, key: id, fields: { code: code, name: name } } }
  database: { connector: sqlite, settings: { file: ./hub.db }, holds: [item] }
entities:
  item: { identifiers: [code], fields: { code: text, name: text } }
flows:
  items: { entity: item, from: shop, to: database, trigger: { event: true, every: 1 day } }
`
/** As shop.ts has it, but with the moment of sending under the signature. */
const SIGNED_TIME = manifest({ webhooks: true }).replace('prefix: "sha256=" }', 'part: v1, timestamp: { part: t }, signed: "{timestamp}.{body}" }')

let at: Project
let shop: Shop
let serving: Serving | undefined
beforeEach(async () => {
  shop = await Shop.open(Array.from({ length: 5 }, (_, i) => ({ code: `C${i + 1}`, name: `first ${i + 1}` })))
  at = new Project({ 'plan.yaml': PLAN(shop.url), 'shop.yaml': SIGNED_TIME })
  at.env['SHOP_SECRET'] = SECRET
})
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  await shop.close()
  at.done()
})
const serve = async (): Promise<Serving> => (serving = await new Serving(at).started())
const names = (): unknown[] => {
  try {
    return at.rows('hub.db', 'select name from item order by code').map((row) => row['name'])
  } catch {
    return []
  }
}
const loaded = async (): Promise<Serving> => {
  const s = await serve()
  await until(() => names().length === 5, 'the first load')
  return s
}
interface Call { readonly body: string; readonly delivery: string; readonly sentAt: number; readonly secret?: string; readonly unsigned?: boolean }
async function post(s: Serving, { body, delivery, sentAt, secret = SECRET, unsigned }: Call): Promise<{ status: number; taken: number | undefined }> {
  const t = Math.floor(sentAt / 1000)
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  const answer = await answered(await fetch(s.hooks[0]!, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-delivery': delivery, ...(unsigned ? {} : { 'x-signature': `t=${t},v1=${v1}` }) } }))
  return { status: answer.status, taken: answer.json['taken'] }
}
const call = (id: number, delivery: string, of: object = {}): Call => ({ body: JSON.stringify({ id, item: { ...shop.items.get(id)!, ...of } }), delivery, sentAt: Date.now() })
const inbox = async (s: Serving): Promise<string> => /^plimsoll_inbox (\d+)/m.exec((await s.get('/metrics')).text)?.[1] ?? '?'
const writes = (s: Serving): number => s.runs().reduce((sum, run) => sum + run.summary.writes, 0)

describe('webhooks of a shop that can not be trusted to send each once, in order', () => {
  test('Reordered and doubled: the newest counts, and each change is written once.', async () => {
    const s = await loaded()
    const calls: Call[] = []
    for (let n = 2; n <= 4; n += 1) for (let id = 1; id <= 5; id += 1) {
      shop.edit(id, { name: `v${n} of ${id}` })
      calls.push(call(id, `d${id}.${n}`))
    }
    // The newest first, each three times.
    for (const one of calls.toReversed()) for (let again = 0; again < 3; again += 1) expect((await post(s, one)).status).toBe(202)
    await until(() => names().join() === [1, 2, 3, 4, 5].map((id) => `v4 of ${id}`).join(), 'the newest arrive')
    await until(async () => (await inbox(s)) === '0', 'everything is taken in')
    // Old ones once more, under other ids: they say what was true before.
    for (const [i, one] of calls.slice(0, 10).entries()) expect((await post(s, { ...one, delivery: `again${i}` })).status).toBe(202)
    await until(async () => (await inbox(s)) === '0', 'the old ones are taken in')
    await s.stop()
    expect(names()).toEqual([1, 2, 3, 4, 5].map((id) => `v4 of ${id}`))
    expect(at.rows('.plimsoll/store.db', "select count(*) n from change where kind = 'conflict'")).toEqual([{ n: 0 }])
    expect(s.runs().every((run) => run.summary.balanced)).toBe(true)
    // Five created, then each changed at least once and never more often than it was said.
    expect(writes(s)).toBeGreaterThanOrEqual(10)
    expect(writes(s)).toBeLessThanOrEqual(20)
  })

  test('Repeated over a restart: a delivery that was taken in is not taken in again, by no later process.', async () => {
    let s = await loaded()
    shop.edit(1, { name: 'changed' })
    const once = call(1, 'only-once')
    expect(await post(s, once)).toEqual({ status: 202, taken: 1 })
    await until(() => names()[0] === 'changed', 'it arrives')
    expect(await post(s, once)).toEqual({ status: 202, taken: 0 })
    // Kept and not taken in yet when the process dies: it is taken in by the next one, once.
    shop.trouble = ({ path, response }) => {
      if (!path.startsWith('/items')) return false
      response.writeHead(503).end()
      return true
    }
    const kept = { body: JSON.stringify({ id: 2 }), delivery: 'kept', sentAt: Date.now() }
    expect(await post(s, kept)).toEqual({ status: 202, taken: 1 })
    s.kill()
    await s.ended
    shop.trouble = undefined
    shop.edit(2, { name: 'while it was down' })
    s = await serve()
    await until(() => names()[1] === 'while it was down', 'what was kept is taken in')
    expect(await post(s, once)).toEqual({ status: 202, taken: 0 })
    expect(await post(s, kept)).toEqual({ status: 202, taken: 0 })
    expect(await post(s, { ...kept, delivery: 'another' })).toEqual({ status: 202, taken: 1 })
    expect((await s.stop()).exit).toBe(0)
  })

  test('Unsigned, forged, altered and replayed from long ago: refused, and nothing of them is kept or read.', async () => {
    const s = await loaded()
    const seen = shop.seen.length
    const good = call(1, 'x', { name: 'FORGED', version: 99 })
    const hour = 3_600_000
    expect((await post(s, { ...good, unsigned: true })).status).toBe(401)
    expect((await post(s, { ...good, secret: 'somebody else' })).status).toBe(401)
    expect((await post(s, { ...good, sentAt: Date.now() - hour })).status).toBe(401)
    expect((await post(s, { ...good, sentAt: Date.now() + hour })).status).toBe(401)
    const t = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', SECRET).update(`${t}.${JSON.stringify({ id: 1 })}`).digest('hex')
    // A good signature over other bytes, over another time, cut short, and among many.
    for (const header of [`t=${t},v1=${signature}`, `t=${t + 1},v1=${signature}`, `t=${t},v1=${signature.slice(0, 10)}`, `t=${t},v0=${signature}`, `v1=${signature}`, `t=${t}${',v1=aa'.repeat(200)},v1=${signature}`]) {
      const answer = await fetch(s.hooks[0]!, { method: 'POST', body: good.body, headers: { 'x-signature': header, 'x-delivery': 'y' } })
      expect([header.slice(0, 40), answer.status]).toEqual([header.slice(0, 40), 401])
    }
    expect([await inbox(s), shop.seen.length, names()[0]]).toEqual(['0', seen, 'first 1'])
    // What was refused uses up no delivery id.
    shop.edit(1, { name: 'true' })
    expect(await post(s, call(1, 'x'))).toEqual({ status: 202, taken: 1 })
    await until(() => names()[0] === 'true', 'the true one arrives')
    expect(JSON.stringify(s.events)).not.toContain(SECRET)
  })
})
