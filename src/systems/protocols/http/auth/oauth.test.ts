import { afterEach, describe, expect, test } from 'vitest'
import { credentialsIn, KEY, RotatingTokens } from '../../../../../test/support/credentials.ts'
import { json, never, openHttp, readAll, type Running, specOf, startServer } from '../../../../../test/support/http-servers.ts'
import { newStore } from '../../../../../test/support/stores.ts'
import { virtualClock } from '../../../../base/clock.ts'
import type { Store } from '../../../../store/contract.ts'
import type { ConnectorContext, SettingValues, SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const AUTH = { kind: 'oauth2', grant: 'refresh_token', token_path: '/token' }
interface Shop extends Running { readonly tokens: RotatingTokens; readonly seen: string[] }

async function shop(tokens = new RotatingTokens(), onCall: () => Promise<void> = async () => undefined): Promise<Shop> {
  const server = await startServer(async (request) => {
    if (request.path === '/token') return tokens.answer(request)
    await onCall()
    if (tokens.accepts(request.headers['authorization'])) return json(request.response, 200, '[{"id":1}]')
    return json(request.response, 401, { message: `not ${String(request.headers['authorization'])}` })
  })
  open.push(server)
  return { ...server, tokens }
}
async function login(at: Shop, store: Store, over: { readonly settings?: SettingValues; readonly context?: Partial<ConnectorContext>; readonly key?: string; readonly auth?: object } = {}): Promise<SystemSession> {
  const session = await openHttp(at.url, {
    client_id: 'hub', client_secret: 'hub-secret', refresh_token: 'fam-refresh-0',
    definition: { http: 1, auth: over.auth ?? AUTH, resources: { things: { list: { path: '/things' } } } } as never, ...over.settings,
  }, { credentials: credentialsIn(store, { ...(over.key === undefined ? {} : { key: over.key }), ...(over.context?.clock ? { clock: over.context.clock } : {}) }), ...over.context })
  open.push(session)
  return session
}
const read = async (session: SystemSession): Promise<string> => (await readAll(session.resource(specOf('things')))).keys.join()
const rows = (store: Store) => store.transaction((tx) => tx.secrets(), { readOnly: true })

describe('refresh tokens that can be used once', () => {
  test('Eight flows of two processes that all need a token share one refresh.', async () => {
    const at = await shop()
    const store = newStore()
    const sessions = [await login(at, store), await login(at, store)]
    at.tokens.before = async () => new Promise((resolve) => setTimeout(() => resolve(undefined), 50))
    const reads = await Promise.all(Array.from({ length: 8 }, (_, i) => read(sessions[i % 2]!)))
    expect(reads).toEqual(Array.from({ length: 8 }, () => '1'))
    expect(at.tokens.shown).toEqual(['fam-refresh-0'])
  })

  test('The next token is in the store, sealed, before the first call is made with it.', async () => {
    const store = newStore()
    const stored: unknown[] = []
    const atFirstCall: unknown[] = []
    const at = await shop(new RotatingTokens(), async () => void atFirstCall.push(await rows(store)))
    const session = await login(at, store)
    at.tokens.before = async () => {
      stored.push(await rows(store))
      return undefined
    }
    await read(session)
    expect(stored).toMatchObject([[{ rev: 0, usedAt: expect.any(Number), holder: expect.any(String) }]])
    expect(atFirstCall).toMatchObject([[{ rev: 1, usedAt: null, holder: null }]])
    const [row] = await rows(store)
    expect(row).toMatchObject({ system: 'shop', rev: 1, usedAt: null, holder: null })
    expect(JSON.stringify(await rows(store))).not.toMatch(/fam-(refresh|access)|hub-secret/)
    // Another process goes on with it, and needs no refresh while the token is good.
    expect(await read(await login(at, store))).toBe('1')
    expect(at.tokens.issued).toBe(1)
  })

  test('An expired token is renewed before it is used, a refused one once, and each refresh token is shown once.', async () => {
    const at = await shop()
    const store = newStore()
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    at.tokens.lifeSeconds = 300
    const session = await login(at, store, { context: { clock } })
    await read(session)
    clock.advance(241_000)
    await read(session)
    expect(at.tokens.issued).toBe(2)
    expect(at.seen.filter((line) => line.startsWith('GET'))).toHaveLength(2)
    at.tokens.expire()
    expect(await Promise.all(Array.from({ length: 8 }, () => read(session)))).toEqual(Array.from({ length: 8 }, () => '1'))
    expect(at.tokens.shown).toEqual(['fam-refresh-0', 'fam-refresh-1', 'fam-refresh-2'])
  })

  test('A token that runs out while the call waits for its place in the rate budget is renewed before the call.', async () => {
    const at = await shop()
    const store = newStore()
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    at.tokens.lifeSeconds = 300
    let waitMs = 0
    const session = await login(at, store, { context: { clock, budget: async () => { clock.advance(waitMs) } } })
    await read(session)
    waitMs = 600_000
    at.tokens.expire()
    await read(session)
    expect(at.seen).toEqual(['POST /token', 'GET /things', 'POST /token', 'GET /things'])
  })

  test('A service that gives no new refresh token is shown the old one again.', async () => {
    let n = 0
    const shown: (string | null)[] = []
    const server = await startServer(({ path, body, headers, response }) => {
      if (path !== '/token') return json(response, headers['authorization'] === `Bearer access-${n}` ? 200 : 401, '[]')
      shown.push(new URLSearchParams(body).get('refresh_token'))
      json(response, 200, { access_token: `access-${(n += 1)}` })
    })
    open.push(server)
    const session = await login({ ...server, tokens: new RotatingTokens() }, newStore(), { settings: { refresh_token: 'lasting' } })
    await read(session)
    n = 7
    await read(session)
    expect(shown).toEqual(['lasting', 'lasting'])
  })

  test('A public client sends its id and no secret.', async () => {
    const at = await shop()
    let form = ''
    const server = await startServer(async (request) => {
      form = request.body
      expect(request.headers['authorization']).toBeUndefined()
      await at.tokens.answer(request)
    })
    open.push(server)
    const session = await login(at, newStore(), { auth: { ...AUTH, client: 'none' }, settings: { client_secret: '', token_url: `${server.url}/t` } })
    await read(session)
    expect(form).toBe('grant_type=refresh_token&refresh_token=fam-refresh-0&client_id=hub')
  })
})

describe('what is kept and what is set', () => {
  test('The kept token wins, unless the setting has another value: then the login begins anew.', async () => {
    const at = await shop()
    const store = newStore()
    await read(await login(at, store))
    at.tokens.expire()
    await read(await login(at, store))
    expect(at.tokens.shown).toEqual(['fam-refresh-0', 'fam-refresh-1'])
    const other = await shop(new RotatingTokens('new'))
    await read(await login({ ...at, url: other.url }, store, { settings: { refresh_token: 'new-refresh-0' } }))
    expect(other.tokens.shown).toEqual(['new-refresh-0'])
    expect(await rows(store)).toHaveLength(2)
  })

  test('Without a key nothing is asked for, and the error names the variable.', async () => {
    const at = await shop()
    const store = newStore()
    await expect(read(await login(at, store, { key: '' }))).rejects.toMatchObject({ code: 'secret.no_key', class: 'environment', executed: false, message: expect.stringContaining('PLIMSOLL_SECRET_KEY'), hint: expect.stringContaining('PLIMSOLL_SECRET_KEY_FILE') })
    expect(at.seen).toEqual([])
    expect(await rows(store)).toEqual([])
  })

  test('A new key before the old one opens what is kept, and from the next token on the old one is needed no more.', async () => {
    const at = await shop()
    const store = newStore()
    const next = 'another-key-that-came-later'
    await read(await login(at, store))
    at.tokens.expire()
    await read(await login(at, store, { key: `${next} ${KEY}` }))
    at.tokens.expire()
    await read(await login(at, store, { key: next }))
    expect(at.tokens.shown).toEqual(['fam-refresh-0', 'fam-refresh-1', 'fam-refresh-2'])
    expect(await rows(store)).toHaveLength(1)
  })

  test('With only another key nothing is shown to the service, so that nothing is lost.', async () => {
    const at = await shop()
    const store = newStore()
    await read(await login(at, store))
    at.tokens.expire()
    await expect(read(await login(at, store, { key: 'quite-another-key-than-before' }))).rejects.toMatchObject({ code: 'secret.other_key', hint: expect.stringContaining('connectors forget <plan> shop') })
    expect(at.tokens.shown).toHaveLength(1)
    expect(await read(await login(at, store))).toBe('1')
  })
})

describe('answers that are lost', () => {
  const lost = async (how: 'drop' | 'fail'): Promise<{ at: Shop; store: Store; clock: ReturnType<typeof virtualClock>; session: SystemSession }> => {
    const at = await shop()
    const store = newStore()
    const clock = virtualClock(Date.UTC(2026, 0, 1, 12))
    at.tokens.before = async () => how
    const session = await login(at, store, { context: { clock } })
    await expect(read(session)).rejects.toMatchObject({ class: 'remote', executed: false })
    at.tokens.before = undefined
    return { at, store, clock, session }
  }

  test.each(['drop', 'fail'] as const)('The old one is tried once more (%s); that it may be used up is known, and the error says since when and what to do.', async (how) => {
    const { at, store, clock, session } = await lost(how)
    clock.advance(5_000)
    await expect(read(session)).rejects.toMatchObject({
      code: 'http.token_lost', class: 'auth', executed: false, message: expect.stringContaining('2026-01-01T12:00:00.000Z'), hint: expect.stringContaining('refresh_token'),
    })
    expect(at.tokens.shown).toEqual(['fam-refresh-0', 'fam-refresh-0'])
    // It is not shown again and again: many services take that for an attack.
    await expect(read(await login(at, store, { context: { clock } }))).rejects.toMatchObject({ code: 'http.token_lost' })
    expect(at.tokens.shown).toHaveLength(2)
    clock.advance(61_000)
    await expect(read(session)).rejects.toMatchObject({ code: 'http.token_lost' })
    expect(at.tokens.shown).toHaveLength(3)
  })

  test('A service that allows the old one once more goes on with what it then gives.', async () => {
    const shown: (string | null)[] = []
    const server = await startServer(({ path, body, response }) => {
      if (path !== '/token') return json(response, 200, '[{"id":1}]')
      shown.push(new URLSearchParams(body).get('refresh_token'))
      if (shown.length === 1) return void response.destroy()
      json(response, 200, { access_token: 'a', refresh_token: `r-${shown.length}` })
    })
    open.push(server)
    const store = newStore()
    const session = await login({ ...server, tokens: new RotatingTokens() }, store)
    await expect(read(session)).rejects.toMatchObject({ class: 'remote' })
    expect(await read(session)).toBe('1')
    expect(shown).toEqual(['fam-refresh-0', 'fam-refresh-0'])
    expect(await rows(store)).toMatchObject([{ rev: 1, usedAt: null }])
  })

  test('A refused token that nobody lost is called run out or withdrawn.', async () => {
    const at = await shop()
    at.tokens.ended = true
    const session = await login(at, newStore())
    await expect(read(session)).rejects.toMatchObject({ code: 'http.token_refused', class: 'auth', executed: false, message: expect.not.stringContaining('fam-') })
  })

  test('A client that is refused, and a service that can’t be reached, leave the token unmarked.', async () => {
    const store = newStore()
    const server = await startServer(({ response }) => json(response, 401, { error: 'invalid_client' }))
    open.push(server)
    await expect(read(await login({ ...server, tokens: new RotatingTokens() }, store))).rejects.toMatchObject({ code: 'http.auth' })
    expect(await rows(store)).toMatchObject([{ rev: 0, usedAt: null, refusedAt: null, holder: null }])
  })

  test('A yes without a token counts as a lost answer, not as a no.', async () => {
    const store = newStore()
    const server = await startServer(({ response }) => json(response, 200, {}))
    open.push(server)
    await expect(read(await login({ ...server, tokens: new RotatingTokens() }, store))).rejects.toMatchObject({ class: 'remote' })
    expect(await rows(store)).toMatchObject([{ rev: 0, usedAt: expect.any(Number), refusedAt: null }])
  })
})

test('What a record is not allowed to is no reason for a new token.', async () => {
  const at = await shop()
  const server = await startServer((request) => (request.path === '/token' ? at.tokens.answer(request) : json(request.response, 403, {})))
  open.push(server)
  await expect((await login({ ...server, tokens: at.tokens }, newStore())).check(never)).rejects.toMatchObject({ code: 'http.auth' })
  expect(at.tokens.issued).toBe(1)
})
