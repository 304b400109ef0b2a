/** Chapter 3 of the plan, what: flows and their defaults (plan-language §9). */
import { cel, due, duration, flag, type Key, key, many, named, party, rate, ref, scalar, type Schema, share, shape, text, whole, word } from './kinds.ts'
import { LABEL, RESPONSIBLE } from './named-keys.ts'

export const trigger = shape('trigger', 'a trigger', {
  every: key(duration, 'How often the system is asked.', { example: '15 minutes', question: 'Automatic or on demand? How often?' }),
  at: key(many(scalar('time')), 'At these times.', { example: '[06:00, 18:00]' }),
  days: key(scalar('days_or_calendar'), 'On which days `at` holds: days, or a calendar.', { default: 'every day', example: 'mon-fri' }),
  cron: key(scalar('cron'), 'Crontab fields for what the others cannot say.', { example: '"0 4 1 * *"' }),
  event: key(flag, 'The system calls us. A sweep finds what a lost call left: `every`, or each hour.', { example: 'true' }),
  file: key(word('arrives'), 'When a file arrives.'),
  on_demand: key(flag, 'Only by command, API or console.'),
  missed: key(word('once', 'skip'), 'One run for all that was missed, or none.', { default: 'once' }),
}, { main: 'every', words: { event: { event: 'true' }, on_demand: { on_demand: 'true' } } })

const brake = shape('brake', 'a brake', {
  share: key(share, 'A run that would change or delete more than this share stops and asks. Never below 10 records; creates do not count.', { default: '20%' }),
  records: key(whole, 'The same as a number of records; whichever is reached first.'),
}, { main: 'share' })

const freshness = shape('freshness', 'a freshness', {
  within: key(duration, 'From the edit to the last receiver.', { need: 'required', example: '10 minutes' }),
  share: key(share, 'For this share of the changes, over 30 days.', { default: '99%' }),
}, { main: 'within' })

const serviceLevel = shape('service_level', 'a service level', {
  freshness: key(freshness, 'How soon a change is everywhere.', { need: 'launch', example: '10 minutes', question: 'Performance specification' }),
  completeness: key(share, 'Share of records that reached every receiver.', { example: '99.9%' }),
  consistency: key(share, 'Share of compared fields that are equal.', { example: '99.9%' }),
  validity: key(share, 'Share of records that break no rule.'),
  uniqueness: key(share, 'Share of records that exist once.'),
})

export const volume = shape('volume', 'a volume', {
  usual: key(rate, 'On a usual day.', { need: 'asked', example: '1200/day', question: 'Volume and peaks' }),
  peak: key(rate, 'At the worst moment.', { need: 'asked', example: '40/minute', question: 'Volume and peaks' }),
  growth: key(scalar('growth'), 'How fast it grows.', { example: '30% a year' }),
  size: key(scalar('size'), 'Size of one record.', { example: '4 KB' }),
}, { main: 'usual' })

const expects = shape('expects', 'an expectation', {
  at_least: key(whole, 'How many.', { need: 'required' }),
  of: key(word('records', 'files'), 'Of what.', { default: 'records' }),
  each: key(word('hour', 'day', 'week', 'month'), 'In which time.', { need: 'required' }),
  deadline: key(scalar('deadline'), 'Until when it must be there.', { example: 'mon 10:00' }),
})

const writes = many(ref('field', 'id'))

const end = shape('end', 'an end of a flow', {
  trigger: key(trigger, "Instead of the flow's trigger."),
  where: key(cel, 'Which records this system gets.'),
  may: key(many(word('create', 'update')), 'What Plimsoll may do there.', { default: '[create, update]' }),
  writes: key(writes, 'Fields that are written there.', { default: "the flow's" }),
})
const ends = named(end, { key: { is: 'ref', to: 'system', also: [] }, listed: 'object', example: '[shop, crm]' })

const policy: Record<string, Key> = {
  trigger: key(trigger, 'When it runs.', { need: 'launch', default: 'event if the sender can call, else every 15 minutes', example: '{ every: 5 minutes }', question: 'Automatic or on demand? How often?' }),
  when_deleted: key(word('ignore', 'archive', 'delete'), 'What happens in the others when a record is deleted.', { need: 'asked', default: 'ignore' }),
  brake: key(brake, 'Where a run stops and asks.', { need: 'asked', default: '20%' }),
  expects: key(expects, 'What must arrive, so that silence is noticed.', { need: 'asked', default: 'learned after 4 weeks', example: '{ at_least: 1, of: files, each: week }' }),
  service_level: key(serviceLevel, 'How well it shall work.', { need: 'launch', example: '{ freshness: 10 minutes }', question: 'Continuous monitoring of the quality of the exchange' }),
  volume: key(volume, 'How much.', { need: 'asked', example: '{ usual: 1200/day, peak: 40/minute }', question: 'Does performance suffice?' }),
  criticality: key(word('low', 'normal', 'high', 'critical'), 'How bad it is when it stops.', { need: 'asked', default: 'normal' }),
  if_lost: key(text, 'What one lost record costs.', { need: 'asked', question: 'Cost of a lost or late record' }),
  if_late: key(text, 'What one late record costs.', { need: 'asked', question: 'Cost of a lost or late record' }),
  serves: key(many(ref('serves')), 'Objectives and problems.', { need: 'asked', question: 'Which problems does it solve?' }),
  operates: key(party, 'Who runs it.', { need: 'launch', default: 'operation.team' }),
  live_from: key(due, 'When it starts.', { question: 'Will more be included later?' }),
  live_until: key(due, 'When it ends.'),
  paused: key(text, 'Why it does not run for now.'),
}

const flow = shape('flow', 'a flow', {
  ...LABEL,
  ...RESPONSIBLE,
  entity: key(ref('entity'), 'What is exchanged.', { need: 'required', example: 'customer' }),
  from: key(ends, 'Systems that send.', { need: 'run', question: 'How many systems exchange data, which with which? One-way or two-way?' }),
  to: key(ends, 'Systems that receive; without it the records are known in Plimsoll only.'),
  between: key(ends, 'Systems that do both.'),
  where: key(cel, 'Which records are delivered, as CEL on the entity.', { default: 'all', example: 'payment.status != "pending"' }),
  writes: key(writes, 'Fields that are written. Everything mapped is always read.', { default: 'all' }),
  ...policy,
})

const flowDefaults: Schema = shape('flow_defaults', 'a default for flows', { ...RESPONSIBLE, ...policy }, {
  never: {
    keys: ['entity', 'from', 'to', 'between', 'writes', 'where'],
    id: 'unknown-key', says: '`{key}` is said by each flow itself, not as a default.', mend: 'Write it in the flows.',
  },
})

export const FLOWS = {
  defaults: key(shape('defaults', 'the defaults', { flow: key(flowDefaults, 'Holds for every flow that does not say otherwise.') }), 'Answers that hold for many.', {
    example: '{ flow: { when_deleted: archive, brake: 10% } }',
  }),
  flows: key(named(flow), 'Which system sends what to which.', {
    need: 'run', example: 'orders: { entity: order, from: shop, to: erp }', question: 'What is the scope, the approach, the plan of action?',
  }),
}
