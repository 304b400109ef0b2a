import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandLine } from '../../src/cli/command-line.ts'
import { Browser } from '../support/browser.ts'
import { proves, saw } from './harness/proof.ts'
import { startSystem, type RunningSystem } from './harness/start.ts'

let provider: RunningSystem
let folder: string
beforeAll(async () => {
  provider = await startSystem('oidc-provider')
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-login-'))
}, 600_000)
afterAll(async () => {
  await provider?.end()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const plan = (client: string, settings: string): string => `
plimsoll: 1
name: A login in a browser
systems:
  shop:
    connector: http
    settings:
      url: ${provider.url}
      client_id: ${client}
      ${settings}
      definition:
        http: 1
        auth: { kind: oauth2, grant: authorization_code, authorize_path: /auth, token_path: /token, scope: openid offline_access, authorize_parameters: { prompt: consent }${client === 'hub' ? ', client: none' : ''} }
        resources: { things: { list: { path: /things } } }
    holds: { thing: { resource: things, fields: { account: account } } }
entities: { thing: { fields: { account: text } } }
`

/** The answer as JSON; \`printed\` gets what stands on the error stream, as it comes. */
async function run(argv: readonly string[], printed?: (text: string) => void): Promise<{ exit: number; answer: { ok: boolean; result: { records?: { values: unknown }[] }; error: { code: string } | null } }> {
  const [out, error] = [process.stdout.write, process.stderr.write]
  let text = ''
  process.stdout.write = ((chunk: string) => ((text += chunk), true)) as typeof process.stdout.write
  process.stderr.write = ((chunk: string) => (printed?.(String(chunk)), true)) as typeof process.stderr.write
  try {
    const exit = await commandLine([...argv, '--json'], { env: { PLIMSOLL_SECRET_KEY: 'kept-under-this-key-for-tests-only', PLIMSOLL_SYSTEM_SHOP_CLIENT_SECRET: String(provider.access['client_secret']) } })
    return { exit, answer: JSON.parse(text) as never }
  } finally {
    process.stdout.write = out
    process.stderr.write = error
  }
}

test.each([['a public client, which only its proof tells apart', 'hub'], ['a client with a secret', 'hub-with-secret']])('With %s a person logs in once; then the token renews itself, and each refresh token is used once.', async (_what, client) => {
  const at = join(folder, client)
  writeFileSync(`${at}.yaml`, plan(client, ''))
  const where = `${at}.yaml`
  expect((await run(['connectors', 'read', where, 'shop/things'])).answer.error).toMatchObject({ code: 'http.login_needed' })

  const browsing: Promise<unknown>[] = []
  const { exit, answer } = await run(['connectors', 'login', where, 'shop'], (text) => {
    const address = /^http:\S+\/auth\?\S+$/m.exec(text)?.[0]
    if (address === undefined) return
    browsing.push(new Browser().logIn(address, 'jo').then(async (back) => {
      // Somebody else's answer does not end the login.
      const forged = new URL(back)
      forged.searchParams.set('state', 'another')
      expect((await fetch(forged)).status).toBe(400)
      return (await fetch(back)).status
    }))
  })
  expect({ exit, ok: answer.ok, result: answer.result }).toEqual({ exit: 0, ok: true, result: { system: 'shop', renews: true } })
  expect(await Promise.all(browsing)).toEqual([200])

  // Its tokens are good for four seconds, and renewed after two: each refresh token is shown once, or the provider would end the login.
  for (let round = 1; round <= 3; round += 1) {
    await new Promise((resolve) => { setTimeout(resolve, 2_100) })
    expect((await run(['connectors', 'read', where, 'shop/things'])).answer.result.records).toMatchObject([{ values: { account: 'jo' } }])
    expect(provider.counts().get('POST /token')).toBe(1 + round)
  }
  if (provider.requests().some((one) => one.path.startsWith('/token') && one.status === 200)) saw('oidc-provider', 'logins', 'log in')
  proves('oidc-provider', 'logins', ['log in'])
  provider.forget()
}, 120_000)

test('A refused consent is told, and the login that was there stays.', async () => {
  const where = join(folder, 'refused.yaml')
  writeFileSync(where, plan('hub', '').replace('scope: openid offline_access', 'scope: openid nonsense').replace('prompt: consent', 'prompt: none'))
  const { exit, answer } = await run(['connectors', 'login', where, 'shop'], (text) => {
    const address = /^http:\S+\/auth\?\S+$/m.exec(text)?.[0]
    if (address !== undefined) void new Browser().logIn(address, 'jo').then((back) => fetch(back))
  })
  expect(exit).toBe(1)
  expect(answer.error).toMatchObject({ code: 'http.login_refused', message: expect.stringContaining('login_required') })
}, 120_000)
