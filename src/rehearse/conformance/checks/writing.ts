import type { NativeRecord, WriteResult } from '../../../systems/contract.ts'
import type { Check } from '../check.ts'
import { difference, identical, shown } from '../compare.ts'
import type { Kit } from '../kit.ts'

const HONEST = 'Answer `done` only when the system says that it wrote the record; pass on its refusal as `refused`, with its reason and field.'

/** No success that is none, and no refusal of what was written. */
async function judged(kit: Kit, results: readonly WriteResult[], identities: readonly NativeRecord[], what: string): Promise<void> {
  const truth = [...(await kit.user.all())]
  for (const [i, result] of results.entries()) {
    const there = truth.find(([, held]) => difference(identities[i] ?? {}, held) === undefined)
    if (result.is === 'done' && !there) kit.broken(`${what} was answered with done, and the system does not hold it.`, HONEST)
    if ((result.is === 'refused' || result.is === 'later') && there) kit.broken(`${what} was answered with ${result.is}, and the system holds it.`, 'Answer `refused` or `later` only for what surely was not written.')
  }
}

export const writeChecks: readonly Check[] = [
  {
    name: 'round_trip', promise: 'A record can be created, changed and deleted, and the system holds after each what the answer says.', touches: true, needs: ['write', 'create', 'user'],
    async run(kit) {
      const { shape } = kit.bench
      const resource = await kit.resource()
      const made = kit.records(1, 3)
      const keys = await kit.createWell(resource, made)
      const truth = await kit.user.all()
      for (const [i, key] of keys.entries()) kit.holds(truth, key, made[i]!, 'a create')
      if (new Set(keys).size < 3) kit.broken(`Three creates were answered with the keys ${keys.join(', ')}.`, 'Answer each create with the key of its own record.')
      if (kit.traits.update) {
        const results = await kit.write(resource, [await kit.updateItem(resource, keys[1]!, { [shape.text]: 'changed' })])
        if (results[0]!.is !== 'done' || results[0]!.key !== keys[1]) kit.broken(`An ordinary update was answered with ${shown(results[0])}.`, 'Answer done, with the key.')
        const now = await kit.user.all()
        kit.holds(now, keys[1]!, { ...made[1]!, [shape.text]: 'changed' }, 'an update')
        kit.holds(now, keys[0]!, made[0]!, 'an update of another record')
      }
      if (kit.traits.delete) {
        const results = await kit.write(resource, [kit.item('delete', {}, { key: keys[0]! })])
        if (results[0]!.is !== 'done') kit.broken(`An ordinary delete was answered with ${shown(results[0])}.`, 'Answer done.')
        const now = await kit.user.all()
        if (now.has(keys[0]!)) kit.broken('A delete was answered with done, and the record is still there.', HONEST)
        if (!now.has(keys[2]!)) kit.broken('Deleting one record took another with it.', 'Delete exactly the record with the key.')
      }
    },
  },
  {
    name: 'mixed_batch', promise: 'Results stand in the order of the items, whatever their operations and their order of execution.', touches: true, needs: ['write', 'create', 'update', 'delete', 'user'],
    async run(kit) {
      const { text } = kit.bench.shape
      const resource = await kit.resource()
      const [a, b, c] = await kit.createWell(resource, kit.records(1, 3)) as [string, string, string]
      const results = await kit.write(resource, [
        kit.item('delete', {}, { key: a }), kit.createItem(kit.bench.record!(10)), await kit.updateItem(resource, b, { [text]: 'second' }),
        kit.createItem(kit.bench.record!(11)), await kit.updateItem(resource, c, { [text]: 'third' }),
      ])
      const truth = await kit.user.all()
      const done = results.map((result) => (result.is === 'done' ? result.key : kit.broken(`In a mixed batch a good item was answered with ${shown(result)}.`, 'Treat each item by itself.')))
      if (truth.has(a)) kit.broken('In a mixed batch the delete was not executed.', HONEST)
      kit.holds(truth, done[1]!, kit.bench.record!(10), 'a mixed batch')
      kit.holds(truth, done[3]!, kit.bench.record!(11), 'a mixed batch')
      kit.holds(truth, b, { [text]: 'second' }, 'a mixed batch')
      kit.holds(truth, c, { [text]: 'third' }, 'a mixed batch')
    },
  },
  {
    name: 'false_success', promise: 'A write that the system did not make is never answered with done.', touches: true, needs: ['write', 'create', 'poison', 'user'],
    async run(kit) {
      const { poison, shape } = kit.bench
      const resource = await kit.resource()
      // Alone and all together: whoever looks only at the answer as a whole is caught by one of them.
      for (const numbers of [[1], [2, 3, 4]]) {
        const bad = numbers.map((n) => poison!.record(n))
        const identity = numbers.map((n) => ({ [shape.identifier ?? shape.key]: poison!.record(n)[shape.identifier ?? shape.key]! }))
        await judged(kit, await kit.write(resource, bad.map((values) => kit.createItem(values))), identity, 'A record that the system refuses')
      }
      if (!kit.traits.update) return
      const [key] = await kit.createWell(resource, kit.records(20, 1))
      const [result] = await kit.write(resource, [await kit.updateItem(resource, key!, poison!.update)])
      const held = (await kit.user.all()).get(key!)
      if (result!.is === 'done' && (!held || difference(poison!.update, held) !== undefined)) kit.broken('An update that the system refuses was answered with done.', HONEST)
    },
  },
  {
    name: 'blamed_record', promise: 'One bad record among 500 is refused with its field and reason; the other 499 are written.', touches: true, needs: ['write', 'create', 'poison', 'user'],
    async run(kit) {
      const { poison } = kit.bench
      const resource = await kit.resource()
      const [alone] = await kit.write(resource, [kit.createItem(poison!.record(1))])
      if (alone!.is !== 'refused') kit.skip(`the bad record alone is answered with ${alone!.is}`)
      const at = 321
      const good = kit.records(1_000, 500)
      const items = good.map((values, i) => kit.createItem(i === at ? poison!.record(1_000 + at) : values))
      const results = await kit.write(resource, items)
      const truth = await kit.user.all()
      for (const [i, result] of results.entries()) {
        if (i === at) continue
        if (result.is !== 'done') kit.broken(`Item ${i} is good and was answered with ${shown(result)}; the bad one is item ${at}.`, 'Match results with items by what the system says of each; where it does not say, write the items one by one.')
        else kit.holds(truth, result.key, good[i]!, 'a batch with one bad record')
      }
      const bad = results[at]!
      if (bad.is !== 'refused') kit.broken(`The bad record was answered with ${shown(bad)}.`, 'Answer `refused`, with reason and field.')
      else {
        if (poison!.field !== undefined && bad.field !== poison!.field) kit.broken(`The bad record was refused for ${bad.field ?? 'no field'}; what the system minds is ${poison!.field}.`, 'Name the field, so that a person can mend it.')
        if (bad.says.trim() === '') kit.broken('The bad record was refused without a reason.', 'Pass on what the system says.')
      }
    },
  },
  {
    name: 'missing_record', promise: 'Changing or deleting a record that is not there is answered with missing.', touches: true, needs: ['write', 'create', 'delete', 'shown', 'user'],
    async run(kit) {
      const resource = await kit.resource()
      const [key] = await kit.createWell(resource, kit.records(1, 1))
      await kit.user.remove(key!)
      const items = [kit.item('delete', {}, { key: key! }), ...(kit.traits.update ? [kit.item('update', { [kit.bench.shape.text]: 'x' }, { key: key! })] : [])]
      for (const item of items) {
        const [result] = await kit.write(resource, [item])
        if (result!.is !== 'missing') kit.broken(`${item.operation} of a record that is gone was answered with ${shown(result)}.`, 'Answer `missing`: the engine decides what follows.')
      }
      if ((await kit.user.all()).has(key!)) kit.broken('A record that was gone is back.', 'An update never creates.')
    },
  },
  {
    name: 'conditional_write', promise: 'An update or delete on condition of a version is refused when somebody changed the record meanwhile, and nothing is overwritten.', touches: true, needs: ['write', 'create', 'update', 'conditional', 'byKey', 'user'],
    async run(kit) {
      const { text } = kit.bench.shape
      const resource = await kit.resource()
      const [key, other] = await kit.createWell(resource, kit.records(1, 2)) as [string, string]
      const versions = new Map((await kit.readKeys(resource, [key, other])).map((record) => [record.key, record.version]))
      const old = versions.get(key) ?? kit.broken('The trait `conditional` is true, and a record read by key has no version.', 'Give the version with each record.')
      await kit.user.edit(key, { [text]: 'by somebody' })
      const items = [kit.item('update', { [text]: 'by the hub' }, { key, ifVersion: old }), ...(kit.traits.delete ? [kit.item('delete', {}, { key, ifVersion: old })] : [])]
      for (const item of items) {
        const [result] = await kit.write(resource, [kit.traits.updateStyle === 'put' && item.operation === 'update' ? await kit.updateItem(resource, key, item.values, old) : item])
        if (result!.is !== 'conflict') kit.broken(`${item.operation} on an old version was answered with ${shown(result)}.`, 'Demand the version in the same call that writes (If-Match, WHERE, a lock); comparing before it leaves a gap.')
        kit.holds(await kit.user.all(), key, { [text]: 'by somebody' }, `a refused ${item.operation}`)
      }
      const [now] = await kit.readKeys(await kit.resource(), [key])
      const [done] = await kit.write(resource, [await kit.updateItem(resource, key, { [text]: 'agreed' }, now?.version)])
      if (done!.is !== 'done') kit.broken(`An update on the newest version was answered with ${shown(done)}.`, 'Accept the version that reading gives.')
      kit.holds(await kit.user.all(), key, { [text]: 'agreed' }, 'an update on condition')
    },
  },
  {
    name: 'keeps_other_fields', promise: 'An update leaves fields alone that it does not name, also those that the plan does not know.', touches: true, needs: ['write', 'update', 'outside', 'user'],
    async run(kit) {
      const { text, outside } = kit.bench.shape
      const record = kit.bench.record!(1)
      const [key] = await kit.user.seed([record])
      await kit.user.edit(key!, { [outside!]: 'kept by its users' })
      const resource = await kit.resource()
      const [result] = await kit.write(resource, [await kit.updateItem(resource, key!, { [text]: 'changed' })])
      if (result!.is !== 'done') kit.broken(`An ordinary update was answered with ${shown(result)}.`, 'Answer done.')
      kit.holds(await kit.user.all(), key!, { ...record, [text]: 'changed', [outside!]: 'kept by its users' }, 'an update of one field')
    },
  },
  {
    name: 'answer_is_held', promise: 'The record in the answer of a write is what the system then holds, also where it trims, rounds or adds.', touches: true, needs: ['write', 'create', 'answers', 'user'],
    async run(kit) {
      const resource = await kit.resource()
      const { altered, shape } = kit.bench
      const created = await kit.write(resource, [kit.createItem(kit.bench.record!(1)), ...(altered ? [kit.createItem({ ...kit.bench.record!(2), ...altered })] : [])])
      const keys = created.map((result) => (result.is === 'done' ? result.key : kit.broken(`An ordinary create was answered with ${shown(result)}.`, 'Answer done.')))
      const updated = kit.traits.update ? await kit.write(resource, [await kit.updateItem(resource, keys[0]!, { [shape.text]: 'changed', ...altered })]) : []
      const truth = await kit.user.all()
      const last = new Map([...created, ...updated].map((result) => [result.is === 'done' ? result.key : '', result]))
      for (const [key, result] of last) {
        if (result.is !== 'done' || result.record === undefined) kit.broken(`The trait \`answers\` is true, and a write was answered without the record: ${shown(result)}.`, 'Answer with the record, or set the trait to false: then the engine reads by key.')
        else {
          kit.tells(result.record, truth, 'The answer of a write')
          if (!kit.traits.readByKey) continue
          const [again] = await kit.readKeys(await kit.resource(), [key])
          const { values } = result.record
          const wrong = again && Object.keys(again.values).find((path) => !Object.hasOwn(values, path) || !identical({ it: again.values[path]! }, { it: values[path]! }))
          if (wrong !== undefined) kit.broken(`The answer says ${shown(values[wrong] ?? null)} in ${wrong}; a read right after says ${shown(again!.values[wrong]!)}.`, 'Answer what the system made of it, not what was sent.')
          if (again?.version !== undefined && result.version !== undefined && again.version !== result.version) kit.broken('The version in the answer of a write is not the one that a read right after gives.', 'Answer with the version after the write; else the next update meets a conflict.')
        }
      }
    },
  },
  {
    name: 'past_deadline', promise: 'After the deadline, and when told to stop, nothing is sent any more.', touches: true, needs: ['write', 'create', 'user'],
    async run(kit) {
      const resource = await kit.resource()
      const before = (await kit.user.all()).size
      const stop = new AbortController()
      stop.abort(new Error('stopped by the check'))
      const ways = [['after its deadline', { deadline: kit.bench.clock.now() - 1 }], ['after it was told to stop', { signal: stop.signal }]] as const
      for (const [when, options] of ways) {
        const results = await kit.write(resource, kit.records(1, 2).map((values) => kit.createItem(values)), options)
        if ((await kit.user.all()).size > before) kit.broken(`A write ${when} was executed.`, 'Look at the deadline and the signal right before each call.')
        if (results.some((result) => result.is === 'done')) kit.broken(`A write ${when} was answered with done.`, HONEST)
        if ('deadline' in options && results.some((result) => result.is !== 'later')) kit.broken(`A write ${when} was answered with ${shown(results[0])}.`, 'Answer `later`: it surely was not executed.')
      }
    },
  },
]
