import { PlimsollError, registerErrors } from '../../contract.ts'

/** What can be wrong with a broker or a mail server as a whole; a single message that can't be understood is a BrokenRecord instead. */
registerErrors({
  'messages.setting': { class: 'config', hint: 'Correct the setting {setting} of the system in the plan, or in the environment.' },
  'messages.direction': { class: 'config', hint: 'Make two systems of it in the plan: one that is read and one that is written. What one side publishes the other would take as its own.' },
  'messages.login': { class: 'auth', hint: 'Check `user` and `password` of this system, and what the broker allows them to do, then resume the system.' },
  'messages.denied': { class: 'auth', hint: 'Give the user of this system the right to do it at the broker, then resume the system.' },
  'messages.connection': { class: 'remote', hint: 'Check that the server runs and that its address and the network in between are right. It is tried again.' },
  'messages.certificate': { class: 'config', hint: 'Name the authority that signed the certificate in `ca`, or correct the host in `url`.' },
  'messages.lost': { class: 'remote', hint: 'What was not acknowledged comes again. It is tried again; if it goes on, see the log of the server.' },
  'messages.timeout': { class: 'remote', hint: 'The server did not answer in time. It is tried again.' },
  'messages.missing': { class: 'remote', hint: 'Declare the queue or the exchange at the broker, or correct the name in the plan. Plimsoll makes none by itself.' },
  'messages.taken': { class: 'remote', hint: 'Let nobody else read this queue: each reader would take a part of the messages. Give every reader a queue of its own.' },
  'messages.refused': { class: 'remote', hint: 'See in the log of the server why it refused. It is tried again.' },
})

export const settingError = (setting: string, says: string): PlimsollError => new PlimsollError('messages.setting', `The setting ${setting} ${says}.`, { details: { setting } })
