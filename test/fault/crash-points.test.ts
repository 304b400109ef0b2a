/**
 * A process is killed at every step between which it may die, the systems are then looked into. Nothing may be lost, doubled or
 * overwritten, whichever step it was. FAULT_SEED repeats a run.
 */
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/clock.ts'
import { CALLS, type CrashPoint, TRANSACTIONS } from '../../src/store/crash-points.ts'
import { type Counts, counted, type Driven, type Kill, killedAt, unrest } from './machine.ts'
import { bothWays } from './stories/both-ways.ts'
import { calls } from './stories/calls.ts'
import { listAndInbox } from './stories/list-and-inbox.ts'
import { newPlan } from './stories/new-plan.ts'
import { oddServer } from './stories/odd-server.ts'
import { repairs } from './stories/repairs.ts'
import { Snapshot, type Stage, type Story, type World } from './story.ts'

const SEED = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9))
process.stderr.write(`FAULT_SEED=${SEED}\n`)

const STORIES: readonly Story[] = [bothWays, calls, listAndInbox, newPlan, oddServer, repairs]
/** Where a process died, over all stories. */
const died = new Map<string, number>()
let kills = 0

/** The first arrival at each step that is not known yet, and some others. */
function chosen(counts: Counts, known: Set<string>, more: number, random: () => number): Kill[] {
  const all = Object.entries(counts).flatMap(([at, n]) => Array.from({ length: n }, (_, i): Kill => ({ at: at as CrashPoint, nth: i + 1 })))
  const ends = all.filter(({ at, nth }) => !known.has(at) && nth === 1)
  for (const { at } of ends) known.add(at)
  const rest = all.filter((kill) => !ends.includes(kill)).map((kill) => ({ kill, order: random() })).toSorted((a, b) => a.order - b.order)
  return [...ends, ...rest.slice(0, more).map(({ kill }) => kill)]
}

async function play(world: World, stage: Stage, killings: readonly (readonly [Kill, readonly string[]])[], undisturbed: unknown): Promise<void> {
  const trace: string[] = []
  const drive = stage.drive && ((serving: Driven) => stage.drive!(world, serving))
  for (const [kill, words] of killings) {
    const { killed } = await killedAt(world.project, kill, words, words[0] === 'serve' ? drive : undefined)
    trace.push(`${kill.at} ${kill.nth}${killed ? '' : ' (not reached)'}`)
    if (killed) {
      kills += 1
      died.set(kill.at, (died.get(kill.at) ?? 0) + 1)
    }
  }
  stage.mend?.(world)
  // Whoever gave the command gives it again.
  const words = await stage.words(world)
  if (words[0] !== 'sync') await killedAt(world.project, { at: 'unnamed.saved', nth: Infinity }, words, drive)
  if (process.env['TRACE']) process.stderr.write(`${new Date().toISOString().slice(14, 23)} ${stage.name}: ${trace.join(', ')}\n`)
  const where = `seed ${SEED}, ${stage.name}, killed at ${trace.join(', then ')}`
  expect(await unrest(world.project), where).toEqual([])
  try {
    stage.judge(world)
    expect(stage.same?.(world)).toEqual(undisturbed)
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error })
  }
}

describe.concurrent('a process that dies between any two steps', () => {
  for (const [i, story] of STORIES.entries()) {
    test(`The story of ${story.name} ends well wherever it is interrupted.`, async () => {
      const random = seededRandom(SEED + i)
      const known = new Set<string>()
      const world = await story.open()
      try {
        for (const stage of story.stages) {
          await stage.before?.(world)
          const from = new Snapshot(world)
          const words = await stage.words(world)
          const counts = await counted(world.project, words, stage.drive && ((serving) => stage.drive!(world, serving)))
          stage.mend?.(world)
          expect(await unrest(world.project), `${stage.name}, undisturbed`).toEqual([])
          stage.judge(world)
          const undisturbed = stage.same?.(world)
          const to = new Snapshot(world)
          for (const kill of chosen(counts, known, story.points, random)) {
            from.restore()
            await play(world, stage, [[kill, words], ...(random() < 0.15 ? [[{ at: 'settle.committed', nth: 1 }, ['sync']] as const] : [])], undisturbed)
          }
          for (const [after, at] of stage.again ?? []) {
            from.restore()
            await play(world, stage, [[{ at: after, nth: Math.ceil((counts[after] ?? 1) / 2) }, words], [{ at, nth: 1 }, ['sync']]], undisturbed)
          }
          to.restore()
          from.done()
          to.done()
        }
      } finally {
        await world.close()
      }
    })
  }
})

test('No step without a name was met.', () => {
  const names: readonly string[] = [...TRANSACTIONS.flatMap((name) => [`${name}.saved`, `${name}.committed`]), ...CALLS]
  process.stderr.write(`${kills} processes died, at ${died.size} steps of ${names.length}; not at ${names.filter((name) => !died.has(name)).join(', ')}\n`)
  expect(died.size).toBeGreaterThan(20)
  expect([...died.keys()].filter((name) => !names.includes(name))).toEqual([])
})
