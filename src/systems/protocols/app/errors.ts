import { registerErrors } from '../../../base/errors.ts'

registerErrors({
  'apps.setting': { class: 'config', hint: 'Correct the setting {setting} of the system in the plan, or in the environment.' },
  'apps.box': { class: 'environment', hint: 'See whether the file can be read and written, and whether another program holds it.' },
  'apps.key': { class: 'config', hint: 'Name plain paths in `key`, or leave it out: then Plimsoll makes the keys.' },
  'apps.bell_failing': { class: 'remote', hint: 'See whether the application takes webhooks at its webhook_url. It is called again by itself; meanwhile it can read what changed.' },
  'apps.bell_given_up': { class: 'config', hint: 'Mend the application or its webhook_url and start `plimsoll serve` again; nothing is lost, it can read what changed since its position.' },
})
