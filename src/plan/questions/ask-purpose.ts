/** Why the project exists, and who decides. */
import type { Aspect, Question } from './question.ts'

export const PURPOSE: readonly Question[] = [
  {
    id: 'objectives', area: 'purpose', audience: 'business', place: 'objectives', room: ['purpose'], weight: 100, hangs: 'plan',
    ask: 'What shall be true for the business once the systems are integrated?',
    why: 'Every later choice is weighed against it; without an objective nobody can say whether the project succeeded.',
    example: 'one_customer: Every channel knows the same customer',
  },
  {
    id: 'problems', area: 'purpose', audience: 'business', place: 'problems', room: ['purpose'], weight: 96, hangs: 'plan',
    ask: 'Which problems of today shall go away?',
    why: 'Problems show where the exchange matters most, and what may be left out at first.',
    example: 'retyping: Orders are typed into the ERP by hand', emptyAnswers: true,
  },
  {
    id: 'objective-measure', area: 'purpose', audience: 'business', place: 'objectives.*.measure', room: ['purpose', 'accountable'], weight: 94, hangs: 'nothing',
    ask: 'What is counted to know whether “{it}” is reached?',
    why: 'What is not counted is argued about after the launch.', example: 'Orders that somebody types a second time, in a month', answer: 'measured',
    assumed: 'It is not measured, and nobody can say whether it was reached.',
  },
  {
    id: 'objective-target', area: 'purpose', audience: 'business', place: 'objectives.*.target', room: ['purpose', 'accountable'], weight: 93, hangs: 'nothing',
    ask: 'Which number is good enough for “{it}”?',
    why: 'The target decides how fresh and how complete the exchange must be, and so what it costs.', example: '99.5%',
  },
  {
    id: 'objective-today', area: 'purpose', audience: 'business', place: 'objectives.*.today', room: ['accountable'], weight: 70, hangs: 'nothing',
    ask: 'What is that number today for “{it}”?',
    why: 'Without the number of today nobody can show that anything became better.', example: '93.2%',
    assumed: 'No comparison with today.',
  },
  {
    id: 'objective-due', area: 'purpose', audience: 'business', place: 'objectives.*.due', room: ['purpose'], weight: 60, hangs: 'nothing',
    ask: 'By when shall “{it}” be reached?',
    why: 'The day decides what must be in the first launch and what may follow.', example: '2027-05-31',
    assumed: 'The day of the launch.',
  },
  {
    id: 'objective-accountable', area: 'purpose', audience: 'business', place: 'objectives.*.accountable', room: ['purpose'], weight: 58, hangs: 'nothing',
    ask: 'Who answers for “{it}”?',
    why: 'Somebody must say that it is reached, or what is missing.', example: 'marketing',
    assumed: 'Whoever decides on the purpose answers for it.', answer: 'party',
  },
  {
    id: 'problem-costs', area: 'purpose', audience: 'business', place: 'problems.*.costs', room: ['purpose', 'accountable'], weight: 66, hangs: 'nothing',
    ask: 'What does “{it}” cost today, in money, hours or customers?',
    why: 'It says how much the solution may cost, and which problem comes first.', example: '3 hours a day',
    assumed: 'It counts as a problem without a price.',
  },
  {
    id: 'objective-served', area: 'purpose', audience: 'both', place: 'flows', of: 'objectives.*', room: ['purpose', 'systems'], weight: 39, hangs: 'nothing',
    ask: 'Which flow or process brings “{it}” about?',
    why: 'An objective that nothing serves is not reached by this project.', example: 'orders: { entity: order, from: shop, to: erp, serves: one_customer }', after: ['flows'], answer: 'served',
  },
  {
    id: 'problem-solved', area: 'purpose', audience: 'both', place: 'flows', of: 'problems.*', room: ['purpose', 'systems'], weight: 38, hangs: 'nothing',
    ask: 'Which flow or process makes “{it}” go away?',
    why: 'A problem that nothing removes will be there after the launch.', example: 'orders: { entity: order, from: shop, to: erp, serves: retyping }', after: ['flows'], answer: 'served',
  },
]

