/** Error codes of this folder. Values that are no value of their type are no errors but results (`Broken`). */
import { registerErrors } from '../../base/errors.ts'

registerErrors({
  'type.limit': { class: 'plan', hint: 'Write the limit as a value of the field\'s own type.' },
  'type.pattern': { class: 'plan', hint: 'Use letters, classes, groups, `|` and quantifiers; no look-around and no back references.' },
  'type.format': { class: 'plan', hint: 'Use a pattern of yyyy, MM, dd, HH, mm, ss, SSS, XXX and the like, or unix, unix_ms.' },
  'type.zone': { class: 'plan', hint: 'Use a name of the IANA time zone database, for example Europe/Berlin or UTC.' },
  'type.unwritable': { class: 'data', hint: 'Change the mapping of this field, or the value, so that the system has a form for it.' },
})
