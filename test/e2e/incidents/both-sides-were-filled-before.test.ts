/**
 * A shop and a CRM that lived side by side for years: a fifth of the people are in both, and what identifies them is dirty. Nobody
 * is doubled, and whoever could be two people is left to a person and written nowhere.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Project, shortly } from '../project.ts'
import { Serving, until } from '../serving.ts'
import { manifest, Shop } from './shop.ts'

const EACH = 200
const BOTH = 40
const plan = (shop: string): string => `
plimsoll: 1
name: Shop and CRM
country: PL
systems:
  shop: { connector: http, settings: { url: "${shop}", manifest: ./shop.yaml }, holds: { customer: { resource: items, fields: { email: mail, card: card, name: name } } } }
  crm: { connector: sqlite, settings: { file: ./crm.db }, holds: { customer: { resource: contacts, fields: { email: e_mail, card: card_no, name: name } } } }
entities:
  customer: { identifiers: [email, card], golden: { home: crm }, fields: { email: email, card: text, name: text } }
flows:
  customers: { entity: customer, between: [shop, crm], trigger: on_demand }
`
interface Person { readonly mail: string | null; readonly card: string | null; readonly name: string }
const NOTHING = [null, '', 'n/a', '-', 'test@test.pl', 'none']
/** The first `BOTH` numbers of one side are the last of the other. */
const crmPerson = (n: number): Person => ({ mail: n % 3 === 0 ? ` Person.${n}@Example.COM ` : `person.${n}@example.com`, card: n % 2 === 0 ? `C-${n}` : null, name: `Łucja ${n}` })
const shopPerson = (n: number): Person =>
  ({ mail: n % 4 === 0 && n % 2 === 0 ? NOTHING[n % NOTHING.length]! : `person.${n}@example.com`, card: n % 2 === 0 ? ` C-${n} ` : n % 5 === 0 ? '0000' : null, name: `LUCJA ${n}` })
const inCrm = Array.from({ length: EACH }, (_, n) => n)
const inShop = Array.from({ length: EACH }, (_, i) => EACH - BOTH + i)

let at: Project
let shop: Shop
let serving: Serving | undefined
beforeEach(async () => {
  shop = await Shop.open(inShop.map((n) => ({ ...shopPerson(n) })))
  at = new Project({ 'plan.yaml': plan(shop.url), 'shop.yaml': manifest() })
  at.sql('crm.db', 'create table contacts (id integer primary key, e_mail text, card_no text, name text)')
  at.insert('crm.db', 'insert into contacts values (?, ?, ?, ?)', inCrm.map((n) => [n + 1, crmPerson(n).mail, crmPerson(n).card, crmPerson(n).name]))
})
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  at.done()
  await shop.close()
})
const contacts = () => at.rows('crm.db', 'select id, e_mail, card_no, name from contacts order by id')

test('Nobody is doubled; whoever could be two people waits in the review list, in the command and in the API, and is written nowhere.', async () => {
  // Two questions for a person: a card that says one and an e-mail that says another; and two shop accounts with one e-mail.
  const torn = shop.add({ mail: 'person.2@example.com', card: 'C-4', name: 'Torn between two' })
  const twin = shop.add({ mail: 'person.5@example.com', card: null, name: 'First account' })
  const double = shop.add({ mail: 'person.5@example.com', card: null, name: 'Second account' })
  // What is no e-mail at all is set aside, not guessed.
  shop.add({ mail: 'broken(at)example.com', card: null, name: 'No address' })
  const preview = await at.preview()
  expect(preview.exit).toBe(4)
  const answer = await at.sync()
  expect([answer.summary.balanced, answer.summary['set_aside']]).toEqual([true, 1])
  expect(shortly(answer)).toEqual(shortly(preview))

  const people = 2 * EACH - BOTH
  // Everybody once in each; the two accounts of one customer are both there, and the CRM got neither a second time.
  expect(contacts()).toHaveLength(people)
  // Three of the CRM are not made in the shop: one is there, and two might be.
  expect(shop.items.size).toBe(people - 3 + 4)
  const keys = (rows: readonly Readonly<Record<string, unknown>>[], mail: string, card: string): string[] =>
    rows.map((row) => `${String(row[mail] ?? '').trim().toLowerCase()}|${String(row[card] ?? '').trim().toLowerCase()}`)
  for (const n of inCrm.slice(EACH - BOTH)) {
    const person = (row: Readonly<Record<string, unknown>>): boolean => String(row['name']).endsWith(` ${n}`)
    expect([n, contacts().filter(person).length, shop.all().filter(person).length]).toEqual([n, 1, 1])
  }
  expect(new Set(keys(contacts(), 'e_mail', 'card_no')).size).toBe(people)

  // The questions.
  expect(shop.items.get(torn.id)).toMatchObject({ mail: 'person.2@example.com', card: 'C-4', name: 'Torn between two' })
  // One of the two accounts is the customer that the CRM knows; the other one is left as it is.
  const accounts = [shop.items.get(twin.id)!['name'], shop.items.get(double.id)!['name']]
  expect(accounts.filter((name) => name === 'Łucja 5')).toHaveLength(1)
  expect(accounts.filter((name) => /account/.test(String(name)))).toHaveLength(1)
  expect(contacts().filter((row) => /Torn|account|No address/.test(String(row['name'])))).toEqual([])
  expect(contacts().slice(1, 6).map((row) => row['name'])).toEqual([1, 2, 3, 4, 5].map((n) => `Łucja ${n}`))
  const review = await at.say('records', 'review')
  for (const word of ['Torn between two', 'account', 'plimsoll records same', 'plimsoll records not-same']) expect(review.out).toContain(word)
  expect(answer.summary['review']).toBeGreaterThanOrEqual(2)

  serving = await new Serving(at).started()
  const asked = (await serving.get('/api/v1/review')).json['items'] as unknown as { readonly kind: string }[]
  expect(asked.length).toBeGreaterThanOrEqual(2)
  expect(JSON.stringify(asked)).toContain('Torn between two')
  await serving.post('/api/v1/runs', { flow: 'customers' })
  await until(() => serving!.runs().length > 0, 'another run')
  expect(serving.runs()[0]).toMatchObject({ summary: { writes: 0, balanced: true } })
})
