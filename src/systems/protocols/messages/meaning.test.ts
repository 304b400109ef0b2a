import { describe, expect, test } from 'vitest'
import { Numeral, type Native, type SettingValues } from '../../contract.ts'
import { Inflow } from './inflow.ts'
import { Line } from './line.ts'
import { making } from './making.ts'
import { Meaning, type Message } from './meaning.ts'
import { readMeaning } from './meaning-settings.ts'
import { systemClock } from '../../../base/clock.ts'

const spec = { resource: 'items', key: ['sku'], parts: new Map(), identifiers: [['sku']] }
const message = (body: string, about: Record<string, Native> = {}, more: Partial<Message> = {}): Message => ({ body: Buffer.from(body), bytes: Buffer.byteLength(body), about, id: undefined, again: false, ...more })
const meaningOf = (settings: SettingValues = {}): Meaning => new Meaning(readMeaning(settings), spec)

describe('what a message means', () => {
  test.each<[string, SettingValues, Message, readonly unknown[]]>([
    ['one record', {}, message('{"sku": "A", "price": 12.300}'), [{ key: 'A', values: { sku: 'A', price: new Numeral('12.300') } }]],
    ['a list of records', { record: 'data.items' }, message('{"data": {"items": [{"sku": "A"}, {"sku": "B"}]}}'), [{ key: 'A' }, { key: 'B' }]],
    ['one on each line', { format: 'ndjson' }, message('{"sku": "A"}\n\n{"sku": "B"}\n'), [{ key: 'A' }, { key: 'B' }]],
    ['a deletion by its kind', { kind: 'event', kinds: { delete: 'gone' } }, message('{"event": "gone", "sku": "A"}'), [{ key: 'A', deleted: true, values: {} }]],
    ['a deletion by a header', { kind: '@header.kind', kinds: { delete: ['gone', 'lost'] } }, message('{"sku": "A"}', { header: { kind: 'lost' } }), [{ key: 'A', deleted: true }]],
    ['a deletion by an empty body', { empty_deletes: true, key: '@topic.1' }, message('', { topic: ['items', 'A'] }), [{ key: 'A', deleted: true }]],
    ['a key that is a number', { key: 'id' }, message('{"id": 7, "sku": "A"}'), [{ key: '7', numericKey: true }]],
    ['a field from around it', { fields: { from: '@header.source', at: 'meta.time' }, record: 'item' }, message('{"meta": {"time": "now"}, "item": {"sku": "A"}}', { header: { source: 'till' } }), [{ key: 'A', values: { sku: 'A', from: 'till', at: 'now' } }]],
    ['only what changed', { part: true }, message('{"sku": "A", "stock": 3}'), [{ key: 'A', partial: true }]],
  ])('%s', (_, settings, given, wanted) => {
    const said = meaningOf(settings).of(given)
    expect(said.broken).toEqual([])
    expect(said.records).toMatchObject(wanted as object[])
  })

  test.each<[string, SettingValues, Message, RegExp]>([
    ['no JSON', {}, message('{"sku": '), /JSON/],
    ['a key twice', {}, message('{"sku": "A", "sku": "B"}'), /twice|used/],
    ['no text', {}, message('', {}, { body: Buffer.from([0xff, 0xfe]), bytes: 2 }), /UTF-8/],
    ['no key', {}, message('{"name": "x"}'), /its key "sku" is not there/],
    ['a key that is a list', {}, message('{"sku": ["A"]}'), /no single value/],
    ['no record at its place', { record: 'data' }, message('{"sku": "A"}'), /nothing at "data"/],
    ['a kind that nobody named', { kind: 'event', kinds: { update: 'changed' } }, message('{"event": "x", "sku": "A"}'), /its kind "x"/],
    ['too large', { max_message_kb: 1 }, message('x'.repeat(2_000)), /2000 bytes/],
    ['a prototype', { record: '__proto__.polluted' }, message('{"sku": "A"}'), /nothing at/],
  ])('%s is set aside with its reason', (_, settings, given, says) => {
    const said = meaningOf(settings).of(given)
    expect(said.records).toEqual([])
    expect(said.broken).toMatchObject([{ says: expect.stringMatching(says) as string }])
  })

  test('A field that is named like a part of the language is a field, and other kinds can be left out.', () => {
    const [record] = meaningOf().of(message('{"sku": "A", "__proto__": {"polluted": true}}')).records
    expect(Object.hasOwn(record!.values, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(meaningOf({ kind: 'e', kinds: { update: 'u' }, other_kinds: 'ignore' }).of(message('{"e": "x"}'))).toEqual({ records: [], broken: [], ignored: 1 })
  })

  test('What is said of a record is understood again as it was meant.', () => {
    const settings = { record: 'data.item', kind: 'event', kinds: { create: 'made', update: 'changed', delete: 'gone' }, key: 'id' }
    const make = making(readMeaning(settings), spec, 'here')
    const made = make({ operation: 'create', values: { sku: 'A', price: new Numeral('1.10') }, idempotencyKey: '1-0-create' })
    if (!('body' in made)) throw new Error('refused')
    expect(meaningOf(settings).of(message(made.body.toString())).records).toEqual([{ key: 'A', values: { sku: 'A', price: new Numeral('1.10') } }])
    const gone = make({ operation: 'delete', key: 'A', values: {}, idempotencyKey: '1-0-3-delete' })
    if (!('body' in gone)) throw new Error('refused')
    expect(meaningOf(settings).of(message(gone.body.toString())).records).toMatchObject([{ key: 'A', deleted: true }])
    // Repeated it has the same id; another record, or other content, has another.
    const again = make({ operation: 'create', values: { sku: 'A', price: new Numeral('1.10') }, idempotencyKey: '1-0-create' })
    const other = make({ operation: 'create', values: { sku: 'B' }, idempotencyKey: '1-0-create' })
    expect([made.id === (again as typeof made).id, made.id === (other as typeof made).id]).toEqual([true, false])
    expect(made.fill('item.{sku}.{@kind}')).toBe('item.A.made')
    expect(made.fill('item.{lacking}')).toBeUndefined()
  })

  test.each<[string, SettingValues]>([
    ['kinds without a place', { kinds: { update: 'u' } }], ['a place without kinds', { kind: 'event' }], ['an unknown meaning', { kind: 'e', kinds: { replace: 'r' } }],
    ['one word for two things', { kind: 'e', kinds: { create: 'x', delete: 'x' } }], ['an unknown format', { format: 'xml' }], ['a size of nothing', { max_message_kb: 0 }],
  ])('Settings with %s are refused.', (_, settings) => {
    expect(() => readMeaning(settings)).toThrow(/The setting /)
  })
})

describe('what comes again', () => {
  /** A broker of one queue, in memory: after a death everything that was not acknowledged comes again, marked so. */
  async function reader(bodies: readonly string[], again: (index: number) => boolean, since?: string) {
    const acknowledged: number[] = []
    const line = new Line(async (held) => { acknowledged.push(...held.map((one) => one.tag)) })
    bodies.forEach((body, i) => line.add(message(`{"sku": "${body[0]}", "v": "${body}"}`, {}, { again: again(i) }), i + 1))
    const inflow = new Inflow({ line: async () => line, waiting: async () => line.waiting, more: async () => line.waiting > 0 }, meaningOf(), { clock: systemClock, system: 'x', timeZone: 'UTC', readOnly: false, budget: async () => {} })
    const said: string[] = []
    let position = since
    for await (const page of inflow.read({ signal: new AbortController().signal, pageSize: 500, ...(since === undefined ? {} : { since }) })) {
      said.push(...page.records.map((record) => String(record.values['v'])))
      if (page.position === undefined) continue
      position = page.position
      await inflow.acknowledge(page.position)
    }
    return { said, position, acknowledged }
  }

  test.each<[string, readonly string[], readonly string[], number, readonly string[]]>([
    ['nothing was acknowledged', ['a1', 'a2', 'b1'], ['a1', 'a2', 'b1', 'c1'], 3, ['c1']],
    ['a part was acknowledged', ['a1', 'a2', 'b1'], ['b1', 'c1'], 1, ['c1']],
    ['what comes again goes on with new ones that were handed over too', ['a1', 'a2'], ['a1', 'a2', 'a1'], 3, ['a1']],
    ['all was acknowledged', ['a1', 'a2'], ['c1', 'c2'], 2, ['c1', 'c2']],
    ['the same content in another order is new', ['a1', 'a2'], ['a2', 'a1'], 2, ['a1']],
    ['what is not marked is new', ['a1'], ['a1'], 0, ['a1']],
  ])('%s', async (_, before, now, marked, wanted) => {
    const first = await reader(before, () => false)
    expect(first.said).toEqual(before)
    const second = await reader(now, (i) => i < marked, first.position)
    expect(second.said).toEqual(wanted)
    expect(second.acknowledged).toEqual(now.map((_one, i) => i + 1))
  })
})
