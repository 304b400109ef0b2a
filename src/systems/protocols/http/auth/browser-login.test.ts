import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { credentialsIn } from '../../../../../test/support/credentials.ts'
import { json, openHttp, readAll, specOf, startServer } from '../../../../../test/support/http-servers.ts'
import { newStore } from '../../../../../test/support/stores.ts'
import { systemClock, virtualClock } from '../../../../base/clock.ts'
import type { Store } from '../../../../store/contract.ts'
import type { SettingValues, SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const AUTH = { kind: 'oauth2', grant: 'authorization_code', authorize_path: '/authorize', token_path: '/token', client: 'none', scope: 'read offline', authorize_parameters: { audience: 'shop' } }

/** A service that gives one code for each challenge and checks the proof (RFC 7636 §4.6). */
async function service(over: { readonly refresh?: boolean; readonly answer?: (form: URLSearchParams) => object | undefined } = {}) {
  const forms: URLSearchParams[] = []
  const challenges = new Map<string, string>()
  let issued = 0
  const server = await startServer(({ path, body, headers, response }) => {
    if (path === '/things') return headers.authorization === `Bearer access-${issued}` ? json(response, 200, '[{"id":1}]') : json(response, 401, {})
    const form = new URLSearchParams(body)
    forms.push(form)
    const instead = over.answer?.(form)
    if (instead) return json(response, 400, instead)
    const proof = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
    const good = form.get('grant_type') === 'authorization_code' ? challenges.get(form.get('code') ?? '') === proof : form.get('refresh_token') === `refresh-${issued}`
    if (!good) return json(response, 400, { error: 'invalid_grant' })
    issued += 1
    json(response, 200, { access_token: `access-${issued}`, expires_in: 300, ...(over.refresh === false ? {} : { refresh_token: `refresh-${issued}` }) })
  })
  open.push(server)
  /** What a person who agrees is led back to. */
  const agree = (address: string): string => {
    const asked = new URL(address).searchParams
    const code = `code-${challenges.size + 1}`
    challenges.set(code, asked.get('code_challenge')!)
    return `${asked.get('redirect_uri')}?${new URLSearchParams({ code, state: asked.get('state')!, iss: server.url })}`
  }
  return { ...server, forms, agree }
}
async function at(url: string, store: Store | undefined, settings: SettingValues = {}, clock = systemClock): Promise<SystemSession> {
  const session = await openHttp(url, { client_id: 'hub', definition: { http: 1, auth: AUTH, resources: { things: { list: { path: '/things' } } } } as never, ...settings }, { clock, ...(store ? { credentials: credentialsIn(store, { clock }) } : {}) })
  open.push(session)
  return session
}
const BACK = 'http://127.0.0.1:5555/callback'
const things = (session: SystemSession) => readAll(session.resource(specOf('things')))

describe('a login in a browser', () => {
  test('The address asks for what the manifest says, with a proof; the code is exchanged for tokens that are kept and renewed.', async () => {
    const shop = await service()
    const store = newStore()
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    const session = await at(shop.url, store, {}, clock)
    await expect(things(session)).rejects.toMatchObject({ code: 'http.login_needed', class: 'auth', executed: false })
    const turn = session.login!.begin(BACK)
    const asked = new URL(turn.address)
    expect(asked.pathname).toBe('/authorize')
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      audience: 'shop', response_type: 'code', client_id: 'hub', redirect_uri: BACK, scope: 'read offline', state: expect.stringMatching(/^[\w-]{32}$/), code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256',
    })
    expect(await turn.finish(shop.agree(turn.address))).toEqual({ renews: true })
    expect(Object.fromEntries(shop.forms[0]!)).toEqual({ grant_type: 'authorization_code', code: 'code-1', redirect_uri: BACK, client_id: 'hub', code_verifier: expect.stringMatching(/^[\w-]{43}$/) })
    expect(await things(session)).toMatchObject({ keys: ['1'] })
    clock.advance(290_000)
    // Another process goes on with it.
    expect(await things(await at(shop.url, store, {}, clock))).toMatchObject({ keys: ['1'] })
    expect(shop.forms.map((form) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token'])
    const kept = JSON.stringify(await store.transaction((tx) => tx.secrets(), { readOnly: true }))
    expect(kept).not.toMatch(/access-|refresh-|code-/)
  })

  test('A second login replaces the first one, also after that was used.', async () => {
    const shop = await service()
    const store = newStore()
    for (let round = 0; round < 2; round += 1) {
      const session = await at(shop.url, store)
      const turn = session.login!.begin(BACK)
      await turn.finish(shop.agree(turn.address))
      expect(await things(session)).toMatchObject({ keys: ['1'] })
    }
  })

  test.each([
    ['the answer to another login', (back: string) => back.replace(/state=[^&]+/, 'state=other'), 'http.login_state'],
    ['no state', (back: string) => back.replace(/&?state=[^&]+/, ''), 'http.login_state'],
    ['two states', (back: string) => `${back}&state=x`, 'http.login_state'],
    ['nothing', () => '', 'http.login_state'],
    ['no address', () => 'http://[', 'http.login_state'],
    ['a refusal', (back: string) => back.replace(/code=[^&]+/, 'error=access_denied&error_description=%3Cb%3Eno%0A'), 'http.login_refused'],
    ['no code', (back: string) => back.replace(/code=[^&]+/, ''), 'http.login_refused'],
    ['two codes', (back: string) => `${back}&code=x`, 'http.login_refused'],
    ['a wrong code', (back: string) => back.replace(/code=[^&]+/, 'code=stolen'), 'http.login_refused'],
  ])('With %s nobody is logged in, and a login that was there stays.', async (_what, change, code) => {
    const shop = await service()
    const store = newStore()
    const session = await at(shop.url, store)
    const first = session.login!.begin(BACK)
    await first.finish(shop.agree(first.address))
    const turn = session.login!.begin(BACK)
    await expect(turn.finish(change(shop.agree(turn.address)))).rejects.toMatchObject({ code, class: 'auth', message: expect.not.stringMatching(/[<>\n]/) })
    expect(await things(await at(shop.url, store))).toMatchObject({ keys: ['1'] })
  })

  test('The code of one login is worth nothing with the proof of another.', async () => {
    const shop = await service()
    const session = await at(shop.url, newStore())
    const [mine, other] = [session.login!.begin(BACK), session.login!.begin(BACK)]
    const stolen = new URL(shop.agree(other.address)).searchParams.get('code')!
    const own = shop.agree(mine.address).replace(/code=[^&]+/, `code=${stolen}`)
    await expect(mine.finish(own)).rejects.toMatchObject({ code: 'http.login_refused' })
  })

  test('What stands behind the question mark is enough to paste; a service that gives no refresh token says that it ends.', async () => {
    const shop = await service({ refresh: false })
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    const session = await at(shop.url, newStore(), {}, clock)
    const turn = session.login!.begin(BACK)
    expect(await turn.finish(`  ${shop.agree(turn.address).split('?')[1]!}\n`)).toEqual({ renews: false })
    expect(await things(session)).toMatchObject({ keys: ['1'] })
    clock.advance(400_000)
    await expect(things(session)).rejects.toMatchObject({ code: 'http.login_needed', message: expect.stringContaining('no refresh token') })
  })

  test('A secret of the service is not shown when it refuses, and without a store nobody logs in.', async () => {
    const shop = await service({ answer: (form) => ({ error: 'invalid_request', error_description: `${form.get('code')} ${form.get('code_verifier')}` }) })
    const session = await at(shop.url, newStore())
    const turn = session.login!.begin(BACK)
    const back = shop.agree(turn.address)
    await expect(turn.finish(back)).rejects.toMatchObject({ message: expect.not.stringContaining('code-1') })
    await expect(at(shop.url, undefined)).rejects.toMatchObject({ code: 'http.unable' })
    await expect(at(shop.url, newStore(), { redirect_url: 'nowhere' })).rejects.toMatchObject({ code: 'http.setting' })
  })
})
