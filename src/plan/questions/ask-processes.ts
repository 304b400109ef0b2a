/** How it goes, and what may go wrong. */
import type { Question } from './question.ts'

export const PROCESSES: readonly Question[] = [
  {
    id: 'processes', area: 'processes', audience: 'business', place: 'processes', room: ['processes', 'purpose'], weight: 80, hangs: 'plan',
    ask: 'Which business processes does the exchange carry?',
    why: 'People do not see data move, they see an order stuck.', example: 'sale: { follows: order, steps: { paid: { who: shoppers, reached: { status: paid } } } }', after: ['entities'],
  },
  {
    id: 'flow-process', area: 'processes', audience: 'business', place: 'processes', of: 'flows.*', room: ['processes', 'accountable'], weight: 46, hangs: 'subject', blocking: true,
    ask: 'Which process stops when {it} stops?',
    why: 'What is critical is critical to somebody’s work; the process says whose, and how long it can wait.',
    example: 'sale: { follows: order, steps: { booked: { who: erp, flow: orders, within: 5 minutes } } }', only: ['critical'], answer: 'in_a_process',
  },
  {
    id: 'process-accountable', area: 'processes', audience: 'business', place: 'processes.*.accountable', room: ['processes'], weight: 41, hangs: 'subject',
    ask: 'Who answers for “{it}” as a whole?',
    why: 'Between two departments a case waits until somebody owns the whole way.', example: 'sales', answer: 'party',
    assumed: 'Whoever decides on the processes.',
  },
  {
    id: 'process-follows', area: 'processes', audience: 'both', place: 'processes.*.follows', room: ['processes'], weight: 42, hangs: 'subject',
    ask: 'Which record is the case that “{it}” follows: an order, an application, a return?',
    why: 'Only with it can the console say where each case is.', example: 'order',
  },
  {
    id: 'process-steps', area: 'processes', audience: 'business', place: 'processes.*.steps', room: ['accountable', 'processes'], weight: 50, hangs: 'subject',
    ask: 'What is the happy path of “{it}”, step by step?',
    why: 'The steps show which system must know what, and when.', example: 'paid: { who: shoppers, does: Pays, reached: { status: paid } }',
  },
  {
    id: 'process-exceptions', area: 'processes', audience: 'business', place: 'processes.*.exceptions', room: ['accountable', 'processes'], weight: 39, hangs: 'subject',
    ask: 'Where does “{it}” leave the happy path, and what happens then?',
    why: 'Cancelled, out of stock, refused: that is where the effort of a project goes.', example: 'cancelled: { after: [paid], by_hand: true }',
    after: ['process-steps'], emptyAnswers: true,
    assumed: 'Every exception is handled by hand, by whoever notices it.',
  },
  {
    id: 'step-who', area: 'processes', audience: 'business', place: 'processes.*.steps.*.who', room: ['accountable'], weight: 22, hangs: 'subject',
    ask: 'Who does “{part}” in “{it}”?',
    why: 'A step without a lane is done by nobody.', example: 'warehouse', answer: 'lane',
  },
  {
    id: 'step-does', area: 'processes', audience: 'business', place: 'processes.*.steps.*.does', room: ['accountable'], weight: 12, hangs: 'subject',
    ask: 'What is done in “{part}” of “{it}”?',
    why: 'Others must be able to do it when the one who knows is away.', example: 'Picks and packs the order',
  },
  {
    id: 'step-in', area: 'processes', audience: 'both', place: 'processes.*.steps.*.in', room: ['accountable'], weight: 7, hangs: 'subject',
    ask: 'In which system does “{part}” of “{it}” happen?',
    why: 'It shows whose work stops when that system stops.', example: 'erp', only: ['done_in_a_system'],
    assumed: 'It is drawn without a system.',
  },
  {
    id: 'step-late', area: 'processes', audience: 'business', place: 'processes.*.steps.*.else', room: ['accountable'], weight: 23, hangs: 'subject',
    ask: 'Who is told when “{part}” of “{it}” is late?',
    why: 'A deadline that nobody watches is a wish.', example: 'late_dispatch', only: ['has_deadline'], answer: 'late_told', assumed: 'Whoever answers for the process.',
  },
  {
    id: 'process-volume', area: 'performance', audience: 'business', place: 'processes.*.volume', room: ['accountable'], weight: 17, hangs: 'subject',
    ask: 'How many cases of “{it}” are there?',
    why: 'It says how many will be late, and whether people can handle the exceptions by hand.', example: '{ usual: 120/day, peak: 900/day }',
    assumed: 'As many as the records of the case.',
  },
]

