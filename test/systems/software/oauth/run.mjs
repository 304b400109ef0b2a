// An OAuth 2 server on 127.0.0.1:PORT that is as strict as the vendors are: it knows its client, a code and a refresh token are good
// once, and a refresh token that comes a second time ends every token that came of it.
import { OAuth2Server } from 'oauth2-mock-server'

const { OAUTH_CLIENT: client, OAUTH_SECRET: secret, OAUTH_SECONDS: seconds, OAUTH_ISSUER: issuer, PORT: port } = process.env
const server = new OAuth2Server()
if (issuer) server.issuer.url = issuer
await server.issuer.keys.generate('RS256')

/** Refresh token → the family that it belongs to. */
const good = new Map()
const used = new Map()
const codes = new Set()
const ended = new Set()
let families = 0

const credentials = (request) => {
  const [kind, value] = (request.headers.authorization ?? '').split(' ')
  if (kind?.toLowerCase() === 'basic') return Buffer.from(value ?? '', 'base64').toString().split(':').map(decodeURIComponent)
  return [request.body.client_id, request.body.client_secret]
}
server.service.on('beforeResponse', (response, request) => {
  const refuse = (status, error) => {
    response.statusCode = status
    response.body = { error }
  }
  const { body } = request
  const [id, key] = credentials(request)
  // A public client has no secret: its code is bound to a verifier, which the server itself checks.
  const publicly = body.grant_type === 'authorization_code' && typeof body.code_verifier === 'string' && key === undefined
  if (id !== client || (!publicly && key !== secret && body.grant_type !== 'refresh_token')) return refuse(401, 'invalid_client')
  let family
  if (body.grant_type === 'authorization_code') {
    if (codes.has(body.code)) return refuse(400, 'invalid_grant')
    codes.add(body.code)
  }
  if (body.grant_type === 'refresh_token') {
    family = good.get(body.refresh_token)
    if (family === undefined || ended.has(family)) {
      if (used.has(body.refresh_token)) ended.add(used.get(body.refresh_token))
      return refuse(400, 'invalid_grant')
    }
    good.delete(body.refresh_token)
    used.set(body.refresh_token, family)
  }
  if (response.body && typeof response.body === 'object') {
    response.body.expires_in = Number(seconds)
    if (response.body.refresh_token) good.set(response.body.refresh_token, family ?? (families += 1))
  }
  return undefined
})
server.service.on('beforeTokenSigning', (token) => { token.payload.exp = Math.floor(Date.now() / 1000) + Number(seconds) })
await server.start(Number(port), '127.0.0.1')
process.stdout.write('ready\n')
process.once('SIGTERM', () => void server.stop().finally(() => process.exit(0)))
