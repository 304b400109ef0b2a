/** Other rates, limits, batches and intervals than anybody chose: the engine catches up when capacity says. Part of `npm run test:model`. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../src/base/duration.ts'
import { afterOutage, type Case } from '../capacity/outage.ts'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const runs = Math.ceil(number('MODEL_RUNS', 200) / number('MODEL_PARTS', 1) / 200)
const seed = number('MODEL_SEED', 1) + number('MODEL_PART', 0)

interface Drawn { readonly perHour: number; readonly busy: number; readonly batch: number; readonly minutes: number; readonly callMs: number; readonly creates: boolean; readonly twoWay: boolean; readonly answers: boolean; readonly lasts: number; readonly seed: number }

const drawn: fc.Arbitrary<Drawn> = fc.record({
  perHour: fc.integer({ min: 240, max: 600 }), busy: fc.double({ min: 0.25, max: 0.65, noNaN: true }), batch: fc.constantFrom(1, 2, 5), minutes: fc.constantFrom(1, 3, 5),
  callMs: fc.integer({ min: 20, max: 800 }), creates: fc.boolean(), twoWay: fc.boolean(), answers: fc.boolean(), lasts: fc.constantFrom(30, 60, 90), seed: fc.integer({ min: 1, max: 1000 }),
})

/** So many calls a minute that the given share of them is needed. */
function caseOf(one: Drawn): Case {
  const looks = one.creates || one.twoWay ? 1 : 0
  const needed = (one.perHour * (1 + looks)) / one.batch / 60
  const limit = Math.max(10, Math.ceil(needed / one.busy))
  const [from, to] = ['source', 'target']
  const ends = one.twoWay ? `between: [${from}, ${to}]` : `from: ${from}, to: { ${to}: { may: ${one.creates ? '[create, update]' : '[update]'} } }`
  return {
    plan: `
plimsoll: 1
name: Drawn
systems:
  ${from}: { connector: simulated, holds: { thing: { resource: things, key: id, fields: { code: code, f: f } } } }
  ${to}: { connector: simulated, limits: { calls: ${limit}/minute, batch: ${one.batch} }, holds: { thing: { resource: things, key: id, fields: { code: code, f: f } } } }
entities:
  thing: { identifiers: [code], golden: { home: plimsoll }, fields: { code: text, f: text } }
flows:
  things: { entity: thing, ${ends}, trigger: { every: ${one.minutes} minutes }, volume: { usual: ${one.perHour * (one.twoWay ? 2 : 1)}/hour } }
`,
    systems: { [from]: { traits: { incremental: true }, callMs: 50 }, [to]: { traits: { incremental: true, batch: 50, answers: one.answers }, callMs: one.callMs } },
    down: to, at: 'usual', records: one.creates ? 5 : 2000, seed: one.seed,
    edits: [{ system: from, resource: 'things', perHour: one.perHour, makes: one.creates }],
  }
}

test(`${runs} drawn plans are caught up when it was predicted, within a fifth (seed ${seed})`, async () => {
  for (const one of fc.sample(drawn, { numRuns: runs, seed })) {
    const { predicted, caughtUpMs, noticedMs } = await afterOutage(caseOf(one), one.lasts * MINUTE)
    const { least, most } = predicted.catchUpMs!
    // When it was tried again is chance, and known here.
    const expected = least + (most - least) * (noticedMs / predicted.noticedMs.most)
    expect(Math.abs(caughtUpMs - expected), `${JSON.stringify(one)}: ${expected / HOUR} h expected, ${caughtUpMs / HOUR} h`).toBeLessThan(Math.max(0.2 * caughtUpMs, one.minutes * MINUTE))
  }
})
