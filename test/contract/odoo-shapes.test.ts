/**
 * The catalogue's entry for Odoo against what its documentation says of requests and answers (external API and ORM reference, 14.0): a session
 * by cookie, `call_kw`, `false` for nothing, references as [id, name], commands for lines, failures in answers with status 200. A real one answers in test/systems/long.
 */
import { afterEach, expect, test } from 'vitest'
import { json, openHttp, readAll, specOf, startServer, writeOptions } from '../support/http-servers.ts'
import type { SystemSession } from '../../src/systems/contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

interface Call { readonly jsonrpc: string; readonly method: string; readonly params: { readonly model: string; readonly method: string; readonly args: readonly unknown[]; readonly kwargs: { readonly fields?: string[]; readonly offset?: number; readonly limit?: number; readonly order?: string; readonly context: object }; readonly login?: string; readonly password?: string; readonly db?: string } }

const failure = (name: string, message: string, code = 200) => ({ jsonrpc: '2.0', id: 1, error: { code, message: 'Odoo Server Error', data: { name, debug: 'Traceback …', message, arguments: [message], context: {} } } })
const PARTNER = { id: 7, name: 'Ann Example', email: 'ann@example.test', phone: false, vat: false, is_company: false, active: true, parent_id: false, country_id: [57, 'Germany'], street: 'Main 1', write_date: '2026-11-21 08:30:15' }

async function serve(answer: (call: Call) => object | undefined = () => undefined, sessions = { valid: 'first' }): Promise<{ session: SystemSession; calls: Call[]; logins: Call[] }> {
  const calls: Call[] = []
  const logins: Call[] = []
  const server = await startServer(({ path, headers, body, response }) => {
    const call = JSON.parse(body) as Call
    if (path === '/web/session/destroy') return json(response, 200, { jsonrpc: '2.0', id: 1, result: null })
    if (path === '/web/session/authenticate') {
      logins.push(call)
      if (call.params.password !== 'good one') return json(response, 200, failure('odoo.exceptions.AccessDenied', 'Access Denied'))
      return json(response, 200, { jsonrpc: '2.0', id: 1, result: { uid: 2, db: 'shop' } }, { 'set-cookie': `session_id=${sessions.valid}; Expires=Sun, 21-Feb-2027 00:00:00 GMT; Max-Age=7776000; HttpOnly; Path=/` })
    }
    calls.push(call)
    if (headers['cookie'] !== `session_id=${sessions.valid}`) return json(response, 200, failure('odoo.http.SessionExpiredException', 'Session expired', 100))
    const own = answer(call)
    json(response, 200, own ?? { jsonrpc: '2.0', id: 1, result: call.params.method === 'search_read' ? [PARTNER] : call.params.method === 'create' ? (call.params.args[0] as unknown[]).map((_, index) => 40 + index) : true })
  })
  open.push(server)
  const session = await openHttp(server.url, { manifest: 'odoo', user: 'admin', password: 'good one', parameters: { database: 'shop' } })
  open.push(session)
  return { session, calls, logins }
}

test('Records are read in pages with a session, nothing is null and references are ids.', async () => {
  const { session, calls, logins } = await serve()
  const { keys, values, position } = await readAll(session.resource(specOf('partners')))
  expect(logins[0]).toMatchObject({ jsonrpc: '2.0', method: 'call', params: { db: 'shop', login: 'admin', password: 'good one' } })
  expect(calls[0]).toMatchObject({ method: 'call', params: { model: 'res.partner', method: 'search_read', args: [[['id', '>', 0]]], kwargs: { offset: 0, order: 'id', context: { lang: 'en_US', active_test: false } } } })
  expect(keys).toEqual(['7'])
  expect(values[0]).toMatchObject({ phone: null, vat: null, parent_id: null, country_id: 57, is_company: false, active: true })
  await readAll(session.resource(specOf('partners')), { since: position! })
  expect(calls.at(-1)!.params.args).toEqual([[['id', '>', 0], ['write_date', '>=', expect.stringMatching(/^2026-11-21.08:28:15$/)]]])
})

test('A session that expired is told in an answer with status 200, and opened again.', async () => {
  const sessions = { valid: 'first' }
  const { session, logins } = await serve(() => undefined, sessions)
  await readAll(session.resource(specOf('partners')))
  sessions.valid = 'second'
  expect((await readAll(session.resource(specOf('partners')))).keys).toEqual(['7'])
  expect(logins).toHaveLength(2)
})

test('A wrong password is class auth.', async () => {
  const { session } = await serve()
  await session.close()
  const server = await startServer(({ response }) => json(response, 200, failure('odoo.exceptions.AccessDenied', 'Access Denied')))
  open.push(server)
  const locked = await openHttp(server.url, { manifest: 'odoo', user: 'admin', password: 'wrong', parameters: { database: 'shop' } })
  open.push(locked)
  await expect(readAll(locked.resource(specOf('partners')))).rejects.toMatchObject({ class: 'auth', executed: false })
})

test('An order is made with its lines in one call and confirmed by another; lines of an order that is there are changed by themselves.', async () => {
  const { session, calls } = await serve((call) => (call.params.method === 'search_read' ? { jsonrpc: '2.0', id: 1, result: [{ id: 40, name: 'S00040', order_line: [91, 92], partner_id: [7, 'Ann Example'], write_date: '2026-11-21 08:30:15' }] } : undefined))
  const orders = session.resource(specOf('orders'))
  const values = { client_order_ref: 'W-1', partner_id: 7, state: 'sale', order_line: [{ product_id: 3, product_uom_qty: 2, price_unit: 5 }, { product_id: 4, product_uom_qty: 1, price_unit: 7 }] }
  expect(await orders.write!([{ operation: 'create', values, idempotencyKey: 'k' }], writeOptions)).toEqual([{ is: 'done', key: '40' }])
  expect(calls.map((call) => [call.params.model, call.params.method, call.params.args])).toEqual([
    ['sale.order', 'create', [[{ client_order_ref: 'W-1', partner_id: 7, order_line: [[0, 0, { product_id: 3, product_uom_qty: 2, price_unit: 5 }], [0, 0, { product_id: 4, product_uom_qty: 1, price_unit: 7 }]] }]]],
    ['sale.order', 'action_confirm', [[40]]],
  ])
  const [refused] = await orders.write!([{ operation: 'update', key: '40', values: { order_line: [{ product_id: 3 }] }, idempotencyKey: 'u' }], writeOptions)
  expect(refused).toMatchObject({ is: 'refused', field: 'order_line' })
})

test.each([
  ['odoo.exceptions.MissingError', 'Record does not exist or has been deleted.', { is: 'missing' }],
  ['odoo.exceptions.ValidationError', 'The VAT number does not seem to be valid.', { is: 'refused', code: 'odoo.exceptions.ValidationError', says: 'The VAT number does not seem to be valid.' }],
  ['odoo.exceptions.AccessError', 'You are not allowed to modify this.', { is: 'refused' }],
])('The failure %s in an answer with status 200 means what it says.', async (name, message, expected) => {
  const { session } = await serve((call) => (call.params.method === 'write' ? failure(name, message) : undefined))
  expect(await session.resource(specOf('partners')).write!([{ operation: 'update', key: '7', values: { name: 'B' }, idempotencyKey: 'u' }], writeOptions)).toMatchObject([expected])
})
