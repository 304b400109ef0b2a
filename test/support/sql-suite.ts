/** What every dialect of the SQL connector must do, said once. Run for SQLite beside the code, for servers in test/systems. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { type Native, Numeral } from '../../src/base/numeral.ts'
import { sqlConnector } from '../../src/systems/protocols/sql/index.ts'
import type { Page, Resource, ResourceSpec, SettingValues, SourceRecord, SystemSession, WriteItem, WriteResult } from '../../src/systems/contract.ts'

export interface SqlPlace {
  readonly settings: SettingValues
  /** Runs one statement, as somebody else. */
  run(text: string): Promise<void>
  close(): Promise<void>
}

/** Words of a dialect's data definition. */
export interface SqlWords {
  readonly serial: string
  readonly bigint: string
  readonly text: (length: number) => string
  readonly decimal: string
  readonly time: string
  readonly quote: (name: string) => string
}

const signal = new AbortController().signal
const all = { signal, pageSize: 100 }
const writing = { signal, deadline: Number.MAX_SAFE_INTEGER }

export const specOf = (resource: string, rest: Partial<ResourceSpec> = {}): ResourceSpec => ({ resource, key: [], parts: new Map(), identifiers: [], ...rest })

export const openSql = (settings: SettingValues, readOnly = false): Promise<SystemSession> =>
  sqlConnector.open(settings, { clock: systemClock, system: 'database', timeZone: 'Europe/Warsaw', readOnly, budget: async () => {} })

export async function pagesOf(resource: Resource, options: { since?: string; pageSize?: number } = {}): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of resource.read({ ...all, ...options })) pages.push(page)
  return pages
}
export async function recordsOf(resource: Resource, options: { since?: string; pageSize?: number } = {}): Promise<SourceRecord[]> {
  return (await pagesOf(resource, options)).flatMap((page) => page.records)
}

let sent = 0
export const create = (values: WriteItem['values'], key?: string): WriteItem => ({ operation: 'create', values, idempotencyKey: `k${(sent += 1)}`, ...(key === undefined ? {} : { key }) })
export const update = (key: string, values: WriteItem['values'], ifVersion?: string): WriteItem => ({ operation: 'update', key, values, idempotencyKey: `k${(sent += 1)}`, ...(ifVersion === undefined ? {} : { ifVersion }) })
export const remove = (key: string): WriteItem => ({ operation: 'delete', key, values: {}, idempotencyKey: `k${(sent += 1)}` })
export const write = (resource: Resource, items: readonly WriteItem[]): Promise<readonly WriteResult[]> => resource.write!(items, writing)

