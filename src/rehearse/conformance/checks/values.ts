import type { Native, NativeRecord } from '../../../systems/contract.ts'
import { Numeral } from '../../../systems/contract.ts'
import type { Check } from '../check.ts'
import { alike, difference, shown } from '../compare.ts'
import type { Kit } from '../kit.ts'

const MEND = 'Keep numbers as Numeral and dates as text from the driver to the result; change no letter and no blank.'

/** One record per value. */
function cases(kit: Kit): { readonly path: string; readonly value: Native; readonly record: NativeRecord }[] {
  return [...kit.bench.exact!].flatMap(([path, values]) => values.map((value) => ({ path, value }))).map((one, n) => ({ ...one, record: { ...kit.bench.record!(n + 1), [one.path]: one.value } }))
}

export const valueChecks: readonly Check[] = [
  {
    name: 'exact_values_in', promise: 'Values are read exactly: large integers, decimals, dates, leading zeros, blanks, letters of all languages.', touches: true, needs: ['lists', 'exact', 'user'],
    async run(kit) {
      const all = cases(kit)
      const keys = await kit.user.seed(all.map((one) => one.record))
      const { byKey } = await kit.readWell(await kit.resource())
      for (const [i, { path, value }] of all.entries()) {
        const read = byKey.get(keys[i]!) ?? kit.broken(`The record with ${shown(value)} in ${path} was not read.`, MEND)
        if (!alike(value, read.values[path] ?? null)) kit.broken(`${shown(value)} in ${path} was read as ${shown(read.values[path] ?? null)}.`, MEND)
      }
    },
  },
  {
    name: 'exact_values_out', promise: 'Values are written exactly, by create and by update, and come back as they went out.', touches: true, needs: ['write', 'create', 'exact', 'user'],
    async run(kit) {
      const all = cases(kit)
      const resource = await kit.resource()
      const keys = await kit.createWell(resource, all.map((one) => one.record))
      const truth = await kit.user.all()
      for (const [i, key] of keys.entries()) kit.holds(truth, key, { [all[i]!.path]: all[i]!.value }, `a create with ${shown(all[i]!.value)}`)
      if (kit.traits.read && kit.traits.complete) {
        const { byKey } = await kit.readWell(await kit.resource())
        for (const [i, key] of keys.entries()) {
          const { path, value } = all[i]!
          if (!alike(value, byKey.get(key)?.values[path] ?? null)) kit.broken(`${shown(value)} went out in ${path} and came back as ${shown(byKey.get(key)?.values[path] ?? null)}.`, MEND)
        }
      }
      if (!kit.traits.update) return
      // Each value into the record of the one before it in the same path.
      const changes = await Promise.all(all.map(async (one, i) => ({ ...one, item: await kit.updateItem(resource, keys[(i + 1) % keys.length]!, { [one.path]: one.value }), key: keys[(i + 1) % keys.length]! })))
      const results = await kit.write(resource, changes.map((change) => change.item))
      const now = await kit.user.all()
      for (const [i, result] of results.entries()) {
        if (result.is !== 'done') kit.broken(`An update with ${shown(changes[i]!.value)} in ${changes[i]!.path} was answered with ${shown(result)}.`, MEND)
        kit.holds(now, changes[i]!.key, { [changes[i]!.path]: changes[i]!.value }, `an update with ${shown(changes[i]!.value)}`)
      }
    },
  },
  {
    name: 'empty_is_not_absent', promise: 'Null, an empty text and a value stay three different things, out and back.', touches: true, needs: ['write', 'create', 'update', 'user'],
    async run(kit) {
      const { text, nullable } = kit.bench.shape
      if (nullable !== true) kit.skip('the system does not tell null from an empty text')
      const resource = await kit.resource()
      const [key] = await kit.createWell(resource, kit.records(1, 1))
      for (const value of ['', null, 'again', null, '']) {
        const [result] = await kit.write(resource, [await kit.updateItem(resource, key!, { [text]: value })])
        if (result!.is !== 'done') kit.broken(`An update to ${shown(value)} was answered with ${shown(result)}.`, 'Write null and empty texts as such.')
        kit.holds(await kit.user.all(), key!, { [text]: value }, `an update to ${shown(value)}`)
        if (!kit.traits.readByKey) continue
        const [read] = await kit.readKeys(resource, [key!])
        if (read && difference({ [text]: value }, read.values) !== undefined) kit.broken(`${shown(value)} was written and read back as ${shown(read.values[text] ?? null)}.`, 'Tell null from empty text in both directions.')
      }
    },
  },
  {
    name: 'strange_names', promise: 'A record with a field named like a part of the language harms nothing.', touches: true, needs: ['write', 'create', 'user'],
    async run(kit) {
      const values: Record<string, Native> = { ...kit.bench.record!(1) }
      Object.defineProperty(values, '__proto__', { value: { polluted: new Numeral('1') }, enumerable: true, configurable: true, writable: true })
      await kit.write(await kit.resource(), [kit.createItem(values)])
      if (Object.hasOwn(Object.prototype, 'polluted') || ({} as NativeRecord)['polluted'] !== undefined) kit.broken('A field named __proto__ changed all objects of the process.', 'Set values with defineProperty, or on objects without a prototype.')
      const [result] = await kit.write(await kit.resource(), [kit.createItem(kit.bench.record!(2))])
      if (result!.is !== 'done') kit.broken(`After it, an ordinary create was answered with ${shown(result)}.`, 'Refuse the record, and go on.')
    },
  },
]
