import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Json, remove, type Running, running, until } from '../support/application.ts'
import { OFFICE, planOf } from './plan.ts'

let app: Running
beforeAll(async () => {
  app = await running({ plan: planOf(), office: OFFICE })
  await until(async () => (await app.all('items')).length === 3, 'three records are there')
})
afterAll(async () => {
  await app.stop()
  for (const report of app.reports) expect(report.summary.balanced, JSON.stringify([...report.balances])).toBe(true)
  remove(app.folder)
})

const byCode = async (code: string): Promise<Json> => (await app.all('items')).find((one) => String(one['values']?.['code']) === code)!
const office = (code: string): Record<string, unknown> => app.sql(`SELECT * FROM things WHERE code = '${code}'`)[0] as Record<string, unknown>
const etagged = (etag: unknown): Record<string, string> => ({ 'if-match': String(etag) })
let n = 0
const create = (body: unknown, headers: Record<string, string> = { 'idempotency-key': `key-${(n += 1)}` }): Promise<Answer> => app.call('/items', { method: 'POST', headers, body })
async function patch(code: string, body: unknown, etag?: unknown): Promise<Answer> {
  const held = await byCode(code)
  return app.call(`/items/${String(held['key'])}`, { method: 'PATCH', headers: etagged(etag ?? held['etag']), body })
}
const errorsOf = ({ json }: Answer): unknown[] => (json['errors'] as unknown as { pointer: string; code: string }[]).map(({ pointer, code }) => `${pointer} ${code}`)

test('A change with the ETag that was read arrives in the other system, and is answered with the next ETag.', async () => {
  const before = await byCode('A-1')
  const { status, headers, json } = await patch('A-1', { note: 'lit' })
  expect([status, json['etag'], json['values']!['note']]).toEqual([200, headers.get('etag'), 'lit'])
  expect(json['etag']).not.toBe(before['etag'])
  await until(() => office('A-1')['note'] === 'lit', 'the office has it')
  expect(office('A-1')['secret']).toBe('never shown')
})

test('A change on an older ETag is refused with the record as it is now; without any, with what is missing.', async () => {
  const before = await byCode('A-1')
  await patch('A-1', { note: 'brighter' })
  const { status, json } = await patch('A-1', { note: 'dimmer' }, before['etag'])
  expect([status, json['code'], json['current']!['values']!['note']]).toEqual([412, 'apps.changed', 'brighter'])
  for (const headers of [{}, { 'if-match': '*' }]) {
    const none = await app.call(`/items/${String(before['key'])}`, { method: 'PATCH', headers, body: { note: 'x' } })
    expect([none.status, none.json['code']]).toEqual([428, 'apps.condition'])
  }
  for (const wrong of ['W/"1"', '"x"', '"1", "2"', `W/${String((await byCode('A-1'))['etag'])}`]) expect((await patch('A-1', { note: 'x' }, wrong)).status).toBe(412)
  expect((await byCode('A-1'))['values']!['note']).toBe('brighter')
})

test('Of 200 changes at once on one version exactly one is made, version after version.', async () => {
  const made: unknown[] = []
  for (let round = 0; round < 3; round += 1) {
    const held = await byCode('A-2')
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => app.call(`/items/${String(held['key'])}`, { method: 'PATCH', headers: etagged(held['etag']), body: { note: `${round}.${i}` } })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(199)
    made.push(answers.find(({ status }) => status === 200)!.json['values']!['note'])
  }
  expect((await byCode('A-2'))['values']!['note']).toBe(made.at(-1))
  await until(() => office('A-2')['note'] === made.at(-1), 'the office has the last one')
})

