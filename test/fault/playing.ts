/** Plays a stage of a story with processes that die in it, and looks at what the systems hold then. */
import { expect } from 'vitest'
import { type Drive, killedAfter, unrest } from './machine.ts'
import { Snapshot, type Stage, type Story, type World } from './story.ts'

/** Begins a process that dies; says where, and whether it did. */
export type Death = (words: readonly string[], drive: Drive | undefined) => Promise<{ readonly where: string; readonly died: boolean }>

export interface Played {
  readonly stage: Stage
  readonly world: World
  readonly words: readonly string[]
  readonly drive: Drive | undefined
  /** The stage once more, with deaths; the first command is the stage's own, then `sync`. Returns how many died. */
  again(deaths: readonly Death[]): Promise<number>
}

/** One stage after the other, each first without any death; `each` plays it again as often as it likes. `first`: done before that. */
export async function played(story: Story, seed: number, each: (stage: Played, undisturbed: () => Promise<void>) => Promise<void>): Promise<void> {
  const world = await story.open()
  try {
    for (const stage of story.stages) {
      await stage.before?.(world)
      const from = new Snapshot(world)
      const words = await stage.words(world)
      const drive = stage.drive && ((serving) => stage.drive!(world, serving)) satisfies Drive | undefined
      let to: Snapshot | undefined
      let same: unknown
      const undisturbed = async (): Promise<void> => {
        stage.mend?.(world)
        expect(await unrest(world.project), `${stage.name}, undisturbed`).toEqual([])
        stage.judge(world)
        same = stage.same?.(world)
        to = new Snapshot(world)
      }
      await each({
        stage, world, words, drive,
        async again(deaths) {
          from.restore()
          const trace: string[] = []
          let dead = 0
          for (const [i, death] of deaths.entries()) {
            const { where, died } = await death(i === 0 ? words : ['sync'], i === 0 ? drive : undefined)
            trace.push(died ? where : `${where} (not reached)`)
            if (died) dead += 1
          }
          if (process.env['TRACE']) process.stderr.write(`${new Date().toISOString().slice(14, 23)} ${stage.name}: ${trace.join(', ')}\n`)
          stage.mend?.(world)
          // Whoever gave the command gives it again.
          const once = await stage.words(world)
          if (once[0] !== 'sync') await killedAfter(world.project, undefined, once, drive)
          const where = `seed ${seed}, ${stage.name}, killed at ${trace.join(', then ')}`
          expect(await unrest(world.project), where).toEqual([])
          try {
            stage.judge(world)
            expect(stage.same?.(world)).toEqual(same)
          } catch (error) {
            throw new Error(`${where}: ${(error as Error).message}`, { cause: error })
          }
          return dead
        },
      }, undisturbed)
      to?.restore()
      from.done()
      to?.done()
    }
  } finally {
    await world.close()
  }
}
