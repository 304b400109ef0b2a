import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openHttp, specOf } from '../../../../../test/support/http-servers.ts'
import type { SettingValues, WebhookRequest } from '../../../contract.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const SECONDS = String(NOW / 1_000)
const EVENTS = [
  { when: [{ of: 'type', is: ['customer.updated', 'customer.created'] }], resource: { value: 'customers' }, kind: 'changed', key: 'data.id', record: 'data' },
  { when: [{ of: 'type', is: ['customer.deleted'] }], resource: { value: 'customers' }, kind: 'deleted', key: 'data.id' },
  { when: [{ of: { header: 'X-Topic' }, is: ['ping'] }], resource: { value: 'none' }, kind: 'ignored' },
]

async function receiving(signature: object, settings: SettingValues = { webhook_secret: 'sesame' }, webhooks: object = {}) {
  const session = await openHttp('http://127.0.0.1:9', {
    ...settings,
    definition: { http: 1, resources: { customers: { changed: 'at', deleted: 'gone' } }, webhooks: { signature, events: EVENTS, ...webhooks } } as never,
  })
  const resource = session.resource(specOf('customers'))
  return { session, resource, receive: (request: WebhookRequest) => session.receive!(request) }
}
const request = (body: string, headers: Record<string, string>): WebhookRequest => ({ body: Buffer.from(body), headers, receivedAt: NOW })
const hmac = (text: string, secret: string | Buffer = 'sesame', encoding: 'hex' | 'base64' = 'hex'): string => createHmac('sha256', secret).update(text).digest(encoding)

const UPDATED = '{ "type": "customer.updated",  "data": {"id": 7, "name": "Łucja", "at": "2026-06-01T11:59:00Z", "big": 9007199254740993 } }'
const HEX = { kind: 'hmac-sha256', header: 'X-Signature', prefix: 'sha256=' }

describe('a signed webhook', () => {
  test('It says which record changed, with its values, over the bytes as they came.', async () => {
    const { receive, resource } = await receiving(HEX, undefined, { delivery: { header: 'X-Delivery' } })
    const events = await receive(request(UPDATED, { 'x-signature': `sha256=${hmac(UPDATED)}`, 'X-Delivery': 'd1' }))
    expect(events).toMatchObject([{ resource: 'customers', kind: 'changed', key: '7', deliveryId: 'd1', record: { key: '7', editedAt: NOW - 60_000, values: { name: 'Łucja' } } }])
    expect(String(events[0]!.record!.values['big'])).toBe('9007199254740993')
    expect(resource.traits.pushes).toBe(true)
  })

  test('Base64, a time in a header, and a secret in base64.', async () => {
    const secret = Buffer.from('raw-key')
    const { receive } = await receiving({ kind: 'hmac-sha256', header: 'X-Sig', encoding: 'base64', timestamp: { header: 'X-Time' }, secret: 'base64' }, { webhook_secret: secret.toString('base64') })
    const body = '{"type":"customer.deleted","data":{"id":"a"}}'
    expect(await receive(request(body, { 'x-time': SECONDS, 'x-sig': hmac(`${SECONDS}.${body}`, secret, 'base64') }))).toEqual([{ resource: 'customers', kind: 'deleted', key: 'a' }])
  })

  test('Time and several signatures in one header, as while a secret is changed.', async () => {
    const { receive } = await receiving({ kind: 'hmac-sha256', header: 'X-Sig', part: 'v1', timestamp: { part: 't' } })
    expect(await receive(request(UPDATED, { 'x-sig': `t=${SECONDS},v1=${hmac('old')},v1=${hmac(`${SECONDS}.${UPDATED}`)}` }))).toHaveLength(1)
  })

  test('The Standard Webhooks scheme: id, time and body are signed, and signatures of other versions are passed over.', async () => {
    const { receive } = await receiving({ kind: 'standard-webhooks', tolerance: '1d' }, { webhook_secret: `whsec_${Buffer.from('a key of some length').toString('base64')}` })
    const signed = hmac(`msg_1.${SECONDS}.${UPDATED}`, 'a key of some length', 'base64')
    const events = await receive(request(UPDATED, { 'webhook-id': 'msg_1', 'webhook-timestamp': SECONDS, 'webhook-signature': `v1a,xyz v1,${signed}` }))
    expect(events).toMatchObject([{ deliveryId: 'msg_1', key: '7' }])
  })

  test('Several records in one delivery have ids of their own, so that none passes for a repetition.', async () => {
    const { receive } = await receiving(HEX, undefined, { delivery: { header: 'X-Delivery' }, events: [{ each: 'items', resource: 'kind', kind: 'changed', key: 'id' }] })
    const body = '{"items":[{"kind":"customers","id":1},{"kind":"customers","id":2}]}'
    expect(await receive(request(body, { 'x-signature': `sha256=${hmac(body)}`, 'x-delivery': 'd' }))).toEqual([
      { resource: 'customers', kind: 'changed', key: '1', deliveryId: 'd#0' }, { resource: 'customers', kind: 'changed', key: '2', deliveryId: 'd#1' },
    ])
  })

  test('A partial record is marked so, one that the system marks as deleted is a deletion, and a foreign record is only a doorbell.', async () => {
    const { receive } = await receiving(HEX, undefined, { events: [{ resource: { value: 'customers' }, kind: 'changed', key: 'id', record: 'data', partial: true }] })
    const send = (body: string) => receive(request(body, { 'x-signature': `sha256=${hmac(body)}` }))
    expect(await send('{"id":1,"data":{"id":1,"name":"x"}}')).toMatchObject([{ kind: 'changed', record: { partial: true } }])
    expect(await send('{"id":1,"data":{"id":1,"gone":"2026-01-01"}}')).toMatchObject([{ kind: 'deleted' }])
    const [doorbell] = await send('{"id":1,"data":{"id":2}}')
    expect(doorbell).toEqual({ resource: 'customers', kind: 'changed', key: '1' })
  })

  test('An event that the manifest ignores says nothing; one that it does not know is reported.', async () => {
    const { receive } = await receiving(HEX)
    const signed = (body: string, more = {}) => request(body, { 'x-signature': `sha256=${hmac(body)}`, ...more })
    expect(await receive(signed('{}', { 'x-topic': 'ping' }))).toEqual([])
    await expect(receive(signed('{"type":"new.thing"}'))).rejects.toMatchObject({ code: 'http.webhook_body', class: 'data' })
    await expect(receive(signed('not json'))).rejects.toMatchObject({ code: 'http.webhook_body' })
    await expect(receive(signed('{"type":"customer.updated","data":{}}'))).rejects.toMatchObject({ code: 'http.webhook_body' })
  })
})

