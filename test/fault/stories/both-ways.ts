/** A database and a server that stamps nothing exchange people in both directions. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Project, ROOT, type Row } from '../../e2e/project.ts'
import { startJsonServer } from '../../support/http-servers.ts'
import type { Story, World } from '../story.ts'

/** The server answers at once: what it has not executed after this it never will. */
export const MANIFEST = `late: 300ms\n${readFileSync(join(ROOT, 'src/systems/catalog/json-server.yaml'), 'utf8')}`

export const PLAN = (url: string): string => `
plimsoll: 1
name: Shop and CRM
country: PL
systems:
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds: { customer: { resource: contact, fields: { email: email, name: name, phone: phone } } }
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml }
    holds: { customer: { resource: customers, fields: { email: email, name: name, phone: phone } } }
entities:
  customer:
    identifiers: [email]
    golden: { home: crm, by_field: { phone: latest } }
    fields: { email: email, name: text, phone: phone }
flows:
  customers: { entity: customer, between: [crm, shop], when_deleted: delete, brake: 100% }
`
const person = (n: number) => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, phone: `+4850100${String(n).padStart(4, '0')}` })
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
const mail = (n: number): string => person(n).email

/** What both must hold: email → name and phone. What the plan does not mention must be untouched. */
function judge({ project, servers: [shop] }: World, people: readonly ReturnType<typeof person>[], kept: { readonly crm: number; readonly shop: number }): void {
  const wanted = people.map((p) => `${p.email} ${p.name} ${p.phone}`).toSorted()
  const sides: Record<string, Row[]> = { crm: project.rows('crm.db', 'SELECT * FROM contact'), shop: shop!['customers']! }
  for (const [name, rows] of Object.entries(sides)) {
    expect({ in: name, rows: rows.map((row) => `${row['email']} ${row['name']} ${row['phone']}`).toSorted() }).toEqual({ in: name, rows: wanted })
    expect({ in: name, kept: rows.filter((row) => row['note'] === 'kept').length }).toEqual({ in: name, kept: kept[name as 'crm' | 'shop'] })
  }
}

const loaded = range(0, 10).map(person)
const edited = [
  ...loaded.filter((p) => p.email !== mail(3)).map((p) => ({
    ...p, name: [mail(0), mail(7)].includes(p.email) ? 'Renamed in CRM' : p.name, phone: [mail(1), mail(7)].includes(p.email) ? '+48502000000' : p.phone,
  })),
  person(20), person(30),
]

export const bothWays: Story = {
  name: 'both ways',
  points: 12,
  shows: /./,
  async open() {
    const server = await startJsonServer({ customers: range(4, 10).map((n) => ({ id: n + 1, ...person(n), note: 'kept' })) })
    const project = new Project({ 'plan.yaml': PLAN(server.url), 'shop.yaml': MANIFEST })
    project.sql('crm.db', 'CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT, name TEXT, phone TEXT, note TEXT)')
    project.insert('crm.db', "INSERT INTO contact (email, name, phone, note) VALUES (?, ?, ?, 'kept')", range(0, 7).map((n) => [person(n).email, person(n).name, person(n).phone]))
    return {
      project, servers: [server.data as Record<string, Row[]>],
      async close() {
        await server.close()
        project.done()
      },
    }
  },
  stages: [
    { name: 'first load', words: () => ['sync'], judge: (world) => judge(world, loaded, { crm: 7, shop: 6 }) },
    {
      name: 'edits on both sides',
      before({ project, servers: [shop] }) {
        project.sql('crm.db', `
          UPDATE contact SET name = 'Renamed in CRM' WHERE email IN ('${mail(0)}', '${mail(7)}');
          DELETE FROM contact WHERE email = '${mail(3)}';
          INSERT INTO contact (email, name, phone) VALUES ('${mail(20)}', '${person(20).name}', '${person(20).phone}')`)
        for (const row of shop!['customers']!) if (row['email'] === mail(1) || row['email'] === mail(7)) row['phone'] = '+48502000000'
        shop!['customers']!.push({ id: 100, ...person(30) })
      },
      words: () => ['sync'],
      again: [['call', 'unsure.saved'], ['call', 'unsure.committed'], ['claim.committed', 'unsure.committed']],
      judge: (world) => judge(world, edited, { crm: 6, shop: 6 }),
    },
  ],
}
