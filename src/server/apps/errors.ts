import { registerErrors } from '../../base/errors.ts'

registerErrors({
  'apps.token': { class: 'auth', hint: 'Send the token of the application: `Authorization: Bearer <token>`; it is the setting token of the system in the plan.' },
  'apps.origin': { class: 'auth', hint: 'Pages of other sites may call only if the setting origins of the system names them.' },
  'apps.rate': { class: 'limit', hint: 'Call again after the time in Retry-After; `limits.calls` of the system in the plan sets how many calls are answered.' },
  'apps.resource': { class: 'plan', hint: 'GET /apps/<system>/openapi.json lists what this application holds.' },
  'apps.record': { class: 'data', hint: 'It does not exist, or it was deleted.' },
  'apps.query': { class: 'plan', hint: 'GET /apps/<system>/openapi.json says what may be asked.' },
  'apps.position': { class: 'data', hint: 'Read everything again, without `since`, and drop what does not come.' },
  'apps.body': { class: 'data', hint: 'Send one JSON object with the fields of the record, as /apps/<system>/openapi.json describes it.' },
  'apps.fields': { class: 'data', hint: '`errors` names each field and what is wrong with it; nothing was changed.' },
  'apps.read_only': { class: 'plan', hint: 'No flow of the plan takes this from the application; put it into `from` or `between` of a flow.' },
  'apps.condition': { class: 'data', hint: 'Send `If-Match` with the ETag that you read; for a new record under a key of yours `If-None-Match: *`.' },
  'apps.changed': { class: 'conflict', hint: '`current` is the record as it is now: merge, and send the change again with its ETag.' },
  'apps.exists': { class: 'conflict', hint: '`current` is the record that is there. Change it with If-Match.' },
  'apps.once': { class: 'data', hint: 'Send `Idempotency-Key` with a new random text for each new record, and the same text when you repeat the call.' },
  'apps.media_type': { class: 'plan', hint: 'Send JSON with `Content-Type: application/json`; a PATCH may also say application/merge-patch+json.' },
  'apps.two_entities': { class: 'plan', hint: 'Give each entity of the application a `resource` of its own.' },
})

/** By code where a code says more than its class. */
export const STATUS_OF_APPS: Readonly<Record<string, number>> = {
  'apps.token': 401, 'apps.origin': 403, 'apps.rate': 429, 'apps.resource': 404, 'apps.record': 404, 'apps.query': 400, 'apps.position': 410, 'apps.body': 400, 'apps.fields': 422,
  'apps.read_only': 403, 'apps.condition': 428, 'apps.changed': 412, 'apps.exists': 412, 'apps.once': 400, 'apps.media_type': 415,
}
