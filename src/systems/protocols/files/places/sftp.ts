/** Files over SFTP. The server's key must be known; nothing is accepted at first sight. */
import { connect as connectSocket } from 'node:net'
import type { Socket } from 'node:net'
import { posix } from 'node:path'
import SftpClient from 'ssh2-sftp-client'
import { PlimsollError } from '../../../contract.ts'
import { guardedLookup } from '../../../network.ts'
import type { RemoteContext, RemoteSettings } from './remote.ts'
import { hostKeyCheck } from './host-key.ts'
import type { RemoteFile, RemoteFiles } from './remote-files.ts'

const CONNECT_MS = 20_000
/** So many requests for parts are on their way at once: a distant server is then no slower than its line. */
const AHEAD = 16
const PART = 32 * 1024

interface Stats { readonly size: number; readonly mtime: number; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }
interface Entry { readonly filename: string; readonly attrs: Stats }
type Done<T> = (error: (Error & { code?: number }) | null | undefined, value: T) => void
/** Of ssh2, below the client that we use for connecting: its error codes are those of the protocol. */
interface Wrapper {
  open(path: string, flags: string, done: Done<Buffer>): void
  read(handle: Buffer, buffer: Buffer, offset: number, length: number, position: number, done: Done<number>): void
  close(handle: Buffer, done: Done<void>): void
  stat(path: string, done: Done<Stats>): void
  lstat(path: string, done: Done<Stats>): void
  realpath(path: string, done: Done<string>): void
  readdir(path: string, done: Done<readonly Entry[]>): void
  rename(from: string, to: string, done: Done<void>): void
  ext_openssh_rename(from: string, to: string, done: Done<void>): void
  unlink(path: string, done: Done<void>): void
  mkdir(path: string, done: Done<void>): void
  fastPut(from: string, to: string, done: Done<void>): void
}
const NO_SUCH_FILE = 2
const DENIED = 3

const answered = <T>(request: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => request((error, value) => (error ? reject(error) : resolve(value))))

export function sftpFiles(settings: RemoteSettings, context: RemoteContext): RemoteFiles {
  const { host } = settings
  const port = settings.port ?? 22
  const shown = `sftp://${host}${port === 22 ? '' : `:${port}`}`
  let client: Promise<SftpClient> | undefined

  async function connected(): Promise<SftpClient> {
    client ??= open().catch((error: unknown) => {
      client = undefined
      throw error
    })
    return client
  }

  async function open(): Promise<SftpClient> {
    const check = hostKeyCheck({ keys: settings.hostKeys, file: settings.knownHosts, host, port })
    let refused = false
    const sock = await socketTo(host, port, context.publicOnly)
    // Whoever uses it next sees that it is gone; nobody else need know. Left to itself the library would print each of these events.
    const forget = (): void => void (client = undefined)
    const sftp = new SftpClient('sftp', { error: forget, end: forget, close: forget })
    sftp.on('error', forget)
    sftp.on('end', forget)
    sftp.on('close', forget)
    try {
      await sftp.connect({
        sock, username: settings.user ?? '', readyTimeout: CONNECT_MS, keepaliveInterval: 15_000,
        ...(settings.password === undefined ? {} : { password: settings.password }),
        ...(settings.privateKey === undefined ? {} : { privateKey: settings.privateKey }),
        ...(settings.passphrase === undefined ? {} : { passphrase: settings.passphrase }),
        hostVerifier: (key: Buffer) => {
          refused = !check.accepts(key)
          return !refused
        },
      })
      return sftp
    } catch (error) {
      sock.destroy()
      await sftp.end().catch(() => undefined)
      if (refused) throw check.refusal()
      throw failed(error, host, settings)
    }
  }

  /** One request, and what is wrong with it in our words. */
  async function ask<T>(what: string, signal: AbortSignal, request: (raw: Wrapper) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    await context.budget(signal)
    const { sftp } = (await connected()) as unknown as { readonly sftp: Wrapper | undefined }
    try {
      if (!sftp) throw new Error('the connection has ended')
      return await request(sftp)
    } catch (error) {
      throw failed(error, what, settings)
    }
  }

  const remoteFile = (name: string, { size, mtime }: Pick<Stats, 'size' | 'mtime'>): RemoteFile => ({ name, size, mtimeMs: mtime * 1_000, version: `${size}:${mtime}` })

  const look = (path: string, root: string, signal: AbortSignal): Promise<RemoteFile | undefined> => ask(path, signal, async (raw) => {
    try {
      const link = await answered<Stats>((done) => raw.lstat(path, done))
      if (link.isSymbolicLink()) {
        const [real, top] = [await answered<string>((done) => raw.realpath(path, done)), await answered<string>((done) => raw.realpath(root, done))]
        if (!real.startsWith(top.endsWith('/') ? top : `${top}/`)) return { ...remoteFile(posix.basename(path), { size: 0, mtime: 0 }), outside: true as const }
      }
      const seen = link.isSymbolicLink() ? await answered<Stats>((done) => raw.stat(path, done)) : link
      return seen.isFile() ? remoteFile(posix.basename(path), seen) : undefined
    } catch (error) {
      if ((error as { code?: unknown }).code === NO_SUCH_FILE) return undefined
      throw error
    }
  })

  const noFolder = (folder: string, error?: unknown): PlimsollError => new PlimsollError('files.folder', `The folder ${folder} is not there on ${host}.`, { cause: error, executed: false })
  const isFolder = (folder: string, signal: AbortSignal): Promise<boolean | undefined> => ask(folder, signal, async (raw) => {
    try {
      return (await answered<Stats>((done) => raw.stat(folder, done))).isDirectory()
    } catch (error) {
      if ((error as { code?: unknown }).code === NO_SUCH_FILE) return undefined
      throw error
    }
  })

  return {
    shown,
    exact: true,
    async check(folder, signal) {
      const is = await isFolder(folder, signal)
      if (is === undefined) throw noFolder(folder)
      if (!is) throw new PlimsollError('files.folder', `${folder} on ${host} is no folder.`, { executed: false })
      return {}
    },
    async list(folder, wanted, mayLack, signal) {
      const entries = await ask(folder, signal, async (raw) => {
        try {
          return await answered<readonly Entry[]>((done) => raw.readdir(folder, done))
        } catch (error) {
          if ((error as { code?: unknown }).code !== NO_SUCH_FILE) throw error
          if (mayLack) return []
          throw noFolder(folder, error)
        }
      })
      const met: RemoteFile[] = []
      for (const { filename, attrs } of entries) {
        if (!wanted(filename)) continue
        if (attrs.isFile()) met.push(remoteFile(filename, attrs))
        else if (attrs.isSymbolicLink()) {
          const linked = await look(posix.join(folder, filename), folder, signal)
          if (linked) met.push(linked)
        }
      }
      return met
    },
    look,
    async *bytes(path, signal, start = 0, end = Infinity) {
      const { raw, handle } = await ask(path, signal, async (of) => ({ raw: of, handle: await answered<Buffer>((done) => of.open(path, 'r', done)) }))
      const waiting: Promise<Buffer>[] = []
      try {
        let at = start
        for (;;) {
          while (waiting.length < AHEAD && at < end) {
            const length = Math.min(PART, end - at)
            const part = readPart(raw, handle, at, length)
            // Nobody may be waiting for it any more when it fails.
            part.catch(() => undefined)
            waiting.push(part)
            at += length
          }
          const next = waiting.shift()
          if (!next) return
          signal.throwIfAborted()
          const bytes = await next.catch((error: unknown) => {
            throw failed(error, path, settings)
          })
          if (bytes.length > 0) yield bytes
          if (bytes.length < PART) return
        }
      } finally {
        await Promise.allSettled(waiting)
        await new Promise<void>((resolve) => {
          raw.close(handle, () => resolve())
          // A connection that is gone answers nothing.
          if (client === undefined) resolve()
        })
      }
    },
    upload: (from, path, signal) => ask(path, signal, (raw) => answered<void>((done) => raw.fastPut(from, path, done))),
    rename: (from, to, signal) => ask(to, signal, (raw) => answered<void>((done) => raw.rename(from, to, done))),
    replace: (from, to, signal) => ask(to, signal, async (raw) => {
      try {
        await answered<void>((done) => raw.ext_openssh_rename(from, to, done))
        return true
      } catch (error) {
        if (/does not support/i.test(String(error))) return false
        throw error
      }
    }),
    remove: (path, signal) => ask(path, signal, (raw) => answered<void>((done) => raw.unlink(path, done))),
    async makeFolder(path, signal) {
      if (await isFolder(path, signal)) return
      const parent = posix.dirname(path)
      if (parent !== path && parent !== '.' && !(await isFolder(parent, signal))) await this.makeFolder(parent, signal)
      await ask(path, signal, (raw) => answered<void>((done) => raw.mkdir(path, done)))
    },
    async close() {
      const open = await client?.catch(() => undefined)
      client = undefined
      await open?.end().catch(() => undefined)
    },
  }
}

