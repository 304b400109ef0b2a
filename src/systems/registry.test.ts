import { expect, test } from 'vitest'
import { connectorAliases, connectorNames, loadConnector } from './registry.ts'

test.each(connectorNames())('The connector %s is loaded under its own name.', async (name) => {
  const connector = await loadConnector(name)
  expect(connector.name).toBe(name)
  expect(new Set(connector.settings.map((setting) => setting.name)).size).toBe(connector.settings.length)
})

test.each([...connectorAliases])('The alias %s stands for a connector that has the settings it sets.', async (name, alias) => {
  const connector = await loadConnector(name)
  expect(connector.name).toBe(alias.connector)
  expect(connector.settings.map((setting) => setting.name)).toEqual(expect.arrayContaining(Object.keys(alias.settings)))
})

test('An unknown connector is refused with the nearest right name.', async () => {
  await expect(loadConnector('csw')).rejects.toMatchObject({ code: 'systems.connector', class: 'plan', message: 'There is no connector "csw"; did you mean "csv"?' })
  await expect(loadConnector('__proto__')).rejects.toMatchObject({ code: 'systems.connector' })
})
