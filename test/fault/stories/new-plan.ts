/** The plan changes: a field gets another name, another system decides, a target joins. */
import { expect } from 'vitest'
import { Project } from '../../e2e/project.ts'
import type { Story, World } from '../story.ts'

const PLAN = `
plimsoll: 1
name: New plan
systems:
  list:
    connector: csv
    settings: { folder: ./list, settle: 0 }
    holds: { person: { resource: people.csv, key: id, fields: { code: id, name: name, city: city } } }
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds: { person: { resource: person, fields: { code: code, name: name, city: city } } }
entities:
  person:
    identifiers: [code]
    golden: { home: list, by_field: { city: latest } }
    fields: { code: text, name: text, city: text }
flows:
  people: { entity: person, from: [list, crm], to: crm, brake: 100% }
`
const NEXT = PLAN
  .replace('name: name, city: city } } }\n  crm', 'full_name: name, city: city } } }\n  crm')
  .replace('fields: { code: code, name: name, city: city }', 'fields: { code: code, full_name: name, city: city }')
  .replace('fields: { code: text, name: text, city: text }', 'fields: { code: text, full_name: { type: text, was: name }, city: text }')
  .replace('golden: { home: list, by_field: { city: latest } }', 'golden: { home: list, by_field: { city: crm } }')
  .replace('entities:', '  mail:\n    connector: sqlite\n    settings: { file: ./mail.db }\n    holds: { person: { resource: reader, fields: { code: code, full_name: name, city: city } } }\nentities:')
  .replace('to: crm,', 'to: [crm, mail],')
const N = 30
const lines = (name: (i: number) => string): string[] => Array.from({ length: N }, (_, i) => `${i + 1} ${name(i + 1)} ${i < 5 ? 'Sopot' : 'Gdynia'}`)
const rows = ({ project }: World, file: string, table: string): string[] => project.rows(file, `SELECT code, name, city FROM ${table} ORDER BY CAST(code AS INTEGER)`).map((row) => `${row['code']} ${row['name']} ${row['city']}`)

export const newPlan: Story = {
  name: 'a new plan',
  points: 4,
  shows: /^(?:activate|intake|claim|settle|call)/,
  async open() {
    const project = new Project({ 'plan.yaml': PLAN, 'list/people.csv': ['id,name,city', ...Array.from({ length: N }, (_, i) => `${i + 1},P${i + 1},Gdynia`), ''].join('\n') })
    project.sql('crm.db', 'CREATE TABLE person (id INTEGER PRIMARY KEY, code TEXT, name TEXT, city TEXT)')
    project.sql('mail.db', 'CREATE TABLE reader (id INTEGER PRIMARY KEY, code TEXT, name TEXT, city TEXT)')
    return { project, servers: [], close: async () => project.done() }
  },
  stages: [
    { name: 'first load', words: () => ['sync'], judge: (world) => expect(rows(world, 'crm.db', 'person')).toHaveLength(N) },
    {
      name: 'a field renamed, an owner changed, a target more', before: ({ project }) => {
        project.sql('crm.db', "UPDATE person SET city = 'Sopot' WHERE CAST(code AS INTEGER) <= 5")
        project.put('plan.yaml', NEXT)
      },
      words: () => ['sync'],
      judge(world) {
        expect(rows(world, 'crm.db', 'person')).toEqual(lines((i) => `P${i}`))
        expect(rows(world, 'mail.db', 'reader')).toEqual(lines((i) => `P${i}`))
      },
    },
  ],
}