describe('a webhook that is not what it says', () => {
  const timed = { kind: 'hmac-sha256', header: 'X-Sig', timestamp: { header: 'X-Time' } }
  const standard = { kind: 'standard-webhooks' }
  const inOne = { kind: 'hmac-sha256', header: 'X-Sig', part: 'v1', timestamp: { part: 't' } }
  const good = `sha256=${hmac(UPDATED)}`
  const timedGood = hmac(`${SECONDS}.${UPDATED}`)
  test.each([
    ['no signature', HEX, {}],
    ['an empty signature', HEX, { 'x-signature': '' }],
    ['a signature without its prefix', HEX, { 'x-signature': hmac(UPDATED) }],
    ['a signature of another body', HEX, { 'x-signature': `sha256=${hmac(`${UPDATED} `)}` }],
    ['a signature with another secret', HEX, { 'x-signature': `sha256=${hmac(UPDATED, 'other')}` }],
    ['half a signature', HEX, { 'x-signature': good.slice(0, 30) }],
    ['a signature that is longer', HEX, { 'x-signature': `${good}00` }],
    ['a signature that is no hexadecimal', HEX, { 'x-signature': `sha256=${'zz'.repeat(32)}` }],
    ['more than a signature behind it', HEX, { 'x-signature': `${good}zz` }],
    ['a blank in the name of a part', inOne, { 'x-sig': `t =${SECONDS},v1=${timedGood}` }],
    ['a blank before the value of a part', inOne, { 'x-sig': `t=${SECONDS},v1= ${timedGood}` }],
    ['a line end around a part', inOne, { 'x-sig': `t=${SECONDS},\nv1=${timedGood}` }],
    ['no time', timed, { 'x-sig': hmac(`.${UPDATED}`) }],
    ['a time long ago', timed, { 'x-time': String(NOW / 1_000 - 301), 'x-sig': hmac(`${NOW / 1_000 - 301}.${UPDATED}`) }],
    ['a time in the future', timed, { 'x-time': String(NOW / 1_000 + 301), 'x-sig': hmac(`${NOW / 1_000 + 301}.${UPDATED}`) }],
    ['another time than the signed one', timed, { 'x-time': SECONDS, 'x-sig': hmac(`${NOW / 1_000 - 9_999}.${UPDATED}`) }],
    ['a time that is no time', timed, { 'x-time': 'now', 'x-sig': hmac(`now.${UPDATED}`) }],
    ['no id', standard, { 'webhook-timestamp': SECONDS, 'webhook-signature': `v1,${hmac(`.${SECONDS}.${UPDATED}`, Buffer.from('sesame', 'base64'), 'base64')}` }],
    ['another version of the scheme', standard, { 'webhook-id': 'm', 'webhook-timestamp': SECONDS, 'webhook-signature': `v2,${hmac(`m.${SECONDS}.${UPDATED}`, Buffer.from('sesame', 'base64'), 'base64')}` }],
  ])('With %s it is class auth and nothing of it is read.', async (_what, signature, headers) => {
    const { receive } = await receiving(signature)
    await expect(receive(request(UPDATED, headers as unknown as Record<string, string>))).rejects.toMatchObject({ code: 'http.signature', class: 'auth', message: expect.not.stringContaining('sesame') })
  })

  test('Without a secret, or without a word in the manifest, it is refused.', async () => {
    const { receive } = await receiving(HEX, {})
    await expect(receive(request(UPDATED, { 'x-signature': `sha256=${hmac(UPDATED, '')}` }))).rejects.toMatchObject({ code: 'http.webhook_unset', class: 'config' })
    const session = await openHttp('http://127.0.0.1:9', { webhook_secret: 'x', definition: { http: 1, resources: {} } as never })
    await expect(session.receive!(request(UPDATED, {}))).rejects.toMatchObject({ code: 'http.webhook_unset' })
    const { receive: standardOne } = await receiving(standard, { webhook_secret: 'whsec_' })
    await expect(standardOne(request(UPDATED, { 'webhook-id': 'm', 'webhook-timestamp': SECONDS, 'webhook-signature': 'v1,x' }))).rejects.toMatchObject({ code: 'http.webhook_unset' })
  })
})
