/** Files that bring changes and files that are whole lists go into a database and into a file; orders wait for their products. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { Project } from '../../e2e/project.ts'
import type { Story, World } from '../story.ts'

const PLAN = `
plimsoll: 1
name: List and inbox
systems:
  supplier:
    connector: csv
    settings: { folder: ./inbox, archive: ./taken, settle: 0 }
    holds: { product: { resource: "products*.csv", key: sku, fields: { sku: sku, name: name, stock: stock } } }
  office:
    connector: csv
    settings: { folder: ./office, settle: 0 }
    holds: { order: { resource: orders.csv, key: no, fields: { no: no, product: { path: product, identifier: sku }, pieces: pieces } } }
  database:
    connector: sqlite
    settings: { file: ./warehouse.db }
    holds:
      product: { resource: product, fields: { sku: sku, name: name, stock: stock } }
      order: { resource: orders, fields: { no: no, product: product_id, pieces: pieces } }
  web:
    connector: csv
    settings: { folder: ./web, settle: 0 }
    holds: { product: { resource: products.csv, key: sku, fields: { sku: sku, name: name } } }
entities:
  product: { identifiers: [sku], golden: supplier, fields: { sku: text, name: text, stock: integer } }
  order: { identifiers: [no], golden: office, required: [product], fields: { no: text, product: { to: product }, pieces: integer } }
flows:
  products: { entity: product, from: supplier, to: [database, web], brake: 100% }
  orders: { entity: order, from: office, to: database, when_deleted: delete, brake: 100% }
`
const csv = (head: string, rows: readonly (readonly unknown[])[]): string => [head, ...rows.map((row) => row.join(',')), ''].join('\n')
const products = (from: number, to: number, name = 'Mug'): unknown[][] => Array.from({ length: to - from }, (_, i) => [`A${from + i}`, `${name} ${from + i}`, from + i])
const orders = (...numbers: number[]): string => csv('no,product,pieces', numbers.map((n) => [`O${n}`, `A${n}`, 1]))

interface Truth { readonly products: readonly string[]; readonly orders: readonly string[] }
function judge({ project }: World, truth: Truth): void {
  const rows = project.rows('warehouse.db', 'SELECT sku, name, stock FROM product ORDER BY stock')
  expect(rows.map((row) => `${row['sku']} ${row['name']} ${row['stock']}`)).toEqual(truth.products)
  const bought = project.rows('warehouse.db', 'SELECT no, sku, pieces FROM orders JOIN product ON product.id = orders.product_id ORDER BY no')
  expect(bought.map((row) => `${row['no']} ${row['sku']} ${row['pieces']}`)).toEqual(truth.orders)
  expect(project.rows('warehouse.db', 'SELECT count(*) AS n FROM orders')).toEqual([{ n: truth.orders.length }])
  const file = readFileSync(project.path('web/products.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(','))
  expect(file.map((cells) => `${cells[0]} ${cells[1]}`).toSorted()).toEqual(truth.products.map((line) => line.split(' ').slice(0, -1).join(' ')).toSorted())
}
const named = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.join(' '))
const first = { products: named(products(0, 12)), orders: ['O1 A1 1', 'O2 A2 1', 'O3 A3 1'] }
const second = { products: [...named(products(0, 3)), ...named(products(3, 6, 'Cup')), ...named(products(6, 15))], orders: ['O1 A1 1', 'O13 A13 1', 'O2 A2 1', 'O3 A3 1'] }

export const listAndInbox: Story = {
  name: 'list and inbox',
  points: 5,
  shows: /./,
  async open() {
    const project = new Project({
      'plan.yaml': PLAN, 'office/orders.csv': orders(1, 2, 3), 'web/products.csv': 'sku,name\n',
      'inbox/products-1.csv': csv('sku,name,stock', products(0, 8)), 'inbox/products-2.csv': csv('sku,name,stock', products(8, 12)),
    })
    project.sql('warehouse.db', `
      CREATE TABLE product (id INTEGER PRIMARY KEY, sku TEXT, name TEXT, stock INTEGER);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, no TEXT, product_id INTEGER REFERENCES product (id), pieces INTEGER)`)
    return { project, servers: [], close: async () => project.done() }
  },
  stages: [
    { name: 'first load', words: () => ['sync'], judge: (world) => judge(world, first) },
    {
      name: 'a file of changes, and an order of a new product',
      before({ project }) {
        project.put('inbox/products-3.csv', csv('sku,name,stock', [...products(3, 6, 'Cup'), ...products(12, 15)]))
        project.put('office/orders.csv', orders(1, 2, 3, 13))
      },
      words: () => ['sync'],
      again: [['call', 'unsure.saved'], ['call', 'unsure.committed']],
      judge: (world) => judge(world, second),
    },
    // Nobody can be asked about a single line of a file: what is missing twice is gone.
    { name: 'an order is missing once', before: ({ project }) => project.put('office/orders.csv', orders(1, 3, 13)), words: () => ['sync'], judge: () => undefined },
    { name: 'an order is missing twice', words: () => ['sync'], judge: (world) => judge(world, { ...second, orders: second.orders.filter((line) => !line.startsWith('O2')) }) },
  ],
}
