import type { NativeRecord, WriteItem } from '../../../systems/contract.ts'
import type { Check } from '../check.ts'
import { difference, shown } from '../compare.ts'
import type { Kit } from '../kit.ts'

/** How often the system holds a record with this identity. */
async function times(kit: Kit, values: NativeRecord): Promise<number> {
  const { identifier, key } = kit.bench.shape
  const path = identifier ?? key
  return [...(await kit.user.all()).values()].filter((held) => difference({ [path]: values[path]! }, held) === undefined).length
}

export const repeatChecks: readonly Check[] = [
  {
    name: 'doubled_retry', promise: 'A create that is repeated, because its answer was lost or a process died, makes one record.', touches: true, needs: ['write', 'create', 'user'],
    async run(kit) {
      const { shape, faults } = kit.bench
      const mend = 'Send the same idempotency key with each repetition, or let a unique key refuse the second; never repeat a create inside the connector without one.'
      const one = kit.bench.record!(1)
      const item: WriteItem = kit.createItem(one)
      if (faults?.loseAnswer) {
        await faults.loseAnswer()
        await kit.write(await kit.resource(), [item])
        await faults.mend()
        const count = await times(kit, one)
        if (count > 1) kit.broken(`One create, whose answer was lost, made ${count} records.`, mend)
      }
      if (!kit.traits.idempotency && shape.keyBy !== 'hub' && shape.unique === undefined) {
        kit.skip('no idempotency key and nothing unique: before it repeats a create the engine looks for the record')
      }
      for (let again = 0; again < 2; again += 1) {
        const [result] = await kit.write(await kit.resource(), [item])
        const count = await times(kit, one)
        if (count !== 1) kit.broken(`The same create, repeated, made ${count} records.`, mend)
        if (result!.is !== 'done' && result!.is !== 'exists' && result!.is !== 'refused') kit.broken(`A repeated create was answered with ${shown(result)}.`, 'Answer done with the key of the first, or exists.')
      }
    },
  },
  {
    name: 'meets_existing', promise: 'A create that meets an existing record says so and overwrites nothing.', touches: true, needs: ['write', 'create', 'meets', 'shown', 'user'],
    async run(kit) {
      const { shape } = kit.bench
      const first = kit.bench.record!(1)
      const [key] = await kit.user.seed([first])
      const before = (await kit.user.all()).size
      const unique = shape.keyBy === 'hub' ? shape.key : shape.unique!
      const second = { ...kit.bench.record!(2), [unique]: first[unique]! }
      const [result] = await kit.write(await kit.resource(), [kit.createItem(second)])
      const truth = await kit.user.all()
      kit.holds(truth, key!, first, 'a create that met it')
      if (result!.is !== 'exists') kit.broken(`A create that met an existing record was answered with ${shown(result)}.`, 'Answer `exists`, with the key if it is known: the engine then links instead of creating.')
      if (result!.is === 'exists' && result!.key !== undefined && result!.key !== key) kit.broken(`A create that met ${key} says that it met ${result!.key}.`, 'Name the record that is in the way, or none.')
      if (truth.size !== before) kit.broken(`There were ${before} records before it, ${truth.size} after it.`, 'Write nothing.')
    },
  },
  {
    name: 'unsure_write', promise: 'A write whose answer was lost is unsure, never surely not executed.', touches: true, needs: ['write', 'create', 'loseAnswer', 'user'],
    async run(kit) {
      const one = kit.bench.record!(1)
      await kit.faults.loseAnswer!()
      const [result] = await kit.write(await kit.resource(), [kit.createItem(one)])
      await kit.faults.mend()
      const count = await times(kit, one)
      if (count === 0) kit.skip('the write was not executed')
      if (result!.is === 'later' || result!.is === 'refused' || result!.is === 'missing') kit.broken(`The write was executed, its answer was lost, and the result is ${shown(result)}.`, 'Answer `unsure`, or throw without `executed: false`, whenever the request may have arrived.')
    },
  },
  {
    name: 'asked_to_wait', promise: 'A system that asks for fewer calls is obeyed: nothing counts as written, and its time is passed on.', touches: true, needs: ['write', 'create', 'limit', 'user'],
    async run(kit) {
      await kit.faults.limit!()
      const results = await kit.write(await kit.resource(), kit.records(1, 3).map((values) => kit.createItem(values)))
      const other = results.find((result) => result.is !== 'later')
      if (other) kit.broken(`A write that was refused for too many calls was answered with ${shown(other)}.`, 'Answer `later` with retryAfterMs, or throw class `limit` with executed: false.')
      if (!results.some((result) => result.is === 'later' && (result.retryAfterMs ?? 0) > 0)) kit.broken('The time after which the system wants to be asked again was not passed on.', 'Read Retry-After, in seconds or as a date.')
    },
  },
]
