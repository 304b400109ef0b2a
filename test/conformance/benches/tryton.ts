/** A bench on a real Tryton: its parties, as the catalogue has them, from those on that the bench makes itself. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { systemClock } from '../../../src/base/clock.ts'
import { parseJson, writeJson } from '../../../src/base/json.ts'
import type { Bench } from '../../../src/rehearse/conformance/bench.ts'
import type { Native, NativeRecord, SettingValues } from '../../../src/systems/contract.ts'
import { httpConnector } from '../../../src/systems/protocols/http/index.ts'
import { trytonUser } from '../../support/tryton-user.ts'
import type { RunningSystem } from '../../systems/harness/start.ts'
import { type Fault, faultsOf, passing } from './passing.ts'

const context = { clock: systemClock, system: 'erp', timeZone: 'UTC', readOnly: false, budget: async () => {} }

export async function trytonBench(system: RunningSystem): Promise<{ readonly bench: Bench; close(): Promise<void> }> {
  const tryton = await trytonUser(system)
  const fault: Fault = {}
  const door = await passing(system.url, fault, (_method, body) => body.includes('.create"'))
  const last = Math.max(...(await tryton.call<{ id: number }[]>('model.party.party.search_read', [['active', 'in', [true, false]]], 0, null, null, ['id'])).map(({ id }) => id))
  // The company itself and what was seeded can't be deleted: the bench looks at what comes after them.
  const manifest = parse(readFileSync(new URL('../../../src/systems/catalog/tryton.yaml', import.meta.url), 'utf8')) as { resources: Record<string, { with: { domain: unknown[] }; list: { since: { set: Record<string, unknown[]> } } }> }
  const { parties } = manifest.resources
  const after = ['id', '>', last]
  parties!.with.domain = [...parties!.with.domain, after]
  parties!.list.since.set['params.0'] = [after, ...parties!.list.since.set['params.0']!]
  const settings = { url: door.url, definition: manifest as unknown as SettingValues, parameters: { database: tryton.database }, user: String(system.access['user']) }
  const mine = async (also: readonly unknown[] = []): Promise<NativeRecord[]> =>
    (parseJson(writeJson(await tryton.call<Native>('model.party.party.search_read', [after, ...(also.length > 0 ? also : [['active', 'in', [true, false]]])], 0, null, null, ['code', 'name', 'active']))) as NativeRecord[])
  const record = (n: number): NativeRecord => ({ code: `K-${n}`, name: `Łucja ${n}` })
  return {
    close: async () => {
      await door.close()
      await tryton.close()
    },
    bench: {
      name: 'http Tryton', clock: systemClock,
      open: () => httpConnector.open({ ...settings, password: String(system.access['password']) }, context),
      locked: () => httpConnector.open({ ...settings, password: 'wrong canary 81' }, context),
      secrets: [String(system.access['password']), 'wrong canary 81'],
      spec: { resource: 'parties', key: [], parts: new Map(), identifiers: [['code'], ['code', 'name']] },
      shape: { key: 'id', keyBy: 'system', text: 'name', identifier: 'code', second: 'name', unique: 'code' },
      record, times: { stepMs: 1, lateMs: 120_000 },
      exact: new Map<string, readonly Native[]>([['name', ['007', 'a "b"', 'Zażółć ß 日本 😀', 'null', '1e5']]]),
      poison: { record: (n) => ({ ...record(n), identifiers: [{ type: 'eu_vat', code: 'PL1' }] }), update: { identifiers: [{ type: 'eu_vat', code: 'PL1' }] } },
      faults: faultsOf(fault),
      user: {
        reset: async () => {
          const ids = (await mine()).map((row) => row['id'])
          if (ids.length > 0) await tryton.call('model.party.party.delete', ids)
        },
        seed: async (records, at) => {
          const ids = await tryton.call<number[]>('model.party.party.create', records)
          if (at !== undefined) await tryton.stamp('party_party', ids, { made: at, changed: null })
          return ids.map(String)
        },
        edit: async (key, values, at) => {
          await tryton.call('model.party.party.write', [Number(key)], values)
          if (at !== undefined) await tryton.stamp('party_party', [Number(key)], { changed: at })
        },
        remove: async (key) => { await tryton.call('model.party.party.delete', [Number(key)]) },
        all: async () => new Map((await mine([['active', '=', true]])).map((row) => [String(row['id']), row])),
      },
    },
  }
}
