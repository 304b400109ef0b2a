/** ShipEngine's published description, served by Prism: every request is held to it, answers are made up from it. It keeps nothing. */
import { join } from 'node:path'
import { until } from './processes.ts'
import { installedVersion, type SystemDefinition } from './system.ts'

export const SHIPENGINE: SystemDefinition = {
  name: 'shipengine',
  kind: 'courier (description)',
  proof: 'description',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 190,
  seconds: 6,
  async start(place) {
    const port = await place.port()
    const child = place.run('node', [join(place.software, 'run.mjs')], { env: { PORT: String(port), FOLDER: place.folder } })
    await until('Prism', 90, child, async () => {
      // Without a key it refuses: it has read the description.
      const answer = await fetch(`http://127.0.0.1:${port}/v1/carriers`, { signal: AbortSignal.timeout(5_000) })
      if (answer.status !== 401) throw new Error(`it answers ${answer.status}`)
    })
    const description = /description (\S+)/.exec(child.output())?.[1] ?? 'unknown'
    return { port, version: `description ${description}, Prism ${installedVersion(place, '@stoplight/prism-cli')}`, log: child.output, access: { key: 'TEST_plimsoll' } }
  },
}
