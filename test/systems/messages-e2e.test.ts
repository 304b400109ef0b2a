/**
 * The built product between real brokers: a queue into a database, and from there to a topic and to mail. Brokers are judged by what they
 * handed to a receiver of the test; the database by looking into it.
 */
import type { MqttClient } from 'mqtt'
import type { Connection } from 'rabbitmq-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Project } from '../e2e/project.ts'
import { Serving, until } from '../e2e/serving.ts'
import { killedAt } from '../fault/machine.ts'
import { amqpClient, loginOf } from '../support/amqp-other.ts'
import { mqttClient } from '../support/mqtt-other.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'

interface Told { readonly topic: string; readonly id: string; readonly sku: string; readonly stock: string }

const QUEUE = 'stock-for-plimsoll'

const plan = (rabbit: string, mosquitto: string, mail: string, more = ''): string => `
plimsoll: 1
name: Stock by message
systems:
  warehouse:
    connector: amqp
    settings: { url: "${rabbit}", user: tests, record: data, kind: event, kinds: { create: stock.made, update: stock.changed, delete: stock.gone }, timeout: 10 }
    holds: { item: { resource: ${QUEUE}, key: [sku], fields: { sku: sku, stock: qty, email: contact } } }
  database:
    connector: sqlite
    settings: { file: ./items.db }
    holds: { item: { resource: item, fields: { sku: sku, stock: stock, email: email } } }
  screens:
    connector: mqtt
    settings: { url: "${mosquitto}", user: tests, topic: "stock/{sku}", client_id: e2e, timeout: 10${more} }
    holds: { item: { resource: stock, key: [sku], fields: { sku: sku, stock: stock } } }
  post:
    connector: mail
    settings: { url: "${mail}", user: tests, starttls: off, from: hub@example.test, templates: { news: { to: "{email}", subject: "New: {sku}", text: "{stock} of {sku}" } } }
    holds: { item: { resource: news, fields: { sku: sku, stock: stock, email: email } } }
entities:
  item: { identifiers: [sku], fields: { sku: text, stock: integer, email: email } }
flows:
  stock: { entity: item, from: warehouse, to: { database: {}, screens: {}, post: { may: create } }, when_deleted: ignore }
`

