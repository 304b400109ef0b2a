import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startJsonServer } from '../../../test/support/http-servers.ts'
import { createApp } from '../../app.ts'
import type { CommandContext, Flags } from '../command.ts'
import { failure } from '../envelope.ts'
import { connectorsRead } from './connectors-read.ts'
import { connectorsWrite } from './connectors-write.ts'

type Shop = Awaited<ReturnType<typeof startJsonServer>>
let folder: string
let shop: Shop
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-try-'))
  shop = await startJsonServer({ products: [{ id: 1, sku: 'A-1', name: 'Cup', price: { amount: '12.30', currency: 'EUR' } }, { id: 2, sku: 'A-2', name: 'Mug' }], others: [{ id: 7, code: 'x' }] })
})
afterEach(async () => {
  await shop.close()
  rmSync(folder, { recursive: true, force: true })
})
const context = (): CommandContext => ({ app: createApp({ cwd: folder, env: {} }), signal: new AbortController().signal, say: () => {}, json: false })
const bare = (more: Flags = {}): Flags => ({ url: shop.url, manifest: 'json-server', limit: '10', ...more })
const read = (args: object, flags: Flags) => connectorsRead.run(args as Record<string, string>, flags, context())
const write = (args: object, flags: Flags) => connectorsWrite.run(args as Record<string, string>, flags, context())

