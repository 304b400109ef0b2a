import { connectAsync } from 'mqtt'
import { createTransport } from 'nodemailer'
import { Connection } from 'rabbitmq-client'
import { expect, test, vi } from 'vitest'
import { comesBack, portOf } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'

const TEXT = 'שלום 👋'

await describeSystem('rabbitmq', (system) => {
  test('A message in a durable queue is still there after the broker was away.', async () => {
    const { user, password } = system().access
    const open = (): Connection => new Connection({ hostname: '127.0.0.1', port: portOf(system()), username: String(user), password: String(password), retryLow: 100 })
    const connection = open()
    const publisher = connection.createPublisher({ confirm: true, queues: [{ queue: 'orders', durable: true }] })
    await publisher.send({ routingKey: 'orders', durable: true }, TEXT)
    await publisher.close()
    await connection.close()
    await comesBack(system(), async () => {
      const again = open()
      const message = await again.basicGet({ queue: 'orders', noAck: true })
      expect(String(message?.body)).toBe(TEXT)
      await again.close()
    })
  })
})

await describeSystem('mosquitto', (system) => {
  test('A message that was kept is still there after the broker was away.', async () => {
    const { user, password } = system().access
    const open = () => connectAsync(system().url, { username: String(user), password: String(password), reconnectPeriod: 0 })
    const client = await open()
    await client.publishAsync('stock/GC-1', TEXT, { qos: 1, retain: true })
    await client.endAsync()
    await comesBack(system(), async () => {
      const again = await open()
      const arrived = new Promise<string>((resolve) => { again.on('message', (_topic, payload) => resolve(String(payload))) })
      await again.subscribeAsync('stock/#', { qos: 1 })
      expect(await arrived).toBe(TEXT)
      await again.endAsync()
    })
  })
})

await describeSystem('maildev', (system) => {
  test('A mail is taken from whoever knows the password, and shown.', async () => {
    const { user, password, web } = system().access
    const mail = { from: 'shop@example.test', to: 'zoe@example.test', subject: TEXT, text: TEXT }
    const sender = (pass: string) => createTransport({ host: '127.0.0.1', port: portOf(system()), secure: false, ignoreTLS: true, auth: { user: String(user), pass } })
    await expect(sender('wrong').sendMail(mail)).rejects.toMatchObject({ code: 'EAUTH' })
    await sender(String(password)).sendMail(mail)
    await comesBack(system(), async () => {
      // It says yes before it has looked into the mail.
      await vi.waitFor(async () => {
        const shown = await (await fetch(`${web}/email`)).json() as { subject: string; text: string }[]
        expect(shown.map((one) => [one.subject, one.text.trim()])).toEqual([[TEXT, TEXT]])
      }, { timeout: 60_000, interval: 100 })
    })
  })
})
