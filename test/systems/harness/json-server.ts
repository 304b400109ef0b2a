/** json-server 0.17, the one of our own development dependencies: collections in its memory. */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { until } from './processes.ts'
import type { SystemDefinition } from './system.ts'

const own = createRequire(import.meta.url)
const PEOPLE = Array.from({ length: 25 }, (_, n) => ({ id: n + 1, email: `person${n + 1}@example.test`, name: `Łucja ${n + 1}`, address: { city: 'Łódź' } }))

export const JSON_SERVER: SystemDefinition = {
  name: 'json-server',
  kind: 'collections (REST)',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 60,
  seconds: 2,
  inMemory: true,
  async start(place) {
    const port = await place.port()
    const manifest = own.resolve('json-server/package.json')
    writeFileSync(join(place.folder, 'db.json'), JSON.stringify({ people: PEOPLE }))
    const child = place.run('node', [join(dirname(manifest), 'lib/cli/bin.js'), '--host', '127.0.0.1', '--port', String(port), '--quiet', 'db.json'])
    await until('json-server', 30, child, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/people/1`, { signal: AbortSignal.timeout(2_000) })
      if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    })
    return { port, version: (own(manifest) as { version: string }).version, log: child.output, access: {} }
  },
}
