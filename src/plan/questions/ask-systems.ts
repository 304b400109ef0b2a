/** The systems that take part, and the integrations that exist already. */
import type { Question } from './question.ts'

export const SYSTEMS: readonly Question[] = [
  {
    id: 'systems', area: 'systems', audience: 'both', place: 'systems', room: ['purpose', 'systems'], weight: 99, hangs: 'plan',
    ask: 'Which systems influence the project?',
    why: 'They are what is integrated: shop, CRM, ERP, warehouse, payment, courier, spreadsheets that are mailed around.',
    example: 'shop: { category: shop }',
  },
  {
    id: 'systems-counted', area: 'systems', audience: 'both', place: 'systems', room: ['systems'], weight: 1, hangs: 'plan',
    ask: 'How many systems exchange data, and which with which?',
    why: 'Each pair needs an agreement on data, security and times.', example: 'shop: { category: shop }', answer: 'counted', after: ['flows'],
  },
  {
    id: 'system-category', area: 'systems', audience: 'business', place: 'systems.*.category', room: ['accountable'], weight: 40, hangs: 'subject',
    ask: 'What kind of application is {it}?',
    why: 'It tells which data and functions to expect there, and how it is drawn.', example: 'shop', assumed: 'It is an application of its own kind.',
  },
  {
    id: 'system-accountable', area: 'systems', audience: 'business', place: 'systems.*.accountable', room: ['systems'], weight: 62, hangs: 'subject', blocking: true,
    ask: 'Who decides about {it}?',
    why: 'Every change of {it} and every access to it needs a yes from exactly one person or team.', example: 'marketing',
    only: ['live'], after: ['teams'], answer: 'party',
  },
  {
    id: 'system-operates', area: 'systems', audience: 'technology', place: 'systems.*.operates', room: ['accountable', 'systems'], weight: 55, hangs: 'subject', blocking: true,
    ask: 'Who runs {it}, a team of the company or a partner?',
    why: 'They are called when {it} does not answer, and a partner must be told long before anything changes.', example: 'it',
    only: ['live'], after: ['teams'], answer: 'party',
  },
  {
    id: 'system-control', area: 'systems', audience: 'both', place: 'systems.*.operates', room: ['systems'], weight: 1, hangs: 'subject',
    ask: 'Is {it} under the company’s control, or a partner’s?',
    why: 'What a partner runs changes without asking, by contract and notice.', example: 'it', only: ['live'], after: ['system-operates'], answer: 'controlled',
  },
  {
    id: 'system-functions', area: 'systems', audience: 'business', place: 'systems.*.functions', room: ['accountable', 'operates'], weight: 30, hangs: 'subject',
    ask: 'What does {it} do for the business?',
    why: 'Functions that two systems have are where the two will disagree.', example: '[Takes orders, Keeps stock]', after: ['flows'],
    assumed: 'It is drawn without functions.',
  },
  {
    id: 'system-form', area: 'systems', audience: 'technology', place: 'systems.*.interface.form', room: ['operates', 'systems'], weight: 72, hangs: 'subject', blocking: true,
    ask: 'Does {it} allow data to be exchanged today, and in what form?',
    why: 'An interface that does not exist yet is the longest task of the project.', example: 'api', only: ['live'], answer: 'form',
  },
  {
    id: 'system-documentation', area: 'systems', audience: 'technology', place: 'systems.*.interface.documentation', room: ['operates', 'systems'], weight: 64, hangs: 'subject', blocking: true,
    ask: 'Is there an up-to-date description of the interface of {it}, or must it be worked out?',
    why: 'Working out an interface that nobody described costs more than building the exchange.', example: 'current',
    only: ['live', 'exchangeable'], after: ['system-form'], assumed: 'It must be worked out, and the estimate counts that.',
  },
  {
    id: 'system-connector', area: 'systems', audience: 'technology', place: 'systems.*.connector', room: ['operates'], weight: 50, hangs: 'subject',
    ask: 'By which connector does Plimsoll talk to {it}?',
    why: 'Without one {it} is drawn and estimated, but nothing runs.', example: 'http',
    only: ['live', 'exchangeable'], after: ['system-form'], assumed: 'It is drawn and never run.',
  },
  {
    id: 'system-sandbox', area: 'tests', audience: 'technology', place: 'systems.*.interface.sandbox', room: ['operates'], weight: 38, hangs: 'subject',
    ask: 'Is there a place to try the exchange with {it} without touching real data?',
    why: 'Where there is none, the first try happens on real customers.', example: 'own',
    only: ['live', 'exchangeable'], after: ['system-form', 'flows'], assumed: 'There is none; tests run against a stand-in.',
  },
  {
    id: 'system-limits', area: 'performance', audience: 'technology', place: 'systems.*.limits.calls', room: ['operates'], weight: 36, hangs: 'subject',
    ask: 'How many calls does {it} allow?',
    why: 'The limit decides how fresh data can be, and how long catching up takes after an outage.', example: '100/minute',
    only: ['live', 'called'], after: ['system-form', 'flows'], assumed: 'Plimsoll slows down when {it} asks for it.',
  },
  {
    id: 'system-closed', area: 'performance', audience: 'technology', place: 'systems.*.unavailable', room: ['operates'], weight: 14, hangs: 'subject',
    ask: 'When is {it} regularly closed: nights, month ends, maintenance?',
    why: 'Data wait for the morning then, and freshness must be promised without those hours.', example: 'night_closing',
    only: ['live', 'in_critical_flow'], assumed: 'It is always open.',
  },
  {
    id: 'system-notice', area: 'operation', audience: 'both', place: 'systems.*.interface.change_notice', room: ['accountable', 'operates'], weight: 34, hangs: 'subject',
    ask: 'How long before a change of its interface does the partner behind {it} tell us?',
    why: 'Most integrations break because somebody else changed something on a Friday.', example: '30 days', only: ['live', 'partner'],
    assumed: 'Not at all: it changes without notice.',
  },
  {
    id: 'system-contract', area: 'operation', audience: 'business', place: 'systems.*.contract', room: ['accountable', 'money'], weight: 32, hangs: 'subject',
    ask: 'What does the contract for {it} promise, and until when?',
    why: 'The partner’s support hours are the best that the integration can offer.', example: '{ ends: 2028-12-31, support: Answers within 4 hours }', only: ['live', 'partner'],
  },
  {
    id: 'existing', area: 'systems', audience: 'both', place: 'existing', room: ['systems'], weight: 78, hangs: 'plan',
    ask: 'Which integrations exist already: files, scripts, exports, people who type?',
    why: 'What runs today is what the new exchange must not break, and what it replaces.',
    example: 'order_export: { from: old_shop, to: erp, how: CSV over FTP every night }', after: ['systems'], emptyAnswers: true,
    assumed: 'There are none, and nothing is drawn as it is today.',
  },
  {
    id: 'existing-works', area: 'systems', audience: 'both', place: 'existing.*.works', room: ['systems', 'operation_team'], weight: 44, hangs: 'nothing',
    ask: 'How well does “{it}” work today?',
    why: 'What works well is kept; what nobody knows is found out at the worst moment.', example: 'partly',
    assumed: 'Badly enough to be looked at.',
  },
  {
    id: 'existing-fate', area: 'systems', audience: 'both', place: 'existing.*.fate', room: ['systems'], weight: 52, hangs: 'nothing',
    ask: 'What becomes of “{it}”: is it kept, replaced or retired?',
    why: 'Two ways for the same data work against each other.', example: 'replace',
    assumed: 'It is kept, and runs beside the new exchange.',
  },
  {
    id: 'existing-successor', area: 'systems', audience: 'technology', place: 'existing.*.flow', room: ['systems'], weight: 42, hangs: 'nothing',
    ask: 'Which flow takes over from “{it}”?',
    why: 'It can only be switched off when something else carries its data.', example: 'orders', only: ['replaced'], after: ['existing-fate', 'flows'],
  },
]
