/**
 * Overnight a source has renamed, retyped or removed fields: an interface, a table, a file. It is noticed before anything is written, the
 * run stops with the list of what changed and where it is used, and goes on when the plan, the source or a person says so.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { json, type Running, startServer } from '../../support/http-servers.ts'
import { type Answer, Project, shortly } from '../project.ts'
import { Serving, until } from '../serving.ts'

const PLAN = (source: string): string => `
plimsoll: 1
name: Fields change
systems:
  shop:
${source}
  other: { connector: csv, settings: { folder: ./other, settle: 0 }, holds: { note: { resource: notes.csv, key: id, fields: { code: code, text: text } } } }
  crm: { connector: sqlite, settings: { file: ./crm.db }, holds: [customer, note] }
entities:
  customer: { identifiers: [email], fields: { email: email, name: text, phone: text, credit: decimal } }
  note: { identifiers: [code], fields: { code: text, text: text } }
flows:
  customers: { entity: customer, from: shop, to: crm }
  notes: { entity: note, from: other, to: crm }
`
const FIELDS = '{ email: email, name: name, phone: phone, credit: credit }'
const HTTP = (url: string, fields = FIELDS, omits = false): string => `    connector: http
    settings: { url: "${url}", definition: { http: 1, resources: { customers: { omits_empty: ${omits}, list: { path: /customers } } } } }
    holds: { customer: { resource: customers, key: id, fields: ${fields} } }`
const SQL = `    connector: sqlite
    settings: { file: ./shop.db }
    holds: { customer: { resource: customers, key: id, fields: ${FIELDS} } }`
const CSV = `    connector: csv
    settings: { folder: ./shop, settle: 0 }
    holds: { customer: { resource: customers.csv, key: id, fields: ${FIELDS} } }`

let at: Project
let shop: (Running & { readonly seen: string[] }) | undefined
let customers: Record<string, unknown>[] = []
let serving: Serving | undefined
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  await shop?.close()
  shop = undefined
  at.done()
})
const people = (n = 40): Record<string, unknown>[] => Array.from({ length: n }, (_, i) => ({ id: i + 1, email: `p${i}@example.com`, name: `Person ${i}`, phone: `+48 501 000 ${100 + i}`, credit: i }))
const crm = () => at.rows('crm.db', 'select * from customer order by email')
const NOTES = (text: string): string => `id,code,text\n1,N1,${text}\n`

async function begin(source: (url: string) => string): Promise<void> {
  customers = people()
  shop = await startServer(({ response }) => json(response, 200, customers))
  at = new Project({ 'plan.yaml': PLAN(source(shop.url)), 'other/notes.csv': NOTES('first') })
}
const changed = (answer: Answer): string[] => (answer.result['changed_fields'] as unknown as { system: string; fields: { path: string; says: string; used: string[] }[] }[])
  .flatMap((one) => one.fields.map((field) => `${one.system} ${field.path} ${field.says} — ${field.used.join('; ')}`))

/** The run stops: exit 2, the list, and not one write anywhere. */
async function stopsWith(...expected: RegExp[]): Promise<void> {
  at.put('other/notes.csv', NOTES('second'))
  const held = crm()
  const notes = at.rows('crm.db', 'select * from note')
  for (const command of ['preview', 'sync', 'sync']) {
    const answer = await at.run(command)
    expect([command, answer.exit, answer.ok, answer.summary['writes'], answer.summary.balanced]).toEqual([command, 2, false, 0, true])
    const found = changed(answer)
    expect(found).toHaveLength(expected.length)
    for (const [i, words] of expected.entries()) expect(found[i]).toMatch(words)
    expect(answer.result['failures']).toMatchObject([{ system: 'shop', code: 'sync.fields_changed' }])
  }
  expect([crm(), at.rows('crm.db', 'select * from note')]).toEqual([held, notes])
}

