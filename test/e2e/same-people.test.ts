/** Two systems that were filled independently with the same people. */
import { afterEach, expect, test } from 'vitest'
import { type Running, startJsonServer } from '../support/http-servers.ts'
import { namesOf, Project } from './project.ts'

let at: Project
let server: (Running & { readonly data: Record<string, Record<string, unknown>[]> }) | undefined
afterEach(async () => {
  at.done()
  await server?.close()
  server = undefined
})

const common = (shop: string): string => `
plimsoll: 1
name: The same people
country: PL
systems:
  shop:
${shop}
    holds: { customer: { resource: users, fields: { email: mail, card: card, name: full_name, phone: tel } } }
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds: { customer: { resource: contacts, fields: { email: e_mail, card: card_no, name: name, phone: mobile } } }
entities:
  customer:
    identifiers: [email, card]
    golden: { home: crm, by_field: { phone: latest } }
    fields: { email: email, card: text, name: text, phone: phone }
flows:
  customers: { entity: customer, between: [shop, crm], brake: 100% }
`
const NAMES = ['Łucja Żak', 'Jürgen Groß', 'Zoë Nováková', 'Ala Kot', 'Ян Петренко']
/** Every fifth identifier is dirty: missing, a placeholder, broken, in capitals, with blanks. The card is there for half of them. */
function person(i: number, side: 0 | 1): { mail: string | null; card: string | null; name: string; phone: string | null } {
  const mail = `p${i}@example.com`
  const dirt = [null, 'n/a', 'test@test.pl', `p${i}(at)example.com`, '-'][i % 5]!
  const dirty = (i * 7 + side * 3) % 5 === 0
  return {
    mail: dirty ? dirt : side === 1 && i % 3 === 0 ? ` ${mail.toUpperCase()} ` : mail,
    card: i % 2 === 0 ? `C-${i}` : null,
    name: side === 0 ? NAMES[i % 5]! : NAMES[i % 5]!.toUpperCase(),
    phone: i % 4 === 0 ? null : i % 50 === 1 ? '+48 58 500 10 01' : side === 0 ? `50${String(1000000 + i)}` : `+48 50${String(1000000 + i)}`,
  }
}
const shares = (i: number): boolean => (i % 2 === 0) || ((i * 7) % 5 !== 0 && (i * 7 + 3) % 5 !== 0)
const crmFilled = (n: number): void => {
  at.sql('crm.db', 'create table contacts (id integer primary key, e_mail text, card_no text, name text, mobile text)')
  at.insert('crm.db', 'insert into contacts values (?, ?, ?, ?, ?)', Array.from({ length: n }, (_, i) => {
    const p = person(i, 1)
    return [5000 + i, p.mail, p.card, p.name, p.phone]
  }))
}
const N = 1000

async function shown(state: () => unknown): Promise<void> {
  const before = [at.digest(), state()]
  const preview = await at.preview()
  expect(preview.exit).toBe(4)
  expect([at.digest(), state()]).toEqual(before)
  const again = await at.preview()
  expect(namesOf(again)).toEqual(namesOf(preview))
  const done = await at.synced()
  expect(namesOf(done)).toEqual(namesOf(preview))
  expect((await at.synced()).summary['writes']).toBe(0)
  expect((await at.preview()).exit).toBe(0)
}

