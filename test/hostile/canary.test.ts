/** Secrets are followed through everything that the product says and keeps. Each is one word that stands nowhere else. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Project } from '../e2e/project.ts'
import { Serving, until } from '../e2e/serving.ts'

/** Where a secret comes from → the secret. Signs that addresses, JSON and forms write in another way are in each. */
const secret = (from: string): string => `canary+${from}/"&=${'q'.repeat(6)}`
const CANARIES = {
  environment: secret('env'), file: secret('file'), tokenAnswer: 'canary.token-answer.qqqqqq', refreshSetting: 'canary.refresh-setting.qqqqqq', refreshAnswer: 'canary.refresh-answer.qqqqqq', refreshedAccess: 'canary.refreshed-access.qqqqqq',
  queryKey: secret('query'), header: 'canary-header-qqqqqq', userinfo: 'canary-userinfo-qqqqqq', inQuery: 'canary-in-query-qqqqqq', password: secret('password'), basic: secret('basic'), hooks: secret('hooks'), sealing: 'canary-sealing-key-qqqqqq-qqqqqq-qqqqqq', api: 'canary-api-token-qqqqqq',
} as const

const formsOf = (text: string): string[] => [...new Set([
  text, encodeURIComponent(text), new URLSearchParams({ a: text }).toString().slice(2), JSON.stringify(text).slice(1, -1), JSON.stringify(JSON.stringify(text)).slice(3, -3), Buffer.from(text).toString('base64').replace(/=+$/, ''), Buffer.from(text).toString('base64url'), Buffer.from(text).toString('hex'),
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;'), Buffer.from(`user:${text}`).toString('base64'),
])]

/** Repeats all that it was sent wherever an interface can: status text, headers, texts of errors. */
function echo(request: IncomingMessage, response: ServerResponse, body: string, status: number): void {
  const all = `${JSON.stringify(request.headers)} ${String(request.url)} ${body}`
  const flat = all.replaceAll(/[^\x20-\x7e]/g, ' ')
  response.writeHead(status, { 'content-type': `application/problem+json; said=${flat.replaceAll(/["\\]/g, '').slice(0, 600)}`, 'x-said': flat.slice(0, 2_000) })
  response.end(JSON.stringify({ message: `${request.headers['authorization'] ?? ''} was refused; you sent ${all}`, code: request.headers['authorization'] ?? String(request.url), field: request.headers['authorization'] ?? 'a', error: { message: all } }))
}

const plan = (url: string): string => `
plimsoll: 1
name: Canaries
systems:
  shop:
    connector: rest
    settings: { url: "${url}/shop", definition: { http: 1, auth: { kind: oauth2, token_path: /token }, resources: { things: { list: { path: /things }, get: { path: "/things/{key}" } } }, webhooks: { signature: { kind: hmac-sha256, header: X-Signature }, events: [{ resource: { value: things }, kind: changed, key: id }] } } }
    holds: { thing: { resource: things, key: id, fields: { no: id, name: name } } }
  login:
    connector: rest
    settings: { url: "${url}/login", definition: { http: 1, auth: { kind: oauth2, grant: refresh_token, token_path: /token }, resources: { others: { list: { path: /others } } } } }
    holds: { other: { resource: others, key: id, fields: { no: id, name: name } } }
  crm:
    connector: rest
    settings: { url: "${url}/crm", headers: { X-Api-Token: "\${env:OWN_HEADER}" }, definition: { http: 1, auth: { kind: key, in: query, name: api_key }, resources: { people: { list: { path: /people }, create: { path: /people } } } } }
    holds: { thing: { resource: people, key: id, fields: { no: no, name: name } } }
  basic:
    connector: rest
    settings: { url: "${url}/basic", user: user, definition: { http: 1, auth: { kind: basic }, resources: { rows: { list: { path: /rows } } } } }
    holds: { other: { resource: rows, key: id, fields: { no: id, name: name } } }
  wrong:
    connector: rest
    settings: { definition: { http: 1, resources: { rows: { list: { path: /rows } } } } }
    holds: { other: { resource: rows, key: id, fields: { no: id, name: name } } }
  base:
    connector: postgres
    settings: { host: 127.0.0.1, port: 1, database: x, user: hub }
    holds: { other: { resource: other, key: no, fields: same } }
  database: { connector: sqlite, settings: { file: ./out.db }, holds: [thing, other] }
entities:
  thing: { identifiers: [no], fields: { no: text, name: text } }
  other: { identifiers: [no], golden: { home: login }, fields: { no: text, name: text } }
flows:
  things: { entity: thing, from: shop, to: [crm, database], trigger: { event: true, every: 1 day } }
  others: { entity: other, from: [login, basic, wrong, base], to: database, trigger: 1 day }
`

