/** Vendure: a shop with GraphQL on both sides, in SQLite; 54 products and 88 variants of its own seed, two languages, two currencies. */
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { until } from './processes.ts'
import { type SystemDefinition, installedVersion } from './system.ts'

const USER = 'superadmin'
const environment = (folder: string, port: number): Record<string, string> => ({
  VENDURE_DATA: folder, VENDURE_USER: USER, VENDURE_PASSWORD: PASSWORD, VENDURE_DISABLE_TELEMETRY: 'true', PORT: String(port),
})

export const VENDURE: SystemDefinition = {
  name: 'vendure',
  kind: 'shop',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 240,
  seconds: 8,
  async seed(place) {
    await place.finish('node', [join(place.software, 'run.mjs'), 'populate'], { cwd: place.folder, env: environment(place.folder, await place.port()), seconds: 300 })
  },
  async start(place) {
    const port = await place.port()
    const child = place.run('node', [join(place.software, 'run.mjs')], { env: environment(place.folder, port) })
    await until('Vendure', 60, child, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2_000) })
      if (!answer.ok) throw new Error(`its health is ${answer.status}`)
    })
    return {
      port, version: installedVersion(place, '@vendure/core'), log: child.output,
      access: { user: USER, password: PASSWORD, admin: '/admin-api', shop: '/shop-api' },
    }
  },
}
