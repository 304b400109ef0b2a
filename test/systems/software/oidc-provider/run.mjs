/** An OAuth 2 and OpenID server as its authors ship it, with one client of a native application, and one list behind its tokens. */
import { Provider } from 'oidc-provider'

const port = Number(process.env.PORT)
const provider = new Provider(process.env.ISSUER ?? `http://127.0.0.1:${port}`, {
  clients: [
    { client_id: 'hub', application_type: 'native', redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] },
    { client_id: 'hub-with-secret', client_secret: 'a secret/with+signs', application_type: 'native', redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'client_secret_basic', grant_types: ['authorization_code', 'refresh_token', 'client_credentials'], response_types: ['code'] },
  ],
  scopes: ['openid', 'offline_access'],
  features: { clientCredentials: { enabled: true }, revocation: { enabled: true } },
  pkce: { required: () => true },
  // Each refresh token is good once; the second use of one ends the whole login.
  rotateRefreshToken: () => true,
  issueRefreshToken: async (_ctx, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
  ttl: { AccessToken: Number(process.env.TOKEN_SECONDS ?? 300), AuthorizationCode: 60, RefreshToken: 3_600, Grant: 3_600, Session: 3_600, Interaction: 600, IdToken: 300, ClientCredentials: 300 },
  cookies: { keys: ['only-for-tests'] },
})
provider.use(async (ctx, next) => {
  if (ctx.path !== '/things') return next()
  const given = (ctx.get('authorization') ?? '').replace(/^Bearer /, '')
  const token = (await provider.AccessToken.find(given)) ?? (await provider.ClientCredentials.find(given))
  ctx.status = token === undefined ? 401 : 200
  ctx.body = token === undefined ? { error: 'no token' } : [{ id: 1, account: token.accountId ?? token.clientId }]
})
provider.listen(port, '127.0.0.1')