describe('an interface', () => {
  test('A renamed, a retyped and a removed field are named together with where they are used; with the plan mended the next run goes on.', async () => {
    await begin((url) => HTTP(url))
    await at.synced()
    const before = crm()
    customers = people().map(({ phone, name: _name, credit, ...rest }) => ({ ...rest, telephone: phone, credit: { amount: credit } }))
    await stopsWith(
      /^shop name is in none of 40 records \(40 of 40 records had it\); nothing reads telephone — customer\.name → crm\/customer name$/,
      /^shop phone is in none of 40 records .* — customer\.phone → crm\/customer phone$/,
      /^shop credit can't be read in any of 40 records .* — customer\.credit → crm\/customer credit$/,
    )
    const said = await at.say('sync')
    expect(said.out).toMatch(/shop\/customers is no longer what the plan reads; nothing was written\.\n {4}name is in none[^\n]*\n {6}used: customer\.name → crm\/customer name/)
    expect((await at.run('status')).out).toContain('sync.fields_changed')
    customers = customers.map((one) => ({ ...one, name: `Person ${Number(one['id']) - 1}` }))
    at.put('plan.yaml', PLAN(HTTP(shop!.url, '{ email: email, name: name, phone: telephone, credit: credit.amount }')))
    expect(shortly(await at.synced())).toEqual(['crm/note 1 update text: "first" → "second"'])
    expect(crm()).toEqual(before)
  })

  test('Where a missing field means empty, nothing is emptied by it; a person may say that it is right, and then it is.', async () => {
    await begin((url) => HTTP(url, FIELDS, true))
    await at.synced()
    customers = people().map(({ phone: _phone, ...rest }) => rest)
    await stopsWith(/^shop phone is in none/)
    expect(crm().every((row) => row['phone'] !== null)).toBe(true)
    expect((await at.say('release', 'shop/customers')).exit).toBe(0)
    await at.synced()
    expect(crm().every((row) => row['phone'] === null)).toBe(true)
    expect((await at.synced()).summary['writes']).toBe(0)
  })

  test('A field that only some have may be missing, records may change, and a few new ones without it are no alarm.', async () => {
    await begin((url) => HTTP(url))
    customers = people().map(({ phone, ...one }, i) => ({ ...one, ...(i % 4 === 0 ? { phone } : {}) }))
    await at.synced()
    customers = [...people(2).map(({ phone: _phone, ...rest }) => rest), ...customers.slice(2)]
    await at.synced()
    customers = people().map((one) => ({ ...one, phone: null }))
    const nulls = await at.sync()
    expect(changed(nulls)).toEqual([])
  })

  test('While serving, this source is paused with its reason, and all others go on.', async () => {
    await begin((url) => HTTP(url))
    at.put('plan.yaml', at.text('plan.yaml').replace('from: shop, to: crm }', 'from: shop, to: crm, trigger: 1 second }').replace('from: other, to: crm }', 'from: other, to: crm, trigger: 1 second }'))
    await at.synced()
    const before = crm()
    serving = await new Serving(at).started()
    customers = people().map(({ phone, ...rest }) => ({ ...rest, telephone: phone }))
    await until(() => serving!.events.some((event) => event.event === 'trouble' && event['code'] === 'sync.fields_changed'), 'it is told')
    at.put('other/notes.csv', NOTES('third'))
    await until(() => at.rows('crm.db', 'select text from note')[0]?.['text'] === 'third', 'the other source goes on')
    expect(crm()).toEqual(before)
    expect((await serving.get('/api/v1/status')).text).toMatch(/"state":"paused"[^}]*sync\.fields_changed|sync\.fields_changed[^}]*"state":"paused"/)
  })
})

describe('tables and files', () => {
  test('A column of a table that was renamed.', async () => {
    await begin(() => SQL)
    at.sql('shop.db', 'create table customers (id integer primary key, email text, name text, phone text, credit numeric)')
    at.insert('shop.db', 'insert into customers values (?, ?, ?, ?, ?)', people().map((one) => Object.values(one)))
    await at.synced()
    at.sql('shop.db', 'alter table customers rename column phone to telephone')
    await stopsWith(/^shop phone is not there any more \(.*telephone.*\) — customer\.phone → crm\/customer phone$/)
  })

  test('A column of a list that was renamed, and one that holds something else now.', async () => {
    await begin(() => CSV)
    const list = (header: string, credit: (one: Record<string, unknown>) => unknown): string => [header, ...people().map((one) => [one['id'], one['email'], one['name'], one['phone'], credit(one)].join(','))].join('\n')
    at.put('shop/customers.csv', list('id,email,name,phone,credit', (one) => one['credit']))
    await at.synced()
    at.put('shop/customers.csv', list('id,email,name,telephone,credit', (one) => one['credit']))
    await stopsWith(/^shop phone is in none of 40 records .* — customer\.phone → crm\/customer phone$/)
    at.put('shop/customers.csv', list('id,email,name,phone,credit', () => 'on request'))
    await stopsWith(/^shop credit can't be read in any of 40 records .* — customer\.credit → crm\/customer credit$/)
  })
})
