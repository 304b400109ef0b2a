/** Chapter 5 of the plan, with what: infrastructure, environments, security, performance, tests (plan-language §4.2, §13). */
/* oxlint-disable unicorn/no-thenable -- `then` is a word of the plan language; this data is never awaited. */
import { anything, byForm, date, due, duration, key, many, named, parties, party, rate, ref, scalar, type Schema, share, shape, text, whole, word } from './kinds.ts'
import { trigger } from './chapter-flows.ts'
import { limits } from './chapter-systems.ts'
import { settings } from './mapping.ts'
import { LABEL } from './named-keys.ts'

const zone = shape('zone', 'a zone', { ...LABEL, name: key(text, 'Label for people.', { need: 'required' }) }, { main: 'name' })

const node = shape('node', 'a node', {
  ...LABEL,
  zone: key(ref('zone'), 'The network zone in which it stands.'),
  kind: key(word('server', 'vm', 'container', 'service'), 'What it is.'),
  count: key(whole, 'How many of them.', { default: '1' }),
  cpu: key(scalar('number'), 'Processor cores.'),
  memory: key(scalar('size'), 'Memory.', { example: '8 GB' }),
  disk: key(scalar('size'), 'Disk.', { example: '80 GB' }),
  runs: key(many(ref('system', 'plimsoll', 'plimsoll_store')), 'What runs on it.', { question: 'Hardware' }),
  location: key(text, 'Where it stands.'),
})

const link = shape('link', 'a link', {
  from: key(ref('node', 'plimsoll'), 'Where a connection begins.', { need: 'required' }),
  to: key(ref('node', 'plimsoll'), 'Where it ends.', { need: 'required' }),
  protocol: key(text, 'The protocol.'),
  port: key(whole, 'The port.'),
  through: key(text, 'Firewall, proxy or tunnel between them.'),
  about: key(text, 'A sentence more.'),
})

const infrastructure = shape('infrastructure', 'an infrastructure', {
  zones: key(named(zone), 'Network zones.', { question: 'Infrastructure layer: network' }),
  nodes: key(named(node), 'Machines and what runs on them.', { question: 'Infrastructure layer: hardware' }),
  links: key(many(link), 'Connections that differ from what follows from systems and connectors.'),
  recovery: key(shape('recovery', 'a recovery', {
    data_loss: key(duration, 'How much work may be lost (RPO).', { question: 'Recovery point and time' }),
    downtime: key(duration, 'How long it may stand still (RTO).', { question: 'Recovery point and time' }),
    backup: key(text, 'How copies are made.'),
  }), 'What a disaster may cost.', { need: 'asked' }),
})

const systemThere = shape('environment_system', 'a system in an environment', {
  settings: key(settings, 'Settings that differ there.'),
  limits: key(limits, 'Limits that differ there.'),
}, {
  never: {
    keys: ['accountable', 'category', 'connector', 'fields', 'functions', 'holds', 'interface', 'like', 'name', 'operates', 'time_zone', 'types', 'unavailable', 'was'],
    id: 'env-differs', says: '`{key}` means the same in every environment.', mend: 'Write it at the system itself; here only `settings` and `limits` may differ.',
  },
})

const flowThere = shape('environment_flow', 'a flow in an environment', {
  trigger: key(trigger, 'When it runs there.'),
  paused: key(text, 'Why it does not run there.'),
}, {
  never: {
    keys: ['accountable', 'between', 'brake', 'criticality', 'entity', 'expects', 'from', 'service_level', 'to', 'volume', 'was', 'when_deleted', 'where', 'writes'],
    id: 'env-differs', says: '`{key}` means the same in every environment.', mend: 'Write it at the flow itself; here only `trigger` and `paused` may differ.',
  },
})

const environment = shape('environment', 'an environment', {
  about: key(text, 'A sentence or more: what it is for.'),
  kind: key(word('development', 'test', 'production'), 'Only `production` asks for sign-off.', { default: 'by its name, else test' }),
  systems: key(byForm(named(byForm(systemThere, word('simulated', 'absent')), { key: { is: 'ref', to: 'system', also: [] } }), word('simulated')),
    '`simulated` for all, or per system `simulated`, `absent` or what differs.', { example: '{ courier: simulated }' }),
  flows: key(named(flowThere, { key: { is: 'ref', to: 'flow', also: [] } }), 'How often flows run there, or why they do not.'),
  alerts: key(many(ref('party', 'off')), 'Who is told instead of whoever would be told; `off`: nobody.'),
  data: key(text, 'Where test data come from.', { question: 'Test procedures' }),
  nodes: key(named(node), 'Hardware of that environment.'),
}, {
  never: {
    keys: ['budget', 'calendars', 'channels', 'currency', 'deciders', 'decisions', 'defaults', 'entities', 'existing', 'infrastructure', 'launch', 'milestones', 'name',
      'objectives', 'operation', 'people', 'performance', 'problems', 'processes', 'questions', 'scenarios', 'security', 'teams', 'tests', 'time_zone', 'types'],
    id: 'env-differs', says: '`{key}` means the same in every environment.', mend: 'Write it once, at the top of the plan.',
  },
})

