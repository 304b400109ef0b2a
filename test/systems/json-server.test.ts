/** The catalogue's entry for json-server on a real one. */
import { openHttp } from '../support/http-servers.ts'
import { describeSystem } from './harness/describe.ts'
import { proveResources } from './harness/resources.ts'

await describeSystem('json-server', (system) => {
  proveResources({
    system: 'json-server', at: system, open: () => openHttp(system().url, { manifest: 'json-server' }),
    reads: { people: ['email', 'name'] },
    writes: { people: { make: { email: 'new@example.test', name: 'Ż' }, change: { name: 'Ω 😀' } } },
  })
})
