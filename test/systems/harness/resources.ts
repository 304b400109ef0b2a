/**
 * Each resource of a manifest held to what the manifest offers, on the running system and with the data that are there: one test for
 * reading, by whatever ways it offers, and one for writing where the file says what to write.
 */
import { expect, test } from 'vitest'
import type { Native, NativeRecord, Resource, SystemSession, WriteItem } from '../../../src/systems/contract.ts'
import { loadManifest } from '../../../src/systems/protocols/http/manifest/manifest-load.ts'
import { namedResource } from '../../../src/systems/protocols/http/manifest/named.ts'
import { at } from '../../../src/systems/path.ts'
import { never, readAll, specOf, writeOptions } from '../../support/http-servers.ts'
import { offered } from './offers.ts'
import { type Operation, proves, watched } from './proof.ts'
import type { RunningSystem } from './start.ts'

export interface Write {
  /** Where the row is called otherwise. */
  readonly resource?: string
  /** What is made. References that only the running system knows are asked for when the test runs. */
  readonly make?: NativeRecord | (() => Promise<NativeRecord>)
  /** The key of a record that is there already, where none is made. */
  readonly of?: () => Promise<string>
  readonly change?: NativeRecord
  /** What the system then holds, where it is not what was sent. */
  readonly made?: NativeRecord
  readonly changed?: NativeRecord
  /** The record has to stay. */
  readonly delete?: false
}

export interface Resources {
  readonly system: string
  readonly at: () => RunningSystem
  readonly open: () => Promise<SystemSession>
  /** Resources that are read, as a plan would call them; with the fields by which they are looked up, where the manifest takes any. */
  readonly reads: Readonly<Record<string, readonly string[]>>
  readonly writes?: Readonly<Record<string, Write>>
}

const DECADE = 10 * 366 * 86_400_000

export function proveResources(it: Resources): void {
  const offers = async (name: string): Promise<ReadonlySet<Operation>> => new Set(offered(await loadManifest(it.system), name))
  const session = async (): Promise<SystemSession> => watched(await it.open(), { system: it.system, at: it.at() })

  test.each(Object.keys(it.reads))('%s are read whole, by key, since a time and by what identifies them.', async (name) => {
    const open = await session()
    try {
      const can = await offers(name)
      const resource = open.resource(specOf(name))
      const whole = await readAll(resource)
      expect([whole.complete, whole.keys.length > 0]).toEqual([true, true])
      expect(new Set(whole.keys).size).toBe(whole.keys.length)
      const proved: Operation[] = ['read']
      const held = new Map(whole.keys.map((key, n) => [key, whole.values[n]!]))
      // Small pages bring the same as large ones.
      const pageSize = Math.max(7, Math.ceil(whole.keys.length / 4))
      expect((await readAll(resource, { pageSize })).keys.toSorted()).toEqual(whole.keys.toSorted())
      if (can.has('by key')) {
        const asked = [whole.keys[0]!, whole.keys.at(-1)!]
        const records = await resource.readKeys!([...asked, '99999999'], never)
        expect(new Map(records.map((record) => [record.key, record.values]))).toEqual(new Map(asked.map((key) => [key, held.get(key)])))
        proved.push('by key')
      }
      if (can.has('since')) {
        const position = whole.position!
        const moved = (by: (at: number) => number): string => position.replaceAll(/(?<=\b[tn]:)-?\d+/gu, (time) => String(by(Number(time))))
        expect([...new Set((await readAll(resource, { since: moved(() => 0), pageSize })).keys)].toSorted()).toEqual(whole.keys.toSorted())
        expect((await readAll(resource, { since: moved((time) => time + DECADE) })).keys).toEqual([])
        proved.push('since')
      }
      if (can.has('find') && await foundBy(open, name, it.reads[name]!, held)) proved.push('find')
      proves(it.system, name, proved)
    } finally {
      await open.close()
    }
  })

  /** Each field by which the manifest looks records up, with a value that somebody has and one that nobody has. */
  async function foundBy(open: SystemSession, name: string, given: readonly string[], held: ReadonlyMap<string, NativeRecord>): Promise<boolean> {
    const { find, find_in_list: inList } = namedResource(await loadManifest(it.system), name)!.manifest
    const fields = given.length > 0 ? given : inList ?? (Array.isArray(find?.fields) ? find.fields : Object.keys(find?.fields ?? {}))
    let any = false
    for (const field of fields) {
      const [key, value] = [...held].map(([of, values]) => [of, at(values, field)] as const).find(([, one]) => one !== undefined && one !== null && one !== '') ?? []
      if (key === undefined) continue
      const resource = open.resource(specOf(name, { identifiers: [[field]] }))
      const found = await resource.find!([field], [[value!], [typeof value === 'string' ? 'nobody-has-this' : 99_999_999]], never)
      expect(found.map((record) => record.key), field).toContain(key)
      for (const record of found) expect(String(at(record.values, field)).toLowerCase(), field).toBe(String(value).toLowerCase())
      any = true
    }
    return any
  }

  const writes = it.writes ?? {}
  test.skipIf(Object.keys(writes).length === 0).each(Object.keys(writes))('%s are made, changed and deleted, and held as they were written.', async (row) => {
    const open = await session()
    try {
      const write = writes[row]!
      const name = write.resource ?? row
      const can = await offers(name)
      const resource = open.resource(specOf(name))
      const proved: Operation[] = []
      const values = typeof write.make === 'function' ? await write.make() : write.make
      const key = values === undefined ? await write.of!() : await done(resource, { operation: 'create', values, idempotencyKey: `make-${row}` })
      if (values !== undefined) {
        expect(await holds(resource, key)).toMatchObject(write.made ?? values)
        proved.push('create')
      }
      if (write.change !== undefined) {
        expect(await done(resource, { operation: 'update', key, values: write.change, idempotencyKey: `change-${row}` })).toBe(key)
        expect(await holds(resource, key)).toMatchObject(write.changed ?? write.change)
        proved.push('update')
      }
      if (can.has('delete') && write.delete !== false) {
        await done(resource, { operation: 'delete', key, values: {}, idempotencyKey: `delete-${row}` })
        expect(await holds(resource, key)).toBeUndefined()
        proved.push('delete')
      }
      proves(it.system, name, proved)
    } finally {
      await open.close()
    }
  })
}

async function done(resource: Resource, item: WriteItem): Promise<string> {
  const [result] = await resource.write!([item], writeOptions)
  if (result?.is !== 'done') throw new Error(`${item.operation} was answered with ${JSON.stringify(result)}`)
  return result.key
}

/** What the system holds of a record, read anew. */
async function holds(resource: Resource, key: string): Promise<Readonly<Record<string, Native>> | undefined> {
  if (resource.readKeys) return (await resource.readKeys([key], never))[0]?.values
  const { keys, values } = await readAll(resource)
  return values[keys.indexOf(key)]
}
