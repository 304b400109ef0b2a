import { afterEach, describe, expect, test } from 'vitest'
import { json, never, openHttp, readAll, type Received, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import { virtualClock } from '../../../../base/clock.ts'
import type { ConnectorContext, SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const credentials = { user: 'jo', password: 'very secret+' }
const LOGIN = { kind: 'session', login: { path: '/login', body: { name: '{user}', word: '{password}' } }, token: '{answer.token}', send: { header: 'Authorization', value: 'Bearer {token}' } }

async function serve(auth: object, answer: (request: Received) => void, over: Partial<ConnectorContext> = {}, more: object = {}, settings: object = credentials) {
  const server = await startServer(answer)
  open.push(server)
  const session = await openHttp(server.url, {
    definition: { http: 1, auth, check: { path: '/things' }, resources: { things: { list: { path: '/things' }, create: { path: '/things' }, get: { path: '/things/{key}' } } }, ...more } as never, ...settings,
  }, over)
  open.push(session)
  return { session, server }
}
const things = (session: SystemSession) => session.resource(specOf('things'))

/** Gives token-1, token-2, …; things are shown to whoever holds one that it accepts. */
function doorkeeper(accepts: (token: string) => boolean = () => true) {
  const state = { logins: 0, sent: [] as string[], shown: [] as string[] }
  return { state, answer: ({ path, headers, body, response }: Received) => {
    if (path === '/login') {
      state.logins += 1
      state.sent.push(body)
      // Long enough for other callers to come by meanwhile.
      setTimeout(() => json(response, 200, { token: `token-${state.logins}` }), 20)
      return
    }
    const token = String(headers['authorization']).replace('Bearer ', '')
    state.shown.push(token)
    if (accepts(token)) json(response, 200, '[{"id":1}]')
    else json(response, 401, { message: 'session is over' })
  } }
}

describe('A session', () => {
  test('is opened by one login for many callers at once and many requests.', async () => {
    const { state, answer } = doorkeeper()
    const { session } = await serve(LOGIN, answer)
    await Promise.all(Array.from({ length: 8 }, () => readAll(things(session))))
    await readAll(things(session))
    expect(state.logins).toBe(1)
    expect(JSON.parse(state.sent[0]!)).toEqual({ name: 'jo', word: 'very secret+' })
    expect(new Set(state.shown)).toEqual(new Set(['token-1']))
  })

  test('that is over is renewed once for eight callers, and each repeats its request once.', async () => {
    const { state, answer } = doorkeeper((token) => token !== 'token-1')
    const { session, server } = await serve(LOGIN, answer)
    const reads = await Promise.all(Array.from({ length: 8 }, () => readAll(things(session))))
    expect(reads.map((read) => read.keys)).toEqual(Array.from({ length: 8 }, () => ['1']))
    expect(state.logins).toBe(2)
    expect(server.seen.filter((line) => line === 'GET /things').length).toBeLessThanOrEqual(16)
  })

  test('that is over in the middle of a write is renewed, and the record is made once.', async () => {
    const made: string[] = []
    const { answer } = doorkeeper((token) => token === 'token-2')
    const { session, server } = await serve(LOGIN, (request) => {
      if (request.method === 'POST' && request.path === '/things' && request.headers['authorization'] === 'Bearer token-2') {
        made.push(request.body)
        json(request.response, 201, { id: 7 })
      } else answer(request)
    })
    const results = await things(session).write!([{ operation: 'create', values: { a: 1 }, idempotencyKey: 'k' }], writeOptions)
    expect(results).toMatchObject([{ is: 'done', key: '7' }])
    expect(made).toEqual(['{"a":1}'])
    expect(server.seen).toEqual(['POST /login', 'POST /things', 'POST /login', 'POST /things'])
  })

  test('that is refused although it is new is class auth, and for a minute nobody logs in again.', async () => {
    const clock = virtualClock(1_000_000)
    const { state, answer } = doorkeeper(() => false)
    const { session, server } = await serve(LOGIN, answer, { clock })
    await expect(readAll(things(session))).rejects.toMatchObject({ class: 'auth', executed: false })
    expect(server.seen).toEqual(['POST /login', 'GET /things', 'POST /login', 'GET /things'])
    await expect(readAll(things(session))).rejects.toMatchObject({ class: 'auth', executed: false })
    expect(state.logins).toBe(2)
    clock.advance(61_000)
    await expect(readAll(things(session))).rejects.toMatchObject({ class: 'auth' })
    expect(state.logins).toBe(3)
  })

  test('is over when an answer with a good status says so by a rule of the manifest.', async () => {
    let logins = 0
    const { session } = await serve(LOGIN, ({ path, headers, response }) => {
      if (path === '/login') json(response, 200, { token: `token-${(logins += 1)}` })
      else if (headers['authorization'] === 'Bearer token-2') json(response, 200, [{ id: 1 }])
      else json(response, 200, { error: { code: 'FORBIDDEN', message: 'log in first' } })
    }, {}, { errors: { failed: ['error'], code: 'error.code', means: [{ code: 'FORBIDDEN', is: 'auth' }] } })
    expect((await readAll(things(session))).keys).toEqual(['1'])
    expect(logins).toBe(2)
  })

  test('is renewed by the clock where the manifest says how long it lasts.', async () => {
    const clock = virtualClock(1_000_000)
    const { state, answer } = doorkeeper()
    const { session } = await serve({ ...LOGIN, lasts: '10m' }, answer, { clock })
    await readAll(things(session))
    clock.advance(599_000)
    await readAll(things(session))
    expect(state.logins).toBe(1)
    clock.advance(2_000)
    await readAll(things(session))
    expect(state.logins).toBe(2)
  })

  test('is ended by the logout of the manifest, with its own token, and only if there was one.', async () => {
    const { answer } = doorkeeper()
    const ended: string[] = []
    const auth = { ...LOGIN, logout: { path: '/logout', method: 'DELETE', body: { session: '{token}' } } }
    const act = (request: Received): void => {
      if (request.path !== '/logout') return answer(request)
      ended.push(`${String(request.headers['authorization'])} ${request.body}`)
      json(request.response, 500, {})
    }
    const idle = await serve(auth, act)
    await idle.session.close()
    expect(idle.server.seen).toEqual([])
    const used = await serve(auth, act)
    await readAll(things(used.session))
    await used.session.close()
    expect(ended).toEqual(['Bearer token-1 {"session":"token-1"}'])
  })
})

describe('The token of a session', () => {
  test.each([
    ['stands in a header of the answer', { token: '{header.X-Session}' }, 'Bearer from-header'],
    ['stands in a cookie, beside others with dates', { token: '{cookie.sid}', send: { header: 'Cookie', value: 'sid={token}' } }, 'sid=c00kie=='],
    ['is put together from several places and encoded', { token: '{user}:{answer.result.0}:{answer.result.1}', base64: true, send: { header: 'Authorization', value: 'Session {token}' } }, `Session ${Buffer.from('jo:4:abc').toString('base64')}`],
    ['is sent bare where nothing else is said', { send: { header: 'X-Token' } }, 'plain'],
  ])('%s.', async (_what, over, expected) => {
    const got: (string | undefined)[] = []
    const auth = { ...LOGIN, ...over } as typeof LOGIN
    const { session } = await serve(auth, ({ path, headers, response }) => {
      if (path === '/login') {
        json(response, 200, { token: 'plain', result: [4, 'abc'] }, { 'x-session': 'from-header', 'set-cookie': ['other=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT; Path=/', 'sid=c00kie==; HttpOnly'] as never })
        return
      }
      got.push(headers[auth.send.header.toLowerCase()] as string | undefined)
      json(response, 200, [])
    })
    await readAll(things(session))
    expect(new Set(got)).toEqual(new Set([expected]))
  })

  test('can come from a GraphQL mutation, which goes to the one address of the interface.', async () => {
    const { session, server } = await serve({
      kind: 'session', login: { graphql: 'mutation ($name: String!, $word: String!) { login(username: $name, password: $word) { id } }', variables: { name: '{user}', word: '{password}' } },
      token: '{header.auth-token}', send: { header: 'Authorization', value: 'Bearer {token}' },
    }, ({ path, headers, body, response }) => {
      if (path === '/api' && (JSON.parse(body) as { variables: { word: string } }).variables.word === 'very secret+') json(response, 200, { data: { login: { id: '1' } } }, { 'auth-token': 'abcd' })
      else json(response, headers['authorization'] === 'Bearer abcd' ? 200 : 401, [{ id: 1 }])
    }, {}, { graphql: { path: '/api' } })
    expect((await readAll(things(session))).keys).toEqual(['1'])
    expect(server.seen[0]).toBe('POST /api')
  })

  test('and the password never appear in messages, also when the system repeats them.', async () => {
    const { session } = await serve(LOGIN, ({ path, headers, response }) => {
      if (path === '/login') json(response, 200, { token: 'token-xyz' })
      else json(response, 400, { message: `bad ${String(headers['authorization'])} of very secret+` })
    })
    await expect(readAll(things(session))).rejects.toMatchObject({ message: 'GET /things was refused (status 400): bad Bearer ••• of •••.' })
  })
})

describe('A login', () => {
  test('can be sent as a form, with parameters of the plan in its address.', async () => {
    const auth = { ...LOGIN, login: { path: '/{parameter.account}/login', body: { name: '{user}', word: '{password}' }, encoding: 'form' } }
    const bodies: string[] = []
    const { session, server } = await serve(auth, ({ path, body, response }) => {
      if (path !== '/things') bodies.push(body)
      json(response, 200, path === '/things' ? [] : { token: 'abcd' })
    }, {}, {}, { ...credentials, parameters: { account: 'a/b' } })
    await readAll(things(session))
    expect(server.seen[0]).toBe('POST /a%2Fb/login')
    expect(bodies).toEqual(['name=jo&word=very+secret%2B'])
  })

  test.each([
    [401, { message: 'very secret+ is wrong' }, 'auth'],
    [200, {}, 'auth'],
    [200, { token: 'a\r\nX-Evil: 1' }, 'auth'],
    [200, { token: { deep: 1 } }, 'auth'],
    [404, {}, 'config'],
    [429, {}, 'limit'],
    [503, {}, 'remote'],
  ])('that is answered %i %j is class %s, and the request itself was surely not sent.', async (status, body, errorClass) => {
    const { session, server } = await serve(LOGIN, ({ response }) => json(response, status, body))
    await expect(readAll(things(session))).rejects.toMatchObject({ class: errorClass, executed: false, message: expect.not.stringContaining('secret') })
    expect(server.seen).toEqual(['POST /login'])
  })

  test('whose refusal stands in a good answer says what the system says.', async () => {
    const { session } = await serve(LOGIN, ({ response }) => json(response, 200, { message: 'Wrong name or word' }))
    await expect(session.check(never)).rejects.toMatchObject({ class: 'auth', message: expect.stringContaining('Wrong name or word') })
  })

  test.each([
    [LOGIN, { user: 'jo' }, 'password'],
    [{ ...LOGIN, login: { path: '/{parameter.account}/login' } }, {}, 'parameters'],
  ])('%j with the settings %j names the setting that is missing.', async (auth, settings, name) => {
    await expect(serve(auth, () => {}, {}, {}, settings)).rejects.toMatchObject({ code: 'http.setting', details: { setting: name } })
  })

  test.each([
    [{ ...LOGIN, token: '{user}' }, 'auth.token must name where the answer holds the token'],
    [{ ...LOGIN, token: '{answer.token} {passwort}' }, 'auth.token has an unknown placeholder'],
    [{ ...LOGIN, send: { header: 'Authorization', value: 'Bearer' } }, 'auth.send.value must contain {token}'],
    [{ ...LOGIN, login: { path: '/login', body: { name: '{usr}' } } }, 'auth.login has the unknown placeholder {usr}'],
    [{ ...LOGIN, login: { path: '/login', query: { name: '{key.1}' } } }, 'auth.login has the unknown placeholder {key.1}'],
    [{ ...LOGIN, logout: { path: '/logout', body: '{answer.x}' } }, 'auth.logout has the unknown placeholder {answer.x}'],
  ])('%j is refused when the manifest is loaded.', async (auth, says) => {
    await expect(serve(auth, () => {})).rejects.toMatchObject({ code: 'http.manifest', message: expect.stringContaining(says) })
  })
})
