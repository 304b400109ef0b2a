/** Before each change a person looks at the preview. What it lists is what the sync then writes, to the last value, and looking changes nothing. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startJsonServer } from '../../support/http-servers.ts'
import { type Answer, namesOf, Project } from '../project.ts'

const PLAN = (url: string): string => `
plimsoll: 1
name: Preview
country: PL
systems:
  shop:
    connector: http
    settings: { url: "${url}", manifest: json-server }
    holds:
      customer: { resource: customers, key: id, fields: { email: email, name: name, phone: phone } }
      order: { resource: orders, key: id, fields: { number: number, customer: { path: customerId }, total: total } }
      product: { resource: products, key: id, fields: { sku: sku, title: title, stock: stock } }
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds:
      customer: { resource: people, key: id, fields: { email: mail, name: name, phone: phone } }
      order: { resource: orders, key: id, fields: { number: number, customer: { path: person_id }, total: total } }
  supplier: { connector: csv, settings: { folder: ./supplier, settle: 0 }, holds: { product: { resource: list.csv, key: sku, fields: { sku: sku, title: title, stock: stock } } } }
entities:
  customer: { identifiers: [email], golden: { home: crm, by_field: { phone: latest } }, fields: { email: email, name: text, phone: phone } }
  order: { identifiers: [number], fields: { number: text, customer: { to: customer }, total: decimal } }
  product: { identifiers: [sku], fields: { sku: text, title: text, stock: integer } }
flows:
  customers: { entity: customer, between: [shop, crm] }
  orders: { entity: order, from: shop, to: crm }
  products: { entity: product, from: supplier, to: shop, when_deleted: delete }
`
let at: Project
let shop: Awaited<ReturnType<typeof startJsonServer>>
beforeEach(async () => {
  shop = await startJsonServer({
    customers: Array.from({ length: 6 }, (_, i) => ({ id: i + 1, email: `c${i}@example.com`, name: `Customer ${i}`, phone: `+48 501 000 00${i}`, points: i })),
    orders: [{ id: 1, number: 'O1', customerId: 1, total: 12.5 }, { id: 2, number: 'O2', customerId: 6, total: 7 }],
    products: [{ id: 1, sku: 'P1', title: 'Old title', stock: 1, colour: 'red' }],
  })
  at = new Project({ 'plan.yaml': PLAN(shop.url), 'supplier/list.csv': list(['P1', 'Mug', 3], ...Array.from({ length: 30 }, (_, i) => [`Q${i}`, `Thing ${i}`, i] as const)) })
  at.sql('crm.db', 'create table people (id integer primary key, mail text unique, name text, phone text, note text); create table orders (id integer primary key, number text, person_id integer, total numeric)')
  at.insert('crm.db', 'insert into people (id, mail, name, phone, note) values (?, ?, ?, ?, ?)', [[10, 'c0@example.com', 'Customer Zero', null, 'keep'], [11, 'new@example.com', 'Only in CRM', '+48 502 000 000', 'keep']])
})
afterEach(async () => {
  await shop.close()
  at.done()
})
const list = (...rows: (readonly (string | number)[])[]): string => ['sku,title,stock', ...rows.map((row) => row.join(','))].join('\n')
const patch = (path: string, body: object, method: 'PATCH' | 'PUT' | 'POST' = 'PATCH') => fetch(`${shop.url}${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const changes = (): number => shop.seen.filter((line) => !line.startsWith('GET')).length

/** Preview, sync, and preview again. Returns the writes. */
async function asPromised(): Promise<string[]> {
  const before = { files: at.digest(), shop: JSON.stringify(shop.data), calls: changes() }
  const preview = await at.preview()
  expect({ files: at.digest(), shop: JSON.stringify(shop.data), calls: changes() }).toEqual(before)
  const promised = namesOf(preview)
  expect([preview.exit, preview.ok, preview.summary['writes']]).toEqual([promised.length > 0 ? 4 : 0, true, preview.summary['writes']])
  const done: Answer = await at.sync()
  expect(namesOf(done)).toEqual(promised)
  for (const name of ['created', 'updated', 'deleted', 'writes', 'set_aside', 'held', 'waiting']) expect([name, done.summary[name]]).toEqual([name, preview.summary[name]])
  const after = await at.preview()
  expect([after.exit, namesOf(after)]).toEqual([0, []])
  return promised
}

test('First load, edits on both sides, new records that refer to new ones, a deletion, a broken value, a change of the plan: each is listed exactly, with exit 4, and 0 when nothing is to do.', async () => {
  expect((await asPromised()).length).toBeGreaterThan(40)

  await patch('/customers/2', { phone: '+48 503 000 000', name: 'Edited where it is not owned', points: 99 })
  at.sql('crm.db', "update people set phone = '+48 504 000 000', name = 'Edited in CRM' where mail = 'c2@example.com'; update people set phone = null where mail = 'new@example.com'")
  await patch('/customers', { email: 'fresh@example.com', name: 'Fresh', phone: null }, 'POST')
  await patch('/orders', { number: 'O3', customerId: 8, total: 0.1 }, 'POST')
  const edits = await asPromised()
  expect(edits.some((line) => line.includes('O3')) && edits.some((line) => line.includes('fresh@example.com'))).toBe(true)
  expect(shop.data['customers']!.find((one) => one['id'] === 2)).toMatchObject({ points: 99, name: 'Customer 1' })

  at.put('supplier/list.csv', list(['P1', 'Mug', 'many'], ...Array.from({ length: 29 }, (_, i) => [`Q${i}`, `Thing ${i}`, i] as const)))
  const deletion = await asPromised()
  expect(deletion.filter((line) => line.includes('"delete"'))).toHaveLength(1)
  expect(shop.data['products']!.find((one) => one['sku'] === 'P1')).toMatchObject({ title: 'Mug', stock: 3, colour: 'red' })

  at.put('plan.yaml', at.text('plan.yaml').replace('phone: latest', 'phone: [crm, shop]'))
  await asPromised()
})

test('A source that does not answer is a failure of the preview too, and still nothing is changed.', async () => {
  await at.synced()
  const before = at.digest()
  await shop.close()
  const preview = await at.preview()
  expect([preview.exit, preview.ok]).toEqual([1, false])
  expect(at.digest()).toEqual(before)
})