export const FAILURES: readonly Question[] = [
  {
    id: 'scenarios', area: 'failures', audience: 'both', place: 'scenarios', room: ['operation', 'operation_team', 'processes'], weight: 63, hangs: 'plan',
    ask: 'What may go wrong that is special to this project, and who acts then?',
    why: 'Plimsoll knows what may happen to any exchange; only you know what hurts your business.',
    example: 'erp_down: { when: { system: erp, is: unreachable, for: 15 minutes }, alert: it }', after: ['flows'],
    assumed: 'The standard scenarios: systems that do not answer, flows that are late or stop, records set aside.',
  },
  {
    id: 'alert-reachable', area: 'failures', audience: 'both', place: 'teams.*.on_call', room: ['operation', 'operation_team'], weight: 51, hangs: 'nothing', blocking: true,
    ask: 'Who of {it} is told first when something breaks, and how are they reached?',
    why: 'An alert without an address reaches nobody.', example: '[{ who: anna, channels: email }]', only: ['alerted'], after: ['people'], answer: 'reachable',
    assumed: 'The lead of {it}, by e-mail.',
  },
  {
    id: 'escalation', area: 'failures', audience: 'both', place: 'teams.*.on_call', room: ['operation', 'operation_team'], weight: 37, hangs: 'nothing',
    ask: 'Who is told next when nobody of {it} reacts, and after how long?',
    why: 'The one who is on call may be asleep, ill or gone.', example: '[{ who: anna }, { who: bruno, after: 15 minutes }]', only: ['alerted_critical'], after: ['alert-reachable'],
    answer: 'escalates', assumed: 'Nobody: the alert stays with the first.',
  },
  {
    id: 'team-hours', area: 'failures', audience: 'both', place: 'teams.*.hours', room: ['operation', 'accountable'], weight: 21, hangs: 'nothing',
    ask: 'When is somebody of {it} there?',
    why: 'Outside these hours only what is urgent rings.', example: 'office', only: ['alerted'], assumed: 'Always.',
  },
  {
    id: 'channels', area: 'failures', audience: 'technology', place: 'channels', room: ['operation_team'], weight: 20, hangs: 'nothing',
    ask: 'By which ways besides e-mail are people told: chat, phone, SMS?',
    why: 'Nobody reads e-mail at three in the morning.', example: 'chat: { kind: slack }', only: ['something_critical'], emptyAnswers: true, assumed: 'By e-mail only.',
  },
  {
    id: 'scenario-told', area: 'failures', audience: 'both', place: 'scenarios.*.alert', room: ['operation', 'operation_team'], weight: 36, hangs: 'nothing',
    ask: 'Who must act when “{it}” happens?',
    why: 'What everybody is told, nobody does.', example: 'integration', answer: 'told', assumed: 'Whoever operates the system or flow.',
  },
  {
    id: 'scenario-do', area: 'failures', audience: 'both', place: 'scenarios.*.do', room: ['operation_team', 'accountable'], weight: 32, hangs: 'nothing',
    ask: 'What is done when “{it}” happens, step by step?',
    why: 'In the night people follow a list; they do not invent one.', example: '[Call the courier, Print the labels by hand]', only: ['acted_on'],
    assumed: 'Whoever is told finds out what to do.',
  },
  {
    id: 'scenario-impact', area: 'failures', audience: 'business', place: 'scenarios.*.impact', room: ['accountable'], weight: 13, hangs: 'nothing',
    ask: 'What does “{it}” mean for the business?',
    why: 'It tells whoever is woken whether it can wait until the morning.', example: 'The warehouse does not see new orders',
    assumed: 'Nobody is told what it means.',
  },
]
