/** Plans of several kinds over real files and databases, each until it is quiet. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Running, startJsonServer } from '../support/http-servers.ts'
import { Project, ROOT, shortly } from './project.ts'

let at: Project
let server: (Running & { readonly data: Record<string, Record<string, unknown>[]> }) | undefined
afterEach(async () => {
  at?.done()
  await server?.close()
  server = undefined
})
const quiet = async (): Promise<void> => {
  expect(shortly(await at.synced())).toEqual([])
}

describe('plans', () => {
  test('The first 25 lines run as they are.', async () => {
    const file = (name: string): string => readFileSync(join(ROOT, 'examples/first-25-lines', name), 'utf8')
    at = new Project({ 'plan.yaml': file('plan.yaml'), 'inbox/products-2026.csv': file('inbox/products-2026.csv') })
    expect((await at.say('check')).exit).toBe(0)
    expect((await at.preview()).exit).toBe(4)
    const first = await at.synced()
    const n = first.summary['created']
    expect(n).toBeGreaterThan(10)
    expect(at.rows('products.db', 'select count(*) n from product')).toEqual([{ n }])
    expect(at.rows('products.db', `select name, cast(price as real) price, price_currency, stock from product where sku = 'A-1001'`)).toEqual([{ name: 'Enamel mug 0.4 l', price: 12.9, price_currency: 'EUR', stock: 140 }])
    await quiet()
  })

  test('Mistakes are named with place and mend, all at once, and nothing runs: exit 2.', async () => {
    at = new Project({ 'plan.yaml': `plimsoll: 1
name: Wrong
systems:
  list: { connector: csv, settings: { folder: ./in }, hold: [thing] }
  db: { connector: sqlite, settings: { file: ./db.sqlite }, holds: [thing] }
  shop: { connector: http, settings: { url: "http://127.0.0.1:9", token: sk_live_0123456789abcdef0123456789 }, holds: [thing] }
entities:
  thing: { identifiers: [kode], fields: { code: text, size: integr } }
flows:
  things: { entity: thing, from: lst, to: db, trigger: { every: 5 } }
` })
    for (const command of ['check', 'preview', 'sync']) {
      const said = await at.say(command)
      expect([command, said.exit]).toEqual([command, 2])
    }
    const { out } = await at.say('check')
    for (const words of [/plan\.yaml:4:\d+/, /`?holds`?/, /sk_|secret/, /`?code`?/, /`?integer`?/, /`?list`?/, /5 minutes/]) expect(out).toMatch(words)
    expect(out).not.toContain('sk_live_0123456789abcdef0123456789')
    expect(at.digest()['db.sqlite']).toBeUndefined()
  })

  test('A plan in TypeScript and one over several files do the same as one file.', async () => {
    const data = { 'in/things.csv': 'code,name\na,One\nb,Two\n' }
    const results: unknown[] = []
    const plans: Record<string, string>[] = [
      { 'plan.yaml': 'plimsoll: 1\nname: T\nsystems:\n  list: { connector: csv, settings: { folder: ./in, settle: 0 }, holds: { thing: { resource: "things.csv", fields: same } } }\n  db: { connector: sqlite, settings: { file: ./t.db }, holds: [thing] }\nentities:\n  thing: { identifiers: [code], fields: { code: text, name: text } }\nflows:\n  things: { entity: thing, from: list, to: db }\n' },
      { 'plan.yaml': 'plimsoll: 1\nname: T\ninclude: [parts/*.yaml]\n', 'parts/a.yaml': 'systems:\n  list: { connector: csv, settings: { folder: ../in, settle: 0 }, holds: { thing: { resource: "things.csv", fields: same } } }\nentities:\n  thing: { identifiers: [code], fields: { code: text, name: text } }\n', 'parts/b.yaml': 'systems:\n  db: { connector: sqlite, settings: { file: ../t.db }, holds: [thing] }\nflows:\n  things: { entity: thing, from: list, to: db }\n' },
      { 'plan.ts': `import { definePlan } from 'plimsoll'
export default definePlan({
  plimsoll: 1, name: 'T',
  systems: {
    list: { connector: 'csv', settings: { folder: './in', settle: 0 }, holds: { thing: { resource: 'things.csv', fields: 'same' } } },
    db: { connector: 'sqlite', settings: { file: './t.db' }, holds: ['thing'] },
  },
  entities: { thing: { identifiers: ['code'], fields: { code: 'text', name: 'text' } } },
  flows: { things: { entity: 'thing', from: 'list', to: 'db' } },
})
` },
    ]
    for (const files of plans) {
      at = new Project({ ...files, ...data })
      await at.synced()
      results.push(at.rows('t.db', 'select code, name from thing order by code'))
      await quiet()
      at.done()
    }
    expect(results).toEqual(plans.map(() => [{ code: 'a', name: 'One' }, { code: 'b', name: 'Two' }]))
  })

  test('An environment moves a system; the rest of the plan stays.', async () => {
    at = new Project({
      'plan.yaml': 'plimsoll: 1\nname: T\nsystems:\n  list: { connector: csv, settings: { folder: ./in, settle: 0 }, holds: { thing: { resource: "things.csv", fields: same } } }\n  db: { connector: sqlite, settings: { file: ./t.db }, holds: [thing] }\nentities:\n  thing: { identifiers: [code], fields: { code: text } }\nflows:\n  things: { entity: thing, from: list, to: db }\nenvironments:\n  trial: { systems: { db: { settings: { file: "./${env:OTHER}" } } } }\n',
      'in/things.csv': 'code\na\n',
    })
    at.env['OTHER'] = 'other.db'
    await at.synced('--env', 'trial')
    expect(at.rows('other.db', 'select code from thing')).toEqual([{ code: 'a' }])
    expect(at.digest()['t.db']).toBeUndefined()
    expect((await at.sync('--env', 'tryal')).exit).toBe(2)
  })

  test('Columns with dots, blanks and umlauts, amounts with a comma, dates as people write them, codes, into a table.', async () => {
    at = new Project({
      'plan.yaml': `plimsoll: 1
name: Odd columns
country: DE
systems:
  list:
    connector: csv
    settings: { folder: ./in, settle: 0 }
    holds:
      item:
        resource: "*.csv"
        key: "Art. Nr."
        fields:
          code: "Art. Nr."
          name: Größe & Name
          price: { path: Preis in €, currency: EUR, decimal: "," }
          since: { path: seit, format: d.M.yyyy }
          kind: { path: Art, codes: { good: W, service: [D, DL] }, unknown: set_aside }
          active: { path: aktiv, codes: { true: J, false: N } }
  db:
    connector: sqlite
    settings: { file: ./t.db }
    types: { money: { unit: minor } }
    holds: { item: { resource: "die Artikel", fields: { code: Nr., name: "a.b", price: { path: cents, currency: EUR }, since: since, kind: kind, active: active } } }
entities:
  item: { identifiers: [code], fields: { code: text, name: text, price: money, since: date, kind: { codes: [good, service] }, active: boolean } }
flows:
  items: { entity: item, from: list, to: db }
`,
      'in/liste.csv': 'Art. Nr.;Größe & Name;Preis in €;seit;Art;aktiv\n007;Ärmel ß „x";1.234,50;1.2.2020;W;J\n08;"Zeile\nzwei";0,05;29.2.2024;DL;N\n9;;;;;\n10;bad;x;31.2.2020;Q;?\n',
    })
    const answer = await at.synced()
    expect(answer.summary['set_aside']).toBe(1)
    expect(at.rows('t.db', 'select "Nr.", "a.b", cast(cents as integer) cents, since, kind, active from "die Artikel" order by 1')).toEqual([
      { 'Nr.': '007', 'a.b': 'Ärmel ß „x"', cents: 123450, since: '2020-02-01', kind: 'good', active: 1 },
      { 'Nr.': '08', 'a.b': 'Zeile\nzwei', cents: 5, since: '2024-02-29', kind: 'service', active: 0 },
      { 'Nr.': '9', 'a.b': null, cents: null, since: null, kind: null, active: null },
    ])
    await quiet()
  })

  test('An inbox of NDJSON files goes to a web service, each file once, and a broken one is put aside.', async () => {
    server = await startJsonServer({ people: [{ id: 1, mail: 'a@example.com', name: 'Old', keep: { me: 1 } }] })
    at = new Project({
      'plan.yaml': `plimsoll: 1
name: Inbox
systems:
  box:
    connector: ndjson
    settings: { folder: ./in, archive: ./done, settle: 0 }
    holds: { person: { resource: "*.ndjson", key: ref, fields: { ref: ref, email: contact.email, name: { path: [first, last], join: " " } } } }
  web:
    connector: http
    settings: { url: "${server.url}", manifest: json-server }
    holds: { person: { resource: people, fields: { ref: ref, email: mail, name: name } } }
entities:
  person: { identifiers: [email, ref], golden: { home: box }, fields: { ref: text, email: email, name: text } }
flows:
  people: { entity: person, from: box, to: web }
`,
      'in/1.ndjson': '{"ref":"r1","contact":{"email":"A@example.com"},"first":"Ala","last":"Kot"}\n{"ref":"r2","contact":{"email":"b@example.com"},"first":"Bea","last":"Lis"}\n',
    })
    await at.synced()
    expect(server.data['people']).toEqual([
      { id: 1, mail: 'a@example.com', name: 'Ala Kot', keep: { me: 1 }, ref: 'r1' }, { id: 2, mail: 'b@example.com', name: 'Bea Lis', ref: 'r2' },
    ])
    expect(Object.keys(at.digest('in'))).toEqual([])
    await quiet()
    // A later file brings changes only: whoever is not in it stays.
    at.put('in/2.ndjson', '{"ref":"r2","contact":{"email":"b@example.com"},"first":"Bea","last":"Wilk"}\n')
    expect(shortly(await at.synced())).toEqual(['web/people 2 update name: "Bea Lis" → "Bea Wilk"'])
    at.put('in/3.ndjson', '{"ref":"r3",\n')
    const broken = await at.sync('--strict')
    expect(broken.exit).toBe(1)
    expect(server.data['people']).toHaveLength(2)
  })

  test('Orders with lines, composite keys and references to what comes first, both ways, between two databases.', async () => {
    at = new Project({
      'plan.yaml': `plimsoll: 1
name: Orders
country: PL
systems:
  shop:
    connector: sqlite
    settings: { file: ./shop.db }
    types: { money: { unit: minor, currency: PLN } }
    holds:
      client: { resource: clients, fields: { number: no, name: name } }
      order:
        resource: orders
        parts: { rows: { resource: order_rows, parent: order_id, key: pos } }
        fields: { number: no, client: client_id, status: { path: state, codes: { open: 1, sent: 2 } }, lines: { path: rows, fields: { line: pos, article: article, quantity: qty, price: price } } }
      stock: { resource: stock, fields: { place: place, article: article, amount: amount } }
  erp:
    connector: sqlite
    settings: { file: ./erp.db }
    types: { money: { currency: PLN } }
    holds:
      client: { resource: parties, fields: { number: code, name: title } }
      order:
        resource: sales
        parts: { items: { resource: sale_items, parent: sale, key: line } }
        fields: { number: number, client: party, status: { path: status, codes: { open: O, sent: S } }, lines: { path: items, fields: { line: line, article: article, quantity: quantity, price: amount } } }
      stock: { resource: stock, fields: { place: wh, article: art, amount: n } }
entities:
  client: { identifiers: [number], golden: shop, fields: { number: text, name: text } }
  order:
    identifiers: [number]
    required: [client]
    golden: { home: shop, by_field: { status: latest } }
    fields: { number: text, client: { to: client }, status: { codes: [open, sent] }, lines: { list: { line: integer, article: text, quantity: integer, price: money }, key: line } }
  stock: { identifiers: [[place, article]], golden: erp, fields: { place: text, article: text, amount: integer } }
flows:
  clients: { entity: client, from: shop, to: erp }
  orders: { entity: order, between: { shop: { may: update }, erp: {} }, where: order.status != "open" || size(order.lines) > 0 }
  stock: { entity: stock, from: erp, to: { shop: { may: update } } }
`,
    })
    at.sql('shop.db', `create table clients (id integer primary key, no text, name text);
      create table orders (id integer primary key, no text, client_id integer references clients(id), state integer);
      create table order_rows (order_id integer, pos integer, article text, qty integer, price integer, primary key (order_id, pos));
      create table stock (place text, article text, amount integer, primary key (place, article));
      insert into clients values (7, 'K7', 'Ola'), (8, 'K8', 'Ela');
      insert into orders values (1, 'Z1', 7, 1), (2, 'Z2', 8, 1), (3, 'Z3', 8, 1);
      insert into order_rows values (1, 1, 'a', 2, 1050), (1, 2, 'b', 1, 5), (2, 1, 'a', 1, 1050);
      insert into stock values ('N', 'a', 0), ('S', 'a', 0)`)
    at.sql('erp.db', `create table parties (pid integer primary key, code text, title text);
      create table sales (sid integer primary key, number text, party integer references parties(pid), status text);
      create table sale_items (sale integer, line integer, article text, quantity integer, amount numeric(10,2), primary key (sale, line));
      create table stock (wh text, art text, n integer, primary key (wh, art));
      insert into parties values (100, 'K8', 'Ela');
      insert into stock values ('N', 'a', 12), ('S', 'a', 3), ('S', 'b', 1)`)
    const first = await at.synced()
    expect(at.rows('erp.db', 'select code, title from parties order by code')).toEqual([{ code: 'K7', title: 'Ola' }, { code: 'K8', title: 'Ela' }])
    expect(at.rows('erp.db', 'select number, code, status from sales join parties on pid = party order by 1')).toEqual([{ number: 'Z1', code: 'K7', status: 'O' }, { number: 'Z2', code: 'K8', status: 'O' }])
    expect(at.rows('erp.db', 'select number, line, article, quantity, amount from sale_items join sales on sid = sale order by 1, 2')).toEqual([
      { number: 'Z1', line: 1, article: 'a', quantity: 2, amount: 10.5 }, { number: 'Z1', line: 2, article: 'b', quantity: 1, amount: 0.05 }, { number: 'Z2', line: 1, article: 'a', quantity: 1, amount: 10.5 },
    ])
    expect(at.rows('shop.db', 'select * from stock order by 1, 2')).toEqual([{ place: 'N', article: 'a', amount: 12 }, { place: 'S', article: 'a', amount: 3 }])
    expect(first.summary['updated']).toBe(2)
    await quiet()
    at.sql('erp.db', `update sales set status = 'S' where number = 'Z1'`)
    at.sql('shop.db', `update order_rows set qty = 5 where order_id = 2; delete from order_rows where order_id = 1 and pos = 2; insert into order_rows values (3, 1, 'c', 1, 100)`)
    await at.synced()
    expect(at.rows('shop.db', 'select no, state from orders order by 1')).toEqual([{ no: 'Z1', state: 2 }, { no: 'Z2', state: 1 }, { no: 'Z3', state: 1 }])
    expect(at.rows('erp.db', 'select number, line, article, quantity from sale_items join sales on sid = sale order by 1, 2')).toEqual([
      { number: 'Z1', line: 1, article: 'a', quantity: 2 }, { number: 'Z2', line: 1, article: 'a', quantity: 5 }, { number: 'Z3', line: 1, article: 'c', quantity: 1 },
    ])
    await quiet()
  })

  test('A JSON list becomes a CSV file that a spreadsheet can read, and changes of it are written in place.', async () => {
    at = new Project({
      'plan.yaml': `plimsoll: 1
name: JSON to CSV
systems:
  app:
    connector: json
    settings: { folder: ./in, list: data.items, settle: 0 }
    holds: { city: { resource: "cities.json", key: id, fields: { code: id, name: name, people: stats.people, area: stats.area, tags: tags } } }
  sheet:
    connector: csv
    settings: { folder: ./out, settle: 0 }
    holds: { city: { resource: "cities.csv", fields: { code: Code, name: "City name", people: People, area: Area, tags: Tags } } }
entities:
  city: { identifiers: [code], fields: { code: text, name: text, people: integer, area: decimal, tags: { list: text } } }
flows:
  cities: { entity: city, from: app, to: sheet }
`,
      'in/cities.json': '{"data":{"items":[{"id":1,"name":"Łódź, \\"mała\\"","stats":{"people":9007199254740993,"area":12.3456789012345678901},"tags":["a","b"]},{"id":2,"name":"Köln","stats":{"people":null,"area":0.10},"tags":[]}]}}',
      'out/.keep': '',
    })
    await at.synced()
    const text = at.text('out/cities.csv')
    for (const part of ['"Łódź, ""mała"""', '9007199254740993', '12.3456789012345678901', 'Köln']) expect(text).toContain(part)
    await quiet()
    at.put('in/cities.json', at.text('in/cities.json').replace('Köln', 'Bonn'))
    expect(shortly(await at.synced())).toEqual(['sheet/cities.csv 2 update City name: "Köln" → "Bonn"'])
    expect(at.text('out/cities.csv').split('\n').filter((l) => l !== '')).toHaveLength(3)
    await quiet()
  })
})
