/** A bench on a system in memory, which can have every fault. Bad connectors are tried on it. */
import { virtualClock } from '../../../src/base/clock.ts'
import type { Bench } from '../../../src/rehearse/conformance/bench.ts'
import { SimulatedSystem } from '../../../src/rehearse/systems/simulated.ts'
import type { NativeRecord, Resource, ResourceSpec, SystemSession, Traits } from '../../../src/systems/contract.ts'
import { Numeral } from '../../../src/systems/contract.ts'

const RESOURCE = 'people'
/** What a bad connector does instead of the good one's resource. */
export type Spoil = (good: Resource, system: SimulatedSystem, resource: string) => Resource

export function simulatedBench({ traits = {}, spoil = (good) => good, unique = true }: { traits?: Partial<Traits>; spoil?: Spoil; unique?: boolean } = {}): Bench {
  const clock = virtualClock(Date.UTC(2026, 5, 1, 12))
  const system = new SimulatedSystem({ clock, ...(unique ? { unique: 'email' } : {}), traits: { incremental: true, version: 'opaque', conditional: true, idempotency: true, ...traits } })
  const { vices } = system
  const poisoned = (values: NativeRecord): string | undefined => (values['name'] === 'poison' ? 'This name is not allowed.' : undefined)
  const table = () => system.table(RESOURCE)
  return {
    name: 'simulated', clock,
    open: async () => {
      const session: SystemSession = {
        check: () => system.check(),
        resource: (spec: ResourceSpec) => spoil(system.resource(spec), system, RESOURCE),
        close: async () => {},
      }
      return session
    },
    spec: { resource: RESOURCE, key: [], parts: new Map(), identifiers: [['email'], ['email', 'city']] },
    shape: { key: 'id', keyBy: 'system', text: 'name', identifier: 'email', second: 'city', ...(unique ? { unique: 'email' } : {}), outside: 'note', nullable: true },
    record: (n) => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, city: `City ${n}`, code: '007', price: new Numeral('12.30') }),
    exact: new Map([['price', [new Numeral('0.1'), new Numeral('9223372036854775807')]], ['code', ['007', ' x ']]]),
    poison: { record: (n) => ({ email: `poison${n}@example.test`, name: 'poison', city: 'x', code: '1', price: 1 }), update: { name: 'poison' } },
    altered: { code: 'x '.repeat(20) },
    times: { stepMs: 1, lateMs: 0 },
    faults: {
      half: async () => { vices.half = 'honest' },
      empty: async () => { vices.half = 'empty' },
      breakOff: async () => {
        vices.half = 'error'
        return async () => {}
      },
      loseAnswer: async () => { vices.nextWrite = ['lost-executed'] },
      limit: async () => { vices.nextWrite = ['limit'] },
      mend: async () => {
        delete vices.half
        delete vices.nextWrite
      },
    },
    user: {
      reset: async () => {
        table().clear()
        vices.refuses = poisoned
        vices.alters = (values) => (typeof values['code'] === 'string' ? { ...values, code: values['code'].slice(0, 10) } : values)
      },
      seed: async (records, at) => records.map((values) => {
        const key = system.edit(RESOURCE, undefined, values)
        if (at !== undefined) table().get(key)!.changedAt = at
        return key
      }),
      edit: async (key, values, at) => {
        system.edit(RESOURCE, key, values)
        const row = table().get(key)!
        if (at === undefined) return
        row.changedAt = at
      },
      remove: async (key) => system.remove(RESOURCE, key),
      all: async () => new Map([...table()].map(([key, row]) => [key, row.values])),
    },
  }
}