export const PEOPLE: readonly Question[] = [
  {
    id: 'teams', area: 'people', audience: 'business', place: 'teams', room: ['purpose'], weight: 91, hangs: 'plan',
    ask: 'Which departments, partners and outsiders are involved?',
    why: 'Every answer in this plan needs somebody who can give it.', example: 'marketing: { kind: business }',
  },
  {
    id: 'people', area: 'people', audience: 'business', place: 'people', room: ['purpose'], weight: 90, hangs: 'plan',
    ask: 'Who are the people in them who decide, and who are told when something breaks?',
    why: 'A department does not answer the phone; a person does.', example: 'anna: { name: Anna Nowak, role: Head of marketing }',
  },
  {
    id: 'team-lead', area: 'people', audience: 'business', place: 'teams.*.lead', room: ['purpose'], weight: 48, hangs: 'nothing',
    ask: 'Who decides for {it}?',
    why: 'A team that is accountable for something needs one person who says yes or no.', example: 'anna',
    only: ['inside'], after: ['people'], answer: 'party',
    assumed: 'Nobody: the team answers as a whole.',
  },
  {
    id: 'person-reachable', area: 'people', audience: 'both', place: 'people.*.email', room: ['operation'], weight: 44, hangs: 'nothing',
    ask: 'At which address is {it} reached?',
    why: '{it} decides something or is told when something breaks, and that needs an address.', example: 'anna.nowak@shop.example',
    only: ['has_a_part'],
  },
  {
    id: 'alerted-person', area: 'failures', audience: 'both', place: 'people.*.email', room: ['operation', 'operation_team'], weight: 52, hangs: 'nothing', blocking: true,
    ask: 'At which address is {it} told when something breaks?',
    why: 'An alert without an address reaches nobody.', example: 'anna.nowak@shop.example', only: ['alerted'], answer: 'person_reachable',
  },
  ...deciders(),
]

function deciders(): Question[] {
  const rows: readonly (readonly [aspect: Aspect, weight: number, ask: string, why: string, after: string | undefined])[] = [
    ['purpose', 88, 'Who decides what the project is for?', 'Objectives that nobody signs change with every meeting.', undefined],
    ['systems', 54, 'Who decides on systems and flows?', 'Somebody must choose when two departments want the exchange in different ways.', 'flows'],
    ['data', 56, 'Who decides what data mean, and who is right about them?', 'Two departments will disagree about the same field; one of them, or a third, has the last word.', 'entities'],
    ['processes', 46, 'Who decides how the processes go?', 'Exceptions cost most, and somebody must say how they end.', 'processes'],
    ['security', 50, 'Who decides on security and personal data?', 'Sharing data on people needs a decision that can be shown.', 'flows'],
    ['infrastructure', 34, 'Who decides on networks and machines?', 'Firewalls are opened by people who want a signature.', 'flows'],
    ['money', 42, 'Who decides on the budget?', 'What is not paid for is not maintained.', 'flows'],
    ['operation', 40, 'Who decides on operation, and on who is told when something breaks?', 'Who gets up at night must have agreed to it.', 'flows'],
    ['launch', 52, 'Who decides on the launch?', 'On the day itself one person says go, or back.', 'flows'],
  ]
  return rows.map(([aspect, weight, ask, why, after]) => ({
    id: `decider-${aspect}`, area: 'people', audience: 'business', place: `deciders.${aspect}`, room: ['purpose'], weight, hangs: aspect === 'purpose' ? 'plan' : 'nothing',
    ask, why, example: 'anna', answer: 'party',
    ...(aspect === 'launch' ? { blocking: true as const } : {}),
    ...(after === undefined ? {} : { after: [after] }),
  }))
}
