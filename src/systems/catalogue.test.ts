import { describe, expect, test } from 'vitest'
import { loadObject } from '../../test/support/load-text.ts'
import { productCatalogue, productNames } from './catalogue.ts'
import { recordChecks } from '../record/plan-checks.ts'
import { connectorAliases } from './registry.ts'

const standard = productCatalogue.standard() as Readonly<Record<string, object>>
const loaded = (systems: object, entities: readonly string[]) =>
  loadObject({ plimsoll: 1, name: 'Catalogue', systems, entities: Object.fromEntries(entities.map((name) => [name, {}])) }, { catalogue: productCatalogue, checks: recordChecks })

test('The standard entities are a plan without mistakes, each with fields and what identifies it.', () => {
  const { plan, mistakes } = loaded({}, Object.keys(standard))
  expect(mistakes.filter((mistake) => mistake.severity === 'error')).toEqual([])
  for (const name of Object.keys(standard)) {
    expect(plan!.entities.get(name)!.fields.size, name).toBeGreaterThan(2)
    expect(plan!.entities.get(name)!.identifiers!.length, name).toBeGreaterThan(0)
  }
})

describe.each([...productNames()])('The entry %s', (name) => {
  const product = productCatalogue.product(name) as { readonly holds?: Readonly<Record<string, unknown>> }
  const held = Object.keys(product.holds ?? {})

  test('is a connector of a plan, and maps standard entities only.', () => {
    expect(connectorAliases.get(name)).toMatchObject({ connector: 'http' })
    expect(held.filter((entity) => !Object.hasOwn(standard, entity))).toEqual([])
  })

  test('makes a plan without mistakes of nothing but an address, and maps every field it names, also in further languages and currencies.', () => {
    for (const [entity, known] of Object.entries(product.holds ?? {})) {
      for (const { resource, fields = {} } of [known].flat() as { readonly resource: string; readonly fields?: Readonly<Record<string, object | string>> }[]) {
        const further = Object.entries(fields).filter(([, mapping]) => Object.hasOwn(Object(mapping) as object, 'each')).map(([field]) => [field, { group: field === 'price_in' ? { pln: { money: 'PLN' } } : { pl: 'text' } }] as const)
        const entities = { ...standard, [entity]: { ...standard[entity], fields: { ...(standard[entity] as { readonly fields: object }).fields, ...Object.fromEntries(further) } } }
        const { plan, mistakes } = loadObject({ plimsoll: 1, name: 'Catalogue', systems: { it: { connector: name, settings: { url: 'http://127.0.0.1:1' }, holds: { [entity]: { resource } } } }, entities }, { catalogue: productCatalogue, checks: recordChecks })
        expect(mistakes.filter((mistake) => mistake.severity === 'error')).toEqual([])
        const [hold] = plan!.systems.get('it')!.holds
        expect([...hold!.fields.keys()].toSorted(), entity).toEqual(Object.keys(fields).filter((field) => fields[field] !== 'none').toSorted())
        for (const [field, { group }] of further) {
          const members = hold!.fields.get(field)!.fields!
          expect([...members.keys()]).toEqual(Object.keys(group))
          expect(JSON.stringify([...members.values()])).not.toMatch(/[{](?:member|currency)[}]/)
        }
      }
    }
  })
})

test('A name that is no product is none, whatever else it may be called.', () => {
  for (const name of ['http', 'toString', '__proto__', '../registry', 'standard/entities']) expect(productCatalogue.product(name), name).toBeUndefined()
})
