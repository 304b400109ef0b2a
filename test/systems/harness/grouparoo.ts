/** Grouparoo: a customer data platform with profiles, whose properties are its own choice, and events, on a PostgreSQL of its own. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PASSWORD } from './password.ts'
import { POSTGRES_PROGRAM, startPostgresIn } from './postgres.ts'
import { until } from './processes.ts'
import { installedVersion, type Place, type SystemDefinition } from './system.ts'

const DATABASE = 'grouparoo'
const ADMIN = { email: 'admin@example.test', password: PASSWORD }
/** What is known of a person here. By the first one people are recognised, also in events. */
const PROPERTIES = [['email', 'email'], ['firstName', 'string'], ['lastName', 'string'], ['phone', 'string']] as const

async function serve(place: Place, seconds: number): Promise<{ readonly port: number; readonly postgres: number; log(): string }> {
  const { port: postgres } = await startPostgresIn(place, DATABASE)
  const app = join(place.folder, 'app')
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'cdp', version: '1.0.0', private: true, grouparoo: { plugins: [] } }))
  const port = await place.port()
  const child = place.run('node', [join(place.software, 'run.js')], {
    cwd: app,
    env: {
      GROUPAROO_PARENT_PATH: app, INIT_CWD: app, PWD: app, GROUPAROO_LOGS_PATH: app, FILES_LOCAL_STORAGE: join(app, 'files'), HOME: app,
      DATABASE_URL: `postgres://${DATABASE}:${PASSWORD}@127.0.0.1:${postgres}/${DATABASE}`, REDIS_URL: 'redis://mock', PORT: String(port), WEB_URL: `http://127.0.0.1:${port}`,
      WEB_SERVER: 'true', WORKERS: '1', NODE_ENV: 'production', NEXT_DISABLED: 'true', SERVER_TOKEN: PASSWORD, GROUPAROO_TELEMETRY_ENABLED: 'false', GROUPAROO_RUN_MODE: 'cli:start',
      GROUPAROO_LOGS_STDOUT_DISABLE_COLOR: 'true',
    },
  })
  await until('Grouparoo', seconds, child, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/status/public`, { signal: AbortSignal.timeout(2_000) })
    if (!answer.ok) throw new Error(`its status is ${answer.status}`)
  })
  return { port, postgres, log: child.output }
}
const keyFile = (place: Place): string => join(place.folder, 'key')

export const GROUPAROO: SystemDefinition = {
  name: 'grouparoo',
  kind: 'customer data platform',
  programs: [POSTGRES_PROGRAM],
  npm: ['--legacy-peer-deps'],
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 260,
  seconds: 12,
  async seed(place) {
    const { port } = await serve(place, 180)
    let cookie = ''
    let csrfToken: string | undefined
    const post = async (path: string, body: object): Promise<Record<string, Record<string, string>> & { readonly csrfToken?: string }> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
        method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify({ ...body, csrfToken }), signal: AbortSignal.timeout(30_000),
      })
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
      cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
      return await answer.json() as never
    }
    await post('/team/initialize', { ...ADMIN, firstName: 'Ad', lastName: 'Min', subscribed: false })
    csrfToken = (await post('/session', ADMIN)).csrfToken
    const { apiKey } = await post('/apiKey', { name: 'plimsoll', permissionAllRead: true, permissionAllWrite: true })
    const { app } = await post('/app', { name: 'Hub', type: 'manual', state: 'ready' })
    const { source } = await post('/source', { appId: app!['id'], name: 'Hub', type: 'manual', state: 'ready' })
    const made: string[] = []
    for (const [n, [key, type]] of PROPERTIES.entries()) made.push((await post('/property', { sourceId: source!['id'], key, type, unique: n === 0, identifying: n === 0, isArray: false, state: 'ready' }))['property']!['id']!)
    await post('/app', { name: 'Events', type: 'events', options: { identifyingPropertyId: made[0] }, state: 'ready' })
    writeFileSync(keyFile(place), apiKey!['apiKey']!)
  },
  async start(place) {
    const { port, postgres, log } = await serve(place, 90)
    return { port, version: installedVersion(place, '@grouparoo/core'), log, access: { key: readFileSync(keyFile(place), 'utf8').trim() }, beside: { postgres } }
  },
}
