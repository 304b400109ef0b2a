import type { Check } from '../check.ts'
import { alike, shown } from '../compare.ts'
import type { Kit, ReadSeen } from '../kit.ts'

const KEEP = 'Acknowledge a message in `acknowledge`, for a position that covers it, and nowhere else.'

/** Reads as the engine does: what a page said is durable, then it is acknowledged. */
async function readAndAcknowledge(kit: Kit, resource: Awaited<ReturnType<Kit['resource']>>, asked: { readonly since?: string; readonly pageSize?: number } = {}): Promise<ReadSeen> {
  return kit.readWell(resource, { ...asked, done: async (page) => { if (page.position !== undefined) await resource.acknowledge?.(page.position) } })
}

/** What the broker still keeps for this reader, when it has come to rest. */
async function left(kit: Kit, wanted: number): Promise<number> {
  let count = await kit.bench.messages!.left()
  for (let looks = 0; looks < 20 && count !== wanted; looks += 1) {
    await kit.bench.clock.sleep(100)
    count = await kit.bench.messages!.left()
  }
  return count
}

const PATIENCE_MS = 10_000

function soon(kit: Kit): AbortSignal {
  const stop = new AbortController()
  void kit.bench.clock.sleep(PATIENCE_MS).then(() => stop.abort())
  return stop.signal
}

