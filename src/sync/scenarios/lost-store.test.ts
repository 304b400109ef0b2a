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

test('Two-way systems find each other\'s records without an identifier again when all of their content is the same', async () => {
  const x = exchange(plan.replace('from: a, to: b', 'between: [a, b]').replaceAll('town: town', 'town: town, street: street').replace('town: text', 'town: text, street: text'), { a: {}, b: {} })
  for (let i = 0; i < 6; i += 1) x.systems[i % 2 ? 'a' : 'b']!.edit('people', `k${i}`, { mail: 'n/a', name: `Eve ${i}`, town: 'Hel', street: 'Długa 1' })
  expect((await x.sync()).summary.created).toBe(6)
  const sizes = ['a', 'b'].map((name) => x.systems[name]!.table('people').size)
  x.store = newStore()
  expect((await x.sync()).summary).toMatchObject({ writes: 0, balanced: true })
  expect(['a', 'b'].map((name) => x.systems[name]!.table('people').size)).toEqual(sizes)
  await quiet(x)
})
