/** What capacity predicts is what the engine does: the time until nothing waits any more after a system was down for an hour. */
import { expect, test } from 'vitest'
import { MINUTE } from '../../src/base/duration.ts'
import { afterOutage, type Case } from './outage.ts'

const FILES: Case = {
  plan: `
plimsoll: 1
name: Nightly numbers to the warehouse database
systems:
  ledger: { connector: simulated, holds: { booking: { resource: bookings, key: id, fields: { code: code, f: f } } } }
  database: { connector: simulated, limits: { calls: 60/5 minutes, batch: 10 }, holds: { booking: { resource: bookings, key: id, fields: { code: code, f: f } } } }
entities:
  booking: { identifiers: [code], golden: { home: ledger }, fields: { code: text, f: text } }
flows:
  bookings: { entity: booking, from: ledger, to: database, trigger: { every: 10 minutes }, volume: { usual: 1500/hour } }
`,
  systems: { ledger: { traits: { incremental: true }, callMs: 100 }, database: { traits: { batch: 50 }, callMs: 300 } },
  down: 'database', at: 'usual', records: 10, edits: [{ system: 'ledger', resource: 'bookings', perHour: 1500, makes: true }],
}

const TWO_WAY: Case = {
  plan: `
plimsoll: 1
name: One customer in two systems
systems:
  crm: { connector: simulated, holds: { customer: { resource: people, key: id, fields: { code: code, f: f } } } }
  club: { connector: simulated, limits: { calls: 20/minute, batch: 1 }, holds: { customer: { resource: people, key: id, fields: { code: code, f: f } } } }
entities:
  customer: { identifiers: [code], golden: { home: plimsoll }, fields: { code: text, f: text } }
flows:
  customers: { entity: customer, between: [crm, club], trigger: { every: 1 minute }, volume: { usual: 600/hour } }
`,
  systems: { crm: { traits: { incremental: true }, callMs: 50 }, club: { traits: { incremental: true, batch: 1 }, callMs: 150 } },
  down: 'club', at: 'usual', records: 2000,
  edits: [{ system: 'crm', resource: 'people', perHour: 300, makes: false }, { system: 'club', resource: 'people', perHour: 300, makes: false }],
}

const SHOP: Case = {
  plan: `
plimsoll: 1
name: Orders at the peak
systems:
  shop: { connector: simulated, holds: { order: { resource: orders, key: id, fields: { code: code, f: f } } } }
  erp: { connector: simulated, limits: { calls: 30/minute }, holds: { order: { resource: orders, key: id, fields: { code: code, f: f } } } }
  mail: { connector: simulated, holds: { order: { resource: orders, key: id, fields: { code: code, f: f } } } }
entities:
  order: { identifiers: [code], golden: { home: shop }, fields: { code: text, f: text } }
flows:
  orders: { entity: order, from: shop, to: [erp, mail], trigger: event, volume: { usual: 400/day, peak: 400/hour } }
`,
  systems: { shop: { traits: { pushes: true, incremental: true, version: 'ordered' }, callMs: 80 }, erp: { traits: { answers: false, batch: 1 }, callMs: 400 }, mail: { callMs: 60 } },
  down: 'erp', at: 'peak', records: 5, edits: [{ system: 'shop', resource: 'orders', perHour: 400, makes: true, calls: true }],
}

test.each([['one way, in lots, into a slow database', FILES], ['two ways, guarded, one call a record', TWO_WAY], ['orders that call by themselves, at the peak', SHOP]] as const)(
  'After an hour without a system all is caught up when it was predicted, within a fifth: %s.', async (_, of) => {
    const { predicted, waiting, caughtUpMs, noticedMs } = await afterOutage(of)
    expect(Math.abs(waiting - predicted.waiting)).toBeLessThan(0.2 * waiting)
    expect(noticedMs).toBeLessThan(predicted.noticedMs.most + MINUTE)
    expect(Math.abs(caughtUpMs - predicted.catchUpMs!.expected), `${caughtUpMs / MINUTE} minutes measured, ${predicted.catchUpMs!.expected / MINUTE} predicted`).toBeLessThan(0.2 * caughtUpMs)
  }, 120_000)
