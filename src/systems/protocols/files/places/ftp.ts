/** Files over FTP, and FTP with TLS, whose certificate is checked. */
import { PassThrough } from 'node:stream'
import { posix } from 'node:path'
import { Client, FTPError } from 'basic-ftp'
import type { FileInfo } from 'basic-ftp'
import { isIP } from 'node:net'
import { PlimsollError } from '../../../contract.ts'
import { guardedLookup } from '../../../network.ts'
import type { RemoteContext, RemoteSettings } from './remote.ts'
import type { RemoteFile, RemoteFiles } from './remote-files.ts'

/** A reader may be busy storing what it has; servers wait five minutes. */
const IDLE_MS = 240_000

export function ftpFiles(settings: RemoteSettings, context: RemoteContext): RemoteFiles {
  const { host, tls } = settings
  const port = settings.port ?? (tls === 'implicit' ? 990 : 21)
  const shown = `${tls === 'none' ? 'ftp' : 'ftps'}://${host}${settings.port === undefined ? '' : `:${settings.port}`}`
  let control: Client | undefined
  /** A connection does one thing at a time. */
  let queue: Promise<unknown> = Promise.resolve()
  /** For reading: what is read slowly must not keep the rest waiting. */
  const idle: Client[] = []
  const reading = new Set<Client>()

  async function open(): Promise<Client> {
    const client = new Client(IDLE_MS, { allowSeparateTransferHost: false })
    // Line ends in names would be commands of their own.
    client.ftp.encoding = 'utf8'
    try {
      const address = await addressOf(host, context.publicOnly)
      await client.access({
        host: address, port, ...(settings.user === undefined ? {} : { user: settings.user }), ...(settings.password === undefined ? {} : { password: settings.password }),
        secure: tls === 'implicit' ? 'implicit' : tls === 'explicit',
        secureOptions: { rejectUnauthorized: true, host, ...(isIP(host) === 0 ? { servername: host } : {}), ...(settings.ca === undefined ? {} : { ca: settings.ca }) },
      })
      return client
    } catch (error) {
      client.close()
      throw failed(error, host, settings)
    }
  }

  function ask<T>(what: string, signal: AbortSignal, request: (client: Client) => Promise<T>): Promise<T> {
    const work = queue.then(async () => {
      signal.throwIfAborted()
      await context.budget(signal)
      if (!control || control.closed) control = await open()
      const used = control
      const stop = (): void => used.close()
      signal.addEventListener('abort', stop, { once: true })
      try {
        return await request(used)
      } catch (error) {
        throw failed(error, what, settings)
      } finally {
        signal.removeEventListener('abort', stop)
      }
    })
    queue = work.catch(() => undefined)
    return work
  }

  const remoteFile = (name: string, size: number, time: Date | undefined, raw: string): RemoteFile =>
    ({ name, size, mtimeMs: time?.getTime() ?? 0, version: `${size}:${time === undefined ? raw : time.getTime()}` })

  /** Lists of most servers have no seconds; the time itself is asked for. */
  const timeOf = async (client: Client, path: string): Promise<Date | undefined> => {
    try {
      return await client.lastMod(path)
    } catch (error) {
      if (error instanceof FTPError) return undefined
      throw error
    }
  }

  const entriesOf = async (client: Client, folder: string): Promise<FileInfo[]> => client.list(folder)

  async function look(path: string, _root: string, signal: AbortSignal): Promise<RemoteFile | undefined> {
    checkName(path)
    return ask(path, signal, async (client) => {
      const time = await timeOf(client, path)
      try {
        if (time !== undefined) return remoteFile(posix.basename(path), await client.size(path), time, '')
      } catch (error) {
        if (!(error instanceof FTPError)) throw error
      }
      // It is not there, or the server does not know these questions.
      const entry = await entriesOf(client, posix.dirname(path)).then((all) => all.find((one) => one.name === posix.basename(path) && !one.isDirectory), (error: unknown) => {
        if (error instanceof FTPError && error.code === 550) return undefined
        throw error
      })
      return entry && remoteFile(entry.name, entry.size, time ?? entry.modifiedAt, entry.rawModifiedAt)
    })
  }

  return {
    shown,
    exact: false,
    async check(folder, signal) {
      await ask(folder, signal, async (client) => {
        const before = await client.pwd()
        try {
          await client.cd(folder)
        } catch (error) {
          if (error instanceof FTPError && error.code === 550) throw new PlimsollError('files.folder', `The folder ${folder} is not there on ${host}.`, { cause: error, executed: false })
          throw error
        }
        await client.cd(before)
      })
      return {}
    },
    async list(folder, wanted, mayLack, signal) {
      return ask(folder, signal, async (client) => {
        let entries: readonly FileInfo[]
        const before = await client.pwd()
        try {
          // Many servers answer the question for a folder that is not there with an empty list.
          await client.cd(folder)
          await client.cd(before)
          entries = await entriesOf(client, folder)
        } catch (error) {
          if (!(error instanceof FTPError) || error.code !== 550) throw error
          if (mayLack) return []
          throw new PlimsollError('files.folder', `The folder ${folder} is not there on ${host}.`, { cause: error, executed: false })
        }
        const met: RemoteFile[] = []
        for (const entry of entries) {
          if (!wanted(entry.name) || entry.isDirectory || /[\r\n/]/.test(entry.name)) continue
          if (entry.isSymbolicLink) met.push({ ...remoteFile(entry.name, 0, undefined, ''), outside: true })
          else met.push(remoteFile(entry.name, entry.size, entry.modifiedAt ?? (await timeOf(client, posix.join(folder, entry.name))), entry.rawModifiedAt))
        }
        return met
      })
    },
    look,
    async *bytes(path, signal, start = 0, end = Infinity) {
      checkName(path)
      if (end <= start) return
      await context.budget(signal)
      const client = idle.pop() ?? (await open())
      reading.add(client)
      const stop = (): void => client.close()
      signal.addEventListener('abort', stop, { once: true })
      const stream = new PassThrough({ highWaterMark: 256 * 1024 })
      let over = false
      const work = client.downloadTo(stream, path, start).then(() => void (over = true), (error: unknown) => void stream.destroy(error as Error))
      try {
        let at = start
        for await (const bytes of stream as AsyncIterable<Buffer>) {
          // More than was asked for: it is stopped here.
          if (at >= end) break
          const wanted = at + bytes.length > end ? bytes.subarray(0, end - at) : bytes
          at += wanted.length
          yield wanted
        }
        if (at < end) await work
      } catch (error) {
        signal.throwIfAborted()
        throw failed(error, path, settings)
      } finally {
        signal.removeEventListener('abort', stop)
        reading.delete(client)
        // Only one that ended by itself can be asked something else.
        if (over && !client.closed && idle.length < 2) idle.push(client)
        else client.close()
        await work
      }
    },
    upload: (from, path, signal) => ask(path, signal, async (client) => void (await client.uploadFrom(from, checkName(path)))),
    rename: (from, to, signal) => ask(to, signal, async (client) => void (await client.rename(checkName(from), checkName(to)))),
    replace: (from, to, signal) => ask(to, signal, async (client) => {
      try {
        await client.rename(checkName(from), checkName(to))
        return true
      } catch (error) {
        // Servers that don't put a file in the place of another say no and do nothing.
        if (error instanceof FTPError && error.code >= 500) return false
        throw error
      }
    }),
    remove: (path, signal) => ask(path, signal, async (client) => void (await client.remove(checkName(path)))),
    makeFolder: (path, signal) => ask(path, signal, async (client) => {
      const steps = checkName(path).split('/')
      for (let n = 1; n <= steps.length; n += 1) {
        const folder = steps.slice(0, n).join('/')
        if (folder !== '' && folder !== '.') await client.sendIgnoringError(`MKD ${folder}`)
      }
    }),
    async close() {
      await queue.catch(() => undefined)
      for (const client of [control, ...idle.splice(0), ...reading]) client?.close()
      control = undefined
    },
  }
}

