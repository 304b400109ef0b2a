/** commercetools' interface, by the makers of its mock: OAuth 2 client credentials, then REST with versions. */
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { type SystemDefinition, installedVersion } from './system.ts'

const PROJECT = 'shop'
const CLIENT = 'tests'

export const COMMERCETOOLS: SystemDefinition = {
  name: 'commercetools',
  kind: 'shop (mock)',
  proof: 'double',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 120,
  seconds: 4,
  inMemory: true,
  async start(place) {
    const port = await place.port()
    const child = place.run('node', [join(place.software, 'run.mjs')], { env: { PORT: String(port), COMMERCETOOLS_PROJECT: PROJECT, COMMERCETOOLS_CLIENT: CLIENT, COMMERCETOOLS_SECRET: PASSWORD } })
    await until('commercetools-mock', 60, child, async () => { if (!child.output().includes('ready')) throw new Error('it is not ready') })
    return { port, version: installedVersion(place, '@labdigital/commercetools-mock'), log: child.output, access: { client: CLIENT, secret: PASSWORD, project: PROJECT, token: '/oauth/token' } }
  },
}
