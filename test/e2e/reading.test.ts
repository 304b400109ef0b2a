/** What a source that is broken, short or late must not do: delete, or be called a success. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Project, shortly } from './project.ts'

const plan = (deleted: string): string => `
plimsoll: 1
name: List to two targets
country: PL
systems:
  list:
    connector: csv
    settings: { folder: ./list, settle: 0 }
    holds: { person: { resource: "people.csv", key: id, fields: { code: id, name: name, phone: phone, email: email } } }
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds: { person: { resource: person, archived: { state: old }, fields: same } }
entities:
  person:
    identifiers: [code, email]
    fields: { code: text, name: text, phone: phone, email: email }
flows:
  people: { entity: person, from: list, to: crm, when_deleted: ${deleted} }
`
const line = (i: number): string => `${i},Person ${i},+4850100${String(i).padStart(4, '0')},p${i}@example.com`
const list = (numbers: readonly number[]): string => ['id,name,phone,email', ...numbers.map(line), ''].join('\n')
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

let at: Project
const begin = async (deleted: string, n = 100): Promise<void> => {
  at = new Project({ 'plan.yaml': plan(deleted), 'list/people.csv': list(upTo(n)) })
  at.sql('crm.db', 'create table person (id integer primary key, code text, name text, phone text, email text, state text)')
  await at.synced()
  expect(at.rows('crm.db', 'select count(*) n from person')).toEqual([{ n }])
}
const kept = () => at.rows('crm.db', 'select code from person where state is null')
afterEach(() => at.done())

describe('a source that is not whole', () => {
  beforeEach(() => begin('delete'))

  test('A list that is cut in half is stopped at the brake, status says what waits and how to release it, and a release does it.', async () => {
    at.put('list/people.csv', list(upTo(50)))
    const answer = await at.sync()
    expect(answer.exit).toBe(1)
    expect(answer.summary['deleted']).toBe(0)
    expect(kept()).toHaveLength(100)
    const status = await at.say('status')
    expect(status.out).toContain('50')
    expect(status.out).toMatch(/plimsoll release list\/people\.csv/)
    // The next run stops as well; nothing slips through by waiting.
    expect((await at.sync()).exit).toBe(1)
    expect(kept()).toHaveLength(100)
    expect((await at.run('release', 'list/people.csv', '--why', 'they left')).exit).toBe(0)
    const next = await at.sync()
    // The deletes themselves pass the brake as well: half of the records is more than the flow lets pass in a day.
    expect(kept().length === 50 || (next.exit === 1 && Number(next.summary['held']) > 0)).toBe(true)
    if (kept().length > 50) {
      expect((await at.say('status')).out).toContain('plimsoll release crm/person')
      expect((await at.run('release', 'crm/person')).exit).toBe(0)
      await at.synced()
    }
    expect(kept()).toHaveLength(50)
    expect(shortly(await at.synced())).toEqual([])
  })

  test('A source that lost 30 % stops at the brake.', async () => {
    at.put('list/people.csv', list(upTo(70)))
    const answer = await at.sync()
    expect(answer.exit).toBe(1)
    expect(kept()).toHaveLength(100)
    at.put('list/people.csv', list(upTo(100)))
    expect(shortly(await at.synced())).toEqual([])
    expect((await at.say('status')).out).not.toContain('release')
  })

  test('An empty file, a file with its header alone, a missing file and a missing folder delete nothing and are no success.', async () => {
    for (const content of ['', 'id,name,phone,email\n']) {
      at.put('list/people.csv', content)
      const answer = await at.sync()
      expect([content, answer.exit, kept().length]).toEqual([content, 1, 100])
    }
    at.remove('list/people.csv')
    expect((await at.sync()).exit).not.toBe(0)
    at.remove('list')
    const answer = await at.sync()
    expect(answer.exit).not.toBe(0)
    expect(JSON.stringify(answer.result ?? answer.error)).toContain('list')
    expect(kept()).toHaveLength(100)
    at.put('list/people.csv', list(upTo(100)))
    expect(shortly(await at.synced())).toEqual([])
  })

  test('A file that ends in the middle of a row deletes nothing.', async () => {
    const text = list(upTo(100))
    at.put('list/people.csv', text.slice(0, text.indexOf('95,Person 95') + 8))
    const answer = await at.sync()
    expect(answer.exit).not.toBe(0)
    expect(kept()).toHaveLength(100)
    expect(at.rows('crm.db', 'select name from person where code = 95')).toEqual([{ name: 'Person 95' }])
  })

  test('A file without the phone column clears no phone; a cell that became empty clears one.', async () => {
    at.put('list/people.csv', ['id,name,email', ...upTo(100).map((i) => `${i},Person ${i},p${i}@example.com`), ''].join('\n'))
    const without = await at.sync()
    expect([without.exit, without.summary['writes'], without.summary.balanced]).toEqual([2, 0, true])
    expect(JSON.stringify(without.result)).toContain('phone')
    at.put('list/people.csv', list(upTo(100)).replace('+48501000007', ''))
    expect(shortly(await at.synced())).toEqual(['crm/person 7 update phone: "+48501000007" → null'])
  })

  test('A column that is called otherwise now is no cleared field.', async () => {
    at.put('list/people.csv', list(upTo(100)).replace('name,phone', 'full name,phone'))
    await at.sync()
    expect(at.rows('crm.db', 'select count(*) n from person where name is null')).toEqual([{ n: 0 }])
  })
})

describe('three people are really gone', () => {
  const shorter = list(upTo(100).filter((i) => ![5, 50, 95].includes(i)))

  test('`delete` deletes them.', async () => {
    await begin('delete')
    at.put('list/people.csv', shorter)
    await at.sync()
    await at.synced()
    expect(kept()).toHaveLength(97)
    expect(at.rows('crm.db', 'select count(*) n from person')).toEqual([{ n: 97 }])
    at.put('list/people.csv', list(upTo(100)))
    await at.synced()
    expect(kept()).toHaveLength(100)
    expect(shortly(await at.synced())).toEqual([])
  })

  test('`archive` marks them, and takes the mark away when they come back.', async () => {
    await begin('archive')
    at.put('list/people.csv', shorter)
    await at.sync()
    await at.synced()
    expect(at.rows('crm.db', 'select code, state from person where state is not null order by id')).toEqual([5, 50, 95].map((i) => ({ code: String(i), state: 'old' })))
    expect(shortly(await at.synced())).toEqual([])
  })

  test('`ignore` leaves them, and they are not made again.', async () => {
    await begin('ignore')
    at.put('list/people.csv', shorter)
    await at.sync()
    await at.synced()
    expect(kept()).toHaveLength(100)
    expect(shortly(await at.synced())).toEqual([])
  })
})
