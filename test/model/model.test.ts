/** `npm run test:model -- --runs N --seed S [--path P | --only 23,47 | --survey]`: any sequence ends in agreement, with nothing lost and nothing doubled. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readable, type Scene, scene } from './actions.ts'
import { Occurrences, SHARE } from './occurrences.ts'
import { play } from './run.ts'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
/** Two processes share the runs. */
const part = number('MODEL_PART', 0)
const parts = number('MODEL_PARTS', 1)
const runs = Math.ceil(number('MODEL_RUNS', 200) / parts)
const seed = number('MODEL_SEED', 1) + part
const path = process.env['MODEL_PATH']
/** The sequences with these numbers, nothing smaller. */
const only = process.env['MODEL_ONLY']?.split(',').map(Number)
/** All of them are played, whatever fails: how often does it? */
const survey = process.env['MODEL_SURVEY'] !== undefined
/** Smaller sequences are looked for this long. */
const SHRINK_MS = 60_000

if (only !== undefined) test(`the sequences ${only?.join(', ')} of seed ${seed} end in agreement`, async () => {
  const scenes = fc.sample(scene, { numRuns: Math.max(...only) + 1, seed })
  const failed: string[] = []
  for (const number of only) {
    const { wrong, log } = await play(scenes[number]!)
    if (wrong.length > 0) failed.push([`Wrong in number ${number}:`, ...wrong, '', readable(scenes[number]!), '', ...log].join('\n'))
  }
  if (failed.length > 0) expect.fail(failed.join('\n\n'))
})
else if (survey) test(`none of the first ${runs} sequences of seed ${seed} fails`, async () => {
  const failed: string[] = []
  for (const [i, of] of fc.sample(scene, { numRuns: runs, seed }).entries()) {
    const { wrong } = await play(of)
    if (wrong.length === 0) continue
    failed.push(`${i}: ${wrong.map((one) => one.split('\n')[0]).join('; ')}`)
    process.stdout.write(`seed ${seed}, ${failed.at(-1)}\n`)
  }
  expect(failed).toEqual([])
})
else test(`${runs} sequences of edits, failures, crashes and changes of the plan end in agreement (seed ${seed})`, async () => {
  const met = new Occurrences()
  let failedAt: number | undefined
  const failure = { scene: undefined as Scene | undefined, wrong: [] as readonly string[], log: [] as readonly string[] }
  const details = await fc.check(fc.asyncProperty(scene, async (of) => {
    // What was found so far is good enough: the search for a smaller one ends.
    if (failedAt !== undefined && performance.now() - failedAt > SHRINK_MS) return
    const played = await play(of)
    if (failedAt === undefined) met.add(played.happened)
    if (played.wrong.length === 0) return
    failedAt ??= performance.now()
    Object.assign(failure, { scene: of, wrong: played.wrong, log: played.log })
    throw new Error(played.wrong.join('\n'))
  }), { numRuns: runs, seed, ...(path === undefined ? {} : { path }) })
  if (failure.scene) {
    expect.fail([
      `Wrong after ${details.numRuns} runs: --seed ${number('MODEL_SEED', 1)}${parts > 1 ? ` in part ${part + 1} of ${parts} (--runs ${runs} --seed ${seed} alone)` : ''} --path ${details.counterexamplePath}`,
      ...failure.wrong, '', readable(failure.scene), '', ...failure.log,
    ].join('\n'))
  }
  process.stdout.write(`${met.runs} runs, seed ${seed}; share of runs in which each occurred:\n${met.text}\n`)
  // A replay, or a handful of runs, has not to meet everything.
  if (runs * SHARE >= 5 && path === undefined) expect(met.rare, `in fewer than ${SHARE * 100} % of the runs`).toEqual([])
})
