// A website on the products that Plimsoll keeps for it. It needs TOKEN and WEBHOOK_SECRET, the same two as `plimsoll serve` has.
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
const { API = 'http://127.0.0.1:7402/apps/shopfront', TOKEN, WEBHOOK_SECRET, PORT = '8099' } = process.env
const key = Buffer.from(WEBHOOK_SECRET.replace('whsec_', ''), 'base64')
const call = (path, options = {}) => fetch(API + path, { ...options, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...options.headers } })
const products = new Map()
let position

async function catchUp() {
  for (let more = true; more; ) {
    const answer = await call(`/product${position ? `?since=${position}` : ''}`)
    if (answer.status === 410) { products.clear(); position = undefined; continue } // away for too long: everything anew
    if (!answer.ok) throw new Error(await answer.text())
    const page = await answer.json()
    for (const one of page.records) if (!one.deleted) products.set(one.key, one); else products.delete(one.key)
    ;({ position, more } = page)
  }
}
const signed = (h, body) => h['webhook-signature'] === `v1,${createHmac('sha256', key).update(`${h['webhook-id']}.${h['webhook-timestamp']}.${body}`).digest('base64')}`
const remark = ({ key, etag }, text) => call(`/product/${encodeURIComponent(key)}`, { method: 'PATCH', headers: { 'if-match': etag }, body: JSON.stringify({ remark: text }) })
const routes = {
  'GET /': async () => [200, [...products.values()].map(({ values: p }) => `${p.sku}\t${p.title}\t${p.price}\t${p.remark ?? ''}\n`).join('')],
  'POST /changed': async (request, body) => (signed(request.headers, body) ? [204, void (await catchUp())] : [401]),
  'POST /remark': async (request, body) => { const { sku, text } = JSON.parse(body); const answer = await remark([...products.values()].find((one) => one.values.sku === sku), text); await catchUp(); return [answer.status, await answer.text()] },
}
const answer = async (request, response) => { const [status, body] = await (routes[`${request.method} ${request.url}`] ?? (async () => [404]))(request, await text(request)); response.writeHead(status).end(body) }
createServer((request, response) => answer(request, response).catch((error) => response.writeHead(502).end(String(error)))).listen(PORT, '127.0.0.1', () => catchUp().then(() => console.log(`http://127.0.0.1:${PORT}`)))
