/** A webhook that was answered with 2xx is on the disk: the operating system was asked to put it there before the answer. */
import { execFileSync, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { DIST, environmentOf } from './machine.ts'
import { calls } from './stories/calls.ts'

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-f', '-e', 'trace=none', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const STRACE = hasStrace()
if (!STRACE) process.stderr.write('No strace here: whether the disk is asked for each webhook is left out.\n')

test.skipIf(!STRACE && process.env['CI'] !== 'true')('Between a call of a shop and the answer 202 the log of the store is synchronised with the disk.', async () => {
  const world = await calls.open()
  const { project, servers: [data] } = world
  const trace = project.path('trace.txt')
  const child = spawn('strace', ['-f', '-tt', '-y', '-e', 'trace=fsync,fdatasync', '-o', trace, process.execPath, join(DIST, 'cli/main.js'), 'serve', '--port', '0', '--hooks-port', '0', '--json'], {
    cwd: project.folder, env: environmentOf(project), stdio: ['ignore', 'pipe', 'ignore'], detached: true,
  })
  const ended = once(child, 'exit')
  try {
    const hooks = await new Promise<string>((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        const event = JSON.parse(line) as { readonly event?: string; readonly hooks?: readonly string[] }
        if (event.event === 'started') resolve(event.hooks![0]!)
      })
    })
    /** How often the store's log was synchronised so far. */
    const synced = (): number => readFileSync(trace, 'utf8').split('\n').filter((line) => /f(?:data)?sync\(\d+<[^>]*store\.db-wal>/.test(line)).length
    for (let n = 1; n <= 5; n += 1) {
      data!['customers']!.push({ id: n, email: `c${n}@example.test`, name: `New ${n}` })
      const before = synced()
      const body = JSON.stringify({ type: 'new', id: n })
      const response = await fetch(hooks, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-signature': `sha256=${createHmac('sha256', 'a secret of the shop').update(body).digest('hex')}`, 'x-delivery': `d${n}` } })
      expect([n, response.status]).toEqual([n, 202])
      expect(synced()).toBeGreaterThan(before)
    }
  } finally {
    // Both: who is traced, and who traces.
    process.kill(-child.pid!, 'SIGKILL')
    await ended
    await world.close()
  }
})
