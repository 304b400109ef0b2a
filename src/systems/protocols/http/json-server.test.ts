import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SystemSession, WriteItem } from '../../contract.ts'
import { never, openHttp, readAll, specOf, startJsonServer, writeOptions } from '../../../../test/support/http-servers.ts'

const people = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1, email: `p${index + 1}@example.com`, name: `Person ${index + 1}`, note: 'kept', address: { city: 'Łódź', street: 'Długa 1' } }))

let server: Awaited<ReturnType<typeof startJsonServer>>
let session: SystemSession

beforeEach(async () => {
  server = await startJsonServer({ customers: people(25), empty: [], orders: [{ id: 'o/1', total: '1.50' }] })
  session = await openHttp(server.url, { manifest: 'json-server' })
})
afterEach(async () => {
  await session.close()
  await server.close()
})

const item = (over: Partial<WriteItem>): WriteItem => ({ operation: 'update', values: {}, idempotencyKey: 'k', ...over })

describe('a real json-server behind the catalogue manifest', () => {
  test('The whole list is read in pages and is complete.', async () => {
    const read = await readAll(session.resource(specOf('customers')), { pageSize: 10 })
    expect(read.keys).toEqual(people(25).map((one) => String(one.id)))
    expect(read.complete).toBe(true)
    expect(read.pages.filter((page) => page.complete !== undefined)).toHaveLength(1)
    expect(read.pages.length).toBeGreaterThan(2)
  })

  test('An empty collection that says it has no records is complete.', async () => {
    const read = await readAll(session.resource(specOf('empty')))
    expect(read).toMatchObject({ keys: [], complete: true })
  })

  test('A collection that does not exist is a mistake in the plan, not an empty list.', async () => {
    await expect(readAll(session.resource(specOf('nobody')))).rejects.toMatchObject({ code: 'http.not_there', class: 'config' })
  })

  test('Records are read by key in few requests, and missing ones are left out.', async () => {
    const resource = session.resource(specOf('customers'))
    const records = await resource.readKeys!(['3', '99', '5', '../customers'], never)
    expect(records.map((record) => record.key)).toEqual(['3', '5'])
    expect(server.seen.filter((line) => line.startsWith('GET'))).toHaveLength(2)
  })

  test('A key with a slash is one part of the address.', async () => {
    const records = await session.resource(specOf('orders')).readKeys!(['o/1'], never)
    expect(records[0]?.values).toEqual({ id: 'o/1', total: '1.50' })
  })

  test('A look-up finds the record with this value, whatever letter case the system keeps.', async () => {
    const resource = session.resource(specOf('customers', { identifiers: [['email']] }))
    expect(resource.traits.find).toBe(true)
    const found = await resource.find!(['email'], [['p7@example.com'], ['nobody@example.com']], never)
    expect(found.map((record) => record.key)).toEqual(['7'])
  })

  test('A look-up by a field that no record has finds nothing, although the server ignores it and answers with all.', async () => {
    const found = await session.resource(specOf('customers')).find!(['vat_id'], [['PL1234567883']], never)
    expect(found).toEqual([])
    expect(server.seen.some((line) => line.includes('vat_id=PL1234567883'))).toBe(true)
  })

  test('A composite identifier asks for all its fields at once.', async () => {
    const found = await session.resource(specOf('customers')).find!(['name', 'address.city'], [['Person 3', 'Łódź'], ['Person 4', 'Gdańsk']], never)
    expect(found.map((record) => record.key)).toEqual(['3'])
  })

  test('A create answers with the key and the whole record.', async () => {
    const resource = session.resource(specOf('customers'))
    const [result] = await resource.write!([item({ operation: 'create', values: { email: 'new@example.com' } })], writeOptions)
    expect(result).toMatchObject({ is: 'done', key: '26', record: { key: '26', values: { id: 26, email: 'new@example.com' } } })
    expect(server.data['customers']).toHaveLength(26)
  })

  test('A create under a key that is taken says that it exists.', async () => {
    // The server prints its fault.
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const [result] = await session.resource(specOf('customers')).write!([item({ operation: 'create', values: { id: 3, email: 'x@example.com' } })], writeOptions)
    printed.mockRestore()
    expect(result).toEqual({ is: 'exists' })
  })

  test('A change touches only what is sent, also inside nested values that the server would replace.', async () => {
    const resource = session.resource(specOf('customers'))
    expect(resource.traits.updateStyle).toBe('patch')
    const [result] = await resource.write!([item({ key: '4', values: { email: 'four@example.com', address: { city: 'Kraków' } } })], writeOptions)
    expect(result).toMatchObject({ is: 'done', key: '4' })
    expect(server.data['customers']!.find((one) => one['id'] === 4)).toEqual({ id: 4, email: 'four@example.com', name: 'Person 4', note: 'kept', address: { city: 'Kraków', street: 'Długa 1' } })
  })

  test('A flat change needs one request.', async () => {
    await session.resource(specOf('customers')).write!([item({ key: '4', values: { email: 'four@example.com' } })], writeOptions)
    expect(server.seen).toEqual(['PATCH /customers/4'])
  })

  test('Changing and deleting what is not there is reported as missing.', async () => {
    const resource = session.resource(specOf('customers'))
    expect(await resource.write!([item({ key: '99', values: { name: 'x' } }), item({ operation: 'delete', key: '98' }), item({ key: '97', values: { address: { city: 'x' } } })], writeOptions)).toEqual([{ is: 'missing' }, { is: 'missing' }, { is: 'missing' }])
  })

  test('A delete removes exactly the record that is meant.', async () => {
    const [result] = await session.resource(specOf('customers')).write!([item({ operation: 'delete', key: '2' })], writeOptions)
    expect(result).toEqual({ is: 'done', key: '2' })
    expect(server.data['customers']!.map((one) => one['id'])).toEqual(people(25).map((one) => one.id).filter((id) => id !== 2))
  })

  test.each(['../orders', '..', '.', '', 'a/../../b', 'x\u0000', 'a\\..\\b'])('The key %j never becomes an address.', async (key) => {
    const resource = session.resource(specOf('customers'))
    const results = await resource.write!([item({ operation: 'delete', key }), item({ key, values: { name: 'x' } })], writeOptions)
    expect(results.map((result) => result.is)).toEqual(['refused', 'refused'])
    expect(server.seen).toEqual([])
  })

  test('Results stand in the order of the items, however they were executed.', async () => {
    const items = people(25).map((one) => item({ key: String(one.id === 13 ? 1313 : one.id), values: { name: `New ${one.id}` } }))
    const results = await session.resource(specOf('customers')).write!(items, writeOptions)
    expect(results.map((result) => (result.is === 'done' ? result.key : result.is))).toEqual(people(25).map((one) => (one.id === 13 ? 'missing' : String(one.id))))
  })

  test('Records taken away while the list is read push no other record out of the reading.', async () => {
    const keys: string[] = []
    let complete: boolean | undefined
    for await (const page of session.resource(specOf('customers')).read({ signal: never, pageSize: 5 })) {
      keys.push(...page.records.map((record) => record.key))
      complete = page.complete ?? complete
      // Two records that were read already vanish after the first page; the rest slides up.
      if (keys.length === 5) server.data['customers']!.splice(1, 2)
    }
    expect(new Set(keys)).toEqual(new Set(people(25).map((one) => String(one.id))))
    expect(complete).toBe(true)
  })

  test('A manifest in the plan itself, with pages by Link header, reads the same.', async () => {
    const inline = await openHttp(server.url, {
      definition: {
        http: 1,
        resources: { customers: { list: { path: '/customers', query: { _page: '1', _limit: '10' }, paging: { kind: 'link', total: { header: 'X-Total-Count' } } } } },
      },
    })
    const read = await readAll(inline.resource(specOf('customers')))
    expect(read).toMatchObject({ complete: true })
    expect(read.keys).toHaveLength(25)
    expect(server.seen).toHaveLength(3)
    await inline.close()
  })

  test('A target that only knows PUT keeps the fields that were read and sent back whole.', async () => {
    const put = await openHttp(server.url, {
      definition: { http: 1, resources: { '*': { get: { path: '/{resource}/{key}' }, update: { path: '/{resource}/{key}', style: 'put' } } } },
    })
    const resource = put.resource(specOf('customers'))
    expect(resource.traits).toMatchObject({ updateStyle: 'put', readByKey: true, create: false, read: false })
    const [held] = await resource.readKeys!(['6'], never)
    const [result] = await resource.write!([item({ key: '6', values: { ...held!.values, name: 'Six' } })], writeOptions)
    expect(result).toMatchObject({ is: 'done', record: { values: { name: 'Six', note: 'kept' } } })
    await put.close()
  })

  test('Check passes against a running server and names one that does not answer.', async () => {
    await expect(session.check(never)).resolves.toEqual({})
    const stopped = await startJsonServer({})
    await stopped.close()
    const other = await openHttp(stopped.url, { manifest: 'json-server' })
    await expect(other.check(never)).rejects.toMatchObject({ class: 'remote', executed: false })
    const results = await other.resource(specOf('customers')).write!([item({ key: '1', values: {} })], writeOptions)
    expect(results.map((result) => result.is)).toEqual(['later'])
    await other.close()
  })
})