test('Two databases with 1,000 people: nobody who shares a valid identifier is doubled, and the preview was exact.', async () => {
  at = new Project({ 'plan.yaml': common('    connector: sqlite\n    settings: { file: ./shop.db }') })
  at.sql('shop.db', 'create table users (id integer primary key, mail text, card text, full_name text, tel text)')
  at.insert('shop.db', 'insert into users values (?, ?, ?, ?, ?)', Array.from({ length: N }, (_, i) => {
    const p = person(i, 0)
    return [i + 1, p.mail, p.card, p.name, p.phone]
  }))
  crmFilled(N)
  await shown(() => null)
  const sharing = Array.from({ length: N }, (_, i) => i).filter(shares).length
  // Whoever shares no valid identifier is two people, each in both systems.
  expect(at.rows('crm.db', 'select count(*) n from contacts')).toEqual([{ n: sharing + 2 * (N - sharing) }])
  expect(at.rows('shop.db', 'select count(*) n from users')).toEqual([{ n: sharing + 2 * (N - sharing) }])
  expect(at.rows('shop.db', `select count(*) n from users where mail = 'p2@example.com' or card = 'C-2'`)).toEqual([{ n: 1 }])
})

test('A web shop and a database: the same, told by what each of them holds.', async () => {
  server = await startJsonServer({ users: Array.from({ length: 200 }, (_, i) => {
    const p = person(i, 0)
    return { id: i + 1, mail: p.mail, card: p.card, full_name: p.name, tel: p.phone, visits: i, theme: { dark: true } }
  }) })
  at = new Project({ 'plan.yaml': common(`    connector: http\n    settings: { url: "${server.url}", manifest: json-server }`) })
  crmFilled(200)
  await shown(() => structuredClone(server!.data))
  const sharing = Array.from({ length: 200 }, (_, i) => i).filter(shares).length
  expect(server.data['users']).toHaveLength(sharing + 2 * (200 - sharing))
  expect(at.rows('crm.db', 'select count(*) n from contacts')).toEqual([{ n: sharing + 2 * (200 - sharing) }])
  // What the plan does not map survives.
  expect(server.data['users']!.slice(0, 200).every((user, i) => user['visits'] === i && (user['theme'] as { dark: boolean }).dark)).toBe(true)
})

test('Placeholders and a switchboard number join nobody; two strong identifiers of two people are a question for a person.', async () => {
  at = new Project({ 'plan.yaml': common('    connector: sqlite\n    settings: { file: ./shop.db }').replace('identifiers: [email, card]', 'identifiers: [email, card, phone]') })
  at.sql('shop.db', `create table users (id integer primary key, mail text, card text, full_name text, tel text);
    insert into users values (1, 'n/a', null, 'Jan Lis', '+48 58 500 10 01'), (2, 'test@test.pl', '0000', 'Ewa Sowa', '+48 58 500 10 01'), (3, 'a@example.com', null, 'Adam A', null), (4, 'x@example.com', 'C-9', 'Xenia', null)`)
  at.sql('crm.db', `create table contacts (id integer primary key, e_mail text, card_no text, name text, mobile text);
    insert into contacts values (1, 'n/a', null, 'Ola Gil', null), (2, 'test@test.pl', '0000', 'Iza Kos', null), (3, 'a@example.com', 'C-7', 'Adam A', null), (4, 'b@example.com', 'C-9', 'Bea', null)`)
  const first = await at.sync()
  expect(first.summary.balanced).toBe(true)
  expect(first.summary['review']).toBeGreaterThanOrEqual(2)
  const crm = at.rows('crm.db', 'select name from contacts').map((row) => row['name'])
  expect(crm.filter((name) => name === 'Ola Gil' || name === 'Iza Kos')).toHaveLength(2)
  expect(at.rows('crm.db', 'select e_mail, card_no, name from contacts where id in (3, 4) order by id')).toEqual([
    { e_mail: 'a@example.com', card_no: 'C-7', name: 'Adam A' }, { e_mail: 'b@example.com', card_no: 'C-9', name: 'Bea' },
  ])
  expect(at.rows('shop.db', 'select mail, card, full_name from users where id = 4')).toEqual([{ mail: 'x@example.com', card: 'C-9', full_name: 'Xenia' }])
  const review = await at.say('records', 'review')
  expect(review.exit).toBe(0)
  expect(review.out).toMatch(/Xenia|C-9|crm 4|shop 4/)
  expect((await at.sync()).summary['writes']).toBe(0)
})
