import { registerErrors } from '../../../base/errors.ts'

registerErrors({
  'http.manifest': { class: 'config', hint: 'Mend the manifest at the place named; docs/connectors/http-manifest.md has every key.' },
  'http.setting': { class: 'config', hint: 'Correct the setting {setting} of the system in the plan, or in the environment.' },
  'http.auth': { class: 'auth', hint: 'Check the credentials in the settings of this system and what they are allowed to do, then resume the system.' },
  'http.token_refused': { class: 'auth', hint: 'Log in anew at the system, set its setting refresh_token to the new refresh token, and go on.' },
  'http.token_lost': { class: 'auth', hint: 'Log in anew at the system, set its setting refresh_token to the new refresh token, and go on. Nothing else was lost.' },
  'http.signature': { class: 'auth', hint: 'Check that the webhook secret in the settings is the one that the sender signs with.' },
  'http.webhook_unset': { class: 'config', hint: 'Set webhook_secret for this system (and webhooks in its manifest) before it sends webhooks.' },
  'http.webhook_body': { class: 'data', hint: 'Compare what the system sends with `webhooks` in the manifest.' },
  'http.limit': { class: 'limit', hint: 'The system asks for fewer calls. They are repeated later; `limits.calls` in the plan slows them down from the start.' },
  'http.unreachable': { class: 'remote', hint: 'Check that the system runs and that its address and the network in between are right.' },
  'http.timeout': { class: 'remote', hint: 'The system did not answer in time. It is asked again; `timeout` in the manifest sets how long to wait.' },
  'http.broken': { class: 'remote', hint: 'The connection broke before the answer was whole. It is asked again.' },
  'http.server': { class: 'remote', hint: 'The system itself has a fault. It is asked again; if it goes on, tell whoever operates it.' },
  'http.answer': { class: 'remote', hint: 'Compare the answer with the manifest: `records`, `record` and `key` must point to what the system sends.' },
  'http.too_large': { class: 'config', hint: 'Ask for smaller pages (`page_size`), or raise max_response_mb if such answers are right.' },
  'http.refused': { class: 'config', hint: 'The system refuses the request itself. Check path, method and query in the manifest.' },
  'http.not_there': { class: 'config', hint: 'Check the resource name in the plan, and the path in the manifest.' },
  'http.origin': { class: 'config', hint: 'Requests only go to the address in `url`. If the system has moved, change `url`.' },
  'http.paging': { class: 'remote', hint: 'The list never ends properly. Check `paging` in the manifest.' },
  'http.unable': { class: 'config', hint: 'Add what is missing to the resource in the manifest, or change the plan so that it is not needed.' },
})
