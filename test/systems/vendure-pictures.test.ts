/** A picture goes into a real shop once, and the products name it. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import type { MediaForTarget, SystemSession } from '../../src/systems/contract.ts'
import { httpConnector } from '../../src/systems/protocols/http/index.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'

/** One green point. */
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const hash = createHash('sha256').update(PICTURE).digest('hex')

let shop: RunningSystem
let session: SystemSession
const kept = new Map<string, string>()
const media: MediaForTarget = {
  open: async (value) => (value.endsWith(hash) ? { hash, bytes: PICTURE.length, name: 'green.png', content: async function* () { yield PICTURE } } : undefined),
  sent: async (of) => kept.get(of),
  keep: async (of, key) => void kept.set(of, key),
}
beforeAll(async () => {
  shop = await startSystem('vendure', { bodies: true })
  session = await httpConnector.open({ url: shop.url, manifest: 'vendure', user: String(shop.access['user']), password: String(shop.access['password']) }, { clock: systemClock, system: 'shop', timeZone: 'UTC', readOnly: false, budget: async () => {}, media })
}, 600_000)
afterAll(async () => {
  await session?.close()
  await shop?.end()
})

test('Two products that show the same picture send it once, and the shop serves it as it was.', async () => {
  const products = session.resource({ resource: 'products', key: [], parts: new Map(), identifiers: [] })
  const product = (n: number) => ({
    operation: 'create' as const, idempotencyKey: `p${n}`,
    values: { enabled: true, featuredAssetId: `https://pim.example/green-${n}.png#sha256:${hash}`, translations: [{ languageCode: 'en', name: `Green ${n}`, slug: `green-${n}`, description: '' }] },
  })
  const results = await products.write!([product(1), product(2)], { signal: new AbortController().signal, deadline: Number.MAX_SAFE_INTEGER })
  expect(results.map((result) => result.is)).toEqual(['done', 'done'])
  expect(kept.size).toBe(1)
  const held = await products.readKeys!(results.map((result) => (result as { key: string }).key), new AbortController().signal)
  expect(held.map((record) => (record.values['featuredAsset'] as { id: string }).id)).toEqual([...kept.values(), ...kept.values()])

  const login = await fetch(`${shop.url}${String(shop.access['admin'])}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: `mutation { login(username: "${String(shop.access['user'])}", password: "${String(shop.access['password'])}") { __typename } }` }) })
  const asked = await fetch(`${shop.url}${String(shop.access['admin'])}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${login.headers.get('vendure-auth-token')}` }, body: JSON.stringify({ query: `{ asset(id: "${[...kept.values()][0]}") { source mimeType fileSize } }` }) })
  const { data: { asset } } = await asked.json() as { data: { asset: { source: string; mimeType: string; fileSize: number } } }
  expect(asset).toMatchObject({ mimeType: 'image/png', fileSize: PICTURE.length })
  expect(Buffer.from(await (await fetch(asset.source)).arrayBuffer()).equals(PICTURE)).toBe(true)
})