export const messageChecks: readonly Check[] = [
  {
    name: 'acknowledged_when_durable', promise: 'A message that was read and not acknowledged comes again; one that was acknowledged does not.', touches: true, needs: ['read', 'messages', 'user'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 7))
      const unacknowledged = await kit.readWell(await kit.resource())
      for (const key of keys) if (!unacknowledged.byKey.has(key)) kit.broken(`The message about ${key} was not read.`, 'Deliver every message that waits.')
      await kit.close()
      const kept = await left(kit, keys.length)
      if (kept !== keys.length) kit.broken(`${keys.length} messages were read and none was acknowledged; the system keeps ${kept}.`, KEEP)
      const again = await readAndAcknowledge(kit, await kit.resource())
      const lost = keys.filter((key) => !again.byKey.has(key))
      if (lost.length > 0) kit.broken(`${lost.join(', ')} did not come again.`, KEEP)
      await kit.close()
      const after = await left(kit, 0)
      if (after > 0) kit.broken(`Every page was acknowledged, and the system keeps ${after} messages.`, 'Let each position cover all messages that are whole in its page and those before.')
      const third = await kit.readWell(await kit.resource())
      if (third.records.length > 0) kit.broken(`${third.records.length} records came after they were acknowledged.`, KEEP)
    },
  },
  {
    name: 'acknowledged_in_part', promise: 'Acknowledging a page leaves the messages after it with the system.', touches: true, needs: ['read', 'messages', 'user'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 9))
      const resource = await kit.resource()
      let first = true
      const seen = await kit.readWell(resource, { pageSize: 2, done: async (page) => {
        if (first && page.position !== undefined) {
          first = false
          await resource.acknowledge?.(page.position)
        }
      } })
      const taken = new Set(seen.pages.find((page) => page.position !== undefined)?.records.map((record) => record.key))
      await kit.close()
      const again = await kit.readWell(await kit.resource())
      const lost = keys.filter((key) => !taken.has(key) && !again.byKey.has(key))
      if (lost.length > 0) kit.broken(`${lost.join(', ')} stood after the position that was acknowledged, and did not come again.`, KEEP)
      const twice = keys.filter((key) => taken.has(key) && again.byKey.has(key))
      if (twice.length > 0) kit.broken(`${twice.join(', ')} came again after it was acknowledged.`, 'Acknowledge everything that the position covers.')
    },
  },
  {
    name: 'order_is_kept', promise: 'Of several messages about one record the last one is delivered last, and no page has a record twice.', touches: true, needs: ['read', 'messages', 'user'],
    async run(kit) {
      const { text } = kit.bench.shape
      const [key, other] = await kit.user.seed(kit.records(1, 2)) as [string, string]
      for (const value of ['first', 'second', 'third']) {
        await kit.user.edit(key, { [text]: value })
        await kit.user.edit(other, { [text]: value })
      }
      const { pages, records } = await readAndAcknowledge(kit, await kit.resource(), { pageSize: 50 })
      for (const page of pages) {
        const keys = page.records.map((record) => record.key)
        if (new Set(keys).size < keys.length) kit.broken(`A page has ${keys.join(', ')}: what it says last of a record would not be known.`, 'Begin a new page where a record comes again.')
      }
      for (const one of [key, other]) {
        const said = records.filter((record) => record.key === one).map((record) => record.values[text] ?? null)
        if (said.at(-1) !== 'third') kit.broken(`Of ${one} was said ${said.map(shown).join(', ')}.`, 'Deliver messages in the order in which the system hands them over.')
      }
    },
  },
  {
    name: 'poison_is_set_aside', promise: 'A message that nobody can understand is reported as broken, is acknowledged with the others, and blocks none.', touches: true, needs: ['read', 'messages', 'user'],
    async run(kit) {
      const before = await kit.user.seed(kit.records(1, 2))
      const poison = await kit.bench.messages!.poison()
      const after = await kit.user.seed(kit.records(20, 2))
      const seen = await readAndAcknowledge(kit, await kit.resource())
      const lost = [...before, ...after].filter((key) => !seen.byKey.has(key))
      if (lost.length > 0) kit.broken(`Beside messages that nobody understands ${lost.join(', ')} did not come.`, 'Report what can\'t be understood as broken, and go on.')
      if (seen.broken.length !== poison) kit.broken(`${poison} messages can't be understood; ${seen.broken.length} were reported as broken.`, 'Report each in `broken`, with place, reason and text.')
      if (new Set(seen.broken.map((one) => one.key ?? one.place)).size < seen.broken.length) kit.broken('Two broken messages have one place.', 'Name each by its id or its content.')
      await kit.close()
      const kept = await left(kit, 0)
      if (kept > 0) kit.broken(`${kept} messages stay with the system and would come again and again.`, 'Acknowledge a broken message when it is set aside.')
    },
  },
  {
    name: 'repeats_are_recognised', promise: 'Messages that come again after what they said was durable, because a process died before it acknowledged them, are not delivered again; new ones are.', touches: true, needs: ['read', 'messages', 'user'],
    async run(kit) {
      const { text } = kit.bench.shape
      const [key] = await kit.user.seed(kit.records(1, 4)) as [string]
      // The same twice, so that content alone does not tell which is which.
      for (const value of ['a', 'b', 'a']) await kit.user.edit(key, { [text]: value })
      const { position } = await kit.readWell(await kit.resource())
      await kit.close()
      await kit.user.edit(key, { [text]: 'b' })
      const [added] = await kit.user.seed(kit.records(30, 1)) as [string]
      const again = await readAndAcknowledge(kit, await kit.resource(), position === undefined ? {} : { since: position })
      if (!again.byKey.has(added)) kit.broken('A new message after repeated ones was not delivered.', 'Leave out only what is surely a repetition.')
      if (again.byKey.get(key)?.values[text] !== 'b') kit.broken(`The last word about a record was b; delivered was ${shown(again.byKey.get(key)?.values[text] ?? null)}.`, 'Leave out only what is surely a repetition.')
      if (again.records.length > 2) kit.broken(`${again.records.length - 2} records came again that a position covers.`, 'Keep in the position what the last messages were, and compare what comes again with it, in order.')
      await kit.close()
      const kept = await left(kit, 0)
      if (kept > 0) kit.broken(`${kept} messages that were recognised stay with the system.`, 'Acknowledge them: what they say is durable.')
    },
  },
  {
    name: 'looking_takes_nothing', promise: 'A session that may only look takes no message and acknowledges none.', touches: true, needs: ['read', 'messages', 'user'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 3))
      const session = await kit.bench.messages!.look()
      try {
        await kit.read(session.resource(kit.bench.spec))
      } finally {
        await session.close()
      }
      const kept = await left(kit, keys.length)
      if (kept !== keys.length) kit.broken(`${keys.length} messages waited; after a look ${kept} do.`, 'In a session with `readOnly` take nothing; say what can\'t be looked at.')
      const { byKey } = await kit.readWell(await kit.resource())
      const lost = keys.filter((key) => !byKey.has(key))
      if (lost.length > 0) kit.broken(`After a look ${lost.join(', ')} did not come.`, 'In a session with `readOnly` take nothing.')
    },
  },
  {
    name: 'arrival_is_told', promise: 'Who asks whether something arrived is told of a message, also of one that comes later.', touches: true, needs: ['read', 'messages', 'user'],
    async run(kit) {
      const resource = await kit.resource()
      if (!resource.arrived) kit.broken('There is no `arrived`: nobody would notice a message before the next read by the clock.', 'Answer `arrived` when a message is there.')
      await readAndAcknowledge(kit, resource)
      const asked = resource.arrived!(soon(kit))
      await kit.user.seed(kit.records(1, 1))
      if (!(await asked) && !(await resource.arrived!(soon(kit)))) kit.broken('A message arrived and nobody was told within 10 seconds.', 'Let `arrived` wait for a message, or look for one.')
      const { records } = await readAndAcknowledge(kit, resource)
      if (records.length === 0) kit.broken('A message was told of and was not read.', 'Deliver what has arrived.')
    },
  },
  {
    name: 'exact_messages', promise: 'Values in messages are read exactly: large integers, decimals, leading zeros, blanks, letters of all languages.', touches: true, needs: ['read', 'messages', 'exact', 'user'],
    async run(kit) {
      const all = [...kit.bench.exact!].flatMap(([path, values]) => values.map((value) => ({ path, value })))
      const keys = await kit.user.seed(all.map(({ path, value }, n) => ({ ...kit.bench.record!(n + 1), [path]: value })))
      const { byKey } = await kit.readWell(await kit.resource(), { pageSize: 50 })
      for (const [i, { path, value }] of all.entries()) {
        const read = byKey.get(keys[i]!) ?? kit.broken(`The message with ${shown(value)} in ${path} was not read.`, 'Deliver every message.')
        if (!alike(value, read.values[path] ?? null)) kit.broken(`${shown(value)} in ${path} was read as ${shown(read.values[path] ?? null)}.`, 'Read bodies as bytes, and numbers as they are written.')
      }
    },
  },
]