export function sqlSuite(name: string, words: SqlWords, open: () => Promise<SqlPlace>): void {
  describe(`the sql connector on ${name}`, () => {
    let place: SqlPlace
    let session: SystemSession
    const q = words.quote

    beforeAll(async () => {
      place = await open()
      session = await openSql(place.settings)
    })
    afterAll(async () => {
      await session?.close()
      await place?.close()
    })

    const table = async (named: string, ...columns: string[]): Promise<void> => {
      await place.run(`CREATE TABLE ${q(named)} (${columns.join(', ')})`)
    }

    test('check names the version', async () => {
      expect((await session.check(signal)).version).toMatch(/\d+\.\d+/)
    })

    test('a missing table and a missing column are named, with what there is', async () => {
      await table('small', `id ${words.serial}`, `label ${words.text(20)}`)
      await expect(recordsOf(session.resource(specOf('smal')))).rejects.toMatchObject({ code: 'sql.no_table' })
      await expect(recordsOf(session.resource(specOf('small', { columns: ['labbel'] })))).rejects.toThrow(/no column labbel .*label/)
      await table('nokey', `label ${words.text(20)}`)
      await expect(recordsOf(session.resource(specOf('nokey')))).rejects.toMatchObject({ code: 'sql.no_key' })
    })

    test('generated keys come back in the order of the records, with what is then held', async () => {
      await table('made', `id ${words.serial}`, `label ${words.text(20)}`, `size ${words.bigint} DEFAULT 7`)
      const made = session.resource(specOf('made'))
      const results = await write(made, Array.from({ length: 300 }, (_, i) => create({ label: `n${i}` })))
      for (const [i, result] of results.entries()) {
        expect(result).toMatchObject({ is: 'done', record: { values: { label: `n${i}`, size: 7 } } })
        expect(result.is === 'done' && result.key).toBe(result.is === 'done' && String(result.record!.values['id']))
      }
      expect((await recordsOf(made)).map((record) => record.values['label'])).toEqual(results.map((_, i) => `n${i}`))
    })

    test('one poison record in a batch of 500 is refused by its field, the other 499 arrive', async () => {
      await table('poison', `code ${words.text(20)} NOT NULL PRIMARY KEY`, `amount ${words.bigint}`, `label ${words.text(30)} NOT NULL`)
      const poison = session.resource(specOf('poison'))
      const items = Array.from({ length: 500 }, (_, i) => create({ code: `c${i}`, amount: i, label: i === 321 ? null : `label ${i}` }))
      const results = await write(poison, items)
      expect(results[321]).toMatchObject({ is: 'refused', code: 'required', field: 'label' })
      expect(results.filter((result) => result.is === 'done')).toHaveLength(499)
      expect(results.every((result, i) => i === 321 || (result.is === 'done' && result.key === `c${i}`))).toBe(true)
      expect(await recordsOf(poison)).toHaveLength(499)
      const changes = await write(poison, [update('c1', { amount: 'twelve' }), update('c2', { label: null }), update('c3', { amount: 33 }), update('nobody', { amount: 1 })])
      expect(changes).toMatchObject([{ is: 'refused', code: 'type', field: 'amount' }, { is: 'refused', code: 'required', field: 'label' }, { is: 'done', key: 'c3', record: { values: { amount: 33 } } }, { is: 'missing' }])
    })

    test('a create that meets an existing record says so with its key, also by another unique column', async () => {
      await table('taken', `id ${words.serial}`, `email ${words.text(60)} NOT NULL`, `UNIQUE (email)`)
      const taken = session.resource(specOf('taken'))
      const [first] = await write(taken, [create({ email: 'a@example.test' })])
      const key = first!.is === 'done' ? first!.key : ''
      const again = await write(taken, [create({ email: 'b@example.test' }), create({ email: 'a@example.test' }), create({ id: Number(key), email: 'c@example.test' })])
      expect(again).toMatchObject([{ is: 'done' }, { is: 'exists', key }, { is: 'exists', key }])
      const second = again[0]!.is === 'done' ? again[0]!.key : ''
      expect(await write(taken, [update(second, { email: 'a@example.test' })])).toMatchObject([{ is: 'refused', code: 'unique' }])
      expect(await write(taken, [remove(second), remove('987654')])).toMatchObject([{ is: 'done' }, { is: 'missing' }])
    })

    test('an update on condition is refused when the row says something else meanwhile, and names what it holds', async () => {
      await table('guard', `id ${words.serial}`, `label ${words.text(20)}`, `other ${words.text(20)}`)
      const guard = session.resource(specOf('guard', { columns: ['label'] }))
      const [made] = await write(guard, [create({ label: 'one' })])
      const { key, version } = made as { key: string; version: string }
      await place.run(`UPDATE ${q('guard')} SET label = 'edited'`)
      const [refused] = await write(guard, [update(key, { label: 'two' }, version)])
      expect(refused).toMatchObject({ is: 'conflict', record: { values: { label: 'edited' } } })
      const now = refused!.is === 'conflict' ? refused!.record!.version! : ''
      expect(await write(guard, [update(key, { label: 'two' }, now)])).toMatchObject([{ is: 'done', record: { values: { label: 'two' } } }])
      expect((await write(guard, [{ ...remove(key), ifVersion: now }]))[0]!.is).toBe('conflict')
    })

    test('an incremental read loses no row of equal times and none that is committed late within the overlap', async () => {
      await table('changes', `id ${words.serial}`, `label ${words.text(20)}`, `changed ${words.time}`)
      const changes = session.resource(specOf('changes', { changedAt: 'changed' }))
      expect(changes.traits.incremental).toBe(true)
      const at = (label: string, time: string | null): Promise<void> => place.run(`INSERT INTO ${q('changes')} (label, changed) VALUES ('${label}', ${time === null ? 'NULL' : `'${time}'`})`)
      for (let i = 0; i < 7; i += 1) await at(`same${i}`, '2026-03-01 10:00:00')
      const first = await pagesOf(changes, { pageSize: 3 })
      expect(first.flatMap((page) => page.records)).toHaveLength(7)
      expect(first.at(-1)).toMatchObject({ complete: true })
      const since = first.at(-1)!.position!
      await at('equal', '2026-03-01 10:00:00')
      await at('late', '2026-03-01 09:59:57')
      await at('untimed', null)
      await at('ahead', '9998-12-31 23:59:59')
      const second = await pagesOf(changes, { since, pageSize: 3 })
      const labels = second.flatMap((page) => page.records).map((record) => record.values['label'])
      expect(labels).toEqual(expect.arrayContaining(['equal', 'late', 'untimed', 'ahead']))
      await at('after', '2026-03-01 10:00:01')
      // A clock that was wrong once must not hide all that comes after it.
      expect((await recordsOf(changes, { since: second.at(-1)!.position! })).map((record) => record.values['label'])).toContain('after')
    })

    test('a time of change keeps its fraction, and positions of another column are not trusted', async () => {
      await table('fine', `id ${words.serial}`, `changed ${words.time}`)
      const fine = session.resource(specOf('fine', { changedAt: 'changed' }))
      await place.run(`INSERT INTO ${q('fine')} (changed) VALUES ('2026-03-01 10:00:00.123456'), ('2026-03-01 10:00:00.123457')`)
      const records = await recordsOf(fine)
      expect(records.map((record) => String(record.values['changed']).slice(-6))).toEqual(['123456', '123457'])
      expect(await recordsOf(fine, { since: JSON.stringify({ by: 'other', at: '2027-01-01 00:00:00' }) })).toHaveLength(2)
    })

    test('a full read meets every row that is there the whole time while others come and go', async () => {
      await table('moving', `id ${words.bigint} NOT NULL PRIMARY KEY`, `label ${words.text(20)}`)
      const moving = session.resource(specOf('moving'))
      await write(moving, Array.from({ length: 200 }, (_, i) => create({ id: i * 10 + 5, label: 'stays' })))
      const seen: string[] = []
      let round = 0
      for await (const page of moving.read({ signal, pageSize: 20 })) {
        for (const record of page.records) if (record.values['label'] === 'stays') seen.push(record.key)
        await place.run(`INSERT INTO ${q('moving')} (id, label) VALUES (${round * 70 + 1}, 'new'), (${1900 - round * 70 + 2}, 'new')`)
        if (round > 0) await place.run(`DELETE FROM ${q('moving')} WHERE id IN (${(round - 1) * 70 + 1})`)
        round += 1
      }
      expect(round).toBeGreaterThan(9)
      expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => String(i * 10 + 5)))
    })

    test('rows without a key, or with one that is there twice, are reported and not lost', async () => {
      await table('loose', `code ${words.text(20)}`, `label ${words.text(20)}`)
      await place.run(`INSERT INTO ${q('loose')} VALUES ('a', '1'), ('b', '2'), ('b', '3'), (NULL, '4'), ('c', '5'), ('d', '6')`)
      const pages = await pagesOf(session.resource(specOf('loose', { key: ['code'] })), { pageSize: 2 })
      expect(pages.flatMap((page) => page.records).map((record) => record.key)).toEqual(['a', 'c', 'd'])
      expect(pages.flatMap((page) => page.broken ?? []).map((one) => one.says)).toEqual([expect.stringContaining('2 rows have the key b'), expect.stringContaining('2 rows have the key b'), expect.stringContaining('no value in its key')])
    })

    test('records are found by several values and by identifiers of two columns together', async () => {
      await table('people', `country ${words.text(2)} NOT NULL`, `number ${words.bigint} NOT NULL`, `email ${words.text(60)}`, 'PRIMARY KEY (country, number)')
      const people = session.resource(specOf('people', { identifiers: [['email'], ['country', 'number']] }))
      await write(people, [create({ country: 'PL', number: 1, email: 'a@example.test' }), create({ country: 'PL', number: 2, email: null }), create({ country: 'DE', number: 1, email: 'c@example.test' })])
      expect((await recordsOf(people)).map((record) => record.key)).toEqual(['DE|1', 'PL|1', 'PL|2'])
      expect((await people.find!(['email'], [['c@example.test'], [null], ['nobody']], signal)).map((record) => record.key)).toEqual(['DE|1'])
      expect((await people.find!(['country', 'number'], [['PL', '2'], ['DE', 1], ['DE', 'x'], ['DE', 2]], signal)).map((record) => record.key).toSorted()).toEqual(['DE|1', 'PL|2'])
      expect((await people.readKeys!(['PL|1', 'XX|9', 'PL|1', 'PL|one', 'PL'], signal)).map((record) => record.key)).toEqual(['PL|1'])
      expect(await write(people, [update('PL|1', { email: 'new@example.test' }), update('DE|1', { email: 'new2@example.test' }), remove('PL|2')])).toMatchObject([{ is: 'done', key: 'PL|1' }, { is: 'done', key: 'DE|1' }, { is: 'done' }])
      expect((await recordsOf(people)).map((record) => record.values['email'])).toEqual(['new2@example.test', 'new@example.test'])
    })

    test('child rows are read into their record and written with as few changes as possible', async () => {
      await table('orders', `id ${words.serial}`, `label ${words.text(20)}`)
      await table('lines', `order_id ${words.bigint} NOT NULL`, `line ${words.bigint} NOT NULL`, `sku ${words.text(20)} NOT NULL`, `qty ${words.decimal}`, 'PRIMARY KEY (order_id, line)')
      const orders = session.resource(specOf('orders', { parts: new Map([['lines', { resource: 'lines', parent: 'order_id', key: 'line' }]]) }))
      const lines = (...rows: [number, string, string][]): Native[] => rows.map(([line, sku, qty]) => ({ line, sku, qty: new Numeral(qty) }))
      const made = await write(orders, [create({ label: 'one', lines: lines([1, 'a', '1.5'], [2, 'b', '2']) }), create({ label: 'two', lines: [] }), create({ label: 'three' })])
      const key = made[0]!.is === 'done' ? made[0]!.key : ''
      expect(made[0]).toMatchObject({ record: { values: { lines: [{ line: 1, sku: 'a' }, { line: 2, sku: 'b' }] } } })
      expect((await recordsOf(orders)).map((record) => (record.values['lines'] as Native[]).length)).toEqual([2, 0, 0])
      const [changed] = await write(orders, [update(key, { lines: lines([2, 'b', '9'], [3, 'c', '1']) })])
      expect(changed).toMatchObject({ is: 'done', record: { values: { label: 'one', lines: [{ line: 2, sku: 'b' }, { line: 3, sku: 'c' }] } } })
      const [refused] = await write(orders, [update(key, { label: 'lost?', lines: [{ line: 5, sku: null }] })])
      expect(refused).toMatchObject({ is: 'refused', code: 'required', field: 'sku' })
      expect((await orders.readKeys!([key], signal))[0]).toMatchObject({ values: { label: 'one', lines: [{ line: 2 }, { line: 3 }] } })
      expect(await write(orders, [remove(key)])).toMatchObject([{ is: 'done' }])
      expect(await recordsOf(session.resource(specOf('lines')))).toEqual([])
    })

    test('hostile names and values do no harm and come back as they were', async () => {
      const hostile = 'x"; DROP TABLE made; -- `\' %s ?'
      await table(hostile, `${q('id')} ${words.serial}`, `${q('a"b`; drop')} ${words.text(200)}`, `${q('__proto__')} ${words.text(20)}`, `${q('select')} ${words.text(20)}`)
      const target = session.resource(specOf(hostile, { identifiers: [['select']] }))
      const values: Record<string, Native> = JSON.parse('{"__proto__":"own","select":"$1"}') as Record<string, Native>
      values['a"b`; drop'] = `Robert'); DROP TABLE made;-- \\' \\0 ${'é😀'.repeat(30)}`
      const [result] = await write(target, [create(values)])
      expect(result).toEqual(expect.objectContaining({ is: 'done' }))
      const [record] = await target.find!(['select'], [['$1'], ["' OR 1=1 --"]], signal)
      expect(record!.values['a"b`; drop']).toBe(values['a"b`; drop'])
      expect(Object.hasOwn(record!.values, '__proto__') && Object.getOwnPropertyDescriptor(record!.values, '__proto__')!.value).toBe('own')
      expect(await target.readKeys!(["1' OR '1'='1", '1; DROP TABLE made'], signal)).toEqual([])
      expect((await recordsOf(session.resource(specOf('made')))).length).toBe(300)
    })

    test('discovery names tables, keys, types, lengths and what is unique, and shows no secret', async () => {
      await table('found', `id ${words.serial}`, `email ${words.text(80)} NOT NULL`, `password ${words.text(80)}`, `price ${words.decimal}`, `updated_at ${words.time}`, 'UNIQUE (email)')
      await place.run(`INSERT INTO ${q('found')} (email, password, price) VALUES ('a@example.test', 'hunter2', 1.5)`)
      await place.run(`CREATE VIEW ${q('seen')} AS SELECT id, email FROM ${q('found')}`)
      const resources = await session.discover!(signal)
      const found = resources.find((one) => one.name === 'found')!
      expect(found).toMatchObject({ key: ['id'], changedAt: 'updated_at', count: 1 })
      expect(found.fields.find((one) => one.path === 'email')).toMatchObject({ type: 'text', nullable: false, length: 80, unique: true, examples: ['a@example.test'] })
      expect(found.fields.find((one) => one.path === 'price')).toMatchObject({ type: 'decimal', nullable: true })
      expect(JSON.stringify(resources)).not.toContain('hunter2')
      expect(resources.map((one) => one.name)).toContain('seen')
    })

    test('views are read and never written', async () => {
      await table('base', `id ${words.bigint} NOT NULL PRIMARY KEY`, `label ${words.text(20)}`)
      await place.run(`INSERT INTO ${q('base')} VALUES (1, 'x'), (2, 'y')`)
      await place.run(`CREATE VIEW ${q('shown')} AS SELECT id, label FROM ${q('base')}`)
      const shown = session.resource(specOf('shown', { key: ['id'] }))
      expect(await recordsOf(shown, { pageSize: 1 })).toHaveLength(2)
      await expect(write(shown, [create({ id: 3 })])).rejects.toMatchObject({ code: 'sql.statement', executed: false })
    })

    test('10,000 rows are read page by page, and no page holds more than was asked', async () => {
      await table('many', `id ${words.bigint} NOT NULL PRIMARY KEY`, `label ${words.text(100)}`)
      const many = session.resource(specOf('many'))
      for (let start = 0; start < 10_000; start += 500) await write(many, Array.from({ length: 500 }, (_, i) => create({ id: start + i, label: `row ${start + i}` })))
      let count = 0
      let largest = 0
      let next = 0
      for await (const page of many.read({ signal, pageSize: 300 })) {
        largest = Math.max(largest, page.records.length)
        for (const record of page.records) expect(record.key).toBe(String(next++))
        count += page.records.length
      }
      expect([count, largest]).toEqual([10_000, 300])
    })

    test('a batch whose deadline has passed is not written', async () => {
      await table('late', `id ${words.serial}`, `label ${words.text(20)}`)
      const late = session.resource(specOf('late'))
      expect(await late.write!([create({ label: 'x' })], { signal, deadline: 0 })).toMatchObject([{ is: 'later' }])
      const stopped = AbortSignal.abort(new Error('stop'))
      expect((await late.write!([create({ label: 'x' })], { signal: stopped, deadline: Number.MAX_SAFE_INTEGER }).catch(() => [{ is: 'later' as const, says: '' }]))[0]!.is).toBe('later')
      expect(await recordsOf(late)).toEqual([])
    })

    test('a table that the plan writes is made where that is allowed, and not in a preview', async () => {
      const spec = specOf('born', { identifiers: [['sku']], creates: [{ path: 'sku', type: 'text' }, { path: 'name', type: 'text' }, { path: 'price', type: 'money' }, { path: 'stock', type: 'integer' }] })
      const allowed = { ...place.settings, create_tables: true }
      const preview = await openSql(allowed, true)
      expect(await pagesOf(preview.resource(spec))).toMatchObject([{ records: [], complete: true }])
      expect((await preview.discover!(signal)).map((one) => one.name)).not.toContain('born')
      await preview.close()
      const maker = await openSql(allowed)
      const born = maker.resource(spec)
      expect(await recordsOf(born)).toEqual([])
      const values = { sku: '007', name: 'Ćma', price: new Numeral('12345678901234567.890001'), stock: 5 }
      const [made] = await write(born, [create(values)])
      expect(made).toMatchObject({ is: 'done', record: { values } })
      expect((await born.find!(['sku'], [['007']], signal))[0]).toMatchObject({ values })
      await maker.close()
      const forbidden = await openSql({ ...place.settings, create_tables: false })
      await expect(write(forbidden.resource(specOf('unborn', { creates: spec.creates! })), [create(values)])).rejects.toMatchObject({ code: 'sql.no_table' })
      await forbidden.close()
    })
  })
}
