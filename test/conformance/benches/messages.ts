/** Benches on brokers: the other user publishes and consumes with a client of its own. */
import { systemClock } from '../../../src/base/clock.ts'
import { parseJson, writeJson } from '../../../src/base/json.ts'
import type { Bench } from '../../../src/rehearse/conformance/bench.ts'
import { type Connector, type ConnectorContext, type Native, type NativeRecord, Numeral, numeral, type SettingValues } from '../../../src/systems/contract.ts'

export interface Received { readonly body: string; readonly id: string }

export interface MessageOther {
  /** `amqp queue`, `mqtt topic`. */
  readonly name: string
  readonly connector: Connector
  readonly settings: SettingValues
  readonly resource: string
  readonly secret: string
  reset(): Promise<void>
  publish(body: string | Uint8Array): Promise<void>
  /** What waits for the reader. */
  left(): Promise<number>
  /** Everything that was written since the reset, oldest first. */
  received(): Promise<readonly Received[]>
}

export const KINDS = { record: 'data.item', kind: 'event', kinds: { create: 'made', update: ['changed', 'moved'], delete: 'gone' }, max_message_kb: 16 } as const

const context = (readOnly: boolean): ConnectorContext => ({ clock: systemClock, system: 'broker', timeZone: 'UTC', readOnly, budget: async () => {} })
const recordOf = (n: number): NativeRecord => ({ sku: `A-${n}`, name: `Łucja ${n}`, city: `City ${n}`, size: n, price: new Numeral('12.300'), born: '1990-01-31' })
const told = (event: string, item: Native): string => writeJson({ event, data: { item } })
const exact = new Map<string, readonly Native[]>([
  ['size', [numeral('9223372036854775807'), numeral('-9223372036854775808'), 0]],
  ['price', ['0.125', '-99999999.999', '12345678901234567890.123'].map((text) => new Numeral(text))],
  ['born', ['2024-02-29', '1812-06-24']],
  ['name', ['007', ' x ', "it's \\ % _", 'line\nend', 'Zażółć ß 日本 😀', 'NULL', '1e5', '__proto__']],
])

const base = (other: MessageOther) => ({
  name: other.name, clock: systemClock, record: recordOf, exact, secrets: [other.secret, 'wrong-canary-82'],
  open: () => other.connector.open(other.settings, context(false)),
  locked: () => other.connector.open({ ...other.settings, password: 'wrong-canary-82' }, context(false)),
  shape: { key: 'sku', keyBy: 'system', text: 'name', identifier: 'sku' } as const,
})

/** A queue or topic that is read. */
export function incomingBench(other: MessageOther): Bench {
  const held = new Map<string, NativeRecord>()
  return {
    ...base(other),
    spec: { resource: other.resource, key: ['sku'], parts: new Map(), identifiers: [['sku']], sends: true },
    messages: {
      left: () => other.left(),
      look: () => other.connector.open(other.settings, context(true)),
      async poison() {
        const bad = ['{"event": "changed", "data": {', '[]', told('dissolved', { sku: 'A-1' }), told('changed', { name: 'without a key' }), told('changed', 'no record'), Buffer.from([0xff, 0xfe, 0x00]), told('changed', { sku: 'A-9', name: 'x'.repeat(20_000) }), '']
        for (const one of bad) await other.publish(one)
        return bad.length
      },
    },
    user: {
      async reset() {
        held.clear()
        await other.reset()
      },
      async seed(records) {
        for (const one of records) {
          held.set(String(one['sku']), one)
          await other.publish(told('made', one))
        }
        return records.map((one) => String(one['sku']))
      },
      async edit(key, values) {
        const now = { ...held.get(key), ...values }
        held.set(key, now)
        await other.publish(told('changed', now))
      },
      async remove(key) {
        held.delete(key)
        await other.publish(told('gone', { sku: key }))
      },
      all: async () => new Map(held),
    },
  }
}

/** An exchange or topic that is written: whoever receives keeps records by their key, and drops messages whose id it knows. */
export function outgoingBench(other: MessageOther): Bench {
  return {
    ...base(other),
    spec: { resource: other.resource, key: ['sku'], parts: new Map(), identifiers: [['sku']], creates: [{ path: 'sku', type: 'text' }, { path: 'name', type: 'text' }] },
    poison: { record: (n) => ({ ...recordOf(n), name: 'x'.repeat(20_000) }), update: { name: 'y'.repeat(20_000) } },
    user: {
      reset: () => other.reset(),
      // Nobody else writes there.
      seed: async (records) => records.map((one) => String(one['sku'])),
      edit: async () => { throw new Error('nobody else writes there') },
      remove: async () => { throw new Error('nobody else writes there') },
      async all() {
        const all = new Map<string, NativeRecord>()
        const known = new Set<string>()
        for (const { body, id } of await other.received()) {
          if (known.has(id)) continue
          known.add(id)
          const message = parseJson(body) as { readonly event: string; readonly data: { readonly item: NativeRecord } }
          const { item } = message.data
          const key = String(item['sku'])
          if (message.event === 'gone') all.delete(key)
          else all.set(key, item)
        }
        return all
      },
    },
  }
}