describe('an interface that stands in no plan', () => {
  test('Its records are read as a table, whole, or as JSON; what the resource can do is said.', async () => {
    const answer = await read({ where: 'products' }, bare())
    expect(answer.text.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual([
      'key | id | sku | name | price', '1 | 1 | A-1 | Cup | {"amount":"12.30","currency…', '2 | 2 | A-2 | Mug', '2 records, the whole list.', 'It can: read, read by key, find, create, update, delete.',
    ])
    expect((await read({ where: 'products' }, bare({ whole: true, limit: '1' }))).text).toContain('1  {"id":1,"name":"Cup","price":{"amount":"12.30","currency":"EUR"},"sku":"A-1"}')
    expect((await read({ where: 'products' }, bare({ limit: '1' }))).result).toMatchObject({ records: [{ key: '1' }], position: null })
  })

  test('A list is counted to its end while only its first records are shown.', async () => {
    const answer = await read({ where: 'products' }, bare({ count: true, limit: '1' }))
    expect(answer).toMatchObject({ summary: { read: 2, complete: true }, result: { records: [{ key: '1' }] }, text: expect.stringContaining('2 records, the whole list.') as string })
  })

  test('What was counted to its end says the position from which only changes are read.', async () => {
    const things = { changed: 'at', list: { path: '/others', since: { query: { at_gte: '{since}' } } } }
    shop.data['others'] = [{ id: 1, at: '2026-01-01T00:00:00Z' }, { id: 2, at: '2026-01-02T00:00:00Z' }]
    writeFileSync(join(folder, 'things.json'), JSON.stringify({ http: 1, resources: { things } }))
    const of = { manifest: 'things.json', limit: '1' }
    expect((await read({ where: 'things' }, bare({ ...of, count: true }))).text).toContain(`2 records, the whole list; position t:${Date.UTC(2026, 0, 2)}.`)
    expect((await read({ where: 'things' }, bare(of))).result).toMatchObject({ position: null })
    expect((await read({ where: 'things' }, bare({ ...of, since: '2026-01-02T00:00:00Z' }))).result).toMatchObject({ records: [{ key: '2' }] })
  })

  test('The place of a mistake in a manifest is said once.', async () => {
    writeFileSync(join(folder, 'odd.yaml'), 'http: 1\nresources:\n  products: { lst: { path: /products } }\n')
    const thrown: unknown = await read({ where: 'products' }, bare({ manifest: 'odd.yaml' })).catch((error: unknown) => error)
    expect(failure(thrown)).toMatchObject({ exit: 2, text: expect.stringMatching(/^✗ odd\.yaml:3: resources\.products\.lst is no key here; did you mean `list`\?/) })
  })

  test('Records are read by key and looked up by value.', async () => {
    expect((await read({ where: 'products' }, bare({ key: ['2', '9'] }))).result).toMatchObject({ records: [{ key: '2', values: { name: 'Mug' } }] })
    expect((await read({ where: 'products' }, bare({ find: ['sku=A-1'] }))).result).toMatchObject({ records: [{ key: '1' }] })
  })

  test('Nothing is written without --yes; then what the answer meant is said.', async () => {
    const words = { where: 'products', resource: 'sku=A-3', rest: ['price.amount=1.50', 'stock:=7'] }
    expect(await write(words, bare())).toMatchObject({ exit: 4, text: expect.stringContaining('{"price":{"amount":"1.50"},"sku":"A-3","stock":7}') })
    expect(shop.data['products']).toHaveLength(2)
    expect(await write(words, bare({ yes: true }))).toMatchObject({ exit: 0, text: expect.stringContaining('✓ create: done, key 3\n  it now holds {"id":3') })
    expect(shop.data['products']![2]).toEqual({ id: 3, sku: 'A-3', price: { amount: '1.50' }, stock: 7 })
    expect(await write({ where: 'products', resource: 'name=Jug' }, bare({ update: '3', yes: true }))).toMatchObject({ exit: 0 })
    expect(await write({ where: 'products' }, bare({ delete: '3', yes: true }))).toMatchObject({ exit: 0, text: expect.stringContaining('✓ delete 3') })
    expect(await write({ where: 'products', resource: 'name=Jug' }, bare({ update: '99', yes: true }))).toMatchObject({ exit: 1, text: expect.stringContaining('missing: there is no such record') })
  })

  test('What the record does not hold afterwards is said, also if the answer says only that it was done.', async () => {
    const things = { list: { path: '/products' }, get: { path: '/products/{key}' }, create: { path: '/products', wrap: 'inner', answers: 'key' }, update: { path: '/products/{key}', leave_out: ['skuu', 'price.vat'], answers: 'nothing' } }
    writeFileSync(join(folder, 'things.json'), JSON.stringify({ http: 1, resources: { things } }))
    const silent = await write({ where: 'things', resource: 'skuu=X', rest: ['name=Jar', 'price.amount=2', 'price.vat=1'] }, bare({ manifest: 'things.json', update: '1', yes: true }))
    expect(silent).toMatchObject({ exit: 0, result: { unseen: [{ key: '1', paths: ['skuu', 'price.vat'] }] }, text: expect.stringContaining('! 1: the record does not hold what was sent at skuu, price.vat') })
    expect(await write({ where: 'products', resource: 'sku=N-1', rest: ['stock:=7', 'note='] }, bare({ yes: true }))).toMatchObject({ exit: 0, result: { unseen: [] } })
    expect(await write({ where: 'things', resource: 'name=Wrapped' }, bare({ manifest: 'things.json', yes: true }))).toMatchObject({ exit: 0, result: { unseen: [{ key: '4', paths: ['name'] }] } })
  })

  test('Records come from a file too.', async () => {
    writeFileSync(join(folder, 'in.json'), JSON.stringify([{ sku: 'F-1' }, { operation: 'update', key: 1, values: { name: 'Bowl' } }]))
    expect(await write({ where: 'products' }, bare({ file: 'in.json', yes: true }))).toMatchObject({ exit: 0, summary: { items: 2, written: 2 } })
    expect(shop.data['products']![0]).toMatchObject({ name: 'Bowl' })
  })

  test.each([
    [{}, {}, 'Name the resource.'],
    [{ where: 'products' }, { since: 't:1', find: ['a'] }, 'no field=value'],
    [{ where: 'products' }, { set: ['urll=x'] }, 'urll'],
  ])('With %j and %j it says what is wrong.', async (args, flags, says) => {
    await expect(read(args, bare(flags))).rejects.toMatchObject({ message: expect.stringContaining(says) })
  })
  test.each([
    [{ where: 'products', resource: 'nonsense' }, {}, 'no field=text'],
    [{ where: 'products' }, {}, 'Say what to write'],
    [{ where: 'products', resource: 'a=b' }, { update: '1', delete: '2' }, 'not both'],
  ])('A write of %j with %j says what is wrong.', async (args, flags, says) => {
    await expect(write(args, bare(flags))).rejects.toMatchObject({ message: expect.stringContaining(says) })
  })
})

test('In a plan, what a system holds can be tried out before any flow uses it, and so can what it does not hold.', async () => {
  writeFileSync(join(folder, 'plan.yaml'), `plimsoll: 1\nname: x\nsystems:\n  shop:\n    connector: rest\n    settings: { url: "${shop.url}", manifest: json-server }\n    holds: { product: { resource: products, key: sku, fields: { name: name } } }\nentities: { product: { fields: { name: text } } }\n`)
  expect((await read({ where: 'shop/products' }, { limit: '10' })).result).toMatchObject({ records: [{ key: 'A-1' }, { key: 'A-2' }] })
  expect((await read({ where: '.', resource: 'shop/others' }, { limit: '10' })).result).toMatchObject({ records: [{ key: '7' }] })
  await expect(read({ where: 'shp/others' }, { limit: '10' })).rejects.toMatchObject({ code: 'cli.arguments' })
})
