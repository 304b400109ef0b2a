/** A system as the subject of tests: started for them and ended after them. */
import { afterAll, beforeAll, describe } from 'vitest'
import { type RunningSystem, type Starting, definitionOf, prepare, startSystem } from './start.ts'
import { tell } from './told.ts'

/**
 * Tests of one system. Where it can't be installed they are skipped with the reason in one line; with CI=true that is a failure.
 * Await it: whether the system is there is known before its tests are.
 */
export async function describeSystem(name: string, body: (system: () => RunningSystem) => void, options: Starting = {}): Promise<void> {
  const { kind } = definitionOf(name)
  const missing = await prepare(name).then(() => undefined, (error: unknown) => (error as Error).message.split('\n')[0] ?? '')
  if (missing !== undefined) {
    tell({ system: name, is: 'skipped', says: missing })
    if (process.env['CI'] === 'true') throw new Error(`${name}: ${missing}`)
    process.stderr.write(`skipped: ${name}: ${missing}\n`)
  }
  describe.skipIf(missing !== undefined)(`${name}, ${kind}`, () => {
    let running: RunningSystem | undefined
    beforeAll(async () => { running = await startSystem(name, options) })
    afterAll(async () => { await running?.end() })
    body(() => running!)
  })
}
