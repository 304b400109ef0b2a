/**
 * A process is killed at every step between which it may die, the systems are then looked into. Nothing may be lost, doubled or
 * overwritten, whichever step it was. FAULT_SEED repeats a run, TRACE shows each death.
 */
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/clock.ts'
import { CALLS, type CrashPoint, TRANSACTIONS } from '../../src/store/crash-points.ts'
import { type Counts, counted, type Kill, killedAt } from './machine.ts'
import { type Death, type Played, played } from './playing.ts'
import { bothWays } from './stories/both-ways.ts'
import { calls } from './stories/calls.ts'
import { listAndInbox } from './stories/list-and-inbox.ts'
import { newPlan } from './stories/new-plan.ts'
import { oddServer } from './stories/odd-server.ts'
import { repairs } from './stories/repairs.ts'
import type { Story } from './story.ts'

const SEED = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9))
process.stderr.write(`FAULT_SEED=${SEED}\n`)

const STORIES: readonly Story[] = [bothWays, calls, listAndInbox, newPlan, oddServer, repairs]
const LEAST = 200
/** Where a process died, over all stories. */
const died = new Map<string, number>()
let deaths = 0

/** The first arrival at each step that the story shows and that no earlier stage came to, and some others. */
function chosen({ shows, points }: Story, counts: Counts, known: Set<string>, random: () => number): Kill[] {
  const all = Object.entries(counts).flatMap(([at, n]) => Array.from({ length: n }, (_, i): Kill => ({ at: at as CrashPoint, nth: i + 1 })))
  const ends = all.filter(({ at, nth }) => shows.test(at) && !known.has(at) && nth === 1)
  for (const { at } of ends) known.add(at)
  const rest = all.filter((kill) => !ends.includes(kill)).map((kill) => ({ kill, order: random() })).toSorted((a, b) => a.order - b.order)
  return [...ends, ...rest.slice(0, points).map(({ kill }) => kill)]
}

/** Stories run side by side: what is added to is read when it is added. */
const count = (dead: number): void => {
  deaths += dead
}

const at = ({ world }: Played, kill: Kill): Death => async (words, drive) => {
  const { killed } = await killedAt(world.project, kill, words, drive)
  if (killed) died.set(kill.at, (died.get(kill.at) ?? 0) + 1)
  return { where: `${kill.at} ${kill.nth}`, died: killed }
}

describe.concurrent('a process that dies between any two steps', () => {
  for (const [i, story] of STORIES.entries()) {
    test(`The story of ${story.name} ends well wherever it is interrupted.`, async () => {
      const random = seededRandom(SEED + i)
      const known = new Set<string>()
      await played(story, SEED, async (stage, undisturbed) => {
        const counts = await counted(stage.world.project, stage.words, stage.drive)
        await undisturbed()
        for (const kill of chosen(story, counts, known, random)) {
          count(await stage.again([at(stage, kill), ...(random() < 0.15 ? [at(stage, { at: 'settle.committed', nth: 1 })] : [])]))
        }
        for (const [first, second] of stage.stage.again ?? []) {
          count(await stage.again([at(stage, { at: first, nth: Math.ceil((counts[first] ?? 1) / 2) }), at(stage, { at: second, nth: 1 })]))
        }
      })
    })
  }
})

test('Every step that has a name was died at, no step without a name was met, and there were enough of them.', () => {
  const names: readonly string[] = [...TRANSACTIONS.flatMap((name) => [`${name}.saved`, `${name}.committed`]), ...CALLS]
  process.stderr.write(`${deaths} processes died, at ${died.size} of ${names.length} steps\n`)
  expect(names.filter((name) => !died.has(name))).toEqual([])
  expect([...died.keys()].filter((name) => !names.includes(name))).toEqual([])
  expect(deaths).toBeGreaterThanOrEqual(LEAST)
})
