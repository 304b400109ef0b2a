/** What a mail server can do to a mail: a server of the test's own says and does it. */
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../../base/clock.ts'
import type { ConnectorContext, WriteItem } from '../../../contract.ts'
import { mailConnector } from './index.ts'
import { oneAddress } from './templates.ts'

const context: ConnectorContext = { clock: systemClock, system: 'post', timeZone: 'UTC', readOnly: false, budget: async () => {} }
type Says = (line: string, socket: Socket) => string | undefined
let server: Server | undefined
const taken: string[] = []
afterEach(async () => {
  taken.length = 0
  const open = server
  server = undefined
  if (open) await new Promise((resolve) => { open.close(resolve) })
})

async function serve(says: Says): Promise<number> {
  server = createServer((socket) => {
    let text = false
    let rest = ''
    socket.on('error', () => {})
    socket.write('220 test\r\n')
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\r\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (text && line !== '.') continue
        const said = says(text ? 'TEXT' : line, socket)
        if (text) taken.push('mail')
        text = said?.startsWith('354') === true
        if (said !== undefined && !socket.destroyed) socket.write(`${said}\r\n`)
      }
    })
  })
  await new Promise<void>((resolve) => { server!.listen(0, '127.0.0.1', resolve) })
  return (server.address() as { port: number }).port
}
const usual: Says = (line) => (line.startsWith('EHLO') ? '250 test' : line === 'DATA' ? '354 go on' : line === 'QUIT' ? '221 bye' : '250 ok')

async function send(port: number, items: number, more: object = {}) {
  const session = await mailConnector.open({ url: `smtp://127.0.0.1:${port}`, starttls: 'off', from: 'a@example.test', timeout: 2, templates: { note: { to: '{email}', subject: 'S', text: 'T' } }, ...more }, context)
  const resource = session.resource({ resource: 'note', key: [], parts: new Map(), identifiers: [], creates: [] })
  const create = (n: number): WriteItem => ({ operation: 'create', values: { email: `p${n}@example.test` }, idempotencyKey: `${n}` })
  return resource.write!(Array.from({ length: items }, (_, n) => create(n)), { signal: new AbortController().signal, deadline: systemClock.now() + 20_000 })
}

describe('what becomes of a mail', () => {
  test.each<[string, Says, object]>([
    ['A no to the recipient refuses this mail.', (line, s) => (line.startsWith('RCPT') ? '550 5.1.1 no such user' : usual(line, s)), { is: 'refused', code: 'smtp 550' }],
    ['A no to the text refuses it as well.', (line, s) => (line === 'TEXT' ? '554 looks like spam' : usual(line, s)), { is: 'refused', code: 'smtp 554' }],
    ['A later to the recipient is a later.', (line, s) => (line.startsWith('RCPT') ? '450 busy' : usual(line, s)), { is: 'later' }],
    ['A later after the text is a later: it was not taken.', (line, s) => (line === 'TEXT' ? '452 no room' : usual(line, s)), { is: 'later' }],
    ['A connection that is lost before the text was asked for leaves nothing behind.', (line, s) => (line.startsWith('RCPT') ? void s.destroy() : usual(line, s)), { is: 'later' }],
    ['A connection that is lost after the text leaves nobody knowing.', (line, s) => (line === 'TEXT' ? void s.destroy() : usual(line, s)), { is: 'unsure' }],
    ['A server that falls silent after the text leaves nobody knowing.', (line, s) => (line === 'TEXT' ? undefined : usual(line, s)), { is: 'unsure' }],
  ])('%s', async (_, says, wanted) => {
    expect(await send(await serve(says), 1)).toMatchObject([wanted])
  })

  test('One mail that is refused or lost holds up none of the others, and none is sent twice.', async () => {
    const results = await send(await serve((line, socket) => (line.includes('p1@') ? '550 no' : line.includes('p3@') ? void socket.destroy() : usual(line, socket))), 6)
    expect(results.map((result) => result.is)).toEqual(['done', 'refused', 'done', 'later', 'done', 'done'])
    expect(taken).toHaveLength(4)
  })

  test('A server that can not encrypt is not told anything where that is needed, and a closed port is no login.', async () => {
    const seen: string[] = []
    const port = await serve((line, socket) => {
      seen.push(line)
      return line === 'STARTTLS' ? '502 not here' : usual(line, socket)
    })
    await expect(send(port, 1, { starttls: 'needed', user: 'u', password: 'canary-44' })).rejects.toMatchObject({ class: 'config', executed: false })
    expect(seen.join('\n')).not.toMatch(/AUTH|canary|MAIL/)
    await expect(send(1, 1)).rejects.toMatchObject({ code: 'messages.connection', class: 'remote', executed: false })
  })

  test.each(['a@b.example', 'a.b+c@sub.b.example', 'zażółć@b.example', 'a@bücher.example'])('%s is one address or none', (text) => {
    expect(oneAddress(text)).toBe(/^[ -~]+@/.test(text) ? text.replace('bücher', 'xn--bcher-kva') : undefined)
  })
})
