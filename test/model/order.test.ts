/** Invariant 10: any order in which the hub hears of independent edits gives one result. Part of `npm run test:model`. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hear, independent, type Independent, readable } from './arrivals.ts'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const part = number('MODEL_PART', 0)
const runs = Math.ceil(number('MODEL_RUNS', 200) / number('MODEL_PARTS', 1) / 4)
const seed = number('MODEL_SEED', 1) + part
const path = process.env['MODEL_ORDER_PATH']

test(`${runs} sets of edits end in the same golden records in whatever order they are heard (seed ${seed})`, async () => {
  let smallest: { of: Independent; wrong: string } | undefined
  const details = await fc.check(fc.asyncProperty(independent, async (of) => {
    const straight = await hear(of, [])
    for (const order of of.orders) {
      const end = await hear(of, order)
      if (isDeepStrictEqual(end, straight)) continue
      smallest = { of, wrong: `in one pass: ${JSON.stringify(straight)}\nin order:    ${JSON.stringify(end)}` }
      throw new Error(smallest.wrong)
    }
  }), { numRuns: runs, seed, ...(path === undefined ? {} : { path }) })
  if (smallest) expect.fail(`Wrong after ${details.numRuns} runs: MODEL_SEED=${seed} MODEL_ORDER_PATH=${details.counterexamplePath}\n${smallest.wrong}\n\n${readable(smallest.of)}`)
})
