/** How to log in, as data. */
import { z } from 'zod'
import { duration, flag, headerName, headerValue, method, sent, text, urlPath } from './manifest-words.ts'
import { placeholders } from './template.ts'

/** Settings that a login may send. */
export const LOGIN = ['user', 'password', 'key', 'client_id', 'client_secret'] as const

/** What a login sends: settings of the system, and nothing of any record. */
const loginCall = z.strictObject({
  path: urlPath([]),
  method: method.optional(),
  query: z.record(z.string(), text).optional(),
  ...sent,
  encoding: z.enum(['json', 'form']).optional(),
})

export const auth = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('session'),
    login: loginCall,
    token: z.string().refine((text) => placeholders(text).some((name) => /^(?:answer|header|cookie)\./.test(name)), { error: 'must name where the answer holds the token: {answer.<path>}, {header.<name>} or {cookie.<name>}' })
      .refine((text) => placeholders(text).every((name) => /^(?:answer|header|cookie|parameter)\./.test(name) || LOGIN.some((setting) => setting === name)), { error: `has an unknown placeholder; known here: {answer.<path>} {header.<name>} {cookie.<name>} ${LOGIN.map((name) => `{${name}}`).join(' ')} {parameter.<name>}` }),
    base64: flag.optional(),
    send: z.strictObject({ header: headerName, value: headerValue.refine((text) => text.includes('{token}'), { error: 'must contain {token}' }).optional() }),
    lasts: duration.optional(),
    logout: loginCall.optional(),
  }),
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic') }),
  z.strictObject({ kind: z.literal('key'), in: z.enum(['header', 'query']), name: z.string().min(1), prefix: headerValue.optional() }),
  z.strictObject({ kind: z.literal('bearer'), scheme: headerValue.optional() }),
  z.strictObject({
    kind: z.literal('oauth2'),
    token_path: urlPath([]).optional(),
    grant: z.enum(['client_credentials', 'refresh_token', 'authorization_code']).optional(),
    authorize_path: urlPath([]).optional(),
    authorize_parameters: z.record(z.string(), text).optional(),
    client: z.enum(['header', 'body', 'none']).optional(),
    scope: z.string().optional(),
    parameters: z.record(z.string(), text).optional(),
    early: duration.optional(),
  }),
])

/** Placeholders of what a login and a logout send. */
export function authChecks(manifest: AuthManifest): { readonly at: readonly string[]; readonly says: string }[] {
  const found: { at: readonly string[]; says: string }[] = []
  if (manifest.kind === 'oauth2' && manifest.grant !== 'authorization_code') {
    for (const key of ['authorize_path', 'authorize_parameters'] as const) if (manifest[key] !== undefined) found.push({ at: ['auth', key], says: 'belongs to `grant: authorization_code`' })
  }
  if (manifest.kind !== 'session') return found
  for (const [name, call, also] of [['login', manifest.login, []], ['logout', manifest.logout, ['token']]] as const) {
    if (call?.graphql !== undefined && call.body !== undefined) found.push({ at: ['auth', name], says: 'has `graphql` and `body`; what is sent stands in one of them' })
    const known: readonly string[] = [...LOGIN, ...also]
    const unknown = placeholders(JSON.stringify([call?.query ?? null, call?.body ?? null, call?.variables ?? null])).filter((used) => !known.includes(used) && !used.startsWith('parameter.'))
    if (unknown.length > 0) found.push({ at: ['auth', name], says: `has the unknown placeholder {${unknown[0]}}; known here: ${known.map((one) => `{${one}}`).join(' ')} {parameter.<name>}` })
  }
  return found
}

export type AuthManifest = z.infer<typeof auth>
