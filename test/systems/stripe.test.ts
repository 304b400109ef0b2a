/** Payments and refunds: the catalogue's entry against the makers' mock, and an automatic exchange with an order book. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Project, shortly } from '../e2e/project.ts'
import { openHttp } from '../support/http-servers.ts'
import { loadManifest } from '../../src/systems/protocols/http/manifest/manifest-load.ts'
import { mostCalls } from './harness/calls.ts'
import { proveResources } from './harness/resources.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'
import { tell } from './harness/told.ts'

let provider: RunningSystem
const ask = async (path: string, form?: Record<string, string>): Promise<Record<string, never> & { readonly id: string; readonly data: readonly Record<string, never>[] }> => {
  const answer = await fetch(`${provider.url}${path}`, {
    headers: { authorization: `Bearer ${provider.access['key']}` }, ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json() as never
}
beforeAll(async () => {
  provider = await startSystem('stripe')
  await ask('/v1/customers', { email: 'first@example.test' })
}, 300_000)
afterAll(() => provider?.end())

const plan = () => `plimsoll: 1
name: Payments
systems:
  provider:
    connector: stripe
    settings: { url: "${provider.url}" }
    holds:
      payment: { fields: { order: metadata.order } }
      refund:
        resource: refunds
        fields: { payment: charge, amount: amount, reason: reason, number: metadata.number, id_there: { path: id, access: read } }
  book:
    connector: sqlite
    settings: { file: ./book.db }
    holds:
      payment: { resource: payments, key: id, fields: { reference: reference, order: order_number, amount: amount, paid_at: paid_at } }
      refund: { resource: refunds, key: id, fields: { number: number, payment: payment_id, amount: amount, reason: reason, id_there: provider_id } }
entities:
  payment:
    golden: provider
    identifiers: [reference]
    fields: { reference: text, order: text, amount: money, paid_at: datetime }
  refund:
    golden: book
    identifiers: [number]
    fields: { number: text, payment: { to: payment }, amount: money, reason: text, id_there: text }
flows:
  payments: { entity: payment, from: provider, to: book }
  refunds: { entity: refund, between: [book, provider] }
`

test('What was paid comes into the order book, and what is given back there is given back at the provider, once.', async () => {
  const paid: string[] = []
  for (let n = 1; n <= 130; n += 1) paid.push((await ask('/v1/charges', { amount: String(1_000 + n), currency: n % 2 ? 'eur' : 'pln', source: 'tok_visa', 'metadata[order]': `O-${n}` })).id)
  const project = new Project({ 'plan.yaml': plan() })
  project.env['PLIMSOLL_SYSTEM_PROVIDER_TOKEN'] = String(provider.access['key'])
  project.sql('book.db', `CREATE TABLE payments (id INTEGER PRIMARY KEY, reference TEXT UNIQUE, order_number TEXT, amount NUMERIC, amount_currency TEXT, paid_at TEXT);
    CREATE TABLE refunds (id INTEGER PRIMARY KEY, number TEXT UNIQUE, payment_id INTEGER, amount NUMERIC, amount_currency TEXT, reason TEXT, provider_id TEXT)`)
  await project.synced()
  const rows = project.rows('book.db', 'SELECT reference, order_number, amount, amount_currency FROM payments ORDER BY id')
  expect(rows.map((row) => [row['reference'], row['order_number'], Number(row['amount']), row['amount_currency']]).toSorted())
    .toEqual(paid.map((id, n) => [id, `O-${n + 1}`, (1_001 + n) / 100, n % 2 ? 'PLN' : 'EUR']).toSorted())

  const of = project.rows('book.db', 'SELECT id, reference FROM payments WHERE order_number IN (\'O-1\', \'O-3\')')
  project.insert('book.db', 'INSERT INTO refunds (number, payment_id, amount, amount_currency, reason) VALUES (?, ?, ?, \'EUR\', \'requested_by_customer\')', of.map((row, n) => [`R-${n}`, row['id'], n + 1]))
  provider.forget()
  await project.synced()
  const { data: refunds } = await ask('/v1/refunds?limit=10')
  expect(refunds.map((one) => [one['charge'], one['amount'], one['currency'], one['metadata']?.['number']]).toSorted()).toEqual(of.map((row, n) => [row['reference'], (n + 1) * 100, 'eur', `R-${n}`]).toSorted())
  expect(provider.requests().filter((one) => one.method === 'POST').length).toBe(2)
  expect(project.rows('book.db', 'SELECT provider_id FROM refunds ORDER BY id').map((row) => row['provider_id']).toSorted()).toEqual(refunds.map((one) => one['id']).toSorted())

  provider.forget()
  const again = await project.synced()
  expect(shortly(again)).toEqual([])
  expect(provider.requests().filter((one) => one.method === 'POST')).toEqual([])
  const quiet = provider.requests().length
  const more = project.rows('book.db', 'SELECT id FROM payments WHERE order_number IN (\'O-5\', \'O-7\')')
  project.insert('book.db', 'INSERT INTO refunds (number, payment_id, amount, amount_currency, reason) VALUES (?, ?, ?, \'EUR\', \'requested_by_customer\')', more.map((row, n) => [`M-${n}`, row['id'], n + 1]))
  provider.forget()
  await project.synced()
  const calls = { create: provider.requests().length / more.length, quiet, most: mostCalls(await loadManifest('stripe'), 'refunds', quiet, { create: more.length }) }
  expect(calls.create, JSON.stringify(calls)).toBeLessThanOrEqual(calls.most.create!)
  tell({ system: 'stripe', is: 'counted', resource: 'refunds', calls })
})

const charged = () => ask('/v1/charges', { amount: '700', currency: 'eur', source: 'tok_visa' })
proveResources({
  system: 'stripe', at: () => provider, open: () => openHttp(provider.url, { manifest: 'stripe', token: String(provider.access['key']) }),
  reads: { charges: [], refunds: [], customers: [] },
  writes: {
    // The mock knows no deletions.
    customers: { make: { email: 'zoe@example.test', description: 'Zoë' }, change: { description: 'Ω 😀' }, delete: false },
    charges: { make: { amount: 500, currency: 'eur', source: 'tok_visa' }, made: { amount: 500, currency: 'eur', captured: true }, change: { description: 'For order 7' } },
    refunds: { make: async () => ({ charge: (await charged()).id, amount: 100 }) },
  },
})
