import { STATUS_OF_APPS } from './apps/errors.ts'
import { type ErrorClass, type PlimsollError, registerErrors } from '../base/errors.ts'

registerErrors({
  'api.not_found': { class: 'plan', hint: 'GET /api/v1/openapi.json lists what there is.' },
  'api.invalid': { class: 'plan', hint: 'GET /api/v1/openapi.json says what the request may contain.' },
  'api.token': { class: 'auth', hint: 'Send the token that `plimsoll serve` printed: `Authorization: Bearer <token>`. PLIMSOLL_TOKEN sets it.' },
  'api.host': { class: 'auth', hint: 'Use http://127.0.0.1 or http://localhost with the port that `plimsoll serve` printed.' },
  'api.origin': { class: 'auth', hint: 'Pages of other sites may not call Plimsoll.' },
  'api.too_large': { class: 'limit', hint: 'At most 1 MB is taken.' },
  'api.media_type': { class: 'plan', hint: 'Send JSON with `Content-Type: application/json`.' },
  'api.port': { class: 'environment', hint: 'Give another port with --port or PLIMSOLL_PORT; for webhooks PLIMSOLL_HOOKS_PORT, for applications PLIMSOLL_APPS_PORT.' },
  'hooks.unknown': { class: 'plan', hint: 'Webhooks are taken for systems that send by `event`; the path is /hooks/<system>.' },
})

/** By code where a code says more than its class. */
const STATUS: Readonly<Record<string, number>> = {
  'api.not_found': 404, 'api.invalid': 400, 'api.token': 401, 'api.host': 403, 'api.origin': 403, 'api.too_large': 413, 'api.media_type': 415,
  'sync.no_aside': 404, 'sync.no_record': 404, 'sync.nothing_held': 409, 'serve.nothing_to_read': 404, 'hooks.unknown': 404, 'http.webhook_body': 400,
  ...STATUS_OF_APPS,
}
const BY_CLASS: Readonly<Record<ErrorClass, number>> = { plan: 400, config: 500, environment: 503, limit: 429, remote: 502, auth: 401, data: 422, conflict: 409, internal: 500 }

export const statusOf = (error: PlimsollError): number => STATUS[error.code] ?? BY_CLASS[error.class]

/** RFC 9457, with the registry's code and hint. A defect says nothing about its inside. */
export function problemOf(error: PlimsollError, path: string): Record<string, unknown> {
  const status = statusOf(error)
  return {
    type: `urn:plimsoll:error:${error.code}`, title: error.hint, status, detail: error.class === 'internal' ? 'Something went wrong inside Plimsoll; the log of `serve` has the details.' : error.message,
    code: error.code, class: error.class, instance: path,
  }
}
