/** What is exchanged, how it is recognised, who is right; and how it travels. */
import type { Question } from './question.ts'

export const DATA: readonly Question[] = [
  {
    id: 'entities', area: 'data', audience: 'both', place: 'entities', room: ['purpose', 'data'], weight: 87, hangs: 'plan',
    ask: 'Which business objects are exchanged: customers, products, prices, orders …?',
    why: 'Each of them is recognised, owned and checked in its own way.', example: 'customer: { fields: { email: email, name: text } }', after: ['systems'],
  },
  {
    id: 'entity-fields', area: 'data', audience: 'both', place: 'entities.*.fields', room: ['accountable', 'data'], weight: 68, hangs: 'subject',
    ask: 'What exactly is exchanged of {it}: which fields?',
    why: 'A field that nobody names stays in one system, and is missed in another.', example: '{ email: email, name: text, language: language }',
  },
  {
    id: 'entity-identifiers', area: 'data', audience: 'both', place: 'entities.*.identifiers', room: ['accountable', 'data', 'steward'], weight: 76, hangs: 'subject', blocking: true,
    ask: 'How do the systems know that two records are the same {it}?',
    why: 'Without it the same one exists twice, or two are taken for one; both are expensive to undo.', example: '[email, [last_name, birth_date]]',
    after: ['entity-fields'], emptyAnswers: true,
  },
  {
    id: 'entity-golden', area: 'data', audience: 'both', place: 'entities.*.golden.home', room: ['accountable', 'data'], weight: 75, hangs: 'subject', blocking: true,
    ask: 'Which system is right about {it} when two disagree?',
    why: 'The golden record is the single version of the truth; without a home every edit is a quarrel.', example: 'crm',
    only: ['exchanged'], after: ['flows'], answer: 'home', assumed: 'Plimsoll keeps it, and the latest edit counts.',
  },
  {
    id: 'entity-accountable', area: 'data', audience: 'business', place: 'entities.*.accountable', room: ['data'], weight: 57, hangs: 'subject', blocking: true,
    ask: 'Who decides what {it} means and what is right about it?',
    why: 'Somebody settles the cases that no rule settles.', example: 'marketing', after: ['teams'], answer: 'party',
  },
  {
    id: 'entity-steward', area: 'data', audience: 'business', place: 'entities.*.steward', room: ['accountable'], weight: 26, hangs: 'subject',
    ask: 'Who decides about single records of {it} that nobody can match?',
    why: 'Records wait in the review list until a person has looked.', example: 'care', after: ['entity-accountable'], answer: 'steward',
    assumed: 'Whoever is accountable for {it}.',
  },
  {
    id: 'entity-required', area: 'data', audience: 'both', place: 'entities.*.required', room: ['accountable'], weight: 33, hangs: 'subject',
    ask: 'Which fields must be there before a record of {it} is passed on?',
    why: 'A half record does more harm at the receiver than a late one.', example: '[last_name]', after: ['entity-fields'], emptyAnswers: true,
    assumed: 'None: every record is passed on.',
  },
  {
    id: 'entity-codes', area: 'data', audience: 'technology', place: 'entities.*.fields', room: ['operates'], weight: 35, hangs: 'subject',
    ask: 'Do all systems agree on code lists and units of {it}?',
    why: 'A code or unit that one system does not know ends as a wrong value there.', example: '{ state: { codes: [open, closed] } }', only: ['exchanged'],
    after: ['entity-fields'], answer: 'agreed',
  },
  {
    id: 'system-holds', area: 'data', audience: 'technology', place: 'systems.*.holds', room: ['operates', 'data'], weight: 58, hangs: 'subject',
    ask: 'Which of these objects does {it} hold, and what is it asked or given?',
    why: 'A system that holds nothing takes part in nothing.', example: '[customer, order]', only: ['live'], after: ['entities'], answer: 'takes_part',
  },
  {
    id: 'entity-personal', area: 'security', audience: 'both', place: 'entities.*.personal', room: ['officer', 'security', 'accountable'], weight: 54, hangs: 'subject', blocking: true,
    ask: 'Which fields of {it} are personal data?',
    why: 'The law asks where they are, who sees them and when they are deleted.', example: '[email, phone]', after: ['entity-fields'], emptyAnswers: true,
  },
  {
    id: 'entity-retention', area: 'security', audience: 'business', place: 'entities.*.retention', room: ['officer', 'accountable'], weight: 30, hangs: 'subject',
    ask: 'How long is {it} kept?',
    why: 'Personal data may not be kept longer than they are needed.', example: '6 years after the last order', only: ['personal'],
    assumed: 'For ever, which is hardly allowed for personal data.',
  },
  {
    id: 'entity-records', area: 'performance', audience: 'both', place: 'entities.*.records', room: ['accountable', 'operates'], weight: 31, hangs: 'subject',
    ask: 'How many records of {it} are there?',
    why: 'It decides how long the first load takes, and how large the machines must be.', example: '120000', only: ['exchanged'],
    assumed: 'Some thousands.',
  },
  {
    id: 'entity-rules', area: 'monitoring', audience: 'business', place: 'entities.*.rules', room: ['accountable', 'steward'], weight: 24, hangs: 'subject',
    ask: 'What must always hold for {it} to be trusted?',
    why: 'Quality that nobody defined can’t be watched.', example: 'positive: { must: price.gross.amount > 0 }', only: ['exchanged'], after: ['entity-fields'], emptyAnswers: true,
    assumed: 'Only types and required fields are checked.',
  },
]

