import { expect, test } from 'vitest'
import { openSqliteStore } from '../../store/sqlite/store.ts'
import { exchange } from '../../../test/support/exchange.ts'
import { quiet } from '../../../test/support/three-systems.ts'

const plan = `
plimsoll: 1
name: Own id
systems:
  a: { connector: simulated, holds: { person: { resource: people, fields: { id: common_id, name: name } } } }
  b: { connector: simulated, holds: { person: { resource: people, fields: { id: common_id, name: name } } } }
entities:
  person:
    identifiers: []
    golden: { home: plimsoll }
    fields: { name: text }
flows:
  people: { entity: person, between: [a, b] }
`

test('The golden id is given to every system that holds it, and recognises its records when the store is lost', async () => {
  const x = exchange(plan, { a: {}, b: {} })
  x.systems['a']!.edit('people', 'a1', { name: 'Eve', common_id: null })
  await x.sync()
  const [golden] = await x.goldens('person')
  expect(x.systems['a']!.get('people', 'a1')!['common_id']).toBe(golden!.id)
  expect(x.systems['b']!.all('people')).toMatchObject([{ name: 'Eve', common_id: golden!.id }])
  await quiet(x)

  x.store = openSqliteStore(':memory:')
  const again = await x.sync()
  expect(again.summary.writes).toBe(0)
  expect((await x.goldens('person')).map((row) => row.id)).toEqual([golden!.id])
})
