/** Two databases that both send and receive: what people edit, clear and contradict. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Project, shortly } from './project.ts'

const PLAN = `
plimsoll: 1
name: Shop and CRM
country: PL
systems:
  shop:
    connector: sqlite
    settings: { file: ./shop.db }
    holds:
      customer: { resource: users, fields: { email: mail, name: full_name, phone: tel, city: town, tier: tier, tags: tags } }
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds:
      customer: { resource: contacts, fields: { email: e_mail, name: name, phone: mobile, city: city, tier: level, tags: labels } }
entities:
  customer:
    identifiers: [email]
    golden: { home: crm, by_field: { phone: latest, email: latest, city: latest, tags: union, tier: ask } }
    fields: { email: email, name: text, phone: phone, city: text, tier: { codes: [basic, gold] }, tags: { list: text } }
flows:
  customers: { entity: customer, between: [shop, crm] }
`

let at: Project
beforeEach(() => {
  at = new Project({ 'plan.yaml': PLAN })
  at.sql('shop.db', 'create table users (id integer primary key, mail text, full_name text, tel text, town text, tier text, tags text, last_seen text)')
  at.sql('crm.db', 'create table contacts (id integer primary key, e_mail text, name text, mobile text, city text, level text, labels text, note text)')
})
afterEach(() => at.done())

const shop = (sql: string): void => at.sql('shop.db', sql)
const crm = (sql: string): void => at.sql('crm.db', sql)
const shopRows = () => at.rows('shop.db', 'select * from users order by id')
const crmRows = () => at.rows('crm.db', 'select * from contacts order by id')

async function same(): Promise<void> {
  shop(`insert into users values (1, 'ala@example.com', 'Ala Kot', '501000001', 'Gdynia', 'basic', '["a","b"]', 'x')`)
  crm(`insert into contacts values (10, 'ala@example.com', 'Ala Kot', '501000001', 'Gdynia', 'basic', '["a","b"]', 'keep')`)
  const first = await at.synced()
  expect(shortly(first)).toEqual([])
}
const quiet = async (): Promise<void> => {
  expect(shortly(await at.synced())).toEqual([])
}

describe('two databases, both ways', () => {
  test('A person in one of them is created in the other, whichever knows more fills what is missing, and then it is quiet.', async () => {
    shop(`insert into users values (1, 'ala@example.com', 'Ala Kot', '501 000 001', null, 'basic', null, 'x'), (2, 'ola@example.com', 'Ola', null, 'Sopot', null, null, 'y')`)
    crm(`insert into contacts values (10, 'ALA@example.com ', 'Alicja Kot', null, 'Gdynia', null, '["vip"]', 'keep')`)
    await at.synced()
    expect(shopRows()).toEqual([
      { id: 1, mail: 'ala@example.com', full_name: 'Alicja Kot', tel: '501 000 001', town: 'Gdynia', tier: 'basic', tags: '["vip"]', last_seen: 'x' },
      { id: 2, mail: 'ola@example.com', full_name: 'Ola', tel: null, town: 'Sopot', tier: null, tags: expect.toBeOneOf([null, '[]']), last_seen: 'y' },
    ])
    expect(crmRows()).toEqual([
      { id: 10, e_mail: 'ALA@example.com ', name: 'Alicja Kot', mobile: '+48501000001', city: 'Gdynia', level: 'basic', labels: '["vip"]', note: 'keep' },
      { id: 11, e_mail: 'ola@example.com', name: 'Ola', mobile: null, city: 'Sopot', level: null, labels: expect.toBeOneOf([null, '[]']), note: null },
    ])
    await quiet()
  })

  test('An edit on both sides of a field: one wins, the loser is in the conflict log, both sides agree.', async () => {
    await same()
    shop(`update users set town = 'Hel' where id = 1`)
    crm(`update contacts set city = 'Reda' where id = 10`)
    const answer = await at.synced()
    expect(answer.summary['writes']).toBe(1)
    expect(shopRows()[0]!['town']).toBe(crmRows()[0]!['city'])
    const log = at.rows('.plimsoll/store.db', `select * from change where kind = 'conflict'`)
    expect(log).toHaveLength(1)
    await quiet()
  })

  test('A field that the CRM owns is restored in the shop, and the edit is logged.', async () => {
    await same()
    shop(`update users set full_name = 'Somebody Else', last_seen = 'z' where id = 1`)
    expect(shortly(await at.synced())).toEqual(['shop/users 1 update full_name: "Somebody Else" → "Ala Kot"'])
    expect(shopRows()[0]).toMatchObject({ full_name: 'Ala Kot', last_seen: 'z' })
    await quiet()
  })

  test('A phone cleared in the CRM is cleared in the shop; one cleared in the shop is cleared in the CRM.', async () => {
    await same()
    crm(`update contacts set mobile = null where id = 10`)
    expect(shortly(await at.synced())).toEqual(['shop/users 1 update tel: "501000001" → null'])
    await quiet()
    crm(`update contacts set mobile = '502000002' where id = 10`)
    await at.synced()
    shop(`update users set tel = '' where id = 1`)
    expect(shortly(await at.synced())).toEqual(['crm/contacts 10 update mobile: "502000002" → null'])
    await quiet()
  })

  test('A tag removed in one system leaves the other too and does not come back.', async () => {
    await same()
    shop(`update users set tags = '["a"]' where id = 1`)
    crm(`update contacts set labels = '["a","b","c"]' where id = 10`)
    await at.synced()
    expect(JSON.parse(shopRows()[0]!['tags'] as string)).toEqual(['a', 'c'])
    expect(JSON.parse(crmRows()[0]!['labels'] as string)).toEqual(['a', 'c'])
    await quiet()
  })

  test('Both sides of an `ask` field differ: nothing is written for it, everything else flows, a person is asked.', async () => {
    await same()
    shop(`update users set tier = 'gold', tel = '503000003' where id = 1`)
    crm(`update contacts set level = null where id = 10`)
    const answer = await at.synced()
    expect(shortly(answer)).toEqual(['crm/contacts 10 update mobile: "501000001" → "+48503000003"'])
    expect(answer.summary['review']).toBe(1)
    await quiet()
  })

  test('The e-mail itself changes in the shop: the same person, no double.', async () => {
    await same()
    shop(`update users set mail = 'ala.nowa@example.com' where id = 1`)
    expect(shortly(await at.synced())).toEqual(['crm/contacts 10 update e_mail: "ala@example.com" → "ala.nowa@example.com"'])
    expect(crmRows()).toHaveLength(1)
    await quiet()
  })

  test('The e-mail changes to one that another person has: a person decides, nothing is merged or lost.', async () => {
    await same()
    shop(`insert into users values (2, 'ola@example.com', 'Ola', null, null, null, null, null)`)
    await at.synced()
    shop(`update users set mail = 'ola@example.com', town = 'Hel' where id = 1`)
    const answer = await at.sync()
    expect(answer.summary['review']).toBeGreaterThan(0)
    expect(crmRows()).toHaveLength(2)
    expect(crmRows().map((row) => [row['e_mail'], row['city']])).toEqual([['ala@example.com', 'Hel'], ['ola@example.com', null]])
    await quiet()
  })

  test('Edits over and over end in the last ones, with one write each.', async () => {
    await same()
    for (let i = 0; i < 3; i++) {
      shop(`update users set town = 'S${i}' where id = 1`)
      expect((await at.synced()).summary['writes']).toBe(1)
      crm(`update contacts set city = 'C${i}' where id = 10`)
      expect((await at.synced()).summary['writes']).toBe(1)
    }
    expect(shopRows()[0]!['town']).toBe('C2')
    await quiet()
  })

  test('A store that was lost is rebuilt without a write; one of yesterday undoes no edit.', async () => {
    await same()
    shop(`insert into users values (2, 'ola@example.com', 'Ola', '504000004', 'Sopot', 'gold', '["x"]', null)`)
    await at.synced()
    at.remove('.plimsoll')
    const rebuilt = await at.synced()
    expect(shortly(rebuilt)).toEqual([])
    await quiet()
    const yesterday = new Map(Object.keys(at.digest('.plimsoll')).map((name) => [name, at.bytes(name)]))
    shop(`update users set town = 'Hel' where id = 1`)
    crm(`update contacts set city = 'Reda' where id = 11`)
    await at.synced()
    // Made after the last run of the store that is thrown away.
    shop(`update users set tel = '505000005' where id = 1`)
    crm(`update contacts set mobile = '506000006' where id = 11`)
    at.remove('.plimsoll')
    for (const [name, bytes] of yesterday) at.put(name, bytes)
    await at.synced()
    expect(shopRows().map((r) => [r['town'], r['tel']])).toEqual([['Hel', '505000005'], ['Reda', '+48506000006']])
    expect(crmRows().map((r) => [r['city'], r['mobile']])).toEqual([['Hel', '+48505000005'], ['Reda', '506000006']])
    await quiet()
  })
})
