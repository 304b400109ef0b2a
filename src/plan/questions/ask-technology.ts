/** With what: security, performance, machines, tests. */
import type { Question } from './question.ts'

export const TECHNOLOGY: readonly Question[] = [
  {
    id: 'personal-basis', area: 'security', audience: 'business', place: 'security.personal_data.basis', room: ['officer', 'security'], weight: 49, hangs: 'plan', blocking: true,
    ask: 'On which legal ground are personal data exchanged?',
    why: 'Without a ground the exchange is not allowed at all.', example: 'The contract with the customer (Art. 6 (1) b GDPR)', only: ['anything_personal'],
  },
  {
    id: 'personal-officer', area: 'security', audience: 'business', place: 'security.personal_data.officer', room: ['security'], weight: 35, hangs: 'plan',
    ask: 'Who is responsible for data protection?',
    why: 'They answer when a person asks what is stored about them.', example: 'julia', only: ['anything_personal'], answer: 'party',
  },
  {
    id: 'personal-region', area: 'security', audience: 'both', place: 'security.personal_data.region', room: ['officer', 'security'], weight: 23, hangs: 'plan',
    ask: 'In which countries may personal data be?',
    why: 'It decides where machines stand and which partners may be used.', example: 'EU', only: ['anything_personal'],
    assumed: 'Where the systems are already.',
  },
  {
    id: 'security-access', area: 'security', audience: 'both', place: 'security.access', room: ['security', 'operation_team'], weight: 33, hangs: 'plan',
    ask: 'Who may look, decide about records, run and administer Plimsoll?',
    why: 'The integration sees the data of all systems at once.', example: '{ viewer: [sales], admin: [ingo] }', after: ['flows'],
    assumed: 'Only whoever runs Plimsoll has access.',
  },
  {
    id: 'security-secrets', area: 'security', audience: 'technology', place: 'security.secrets.kept_in', room: ['security', 'operation_team'], weight: 31, hangs: 'plan',
    ask: 'Where are passwords and keys of the systems kept?',
    why: 'They open every system of the company; in files and mails they leak.', example: 'the vault of the container platform', after: ['flows'],
  },
  {
    id: 'security-rotation', area: 'security', audience: 'technology', place: 'security.secrets.rotate', room: ['security', 'operation_team'], weight: 15, hangs: 'plan',
    ask: 'How often are they changed?',
    why: 'Whoever left the company may still know them.', example: '90 days', after: ['security-secrets'],
    assumed: 'They stay as they are.',
  },
  {
    id: 'security-transport', area: 'security', audience: 'technology', place: 'security.transport', room: ['security'], weight: 27, hangs: 'plan',
    ask: 'How are data protected on their way?',
    why: 'Between the zones of the network others may listen.', example: 'TLS 1.2 or newer everywhere', after: ['flows'],
    assumed: 'As each system offers it.',
  },
  {
    id: 'security-audit', area: 'security', audience: 'both', place: 'security.audit', room: ['security', 'officer'], weight: 18, hangs: 'plan',
    ask: 'How long can one see who changed what?',
    why: 'Disputes and inspections come later than one thinks.', example: '10 years', after: ['flows'],
    assumed: 'As long as the store is kept.',
  },
  {
    id: 'security-reviews', area: 'security', audience: 'both', place: 'security.reviews', room: ['security'], weight: 19, hangs: 'plan',
    ask: 'Who reviews the security of the whole, and when?',
    why: 'Those who built it do not see its holes.', example: 'penetration_test: { due: 2027-02-15, who: it }', after: ['flows'], emptyAnswers: true,
    assumed: 'Nobody reviews it.',
  },
  {
    id: 'security-standards', area: 'security', audience: 'both', place: 'security.standards', room: ['security'], weight: 11, hangs: 'plan',
    ask: 'Which standards and rules must be kept?',
    why: 'Rules that are found late change what was built.', example: '[ISO/IEC 27001]', after: ['flows'], emptyAnswers: true,
    assumed: 'None beyond the law.',
  },
  {
    id: 'peaks', area: 'performance', audience: 'business', place: 'performance.peaks', room: ['accountable', 'purpose'], weight: 32, hangs: 'plan',
    ask: 'On which days does much more come than usual?',
    why: 'The integration must hold on the best day of the year, not on an average one.', example: 'black_week: { from: 2027-11-22, until: 2027-11-29, times: 6 }', after: ['flows'], emptyAnswers: true,
    assumed: 'Every day is like the others.',
  },
  {
    id: 'catch-up', area: 'performance', audience: 'both', place: 'performance.catch_up', room: ['operation_team', 'systems'], weight: 29, hangs: 'plan',
    ask: 'After an outage, how soon must everything have caught up?',
    why: 'It decides spare capacity and the limits to be agreed with each system.', example: '{ after: 8 hours, within: 1 hour }', after: ['flows'],
    assumed: 'As fast as the limits of the systems allow.',
  },
  {
    id: 'headroom', area: 'performance', audience: 'technology', place: 'performance.headroom', room: ['infrastructure'], weight: 14, hangs: 'plan',
    ask: 'How much spare capacity is wanted?',
    why: 'Growth comes before the next budget does.', example: '50%', after: ['flows'],
    assumed: 'What the machines happen to have.',
  },
  {
    id: 'nodes', area: 'infrastructure', audience: 'technology', place: 'infrastructure.nodes', room: ['infrastructure', 'operates'], weight: 38, hangs: 'plan',
    ask: 'On which machines or services does everything run, Plimsoll included?',
    why: 'Somebody orders, pays and patches them.', example: 'hub: { kind: vm, cpu: 2, memory: 4 GB, runs: plimsoll }', after: ['flows'], answer: 'nodes',
    assumed: 'One machine for everything.',
  },
  {
    id: 'zones', area: 'infrastructure', audience: 'technology', place: 'infrastructure.zones', room: ['infrastructure', 'security'], weight: 26, hangs: 'plan',
    ask: 'Which network zones are there, and what stands in which?',
    why: 'Every zone that is crossed is a firewall opening to be asked for, often weeks before.', example: 'inside: Network of the house', after: ['flows'],
    assumed: 'One network, without openings to be asked for.',
  },
  {
    id: 'recovery-loss', area: 'infrastructure', audience: 'both', place: 'infrastructure.recovery.data_loss', room: ['infrastructure', 'purpose'], weight: 28, hangs: 'plan',
    ask: 'How many minutes of work may be lost in a disaster?',
    why: 'It decides how often copies are made, and what they cost.', example: '5 minutes', after: ['flows'],
    assumed: 'What was not copied yet is lost.',
  },
  {
    id: 'recovery-downtime', area: 'infrastructure', audience: 'both', place: 'infrastructure.recovery.downtime', room: ['infrastructure', 'purpose'], weight: 28, hangs: 'plan',
    ask: 'How long may the exchange stand still in a disaster?',
    why: 'A second machine that waits costs money every day.', example: '2 hours', after: ['flows'],
    assumed: 'Until somebody has set it up again.',
  },
  {
    id: 'recovery-backup', area: 'infrastructure', audience: 'technology', place: 'infrastructure.recovery.backup', room: ['infrastructure', 'operation_team'], weight: 20, hangs: 'plan',
    ask: 'How are copies made, and who has tried to restore one?',
    why: 'A copy that was never restored is a hope.', example: 'every hour, restored once a quarter', after: ['flows'],
    assumed: 'Nobody makes copies.',
  },
  {
    id: 'environments', area: 'tests', audience: 'technology', place: 'environments', room: ['operation_team', 'systems'], weight: 30, hangs: 'plan',
    ask: 'Where is it built and tried before it runs?',
    why: 'What is tried in production is tried on customers.', example: 'test: { systems: simulated }', after: ['flows'], answer: 'tried',
    assumed: 'It is tried in production.',
  },
  {
    id: 'test-data', area: 'tests', audience: 'both', place: 'environments.*.data', room: ['operation_team', 'officer'], weight: 22, hangs: 'nothing',
    ask: 'Where do the data for “{it}” come from?',
    why: 'Real customers must not be in a test, and made-up ones must look real.', example: 'A masked copy of last month', only: ['for_tests'],
    assumed: 'Made up by the engineers.',
  },
  {
    id: 'test-examples', area: 'tests', audience: 'technology', place: 'tests.examples', room: ['data', 'operates'], weight: 21, hangs: 'plan',
    ask: 'Which records, as one system has them, must become which in another?',
    why: 'Examples settle in a minute what descriptions leave open.', example: 'one: { given: { shop: { customer: [{ email: a@b.example }] } }, expect: { crm: { customer: [{ mail: a@b.example }] } } }', after: ['flows'],
    assumed: 'Mappings are tried on live records.',
  },
  {
    id: 'flow-acceptance', area: 'tests', audience: 'business', place: 'tests.acceptance', of: 'flows.*', room: ['accountable', 'launch'], weight: 43, hangs: 'subject', blocking: true,
    ask: 'How will people try {it} before they say yes?',
    why: 'What is critical is accepted by those who need it, not by those who built it.',
    example: 'order_is_booked: { given: A customer, when: An order is paid, then: The warehouse sees it within five minutes, accepts: warehouse }', only: ['critical'], answer: 'accepted',
  },
  {
    id: 'acceptance', area: 'tests', audience: 'business', place: 'tests.acceptance', room: ['accountable', 'launch'], weight: 24, hangs: 'plan',
    ask: 'What must people have tried and seen before the launch?',
    why: 'Acceptance that is written down before is not argued about afterwards.', example: 'phone_travels: { when: The phone number is changed in the shop, then: The hotline sees it, accepts: care }', after: ['flows'],
  },
  {
    id: 'acceptance-who', area: 'tests', audience: 'business', place: 'tests.acceptance.*.accepts', room: ['launch'], weight: 20, hangs: 'nothing',
    ask: 'Who accepts “{it}”?', why: 'A test that nobody signs is not passed.', example: 'care', answer: 'party',
    assumed: 'Whoever decides on the launch.',
  },
  {
    id: 'test-load', area: 'tests', audience: 'technology', place: 'tests.load', of: 'flows.*', room: ['operation_team', 'infrastructure'], weight: 18, hangs: 'subject',
    ask: 'With how much at once is {it} tried?',
    why: 'The peak of the year should not be the first test.', example: 'black_week: { flow: orders, rate: 10/minute, for: 2 hours }', only: ['critical'], after: ['flow-usual'], answer: 'loaded',
    assumed: 'It is not tried under load.',
  },
]
