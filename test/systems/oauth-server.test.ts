import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { describeSystem } from './harness/describe.ts'
import { proves, saw } from './harness/proof.ts'

await describeSystem('oauth', (system) => {
  const token = async (body: Record<string, string>): Promise<{ readonly status: number; readonly said: Record<string, unknown> }> => {
    const { client, secret } = system().access
    const answer = await fetch(`${system().url}/token`, {
      method: 'POST', body: new URLSearchParams(body), headers: { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` },
    })
    return { status: answer.status, said: await answer.json() as Record<string, unknown> }
  }

  test('Its own description names the address at which it is asked.', async () => {
    const said = await (await fetch(`${system().url}/.well-known/openid-configuration`)).json() as Record<string, unknown>
    expect([said['issuer'], said['token_endpoint']]).toEqual([system().url, `${system().url}/token`])
  })

  test('A code with its verifier is good once, and so is each refresh token; one that comes twice ends the login.', async () => {
    const verifier = 'a'.repeat(64)
    const asked = new URL('/authorize', system().url)
    for (const [name, value] of Object.entries({
      response_type: 'code', client_id: String(system().access['client']), redirect_uri: 'http://127.0.0.1:9/back', scope: 'openid', state: 's',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
    })) asked.searchParams.set(name, value)
    const code = new URL((await fetch(asked, { redirect: 'manual' })).headers.get('location')!).searchParams.get('code')!
    const grant = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: 'http://127.0.0.1:9/back' }
    const first = await token(grant)
    expect(first).toMatchObject({ status: 200, said: { token_type: 'Bearer', expires_in: 60 } })
    expect((await token(grant)).status).toBe(400)
    const renew = (refresh_token: unknown) => token({ grant_type: 'refresh_token', refresh_token: String(refresh_token) })
    const second = await renew(first.said['refresh_token'])
    expect(second.status).toBe(200)
    expect(second.said['refresh_token']).not.toBe(first.said['refresh_token'])
    expect(await renew(first.said['refresh_token'])).toMatchObject({ status: 400, said: { error: 'invalid_grant' } })
    expect(await renew(second.said['refresh_token'])).toMatchObject({ status: 400, said: { error: 'invalid_grant' } })
    if (system().requests().some((one) => one.path.startsWith('/token') && one.status === 200)) saw('oauth', 'logins', 'log in')
    proves('oauth', 'logins', ['log in'])
  })

  test('A client that it does not know gets nothing.', async () => {
    const answer = await fetch(`${system().url}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'tests', client_secret: 'wrong' }) })
    expect(answer.status).toBe(401)
  })
})