/** A line end in a name would end the command. */
function checkName(path: string): string {
  if (/[\r\n\0]/.test(path)) throw new PlimsollError('files.name', `The name ${JSON.stringify(path.slice(0, 40))} has a line end.`, { executed: false })
  return path
}

/** The address that the name was looked up to; the library would look it up once more. */
function addressOf(host: string, publicOnly: boolean): Promise<string> {
  if (isIP(host) !== 0) return Promise.resolve(host)
  return new Promise((resolve, reject) => {
    guardedLookup(publicOnly)(host, {}, (error, address) => (error ? reject(error) : resolve(String(address))))
  })
}

function failed(error: unknown, what: string, settings: RemoteSettings): PlimsollError {
  if (error instanceof PlimsollError) return error
  const says = (error as Error).message
  const { code } = error as { code?: unknown }
  if (error instanceof FTPError) {
    if (error.code === 530 || error.code === 331 || error.code === 332) return new PlimsollError('files.login', `The server does not let ${settings.user ?? 'anonymous'} in: ${says}`, { cause: error, executed: false })
    if (error.code === 550) return new PlimsollError(/denied|permission/i.test(says) ? 'files.access' : 'files.missing', `${what}: ${says}`, { cause: error, executed: false })
    if (error.code === 553 || error.code === 552) return new PlimsollError('files.access', `${what}: ${says}`, { cause: error, executed: false })
    return new PlimsollError('files.unreachable', `${what}: ${says}`, { cause: error, ...(error.code >= 500 ? { executed: false as const } : {}) })
  }
  if (typeof code === 'string' && /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code)) {
    return new PlimsollError('files.certificate', `The certificate of ${settings.host} is not accepted: ${says}.`, { cause: error, executed: false })
  }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH' || code === 'EAI_AGAIN') return new PlimsollError('files.unreachable', `The server can't be reached at ${settings.host}: ${code}.`, { cause: error, executed: false })
  return new PlimsollError('files.unreachable', `${what}: ${says}`, { cause: error })
}