test('A new record is made once, however often it is sent, and arrives in the other system.', async () => {
  const body = { code: 'N-1', names: { title: 'Bell' }, price: 12.5, size: 'L' }
  const headers = { 'idempotency-key': 'n-1' }
  const answers = await Promise.all(Array.from({ length: 20 }, () => create(body, headers)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 19 }, () => 200), 201])
  expect(new Set(answers.map(({ json }) => String(json['key']))).size).toBe(1)
  const first = answers.find(({ status }) => status === 201)!
  expect(first.headers.get('location')).toBe(`/apps/app/items/${String(first.json['key'])}`)
  expect(answers.filter(({ headers: of }) => of.get('idempotent-replayed') === 'true')).toHaveLength(19)
  const other = await create({ ...body, code: 'N-2' }, headers)
  expect([other.status, errorsOf(other)]).toEqual([422, [' idempotency_key']])
  expect((await create(body, {})).json['code']).toBe('apps.once')
  await until(() => office('N-1') !== undefined, 'the office has it')
  expect(office('N-1')).toMatchObject({ name: 'Bell', price: '12.5', size: 'large' })
  expect(app.sql("SELECT * FROM things WHERE code LIKE 'N-%'")).toHaveLength(1)
})

test('An application may choose the key of a new record itself, and takes nobody’s place with it.', async () => {
  const put = (key: string, body: unknown, headers: Record<string, string> = { 'if-none-match': '*' }): Promise<Answer> => app.call(`/items/${encodeURIComponent(key)}`, { method: 'PUT', headers, body })
  const key = 'phone/7 Łódź'
  const made = await put(key, { code: 'P-1', names: { title: 'Made offline' }, rating: 1 })
  expect([made.status, made.json['key'], made.headers.get('location')]).toEqual([201, key, `/apps/app/items/${encodeURIComponent(key)}`])
  const again = await put(key, { code: 'P-1', names: { title: 'Another' } })
  expect([again.status, again.json['code'], again.json['current']!['key']]).toEqual([412, 'apps.exists', key])
  const whole = await put(key, { code: 'P-1', names: { title: 'Made offline' }, rating: 2, note: 'x' }, { 'if-match': made.headers.get('etag')! })
  expect([whole.status, whole.json['values']]).toEqual([200, { code: 'P-1', names: { title: 'Made offline' }, rating: 2, note: 'x' }])
  const emptied = await put(key, { code: 'P-1', names: { title: 'Made offline' }, rating: 3 }, { 'if-match': whole.headers.get('etag')! })
  expect(emptied.json['values']).toEqual({ code: 'P-1', names: { title: 'Made offline' }, rating: 3, note: null })
  expect((await put('x', { code: 'P-2', names: { title: 'x' } }, {})).json['code']).toBe('apps.condition')
  await until(() => office('P-1')?.['rating'] === 3 && office('P-1')['note'] === null, 'the office has the last of it')
})

test('What is wrong is named field by field, and nothing of it is kept.', async () => {
  const before = (await app.all('items')).length
  const wrong = await create({ code: 'x'.repeat(30), price: -1, born: '31.02.2024', size: 'XXL', rating: 9, active: 'perhaps', secret: 'x', names: { title: 'x', other: 1 }, more: [1] })
  expect([wrong.status, wrong.json['code']]).toEqual([422, 'apps.fields'])
  expect(errorsOf(wrong).toSorted()).toEqual(['/active type', '/born type', '/code length', '/more unknown', '/names/other unknown', '/price range', '/rating range', '/secret unknown', '/size code'])
  expect(errorsOf(await create({ names: { title: 'nameless' } }))).toEqual(['/code required'])
  expect(errorsOf(await create({ code: 'F-1', names: { title: 'Free' }, size: 'S', price: 0 }))).toEqual([' no_free_small'])
  expect(errorsOf(await patch('A-1', { rating: 0 }))).toEqual(['/rating range'])
  expect((await app.all('items')).length).toBe(before)
})

