/**
 * The shop replaces its refresh token at each use and ends the whole login when one is used twice. Eight flows share it, other commands
 * look in, and the process dies around a refresh: it stays logged in, or says exactly why not.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { KEY, RotatingTokens } from '../../support/credentials.ts'
import { json, type Running, startServer } from '../../support/http-servers.ts'
import { Project } from '../project.ts'
import { Serving, until } from '../serving.ts'

const ENTITIES = Array.from({ length: 8 }, (_, i) => `thing_${i + 1}`)
const PLAN = (url: string): string => `
plimsoll: 1
name: Eight flows, one login
systems:
  shop:
    connector: http
    settings:
      url: ${url}
      client_id: hub
      definition:
        http: 1
        auth: { kind: oauth2, grant: refresh_token, token_path: /token }
        resources: { "*": { list: { path: "/{resource}" } } }
    holds:
${ENTITIES.map((name) => `      ${name}: { key: id, fields: { code: code, name: name } }`).join('\n')}
  database:
    connector: sqlite
    settings: { file: ./hub.db }
    holds: [${ENTITIES.join(', ')}]
entities:
${ENTITIES.map((name) => `  ${name}: { identifiers: [code], fields: { code: text, name: text } }`).join('\n')}
flows:
${ENTITIES.map((name) => `  ${name}s: { entity: ${name}, from: shop, to: database, trigger: 1 second }`).join('\n')}
`

let at: Project
let shop: Running
let tokens: RotatingTokens
let calls: string[] = []
let version = 1
let onCall: (() => void) | undefined
let serving: Serving | undefined
/** Everything that anybody was told. */
let said: string[] = []

async function begin(): Promise<void> {
  tokens = new RotatingTokens()
  calls = []
  version = 1
  said = []
  onCall = undefined
  shop = await startServer((request) => {
    const { path, headers, response } = request
    if (path === '/token') return tokens.answer(request)
    if (!tokens.accepts(headers['authorization'])) return json(response, 401, { message: `${String(headers['authorization'])} is not good` })
    calls.push(path)
    onCall?.()
    json(response, 200, [{ id: 1, code: 'X', name: `${path.slice(1)} ${version}` }])
  })
  at = new Project({ 'plan.yaml': PLAN(shop.url) })
  Object.assign(at.env, { PLIMSOLL_SYSTEM_SHOP_CLIENT_SECRET: 'hub-secret-1234', PLIMSOLL_SYSTEM_SHOP_REFRESH_TOKEN: tokens.refresh, PLIMSOLL_SECRET_KEY: KEY })
}
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  await shop.close()
  at.done()
})

const serve = async (): Promise<Serving> => (serving = await new Serving(at).started())
const killed = async (): Promise<void> => {
  serving!.kill()
  const { err } = await serving!.ended
  said.push(err, JSON.stringify(serving!.events))
  serving = undefined
}
const arrived = (): number => {
  try {
    return ENTITIES.filter((name) => at.rows('hub.db', `select name from ${name}`)[0]?.['name'] === `${name} ${version}`).length
  } catch {
    return 0
  }
}
const troubles = (s: Serving): string[] => s.events.filter((event) => event.event === 'trouble').map((event) => `${String(event['code'])}: ${String(event['message'])}`)
/** What was said, and every byte that lies beside the plan. */
function traces(): string {
  const files: string[] = []
  const walk = (folder: string): void => {
    for (const item of readdirSync(folder, { withFileTypes: true })) {
      if (item.isDirectory()) walk(join(folder, item.name))
      else files.push(readFileSync(join(folder, item.name), 'latin1'))
    }
  }
  walk(at.folder)
  return [...files, ...said].join('\n')
}
function nothingLeaked(): void {
  const found = traces()
  for (const secret of [...tokens.secrets, 'hub-secret-1234', KEY]) expect([secret, found.includes(secret)]).toEqual([secret, false])
}

