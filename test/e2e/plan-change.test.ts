/** A running plan gets a field, a rule and another system: the state is the one that a fresh store would reach, and ids stay. */
import { afterEach, expect, test } from 'vitest'
import { namesOf, Project, shortly } from './project.ts'

interface Step { readonly city?: boolean; readonly rule?: boolean; readonly erp?: boolean; readonly owner?: string; readonly renamed?: boolean }
const plan = ({ city, rule, erp, owner, renamed }: Step): string => `
plimsoll: 1
name: Growing
country: PL
systems:
  shop:
    connector: sqlite
    settings: { file: ./shop.db }
    holds: { customer: { resource: users, fields: { email: mail, name: name, phone: tel${city ? ', city: town' : ''} } } }
  ${renamed ? 'sales: { was: crm,' : 'crm: {'} connector: sqlite, settings: { file: ./crm.db }, holds: { customer: { resource: contacts, fields: { email: e_mail, name: name, phone: mobile${city ? ', city: city' : ''} } } } }
  news:
    connector: sqlite
    settings: { file: ./news.db }
    holds: { customer: { resource: readers, fields: { email: address, name: full } } }
${erp ? `  erp:
    connector: sqlite
    settings: { file: ./erp.db }
    holds: { customer: { resource: parties, fields: { email: mail, name: title, phone: phone${city ? ', city: place' : ''} } } }
` : ''}entities:
  customer:
    identifiers: [email]
    golden: { home: ${owner ?? (renamed ? 'sales' : 'crm')}, by_field: { phone: latest${city ? ', city: latest' : ''} } }
    fields: { email: email, name: text, phone: phone${city ? ', city: text' : ''} }
${rule ? `    rules: { named: { must: customer.name != "Nobody", says: A customer has a name, if_broken: set_aside } }\n` : ''}flows:
  customers: { entity: customer, between: [shop, ${renamed ? 'sales' : 'crm'}${erp ? ', erp' : ''}], to: news, brake: 100% }
`

const open: Project[] = []
afterEach(() => {
  for (const project of open.splice(0)) project.done()
})

function filled(): Project {
  const at = new Project({ 'plan.yaml': plan({}) })
  open.push(at)
  at.sql('shop.db', `create table users (id integer primary key, mail text, name text, tel text, town text);
    insert into users values (1, 'a@example.com', 'Ala', '501000001', 'Hel'), (2, 'b@example.com', 'Bea', null, 'Reda'), (3, 'c@example.com', 'Nobody', '503000003', null)`)
  at.sql('crm.db', `create table contacts (id integer primary key, e_mail text, name text, mobile text, city text);
    insert into contacts values (10, 'a@example.com', 'Alicja', null, null), (11, 'd@example.com', 'Dan', '504000004', 'Puck')`)
  at.sql('news.db', 'create table readers (id integer primary key, address text, full text)')
  at.sql('erp.db', `create table parties (id integer primary key, mail text, title text, phone text, place text);
    insert into parties values (100, 'B@example.com', 'Beata', '502000002', null), (101, 'e@example.com', 'Ewa', null, 'Gdynia')`)
  return at
}
/** Golden records with their values: a list in the store, whose names stand elsewhere. */
const store = (at: Project): { id: string; values: Record<string, unknown> }[] =>
  at.rows('.plimsoll/store.db', `select golden.id, "values" v, name.text n from golden join name on name.id = "values" ->> 0 where mergedInto is null order by "values"`).map((row) => {
    const [names, list] = [row['n'], row['v']].map((text) => (JSON.parse(String(text)) as unknown[]).slice(1)) as [string[], unknown[]]
    return { id: String(row['id']), values: Object.fromEntries(names.map((name, i) => [name, list[i]])) }
  })
const values = (at: Project): unknown[] => store(at).map((row) => row.values)
  .filter((v) => v['email']).toSorted((a, b) => (String(a['email']) < String(b['email']) ? -1 : 1))
const targets = (at: Project): unknown => ({
  shop: at.rows('shop.db', 'select mail, name, tel, town from users order by lower(mail)'),
  crm: at.rows('crm.db', 'select e_mail, name, mobile, city from contacts order by lower(e_mail)'),
  news: at.rows('news.db', 'select address, full from readers order by 1'),
  erp: at.rows('erp.db', 'select mail, title, phone, place from parties order by lower(mail)'),
})
const ids = (at: Project): Map<string, string> => new Map(store(at).map((row) => [String(row.values['email']), row.id]))

test('A field, a rule and a system more: what the preview shows is written, ids stay, and a fresh store over the same systems agrees.', async () => {
  const at = filled()
  await at.synced()
  const before = ids(at)
  at.put('plan.yaml', plan({ city: true, rule: true, erp: true }))
  const preview = await at.preview()
  expect(preview.exit).toBe(4)
  const done = await at.synced()
  expect(namesOf(done)).toEqual(namesOf(preview))
  expect(shortly(await at.synced())).toEqual([])
  for (const [email, id] of before) expect([email, ids(at).get(email)]).toEqual([email, id])
  const grown = values(at)

  const fresh = filled()
  fresh.put('plan.yaml', plan({ city: true, rule: true, erp: true }))
  await fresh.synced()
  expect(shortly(await fresh.synced())).toEqual([])
  const of = (at: Project) => at.rows('erp.db', `select lower(mail) mail, title, phone, place from parties where mail not like 'c@%' order by 1`)
  expect(of(at)).toEqual(of(fresh))
  expect(at.rows('crm.db', `select e_mail, name, city from contacts where e_mail not like 'c@%' order by lower(e_mail)`)).toEqual(fresh.rows('crm.db', `select e_mail, name, city from contacts where e_mail not like 'c@%' order by lower(e_mail)`))

  // The same systems, a store that knows nothing: the same golden values, no write.
  at.remove('.plimsoll')
  expect(shortly(await at.synced())).toEqual([])
  // What was taken in before the rule came stays as it was; a store that knows nothing sets it aside.
  const kept = grown.filter((value) => (value as { name: string }).name !== 'Nobody')
  expect(values(at)).toEqual(kept)
})

test('Another owner brings back nothing that was overruled, and a renamed system keeps what it had.', async () => {
  const at = filled()
  await at.synced()
  const was = targets(at)
  const before = ids(at)
  at.put('plan.yaml', plan({ owner: 'shop' }))
  expect(shortly(await at.synced())).toEqual([])
  expect(targets(at)).toEqual(was)
  at.put('plan.yaml', plan({ renamed: true }))
  expect(shortly(await at.synced())).toEqual([])
  expect(ids(at)).toEqual(before)
  at.sql('crm.db', `update contacts set name = 'Anna' where id = 10`)
  expect(shortly(await at.synced())).toEqual(['news/readers 1 update full: "Alicja" → "Anna"', 'shop/users 1 update name: "Alicja" → "Anna"'])
})

test('A system that vanished from the plan stops the run with the question; nothing is deleted.', async () => {
  const at = filled()
  at.put('plan.yaml', plan({ erp: true }))
  await at.synced()
  const was = targets(at)
  at.put('plan.yaml', plan({}))
  const answer = await at.sync()
  expect(answer.exit).not.toBe(0)
  expect(JSON.stringify(answer.error)).toContain('erp')
  expect(targets(at)).toEqual(was)
  await at.synced('--removed', 'erp')
  expect(targets(at)).toEqual(was)
  at.put('plan.yaml', plan({ erp: true }))
  expect(shortly(await at.synced())).toEqual([])
})