let at: Project | undefined
let serving: Serving | undefined
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (piece: Buffer) => (body += piece.toString())).on('end', () => {
    const path = String(request.url)
    const json = (value: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    if (path.startsWith('/shop/token')) json({ access_token: CANARIES.tokenAnswer, expires_in: 3600 })
    else if (path.startsWith('/login/token')) json({ access_token: CANARIES.refreshedAccess, refresh_token: CANARIES.refreshAnswer, expires_in: 3600 })
    else if (path.startsWith('/shop/things') && request.method === 'GET') json([{ id: '1', name: 'one' }, { id: '2', name: 'two' }])
    else if (path.startsWith('/crm/people') && request.method === 'GET') json([])
    else if (path.startsWith('/crm')) echo(request, response, body, 422)
    else if (path.startsWith('/login')) echo(request, response, body, 400)
    else echo(request, response, body, path.startsWith('/basic') ? 500 : 403)
  })
})
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  await new Promise((resolve) => { server.close(resolve) })
  server.closeAllConnections()
  at?.done()
})

test('No secret of the environment, a file, a token answer, an address or an echo is in anything that is said, logged or kept.', async () => {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  at = new Project({ 'plan.yaml': plan(url), 'secrets/hooks': `${CANARIES.hooks}\n`, 'secrets/client': CANARIES.file })
  Object.assign(at.env, {
    PLIMSOLL_SYSTEM_SHOP_CLIENT_ID: 'hub', PLIMSOLL_SYSTEM_SHOP_CLIENT_SECRET_FILE: at.path('secrets/client'), PLIMSOLL_SYSTEM_SHOP_WEBHOOK_SECRET_FILE: at.path('secrets/hooks'),
    PLIMSOLL_SYSTEM_LOGIN_CLIENT_ID: 'hub', PLIMSOLL_SYSTEM_LOGIN_CLIENT_SECRET: CANARIES.environment, PLIMSOLL_SYSTEM_LOGIN_REFRESH_TOKEN: CANARIES.refreshSetting, PLIMSOLL_SECRET_KEY: CANARIES.sealing,
    PLIMSOLL_SYSTEM_CRM_KEY: CANARIES.queryKey, OWN_HEADER: CANARIES.header, PLIMSOLL_SYSTEM_BASIC_PASSWORD: CANARIES.basic, PLIMSOLL_SYSTEM_BASE_PASSWORD: CANARIES.password,
    PLIMSOLL_SYSTEM_WRONG_URL: `http://user:${CANARIES.userinfo}@127.0.0.1:1/?token=${CANARIES.inQuery}`, PLIMSOLL_TOKEN: CANARIES.api, PLIMSOLL_LOG: 'debug',
  })
  const said = new Map<string, string>()
  const commands = [
    ['check'], ['check', '--fields'], ['connectors', 'list'], ...['shop', 'login', 'crm', 'basic', 'wrong', 'base', 'database'].flatMap((system) => [['connectors', 'check', system], ['connectors', 'discover', system]]),
    ['preview'], ['sync'], ['sync'], ['status'], ['errors', 'list'], ['records', 'search', 'one'], ['records', 'review'], ['records', 'explain', 'shop/things/1'], ['test'],
  ]
  for (const [i, command] of commands.entries()) {
    for (const as of [[], ['--json']]) {
      const { out, err } = await at.say(...command, ...as)
      said.set(`${i} ${[...command, ...as].join(' ')}`, out + err)
    }
  }
  const errors = (await at.run('errors', 'list')).result as unknown as { errors: readonly { id: string }[] }
  for (const { id } of errors.errors) for (const as of [[], ['--json']]) {
    const { out, err } = await at.say('errors', 'show', id, ...as)
    said.set(`errors show ${id} ${as.join()}`, out + err)
  }
  serving = await new Serving(at).started()
  await until(() => serving!.runs().length > 0, 'the first run')
  for (const path of ['/metrics', '/', '/errors', '/api/v1/status', '/api/v1/errors', '/api/v1/systems', '/api/v1/flows', '/api/v1/runs', '/api/v1/records?text=one', '/api/v1/review', '/api/v1/openapi.json']) {
    said.set(path, (await serving.get(path)).text)
  }
  for (const signature of ['', CANARIES.hooks, '00']) said.set(`hook ${signature.length}`, await (await fetch(serving.hooks[0]!, { method: 'POST', headers: { 'x-signature': signature }, body: `{"id":1}` })).text())
  const ended = await serving.stop()
  said.set('serve', JSON.stringify(serving.events) + ended.err)

  // Before it may say that nothing was found: things were said, refused and kept.
  const everything = [...said.values()].join('\n')
  for (const sign of [/http\.setting|must not contain user/, /was refused|failed at the system/, /•••/, /sql\.connection|base: /]) expect(everything).toMatch(sign)
  expect(errors.errors.length).toBeGreaterThan(0)
  const files: string[] = []
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) walk(path)
      else files.push(path)
    }
  }
  walk(at.path('.plimsoll'))
  expect(files.some((file) => file.endsWith('.db'))).toBe(true)
  for (const file of [...files, at.path('out.db')]) said.set(file, readFileSync(file, 'latin1'))

  const found = [...said].flatMap(([where, text]) => Object.entries(CANARIES).flatMap(([name, value]) => formsOf(value).filter((form) => text.includes(form)).map((form) => `${where}: ${name} as ${form} …${text.slice(Math.max(0, text.indexOf(form) - 60), text.indexOf(form))}`)))
  expect(found).toEqual([])
}, 300_000)
