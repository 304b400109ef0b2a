/** Stripe's interface, by the makers of a mock that keeps what it is told: charges, captures, refunds, customers. */
import { join } from 'node:path'
import { until } from './processes.ts'
import { installedVersion, type SystemDefinition } from './system.ts'

export const STRIPE: SystemDefinition = {
  name: 'stripe',
  kind: 'payment (mock)',
  proof: 'double',
  speaks: 'http',
  address: { scheme: 'http' },
  memory: 70,
  seconds: 3,
  inMemory: true,
  async start(place) {
    const port = await place.port()
    const child = place.run('node', [join(place.software, 'run.mjs')], { env: { PORT: String(port), LOG_LEVEL: 'warn' } })
    await until('stripe-stateful-mock', 60, child, async () => { if (!child.output().includes('ready')) throw new Error('it is not ready') })
    return { port, version: installedVersion(place, 'stripe-stateful-mock'), log: child.output, access: { key: 'sk_test_plimsoll' } }
  },
}
