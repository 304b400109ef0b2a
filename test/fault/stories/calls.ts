/**
 * A shop that can't be listed calls for each change: a call that was answered with 2xx and is then lost is a change that is lost.
 * The shop repeats calls that were not answered so.
 */
import { createHmac } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { Project, type Row } from '../../e2e/project.ts'
import { json, startServer } from '../../support/http-servers.ts'
import type { Driven } from '../machine.ts'
import type { Story, World } from '../story.ts'

const SECRET = 'a secret of the shop'
const PLAN = (url: string): string => `
plimsoll: 1
name: Calls
systems:
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml, webhook_secret: "\${env:SHOP_SECRET}" }
    holds: { customer: { resource: customers, key: id, fields: { email: email, name: name } } }
  office:
    connector: csv
    settings: { folder: ./office, settle: 0 }
    holds: { place: { resource: places.csv, key: code, fields: { code: code, name: name } } }
  database:
    connector: sqlite
    settings: { file: ./hub.db }
    holds: [customer, place]
entities:
  customer: { identifiers: [email], fields: { email: email, name: text } }
  place: { identifiers: [code], fields: { code: text, name: text } }
flows:
  customers: { entity: customer, from: shop, to: database, trigger: { event: true }, when_deleted: delete, brake: 100% }
  places: { entity: place, from: office, to: database, trigger: 1 day }
`
const MANIFEST = `
http: 1
name: shop
resources:
  customers: { key: id, get: { path: "/customers/{key}" } }
webhooks:
  signature: { kind: hmac-sha256, header: X-Signature, prefix: "sha256=" }
  delivery: { header: X-Delivery }
  events:
    - { when: [{ of: type, is: [new, changed] }], resource: { value: customers }, kind: changed, key: id }
    - { when: [{ of: type, is: [deleted] }], resource: { value: customers }, kind: deleted, key: id }
`
const customers = (): Row[] => Array.from({ length: 6 }, (_, i) => ({ id: i + 1, email: `c${i + 1}@example.test`, name: `New ${i + 1}` }))

/** Calls until one is not answered: the rest comes when it is called again. What was answered is remembered. */
async function call({ hooks, ended }: Driven, { answered }: Record<string, Row[]>, type: string, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    const delivery = `${type}-${id}`
    if (answered!.some((row) => row['delivery'] === delivery)) continue
    const body = JSON.stringify({ type, id })
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
    const response = await fetch(hooks, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-signature': signature, 'x-delivery': delivery } }).catch(() => undefined)
    if (ended() || !response) return
    if (response.ok) answered!.push({ delivery })
  }
}
const inTarget = ({ project }: World): string[] => project.rows('hub.db', 'SELECT email, name FROM customer ORDER BY email').map((row) => `${row['email']} ${row['name']}`)
const inShop = ({ servers: [data] }: World): string[] => data!['customers']!.map((row) => `${row['email']} ${row['name']}`)
async function until(serving: Driven, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !serving.ended() && !holds(); i += 1) await wait(25)
  // What is under way may come to its end.
  if (!serving.ended()) await wait(100)
}
const arrived = (world: World) => (): boolean => JSON.stringify(inTarget(world)) === JSON.stringify(inShop(world))

export const calls: Story = {
  name: 'calls',
  points: 5,
  shows: /^(?:webhook|schedule|condition|deletes)/,
  async open() {
    const data: Record<string, Row[]> = { customers: [], answered: [], busy: [{ times: 0 }] }
    const server = await startServer(({ path, response }) => {
      const busy = data['busy']![0]!
      if (Number(busy['times']) > 0) {
        busy['times'] = Number(busy['times']) - 1
        return json(response, 503, { message: 'busy' })
      }
      const found = data['customers']!.find((row) => path === `/customers/${String(row['id'])}`)
      return found ? json(response, 200, found) : json(response, 404, {})
    })
    const project = new Project({ 'plan.yaml': PLAN(server.url), 'shop.yaml': MANIFEST, 'office/places.csv': 'code,name\nA,Gdynia\nB,Sopot\n' })
    project.env['SHOP_SECRET'] = SECRET
    project.sql('hub.db', 'CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, name TEXT); CREATE TABLE place (id INTEGER PRIMARY KEY, code TEXT, name TEXT)')
    return {
      project, servers: [data],
      async close() {
        await server.close()
        project.done()
      },
    }
  },
  stages: [
    {
      name: 'new customers', before: ({ servers: [data] }) => void data!['customers']!.push(...customers()),
      words: () => ['serve', '--port', '0', '--hooks-port', '0', '--json'],
      async drive(world, serving) {
        await call(serving, world.servers[0]!, 'new', [1, 2, 3, 4, 5, 6])
        await until(serving, arrived(world))
      },
      judge(world) {
        expect(inTarget(world)).toEqual(inShop(world))
        expect(world.project.rows('hub.db', 'SELECT code FROM place ORDER BY code')).toEqual([{ code: 'A' }, { code: 'B' }])
      },
    },
    {
      name: 'changes and deletions, and a shop that is busy once',
      before({ servers: [data] }) {
        for (const row of data!['customers']!.slice(0, 3)) row['name'] = `Changed ${row['id']}`
        data!['customers']!.splice(4, 2)
        data!['busy']![0]!['times'] = 1
      },
      words: () => ['serve', '--port', '0', '--hooks-port', '0', '--json'],
      async drive(world, serving) {
        await call(serving, world.servers[0]!, 'changed', [1, 2, 3])
        await call(serving, world.servers[0]!, 'deleted', [5, 6])
        await until(serving, arrived(world))
      },
      judge: (world) => expect(inTarget(world)).toEqual(inShop(world)),
    },
  ],
}
