import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openHttp } from '../../../../../test/support/http-servers.ts'
import type { SettingValues } from '../../../contract.ts'

const EVENTS = [{ resource: { value: 'things' }, kind: 'ignored' }]

async function received(signature: object, settings: SettingValues, given: { readonly body: string | Uint8Array; readonly headers?: Record<string, string>; readonly at?: number; readonly address?: string }): Promise<unknown> {
  const session = await openHttp('http://127.0.0.1:9', { ...settings, definition: { http: 1, resources: { things: {} }, webhooks: { signature, events: EVENTS } } as never })
  try {
    return await session.receive!({ headers: given.headers ?? {}, body: Buffer.from(given.body), receivedAt: given.at ?? 0, ...(given.address === undefined ? {} : { address: given.address }) })
  } finally {
    await session.close()
  }
}
const refused = { code: 'http.signature', class: 'auth' }
const form = 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'

/** What the owners of these schemes (or the standards) publish as an example: key, message and signature are theirs. */
const PUBLISHED = [
  {
    what: 'HMAC with a prefix over the body (X-Hub-Signature-256)',
    signature: { kind: 'hmac-sha256', header: 'X-Hub-Signature-256', prefix: 'sha256=' }, secret: "It's a Secret to Everybody",
    body: 'Hello, World!', headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
  },
  {
    what: 'HMAC over version, time and body (X-Slack-Signature)',
    signature: { kind: 'hmac-sha256', header: 'X-Slack-Signature', prefix: 'v0=', timestamp: { header: 'X-Slack-Request-Timestamp' }, signed: 'v0:{timestamp}:{body}' }, secret: '8f742231b10e8888abcd99yyyzzz85a5',
    body: form, headers: { 'x-slack-request-timestamp': '1531420618', 'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503' }, at: 1_531_420_618_000,
  },
  {
    what: 'Standard Webhooks',
    signature: { kind: 'standard-webhooks' }, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    body: '{"test": 2432232314}', headers: { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' }, at: 1_614_265_330_000,
  },
  {
    what: 'HMAC over the address and the sorted fields of a form (X-Twilio-Signature)',
    signature: { kind: 'hmac-sha1', header: 'X-Twilio-Signature', encoding: 'base64', signed: '{url}{form}' }, secret: '12345', settings: { webhook_url: 'https://mycompany.com/myapp.php?foo=1&bar=2' },
    body: 'Digits=1234&To=%2B18005551212&From=%2B14158675310&Caller=%2B14158675310&CallSid=CA1234567890ABCDE', headers: { 'x-twilio-signature': 'GvWf1cFY/Q7PnoempGyD5oXAezc=' },
  },
  {
    what: 'HMAC in each event, over some of its values (hmacSignature of notificationItems)',
    signature: {
      kind: 'hmac-sha256', each: 'notificationItems', path: 'NotificationRequestItem.additionalData.hmacSignature', encoding: 'base64', secret: 'hex',
      signed: '{body.NotificationRequestItem.pspReference}:{body.NotificationRequestItem.originalReference}:{body.NotificationRequestItem.merchantAccountCode}:{body.NotificationRequestItem.merchantReference}:{body.NotificationRequestItem.amount.value}:{body.NotificationRequestItem.amount.currency}:{body.NotificationRequestItem.eventCode}:{body.NotificationRequestItem.success}',
    },
    secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    body: JSON.stringify({ live: 'false', notificationItems: [{ NotificationRequestItem: { additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' }, amount: { value: 1130, currency: 'EUR' }, pspReference: '7914073381342284', eventCode: 'AUTHORISATION', merchantAccountCode: 'TestMerchant', merchantReference: 'TestPayment-1407325143704', success: 'true' } }] }),
  },
  {
    what: 'HMAC-SHA-512 (RFC 4231, test case 2)',
    signature: { kind: 'hmac-sha512', header: 'X-Signature' }, secret: 'Jefe', body: 'what do ya want for nothing?',
    headers: { 'x-signature': '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737' },
  },
  {
    what: 'HMAC-SHA-384 (RFC 4231, test case 2)',
    signature: { kind: 'hmac-sha384', header: 'X-Signature' }, secret: 'Jefe', body: 'what do ya want for nothing?',
    headers: { 'x-signature': 'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649' },
  },
  {
    what: 'Ed25519 (RFC 8032, section 7.1, test 3)',
    signature: { kind: 'ed25519', header: 'X-Signature-Ed25519' }, secret: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', body: Buffer.from('af82', 'hex'),
    headers: { 'x-signature-ed25519': '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a' },
  },
] as const

describe('schemes with published examples', () => {
  test.each(PUBLISHED)('$what: what was published is accepted, and nothing that differs by a character.', async (one) => {
    const settings = { webhook_secret: one.secret, ...('settings' in one ? one.settings : {}) }
    const given = { headers: {}, ...one }
    // A body that is no JSON ends later, at the reading: the sender was accepted.
    const accepted = await received(one.signature, settings, given).catch((error: { code: string }) => error.code)
    expect([[], 'http.webhook_body']).toContainEqual(accepted)
    const text = Buffer.from(one.body).toString('latin1')
    const changed = Buffer.from(text.includes('1130') ? text.replace('1130', '1131') : text.includes('Digits=1234') ? text.replace('1234', '1235') : `${text} `, 'latin1')
    await expect(received(one.signature, settings, { ...given, body: changed })).rejects.toMatchObject(refused)
    await expect(received(one.signature, { ...settings, webhook_secret: one.signature.kind === 'ed25519' ? '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c' : `${one.secret}ab` }, given)).rejects.toMatchObject(refused)
  })
})

const NOW = 1_780_000_000_000
const hmac = (text: string, secret: string, encoding: 'hex' | 'base64' = 'hex', hash = 'sha256'): string => createHmac(hash, secret).update(text).digest(encoding)

describe('schemes described by their owners', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = (key: typeof pair.publicKey): string => key.export({ type: 'spki', format: 'pem' }) as string
  const signedBy = (hash: string, key: typeof pair.privateKey, text = '{}'): string => sign(hash, Buffer.from(text), key).toString('base64')
  test.each([
    ['time and several versions in one header', { kind: 'hmac-sha256', header: 'X-S', part: 'v1', timestamp: { part: 't' } }, 'k', { 'x-s': `v0=x,t=${NOW / 1000},v1=${'0'.repeat(64)},v1=${hmac(`${NOW / 1000}.{}`, 'k')}` }],
    ['parts with another separator and another joint', { kind: 'hmac-sha256', header: 'X-S', part: 'h1', separator: ';', timestamp: { part: 'ts' }, signed: '{timestamp}:{body}' }, 'k', { 'x-s': `ts=${NOW / 1000};h1=${hmac(`${NOW / 1000}:{}`, 'k')}` }],
    ['Base64 over the body', { kind: 'hmac-sha256', header: 'X-S', encoding: 'base64' }, 'k', { 'x-s': hmac('{}', 'k', 'base64') }],
    ['SHA-1 with a prefix', { kind: 'hmac-sha1', header: 'X-S', prefix: 'sha1=' }, 'k', { 'x-s': `sha1=${hmac('{}', 'k', 'hex', 'sha1')}` }],
    ['method, address, body and time', { kind: 'hmac-sha256', header: 'X-S', encoding: 'base64', timestamp: { header: 'X-T' }, signed: '{method}{url}{body}{timestamp}' }, 'k', { 'x-t': String(NOW), 'x-s': hmac(`POSThttps://hub.example/hooks/shop{}${NOW}`, 'k', 'base64') }],
    ['another header among what is signed', { kind: 'hmac-sha256', header: 'X-S', signed: '{header.X-Topic}|{body}' }, 'k', { 'x-topic': 'orders', 'x-s': hmac('orders|{}', 'k') }],
    ['an RSA key', { kind: 'rsa-sha256', header: 'X-S' }, pem(pair.publicKey), { 'x-s': signedBy('sha256', pair.privateKey) }],
    ['an RSA key as one line with \\n', { kind: 'rsa-sha512', header: 'X-S' }, pem(pair.publicKey).replaceAll('\n', String.raw`\n`), { 'x-s': signedBy('sha512', pair.privateKey) }],
    ['an elliptic key, bare', { kind: 'ecdsa-sha256', header: 'X-S' }, ec.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), { 'x-s': signedBy('sha256', ec.privateKey) }],
    ['a token in a header', { kind: 'token', header: 'X-Token' }, 'shared', { 'x-token': 'shared' }],
    ['a token with a scheme before it, whose case is free', { kind: 'token', header: 'Authorization', prefix: 'Bearer ' }, 'shared', { authorization: 'bearer shared' }],
    ['user and password', { kind: 'basic' }, 'jo:pä:ss', { authorization: `Basic ${Buffer.from('jo:pä:ss').toString('base64')}` }],
  ])('%s.', async (_what, signature, secret, headers) => {
    const settings = { webhook_secret: secret, webhook_url: 'https://hub.example/hooks/shop' }
    const given = { body: '{}', headers: headers as unknown as Record<string, string>, at: NOW }
    expect(await received(signature, settings, given)).toEqual([])
    expect(await received(signature, { ...settings, webhook_secret: signature.kind.startsWith('rsa') || signature.kind.startsWith('ec') ? secret : 'the new one', webhook_secret_old: secret }, given)).toEqual([])
    for (const name of Object.keys(given.headers)) {
      await expect(received(signature, settings, { ...given, headers: { ...given.headers, [name]: `${given.headers[name]}A` } })).rejects.toMatchObject(refused)
      await expect(received(signature, settings, { ...given, headers: { ...given.headers, [name]: '' } })).rejects.toMatchObject(refused)
    }
    await expect(received(signature, {}, given)).rejects.toMatchObject({ code: 'http.webhook_unset' })
  })

  test('A token and its time may stand in the body; what is signed may not be swapped by a placeholder in a value.', async () => {
    const signature = { kind: 'hmac-sha256', path: 's.signature', timestamp: { path: 's.timestamp' }, id: { path: 's.token' }, signed: '{timestamp}{id}{body.event}' }
    const of = (id: string, event: string) => JSON.stringify({ s: { timestamp: String(NOW / 1000), token: id, signature: hmac(`${NOW / 1000}${id}${event}`, 'k') }, event })
    expect(await received(signature, { webhook_secret: 'k' }, { body: of('a', 'b'), at: NOW })).toEqual([])
    expect(await received(signature, { webhook_secret: 'k' }, { body: of('{body.event}', '{id}'), at: NOW })).toEqual([])
    await expect(received(signature, { webhook_secret: 'k' }, { body: of('a', 'b'), at: NOW + 301_000 })).rejects.toMatchObject(refused)
    expect(await received({ kind: 'token', path: 'value.clientState' }, { webhook_secret: 'state' }, { body: '{"value":{"clientState":"state"}}' })).toEqual([])
    await expect(received({ kind: 'token', path: 'value.clientState' }, { webhook_secret: 'state' }, { body: '{"value":{"clientState":["state"]}}' })).rejects.toMatchObject(refused)
  })

  test('Where each event is signed, one event that is not spoils the delivery, and none at all is no delivery.', async () => {
    const signature = { kind: 'hmac-sha256', each: 'events', path: 'sig', signed: '{body.n}' }
    const send = (events: unknown) => received(signature, { webhook_secret: 'k' }, { body: JSON.stringify({ events }) })
    expect(await send([{ n: 1, sig: hmac('1', 'k') }, { n: 2, sig: hmac('2', 'k') }])).toEqual([])
    for (const bad of [[{ n: 1, sig: hmac('1', 'k') }, { n: 3, sig: hmac('2', 'k') }], [], {}, [null], ['x'], Array.from({ length: 1_001 }, () => ({ n: 1, sig: hmac('1', 'k') }))]) await expect(send(bad)).rejects.toMatchObject(refused)
  })
})

describe('webhooks that nobody signs', () => {
  const signature = { kind: 'none', from: ['203.0.113.0/24', '2001:db8::/32'] }
  test('They are refused unless the operator accepts them, and then only from the networks that are listed.', async () => {
    await expect(received(signature, {}, { body: '{}', address: '203.0.113.7' })).rejects.toMatchObject({ code: 'http.webhook_unset' })
    const accepting = { webhook_unsigned: true }
    expect(await received(signature, accepting, { body: '{}', address: '203.0.113.7' })).toEqual([])
    expect(await received(signature, accepting, { body: '{}', address: '2001:db8::1' })).toEqual([])
    expect(await received(signature, accepting, { body: '{}', address: '::ffff:203.0.113.7' })).toEqual([])
    for (const address of ['203.0.114.7', '::1', 'localhost', '']) await expect(received(signature, accepting, { body: '{}', address })).rejects.toMatchObject(refused)
    await expect(received(signature, accepting, { body: '{}' })).rejects.toMatchObject(refused)
  })
})

test.each([
  ['a key of another kind', { kind: 'rsa-sha256', header: 'X-S' }, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string],
  ['a key that is none', { kind: 'ed25519', header: 'X-S' }, 'canary-of-a-secret'],
  ['a secret that is no hex', { kind: 'hmac-sha256', header: 'X-S', secret: 'hex' }, 'zz'],
  ['an address that is signed and not known', { kind: 'hmac-sha256', header: 'X-S', signed: '{url}{body}' }, 'k'],
])('With %s the setting is named and not shown.', async (_what, signature, secret) => {
  await expect(received(signature, { webhook_secret: secret }, { body: '{}', headers: { 'x-s': 'AA==' } })).rejects.toMatchObject({ code: 'http.webhook_unset', message: expect.not.stringContaining('canary') })
})
