/** A small plan that answers every question of the catalogue. All of it is made up. */
/* oxlint-disable unicorn/no-thenable -- `then` is a word of the plan language; this data is never awaited. */
import { loadDefinedPlan, type LoadedPlan } from '../load.ts'

export interface Written { [key: string]: Value }
type Value = string | number | boolean | Written | readonly Value[] | undefined

export const COMPLETE: Written = {
  plimsoll: 1,
  name: 'Orders from the stall',
  time_zone: 'Europe/Warsaw',
  objectives: { no_typing: { statement: 'Nobody types an order twice', measure: 'Orders typed by hand in a month', today: '900', target: '0', due: 'opening', accountable: 'sales' } },
  problems: { typing: { statement: 'Orders are copied from mails', costs: 'Half a day each day' } },
  people: {
    ala: { name: 'Ala Testowa', email: 'ala@stall.example' },
    ben: { name: 'Ben Tester', email: 'ben@stall.example', phone: '+48 600 000 000' },
    cia: { name: 'Cia Prueba', email: 'cia@stall.example' },
    dee: { name: 'Dee Probe', email: 'dee@stall.example' },
  },
  teams: {
    sales: { kind: 'business', lead: 'ala', hours: 'office', on_call: [{ who: 'ala' }, { who: 'cia', after: '1 hour' }] },
    engineers: { kind: 'technology', lead: 'ben', hours: 'office', on_call: [{ who: 'ben', channels: 'email' }, { who: 'cia', after: '15 minutes' }] },
    carrier: { kind: 'partner', email: 'desk@carrier.example', hours: 'office', on_call: [{ who: 'carrier', channels: 'email' }] },
  },
  deciders: { purpose: 'ala', processes: 'ala', data: 'ala', systems: 'ben', security: 'cia', infrastructure: 'ben', money: 'ala', operation: 'ben', launch: 'ala' },
  systems: {
    stall: {
      category: 'shop', accountable: 'sales', operates: 'engineers', functions: ['Takes orders'], connector: 'http', unavailable: 'night', settings: { url: 'http://127.0.0.1:9' },
      interface: { form: 'api', documentation: 'current', spec: 'https://stall.example/openapi', sandbox: 'own' }, limits: { calls: '100/minute' },
      holds: { order: { fields: { number: 'no', name: 'buyer', state: 'state' } } },
    },
    ledger: {
      category: 'erp', accountable: 'sales', operates: 'engineers', functions: ['Books orders'], connector: 'csv', unavailable: 'night', settings: { folder: './ledger' },
      interface: { form: 'files', documentation: 'outdated', sandbox: 'shared' }, holds: { order: { fields: { number: 'NO', name: 'NAME', state: 'STATE' } } },
    },
    parcels: {
      category: 'courier', accountable: 'sales', operates: 'carrier', functions: ['Carries parcels'], connector: 'http', unavailable: 'night', settings: { url: 'http://127.0.0.1:9' },
      interface: { form: 'api', documentation: 'none', sandbox: 'none', change_notice: '30 days' }, limits: { calls: '10/minute' }, contract: { ends: '2029-12-31' },
      holds: { order: { fields: { number: 'ref', name: 'to', state: 'state' } } },
    },
  },
  existing: { mails: { from: 'stall', to: 'ledger', how: 'Mails that are typed in', works: 'badly', fate: 'replace', flow: 'orders' } },
  entities: {
    order: {
      accountable: 'sales', steward: 'ala', identifiers: ['number'], required: ['number'], personal: ['name'], golden: { home: 'stall' }, records: 5000, retention: '6 years',
      rules: { numbered: { must: 'order.number != ""' } }, fields: { number: 'text', name: 'text', state: { codes: ['placed', 'sent'] } },
    },
  },
  defaults: { flow: { consulted: 'sales', informed: [], when_deleted: 'ignore', brake: '20%', service_level: { freshness: '10 minutes', completeness: '99.9%', consistency: '99.9%' } } },
  flows: {
    orders: {
      entity: 'order', between: ['stall', 'ledger'], to: 'parcels', trigger: { every: '5 minutes', at: '06:00', missed: 'once' }, criticality: 'critical', if_lost: 'One customer', if_late: 'An angry call', serves: ['no_typing', 'typing'],
      volume: { usual: '100/day', peak: '20/hour' }, expects: { at_least: 1, of: 'files', each: 'day' },
    },
  },
  processes: {
    sale: {
      accountable: 'sales', follows: 'order', volume: '100/day',
      steps: { placed: { who: 'stall', does: 'Takes the order', reached: { state: 'placed' } }, packed: { who: 'sales', does: 'Packs it', in: 'ledger' }, sent: { who: 'parcels', does: 'Takes the parcel', flow: 'orders', within: '1 day', else: 'late_parcel' } },
      exceptions: { cancelled: { after: ['placed'], by_hand: true } },
    },
  },
  scenarios: {
    late_parcel: { alert: ['sales', 'dee'], impact: 'A customer waits', do: ['Call the carrier'] },
  },
  channels: { chat: { kind: 'slack' } },
  calendars: { office: { days: 'mon-fri', hours: '08:00-16:00' }, night: { hours: '23:00-23:30' } },
  infrastructure: {
    zones: { inside: 'The network behind the stall' }, nodes: { hub: { zone: 'inside', kind: 'vm', runs: 'plimsoll' } },
    recovery: { data_loss: '5 minutes', downtime: '2 hours', backup: 'Each night, and a restore each month' },
  },
  environments: { trial: { kind: 'test', data: 'Made up by hand' }, production: {} },
  security: {
    personal_data: { officer: 'cia', basis: 'Consent given with the order', region: 'Poland' }, transport: 'TLS 1.3', access: { viewer: 'sales' }, audit: '10 years',
    secrets: { kept_in: 'A safe of the engineers', rotate: '90 days' }, standards: ['House rules of 2026'], reviews: { look: { due: 'opening', who: 'cia' } },
  },
  performance: { peaks: { autumn: { from: '2027-10-01', until: '2027-10-31', times: '3' } }, catch_up: { after: '8 hours', within: '1 hour' }, headroom: '50%' },
  tests: {
    examples: { one: { given: { stall: { order: [{ no: '1', buyer: 'A', state: 'placed' }] } }, expect: { ledger: { order: [{ NO: '1', NAME: 'A', STATE: 'placed' }] } } } },
    acceptance: { order_arrives: { given: 'A buyer', when: 'An order is placed', then: 'It is in the ledger', accepts: 'sales' } },
    load: { rush: { flow: 'orders', rate: '10/minute', for: '1 hour' } },
  },
  milestones: { opening: { date: '2027-03-01', accountable: 'ala' } },
  launch: {
    milestone: 'opening', first_load: ['orders'], go_back: ['Type orders again'], go_if: ['Every order of a day arrived'], decides: 'ala', freeze: { systems: ['ledger'], from: '2027-02-27', until: '2027-03-01' },
    alongside: { what: 'Mails with orders', for: '2 weeks' },
  },
  operation: { team: 'engineers', hours: 'office', tools: ['The console'], report: { who: 'ala', each: 'month' }, review: { who: 'sales', each: 'quarter' }, staff: { engineers: '0.2' } },
  budget: { project: { limit: '90000 EUR', contingency: '10%' }, rates: { engineer: '700 EUR/day' }, running: { machines: '90 EUR/month' }, maintenance: { yearly: '9000 EUR', accountable: 'sales' } },
  decisions: { home: { decision: 'The stall is right about orders', date: '2026-11-10', who: 'ala' } },
}

export const load = (plan: unknown): LoadedPlan =>
  loadDefinedPlan(plan, { root: 'plan.ts', environment: 'development', today: '2026-11-21', files: { list: () => [], read: () => '' } })

/** A copy with another value at a place; undefined takes it out. */
export function changed(plan: Written, place: string, value: unknown): Written {
  const copy = structuredClone(plan)
  const steps = place.split('.')
  let at: Written = copy
  for (const step of steps.slice(0, -1)) at = (at[step] ??= {}) as Written
  if (value === undefined) delete at[steps.at(-1)!]
  else at[steps.at(-1)!] = value as Written
  return copy
}
