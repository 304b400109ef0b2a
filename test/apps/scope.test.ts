import { afterEach, expect, test } from 'vitest'
import { type Json, remove, type Running, running, until } from '../support/application.ts'
import { OFFICE, planOf } from './plan.ts'

const open: Running[] = []
afterEach(async () => {
  for (const app of open.splice(0)) {
    await app.stop()
    for (const report of app.reports) expect(report.summary.balanced, JSON.stringify([...report.balances])).toBe(true)
    remove(app.folder)
  }
})
async function started(plan: string): Promise<Running> {
  const app = await running({ plan, office: OFFICE })
  open.push(app)
  return app
}
const codes = async (app: Running): Promise<string[]> => (await app.all('items')).map((one) => String(one['values']!['code'])).toSorted()

test('An application that only receives reads what the flow lets through, and changes nothing.', async () => {
  const app = await started(planOf().replace('between: { office: { trigger: { every: 1 second } }, app: {} }', 'from: { office: { trigger: { every: 1 second } } }, to: app, where: thing.size == "small"').replace('golden: { home: office, by_field: { note: latest, rating: app } }', 'golden: office'))
  await until(async () => (await codes(app)).length > 0, 'it is there')
  expect(await codes(app)).toEqual(['A-1'])
  const [{ key, etag }] = (await app.all('items')) as unknown as [{ key: string; etag: string }]
  for (const [path, method, headers] of [['/items', 'POST', { 'idempotency-key': 'x' }], [`/items/${key}`, 'PATCH', { 'if-match': etag }], [`/items/${key}`, 'DELETE', { 'if-match': etag }], ['/items/new', 'PUT', { 'if-none-match': '*' }]] as const) {
    const answer = await app.call(path, { method, headers: headers as unknown as Record<string, string>, ...(method === 'DELETE' ? {} : { body: { code: 'Z-1', names: { title: 'x' } } }) })
    expect([method, answer.status, answer.json['code']]).toEqual([method, 403, 'apps.read_only'])
  }
  // What has stopped fitting is not shown any more, and comes back.
  app.sql("UPDATE things SET size = 'large' WHERE code = 'A-1'")
  await until(async () => (await codes(app)).length === 0, 'it is not listed any more')
  expect((await app.call(`/items/${key}`)).status).toBe(404)
  app.sql("UPDATE things SET size = 'small', note = 'back' WHERE code = 'A-1'")
  await until(async () => (await app.all('items')).some((one) => String(one['values']!['note']) === 'back'), 'it is back')
  const { paths } = (await app.call('/openapi.json')).json as unknown as { paths: Record<string, Record<string, unknown>> }
  expect(Object.values(paths).map((path) => Object.keys(path))).toEqual([['get'], ['get']])
})

test('With a key in the plan records stand under it, and it does not change.', async () => {
  const app = await started(planOf().replace('resource: items', 'resource: items\n        key: code'))
  await until(async () => (await codes(app)).length === 3, 'they are there')
  const one = await app.call('/items/A-1')
  expect([one.status, one.json['key']]).toEqual([200, 'A-1'])
  const renamed = await app.call('/items/A-1', { method: 'PATCH', headers: { 'if-match': one.headers.get('etag')! }, body: { code: 'B-1' } })
  expect([renamed.status, (renamed.json['errors'] as unknown as { code: string }[]).map(({ code }) => code)]).toEqual([422, ['key']])
  const made = await app.call('/items', { method: 'POST', headers: { 'idempotency-key': '1' }, body: { code: 'N/1', names: { title: 'Bell' } } })
  expect([made.status, made.json['key'], made.headers.get('location')]).toEqual([201, 'N/1', '/apps/app/items/N%2F1'])
  expect((await app.call('/items', { method: 'POST', headers: { 'idempotency-key': '2' }, body: { code: 'N/1', names: { title: 'Other' } } })).json['code']).toBe('apps.exists')
  expect((await app.call('/items/other', { method: 'PUT', headers: { 'if-none-match': '*' }, body: { code: 'N-2', names: { title: 'x' } } })).status).toBe(422)
  await until(() => app.sql("SELECT * FROM things WHERE code = 'N/1'").length === 1, 'the office has it')
})

test('What the application deletes, and what is deleted elsewhere, follows the flow.', async () => {
  const app = await started(planOf({ flow: ', when_deleted: delete' }).replace('golden: { home: office, by_field: { note: latest, rating: app } }', 'golden: plimsoll'))
  await until(async () => (await codes(app)).length === 3, 'they are there')
  const first = (await app.all('items')).find((one) => String(one['values']!['code']) === 'A-1')!
  expect((await app.call(`/items/${String(first['key'])}`, { method: 'DELETE', headers: { 'if-match': String(first['etag']) } })).status).toBe(204)
  await until(() => app.sql("SELECT * FROM things WHERE code = 'A-1'").length === 0, 'it is deleted in the office')
  const { position } = (await app.call('/items?limit=1000')).json
  app.sql("DELETE FROM things WHERE code = 'A-2'")
  await until(async () => ((await app.call(`/items?since=${String(position)}`)).json['records'] as unknown as Json[]).some((one) => one['deleted'] as unknown as boolean), 'it is named as deleted')
  expect(await codes(app)).toEqual(['A-3'])
})

test('Calls beyond what the plan allows are answered with when to come back.', async () => {
  const app = await started(planOf({ more: 'limits: { calls: 5/minute }' }))
  const answers = await Promise.all(Array.from({ length: 12 }, () => app.call('/items')))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
  const late = answers.find(({ status }) => status === 429)!
  expect([late.json['code'], Number(late.headers.get('retry-after')) > 0]).toEqual(['apps.rate', true])
})

test('A second entity in the same resource is refused before anything is served.', async () => {
  const plan = planOf().replace('entities:\n', 'entities:\n  other: { identifiers: [code], golden: office, fields: { code: text } }\n')
    .replace('        resource: items\n', '        resource: items\n').replace('\nflows:\n', '\nflows:\n  others: { entity: other, from: office, to: app }\n')
    .replace('      thing: { resource: things,', '      other: { resource: things, fields: { code: code } }\n      thing: { resource: things,').replace('      thing:\n        resource: items', '      other: { resource: items, fields: { code: code } }\n      thing:\n        resource: items')
  await expect(running({ plan, office: OFFICE })).rejects.toMatchObject({ code: 'apps.two_entities' })
})