describe('messages from one broker to another', () => {
  let rabbit: RunningSystem
  let mosquitto: RunningSystem
  let maildev: RunningSystem
  let amqp: Connection
  let screen: MqttClient
  const told: Told[] = []
  let at: Project
  let serving: Serving | undefined

  beforeAll(async () => {
    ;[rabbit, mosquitto, maildev] = await Promise.all([startSystem('rabbitmq'), startSystem('mosquitto'), startSystem('maildev')])
    amqp = amqpClient(rabbit)
    // A session that is kept: what is published while the broker is away from this receiver is not lost to the judge.
    screen = await mqttClient(mosquitto, { clientId: 'screen', clean: false, properties: { sessionExpiryInterval: 3_600 } })
    screen.on('message', (topic, body, packet) => {
      const record = JSON.parse(body.toString()) as Record<string, unknown>
      told.push({ topic, id: String(packet.properties?.userProperties?.['message-id']), sku: String(record['sku']), stock: String(record['stock']) })
    })
    await screen.subscribeAsync('stock/#', { qos: 1 })
  }, 300_000)
  afterAll(async () => {
    amqp?.unsafeDestroy()
    await screen?.endAsync(true)
    await Promise.all([rabbit?.end(), mosquitto?.end(), maildev?.end()])
  })
  beforeEach(async () => {
    told.length = 0
    await amqp.queueDelete({ queue: QUEUE })
    await amqp.queueDeclare({ queue: QUEUE, durable: true })
    at = project()
  })
  afterEach(async () => {
    serving?.kill()
    await serving?.ended
    serving = undefined
    at.done()
  })

  function project(more = ''): Project {
    const made = new Project({ 'plan.yaml': plan(rabbit.url, mosquitto.url, maildev.url, more) })
    for (const [name, server] of [['WAREHOUSE', rabbit], ['SCREENS', mosquitto], ['POST', maildev]] as const) made.env[`PLIMSOLL_SYSTEM_${name}_PASSWORD`] = loginOf(server).password
    return made
  }
  async function send(event: string, data: object): Promise<void> {
    const publisher = amqp.createPublisher({ confirm: true, maxAttempts: 5 })
    await publisher.send({ routingKey: QUEUE, durable: true }, Buffer.from(typeof data === 'string' ? data : JSON.stringify({ event, data })))
    await publisher.close()
  }
  const item = (n: number, qty = n) => ({ sku: `A-${n}`, qty, contact: `p${n}@example.test` })
  const rows = (): unknown[] => {
    try {
      return at.rows('items.db', 'SELECT sku, stock FROM item ORDER BY sku')
    } catch {
      return []
    }
  }
  const waiting = async (): Promise<number> => (await amqp.queueDeclare({ queue: QUEUE, passive: true })).messageCount
  const mails = async (sku: string): Promise<number> => ((await (await fetch(`${maildev.access['web']}/email`)).json()) as { subject: string }[]).filter((mail) => mail.subject === `New: ${sku}`).length
  /** What each message id said, last of all. */
  const distinct = (): Map<string, Told> => new Map(told.map((one) => [one.id, one]))

  test('What a message says is in the database, on the screens and in the post; a second pass writes nothing; a preview takes nothing.', async () => {
    await send('stock.made', item(101, 7))
    await send('stock.made', item(102, 3))
    await send('stock.changed', item(101, 8))
    const looked = await at.say('preview')
    expect(looked.out + looked.err).toContain(`3 messages wait in ${QUEUE}`)
    expect(await waiting()).toBe(3)

    const first = await at.run('sync')
    expect([first.exit, first.summary.balanced, first.summary['set_aside']]).toEqual([0, true, 0])
    expect(rows()).toEqual([{ sku: 'A-101', stock: 8 }, { sku: 'A-102', stock: 3 }])
    await until(() => told.some((one) => one.sku === 'A-101' && one.stock === '8') && told.some((one) => one.sku === 'A-102'), 'the screens are told')
    expect(await Promise.all(['A-101', 'A-102'].map(mails))).toEqual([1, 1])
    expect(await waiting()).toBe(0)

    const writes = told.length
    const second = await at.run('sync')
    expect([second.exit, second.summary['writes'], second.summary.balanced]).toEqual([0, 0, true])
    expect(told.length).toBe(writes)
    // A change that was sent is in the database and on the screens; no second mail follows.
    await send('stock.changed', item(102, 4))
    expect((await at.run('sync')).exit).toBe(0)
    await until(() => told.some((one) => one.sku === 'A-102' && one.stock === '4'), 'the screens are told of a change')
    expect(rows()).toContainEqual({ sku: 'A-102', stock: 4 })
    expect(await mails('A-102')).toBe(1)
    const shown = await at.run('connectors', 'read', '.', `warehouse/${QUEUE}`)
    expect([shown.exit, shown.summary['read']]).toEqual([0, 0])
    const checked = await at.run('connectors', 'check')
    expect([checked.exit, checked.summary['failing']]).toEqual([0, 0])
  })

  test('What nobody understands is set aside and blocks nothing.', async () => {
    await send('', '{"event": "stock.made", "data": {' as unknown as object)
    await send('stock.dissolved', item(111))
    await send('stock.made', item(112))
    const answer = await at.run('sync')
    expect(rows()).toEqual([{ sku: 'A-112', stock: 112 }])
    expect([answer.summary['set_aside'], answer.summary.balanced]).toEqual([2, true])
    expect(await waiting()).toBe(0)
    expect((await at.run('sync')).summary['set_aside']).toBe(0)
  })

  test('Serve is told of a message at once, and of the next after the broker was away.', async () => {
    serving = await new Serving(at).started()
    await send('stock.made', item(121))
    await until(() => rows().length === 1, 'the first message arrives')
    await rabbit.kill()
    await until(() => serving!.events.some((event) => event.event === 'trouble' && String(event['lane']).startsWith('reading/warehouse')), 'serve says that the broker is away')
    await rabbit.start()
    await send('stock.made', item(122))
    await send('stock.changed', item(121, 500))
    await until(() => JSON.stringify(rows()) === JSON.stringify([{ sku: 'A-121', stock: 500 }, { sku: 'A-122', stock: 122 }]), 'the next messages arrive')
    expect((await serving.stop()).exit).toBe(0)
    expect(serving.runs().every((run) => run.summary.balanced)).toBe(true)
    expect(await waiting()).toBe(0)
  })

  test('A process that dies between durable and acknowledged, or anywhere near, loses no message and tells nobody twice.', async () => {
    for (let n = 1; n <= 12; n += 1) await send('stock.made', item(200 + n))
    expect((await at.run('sync')).exit).toBe(0)
    let n = 0
    for (const [step, nth] of [['intake.committed', 1], ['read.acknowledged', 1], ['read.page', 1], ['intake.saved', 1], ['claim.committed', 1], ['settle.committed', 1]] as const) {
      n += 1
      // Two words about one record: repeated, the older one would be written once more.
      await send('stock.changed', item(201, 1_000 + n))
      await send('stock.changed', item(201, 2_000 + n))
      await send('stock.made', item(300 + n))
      expect(await killedAt(at, { at: step, nth }, ['sync'])).toMatchObject({ killed: true })
    }
    await at.run('sync')
    for (let tries = 0; tries < 20 && (await at.run('sync')).summary['writes']! > 0; tries += 1);
    expect(await waiting()).toBe(0)
    expect(rows()).toEqual(expect.arrayContaining([{ sku: 'A-201', stock: 2_000 + n }, ...Array.from({ length: n }, (_, i) => ({ sku: `A-${301 + i}`, stock: 301 + i }))]))
    expect(rows()).toHaveLength(12 + n)
    await until(() => told.some((one) => one.sku === 'A-201' && one.stock === String(2_000 + n)), 'the screens show the last word')
    const said = await at.run('errors', 'list')
    // A publish that nobody knows the end of waits for a person; everything else was told, and under one id once.
    const asked = (said.result['errors'] as { rule?: string }[] | undefined ?? []).filter((one) => one.rule === 'may_exist')
    expect(new Set(told.map((one) => one.sku)).size + asked.length).toBeGreaterThanOrEqual(12 + n)
    expect(told.length - distinct().size).toBeLessThanOrEqual(2)
  }, 240_000)

  test('A broker that is stopped in the middle of publishing gets everything in the end, and what came twice has one id.', async () => {
    at.done()
    at = project(', repeats: dropped')
    const count = 400
    for (let n = 1; n <= count; n += 1) await send('stock.made', item(1_000 + n))
    const running = at.run('sync')
    await until(() => told.length > 0, 'the first is told')
    // In order: killed, this broker forgets what it confirmed since it last wrote to its disk.
    await mosquitto.stop()
    await new Promise((resolve) => { setTimeout(resolve, 1_500) })
    await mosquitto.start()
    await running
    for (let tries = 0; tries < 20; tries += 1) {
      const again = await at.run('sync')
      if (again.summary['writes'] === 0 && again.summary['unsure'] === 0 && again.summary['waiting'] === 0 && again.summary['due'] === 0) break
    }
    await until(() => new Set(told.map((one) => one.sku)).size >= count, 'everything is told')
    const ids = new Map<string, Set<string>>()
    for (const one of told) ids.set(one.sku, (ids.get(one.sku) ?? new Set()).add(one.id))
    expect([...ids.values()].every((of) => of.size === 1)).toBe(true)
    expect(distinct().size).toBe(count)
  }, 240_000)
})
