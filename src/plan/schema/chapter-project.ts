/** Chapters 6 and 7 of the plan, when, how much, and the log (plan-language §12, §14, §15). */
import { date, due, duration, key, many, money, named, parties, party, ref, scalar, share, shape, text, word } from './kinds.ts'
import { LABEL } from './named-keys.ts'

const milestone = shape('milestone', 'a milestone', {
  ...LABEL,
  date: key(date, 'The day; `2027-Q2` and `2027-03` mean their last day.', { need: 'required', example: '2027-03-01' }),
  accountable: key(party, 'Who answers for it.', { need: 'asked' }),
}, { main: 'date' })

const launch = shape('launch', 'a launch', {
  milestone: key(ref('milestone'), 'The day of the launch.', { question: 'Building, testing, launching' }),
  first_load: key(many(ref('flow')), 'Flows in the order of the first day.', { need: 'launch', question: 'Cut-over and way back' }),
  freeze: key(shape('freeze', 'a freeze', {
    systems: key(many(ref('system')), 'Systems that nobody changes meanwhile.'),
    from: key(due, 'First day.'),
    until: key(due, 'Last day.'),
  }), 'When nothing may change.'),
  alongside: key(shape('alongside', 'a time side by side', { what: key(text, 'What goes on.'), for: key(duration, 'How long.') }), 'What of the old runs alongside.'),
  go_if: key(many(text), 'What must be so.'),
  go_back: key(many(text), 'The way back, step by step.', { need: 'launch', question: 'Cut-over and way back' }),
  decides: key(party, 'Who says go.', { question: 'Who decides on which aspect?' }),
})

const each = word('day', 'week', 'month', 'quarter', 'year')

const operation = shape('operation', 'an operation', {
  team: key(ref('team'), 'Runs Plimsoll and, by default, all flows.', { need: 'launch', question: 'Resources for it' }),
  hours: key(ref('calendar', 'always'), 'When somebody is there.'),
  tools: key(many(text), 'Tools that are used.', { question: 'Monitoring procedures and tools' }),
  report: key(shape('report', 'a report', { who: key(parties, 'Who gets it.'), each: key(each, 'How often.') }), 'The report on quality.', { question: 'Continuous monitoring of the quality of the exchange' }),
  review: key(shape('operation_review', 'a review', { who: key(parties, 'Who takes part.'), each: key(each, 'How often.'), checks: key(many(text), 'What is looked at.') }), 'The look back.', {
    question: 'Adapting to changes of process and market',
  }),
  staff: key(named(scalar('number'), { key: { is: 'ref', to: 'team', also: [] } }), 'Full-time share of each team.', { question: 'Resources for it' }),
})

const budget = shape('budget', 'a budget', {
  project: key(shape('project_budget', 'a project budget', {
    limit: key(money, 'What it may cost.', { example: '240000 EUR' }),
    contingency: key(share, 'What is kept for surprises.', { example: '15%' }),
    accountable: key(party, 'Who answers for it.'),
  }), 'The project.', { question: 'What workload and time does it take?' }),
  rates: key(named(scalar('price')), 'Price of each role.', { example: '{ architect: 900 EUR/day }' }),
  running: key(named(scalar('price')), 'Running costs.', { example: '{ hosting: 640 EUR/month }', question: 'Budget for upkeep and updates' }),
  maintenance: key(shape('maintenance', 'a maintenance budget', {
    yearly: key(money, 'Each year.', { example: '42000 EUR' }),
    accountable: key(party, 'Who answers for it.'),
  }), 'Upkeep and updates.', { question: 'Budget for upkeep and updates' }),
})

const decision = shape('decision', 'a decision', {
  ...LABEL,
  decision: key(text, 'What was decided.', { need: 'required', question: 'Where are the conclusions documented?' }),
  date: key(date, 'When.', { need: 'asked' }),
  who: key(parties, 'Who decided.', { need: 'asked' }),
  because: key(text, 'Why.'),
  instead_of: key(many(text), 'What was not chosen.'),
  concerns: key(many(text), 'Places in the plan.', { example: 'entities.customer.golden' }),
  status: key(word('proposed', 'accepted', 'rejected', 'replaced'), 'Where it stands.', { default: 'accepted' }),
})

const question = shape('question', 'a question', {
  ...LABEL,
  question: key(text, 'The question, if its key is no place of the plan.'),
  concerns: key(many(text), 'Places in the plan.'),
  ask: key(party, 'Who answers it.'),
  due: key(due, 'By when.'),
  assume: key(text, 'What is taken until then.'),
  note: key(text, 'A note.'),
  waived: key(text, 'Why it needs no answer.'),
  who: key(party, 'Who waived it.'),
  until: key(due, 'How long it stays waived.'),
})

export const PROJECT = {
  milestones: key(named(milestone), 'Days of the project. Every date may be the name of one.', { need: 'asked', example: 'go_live: 2027-03-01' }),
  launch: key(launch, 'The day it starts, and the way back.', { need: 'launch', example: '{ milestone: go_live, first_load: [customers, orders] }' }),
  operation: key(operation, 'Who looks after it afterwards.', { need: 'launch', example: '{ team: integration, hours: office }' }),
  budget: key(budget, 'What it may cost.', { need: 'asked', example: '{ project: { limit: 240000 EUR } }' }),
  decisions: key(named(decision), 'What was decided, and why.', { example: 'customer_home: { date: 2026-11-12, decision: The CRM is the home of the customer }' }),
  questions: key(named(question, { key: 'place' }), 'Open questions that have an owner, and questions that need no answer. The key is a place in the plan or a name.', {
    example: 'systems.courier.interface.documentation: { ask: logistics, due: 2026-12-04 }',
  }),
}
