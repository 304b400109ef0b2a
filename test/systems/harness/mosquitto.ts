/** Mosquitto: MQTT with a password; sessions and kept messages survive a restart. */
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { reachable } from './reachable.ts'
import { type SystemDefinition, ownerOf } from './system.ts'

const MOSQUITTO = '/usr/sbin/mosquitto'
const USER = 'tests'

export const MOSQUITTO_BROKER: SystemDefinition = {
  name: 'mosquitto',
  kind: 'messages (MQTT)',
  title: 'Mosquitto',
  programs: [MOSQUITTO],
  speaks: 'tcp',
  address: { scheme: 'mqtt' },
  memory: 10,
  seconds: 1,
  async start(place) {
    const owner = ownerOf('mosquitto')
    const data = join(place.folder, 'data')
    if (!existsSync(data)) mkdirSync(data)
    if (owner) chownSync(data, owner.uid, owner.gid)
    const passwords = join(place.folder, 'passwords')
    if (!existsSync(passwords)) await place.finish('mosquitto_passwd', ['-b', '-c', passwords, USER, PASSWORD])
    if (owner) chownSync(passwords, owner.uid, owner.gid)
    const port = await place.port()
    const config = join(place.folder, 'mosquitto.conf')
    writeFileSync(config, [
      `listener ${port} 127.0.0.1`, 'allow_anonymous false', `password_file ${passwords}`, 'persistence true', `persistence_location ${data}/`, 'autosave_interval 1', 'log_dest stderr', 'log_type all', 'max_queued_messages 100000', '',
    ].join('\n'))
    const child = place.run(MOSQUITTO, ['-c', config], { owner })
    await until('Mosquitto', 20, child, () => reachable(port))
    const version = await until('Mosquitto', 20, child, async () => {
      const said = /mosquitto version (\S+) (?:running|starting)/u.exec(child.output())?.[1]
      if (said === undefined) throw new Error('it does not say its version')
      return said
    })
    return { port, version, log: child.output, access: { user: USER, password: PASSWORD } }
  },
}
