import type { Check } from '../check.ts'
import type { Kit, ReadSeen } from '../kit.ts'

const NOT_COMPLETE = 'Say `complete: true` only when the list ended by its own rule and nothing contradicts it; else throw, or say false.'

function honest(kit: Kit, seen: ReadSeen, keys: readonly string[], what: string): void {
  const lost = keys.filter((key) => !seen.byKey.has(key))
  if (seen.complete && lost.length > 0) kit.broken(`${what}: ${seen.byKey.size} of ${keys.length} records came, and the read says that it is complete. ${lost.length} records would pass for deleted.`, NOT_COMPLETE)
  if (lost.length === 0 && seen.complete) kit.skip('the fault had no effect on this read')
}

export const listChecks: readonly Check[] = [
  {
    name: 'full_list', promise: 'A full read brings every record once, with the values that the system holds, and is complete.', touches: true, needs: ['lists', 'user'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 11))
      const seen = await kit.readWell(await kit.resource())
      const truth = await kit.user.all()
      for (const key of keys) if (!seen.byKey.has(key)) kit.broken(`Record ${key} was not read.`, 'Deliver every record, also the last page and the one at its border.')
      if (seen.records.length !== seen.byKey.size) kit.broken(`${seen.records.length} records came for ${seen.byKey.size} keys.`, 'Deliver each record once.')
      for (const record of seen.records) kit.tells(record, truth, 'The list')
      if (seen.broken.length > 0) kit.broken(`A good record was reported as broken: ${seen.broken[0]!.says}`, 'Report as broken only what can\'t be read.')
      if (kit.traits.complete && !seen.complete) kit.broken('The trait `complete` is true, and an undisturbed read is not complete.', 'Say `complete: true` on the last page of a list that ended by its own rule.')
    },
  },
  {
    name: 'page_shift', promise: 'Records that are removed or added between two pages push no other record out of a read that says it is complete.', touches: true, needs: ['lists', 'user'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 14))
      const gone = new Set<string>()
      const met: string[] = []
      let added = 0
      const seen = await kit.read(countingFirst(await kit.resource(), met), {
        between: async (n) => {
          if (n > 2) return
          // What was delivered already vanishes, so that the rest slides up.
          for (const key of met.filter((one) => keys.includes(one)).slice(0, 2 * n)) if (!gone.has(key)) {
            await kit.user.remove(key)
            gone.add(key)
          }
          await kit.user.seed(kit.records(50 + (added += 1), 1))
        },
      })
      const lost = keys.filter((key) => !gone.has(key) && !seen.byKey.has(key))
      if (seen.complete && lost.length > 0) {
        kit.broken(`${lost.join(', ')} existed throughout and did not come, and the read says that it is complete.`, 'Turn pages by key, overlap them by a record, or say that the read is not complete when the count moved.')
      }
    },
  },
  {
    name: 'half_list', promise: 'A list that is cut off in the middle is never complete.', touches: true, needs: ['lists', 'user', 'half'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 12))
      await kit.faults.half!()
      honest(kit, await kit.read(await kit.resource()), keys, 'The list was cut in half')
    },
  },
  {
    name: 'empty_answer', promise: 'An empty answer in place of a list that has records is never complete.', touches: true, needs: ['lists', 'user', 'empty'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 12))
      await kit.faults.empty!()
      const seen = await kit.read(await kit.resource())
      if (await lostTarget(kit, seen, keys)) return
      honest(kit, seen, keys, 'The list was answered with nothing')
    },
  },
  {
    name: 'broken_off', promise: 'A read that fails in the middle is never complete.', touches: true, needs: ['lists', 'user', 'breakOff'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 40))
      const breaks = await kit.faults.breakOff!()
      honest(kit, await kit.read(await kit.resource(), { between: async (n) => { if (n === 1) await breaks() } }), keys, 'The read broke off after the first page')
    },
  },
  {
    name: 'missing_resource', promise: 'A file, table or list that is not there is an error, never a complete empty list. Only a target that the first write makes may be empty, and then nobody is missing by key.', touches: true, needs: ['lists', 'user', 'missing'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 3))
      await kit.faults.missing!()
      let seen: ReadSeen
      try {
        seen = await kit.read(await kit.resource())
      } catch (error) {
        kit.hear(error)
        return
      }
      if (await lostTarget(kit, seen, keys)) return
      if (seen.complete) kit.broken('The resource is not there, and its read says that it is complete.', NOT_COMPLETE)
    },
  },
]

/**
 * A target that the first write makes is empty before it. One that was lost looks the same in a list: then reading by key, which
 * decides whether a record is gone, must fail.
 */
async function lostTarget(kit: Kit, seen: ReadSeen, keys: readonly string[]): Promise<boolean> {
  if (!seen.complete || seen.records.length > 0 || !kit.traits.readByKey || (kit.bench.spec.creates ?? []).length === 0) return false
  let found: readonly unknown[]
  try {
    found = await kit.readKeys(await kit.resource(), keys)
  } catch (error) {
    kit.hear(error)
    return true
  }
  return kit.broken(`The resource was lost, and reading ${keys.length} of its keys gives ${found.length} records without an error: they would all pass for deleted.`, 'Let readKeys fail when there is nothing that the keys could be in.')
}

/** Notes the keys of a read as they come, in their order. */
function countingFirst(resource: Awaited<ReturnType<Kit['resource']>>, met: string[]): typeof resource {
  return {
    traits: resource.traits,
    async *read(options) {
      for await (const page of resource.read(options)) {
        met.push(...page.records.map((record) => record.key))
        yield page
      }
    },
  }
}
