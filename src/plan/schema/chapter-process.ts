/** Chapter 4 of the plan, how it goes and what may go wrong: processes, scenarios, channels, calendars (plan-language §10 to §12). */
/* oxlint-disable unicorn/no-thenable -- `then` is a word of the plan language; this data is never awaited. */
import { byForm, cel, date, duration, flag, key, many, named, parties, rate, ref, scalar, shape, text, word } from './kinds.ts'
import { volume } from './chapter-flows.ts'
import { rung } from './chapter-who.ts'
import { settings } from './mapping.ts'
import { LABEL, RESPONSIBLE } from './named-keys.ts'

const step = shape('step', 'a step', {
  ...LABEL,
  who: key(ref('lane', 'plimsoll'), 'Person, team or system that does it: the lane of the diagram.', { need: 'asked' }),
  does: key(text, 'What is done.', { need: 'asked', question: 'What is the happy path?' }),
  in: key(ref('system'), 'The system in which it happens.', { question: 'Processes a system performs' }),
  flow: key(ref('flow'), 'The flow that carries it.'),
  reached: key(byForm(named(text, { key: { is: 'ref', to: 'field', also: [] } }), cel), 'How one knows that it is done: field and code, or CEL.', { example: '{ status: paid }' }),
  within: key(scalar('working_duration'), 'Since the step before.', { example: '2 working days' }),
  else: key(ref('scenario'), 'What happens when `within` is missed.', { default: 'accountable is informed' }),
  only_if: key(cel, 'Only for these cases.'),
  by_hand: key(flag, 'A person says when it is done, or the next step proves it.', { default: 'false' }),
})

const exception = shape('exception', 'an exception', {
  ...LABEL,
  after: key(many(ref('step')), 'Steps after which it may be left.', { need: 'required' }),
  when: key(cel, 'The condition, as CEL on the entity.', { question: 'What may go wrong, how does one react?' }),
  by_hand: key(flag, 'A person decides it.', { default: 'false' }),
  steps: key(named(step), 'What is done instead.'),
  then: key(ref('step'), 'Step to return to.', { default: 'end' }),
})

const process = shape('process', 'a process', {
  ...LABEL,
  ...RESPONSIBLE,
  follows: key(ref('entity'), 'The entity whose record is the case.', { need: 'asked', example: 'order' }),
  steps: key(named(step), 'The happy path, in order.', { need: 'asked', question: 'What is the happy path?' }),
  exceptions: key(named(exception), 'Ways to leave it.', { need: 'asked', question: 'What may go wrong, how does one react?' }),
  serves: key(many(ref('serves')), 'Objectives and problems.'),
  volume: key(volume, 'How many cases.', { need: 'asked' }),
})

const IS_OF_SYSTEM = ['unreachable', 'slow', 'refusing', 'limiting', 'changed', 'misbehaving']
const IS_OF_FLOW = ['late', 'silent', 'stopped', 'failing', 'braked', 'unbalanced', 'queued']
const IS_OF_ENTITY = ['set_aside', 'conflicting', 'awaiting_review', 'inconsistent']

const when = shape('scenario_when', 'a subject', {
  system: key(ref('system'), `A system that is ${IS_OF_SYSTEM.join(', ')}.`),
  flow: key(ref('flow'), `A flow that is ${IS_OF_FLOW.join(', ')}.`),
  entity: key(ref('entity'), `An entity whose records are ${IS_OF_ENTITY.join(', ')}.`),
  platform: key(word('disk_full', 'store_down', 'clock_wrong', 'restarted'), 'Plimsoll itself.'),
  is: key(word(...IS_OF_SYSTEM, ...IS_OF_FLOW, ...IS_OF_ENTITY), 'What is wrong with it.'),
  for: key(scalar('working_duration'), 'For how long.', { example: '15 minutes' }),
  above: key(scalar('measure'), 'Above which number or share.', { example: '5' }),
}, {
  oneOf: ['system', 'flow', 'entity', 'platform'],
  fits: { key: 'is', beside: { system: IS_OF_SYSTEM, flow: IS_OF_FLOW, entity: IS_OF_ENTITY } },
})

const rehearsal = shape('scenario_rehearsal', 'a rehearsal', {
  for: key(duration, 'How long the fault lasts.'),
  rate: key(rate, 'How much arrives meanwhile.'),
  caught_up_within: key(duration, 'How soon afterwards everything has caught up.'),
})

const scenario = shape('scenario', 'a scenario', {
  ...LABEL,
  when: key(when, "When it happens; not needed if a step's `else` names it.", { example: '{ system: erp, is: unreachable, for: 15 minutes }', question: 'What may go wrong, how does one react?' }),
  then: key(word('hold', 'pause', 'ask'), 'Work waits; flows stop until released; a person approves.', { default: 'hold; ask for braked' }),
  alert: key(parties, 'Whose on-call ladder runs until somebody acknowledges.', { default: "the system's or flow's `operates`", question: 'Who is notified of a problem, and how?' }),
  inform: key(parties, 'Told once, and again when it is over.', { question: 'Who is notified of a problem, and how?' }),
  escalate: key(many(rung), 'More steps of the ladder for this scenario.', { question: 'Response and escalation procedures' }),
  priority: key(word('low', 'normal', 'high', 'critical'), 'How urgent.', { default: 'from the criticality of the flows and how many are affected' }),
  impact: key(text, 'What it means, for people.'),
  do: key(many(text), 'The run book.', { need: 'asked', question: 'Response and escalation procedures' }),
  rehearse: key(rehearsal, 'How it is tried.', { default: 'standard values' }),
})

const channel = shape('channel', 'a channel', {
  ...LABEL,
  kind: key(word('smtp', 'slack', 'teams', 'pagerduty', 'webhook'), 'What it is.', { need: 'required', question: 'Who is notified of a problem, and how?' }),
  settings: key(settings, 'Its settings; what is not written comes from PLIMSOLL_CHANNEL_<CHANNEL>_<SETTING>.', { default: 'from the environment' }),
  body: key(settings, 'What a webhook sends; `{phone}`, `{email}` and `{message}` are filled in.'),
})

const calendar = shape('calendar', 'a calendar', {
  ...LABEL,
  days: key(scalar('days'), 'Days of the week.', { default: 'every day', example: 'mon-fri' }),
  hours: key(scalar('hours'), 'Hours of the day.', { default: 'the whole day', example: '08:00-16:00' }),
  closed: key(many(date), 'Days on which it is closed.', { example: '[2026-12-25]' }),
  time_zone: key(scalar('zone'), 'Zone of the hours.', { default: "the plan's" }),
})

export const PROCESS = {
  processes: key(named(process), 'Business processes that the integration carries.', { need: 'asked', question: 'Which business processes are affected?', example: 'sale: { follows: order, steps: { paid: { who: shoppers, reached: { status: paid } } } }' }),
  scenarios: key(named(scenario), 'What can go wrong, what happens then, and who is told.', { need: 'asked', example: 'erp_down: { when: { system: erp, is: unreachable, for: 15 minutes }, alert: it }' }),
  channels: key(named(channel), 'Ways to reach people. `email` always exists.', { example: 'chat: { kind: slack }' }),
  calendars: key(named(calendar), 'Opening and closing times.', { example: 'office: { days: mon-fri, hours: 08:00-16:00 }' }),
}
