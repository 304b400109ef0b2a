/** The keys that every named element may have (plan-language §3.4). */
import { type Key, key, many, name, parties, party, text } from './kinds.ts'

export const LABEL: Readonly<Record<string, Key>> = {
  name: key(text, 'Label for people.', { default: 'the key in words' }),
  about: key(text, 'A sentence or more: what it is.'),
  links: key(many(text), 'Tickets and pages that belong to it.'),
  tags: key(many(text), 'Words to find it by.'),
  was: key(many(name), 'Its former name, or several. The next run moves what is stored under the old name.'),
}

export const RESPONSIBLE: Readonly<Record<string, Key>> = {
  accountable: key(party, 'Who decides about it: exactly one person or team.', { need: 'launch', question: 'Who decides on it?' }),
  consulted: key(parties, 'Who is asked before it changes.', { question: 'Which departments are involved, who are the stakeholders?' }),
  informed: key(parties, 'Who is told when it changes.', { question: 'Which departments are involved, who are the stakeholders?' }),
}
