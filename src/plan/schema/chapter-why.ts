/** Chapter 1 of the plan, why: objectives and problems (plan-language §5). */
import { due, key, named, party, scalar, shape, text } from './kinds.ts'
import { LABEL } from './named-keys.ts'

const objective = shape('objective', 'an objective', {
  ...LABEL,
  statement: key(text, 'What shall be true afterwards, in one sentence.', {
    need: 'required', example: 'Every channel knows the same customer', question: 'Which business objectives does the integration have?',
  }),
  measure: key(text, 'What is counted to know it.', { need: 'asked', example: 'Customers that exist more than once', question: 'How are the objectives measured?' }),
  metric: key(scalar('metric'), 'A number that Plimsoll measures itself; with it and `target` the console shows how far the objective is.', {
    default: 'none: measured outside', example: 'customer.uniqueness',
  }),
  today: key(scalar('measure'), 'The number today.', { need: 'asked', example: '93.2%', question: 'What is the measure today?' }),
  target: key(scalar('measure'), 'The number that is wanted.', { need: 'asked', example: '99.5%', question: 'What shall the measure be?' }),
  due: key(due, 'By when.', { need: 'asked', example: 'go_live', question: 'By when shall the objective be reached?' }),
  accountable: key(party, 'Who answers for it.', { need: 'asked', default: 'deciders.purpose' }),
}, { main: 'statement' })

const problem = shape('problem', 'a problem', {
  ...LABEL,
  statement: key(text, 'What is bad today, in one sentence.', {
    need: 'required', example: 'Orders are typed into the ERP by hand', question: 'Which problems does it solve?',
  }),
  costs: key(text, 'What it costs, in money, hours or customers.', { need: 'asked', example: '3 hours a day', question: 'What do the problems cost?' }),
  accountable: key(party, 'Who suffers most, and says when it is solved.'),
}, { main: 'statement' })

export const WHY = {
  objectives: key(named(objective), 'What the business wants to reach. Flows and processes point here with `serves`.', {
    need: 'asked', example: 'no_overselling: { statement: Nobody buys what is not there, target: 0.1% }',
  }),
  problems: key(named(problem), 'What is bad today and shall go away.', { need: 'asked', example: 'retyping: Orders are typed by hand' }),
}
