/** An OAuth 2 server: discovery, authorisation code with PKCE, client credentials, refresh tokens that are good once. */
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { type SystemDefinition, installedVersion } from './system.ts'

const CLIENT = 'tests'
/** How long an access token is good. */
const SECONDS = 60

export const OAUTH: SystemDefinition = {
  name: 'oauth',
  kind: 'OAuth 2 server',
  title: 'OAuth 2',
  proof: 'double',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 70,
  seconds: 2,
  inMemory: true,
  async start(place) {
    const port = await place.port()
    const child = place.run('node', [join(place.software, 'run.mjs')], {
      env: { PORT: String(port), OAUTH_CLIENT: CLIENT, OAUTH_SECRET: PASSWORD, OAUTH_SECONDS: String(SECONDS), OAUTH_ISSUER: `http://127.0.0.1:${place.front}` },
    })
    await until('oauth2-mock-server', 30, child, async () => { if (!child.output().includes('ready')) throw new Error('it is not ready') })
    return {
      port, version: installedVersion(place, 'oauth2-mock-server'), log: child.output,
      access: { client: CLIENT, secret: PASSWORD, token: '/token', authorize: '/authorize', discovery: '/.well-known/openid-configuration', seconds: SECONDS },
    }
  },
}
