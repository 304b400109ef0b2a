/** A bench on the box of an application: the other user is the application itself. */
import { systemClock } from '../../../src/base/clock.ts'
import type { Bench } from '../../../src/rehearse/conformance/bench.ts'
import { type NativeRecord, Numeral, numeral, type SystemSession } from '../../../src/systems/contract.ts'
import { appConnector } from '../../../src/systems/protocols/app/index.ts'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

export const TOKEN = 'canary-4c1f7a90b2d3-token'
const RESOURCE = 'people'

/** `keys`: who gives a new record its key. */
export function appBench(folder: string, keys: 'box' | 'own'): { readonly bench: Bench; close(): Promise<void> } {
  const file = join(folder, 'people.db')
  const context = { clock: systemClock, system: 'app', timeZone: 'UTC', readOnly: false, budget: async () => {} }
  const open = (): Promise<SystemSession> => appConnector.open({ token: TOKEN, file }, context)
  let user: SystemSession | undefined
  const application = async () => (user ??= await open()).hosted!
  const close = async (): Promise<void> => {
    await user?.close()
    user = undefined
  }
  const record = (n: number): NativeRecord => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, city: `City ${n}`, price: new Numeral('12.30'), address: { street: `Street ${n}`, lines: ['a', null] } })
  return {
    close,
    bench: {
      name: keys === 'box' ? 'app' : 'app own keys', clock: systemClock, open, record,
      spec: { resource: RESOURCE, key: keys === 'box' ? [] : ['email'], parts: new Map(), identifiers: [['email'], ['email', 'city']], creates: [{ path: 'email', type: 'text' }] },
      shape: { ...(keys === 'box' ? { key: 'id', keyBy: 'system' } : { key: 'email', keyBy: 'hub' }), text: 'name', identifier: 'email', second: 'city', outside: 'note', nullable: true },
      times: { stepMs: 1, lateMs: 0 },
      // A record without its key, and one that would get another.
      ...(keys === 'box' ? {} : { poison: { record: (n: number) => ({ ...record(n), email: null }), update: { email: 'other@example.test' }, field: 'email' } }),
      secrets: [TOKEN],
      exact: new Map([['price', [numeral('9223372036854775807'), new Numeral('12345678901234567890.123'), new Numeral('0.10')]], ['name', ['007', ' x ', "it's \\ % _", 'line\nend', 'Zażółć ß 日本 😀', 'null', '1e5']], ['city', ['', ' ']]]),
      user: {
        async reset() {
          await close()
          for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
        },
        async seed(records) {
          const made: string[] = []
          for (const values of records) {
            const { is, ...one } = await (await application()).change({ resource: RESOURCE, values, at: 'none', ...(keys === 'box' ? {} : { key: String(values['email']) }) })
            if (is === 'done' && 'record' in one) made.push(one.record.key)
          }
          return made
        },
        async edit(key, values) {
          const held = (await application()).get(RESOURCE, key)!
          await (await application()).change({ resource: RESOURCE, key, values: { ...held.values, ...values }, at: held.position })
        },
        async remove(key) {
          await (await application()).change({ resource: RESOURCE, key, values: undefined, at: 'any' })
        },
        all: async () => new Map((await application()).list(RESOURCE, { since: 0, deletedSince: Number.MAX_SAFE_INTEGER, limit: 100_000 }).map((one) => [one.key, keys === 'box' ? { ...one.values!, id: one.key } : one.values!])),
      },
    },
  }
}