describe('eight flows with one login', () => {
  test('While the token is replaced again and again, all of them go on, and others may look in.', async () => {
    await begin()
    tokens.lifeSeconds = 2
    const s = await serve()
    await until(() => arrived() === 8, 'everything is loaded')
    const others = [at.say('connectors', 'check', '--json'), at.say('preview', '--json'), at.say('connectors', 'read', 'shop/thing_1', '--json')]
    await until(() => tokens.issued >= 6, 'the token was replaced six times')
    version = 2
    await until(() => arrived() === 8, 'the change arrives in all of them')
    const answers = await Promise.all(others)
    expect(answers.map((one) => one.exit)).toEqual([0, expect.any(Number), 0])
    expect({ refused: tokens.refused, twice: tokens.shown.length - new Set(tokens.shown).size, troubles: troubles(s) }).toEqual({ refused: 0, twice: 0, troubles: [] })
    said.push(...answers.flatMap((one) => [one.out, one.err]), (await s.get('/api/v1/status')).text, (await s.get('/metrics')).text)
    await s.stop()
    said.push(JSON.stringify(s.events))
    nothingLeaked()
  })

  test('Without a key nothing is asked of the service, and the variable is named.', async () => {
    await begin()
    delete at.env['PLIMSOLL_SECRET_KEY']
    const answer = await at.sync()
    expect([answer.exit, JSON.stringify(answer.result['failures'])]).toEqual([1, expect.stringMatching(/secret\.no_key.*PLIMSOLL_SECRET_KEY/)])
    expect(tokens.shown).toEqual([])
    at.put('key.txt', `${KEY}\n`)
    at.env['PLIMSOLL_SECRET_KEY_FILE'] = './key.txt'
    await at.synced()
    expect(arrived()).toBe(8)
  })
})

describe('a process that dies around a refresh', () => {
  /** Loaded, and the next call needs a refresh. */
  const loaded = async (): Promise<void> => {
    await begin()
    await at.synced()
    expect(tokens.shown).toHaveLength(1)
    tokens.expire()
    version = 2
  }

  test('Before the service did anything: the same token is shown again, and good.', async () => {
    await loaded()
    tokens.arriving = () => true
    await serve()
    await until(() => tokens.shown.length === 2, 'the token is shown')
    await killed()
    tokens.arriving = undefined
    await at.synced()
    expect([arrived(), tokens.refused, tokens.shown]).toEqual([8, 0, ['fam-refresh-0', 'fam-refresh-1', 'fam-refresh-1']])
    nothingLeaked()
  })

  test('At the first call with the new token: it is there after the restart, and no second refresh is needed.', async () => {
    await loaded()
    let first = true
    onCall = () => {
      if (first) serving!.kill()
      first = false
    }
    await serve()
    await until(() => !first, 'the first call')
    await killed()
    await at.synced()
    expect([arrived(), tokens.refused, tokens.shown]).toEqual([8, 0, ['fam-refresh-0', 'fam-refresh-1']])
  })

  test('After the service had replaced it, at a service that allows the old one for a while: it goes on.', async () => {
    await loaded()
    tokens.grace = true
    tokens.before = () => new Promise(() => undefined)
    await serve()
    await until(() => tokens.issued === 2, 'the token is replaced')
    await killed()
    tokens.before = undefined
    await at.synced()
    expect([arrived(), tokens.refused]).toEqual([8, 0])
  })

  test('The same at a service without grace: the error names the lost answer and what to do, and with a new login it goes on.', async () => {
    await loaded()
    tokens.before = () => new Promise(() => undefined)
    await serve()
    await until(() => tokens.issued === 2, 'the token is replaced')
    await killed()
    tokens.before = undefined
    const answer = await at.sync()
    expect(answer.exit).toBe(1)
    const failures = JSON.stringify(answer.result['failures'])
    expect(failures).toMatch(/http\.token_lost.*was used at 20\d\d-.*answer.*refresh_token/)
    expect(tokens.shown.slice(1)).toEqual(['fam-refresh-1', 'fam-refresh-1'])
    said.push(answer.out, answer.err, (await at.say('status')).out)
    nothingLeaked()
    const next = new RotatingTokens('next')
    tokens = next
    at.env['PLIMSOLL_SYSTEM_SHOP_REFRESH_TOKEN'] = next.refresh
    await at.synced()
    expect([arrived(), next.refused]).toEqual([8, 0])
  })
})
