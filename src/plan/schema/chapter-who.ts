/** Chapter 2 of the plan, who: people, teams, deciders (plan-language §6). */
import { duration, key, many, named, party, ref, scalar, shape, text, word } from './kinds.ts'
import { LABEL } from './named-keys.ts'

const person = shape('person', 'a person', {
  ...LABEL,
  name: key(text, 'The full name.', { need: 'required', example: 'Anna Nowak' }),
  role: key(text, 'What the person does in the company.', { example: 'Head of marketing' }),
  email: key(scalar('email'), 'Address for messages. Contact data stand here and nowhere else.', { need: 'asked', example: 'anna.nowak@shop.example' }),
  phone: key(text, 'Number for messages.', { example: '+48 600 100 200' }),
})

export const rung = shape('rung', 'a step of an on-call ladder', {
  who: key(party, 'Who is told.', { need: 'required' }),
  channels: key(many(ref('channel', 'email')), 'Ways to tell.', { default: 'email', example: '[email, sms]' }),
  after: key(duration, 'How long without acknowledgement before this step.', { default: 'at once', example: '15 minutes' }),
})

const team = shape('team', 'a team', {
  ...LABEL,
  kind: key(word('business', 'technology', 'partner', 'outside'), 'Part of the company, a partner, or outside (customers, authorities).', {
    need: 'required', example: 'business', question: 'Which departments are involved? Under the company\'s control, or a partner\'s?',
  }),
  lead: key(ref('person'), 'Decides for the team.', { need: 'asked' }),
  members: key(many(ref('person')), 'Who belongs to it.'),
  email: key(scalar('email'), 'Address of the team.', { default: "the lead's" }),
  hours: key(ref('calendar', 'always'), 'When somebody is there. Outside these hours only high and critical incidents start the ladder.', { default: 'always' }),
  on_call: key(many(rung), 'The ladder: the first is told at once, each next when nobody acknowledged for `after`.', {
    default: 'the lead, by e-mail, at once', question: 'Who is notified of a problem, and how?',
  }),
})

const ASPECTS: readonly (readonly [string, string])[] = [
  ['purpose', 'head, objectives, problems, deciders, existing'],
  ['processes', 'processes'],
  ['data', 'types, entities, what systems hold and how they write types'],
  ['systems', 'systems, flows, defaults'],
  ['security', 'security, personal data, retention'],
  ['infrastructure', 'infrastructure, performance'],
  ['money', 'budget'],
  ['operation', 'teams, scenarios, channels, calendars, operation'],
  ['launch', 'milestones, launch, tests'],
]

const deciders = shape('deciders', 'the list of deciders', Object.fromEntries(
  ASPECTS.map(([aspect, covers]) => [aspect, key(party, `Signs: ${covers}.`, {
    need: aspect === 'launch' ? 'launch' : 'asked', question: 'Who decides on which aspect?',
  })]),
))

export const WHO = {
  people: key(named(person), 'Every person once, with contact data; every other place says the name.', { need: 'asked', example: 'anna: { name: Anna Nowak }' }),
  teams: key(named(team), 'Departments, partners and outsiders.', { need: 'asked', example: 'marketing: { kind: business, lead: anna }' }),
  deciders: key(deciders, 'Who signs which part of the plan.', { need: 'launch', example: '{ purpose: anna, launch: anna }' }),
}
