import { afterEach, describe, expect, test } from 'vitest'
import { json, never, openHttp, readAll, type Received, type Running, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import { virtualClock } from '../../../../base/clock.ts'
import type { ConnectorContext, SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function serve(auth: object, settings: object, answer: (request: Received) => void, over: Partial<ConnectorContext> = {}): Promise<{ session: SystemSession; server: Running & { seen: string[] } }> {
  const server = await startServer(answer)
  open.push(server)
  const session = await openHttp(server.url, {
    definition: { http: 1, auth, check: { path: '/things' }, resources: { things: { list: { path: '/things' }, create: { path: '/things' }, get: { path: '/things/{key}' } } } } as never, ...settings,
  }, over)
  open.push(session)
  return { session, server }
}
const things = (session: SystemSession) => session.resource(specOf('things'))

describe('credentials that stay the same', () => {
  test.each([
    ['basic', { kind: 'basic' }, { user: 'jo', password: 'pä:ss' }, 'authorization', `Basic ${Buffer.from('jo:pä:ss').toString('base64')}`],
    ['bearer', { kind: 'bearer' }, { token: 'abc' }, 'authorization', 'Bearer abc'],
    ['a scheme of its own', { kind: 'bearer', scheme: 'Token' }, { token: 'abc' }, 'authorization', 'Token abc'],
    ['a key in a header', { kind: 'key', in: 'header', name: 'X-Key' }, { key: 'abc' }, 'x-key', 'abc'],
  ])('%s are sent with each request.', async (_what, auth, settings, header, expected) => {
    const got: unknown[] = []
    const { session } = await serve(auth, settings, ({ headers, response }) => {
      got.push(headers[header])
      json(response, 200, '[]')
    })
    await readAll(things(session))
    expect(new Set(got)).toEqual(new Set([expected]))
  })

  test('A key in the query is sent and never shown.', async () => {
    const { session, server } = await serve({ kind: 'key', in: 'query', name: 'api_key' }, { key: 'very-secret' }, ({ query, response }) => json(response, 400, { message: `bad key ${query.get('api_key')}` }))
    await expect(readAll(things(session))).rejects.toMatchObject({ message: 'GET /things was refused (status 400): bad key •••.' })
    const [result] = await things(session).write!([{ operation: 'create', values: {}, idempotencyKey: 'k' }], writeOptions)
    expect(server.seen[0]).toContain('api_key=very-secret')
    expect(JSON.stringify(result)).not.toContain('very-secret')
  })

  test.each([401, 403])('Status %i is class auth, surely not executed, and shows no secret.', async (status) => {
    const { session, server } = await serve({ kind: 'bearer' }, { token: 'very-secret' }, ({ response }) => json(response, status, { message: 'token very-secret is wrong' }))
    await expect(session.check(never)).rejects.toMatchObject({ class: 'auth', executed: false, message: expect.not.stringContaining('very-secret') })
    const writing = things(session).write!([{ operation: 'create', values: {}, idempotencyKey: 'k' }], writeOptions)
    await expect(writing).rejects.toMatchObject({ class: 'auth', executed: false })
    expect(server.seen).toHaveLength(2)
  })

  test.each([
    [{ kind: 'bearer' }, {}, 'token'],
    [{ kind: 'basic' }, { user: 'jo' }, 'password'],
    [{ kind: 'bearer' }, { token: 'a\r\nX-Evil: 1' }, 'token'],
    [{ kind: 'basic' }, { user: 'a:b', password: 'x' }, 'user'],
  ])('With %j and %j it names the setting that is missing or wrong.', async (auth, settings, name) => {
    await expect(serve(auth, settings, () => {})).rejects.toMatchObject({ code: 'http.setting', details: { setting: name }, message: expect.not.stringContaining('Evil') })
  })

  test('Without a word about it in the manifest, check asks for a list, which shows whether the credentials are good.', async () => {
    const server = await startServer(({ path, headers, response }) => json(response, path === '/' || headers['authorization'] === 'Bearer good' ? 200 : 401, '[{"id":1}]'))
    open.push(server)
    const opened = async (token: string): Promise<SystemSession> => {
      const session = await openHttp(server.url, { token, definition: { http: 1, auth: { kind: 'bearer' }, resources: { things: { list: { path: '/things' } } } } as never })
      open.push(session)
      return session
    }
    await expect((await opened('good')).check(never)).resolves.toEqual({})
    await expect((await opened('wrong')).check(never)).rejects.toMatchObject({ class: 'auth' })
  })

  test('Credentials that fail in the middle of a batch leave the rest for later and keep what was done.', async () => {
    let left = 2
    const { session } = await serve({ kind: 'bearer' }, { token: 'abcd' }, ({ response }) => {
      left -= 1
      if (left >= 0) json(response, 201, { id: left })
      else json(response, 401, {})
    })
    const items = Array.from({ length: 12 }, (_, index) => ({ operation: 'create' as const, values: {}, idempotencyKey: `k${index}` }))
    const results = await things(session).write!(items, writeOptions)
    expect(results.filter((result) => result.is === 'done')).toHaveLength(2)
    expect(results.filter((result) => result.is === 'later')).toHaveLength(10)
  })
})

describe('OAuth 2 client credentials', () => {
  const settings = { client_id: 'hub', client_secret: 'very secret+' }
  function tokenServer(life: number | undefined, accepts: (token: string) => boolean = () => true) {
    const state = { issued: 0, authorization: '', form: '' }
    return { state, answer: ({ path, headers, body, response }: Received) => {
      if (path === '/token') {
        state.issued += 1
        state.authorization = String(headers['authorization'])
        state.form = body
        // Long enough for other callers to come by meanwhile.
        setTimeout(() => json(response, 200, { access_token: `token-${state.issued}`, token_type: 'bearer', ...(life === undefined ? {} : { expires_in: life }) }), 20)
        return
      }
      const token = String(headers['authorization']).replace('Bearer ', '')
      if (accepts(token)) json(response, 200, '[{"id":1}]')
      else json(response, 401, { message: 'expired' })
    } }
  }

  test('One token serves many requests, and many callers at once cause one call for it.', async () => {
    const { state, answer } = tokenServer(3_600)
    const { session } = await serve({ kind: 'oauth2', token_path: '/token', scope: 'read write' }, settings, answer)
    await Promise.all(Array.from({ length: 8 }, () => readAll(things(session))))
    await readAll(things(session))
    expect(state.issued).toBe(1)
    expect(state.form).toBe('grant_type=client_credentials&scope=read+write')
    expect(state.authorization).toBe(`Basic ${Buffer.from('hub:very+secret%2B').toString('base64')}`)
  })

  test('It is renewed before it expires, by the clock.', async () => {
    const { state, answer } = tokenServer(300)
    const clock = virtualClock(1_000_000)
    const { session } = await serve({ kind: 'oauth2', token_path: '/token', client: 'body' }, settings, answer, { clock })
    await readAll(things(session))
    clock.advance(239_000)
    await readAll(things(session))
    expect(state.issued).toBe(1)
    clock.advance(2_000)
    await readAll(things(session))
    expect(state.issued).toBe(2)
    expect(state.form).toContain('client_secret=very+secret%2B')
  })

  test('A token that lives shorter than the margin is still used for half its life.', async () => {
    const { state, answer } = tokenServer(30)
    const clock = virtualClock(1_000_000)
    const { session } = await serve({ kind: 'oauth2', token_path: '/token' }, settings, answer, { clock })
    await readAll(things(session))
    clock.advance(14_000)
    await readAll(things(session))
    expect(state.issued).toBe(1)
  })

  test('A token that is refused is renewed once for eight concurrent callers, and each repeats its request once.', async () => {
    const { state, answer } = tokenServer(3_600, (token) => token !== 'token-1')
    const { session, server } = await serve({ kind: 'oauth2', token_path: '/token' }, settings, answer)
    const reads = await Promise.all(Array.from({ length: 8 }, () => readAll(things(session))))
    expect(reads.map((read) => read.keys)).toEqual(Array.from({ length: 8 }, () => ['1']))
    expect(state.issued).toBe(2)
    expect(server.seen.filter((line) => line === 'GET /things').length).toBeLessThanOrEqual(16)
  })

  test('A new token that is refused too is class auth, after exactly one repetition.', async () => {
    const { state, answer } = tokenServer(3_600, () => false)
    const { session, server } = await serve({ kind: 'oauth2', token_path: '/token' }, settings, answer)
    await expect(readAll(things(session))).rejects.toMatchObject({ class: 'auth', executed: false })
    expect(state.issued).toBe(2)
    expect(server.seen).toEqual(['POST /token', 'GET /things', 'POST /token', 'GET /things'])
  })

  test.each([
    [400, { error: 'invalid_client', error_description: 'very secret+ is wrong' }, 'auth'],
    [401, {}, 'auth'],
    [200, {}, 'auth'],
    [200, { access_token: 'a\r\nX: 1' }, 'auth'],
    [429, {}, 'limit'],
    [503, {}, 'remote'],
  ])('A token service that answers %i %j is class %s, and the request itself was surely not sent.', async (status, body, errorClass) => {
    const { session, server } = await serve({ kind: 'oauth2', token_path: '/token' }, settings, ({ response }) => json(response, status, body))
    await expect(readAll(things(session))).rejects.toMatchObject({ class: errorClass, executed: false, message: expect.not.stringContaining('secret') })
    expect(server.seen).toEqual(['POST /token'])
  })

  test('A token service at an address of its own is allowed because the settings name it.', async () => {
    const tokens = await startServer(({ response }) => json(response, 200, { access_token: 'token-9' }))
    open.push(tokens)
    const { session } = await serve({ kind: 'oauth2' }, { ...settings, token_url: `${tokens.url}/oauth/token?tenant=7` }, ({ headers, response }) => json(response, 200, `[{"id":"${String(headers['authorization'])}"}]`))
    expect((await readAll(things(session))).keys).toEqual(['Bearer token-9'])
    expect(tokens.seen).toEqual(['POST /oauth/token?tenant=7'])
  })
})
