/** A customer data platform: people become profiles, what they ordered becomes events of theirs, each once. */
import { expect, test } from 'vitest'
import { Project, shortly } from '../e2e/project.ts'
import { openHttp } from '../support/http-servers.ts'
import { describeSystem } from './harness/describe.ts'
import { proveResources } from './harness/resources.ts'

interface Profile { readonly id: string; readonly properties: Readonly<Record<string, { readonly values: readonly unknown[] }>> }
interface Told { readonly userId: string; readonly type: string; readonly profileId: string | null; readonly occurredAt: number; readonly data: Readonly<Record<string, string>> }

const plan = (url: string) => `plimsoll: 1
name: What is known of customers
systems:
  book:
    connector: sqlite
    settings: { file: ./book.db }
    holds:
      customer: { resource: customers, key: id, fields: { email: email, first_name: first, last_name: last, phone: phone } }
      order: { resource: orders, key: id, fields: { number: number, customer: customer_id, placed_at: placed_at, total: total } }
  cdp:
    connector: grouparoo
    settings: { url: "${url}" }
    holds:
      customer: {}
      order: { fields: { total: data.total } }
entities:
  customer:
    golden: book
    identifiers: [email]
    fields: { email: email, first_name: text, last_name: text, phone: phone }
  order:
    golden: book
    identifiers: [number]
    fields: { number: text, customer: { to: customer }, placed_at: datetime, total: decimal }
flows:
  customers: { entity: customer, from: book, to: cdp }
  orders: { entity: order, from: book, to: cdp }
`

await describeSystem('grouparoo', (platform) => {
  const asked = async <One>(list: string): Promise<readonly One[]> => {
    const answer = await fetch(`${platform().url}/api/v1/${list}?limit=1000&apiKey=${platform().access['key']}`)
    if (!answer.ok) throw new Error(`${list}: ${answer.status} ${await answer.text()}`)
    return (await answer.json() as Record<string, readonly One[]>)[list]!
  }
  const shown = async (): Promise<unknown[][]> => (await asked<Profile>('profiles')).map(({ properties }) => ['email', 'firstName', 'lastName', 'phone'].map((name) => properties[name]!.values[0] ?? null)).toSorted()
  const writes = () => platform().requests().filter((one) => one.method !== 'GET')

  test('People become profiles and their orders become events of theirs; a change reaches the profile, and the second pass writes nothing.', async () => {
    const project = new Project({ 'plan.yaml': plan(platform().url) })
    project.env['PLIMSOLL_SYSTEM_CDP_KEY'] = String(platform().access['key'])
    project.sql('book.db', `CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT UNIQUE, first TEXT, last TEXT, phone TEXT);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT UNIQUE, customer_id INTEGER, placed_at TEXT, total NUMERIC)`)
    const people = Array.from({ length: 120 }, (_, n) => [`person-${n}@example.org`, `Ån${n} "O'Hara"`, n % 3 === 0 ? null : `Łoś ${n}`, n % 2 === 0 ? `+4822555${String(n).padStart(4, '0')}` : null])
    project.insert('book.db', 'INSERT INTO customers (email, first, last, phone) VALUES (?, ?, ?, ?)', people)
    project.insert('book.db', 'INSERT INTO orders (number, customer_id, placed_at, total) VALUES (?, ?, ?, ?)', Array.from({ length: 30 }, (_, n) => [`O-"${n}`, 1 + n, `2026-01-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00Z`, 10 + n / 4]))
    platform().forget()
    await project.synced()
    expect(await shown()).toEqual(people.toSorted())
    const told = await asked<Told>('events')
    expect(told.map((one) => [one.type, one.userId, one.data['number'], Number(one.data['total']), new Date(one.occurredAt).toISOString()]).toSorted())
      .toEqual(Array.from({ length: 30 }, (_, n) => ['order_placed', `person-${n}@example.org`, `O-"${n}`, 10 + n / 4, `2026-01-${String(1 + (n % 28)).padStart(2, '0')}T10:00:00.000Z`]).toSorted())
    expect(writes().length).toBe(150)

    platform().forget()
    expect(shortly(await project.synced())).toEqual([])
    expect(writes()).toEqual([])

    // It says itself whose event it is.
    await expect.poll(async () => (await asked<Told>('events')).filter((one) => one.profileId === null).length, { timeout: 60_000, interval: 1_000 }).toBe(0)
    const profiles = new Map((await asked<Profile>('profiles')).map((one) => [one.id, one.properties['email']!.values[0]]))
    expect((await asked<Told>('events')).filter((one) => profiles.get(one.profileId!) !== one.userId)).toEqual([])
    expect(profiles.size).toBe(120)

    project.sql('book.db', 'UPDATE customers SET phone = NULL, last = \'Nowak\' WHERE id = 3')
    platform().forget()
    await project.synced()
    expect((await shown()).find(([email]) => email === 'person-2@example.org')).toEqual(['person-2@example.org', people[2]![1], 'Nowak', null])
    expect(writes().length).toBe(1)
    platform().forget()
    expect(shortly(await project.synced())).toEqual([])
    expect(writes()).toEqual([])
  }, 300_000)

  test('Whom the platform knows already is found by the property that must be unique, and gets what the book says.', async () => {
    const made = await fetch(`${platform().url}/api/v1/profile`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ apiKey: platform().access['key'], properties: { email: 'known@example.org', firstName: 'Old' } }) })
    const { profile } = await made.json() as { profile: Profile }
    const project = new Project({ 'plan.yaml': plan(platform().url) })
    project.env['PLIMSOLL_SYSTEM_CDP_KEY'] = String(platform().access['key'])
    project.sql('book.db', `CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT UNIQUE, first TEXT, last TEXT, phone TEXT);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, number TEXT UNIQUE, customer_id INTEGER, placed_at TEXT, total NUMERIC);
      INSERT INTO customers (email, first) VALUES ('known@example.org', 'New')`)
    platform().forget()
    await project.synced()
    const known = (await asked<Profile>('profiles')).filter(({ properties }) => properties['email']!.values[0] === 'known@example.org')
    expect(known.map(({ id, properties }) => [id, properties['firstName']!.values[0]])).toEqual([[profile.id, 'New']])
    expect(writes().map(({ method }) => method)).toEqual(['PUT'])
  }, 120_000)

  proveResources({
    system: 'grouparoo', at: platform, open: () => openHttp(platform().url, { manifest: 'grouparoo', key: platform().access['key'] }),
    reads: { profiles: ['properties.email', 'properties.lastName'], order_placed: ['data.number'] },
    writes: {
      profiles: { make: { properties: { email: 'made@example.org', firstName: 'Ω 😀 "q" \\', phone: '+48221112233' } }, change: { properties: { firstName: 'Ż', phone: null } } },
      newsletter_read: {
        make: { userId: 'made@example.org', occurredAt: '2026-01-01T00:00:00Z', data: { number: 'N-1', text: 'שלום' } },
        made: { type: 'newsletter_read', userId: 'made@example.org', data: { number: 'N-1', text: 'שלום' } },
      },
    },
  })
})