/** Fills the part as far as the file goes: a server may answer with less than it was asked for. */
async function readPart(raw: Wrapper, handle: Buffer, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const bytes = await new Promise<number>((resolve, reject) => {
      raw.read(handle, buffer, filled, length - filled, position + filled, (error, read) => (error ? (error.code === 1 ? resolve(0) : reject(error)) : resolve(read)))
    })
    if (bytes === 0) break
    filled += bytes
  }
  return filled === length ? buffer : buffer.subarray(0, filled)
}

/** The connection goes where the name was looked up to go. */
function socketTo(host: string, port: number, publicOnly: boolean): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, lookup: guardedLookup(publicOnly), timeout: CONNECT_MS })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(failed(error, host, undefined))
    }
    socket.once('error', fail)
    socket.once('timeout', () => fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    socket.once('connect', () => {
      socket.removeListener('error', fail)
      socket.removeAllListeners('timeout')
      socket.setTimeout(0)
      resolve(socket)
    })
  })
}

function failed(error: unknown, what: string, settings: RemoteSettings | undefined): PlimsollError {
  if (error instanceof PlimsollError) return error
  const { code } = error as { code?: unknown }
  const says = (error as Error).message.replace(/^\w+: /, '')
  if (/authentication|cannot parse privatekey|passphrase/i.test(says)) {
    const with_ = settings?.privateKey === undefined ? 'password' : 'private key'
    return new PlimsollError('files.login', `The server does not let ${settings?.user ?? 'us'} in with this ${with_}: ${says}`, { cause: error, executed: false })
  }
  if (code === NO_SUCH_FILE) return new PlimsollError('files.missing', `${what} is not there.`, { cause: error, executed: false })
  if (code === DENIED) return new PlimsollError('files.access', `${what} can't be used: access is denied.`, { cause: error, executed: false })
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH' || code === 'EAI_AGAIN') return new PlimsollError('files.unreachable', `The server can't be reached at ${what}: ${String(code)}.`, { cause: error, executed: false })
  return new PlimsollError('files.unreachable', `${what}: ${says}`, { cause: error })
}