const security = shape('security', 'a security', {
  personal_data: key(shape('personal_data', 'a statement on personal data', {
    officer: key(party, 'Data protection officer.'),
    basis: key(text, 'Why the data may be kept.', { question: 'Data-protection basis' }),
    region: key(text, 'Where they may be.'),
    masked_for: key(many(word('viewer', 'editor', 'steward', 'operator')), 'Roles that see them masked.'),
  }), 'How personal data are treated.', { need: 'launch', question: 'Data-protection basis' }),
  transport: key(text, 'How data are protected on the way.', { question: 'Security specification' }),
  access: key(named(parties, { key: word('viewer', 'editor', 'steward', 'operator', 'admin') }), 'Who has which role.', { question: 'Security specification' }),
  audit: key(duration, 'How long the audit log is kept.'),
  secrets: key(shape('secrets', 'a statement on secrets', {
    kept_in: key(text, 'Where secrets are kept.'),
    rotate: key(duration, 'How often they change.'),
    accountable: key(party, 'Who answers for them.'),
  }), 'Where secrets are, never the secrets.'),
  standards: key(many(text), 'Standards that are kept.'),
  reviews: key(named(shape('security_review', 'a security review', { due: key(due, 'By when.'), who: key(party, 'Who.') })), 'Reviews of security.'),
})

const performance = shape('performance', 'a performance', {
  peaks: key(named(shape('peak', 'a peak', {
    from: key(date, 'First day.', { need: 'required' }),
    until: key(date, 'Last day.', { need: 'required' }),
    times: key(scalar('number'), 'Times the usual volume.', { need: 'required', example: '7.5' }),
  })), 'Days on which more comes.', { question: 'Volume and peaks' }),
  catch_up: key(shape('catch_up', 'a way to catch up', {
    after: key(duration, 'After an outage of this length.'),
    within: key(duration, 'Everything has caught up.'),
  }), 'How fast a backlog is worked off.', { question: 'Performance specification' }),
  headroom: key(share, 'Spare capacity.', { example: '50%' }),
})

const records = anything
const perSystem = (...also: string[]): Schema => named(named(records, { key: { is: 'ref', to: 'entity', also: [] } }), { key: { is: 'ref', to: 'system', also } })

const tests = shape('tests', 'a test', {
  examples: key(named(shape('example', 'an example', {
    about: key(text, 'What it shows.'),
    given: key(perSystem(), 'System, entity, and records as that system would send them, or a file with them.', { need: 'required' }),
    expect: key(perSystem('plimsoll'), 'What each system then holds, in its own form; under `plimsoll` what the golden records hold.', { need: 'required' }),
  })), "Records in, records out, on the plan's own mapping and rules.", { question: 'Test procedures' }),
  acceptance: key(named(shape('acceptance', 'an acceptance test', {
    ...LABEL,
    given: key(many(text), 'Where it starts.'),
    when: key(many(text), 'What is done.'),
    then: key(many(text), 'What must be so.'),
    accepts: key(party, 'Who accepts it.'),
  })), 'What people try before launch.', { need: 'launch', question: 'Test procedures' }),
  load: key(named(shape('load_test', 'a load test', {
    flow: key(ref('flow'), 'Which flow.', { need: 'required' }),
    rate: key(rate, 'How much.', { need: 'required' }),
    for: key(duration, 'For how long.', { need: 'required' }),
  })), 'What is tried under load.', { question: 'Does performance suffice?' }),
})

export const TECHNOLOGY = {
  infrastructure: key(infrastructure, 'Networks and machines.', { need: 'asked', question: 'Infrastructure layer: network, hardware' }),
  environments: key(named(environment), 'What differs in development, test and production: where a system is and how often it is asked, never what a field means.', {
    question: 'Building, testing, launching', example: 'test: { systems: { courier: simulated }, alerts: ola }',
  }),
  security: key(security, 'Access, secrets and personal data.', { need: 'asked', question: 'Security specification' }),
  performance: key(performance, 'Peaks and catching up. Volumes stand at the flows.', { need: 'asked', question: 'Performance specification' }),
  tests: key(tests, 'Examples, acceptance and load tests.', { need: 'asked', question: 'Test procedures' }),
}
