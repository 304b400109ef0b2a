/** One conversation with a mail server, and what became of each mail in it. */
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { PlimsollError, type WriteResult } from '../../../contract.ts'
import type { Server } from '../server.ts'
import { socketTo } from '../server.ts'
import { within } from '../waits.ts'

export interface Envelope { readonly from: string; readonly to: string }
/** off: never encrypted; needed: only encrypted, also where the conversation begins in the open. */
export type StartTls = 'needed' | 'off'

interface Failure { readonly code?: string; readonly responseCode?: number; readonly response?: string; readonly command?: string; readonly message: string }

const CERTIFICATE = /CERT|UNABLE_TO_VERIFY|SELF_SIGNED|ALTNAME|certificate/i

export class Conversation {
  readonly #connection: SMTPConnection
  readonly #what: string
  readonly #timeoutMs: number
  #over = false

  private constructor(connection: SMTPConnection, what: string, timeoutMs: number) {
    this.#connection = connection
    this.#what = what
    this.#timeoutMs = timeoutMs
  }

  static async begin(server: Server, startTls: StartTls, what: string, signal: AbortSignal): Promise<Conversation> {
    const { tls, safety, host, port, timeoutMs, user, password } = server
    const socket = socketTo(server)
    try {
      await within(timeoutMs, what, new Promise<void>((resolve, reject) => {
        socket.once(tls ? 'secureConnect' : 'connect', () => resolve())
        socket.once('error', reject)
      }), signal)
    } catch (error) {
      socket.destroy()
      throw unreachable(error, what)
    }
    const connection = new SMTPConnection({
      connection: socket, secured: tls, secure: tls, host, port, tls: safety, requireTLS: !tls && startTls === 'needed', ignoreTLS: !tls && startTls === 'off',
      greetingTimeout: timeoutMs, socketTimeout: timeoutMs, connectionTimeout: timeoutMs,
    })
    const conversation = new Conversation(connection, what, timeoutMs)
    try {
      await conversation.#step((done) => {
        connection.on('error', done)
        connection.connect(done)
      }, signal)
      if (user !== undefined) await conversation.#step((done) => connection.login({ user, pass: password ?? '' }, done), signal)
    } catch (error) {
      conversation.#drop()
      throw unreachable(error, what)
    }
    connection.on('error', () => { conversation.#over = true })
    connection.on('end', () => { conversation.#over = true })
    return conversation
  }

  /** Nothing more can be sent in it. */
  get over(): boolean {
    return this.#over
  }

  #step(begin: (done: (error?: unknown) => void) => void, signal: AbortSignal): Promise<void> {
    return within(this.#timeoutMs, this.#what, new Promise<void>((resolve, reject) => begin((error) => (error ? reject(error as Error) : resolve()))), signal)
  }

  /** What a server accepted it has; what it refused it surely has not. In between nobody knows. */
  async send(envelope: Envelope, mail: Buffer, key: string, ms: number): Promise<WriteResult> {
    /** The server asked for the text of the mail. */
    let begun = false
    const text = new Readable({
      read() {
        begun = true
        this.push(mail)
        this.push(null)
      },
    })
    try {
      await within(ms, this.#what, new Promise<void>((resolve, reject) => {
        this.#connection.send({ from: envelope.from, to: [envelope.to], size: mail.length }, text, (error) => (error ? reject(error) : resolve()))
      }))
      return { is: 'done', key }
    } catch (thrown) {
      const failure = thrown as Failure
      const { responseCode = 0 } = failure
      const says = `${this.#what}: ${(failure.response ?? failure.message).replaceAll(/\s+/g, ' ').slice(0, 300)}`
      if (responseCode >= 500) return { is: 'refused', code: `smtp ${responseCode}`, says }
      if (failure.code === 'EMESSAGE' && responseCode === 0 && !begun) return { is: 'refused', code: 'size', says }
      if (responseCode >= 400) return { is: 'later', says }
      this.#drop()
      return begun ? { is: 'unsure', says } : { is: 'later', says }
    }
  }

  /** A mail that was refused leaves nothing behind for the next one. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#step((done) => this.#connection.reset(done), signal).catch(() => this.#drop())
  }

  #drop(): void {
    this.#over = true
    this.#connection.close()
  }

  end(): void {
    if (!this.#over) this.#connection.quit()
    this.#over = true
  }
}

/** Nothing was sent yet. */
function unreachable(thrown: unknown, what: string): PlimsollError {
  if (thrown instanceof PlimsollError) return new PlimsollError(thrown.code, thrown.message, { cause: thrown, details: thrown.details, executed: false })
  const { code = '', responseCode = 0, response, message } = thrown as Failure
  const text = (response ?? message).replaceAll(/\s+/g, ' ').slice(0, 300)
  const say = (id: string, says: string): PlimsollError => new PlimsollError(id, `${what}: ${says}`, { cause: thrown, executed: false })
  if (code === 'EAUTH' && responseCode >= 400 && responseCode < 500) return say('messages.refused', `it lets nobody in now. (${text})`)
  if (code === 'EAUTH') return say('messages.login', 'user or password is wrong.')
  if (CERTIFICATE.test(code) || CERTIFICATE.test(message)) return say('messages.certificate', `the certificate of the server can't be trusted. (${text})`)
  if (code === 'ETLS') return say('messages.certificate', `the way to it can't be encrypted. (${text})`)
  return say('messages.connection', `there is no connection (${code || text}).`)
}
