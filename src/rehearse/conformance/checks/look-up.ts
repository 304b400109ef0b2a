import type { SourceRecord } from '../../../systems/contract.ts'
import type { Check } from '../check.ts'
import { difference, identical, shown } from '../compare.ts'
import type { Kit } from '../kit.ts'

const NOBODY = '99999999'

function sameAsRead(kit: Kit, found: SourceRecord, read: SourceRecord | undefined, by: string): void {
  if (!read) kit.broken(`${by} gave record ${found.key}, which a read does not bring.`, 'Give records under the same key everywhere.')
  if (!identical(found.values, read!.values)) {
    const at = Object.keys(read!.values).find((path) => shown(found.values[path] ?? null) !== shown(read!.values[path]!)) ?? difference(read!.values, found.values) ?? 'a value'
    kit.broken(`${by} gave another value in ${at} of ${found.key} than a read: ${shown(found.values[at] ?? null)}, not ${shown(read!.values[at] ?? null)}.`, 'Make records from answers in one place, for lists, single records and look-ups alike.')
  }
  if (found.version !== undefined && read!.version !== undefined && found.version !== read!.version) kit.broken(`${by} gave another version of ${found.key} than a read.`, 'Give one version for one state.')
  if (found.numericKey !== read!.numericKey) kit.broken(`${by} and a read do not agree whether the key of ${found.key} is a number.`, 'Set `numericKey` everywhere or nowhere.')
}

const distinct = (keys: readonly string[]): boolean => new Set(keys).size === keys.length

/** A few of the records that are there. */
async function some(kit: Kit, count: number): Promise<SourceRecord[]> {
  const { records } = await kit.readWell(await kit.resource(), { pageSize: count, pages: 1 })
  return records.length > 0 ? [...records] : kit.skip('there is no record')
}

export const lookUpChecks: readonly Check[] = [
  {
    name: 'read_by_key', promise: 'Reading by key gives the same key, values and version as a list, and leaves out what is not there.', touches: false, needs: ['read', 'byKey'],
    async run(kit) {
      const records = await some(kit, 6)
      const keys = records.map((record) => record.key)
      const resource = await kit.resource()
      const found = await kit.readKeys(resource, [...keys, `${keys[0]}${NOBODY}`, keys[0]!])
      if (!distinct(found.map((record) => record.key))) kit.broken('A key that was asked for twice, or once, came twice.', 'Answer each key once.')
      const byKey = new Map(records.map((record) => [record.key, record]))
      for (const record of found) sameAsRead(kit, record, byKey.get(record.key), 'Reading by key')
      const lost = keys.filter((key) => !found.some((record) => record.key === key))
      if (lost.length > 0) kit.broken(`${lost.join(', ')} are there and did not come by key.`, 'Answer every key that exists, also in large and mixed questions.')
      const [one, ...more] = await kit.readKeys(resource, [keys[0]!])
      if (one?.key !== keys[0] || more.length > 0) kit.broken(`Asked for ${keys[0]} alone, ${one ? shown([one, ...more].map((record) => record.key)) : 'nothing'} came.`, 'Answer a single key with exactly its record.')
    },
  },
  {
    name: 'read_many_by_key', promise: 'Reading by key answers any number of keys, and none.', touches: true, needs: ['byKey', 'user'],
    async run(kit) {
      const keys = await kit.user.seed(kit.records(1, 120))
      const resource = await kit.resource()
      const found = await kit.readKeys(resource, keys.flatMap((key, i) => (i % 10 === 0 ? [key, `${key}${NOBODY}`] : [key])))
      if (found.length !== keys.length) kit.broken(`${keys.length} of the keys exist, ${found.length} records came.`, 'Ask in as many calls as the system needs, and leave out only what does not exist.')
      if ((await kit.readKeys(resource, [])).length > 0) kit.broken('No key was asked for, and records came.', 'Answer nothing without asking the system.')
    },
  },
  {
    name: 'find_by_identifier', promise: 'A look-up gives the records with exactly these values, the same as a list gives them.', touches: false, needs: ['read', 'find'],
    async run(kit) {
      const path = kit.bench.shape.identifier!
      const records = (await some(kit, 6)).filter((record) => (record.values[path] ?? null) !== null && record.values[path] !== '')
      if (records.length === 0) kit.skip('no record has an identifier')
      const wanted = records.slice(0, 4)
      const found = await kit.find(await kit.resource(), [path], [...wanted.map((record) => [record.values[path]!]), [`nobody-${NOBODY}`]])
      if (!distinct(found.map((record) => record.key))) kit.broken('One record came twice in a look-up.', 'Answer each record once.')
      const byKey = new Map(records.map((record) => [record.key, record]))
      for (const record of found) {
        if (!wanted.some((one) => shown(one.values[path]!).toLowerCase() === shown(record.values[path] ?? null).toLowerCase())) kit.broken(`Record ${record.key} came, whose ${path} is ${shown(record.values[path] ?? null)}: nobody asked for it.`, 'Throw away what does not hold the value: systems ignore filters that they do not know.')
        if (byKey.has(record.key)) sameAsRead(kit, record, byKey.get(record.key), 'A look-up')
      }
      const lost = wanted.filter((record) => !found.some((one) => one.key === record.key))
      if (lost.length > 0) kit.broken(`${shown(lost[0]!.values[path]!)} is held by ${lost[0]!.key} and was not found.`, 'Look up each value, and compare as the system does.')
    },
  },
  {
    name: 'find_together', promise: 'Several fields identify together: only records that hold all values of one list are found.', touches: true, needs: ['find', 'findTogether', 'user'],
    async run(kit) {
      const { identifier, second } = kit.bench.shape
      const made = kit.records(1, 4)
      const keys = await kit.user.seed(made)
      const cross = [made[0]![identifier!]!, made[1]![second!]!]
      const found = await kit.find(await kit.resource(), [identifier!, second!], [[made[2]![identifier!]!, made[2]![second!]!], cross, [made[3]![identifier!]!, null]])
      const got = found.map((record) => record.key)
      if (got.length !== 1 || got[0] !== keys[2]) kit.broken(`One record holds both values together (${keys[2]}); found: ${got.join(', ') || 'none'}.`, 'Compare all fields of one list with one record; null is never found.')
    },
  },
  {
    name: 'find_nothing', promise: 'Values that nobody holds, strange values and no values find nothing.', touches: false, needs: ['find'],
    async run(kit) {
      const resource = await kit.resource()
      const strange = [`nobody-${NOBODY}`, '', ' ', "' OR '1'='1", '%', '*', '", "x": "', 'ż😀', '../..'].map((value) => [value])
      const path = kit.bench.shape.identifier!
      const found = await kit.find(resource, [path], strange)
      const wrong = found.filter((record) => !strange.some(([value]) => String(record.values[path] ?? '').trim() === value!.trim()))
      if (wrong.length > 0) kit.broken(`${wrong.length} records were found by values that they do not hold.`, 'Escape values for the query of the system, and compare what comes with what was asked.')
      if ((await kit.find(resource, [path], [])).length > 0) kit.broken('Nothing was looked up, and records came.', 'Answer nothing without asking the system.')
      if ((await kit.find(resource, [path], [[null]])).length > 0) kit.broken('Records were found by null.', 'An empty value identifies nobody.')
    },
  },
]
