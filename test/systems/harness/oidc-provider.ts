/** oidc-provider: an OAuth 2 and OpenID server that insists on PKCE and replaces refresh tokens at each use. */
import { join } from 'node:path'
import { until } from './processes.ts'
import { type SystemDefinition, installedVersion } from './system.ts'

export const OIDC_PROVIDER: SystemDefinition = {
  name: 'oidc-provider',
  kind: 'login',
  title: 'OpenID Connect',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 90,
  seconds: 3,
  async start(place) {
    const port = await place.port()
    const child = place.run('node', [join(place.software, 'run.mjs')], { env: { PORT: String(port), TOKEN_SECONDS: '4' } })
    await until('oidc-provider', 30, child, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(2_000) })
      if (!answer.ok) throw new Error(`its description is ${answer.status}`)
    })
    return { port, version: installedVersion(place, 'oidc-provider'), log: child.output, access: { client: 'hub', client_with_secret: 'hub-with-secret', client_secret: 'a secret/with+signs' } }
  },
}
