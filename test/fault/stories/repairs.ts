/** What people do by hand: mend and retry what was set aside, pin, join, divide, release. */
import { expect } from 'vitest'
import { Project } from '../../e2e/project.ts'
import { passIn } from '../machine.ts'
import type { Story, World } from '../story.ts'

const PLAN = `
plimsoll: 1
name: Repairs
systems:
  shop:
    connector: sqlite
    settings: { file: ./shop.db }
    holds: { customer: { resource: users, fields: { email: mail, name: name, points: points } } }
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds: { customer: { resource: contacts, fields: { email: mail, name: name, points: points } } }
entities:
  customer:
    identifiers: [email]
    golden: { home: crm, by_field: { points: latest } }
    fields: { email: email, name: text, points: integer }
flows:
  customers: { entity: customer, between: [shop, crm], when_deleted: delete, brake: { share: 20%, records: 10 } }
`
const N = 60
const both = ({ project }: World): Record<'shop' | 'crm', string[]> => {
  const of = (file: string, table: string): string[] => project.rows(file, `SELECT mail, name, points FROM ${table}`).map((row) => `${row['mail']} ${row['name']} ${row['points']}`).toSorted()
  return { shop: of('shop.db', 'users'), crm: of('crm.db', 'contacts') }
}
const expectBoth = (world: World, lines: readonly string[]): void => expect(both(world)).toEqual({ shop: lines.toSorted(), crm: lines.toSorted() })
const asides = ({ project }: World, value = '%'): string[] => project.rows('.plimsoll/store.db', `SELECT id FROM aside WHERE state = 'open' AND value LIKE '${value}'`).map((row) => row['id'] as string)
const keyOf = ({ project }: World, mail: string): string => `crm/contacts/${String(project.rows('crm.db', `SELECT id FROM contacts WHERE mail = '${mail}'`)[0]!['id'])}`

const people = Array.from({ length: N }, (_, i) => `p${i}@example.test P${i} ${i}`)
const withFixed = [...people, 'bad@example.test Bad 7']
const refused = withFixed.map((line) => (line.startsWith('p1@') ? 'p1@example.test Refused 1' : line))
const pinned = refused.map((line) => (line.startsWith('p2@') ? 'p2@example.test Pinned 2' : line))
const released = pinned.filter((line) => !/^p(?:1\d|20|21)@/.test(line))

export const repairs: Story = {
  name: 'repairs',
  points: 2,
  shows: /^(?:decide|release|retry|run|claim|settle|call)/,
  async open() {
    const project = new Project({ 'plan.yaml': PLAN })
    project.sql('shop.db', 'CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT, name TEXT, points TEXT)')
    project.sql('crm.db', 'CREATE TABLE contacts (id INTEGER PRIMARY KEY, mail TEXT, name TEXT, points TEXT)')
    project.insert('shop.db', 'INSERT INTO users (mail, name, points) VALUES (?, ?, ?)', [...people.map((line) => line.split(' ')), ['bad@example.test', 'Bad', 'seven'], ['gone@example.test', 'Gone', 'many']])
    const world: World = { project, servers: [], close: async () => project.done() }
    await passIn(project)
    return world
  },
  stages: [
    {
      name: 'fix', words: (world) => ['errors', 'fix', asides(world, '%seven%')[0]!, 'points=7'],
      judge(world) {
        expect(both(world).crm).toEqual(withFixed.toSorted())
      },
    },
    {
      name: 'retry of a record that is gone', before: ({ project }) => project.sql('shop.db', "DELETE FROM users WHERE mail = 'gone@example.test'"),
      words: () => ['errors', 'retry', '--all'], judge: (world) => expect(asides(world)).toEqual([]),
    },
    {
      name: 'retry of a write that was refused',
      async before({ project }) {
        // Whoever decides corrects the wrong text by hand as well.
        project.sql('shop.db', "UPDATE users SET points = '7' WHERE mail = 'bad@example.test'; CREATE TRIGGER refuse BEFORE UPDATE ON users WHEN new.name = 'Refused' BEGIN SELECT RAISE(ABORT, 'no such name'); END")
        project.sql('crm.db', "UPDATE contacts SET name = 'Refused' WHERE mail = 'p1@example.test'")
        await passIn(project)
        expect(both({ project } as World).shop).toContain('p1@example.test P1 1')
        project.sql('shop.db', 'DROP TRIGGER refuse')
      },
      words: () => ['errors', 'retry', '--all'], judge: (world) => expectBoth(world, refused),
    },
    { name: 'pin', words: (world) => ['records', 'pin', keyOf(world, 'p2@example.test'), 'name=Pinned'], judge: (world) => expectBoth(world, pinned) },
    {
      name: 'release of what the brake held',
      async before({ project }) {
        project.sql('crm.db', "DELETE FROM contacts WHERE mail GLOB 'p1[0-9]@*' OR mail IN ('p20@example.test', 'p21@example.test')")
        expect((await passIn(project)).summary.held).toBeGreaterThan(0)
      },
      words: () => ['release', 'shop/users'], judge: (world) => expectBoth(world, released),
    },
    {
      name: 'join', words: (world) => ['records', 'same', keyOf(world, 'p3@example.test'), keyOf(world, 'p4@example.test')],
      same: both,
      judge: (world) => expect([both(world).shop.length, both(world).crm.length]).toEqual([released.length, released.length]),
    },
    {
      name: 'divide', words: (world) => ['records', 'not-same', keyOf(world, 'p3@example.test'), keyOf(world, 'p4@example.test')],
      same: both,
      judge: (world) => expect([both(world).shop.length, both(world).crm.length]).toEqual([released.length, released.length]),
    },
  ],
}
