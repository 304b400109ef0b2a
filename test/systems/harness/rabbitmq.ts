/** RabbitMQ with its management interface, on the loopback interface alone: its port mapper and its own links as well. */
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { reachable } from './reachable.ts'
import { type SystemDefinition, ownerOf } from './system.ts'

const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const USER = 'tests'

export const RABBITMQ: SystemDefinition = {
  name: 'rabbitmq',
  kind: 'messages (AMQP)',
  title: 'RabbitMQ',
  programs: [SERVER],
  speaks: 'tcp',
  address: { scheme: 'amqp' },
  memory: 150,
  seconds: 12,
  async start(place) {
    const owner = ownerOf('rabbitmq')
    const home = join(place.folder, 'home')
    if (!existsSync(home)) mkdirSync(home)
    if (owner) chownSync(home, owner.uid, owner.gid)
    const [port, management, mapper, links] = [await place.port(), await place.port(), await place.port(), await place.port()]
    const config = join(place.folder, 'rabbitmq.conf')
    writeFileSync(config, [
      `listeners.tcp.1 = 127.0.0.1:${port}`, 'management.tcp.ip = 127.0.0.1', `management.tcp.port = ${management}`, `default_user = ${USER}`, `default_pass = ${PASSWORD}`,
      'log.console = true', 'log.console.level = info', 'log.file = false', 'disk_free_limit.absolute = 50MB', '',
    ].join('\n'))
    const plugins = join(place.folder, 'enabled-plugins')
    writeFileSync(plugins, '[rabbitmq_management].\n')
    const environment = {
      HOME: home, ERL_EPMD_ADDRESS: '127.0.0.1', ERL_EPMD_PORT: String(mapper), RABBITMQ_NODENAME: 'tests@localhost', RABBITMQ_DIST_PORT: String(links), RABBITMQ_CONFIG_FILE: config, RABBITMQ_CONF_ENV_FILE: '/nonexistent',
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins, RABBITMQ_MNESIA_BASE: join(home, 'data'), RABBITMQ_LOG_BASE: join(home, 'log'), RABBITMQ_PID_FILE: join(home, 'pid'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}', LANG: 'C.UTF-8',
    }
    // Its own port mapper in the foreground: the one that it would start by itself outlives it.
    const mapping = place.run('epmd', ['-port', String(mapper), '-address', '127.0.0.1'], { owner })
    await until('epmd', 10, mapping, () => reachable(mapper))
    const child = place.run(SERVER, [], { owner, cwd: home, env: environment })
    const version = await until('RabbitMQ', 120, child, async () => {
      const answer = await fetch(`http://127.0.0.1:${management}/api/overview`, { headers: { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` }, signal: AbortSignal.timeout(5_000) })
      if (!answer.ok) throw new Error(`its management answered ${answer.status}`)
      await reachable(port)
      return ((await answer.json()) as { rabbitmq_version: string }).rabbitmq_version
    })
    return { port, version, log: child.output, access: { user: USER, password: PASSWORD, management: `http://127.0.0.1:${management}` } }
  },
}
