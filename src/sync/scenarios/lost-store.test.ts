import { expect, test } from 'vitest'
import { newStore } from '../../../test/support/stores.ts'
import { exchange } from '../../../test/support/exchange.ts'
import { quiet } from '../../../test/support/three-systems.ts'

const plan = `
plimsoll: 1
name: Nameless
systems:
  a: { connector: simulated, holds: { person: { resource: people, fields: { mail: mail, name: name, town: town } } } }
  b: { connector: simulated, holds: { person: { resource: people, fields: { mail: mail, name: name, town: town } } } }
entities:
  person: { identifiers: [mail], fields: { mail: email, name: text, town: text } }
flows:
  people: { entity: person, from: a, to: b }
`

test('What the hub made of records without an identifier is found again when the store was lost, twins one by one', async () => {
  const x = exchange(plan, { a: {}, b: {} })
  const people = [['Eve', 'Hel'], ['Eve', 'Hel'], ['Eve', 'Puck'], ['Bob', null]] as const
  people.forEach(([name, town], i) => x.systems['a']!.edit('people', `a${i}`, { mail: i % 2 ? 'n/a' : null, name, town }))
  x.systems['a']!.edit('people', 'named', { mail: 'ann@example.org', name: 'Ann', town: 'Hel' })
  expect((await x.sync()).summary.created).toBe(5)
  x.store = newStore()
  const preview = await x.preview()
  expect(preview.writes).toEqual([])
  expect((await x.sync()).summary).toMatchObject({ writes: 0, balanced: true })
  expect(x.systems['b']!.table('people').size).toBe(5)
  await quiet(x)
  x.systems['a']!.edit('people', 'a2', { town: 'Sopot' })
  await x.sync()
  expect(x.systems['b']!.all('people').map((row) => `${row['name']} ${row['town'] ?? '-'}`).toSorted()).toEqual(['Ann Hel', 'Bob -', 'Eve Hel', 'Eve Hel', 'Eve Sopot'])
  await quiet(x)
})
