import type { NativeRecord } from '../../../systems/contract.ts'
import type { Check } from '../check.ts'
import type { Kit } from '../kit.ts'

const SECOND = 1_000

/** Reads from the position until nothing new comes, as the engine does run by run. */
async function readOn(kit: Kit, since: string | undefined, runs = 2): Promise<{ keys: Set<string>; position: string | undefined }> {
  const keys = new Set<string>()
  let position = since
  for (let run = 0; run < runs; run += 1) {
    const seen = await kit.readWell(await kit.resource(), position === undefined ? {} : { since: position })
    for (const record of seen.records) keys.add(record.key)
    position = seen.position ?? position
  }
  return { keys, position }
}

function allMet(kit: Kit, met: ReadonlySet<string>, wanted: readonly string[], what: string, mend: string): void {
  const lost = wanted.filter((key) => !met.has(key))
  if (lost.length > 0) kit.broken(`${lost.length} of ${wanted.length} records ${what} never came (${lost.slice(0, 5).join(', ')}).`, mend)
}

async function start(kit: Kit, at: number): Promise<string> {
  await kit.user.seed(kit.records(1, 4), at - 60 * SECOND)
  await kit.user.seed(kit.records(5, 3), at)
  const { position } = await kit.readWell(await kit.resource())
  return position ?? kit.broken('A full read gave no position, though the resource is read incrementally.', 'Give the position that is reached with the last page.')
}

export const sinceChecks: readonly Check[] = [
  {
    name: 'since_brings_changes', promise: 'After a position come the records that were added or changed since then.', touches: true, needs: ['incremental', 'user', 'times'],
    async run(kit) {
      const at = kit.past
      const position = await start(kit, at)
      const added = await kit.user.seed(kit.records(20, 2), at + 120 * SECOND)
      const [changed] = await kit.user.seed(kit.records(30, 1), at + 120 * SECOND)
      await kit.user.edit(changed!, { [kit.bench.shape.text]: 'changed' } as NativeRecord, at + 180 * SECOND)
      const { keys } = await readOn(kit, position, 1)
      allMet(kit, keys, [...added, changed!], 'added or changed after the position', 'Ask for everything at or after the position, by the time of change.')
    },
  },
  {
    name: 'equal_timestamps', promise: 'Records that were committed with the very time of the position, after it was read, come with the next read.', touches: true, needs: ['incremental', 'user', 'times'],
    async run(kit) {
      const at = kit.past
      const position = await start(kit, at)
      const equal = await kit.user.seed(kit.records(20, 5), at)
      const { keys, position: next } = await readOn(kit, position, 1)
      const mend = 'Compare with "at or after", never "after": several records share a time. Known ones are recognised by the engine.'
      allMet(kit, keys, equal, 'with the time of the position', mend)
      const again = await kit.user.seed(kit.records(40, 2), at)
      allMet(kit, (await readOn(kit, next, 1)).keys, again, 'with the time of the second position', mend)
    },
  },
  {
    name: 'equal_times_over_pages', promise: 'A page that ends among records of one time loses none of them when reading goes on from its position.', touches: true, needs: ['incremental', 'user', 'times'],
    async run(kit) {
      const at = kit.past
      const position = await start(kit, at)
      const many = await kit.user.seed(kit.records(20, 8), at + 60 * SECOND)
      const met = new Set<string>()
      const first = await kit.readWell(await kit.resource(), { since: position, pages: 1 })
      for (const record of first.records) met.add(record.key)
      for (const key of (await readOn(kit, first.position ?? position, 1)).keys) met.add(key)
      allMet(kit, met, many, 'of one time, cut by a page', 'Either give no position within a run of equal times, or read that time again.')
    },
  },
  {
    name: 'late_commits', promise: 'A record that becomes visible later than its time of change says, within the declared lag, is not lost.', touches: true, needs: ['incremental', 'user', 'times', 'late'],
    async run(kit) {
      const at = kit.past
      const position = await start(kit, at)
      const late = await kit.user.seed(kit.records(20, 2), at - Math.floor(kit.bench.times!.lateMs * 0.8))
      allMet(kit, (await readOn(kit, position, 1)).keys, late, 'that were committed late', 'Step back from the position by the longest transaction, or by the lag of the replica.')
    },
  },
  {
    name: 'whole_seconds', promise: 'Where times are cut to seconds, changes later within the same second are not lost.', touches: true, needs: ['incremental', 'user', 'times', 'coarse'],
    async run(kit) {
      const at = kit.past
      await kit.user.seed(kit.records(1, 2), at + 100)
      const { position } = await kit.readWell(await kit.resource())
      const added = await kit.user.seed(kit.records(20, 2), at + 900)
      allMet(kit, (await readOn(kit, position, 1)).keys, added, 'of the same second', 'Step back by at least one step of the times that the system keeps.')
    },
  },
  {
    name: 'future_times', promise: 'One record with a time in the future hides no later change.', touches: true, needs: ['incremental', 'user', 'times'],
    async run(kit) {
      const at = kit.past
      await kit.user.seed(kit.records(1, 2), at)
      await kit.user.seed(kit.records(3, 1), at + 400 * 24 * 3_600 * SECOND)
      const { position } = await kit.readWell(await kit.resource())
      const added = await kit.user.seed(kit.records(20, 2), kit.bench.clock.now())
      allMet(kit, (await readOn(kit, position, 1)).keys, added, 'after a clock that was wrong once', 'Let the position never be later than the clock of the system.')
    },
  },
  {
    name: 'moving_records', promise: 'Records that move to the end of the list while changes are read push no other record out.', touches: true, needs: ['incremental', 'user', 'times'],
    async run(kit) {
      const at = kit.past
      const position = await start(kit, at)
      const keys: string[] = []
      for (let i = 0; i < 12; i += 1) keys.push(...(await kit.user.seed(kit.records(20 + i, 1), at + (60 + i) * SECOND)))
      const met = new Set<string>()
      const seen = await kit.read(await kit.resource(), {
        since: position,
        between: async (n) => {
          if (n <= 2) for (const key of keys.slice((n - 1) * 2, n * 2)) await kit.user.edit(key, { [kit.bench.shape.text]: `moved ${n}` }, at + (600 + n) * SECOND)
        },
      })
      for (const record of seen.records) met.add(record.key)
      for (const key of (await readOn(kit, seen.position ?? position, 1)).keys) met.add(key)
      allMet(kit, met, keys, 'while others moved', 'Turn pages by time and key, or go on from the time just reached; never by a count of records.')
    },
  },
  {
    name: 'positions_resume', promise: 'Reading can go on from any position that was given, in another process, without losing a record.', touches: true, needs: ['incremental', 'user', 'times'],
    async run(kit) {
      const at = kit.past
      const position = await start(kit, at)
      const keys: string[] = []
      for (let i = 0; i < 8; i += 1) keys.push(...(await kit.user.seed(kit.records(20 + i, 1), at + (60 + i * 7) * SECOND)))
      const { pages } = await kit.readWell(await kit.resource(), { since: position })
      const met = new Set<string>()
      for (const page of pages) {
        for (const record of page.records) met.add(record.key)
        if (page.position === undefined) continue
        const after = (await readOn(kit, page.position, 1)).keys
        allMet(kit, new Set([...met, ...after]), keys, 'after a position in the middle', 'A position promises that everything before it was delivered, and everything after it will be.')
      }
    },
  },
]
