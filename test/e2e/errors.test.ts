/** One bad record among five hundred: the others arrive, and a person can mend it. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Project, shortly } from './project.ts'

const PLAN = `
plimsoll: 1
name: One bad record
country: PL
systems:
  list:
    connector: csv
    settings: { folder: ./list, settle: 0 }
    holds: { person: { resource: "people.csv", key: id, fields: { code: id, name: name, born: { path: born, format: dd.MM.yyyy }, points: points } } }
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds: { person: { resource: person } }
entities:
  person:
    identifiers: [code]
    required: [name]
    fields: { code: text, name: text, born: date, points: { type: integer, at_least: 0 } }
    rules: { adult: { must: person.points < 100000, says: Nobody has so many points, if_broken: set_aside } }
flows:
  people: { entity: person, from: list, to: crm }
`
const row = (i: number, points: string): string => `${i},Person ${i},0${(i % 9) + 1}.02.1980,${points}`
const list = (bad: string): string => ['id,name,born,points', ...Array.from({ length: 500 }, (_, i) => row(i + 1, i + 1 === 250 ? bad : '7')), ''].join('\n')
const bad = () => at.rows('crm.db', `select points from person where code = '250'`)

let at: Project
beforeEach(async () => {
  at = new Project({ 'plan.yaml': PLAN, 'list/people.csv': list('seven') })
  at.sql('crm.db', 'create table person (id integer primary key, code text, name text, born text, points integer)')
  const answer = await at.synced()
  expect(answer.summary['set_aside']).toBe(1)
  expect(at.rows('crm.db', 'select count(*) n from person')).toEqual([{ n: 499 }])
  expect((await at.sync('--strict')).exit).toBe(1)
})
afterEach(() => at.done())

const entry = async (): Promise<string> => {
  const found = await at.run('errors', 'list')
  const items = found.result['errors'] as unknown as { id: string }[]
  expect(items).toHaveLength(1)
  return items[0]!.id
}

test('The error says field, value, rule, system and mend; a fix delivers the record once and holds against the same bad value.', async () => {
  const id = await entry()
  const shown = await at.say('errors', 'show', id)
  for (const word of ['points', 'seven', 'list', '250', 'errors fix']) expect(shown.out).toContain(word)
  expect((await at.run('errors', 'fix', id, 'points=7')).exit).toBe(0)
  await at.run('errors', 'retry', id)
  await at.synced()
  expect(bad()).toEqual([{ points: 7 }])
  const again = await at.synced()
  expect([again.summary['set_aside'], again.summary['writes']]).toEqual([0, 0])
  // The file is written anew with the same bad value: still mended.
  at.put('list/people.csv', list('seven').replace('250,Person 250', '250,Person Two'))
  await at.synced()
  expect(bad()).toEqual([{ points: 7 }])
  expect(at.rows('crm.db', `select name from person where code = '250'`)).toEqual([{ name: 'Person Two' }])
  // A new value of the source replaces the fix.
  at.put('list/people.csv', list('12'))
  await at.synced()
  expect(bad()).toEqual([{ points: 12 }])
  at.put('list/people.csv', list('twelve'))
  expect((await at.synced()).summary['set_aside']).toBe(1)
  expect(bad()).toEqual([{ points: 12 }])
})

test('A record that the source corrects arrives, and its entry is closed.', async () => {
  at.put('list/people.csv', list('8'))
  expect((await at.synced()).summary['set_aside']).toBe(0)
  expect(bad()).toEqual([{ points: 8 }])
  const found = await at.run('errors', 'list')
  expect(found.result['errors']).toEqual([])
})

test('A rule of the plan that is broken sets aside too, and a fix that breaks it is refused or stays aside.', async () => {
  at.put('list/people.csv', list('100000'))
  expect((await at.synced()).summary['set_aside']).toBe(1)
  expect(bad()).toEqual([])
  const id = await entry()
  expect((await at.say('errors', 'show', id)).out).toContain('Nobody has so many points')
  await at.run('errors', 'fix', id, 'points=200000')
  await at.sync()
  expect(bad()).toEqual([])
})

test('A database that refuses one row takes the other 499.', async () => {
  const other = new Project({ 'plan.yaml': PLAN, 'list/people.csv': list('13') })
  try {
    other.sql('crm.db', 'create table person (id integer primary key, code text, name text, born text, points integer check (points <> 13))')
    const answer = await other.sync()
    expect(other.rows('crm.db', 'select count(*) n from person')).toEqual([{ n: 499 }])
    expect([answer.summary['created'], answer.summary['set_aside'], answer.summary.balanced]).toEqual([499, 1, true])
    const again = await other.sync()
    expect(shortly(again)).toEqual([])
  } finally {
    other.done()
  }
})
