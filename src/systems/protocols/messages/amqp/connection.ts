/** One connection to a broker. Where it breaks it is given up, and the next call makes another: nothing reconnects behind our back. */
import { Connection, type Channel } from 'rabbitmq-client'
import { PlimsollError } from '../../../contract.ts'
import type { Server } from '../server.ts'
import { within } from '../waits.ts'
import { inWords } from './failures.ts'

const HEARTBEAT_S = 20
const FRAME = 131_072
const CLOSING_MS = 5_000

export class Broker {
  readonly #server: Server
  readonly #vhost: string
  readonly #name: string
  #opening: Promise<Connection> | undefined
  /** The broker is out of memory or disk and takes nothing. */
  #blocked: string | undefined
  readonly #channels = new Set<Channel>()

  constructor(server: Server, vhost: string, name: string) {
    this.#server = server
    this.#vhost = vhost
    this.#name = name
  }

  get blocked(): string | undefined {
    return this.#blocked
  }
  get timeoutMs(): number {
    return this.#server.timeoutMs
  }

  async channel(what: string, signal?: AbortSignal): Promise<Channel> {
    const connection = await this.#connection(signal)
    try {
      const channel = await within(this.timeoutMs, what, connection.acquire({ emitErrorsFromChannel: true }), signal)
      channel.on('error', () => undefined)
      channel.on('close', () => this.#channels.delete(channel))
      this.#channels.add(channel)
      return channel
    } catch (error) {
      throw inWords(error, what, { opening: true })
    }
  }

  async #connection(signal?: AbortSignal): Promise<Connection> {
    const opening = (this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    }))
    return within(this.timeoutMs, this.#what, opening, signal)
  }

  get #what(): string {
    return `${this.#server.url.protocol}//${this.#server.url.host}`
  }

  async #open(): Promise<Connection> {
    const { host, port, tls, safety, lookup, user, password, timeoutMs } = this.#server
    const connection = new Connection({
      hostname: host, port, vhost: this.#vhost, username: user ?? 'guest', password: password ?? 'guest', connectionName: this.#name,
      ...(tls ? { tls: safety } : {}), socket: { host, port, lookup }, heartbeat: HEARTBEAT_S, frameMax: FRAME, connectionTimeout: timeoutMs, acquireTimeout: timeoutMs,
    })
    let failed: (error: unknown) => void = () => undefined
    const opened = new Promise<void>((resolve, reject) => {
      failed = reject
      connection.once('connection', resolve)
    })
    connection.on('error', (error: unknown) => {
      failed(error)
      connection.unsafeDestroy()
      this.#opening = undefined
      this.#blocked = undefined
    })
    connection.on('connection.blocked', (reason: string) => { this.#blocked = reason })
    connection.on('connection.unblocked', () => { this.#blocked = undefined })
    try {
      await within(timeoutMs, this.#what, opened)
      return connection
    } catch (error) {
      connection.unsafeDestroy()
      throw error instanceof PlimsollError ? error : inWords(error, this.#what, { opening: true })
    }
  }

  /** What a channel said last is sent before it closes. */
  async close(): Promise<void> {
    const connection = await this.#opening?.catch(() => undefined)
    this.#opening = undefined
    if (!connection) return
    const closing = Promise.all([...this.#channels].map((channel) => channel.close())).then(() => connection.close())
    await within(CLOSING_MS, 'Closing the connection', closing).catch(() => connection.unsafeDestroy())
  }
}
