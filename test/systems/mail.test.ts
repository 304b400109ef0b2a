/** Mail against a server that somebody else wrote: the contract, and what the mails say when they arrive. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import type { Bench } from '../../src/rehearse/conformance/bench.ts'
import type { ConnectorContext, NativeRecord } from '../../src/systems/contract.ts'
import { mailConnector } from '../../src/systems/protocols/messages/mail/index.ts'
import { loginOf } from '../support/amqp-other.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'

interface Mail { readonly subject: string; readonly text: string; readonly html: string; readonly to: { readonly address: string }[]; readonly from: { readonly address: string; readonly name: string }[]; readonly headers: Readonly<Record<string, string>>; readonly messageId?: string }

const context: ConnectorContext = { clock: systemClock, system: 'post', timeZone: 'UTC', readOnly: false, budget: async () => {} }
const templates = { note: { to: '{email}', subject: 'About {name}', text: '{"email":"{email}","name":"{name}","city":"{city}"}', html: '<p>{name}</p>', reply_to: 'shop@example.test' } }

describe('the mail connector', () => {
  let server: RunningSystem
  beforeAll(async () => {
    server = await startSystem('maildev')
  })
  afterAll(async () => {
    await server?.end()
  })
  const held = async (): Promise<Mail[]> => (await (await fetch(`${server.access['web']}/email`, { signal: AbortSignal.timeout(10_000) })).json()) as Mail[]
  /** It shows a mail some time after it took it, and dies of a deletion meanwhile: what was there before is left out instead. */
  let before = 0
  const settled = async (): Promise<Mail[]> => {
    for (let last = -1; ;) {
      const all = await held()
      if (all.length === last) return all
      last = all.length
      await new Promise((resolve) => { setTimeout(resolve, 100) })
    }
  }
  const forget = async (): Promise<void> => { before = (await settled()).length }
  const mails = async (): Promise<Mail[]> => (await settled()).slice(before)
  const settings = () => ({ url: server.url, ...loginOf(server), starttls: 'off', from: 'plimsoll@example.test', from_name: 'Zażółć & Co', templates })

  test('keeps the contract', async () => {
    const record = (n: number): NativeRecord => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, city: `City ${n}` })
    const bench: Bench = {
      name: 'mail', clock: systemClock, record, secrets: [loginOf(server).password, 'wrong-canary-83'],
      open: () => mailConnector.open(settings(), context),
      locked: () => mailConnector.open({ ...settings(), password: 'wrong-canary-83' }, context),
      spec: { resource: 'note', key: [], parts: new Map(), identifiers: [['email']], creates: [{ path: 'email', type: 'email' }] },
      shape: { key: 'email', keyBy: 'system', text: 'name', identifier: 'email' },
      exact: new Map([['name', ['007', ' x ', "it's % _", 'Zażółć ß 日本 😀', 'NULL', '1e5']]]),
      poison: { record: (n) => ({ ...record(n), email: `p${n}@example.test, other@example.test` }), update: {}, field: 'email' },
      user: {
        reset: forget,
        seed: async (records) => records.map((one) => String(one['email'])),
        edit: async () => {},
        remove: async () => {},
        all: async () => new Map((await mails()).map((mail) => [String(mail.headers['message-id']).slice(1, -1), JSON.parse(mail.text.trim()) as NativeRecord])),
      },
    }
    await keepsTheContract(bench, 8, { system: 'maildev', resource: 'mails', at: server })
  })

  test('sends one mail to one address, with nothing in its head that a value brought', async () => {
    await forget()
    const session = await mailConnector.open(settings(), context)
    const resource = session.resource({ resource: 'note', key: [], parts: new Map(), identifiers: [], creates: [] })
    const create = (values: NativeRecord, n: number) => ({ operation: 'create', values, idempotencyKey: `${n}-0-create` }) as const
    const hostile = ['x@example.test\r\nBcc: y@example.test', 'x@example.test,y@example.test', 'X <x@example.test>', '', '"a b"@example.test', 'x@[127.0.0.1]', 'x@example.test ; y@example.test', '<script>@example.test']
    const results = await resource.write!([
      create({ email: 'good@bücher.example', name: 'One\r\nBcc: evil@example.test <b>&"', city: 'C' }, 1), ...hostile.map((email, i) => create({ email, name: 'N', city: 'C' }, i + 2)),
    ], { signal: new AbortController().signal, deadline: systemClock.now() + 30_000 })
    expect(results.map((result) => result.is)).toEqual(['done', ...hostile.map(() => 'refused')])
    expect(results.slice(1).every((result) => result.is === 'refused' && result.field === 'email' && result.code === 'address')).toBe(true)
    const all = await mails()
    expect(all.length).toBe(1)
    const [mail] = all
    expect(mail!.to.map((to) => to.address)).toEqual(['good@xn--bcher-kva.example'])
    expect(mail!.from).toMatchObject([{ address: 'plimsoll@example.test', name: 'Zażółć & Co' }])
    expect(mail!.subject).toBe('About One Bcc: evil@example.test <b>&"')
    expect(mail!.html).toContain('&lt;b&gt;&amp;&quot;')
    expect(mail!.headers['auto-submitted']).toBe('auto-generated')
    expect(Object.keys(mail!.headers)).not.toContain('bcc')
    expect(await resource.write!([{ operation: 'update', key: 'x', values: { name: 'Z' }, idempotencyKey: 'u' }], { signal: new AbortController().signal, deadline: systemClock.now() + 30_000 })).toMatchObject([{ is: 'refused', code: 'sent' }])
    await session.close()
  })
})