export const EXCHANGE: readonly Question[] = [
  {
    id: 'flows', area: 'exchange', audience: 'both', place: 'flows', room: ['purpose', 'systems'], weight: 85, hangs: 'plan',
    ask: 'Which system sends what to which?',
    why: 'The flows are the scope: everything else is asked, estimated and tested for each of them.', example: 'orders: { entity: order, from: shop, to: erp }',
    after: ['systems', 'entities'],
  },
  {
    id: 'flow-direction', area: 'exchange', audience: 'both', place: 'flows.*', room: ['systems'], weight: 1, hangs: 'subject',
    ask: 'Does {it} go one way or both ways?',
    why: 'Two ways need an answer to who is right.', example: '{ entity: order, between: [shop, erp] }', answer: 'directed',
  },
  {
    id: 'flow-trigger', area: 'exchange', audience: 'both', place: 'flows.*.trigger', room: ['accountable', 'operates'], weight: 53, hangs: 'subject', blocking: true,
    ask: 'Does {it} run by itself or on demand, and how often?',
    why: 'Nothing is fresher than the moment at which somebody looks.', example: '{ every: 5 minutes }', answer: 'triggered',
    assumed: 'When the sender calls, if it can; else every 15 minutes.',
  },
  {
    id: 'flow-criticality', area: 'exchange', audience: 'business', place: 'flows.*.criticality', room: ['accountable', 'purpose'], weight: 60, hangs: 'subject',
    ask: 'How bad is it for the business when {it} stops?',
    why: 'It decides what is tested first, who is woken up, and which open question matters most.', example: 'high', assumed: 'Normal.',
  },
  {
    id: 'flow-serves', area: 'purpose', audience: 'business', place: 'flows.*.serves', room: ['purpose'], weight: 40, hangs: 'subject',
    ask: 'Which objective or problem does {it} serve?',
    why: 'A flow that serves nothing is left out first when money runs short.', example: 'one_customer', only: ['goals_exist'],
    assumed: 'It is built without a reason that anybody wrote down.',
  },
  {
    id: 'flow-if-lost', area: 'exchange', audience: 'business', place: 'flows.*.if_lost', room: ['accountable'], weight: 28, hangs: 'subject',
    ask: 'What does one lost record of {it} cost?',
    why: 'It says how much safety is worth paying for.', example: 'An order of 180 EUR and the customer', only: ['critical'],
    assumed: 'As much as the criticality says, and no more.',
  },
  {
    id: 'flow-if-late', area: 'exchange', audience: 'business', place: 'flows.*.if_late', room: ['accountable'], weight: 27, hangs: 'subject',
    ask: 'What does one late record of {it} cost?',
    why: 'It says how fresh is fresh enough.', example: 'A customer who buys what is gone', only: ['critical'],
    assumed: 'As much as the criticality says, and no more.',
  },
  {
    id: 'policy-deleted', area: 'exchange', audience: 'both', place: 'flows.*.when_deleted', room: ['data', 'systems'], weight: 45, hangs: 'subject', policy: true,
    ask: 'What happens in the other systems when a record is deleted in one?',
    why: 'Deleting everywhere can’t be taken back; deleting nowhere fills lists with what is gone.', example: 'archive', assumed: 'Nothing: the others keep it.',
  },
  {
    id: 'policy-brake', area: 'exchange', audience: 'technology', place: 'flows.*.brake', room: ['systems', 'operation_team'], weight: 37, hangs: 'subject', policy: true,
    ask: 'How many changes at once are so unusual that a person must say yes?',
    why: 'An empty export must not empty all the other systems.', example: '20%', assumed: 'A run that would change or delete more than 20% stops and asks.',
  },
  {
    id: 'policy-missed', area: 'exchange', audience: 'technology', place: 'flows.*.trigger.missed', room: ['operation_team'], weight: 16, hangs: 'subject', policy: true,
    ask: 'After a standstill, are missed runs made up for?',
    why: 'Everything at once in the morning may be worse than waiting for the next time.', example: 'once', only: ['scheduled'], assumed: 'One run for all that was missed.',
  },
  {
    id: 'policy-freshness', area: 'monitoring', audience: 'both', place: 'flows.*.service_level.freshness', room: ['accountable', 'systems'], weight: 61, hangs: 'subject', blocking: true, policy: true,
    ask: 'How soon must a change have arrived everywhere?',
    why: 'It is what the business feels, and what the console watches.', example: '10 minutes',
  },
  {
    id: 'policy-completeness', area: 'monitoring', audience: 'both', place: 'flows.*.service_level.completeness', room: ['accountable', 'operation_team'], weight: 29, hangs: 'subject', policy: true,
    ask: 'What share of the records must have reached every receiver?',
    why: 'The rest are the complaints; somebody must know how many are too many.', example: '99.9%',
    assumed: 'It is measured, and nobody is told.',
  },
  {
    id: 'policy-consistency', area: 'monitoring', audience: 'both', place: 'flows.*.service_level.consistency', room: ['accountable', 'operation_team'], weight: 25, hangs: 'subject', policy: true,
    ask: 'What share of the compared fields must be equal in all systems?',
    why: 'Differences that nobody measures grow until nobody trusts any of the systems.', example: '99.9%',
    assumed: 'It is measured, and nobody is told.',
  },
  {
    id: 'order-and-repeats', area: 'exchange', audience: 'technology', place: 'flows', room: ['systems'], weight: 1, hangs: 'plan',
    ask: 'What if records arrive in another order, or twice?',
    why: 'Every way of sending does that some day.', example: 'orders: { entity: order, from: shop, to: erp }', after: ['flows'], answer: 'kept_right',
  },
  {
    id: 'policy-consulted', area: 'people', audience: 'business', place: 'flows.*.consulted', room: ['systems', 'purpose'], weight: 13, hangs: 'subject', policy: true,
    ask: 'Who is asked before an exchange is changed?',
    why: 'Somebody works with these data every day and knows what would break.', example: '[marketing]', emptyAnswers: true, assumed: 'Only whoever is accountable.',
  },
  {
    id: 'policy-informed', area: 'people', audience: 'business', place: 'flows.*.informed', room: ['systems', 'purpose'], weight: 12, hangs: 'subject', policy: true,
    ask: 'Who is told when an exchange was changed?',
    why: 'People who find out by themselves trust the next change less.', example: '[marketing]', emptyAnswers: true, assumed: 'Nobody but whoever is accountable.',
  },
  {
    id: 'time-zone', area: 'exchange', audience: 'technology', place: 'time_zone', room: ['systems'], weight: 17, hangs: 'plan',
    ask: 'In which time zone are times that stand without one?',
    why: 'An hour too early is a wrong day for whatever happens around midnight.', example: 'Europe/Warsaw', after: ['flows'], assumed: 'UTC.',
  },
  {
    id: 'flow-expects', area: 'monitoring', audience: 'both', place: 'flows.*.expects', room: ['accountable', 'operates'], weight: 33, hangs: 'subject',
    ask: 'What must arrive for {it}, and by when, so that silence is noticed?',
    why: 'A file that does not come makes no error.', example: '{ at_least: 1, of: files, each: week }', only: ['by_files'], assumed: 'Learned after four weeks.',
  },
  {
    id: 'flow-usual', area: 'performance', audience: 'business', place: 'flows.*.volume.usual', room: ['accountable'], weight: 43, hangs: 'subject',
    ask: 'How many records of {it} change on a usual day?',
    why: 'It decides machines, call limits and how long catching up takes.', example: '1200/day',
    assumed: 'Capacity is not calculated for {it}.',
  },
  {
    id: 'flow-peak', area: 'performance', audience: 'business', place: 'flows.*.volume.peak', room: ['accountable', 'operates'], weight: 34, hangs: 'subject',
    ask: 'How many at the worst moment?',
    why: 'Systems break at the peak, not on a usual day.', example: '40/minute', after: ['flow-usual'], only: ['important'],
    assumed: 'Ten times what is usual.',
  },
]
