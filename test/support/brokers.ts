/**
 * Brokers and a catcher of mail for tests: each on the loopback interface, on a free port, with data in a folder that goes with it.
 * They can be stopped in the middle of something and started again with what they had kept.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './servers.ts'

export interface BrokerServer {
  readonly url: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Ends at once, as if the machine lost its power. */
  kill(): Promise<void>
  /** Ends in order. */
  halt(): Promise<void>
  /** With what it had kept. */
  again(): Promise<void>
  stop(): Promise<void>
}

const RABBIT = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const MOSQUITTO = '/usr/sbin/mosquitto'
const USER = 'plimsoll_test'

export const hasRabbitmq = (): boolean => existsSync(RABBIT)
export const hasMosquitto = (): boolean => existsSync(MOSQUITTO)

function ownerFor(name: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }).trim())
  return { uid: id('-u'), gid: id('-g') }
}

function folderFor(prefix: string, owner: { uid: number; gid: number } | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  chmodSync(folder, 0o700)
  if (owner) chownSync(folder, owner.uid, owner.gid)
  return folder
}

interface Recipe {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly owner: { uid: number; gid: number } | undefined
  readonly folder: string
  readonly port: number
  readonly patienceMs: number
  /** Also when it answers it may not be ready. */
  readonly ready?: (output: string) => boolean
  readonly after?: () => void
}

function running(recipe: Recipe): Omit<BrokerServer, 'url' | 'port' | 'user' | 'password'> {
  let child: ChildProcess | undefined
  let output = ''
  const again = async (): Promise<void> => {
    output = ''
    // A group of its own: what it starts ends with it.
    const started = spawn(recipe.command, recipe.args, { ...recipe.owner, cwd: recipe.folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...recipe.env } })
    child = started
    const keep = (chunk: Buffer): void => { output = (output + chunk.toString()).slice(-8_000) }
    started.stdout.on('data', keep)
    started.stderr.on('data', keep)
    const until = Date.now() + recipe.patienceMs
    for (;;) {
      if (started.exitCode !== null) throw new Error(`${recipe.name} did not start: ${output}`)
      if ((recipe.ready?.(output) ?? true) && (await answers(recipe.port))) return
      if (Date.now() > until) throw new Error(`${recipe.name} does not answer: ${output}`)
      await new Promise((resolve) => { setTimeout(resolve, 100) })
    }
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const one = child
    child = undefined
    if (!one || one.exitCode !== null || one.signalCode !== null) return
    const ended = new Promise((resolve) => { one.once('exit', resolve) })
    const send = (what: NodeJS.Signals): void => {
      try {
        process.kill(-one.pid!, what)
      } catch {
        // It has ended meanwhile.
      }
    }
    send(signal)
    const killer = setTimeout(() => send('SIGKILL'), 20_000)
    await ended
    clearTimeout(killer)
    send('SIGKILL')
  }
  return {
    again, kill: () => end('SIGKILL'), halt: () => end('SIGTERM'),
    async stop() {
      await end('SIGTERM')
      recipe.after?.()
      rmSync(recipe.folder, { recursive: true, force: true })
    },
  }
}

const answers = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect({ host: '127.0.0.1', port })
  socket.once('connect', () => { socket.destroy(); resolve(true) })
  socket.once('error', () => resolve(false))
})

/** A cluster of one, with a name service of its own. */
export async function startRabbitmq(): Promise<BrokerServer> {
  const owner = ownerFor('rabbitmq')
  const folder = folderFor('plimsoll-rabbit-', owner)
  const [port, names, nodes] = [await freePort(), await freePort(), await freePort()]
  const password = randomBytes(12).toString('hex')
  writeFileSync(join(folder, 'rabbitmq.conf'), [
    `listeners.tcp.1 = 127.0.0.1:${port}`, `default_user = ${USER}`, `default_pass = ${password}`, 'loopback_users = none', 'log.console = true', 'log.file = false', '',
  ].join('\n'))
  writeFileSync(join(folder, 'enabled_plugins'), '[].\n')
  for (const name of ['rabbitmq.conf', 'enabled_plugins']) if (owner) chownSync(join(folder, name), owner.uid, owner.gid)
  const env = {
    HOME: folder, RABBITMQ_NODENAME: `plimsoll${port}@localhost`, RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'), RABBITMQ_MNESIA_BASE: join(folder, 'data'), RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'), RABBITMQ_DIST_PORT: String(nodes), ERL_EPMD_PORT: String(names), ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1',
  }
  const server = running({
    name: 'RabbitMQ', command: RABBIT, args: [], env, owner, folder, port, patienceMs: 90_000, ready: (output) => output.includes('completed with'),
    after: () => {
      // The name service outlives the node that began it.
      try {
        execFileSync('epmd', ['-kill'], { env: { ...process.env, ERL_EPMD_PORT: String(names), ERL_EPMD_ADDRESS: '127.0.0.1' }, stdio: 'ignore' })
      } catch {
        // It was ended with its group.
      }
    },
  })
  await begun(server)
  return { ...server, url: `amqp://127.0.0.1:${port}`, port, user: USER, password }
}

export async function startMosquitto(options: { readonly lines?: readonly string[] } = {}): Promise<BrokerServer> {
  const owner = ownerFor('mosquitto')
  const folder = folderFor('plimsoll-mosquitto-', owner)
  const port = await freePort()
  const password = randomBytes(12).toString('hex')
  const data = join(folder, 'data')
  mkdirSync(data)
  const users = join(folder, 'users')
  execFileSync('mosquitto_passwd', ['-b', '-c', users, USER, password], { stdio: 'ignore' })
  writeFileSync(join(folder, 'mosquitto.conf'), [
    `listener ${port} 127.0.0.1`, 'allow_anonymous false', `password_file ${users}`, 'persistence true', `persistence_location ${data}/`, 'autosave_interval 1', 'autosave_on_changes true',
    'max_queued_messages 100000', ...(options.lines ?? []), '',
  ].join('\n'))
  for (const name of ['', 'data', 'users', 'mosquitto.conf']) if (owner) chownSync(join(folder, name), owner.uid, owner.gid)
  const server = running({ name: 'Mosquitto', command: MOSQUITTO, args: ['-c', join(folder, 'mosquitto.conf')], env: {}, owner, folder, port, patienceMs: 20_000 })
  await begun(server)
  return { ...server, url: `mqtt://127.0.0.1:${port}`, port, user: USER, password }
}

async function begun(server: Pick<BrokerServer, 'again' | 'stop'>): Promise<void> {
  try {
    await server.again()
  } catch (error) {
    await server.stop()
    throw error
  }
}
