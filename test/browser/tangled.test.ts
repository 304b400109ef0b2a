/** Drawings of tangled plans, judged by a browser: landscape, data flow, data model, applications, network, hardware, golden records. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { application } from '../../src/blueprint/drawings/application/application.ts'
import { dataFlow } from '../../src/blueprint/drawings/data-flow/data-flow.ts'
import { dataModel } from '../../src/blueprint/drawings/data-model/data-model.ts'
import { type Draw, finished } from '../../src/blueprint/drawings/drawings.ts'
import { golden } from '../../src/blueprint/drawings/golden/golden.ts'
import { hardware } from '../../src/blueprint/drawings/hardware/hardware.ts'
import { integration } from '../../src/blueprint/drawings/integration/integration.ts'
import { network } from '../../src/blueprint/drawings/network/network.ts'
import { svgOf } from '../../src/blueprint/scene/svg.ts'
import { tangledBlueprint } from '../support/tangled-plans.ts'
import { type Judge, missing, openJudge } from './judge.ts'

const DRAWS: readonly Draw[] = [integration, dataFlow, dataModel, application, network, hardware, golden]
const SEEDS = Array.from({ length: 15 }, (_, index) => index + 1)

describe.skipIf(missing !== undefined)('drawings of tangled plans', () => {
  let judge: Judge
  beforeAll(async () => { judge = await openJudge() })
  afterAll(async () => { await judge?.close() })

  test.each(SEEDS)('all of plan %i are as they should be', async (seed) => {
    const blueprint = tangledBlueprint(seed)
    const language = seed % 2 === 0 ? 'pl' : 'en'
    const found: string[] = []
    for (const sheet of DRAWS.flatMap((draw) => draw(blueprint, language)).flatMap((drawing) => finished(drawing, blueprint, language))) {
      found.push(...(await judge.findings(svgOf(sheet))).map((sentence) => `${sheet.name}: ${sentence}`))
    }
    expect(found).toEqual([])
  })
})
