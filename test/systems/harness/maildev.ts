/** A server that takes mail from anybody who knows the password, passes none of it on, and shows it over HTTP (`GET <web>/email`). */
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { type SystemDefinition, installedVersion } from './system.ts'

const USER = 'tests'

export const MAILDEV: SystemDefinition = {
  name: 'maildev',
  kind: 'mail (SMTP)',
  title: 'Mail',
  speaks: 'tcp',
  address: { scheme: 'smtp' },
  memory: 120,
  seconds: 3,
  inMemory: true,
  async start(place) {
    const port = await place.port()
    const web = await place.port()
    const child = place.run('node', [
      join(place.software, 'node_modules', 'maildev', 'bin', 'maildev'), '--ip', '127.0.0.1', '-s', String(port), '--web-ip', '127.0.0.1', '-w', String(web),
      '--incoming-user', USER, '--incoming-pass', PASSWORD, '--mail-directory', join(place.folder, 'mail'),
    ])
    await until('maildev', 30, child, async () => {
      const answer = await fetch(`http://127.0.0.1:${web}/email`, { signal: AbortSignal.timeout(2_000) })
      if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    })
    return { port, version: installedVersion(place, 'maildev'), log: child.output, access: { user: USER, password: PASSWORD, web: `http://127.0.0.1:${web}` } }
  },
}
