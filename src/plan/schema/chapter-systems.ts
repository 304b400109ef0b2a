/** Chapter 3 of the plan, what: the systems and the integrations that exist (plan-language §7). */
import { byForm, date, due, duration, key, many, name, named, party, rate, ref, shape, scalar, text, whole, word } from './kinds.ts'
import { holds, settings, typeWriting } from './mapping.ts'
import { LABEL, RESPONSIBLE } from './named-keys.ts'

const CATEGORIES = [
  'shop', 'website', 'mobile_app', 'crm', 'erp', 'cms', 'pim', 'cdp', 'payment', 'courier', 'warehouse', 'contractors',
  'finance', 'marketing', 'support', 'analytics', 'database', 'files', 'custom',
]

const interfaceShape = shape('interface', 'an interface', {
  form: key(word('api', 'database', 'files', 'messages', 'edi', 'mail', 'by_hand', 'none'), 'How data get in and out.', {
    need: 'launch', default: 'from the connector', question: 'Does each system allow exchange today, in what form?',
  }),
  documentation: key(word('current', 'outdated', 'none'), 'State of its description.', {
    need: 'launch', question: "Is the API's documentation up to date, or must it be worked out?",
  }),
  spec: key(text, 'Path or address of the OpenAPI document, WSDL or page.'),
  checked: key(date, 'When the description was last compared with the system.'),
  sandbox: key(word('own', 'shared', 'none'), 'Whether there is a place to try.', { need: 'asked', question: 'Test procedures' }),
  change_notice: key(duration, 'How long before a change we are told.', { need: 'asked', example: '30 days', question: 'Adapting to changes of process and market' }),
}, { main: 'form' })

export const limits = shape('limits', 'a limit', {
  calls: key(rate, 'How many calls the system allows.', { need: 'asked', example: '100/minute', question: 'Does performance suffice?' }),
  batch: key(whole, 'Records in one call.'),
  concurrent: key(whole, 'Calls at the same time.'),
}, { main: 'calls' })

const contract = shape('contract', 'a contract', {
  ends: key(due, 'When it ends.'),
  support: key(text, 'What support it promises.', { example: 'Answers within 4 hours' }),
  notice: key(duration, 'How long before its end notice is given.'),
})

const system = shape('system', 'a system', {
  ...LABEL,
  category: key(word(...CATEGORIES), 'What kind of application it is.', { need: 'asked', default: 'from the catalogue, else custom', question: 'Which systems influence the project?' }),
  ...RESPONSIBLE,
  operates: key(party, 'Who runs it. A team of kind `partner` makes it a partner\'s system.', {
    need: 'launch', question: 'Who is responsible for managing each system? Under the company\'s control, or a partner\'s?',
  }),
  functions: key(byForm(named(many(text)), many(text)), 'What the application does, as a list or by module.', {
    need: 'asked', example: '[Takes orders, Keeps stock]', question: 'Functions a system provides',
  }),
  connector: key(name, 'How Plimsoll talks to it. Without one it is drawn and estimated, never run.', { need: 'run', example: 'csv' }),
  settings: key(settings, 'As the connector declares. What is not written comes from PLIMSOLL_SYSTEM_<SYSTEM>_<SETTING>.', { default: 'from the environment' }),
  interface: key(interfaceShape, 'What exchange the system allows.', { need: 'launch', example: '{ documentation: current, sandbox: own }' }),
  limits: key(limits, 'What the system can take.', { need: 'asked', default: 'from the catalogue' }),
  unavailable: key(ref('calendar'), 'Calendar of its regular closing times.', { question: 'Window and time zone' }),
  time_zone: key(scalar('zone'), 'Zone of times that stand without one.', { default: "the plan's" }),
  country: key(scalar('country'), 'Country of phone numbers, postal codes and VAT ids that stand without one.', { default: "the plan's", example: 'FR' }),
  contract: key(contract, 'The contract with a partner.', { need: 'asked', question: "Partner's notice and contract" }),
  live_from: key(due, 'A later system: drawn dashed, its flows do not run before.', { question: 'Will more be included later?' }),
  live_until: key(due, 'A system that goes.'),
  like: key(ref('system'), 'Another system of the same product whose keys it takes, except `name`, `settings`, `live_from` and `live_until`.'),
  types: key(named(typeWriting, { key: { is: 'ref', to: 'type', also: [] } }), 'How this system writes a type, for all its fields.', { example: '{ money: { unit: minor }, date: { format: dd.MM.yyyy } }' }),
  holds: key(holds, 'Which entities it has, and under which names.', { need: 'run', default: '{}', example: '[customer, order]', question: 'What data exactly is transferred?' }),
})

const existing = shape('existing', 'an existing integration', {
  ...LABEL,
  from: key(many(text), 'Where it takes data: a system, or any words.'),
  to: key(many(text), 'Where it brings them.'),
  carries: key(text, 'What it carries.'),
  how: key(text, 'How it does it.', { example: 'CSV over FTP every night' }),
  works: key(word('well', 'partly', 'badly', 'unknown'), 'How well.', { need: 'asked', question: 'Which integrations exist already, in what state?' }),
  fate: key(word('keep', 'replace', 'retire'), 'What becomes of it.', { need: 'asked', question: 'What becomes of the existing integrations?' }),
  flow: key(ref('flow'), 'Its successor, if it is replaced.'),
})

export const SYSTEMS = {
  systems: key(named(system), 'The applications that take part.', { need: 'run', example: 'shop: { category: shop, connector: csv, holds: [order] }' }),
  existing: key(named(existing), 'Integrations that exist today.', { need: 'asked', example: 'order_export: { from: old_shop, to: erp, works: badly, fate: replace, flow: orders }' }),
}