test('A change of what others decide is told so, and their value comes back.', async () => {
  const changed = await patch('A-1', { names: { title: 'My own name' }, rating: 5 })
  expect([changed.status, changed.json['decided_elsewhere']]).toEqual([200, [{ pointer: '/names/title', by: ['office'], outcome: 'restored' }]])
  await until(async () => ((await byCode('A-1'))['values'] as unknown as { names: { title: string } }).names.title === 'Lantern', 'the name of the office is back')
  expect(office('A-1')).toMatchObject({ name: 'Lantern', rating: 5 })
})

test('A deletion needs the ETag too; the record is then named as deleted to whoever reads on.', async () => {
  const made = await create({ code: 'D-1', names: { title: 'Short-lived' } })
  const { key, position } = made.json as unknown as { key: string; position: string }
  expect((await app.call(`/items/${key}`, { method: 'DELETE' })).status).toBe(428)
  expect((await app.call(`/items/${key}`, { method: 'DELETE', headers: etagged('"1"') })).status).toBe(412)
  const held = await app.call(`/items/${key}`)
  expect((await app.call(`/items/${key}`, { method: 'DELETE', headers: etagged(held.headers.get('etag')) })).status).toBe(204)
  expect((await app.call(`/items/${key}`)).status).toBe(404)
  expect((await app.call(`/items/${key}`, { method: 'PATCH', headers: etagged(held.headers.get('etag')), body: { note: 'x' } })).status).toBe(404)
  const since = (await app.call(`/items?since=${position}`)).json['records'] as unknown as Json[]
  expect(since.filter((one) => String(one['key']) === key).map((one) => one['deleted'])).toEqual([true])
  expect((await app.all('items')).map((one) => String(one['key']))).not.toContain(key)
})

test('Hostile bodies are refused and leave nothing behind.', async () => {
  const polluting = '{"code":"H-1","names":{"title":"x"},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
  expect(errorsOf(await create(polluting)).toSorted()).toEqual(['/__proto__ unknown', '/constructor unknown'])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  const key = (): Record<string, string> => ({ 'idempotency-key': `h-${(n += 1)}` })
  const bad = async (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<number> => (await app.call('/items', { method: 'POST', headers: { ...key(), ...headers }, body })).status
  for (const body of ['', '[]', '"x"', '1', 'null', '{', '{"code":1,"code":2}', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, `${'['.repeat(100_000)}`]) expect([body.slice(0, 20), await bad(body)]).toEqual([body.slice(0, 20), 400])
  expect(await bad(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toBe(400)
  expect(await bad('{"code":"H-1"}', { 'content-type': 'text/plain' })).toBe(415)
  expect(await bad(`{"code":"${'x'.repeat(1_100_000)}"}`)).toBe(413)
  expect((await create({ code: 'H-2', names: { title: 'x' } }, { ...key(), 'edited-at': 'yesterday' })).status).toBe(400)
  expect((await create({ code: '=cmd|x', names: { title: '<script>alert(1)</script>' } })).status).toBe(201)
  await until(() => office('=cmd|x')?.['name'] === '<script>alert(1)</script>', 'text is text')
})

test('Who changes what another one wrote knew it, whatever the clock of the phone says.', async () => {
  const held = await byCode('A-3')
  await patch('A-3', { note: 'first' })
  await until(() => office('A-3')['note'] === 'first', 'the office has it')
  app.sql("UPDATE things SET note = 'by the office' WHERE code = 'A-3'")
  await until(async () => (await byCode('A-3'))['values']!['note'] as unknown === 'by the office', 'it is here')
  const late = await app.call(`/items/${String(held['key'])}`, { method: 'PATCH', headers: { ...etagged((await byCode('A-3'))['etag']), 'edited-at': '2020-01-01T00:00:00Z' }, body: { note: 'typed long ago' } })
  expect(late.status).toBe(200)
  // It was typed over what the office had said: it supersedes that, whatever the clock of the phone says.
  await until(() => office('A-3')['note'] === 'typed long ago', 'who saw the other word and changed it is right')
})
