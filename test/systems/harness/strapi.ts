/** Strapi: products, variants, categories and articles over REST, in SQLite; two languages, prices in two currencies, pictures, an API token. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './processes.ts'
import { type Place, type SystemDefinition, installedVersion } from './system.ts'

const OURS = ['config', 'src', 'seed.js', 'package.json']

/** A project folder of its own: Strapi keeps uploads and what it generates in it. */
function project(place: Place): string {
  const app = join(place.folder, 'app')
  mkdirSync(join(app, 'public', 'uploads'), { recursive: true })
  for (const name of OURS) cpSync(join(place.software, name), join(app, name), { recursive: true })
  const modules = join(app, 'node_modules')
  rmSync(modules, { force: true })
  symlinkSync(join(place.software, 'node_modules'), modules)
  return app
}
async function serve(place: Place, seconds: number, more: Readonly<Record<string, string>> = {}): Promise<{ readonly port: number; log(): string }> {
  const app = project(place)
  const port = await place.port()
  const child = place.run('node', ['node_modules/@strapi/strapi/bin/strapi.js', 'start'], {
    cwd: app, env: { NODE_ENV: 'production', STRAPI_TELEMETRY_DISABLED: 'true', STRAPI_DISABLE_UPDATE_NOTIFICATION: 'true', HOME: place.folder, PORT: String(port), STRAPI_DATABASE: join(place.folder, 'content.sqlite'), ...more },
  })
  await until('Strapi', seconds, child, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/_health`, { signal: AbortSignal.timeout(2_000) })
    if (answer.status !== 204) throw new Error(`its health is ${answer.status}`)
  })
  return { port, log: child.output }
}
const tokenFile = (place: Place): string => join(place.folder, 'token')

export const STRAPI: SystemDefinition = {
  name: 'strapi',
  kind: 'content and product information',
  npm: ['--legacy-peer-deps'],
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 360,
  seconds: 9,
  async seed(place) {
    await serve(place, 300, { STRAPI_SEED: tokenFile(place) })
    if (!existsSync(tokenFile(place))) throw new Error('Strapi started without having been seeded.')
  },
  async start(place) {
    return { ...(await serve(place, 90)), version: installedVersion(place, '@strapi/strapi'), access: { token: readFileSync(tokenFile(place), 'utf8').trim(), api: '/api' } }
  },
}
