/**
 * A server that replaces its tokens at each use, leaves records out of its lists, can't be asked about a line, lists late, and shows a
 * part by its number only after minutes; and a target that is not there for a while.
 */
import { existsSync, renameSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { Project, type Row } from '../../e2e/project.ts'
import { KEY } from '../../support/credentials.ts'
import { json, type Received, startServer } from '../../support/http-servers.ts'
import { passIn } from '../machine.ts'
import type { Story, World } from '../story.ts'

const PLAN = (url: string): string => `
plimsoll: 1
name: An odd server
systems:
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml, client_id: hub }
    limits: { calls: 6000/minute }
    holds:
      thing: { resource: things, key: id, fields: { code: code, name: name } }
      line: { resource: lines, key: id, fields: { no: no, text: text } }
      part: { resource: parts, key: id, fields: { no: no } }
  database:
    connector: sqlite
    settings: { file: ./disk/hub.db }
    holds: [thing, line, part]
entities:
  thing: { identifiers: [code], fields: { code: text, name: text } }
  line: { identifiers: [no], fields: { no: text, text: text } }
  part: { identifiers: [no], fields: { no: text } }
flows:
  things: { entity: thing, from: shop, to: database, when_deleted: delete, brake: 100% }
  lines: { entity: line, from: shop, to: database, when_deleted: delete, brake: 100% }
  parts: { entity: part, from: shop, to: database, when_deleted: delete, brake: 100% }
`
const MANIFEST = `
http: 1
name: shop
auth: { kind: oauth2, grant: refresh_token, token_path: /token, client: none }
resources:
  things: { key: id, list: { path: /things, lag: 3s }, get: { path: "/things/{key}" } }
  lines: { key: id, list: { path: /lines } }
  parts: { key: id, list: { path: /parts }, get: { path: "/parts/{key}", lag: 10m } }
`
/** One refresh token back is good for a while; \`refuses\`: the next answers say that the service is busy. */
function token(login: Row, { body, response }: Received): void {
  const given = new URLSearchParams(body).get('refresh_token')
  const n = Number(login['refresh'])
  if (given !== `r${n}` && given !== `r${n - 1}`) return json(response, 400, { error: 'invalid_grant' })
  if (Number(login['busy']) > 0) {
    login['busy'] = Number(login['busy']) - 1
    return json(response, 503, { message: 'busy' })
  }
  Object.assign(login, { refresh: n + 1, access: `a${n + 1}` })
  json(response, 200, { access_token: `a${n + 1}`, token_type: 'bearer', expires_in: 3600, refresh_token: `r${n + 1}` })
}

const rowsOf = ({ project }: World, table: string): string[] => project.rows('disk/hub.db', `SELECT * FROM ${table}`).map((row) => Object.values(row).join(' ')).toSorted()
function expectAll(world: World, things: readonly string[], lines: readonly string[]): void {
  expect([rowsOf(world, 'thing'), rowsOf(world, 'line')]).toEqual([things, lines])
}
const open = async (): Promise<World> => {
  const data: Record<string, Row[]> = {
    things: Array.from({ length: 5 }, (_, i) => ({ id: i + 1, code: `T${i + 1}`, name: 'one', hidden: false })),
    lines: Array.from({ length: 4 }, (_, i) => ({ id: i + 1, no: `L${i + 1}`, text: 'line' })),
    parts: [{ id: 1, no: 'P1' }, { id: 2, no: 'P2' }],
    login: [{ refresh: 0, access: '', busy: 0, limits: 1 }],
  }
  const server = await startServer((request) => {
    const { path, headers, response } = request
    const login = data['login']![0]!
    if (path === '/token') return token(login, request)
    if (headers['authorization'] !== `Bearer ${String(login['access'])}`) return json(response, 401, { message: 'not good' })
    if (Number(login['limits']) > 0) {
      login['limits'] = Number(login['limits']) - 1
      return json(response, 429, { message: 'fewer calls' }, { 'retry-after': '1' })
    }
    const [, resource = '', key] = path.split('/')
    const rows = data[resource] ?? []
    if (key === undefined) return json(response, 200, rows.filter((row) => row['hidden'] !== true))
    const found = rows.find((row) => String(row['id']) === key)
    return found ? json(response, 200, found) : json(response, 404, {})
  })
  const project = new Project({ 'plan.yaml': PLAN(server.url), 'shop.yaml': MANIFEST })
  Object.assign(project.env, { PLIMSOLL_SECRET_KEY: KEY, PLIMSOLL_SYSTEM_SHOP_REFRESH_TOKEN: 'r0' })
  project.sql('disk/hub.db', 'CREATE TABLE thing (code TEXT PRIMARY KEY, name TEXT); CREATE TABLE line (no TEXT PRIMARY KEY, text TEXT); CREATE TABLE part (no TEXT PRIMARY KEY)')
  return {
    project, servers: [data],
    async close() {
      await server.close()
      project.done()
    },
  }
}
const away = ({ project }: World): void => renameSync(project.path('disk'), project.path('disk-away'))
const back = ({ project }: World): void => {
  if (existsSync(project.path('disk-away'))) renameSync(project.path('disk-away'), project.path('disk'))
}
const names = (changed: Readonly<Record<number, string>>, gone: readonly number[] = []): string[] =>
  [1, 2, 3, 4, 5].filter((n) => !gone.includes(n)).map((n) => `T${n} ${changed[n] ?? 'one'}`)
const lines = (...numbers: number[]): string[] => numbers.map((n) => `L${n} line`)

export const oddServer: Story = {
  name: 'an odd server',
  points: 3,
  shows: /^(?:login|deletes|parked|give-back|budget)/,
  open,
  stages: [
    { name: 'first load and first login', words: () => ['sync'], judge: (world) => expectAll(world, names({}), lines(1, 2, 3, 4)) },
    {
      name: 'a busy token service, a hidden record, a line that is gone',
      before({ servers: [data] }) {
        Object.assign(data!['login']![0]!, { access: 'expired', busy: 1 })
        data!['things']![0]!['hidden'] = true
        data!['lines']!.pop()
      },
      words: () => ['sync'],
      judge: (world) => expectAll(world, names({}), lines(1, 2, 3)),
    },
    {
      name: 'a record that changes twice at once and then is gone',
      async before({ project, servers: [data] }) {
        await wait(3_100)
        data!['things']![1]!['name'] = 'two'
        await passIn(project)
        data!['things']![1]!['name'] = 'three'
        // Within the lag of the list nobody can say what is newer: it is asked for again.
        await passIn(project)
        expect(project.rows('.plimsoll/store.db', 'SELECT key FROM later')).toEqual([{ key: '2' }])
        data!['things']!.splice(1, 1)
        await wait(3_100)
      },
      words: () => ['sync'],
      judge: (world) => expectAll(world, names({}, [2]), lines(1, 2, 3)),
    },
    {
      name: 'a part that is gone, or only not shown yet',
      before({ servers: [data] }) {
        data!['parts']!.pop()
      },
      words: () => ['sync'],
      judge: (world) => expect(rowsOf(world, 'part')).toEqual(['P1', 'P2']),
    },
    {
      name: 'a target that is away',
      before(world) {
        world.servers[0]!['things']!.find((row) => row['id'] === 3)!['name'] = 'three'
        world.servers[0]!['lines']!.push({ id: 9, no: 'L9', text: 'line' })
        away(world)
      },
      words: () => ['sync'],
      mend: back,
      judge: (world) => expectAll(world, names({ 3: 'three' }, [2]), lines(1, 2, 3, 9)),
    },
    {
      name: 'a login that is forgotten', before: ({ project }) => {
        project.env['PLIMSOLL_SYSTEM_SHOP_REFRESH_TOKEN'] = 'r2'
      },
      words: () => ['connectors', 'forget', '.', 'shop'], judge: (world) => expectAll(world, names({ 3: 'three' }, [2]), lines(1, 2, 3, 9)),
    },
  ],
}
