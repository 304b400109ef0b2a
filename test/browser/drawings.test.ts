/** Every drawing of plans that nobody wrote, and of the example, judged by a browser. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawingsOf, finished } from '../../src/blueprint/drawings/drawings.ts'
import type { Language } from '../../src/blueprint/language.ts'
import type { Blueprint } from '../../src/blueprint/model.ts'
import { svgOf } from '../../src/blueprint/scene/svg.ts'
import { exampleBlueprint } from '../support/example-blueprint.ts'
import { generatedBlueprint, type Wish } from '../support/generated-plans.ts'
import { type Judge, missing, openJudge } from './judge.ts'

const WISHES: readonly Omit<Wish, 'seed'>[] = [
  { systems: 1, flows: 0, hubs: 0, names: 'short', lanes: 0 },
  { systems: 1, flows: 3, hubs: 1, names: 'hostile', lanes: 1 },
  { systems: 2, flows: 2, hubs: 0, names: 'mixed', lanes: 2 },
  { systems: 5, flows: 9, hubs: 1, names: 'long', lanes: 3 },
  { systems: 8, flows: 12, hubs: 0, names: 'mixed', lanes: 4 },
  { systems: 9, flows: 0, hubs: 0, names: 'hostile', lanes: 5 },
  { systems: 14, flows: 24, hubs: 2, names: 'mixed', lanes: 12 },
  { systems: 24, flows: 42, hubs: 1, names: 'short', lanes: 6 },
  { systems: 24, flows: 10, hubs: 0, names: 'long', lanes: 12 },
  { systems: 40, flows: 120, hubs: 2, names: 'hostile', lanes: 8 },
  { systems: 60, flows: 90, hubs: 0, names: 'mixed', lanes: 7 },
  { systems: 100, flows: 300, hubs: 1, names: 'mixed', lanes: 12 },
]

async function wrong(judge: Judge, blueprint: Blueprint, language: Language): Promise<{ found: string[]; sheets: number }> {
  const found: string[] = []
  let sheets = 0
  for (const sheet of drawingsOf(blueprint, language).flatMap((drawing) => finished(drawing, blueprint, language))) {
    sheets += 1
    found.push(...(await judge.findings(svgOf(sheet))).map((sentence) => `${sheet.name}: ${sentence}`))
  }
  return { found, sheets }
}

describe.skipIf(missing !== undefined)('drawings in a browser', () => {
  let judge: Judge
  beforeAll(async () => { judge = await openJudge() })
  afterAll(async () => { await judge?.close() })

  test.each(['en', 'pl'] as const)('all of the example are as they should be, in %s', async (language) => {
    const { found, sheets } = await wrong(judge, exampleBlueprint(), language)
    expect(found).toEqual([])
    expect(sheets).toBeGreaterThan(4)
  })

  test.each(WISHES.map((wish, index) => ({ seed: index + 1, ...wish })))('all are as they should be for $systems systems, $flows flows, $hubs hubs, $names names and $lanes lanes', async (wish) => {
    const { found } = await wrong(judge, generatedBlueprint(wish), wish.seed % 3 === 0 ? 'pl' : 'en')
    expect(found).toEqual([])
  })
})
