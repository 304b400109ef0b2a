/** Nothing of a plan is missing on the drawings that promise to show it. */
import { describe, expect, test } from 'vitest'
import { exampleBlueprint } from '../../../test/support/example-blueprint.ts'
import { tangledBlueprint } from '../../../test/support/tangled-plans.ts'
import type { Blueprint } from '../model.ts'
import type { Drawing, Item, Page } from '../scene/scene.ts'
import { application } from './application/application.ts'
import { dataFlow } from './data-flow/data-flow.ts'
import { dataModel } from './data-model/data-model.ts'
import { drawingsOf } from './drawings.ts'
import { golden } from './golden/golden.ts'
import { hardware } from './hardware/hardware.ts'
import { integration } from './integration/integration.ts'
import { network } from './network/network.ts'

const itemsOf = (drawings: readonly Drawing[], pages: (page: Page) => boolean = () => true): Item[] => drawings.flatMap((drawing) => drawing.pages.filter(pages)).flatMap((page) => page.items)
const idsOf = (items: readonly Item[]): Set<string> => new Set(items.flatMap((item) => (item.kind === 'shape' || item.kind === 'zone' ? [item.id] : [])))
/** Of the drawing itself, not of a sheet of contents. */
const isDrawn = (item: Item): boolean => !(item.kind === 'shape' && /^(entry|cell)-/.test(item.id))
const systemsIn = (items: readonly Item[]): Set<string> => new Set(items.filter(isDrawn).flatMap(({ system }) => system ?? []))
const flowsIn = (items: readonly Item[]): Set<string> => new Set(items.filter(isDrawn).flatMap(({ flow }) => flow ?? []))

/** What a drawing should show and does not. */
function missingFrom(blueprint: Blueprint, without: (item: Item) => boolean = () => false): string[] {
  const shown = (drawings: readonly Drawing[]): Item[] => itemsOf(drawings).filter((item) => !without(item))
  const [landscape, flowing, model, applications, net, machines, map] = [integration, dataFlow, dataModel, application, network, hardware, golden].map((draw) => shown(draw(blueprint, 'en')))
  const found: string[] = []
  for (const key of blueprint.flows.keys()) {
    if (!flowsIn(landscape!).has(key)) found.push(`integration lacks flow ${key}`)
    if (!flowsIn(flowing!).has(key)) found.push(`data-flow lacks flow ${key}`)
  }
  for (const key of blueprint.systems.keys()) {
    for (const [name, items] of [['network', net], ['hardware', machines], ['application', applications]] as const) if (!systemsIn(items!).has(key)) found.push(`${name} lacks system ${key}`)
  }
  for (const system of blueprint.systems.values()) if (system.flows.length > 0 && !systemsIn(landscape!).has(system.key)) found.push(`integration lacks system ${system.key}`)
  for (const key of blueprint.entities.keys()) {
    if (!idsOf(model!).has(key)) found.push(`data-model lacks entity ${key}`)
    if (!idsOf(map!).has(`map-${key}-1`)) found.push(`golden lacks entity ${key}`)
  }
  return found
}

const ALL = [['the example', exampleBlueprint()] as const, ...Array.from({ length: 12 }, (_, index) => [`tangled plan ${index + 1}`, tangledBlueprint(index + 1)] as const)]

describe('every part of a plan is drawn where it belongs', () => {
  test.each(ALL)('in %s', (_, blueprint) => {
    expect(missingFrom(blueprint)).toEqual([])
  })

  test('and what would be left out would be found', () => {
    const blueprint = exampleBlueprint()
    const [flow] = blueprint.flows.keys()
    const [system] = blueprint.systems.keys()
    const [entity] = blueprint.entities.keys()
    expect(missingFrom(blueprint, (item) => item.flow === flow)).toEqual([`integration lacks flow ${flow}`, `data-flow lacks flow ${flow}`])
    expect(missingFrom(blueprint, (item) => item.system === system)).toEqual(['network', 'hardware', 'application', 'integration'].map((name) => `${name} lacks system ${system}`))
    expect(missingFrom(blueprint, (item) => 'id' in item && (item.id === entity || item.id === `map-${entity}-1`))).toEqual([`data-model lacks entity ${entity}`, `golden lacks entity ${entity}`])
  })
})

describe('drawings', () => {
  test.each(ALL)('of %s keep to the ids of their page and come out the same twice', (_, blueprint) => {
    const drawings = drawingsOf(blueprint, 'en')
    for (const { pages } of drawings) {
      for (const { items } of pages) {
        const ids = items.flatMap((item) => (item.kind === 'shape' || item.kind === 'zone' ? [item.id] : []))
        expect(ids).toHaveLength(new Set(ids).size)
      }
    }
    expect(drawingsOf(blueprint, 'en')).toEqual(drawings)
  })

  test('of a plan with ten thousand fields show some of them and say how many more there are', () => {
    const blueprint = tangledBlueprint(4)
    const [key, entity] = [...blueprint.entities][0]!
    const fields = Array.from({ length: 10_000 }, (_, index) => ({ ...entity.fields[0]!, key: `f${index}`, type: 'text', identifies: false, required: false }))
    const wide: Blueprint = { ...blueprint, entities: new Map([[key, { ...entity, fields, references: [] }]]) }
    const texts = (drawings: readonly Drawing[]): string => JSON.stringify(itemsOf(drawings))
    expect(texts(dataModel(wide, 'en'))).toContain('and 9,984 more: see the table')
    expect(texts(golden(wide, 'en'))).toMatch(/9,984/)
    expect(itemsOf(golden(wide, 'en')).length).toBeLessThan(200)
  })

  test('of a plan without systems, flows or entities are none', () => {
    const blueprint: Blueprint = { ...exampleBlueprint(), systems: new Map(), flows: new Map(), entities: new Map(), existing: [], nodes: [], zones: [], connections: [] }
    expect([integration, dataFlow, dataModel, application, network, hardware, golden].flatMap((draw) => draw(blueprint, 'en'))).toEqual([])
  })
})
